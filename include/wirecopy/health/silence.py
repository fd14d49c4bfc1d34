"""Whether a feed has fallen silent, by its own days and hours: pure.

A feed is watched hour by hour: an hour is *lively* when a poll in it gave an entry that the poll before had not (`DayCount.hours`).
From its last five weeks come the odds of each hour of each day of the week to be lively, and with them every stretch of quiet hours
is weighed: `sum(-ln(1 - p))` over its hours, which is how many entries a Poisson process of this feed's nights and weekends would
have brought meanwhile (the time-rescaling theorem; Brown et al., Neural Computation 14:325, 2002). A weekend weighs next to nothing
for an outlet that never prints on one, and an hour at noon weighs much for one that prints fifty pieces a day.

The alarm goes when the present stretch weighs more than this feed's own stretches do but once in `_MONTHS` months. How they are
spread is read off its longest ones, whose tail is made heavier the fewer there are; bursty feeds have a long tail and regular feeds
a short one. No mean less so many deviations is formed, so no threshold can be negative, and a feed of which nothing but zeros is
remembered is silent by definition.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from wirecopy.feeds.days import KEPT_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wirecopy.models import DayCount

_MONTHS = 10.0
"""An alarm that means nothing is accepted once in so many months, times the root of the lively hours of a day where there are several:
what costs a busy feed an hour keeps it from crying wolf. What comes of it is simulated in tests/unit/test_silence.py: with 20 and
without the root a feed of one a day alarms after 7.2 of its intervals in place of 6.4, and one of 50 a day after 15.4 in place of 14.1."""
_MONTH_HOURS = 30 * 24
_PRIOR_LONGEST = 3
"""Long stretches that are believed before any is seen, each of the weight that a Poisson process gives them, or of this feed's mean
stretch where that is more: bursts leave few stretches, of the weight of a whole burst. Without that they were called silent too early
0.275 times a month in place of 0.135 (the test's feeds)."""
_FEWEST_LONGEST, _MOST_LONGEST = 4, 12
"""The tail is read off the longest quarter of the stretches, but at least and at most so many."""
_LEAST_ALARM = 3.5
"""However regular a feed was, one holiday is no alarm: a missed hour of a feed that never missed it in five weeks weighs 3.2."""
_FEWEST_HOURS = 5
"""Lively hours before the silence; of fewer nothing can be said."""
_LEARNT = timedelta(days=14)
_LEARNING = timedelta(days=7)
"""A feed that was watched for less than two weeks before its silence must be quiet for a week: it may only be seeing a weekend."""
_LONGEST = timedelta(days=KEPT_DAYS)
"""Silence for any feed: five times the interval of one that brings something once a week."""
_NEVER_ANY = timedelta(days=14)
"""A feed that listed nothing at all since it was first polled is given so long."""
_PRIOR = 1.0
"""Observations that the average over all days, or all hours, is worth beside those of one day of the week, or one hour."""
_DOUBT = 0.5
"""Half an observation against (Krichevsky and Trofimov): 35 lively noons of 35 are odds of 0.99 and not of 1."""
_WEEK = 7
_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How quiet a feed is beside its own habits.

    Attributes:
        is_silent: Whether it has been quiet for much longer than it ever is.
        quiet_since: The end of its last lively hour, as far as is remembered, or None.
        quiet: From then to its last poll that could be read, days on which it was not polled left out.
        mean_gap: Mean time between two lively hours before that, nights and weekends included; None where too little is known.
        expected: How many lively hours the present quiet would have had by its habits; None where too little is known.
        alarm_at: It is silent when `expected` passes this; None where too little is known.
    """

    is_silent: bool
    quiet_since: datetime | None
    quiet: timedelta
    mean_gap: timedelta | None = None
    expected: float | None = None
    alarm_at: float | None = None


class _Hour(NamedTuple):
    weekday: int
    hour: int
    is_lively: bool


def measure_silence(days: Sequence[DayCount], *, first_polled_at: datetime, looked_at: datetime) -> Silence:
    """Weigh how long a feed, or the feeds of a source taken together, brought nothing new.

    Args:
        days: What it brought on each of the last days, oldest first; a day without polls says nothing and is left out.
            Where no day knows its hours, noon stands for all that a day brought.
        first_polled_at: The first attempt; hours before it say nothing.
        looked_at: The last poll that could be read; hours after it say nothing, and its own hour is not over.
    """
    hours = tuple(_watched(days, first_polled_at.astimezone(UTC), looked_at.astimezone(UTC)))
    last = max((place for place, hour in enumerate(hours) if hour.is_lively), default=None)
    if last is None:
        quiet = timedelta(hours=len(hours))
        return Silence(is_silent=quiet >= _NEVER_ANY, quiet_since=None, quiet=quiet)
    past, present = hours[: last + 1], hours[last + 1 :]
    quiet = timedelta(hours=len(present))
    since = _end_of_last_lively_hour(days, looked_at)
    lively = sum(hour.is_lively for hour in past)
    is_over = quiet >= _LONGEST
    if lively < _FEWEST_HOURS:
        return Silence(is_silent=is_over, quiet_since=since, quiet=quiet)
    weights = _weights(past)
    expected = _weigh(present, weights)
    alarm_at = _alarm_at(list(_stretches(past, weights)), hours=len(past))
    is_learnt = timedelta(hours=len(past)) >= _LEARNT or quiet >= _LEARNING
    return Silence(
        is_silent=is_over or (is_learnt and expected > alarm_at),
        quiet_since=since,
        quiet=quiet,
        mean_gap=timedelta(hours=len(past) / lively),
        expected=expected,
        alarm_at=alarm_at,
    )


def _alarm_at(stretches: Sequence[float], *, hours: int) -> float:
    """The weight that a quiet stretch of this feed reaches too seldom to be believed.

    Above the least of its longest stretches their excess is taken as exponential (peaks over threshold; Davison and Smith, J. R.
    Stat. Soc. B 52:393, 1990) with a mean that is gamma-distributed before it is seen, so that the tail is as heavy as the
    stretches are few.
    """
    count = max(_FEWEST_LONGEST, min(_MOST_LONGEST, len(stretches) // 4))
    *longest, usual = sorted(stretches, reverse=True)[: count + 1]
    a_month = len(longest) * _MONTH_HOURS / hours
    a_day = len(stretches) * _HOURS / hours
    seldom = max(a_month, 1.0) * _MONTHS * math.sqrt(max(a_day, 1.0))
    mean = sum(stretches) / max(1, sum(weight > 0 for weight in stretches))
    total = _PRIOR_LONGEST * max(1.0, mean) + sum(weight - usual for weight in longest)
    return max(_LEAST_ALARM, usual + total * (math.pow(seldom, 1 / (_PRIOR_LONGEST + len(longest))) - 1))


def lively_hours(day: DayCount, *, is_known: bool) -> int:
    """The hours of a day in which something new was listed, as bits; noon for them all where hours are not known."""
    return day.hours if is_known else (1 << 12 if day.new else 0)


def _watched(days: Sequence[DayCount], first: datetime, until: datetime) -> Iterator[_Hour]:
    """The hours of the days on which it was polled, from the first poll's hour to the one before the last poll's."""
    is_known = any(day.hours for day in days)
    for day in days:
        if not day.polls:
            continue
        bits, weekday = lively_hours(day, is_known=is_known), day.day.weekday()
        begin = first.hour if day.day == first.date() else 0
        end = until.hour if day.day == until.date() else _HOURS
        if day.day > until.date():
            return
        for hour in range(_HOURS):
            is_lively = bool(bits >> hour & 1)
            if is_lively or begin <= hour < end:
                yield _Hour(weekday, hour, is_lively)


def _end_of_last_lively_hour(days: Sequence[DayCount], looked_at: datetime) -> datetime:
    is_known = any(day.hours for day in days)
    day, bits = next((day, bits) for day in reversed(days) if day.polls and (bits := lively_hours(day, is_known=is_known)))
    end = datetime.combine(day.day, time(), tzinfo=UTC) + timedelta(hours=bits.bit_length())
    return min(end, looked_at)


def _weights(past: Sequence[_Hour]) -> list[list[float]]:
    """What an hour of each day of the week weighs: `-ln(1 - p)`.

    The odds of an hour are those of its time of day on a day on which the feed is at work, times how much at work it is on that
    day of the week.
    """
    seen_days, lively_days, lively_times = [0] * _WEEK, [0] * _WEEK, [0] * _HOURS
    for hour in past:
        seen_days[hour.weekday] += 1
        if hour.is_lively:
            lively_days[hour.weekday] += 1
            lively_times[hour.hour] += 1
    lively = sum(lively_days)
    usual = lively / len(past)
    rates = [(count + _PRIOR) / (seen * usual + _PRIOR) for count, seen in zip(lively_days, seen_days, strict=True)]
    busiest = max(rates)
    at_work = [rate / busiest for rate in rates]
    seen_times = [0.0] * _HOURS
    for hour in past:
        seen_times[hour.hour] += at_work[hour.weekday]
    average = lively / sum(seen_times)
    weights = []
    for count, seen in zip(lively_times, seen_times, strict=True):
        odds = (count + _PRIOR * min(average, 1.0)) / (max(seen, count) + _PRIOR + _DOUBT)
        weights.append(-math.log1p(-odds))
    return [[share * weight for weight in weights] for share in at_work]


def _weigh(hours: Sequence[_Hour], weights: list[list[float]]) -> float:
    return sum(weights[hour.weekday][hour.hour] for hour in hours)


def _stretches(past: Sequence[_Hour], weights: list[list[float]]) -> Iterator[float]:
    """What each stretch of quiet hours before a lively one weighs; the first counts as long as it was seen."""
    weight = 0.0
    for hour in past:
        if hour.is_lively:
            yield weight
            weight = 0.0
        else:
            weight += weights[hour.weekday][hour.hour]
