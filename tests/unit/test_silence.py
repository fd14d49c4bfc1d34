"""When a feed counts as silent: single cases, and five hundred simulated feeds."""

import random
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest

from wirecopy.feeds.days import count_poll
from wirecopy.health.silence import measure_silence
from wirecopy.models import DayCount

START = datetime(2026, 9, 7, tzinfo=UTC)  # a Monday
DAYS, KILLED_AT, LATEST = 60, 40, 110
FEEDS_OF_A_KIND = 100


def _poisson(dice, per_day, days):
    moment, moments = dice.expovariate(per_day), []
    while moment < days:
        moments.append(moment)
        moment += dice.expovariate(per_day)
    return moments


def _office_hours(dice, days):
    return [t for t in _poisson(dice, 150, days) if (START + timedelta(days=t)).weekday() < 5 and 8 <= t % 1 * 24 < 16]


def _bursty(dice, days):
    bursts = _poisson(dice, 1 / 2.5, days)
    return sorted(t for burst in bursts for _ in range(dice.randint(5, 30)) if (t := burst + dice.random() * 0.15) < days)


KINDS = {
    "steady, 50 a day": lambda dice, days: _poisson(dice, 50, days),
    "one a day": lambda dice, days: _poisson(dice, 1, days),
    "one a week": lambda dice, days: _poisson(dice, 1 / 7, days),
    "office hours, 36 a day": _office_hours,
    "a burst every 2.5 days": _bursty,
}
# Days that are a kind's own interval: between two entries, between two openings of the office, between two bursts.
INTERVAL = {
    "steady, 50 a day": 1 / 50,
    "one a day": 1,
    "one a week": 7,
    "office hours, 36 a day": 1,
    "a burst every 2.5 days": 2.5,
}
# False alarms per feed and month, and own intervals from a feed's last entry to the alarm, median and worst: what the simulation
# printed on the day it was written, rounded up.
BOUNDS = {
    "steady, 50 a day": (0.04, 15, 25),
    "one a day": (0.12, 7, 11),
    "one a week": (0.12, 5, 6),
    "office hours, 36 a day": (0.02, 3, 4),
    "a burst every 2.5 days": (0.15, 6, 9),
}


def _counts(moments, until):
    """The days as polling every few minutes would have counted them."""
    by_day = {}
    for moment in moments:
        if moment < until:
            by_day.setdefault(int(moment), []).append(int(moment % 1 * 24))
    first = max(0, min(int(until), max(by_day, default=int(until))) - 34, int(until) - 69)
    return tuple(
        DayCount(
            day=(START + timedelta(days=day)).date(),
            polls=96,
            new=len(hours := by_day.get(day, ())),
            hours=sum(1 << hour for hour in set(hours)),
        )
        for day in range(first, int(until) + 1)
    )


def _silence(moments, until):
    return measure_silence(_counts(moments, until), first_polled_at=START, looked_at=START + timedelta(days=until))


def _false_alarms(moments):
    """How often the feed would have been called silent just before it brought something; its fifteen longest gaps are tried."""
    gaps = sorted(zip(moments, [*moments[1:], DAYS], strict=True), key=lambda gap: gap[0] - gap[1])[:15]
    return sum(_silence(moments, end - 1e-6).is_silent for _, end in gaps)


def _alarm_after(moments, step):
    """Days from the last entry to the alarm."""
    until = KILLED_AT
    while not _silence(moments, until).is_silent:
        until += step
        assert until < LATEST, "no alarm at all"
    return until - moments[-1]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_simulated_feeds_seldom_alarm_while_they_live_and_soon_when_they_die(kind, capsys):
    dice = random.Random(kind)
    alarms, delays = 0, []
    for _ in range(FEEDS_OF_A_KIND):
        alarms += _false_alarms([0.001, *KINDS[kind](dice, DAYS)])
        step = max(1 / 24, INTERVAL[kind] / 2)
        delays.append(_alarm_after([0.001, *KINDS[kind](dice, KILLED_AT)], step) / INTERVAL[kind])
    a_month = alarms / (FEEDS_OF_A_KIND * DAYS / 30)
    with capsys.disabled():
        print(  # noqa: T201 - figures to read
            f"\n{kind:24} false alarms per feed and month {a_month:.3f}; own intervals to the alarm: median "
            f"{median(delays):.1f}, nine in ten within {sorted(delays)[FEEDS_OF_A_KIND * 9 // 10]:.1f}, worst {max(delays):.1f}"
        )
    most_a_month, most_median, most = BOUNDS[kind]
    assert a_month <= most_a_month
    assert median(delays) <= most_median
    assert max(delays) <= most


def _regular(*, days, hours, weekdays=range(7)):
    """A feed that brings something at these hours of these days of the week."""
    bits = sum(1 << hour for hour in hours)
    return [
        DayCount(day=day, polls=24, new=len(hours) if is_on else 0, hours=bits if is_on else 0)
        for number in range(days)
        if (is_on := (day := date(2026, 9, 7) + timedelta(days=number)).weekday() in weekdays) in (True, False)
    ]


def _measured(days, *, quiet_days=0, hour=23):
    last = days[-1].day
    quiet = [DayCount(day=last + timedelta(days=n + 1), polls=24, new=0) for n in range(quiet_days)]
    looked_at = datetime.combine((quiet or days)[-1].day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=hour, minutes=50)
    return measure_silence([*days, *quiet], first_polled_at=START, looked_at=looked_at)


def test_a_feed_of_one_a_day_at_one_hour_alarms_when_it_missed_two():
    days = _regular(days=35, hours=[7])
    assert not _measured(days, quiet_days=1).is_silent
    assert not _measured(days, quiet_days=2, hour=7).is_silent
    assert _measured(days, quiet_days=2).is_silent
    assert _measured(days).mean_gap == pytest.approx(timedelta(days=1), rel=0.05)


def test_a_feed_of_one_a_week_alarms_before_its_fifth_week():
    days = _regular(days=33, hours=[9], weekdays=[3])[:32]
    assert not _measured(days, quiet_days=9).is_silent
    assert _measured(days, quiet_days=35).is_silent


def test_a_weekend_is_no_silence_for_a_feed_of_working_days_but_a_monday_is():
    friday = _regular(days=33, hours=range(8, 16), weekdays=range(5))
    assert friday[-1].day.weekday() == 4
    assert not _measured(friday, quiet_days=2).is_silent
    assert not _measured(friday, quiet_days=3, hour=8).is_silent
    assert _measured(friday, quiet_days=3, hour=18).is_silent


def test_a_feed_of_all_zeros_alarms():
    zeros = [DayCount(day=date(2026, 9, 7) + timedelta(days=n), polls=24, new=0) for n in range(15)]
    assert not _measured(zeros[:10]).is_silent
    found = _measured(zeros)
    assert found.is_silent
    assert found.quiet_since is None


def test_a_feed_of_which_next_to_nothing_is_known_alarms_when_its_memory_holds_nothing_else():
    days = ()
    for number in range(100):
        days = count_poll(days, now=START + timedelta(days=number, hours=12), new=int(number == 20), has_fresh=number == 20)
    assert measure_silence(days, first_polled_at=START, looked_at=START + timedelta(days=100)).is_silent


def test_days_without_polls_say_nothing():
    days = _regular(days=35, hours=[7])
    after_ten_days_off = [*days, DayCount(day=days[-1].day + timedelta(days=11), polls=3, new=0)]
    assert not _measured(after_ten_days_off).is_silent
    assert _measured(after_ten_days_off).quiet < timedelta(days=2)


def test_hours_after_the_last_poll_that_could_be_read_say_nothing():
    days = _regular(days=35, hours=range(24))
    looked_at = datetime.combine(days[-1].day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=23, minutes=59)
    assert measure_silence(days, first_polled_at=START, looked_at=looked_at).quiet == timedelta(0)


def test_days_that_know_no_hours_count_as_days():
    days = [DayCount(day=each.day, polls=24, new=5) for each in _regular(days=35, hours=[7])]
    assert not _measured(days, quiet_days=1).is_silent
    assert _measured(days, quiet_days=5).is_silent


def test_a_feed_in_its_first_week_is_not_judged_by_its_first_weekend():
    days = _regular(days=5, hours=range(8, 16), weekdays=range(5))
    assert not _measured(days, quiet_days=2).is_silent
    assert _measured(days, quiet_days=9).is_silent
    assert measure_silence((), first_polled_at=START, looked_at=START).is_silent is False
