"""What a store must do, as Protocols: one contract, kept by SQLite and by Elasticsearch, tested by `tests/contract/`.

Whatever a call wrote is seen by the next call on the same store object, searches included, and by other processes once the
store was closed. Every text that comes in is made storable by `wirecopy.store.scrub` first. Methods raise
`StoreUnavailable` where the store does not answer; a bad item among many is a value in the result, never an exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from wirecopy.outcomes import FETCHABLE_STATES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta

    from wirecopy.models import (
        ArticleId,
        Document,
        FeedState,
        LedgerRow,
        SiteMemory,
        SitePause,
        SourceId,
        StagedArticle,
        StoryId,
        UrlKey,
    )
    from wirecopy.outcomes import State
    from wirecopy.search.query import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemError:
    """One item of many that the store refused.

    Attributes:
        id: The item's id.
        reason: What the store said.
    """

    id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateProbe:
    """A question for documents that share fingerprint keys.

    Attributes:
        keys: Keys to look for; at most 128.
        min_shared: A candidate shares at least so many of them.
        since: Earliest `news_time` of a candidate.
        until: Latest `news_time` of a candidate.
        exclude: Never a candidate (the article itself).
        limit: At most so many candidates.
        per_story: At most so many of one story, so that a big one does not hide a second.
    """

    keys: tuple[str, ...]
    min_shared: int
    since: datetime
    until: datetime
    exclude: ArticleId
    limit: int = 12
    per_story: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A document that shares keys with a probe.

    Attributes:
        document: The whole document; its text is what the decision is made on.
        shared: How many of the probe's keys it has.
    """

    document: Document
    shared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilters:
    """What narrows a search besides its query.

    Attributes:
        langs: BCP 47 tags; a document's tag must be one of them or start with one and a hyphen. Empty for any.
        sources: Source ids. Empty for any.
        since: Earliest `first_seen_at`, inclusive, or None.
        until: Latest `first_seen_at`, exclusive, or None.
    """

    langs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of a text and whether the query hit it; pieces in order make up the excerpt."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """A document that answers a query.

    Attributes:
        document: The document; of a story, the one that answers best.
        score: The store's own rank value; comparable within one answer only.
        title: The title in pieces.
        excerpt: A passage of the text in pieces; its start where only the title was hit.
        matching: How many documents of its story answer the query (1 when copies are not folded).
    """

    document: Document
    score: float
    title: tuple[Snippet, ...]
    excerpt: tuple[Snippet, ...]
    matching: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """An answer to a query.

    Attributes:
        hits: Best first; ties by `first_seen_at`, newest first, then id.
        documents: Number of documents that answer.
        stories: Number of stories they belong to; exact up to 10,000.
    """

    hits: tuple[SearchHit, ...]
    documents: int
    stories: int


class Ledger(Protocol):
    """One row per URL."""

    def discover(self, rows: Sequence[LedgerRow]) -> int:
        """Add the rows whose key is not there yet, leave the others as they are; how many were added."""

    def get(self, keys: Collection[UrlKey]) -> dict[UrlKey, LedgerRow]:
        """The rows that are there, by key."""

    def save(self, rows: Sequence[LedgerRow]) -> None:
        """Write rows by key. `first_seen_at` of a row that is there is never rewritten."""

    def advance(self, rows: Sequence[LedgerRow], *, only_from: Collection[State]) -> dict[UrlKey, LedgerRow]:
        """Write the rows that stand in one of these states now, as `save` does, and leave the others to whoever moved them.

        Returns:
            Those that were left, by key, as they stand; without those that are not there.
        """

    def due(self, now: datetime, *, limit: int, states: Collection[State] = FETCHABLE_STATES) -> tuple[LedgerRow, ...]:
        """Rows in these states with `next_attempt_at <= now`, by (next_attempt_at, first_seen_at, key)."""

    def rows(
        self,
        *,
        states: Collection[State] | None = None,
        source_id: SourceId | None = None,
        after: UrlKey | None = None,
        limit: int = 1000,
    ) -> tuple[LedgerRow, ...]:
        """A page of rows ordered by key, those after a key; None means any."""

    def leading_to(self, key: UrlKey) -> tuple[LedgerRow, ...]:
        """Rows whose own key or `final_key` this is, earliest first seen first."""

    def leading_to_any(self, keys: Collection[UrlKey], *, limit: int = 10_000) -> tuple[LedgerRow, ...]:
        """Rows whose own key or `final_key` is among these, by (first_seen_at, key), at most so many."""

    def counts(self, *, source_id: SourceId | None = None) -> dict[State, int]:
        """How many rows are in each state; every state is there, with 0 if need be."""

    def discovered(self) -> int:
        """How many URLs were ever discovered, counted apart from `counts`."""


class Feeds(Protocol):
    """What is remembered of feeds."""

    def get(self, urls: Collection[str]) -> dict[str, FeedState]:
        """The states that are there, by feed URL."""

    def all(self) -> tuple[FeedState, ...]:
        """Every state, by URL."""

    def save(self, states: Sequence[FeedState]) -> None:
        """Write states by URL."""


class Pauses(Protocol):
    """Sites that asked to be left alone, for every process to see."""

    def active(self, now: datetime) -> tuple[SitePause, ...]:
        """Pauses that are not over, by site."""

    def save(self, pauses: Sequence[SitePause]) -> None:
        """Write pauses by site; one whose site is there replaces it."""


class Sites(Protocol):
    """What is remembered of sites' pages (see `wirecopy.extract.lines.template`)."""

    def get(self, sites: Collection[str]) -> dict[str, SiteMemory]:
        """The memories that are there, by site."""

    def save(self, memories: Sequence[SiteMemory]) -> None:
        """Write memories by site; one whose site is there replaces it.

        Two processes that read pages of one site at once may each overwrite what the other learned: some pages are forgotten
        early, and nothing else.
        """


class Inbox(Protocol):
    """Extracted articles that wait for the one writer."""

    def put(self, articles: Sequence[StagedArticle]) -> tuple[ItemError, ...]:
        """Add articles; one whose key is there replaces it."""

    def take(self, limit: int) -> tuple[StagedArticle, ...]:
        """The first so many by (news_time, key). They stay until removed.

        By the time of the news and not by when we met it: a first poll meets a day's articles within a second, in an order
        that says nothing, and an original is best linked before its copies.
        """

    def remove(self, keys: Collection[UrlKey]) -> None:
        """Forget articles; unknown keys do nothing."""

    def count(self) -> int:
        """How many wait."""


class Documents(Protocol):
    """The index of articles."""

    def put(self, documents: Sequence[Document]) -> tuple[ItemError, ...]:
        """Write documents by id.

        A document whose id is there with another version replaces it, and the earlier version is kept for `versions`. Its
        `first_seen_at` stays the earlier one's. One with the same version replaces it and keeps the earlier `indexed_at`.
        """

    def get(self, ids: Collection[ArticleId]) -> dict[ArticleId, Document]:
        """The current versions that are there, by id."""

    def versions(self, article_id: ArticleId) -> tuple[Document, ...]:
        """Every version of a document, oldest `indexed_at` first, the current one last; empty where unknown."""

    def candidates(self, probes: Sequence[CandidateProbe]) -> list[tuple[Candidate, ...]]:
        """For each probe its candidates, most shared keys first, then earliest first seen, then id."""

    def key_frequencies(self, keys: Collection[str]) -> dict[str, int]:
        """In how many documents each key stands; 0 for unknown ones."""

    def story(self, story_id: StoryId, *, limit: int = 10_000) -> tuple[Document, ...]:
        """The documents of a story (or of the story that an old id is an alias of) by (first_seen_at, id)."""

    def story_sizes(self, story_ids: Collection[StoryId]) -> dict[StoryId, int]:
        """How many documents each story has; those without any are left out."""

    def search(
        self, query: Node | None, filters: SearchFilters, *, limit: int = 20, offset: int = 0, fold_copies: bool = True
    ) -> SearchPage:
        """Documents that answer a query; None answers with everything, newest first seen first.

        Args:
            query: The tree from `wirecopy.search.query.parse_query`.
            filters: What narrows it.
            limit: At most so many hits.
            offset: Hits to pass over first; offset + limit is at most 10,000.
            fold_copies: One hit a story, or one a document.
        """

    def scan(self) -> Iterator[Document]:
        """Every current document, by id, however many."""

    def count(self) -> int:
        """How many documents there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreInfo:
    """What `wirecopy doctor` shows of a store.

    Attributes:
        kind: `sqlite` or `elasticsearch`.
        address: Its URL without a password.
        version: The server's or library's version.
        schema: Version of what is stored.
        size_bytes: What it takes on disk, or None where unknown.
        detail: Anything else worth knowing, such as an index's health.
    """

    kind: str
    address: str
    version: str
    schema: int
    size_bytes: int | None
    detail: Mapping[str, str]


class Store(Protocol):
    """Everything that is kept, behind one object."""

    @property
    def ledger(self) -> Ledger:
        """One row per URL."""

    @property
    def feeds(self) -> Feeds:
        """What is remembered of feeds."""

    @property
    def pauses(self) -> Pauses:
        """Sites that asked to be left alone."""

    @property
    def sites(self) -> Sites:
        """What is remembered of sites' pages."""

    @property
    def inbox(self) -> Inbox:
        """Articles that wait for the one writer."""

    @property
    def documents(self) -> Documents:
        """The index."""

    def record_poll(self, state: FeedState, rows: Sequence[LedgerRow]) -> int:
        """Add a poll's new rows and then its feed's state, so that validators never run ahead of entries.

        In one transaction where the store has them; else rows first. Returns how many rows were added.
        """

    def writer_lock(self, owner: str, *, ttl: timedelta) -> AbstractContextManager[WriterLock]:
        """Hold the one writer's lock for the length of a `with` block.

        Args:
            owner: Who asks, for the message of those who find it held.
            ttl: After so long without `renew` another may take it over (its holder crashed).

        Raises:
            LockHeld: Somebody else has it; the message names them and until when.
        """

    def info(self) -> StoreInfo:
        """What `wirecopy doctor` shows."""

    def close(self) -> None:
        """Make everything visible to others and let go."""


class WriterLock(Protocol):
    """A lock that is held."""

    def renew(self) -> None:
        """Start the time to live anew.

        Raises:
            LockHeld: It was taken over in the meantime; what was about to be written must not be.
        """
