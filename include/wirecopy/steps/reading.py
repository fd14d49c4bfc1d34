"""A feed that was read in this poll: its entries, and the further pages that belong to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from wirecopy.feeds.events import had_event
from wirecopy.feeds.overlap import Overlap, compare_windows
from wirecopy.feeds.selection import select_entries
from wirecopy.models import EventKind, FeedState, ParsedFeed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from wirecopy.feeds.failures import Failure
    from wirecopy.models import FeedEntry, FetchedPage


class WantKind(Enum):
    """Why a further page is asked for."""

    SITEMAP = "a sitemap that the index lists"
    NEXT = "older entries, by the feed's own link"
    PAGED = "older entries, by `?paged=`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A further page of a feed.

    Attributes:
        kind: Why.
        url: Its address.
        depth: 1 for what the feed itself leads to, one more for what that leads to.
    """

    kind: WantKind
    url: str
    depth: int


@dataclass(slots=True, kw_only=True)
class Reading:
    """A feed that was read; grows while its further pages come.

    Attributes:
        state: The feed as it was before.
        page: The answer, without its body.
        feed: What that held.
        body_mark: Hash of its body.
        overlap: Its entries beside those of the poll before.
        parts: Entries to take up, with the answer that brought them.
        wants: Further pages to ask for.
        asked: Addresses that were asked for.
        read_pages: Further pages that could be read.
        failure: Why the last further page could not be read, or None.
        notes: What is to be remembered of them, in words.
        is_gap_closed: Whether older entries led back to what was known.
        is_paging_vain: Whether `?paged=` led to nothing.
        skipped_sitemaps: Sitemaps that were left out as too many.
    """

    state: FeedState
    page: FetchedPage
    feed: ParsedFeed
    body_mark: str
    overlap: Overlap = field(init=False)
    parts: list[tuple[tuple[FeedEntry, ...], FetchedPage]] = field(init=False)
    wants: list[Want] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    read_pages: int = 0
    failure: Failure | None = None
    notes: list[str] = field(default_factory=list)
    is_gap_closed: bool = False
    is_paging_vain: bool = False
    skipped_sitemaps: int = 0

    def __post_init__(self) -> None:
        """Compare it with the poll before."""
        entries = select_entries(self.feed, now=self.page.fetched_at)
        self.parts = [(entries, self.page)]
        self.overlap = compare(self.state, entries)

    @property
    def is_index(self) -> bool:
        """Whether it lists sitemaps and no entries of its own."""
        return bool(self.feed.sitemaps)

    @property
    def entries(self) -> tuple[FeedEntry, ...]:
        """All entries to take up."""
        return tuple(entry for entries, _ in self.parts for entry in entries)

    def add(self, entries: Iterable[FeedEntry], page: FetchedPage) -> None:
        """Take a further page's entries."""
        self.parts.append((tuple(entries), page))
        self.read_pages += 1

    def finish(self) -> None:
        """Compare what an index's sitemaps brought together; to be called when all of them are there."""
        if self.is_index:
            self.overlap = compare(self.state, self.entries)


def compare(state: FeedState, entries: tuple[FeedEntry, ...]) -> Overlap:
    """Compare entries with those of the feed's poll before; its guids count unless they were found to be no good."""
    believes_guids = not had_event(state, EventKind.GUIDS_REUSED, since=_ever(state))
    return compare_windows(state.window, entries, with_guids=believes_guids)


def _ever(state: FeedState) -> datetime:
    return min((event.at for event in state.events), default=state.next_poll_at)
