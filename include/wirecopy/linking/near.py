"""Judge what one text is to another of the same language: near copy, excerpt, quote, or nothing.

Languages are not consulted: two texts that share half their four-word runs are in one language, whatever was detected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wirecopy.linking.overlap import Overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What makes a copy; shares of tokens from 0 to 1 unless said otherwise.

    Attributes:
        smaller: Least coverage of the shorter text.
        larger: Least coverage of the longer text.
        excerpt: Least coverage of a text that is an excerpt of the other.
        excerpt_head: An excerpt is taken from the head: a tenth of what is shared lies within this share of the longer text.
        excerpt_larger: Where more of the longer text is in the shorter, that is a near copy with its end cut off.
        block: Least coverage of an excerpt that stands in one piece among its outlet's own lines.
        block_density: Least share of such a piece that is shared, in both texts; someone who quotes writes in between.
        block_start: Such a piece begins within this share of the longer text.
        outlet_smaller: As `smaller`, for two addresses of one outlet, whose boilerplate looks like a copy.
        outlet_larger: As `larger`, likewise.
        own_text: Where both texts have so much in lines of their own, one quotes the other, or both a third.
        quote: Coverage of the shorter text from which a quote is recorded.
        least_tokens: Shared tokens, a number; fewer are a phrase, not a copy.
        brief: Tokens, a number; a shorter text is a copy only with `brief_smaller`.
        brief_smaller: As `smaller` and `excerpt`, for such a text.
    """

    smaller: float = 0.50
    larger: float = 0.35
    excerpt: float = 0.75
    excerpt_head: float = 0.30
    excerpt_larger: float = 0.50
    block: float = 0.45
    block_density: float = 0.85
    block_start: float = 0.05
    outlet_smaller: float = 0.85
    outlet_larger: float = 0.60
    own_text: float = 0.40
    quote: float = 0.20
    least_tokens: int = 20
    brief: int = 60
    brief_smaller: float = 0.80


THRESHOLDS = Thresholds()
"""`smaller` to `excerpt_head` and `outlet_*` are the researched values; docs/linking.md has what each of the others does."""


class Relation(StrEnum):
    """What the new text is to the other."""

    NEAR = "near"
    EXCERPT = "excerpt"
    EXTENDS = "extends"  # the other is an excerpt of the new one
    QUOTES = "quotes"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an overlap amounts to.

    Attributes:
        relation: What the new text is to the other.
        score: For a copy of about the same extent the harmonic mean of the coverages, else the coverage of the shorter text.
        rule: The rule that decided, in words.
        thresholds: The thresholds of that rule, by name.
    """

    relation: Relation
    score: float
    rule: str
    thresholds: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_copy(self) -> bool:
        """Whether the two belong to one story."""
        return self.relation in {Relation.NEAR, Relation.EXCERPT, Relation.EXTENDS}


def judge(overlap: Overlap, *, same_outlet: bool, thresholds: Thresholds = THRESHOLDS) -> Judgement:
    """Say what the new text is to the other.

    Args:
        overlap: From `wirecopy.linking.overlap.compare`.
        same_outlet: Whether one outlet printed both, under two addresses.
        thresholds: What makes a copy.
    """
    smaller, larger = overlap.short.coverage, overlap.long.coverage
    if overlap.shared < thresholds.least_tokens:
        least = {"least_tokens": thresholds.least_tokens}
        return Judgement(relation=Relation.NONE, score=smaller, rule="only a phrase is shared", thresholds=least)
    if same_outlet:
        return _judge_one_outlet(overlap, thresholds)
    if overlap.short.reading.tokens < thresholds.brief and smaller < thresholds.brief_smaller:
        needed = {"brief": thresholds.brief, "smaller": thresholds.brief_smaller}
        return _apart(overlap, "the shorter is a brief, and not nearly all of it is shared", needed, thresholds)
    is_part = smaller >= thresholds.excerpt and larger < thresholds.excerpt_larger and _is_first_piece(overlap, thresholds)
    if is_part or smaller < thresholds.smaller or larger < thresholds.larger:
        return _judge_excerpt(overlap, thresholds)
    needed = {"smaller": thresholds.smaller, "larger": thresholds.larger, "own_text": thresholds.own_text}
    if min(overlap.new.own_text(), overlap.old.own_text()) >= thresholds.own_text:
        return _apart(overlap, "both have much text in paragraphs of their own", needed, thresholds)
    return _near(overlap, "most of the shorter and enough of the longer is shared", needed)


def _judge_one_outlet(overlap: Overlap, thresholds: Thresholds) -> Judgement:
    """Whether two addresses of one outlet show one article. What else they share is the outlet's, and no quote."""
    needed = {"smaller": thresholds.outlet_smaller, "larger": thresholds.outlet_larger}
    if overlap.short.coverage >= thresholds.outlet_smaller and overlap.long.coverage >= thresholds.outlet_larger:
        return _near(overlap, "one outlet, and nearly the whole of both texts is shared", needed)
    rule = "one outlet, and not nearly the whole of both texts is shared"
    return Judgement(relation=Relation.NONE, score=overlap.short.coverage, rule=rule, thresholds=needed)


def _judge_excerpt(overlap: Overlap, thresholds: Thresholds) -> Judgement:
    """Whether the shorter is an excerpt: nearly all of it from the head of the longer, or a piece of it between house lines."""
    short, long = overlap.short, overlap.long
    relation = Relation.EXCERPT if overlap.new_is_short else Relation.EXTENDS
    needed = {"smaller": thresholds.excerpt, "head": thresholds.excerpt_head}
    if short.coverage >= thresholds.excerpt:
        if long.head > thresholds.excerpt_head:
            return _apart(overlap, "the shorter stands in the longer, but not in its head", needed, thresholds)
        rule = "nearly all of the shorter is shared, from the head of the longer"
        return Judgement(relation=relation, score=short.coverage, rule=rule, thresholds=needed)
    if short.coverage < thresholds.block or not _is_first_piece(overlap, thresholds):
        needed = {"smaller": thresholds.smaller, "larger": thresholds.larger, "excerpt": thresholds.excerpt}
        return _apart(overlap, "too little of either is shared", needed, thresholds)
    needed = {"smaller": thresholds.block, "density": thresholds.block_density, "start": thresholds.block_start}
    rule = "one unbroken piece makes up most of the shorter and begins the longer"
    return Judgement(relation=relation, score=short.coverage, rule=rule, thresholds=needed)


def _is_first_piece(overlap: Overlap, thresholds: Thresholds) -> bool:
    """Whether what is shared is one piece of both texts, and begins the longer.

    It starts in the shorter before a second piece of that size could: of two stories that a text begins, one at most is joined.
    """
    is_whole = min(overlap.short.density, overlap.long.density) >= thresholds.block_density
    return is_whole and overlap.long.start <= thresholds.block_start and overlap.short.start < thresholds.block


def _near(overlap: Overlap, rule: str, needed: Mapping[str, float]) -> Judgement:
    return Judgement(relation=Relation.NEAR, score=overlap.balance, rule=rule, thresholds=needed)


def _apart(overlap: Overlap, rule: str, needed: Mapping[str, float], thresholds: Thresholds) -> Judgement:
    smaller = overlap.short.coverage
    relation = Relation.QUOTES if smaller >= thresholds.quote else Relation.NONE
    return Judgement(relation=relation, score=smaller, rule=rule, thresholds=needed)
