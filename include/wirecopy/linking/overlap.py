"""What two texts share, measured in tokens.

The measure is coverage: the share of a text's tokens that stand in a shingle of four the other text has too. A copy with 5 % of
its words changed keeps about 95 % of it, where the Jaccard similarity of the shingles falls to 80 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wirecopy.linking.fingerprint import SHINGLE

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from wirecopy.linking.fingerprint import Reading

_COPIED_LINE = 0.1  # a line of which less is covered is the writer's own


@dataclass(frozen=True, slots=True)
class Side:
    """One of two texts that are compared.

    Attributes:
        reading: The text.
        runs: Runs of its tokens that stand in shared shingles: first and past-the-last index, in order.
    """

    reading: Reading
    runs: tuple[tuple[int, int], ...]

    @property
    def shared(self) -> int:
        """Number of tokens that are covered."""
        return sum(end - start for start, end in self.runs)

    @property
    def coverage(self) -> float:
        """Share of the text's tokens that are covered."""
        return self.shared / self.reading.tokens if self.runs else 0.0

    @property
    def start(self) -> float:
        """Where what is covered begins, as a share of the text's tokens."""
        return self.runs[0][0] / self.reading.tokens if self.runs else 0.0

    @property
    def head(self) -> float:
        """Where the first tenth of what is covered ends, as a share of the text's tokens."""
        left = self.shared / 10
        for start, end in self.runs:
            if left <= end - start:
                return (start + int(left)) / self.reading.tokens
            left -= end - start
        return 0.0

    @property
    def density(self) -> float:
        """Share of what lies between the first and the last covered token that is covered."""
        return self.shared / (self.runs[-1][1] - self.runs[0][0]) if self.runs else 0.0

    def own_text(self) -> float:
        """Share of the text's tokens that stand in lines of which nearly nothing is covered."""
        own = position = 0
        for line in self.reading.lines:
            if not line.counts:
                continue
            first, past = line.first, line.first + line.count
            while position < len(self.runs) and self.runs[position][1] <= first:
                position += 1
            covered = 0
            place = position
            while place < len(self.runs) and self.runs[place][0] < past:
                covered += min(self.runs[place][1], past) - max(self.runs[place][0], first)
                place += 1
            if covered < _COPIED_LINE * line.count:
                own += line.count
        return own / self.reading.tokens if self.reading.tokens else 0.0


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share.

    Attributes:
        new: The text that is judged.
        old: The text it is compared with.
    """

    new: Side
    old: Side

    @property
    def balance(self) -> float:
        """Harmonic mean of both coverages: 1 for the same text, low where either has much that the other lacks."""
        new, old = self.new.coverage, self.old.coverage
        return 2 * new * old / (new + old) if new and old else 0.0

    @property
    def shared(self) -> int:
        """Number of shared tokens, counted where there are fewer."""
        return min(self.new.shared, self.old.shared)

    @property
    def new_is_short(self) -> bool:
        """Whether the new text is the shorter one; at equal length, whether more of it is covered."""
        return (self.new.reading.tokens, -self.new.shared) <= (self.old.reading.tokens, -self.old.shared)

    @property
    def short(self) -> Side:
        """The shorter text."""
        return self.new if self.new_is_short else self.old

    @property
    def long(self) -> Side:
        """The longer text."""
        return self.old if self.new_is_short else self.new


def compare(new: Reading, old: Reading) -> Overlap:
    """What two texts share."""
    common = frozenset(new.shingles).intersection(old.shingles)
    return Overlap(Side(new, _runs(new, common)), Side(old, _runs(old, common)))


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
