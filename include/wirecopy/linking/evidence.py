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
    places: dict[int, int] = {}
    for index, value in enumerate(there):
        places.setdefault(value, index)
    found: list[tuple[int, int, int]] = []
    index = 0
    while index < len(here):
        place = places.get(here[index])
        if place is None:
            index += 1
            continue
        length = 1
        most = min(len(here) - index, len(there) - place)
        while length < most and here[index + length] == there[place + length]:
            length += 1
        found.append((index, place, min(length + SHINGLE - 1, new.tokens - index, old.tokens - place)))
        index += length
    return found
