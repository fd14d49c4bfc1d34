"""How often a feed asks to be polled: `ttl`, `skipHours`, `skipDays` (RSS 2.0) and `sy:*` (RSS 1.0's syndication module)."""

from __future__ import annotations

import re
from typing import Final

from wirecopy.models import Pacing

# The module's five periods, and a spelling that feeds are seen with (mediacloud/rss-fetcher reads it, too).
_PERIODS: Final = {
    "hourly": 3600,
    "daily": 86_400,
    "dayly": 86_400,
    "weekly": 7 * 86_400,
    "monthly": 30 * 86_400,
    "yearly": 365 * 86_400,
}
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS_IN_DAY: Final = 24
# Seven digits of minutes are 19 years; a longer number is no interval.
_NUMBER = re.compile(r"\+?([0-9]{1,7})(?:\.0*)?")
_LONGEST_LIST: Final = 4000  # bytes: 24 hours with room for white space
_HOUR = re.compile(rb"<hour\b[^<>]*>\s*(\d{1,2})\s*(?::00)?\s*</hour", re.IGNORECASE)
_DAY = re.compile(rb"<day\b[^<>]*>\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?\s*</day", re.IGNORECASE)
_SKIP_HOURS = re.compile(rb"<(skiphours)\b[^<>]*>", re.IGNORECASE)
_SKIP_DAYS = re.compile(rb"<(skipdays)\b[^<>]*>", re.IGNORECASE)


def read_wishes(text: bytes, *, ttl: str | None, period: str | None, frequency: str | None) -> Pacing:
    """What a feed asks for.

    Args:
        text: The feed's bytes, cleaned: `skipHours` and `skipDays` are read from them, for feedparser keeps only the last.
        ttl: The `ttl` as stated, minutes, or None.
        period: `sy:updatePeriod` as stated, or None; `always` asks for nothing.
        frequency: `sy:updateFrequency` as stated, times in a period, or None; what is no positive number counts as once.
    """
    minutes = _number(ttl)
    return Pacing(
        ttl_s=minutes * 60 if minutes else None,
        update_s=_update_s(period, frequency),
        skip_hours=_hours(_list(text, _SKIP_HOURS)),
        skip_days=frozenset(_DAYS.index(day[1].decode("ascii")) for day in _DAY.finditer(_list(text, _SKIP_DAYS))),
    )


def _list(text: bytes, start: re.Pattern[bytes]) -> bytes:
    """What stands in the first element that starts so, in lower case."""
    found = start.search(text)
    if found is None:
        return b""
    return text[found.end() : found.end() + _LONGEST_LIST].lower().partition(b"</" + found[1].lower())[0]


def _number(stated: str | None) -> int | None:
    match = _NUMBER.fullmatch((stated or "").strip())
    return int(match[1]) if match else None


def _update_s(period: str | None, frequency: str | None) -> int | None:
    if period is None and frequency is None:
        return None
    # The module: a missing period is daily, a missing frequency 1.
    seconds = _PERIODS.get((period or "daily").strip().lower())
    return None if seconds is None else max(1, seconds // (_number(frequency) or 1))


def _hours(text: bytes) -> frozenset[int]:
    """Hours of the day; 24 is written for 0, since Netscape's RSS 0.91 counts from 1."""
    stated = (int(hour[1]) for hour in _HOUR.finditer(text))
    return frozenset(hour % _HOURS_IN_DAY for hour in stated if hour <= _HOURS_IN_DAY)
