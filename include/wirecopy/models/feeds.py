"""Outlets, their feeds, and what feeds bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wirecopy.models.ids import SourceId
    from wirecopy.models.times import ClaimedTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet and its feeds, as the sources file states them.

    Attributes:
        id: Stable short name, unique in the file.
        name: What people call the outlet.
        feeds: Addresses of its feeds.
        country: ISO 3166-1 alpha-2, upper case, or None.
        language: BCP 47 tag the outlet mostly prints in, or None; a hint, never a verdict.
        homepage: Its home page, or None.
        delay_s: Seconds between two requests to its hosts; None for the setting's default.
    """

    id: SourceId
    name: str
    feeds: tuple[str, ...]
    country: str | None = None
    language: str | None = None
    homepage: str | None = None
    delay_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """A feed's item: what the feed says of one page."""

    url: str
    title: str | None = None
    guid: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    published_at: ClaimedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed's bytes hold.

    Attributes:
        format: feedparser's name of the format, such as `rss20`, `atom10`, `rss10` (RDF).
        title: The feed's own title, or None.
        entries: Its entries in the order of the feed; those without a usable URL are left out and counted.
        dropped: How many items had no usable `http(s)` URL.
        ttl_s: The feed's own least interval between polls, seconds, or None.
        warnings: What was wrong with the bytes though entries could be read.
    """

    format: str
    title: str | None
    entries: tuple[FeedEntry, ...]
    dropped: int = 0
    ttl_s: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between polls.

    Attributes:
        url: The feed's address as the sources file states it; the row's identity.
        source_id: Its outlet.
        etag: The last `ETag`, byte for byte, or None.
        last_modified: The last `Last-Modified`, byte for byte, or None.
        next_poll_at: Not polled before this.
        last_polled_at: The last attempt, or None.
        last_success_at: The last 200 or 304 that could be read, or None.
        retry_after_at: Until when its host asked us to stay away (`Retry-After`), or None.
        error_streak: Attempts that failed since.
        last_error: Why the last attempt failed, or None when it did not.
    """

    url: str
    source_id: SourceId
    etag: str | None = None
    last_modified: str | None = None
    next_poll_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    retry_after_at: datetime | None = None
    error_streak: int = 0
    last_error: str | None = None
