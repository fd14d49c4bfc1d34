"""A feed that was read in this poll: its entries, and the further pages that belong to them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from wirecopy.feeds.marks import WINDOW_MARKS
from wirecopy.feeds.overlap import Overlap, compare_windows
from wirecopy.feeds.selection import select_entries
from wirecopy.models import EventKind, FeedState, ParsedFeed

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        self.parts = [(select_entries(self.feed, now=self.page.fetched_at), self.page)]
        self.finish()

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
        """Compare what an index's sitemaps brought; to be called again when all of them are there.

        Only those that changed are fetched, so what is known stays known, and nothing can be said of what was lost.
        """
        if self.is_index:
            overlap = compare(self.state, self.entries)
            window = tuple(dict.fromkeys((*overlap.window, *self.state.window)))[:WINDOW_MARKS]
            self.overlap = replace(overlap, window=window, is_lost=False)
        elif len(self.parts) == 1:  # older pages are no part of the window
            self.overlap = compare(self.state, self.entries)


def compare(state: FeedState, entries: tuple[FeedEntry, ...]) -> Overlap:
    """Compare entries with those of the feed's poll before; its guids count unless they were found to be no good."""
    believes_guids = all(event.kind is not EventKind.GUIDS_REUSED for event in state.events)
    return compare_windows(state.window, entries, with_guids=believes_guids)
