"""Evidence for people: the measures of a comparison, the rule that decided, and the passages that both texts have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirecopy.linking.fingerprint import SHINGLE, VERSION

if TYPE_CHECKING:
    from wirecopy.linking.near import Judgement
    from wirecopy.linking.overlap import Overlap

METHOD = "shared-tokens"

_MOST_PASSAGES = 5
_PASSAGE_CHARS = 160
_STRIDE = 32


def method() -> dict[str, Any]:
    """What the evidence was made by."""
    return {"method": METHOD, "version": VERSION}


def measures(overlap: Overlap) -> dict[str, Any]:
    """How much of each text is covered, and how many tokens count in each; `this` is the text that is judged."""
    return {
        "coverage": {"this": round(overlap.new.coverage, 4), "other": round(overlap.old.coverage, 4)},
        "tokens": {"this": overlap.new.reading.tokens, "other": overlap.old.reading.tokens},
    }


def describe(overlap: Overlap, judgement: Judgement) -> dict[str, Any]:
    """Everything about a decision: method, rule, thresholds, measures and passages; JSON-ready."""
    return {
        **method(),
        "relation": judgement.relation.value,
        "rule": judgement.rule,
        "thresholds": dict(judgement.thresholds),
        **measures(overlap),
        "passages": passages(overlap),
    }


def passages(overlap: Overlap, *, most: int = _MOST_PASSAGES) -> list[dict[str, Any]]:
    """The longest runs of tokens that stand in both texts in the same order, in order of the new text.

    Each has `this` and `other`, its start and end in characters of the printed texts (lines that do not count may stand in
    between), `tokens`, and `text`, how its wording begins in the new text.
    """
    new, old = overlap.new.reading, overlap.old.reading
    rows: list[dict[str, Any]] = []
    for here, there, length in sorted(sorted(_common_runs(overlap), key=lambda run: (-run[2], run[0]))[:most]):
        start, end = new.offsets(here, here + length - 1)
        wording = new.text[start:end]
        text = wording if len(wording) <= _PASSAGE_CHARS else wording[: _PASSAGE_CHARS - 1] + "\u2026"
        other = old.offsets(there, there + length - 1)
        rows.append({"this": [start, end], "other": list(other), "tokens": length, "text": text})
    return rows


def _common_runs(overlap: Overlap) -> list[tuple[int, int, int]]:
    """Runs of tokens in both texts: first token here, first token there (where it stands first), length."""
    new, old = overlap.new.reading, overlap.old.reading
    here, there = new.shingles, old.shingles
    # Backwards, so that the first place of a shingle stays.
    places = {
        there[index]: index
        for start, past in reversed(overlap.old.runs)
        for index in reversed(_shingles_of(start, past, len(there)))
    }
    found: list[tuple[int, int, int]] = []
    for start, past in overlap.new.runs:
        index = start
        stop = _shingles_of(start, past, len(here)).stop
        while index < stop:
            place = places.get(here[index])
            if place is None:  # shared shingles that touch make one run, and those across the seam need not be shared
                index += 1
                continue
            length = _common_length(here, index, there, place)
            found.append((index, place, min(length + SHINGLE - 1, new.tokens - index, old.tokens - place)))
            index += length
    return found


def _shingles_of(start: int, past: int, count: int) -> range:
    """The shingles inside a run of tokens; a text of fewer tokens than a shingle has one all the same."""
    return range(start, max(start + 1, min(past - SHINGLE + 1, count)))


def _common_length(here: tuple[int, ...], index: int, there: tuple[int, ...], place: int) -> int:
    """How many shingles are the same from these two places on, at least 1."""
    most = min(len(here) - index, len(there) - place)
    length = 1
    while length < most and here[index + length : index + length + _STRIDE] == there[place + length : place + length + _STRIDE]:
        length += _STRIDE  # whole slices first: three times as fast as one by one on copies that were hardly edited
    while length < most and here[index + length] == there[place + length]:
        length += 1
    return min(length, most)
