"""Intervals as people write them: `30m`, `2h`, or a number of seconds."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

LONGEST_INTERVAL_S = 30 * 86_400.0
"""A feed that is asked less often than once a month is not followed."""

_UNITS_S = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_INTERVAL = re.compile(r"(?P<count>[0-9]{1,7}(?:\.[0-9]{1,6})?)\s*(?P<unit>[dhms])", re.IGNORECASE)


def read_interval(value: Any) -> float:
    """Seconds of an interval.

    Args:
        value: A text such as `45s`, `30m`, `2h` or `1d`, or a number of seconds.

    Raises:
        ValueError: It is neither, not above zero, or longer than `LONGEST_INTERVAL_S`; the message says what to write.
    """
    seconds: float | None = None
    if isinstance(value, str) and (match := _INTERVAL.fullmatch(value.strip())):
        seconds = float(match["count"]) * _UNITS_S[match["unit"].lower()]
    elif isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value)
    if seconds is None or not isfinite(seconds):
        raise ValueError(f'{value!r} is no interval; write one such as "30m", "2h" or a number of seconds')
    if not 0 < seconds <= LONGEST_INTERVAL_S:
        raise ValueError(f"{value!r} is not between 0 and {LONGEST_INTERVAL_S / 86_400:g} days")
    return seconds


def write_interval(seconds: float) -> str | float:
    """An interval as `read_interval` takes it: with the largest unit that divides it, else the seconds."""
    for unit, length in _UNITS_S.items():
        if unit != "s" and seconds >= length and seconds % length == 0:
            return f"{seconds / length:.0f}{unit}"
    return seconds
