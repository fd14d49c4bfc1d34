"""Tokens of a text in any script, and where each stands in the text as it was printed.

A token is a word, folded so that typography does not count: HTML character references read, NFKC, case folded, invisible
characters and Arabic tatweel taken out. Marks belong to the letter before them: `re` counts no combining mark as a word
character, which would cut every Hindi word at its vowels. Han and Kana put no spaces between words: each character is a token.
Thai, Lao, Khmer and Burmese put none either, but four of their letters in a row are one word, which unrelated texts share: a
token there is about a word long, cut where certain letters stand, so that an edit moves no cut but its own.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Scripts without spaces between words, by Unicode block; only their letters and digits are ever matched.
_ALPHABETS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
)
_IN_ALPHABETS = "".join(f"{chr(first)}-{chr(last)}" for first, last in _ALPHABETS)
# A token of theirs starts at every third letter of the alphabet, and has eight at most. Of 1,953 pairs of unrelated Thai texts
# the median shares 2 % so (26 % letter by letter, which made two pairs copies and 77 % quotes); a copy with 6 % edits keeps 91 %.
_STARTS = "".join(chr(code) for first, last in _ALPHABETS for code in range(first, last + 1) if code % 3 == 0)
_MOST_LETTERS = 8
_UNSPACED = (
    _IN_ALPHABETS
    + "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303b"  # Han: radicals, iteration marks, numerals
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff"  # Kana, Bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Han
)

# Soft hyphens, zero-width characters, direction and variation marks; tatweel only stretches an Arabic line.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u0640\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)

# From here on every mark lies below the emoji planes or in the tags plane, so the scan at import stays under 10 ms.
_FIRST_MARK = 0x300
_LAST_MARK = 0x1E95F
_MARKLESS = ((0x3400, 0xA48C), (0xAC00, 0xD7FF), (0xE000, 0xFB00), (0x12000, 0x16AEF), (0x17000, 0x1BC9C))


def _mark_ranges() -> str:
    """Unicode's marks (general category M) as the inside of a character class."""
    ranges: list[list[int]] = []
    code = _FIRST_MARK
    skips = dict(_MARKLESS)
    while code <= _LAST_MARK:
        if code in skips:
            code = skips[code]
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
        code += 1
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_MARKS = _mark_ranges()
_SPACED_WORD = f"[^\\W_{_UNSPACED}]+(?:[{_MARKS}]+[^\\W_{_UNSPACED}]*)*"
_LETTER, _LATER_LETTER = (f"(?=[{_IN_ALPHABETS}]){no_start}[^\\W_][{_MARKS}]*" for no_start in ("", f"(?![{_STARTS}])"))
_TOKEN = re.compile(f"{_SPACED_WORD}|{_LETTER}(?:{_LATER_LETTER}){{0,{_MOST_LETTERS - 1}}}|[^\\W_][{_MARKS}]*")
# Texts of Latin, Greek, Cyrillic, Hebrew letters and Hangul need neither rule, and read twice as fast without them.
_PLAIN = re.compile("[\x00-\u02ff\u0370-\u0482\u048a-\u0590\u1e00-\u20cf\uac00-\ud7a3]*")
_PLAIN_TOKEN = re.compile(r"[^\W_]+")
# What is folded together when offsets are mapped: a character reference, or a character with its marks.
_CLUSTER = re.compile(f"&#?[0-9A-Za-z]{{1,32}};?|(?s:.)[{_MARKS}]*")


def fold(text: str) -> str:
    """The text as tokens are read from it; a line stays a line.

    Args:
        text: A text; its lines are separated by a newline.
    """
    if "&" in text:
        # A reference to a line break must not become one: lines of the fold are lines of the text.
        text = "\n".join(html.unescape(line).replace("\n", " ") for line in text.split("\n"))
    if text.isascii():
        return text.lower()
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFKC", text).casefold()


def tokens_of(folded: str) -> list[str]:
    """The tokens of a text that `fold` made, in order."""
    return _pattern_of(folded).findall(folded)


@lru_cache(maxsize=256)  # the passages of one piece of evidence lie in a few lines
def token_spans(line: str) -> tuple[tuple[int, int], ...]:
    """Where each token of a line stands in it: start and end in characters, as many as `tokens_of(fold(line))` gives.

    Args:
        line: A line as it was printed, not folded.
    """
    folded = fold(line)
    spans = tuple(match.span() for match in _pattern_of(folded).finditer(folded))
    moving = "".join(sorted(character for character in set(line) if not _keeps_length(character)))
    pieces = []
    if moving or "&" in line:
        pieces = [(cluster.span(), fold(cluster.group())) for cluster in _moving_pattern(moving).finditer(line)]
    if len(line) + sum(len(piece) - (end - start) for (start, end), piece in pieces) != len(folded):
        # Marks that compose with their letter: every letter with its marks is a piece.
        pieces = [(cluster.span(), _fold_cluster(cluster.group())) for cluster in _CLUSTER.finditer(line)]
        if sum(len(piece) for _, piece in pieces) != len(folded):
            return ((0, len(line)),) * len(
                spans
            )  # single jamo that compose into a syllable, and their like: the line stands in
    if not pieces:
        return spans
    return tuple(_unmoved(spans, pieces))


def _unmoved(spans: Iterable[tuple[int, int]], pieces: Iterable[tuple[tuple[int, int], str]]) -> Iterator[tuple[int, int]]:
    """Spans in a folded line as spans in the line; pieces are the parts whose length may have changed."""
    places: list[tuple[int, int, int, int]] = []  # start and end in the fold, start and end in the line
    shift = 0
    for (start, end), piece in pieces:
        places.append((start + shift, start + shift + len(piece), start, end))
        shift += len(piece) - (end - start)
    firsts = [place[0] for place in places]
    for first, past in spans:
        before = bisect_right(firsts, first) - 1
        if before < 0:
            start = first
        else:
            _, folded_end, line_start, line_end = places[before]
            start = line_start if first < folded_end else line_end + first - folded_end
        before = bisect_right(firsts, past - 1) - 1
        if before < 0:
            end = past
        else:
            _, folded_end, _, line_end = places[before]
            end = line_end if past <= folded_end else line_end + past - folded_end
        yield start, end


@lru_cache(maxsize=256)
def _moving_pattern(characters: str) -> re.Pattern[str]:
    return re.compile(f"&#?[0-9A-Za-z]{{1,32}};?|[{re.escape(characters)}]" if characters else "&#?[0-9A-Za-z]{1,32};?")


def _pattern_of(folded: str) -> re.Pattern[str]:
    return _PLAIN_TOKEN if _PLAIN.fullmatch(folded) else _TOKEN


@lru_cache(maxsize=4096)
def _keeps_length(character: str) -> bool:
    return len(fold(character)) == 1


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    return fold(cluster)
