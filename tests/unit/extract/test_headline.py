"""Headlines: which statement of it is taken, and what is taken off it."""

from __future__ import annotations

import json
import time

import pytest

from wirecopy.extract.facts.metadata import read_metadata
from wirecopy.extract.page.document import parse_html
from wirecopy.extract.people.headline import strip_site_name

URL = "https://www.courier.example/a/1"
TITLE = "Harbour bridge opens two months late"


def headline_of(body: str, *, head: str = "", ld: str | None = None, title: str = "", url: str = URL) -> str | None:
    script = f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": ld})}</script>' if ld else ""
    tree = parse_html(f"<html><head><title>{title}</title>{head}{script}</head><body>{body}</body></html>", URL)
    found = read_metadata(tree, url).headlines
    return found[0] if found else None


def og(title: str, site: str = "The Courier") -> str:
    return f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="{site}">'


@pytest.mark.parametrize(
    "form",
    [
        "{} | The Courier",
        "{} - The Courier",
        "{} – The Courier",
        "{} — Courier Online",
        "{} · The Courier",
        "{} » The Courier",
        "{} / The Courier",
        "{} :: The Courier",
        "{}｜The Courier",
        "{}：The Courier",
        "{} ㅣ The Courier",
        "{}_The Courier",
        "{} - National | The Courier",
        "{} | Politik | COURIER",
        "{} - Politics News - Courier.com",
        "{} | The Courier | 28.04.2023",
        "{} – The Courier – 2023-04-28",
        "{} - Sport - www.courier.example",
        "The Courier: {}",
        "The Courier | {}",
        "The Courier » Blog Archiv » {}",
    ],
)
def test_the_sites_name_goes_with_sections_and_dates_beside_it(form: str) -> None:
    assert headline_of("", head=og(form.format(TITLE))) == TITLE


@pytest.mark.parametrize(
    "title",
    [
        "Trump: the man, the myth - and the money",
        "Wahl 2024 – die Ergebnisse im Überblick",
        "AC/DC play the harbour | a review in ten pictures",
        "Office 365 – HBDI – part three",
        "The courier who came in from the cold",
    ],
)
def test_a_headlines_own_separators_stay(title: str) -> None:
    assert headline_of("", head=og(title)) == title


def test_a_section_without_the_sites_name_stays() -> None:
    assert headline_of("", head=og(f"{TITLE} - Politics")) == f"{TITLE} - Politics"


def test_a_suffix_that_the_heading_lacks_is_the_sites() -> None:
    title = f"{TITLE} · Global Stories auf Deutsch"
    assert headline_of(f"<h1>{TITLE}</h1>", head=f'<meta property="og:title" content="{title}">') == TITLE


def test_a_kicker_that_one_statement_lacks_goes() -> None:
    assert headline_of(f"<h1>Harbour: {TITLE}</h1>", head=og(TITLE), ld=f"Harbour: {TITLE}") == TITLE


def test_what_json_ld_and_open_graph_both_say_stays() -> None:
    full = f"Harbour: {TITLE}"
    assert headline_of(f"<h1>{TITLE}</h1>", head=og(full), ld=full) == full


@pytest.mark.parametrize(
    "heading",
    [
        f'<h1><span class="article__kicker">Harbour</span>{TITLE}</h1>',
        '<h1><div class="topline">Harbour</div><div>Harbour bridge opens</div><div>two months late</div></h1>',
        f'<h1><small class="label">Live</small> : <span>{TITLE}</span></h1>',
    ],
)
def test_a_headings_kicker_goes_and_its_lines_are_kept_apart(heading: str) -> None:
    assert headline_of(heading) == TITLE


def test_json_ld_comes_before_open_graph_before_the_heading_before_the_title() -> None:
    heading = "<h1>The third way of saying it all</h1>"
    assert headline_of(heading, head=og("The second way of saying it"), ld=TITLE) == TITLE
    assert headline_of(heading, head=og("The second way of saying it"), title="Fourth") == "The second way of saying it"
    assert headline_of(heading, title="A fourth way of saying it") == "The third way of saying it all"
    assert headline_of("", title="A fourth way of saying it") == "A fourth way of saying it"


def test_a_cut_headline_is_completed() -> None:
    assert headline_of(f"<h1>{TITLE}</h1>", ld="Harbour bridge opens two…") == TITLE
    assert headline_of("<h1>Something else</h1>", ld="Harbour bridge opens two…") == "Harbour bridge opens two…"


def test_capitals_give_way_to_the_same_words_in_small_letters() -> None:
    assert headline_of(f"<h1>{TITLE}</h1>", ld=TITLE.upper()) == TITLE


def test_markup_and_doubly_escaped_entities_are_read() -> None:
    assert (
        headline_of("", ld="Fish &amp;amp; chips &#8217;n&#8217;  <em>bridges</em>\u00a0today")
        == "Fish & chips ’n’ bridges today"
    )


def test_the_logo_is_no_headline() -> None:
    logo = '<h1><a href="/">Notes from the quay</a></h1>'
    assert headline_of(f'{logo}<h1 class="entry-title">{TITLE}</h1>') == TITLE
    assert headline_of(f"{logo}<h2>{TITLE}</h2>", title=f"{TITLE} : Notes from the quay") == TITLE
    assert headline_of('<h1 class="site-title">Quay</h1>', title=f"{TITLE} - Quay") == TITLE


def test_the_part_of_the_title_that_is_a_heading_is_the_headline() -> None:
    assert headline_of(f"<h2>{TITLE}</h2>", title=f"Quay » Archive » {TITLE}") == TITLE
    assert headline_of("", title=f"{TITLE} | Notes from the quay") == TITLE


def test_there_is_a_headline_where_there_is_any_title() -> None:
    assert headline_of("", head=og("The Courier"), title="The Courier") == "The Courier"
    assert headline_of("<h2>Today</h2>") == "Today"
    assert headline_of("<p>Nothing</p>") is None


def test_the_name_alone_loses_to_what_says_more() -> None:
    assert headline_of(f"<h1>{TITLE}</h1>", head=og("The Courier"), ld="The Courier") == TITLE


def test_stripping_leaves_what_it_is_given_where_nothing_else_would_stay() -> None:
    assert strip_site_name("The Courier - Courier", ["The Courier"]) == "The Courier - Courier"
    assert strip_site_name(f"{TITLE}-정치ㅣ한국신문", ["한국신문"]) == f"{TITLE}-정치"
    assert (
        strip_site_name("부두의 새 다리가 두 달 늦게 열린다-정치ㅣ한국신문", ["한국신문"])
        == "부두의 새 다리가 두 달 늦게 열린다"
    )


@pytest.mark.parametrize("piece", ["a - ", "| ", "_", "<b ", "&amp;", ": x "])
def test_hostile_titles_are_read_in_time(piece: str) -> None:
    huge = piece * (2_000_000 // len(piece))
    began = time.process_time()
    assert headline_of(f"<h1>{huge}</h1>", head=f'<meta property="og:title" content="{huge}">', ld=huge, title=huge) is not None
    assert time.process_time() - began < 5


def test_a_headline_that_was_cut_without_a_mark_goes_on() -> None:
    full = "The harbour bridge opens two months late, and nobody in the town council wants to have been the one who promised otherwise"
    for cut in (full[:110], full[:97]):
        assert headline_of(f"<h1>{full}</h1>", head=og(f"{full} | The Courier"), ld=cut) == full
    # What a separator follows is whole.
    assert headline_of("<h1></h1>", head=og(f"{full[:97]} - a tale of the sea", site="x"), ld=full[:97]) == full[:97]


def test_a_motto_after_the_sites_name_goes_with_it() -> None:
    assert headline_of("", head=og(f"{TITLE} | The Courier – News from the harbour")) == TITLE


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (f"{TITLE} – Tales of the Sea", f"<h1>News</h1><article><h2>{TITLE}</h2></article>"),
        (f"Tales of the Sea: {TITLE}", f"<h1>Tales of the Sea</h1><h3 class='post-title'>{TITLE}</h3>"),
        (f"Tales of the Sea » {TITLE}", f"<h1>Tales of the Sea</h1><div class='post'><h2>{TITLE}</h2></div>"),
        ("Tales of the Sea", f"<h3 class='entry-title'>{TITLE}</h3>"),
    ],
)
def test_the_post_has_the_headline_not_its_blog(title: str, body: str) -> None:
    assert headline_of(body, title=title) == TITLE


def test_a_heading_beside_the_article_is_not_its_headline() -> None:
    assert headline_of(f"<h1>{TITLE}</h1><h2>Tales of the Sea</h2>", title=f"{TITLE} – Tales of the Sea") == TITLE
