"""Articles, as read from a page and as they wait to be linked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from wirecopy.models.ids import SourceId, UrlKey
    from wirecopy.models.ledger import ArchiveRef
    from wirecopy.models.times import ClaimedTime


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
