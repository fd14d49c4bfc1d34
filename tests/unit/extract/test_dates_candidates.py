"""Which dates of a page are candidates: those that are marked, stated or shown as the article's, and none of anything else."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import lxml.html
import pytest

from wirecopy.extract.facts.dates import choose_date, find_dates, read_address
from wirecopy.extract.facts.metadata import read_metadata

if TYPE_CHECKING:
    from wirecopy.models import ClaimedTime

TEXT = "<p>" + "The bridge opens before winter and the ferries stay for those who need them. " * 6 + "</p>"


def find(
    body: str, *, head: str = "", lang: str = "en", url: str | None = None, guessed: str | None = None
) -> tuple[ClaimedTime, ...]:
    tree = lxml.html.document_fromstring(
        f"<html lang='{lang}'><head><title>The bridge is open | Courier</title>{head}</head><body>{body}</body></html>"
    )
    metadata = read_metadata(tree, url)
    return find_dates(tree, metadata.node, metadata.metas, url=url, lang=metadata.lang_hint, guessed=guessed)


def stated(body: str, **page: str | None) -> list[tuple[str, str]]:
    return [(claimed.origin, claimed.stated) for claimed in find(body, **page)]  # type: ignore[arg-type]


def article(line: str, rest: str = "") -> str:
    return f"<article><h1>The bridge is open</h1>{line}{TEXT}{TEXT}</article>{rest}"


@pytest.mark.parametrize(
    ("lang", "line", "expected"),
    [
        ("de", "<p>Von Jana Muster | 3. Mai 2024, 12:15 Uhr</p>", "2024-05-03T12:15"),
        ("de", "<div>Veröffentlicht am 03.05.24</div>", "2024-05-03"),
        ("de", "<p>Geschrieben von Jana Muster am 3. Mai 2024 um 10:12 Uhr</p>", "2024-05-03T10:12"),
        ("en", "<div>Published: May 3, 2024 at 5:30 pm EDT</div>", "2024-05-03T17:30-04:00"),
        ("en-GB", "<span>By Jane Doe</span> <span>Friday 3rd May 2024</span>", "2024-05-03"),
        ("fr", "<p>Publié le 3 mai 2024 à 18h30</p>", "2024-05-03T18:30"),
        ("es", "<p>3 de mayo de 2024</p>", "2024-05-03"),
        ("pt", "<p>03/05/2024 às 10h15</p>", "2024-05-03T10:15"),
        ("pl", "<p>Opublikowano: 3 maja 2024, 10:15</p>", "2024-05-03T10:15"),
        ("ru", "<p>3 мая 2024, 10:15</p>", "2024-05-03T10:15"),
        ("el", "<p>3 Μαΐου 2024</p>", "2024-05-03"),
        ("tr", "<p>Giriş: 03.05.2024 - 10:15 Güncelleme: 04.05.2024</p>", "2024-05-03T10:15"),
        ("fi", "<p>3.5.2024 klo 10.15</p>", "2024-05-03T10:15"),
        ("hu", "<p>2024. május 3. 12:00</p>", "2024-05-03T12:00"),
        ("lt", "<p>2024 m. gegužės 3 d.</p>", "2024-05-03"),
        ("vi", "<p>Thứ sáu, 3/5/2024, 10:15</p>", "2024-05-03T10:15"),
        ("th", "<p>3 พฤษภาคม 2567 10:15 น.</p>", "2024-05-03T10:15"),
        ("hi", "<p>3 मई 2024, 10:15 AM IST</p>", "2024-05-03T10:15+05:30"),
        ("ar", "<p>3 مايو 2024</p>", "2024-05-03"),
        ("ja", "<p>2024年5月3日 10時15分</p>", "2024-05-03T10:15"),
        ("ko", "<p>입력 2024.05.03 10:15 수정 2024.05.04 11:00</p>", "2024-05-03T10:15"),
        ("zh", "<p>2024-05-03 10:15:20 来源：通讯社</p>", "2024-05-03T10:15:20"),
    ],
)
def test_a_line_beside_the_headline_is_read_in_its_language(lang: str, line: str, expected: str) -> None:
    assert stated(article(line), lang=lang)[:1] == [("text", expected)]


@pytest.mark.parametrize(
    "line",
    [
        "<p>© 2024-05-03 Courier</p>",
        "<p>Copyright 3 May 2024</p>",
        "<p>The festival takes place on 3 May 2024 in Leipzig, where thousands will come to see it again.</p>",
        "<p>Updated: 3 May 2024</p>",
        "<p>Troops near the bridge that was rebuilt last year, 3 May 2024</p>",
        "<figure><figcaption>The bridge, 3 May 2024</figcaption></figure>",
        "<p>Deadline: 3 May 2024</p>",
    ],
)
def test_other_dates_beside_the_headline_are_none(line: str) -> None:
    assert stated(article(line)) == []


@pytest.mark.parametrize(
    "rest",
    [
        '<div class="comments"><time datetime="2020-02-25T13:02:01+01:00">25 Feb</time></div>',
        '<aside><span class="date">25.02.2020</span></aside>',
        '<div class="related-posts"><a href="/other"><time datetime="2020-02-25">x</time></a></div>',
        '<ul><li><a href="/other">Other</a> <time datetime="2020-02-25">x</time></li></ul>',
        '<footer><span class="date">25.02.2020</span></footer>',
    ],
)
def test_dates_of_comments_teasers_and_footers_are_none_even_where_they_are_guessed(rest: str) -> None:
    assert stated(article("", rest)) == []
    assert stated(article("", rest), guessed="2020-02-25") == []


def test_a_guess_of_a_months_first_day_counts_only_where_the_page_names_that_day() -> None:
    assert stated(article(""), guessed="2024-05-01") == []
    assert stated(article("<p>It was built, they say, on 1 May 2024 and never since.</p>"), guessed="2024-05-01") == [
        ("htmldate", "2024-05-01")
    ]
    assert stated(article(""), guessed="2024-05-02") == [("htmldate", "2024-05-02")]


@pytest.mark.parametrize(
    "mark",
    [
        '<time datetime="2024-05-03T10:15:00+02:00" pubdate>x</time>',
        '<time class="entry-date published updated" datetime="2024-05-03T10:15:00+02:00">x</time>',
        '<abbr class="published" title="2024-05-03T10:15:00+02:00">x</abbr>',
        '<div itemscope itemtype="https://schema.org/NewsArticle"><b itemprop="datePublished" content="2024-05-03T10:15:00+02:00"></b></div>',
        '<span property="dc:date dc:created" content="2024-05-03T10:15:00+02:00"></span>',
    ],
)
def test_marked_elements(mark: str) -> None:
    assert stated(article(mark))[0] == ("time", "2024-05-03T10:15:00+02:00")


@pytest.mark.parametrize(
    "name",
    [
        "article:published_time",
        "datePublished",
        "parsely-pub-date",
        "sailthru.date",
        "DC.date.issued",
        "pubdate",
        "date",
        "dcterms.created",
    ],
)
def test_meta_tags(name: str) -> None:
    head = f'<meta name="{name}" content="2024-05-03T10:15:00Z">'
    assert ("meta", "2024-05-03T10:15:00+00:00") in stated(article(""), head=head)


@pytest.mark.parametrize("name", ["article:modified_time", "last-modified", "og:updated_time", "revised"])
def test_meta_tags_of_changes_are_none(name: str) -> None:
    assert stated(article(""), head=f'<meta name="{name}" content="2024-05-03T10:15:00Z">') == []


@pytest.mark.parametrize("value", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "1900-01-01", "null", "", "0"])
def test_what_software_writes_for_no_date_is_none(value: str) -> None:
    node = json.dumps({"@type": "NewsArticle", "headline": "The bridge is open", "datePublished": value})
    head = f'<script type="application/ld+json">{node}</script><meta property="article:published_time" content="{value}">'
    assert stated(article(""), head=head) == []


def test_only_an_articles_node_is_sure_of_its_date() -> None:
    node = json.dumps({"@type": "VideoObject", "name": "x", "uploadDate": "2020-01-02", "datePublished": "2020-01-02"})
    assert stated(article(""), head=f'<script type="application/ld+json">{node}</script>') == []


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.org/2024/05/03/bridge", "2024-05-03"),
        ("https://example.org/news/2024/5/3/", "2024-05-03"),
        ("https://example.org/world/bridge-2024-05-03/", "2024-05-03"),
        ("https://example.org/a/20240503/bridge.html", "2024-05-03"),
        ("https://example.org/n1/2024/0503/c1001.html", "2024-05-03"),
        ("https://example.org/world/2024/may/03/bridge", "2024-05-03"),
        ("https://web.archive.org/web/20160330101229/http://example.org/2015/03/02/bridge", "2015-03-02"),
        ("https://web.archive.org/web/20160330101229/http://example.org/bridge", None),
        ("https://example.org/a-65464327", None),
        ("https://example.org/2024/05/bridge", None),
        ("https://example.org/2024/13/40/bridge", None),
        ("https://example.org/?date=2024-05-03", None),
    ],
)
def test_days_in_addresses(url: str, day: str | None) -> None:
    claimed = read_address(url)
    assert (claimed.stated if claimed else None) == day


def test_a_date_at_the_end_of_the_title() -> None:
    head = '<meta property="og:title" content="The bridge is open | Courier | 28.04.2023">'
    assert ("text", "2023-04-28") in stated(article(""), head=head, lang="de")


@pytest.mark.parametrize(
    "body",
    [
        "<div class='date'>" * 5000 + "3 May 2024" + "</div>" * 5000,
        "<h1>The bridge is open</h1>" + "<span class='date meta'>3 May 2024 1 2 3 4 5</span>" * 60_000,
        "<h1>The bridge is open</h1><p>" + "1 2024 May " * 400_000 + "</p>",
        "<time>" * 3000 + "1.1.2020",
        "<i itemprop=datePublished itemscope itemtype=https://schema.org/Article>" * 3000 + "x",
    ],
)
def test_hostile_pages_take_no_longer_than_they_are_long(body: str) -> None:
    tree = lxml.html.document_fromstring(f"<html><body>{body}</body></html>", parser=lxml.html.HTMLParser(huge_tree=True))
    begun = time.process_time()
    choose_date(find_dates(tree, {}, {}, url=None, lang="en", guessed=None), seen_at=None)
    assert time.process_time() - begun < 3


def test_drupals_date_in_a_posts_own_footer_is_the_posts() -> None:
    line = "<footer class='node__meta'>on <i property='schema:dateCreated' content='2024-05-03'>05/03/2024</i></footer>"
    assert stated(article(line))[0] == ("time", "2024-05-03")


@pytest.mark.parametrize(
    ("lang", "line", "expected"),
    [
        ("en-GB", "<p>Submitted by Jana Muster on Wed, 08/09/2017 - 14:00</p>", "2017-08-09T14:00"),
        ("en-GB", "<p>Wed, 09/08/2017 - 14:00</p>", "2017-08-09T14:00"),
        ("es", "<p>Mié, 08/09/2017 - 14:00</p>", "2017-08-09T14:00"),
        ("es", "<p>Wed, 08/09/2017 - 14:00</p>", "2017-08-09T14:00"),
        ("fr", "<p>Jane Doe | vendredi 05/03/2019</p>", "2019-05-03"),
        ("en-GB", "<p>05/03/2019 (Fri) 10:15</p>", "2019-05-03T10:15"),
        ("en-US", "<p>08/09/2017, Friday</p>", "2017-09-08"),
        ("en", "<p>Mon, 03/05/2024</p>", None),  # neither order is a Monday, and English alone does not tell
        ("en-GB", "<p>By Sam 05/04/2024</p>", "2024-04-05"),  # a name: 4 May was a Saturday
        ("en-GB", "<p>By Jane Doe, 05/03/2019</p>", "2019-03-05"),
    ],
)
def test_a_weekday_beside_a_numeric_date_tells_its_order(lang: str, line: str, expected: str | None) -> None:
    assert stated(article(line), lang=lang)[:1] == ([("text", expected)] if expected else [])
