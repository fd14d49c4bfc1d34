"""Rows 12, 23 and 30: entries that come and go between two polls, guids, and feeds longer than a limit."""

from collections import Counter

import pytest

from wirecopy.models import EventKind, FeedEntry, FeedState, FetchRequest, ParsedFeed, Purpose, Source, SourceId
from wirecopy.steps.reading import Reading
from wirecopy.steps.record import record_reading

FEED = "http://courier.test/feed"


def stories(first, last):
    """Slugs, newest first."""
    return [f"story-{n}" for n in range(last, first, -1)]


def test_lost_overlap_is_a_possible_loss_and_halves_the_interval(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(stories(0, 20))))
    rig = rig_of(FEED)
    rig.poll()
    rig.clock.advance(hours=1)
    rig.poll()
    before = rig.state().interval_s
    rig.clock.advance(hours=1)
    web.on(FEED, web.reply(200, feeds.rss(stories(50, 70))))
    assert rig.poll()["discovered"] == 20
    assert rig.events() == [EventKind.POSSIBLE_LOSS]
    assert "none of the 20" in rig.state().events[0].text
    assert rig.state().interval_s <= max(before / 2, 600)


def test_overlap_that_is_lost_is_looked_for_in_pages_by_rfc_5005(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(stories(0, 20))))
    rig = rig_of(FEED)
    rig.poll()
    rig.clock.advance(hours=1)

    def page(first, last, following):
        return web.reply(200, feeds.rss(stories(first, last), channel=f'<atom:link rel="next" href="{following}"/>'))

    web.on(FEED, page(50, 70, "/older-1"))
    web.on("http://courier.test/older-1", page(30, 50, "/older-2"))
    web.on("http://courier.test/older-2", page(10, 30, "/older-3"))
    assert rig.poll()["discovered"] == 50
    assert web.paths()[-3:] == ["/feed", "/older-1", "/older-2"]
    assert rig.events() == [EventKind.POSSIBLE_LOSS]
    assert "lead back" in rig.state().events[0].text
    assert len(rig.rows()) == 70


def test_overlap_that_is_lost_is_looked_for_by_paged(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(stories(0, 20))))
    rig = rig_of(FEED)
    rig.poll()
    rig.clock.advance(hours=1)
    web.on(FEED, web.reply(200, feeds.rss(stories(30, 50))))
    web.on(f"{FEED}?paged=2", web.reply(200, feeds.rss(stories(10, 30))))
    assert rig.poll()["discovered"] == 30


@pytest.mark.parametrize("answer", ["same", "missing"])
def test_paged_that_does_not_help_is_not_tried_again(web, rig_of, feeds, answer):
    rig = rig_of(FEED)
    for last in (20, 50, 80):
        body = feeds.rss(stories(last - 20, last))
        web.on(FEED, web.reply(200, body))
        web.on(f"{FEED}?paged=2", web.reply(200, body) if answer == "same" else web.reply(404))
        rig.poll()
        rig.clock.advance(hours=1)
    assert web.paths().count("/feed?paged=2") == 1
    assert len(rig.rows()) == 60


def test_a_feed_that_shrinks_or_keeps_one_entry_lost_nothing(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(stories(0, 20))), web.reply(200, feeds.rss(["other"])), web.reply(200, feeds.rss([])))
    rig = rig_of(FEED)
    for _ in range(3):
        rig.poll()
        rig.clock.advance(hours=1)
    assert rig.events() == []


def test_one_guid_for_several_pages_loses_none_of_them(web, rig_of, feeds):
    items = [feeds.item(slug, guid="always this") for slug in ("a", "b", "c")]
    web.on(FEED, web.reply(200, feeds.rss(items)))
    rig = rig_of(FEED)
    assert rig.poll() == {"read": 1, "discovered": 3}
    assert rig.events() == [EventKind.GUIDS_REUSED]
    more = [feeds.item(slug, guid="always this") for slug in ("d", "a", "b")]
    web.on(FEED, web.reply(200, feeds.rss(more)))
    assert rig.poll() == {"read": 1, "discovered": 1}
    assert len(rig.state().events) == 1


def test_guids_that_change_with_every_poll_are_no_new_entries(web, rig_of, feeds):
    rig = rig_of(FEED)
    for session in range(3):
        items = [feeds.item(f"story-{n}", guid=f"{n}?sid={session}") for n in range(20)]
        web.on(FEED, web.reply(200, feeds.rss(items)))
        counts = rig.poll()
        rig.clock.advance(hours=1)
    assert counts == {"read": 1}
    assert rig.events() == [EventKind.GUIDS_REUSED]
    assert rig.state().days[-1].hours == 1 << 8, "only the first poll brought something"


def test_links_that_change_with_every_poll_are_known_by_their_guids(web, rig_of, feeds):
    rig = rig_of(FEED)
    for session in range(2):
        items = [feeds.item(f"s{session}/story-{n}", guid=f"story {n}") for n in range(20)]
        web.on(FEED, web.reply(200, feeds.rss(items)))
        rig.poll()
        rig.clock.advance(hours=1)
    assert rig.events() == [], "the window overlaps by the guids"


def test_a_guid_that_turns_from_http_to_https_is_no_new_entry(web, rig_of, feeds):
    def body(scheme):
        return feeds.rss([feeds.item("a", link=f"{scheme}://courier.test/a", guid=f"{scheme}://courier.test/a")])

    web.on(FEED, web.reply(200, body("http")), web.reply(200, body("https")))
    rig = rig_of(FEED)
    assert rig.poll()["discovered"] == 1
    assert rig.poll() == {"read": 1}
    assert rig.events() == []


def test_five_thousand_entries_are_all_taken_up(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(5_000)))
    rig = rig_of(FEED)
    assert rig.poll() == {"read": 1, "discovered": 5_000}
    assert rig.events() == []
    assert len(rig.rows()) == 5_000


@pytest.mark.parametrize("of_source", [True, False])
def test_entries_beyond_a_limit_are_told(web, rig_of, feeds, of_source):
    web.on(FEED, web.reply(200, feeds.rss(50)))
    if of_source:
        rig = rig_of(Source(id=SourceId("courier"), name="Courier", feeds=(FEED,), max_entries=10))
    else:
        rig = rig_of(FEED, max_entries=10)
    assert rig.poll() == {"read": 1, "discovered": 10}
    assert rig.events() == [EventKind.TRUNCATED]
    assert "40 of 50" in rig.state().events[0].text
    assert "http://courier.test/story-0" in rig.rows()


def test_a_feed_whose_bytes_are_too_many_gives_its_beginning_and_says_so(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(2_000)))
    rig = rig_of(FEED, max_bytes=60_000)
    counts = rig.poll()
    assert counts["read"] == 1
    assert 100 < counts["discovered"] < 2_000
    assert rig.events() == [EventKind.TRUNCATED]
    assert rig.state().body_mark is None


def test_days_count_what_nobody_had_brought_before(web, rig_of, feeds):
    other = "http://courier.test/sport"
    web.on(FEED, web.reply(200, feeds.rss(3)))
    web.on(other, web.reply(200, feeds.rss(4)))
    rig = rig_of(FEED, other)
    rig.poll(FEED)
    rig.poll(other)
    assert [(day.polls, day.new) for day in rig.state(other).days] == [(1, 1)]
    assert rig.state(other).last_new_at == rig.clock()


def test_an_edited_title_is_fetched_again_only_by_the_feed_that_brought_it(web, rig_of, feeds):
    other = "http://courier.test/sport"
    web.on(FEED, web.reply(200, feeds.rss([feeds.item("a", title="First")])))
    web.on(other, web.reply(200, feeds.rss([feeds.item("a", title="Another")])))
    web.on("http://courier.test/a", web.reply(200, feeds.page("First"), Content_Type="text/html"))
    rig = rig_of(FEED, other)
    rig.run_round()
    assert len(rig.documents()) == 1
    rig.clock.advance(hours=1)
    assert rig.poll() == {"unchanged": 2}
    web.on(FEED, web.reply(200, feeds.rss([feeds.item("a", title="Second")])))
    assert rig.poll(other) == {"unchanged": 1}
    assert rig.poll(FEED) == {"read": 1, "revisited": 1}
    row = rig.rows()["http://courier.test/a"]
    assert (row.state.value, row.revisits) == ("pending", 1)


def test_entries_that_a_second_reading_counted_are_told(web, rig_of, feeds, clock):
    url = "http://courier.test/a"
    web.on(FEED, web.reply(200, feeds.rss(["a"])))
    rig = rig_of(FEED)
    with rig.open() as pipeline:
        context = pipeline._context
        answers = []
        context.fetch([FetchRequest(url=FEED, purpose=Purpose.FEED, source_id=SourceId("courier"))], answers.append)
        feed = ParsedFeed(format="rss20", title=None, entries=(FeedEntry(url=url),), missing=3)
        state = FeedState(url=FEED, source_id=SourceId("courier"))
        record_reading(context, Reading(state=state, page=answers[0].page, feed=feed, body_mark="m"), Counter())
    assert rig.events() == [EventKind.ENTRIES_MISSING]
    assert "3 items" in rig.state().events[0].text
    assert set(rig.rows()) == {url}
