"""Reads what narrows a search, as people write it in options and forms: languages, sources, a span of time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from wirecopy.errors import ConfigError
from wirecopy.models import ClaimedTime, Precision
from wirecopy.store.ports import SearchFilters
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Sequence

# As many as a query may have words: a store's own limits lie at about a thousand conditions, and refuse with words of theirs.
_MOST_VALUES = 64
_LANG_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def read_filters(
    *, langs: Sequence[str] = (), sources: Sequence[str] = (), since: str | None = None, until: str | None = None
) -> SearchFilters:
    """Read the filters of a search; each value of `langs` and `sources` may hold several, separated by commas or spaces.

    Args:
        langs: BCP 47 tags.
        sources: Source ids.
        since: A date or an ISO 8601 time; from its midnight, or from that instant. Without an offset it is UTC.
        until: Likewise; a date counts to the end of that day, a time is excluded itself.

    Raises:
        ConfigError: A value cannot be read, or there are too many; `subject` is `lang`, `source`, `since` or `until`.
    """
    tags = _listed("lang", langs)
    outlets = _listed("source", sources)
    for tag in tags:
        if not _LANG_TAG.fullmatch(tag):
            raise ConfigError("lang", f"{tag!r} is no language tag; write a BCP 47 tag, such as de or pt-BR")
    begin = _read_time("since", since)
    end = _read_time("until", until, to_the_end=True)
    if begin is not None and end is not None and begin >= end:
        raise ConfigError("since", f"{(since or '').strip()} is not before {(until or '').strip()}; nothing can lie between")
    return SearchFilters(langs=tags, sources=outlets, since=begin, until=end)


def _listed(name: str, values: Sequence[str]) -> tuple[str, ...]:
    parts = tuple(dict.fromkeys(part for value in values for part in scrub(value).replace(",", " ").split()))
    if len(parts) > _MOST_VALUES:
        raise ConfigError(name, f"{len(parts):,} values are too many; name {_MOST_VALUES} at most")
    return parts


def _read_time(name: str, text: str | None, *, to_the_end: bool = False) -> datetime | None:
    if text is None or not text.strip():
        return None
    claimed = ClaimedTime.parse(text, origin=name)
    if claimed is None:
        raise ConfigError(
            name,
            f"{text.strip()!r} is neither a date nor a time; write 2026-11-22 or 2026-11-22T08:30, with an offset or in UTC",
        )
    if not (to_the_end and claimed.precision is Precision.DAY):
        return claimed.at.astimezone(UTC)
    try:
        return claimed.at + timedelta(days=1)
    except OverflowError:
        raise ConfigError(name, f"{text.strip()} is the end of the calendar; leave it out") from None
