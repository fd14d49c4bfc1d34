"""A page's bytes to text: BOM, then HTTP, then the page's own word, then a guess."""

from __future__ import annotations

import codecs
import re
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What browsers read by these names (WHATWG Encoding Standard, section 4.2): the superset that is really meant.
MEANT: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
    "utf8": "utf-8",
    "unicode": "utf-8",
    # A page whose meta tag could be read as ASCII is in neither.
    "utf-16": "utf-8",
    "utf-16le": "utf-8",
}
# Encoding of pages of a language that state none, where no multi-byte encoding fits.
_BY_LANGUAGE: Final = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk"), "cp1251"),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "ro", "hr", "sl", "bs"), "cp1250"),
    **dict.fromkeys(("lt", "lv", "et"), "cp1257"),
    "el": "cp1253",
    "tr": "cp1254",
    "he": "cp1255",
    "ar": "cp1256",
    "fa": "cp1256",
    "th": "cp874",
    "vi": "cp1258",
}
_STATED_BYTES: Final = 4096  # browsers look for a meta tag in the first 1,024; real pages put it a little later
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([a-zA-Z0-9_:.-]{2,40})""", re.IGNORECASE)
_ENCODING = re.compile(rb"""^\s*<\?xml\b[^>]*\sencoding\s*=\s*["']([a-zA-Z0-9_:.-]{2,40})""")
_LANG = re.compile(rb"""<html\b[^>]*\slang\s*=\s*["']?([a-zA-Z]{2,3})""", re.IGNORECASE)
_SINGLE_BYTE = re.compile(r"cp125\d|iso-?8859|windows-125|koi8|mac")
_MOST_BAD: Final = 0.002
"""Share of undecodable characters up to which a stated encoding is believed: pages are cut and pasted together."""
_GUESSED_BYTES: Final = 200_000


def decode_page(body: bytes, content_type: str | None) -> str:
    """The page's text; never fails.

    GB 2312 is read as GB 18030, ISO 8859-1 as windows-1252 and so on, as browsers do. A stated encoding that does not fit the
    bytes is passed over; a stated single-byte one too where the bytes are valid UTF-8 beyond ASCII.

    Args:
        body: The page's bytes.
        content_type: The response's `Content-Type` with its parameters, or None.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) if codec == "utf-8" else 0 :].decode(codec, "replace").lstrip("\ufeff")
    stated = _stated(body, content_type)
    if not stated or any(_SINGLE_BYTE.match(charset) for charset in stated):
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    for charset in stated:
        text = decode_mostly(body, charset)
        if text is not None:
            return text
    return body.decode(guess_charset(body), "replace")


def _stated(body: bytes, content_type: str | None) -> list[str]:
    head = body[:_STATED_BYTES]
    found = [
        match[1]
        for match in (
            _CHARSET.search((content_type or "").encode("ascii", "replace")),
            _ENCODING.match(head),
            _CHARSET.search(head),
        )
        if match
    ]
    charsets: list[str] = []
    for name in found:
        lower = name.decode("ascii").lower()
        charset = MEANT.get(lower, lower)
        try:
            codecs.lookup(charset)
        except LookupError:
            continue
        if charset not in charsets:
            charsets.append(charset)
    return charsets


def decode_mostly(body: bytes, charset: str, *, least_good: int = 2) -> str | None:
    """The text, or None where too much of it is not in this encoding: for one bad character so many are to be good."""
    try:
        return body.decode(charset)
    except (UnicodeError, LookupError):
        pass
    try:
        text = body.decode(charset, "replace")
    except (UnicodeError, LookupError):  # a codec that is none for text, such as `hex`
        return None
    beyond_ascii = sum(char > "\x7f" for char in text)
    bad = text.count("\ufffd")
    return text if bad <= max(2, _MOST_BAD * len(text)) and bad * least_good < beyond_ascii else None


def guess_charset(body: bytes) -> str:
    """The encoding of a page that states none that fits.

    Each East Asian encoding has its sign: Hangul fills a Korean page's syllables, kana stand in a Japanese one, and the
    commoner half of the characters fills a Chinese one. Korean is asked first, for its bytes are good Chinese as well.
    """
    sample = body[:_GUESSED_BYTES]
    if decode_mostly(sample, "utf-8", least_good=20) is not None:
        return "utf-8"
    for charset, sign, least in _SIGNS:
        text = decode_mostly(sample, charset, least_good=20)
        beyond_ascii = [char for char in text or "" if char > "\x7f"]
        if beyond_ascii and sum(sign(char) for char in beyond_ascii) >= least * len(beyond_ascii):
            return charset
    lang = _LANG.search(body[:_STATED_BYTES])
    by_language = _BY_LANGUAGE.get(lang[1].decode("ascii").lower()) if lang else None
    if by_language:
        return by_language
    # Cyrillic letters make most of a windows-1251 page's; accents make few of a Western one's.
    high = sum(byte >= 0xC0 for byte in sample)  # noqa: PLR2004 - where windows-1251 keeps its letters
    ascii_letters = sum(chr(byte).isalpha() for byte in re.sub(rb"<[^>]*>|[^\x00-\x7f]", b"", sample))
    return "cp1251" if high > ascii_letters else "cp1252"


def _is_common_hangul(char: str) -> bool:
    # Of the 2,350 syllables of KS X 1001: cp949's 8,822 others are rare, but Japanese bytes fall among them.
    # Python's euc_kr writes those, too, each in eight bytes.
    return "\uac00" <= char <= "\ud7a3" and len(char.encode("euc_kr")) == 2  # noqa: PLR2004 - a double-byte encoding


def _is_kana(char: str) -> bool:
    return "\u3040" <= char <= "\u30ff"


def _is_common_simplified(char: str) -> bool:
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xA1 <= lead <= 0xD7  # noqa: PLR2004 - marks and level 1 of GB 2312


def _is_common_traditional(char: str) -> bool:
    try:
        lead = char.encode("big5")[0]
    except UnicodeEncodeError:
        return False
    return 0xA1 <= lead <= 0xC6  # noqa: PLR2004 - marks and level 1 of Big5


_SIGNS: Final = (
    ("cp949", _is_common_hangul, 0.75),
    ("euc_jp", _is_kana, 0.25),
    ("cp932", _is_kana, 0.25),
    ("gb18030", _is_common_simplified, 0.8),
    ("big5hkscs", _is_common_traditional, 0.8),
)
