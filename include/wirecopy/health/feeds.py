"""How a feed is doing, from what is remembered of it: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from wirecopy.feeds.schedule import is_gone
from wirecopy.health.silence import Silence, measure_silence
from wirecopy.health.status import Status
from wirecopy.models import EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wirecopy.models import DayCount, FeedEvent, FeedState, Source, SourceId

FAILING_STREAK = 3
"""One failure is weather, and so may be two: rss-fetcher's users report feeds that answer every other time for months."""
_WEEK_DAYS = 7
_RECENT = timedelta(days=_WEEK_DAYS)
_OVERDUE = timedelta(hours=2)
"""Twelve rounds of ten minutes; a round with many pages may take an hour."""
_FEWEST_IN_A_WEEK = 14
"""Half of what a feed of two a day brings in a week is left by chance once in seventy weeks (Poisson, 14 against 6 or fewer)."""
_FEWEST_WEEKS = 2
_LOSSES = frozenset({EventKind.POSSIBLE_LOSS, EventKind.ENTRIES_MISSING})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """How a feed is doing.

    Attributes:
        feed: Its address in the sources file.
        source_id: Its outlet.
        status: The worst thing that is true of it.
        reasons: Everything that is true of it and worth knowing, in words, worst first; never empty.
        address: Where it is fetched.
        last_success_at: The last answer that could be read, or None.
        last_status: HTTP status of the last answer, or None.
        last_new_at: When it last brought a URL that nobody had brought before, or None.
        error_streak: Attempts that failed since the last success.
        last_error: Why the last attempt failed, or None.
        per_day: New URLs a day over the last seven whole days, those without polls left out; None where there are none.
        per_day_before: The same over the days before these.
        silence: How quiet it is beside its habits, or None where it could never be read.
        interval_s: Seconds between polls as its habits last said, or None.
        next_poll_at: Not polled before this; None for never polled or unlisted.
        retry_after_at: Until when its host asked to be left alone, where that is not over.
        events: The remarkable things of the last seven days, oldest first.
    """

    feed: str
    source_id: SourceId
    status: Status
    reasons: tuple[str, ...]
    address: str
    last_success_at: datetime | None = None
    last_status: int | None = None
    last_new_at: datetime | None = None
    error_streak: int = 0
    last_error: str | None = None
    per_day: float | None = None
    per_day_before: float | None = None
    silence: Silence | None = None
    interval_s: float | None = None
    next_poll_at: datetime | None = None
    retry_after_at: datetime | None = None
    events: tuple[FeedEvent, ...] = ()


def judge_feed(feed: str, source: Source, state: FeedState | None, now: datetime) -> FeedHealth:
    """How a feed of the sources file is doing; `state` is None where the store knows nothing of it."""
    if state is None or (state.first_polled_at is None and state.last_polled_at is None):
        return FeedHealth(feed=feed, source_id=source.id, status=Status.NEVER_POLLED, reasons=("not polled yet",), address=feed)
    silence = None
    if state.last_success_at is not None:
        first = state.first_polled_at or state.last_success_at
        silence = measure_silence(state.days, first_polled_at=first, looked_at=state.last_success_at)
    findings = sorted(_findings(state, silence, now), key=lambda finding: finding[0].rank)
    return _health(state, source.id, findings, silence, now)


def judge_unlisted(state: FeedState, now: datetime) -> FeedHealth:
    """How a feed was doing that the sources file does not list any more."""
    findings = [(Status.UNLISTED, "no longer in the sources file; not polled")]
    return _health(state, state.source_id, findings, None, now)


def _health(
    state: FeedState, source_id: SourceId, findings: Sequence[tuple[Status, str]], silence: Silence | None, now: datetime
) -> FeedHealth:
    recent, before = split_days(state.days, now)
    return FeedHealth(
        feed=state.url,
        source_id=source_id,
        status=findings[0][0],
        reasons=tuple(text for _, text in findings),
        address=state.address,
        last_success_at=state.last_success_at,
        last_status=state.last_status,
        last_new_at=state.last_new_at,
        error_streak=state.error_streak,
        last_error=state.last_error,
        per_day=mean_new(recent),
        per_day_before=mean_new(before),
        silence=silence,
        interval_s=state.interval_s,
        next_poll_at=None if findings[0][0] is Status.UNLISTED else state.next_poll_at,
        retry_after_at=state.retry_after_at if state.retry_after_at and state.retry_after_at > now else None,
        events=_recent_events(state, now),
    )


def _findings(state: FeedState, silence: Silence | None, now: datetime) -> list[tuple[Status, str]]:
    found: list[tuple[Status, str]] = []
    if is_gone(state):
        found.append((Status.GONE, f"410 {state.gone_streak} times; asked next at {state.next_poll_at:%Y-%m-%d %H:%M}"))
    elif state.error_streak:
        status = Status.FAILING if state.error_streak >= FAILING_STREAK else Status.SHAKY
        since = f" since {state.last_success_at:%Y-%m-%d %H:%M}" if state.last_success_at else ", never once read"
        attempts = "1 attempt" if state.error_streak == 1 else f"{state.error_streak} attempts in a row"
        found.append((status, f"{attempts} failed{since}: {state.last_error or 'reason unknown'}"))
    if silence is not None and silence.is_silent:
        found.append((Status.SILENT, describe_silence(silence)))
    if state.retry_after_at is not None and state.retry_after_at > now:
        found.append((Status.PAUSED, f"its host asked to be left alone until {state.retry_after_at:%Y-%m-%d %H:%M}"))
    late = now - max(state.next_poll_at, state.retry_after_at or state.next_poll_at)
    if late > max(_OVERDUE, timedelta(seconds=state.interval_s or 0)):
        found.append((Status.OVERDUE, f"due for {span(late)} and not polled; is `wirecopy run --every` (or Airflow) running?"))
    losses = [event for event in _recent_events(state, now) if event.kind in _LOSSES]
    if losses:
        times = f"{len(losses)} times in seven days, last: " if len(losses) > 1 else ""
        found.append((Status.LOSING, f"{times}{losses[-1].text}"))
    if (slowing := _slowing(state.days, now)) is not None:
        found.append((Status.SLOWING, slowing))
    if state.first_polled_at is not None and now - state.first_polled_at < timedelta(days=_WEEK_DAYS):
        found.append((Status.NEW, f"polled since {state.first_polled_at:%Y-%m-%d %H:%M}; its habits are not known yet"))
    return found or [(Status.WORKING, "works")]


def describe_silence(silence: Silence) -> str:
    """Why a feed counts as silent, in words with its numbers."""
    if silence.quiet_since is None:
        return f"has not listed anything in {span(silence.quiet)} of polling"
    text = f"nothing new for {span(silence.quiet)}, since {silence.quiet_since:%Y-%m-%d %H:%M}"
    if silence.mean_gap is None or silence.expected is None or silence.alarm_at is None:
        return text
    return (
        f"{text}; it used to have something every {span(silence.mean_gap)}, and by its own days and hours would have had something "
        f"{silence.expected:.1f} times (alarm above {silence.alarm_at:.1f})"
    )


def split_days(days: Sequence[DayCount], now: datetime) -> tuple[list[DayCount], list[DayCount]]:
    """The watched ones of the last seven whole days, and of those before them."""
    today = now.astimezone(UTC).date()
    watched = [day for day in days if day.polls and day.day < today]
    week = today - _RECENT
    return [day for day in watched if day.day >= week], [day for day in watched if day.day < week]


def mean_new(days: Sequence[DayCount]) -> float | None:
    """New URLs a day, or None for no days."""
    return sum(day.new for day in days) / len(days) if days else None


def _slowing(days: Sequence[DayCount], now: datetime) -> str | None:
    """Why a feed counts as slowing, or None: whole weeks are compared, so that weekends do not count."""
    today = now.astimezone(UTC).date().toordinal()
    weeks: dict[int, list[int]] = {}
    for day in days:
        age = today - day.day.toordinal()
        if day.polls and age > 0:
            weeks.setdefault((age - 1) // _WEEK_DAYS, []).append(day.new)
    whole = {number: sum(counts) for number, counts in weeks.items() if len(counts) == _WEEK_DAYS}
    earlier = [count for number, count in whole.items() if number]
    if 0 not in whole or len(earlier) < _FEWEST_WEEKS or min(earlier) < _FEWEST_IN_A_WEEK or whole[0] * 2 >= min(earlier):
        return None
    return f"{whole[0]} new URLs in seven days; the poorest week of the {len(earlier)} before brought {min(earlier)}"


def _recent_events(state: FeedState, now: datetime) -> tuple[FeedEvent, ...]:
    return tuple(event for event in state.events if now - event.at < _RECENT)


def span(length: timedelta) -> str:
    """A length of time in its largest unit: `40 min`, `7 h`, `9 days`."""
    minutes = length.total_seconds() / 60
    if minutes < 90:  # noqa: PLR2004 - above, hours say it better
        return f"{minutes:.0f} min"
    if minutes < 48 * 60:
        return f"{minutes / 60:.0f} h"
    return f"{minutes / 1440:.0f} days"
