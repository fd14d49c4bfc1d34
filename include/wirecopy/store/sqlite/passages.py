"""Shows where a text answers a query: its pieces, hits and the rest, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirecopy.search.query import Field
from wirecopy.store.ports import Snippet
from wirecopy.store.sqlite.terms import tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wirecopy.store.sqlite.match import Needle
    from wirecopy.store.sqlite.terms import Token

EXCERPT_CHARS = 240
"""Length of a passage: three lines of a result list."""
_LEAD_CHARS = 60  # at most so much is shown before the first hit
_SENTENCE_ENDS = ".!?…。！？｡।॥؟۔\n"  # noqa: RUF001 - the full stops of other scripts


def mark_title(title: str, needles: Sequence[Needle]) -> tuple[Snippet, ...]:
    """The whole title in pieces."""
    wanted = [needle for needle in needles if needle.field in (None, Field.TITLE)]
    return _cut(title, 0, len(title), _spans(title, wanted))


def mark_excerpt(text: str, needles: Sequence[Needle]) -> tuple[Snippet, ...]:
    """A passage of a text in pieces: the first one with the most of what is looked for, else the start."""
    wanted = [needle for needle in needles if needle.field in (None, Field.TEXT)]
    spans = _spans(text, wanted)
    start = _passage_start(text, _best_start(spans))
    end = _word_end(text, start, start + EXCERPT_CHARS)
    # A hit at the end of the passage is shown whole.
    end = max([end, *(span_end for span_start, span_end, _ in spans if start <= span_start < end)])
    return _cut(text, start, end, spans)


def _spans(text: str, needles: Sequence[Needle]) -> list[tuple[int, int, int]]:
    """Start, end and needle's number of each hit, by start."""
    if not needles:
        return []
    tokens = list(tokens_of(text))
    by_first: dict[str, list[int]] = {}
    for index, (_, token) in enumerate(tokens):
        by_first.setdefault(token.term, []).append(index)
    found = []
    for number, needle in enumerate(needles):
        first, *rest = needle.terms
        if needle.is_prefix and not rest:
            starts = [index for term, indices in by_first.items() if term.startswith(first) for index in indices]
        else:
            starts = by_first.get(first, [])
        for index in starts:
            last = index + len(rest)
            if last < len(tokens) and _fits(tokens[index + 1 : last + 1], rest, is_prefix=needle.is_prefix):
                (first_at, first_token), (last_at, last_token) = tokens[index], tokens[last]
                end = last_at + (last_token.first_end if needle.is_character else last_token.end)
                found.append((first_at + first_token.start, end, number))
    return sorted(found)


def _fits(tokens: Sequence[tuple[int, Token]], terms: Sequence[str], *, is_prefix: bool) -> bool:
    if not terms:
        return True
    *before, last = terms
    if any(token.term != term for (_, token), term in zip(tokens, before, strict=False)):
        return False
    found = tokens[-1][1].term
    return found.startswith(last) if is_prefix else found == last


def _best_start(spans: Sequence[tuple[int, int, int]]) -> int:
    """Where the first passage begins that has the most different needles; 0 without hits."""
    best, most = 0, 0
    for index, (start, _, _) in enumerate(spans):
        inside = set()
        for other_start, other_end, number in spans[index:]:
            if other_start > start + EXCERPT_CHARS:
                break
            if other_end <= start + EXCERPT_CHARS - _LEAD_CHARS:
                inside.add(number)
        if len(inside) > most:
            best, most = start, len(inside)
    return best


def _passage_start(text: str, hit: int) -> int:
    """The start of the hit's sentence where it is near, else of a word before it."""
    earliest = max(0, hit - _LEAD_CHARS)
    before = text[earliest:hit]
    sentence = max((before.rfind(mark) for mark in _SENTENCE_ENDS), default=-1)
    if sentence >= 0:
        start = earliest + sentence + 1
    elif earliest == 0:
        start = 0
    else:
        space = before.find(" ")
        start = earliest + space + 1 if space >= 0 else earliest
    while start < hit and text[start].isspace():
        start += 1
    return start


def _word_end(text: str, start: int, end: int) -> int:
    """An end that cuts no word in two where there is a space near."""
    if end >= len(text):
        end = len(text)
    else:
        space = max(text.rfind(" ", start, end + 1), text.rfind("\n", start, end + 1))
        end = space if space > start + EXCERPT_CHARS // 2 else end
    return start + len(text[start:end].rstrip())


def _cut(text: str, start: int, end: int, spans: Sequence[tuple[int, int, int]]) -> tuple[Snippet, ...]:
    pieces = list[Snippet]()
    at = start
    for hit_start, hit_end in _joined(spans):
        if hit_start < at or hit_start >= end:
            continue
        if hit_start > at:
            pieces.append(Snippet(text=text[at:hit_start], is_hit=False))
        at = min(hit_end, end)
        pieces.append(Snippet(text=text[hit_start:at], is_hit=True))
    if at < end:
        pieces.append(Snippet(text=text[at:end], is_hit=False))
    return tuple(pieces)


def _joined(spans: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Hits that overlap or touch as one."""
    joined = list[tuple[int, int]]()
    for start, end, _ in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
