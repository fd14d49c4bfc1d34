from datetime import UTC, date, datetime, timedelta, timezone

from wirecopy.feeds.days import KEPT_DAYS, count_poll
from wirecopy.models import DayCount

NOON = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


def test_polls_of_a_day_add_up():
    days = count_poll((), now=NOON, new=3, has_fresh=True)
    days = count_poll(days, now=NOON + timedelta(hours=1), new=0, has_fresh=False)
    days = count_poll(days, now=NOON + timedelta(hours=2), new=0, has_fresh=True)
    assert days == (DayCount(day=date(2026, 11, 22), polls=3, new=3, hours=1 << 12 | 1 << 14),)


def test_days_and_hours_are_those_of_utc():
    (day,) = count_poll((), now=datetime(2026, 11, 23, 1, tzinfo=timezone(timedelta(hours=3))), new=1, has_fresh=True)
    assert day == DayCount(day=date(2026, 11, 22), polls=1, new=1, hours=1 << 22)


def test_a_day_without_polls_is_not_made_up():
    days = count_poll(count_poll((), now=NOON, new=1, has_fresh=True), now=NOON + timedelta(days=3), new=1, has_fresh=True)
    assert [each.day.day for each in days] == [22, 25]


def test_days_older_than_five_weeks_go():
    days = ()
    for number in range(50):
        days = count_poll(days, now=NOON + timedelta(days=number), new=number, has_fresh=False)
    assert len(days) == KEPT_DAYS
    assert [each.new for each in days] == list(range(15, 50))
    assert len(count_poll(days, now=NOON + timedelta(days=400), new=0, has_fresh=False)) == 1


def test_silence_does_not_wipe_out_what_it_is_measured_by_and_does_not_grow_for_ever():
    days = ()
    for number in range(40):
        days = count_poll(days, now=NOON + timedelta(days=number), new=1, has_fresh=True)
    for number in range(40, 60):
        days = count_poll(days, now=NOON + timedelta(days=number), new=0, has_fresh=False)
    assert [each.new for each in days] == [1] * 35 + [0] * 20
    for number in range(60, 200):
        days = count_poll(days, now=NOON + timedelta(days=number), new=0, has_fresh=False)
    assert len(days) <= 2 * KEPT_DAYS


def test_a_clock_that_went_back_loses_no_day():
    days = count_poll(count_poll((), now=NOON, new=1, has_fresh=True), now=NOON - timedelta(days=1), new=2, has_fresh=True)
    assert days == (DayCount(day=date(2026, 11, 22), polls=2, new=3, hours=1 << 12),)
