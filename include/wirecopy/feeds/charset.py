"""A feed's bytes to UTF-8: BOM, then HTTP, then the XML declaration, then a guess; each only where it fits the bytes."""

from __future__ import annotations

import codecs
import re
from typing import Final

from wirecopy.extract.page.charset import MEANT, decode_mostly, guess_charset

_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_UNMARKED: Final = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
    (b"{\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00{", "utf-32-be"),
    (b"{\x00", "utf-16-le"),
    (b"\x00{", "utf-16-be"),
)
_DECLARATION = re.compile(rb"""^(\s*<\?xml\b[^<>]*?)\sencoding\s*=\s*(["'])([^"'<>]*)\2""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)
_SINGLE_BYTE = re.compile(r"(?:iso[-_]?8859|latin|windows-?125|cp125|us-?ascii|ascii)", re.IGNORECASE)
_ESCAPED: Final = ("iso2022", "iso-2022", "hz", "utf-7")  # they write other scripts in ASCII's bytes


def to_utf8(body: bytes) -> tuple[bytes, str | None]:
    """The bytes in an encoding that contains ASCII, and its name where a mark or the encoding itself told it."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            if codec == "utf-8-sig":
                return body[len(mark) :], "utf-8"
            return _recode(body, codec), "utf-8"
    for start, codec in _UNMARKED:
        if body.startswith(start):
            return _recode(body, codec), "utf-8"
    return body, None


def recode_feed(body: bytes, content_type: str | None) -> bytes:
    """The feed in UTF-8, its declaration with it; never fails.

    A stated encoding that does not fit the bytes is passed over, a single-byte one also where the bytes are valid UTF-8 beyond
    ASCII: a server's default says nothing about the file. For the same reason HTTP's ISO 8859-1, which fits everything, yields
    to a declaration that names another encoding, if the letters are that one's.

    Args:
        body: The feed's bytes.
        content_type: The response's `Content-Type`, or None.
    """
    text, charset = to_utf8(body)
    declared = _DECLARATION.match(text)
    if charset is None:
        text = _decode(text, _stated(content_type), _known(declared[3].decode("ascii", "replace")) if declared else None)
    return _DECLARATION.sub(rb"\1 encoding=\2utf-8\2", text, count=1)


def _decode(text: bytes, http: str | None, declared: str | None) -> bytes:
    stated = list(dict.fromkeys(charset for charset in (http, declared) if charset))
    if text.isascii() and not any(charset.startswith(_ESCAPED) for charset in stated):
        return text
    if not stated or any(_SINGLE_BYTE.match(charset) for charset in stated):
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return text
    if len(stated) > 1 and stated[0] == "cp1252" and guess_charset(text) == stated[1]:
        stated.reverse()
    for charset in stated:
        decoded = decode_mostly(text, charset)
        if decoded is not None:
            return decoded.encode("utf-8", "replace")
    return text.decode(guess_charset(text), "replace").encode("utf-8")


def _stated(content_type: str | None) -> str | None:
    found = _CHARSET.search(content_type or "")
    return _known(found[1]) if found else None


def _known(name: str) -> str | None:
    """The codec that is meant by a name, or None where Python knows none for text."""
    meant = MEANT.get(name.strip().lower(), name.strip().lower())
    try:
        codec = codecs.lookup(meant)
    except (LookupError, ValueError):
        return None
    return codec.name if codec._is_text_encoding else None  # noqa: SLF001 - what bytes.decode asks, too


def _recode(body: bytes, codec: str) -> bytes:
    text = body.decode(codec, "replace").encode("utf-8", "replace")
    return _DECLARATION.sub(rb"\1 encoding=\2utf-8\2", text, count=1)
