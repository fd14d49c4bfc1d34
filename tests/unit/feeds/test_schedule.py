"""When a feed is polled next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.errors import ConnectionFailed, FetchTimeout, NameNotFound, NotAFeed, RateLimited
from wirecopy.feeds.failures import Failure, judge_error, judge_status
from wirecopy.feeds.schedule import (
    GONE_WAIT,
    PollPolicy,
    Success,
    after_failure,
    after_outage,
    after_pause,
    after_success,
    is_due,
    is_gone,
    may_believe_validators,
    must_wait,
)
from wirecopy.models import EventKind, FeedEvent, FeedState, Pacing, SourceId

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
POLICY = PollPolicy(start=timedelta(minutes=15), shortest=timedelta(minutes=10), longest=timedelta(days=1))
FLAT = (1.0,) * 24  # one entry an hour
STATE = FeedState(
    url="https://courier.test/feed",
    source_id=SourceId("courier"),
    etag='W/"old"',
    last_modified="old",
    hours=(6.0,) * 24,
    interval_s=900.0,
    window=tuple(f"{n}:" for n in range(20)),
    first_polled_at=NOW - timedelta(days=30),
    last_polled_at=NOW - timedelta(minutes=15),
    last_success_at=NOW - timedelta(minutes=15),
)


def success(headers=None, *, status=304, state=STATE, **poll):
    return after_success(state, Success(status=status, headers=headers or {}, **poll), now=NOW, policy=POLICY)


def wait_of(state):
    return state.next_poll_at - NOW


@pytest.mark.parametrize("status", [200, 304])
def test_validators_are_taken_byte_for_byte_from_200_and_304(status):
    after = success({"etag": 'W/"n\xe9w" ', "last-modified": "yesterday, roughly"}, status=status)
    assert (after.etag, after.last_modified) == ('W/"n\xe9w" ', "yesterday, roughly")


def test_a_304_without_validators_keeps_them_and_a_200_without_forgets_them():
    kept, forgotten = success(), success(status=200)
    assert (kept.etag, kept.last_modified) == (STATE.etag, STATE.last_modified)
    assert (forgotten.etag, forgotten.last_modified) == (None, None)


def test_a_row_of_304s_is_remembered_from_its_first_and_ended_by_a_200():
    first = success()
    assert first.unchanged_since == NOW
    assert success(state=replace(first, unchanged_since=NOW - timedelta(days=2))).unchanged_since == NOW - timedelta(days=2)
    assert success(status=200, state=first).unchanged_since is None


def test_validators_are_left_out_after_a_week_of_304s_or_a_day_where_they_lied():
    def believes(**ago):
        return may_believe_validators(replace(state, unchanged_since=NOW - timedelta(**ago)), NOW)

    state = STATE
    assert may_believe_validators(state, NOW)
    assert believes(days=6, hours=23)
    assert not believes(days=7)
    state = replace(STATE, events=(FeedEvent(at=NOW - timedelta(days=30), kind=EventKind.STALE_VALIDATORS, text="so"),))
    assert believes(hours=23)
    assert not believes(days=1)


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({}, 10, 17),
        ({"cache-control": "max-age=60"}, 10, 17),
        ({"cache-control": "max-age=3600"}, 60, 66),
        ({"cache-control": "max-age=3600", "age": "1800"}, 30, 33),
        ({"cache-control": "max-age=3600, no-cache"}, 10, 17),
        ({"cache-control": "max-age=99999999999"}, 1440, 1584),
        ({"cache-control": 'Max-Age="7200"'}, 120, 132),
        ({"cache-control": "max-age=-5", "expires": "Mon, 23 Nov 2026 18:00:00 GMT"}, 10, 17),
        ({"expires": "Mon, 23 Nov 2026 14:00:00 GMT"}, 120, 132),
        ({"expires": "Sat, 03 Jan 2009 12:00:00 GMT", "date": "Sat, 03 Jan 2009 10:00:00 GMT"}, 120, 132),
        ({"expires": "0"}, 10, 17),
        ({"expires": "Mon, 23 Nov 2026 11:00:00 GMT"}, 10, 17),
    ],
)
def test_what_http_says_of_freshness_lengthens_the_wait_within_the_limits(headers, least, most):
    minutes = wait_of(success(headers)) / timedelta(minutes=1)
    assert least <= minutes <= most


@pytest.mark.parametrize(
    ("pacing", "least", "most"),
    [
        (Pacing(ttl_s=0), 10, 17),
        (Pacing(ttl_s=60), 10, 17),
        (Pacing(ttl_s=3600), 60, 66),
        (Pacing(ttl_s=99_999 * 60), 360, 396),
        (Pacing(update_s=3600 // 7), 10, 17),
        (Pacing(update_s=86_400), 360, 396),
        (Pacing(ttl_s=7200, update_s=3600), 120, 132),
    ],
)
def test_a_feeds_wishes_lengthen_the_wait_up_to_six_hours(pacing, least, most):
    minutes = wait_of(success(status=200, entries=(), window=STATE.window, pacing=pacing)) / timedelta(minutes=1)
    assert least <= minutes <= most
    kept = success(state=replace(STATE, pacing=pacing))
    assert least <= wait_of(kept) / timedelta(minutes=1) <= most, "a 304 does not repeat the wishes"


def test_wishes_are_passed_over_for_a_week_after_something_was_lost():
    state = replace(STATE, events=(FeedEvent(at=NOW - timedelta(days=6), kind=EventKind.POSSIBLE_LOSS, text="lost"),))
    assert wait_of(success({"cache-control": "max-age=86400"}, state=state)) < timedelta(minutes=17)


def test_hours_to_skip_are_skipped_and_never_for_longer_than_the_limit():
    night = success(status=200, entries=(), pacing=Pacing(skip_hours=frozenset({12, 13, 14})))
    assert night.next_poll_at.hour == 15
    weekend = success(status=200, entries=(), pacing=Pacing(skip_days=frozenset({0, 1, 2})))
    assert wait_of(weekend) == POLICY.longest


def test_the_operators_least_wait_holds():
    assert wait_of(success(source_wait=timedelta(hours=3))) >= timedelta(hours=3)


def test_overlap_that_was_lost_halves_the_interval():
    state = replace(STATE, interval_s=7200.0, hours=FLAT, last_success_at=NOW - timedelta(hours=2))
    lost = success(status=200, entries=(), window=STATE.window, is_lost=True, state=state)
    assert lost.interval_s <= 3600


def test_a_thousand_feeds_added_together_are_polled_evenly_from_then_on():
    fresh = [FeedState(url=f"https://site{n}.test/feed", source_id=SourceId("x")) for n in range(1000)]
    seconds = [wait_of(success(state=state)).total_seconds() for state in fresh]
    most = max(sum(start <= second < start + 10 for second in seconds) for start in range(0, 2000, 10))
    assert most <= 30, "an even spread over 15 minutes is 11 in ten seconds"
    assert 600 <= min(seconds) <= max(seconds) <= 1501


def test_later_waits_keep_a_spread_of_a_tenth():
    waits = {wait_of(success(state=replace(STATE, url=f"https://courier.test/{n}"))) for n in range(50)}
    assert len(waits) > 25
    assert max(waits) <= min(waits) * 1.11


def test_failures_lengthen_the_wait_and_keep_the_validators():
    state, waits = STATE, []
    for _ in range(12):
        state = after_failure(state, Failure(reason="answered 500"), now=NOW, policy=POLICY)
        waits.append(wait_of(state))
    assert min(waits) >= timedelta(minutes=15)
    assert waits[0] <= timedelta(minutes=30)
    assert max(waits) <= timedelta(days=1)
    assert sum(waits[8:], timedelta()) > 4 * sum(waits[:4], timedelta())
    assert (state.etag, state.error_streak, state.last_error) == (STATE.etag, 12, "answered 500")
    healed = success(state=state)
    assert (healed.error_streak, healed.penalty, healed.last_error) == (0, 0.0, None)
    assert [event.kind for event in healed.events] == [EventKind.REVIVED]


def test_feeds_that_failed_together_do_not_come_back_together():
    states = [replace(STATE, url=f"https://courier.test/{n}", penalty=5.0, error_streak=5) for n in range(200)]
    hours = [wait_of(after_failure(s, Failure(reason="down"), now=NOW, policy=POLICY)) / timedelta(hours=1) for s in states]
    thirds = [sum(low <= hour < low + 16 / 3 for hour in hours) for low in (0, 16 / 3, 32 / 3)]
    assert min(thirds) > 40, thirds


@pytest.mark.parametrize(
    ("failure", "weight"),
    [
        (judge_error(NameNotFound("x", "nobody knows it"), "nobody knows it"), 0.25),
        (judge_error(ConnectionFailed("x", "refused"), "refused"), 0.5),
        (judge_error(FetchTimeout("x", "late"), "late"), 0.5),
        (judge_error(NotAFeed("x", "HTML"), "HTML"), 1.0),
        (judge_status(404), 0.5),
        (judge_status(410), 1.0),
        (judge_status(403), 1.0),
    ],
)
def test_failures_count_by_what_they_say_of_the_feed(failure, weight):
    assert failure.weight == weight
    assert after_failure(STATE, failure, now=NOW, policy=POLICY).penalty == weight


def test_each_refusal_has_a_reason_of_its_own():
    assert len({judge_status(status).reason for status in (401, 403, 404, 410)}) == 4


def test_410_twice_is_gone_and_asked_once_a_month():
    once = after_failure(STATE, judge_status(410), now=NOW, policy=POLICY)
    assert not is_gone(once)
    twice = after_failure(once, judge_status(410), now=NOW, policy=POLICY)
    assert is_gone(twice)
    assert GONE_WAIT <= wait_of(twice) <= GONE_WAIT * 1.1
    assert [event.kind for event in twice.events] == [EventKind.GONE]
    again = after_failure(twice, judge_status(410), now=NOW, policy=POLICY)
    assert len(again.events) == 1
    revived = success(status=200, entries=(), state=again)
    assert (is_gone(revived), revived.events[-1].kind) == (False, EventKind.REVIVED)
    assert not is_gone(after_failure(once, judge_status(404), now=NOW, policy=POLICY)), "not in a row"


def test_retry_after_is_obeyed_even_by_a_round_that_polls_everything():
    error = RateLimited("x", "answered 429", retry_after_s=3600)
    state = after_failure(STATE, judge_error(error, "answered 429"), now=NOW, policy=POLICY)
    assert must_wait(state, NOW + timedelta(minutes=59))
    assert not must_wait(state, NOW + timedelta(minutes=61))
    assert wait_of(state) >= timedelta(hours=1)
    assert not must_wait(after_failure(STATE, Failure(reason="500"), now=NOW, policy=POLICY), NOW)


def test_retry_after_for_ever_is_a_day():
    failure = Failure(reason="answered 503", retry_after_s=1e9)
    assert wait_of(after_failure(STATE, failure, now=NOW, policy=POLICY)) <= timedelta(days=1.1)


def test_a_pause_of_the_site_and_an_outage_of_ours_count_nothing():
    paused = after_pause(STATE, 120.0, now=NOW)
    assert (paused.error_streak, paused.penalty, wait_of(paused)) == (0, 0.0, timedelta(seconds=120))
    offline = after_outage(STATE, now=NOW)
    assert (offline.error_streak, offline.penalty, offline.last_error) == (0, 0.0, None)
    assert wait_of(offline) < timedelta(minutes=6)
    assert after_outage(replace(STATE, last_success_at=NOW - timedelta(days=8)), now=NOW) is None


def test_due():
    assert is_due(STATE, NOW)
    assert not is_due(success(), NOW)


@pytest.mark.parametrize("days", [40, 80, 400, 20_000])
def test_a_burst_of_long_ago_is_forgotten(days):
    state = replace(STATE, surprise=40.0, hours=(1.0,) * 24, last_success_at=NOW - timedelta(days=days))
    after = after_success(state, Success(status=304, headers={}), now=NOW, policy=POLICY)
    assert after.surprise < 1e-4
    assert POLICY.shortest <= wait_of(after) <= POLICY.longest * 1.1


def test_a_clock_that_was_ahead_leaves_no_feed_unasked():
    ahead = NOW + timedelta(days=300)
    spared = after_outage(STATE, now=ahead)
    spared = spared or after_failure(STATE, Failure(reason="down"), now=ahead, policy=POLICY)
    for state in (spared, after_pause(STATE, 3600, now=ahead)):
        assert not is_due(state, ahead)
        assert is_due(state, NOW)
        assert not must_wait(state, NOW)
    new = after_outage(FeedState(url=STATE.url, source_id=STATE.source_id), now=ahead)
    assert is_due(new, NOW)
