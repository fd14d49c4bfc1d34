"""The clock, so that everything else is told the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC."""


def utc_now() -> datetime:
    """The present instant in UTC, to the second: the precision that times of ours are kept in."""
    return datetime.now(UTC).replace(microsecond=0)
