"""When a feed is polled next: pure functions of its state, the answer and the time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from wirecopy.models import FeedState

_LONGEST_WAIT = timedelta(days=1)
# A feed may ask for longer pauses by `ttl`; more than this is a mistake more often than a wish (research: ttl=99999).
_LONGEST_TTL = timedelta(hours=6)
_LONGEST_BACKOFF_STEPS = 7  # 15 min * 2^7 is more than a day, where the cap holds anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPolicy:
    """How often feeds are polled.

    Attributes:
        interval: Between two polls of a feed that works.
    """

    interval: timedelta


def is_due(state: FeedState, now: datetime) -> bool:
    """Whether the feed may be polled now."""
    return state.next_poll_at <= now


def must_wait(state: FeedState, now: datetime) -> bool:
    """Whether its host asked us not to come back yet (`Retry-After`)."""
    return state.retry_after_at is not None and state.retry_after_at > now


def after_success(
    state: FeedState,
    headers: Mapping[str, str],
    *,
    is_unchanged: bool,
    ttl_s: int | None,
    now: datetime,
    policy: PollPolicy,
) -> FeedState:
    """The state after a 200 whose entries are stored, or after a 304.

    Validators are taken byte for byte from every answer. A 304 may leave them out (RFC 9110, 15.4.5): then the old ones
    stay. A 200 without them means that the server has none any more.

    Args:
        state: The state as it was.
        headers: The answer's headers, names in lower case.
        is_unchanged: Whether the answer was a 304.
        ttl_s: The feed's own least interval, seconds, or None.
        now: The present instant.
        policy: How often to poll.
    """
    wait = policy.interval
    if ttl_s is not None:
        wait = max(wait, min(timedelta(seconds=ttl_s), _LONGEST_TTL))
    return replace(
        state,
        etag=headers.get("etag", state.etag if is_unchanged else None),
        last_modified=headers.get("last-modified", state.last_modified if is_unchanged else None),
        last_polled_at=now,
        last_success_at=now,
        next_poll_at=_jittered(now, wait, state.url),
        retry_after_at=None,
        error_streak=0,
        last_error=None,
    )


def after_failure(
    state: FeedState, reason: str, *, retry_after_s: float | None, now: datetime, policy: PollPolicy
) -> FeedState:
    """The state after an attempt that brought no entries; its validators stay as they were.

    Args:
        state: The state as it was.
        reason: What went wrong, in words.
        retry_after_s: Seconds the host asks us to wait, or None.
        now: The present instant.
        policy: How often to poll.
    """
    streak = state.error_streak + 1
    wait = min(policy.interval * 2 ** min(streak, _LONGEST_BACKOFF_STEPS), _LONGEST_WAIT)
    retry_after_at = None
    if retry_after_s:
        asked = min(timedelta(seconds=retry_after_s), _LONGEST_WAIT)
        wait = max(wait, asked)
        retry_after_at = (now + asked + timedelta(microseconds=999_999)).replace(microsecond=0)
    return replace(
        state,
        last_polled_at=now,
        next_poll_at=_jittered(now, wait, state.url),
        retry_after_at=retry_after_at,
        error_streak=streak,
        last_error=reason,
    )


def _jittered(now: datetime, wait: timedelta, url: str) -> datetime:
    """`now + wait` and up to a tenth more that is the feed's own, so that feeds added together drift apart."""
    share = int.from_bytes(hashlib.blake2b(url.encode(), digest_size=4).digest()) / 2**32
    return (now + wait * (1 + share / 10)).replace(microsecond=0)
