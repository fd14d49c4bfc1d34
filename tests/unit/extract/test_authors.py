"""Authors: names split and cleaned, and where on a page they are found."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from wirecopy.extract.facts.metadata import PageMetadata, read_metadata
from wirecopy.extract.page.document import parse_html
from wirecopy.extract.people.authors import MOST_AUTHORS, clean_authors, is_name, is_person
from wirecopy.extract.people.bylines import byline_in_text
from wirecopy.extract.text.blocks import paragraphs_of

URL = "https://www.courier.example/a/1"
TITLE = "Harbour bridge opens two months late"
TEXT = "".join(
    f"<p>Paragraph {number} of a text about the bridge, the ferries and the people who use them.</p>" for number in range(3)
)


def read(body: str = "", *, head: str = "", author: Any = None, graph: tuple[Any, ...] = ()) -> PageMetadata:
    node = {"@type": "NewsArticle", "headline": TITLE, **({"author": author} if author is not None else {})}
    script = f'<script type="application/ld+json">{json.dumps({"@graph": [node, *graph]})}</script>'
    page = (
        f'<html><head><title>{TITLE}</title><meta property="og:site_name" content="The Courier">{head}{script}</head>'
        f"<body><nav><a rel='author'>Nav Igator</a></nav><main><h1>{TITLE}</h1>{body}{TEXT}</main></body></html>"
    )
    return read_metadata(parse_html(page, URL), URL)


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("By Ana Ruiz and Per Lund", ["Ana Ruiz", "Per Lund"]),
        ("Ana Ruiz, Per Lund und Jo Berg", ["Ana Ruiz", "Per Lund", "Jo Berg"]),
        ("Ana Ruiz, Per Lund, and Jo Berg", ["Ana Ruiz", "Per Lund", "Jo Berg"]),
        ("Par Luc Petit et Anne Moulin", ["Luc Petit", "Anne Moulin"]),
        ("Ana Ruiz og Per Lund", ["Ana Ruiz", "Per Lund"]),
        ("Ana Ruiz i Per Lund", ["Ana Ruiz", "Per Lund"]),
        ("Jorge Otero y Gamboa", ["Jorge Otero y Gamboa"]),
        ("Von Hans Meier, Berlin", ["Hans Meier"]),
        ("von unserem Korrespondenten Hans Meier", ["Hans Meier"]),
        ("Von unserem Redakteur Hans Meier", ["Hans Meier"]),
        ("Text: Jane Doe, Foto: John Roe", ["Jane Doe"]),
        ("Fotos: John Roe / Text: Jane Doe", ["Jane Doe"]),
        ("Jane Doe (Text), John Roe (Fotos)", ["Jane Doe", "John Roe"]),
        ("Jane Doe, political editor", ["Jane Doe"]),
        ("Jane Doe, Senior Reporter, Berlin", ["Jane Doe"]),
        ("Jane Doe Senior Reporter", ["Jane Doe"]),
        ("Jane Doe in Berlin", ["Jane Doe"]),
        ("Marta Sol Corresponsal en Atenas", ["Marta Sol"]),
        ("Martí Sol (Enviado especial)", ["Martí Sol"]),
        ("Doe, Jane", ["Jane Doe"]),
        ("Alice W.", ["Alice W."]),
        ("Von Heidi", ["Heidi"]),
        ("Oleh Bondar", ["Oleh Bondar"]),
        ("Oleh Budi Santoso", ["Budi Santoso"]),
        ("Courier Sports Desk", ["Courier Sports Desk"]),
        ("Metro News Staff", ["Metro News Staff"]),
        ("Courier staff and agencies", ["Courier staff and agencies"]),
        ("Jane Doe, News Desk", ["Jane Doe"]),
        ("责任编辑：李雷", ["李雷"]),
        ("文/李雷", ["李雷"]),
        ("Jane Doe, AP", ["Jane Doe", "AP"]),
        ("dpa/AFP", ["dpa", "AFP"]),
        ("(dpa)", ["dpa"]),
        ("Jane Doe jane.doe@courier.example @janedoe https://courier.example/jane", ["Jane Doe"]),
        ("Jane Doe &amp; John&nbsp;Roe", ["Jane Doe", "John Roe"]),
        ("<a href='/jane'>Jane Doe</a>", ["Jane Doe"]),
        ("Bernd von der Heide", ["Bernd von der Heide"]),
        ("Di Maria", ["Di Maria"]),
        ("di Anna Conti", ["Anna Conti"]),
        ("John Smith Jr.", ["John Smith Jr."]),
        ("Dr. Jane Doe, PhD", ["Dr. Jane Doe"]),
        ("홍길동 기자", ["홍길동"]),
        ("홍길동 김철수", ["홍길동", "김철수"]),
        ("홍길동·김철수 기자", ["홍길동", "김철수"]),
        ("记者 王小明", ["王小明"]),
        ("王小明、李雷", ["王小明", "李雷"]),
        ("王小明 李雷 韩梅", ["王小明", "李雷", "韩梅"]),
        ("山田 花子", ["山田 花子"]),
        ("文：山田花子", ["山田花子"]),
        ("ジョン・スミス", ["ジョン・スミス"]),
        ("Автор: Иван Петров", ["Иван Петров"]),
        ("بقلم: أحمد علي", ["أحمد علي"]),
        ("Nguyễn Văn An - Trần Bình", ["Nguyễn Văn An", "Trần Bình"]),
        ("राम कुमार, नई दिल्ली", ["राम कुमार", "नई दिल्ली"]),
        ("Redaktion courier.example", ["Redaktion courier.example"]),
        ("Staff Reporter", ["Staff Reporter"]),
        ("marc", ["marc"]),
        ("admin", []),
        ("https://www.facebook.com/courier", []),
        ("105092", []),
        ("", []),
    ],
)
def test_names_are_split_and_cleaned(stated: str, names: list[str]) -> None:
    assert list(clean_authors([stated])) == names


def test_a_name_counts_once_whatever_its_form() -> None:
    assert clean_authors(["Jane Doe", "DOE Jane", "jane-doe", "Jané Doe"]) == ("Jane Doe",)


def test_the_sites_name_is_left_out_where_it_is_no_author() -> None:
    assert clean_authors(["The Courier", "Jane Doe", "Courier Online"], ["The Courier"]) == ("Jane Doe",)


def test_authors_are_bounded() -> None:
    assert (
        len(clean_authors([f"Jane Doe{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(200)]))
        == MOST_AUTHORS
    )


@pytest.mark.parametrize(
    "text",
    ["Jane Doe", "Bernd von der Heide", "María R. Sol", "O'Neil Brown", "王小明", "홍길동", "أحمد علي", "Jean-Luc d’Arc"],
)
def test_full_names_are_persons(text: str) -> None:
    assert is_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Updated 4 May",
        "Read more",
        "the editorial board",
        "marc",
        "Senior Reporter",
        "Share",
        "Jane Doe said: no",
        "3 min read",
    ],
)
def test_other_words_are_no_person(text: str) -> None:
    assert not is_person(text)


def test_an_alias_is_a_name_only_with_a_capital() -> None:
    assert is_name("Marc")
    assert not is_name("marc")


@pytest.mark.parametrize(
    "author",
    [
        {"@type": "Person", "name": "Jane Doe"},
        [{"@type": "Person", "givenName": "Jane", "familyName": "Doe"}],
        {"@id": "#jane"},
        "Jane Doe",
        "By Jane Doe",
        [[{"@type": "Person", "name": ["Jane Doe"]}]],
        [{"@type": "Person", "name": "Jane Doe"}, {"@type": "Organization", "name": "The Courier"}],
        [{"@type": "Person", "name": "Jane Doe"}, {"@type": "Person", "name": "DOE JANE"}],
    ],
)
def test_persons_in_json_ld_come_first(author: Any) -> None:
    found = read(
        '<span class="byline">By John Roe</span>',
        author=author,
        graph=({"@type": "Person", "@id": "#jane", "name": "Jane Doe"},),
    )
    assert found.authors == ("Jane Doe",)


def test_a_person_of_the_byline_takes_an_organisations_place() -> None:
    organisation = {"@type": "Organization", "name": "The Courier"}
    assert read('<p class="article__author">By Jane Doe</p>', author=organisation).authors == ("Jane Doe",)
    assert read(author=organisation, head='<meta name="parsely-author" content="Jane Doe">').authors == ("Jane Doe",)
    assert read('<p class="article__author">jd</p>', author=organisation).authors == ("The Courier",)
    assert read(author=organisation).authors == ("The Courier",)


def test_an_outlet_that_is_named_as_a_person_stays_where_nobody_else_is_shown() -> None:
    person = {"@type": "Person", "name": "Courier Desk"}
    assert read('<p class="byline">By Jane Doe</p>', author=person).authors == ("Courier Desk",)
    outlet = {"@type": "Person", "name": "The Courier"}
    assert read(author=outlet, head='<meta name="articleauthor" content="Press Agency">').authors == ("The Courier",)


@pytest.mark.parametrize("name", ["article:author", "byl", "sailthru.author", "dc.creator", "author"])
def test_metadata_names_authors_where_json_ld_does_not(name: str) -> None:
    assert read(head=f'<meta name="{name}" content="By Jane Doe, John Roe">').authors == ("Jane Doe", "John Roe")


@pytest.mark.parametrize(
    "content",
    ["https://facebook.com/courier", "The Courier", "Courier Media (www.courier.example)", "105092", "admin", "@jane"],
)
def test_metadata_that_names_nobody_is_passed_over(content: str) -> None:
    assert read(head=f'<meta name="author" content="{content}"><meta name="dc.creator" content="Jane Doe">').authors == (
        "Jane Doe",
    )


def test_the_second_of_two_author_tags_counts_where_the_first_is_the_site() -> None:
    assert read(head='<meta name="author" content="The Courier"><meta name="author" content="Jane Doe">').authors == (
        "Jane Doe",
    )


@pytest.mark.parametrize(
    "byline",
    [
        '<div class="byline">By <a rel="author" href="/x">Jane Doe</a> Posted on May 4</div>',
        '<span itemprop="author" itemscope><span itemprop="name">Jane Doe</span>, Reporter</span>',
        '<div class="c-article-byline"><span class="label">Von</span><a href="/autor/jane-doe">Jane Doe</a><time>4.5.2024</time></div>',
        '<div class="meta"><span class="author vcard"><a class="url fn n" href="/author/jane">Jane Doe</a></span></div>',
        '<span class="byline">von <span class="author vcard">Jane Doe</span></span>',
        '<p class="authors"><b>Jane Doe</b><span>Political correspondent</span></p>',
        "<p>By Jane Doe</p>",
        "<div>Von Jane Doe | 4. Mai 2024</div>",
        "<p>Posted by Jane Doe in Harbour</p>",
        "<p>Ein Gastbeitrag von Jane Doe</p>",
        '<p style="text-align: right;"><strong>Jane Doe</strong></p>',
    ],
)
def test_the_visible_byline(byline: str) -> None:
    assert read(byline).authors == ("Jane Doe",)


def test_several_names_of_one_byline() -> None:
    names = '<div class="bylines"><div class="byline"><a class="author">Jane Doe</a></div><div class="byline"><a class="author">John Roe</a></div></div>'
    assert read(names).authors == ("Jane Doe", "John Roe")


def test_an_alias_counts_only_where_it_is_marked_as_the_authors() -> None:
    assert read('<span class="author vcard"><a class="fn" href="/author/quay">quay</a></span>').authors == ("quay",)
    assert read('<span class="byline">quay</span>').authors == ()


@pytest.mark.parametrize("word", ["von", "By", "Par", "por", "av", "Автор"])
def test_the_word_before_a_name_is_no_alias(word: str) -> None:
    assert read(f'<span class="byline">{word} <span class="author vcard">quay</span></span>').authors == ("quay",)


def test_surnames_that_also_stand_before_names_stay() -> None:
    assert clean_authors(["Haber", "Na", "Di"]) == ("Haber", "Na", "Di")


@pytest.mark.parametrize(
    "byline",
    [
        '<div class="comment-author vcard"><b class="fn">Jane Doe</b></div>',
        '<aside><span class="author">Jane Doe</span></aside>',
        '<div class="teaser"><span class="author">Jane Doe</span></div>',
        '<figure><figcaption class="author">Jane Doe</figcaption></figure>',
        '<p class="text__byline">Redaktion: <a href="/author/jane">Jane Doe</a></p>',
        "<p>Read by Jane Doe and many others in the town who have had enough of it.</p>",
        '<p class="byline">Published on 4 May 2024</p>',
        '<p class="byline">The Courier</p>',
    ],
)
def test_other_peoples_names_are_no_byline(byline: str) -> None:
    assert read(byline).authors == ()


def test_chinese_editors_and_reporters() -> None:
    assert read('<div class="edit">(责编：王小明、李雷)</div>').authors == ("王小明", "李雷")
    zh = byline_in_text(paragraphs_of("新华社北京5月3日电（记者王小明、李雷）大桥开通。"), None, ())
    ko = byline_in_text(paragraphs_of("(서울=연합뉴스) 홍길동 기자 = 다리가 열린다."), None, ())
    assert (zh.names, ko.names) == (("王小明", "李雷"), ("홍길동",))


def test_only_full_names_of_a_guess_are_believed() -> None:
    assert byline_in_text((), "Jane Doe; The Courier; quay; Roe Said", ["The Courier"]).names == ("Jane Doe",)
    assert byline_in_text((), None, ()).names == ()


def test_what_stands_beside_the_authors_is_kept_for_the_agency() -> None:
    found = read(
        '<div class="byline">By <span>Jane Doe</span> <span>The Associated Press</span></div>', author={"name": "Jane Doe"}
    )
    assert found.authors == ("Jane Doe",)
    assert "The Associated Press" in found.stated_authors


@pytest.mark.parametrize(
    "piece",
    [
        "<span class='byline'>",
        "<p>By Jane Doe</p>",
        "<div class='author'><a rel='author'>x</a></div>",
        "<b></b>",
        "von ",
        "Jane Doe, ",
        "(责编：",
    ],
)
def test_hostile_bylines_are_read_in_time(piece: str) -> None:
    body = piece * (1_000_000 // len(piece))
    began = time.process_time()
    read(body, head=f'<meta name="byl" content="{body[:500_000]}">' if "<" not in piece else "")
    clean_authors([body] * 30)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<small>May 3rd, 2019 by Geraldine Fox</small>", ("Geraldine Fox",)),
        ("<p>Am 3. Mai 2019 von Erika Muster</p>", ("Erika Muster",)),
        ("<div>3. Mai 2019, 10:12 Uhr | verfasst von max</div>", ("max",)),
        ("<p>Erstellt am 3. Mai 2019 | Von Max Muster</p>", ("Max Muster",)),
        ("<p>Écrit par Marcel Petit. Publié dans Ville</p>", ("Marcel Petit",)),
        ("<p>Dodane przez <a href='/u/1'>kasia</a> 3 maja 2019</p>", ("kasia",)),
        ("<p>Opublikowane przez <a href='/u/1'>Jan Kowal</a> dnia 03.05.2019</p>", ("Jan Kowal",)),
        ("<p>Napisał Jan Kowal w dniu 2019-05-03</p>", ("Jan Kowal",)),
        ("<p><span class='post-author'>Eingestellt von kalle</span> um 10:12</p>", ("kalle",)),
        ("<footer class='node__meta'>Submitted by <span>mweber</span> on Wed, 08/09/2017 - 14:00</footer>", ("mweber",)),
        (
            "<p>Dieser Beitrag wurde am Sonntag, 04. März 2012 um 10:12 Uhr von Kalle veröffentlicht und wurde abgelegt.</p>",
            ("Kalle",),
        ),
        ("<p>This entry was posted on Sunday, March 4th, 2012 at 10:12 am by Kalle and is filed under Town.</p>", ("Kalle",)),
        ("<p>Am 3. Mai 2019 von Polizisten erschossen</p>", ()),
        ("<p>Painted 3 May 1889 by night</p>", ()),
        ("<p>This entry was posted on Sunday, March 4th, 2012 at 10:12 am and is filed under Town.</p>", ()),
        ("<footer>Written by <a>kalle</a></footer>", ()),
    ],
)
def test_lines_in_which_blogs_name_their_author(line: str, names: tuple[str, ...]) -> None:
    assert read(line).authors == names


@pytest.mark.parametrize(
    ("label", "names"), [("Written by", ("Jane Doe",)), ("Geschrieben von", ("Jane Doe",)), ("Est. reading time", ())]
)
def test_the_card_that_yoast_makes_names_the_author(label: str, names: tuple[str, ...]) -> None:
    head = f"<meta name='twitter:label1' content='{label}'><meta name='twitter:data1' content='Jane Doe'>"
    assert read(head=head).authors == names


def test_words_of_buttons_beside_a_byline_are_no_names() -> None:
    shown = (
        "<h1>Harbour bridge reopens</h1><div class='user-options'><p class='username'><span>Account</span></p><ul><li>"
        "<a href='/author/edit'>Edit Profile</a></li></ul></div><div class='author'><a class='name'>Dana Reyes</a></div>"
        "<div class='authorlinks'><a href='/author/dana-reyes'>View Author Page</a></div>"
    )
    assert read(shown).authors == ("Dana Reyes",)


def test_a_byline_ends_where_its_line_breaks() -> None:
    shown = "<h1>Harbour bridge reopens</h1><div>By Dana Reyes<br>Courier.example<br><a href='/all'>Archive</a></div>"
    assert read(shown).authors == ("Dana Reyes",)
