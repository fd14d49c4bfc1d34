"""Compare two texts of one language by the tokens they share, and say what the one is to the other.

The measure is token coverage, both ways: the share of a text's tokens that stand in a shingle of four the other text has too. A
copy with 5 % of its words changed keeps about 95 % of it, where the Jaccard similarity of the shingles falls to 80 %.
Languages are not consulted: two texts that share half their four-word runs are in one language, whatever was detected.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from wirecopy.linking.fingerprint import SHINGLE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from wirecopy.linking.fingerprint import Reading

METHOD = "shared-tokens"

_MOST_PASSAGES = 5
_PASSAGE_CHARS = 160
_COPIED_LINE = 0.1  # a line covered less than this is the writer's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What makes a copy; shares of tokens from 0 to 1 unless said otherwise.

    Attributes:
        smaller: Least coverage of the shorter text.
        larger: Least coverage of the longer text.
        excerpt: Least coverage of a text that is an excerpt of the other.
        excerpt_head: An excerpt is taken from the head: a tenth of what is shared lies within this share of the longer text.
        block: Least coverage of an excerpt that stands in one piece among its outlet's own lines.
        block_density: Least share of such a piece that is shared, in both texts; someone who quotes writes in between.
        block_head: Such a piece begins within this share of the longer text.
        same_outlet_smaller: As `smaller`, for two addresses of one outlet; its boilerplate looks like a copy.
        same_outlet_larger: As `larger`, likewise.
        own_text: Where both texts have so much in lines of their own, one quotes the other (or both a third).
        quote: Coverage of the shorter text from which a quote is recorded.
        least_tokens: Shared tokens, a number; fewer are a phrase, not a copy.
        brief: Texts of fewer tokens than this, a number, are copies of longer ones only under `brief_cover`.
        brief_cover: Least coverage of such a text.
    """

    smaller: float = 0.50
    larger: float = 0.35
    excerpt: float = 0.75
    excerpt_head: float = 0.30
    block: float = 0.45
    block_density: float = 0.85
    block_head: float = 0.05
    same_outlet_smaller: float = 0.85
    same_outlet_larger: float = 0.60
    own_text: float = 0.40
    quote: float = 0.20
    least_tokens: int = 20
    brief: int = 60
    brief_cover: float = 0.80


THRESHOLDS = Thresholds()
"""The researched values; docs/linking.md has the measurement of each."""


class Relation(StrEnum):
    """What the new text is to the other."""

    NEAR = "near"
    EXCERPT = "excerpt"
    EXTENDS = "extends"  # the other is an excerpt of the new one
    QUOTES = "quotes"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share.

    Attributes:
        new: The text that is judged.
        old: The text it is compared with.
        new_runs: Runs of its tokens that stand in shared shingles: first and past-the-last index.
        old_runs: Likewise of the other.
    """

    new: Reading
    old: Reading
    new_runs: tuple[tuple[int, int], ...]
    old_runs: tuple[tuple[int, int], ...]

    @property
    def of_new(self) -> float:
        """Share of the new text's tokens that are covered."""
        return _length(self.new_runs) / self.new.tokens if self.new.tokens else 0.0

    @property
    def of_old(self) -> float:
        """Share of the other text's tokens that are covered."""
        return _length(self.old_runs) / self.old.tokens if self.old.tokens else 0.0

    @property
    def balance(self) -> float:
        """Harmonic mean of both coverages: 1 for the same text, low where either has much that the other lacks."""
        return 2 * self.of_new * self.of_old / (self.of_new + self.of_old) if self.of_new and self.of_old else 0.0

    @property
    def head_of_new(self) -> float:
        """Where in the new text the first tenth of what is covered ends, as a share of its tokens."""
        return _percentile(self.new_runs, 0.1) / self.new.tokens if self.new.tokens else 0.0

    @property
    def head_of_old(self) -> float:
        """Likewise in the other text."""
        return _percentile(self.old_runs, 0.1) / self.old.tokens if self.old.tokens else 0.0

    @property
    def new_is_smaller(self) -> bool:
        """Whether the new text is the shorter one; at equal length, whether more of it is covered."""
        return (self.new.tokens, -self.of_new) <= (self.old.tokens, -self.of_old)

    def sides(self) -> Sides:
        """The two texts by length."""
        new = (self.new, self.of_new, self.new_runs)
        old = (self.old, self.of_old, self.old_runs)
        (short, smaller, short_runs), (long, larger, long_runs) = (new, old) if self.new_is_smaller else (old, new)
        return Sides(short=short, long=long, smaller=smaller, larger=larger, short_runs=short_runs, long_runs=long_runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """An overlap by length: the shorter text's side and the longer one's.

    Attributes:
        short: The shorter text.
        long: The longer text.
        smaller: Coverage of the shorter.
        larger: Coverage of the longer.
        short_runs: Its shared runs.
        long_runs: Its shared runs.
    """

    short: Reading
    long: Reading
    smaller: float
    larger: float
    short_runs: tuple[tuple[int, int], ...]
    long_runs: tuple[tuple[int, int], ...]

    @property
    def shared(self) -> int:
        """Shared tokens, counted where there are fewer."""
        return min(_length(self.short_runs), _length(self.long_runs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an overlap amounts to.

    Attributes:
        relation: What the new text is to the other.
        score: For a copy of about the same extent the harmonic mean of the coverages, for an excerpt the excerpt's own
            coverage, for a quote the coverage of the shorter text.
        rule: The rule that decided, in words.
    """

    relation: Relation
    score: float
    rule: str

    @property
    def is_copy(self) -> bool:
        """Whether the two belong to one story."""
        return self.relation in {Relation.NEAR, Relation.EXCERPT, Relation.EXTENDS}


def compare(new: Reading, old: Reading) -> Overlap:
    """What two texts share."""
    common = frozenset(new.shingles).intersection(old.shingles)
    return Overlap(new, old, _runs(new, common), _runs(old, common))


def judge(overlap: Overlap, *, same_outlet: bool, thresholds: Thresholds = THRESHOLDS) -> Judgement:
    """Say what the new text is to the other.

    Args:
        overlap: From `compare`.
        same_outlet: Whether one outlet printed both, under two addresses.
        thresholds: What makes a copy.
    """
    sides = overlap.sides()
    if sides.shared < thresholds.least_tokens:
        return Judgement(relation=Relation.NONE, score=sides.smaller, rule="only a phrase shared")
    if same_outlet:
        return _judge_one_outlet(overlap, sides, thresholds)
    if sides.short.tokens < thresholds.brief and sides.smaller < thresholds.brief_cover:
        return _quote_or_none(sides, thresholds, "the shorter is a brief, and not nearly all of it shared")
    if sides.smaller < thresholds.smaller or sides.larger < thresholds.larger:
        return _judge_excerpt(overlap, sides, thresholds)
    own_text = min(_own_share(overlap.new, overlap.new_runs), _own_share(overlap.old, overlap.old_runs))
    if own_text >= thresholds.own_text:
        rule = "both have much text in paragraphs of their own"
        return Judgement(relation=Relation.QUOTES, score=sides.smaller, rule=rule)
    rule = "most of the shorter and enough of the longer shared"
    return Judgement(relation=Relation.NEAR, score=overlap.balance, rule=rule)


def _judge_one_outlet(overlap: Overlap, sides: Sides, thresholds: Thresholds) -> Judgement:
    """Whether two addresses of one outlet have nearly the whole text in common: its boilerplate alone looks like a copy."""
    if sides.smaller >= thresholds.same_outlet_smaller and sides.larger >= thresholds.same_outlet_larger:
        rule = "one outlet, nearly the whole of both texts shared"
        return Judgement(relation=Relation.NEAR, score=overlap.balance, rule=rule)
    return _quote_or_none(sides, thresholds, "one outlet, and not nearly the whole of both texts shared")


def _judge_excerpt(overlap: Overlap, sides: Sides, thresholds: Thresholds) -> Judgement:
    """Whether the shorter is an excerpt of the longer: nearly all of it, or what is left of it between house lines, in one piece."""
    from_head = _percentile(sides.long_runs, 0.1) <= thresholds.excerpt_head * sides.long.tokens
    relation = Relation.EXCERPT if overlap.new_is_smaller else Relation.EXTENDS
    if sides.smaller >= thresholds.excerpt:
        if from_head:
            rule = "nearly all of the shorter shared, from the head of the longer"
            return Judgement(relation=relation, score=sides.smaller, rule=rule)
        rule = "the shorter stands in the longer, but not in its head"
        return Judgement(relation=Relation.QUOTES, score=sides.smaller, rule=rule)
    is_solid = min(_density(sides.short_runs), _density(sides.long_runs)) >= thresholds.block_density
    if sides.smaller >= thresholds.block and is_solid and sides.long_runs[0][0] <= thresholds.block_head * sides.long.tokens:
        rule = "one unbroken piece makes up most of the shorter and begins the longer"
        return Judgement(relation=relation, score=sides.smaller, rule=rule)
    return _quote_or_none(sides, thresholds, "too little of either shared")


def describe(overlap: Overlap, judgement: Judgement, thresholds: Thresholds = THRESHOLDS) -> dict[str, Any]:
    """The evidence: measures with their thresholds, and the longest passages that both texts have.

    Passages hold `this` and `other` (start and end in characters of each printed text) and the beginning of the new text's
    wording.
    """
    return {
        "relation": judgement.relation.value,
        "rule": judgement.rule,
        **measures(overlap),
        "thresholds": asdict(thresholds),
        "passages": passages(overlap),
    }


def measures(overlap: Overlap) -> dict[str, Any]:
    """How much of each text is covered, and how many tokens each has; `this` is the text that is judged."""
    return {
        "coverage": {"this": round(overlap.of_new, 4), "other": round(overlap.of_old, 4)},
        "tokens": {"this": overlap.new.tokens, "other": overlap.old.tokens},
    }


def passages(overlap: Overlap) -> list[dict[str, Any]]:
    """The longest runs of tokens that stand in both texts in the same order, in order of the new text; at most five."""
    places: dict[int, int] = {}
    for index, value in enumerate(overlap.old.shingles):
        places.setdefault(value, index)
    found: list[tuple[int, int, int]] = []  # length in tokens, first token here, first token there
    new, old = overlap.new.shingles, overlap.old.shingles
    index = 0
    while index < len(new):
        there = places.get(new[index])
        if there is None:
            index += 1
            continue
        length = 1
        while index + length < len(new) and there + length < len(old) and new[index + length] == old[there + length]:
            length += 1
        found.append((length, index, there))
        index += length
    found.sort(key=lambda item: (-item[0], item[1]))
    rows: list[dict[str, Any]] = []
    for length, here, there in sorted(found[:_MOST_PASSAGES], key=lambda item: item[1]):
        tokens = length + SHINGLE - 2
        start, end = overlap.new.offsets(here, min(here + tokens, overlap.new.tokens - 1))
        other = overlap.old.offsets(there, min(there + tokens, overlap.old.tokens - 1))
        wording = overlap.new.text[start:end]
        text = wording if len(wording) <= _PASSAGE_CHARS else wording[: _PASSAGE_CHARS - 1] + "\u2026"
        rows.append({"this": [start, end], "other": list(other), "tokens": tokens + 1, "text": text})
    return rows


def _quote_or_none(sides: Sides, thresholds: Thresholds, rule: str) -> Judgement:
    relation = Relation.QUOTES if sides.smaller >= thresholds.quote else Relation.NONE
    return Judgement(relation=relation, score=sides.smaller, rule=rule)


def _density(runs: Sequence[tuple[int, int]]) -> float:
    """Share of what lies between the first and the last shared token that is shared."""
    return _length(runs) / (runs[-1][1] - runs[0][0])


def _runs(reading: Reading, common: AbstractSet[int]) -> tuple[tuple[int, int], ...]:
    if not common:
        return ()
    runs: list[tuple[int, int]] = []
    start = end = -1
    for index in [place for place, value in enumerate(reading.shingles) if value in common]:
        if index > end:
            if end > 0:
                runs.append((start, end))
            start = index
        end = index + SHINGLE
    runs.append((start, min(end, reading.tokens)))
    return tuple(runs)


def _length(runs: Sequence[tuple[int, int]]) -> int:
    return sum(end - start for start, end in runs)


def _percentile(runs: Sequence[tuple[int, int]], share: float) -> int:
    """Index of the token below which this share of the covered tokens lies."""
    left = share * _length(runs)
    for start, end in runs:
        if left <= end - start:
            return start + int(left)
        left -= end - start
    return runs[-1][1] if runs else 0


def _own_share(reading: Reading, runs: Sequence[tuple[int, int]]) -> float:
    """Share of the tokens that stand in lines of which nearly nothing is shared."""
    own = 0
    position = 0
    for line in reading.lines:
        if not line.counts:
            continue
        first, last = line.first, line.first + line.count
        while position < len(runs) and runs[position][1] <= first:
            position += 1
        covered = 0
        place = position
        while place < len(runs) and runs[place][0] < last:
            covered += min(runs[place][1], last) - max(runs[place][0], first)
            place += 1
        if covered < _COPIED_LINE * line.count:
            own += line.count
    return own / reading.tokens if reading.tokens else 0.0
