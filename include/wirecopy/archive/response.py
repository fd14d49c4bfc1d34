"""A response on its way into the archive and back: the two directions stand side by side, so that they agree."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from wirecopy.models import FetchedPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from wirecopy.models import ArchiveRef, Purpose, SourceId

RawHeaders = tuple[tuple[bytes, bytes], ...]
"""Names and values as they came, in their order."""

# What the server said of the bytes on the wire. The archive holds the decoded body, for which it would not be true, so crawlers
# keep these under another name (Common Crawl does so too). A server's own header of such a name gets the prefix once more.
_WIRE_HEADERS = frozenset({b"content-encoding", b"transfer-encoding", b"content-length"})
_PREFIX = b"X-Crawler-"
_PREFIX_LOWER = _PREFIX.lower()
_UNWRITABLE = bytes.maketrans(b"\r\n\0", b"   ")


class Role(StrEnum):
    """What a response was to the request: its answer, a redirect on the way there, or the robots.txt asked before."""

    ANSWER = "answer"
    REDIRECT = "redirect"
    ROBOTS = "robots"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawResponse:
    """A response as it came.

    Attributes:
        url: The address that was asked for first.
        final_url: The address that answered.
        status: HTTP status.
        reason: The words beside it.
        headers: From `clean_headers`.
        body: Decoded; the part that was read.
        is_truncated: Whether there was more.
        fetched_at: When it came, aware.
        source_id: The outlet it was fetched for.
        purpose: What for.
        role: What it was to the request.
        is_after_link: Whether whatever pages had come before were linked before it was asked for.
        is_permanent: Whether redirects led from `url` to `final_url`, and permanent ones (301, 308) only.
        method: Of the request.
        request_headers: What was sent.
    """

    url: str
    final_url: str
    status: int
    reason: str
    headers: RawHeaders
    body: bytes
    is_truncated: bool
    fetched_at: datetime
    source_id: SourceId
    purpose: Purpose
    role: Role = Role.ANSWER
    is_after_link: bool = False
    is_permanent: bool = False
    method: str = "GET"
    request_headers: Mapping[str, str]

    def as_page(self, ref: ArchiveRef) -> FetchedPage:
        """The page this is, once it lies in the archive."""
        return FetchedPage(
            url=self.url,
            final_url=self.final_url,
            status=self.status,
            headers=join_headers(self.headers),
            body=self.body,
            is_truncated=self.is_truncated,
            fetched_at=self.fetched_at,
            archive_ref=ref,
            permanent_url=self.final_url if self.is_permanent else None,
        )


def clean_headers(raw: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
    """Headers that can be written and read back: no line breaks or NUL, no white space around."""
    return tuple((name.translate(_UNWRITABLE, b":").strip(), value.translate(_UNWRITABLE).strip()) for name, value in raw)


def join_headers(headers: RawHeaders) -> dict[str, str]:
    """Headers by name in lower case, repeated ones joined by `, `.

    Bytes are read as ISO 8859-1, one character each, as HTTP once had it: nothing is lost, and `value.encode("latin-1")` gives
    the bytes back, which validators need.
    """
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.lower().decode("latin-1"), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def write_http(response: RawResponse) -> bytes:
    """The response's HTTP head, ending in its empty line."""
    reason = response.reason.encode("utf-8", "replace").translate(_UNWRITABLE)
    parts = [b"HTTP/1.1 %d %s\r\n" % (response.status, reason)]
    for name, value in response.headers:
        lower = name.lower()
        if lower in _WIRE_HEADERS or lower.startswith(_PREFIX_LOWER):
            parts.append(_PREFIX)
        parts += (name, b": ", value, b"\r\n")
    parts.append(b"Content-Length: %d\r\n\r\n" % len(response.body))
    return b"".join(parts)


def read_http(block: bytes) -> tuple[int, RawHeaders, bytes]:
    """Status, headers and body of what `write_http` wrote.

    Raises:
        ValueError: It is something else.
    """
    head, _, body = block.partition(b"\r\n\r\n")
    status_line, *lines = head.split(b"\r\n")
    version, status, *_ = status_line.split(b" ", 2)
    if not version.startswith(b"HTTP/"):
        raise ValueError("is no HTTP response")
    headers: list[tuple[bytes, bytes]] = []
    for line in lines:
        name, _, value = line.partition(b":")
        if name == b"Content-Length":
            continue
        headers.append((name.removeprefix(_PREFIX), value.strip()))
    return int(status), tuple(headers), body


def write_field(text: str) -> str:
    """A text as a WARC field: as it stands where that is safe, else as a JSON string in ASCII."""
    if text.isascii() and text.isprintable() and not text.startswith(('"', "<")) and " " not in text:
        return text
    return json.dumps(text).replace(" ", "\\u0020")  # warcio rewrites an address that has spaces


def read_field(field: str) -> str:
    """The text that `write_field` wrote."""
    return str(json.loads(field)) if field.startswith('"') else field
