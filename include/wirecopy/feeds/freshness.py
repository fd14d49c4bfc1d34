"""For how long an answer says that it stays fresh, by its HTTP headers: pure."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_NOT_KEPT = frozenset({"no-cache", "no-store"})
# More is 31 years: a mistake, and more than a timedelta of some of its sums could hold.
_MOST_SECONDS = 10**9


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long the answer is fresh from now on: asking again sooner would bring nothing else.

    `max-age` less `Age`, unless there is a `no-cache`; else `Expires` less `Date` (RFC 9111, 4.2.1 and 5.3): the difference
    holds however wrong the server's clock is.

    Args:
        headers: The answer's, names in lower case; repeated ones joined by commas.
        now: When it came; stands in for a `Date` that is missing.

    Returns:
        0 where nothing that can be read says more.
    """
    directives = _directives(headers.get("cache-control", ""))
    if not _NOT_KEPT.isdisjoint(directives):
        return timedelta(0)
    stated = directives.get("max-age")
    if stated is not None:
        if not re.fullmatch(r"[0-9]{1,18}", stated):
            return timedelta(0)
        age = headers.get("age", "").strip()
        spent = min(int(age), _MOST_SECONDS) if re.fullmatch(r"[0-9]{1,18}", age) else 0
        return timedelta(seconds=max(min(int(stated), _MOST_SECONDS) - spent, 0))
    expires = parse_http_date(headers.get("expires"))
    if expires is None:  # `0` and `-1` are common and mean: at once (RFC 9111, 5.3)
        return timedelta(0)
    return max(expires - (parse_http_date(headers.get("date")) or now), timedelta(0))


def parse_http_date(value: str | None) -> datetime | None:
    """The instant of a header's date; None where there is none that can be read."""
    try:
        moment = parsedate_to_datetime(value or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _directives(value: str) -> dict[str, str]:
    """Names in lower case with their arguments, the first of each; quotes around an argument are taken off."""
    found: dict[str, str] = {}
    for part in value.split(","):
        name, _, argument = part.partition("=")
        found.setdefault(name.strip().lower(), argument.strip().strip('"'))
    return found
