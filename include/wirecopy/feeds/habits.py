"""How often a feed brings something new, learnt from its polls, and when to ask it next by that: pure.

Two things are learnt. The *hours* are how many new entries each hour of a day (UTC) brings: an outlet that prints at night is
asked at night. The *surprise* is the fastest burst, in entries an hour, that the hours did not foresee: while it is
remembered, polls come so close that such a burst fills a quarter of the feed at most. Rates go up at once and down slowly. A feed
is asked when the hours say that `GOAL` new entries are due, or that a third of its window may have turned over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from wirecopy.models import Precision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wirecopy.models import FeedEntry

GOAL = 1.5
"""New entries that a poll is worth. tests/unit/feeds/test_habits_simulated.py prints what this, and the numbers below, lead to."""
GOAL_SUBSCRIBED = 6.0
"""The same for a feed whose hub tells of changes: polls only make sure of it."""

_WINDOW_SHARE = 1 / 3  # of the window may turn over between two polls, by what is expected
_BURST_SHARE = 0.25  # and by an unforeseen burst
_RISE, _FALL = 0.4, 0.25  # an hour's new number counts so much beside what was learnt, as more or as less
_FLOOR = 1 / 8  # of the mean: no hour is taken for empty
_BEFORE, _AFTER = 0.4, 0.1  # of the rates of the hours beside: a burst may go on, or come early
_TOLERANCE = 2.0  # times what was foreseen, and entries more than that, are no surprise yet
_HALF_LIFE = timedelta(days=2)
# A burst that was met after a longer wait is taken to have lasted so long: only its end is known.
_BURST_SPAN = timedelta(minutes=30)
_HOURS = 24
_HOUR = timedelta(hours=1)
# A feed that was watched for a day may be left alone for an eighth of that: three hours. After eight days nothing is left of this.
_PATIENCE = 8
_LEAST_SPAN = timedelta(hours=1)
_MOST_SPAN = timedelta(days=28)
# What the first minutes bring is not the rate of a whole day.
_FIRST_SPAN = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What was learnt of a feed.

    Attributes:
        hours: New entries expected in each hour of a day in UTC, 24 numbers; empty where nothing is known yet.
        surprise: Entries an hour in the fastest burst that `hours` did not foresee, fading.
    """

    hours: tuple[float, ...] = ()
    surprise: float = 0.0


def first_habits(entries: Sequence[FeedEntry], now: datetime) -> Habits:
    """What the first body says: its dated entries over the time they span; nothing where fewer than three are dated."""
    times = [entry.published_at.at for entry in entries if entry.published_at and entry.published_at.at <= now]
    if len(times) < 3:  # noqa: PLR2004 - two may be pinned notices
        return Habits()
    span = min(max(now - min(times), _LEAST_SPAN), _MOST_SPAN)
    recent = sum(now - moment <= span for moment in times)
    return Habits(hours=(recent / (span / _HOUR),) * _HOURS)


def learn(
    habits: Habits, fresh: Sequence[FeedEntry], *, since: datetime, now: datetime, is_lost: bool, is_late: bool
) -> Habits:
    """What is known after a poll.

    Args:
        habits: What was known.
        fresh: Entries that the body before did not have.
        since: When that came.
        now: When this came.
        is_lost: Whether there was no overlap: `fresh` is the least that came.
        is_late: Whether the poll came much later than it was due: what was lost then says nothing of the interval.
    """
    elapsed = now - since
    if elapsed <= timedelta(0):
        return habits
    start = max(since, now - _HOURS * _HOUR)
    slots = list(_slots(start, now))
    counts = _spread(fresh, slots, since=since, now=now)
    hours = list(habits.hours or (0.0,) * _HOURS)
    if not habits.hours:
        hours = [len(fresh) / (max(elapsed, _FIRST_SPAN) / _HOUR)] * _HOURS
    foreseen = sum(hours[hour] * share for hour, share in slots)
    for (hour, share), count in zip(slots, counts, strict=True):
        is_more = count > hours[hour] * share
        if is_lost and not is_more:
            continue
        weight = _RISE if is_more else _FALL
        hours[hour] = hours[hour] * (1 - weight * share) + weight * count
    unforeseen = max(sum(counts) - _TOLERANCE * foreseen - _TOLERANCE, 0.0)
    if is_lost and not is_late:
        unforeseen = max(unforeseen, 2.0 * len(fresh))  # nobody knows how many more there were
    faded = habits.surprise * 0.5 ** (elapsed / _HALF_LIFE)
    return Habits(hours=tuple(hours), surprise=max(faded, unforeseen / (min(now - start, _BURST_SPAN) / _HOUR)))


def plan_interval(
    habits: Habits,
    *,
    now: datetime,
    window: int,
    watched: timedelta,
    start: timedelta,
    shortest: timedelta,
    longest: timedelta,
    goal: float = GOAL,
    recent: float = 0.0,
) -> timedelta:
    """How long to wait before the feed is asked again.

    Args:
        habits: What is known.
        now: The present instant.
        window: How many entries its body holds.
        watched: Since when it has been polled.
        start: The interval of a feed of which nothing is known.
        shortest: Never less.
        longest: Never more.
        goal: New entries that a poll is worth.
        recent: Entries an hour between the last two polls: half of that is taken to go on for an hour.
    """
    if not habits.hours:
        return min(max(start, shortest), longest)
    goal = min(goal, max(window * _WINDOW_SHARE, 1.0))
    mean = sum(habits.hours) / _HOURS
    wait, due = longest, 0.0
    for hour, at, share in _ahead(now, longest):
        rate = max(
            habits.hours[hour],
            _BEFORE * habits.hours[hour - 1],
            _AFTER * habits.hours[(hour + 1) % _HOURS],
            _FLOOR * mean,
            recent / 2 if at - now < _HOUR else 0.0,
        )
        if due + rate * share >= goal:
            wait = at - now + _HOUR * ((goal - due) / rate)
            break
        due += rate * share
    if habits.surprise > 0:
        # In hours first: by a surprise that has faded for months it would be more than a timedelta holds.
        wait = _HOUR * min(wait / _HOUR, max(window, 2) * _BURST_SHARE / habits.surprise)
    wait = min(wait, max(start, watched / _PATIENCE))
    return min(max(wait, shortest), longest)


def _slots(start: datetime, end: datetime) -> Iterator[tuple[int, float]]:
    """The hours of the day between two instants, each with its share that lies between them."""
    for hour, _, share in _ahead(start, end - start):
        yield hour, share


def _ahead(start: datetime, span: timedelta) -> Iterator[tuple[int, datetime, float]]:
    moment, end = start.astimezone(UTC), start.astimezone(UTC) + span
    while moment < end:
        following = min(moment.replace(minute=0, second=0, microsecond=0) + _HOUR, end)
        yield moment.hour, moment, (following - moment) / _HOUR
        moment = following


def _spread(fresh: Sequence[FeedEntry], slots: Sequence[tuple[int, float]], *, since: datetime, now: datetime) -> list[float]:
    """New entries by slot: those whose time lies between the polls in their own, the others evenly."""
    counts = [0.0] * len(slots)
    first_of = {hour: place for place, (hour, _) in reversed(list(enumerate(slots)))}
    undated = 0
    for entry in fresh:
        published = entry.published_at
        if published is None or published.precision is Precision.DAY or not since < published.at <= now:
            undated += 1
        elif (place := first_of.get(published.at.astimezone(UTC).hour)) is not None:
            counts[place] += 1
    whole = sum(share for _, share in slots)
    # What came before the last 24 hours is not looked at: only its even share of the undated ones is.
    part = min(whole / ((now - since) / _HOUR), 1.0)
    return [count + undated * part * share / whole for count, (_, share) in zip(counts, slots, strict=True)]
