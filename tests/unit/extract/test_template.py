"""Which lines are a site's and which are an article's, by what other pages of the site show."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.extract.lines.template import (
    SLACK,
    WINDOW,
    find_among,
    find_template_lines,
    marks_of,
    remember,
    site_of,
    take_over,
    without_lines,
)
from wirecopy.models import Access, Article, PageMarks, RemovalReason, RemovedLine, SiteMemory, UrlKey
from wirecopy.steps import collect

BEGAN = datetime(2026, 11, 23, 8, tzinfo=UTC)
LETTER = "Get the Courier's letter in your inbox every morning"
RIGHTS = "The Courier is not responsible for what other sites say."
NOTICE = (
    "The Courier belongs to its readers: ten thousand of them pay for it, and nobody else does. If you think that a town needs a "
    "newspaper, become one of them. You will get the paper on Saturdays, the archive, and an invitation to the feast in June."
)
WORDS = [
    "harbour",
    "council",
    "bridge",
    "frost",
    "orchard",
    "teacher",
    "violin",
    "market",
    "ferry",
    "winter",
    "museum",
    "quarry",
    "lantern",
    "referee",
    "bakery",
]


def own(name, lines=5):
    """Lines of prose that no other page has."""
    dice = random.Random(name)
    return [f"{' '.join(dice.choices(WORDS, k=20)).capitalize()}, said {name}-{number}." for number in range(lines)]


def article(*lines, title="A title", outline=None):
    return Article(
        url="https://courier.example/a",
        canonical_url=None,
        title=title,
        text="\n".join(lines),
        outline=outline if outline is not None else "p" * len(lines),
        authors=(),
        published_at=None,
        lang="en",
        site_name=None,
        image=None,
        access=Access.OPEN,
    )


def page(name, *lines, title=None, minute=0):
    return PageMarks(
        key=UrlKey(f"1:courier.example/{name}"),
        fetched_at=BEGAN + timedelta(minutes=minute),
        marks=marks_of(title if title is not None else f"Title of {name}", "\n".join(lines)),
    )


def memory_of(*pages):
    memory = SiteMemory(site="courier.example")
    for each in pages:
        memory = remember(memory, each)
    return memory


def found(read, *pages, name="this", day=1):
    """The lines that go from a page that came after these."""
    lines = read.text.split("\n")
    came = BEGAN + timedelta(days=day)
    indices = find_template_lines(read, memory_of(*pages), key=UrlKey(f"1:courier.example/{name}"), fetched_at=came)
    return [lines[index] for index in indices]


def test_a_line_of_two_other_pages_goes_and_one_of_a_single_other_page_stays():
    read = article(*own("this"), LETTER)
    one, two, three = (page(name, *own(name), LETTER, minute=minute) for minute, name in enumerate("abc"))
    assert found(read) == []
    assert found(read, one) == []
    assert found(read, one, two) == [LETTER]
    assert found(read, one, two, three) == [LETTER]


def test_how_a_line_is_written_does_not_matter():
    read = article(*own("this"), f"» {LETTER.upper()} …")
    assert found(read, *(page(name, *own(name), LETTER) for name in "ab")) == [f"» {LETTER.upper()} …"]


def test_taken_out_is_kept_apart_and_the_outline_follows():
    lines = own("this")
    read = replace(
        article(lines[0], LETTER, *lines[1:], outline="pqhppp"),
        boilerplate=(RemovedLine(text="A title", reason=RemovalReason.HEADLINE),),
    )
    clean = without_lines(read, (1,))
    assert clean.text.split("\n") == lines
    assert clean.outline == "phppp"
    assert clean.boilerplate == (*read.boilerplate, RemovedLine(text=LETTER, reason=RemovalReason.SITE_TEMPLATE))
    assert without_lines(read, ()) is read


def test_only_pages_that_came_before_are_asked():
    read, pages = (
        article(*own("this"), LETTER),
        [page(name, *own(name), LETTER, minute=number) for number, name in enumerate("abcd")],
    )
    memory = memory_of(*pages)

    def lines_at(key, minute):
        return find_template_lines(read, memory, key=UrlKey(key), fetched_at=BEGAN + timedelta(minutes=minute))

    assert lines_at("1:courier.example/0", 2) == (5,)
    assert lines_at("1:courier.example/0", 1) == ()
    assert lines_at("1:courier.example/bb", 1) == (5,)  # within a second the key decides


def test_the_same_page_read_again_has_the_same_answer_whatever_came_meanwhile():
    read = article(*own("this"), LETTER)
    key, came = UrlKey("1:courier.example/this"), BEGAN + timedelta(minutes=30)
    memory = memory_of(*(page(f"a{number}", *own(f"a{number}"), LETTER, minute=number) for number in range(30)))
    first = find_template_lines(read, memory, key=key, fetched_at=came)
    assert first == (5,)
    memory = remember(memory, PageMarks(key=key, fetched_at=came, marks=marks_of(read.title, read.text)))
    for number in range(SLACK - 1):
        memory = remember(memory, page(f"b{number}", *own(f"b{number}"), minute=60 + number))
        assert find_template_lines(read, memory, key=key, fetched_at=came) == first


def test_as_many_pages_are_remembered_beyond_the_window_as_are_written_at_once():
    assert collect._FLUSH_ROWS <= SLACK


def test_the_memory_is_bounded_and_in_order():
    pages = [page(f"p{number:03}", "one line", minute=number) for number in range(WINDOW + SLACK + 7)]
    shuffled = random.Random(1).sample(pages[7:], len(pages) - 7)
    assert memory_of(*pages).pages == tuple(pages[7:]) == memory_of(*shuffled).pages
    again = memory_of(*pages, pages[50])
    assert again.pages == tuple(pages[7:])
    long = page("long", *(f"line {number}" for number in range(100_000)))
    assert len(long.marks) == 201
    assert long.marks[-1] == marks_of(None, "line 99999")[1]


def test_what_a_site_dropped_is_forgotten():
    with_it = [page(f"a{number}", *own(f"a{number}"), LETTER, minute=number) for number in range(WINDOW)]
    without = [page(f"b{number}", *own(f"b{number}"), minute=100 + number) for number in range(WINDOW)]
    read = article(*own("this"), LETTER)
    assert found(read, *with_it, *without[:-2]) == [LETTER]
    assert found(read, *with_it, *without) == []


def test_versions_of_one_page_are_one_page():
    read = article(*own("this"), LETTER)
    versions = [page("a", *own(f"a{number}"), LETTER, title=f"Version {number}", minute=number) for number in range(9)]
    assert found(read, *versions) == []
    assert found(read, *versions, page("b", *own("b"), LETTER)) == [LETTER]
    assert found(read, *versions, name="a") == []


@pytest.mark.parametrize("editions", [2, 3, 30])
@pytest.mark.parametrize("has_own_titles", [False, True])
def test_one_article_under_several_addresses_keeps_its_text(editions, has_own_titles):
    """Print, AMP and section variants, and regional editions: of the same words, with a line of their own, or cut."""
    story = own("story", lines=12)
    pages = [
        page(
            f"edition{number}",
            *(story if number % 3 else story[:8]),
            *([f"Edition of region number {number}"] if number % 2 else []),
            title=f"Region {number}: a bridge" if has_own_titles and number < 4 else "A bridge",
            minute=number,
        )
        for number in range(editions)
    ]
    others = [page(f"o{number}", *own(f"o{number}"), LETTER, minute=60 + number) for number in range(3)]
    assert found(article(*story, LETTER, title="A bridge"), *pages, *others) == [LETTER]


def test_an_article_that_is_printed_in_parts_under_its_headline_keeps_them():
    story = own("story", lines=12)
    parts = [page(f"part{number}", *story[3 * number : 3 * number + 3], story[0], title="A bridge") for number in range(4)]
    assert found(article(*story, title="A bridge"), *parts) == []


def test_excerpts_of_an_article_are_one():
    story = own("story", lines=12)
    excerpts = [page(f"x{number}", *story[:3], title=f"Excerpt {number}") for number in range(4)]
    assert found(article(*story), *excerpts) == []


def test_reports_that_go_on_with_each_other_count_as_one():
    """Three versions of a report on other addresses, and a later one that repeats their background sentences."""
    background = own("background", lines=2)
    chain = [page(f"v{number}", *own("report", lines=6), *background, *own(f"v{number}", lines=number)) for number in range(3)]
    assert found(article(*own("this", lines=8), *background), *chain) == []


def test_a_paragraph_of_background_needs_a_quarter_of_the_site_to_be_taken_for_its_own():
    paragraph = " ".join(own("war", lines=3))
    assert len(paragraph) > 200
    read = article(*own("this"), paragraph, NOTICE)
    reports = [page(f"war{number}", *own(f"war{number}"), paragraph, NOTICE, minute=number) for number in range(6)]
    rest = [page(f"o{number}", *own(f"o{number}"), NOTICE, minute=30 + number) for number in range(30)]
    assert found(read, *reports[:2], *rest[:2]) == [NOTICE]
    assert found(read, *reports[:3], *rest[:1]) == [paragraph, NOTICE]
    assert found(read, *reports, *rest) == [NOTICE]


def test_a_sentence_that_some_reports_end_with_stays_and_one_of_all_pages_goes():
    read = article(*own("this"), "The trial continues.", RIGHTS)
    court = [page(f"c{number}", *own(f"c{number}"), "The trial continues.", RIGHTS, minute=number) for number in range(4)]
    rest = [page(f"o{number}", *own(f"o{number}"), RIGHTS, minute=30 + number) for number in range(50)]
    assert found(read, *court, *rest) == [RIGHTS]


@pytest.mark.parametrize("line", ["Yes.", "0:0", "18 °C", "Reuters", "21,304.5 +0.3%", "***", "— — —", "是的。"])
def test_short_lines_recur_by_chance_and_stay(line):
    pages = [page(f"a{number}", *own(f"a{number}"), line, minute=number) for number in range(3)]
    rest = [page(f"o{number}", *own(f"o{number}"), minute=30 + number) for number in range(10)]
    assert found(article(*own("this"), line), *pages, *rest) == []


def test_a_short_line_that_half_of_a_site_shows_goes():
    pages = [page(f"a{number}", *own(f"a{number}"), "Share it", minute=number) for number in range(4)]
    assert found(article(*own("this"), "Share it"), *pages) == ["Share it"]
    assert found(article(*own("this"), "Share it"), *pages[:2]) == []


def test_rows_of_tables_stay_unless_half_of_a_site_shows_them():
    table = ["Place | Team | Played | Points", "1 | Harbour Rowing Club | 12 | 31"]
    pages = [page(f"a{number}", *own(f"a{number}"), *table, minute=number) for number in range(3)]
    rest = [page(f"o{number}", *own(f"o{number}"), minute=30 + number) for number in range(10)]
    lines = [*own("this"), *table]
    assert found(article(*lines, outline="ppppptt"), *pages, *rest) == []


def test_a_heading_stays_over_text_of_the_article_and_goes_with_what_is_the_sites():
    heading, other = "What we know so far", "More from the Courier"
    lines = [heading, *own("this"), other, LETTER]
    pages = [page(name, heading, *own(name), other, LETTER) for name in "abc"]
    assert found(article(*lines, outline="hppppphp"), *pages) == [other, LETTER]
    assert found(article(*lines[:-1], outline="hppppph"), *pages) == [other]


def test_a_notice_that_stands_in_place_of_many_articles_is_none():
    """A wall: all lines of all pages are equal, and only the headlines differ."""
    wall = [NOTICE, "Log in to read this article on all your devices.", LETTER]
    pages = [page(f"w{number}", *wall, minute=number) for number in range(9)]
    read = article(*wall, title="A ninth story")
    assert found(read, *pages[:4]) == []
    assert found(read, *pages[:5]) == wall
    teaser = own("teaser", lines=1)
    assert found(article(*teaser, *wall, title="A tenth"), *pages) == wall


def test_an_article_that_was_printed_anew_again_and_again_is_kept_among_others():
    """What a notice is told by: a notice stands on half of a site's pages."""
    story = own("story", lines=8)
    chain = [page(f"v{number}", *story, *own(f"v{number}", lines=2), minute=number) for number in range(6)]
    rest = [page(f"o{number}", *own(f"o{number}"), minute=30 + number) for number in range(7)]
    assert found(article(*story, "It has one line more now, and it is a sentence."), *chain, *rest) == []


def test_columns_of_one_name_count_as_one():
    read = article(*own("this"), "What moves the town today")
    columns = [page(f"c{number}", *own(f"c{number}"), "What moves the town today", title="Good morning") for number in range(5)]
    assert found(read, *columns) == []
    assert found(read, *columns, page("d", *own("d"), "What moves the town today")) == ["What moves the town today"]


def test_a_text_that_stands_under_one_headline_on_every_page_is_kept():
    """Nothing tells it from one article under many addresses."""
    wall = [NOTICE, LETTER]
    assert found(article(*wall, title="Log in"), *(page(f"w{number}", *wall, title="Log in") for number in range(9))) == []


def test_a_short_report_under_much_template_is_found_once_enough_pages_tell():
    template = [LETTER, RIGHTS, NOTICE]
    pages = [page(f"a{number}", *own(f"a{number}", lines=1), *template, minute=number) for number in range(6)]
    assert found(article(*own("this", lines=1), *template), *pages) == template
    assert found(article(*own("this", lines=1), *template), *pages[:3]) == []


def test_what_the_same_text_lost_before_is_taken_over():
    lines = own("this")
    read = article(LETTER, *lines[:2], LETTER, *lines[2:])
    clean = without_lines(read, (0, 3))
    assert take_over(read, clean.text, clean.boilerplate) == (0, 3)
    assert take_over(read, read.text, ()) == ()
    assert take_over(article(*lines), clean.text, clean.boilerplate) is None
    assert take_over(article(LETTER, *lines[:2], LETTER, *lines[3:], "New."), clean.text, clean.boilerplate) is None
    other = (RemovedLine(text=LETTER, reason=RemovalReason.TEASER),) * 2
    assert take_over(read, clean.text, other) is None


def test_siblings_are_asked_whenever_they_came():
    pages = [page(name, *own(name), LETTER) for name in "abc"]
    assert find_among(article(*own("a"), LETTER, title="Title of a"), pages, key=pages[0].key) == (5,)
    assert find_among(article(*own("a"), LETTER, title="Title of a"), pages[:2], key=pages[0].key) == ()


def test_a_text_without_lines_has_none_that_go():
    assert found(article(), page("a", LETTER), page("b", LETTER)) == []
    assert marks_of(None, "") == (0,)
    assert found(article(LETTER, *own("this"), title=None), *(page(name, LETTER, *own(name), title="") for name in "ab")) == [
        LETTER
    ]


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.courier.example/a", "courier.example"),
        ("https://sport.courier.co.uk/a", "courier.co.uk"),
        ("http://10.0.0.1/a", "10.0.0.1"),
        ("https://", None),
    ],
)
def test_a_sites_pages_are_those_of_its_registrable_domain(url, site):
    assert site_of(url) == site


@pytest.mark.parametrize("shared", [0, 100])
def test_a_huge_text_is_compared_in_time(shared):
    lines = [f"Line {number} of a table that goes on and on for ever, as it seems" for number in range(60_000)]
    pages = [page(f"a{number}", *own(f"a{number}", lines=100), *lines[:shared], minute=number) for number in range(WINDOW)]
    memory, read = memory_of(*pages), article(*lines)
    began = time.process_time()
    indices = find_template_lines(read, memory, key=UrlKey("1:x"), fetched_at=BEGAN + timedelta(days=1))
    assert time.process_time() - began < 3
    assert len(indices) == shared
