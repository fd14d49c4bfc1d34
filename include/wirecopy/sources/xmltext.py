"""The text of XML files that people and programs wrote badly, before a parser is given it."""

from __future__ import annotations

import codecs
import html
import re
import sys
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STRAY_AMPERSAND = re.compile(r"&(?!#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_REFERENCE = re.compile(r"&#([0-9]{1,7}|x[0-9a-fA-F]{1,6});")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30};)")
# Others of Python's codecs, such as punycode, take time by the square.
_PLAIN_ENCODING = re.compile(r"iso-?8859|latin|windows-|cp\d|koi8|euc|gb|big5|shift|sjis|mac|ks_c|tis|utf-(?:16|32)")
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_END_OF_SUBSET = re.compile(r"\]\s*>")
_XML_ESCAPES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


def decode_xml(data: bytes) -> str:
    """The text of an XML file: by its byte order mark, as UTF-8 where it is that, else as it states, else as windows-1252."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if data[:4].replace(b"\x00", b"") in (b"<?", b"<o", b"<O") and b"\x00" in data[:2]:
        return data.decode("utf-16-le" if data[1:2] == b"\x00" else "utf-16-be", "replace")
    stated = _ENCODING.match(data)
    encoding = stated[1].decode("ascii").lower() if stated else ""
    for known in ("utf-8", encoding if _PLAIN_ENCODING.match(encoding) else "cp1252"):
        try:
            return data.decode(known)
        except (UnicodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def mend_xml(text: str) -> str:
    """The text without what XML parsers refuse or must not be given: a DOCTYPE, control characters, HTML's names, stray `&`."""
    text = strip_controls(_DECLARATION.sub("", text.lstrip("\ufeff"), count=1))
    if not text.lstrip().startswith("<") and "&lt;opml" in text.lower():
        text = html.unescape(text)
    text = _without_doctype(text)
    text = _NAMED.sub(lambda match: match[0] if match[1] in _XML_ESCAPES else html.escape(html.unescape(match[0])), text)
    return _REFERENCE.sub(_drop_impossible, _STRAY_AMPERSAND.sub("&amp;", text))


def _drop_impossible(match: re.Match[str]) -> str:
    """A reference to a character; nothing where XML has no such character: lxml cannot give a surrogate to Python."""
    code = int(match[1][1:], 16) if match[1][0] == "x" else int(match[1])
    return "" if code > sys.maxunicode or _NOT_XML.match(chr(code)) else match[0]


def strip_controls(text: str) -> str:
    """The text without the characters that XML 1.0 does not have."""
    return _NOT_XML.sub("", text)


def _without_doctype(text: str) -> str:
    """The text without its DOCTYPE and the entities declared there, so that none can be expanded."""
    doctype = _DOCTYPE.search(text)
    if doctype is None:
        return text
    start = doctype.start()
    end, subset = text.find(">", start), text.find("[", start)
    if 0 <= subset < end:
        close = _END_OF_SUBSET.search(text, subset)
        end = close.end() - 1 if close else -1
    rest = text[end + 1 :] if end >= 0 else ""
    # A document has one; what else looks like one, in a comment or to hide the real one, is made text.
    return text[:start] + _DOCTYPE.sub("&lt;!DOCTYPE", rest)
