"""What is said in a request's headers, and where a redirect's header leads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from wirecopy.models import Purpose

if TYPE_CHECKING:
    from wirecopy.archive.response import RawHeaders
    from wirecopy.models import FetchRequest

ACCEPT = {
    Purpose.FEED: "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
    Purpose.PAGE: "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
    Purpose.SITEMAP: "application/xml, text/xml;q=0.9, application/gzip;q=0.9, */*;q=0.5",
    Purpose.SUBSCRIBE: "*/*",
}
ACCEPT_ROBOTS = "text/plain, */*;q=0.5"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# IANA's registry of content codings. A gzip file is often served as `x-gzip` for what it is, not for how it is sent.
_CODINGS = frozenset({"aes128gcm", "br", "compress", "dcb", "dcz", "deflate", "gzip", "x-compress", "x-gzip", "zstd"})
_READ_CODINGS = (["gzip"], ["deflate"], ["br"], ["zstd"], ["x-gzip"])
PERMANENT_REDIRECTS = frozenset({301, 308})
"""What says that an address has moved for good (RFC 9110, 15.4)."""

# Bytes that are not ASCII, by characters of Unicode's private use area.
_FIRST_RAW = 0x80
RAW_BYTES = range(0xF780, 0xF800)
"""Characters that stand for the bytes from 0x80 to 0xFF in headers that are no UTF-8."""

_UNSENDABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def request_headers(request: FetchRequest, *, is_first: bool, keep_alive: bool) -> dict[str, str]:
    """The headers of a request, but for those that are the same in all.

    Args:
        request: What is asked for.
        is_first: Whether its own address is asked; only that one is sent its validators.
        keep_alive: Whether another request to the site may follow.
    """
    headers = {"Accept": ACCEPT[request.purpose]}
    if request.form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if not keep_alive:
        headers["Connection"] = "close"
    if is_first:
        for name, stored in (("If-None-Match", request.etag), ("If-Modified-Since", request.last_modified)):
            value = sendable_header(stored)
            if value:
                headers[name] = value
    return headers


def write_form(request: FetchRequest) -> bytes | None:
    """The body of a request that posts a form; None for one that does not."""
    return urlencode(request.form).encode("ascii") if request.form else None


def sendable_header(stored: str | None) -> str | None:
    """A validator as the HTTP library must be given it so that the very bytes that came are sent; None where it cannot be.

    Stored headers hold a character for each byte (`wirecopy.archive.join_headers`), and aiohttp sends UTF-8: a byte that is part of
    none is given as a character of `RAW_BYTES`, which `wirecopy.fetch.transport` puts back. A server that sent control characters,
    line breaks above all, is asked without a validator: that costs a transfer and loses nothing.
    """
    if stored is None or _UNSENDABLE.search(stored):
        return None
    if stored.isascii():
        return stored
    try:
        raw = stored.encode("latin-1")
    except UnicodeEncodeError:  # it never came from a header
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and not any(ord(character) in RAW_BYTES for character in text):
        return text
    return "".join(chr(byte if byte < _FIRST_RAW else RAW_BYTES[byte - _FIRST_RAW]) for byte in raw)


def unknown_coding(headers: RawHeaders) -> str | None:
    """The content coding of a body that was left coded; None where it is plain or was decoded.

    One in another (`gzip, gzip`) is what bombs are made of and no server's way. Names that are no codings (`utf-8`, `none`) are
    seen on plain bodies.
    """
    stated = ",".join(value.decode("latin-1").lower() for name, value in headers if name.lower() == b"content-encoding")
    codings = [coding for coding in map(str.strip, stated.split(",")) if coding in _CODINGS]
    return None if not codings or codings in _READ_CODINGS else ", ".join(codings)


def redirect_location(status: int, headers: RawHeaders) -> str | None:
    """Where an answer redirects to, as it stands; None where it does not."""
    if status not in _REDIRECTS:
        return None
    raw = next((value for name, value in headers if name.lower() == b"location"), b"")
    if not raw:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
