"""An article that its outlet edits: every version is kept, in one document, in the same story."""

import pytest

from wirecopy.identity import article_id
from wirecopy.models import CopyKind
from wirecopy.outcomes import State
from wirecopy.urls import url_key

FEED = "http://courier.test/feed"
PAGE = "http://courier.test/bridge"
BASE = (
    "The council of the town opened the new bridge over the river on Monday after four years of work. Several hundred people came "
    "to see the mayor cut the ribbon, and the first buses crossed at noon. The old bridge, built in 1911, stays open to walkers. "
)
EDITIONS = (
    BASE + "Nobody was hurt when a barrier fell over in the wind.",
    BASE + "Two people were hurt when a barrier fell over in the wind, the police said.",
    BASE + "Three people were hurt when a barrier fell over in the wind, the police said on Monday evening.",
)


def announce(web, feeds, title, **page):
    """Put an edition on the web: the feed names it by its title, the page shows it."""
    web.on(FEED, web.reply(200, feeds.rss([feeds.item("bridge", title=title)]), Content_Type="application/rss+xml"))
    status = page.pop("status", 200)
    web.on(PAGE, web.reply(status, feeds.page("A bridge opens", **page) if status == 200 else b"", Content_Type="text/html"))


@pytest.fixture
def edited(web, feeds, rig_of):
    """A rig over a feed with one article, in its first edition and indexed."""
    announce(web, feeds, "A bridge opens", text=EDITIONS[0])
    rig = rig_of(FEED)
    rig.run_round()
    assert rig.rows()[PAGE].state is State.INDEXED
    rig.clock.advance(hours=2)
    return rig


def versions(rig):
    with rig.store() as store:
        return store.documents.versions(article_id(url_key(PAGE)))


def test_an_article_edited_twice_has_three_versions_and_is_one_document(edited, web, feeds):
    first = edited.documents()[PAGE]
    for number in (1, 2):
        announce(web, feeds, f"A bridge opens, update {number}", text=EDITIONS[number])
        report = edited.run_round()
        assert report.is_balanced
        assert report.linked == {"update": 1}
        edited.clock.advance(hours=2)
    assert [EDITIONS.index(version.article.text.split("\n")[-1]) for version in versions(edited)] == [0, 1, 2]
    (document,) = edited.documents().values()
    assert document.id == first.id
    assert document.link.kind is CopyKind.UPDATE
    assert document.link.story_id == first.link.story_id
    assert document.article.first_seen_at == first.article.first_seen_at
    row = edited.rows()[PAGE]
    assert (row.state, row.revisits, row.first_seen_at) == (State.INDEXED, 2, first.article.first_seen_at)


def test_a_page_that_is_the_same_after_all_makes_no_version(edited, web, feeds):
    announce(web, feeds, "A bridge opens at last", text=EDITIONS[0])
    report = edited.run_round()
    assert report.linked == {"unchanged": 1}
    assert len(versions(edited)) == 1
    row = edited.rows()[PAGE]
    assert (row.state, row.revisits) == (State.INDEXED, 1)
    assert "its text is the same" in row.reason


def test_an_entry_that_says_the_same_has_its_page_fetched_once(edited, web):
    for _ in range(3):
        edited.run_round()
        edited.clock.advance(hours=2)
    assert web.paths("courier.test").count("/bridge") == 1


def test_an_edit_soon_after_the_fetch_waits_half_an_hour(web, feeds, rig_of):
    announce(web, feeds, "A bridge opens", text=EDITIONS[0])
    rig = rig_of(FEED)
    rig.run_round()
    rig.clock.advance(minutes=11)
    announce(web, feeds, "A bridge opens, update", text=EDITIONS[1])
    rig.run_round()
    assert rig.rows()[PAGE].state is State.PENDING
    assert list(rig.documents()) == [PAGE]
    rig.clock.advance(minutes=20)
    rig.run_round()
    assert len(versions(rig)) == 2


def test_a_feed_that_marks_everything_anew_at_every_poll_has_its_pages_fetched_six_times_at_most(edited, web, feeds):
    for number in range(9):
        announce(web, feeds, f"A bridge opens {number}", text=EDITIONS[0])
        edited.run_round()
        edited.clock.advance(hours=2)
    assert web.paths("courier.test").count("/bridge") == 6


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 404}, "gone: answered 404"),
        ({"status": 403}, "forbidden: answered 403"),
        ({"text": "Read on with a subscription."}, "not_an_article: only"),
    ],
)
def test_a_second_fetch_that_fails_takes_no_article_away(edited, web, feeds, answer, words):
    announce(web, feeds, "A bridge opens, update", **answer)
    report = edited.run_round()
    assert report.is_balanced
    row = edited.rows()[PAGE]
    assert row.state is State.INDEXED
    assert words in row.reason
    assert [version.article.text.split("\n")[-1] for version in versions(edited)] == [EDITIONS[0]]
    announce(web, feeds, "A bridge opens, second update", text=EDITIONS[1])
    edited.clock.advance(hours=2)
    edited.run_round()
    assert len(versions(edited)) == 2


def test_a_server_that_fails_for_good_ends_with_the_article_as_it_was(edited, web, feeds):
    announce(web, feeds, "A bridge opens, update", status=500)
    for _ in range(8):
        report = edited.run_round()
        assert report.is_balanced
        assert list(edited.documents()) == [PAGE]
        edited.clock.advance(hours=12)
    row = edited.rows()[PAGE]
    assert row.state is State.INDEXED
    assert "fetched again in vain, quarantined: answered 500" in row.reason
