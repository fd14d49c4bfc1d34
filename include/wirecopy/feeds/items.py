"""What every reader of feeds makes: items as they stand, and the document they stand in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wirecopy.models import ClaimedTime, FeedEntry, Pacing, ParsedFeed, SitemapRef
from wirecopy.urls import resolve_url

if TYPE_CHECKING:
    from collections.abc import Iterable

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
# Two labels at least, then a path or nothing; `index.html` is a file.
_BARE_HOST = re.compile(r"((?:[\w-]+\.)+(?!html?\b|php\b|xml\b|aspx?\b|jsp\b)[a-zA-Z]{2,})(?:/|$)")
_NO_WISHES: Final = Pacing()

LONGEST_URL: Final = 8_192
"""Characters of an address that is followed. RFC 9110 (4.1) asks servers to read 8,000 and few read more; the longest of the 841
in our sample of feeds has 303. Without a limit a feed could fill the ledger with its 10 MB at every poll."""
LONGEST_TITLE: Final = 1_000
"""Characters of a title that are kept; the longest of the sample has 144."""
LONGEST_GUID: Final = 2_000
"""A longer id is passed over, since its beginning may be another's: the entry is known by its page. The longest has 270."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """A feed's item as it stands, whether or not it can be followed.

    Attributes:
        url: Its absolute `http(s)` address; the link as stated where no base is known; None without a link.
        is_usable: Whether `url` can be fetched.
        title: Plain text, or None.
        guid: The feed's own id of it, or None.
        summary: Plain text, or None.
        authors: Names; e-mail addresses only where no name is given.
        published_at: The time stated, or None.
        updated_at: When it was changed, where stated apart from `published_at`, or None.
        language: BCP 47 tag stated for this item, or None.
    """

    url: str | None
    is_usable: bool
    title: str | None = None
    guid: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    published_at: ClaimedTime | None = None
    updated_at: ClaimedTime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed or sitemap with all its items, those without a usable address included.

    Attributes:
        format: As in `ParsedFeed`.
        title: Its own title, or None.
        items: In its order.
        skipped: How many things stood where an item should and were none.
        missing: As in `ParsedFeed`.
        pacing: As in `ParsedFeed`.
        next_url: As in `ParsedFeed`.
        hub_urls: As in `ParsedFeed`.
        self_url: As in `ParsedFeed`.
        sitemaps: As in `ParsedFeed`.
        is_truncated: As in `ParsedFeed`.
        warnings: As in `ParsedFeed`.
    """

    format: str
    title: str | None
    items: tuple[FeedItem, ...]
    skipped: int = 0
    missing: int = 0
    pacing: Pacing = _NO_WISHES
    next_url: str | None = None
    hub_urls: tuple[str, ...] = ()
    self_url: str | None = None
    sitemaps: tuple[SitemapRef, ...] = ()
    is_truncated: bool = False
    warnings: tuple[str, ...] = ()

    def to_parsed(self) -> ParsedFeed:
        """The feed with the entries that can be followed; the others counted."""
        entries = tuple(
            FeedEntry(
                url=item.url,
                title=item.title[:LONGEST_TITLE] if item.title else None,
                guid=item.guid if item.guid and len(item.guid) <= LONGEST_GUID else None,
                summary=item.summary,
                authors=item.authors,
                published_at=item.published_at,
                updated_at=item.updated_at,
                language=item.language,
            )
            for item in self.items
            if item.is_usable and item.url is not None
        )
        return ParsedFeed(
            format=self.format,
            title=self.title,
            entries=entries,
            dropped=len(self.items) - len(entries) + self.skipped,
            missing=self.missing,
            pacing=self.pacing,
            next_url=self.next_url,
            hub_urls=self.hub_urls,
            self_url=self.self_url,
            sitemaps=self.sitemaps,
            is_truncated=self.is_truncated,
            warnings=self.warnings,
        )


def locate(stated: str | None, base: str) -> tuple[str | None, bool]:
    """An item's address and whether it can be fetched; a relative link without a base as it stands, other schemes None.

    Args:
        stated: The link as it stands, or None.
        base: What it is resolved against; empty where nothing is known.
    """
    if not stated:
        return None, False
    resolved = resolve_url(base, stated)
    if resolved is not None:
        return resolved, len(resolved) <= LONGEST_URL
    return (None if _SCHEME.match(stated) else stated), False


def resolve_all(base: str, links: Iterable[str | None]) -> tuple[str, ...]:
    """The links that lead to an `http(s)` address, absolute, each once."""
    resolved = (resolve_url(base, link) for link in links if link)
    return tuple(dict.fromkeys(url for url in resolved if url is not None))


def bare_host(link: str) -> str | None:
    """The host of a link that was written without its scheme, as browsers show it: `outlet.example/news`."""
    match = _BARE_HOST.match(link)
    return match[1].lower() if match else None


def with_scheme(link: str, url: str, *, host: str | None) -> str:
    """The link with the feed's scheme, where it starts with `www.` or the host that the channel's link names without one."""
    stated = bare_host(link)
    if stated is None or (stated != host and not stated.startswith("www.")):
        return link
    return f"{'http' if url.startswith('http:') else 'https'}://{link}"
