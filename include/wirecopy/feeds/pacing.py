"""What a feed's own wishes (`ttl`, `sy:*`, `skipHours`, `skipDays`) mean for its next poll: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from wirecopy.models import Pacing, Precision

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from wirecopy.models import FeedEntry

LONGEST_WISH = timedelta(hours=6)
"""A feed that asks for more by `ttl` or `sy:*` is a mistake more often than a wish (`ttl=99999` was seen)."""

_HOURS, _DAYS = 24, 7


def least_wait(pacing: Pacing) -> timedelta:
    """The longest of the intervals that the feed asks for, at most `LONGEST_WISH`; 0 without one."""
    return min(timedelta(seconds=max(pacing.ttl_s or 0, pacing.update_s or 0)), LONGEST_WISH)


def believable_pacing(pacing: Pacing, entries: Iterable[FeedEntry]) -> Pacing:
    """The wishes without those that the feed itself contradicts.

    Hours and days to skip in which one of its entries was published are no longer skipped. Where all are to be skipped, none
    is: that is what some generators write for "none".

    Args:
        pacing: The wishes.
        entries: What the feed holds.
    """
    hours, days = pacing.skip_hours, pacing.skip_days
    if not hours and not days:
        return pacing
    if len(hours) >= _HOURS:
        hours = frozenset()
    if len(days) >= _DAYS:
        days = frozenset()
    for entry in entries:
        published = entry.published_at
        if published is None:
            continue
        moment = published.at.astimezone(UTC)
        days -= {moment.weekday()}
        if published.precision is not Precision.DAY:
            hours -= {moment.hour}
    return replace(pacing, skip_hours=hours, skip_days=days)


def leave_quiet_hours(moment: datetime, pacing: Pacing, *, latest: datetime) -> datetime:
    """The moment, or the first one after it that the feed does not ask to skip; not moved beyond `latest`.

    The minutes past the hour stay, so that feeds that skip the same hours do not all come at the end of them.
    """
    moved = moment.astimezone(UTC)
    while moved < latest and (moved.hour in pacing.skip_hours or moved.weekday() in pacing.skip_days):
        moved += timedelta(hours=1)
    return max(min(moved, latest), moment)
