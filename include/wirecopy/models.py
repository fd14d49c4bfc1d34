"""The values that flow through Wirecopy, one type for each stage.

A stage's type holds what that stage guarantees: nothing it guarantees is Optional after it. All are frozen; sequences are
tuples; datetimes are aware. Nothing here does I/O or knows a library.

    Source -> FeedEntry -> LedgerRow -> FetchedPage -> Article -> StagedArticle -> Document (with its Link)
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NewType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wirecopy.errors import WirecopyError
    from wirecopy.outcomes import State

SourceId = NewType("SourceId", str)
UrlKey = NewType("UrlKey", str)
"""A URL's identity, versioned; made by `wirecopy.urls.url_key`."""
ArticleId = NewType("ArticleId", str)
"""A document's id, derived from its URL's key by `wirecopy.identity.article_id`; 24 hexadecimal digits."""
VersionId = NewType("VersionId", str)
"""A version of a document: derived from its URL's key and its text by `wirecopy.identity.version_id`."""
StoryId = NewType("StoryId", str)
"""A story's id: the article id of the document that started it. Never changes; a joined story's id stays as an alias."""


class Precision(StrEnum):
    """How exactly a claimed time was stated."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedTime:
    """A time of publication as somebody states it, never ours.

    Attributes:
        at: The instant, aware. A bare date is its midnight and a time without an offset is read as UTC.
        precision: What the statement gave.
        has_offset: Whether the statement named its offset.
        origin: Where it was stated: `feed`, `json-ld`, `meta`, `url`, `htmldate`, `input`.
    """

    at: datetime
    precision: Precision
    has_offset: bool
    origin: str

    @property
    def stated(self) -> str:
        """The time as it was stated: a bare date, or ISO 8601 with the offset if there was one."""
        if self.precision is Precision.DAY:
            return self.at.date().isoformat()
        moment = self.at if self.has_offset else self.at.replace(tzinfo=None)
        return moment.isoformat(timespec="minutes" if self.precision is Precision.MINUTE else "seconds")

    def is_believable(self, first_seen_at: datetime) -> bool:
        """Whether it may be true of something we first saw then: it is not later than a day after.

        A day, since a bare date has no zone and sites' clocks run ahead; more lets expiry dates and typing errors through
        (mediacloud/metadata-lib issue 103: articles of the years 2026 to 9999 under a limit of 90 days).
        """
        return self.at <= first_seen_at + timedelta(days=1)

    @classmethod
    def parse(cls, text: str, *, origin: str) -> ClaimedTime | None:
        """Read an ISO 8601 date or date-time; None where the text is neither.

        Args:
            text: What was stated, such as `2026-11-22`, `2026-11-22T08:30+01:00` or `2026-11-22T07:30:00Z`.
            origin: Where it was stated.
        """
        text = text.strip()
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        bare_day = "T" not in text.upper() and ":" not in text
        has_offset = moment.tzinfo is not None
        if bare_day:
            precision = Precision.DAY
        elif text.count(":") - (1 if has_offset and text[-3:-2] == ":" else 0) < 2:  # noqa: PLR2004 - hh:mm, not hh:mm:ss
            precision = Precision.MINUTE
        else:
            precision = Precision.SECOND
        if not has_offset:
            moment = moment.replace(tzinfo=UTC)
        try:
            moment.astimezone(UTC)
        except OverflowError:  # year 1 or 9999 with an offset that leaves the calendar
            return None
        return cls(at=moment, precision=precision, has_offset=has_offset and not bare_day, origin=origin)


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

    def moved(self, state: State, reason: str, **changes: Any) -> LedgerRow:
        """This row in another state, for a reason."""
        return replace(self, state=state, reason=reason, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """A response that is in the archive.

    Attributes:
        url: The address asked for.
        final_url: The address that answered, after redirects.
        status: HTTP status of that answer.
        headers: Its headers, names in lower case; repeated ones joined by `, `.
        body: The decoded body, at most the setting's `max_bytes` long.
        is_truncated: Whether the body was cut there.
        fetched_at: When the response came.
        archive_ref: Where it lies.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    is_truncated: bool
    fetched_at: datetime
    archive_ref: ArchiveRef

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters; empty where none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Purpose(StrEnum):
    """What a request is for; robots.txt is asked for pages only, since a feed is published to be polled."""

    FEED = "feed"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """An address to fetch.

    Attributes:
        url: The address.
        purpose: What for.
        source_id: Its outlet, for the archive.
        etag: Sent as `If-None-Match`, byte for byte, or None.
        last_modified: Sent as `If-Modified-Since`, byte for byte, or None.
        delay_s: Seconds between two requests to its registrable domain; None for the setting's default.
    """

    url: str
    purpose: Purpose
    source_id: SourceId
    etag: str | None = None
    last_modified: str | None = None
    delay_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """What became of a request: a page that is in the archive (whatever its status), or an error of the tree.

    Attributes:
        request: The request.
        page: The response, 304 and 404 included; None where there was none.
        error: Why there was none (`TransientError` or `PermanentError`); None where there is a page.
    """

    request: FetchRequest
    page: FetchedPage | None
    error: WirecopyError | None


class Access(StrEnum):
    """Whether a page shows its article to anyone."""

    OPEN = "open"
    PAYWALL = "paywall"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Text and metadata read from a page.

    Attributes:
        url: The page's address; None when only bytes were given.
        canonical_url: What the page calls its canonical address, absolute, or None.
        title: Headline without the site's name, or None.
        text: What a person would call the article, paragraphs separated by a newline. May be empty.
        authors: Names, in the page's order.
        published_at: The time the page claims, or None.
        lang: BCP 47 tag of the text, or None where unknown.
        site_name: The site's own name, or None.
        image: Address of its main picture, absolute, or None.
        access: Whether the page shows its article to anyone.
        boilerplate: Lines that were taken out of the text, kept so that nothing is unexplainable.
    """

    url: str | None
    canonical_url: str | None
    title: str | None
    text: str
    authors: tuple[str, ...]
    published_at: ClaimedTime | None
    lang: str | None
    site_name: str | None
    image: str | None
    access: Access
    boilerplate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedArticle:
    """An article that waits for the one writer to link and index it; all the linker needs, and no page.

    Attributes:
        key: Its URL's key.
        url: Its address.
        source_id: Its outlet.
        first_seen_at: From the ledger.
        fetched_at: When its page came.
        title: Headline, or empty.
        text: The article; not empty.
        lang: BCP 47 tag, or None where unknown.
        authors: Names, in the page's order.
        published_at: The claimed time, or None.
        country: The outlet's country, or None.
        canonical_url: As in `Article`.
        site_name: As in `Article`.
        image: As in `Article`.
        boilerplate: As in `Article`.
        archive_ref: Where its page lies; None for an article that came from a file.
    """

    key: UrlKey
    url: str
    source_id: SourceId
    first_seen_at: datetime
    fetched_at: datetime
    title: str
    text: str
    lang: str | None = None
    authors: tuple[str, ...] = ()
    published_at: ClaimedTime | None = None
    country: str | None = None
    canonical_url: str | None = None
    site_name: str | None = None
    image: str | None = None
    boilerplate: tuple[str, ...] = ()
    archive_ref: ArchiveRef | None = None

    @property
    def news_time(self) -> datetime:
        """The instant that places the article among others: the claimed time if it is believable, else `first_seen_at`."""
        claimed = self.published_at
        return claimed.at if claimed is not None and claimed.is_believable(self.first_seen_at) else self.first_seen_at


class CopyKind(StrEnum):
    """What a document is to its story."""

    ORIGIN = "origin"
    EXACT = "exact"
    NEAR = "near"
    EXCERPT = "excerpt"
    TRANSLATION = "translation"
    UPDATE = "update"
    ROUNDUP = "roundup"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """What finds an article's copies without its text.

    Attributes:
        version: Version of the method; fingerprints of two versions are never compared.
        exact: Hash of the normalised text, hexadecimal.
        tokens: Number of tokens in the normalised text.
        keys: What the store indexes and candidates are found by. Each is `FAMILY:VALUE`, so that families
            (`x` exact, `s` sketch, later `a` anchors) live in one field.
    """

    version: int
    exact: str
    tokens: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A decision about two articles, with its evidence.

    Attributes:
        other: The article it is about.
        story_id: That article's story.
        kind: What the new article would be to it.
        score: 0 to 1; what it means is said by the evidence's `method`.
        evidence: JSON-ready: `method`, `version`, the measures with their thresholds, and the passages that carry it.
    """

    other: ArticleId
    story_id: StoryId
    kind: CopyKind
    score: float
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An article's place: its story, what it is there, and why.

    Attributes:
        story_id: The story it belongs to.
        kind: What it is to that story.
        copy_of: The article it was matched with; None for an origin.
        score: The match's score; None for an origin.
        evidence: The match's evidence; for an origin what was considered and rejected, if anything.
    """

    story_id: StoryId
    kind: CopyKind
    copy_of: ArticleId | None
    score: float | None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An indexed article: what searches see and what candidates are drawn from.

    Attributes:
        id: Derived from `article.key`.
        version_id: Derived from the key and the text.
        article: The article as it was staged.
        fingerprints: What its copies are found by.
        link: Its place among the stories.
        indexed_at: When it was indexed first in this version.
    """

    id: ArticleId
    version_id: VersionId
    article: StagedArticle
    fingerprints: Fingerprints
    link: Link
    indexed_at: datetime
