"""Outlets, their feeds, and what feeds bring."""

from __future__ import annotations

from dataclasses import dataclass
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
        poll_every_s: Never polled more often than this, seconds; None for what each feed's own habits say.
        max_entries: Most entries that one poll of a feed takes up; None for the setting's default.
        robots: Whether robots.txt is obeyed for its pages; None for the setting's default.
    """

    id: SourceId
    name: str
    feeds: tuple[str, ...]
    country: str | None = None
    language: str | None = None
    homepage: str | None = None
    delay_s: float | None = None
    poll_every_s: float | None = None
    max_entries: int | None = None
    robots: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """A feed's item: what the feed says of one page.

    Attributes:
        url: The page's absolute `http(s)` address.
        title: Plain text, or None.
        guid: The feed's own id of it, or None.
        summary: Plain text, or None.
        authors: Names.
        published_at: When it was published, as stated, or None.
        updated_at: When it was last changed, as stated apart from `published_at`, or None.
        language: BCP 47 tag the feed states for this item (news sitemaps do), or None; a hint.
    """

    url: str
    title: str | None = None
    guid: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    published_at: ClaimedTime | None = None
    updated_at: ClaimedTime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """How often a feed asks to be polled, in its own bytes; wishes, never orders.

    Attributes:
        ttl_s: RSS `ttl`, seconds, or None.
        update_s: The interval of `sy:updatePeriod` and `sy:updateFrequency`, seconds, or None.
        skip_hours: Hours of the day in UTC, 0 to 23, in which it has nothing new.
        skip_days: Days of the week in UTC, 0 for Monday, on which it has nothing new.
    """

    ttl_s: int | None = None
    update_s: int | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapRef:
    """A sitemap that an index of sitemaps lists.

    Attributes:
        url: Its absolute address.
        changed_at: Its `lastmod`, or None.
    """

    url: str
    changed_at: ClaimedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed's bytes hold.

    Attributes:
        format: `rss20`, `atom10`, `rss10` (RDF) and the like as feedparser names them; `json1` and `json11` for JSON Feed,
            `news_sitemap`, `sitemap` and `sitemap_index`.
        title: The feed's own title, or None.
        entries: Its entries in the order of the feed; those without a usable URL are left out and counted.
        dropped: How many items had no usable `http(s)` URL.
        missing: How many items a second reading of the bytes counted that could not be read; 0 where none is lost.
        pacing: How often it asks to be polled.
        next_url: The page of the feed with older entries (RFC 5005 `rel="next"`, JSON Feed `next_url`), or None.
        hub_urls: Its WebSub hubs.
        self_url: What it calls its own address (the topic at its hubs), or None.
        sitemaps: What an index of sitemaps lists.
        is_truncated: Whether only the beginning of the bytes was read.
        warnings: What was wrong with the bytes though entries could be read.
    """

    format: str
    title: str | None
    entries: tuple[FeedEntry, ...]
    dropped: int = 0
    missing: int = 0
    pacing: Pacing = Pacing()
    next_url: str | None = None
    hub_urls: tuple[str, ...] = ()
    self_url: str | None = None
    sitemaps: tuple[SitemapRef, ...] = ()
    is_truncated: bool = False
    warnings: tuple[str, ...] = ()
