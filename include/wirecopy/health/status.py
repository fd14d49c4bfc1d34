"""The closed list of what a feed or a source can be said to be; docs/operations.md lists it with what to do."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """How a feed or a source is doing, worst first."""

    FAILING = "failing"
    GONE = "gone"
    SILENT = "silent"
    FRUITLESS = "fruitless"
    OVERDUE = "overdue"
    LOSING = "losing"
    SLOWING = "slowing"
    SHAKY = "shaky"
    PAUSED = "paused"
    NEVER_POLLED = "never_polled"
    NEW = "new"
    WORKING = "working"
    UNLISTED = "unlisted"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]


_RANKS: Final = {status: rank for rank, status in enumerate(Status)}

QUIET: Final = frozenset({Status.NEW, Status.WORKING})
"""Nothing to be said of these one by one."""

MEANINGS: Final = {
    Status.FAILING: "three attempts or more in a row brought nothing that could be read",
    Status.GONE: "it answers 410: asked once a month, and taken up again when it answers",
    Status.SILENT: "it answers, but has listed nothing new for much longer than it ever does",
    Status.FRUITLESS: "a source only: twenty or more of its pages were tried, and not one held an article",
    Status.OVERDUE: "nobody polled it though it was due long ago: what polls is not running, or does not keep up",
    Status.LOSING: "entries were probably missed in the last seven days",
    Status.SLOWING: "the last seven days brought less than half of the poorest seven days before",
    Status.SHAKY: "the last attempt or two failed; tried again by itself",
    Status.PAUSED: "its host asked to be left alone for a while (Retry-After)",
    Status.NEVER_POLLED: "in the sources file, but not polled yet",
    Status.NEW: "polled for less than a week: its habits are not known",
    Status.WORKING: "it answers, and brings what it usually brings",
    Status.UNLISTED: "in the store, but no longer in the sources file: not polled any more",
}
"""Each status in words; the document's table is held to them by a test."""
