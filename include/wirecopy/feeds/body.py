"""A feed's bytes before they are parsed: what they look like, and what must be taken out of them first."""

from __future__ import annotations

import re
import zlib
from html import escape
from html.entities import html5
from itertools import islice
from typing import Final

from wirecopy.errors import NotAFeed
from wirecopy.feeds.charset import recode_feed, to_utf8

MAX_FEED_BYTES: Final = 5_000_000
"""Most bytes that are read of a feed; of a longer one the beginning, which still gives its entries. feedparser needs 7 to 11 s
for 10 MB of small items, and a feed whose process is killed gives nothing."""
MAX_FEED_ITEMS: Final = 20_000
"""Most items that are read of a feed: within its 5 MB stand 150,000 of the smallest, for which feedparser needs 15 s, and
29,000 of 140 bytes whose end is missing take 9 s."""
MAX_UNPACKED_BYTES: Final = 50_000_000
"""Most bytes that come out of gzip: a sitemap's own limit is 50 MB (52,428,800), and nothing else here is as long."""

_WHITE: Final = b" \t\r\n\x0b\x0c\x00"
_MAGIC: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "gzip data"),
)
_HTML_ROOTS: Final = frozenset(
    {
        "html",
        "head",
        "body",
        "div",
        "p",
        "script",
        "style",
        "meta",
        "link",
        "title",
        "center",
        "table",
        "br",
        "b",
        "h1",
        "iframe",
    }
)
_PAGE_ROOTS: Final = frozenset({"html", "head", "body"})
_KNOWN_ROOTS: Final = {
    "opml": "an OPML list of feeds",
    "svg": "an SVG picture",
}
FEED_ROOTS: Final = frozenset({"rss", "rdf", "feed", "channel"})
_FEED_TAG = re.compile(rb"<(?:[a-zA-Z0-9]+:)?(?:rss|rdf|feed|channel)[\s>]", re.IGNORECASE)
_FEED_ROOT = re.compile(rb"<((?:[a-zA-Z0-9]+:)?(?:rss|rdf|feed))[\s>]", re.IGNORECASE)
_ITEM = re.compile(rb"<(?:[a-zA-Z0-9]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:[^\s<>:/]+:)?([^\s<>:/]+)")
_SNIFFED_BYTES: Final = 65_536

_CHARREF = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?(?=(&#(?:[xX][0-9a-fA-F]+|[0-9]+);)?)")
_SURROGATE_PAIR = re.compile(
    rb"&#(?:[xX]([dD][89abAB][0-9a-fA-F]{2})|(5[5-6]\d{3}));&#(?:[xX]([dD][c-fC-F][0-9a-fA-F]{2})|(5[67]\d{3}));"
)
# What stands in CDATA is passed over; an unclosed one is so to its end.
_BARE_REFERENCE = re.compile(
    rb"<!\[CDATA\[(?:.*?\]\]>|.*)|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)(?:([a-zA-Z][a-zA-Z0-9]{1,31});)?",
    re.DOTALL,
)
_CONTROLS: Final = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_GZIP: Final = b"\x1f\x8b"
_PACKED_PIECE: Final = 65_536  # what is unpacked at a time: a broken end costs no more than its piece
_GZIP_WINDOW: Final = 31  # zlib's number for gzip's framing


def describe_body(body: bytes) -> str | None:  # noqa: PLR0911 - one line for each thing
    """What the bytes are where they can be no feed that Wirecopy reads, such as `an HTML page`; None where they may be one."""
    start = to_utf8(body)[0].lstrip(_WHITE)
    if not start:
        return "empty"
    for magic, description in _MAGIC:
        if start.startswith(magic):
            return description
    if is_json(body):
        return None
    if b"<" not in start:
        return "plain text without markup"
    root = root_name(body)
    if root in _KNOWN_ROOTS:
        return _KNOWN_ROOTS[root]
    # A feed may stand behind a warning that its server printed, or behind a whole page; one that a page's script or text
    # mentions is none.
    page_end = start.lower().rfind(b"</html") if root in _PAGE_ROOTS else 0
    if _is_html(start, root) and (page_end < 0 or not _FEED_TAG.search(start, page_end)):
        return "an HTML page"
    return None


def is_json(body: bytes) -> bool:
    """Whether the bytes begin as JSON's objects and lists do, in whatever encoding."""
    return to_utf8(body[:_SNIFFED_BYTES] if len(body) > _SNIFFED_BYTES else body)[0].lstrip(_WHITE)[:1] in {b"{", b"["}


def _is_html(start: bytes, root: str) -> bool:
    return root in _HTML_ROOTS or re.match(rb"<!doctype\s+html", start, re.IGNORECASE) is not None


def root_name(body: bytes) -> str:
    """Local name of the first element in lower case; empty where there is none."""
    text = to_utf8(body)[0]
    at = 0
    while True:
        at = text.find(b"<", at)
        if at < 0:
            return ""
        if text.startswith(b"<!--", at):
            at = _after(text, b"-->", at)
        elif text.startswith(b"<?", at):
            at = _after(text, b">", at)
        elif text.startswith(b"<!", at):
            at = _doctype_end(text, at)[0]
        elif match := _ROOT.match(text, at):
            name = match[1][:100].decode("utf-8", "replace").lower()
            return "".join(char if char.isprintable() else "\ufffd" for char in name)  # it is shown in terminals
        else:
            at += 1


def _after(text: bytes, mark: bytes, start: int) -> int:
    found = text.find(mark, start)
    return len(text) if found < 0 else found + len(mark)


def _doctype_end(text: bytes, start: int) -> tuple[int, int | None]:
    """Where a DOCTYPE that starts here ends, and where its internal subset starts if it has one."""
    quote = 0
    subset: int | None = None
    for at in range(start, min(len(text), start + 1_000_000)):
        char = text[at]
        if quote:
            quote = 0 if char == quote else quote
        elif char in b"\"'":
            quote = char
        elif char == ord("[") and subset is None:
            subset = at
        elif char == ord("]") and subset is not None:
            return _after(text, b">", at), subset
        elif char == ord(">") and subset is None:
            return at + 1, None
    return len(text), subset


def clean_body(body: bytes, content_type: str | None) -> bytes:
    """Make a feed's bytes safe for parsers, in UTF-8.

    Out go: references to characters that do not exist (five of six kinds make feedparser 6.0.14 lose the whole feed;
    halves of a surrogate pair are joined to the character they mean), control characters, and the DOCTYPE's internal subset,
    where entity bombs live. All encodings become UTF-8 first, so that nothing hides in them. HTML's named entities become
    their characters and a `&` that starts no reference is written out: either would make the XML ill-formed, and parsers
    that read on make `R&D;` of `R&D` and another address of `?a=1&b=2`.

    Args:
        body: The feed's bytes.
        content_type: The response's `Content-Type`, or None; only its charset counts.
    """
    text = recode_feed(body, content_type).lstrip(_WHITE)
    text = _strip_subset(text.translate(None, _CONTROLS))
    text = _SURROGATE_PAIR.sub(_join_surrogates, text)
    return _BARE_REFERENCE.sub(_write_out, clean_references(text))


def unpack_body(body: bytes, *, url: str) -> tuple[bytes, bool]:
    """The bytes, unpacked where they are gzip's (`sitemap.xml.gz`), and whether only their beginning is given.

    At most `MAX_UNPACKED_BYTES` come out, and what is packed twice is refused: a bomb costs no more than a large sitemap.

    Raises:
        NotAFeed: It holds packed bytes again, or cannot be unpacked at all.
    """
    if not body.startswith(_GZIP):
        return body, False
    pieces: list[bytes] = []
    left = MAX_UNPACKED_BYTES
    stream = zlib.decompressobj(_GZIP_WINDOW)
    at, is_cut = 0, False
    try:
        while at < len(body) and not is_cut:
            piece = stream.decompress(body[at : at + _PACKED_PIECE], left)
            pieces.append(piece)
            left -= len(piece)
            at += _PACKED_PIECE
            is_cut = left <= 0
            if stream.eof:
                at = min(at, len(body)) - len(stream.unused_data)
                if not body.startswith(_GZIP, at):  # a file that was joined has several members; anything else is padding
                    break
                stream = zlib.decompressobj(_GZIP_WINDOW)
        is_cut = is_cut or not stream.eof
    except zlib.error as error:
        if not any(pieces):
            raise NotAFeed(url, f"not a feed: it is gzip data that cannot be unpacked ({error})") from None
        is_cut = True
    unpacked = b"".join(pieces)
    if unpacked.startswith(_GZIP):
        raise NotAFeed(url, "not a feed: it is gzip data inside gzip data, which is not unpacked twice")
    return unpacked, is_cut


def clean_references(text: bytes) -> bytes:
    """The markup without references to characters that XML does not have, in an encoding that contains ASCII.

    Those to C1 controls become what their writers mean, windows-1252's characters.
    """
    return _CHARREF.sub(_clean_reference, text)


def cut_body(body: bytes) -> bytes:
    """The body up to the last item that ends within `MAX_FEED_BYTES`, its open elements closed.

    Left open they would cost as much again: feedparser starts over with its lenient parser (3.1 against 5.3 s for 2.3 MB).
    """
    cut = body[:MAX_FEED_BYTES]
    last = max(cut.rfind(b"</item>"), cut.rfind(b"</entry>"))
    return cut if last < 0 else _close(cut, cut.index(b">", last) + 1)


def cut_items(text: bytes) -> bytes:
    """The markup, in an encoding that contains ASCII, up to its first `MAX_FEED_ITEMS` items, its open elements closed."""
    following = next(islice(_ITEM.finditer(text), MAX_FEED_ITEMS, None), None)
    return text if following is None else _close(text, following.start())


def _close(text: bytes, end: int) -> bytes:
    """The markup up to where an item ends, with the end tags of what stands around it."""
    root = _FEED_ROOT.search(text[:_SNIFFED_BYTES])
    if root is None:
        return text[:end]
    closing = b"</channel></%b>" if root[1].lower() == b"rss" else b"</%b>"
    return text[:end] + closing % root[1]


def _strip_subset(text: bytes) -> bytes:
    start = text[:_SNIFFED_BYTES].upper().find(b"<!DOCTYPE")
    if start < 0:
        return text
    end, subset = _doctype_end(text, start)
    return text if subset is None else text[:subset] + b">" + text[end:]


def _write_out(match: re.Match[bytes]) -> bytes:
    if match[0].startswith(b"<"):
        return match[0]
    characters = html5.get(f"{match[1].decode('ascii')};") if match[1] else None
    return escape(characters).encode() if characters else b"&amp;" + match[0][1:]


def _join_surrogates(match: re.Match[bytes]) -> bytes:
    high = int(match[1], 16) if match[1] else int(match[2])
    low = int(match[3], 16) if match[3] else int(match[4])
    if 0xD800 <= high <= 0xDBFF and 0xDC00 <= low <= 0xDFFF:  # noqa: PLR2004 - Unicode's surrogates
        return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return match[0]


def _clean_reference(match: re.Match[bytes]) -> bytes:
    digits = (match[1] or match[2]).lstrip(b"0")
    if len(digits) > 7:  # noqa: PLR2004 - the largest character is 1114111
        return b""
    code = int(digits or b"0", 16 if match[1] is not None else 10)
    if 0x80 <= code <= 0x9F:  # noqa: PLR2004 - HTML reads these as windows-1252, and so do those who write them
        return b"".join(b"&#%d;" % ord(char) for char in bytes([code]).decode("cp1252", "ignore"))
    # XML 1.0 section 2.2: what a character is.
    if code in {0x9, 0xA, 0xD} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF:  # noqa: PLR2004
        return match[0] if match[0].endswith(b";") else match[0] + b";"
    return b""
