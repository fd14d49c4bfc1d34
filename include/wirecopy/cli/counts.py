"""How what a run or a replay did is printed: the lines that both have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirecopy.outcomes import MEANINGS, State

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the linking step counts that is no new article in the index.
_NOT_NEW = frozenset({"unchanged", "refused"})


def list_counts(counts: Mapping[str, int]) -> str:
    """`40 read, 2 failed`, most first; empty where there is nothing."""
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda item: -item[1]) if count)


def count_indexed(linked: Mapping[str, int]) -> int:
    """How many articles are new in the index, of what linking counted."""
    return sum(count for kind, count in linked.items() if kind not in _NOT_NEW)


def format_standing(linked: Mapping[str, int], states: Mapping[State, int], discovered: int) -> list[str]:
    """Lines for a terminal: what is new in the index, then every state with its number, and their sum."""
    kinds = list_counts({kind: count for kind, count in linked.items() if kind not in _NOT_NEW})
    return [
        f"new in the index  {count_indexed(linked)}" + (f" ({kinds})" if kinds else ""),
        "",
        *(f"{state.value:<18} {count:>6}  {MEANINGS[state]}" for state, count in states.items() if count),
        f"{'sum of states':<18} {sum(states.values()):>6}",
        f"{'discovered':<18} {discovered:>6}",
    ]
