"""When a feed is polled next, and what is remembered of a poll: pure functions of its state, the answer and the time.

The entrance to the decisions beside it: `habits` (how often it brings something), `freshness` (HTTP), `pacing` (its own
wishes), `moves`, `overlap`, `failures`, `events`. docs/polling.md has the rules in tables.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.feeds import moves
from wirecopy.feeds.days import count_poll
from wirecopy.feeds.events import add_event, had_event
from wirecopy.feeds.failures import GONE_STATUS, Failure
from wirecopy.feeds.freshness import fresh_for
from wirecopy.feeds.habits import GOAL, GOAL_SUBSCRIBED, Habits, first_habits, learn, plan_interval
from wirecopy.feeds.pacing import least_wait, leave_quiet_hours
from wirecopy.feeds.websub import is_subscribed
from wirecopy.models import EventKind
from wirecopy.models.feed_state import LONGEST_RETRY_AFTER, is_ahead
from wirecopy.outage import FORBEARANCE, OFFLINE_WAIT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from wirecopy.models import FeedEntry, FeedState, Pacing

GONE_AFTER = 2
"""Answers 410 in a row after which a feed is taken for gone."""
GONE_WAIT = timedelta(days=30)
"""A feed that is gone is asked once a month."""

UNBELIEVED_AFTER = timedelta(days=7)
"""After so long a row of 304s the feed is asked once without validators: servers that answer 304 for ever exist (FreshRSS 1020,
miniflux 51); NetNewsWire waits eight days."""
UNBELIEVED_SOONER = timedelta(days=1)
"""The same for a feed whose validators were found to lie."""
_LIES_REMEMBERED = timedelta(days=60)
_UNBELIEVED_FAILURES = 3
_LONGEST_VALIDATOR = 2_000  # both fit into the 8 kB that Apache and nginx read of a request's headers; real ones have under 100

# A feed that lost entries while it was left alone as it wished is polled by its habits for so long.
_WISHES_IGNORED = timedelta(days=7)
_LATE_FACTOR = 2.0
_ON_TIME = timedelta(minutes=10)  # how often Airflow and cron look for feeds that are due
_MOST_DOUBLINGS = 20.0  # 2^20 intervals of a second are 12 days; beyond that the cap holds anyway
_LONG_FAILING_STREAK = 10
_LONGEST_REASON = 1_000  # a reason may name an address out of a header, of 64 kB


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPolicy:
    """How often feeds are polled.

    Attributes:
        start: Between two polls of a feed whose habits are not known yet.
        shortest: The shortest interval that habits lead to.
        longest: The longest that habits, wishes or failures lead to.
    """

    start: timedelta
    shortest: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """A poll whose entries are about to be stored, or that brought the body of the last time.

    Attributes:
        status: HTTP status.
        headers: The answer's, names in lower case.
        permanent_url: Where an unbroken chain of permanent redirects led, or None.
        entries: What the feed holds; None where nothing was parsed, for a 304 or the same body.
        fresh: Of these, what the body before did not have.
        window: What is remembered of them.
        body_mark: Of the body, or None.
        pacing: The feed's believable wishes.
        is_lost: Whether there was no overlap with the body before.
        new: URLs that nobody had brought before.
        source_wait: The least wait that the operator states for the source.
    """

    status: int
    headers: Mapping[str, str]
    permanent_url: str | None = None
    entries: tuple[FeedEntry, ...] | None = None
    fresh: tuple[FeedEntry, ...] = ()
    window: tuple[str, ...] = ()
    body_mark: str | None = None
    pacing: Pacing | None = None
    is_lost: bool = False
    new: int = 0
    source_wait: timedelta = timedelta(0)


def is_due(state: FeedState, now: datetime) -> bool:
    """Whether the feed may be polled now; so it may where the clock went back, by which its next poll would be far off."""
    if state.next_poll_at <= now or (state.last_polled_at is not None and state.last_polled_at > now):
        return True
    asked_to_wait = state.retry_after_at is not None and state.retry_after_at > now
    return asked_to_wait and not must_wait(state, now)


def must_wait(state: FeedState, now: datetime) -> bool:
    """Whether its host asked us not to come back yet (`Retry-After`)."""
    return state.retry_after_at is not None and is_ahead(state.retry_after_at, now)


def is_gone(state: FeedState) -> bool:
    """Whether the feed said often enough that it is gone."""
    return state.gone_streak >= GONE_AFTER


def may_believe_validators(state: FeedState, now: datetime) -> bool:
    """Whether to ask conditionally: not where 304s may hide entries, and not after three failures in a row.

    Servers that answer their own validators with 400, 412 or 500 would fail for ever.
    """
    return state.error_streak < _UNBELIEVED_FAILURES and not may_hide_entries(state, now)


def may_hide_entries(state: FeedState, now: datetime) -> bool:
    """Whether its 304s are to be doubted: after a week of nothing else, or a day where that once hid entries."""
    if state.unchanged_since is None:
        return False
    has_lied = had_event(state, EventKind.STALE_VALIDATORS, since=now - _LIES_REMEMBERED)
    return now - state.unchanged_since >= (UNBELIEVED_SOONER if has_lied else UNBELIEVED_AFTER)


def after_success(state: FeedState, poll: Success, *, now: datetime, policy: PollPolicy) -> FeedState:
    """The state after a 200 whose entries are stored with it, or after a 304.

    Validators are taken byte for byte from every answer. A 304 may leave them out (RFC 9110, 15.4.5): then the old ones
    stay. A 200 without them means that the server has none any more.

    Args:
        state: The state as it was.
        poll: What the poll brought.
        now: The present instant.
        policy: How often to poll.
    """
    is_304 = poll.status == 304  # noqa: PLR2004 - Not Modified
    after = _revive(state, now)
    after = moves.note_answer(after, poll.permanent_url, now)
    habits = _learn(state, poll, now)
    window = poll.window if poll.entries is not None else state.window
    pacing = state.pacing if poll.pacing is None else poll.pacing
    since = now - _WISHES_IGNORED
    interval = plan_interval(
        habits,
        now=now,
        window=len(window),
        watched=now - (state.first_polled_at or now),
        start=policy.start,
        shortest=policy.shortest,
        longest=policy.longest,
        goal=GOAL_SUBSCRIBED if is_subscribed(state, now) else GOAL,
        recent=_recent_rate(state, poll, now),
    )
    if poll.is_lost and state.interval_s is not None:
        interval = max(min(interval, timedelta(seconds=state.interval_s) / 2), min(policy.shortest, policy.longest))
    wait = interval
    if not had_event(after, EventKind.POSSIBLE_LOSS, since=since):
        wished = min(max(least_wait(pacing), fresh_for(poll.headers, now)), policy.longest)
        wait = max(wait, wished)
    wait = max(wait, poll.source_wait)
    return replace(
        after,
        etag=_validator(poll.headers.get("etag", state.etag if is_304 else None)),
        last_modified=_validator(poll.headers.get("last-modified", state.last_modified if is_304 else None)),
        unchanged_since=(state.unchanged_since or now) if is_304 else None,
        body_mark=poll.body_mark if poll.entries is not None else state.body_mark,
        window=window,
        interval_s=interval.total_seconds(),
        hours=habits.hours,
        surprise=habits.surprise,
        pacing=pacing,
        next_poll_at=_next(state, wait, pacing, after, now=now, policy=policy),
        first_polled_at=state.first_polled_at or now,
        last_polled_at=now,
        last_success_at=now,
        last_new_at=now if poll.new else state.last_new_at,
        last_status=poll.status,
        retry_after_at=None,
        error_streak=0,
        penalty=0.0,
        gone_streak=0,
        last_error=None,
        days=count_poll(state.days, now=now, new=poll.new, has_fresh=bool(poll.fresh)),
    )


def after_failure(state: FeedState, failure: Failure, *, now: datetime, policy: PollPolicy) -> FeedState:
    """The state after an attempt that brought no entries; its validators and its window stay as they were.

    The wait lies somewhere between the feed's interval and that interval doubled for each failure, by a number of the feed's
    own (full jitter): feeds that failed together do not come back together.

    Args:
        state: The state as it was.
        failure: What went wrong.
        now: The present instant.
        policy: How often to poll.
    """
    gone_streak = state.gone_streak + 1 if failure.status == GONE_STATUS else 0
    streak, penalty = state.error_streak + 1, state.penalty + failure.weight
    base = timedelta(seconds=state.interval_s) if state.interval_s is not None else policy.start
    base = min(max(base, policy.shortest), policy.longest)
    ceiling = min(base * 2 ** min(penalty, _MOST_DOUBLINGS), policy.longest)
    wait = base + (ceiling - base) * _share(state.url, streak)
    retry_after_at = None
    if failure.retry_after_s:
        asked = min(timedelta(seconds=failure.retry_after_s), LONGEST_RETRY_AFTER)
        wait = max(wait, asked * (1 + _share(state.url, streak) / 10))
        retry_after_at = _whole_second(now + asked)
    if gone_streak >= GONE_AFTER:
        wait = GONE_WAIT * (1 + _share(state.url, 0) / 10)
    failed = replace(
        state,
        first_polled_at=state.first_polled_at or now,
        last_polled_at=now,
        last_status=failure.status,
        next_poll_at=_whole_second(now + wait),
        retry_after_at=retry_after_at,
        error_streak=streak,
        penalty=penalty,
        gone_streak=gone_streak,
        last_error=failure.reason[:_LONGEST_REASON],
    )
    if gone_streak == GONE_AFTER and state.moved_to is None:
        text = f"answered 410 {GONE_AFTER} times in a row; asked once a month from now on"
        failed = add_event(failed, EventKind.GONE, text, now)
    if failure.retry_after_s:  # who answers that is there
        return failed
    return moves.note_failure(failed, now)


def after_pause(state: FeedState, retry_after_s: float | None, *, now: datetime) -> FeedState:
    """The state of a feed that was not asked since its site is left alone: due when that is over, nothing counted against it."""
    until = _whole_second(now + timedelta(seconds=retry_after_s or 0))
    return replace(state, next_poll_at=max(state.next_poll_at, until), retry_after_at=until)


def after_outage(state: FeedState, *, now: datetime) -> FeedState | None:
    """The state of a feed that could not be reached when no site could: asked again soon, nothing counted against it.

    None where that has gone on for longer than any outage of ours: then it is a failure like others.
    """
    first = state.last_success_at or state.first_polled_at or now
    if now - first > FORBEARANCE:
        return None
    wait = OFFLINE_WAIT * (1 + _share(state.url, 0) / 10)
    first_polled_at = state.first_polled_at or now
    return replace(state, first_polled_at=first_polled_at, last_polled_at=now, next_poll_at=_whole_second(now + wait))


def _validator(stated: str | None) -> str | None:
    """A validator as it came; None for one that is too long to be sent back."""
    return None if stated is None or len(stated) > _LONGEST_VALIDATOR else stated


def _learn(state: FeedState, poll: Success, now: datetime) -> Habits:
    habits = Habits(hours=state.hours, surprise=state.surprise)
    if state.last_success_at is None:
        return first_habits(poll.entries or (), now)
    planned = timedelta(seconds=state.interval_s or 0)
    elapsed = now - state.last_success_at
    is_late = elapsed > planned * _LATE_FACTOR + _ON_TIME
    return learn(habits, poll.fresh, since=state.last_success_at, now=now, is_lost=poll.is_lost, is_late=is_late)


def _recent_rate(state: FeedState, poll: Success, now: datetime) -> float:
    """Entries an hour since the poll before; 0 after the first one, whose entries came nobody knows when."""
    if state.last_success_at is None or now <= state.last_success_at:
        return 0.0
    return len(poll.fresh) / ((now - state.last_success_at) / timedelta(hours=1))


def _revive(state: FeedState, now: datetime) -> FeedState:
    if is_gone(state):
        return add_event(state, EventKind.REVIVED, f"answers again after {state.gone_streak} answers of 410", now)
    if state.error_streak >= _LONG_FAILING_STREAK:
        text = f"answers again after {state.error_streak} failures in a row, the last: {state.last_error}"
        return add_event(state, EventKind.REVIVED, text, now)
    return state


def _next(
    state: FeedState, wait: timedelta, pacing: Pacing, after: FeedState, *, now: datetime, policy: PollPolicy
) -> datetime:
    """When the wait is over, with a spread of the feed's own, and outside of the hours it asks to skip.

    The first wait is spread over a whole interval, so that feeds that were added together are polled evenly from then on; the
    later ones over a tenth, so that they stay so.
    """
    if state.last_success_at is None:
        shortest = min(policy.shortest, wait)
        moment = now + shortest + wait * _share(state.url, 0)
    else:
        moment = now + wait * (1 + _share(state.url, int(now.timestamp())) / 10)
    if not had_event(after, EventKind.POSSIBLE_LOSS, since=now - _WISHES_IGNORED):
        moment = leave_quiet_hours(moment, pacing, latest=now + policy.longest)
    return _whole_second(moment)


def _share(url: str, number: int) -> float:
    """A number from 0 to 1 that is the feed's own, another for each `number`."""
    digest = hashlib.blake2b(f"{number} {url}".encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest) / 2**32


def _whole_second(moment: datetime) -> datetime:
    return (moment + timedelta(microseconds=999_999)).replace(microsecond=0)
