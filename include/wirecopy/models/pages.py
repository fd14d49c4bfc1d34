"""Requests and what they bring."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from wirecopy.errors import WirecopyError
    from wirecopy.models.ids import SourceId
    from wirecopy.models.ledger import ArchiveRef


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
        permanent_url: Where an unbroken chain of permanent redirects (301, 308) from `url` led; None where there was none.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    is_truncated: bool
    fetched_at: datetime
    archive_ref: ArchiveRef
    permanent_url: str | None = None

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters; empty where none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Purpose(StrEnum):
    """What a request is for; robots.txt is asked for pages and sitemaps, not for feeds, which are published to be polled."""

    FEED = "feed"
    PAGE = "page"
    SITEMAP = "sitemap"
    SUBSCRIBE = "subscribe"


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
        robots: Whether robots.txt is obeyed; None for the setting's default.
        within_s: Not sent later than so many seconds after its run began; None for no limit.
        form: Fields to send by POST, form-encoded; empty for a GET. A POST follows no redirect.
    """

    url: str
    purpose: Purpose
    source_id: SourceId
    etag: str | None = None
    last_modified: str | None = None
    delay_s: float | None = None
    robots: bool | None = None
    within_s: float | None = None
    form: tuple[tuple[str, str], ...] = ()


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
