"""The languages that parts of a text are in besides its main one."""

from __future__ import annotations

from collections import Counter
from typing import Final

from wirecopy.language import variants
from wirecopy.language.opinions import ask_cld2
from wirecopy.language.samples import clean, count_letters

_MOST_PARAGRAPHS: Final = 80
"""So many are looked at, spread evenly: 50 us each."""
_PARAGRAPH_CHARS: Final = 600
_LEAST_LETTERS: Final = 60
_LEAST_IDEOGRAPHS: Final = 20
_FIRST_IDEOGRAPH: Final = "\u3040"
"""A shorter paragraph is of no language here: names, captions, a line of a song."""
_LEAST_SHARE: Final = 0.15
"""Of the letters that were looked at."""
_LEAST_PARAGRAPHS: Final = 2
"""A quotation is one paragraph, and a quotation does not make a text bilingual,"""
_LONG_PARAGRAPH: Final = 400
"""unless it is so long: a text in two languages may be two paragraphs."""
_LEAST_OF_PARAGRAPH: Final = 0.75

# Kin that CLD2 takes for each other in single paragraphs; texts in two of one set are not told from texts in one.
_KIN: Final = (
    frozenset({"hr", "bs", "sr", "sl"}),
    frozenset({"nb", "nn", "da"}),
    frozenset({"id", "ms", "jv", "su"}),
    frozenset({"zu", "xh", "ss", "nr"}),
    frozenset({"st", "tn", "nso"}),
    frozenset({"rw", "rn"}),
    frozenset({"cs", "sk"}),
    frozenset({"gl", "pt", "es"}),
    frozenset({"hi", "mr", "ne", "bho", "sa"}),
    frozenset({"bg", "mk", "sr"}),
    frozenset({"az", "tr", "tk"}),
    frozenset({"af", "nl"}),
    frozenset({"fo", "is"}),
    frozenset({"tl", "ceb", "war"}),
    frozenset({"kk", "ky", "tt", "ba"}),
)


def find_other_languages(text: str, lang: str | None) -> tuple[str, ...]:
    """The languages besides the main one that a substantial share of a text is in.

    Told paragraph by paragraph by CLD2 alone, and only where it is sure. A language counts that has 15 of 100 letters and
    either two paragraphs or one of 400 letters: quotations in a foreign language are shorter. Kin such as Croatian and
    Serbian, or Danish and Norwegian, are not told apart by paragraphs.

    Args:
        text: Paragraphs, a line each.
        lang: The main language, as `detect_language` tells it.

    Returns:
        BCP 47 tags, the most text first; empty where the main language is unknown and where CLD2 is not installed.
    """
    if lang is None:
        return ()
    main = lang.partition("-")[0]
    letters: Counter[str] = Counter()
    paragraphs: Counter[str] = Counter()
    longest: dict[str, int] = {}
    for paragraph in _spread(text):
        size = count_letters(paragraph)
        tag = _tell(paragraph, size)
        letters[tag or main] += size
        if tag is not None:
            paragraphs[tag] += 1
            longest[tag] = max(longest.get(tag, 0), size)
    least = _LEAST_SHARE * letters.total()
    return tuple(
        _write(tag, text)
        for tag, size in letters.most_common()
        if not _is_kin(tag, main)
        and size >= least
        and (paragraphs[tag] >= _LEAST_PARAGRAPHS or longest.get(tag, 0) >= _LONG_PARAGRAPH)
    )


def _spread(text: str) -> list[str]:
    """Some of a text's paragraphs, in order, from all over it."""
    lines = text.split("\n")
    step = -(-len(lines) // _MOST_PARAGRAPHS) or 1
    return [cleaned for line in lines[::step] if (cleaned := clean(line[:_PARAGRAPH_CHARS]).strip())]


def _tell(paragraph: str, size: int) -> str | None:
    """The language that CLD2 is sure a paragraph is in."""
    if size < _LEAST_IDEOGRAPHS or (size < _LEAST_LETTERS and paragraph[size // 2] < _FIRST_IDEOGRAPH):
        return None
    found = ask_cld2(paragraph)
    return found.tag if found.is_reliable and found.shares[0][1] >= _LEAST_OF_PARAGRAPH else None


def _is_kin(tag: str, main: str) -> bool:
    return tag == main or any({tag, main} <= kin for kin in _KIN)


def _write(tag: str, text: str) -> str:
    """A tag as `detect_language` would write it."""
    if tag == "zh":
        return variants.tell_chinese(text[:5000], None)
    if tag == "sr":
        return "sr" if "\u0435" in text else "sr-Latn"
    return tag
