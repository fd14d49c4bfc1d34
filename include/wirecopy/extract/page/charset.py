"""A page's bytes to text: BOM, then HTTP, then the page's own word, then a guess; each only where it fits the bytes.

What a page states is believed as browsers believe it, with the names' meanings of the WHATWG Encoding Standard, but for what
its bytes rule out: bytes that are UTF-8 beyond chance are UTF-8, bytes that are no UTF-8 are none, and words of another script
are not Western European whatever a server's default says. The guess is chardet's, on the page's texts alone: it is asked for
the encodings of the web only (decision 8 has the measurements).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

import chardet

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
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "x-cp1252": "cp1252",
    "x-cp1251": "cp1251",
    "x-cp1250": "cp1250",
    "iso-8859-9": "cp1254",
    "iso8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "x-x-big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "koi8-r": "koi8-u",  # its superset but for box-drawing characters, and what koi8-r pages of Ukraine are in
    "koi8": "koi8-u",
    "koi": "koi8-u",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "x-euc-jp": "euc-jp",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "windows-949": "cp949",
    "big5": "big5hkscs",
    "utf8": "utf-8",
    "unicode": "utf-8",
    # A page whose meta tag could be read as ASCII is in neither.
    "utf-16": "utf-8",
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
}
# What chardet is asked to choose from: the encodings that pages are in, without those of DOS, Macintosh and mainframes.
_GUESSED: Final = (
    *("utf-8", "gb18030", "big5", "big5hkscs", "euc-jp", "shift_jis", "cp932", "euc-kr", "cp949"),
    *("windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256"),
    *("windows-1257", "windows-1258", "cp874", "tis-620", "koi8-r", "koi8-u"),
    *("iso-8859-2", "iso-8859-5", "iso-8859-7"),
)
_GUESSED_LATIN: Final = ("windows-1250", "windows-1252", "windows-1254", "windows-1257", "windows-1258", "iso-8859-2")
_OF_OTHER_LETTERS: Final = frozenset({"cp1251", "cp1253", "cp1255", "cp1256", "koi8-u", "iso8859-5", "iso8859-7", "cp874"})
# Python's codecs that no page is in: punycode takes the square of a page's length, escapes make other text of backslashes.
_NO_CHARSETS: Final = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined"})
# Encodings of one alphabet, which few letters tell apart: where a page states one and the other is guessed, its own word counts.
_KIN: Final = {
    "cp1250": ("iso8859-2",),
    "iso8859-2": ("cp1250",),
    "cp1251": ("iso8859-5",),
    "cp1253": ("iso8859-7",),
    "iso8859-7": ("cp1253",),
    "cp1255": ("iso8859-8",),
    "cp1256": ("iso8859-6",),
}
_STATED_BYTES: Final = 4096  # browsers look for a meta tag in the first 1,024; real pages put it a little later
_CHARSET = re.compile(rb"""charset\s{0,20}=\s{0,20}["']?\s{0,20}([a-zA-Z0-9_:.-]{2,40})""", re.IGNORECASE)
_ENCODING = re.compile(rb"""^\s*<\?xml\b[^>]{0,200}\sencoding\s{0,20}=\s{0,20}["']([a-zA-Z0-9_:.-]{2,40})""")
_SINGLE_BYTE = re.compile(r"cp125\d|iso-?8859|windows-?125|koi8|mac|cp874")
_OF_LATIN_LETTERS: Final = frozenset({"cp1250", "cp1252", "cp1254", "cp1257", "cp1258", "iso8859-2", "iso8859-15"})
_PIECES = re.compile(rb"[^<>]+")
_FOREIGN_WORD = re.compile(rb"[\x80-\xff]{3,}")
_MIXED = re.compile(rb"[a-zA-Z][\x80-\xff]+|(?<![\x80-\xff])[\x80-\xff]+[a-z]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_LEAST_FOREIGN: Final = 20
"""So many bytes in words of three and more beyond ASCII, and more than other such bytes, are not of a Latin alphabet: in the
Latin texts of 19 languages at most a tenth are (Vietnamese and Icelandic)."""
_MOST_BAD: Final = 0.002
"""Share of undecodable characters up to which a stated encoding is believed: pages are cut and pasted together."""
_SURELY_UTF8: Final = 10
"""Characters beyond ASCII from which valid UTF-8 is UTF-8 under any stated name: two bytes of common Chinese in GB 18030 are
so in one of five cases."""
_LEAST_GOOD: Final = 20  # for one bad character so many are to be good before a page that states nothing is UTF-8
_GUESSED_BYTES: Final = 64_000
_ESCAPES: Final = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
_WIDE_BYTES: Final = 2000
_LEAST_WIDE: Final = 0.2  # of the pairs at a page's start, those that are ASCII in UTF-16


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedPage:
    """A page's text.

    Attributes:
        text: All of it; what could not be decoded is U+FFFD.
        charset: Python's name of the encoding it was read in.
        warnings: What may be wrong with that, in words.
    """

    text: str
    charset: str
    warnings: tuple[str, ...] = ()


def decode_page(body: bytes, content_type: str | None) -> DecodedPage:
    """Decode a page; never fails.

    Args:
        body: The page's bytes.
        content_type: The response's `Content-Type` with its parameters, or None.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            text = body[len(mark) if codec == "utf-8" else 0 :].decode(codec, "replace").lstrip("\ufeff")
            return DecodedPage(text=text, charset=codec)
    wide = _guess_wide(body)
    if wide:
        return DecodedPage(text=body.decode(wide, "replace"), charset=wide)
    stated = _stated(body, content_type)
    utf8 = _decode_utf8(body, stated)
    if utf8 is not None:
        return DecodedPage(text=utf8, charset="utf-8")
    charset = _choose(body, stated)
    text = body.decode(charset, "replace")
    return DecodedPage(text=text, charset=charset, warnings=tuple(_doubts(text, charset, stated)))


def _doubts(text: str, charset: str, stated: list[str]) -> list[str]:
    doubts = []
    if stated and charset not in stated:
        doubts.append(f"its bytes are not in the stated charset {stated[0]}; read as {charset}")
    elif not stated and charset != "utf-8":
        doubts.append(f"no charset is stated; read as {charset}")
    if bad := text.count("\ufffd"):
        doubts.append(f"{bad} bytes or more are no {charset}" if bad > 1 else f"a byte is no {charset}")
    return doubts


def _guess_wide(body: bytes) -> str | None:
    """UTF-16 without a mark: markup makes every other byte of a page's start a NUL."""
    start = body[:_WIDE_BYTES]
    low, high = start[::2].count(0), start[1::2].count(0)
    if max(low, high) < _LEAST_WIDE * len(start) / 2 or min(low, high) * 10 > max(low, high):
        return None
    return "utf-16-le" if high > low else "utf-16-be"


def _decode_utf8(body: bytes, stated: list[str]) -> str | None:
    """The text where the bytes are UTF-8 beyond chance, whatever they are said to be."""
    if body.isascii():  # ISO 2022 writes other scripts in ASCII's bytes
        return None if any(escape in body for escape in _ESCAPES) else body.decode("ascii")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not stated or "utf-8" in stated[:1] or all(_SINGLE_BYTE.match(charset) for charset in stated):
        return text
    return text if sum(char > "\x7f" for char in text) >= _SURELY_UTF8 else None


def _choose(body: bytes, stated: list[str]) -> str:
    if body.isascii():
        return "iso2022_jp" if decode_mostly(body, "iso2022_jp") is not None else "utf-8"
    fitting = [charset for charset in stated if decode_mostly(body, charset) is not None]
    if not fitting:
        return guess_charset(body)
    first = fitting[0]
    # A single-byte encoding fits any bytes, and a server's default says nothing of its pages.
    if _SINGLE_BYTE.match(first) and (len(fitting) > 1 or _is_doubtful(body, first)):
        guess = guess_charset(body)
        kin = next((charset for charset in fitting if charset == guess or charset in _KIN.get(guess, ())), None)
        if kin or _is_doubtful(body, first):
            return kin or guess
    return first


def _is_doubtful(body: bytes, charset: str) -> bool:
    """Whether most letters beyond ASCII stand together as those of no Latin alphabet do."""
    if codecs.lookup(charset).name not in _OF_LATIN_LETTERS:
        return False
    sample = _sample(body)
    foreign = sum(map(len, _FOREIGN_WORD.findall(sample)))
    return foreign >= _LEAST_FOREIGN and 2 * foreign > sum(map(len, _HIGH.findall(sample)))


def _stated(body: bytes, content_type: str | None) -> list[str]:
    head = body[:_STATED_BYTES]
    found = [
        match[1]
        for match in (
            _CHARSET.search((content_type or "")[:_STATED_BYTES].encode("ascii", "replace")),
            _ENCODING.match(head),
            _CHARSET.search(head),
        )
        if match
    ]
    charsets: list[str] = []
    for name in found:
        lower = name.decode("ascii").lower()
        try:
            codec = codecs.lookup(MEANT.get(lower, lower))
        except (LookupError, ValueError):
            continue
        if codec._is_text_encoding and codec.name not in {*charsets, *_NO_CHARSETS}:  # noqa: SLF001 - what bytes.decode asks, too
            charsets.append(codec.name)
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
    """The encoding of a page that states none that fits, from those of its texts that are not ASCII: Python's name."""
    sample = _sample(body)
    if decode_mostly(sample, "utf-8", least_good=_LEAST_GOOD) is not None:
        return "utf-8"
    charset = _ask_chardet(sample, _GUESSED)
    # In an alphabet of its own, words are of its letters alone: `L'\xe9t\xe9` is French in however few bytes.
    if charset in _OF_OTHER_LETTERS and 2 * len(_MIXED.findall(sample)) > len(_HIGH.findall(sample)):
        return _ask_chardet(sample, _GUESSED_LATIN)
    return charset


def guess_foreign_charset(letters: bytes) -> str | None:
    """The single-byte encoding of letters of another alphabet than the Latin one; None where they are of none."""
    charset = _ask_chardet(letters, _GUESSED)
    return charset if charset in _OF_OTHER_LETTERS else None


def _ask_chardet(sample: bytes, encodings: tuple[str, ...]) -> str:
    found = chardet.detect(sample, include_encodings=encodings, max_bytes=_GUESSED_BYTES)["encoding"] or "windows-1252"
    name = found.lower()
    return MEANT.get(name, codecs.lookup(name).name)


def _sample(body: bytes) -> bytes:
    """The texts and attributes with bytes beyond ASCII, without the rest, which says nothing and dilutes."""
    pieces: list[bytes] = []
    size = 0
    for match in _PIECES.finditer(body):
        if match[0].isascii():  # asked here: a pattern that asks for the byte tries each place of a long script anew
            continue
        pieces.append(match[0][:_GUESSED_BYTES])
        size += len(pieces[-1])
        if size >= _GUESSED_BYTES:
            break
    return b" ".join(pieces)
