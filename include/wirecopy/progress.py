"""How the pipeline tells what it is doing; who listens decides how to show it."""

from __future__ import annotations

from typing import Protocol


class Observer(Protocol):
    """Hears of the pipeline's stages; called from the pipeline's own thread only."""

    def begin(self, stage: str, total: int) -> None:
        """A stage starts with so many items."""

    def advance(self, stage: str) -> None:
        """One item of it is done."""

    def finish(self, stage: str) -> None:
        """The stage is over."""


class SilentObserver:
    """Hears and says nothing."""

    def begin(self, stage: str, total: int) -> None:
        """Nothing."""

    def advance(self, stage: str) -> None:
        """Nothing."""

    def finish(self, stage: str) -> None:
        """Nothing."""
