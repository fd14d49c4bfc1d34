"""What a feed brought on each of the last days: pure counting."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from wirecopy.models import DayCount

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

KEPT_DAYS = 35
"""Five weeks: each day of the week five times, which is the least that says anything of its habits."""
_MOST_DAYS = 2 * KEPT_DAYS


def count_poll(days: Sequence[DayCount], *, now: datetime, new: int, has_fresh: bool) -> tuple[DayCount, ...]:
    """The days after a poll that could be read, a 304 included.

    Args:
        days: The days before it, oldest first.
        now: When the poll was.
        new: URLs it brought that nobody had brought before.
        has_fresh: Whether it gave an entry that the feed's poll before had not given, whoever else had brought it.

    Returns:
        Days oldest first: the `KEPT_DAYS` that end with the last day on which it gave anything fresh, and those since, so that a
        feed's silence does not wipe out the habits it is measured by; at most twice as many. Where the clock went back, the poll
        counts on the last day.
    """
    moment = now.astimezone(UTC)
    hours = 1 << moment.hour if has_fresh else 0
    *earlier, last = days or (DayCount(day=moment.date(), polls=0, new=0),)
    if last.day < moment.date():
        earlier, last = [*earlier, last], DayCount(day=moment.date(), polls=0, new=0)
    last = replace(last, polls=last.polls + 1, new=last.new + new, hours=last.hours | hours)
    lively = next((each.day for each in reversed([*earlier, last]) if each.hours or each.new), last.day)
    oldest = max(lively - timedelta(days=KEPT_DAYS - 1), last.day - timedelta(days=_MOST_DAYS - 1))
    return (*(each for each in earlier if each.day >= oldest), last)
