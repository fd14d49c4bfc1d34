"""A URL's row in the ledger, and where its response lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wirecopy.models.ids import ArticleId, SourceId, UrlKey
    from wirecopy.outcomes import State


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRef:
    """Where a raw response lies in the archive.

    Attributes:
        file: The WARC file, relative to the archive's folder.
        offset: The first byte of the response's record (of its gzip member) in that file.
    """

    file: str
    offset: int

    def __str__(self) -> str:
        """`file@offset`, the form the ledger keeps."""
        return f"{self.file}@{self.offset}"

    @classmethod
    def parse(cls, text: str) -> ArchiveRef:
        """Read the form that `str` gives."""
        file, _, offset = text.rpartition("@")
        return cls(file=file, offset=int(offset))


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One URL's row: its stage, its one state and the reason.

    Attributes:
        key: The URL's key; the row's identity.
        url: The address to fetch, as the feed gave it.
        source_id: The outlet whose feed brought it first.
        feed_url: That feed.
        state: See `wirecopy.outcomes.State`.
        reason: Why it is in that state, in words; never empty.
        first_seen_at: When Wirecopy first met the URL, to the second. Never rewritten.
        attempts: How often it was taken up since it was last pending.
        next_attempt_at: Not taken up before this.
        entry_title: What the feed called it, or None.
        entry_published: What the feed states as its time, in the form of `ClaimedTime.stated`, or None.
        final_key: The key of the address that answered, where redirects led elsewhere; else None.
        archive_ref: Where the last response lies, or None.
        http_status: The last response's status, or None.
        fetched_at: When that response came, or None.
        indexed_at: When the article was indexed, or None.
        article_id: Its document, once indexed.
        entry_mark: Hash of what the feed last said of it (title, times); another one means that the article was changed.
        revisits: How often its page was fetched again because the feed said that it changed.
    """

    key: UrlKey
    url: str
    source_id: SourceId
    feed_url: str
    state: State
    reason: str
    first_seen_at: datetime
    attempts: int = 0
    next_attempt_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    entry_title: str | None = None
    entry_published: str | None = None
    final_key: UrlKey | None = None
    archive_ref: ArchiveRef | None = None
    http_status: int | None = None
    fetched_at: datetime | None = None
    indexed_at: datetime | None = None
    article_id: ArticleId | None = None
    entry_mark: str | None = None
    revisits: int = 0

    def moved(self, state: State, reason: str, **changes: Any) -> LedgerRow:
        """This row in another state, for a reason."""
        return replace(self, state=state, reason=reason, **changes)
