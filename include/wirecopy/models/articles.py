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


class RemovalReason(StrEnum):
    """Why a line was taken out of a text."""

    HEADLINE = "headline"
    """The headline again."""
    TEASER = "teaser"
    """Leads to another article: "Read also: ..."."""
    LINK = "link"
    """Nothing but a link."""
    FORM = "form"
    """Belongs to a form: comments, newsletter, sharing."""
    PLACEHOLDER = "placeholder"
    """Stands for something that is not shown: consent, an embed, a player."""
    ADVERTISEMENT = "advertisement"
    """Stands at an advertisement."""
    NAVIGATION = "navigation"
    """Of the page's use: print, listen, minutes to read, keywords, the next post."""
    CREDIT = "credit"
    """Says who took a picture or owns the text."""
    SITE_TEMPLATE = "site_template"
    """Stands on other pages of the site as well."""
    ASIDE = "aside"
    """Stands beside the article in the page: a box of facts, comments, another article. Its beginning is kept."""
    UNSTATED = "unstated"
    """Taken out by a version that kept no reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedLine:
    """A line that was found in an article's text and is no part of it.

    Attributes:
        text: The line.
        reason: Why it went.
    """

    text: str
    reason: RemovalReason


class AgencyOrigin(StrEnum):
    """Where an agency is named."""

    BYLINE = "byline"
    """Among the authors."""
    DATELINE = "dateline"
    """Where the text starts: `BERLIN (dpa) -`."""
    CREDIT = "credit"
    """In a line at the text's end: `(AFP)`, `Quelle: dpa`."""
    PUBLISHER = "publisher"
    """The page is the agency's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyCredit:
    """The news agency that an article names as where it comes from.

    Attributes:
        name: The agency's usual name: `AP`, `Reuters`, `dpa`. One agency has one name, however it was written.
        origin: Where it is named; the surest, where in several places.
        stated: The words it is named in.
    """

    name: str
    origin: AgencyOrigin
    stated: str


class Access(StrEnum):
    """Whether a page shows its article to anyone."""

    OPEN = "open"
    PAYWALL = "paywall"
    CONSENT = "consent"
    BLOCKED = "blocked"
    """A challenge, a refusal or an error page is shown in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Text and metadata read from a page.

    Attributes:
        url: The page's address; None when only bytes were given.
        canonical_url: What the page calls its canonical address, absolute, or None.
        title: Headline without the site's name, or None.
        text: What a person would call the article, paragraphs separated by a newline. May be empty.
        outline: A letter for each line of `text`: `p` paragraph, `h` heading, `q` quotation, `l` list item, `t` table row.
        authors: Names as the byline states them, in the page's order; an agency that is named there among them.
        agency: The agency it comes from, or None where none is named.
        published_at: The time the page claims, or None; chosen among `dates` by the rule of `wirecopy.extract.facts.dates`.
        dates: Every time of publication that was found, those that were not chosen included, with where and how exactly.
        lang: BCP 47 tag of the text, or None where unknown.
        other_langs: Tags of languages that paragraphs are in besides `lang`, the most text first.
        site_name: The site's own name, or None.
        image: Address of its main picture, absolute, or None.
        section: The part of the outlet it stands in, as the page names it, or None.
        keywords: The page's own keywords, in its order.
        access: Whether the page shows its article to anyone.
        boilerplate: Lines that were taken out of the text, kept so that nothing is unexplainable.
        warnings: What may be wrong with the reading, in words: a page that was cut, text that was decoded wrongly.
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
    outline: str = ""
    agency: AgencyCredit | None = None
    dates: tuple[ClaimedTime, ...] = ()
    other_langs: tuple[str, ...] = ()
    section: str | None = None
    keywords: tuple[str, ...] = ()
    boilerplate: tuple[RemovedLine, ...] = ()
    warnings: tuple[str, ...] = ()


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
        outline: As in `Article`.
        agency: As in `Article`.
        dates: As in `Article`, and the feed's.
        other_langs: As in `Article`.
        section: As in `Article`.
        keywords: As in `Article`.
        boilerplate: As in `Article`.
        warnings: As in `Article`.
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
    outline: str = ""
    agency: AgencyCredit | None = None
    dates: tuple[ClaimedTime, ...] = ()
    other_langs: tuple[str, ...] = ()
    section: str | None = None
    keywords: tuple[str, ...] = ()
    boilerplate: tuple[RemovedLine, ...] = ()
    warnings: tuple[str, ...] = ()
    archive_ref: ArchiveRef | None = None

    @property
    def news_time(self) -> datetime:
        """The instant that places the article among others: the claimed time if it is believable, else `first_seen_at`."""
        claimed = self.published_at
        return claimed.at if claimed is not None and claimed.is_believable(self.first_seen_at) else self.first_seen_at
