"""What counts as a word: the characters that join, split or fold, for the analysers' tables and for reading queries.

One rule for the unstemmed fields: a word is a run of letters, digits and their marks, without regard to case and diacritics;
scripts that put no spaces between words (Han, kana, Hangul with its particles, Thai, Lao, Khmer, Burmese) are found by any
run of their characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_FOLDED = (
    (0x00A0, 0x1FFF),
    (0x2070, 0x209C),  # super- and subscripts: CO₂, km²
    (0x2100, 0x218B),  # letterlike symbols, Roman numerals
    (0x2460, 0x24EA),  # circled digits and letters
    (0xFB00, 0xFDFB),  # ligatures, Arabic presentation forms
    (0xFE70, 0xFEFC),
    (0x1D400, 0x1D7FF),  # the mathematical letters that some write headlines in
)
"""Where letters with marks stand, and other forms of plain ones. CJK has `cjk_width`."""
_MARKED_SCRIPTS = ("LATIN ", "GREEK ", "CYRILLIC ", "ARABIC ")
_OWN_LETTERS = "йЙ"  # a letter of its own, not an и with a mark: мой and мои are two words

_MARKS = (
    (0x0300, 0x036F),  # combining diacritical marks that NFC found no letter to join with
    (0x0483, 0x0487),  # Cyrillic titlo
    (0x0591, 0x05BD),  # Hebrew accents and points
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),  # Arabic honorifics
    (0x0640, 0x0640),  # tatweel
    (0x064B, 0x065F),  # harakat
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),  # Quranic annotation
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x1AB0, 0x1ACE),
    (0x1DC0, 0x1DFF),
    (0xFE20, 0xFE2F),
)
_INVISIBLE = (
    (0x00AD, 0x00AD),  # soft hyphen: hyphe­nation inside a word
    (0x061C, 0x061C),
    (0x180E, 0x180E),
    (0x200D, 0x200F),  # joiner, direction marks: the tokenizer would keep them as part of the word
    (0x202A, 0x202E),
    (0x2060, 0x2064),
    (0x2066, 0x206F),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),
)
# What Unicode's word rules (UAX 29: MidLetter, MidNum, MidNumLet, ExtendNumLet, the quotes) keep inside a word. Here they
# end it, so that `avion` finds l'avion and `covid` covid_19, in every store.
_JOINING = (
    "'\".:,;_\u00b7\u2018\u2019\u055f\u0589\u05f4\u05f3\u060c\u060d\u066b\u066c\u07f8\u2024\u2027\u202f\u203f"
    "\u2040\u2054\u2044\ufe10\ufe13\ufe14\ufe33\ufe34\ufe4d\ufe4e\ufe4f\ufe50\ufe52\ufe54\ufe55\uff07\uff0c\uff0e\uff1a\uff1b\uff3f\u200c"
)

# The tokenizer takes pictures for words: they would keep the words at their sides from standing next to each other.
_LONE_PICTURES = "\u00a9\u00ae\u203c\u2049\u2122\u3030\u303d\u3297\u3299"
PICTURES = "[\u2190-\u23ff\u2500-\u2bff\\x{1f000}-\\x{1faff}]"
"""Arrows, symbols and emoji, as a regular expression of Java's."""

# Letters that begin a cluster in scripts written without spaces and without dictionary analysis in every installation.
_CLUSTER_SCRIPTS = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F))
_NOT_INITIAL = "\u0e33\u0eb3"  # sara am: a letter by category, a mark by use

_HAN_KANA = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    r"\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_HANGUL = r"\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uffa1-\uffdc"
_CJK_ONLY = re.compile(f"[{_HAN_KANA}{_HANGUL}]+")


@cache
def split_rules() -> tuple[str, ...]:
    """Rules of a `mapping` character filter: what is invisible goes, what would join two words becomes a space."""
    gone = [_rule(chr(code), "") for first, last in _INVISIBLE for code in range(first, last + 1)]
    return (*gone, *(_rule(char, " ") for char in _JOINING + _LONE_PICTURES))


@cache
def fold_rules() -> tuple[str, ...]:
    """Rules of a `mapping` character filter that drops diacritics and sets the clusters of unspaced scripts apart."""
    marks = [_rule(chr(code), "") for first, last in _MARKS for code in range(first, last + 1)]
    letters = [
        _rule(chr(code), base)
        for first, last in _FOLDED
        for code in range(first, last + 1)
        if (base := _base_letter(chr(code)))
    ]
    clusters = [
        _rule(char, f" {char}")
        for first, last in _CLUSTER_SCRIPTS
        for char in map(chr, range(first, last + 1))
        if unicodedata.category(char) == "Lo" and char not in _NOT_INITIAL
    ]
    final_sigma = _rule("\u03c2", "\u03c3")
    return (*marks, *letters, final_sigma, *clusters)


def find_words(text: str) -> tuple[str, ...]:
    """The runs of letters, digits and marks in a text; clusters of unspaced scripts are not taken apart."""
    words: list[str] = []
    start: int | None = None
    for index, char in enumerate(f"{text} "):
        if char not in _JOINING and unicodedata.category(char)[0] in "LNM":
            start = index if start is None else start
        elif start is not None and (char in _JOINING or unicodedata.category(char) != "Cf"):
            words.append(text[start:index])
            start = None
    return tuple(words)


def is_cjk(word: str) -> bool:
    """Whether a word is Han, kana and Hangul throughout, so that it can be looked up by pairs of characters."""
    return _CJK_ONLY.fullmatch(word) is not None


def is_unspaced(word: str) -> bool:
    """Whether a word has a character of a script without spaces, so that a piece of a longer run is what it means."""
    return any(_CJK_ONLY.match(char) or any(first <= ord(char) <= last for first, last in _CLUSTER_SCRIPTS) for char in word)


def _base_letter(char: str) -> str:
    """What a letter is searched by: without diacritics and as a plain one; empty where that is the letter itself."""
    if (
        unicodedata.category(char)[0] not in "LN"
        or char in _OWN_LETTERS
        or any(first <= ord(char) <= last for first, last in _CLUSTER_SCRIPTS)
    ):
        return ""
    plain = unicodedata.normalize("NFKC", char)
    if not all(unicodedata.category(part)[0] in "LNM" for part in plain):  # a fraction has a slash, (1) brackets
        return ""
    base = "".join(map(_take_off_marks, plain))
    return base if base != char else ""


def _take_off_marks(char: str) -> str:
    if not unicodedata.name(char, "").startswith(_MARKED_SCRIPTS):
        return char
    return "".join(part for part in unicodedata.normalize("NFD", char) if unicodedata.category(part) != "Mn")


def _rule(found: str, put: str) -> str:
    return f"{_escape(found)} => {_escape(put)}"


def _escape(text: str) -> str:
    """A text as a rule may hold it; letters as they are, since the rules stand in the settings of every month's index."""
    return "".join(char if unicodedata.category(char)[0] in "LN" else _code_units(char) for char in text)


def _code_units(char: str) -> str:
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))
