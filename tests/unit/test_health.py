"""Every status, from the states that lead to it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from wirecopy.health.feeds import judge_feed
from wirecopy.health.status import MEANINGS, Status
from wirecopy.health.survey import survey
from wirecopy.models import DayCount, EventKind, FeedEvent, FeedState, Source, SourceId
from wirecopy.outcomes import State

DOC = Path(__file__).parents[2] / "docs" / "operations.md"
NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # a Monday
TODAY = NOW.date()
FEED = "http://courier.test/feed"
COURIER = Source(id=SourceId("courier"), name="Courier", feeds=(FEED,))


def _days(count, *, new=10, hours=range(6, 20), until=TODAY):
    bits = sum(1 << hour for hour in hours)
    return tuple(DayCount(day=until - timedelta(days=n), polls=50, new=new, hours=bits) for n in reversed(range(count)))


def _state(**changes):
    values = {
        "first_polled_at": NOW - timedelta(days=60),
        "last_polled_at": NOW,
        "last_success_at": NOW,
        "last_new_at": NOW - timedelta(hours=1),
        "last_status": 200,
        "interval_s": 900.0,
        "next_poll_at": NOW + timedelta(minutes=10),
        "days": _days(35),
    }
    return FeedState(url=FEED, source_id=COURIER.id, **{**values, **changes})


def _quiet(days):
    return tuple(replace(day, new=0, hours=0) if day.day > NOW.date() - timedelta(days=days) else day for day in _days(35))


def _judged(**changes):
    return judge_feed(FEED, COURIER, _state(**changes), NOW)


def test_the_documented_statuses_are_the_statuses_worst_first():
    section = DOC.read_text(encoding="utf-8").partition("### Statuses")[2].partition("\n### ")[0]
    found = re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", section, flags=re.MULTILINE)
    assert dict(found) == {status.value: MEANINGS[status] for status in Status}
    assert [name for name, _ in found] == [status.value for status in Status]


def test_every_event_is_documented():
    text = DOC.read_text(encoding="utf-8")
    assert [kind for kind in EventKind if f"| `{kind}` |" not in text] == []


def test_a_feed_that_works():
    health = _judged()
    assert (health.status, health.reasons) == (Status.WORKING, ("works",))
    assert health.per_day == health.per_day_before == 10


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"error_streak": 1, "last_error": "answered 500"}, Status.SHAKY, "1 attempt failed"),
        (
            {"error_streak": 3, "last_error": "answered 500"},
            Status.FAILING,
            "3 attempts in a row failed since 2026-11-23 08:30: answered 500",
        ),
        ({"error_streak": 5, "last_success_at": None, "last_error": "no route"}, Status.FAILING, "never once read: no route"),
        ({"gone_streak": 1, "error_streak": 1, "last_error": "answered 410"}, Status.SHAKY, "answered 410"),
        ({"gone_streak": 2, "error_streak": 2}, Status.GONE, "410 2 times"),
        ({"retry_after_at": NOW + timedelta(hours=1)}, Status.PAUSED, "until 2026-11-23 09:30"),
        ({"next_poll_at": NOW - timedelta(hours=9)}, Status.OVERDUE, "due for 9 h"),
        ({"next_poll_at": NOW - timedelta(minutes=50)}, Status.WORKING, "works"),
        ({"days": _quiet(3)}, Status.SILENT, "nothing new for 2 days"),
        ({"first_polled_at": NOW - timedelta(days=2), "days": _days(3)}, Status.NEW, "habits"),
        ({"days": ()}, Status.WORKING, "works"),
    ],
)
def test_the_worst_that_is_true_is_the_status(changes, status, words):
    health = _judged(**changes)
    assert health.status is status
    assert words in health.reasons[0]


def test_a_pause_that_is_not_over_makes_nothing_overdue():
    health = _judged(next_poll_at=NOW - timedelta(hours=9), retry_after_at=NOW + timedelta(minutes=1))
    assert health.status is Status.PAUSED
    assert len(health.reasons) == 1


def test_a_failing_feed_is_not_called_silent_for_what_nobody_could_see():
    health = _judged(
        error_streak=40,
        last_error="answered 500",
        last_success_at=NOW - timedelta(days=9),
        days=_days(26, until=date(2026, 11, 14)),
    )
    assert health.status is Status.FAILING
    assert len(health.reasons) == 1


def test_losses_of_the_last_week_are_told_and_older_ones_are_not():
    loss = FeedEvent(at=NOW - timedelta(days=2), kind=EventKind.POSSIBLE_LOSS, text="20 entries, none known")
    moved = FeedEvent(at=NOW - timedelta(days=1), kind=EventKind.MOVED, text="to http://www.courier.test/feed")
    health = _judged(events=(replace(loss, at=NOW - timedelta(days=8)), loss, loss, moved))
    assert health.status is Status.LOSING
    assert health.reasons == ("2 times in seven days, last: 20 entries, none known",)
    assert health.events == (loss, loss, moved)


def test_half_of_the_poorest_week_is_slowing_and_a_public_holiday_is_not():
    def week(new):
        return [replace(day, new=new if day.day > NOW.date() - timedelta(days=8) else 10) for day in _days(35)]

    slow = _judged(days=tuple(week(3)))
    assert slow.status is Status.SLOWING
    assert slow.per_day == 3
    assert _judged(days=tuple(week(6))).status is Status.WORKING


def test_a_feed_nobody_polled():
    assert judge_feed(FEED, COURIER, None, NOW).status is Status.NEVER_POLLED


SECTION = "http://courier.test/sport"
TWO = replace(COURIER, feeds=(FEED, SECTION))


def _survey(states, *, source=TWO, pages=None):
    return survey([source], states, lambda name: dict.fromkeys(State, 0) | (pages or {}), NOW)


def test_a_feed_may_be_silent_while_its_source_is_not():
    found = _survey([_state(days=_quiet(3)), replace(_state(), url=SECTION)])
    assert [(feed.feed, feed.status) for feed in found.feeds] == [(FEED, Status.SILENT), (SECTION, Status.WORKING)]
    assert found.sources[0].status is Status.WORKING
    assert found.sources[0].feeds[Status.SILENT] == 1


def test_a_source_may_be_silent_while_no_feed_of_it_is():
    feeds = tuple(f"http://courier.test/{n}" for n in range(10))

    def rare(number):  # every tenth day, each feed on a day of its own; nothing for the last six days
        return tuple(
            replace(day, new=int(on), hours=int(on) << 9)
            for n, day in enumerate(_days(35))
            for on in [n % 10 == number and n < 29]
        )

    found = _survey(
        [replace(_state(days=rare(n)), url=feed) for n, feed in enumerate(feeds)], source=replace(COURIER, feeds=feeds)
    )
    assert {feed.status for feed in found.feeds} == {Status.WORKING}
    assert found.sources[0].status is Status.SILENT
    assert "all its feeds together" in found.sources[0].reasons[0]


def test_a_source_without_one_article_is_fruitless():
    pages = {State.CONSENT: 15, State.NOT_AN_ARTICLE: 5, State.QUARANTINED: 9}
    (source,) = _survey([_state()], source=COURIER, pages=pages).sources
    assert source.status is Status.FRUITLESS
    assert source.reasons == ("no article in any of its pages: 15 consent, 5 not_an_article",)
    assert _survey([_state()], source=COURIER, pages=pages | {State.INDEXED: 1}).sources[0].status is Status.WORKING
    assert _survey([_state()], source=COURIER, pages=pages | {State.EXTRACTED: 1}).sources[0].status is Status.WORKING
    assert _survey([_state()], source=COURIER, pages={State.QUARANTINED: 99}).sources[0].status is Status.WORKING


def test_a_source_fails_when_all_its_feeds_do():
    failing = _state(error_streak=9, last_error="no route")
    assert _survey([failing, replace(failing, url=SECTION)]).sources[0].status is Status.FAILING
    assert _survey([failing, replace(_state(), url=SECTION)]).sources[0].status is Status.WORKING


def test_feeds_that_the_file_no_longer_lists_are_said_so_last():
    found = _survey([_state(), replace(_state(error_streak=9), url="http://courier.test/old")], source=COURIER)
    assert [feed.status for feed in found.feeds] == [Status.WORKING, Status.UNLISTED]
    assert found.feeds[1].next_poll_at is None


def test_feeds_come_worst_first():
    found = _survey([replace(_state(), url=SECTION), _state(error_streak=9)])
    assert [feed.status for feed in found.feeds] == [Status.FAILING, Status.WORKING]
