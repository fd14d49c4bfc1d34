"""Compare figures with the floors in `floors.toml`: a figure may rise above its floor at any time, and never fall below it."""

from __future__ import annotations

import tomllib
from pathlib import Path

FLOORS = Path(__file__).with_name("floors.toml")


def compare_with_floors(table: str, figures: dict[str, float]) -> int:
    """Say which floors of a table do not hold; the exit code."""
    failures = []
    for name, floor in tomllib.loads(FLOORS.read_text(encoding="utf-8"))[table].items():
        figure = figures[name.removesuffix("_at_most")]
        if figure > floor if name.endswith("_at_most") else figure < floor:
            failures.append(f"{name}: {figure:.4f}, floor {floor}")
    print("floors hold" if not failures else "BELOW THE FLOOR: " + "; ".join(failures))
    return 1 if failures else 0
