"""How a reading is compared with what is true of a page."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reading_pages import Reading, TruePage

TOKEN = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
SHINGLE = 4
# The truth says `no` for Norwegian, which BCP 47 leaves to be Bokmål or Nynorsk.
SAME_LANGUAGE = {"no": ("nb", "nn", "no")}


def score_body(found: str, truth: str) -> float:
    """F1 of the shingles of a body: 4 words, or 4 characters of scripts without spaces, each as often as it stands there."""
    ours, theirs = shingles(found), shingles(truth)
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else float(not ours and not theirs)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = TOKEN.findall(text.lower())
    if len(words) < SHINGLE:
        return Counter([tuple(words)] if words else [])
    return Counter(zip(*(words[start:] for start in range(SHINGLE)), strict=False))


def differing_lines(found: str, wanted: str) -> list[tuple[str, str]]:
    """The lines missing (`-`, in the truth's order), then those too many (`+`): less than half their shingles are on the other side."""
    return [("-", line) for line in _lines_lacking(wanted, found)] + [("+", line) for line in _lines_lacking(found, wanted)]


def _lines_lacking(lines: str, other: str) -> list[str]:
    there, folded = shingles(other), fold(other)
    lacking = (line for line in lines.split("\n") if (own := shingles(line)) and (own & there).total() * 2 < own.total())
    return [line for line in lacking if fold(line) not in folded]  # a line too short for a shingle may stand within another


def is_asked(field: str, page: TruePage) -> bool:
    """Whether the truth of a page says anything of a field; that an article names no author is said, too."""
    if field == "authors" and "authors" in page.truth:
        return True
    return bool(page.truth[field])


def agrees(field: str, reading: Reading, page: TruePage) -> bool:
    """Whether a field is exactly as in the truth: names in any order, case and punctuation aside; dates to the day."""
    stated = page.truth[field]
    if field == "authors":
        return {fold(name) for name in reading.authors} == {fold(name) for name in stated or ()}
    if field == "author":  # a text in pages_cc
        return {fold(name) for name in reading.authors} == {fold(name) for name in stated.split(";")}
    if field == "date":
        return reading.date == stated[:10]
    if field == "lang":
        return is_language(reading.lang, stated)
    if field == "image":  # which crop of it is a matter of taste
        return bool(reading.image)
    return fold(reading.title) == fold(stated)


def is_language(tag: str | None, stated: str) -> bool:
    return (tag or "").partition("-")[0] in SAME_LANGUAGE.get(stated, (stated,))


def chunks_found(text: str, chunks: Sequence[str]) -> list[str]:
    """The chunks that stand in a text, spaces and lines aside."""
    plain = " ".join(text.split())
    return [chunk for chunk in chunks if " ".join(chunk.split()) in plain]


def fold(text: str | None) -> str:
    return re.sub(r"\W+", " ", text or "").strip().lower()
