"""Stories are drawn biggest first, each copy with what is known of it, in plain characters where there is no terminal."""

from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from wirecopy.demo.tree import count_single, draw_apart, draw_copies, group_stories
from wirecopy.models import ClaimedTime, CopyKind, Document, Fingerprints, Link, StagedArticle

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NAMES = {"courier": "The Harbour Courier", "minato": "みなと新報"}


@pytest.fixture
def document():
    def make(name, story, kind=CopyKind.ORIGIN, *, source="courier", score=None, claimed=None, lang="en", **evidence):
        article = StagedArticle(
            key=f"1:{name}", url=f"http://{source}.test/{name}", source_id=source, first_seen_at=NOON,
            fetched_at=NOON, title=f"Title of {name}", text="Text.", lang=lang, published_at=claimed, country=source[:2].upper(),
        )  # fmt: skip
        link = Link(story_id=story, kind=kind, copy_of=None, score=score, evidence=evidence)
        prints = Fingerprints(version=1, exact="0", tokens=1, keys=())
        return Document(id=name, version_id=name, article=article, fingerprints=prints, link=link, indexed_at=NOON)

    return make


def draw(tree):
    console = Console(width=120, file=None, highlight=False, color_system=None)
    with console.capture() as capture:
        console.print(tree)
    return capture.get().splitlines()


def test_the_biggest_story_comes_first_and_its_origin_first_in_it(document):
    early = ClaimedTime(at=NOON - timedelta(days=2), precision="second", has_offset=True, origin="meta")
    stories = group_stories(
        [document("single", "single"), document("copy", "a", CopyKind.EXACT, score=1.0, claimed=early), document("a", "a")]
    )
    assert [[one.id for one in story] for story in stories] == [["a", "copy"], ["single"]]


def test_a_copy_is_drawn_with_all_that_is_known_of_it(document):
    claimed = ClaimedTime.parse("2026-11-20T08:30:00+01:00", origin="meta")
    copy = document("copy", "a", CopyKind.NEAR, source="minato", score=0.8764, claimed=claimed, lang="ja")
    head, story, size, origin, line = draw(draw_copies(group_stories([document("a", "a"), copy]), NAMES))
    assert head == "1 stories with copies"
    assert story == "└── Title of a"
    assert size == "    2 copies · 2 outlets · 2 countries · story a"
    assert " ".join(origin.split()) == "├── The Harbour Courier en origin first seen 2026-11-22 12:00:00"
    expected = "└── みなと新報 ja near 0.88 first seen 2026-11-22 12:00:00 states 2026-11-20T08:30:00+01:00"
    assert " ".join(line.split()) == expected


def test_a_long_title_is_cut_and_never_wrapped(document):
    lines = draw(draw_copies(group_stories([document("long " * 60, "a"), document("b", "a", CopyKind.EXACT)]), NAMES))
    assert len(lines) == 5
    assert all(len(line) <= 120 for line in lines)


def test_round_ups_and_quotes_name_what_they_share_text_with(document):
    roundup = document("week", "week", CopyKind.ROUNDUP, mentions=[{"article": "copy"}, {"article": "b"}])
    opinion = document("opinion", "opinion", quotes=[{"article": "a"}])
    copy = document("copy", "a", CopyKind.NEAR)
    lines = draw(draw_apart(group_stories([document("a", "a"), copy, document("b", "b"), roundup, opinion]), NAMES))
    assert [line.lstrip("├└│─ ") for line in lines] == [
        "Kept apart, though they share text",
        "Title of opinion · The Harbour Courier",
        "shares passages with: Title of a",
        "Title of week · The Harbour Courier",
        "a round-up of: Title of a",
        "a round-up of: Title of b",
    ]


def test_nothing_is_drawn_where_nothing_is_apart(document):
    assert draw_apart(group_stories([document("a", "a")]), NAMES) is None


def test_single_stories_are_counted_by_language(document):
    stories = group_stories(
        [document("a", "a"), document("b", "b", lang="de"), document("c", "c"), document("d", "d"), document("e", "d")]
    )
    assert count_single(stories) == "3 stories have one article (1 de, 2 en)"
