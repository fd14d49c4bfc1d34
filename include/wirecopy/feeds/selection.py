"""Which of a feed's entries, and which of an index's sitemaps, are news: pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from wirecopy.models import FeedEntry, ParsedFeed, SitemapRef

NEWS_AGE = timedelta(days=3)
"""A plain sitemap lists a site's whole history; what changed so long ago is taken up. Google's news sitemaps hold two days."""

MOST_SITEMAPS = 20
"""So many sitemaps of an index are fetched in a poll."""
DEEPEST_INDEX = 3
"""An index of indices of indices is followed so far; rss-fetcher's and news-crawl's parsers stop there, too (research)."""

# `lastmod` is often a bare date, and a sitemap that could not be fetched is tried again for so long.
_MARGIN = timedelta(days=1)


def select_entries(feed: ParsedFeed, *, now: datetime) -> tuple[FeedEntry, ...]:
    """The entries to take up: all of a feed's or a news sitemap's; of a plain sitemap's those that changed lately.

    Args:
        feed: What was read.
        now: When it was fetched.
    """
    if feed.format != "sitemap":
        return feed.entries
    recent = []
    for entry in feed.entries:
        stated = entry.updated_at or entry.published_at
        if stated is not None and stated.at >= now - NEWS_AGE:
            recent.append(entry)
    return tuple(recent)


def select_sitemaps(feed: ParsedFeed, *, last_success_at: datetime | None, now: datetime) -> tuple[SitemapRef, ...]:
    """The sitemaps of an index that may hold something new, newest first; those that state no time come last.

    Args:
        feed: The index.
        last_success_at: When the feed was last read, or None.
        now: The present instant.
    """
    since = now - NEWS_AGE - _MARGIN
    if last_success_at is not None:
        since = max(since, last_success_at - _MARGIN)
    dated = [child for child in feed.sitemaps if child.changed_at is not None and child.changed_at.at >= since]
    dated.sort(key=lambda child: child.changed_at.at if child.changed_at else now, reverse=True)
    return (*dated, *(child for child in feed.sitemaps if child.changed_at is None))
