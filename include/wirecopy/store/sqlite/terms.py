"""What a text is searched by: its terms with their places, the same for stored texts and for queries.

Words are folded: case, width and compatibility forms (NFKC), accents of Latin, Greek, Cyrillic and Arabic letters, Arabic and
Hebrew vowel points, digits of any script. Vowel signs of Indic scripts are letters of their own and stay. Scripts written without spaces
(Han, kana, Thai, Lao, Khmer, Burmese), and Hangul because its particles stick to their nouns, become overlapping pairs of
characters, so that any two neighbours are found: AB BC CD for ABCD, and D at the end, so that a search for one character
(the terms that begin with it) finds the last one too.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BREAK = "\ue000"
"""A term that no text and no query has: it keeps phrases from running over from one author to the next."""

# Letters that Unicode does not decompose though readers take them for accented ones; lower case, after casefold.
_STROKES = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "\u0131": "i", "æ": "ae", "œ": "oe", "ŋ": "n",
    "ƒ": "f", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ɛ": "e", "ɔ": "o", "ə": "a", "ƴ": "y",
}  # fmt: skip
# Scripts whose accents are left out; й is not и to its readers, and an Indic letter with nukta is another letter.
_ACCENTED = ("LATIN ", "GREEK ", "CYRILLIC ", "ARABIC ")
_OWN_LETTERS = "й"
# Invisible characters within a word: soft hyphen, joiner, direction marks, variation selectors. The zero-width non-joiner is
# not one of them: it ends a word, as a space does (Persian writes it between stem and ending).
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200d-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
# Points and signs that writers leave out or put in as they please: combining accents (what NFC left apart), Cyrillic titlo,
# Hebrew points, Arabic vowel signs and Quranic marks, the Arabic tatweel.
_LEFT_OUT = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    f"\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1ace\u1dc0-\u1dff\ufe20-\ufe2f{_INVISIBLE}]"
)
_CHUNK = re.compile(r"\S+")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u19e0-\u19ff\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u3130-\u318f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\ua9e0-\ua9ff\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff"
    "\uff66-\uffdc\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)


# What stands between two spaces is cut into terms once: English news is 97 % repetition at this size.
_CACHED_CHUNKS = 32_768
_CACHED_CHARS = 24  # longer chunks are sentences of scripts without spaces, and rarely come again


@dataclass(frozen=True, slots=True)
class Token:
    """A term and where it stands.

    Attributes:
        term: What is indexed.
        start: Index of its first character, from the start of its chunk.
        end: Index after its last.
        first_end: Index after the first character of a pair; `end` for anything else.
        is_tail: Whether it is the single character that ends a run of pairs.
    """

    term: str
    start: int
    end: int
    first_end: int
    is_tail: bool = False


def tokens_of(text: str) -> Iterator[tuple[int, Token]]:
    """The tokens of a text in their order, each with the place of its chunk: what stands between two spaces."""
    for match in _CHUNK.finditer(text):
        start, chunk = match.start(), match.group()
        for token in _cached_tokens(chunk) if len(chunk) <= _CACHED_CHARS else _cut(chunk):
            yield start, token


def terms_of(text: str) -> str:
    """The terms of a text, separated by spaces: what the index holds of it."""
    chunks = _CHUNK.findall(text)
    terms = [_cached_terms(chunk) if len(chunk) <= _CACHED_CHARS else _join(_cut(chunk)) for chunk in chunks]
    return " ".join(filter(None, terms))


@functools.lru_cache(maxsize=_CACHED_CHUNKS)
def _cached_terms(chunk: str) -> str:
    return _join(_cut(chunk))


@functools.lru_cache(maxsize=_CACHED_CHUNKS)
def _cached_tokens(chunk: str) -> tuple[Token, ...]:
    return tuple(_cut(chunk))


def _join(tokens: Iterable[Token]) -> str:
    return " ".join([token.term for token in tokens])


def _cut(chunk: str) -> Iterator[Token]:
    words, units = _patterns()
    for word in words.finditer(chunk):
        if word.lastgroup == "run":
            yield from _pairs([unit.span() for unit in units.finditer(chunk, *word.span())], chunk)
        else:
            for term in fold(word.group()).split():
                yield Token(term, word.start(), word.end(), word.end())


def fold(word: str) -> str:
    """A word without what searches pass over."""
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    return _LEFT_OUT.sub("", "".join(_fold_char(char) for char in folded))


@functools.lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    if char in _STROKES:
        return _STROKES[char]
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.decimal(char))
    base = unicodedata.normalize("NFD", char)[0]
    return base if char not in _OWN_LETTERS and unicodedata.name(base, "").startswith(_ACCENTED) else char


def _pairs(units: list[tuple[int, int]], text: str) -> Iterator[Token]:
    folded = [(fold(text[start:end]), start, end) for start, end in units]
    folded = [unit for unit in folded if unit[0]]
    for (left, start, middle), (right, _, end) in itertools.pairwise(folded):
        yield Token(left + right, start, end, middle)
    if folded:
        last, start, end = folded[-1]
        yield Token(last, start, end, end, is_tail=True)


@functools.cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    r"""Patterns of a word or run, and of one written character of a run (with its vowel signs and tone marks).

    Python's `\w` leaves combining marks out, so their ranges are read from its own Unicode tables once. Digits are words in
    every script: a year in Thai digits is found by its Western ones.
    """
    marks = _mark_ranges() + _INVISIBLE
    unspaced = f"(?!\\d)[{_UNSPACED}]"
    letters, digit = f"[^\\W_{_UNSPACED}]+", f"(?=\\d)[{_UNSPACED}]"
    word = f"(?:{letters}|{digit})(?:[{marks}]|{digit}|{letters})*"
    # A half-width voicing mark is written after its letter as a character of its own.
    run_char = f"(?:{unspaced}(?<=\\w)[{marks}\uff9e\uff9f]*)"
    return re.compile(f"(?P<run>{run_char}+)|(?P<word>{word})"), re.compile(run_char)


def _mark_ranges() -> str:
    """The combining marks as ranges for a regular expression's class; beyond plane 1 there are variation selectors only."""
    found, start = list[str](), None
    for code in range(0x20001):
        is_mark = unicodedata.category(chr(code)).startswith("M")
        if is_mark and start is None:
            start = code
        elif not is_mark and start is not None:
            found.append(f"{chr(start)}-{chr(code - 1)}")
            start = None
    return "".join(found)
