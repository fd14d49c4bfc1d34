"""What is remembered of feeds, and that it never runs ahead of their entries."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime

import pytest

from wirecopy.models import DayCount, EventKind, FeedEvent, Pacing, PendingMove, SitePause, SourceId, Subscription

FEED = "https://example.org/feed?a=1&b=2"


def test_a_state_comes_back_whole(store, make):
    state = make.feed(
        FEED,
        source_id=SourceId("gazette"),
        etag='W/"abc-\u00e9"',
        last_modified="Tue, 10 Nov 2026 12:00:00 GMT",
        next_poll_at=make.at(15),
        last_polled_at=make.at(0),
        last_success_at=make.at(-15),
        retry_after_at=make.at(7),
        moved_to="https://example.org/new",
        former_urls=("https://example.org/older",),
        pending_move=PendingMove(url="https://example.org/newer", since=make.at(-40), count=3),
        unchanged_since=make.at(-30),
        body_mark="0f3a",
        window=("aa", "bb"),
        interval_s=1234.5,
        hours=(0.25, *(1.5,) * 23),
        surprise=3.75,
        pacing=Pacing(ttl_s=3600, update_s=1800, skip_hours=frozenset({0, 1}), skip_days=frozenset({6})),
        no_paging_at=make.at(-60),
        first_polled_at=make.at(-90),
        last_new_at=make.at(-45),
        last_status=503,
        error_streak=4,
        penalty=2.5,
        gone_streak=1,
        last_error="timed out",
        days=(DayCount(day=date(2026, 11, 21), polls=90, new=12), DayCount(day=date(2026, 11, 22), polls=3, new=0)),
        events=(FeedEvent(at=make.at(-20), kind=EventKind.POSSIBLE_LOSS, text="0 of 20 entries known"),),
        subscription=Subscription(
            hub_url="https://hub.example/",
            topic_url=FEED,
            secret="s3cret",
            token="t0ken",
            requested_at=make.at(-10),
            ask_at=make.at(400),
            failures=2,
            expires_at=make.at(600),
            refused="no",
            notified_at=make.at(-5),
            missed=1,
        ),
    )
    assert all(getattr(state, field.name) != field.default for field in fields(state)), "every attribute says something"
    bare = make.feed("https://example.org/other")
    store.feeds.save([state, bare])

    assert store.feeds.get([FEED, bare.url, "https://example.org/unknown"]) == {FEED: state, bare.url: bare}
    assert store.feeds.get([]) == {}


def test_validators_stay_byte_for_byte(store, make):
    state = make.feed(FEED, etag='"Zu\u0308rich\udce9\x7f"', last_modified=" Tue ")
    store.feeds.save([state])

    assert store.feeds.get([FEED])[FEED] == state


def test_a_feed_is_found_by_the_address_as_the_sources_file_states_it(store, make):
    decomposed = "https://example.org/zu\u0308rich"
    store.feeds.save([make.feed(decomposed, etag="1")])

    assert store.feeds.get([decomposed])[decomposed].etag == "1"


def test_save_replaces_by_url(store, make):
    store.feeds.save([make.feed(FEED, etag="1", last_error="x")])
    store.feeds.save([make.feed(FEED, etag="2")])

    assert store.feeds.all() == (make.feed(FEED, etag="2"),)


def test_all_are_in_the_order_of_their_urls(store, make):
    urls = [f"https://{host}.example/feed" for host in ("b", "a", "c")]
    store.feeds.save([make.feed(url) for url in urls])

    assert [state.url for state in store.feeds.all()] == sorted(urls)


def test_more_feeds_than_any_page_of_the_store(store, make):
    urls = [f"https://example.org/{number:05}" for number in range(1200)]
    store.feeds.save([make.feed(url) for url in urls])

    assert [state.url for state in store.feeds.all()] == urls
    assert len(store.feeds.get(urls)) == 1200


def test_record_poll_adds_rows_and_state(store, make):
    store.ledger.discover([make.row("a")])

    assert store.record_poll(make.feed(FEED, etag="1"), [make.row("a"), make.row("b"), make.row("c")]) == 2
    assert store.feeds.get([FEED])[FEED].etag == "1"
    assert store.ledger.discovered() == 3
    assert store.record_poll(make.feed(FEED, etag="2"), []) == 0
    assert store.feeds.get([FEED])[FEED].etag == "2"


def test_validators_do_not_advance_when_the_rows_were_refused(store, make):
    store.record_poll(make.feed(FEED, etag="1"), [])
    naive = make.row("b", next_attempt_at=datetime(2026, 11, 10))  # noqa: DTZ001 - a row no store can take

    with pytest.raises(ValueError, match="no time zone"):
        store.record_poll(make.feed(FEED, etag="2"), [make.row("a"), naive])

    assert store.feeds.get([FEED])[FEED].etag == "1"


def test_a_pause_is_known_until_it_is_over(store, make):
    pauses = [
        SitePause(site="courier.example", until=make.at(10), reason="answered 429"),
        SitePause(site="bote.example", until=make.at(20), reason="answered 503"),
    ]
    store.pauses.save(pauses)
    assert store.pauses.active(make.at(5)) == (pauses[1], pauses[0])
    assert store.pauses.active(make.at(10)) == (pauses[1],)

    longer = SitePause(site="courier.example", until=make.at(30), reason="answered 429 again")
    store.pauses.save([longer])
    assert store.pauses.active(make.at(25)) == (longer,)
    assert store.pauses.active(make.at(40)) == ()
