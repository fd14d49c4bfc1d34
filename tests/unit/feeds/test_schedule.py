from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.feeds.schedule import PollPolicy, after_failure, after_success, is_due, must_wait
from wirecopy.models import FeedState, SourceId

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
POLICY = PollPolicy(interval=timedelta(minutes=15))
STATE = FeedState(url="https://courier.test/feed", source_id=SourceId("courier"), etag='W/"old"', last_modified="old")


def success(headers, *, is_unchanged=False, ttl_s=None, state=STATE):
    return after_success(state, headers, is_unchanged=is_unchanged, ttl_s=ttl_s, now=NOW, policy=POLICY)


@pytest.mark.parametrize("is_unchanged", [False, True])
def test_validators_are_taken_byte_for_byte_from_200_and_304(is_unchanged):
    after = success({"etag": 'W/"n\xe9w" ', "last-modified": "yesterday, roughly"}, is_unchanged=is_unchanged)
    assert (after.etag, after.last_modified) == ('W/"n\xe9w" ', "yesterday, roughly")


def test_a_304_without_validators_keeps_them_and_a_200_without_forgets_them():
    kept = success({}, is_unchanged=True)
    assert (kept.etag, kept.last_modified) == (STATE.etag, STATE.last_modified)
    forgotten = success({})
    assert (forgotten.etag, forgotten.last_modified) == (None, None)


def test_the_next_poll_comes_after_the_interval_with_a_spread_of_its_own():
    waits = {success({}, state=replace(STATE, url=f"https://courier.test/{n}")).next_poll_at - NOW for n in range(50)}
    assert all(timedelta(minutes=15) <= wait <= timedelta(minutes=16.5) for wait in waits)
    assert len(waits) > 25


def test_ttl_lengthens_the_wait_up_to_six_hours_and_never_shortens_it():
    assert success({}, ttl_s=3600).next_poll_at - NOW >= timedelta(hours=1)
    assert success({}, ttl_s=60).next_poll_at - NOW >= timedelta(minutes=15)
    assert success({}, ttl_s=99_999 * 60).next_poll_at - NOW <= timedelta(hours=6.6)


def test_failures_lengthen_the_wait_and_keep_the_validators():
    state, waits = STATE, []
    for _ in range(12):
        state = after_failure(state, "answered 500", retry_after_s=None, now=NOW, policy=POLICY)
        waits.append(state.next_poll_at - NOW)
    assert waits == sorted(waits)
    assert waits[0] >= timedelta(minutes=30)
    assert waits[-1] <= timedelta(days=1.1)
    assert (state.etag, state.error_streak, state.last_error) == (STATE.etag, 12, "answered 500")
    healed = success({}, state=state)
    assert (healed.error_streak, healed.last_error) == (0, None)


def test_retry_after_is_obeyed_even_by_a_round_that_polls_everything():
    state = after_failure(STATE, "429", retry_after_s=3600, now=NOW, policy=POLICY)
    assert must_wait(state, NOW + timedelta(minutes=59))
    assert not must_wait(state, NOW + timedelta(minutes=61))
    assert not must_wait(after_failure(STATE, "500", retry_after_s=None, now=NOW, policy=POLICY), NOW)


def test_due():
    assert is_due(STATE, NOW)
    assert not is_due(success({}), NOW)
