"""When the next round begins, and what spans may be asked for."""

from datetime import UTC, datetime, timedelta

import click
import pytest

from wirecopy.cli.run import _Every
from wirecopy.rounds import wait_after, wait_after_failure

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
TEN = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("due_in", "took", "every", "seconds"),
    [
        (3600, 20, TEN, 580),  # nothing due: ten minutes after its beginning
        (120, 20, TEN, 120),  # something is due sooner
        (1, 20, TEN, 30),  # not round after round for single feeds
        (-86_400, 20, TEN, 30),  # the clock went forward
        (3600, 900, TEN, 30),  # the round took longer than the span
        (0, 0, timedelta(seconds=2), 2),
    ],
)
def test_the_wait_after_a_round(due_in, took, every, seconds):
    found = wait_after(NOW, NOW + timedelta(seconds=due_in), took=timedelta(seconds=took), every=every)
    assert found.total_seconds() == seconds


def test_the_wait_after_failures_doubles_up_to_ten_minutes_or_the_span():
    assert [wait_after_failure(n, every=TEN).total_seconds() for n in (1, 2, 3, 6, 99)] == [30, 60, 120, 600, 600]
    assert wait_after_failure(99, every=timedelta(hours=1)) == timedelta(hours=1)
    assert wait_after_failure(1, every=timedelta(seconds=5)) == timedelta(seconds=5)


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("10m", 600), ("1h", 3600), ("90", 90), ("1.5h", 5400), ("2d", 172_800), (" 5 m ", 300)]
)
def test_spans(text, seconds):
    assert _Every().convert(text, None, None).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "soon", "0", "0.1s", "-5m", "10 minutes", "8d", "1e3", "٣m", "99999999999", "nan", "5m5"])
def test_what_is_no_span_is_told_with_what_is(text):
    with pytest.raises(click.BadParameter, match="write it as 30s, 10m, 1h or 90"):
        _Every().convert(text, None, None)
