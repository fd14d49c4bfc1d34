"""The values that flow through Wirecopy, one type for each stage.

A stage's type holds what that stage guarantees: nothing it guarantees is Optional after it. All are frozen; sequences are
tuples; datetimes are aware. Nothing here does I/O or knows a library.

    Source -> FeedEntry -> LedgerRow -> FetchedPage -> Article -> StagedArticle -> Document (with its Link)
"""

from __future__ import annotations

from wirecopy.models.articles import (
    Access,
    AgencyCredit,
    AgencyOrigin,
    Article,
    RemovalReason,
    RemovedLine,
    StagedArticle,
)
from wirecopy.models.documents import CopyKind, Document, Fingerprints, Link
from wirecopy.models.feed_state import (
    DayCount,
    EventKind,
    FeedEvent,
    FeedState,
    PendingMove,
    SitePause,
    Subscription,
)
from wirecopy.models.feeds import FeedEntry, Pacing, ParsedFeed, SitemapRef, Source
from wirecopy.models.ids import ArticleId, SourceId, StoryId, UrlKey, VersionId
from wirecopy.models.ledger import ArchiveRef, LedgerRow
from wirecopy.models.pages import FetchedPage, FetchRequest, FetchResult, Purpose
from wirecopy.models.site_memory import PageMarks, SiteMemory
from wirecopy.models.times import ClaimedTime, Precision

__all__ = [
    "Access",
    "AgencyCredit",
    "AgencyOrigin",
    "ArchiveRef",
    "Article",
    "ArticleId",
    "ClaimedTime",
    "CopyKind",
    "DayCount",
    "Document",
    "EventKind",
    "FeedEntry",
    "FeedEvent",
    "FeedState",
    "FetchRequest",
    "FetchResult",
    "FetchedPage",
    "Fingerprints",
    "LedgerRow",
    "Link",
    "Pacing",
    "PageMarks",
    "ParsedFeed",
    "PendingMove",
    "Precision",
    "Purpose",
    "RemovalReason",
    "RemovedLine",
    "SiteMemory",
    "SitePause",
    "SitemapRef",
    "Source",
    "SourceId",
    "StagedArticle",
    "StoryId",
    "Subscription",
    "UrlKey",
    "VersionId",
]
