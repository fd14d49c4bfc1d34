"""Tokens of a text in any script, and where each stands in the text as it was printed.

A token is a word, folded so that typography does not count: HTML character references read, NFKC, case folded, invisible
characters and Arabic tatweel taken out. In scripts that put no spaces between words (Han, Kana, Thai, Lao, Khmer, Burmese) each
character with its marks is a token. Marks belong to the letter before them: `re` counts no combining mark as a word character,
which would cut every Hindi word at its vowels.
"""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from functools import lru_cache

# Scripts without spaces between words, by Unicode block; only their letters and digits are ever matched.
_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303b"  # Han: radicals, iteration marks, numerals
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
_TOKEN = re.compile(f"[^\\W_{_UNSPACED}]+(?:[{_MARKS}]+[^\\W_{_UNSPACED}]*)*|[^\\W_][{_MARKS}]*")
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
    return _TOKEN.findall(folded)


def token_spans(line: str) -> list[tuple[int, int]]:
    """Where each token of a line stands in it: start and end in characters, as many as `tokens_of(fold(line))` gives.

    Args:
        line: A line as it was printed, not folded.
    """
    folded = fold(line)
    matches = [match.span() for match in _TOKEN.finditer(folded)]
    if "&" not in line and len(folded) == len(line) and unicodedata.is_normalized("NFKC", line):
        return matches  # folding case only ever lengthens a text, so equal length means nothing moved
    starts: list[int] = []
    ends: list[int] = []
    pieces: list[str] = []
    for cluster in _CLUSTER.finditer(line):
        piece = _fold_cluster(cluster.group())
        pieces.append(piece)
        starts.extend([cluster.start()] * len(piece))
        ends.extend([cluster.end()] * len(piece))
    if "".join(pieces) != folded:  # letters that compose across clusters, such as single Hangul jamo: the whole line stands in
        return [(0, len(line))] * len(matches)
    return [(starts[first], ends[last - 1]) for first, last in matches]


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    return sys.intern(fold(cluster))
