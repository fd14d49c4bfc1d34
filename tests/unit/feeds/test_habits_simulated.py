"""What the adaptive interval leads to for publishers of several kinds over fourteen days, beside an oracle.

The oracle knows every publication in advance. It asks the fewest times with which nothing is missed (the feed shows 20 entries)
and no entry waits longer than the default interval of 15 minutes; it never asks sooner than 10 minutes after it asked before.
`pytest -s` prints the figures; docs/polling.md quotes them.
"""

import random
from bisect import bisect_right
from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.feeds.overlap import compare_windows
from wirecopy.feeds.schedule import PollPolicy, Success, after_success
from wirecopy.models import ClaimedTime, FeedEntry, FeedState, Precision, SourceId

pytestmark = pytest.mark.slow

START = datetime(2026, 11, 2, tzinfo=UTC)
DAYS = 14
WINDOW = 20
POLICY = PollPolicy(start=timedelta(minutes=15), shortest=timedelta(minutes=10), longest=timedelta(days=1))
PROMISE = timedelta(minutes=15)
LEAD = timedelta(days=4)  # publications before the first poll, so that the feed is full when it is first met


def poisson(rng, a_day):
    """Publications at random, so many a day on average."""
    moment, times = START - LEAD, []
    while (moment := moment + timedelta(days=rng.expovariate(a_day))) < START + timedelta(days=DAYS):
        times.append(moment)
    return times


def nightly(rng):
    """Thirty entries between two and three at night, nothing else."""
    return sorted(
        START + timedelta(days=day, hours=2, minutes=rng.uniform(0, 60)) for day in range(-4, DAYS) for _ in range(30)
    )


def bursty(rng):
    """Twice a day, at any hour, twelve entries within half an hour."""
    bursts = [START - LEAD + timedelta(days=rng.uniform(0, DAYS + 4)) for _ in range(2 * (DAYS + 4))]
    return sorted(burst + timedelta(minutes=rng.uniform(0, 30)) for burst in bursts for _ in range(12))


def office(rng):
    """Sixty a day between eight and eighteen on weekdays, one in ten of that else."""
    times = []
    for hour in range(-96, DAYS * 24):
        moment = START + timedelta(hours=hour)
        busy = moment.weekday() < 5 and 8 <= moment.hour < 18
        rate = 6.0 if busy else 0.6
        at = moment
        while (at := at + timedelta(hours=rng.expovariate(rate))) < moment + timedelta(hours=1):
            times.append(at)
    return times


def feed_at(times, now, *, dated):
    """What the feed shows: the last twenty entries, newest first."""
    last = bisect_right(times, now)
    shown = [(n, times[n]) for n in range(max(last - WINDOW, 0), last)][::-1]
    return tuple(
        FeedEntry(
            url=f"https://courier.test/{n}",
            published_at=ClaimedTime(at=at, precision=Precision.SECOND, has_offset=True, origin="feed") if dated else None,
        )
        for n, at in shown
    )


def simulate(times, *, dated):
    """Polls, entries missed, polls that noticed a possible loss, and the mean wait of what was met, by the real decisions."""
    state = FeedState(url="https://courier.test/feed", source_id=SourceId("courier"))
    now, end = START, START + timedelta(days=DAYS)
    polls, met, waits, alarms = 0, set(), [], 0
    while now < end:
        entries = feed_at(times, now, dated=dated)
        overlap = compare_windows(state.window, entries, with_guids=True)
        poll = Success(
            status=200, headers={}, entries=entries, fresh=overlap.fresh, window=overlap.window, is_lost=overlap.is_lost
        )
        state = after_success(state, poll, now=now, policy=POLICY)
        polls += 1
        alarms += overlap.is_lost
        for entry in entries:
            number = int(entry.url.rpartition("/")[2])
            if number not in met:
                met.add(number)
                if times[number] > START:
                    waits.append(now - times[number])
        now = max(state.next_poll_at, now + POLICY.shortest)
    first = min(met)
    last = max(met)
    missed = sum(number not in met for number in range(first, last + 1))
    return polls, missed, alarms, sum(waits, timedelta()) / max(len(waits), 1)


def ask_oracle(times):
    """How often the oracle asks."""
    polls, asked, place = 1, START, 0
    later = [at for at in times if at > START]
    while place < len(later):
        ask = later[place] + PROMISE
        if place + WINDOW < len(later):
            ask = min(ask, later[place + WINDOW])  # just before the window overflows
        ask = max(ask, asked + POLICY.shortest)
        polls, asked = polls + 1, ask
        while place < len(later) and later[place] <= ask:
            place += 1
    return polls


@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
@pytest.mark.parametrize(
    ("name", "publish", "ratio", "missable"),
    [
        ("300 a day", lambda rng: poisson(rng, 300), 2.0, 0.0),
        ("100 a day", lambda rng: poisson(rng, 100), 2.0, 0.0),
        ("20 a day", lambda rng: poisson(rng, 20), 2.0, 0.0),
        ("1 a day", lambda rng: poisson(rng, 1), 4.5, 0.0),
        ("office hours", office, 2.0, 0.0),
        ("nightly", nightly, 11.0, 0.0),
        # Two bursts that coincide are more than the feed shows; the poll after them finds no overlap and looks for older pages.
        ("bursty", bursty, 25.0, 0.003),
    ],
)
def test_nothing_is_missed_and_requests_stay_near_the_oracles(name, publish, ratio, missable, dated):
    polls, oracle, missed, entries, waits = 0, 0, 0, 0, []
    for seed in range(3):
        times = publish(random.Random(seed))
        each, lost, alarms, wait = simulate(times, dated=dated)
        assert not lost or alarms, "what was lost was not noticed"
        polls, missed, entries = polls + each, missed + lost, entries + sum(at > START for at in times)
        oracle += ask_oracle(times)
        waits.append(wait)
    mean = sum(waits, timedelta()) / len(waits) / timedelta(minutes=1)
    print(  # noqa: T201 - the figures are for people
        f"\n{name:<13}{'dated' if dated else 'undated':<8} {entries / DAYS / 3:6.1f} entries a day, {polls / DAYS / 3:6.1f} polls a "
        f"day, oracle {oracle / DAYS / 3:6.1f}, ratio {polls / oracle:5.2f}, missed {missed}, mean wait {mean:6.1f} min"
    )
    assert missed <= missable * entries
    assert polls <= ratio * oracle
