"""Tell a round-up, which holds parts of several stories, from a copy of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wirecopy.linking.overlap import Overlap
    from wirecopy.models import StoryId

PART = 0.15
"""Least share of a round-up's tokens that one story's part has, counted apart from the parts before it."""

PART_TOKENS = 40
"""Least number of tokens of a part; a house line that opens many articles has 20 to 40."""

PART_OF_STORY = 0.15
"""Least share of the story's article that stands in its part. Less is a house line or a caption that many articles have."""

PART_HEAD = 0.30
"""A part is the beginning of its story: a tenth of it lies within this share of the story's article. Galleries and related
links, which also stand in several stories, are ends. On the generated set every true part lies within .11, with .21 or more."""

WHOLE = 0.80
"""A text of which one article covers so much is a copy of that, whatever else stands in it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a text has of one story that it has of no story before it.

    Attributes:
        rival: Index of the overlap.
        share: Share of the text's tokens.
    """

    rival: int
    share: float


def find_parts(overlaps: Sequence[Overlap], stories: Sequence[StoryId]) -> tuple[Part, ...]:
    """The stories a text holds parts of, the largest part first; empty where it holds parts of fewer than two.

    Args:
        overlaps: The text's overlaps with other articles.
        stories: The story of each of those.
    """
    if len(set(stories)) < 2 or max(overlap.new.coverage for overlap in overlaps) >= WHOLE:  # noqa: PLR2004 - a part needs another
        return ()
    # Members of one story speak for it together: each may be cut elsewhere.
    covered: dict[StoryId, set[int]] = {}
    best: dict[StoryId, int] = {}
    for index, (overlap, story) in enumerate(zip(overlaps, stories, strict=True)):
        if overlap.old.coverage < PART_OF_STORY or overlap.old.head > PART_HEAD:
            continue
        covered.setdefault(story, set()).update(token for start, end in overlap.new.runs for token in range(start, end))
        if story not in best or overlap.new.coverage > overlaps[best[story]].new.coverage:
            best[story] = index
    total = overlaps[0].new.reading.tokens
    parts: list[Part] = []
    taken: set[int] = set()
    for story in sorted(covered, key=lambda item: (-len(covered[item]), best[item])):
        share = len(covered[story] - taken) / total
        if share >= PART and share * total >= PART_TOKENS:
            parts.append(Part(best[story], share))
            taken |= covered[story]
    return tuple(parts) if len(parts) > 1 else ()
