"""Rows of answers after which a feed must go on being read, and being left alone."""

import random
from dataclasses import replace

from wirecopy.models import EventKind, SourceId

FEED = "http://courier.test/feed"


def unless_conditional(web, answer, otherwise):
    """Answers a request without validators by the first, one with them by the second."""
    return lambda asked: otherwise if asked.header("if-none-match") else answer


def test_an_outlet_that_the_sources_file_renames_brings_entries_under_its_new_name(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(["a"])), web.reply(200, feeds.rss(["b", "a"])))
    rig = rig_of(FEED)
    rig.poll()
    rig.sources = (replace(rig.sources[0], id=SourceId("renamed")),)
    rig.clock.advance(hours=1)
    rig.poll()
    assert rig.state().source_id == "renamed"
    assert rig.rows()["http://courier.test/b"].source_id == "renamed"
    assert rig.rows()["http://courier.test/a"].source_id == "courier", "the outlet that brought it first"


def test_a_retry_after_of_a_clock_that_was_ahead_does_not_last(web, rig_of, feeds):
    web.on(FEED, web.reply(429, Retry_After="3600"), web.reply(200, feeds.rss(2)))
    rig = rig_of(FEED)
    rig.clock.advance(days=300)
    rig.poll()
    assert rig.poll() == {"waiting": 1}
    rig.clock.advance(days=-300)
    assert rig.poll_due() == {"read": 1, "discovered": 2}


def test_a_304_that_was_not_asked_for_is_a_failure(web, rig_of, feeds):
    web.on(FEED, web.reply(304), web.reply(200, feeds.rss(2)))
    rig = rig_of(FEED)
    assert rig.poll() == {"failed": 1}
    assert "304" in rig.state().last_error
    assert rig.state().last_success_at is None
    rig.clock.advance(hours=1)
    assert rig.poll() == {"read": 1, "discovered": 2}


def test_a_feed_that_broke_off_is_asked_for_whole_again(web, rig_of, feeds):
    whole = feeds.rss(20)
    cut = web.reply(200, whole[: len(whole) // 2], ETag='"a"')
    web.on(FEED, unless_conditional(web, cut, web.reply(304)))
    rig = rig_of(FEED)
    assert rig.poll()["read"] == 1
    assert rig.events() == [EventKind.TRUNCATED]
    rig.clock.advance(hours=1)
    web.on(FEED, unless_conditional(web, web.reply(200, whole, ETag='"a"'), web.reply(304)))
    rig.poll()
    assert len(rig.rows()) == 20


def test_a_feed_that_always_breaks_off_at_one_place_is_asked_conditionally_after_that(web, rig_of, feeds):
    cut = web.reply(200, feeds.rss(20)[:-30], ETag='"a"')
    web.on(FEED, unless_conditional(web, cut, web.reply(304)))
    rig = rig_of(FEED)
    counts = []
    for _ in range(3):
        counts.append(rig.poll())
        rig.clock.advance(hours=1)
    assert counts == [{"read": 1, "discovered": 19}, {"unchanged": 1}, {"unchanged": 1}]
    assert [asked.header("if-none-match") for asked in web.asked] == [None, None, b'"a"']


def test_a_server_that_refuses_its_own_validators_is_asked_without_them(web, rig_of, feeds):
    web.on(FEED, unless_conditional(web, web.reply(200, feeds.rss(5), ETag='"a"'), web.reply(400)))
    rig = rig_of(FEED)
    counts = []
    for _ in range(5):
        counts.append(rig.poll())
        rig.clock.advance(hours=12)
    assert counts == [{"read": 1, "discovered": 5}, *[{"failed": 1}] * 3, {"unchanged": 1}]


def test_a_validator_that_no_server_would_read_is_not_sent_back(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(5), ETag=f'"{"a" * 3000}"', Last_Modified="Mon, 23 Nov 2026 08:00:00 GMT"))
    rig = rig_of(FEED)
    rig.poll()
    assert rig.state().etag is None
    assert rig.state().last_modified == "Mon, 23 Nov 2026 08:00:00 GMT"


def test_a_feed_that_lists_known_entries_at_random_has_lost_none(web, rig_of, feeds):
    rng = random.Random(1)
    rig = rig_of(FEED)
    web.on(FEED, web.reply(200, feeds.rss(60)))
    rig.poll()
    for _ in range(40):
        rig.clock.now = rig.state().next_poll_at
        web.on(FEED, web.reply(200, feeds.rss([f"story-{n}" for n in rng.sample(range(60), 5)])))
        rig.poll_due()
    assert rig.events() == []
    assert set(web.paths()) == {"/feed"}, "no older pages"
    assert rig.state().interval_s > 900, "what it shows again is no news"
