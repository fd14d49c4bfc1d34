"""Text that had been read in a wrong encoding before it was published: found, repaired where that is certain, always told.

A content system that was moved from one database to another shows `Ã¼` for `ü` or `â€™` for an apostrophe: the bytes of UTF-8,
each taken for a character. That is undone where it can be nothing else. Every pass is linear in the page's length.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from wirecopy.extract.page.charset import guess_foreign_charset

_MOST_ROUNDS: Final = 2  # what was spoiled twice is met; three times is not
_LEAST_SIGNS: Final = 3
"""So many spoiled characters make it certain on a page; of punctuation (`â€™`), which no language writes so, one does."""
_LEAST_SHARE: Final = 0.8
"""Of a text's characters beyond ASCII, the share that is spoiled where the text is: what else stands on the page may be whole."""
_LEAST_LOST: Final = 3
_BEYOND_ASCII = re.compile("[^\x00-\x7f][^\x00-\x7f]+")  # twice as fast as `{2,}`
_TEXT = re.compile("[^<>]+")
_FOREIGN_RUN = re.compile("[\xa8\xb8\xc0-\xff]{4,}")
_LEAST_FOREIGN: Final = 40
"""So many letters in runs of four from Latin-1's upper half, and more than half of all beyond ASCII, are of another alphabet."""
_PUNCTUATION: Final = (
    "\u2018\u2019\u201a\u201c\u201d\u201e\u2026\u2013\u2014\u2039\u203a\u2122\u20ac\xab\xbb\xae\xa9\xb0\xb7\xa0\xad"
)
"""What stands after an accented letter in whole texts, too: `Spaß“`, `MENÜ…`, `AMANHÔ`."""


_COMMON_LEADS: Final = frozenset("\xc2\xc3\xc4\xc5\xe2")
"""What the letters of Western and Central Europe begin with; on a page that is spoiled they need no other sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """UTF-8 read in a single-byte encoding.

    Attributes:
        name: The encoding.
        bytes_of: What each of its characters beyond ASCII was.
        spoiled: A character of UTF-8 as it looks there.
    """

    name: str
    bytes_of: dict[str, int]
    spoiled: re.Pattern[str]


def _reading(name: str, codec: str) -> _Reading:
    # Bytes that the encoding lacks become C1 controls, as browsers read them; ISO 8859-1 makes them of 0x80 to 0x9F.
    bytes_of = {chr(byte): byte for byte in range(0x80, 0xA0)}
    bytes_of |= {char: byte for byte in range(0x80, 0x100) if (char := bytes([byte]).decode(codec, "ignore"))}

    def letters(start: int, end: int) -> str:
        return "[" + re.escape("".join(char for char, byte in bytes_of.items() if start <= byte <= end)) + "]"

    more = letters(0x80, 0xBF)
    spoiled = f"{letters(0xC2, 0xDF)}{more}|{letters(0xE0, 0xEF)}{more}{{2}}|{letters(0xF0, 0xF4)}{more}{{3}}"
    return _Reading(name=name, bytes_of=bytes_of, spoiled=re.compile(spoiled))


_READINGS: Final = (_reading("windows-1252", "cp1252"), _reading("windows-1251", "cp1251"), _reading("windows-1250", "cp1250"))


def repair_mojibake(source: str) -> tuple[str, tuple[str, ...]]:
    """Repair a page.

    Args:
        source: Its markup.

    Returns:
        The markup, spoiled texts and attributes repaired, and what was done, in words.
    """
    warnings: list[str] = []
    for _ in range(_MOST_ROUNDS):
        runs = "\n".join(_BEYOND_ASCII.findall(source))
        reading = max(_READINGS, key=lambda reading: _signs(reading, runs))
        if not _signs(reading, runs):
            break
        source, count = _repair_utf8(reading, source)
        if not count:
            break
        warnings.append(f"{count} texts were UTF-8 that had been read as {reading.name} before they were published; repaired")
    else:
        runs = "\n".join(_BEYOND_ASCII.findall(source))
    repaired, charset = _repair_foreign(source, runs)
    if charset:
        warnings.append(f"its text was {charset} that had been read as windows-1252 before it was published; repaired")
    return repaired, tuple(warnings)


def find_lost_characters(*texts: str | None) -> tuple[str, ...]:
    """What an article lost before it reached us: characters that stand as U+FFFD; in words."""
    lost = sum((text or "").count("\ufffd") for text in texts)
    return (f"{lost} characters are lost: the page has U+FFFD in their places",) if lost >= _LEAST_LOST else ()


def _signs(reading: _Reading, runs: str) -> int:
    """How many characters are surely spoiled; none where they are too few to be sure."""
    found = reading.spoiled.findall(runs)
    signs = [spoiled for spoiled in found if _is_sign(reading, spoiled)]
    return len(signs) if len(signs) >= _LEAST_SIGNS or any(sign.startswith("\xe2\u20ac") for sign in signs) else 0


def _is_sign(reading: _Reading, spoiled: str) -> bool:
    """Whether whole texts never have this; what it meant is a character that exists."""
    if not all(char in _PUNCTUATION for char in spoiled[1:]) or spoiled.startswith("\xe2\u20ac"):
        meant = _undo(reading, spoiled)
        return meant != spoiled and unicodedata.category(meant) not in {"Cn", "Co", "Cs"}
    return False


def _undo(reading: _Reading, spoiled: str) -> str:
    try:
        return bytes(reading.bytes_of[char] for char in spoiled).decode("utf-8")
    except UnicodeDecodeError:
        return spoiled


def _repair_utf8(reading: _Reading, source: str) -> tuple[str, int]:
    """The markup with the texts repaired that are mostly spoiled, and how many they were."""
    count = 0

    def repair(match: re.Match[str]) -> str:
        nonlocal count
        text = match[0]
        if text.isascii():
            return text
        found = reading.spoiled.findall(text)
        if not any(spoiled[0] in _COMMON_LEADS or _is_sign(reading, spoiled) for spoiled in found):
            return text
        if sum(map(len, found)) < _LEAST_SHARE * sum(char > "\x7f" for char in text):
            return text
        count += 1
        return reading.spoiled.sub(lambda spoiled: _undo(reading, spoiled[0]), text)

    return _TEXT.sub(repair, source), count


def _repair_foreign(source: str, runs: str) -> tuple[str, str | None]:
    """The markup with the letters of another alphabet that stand as Latin ones (`Ïðèâåò`) repaired, and their encoding."""
    foreign = "".join(_FOREIGN_RUN.findall(runs))
    if len(foreign) < _LEAST_FOREIGN or 2 * len(foreign) < len(runs):
        return source, None
    charset = guess_foreign_charset(" ".join(_FOREIGN_RUN.findall(runs)).encode("latin-1"))
    if charset is None:
        return source, None

    def repair(match: re.Match[str]) -> str:
        text = match[0]
        if text.isascii() or not _FOREIGN_RUN.search(text):
            return text
        return _LATIN.sub(lambda run: bytes(_LATIN_BYTES[char] for char in run[0]).decode(charset, "replace"), text)

    return _TEXT.sub(repair, source), charset


_LATIN_BYTES: Final = {char: byte for char, byte in _READINGS[0].bytes_of.items() if char >= "\xa0" and byte >= 0xA0}  # noqa: PLR2004
_LATIN = re.compile("[\xa0-\xff]+")
