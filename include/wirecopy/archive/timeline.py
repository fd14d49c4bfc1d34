"""The whole archive in the order of time, though every process wrote a file of its own."""

from __future__ import annotations

import heapq
from collections import deque
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.archive.reader import list_files, scan_file
from wirecopy.models import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from wirecopy.archive.response import RawResponse
    from wirecopy.models import ArchiveRef

_Place = tuple["datetime", str, int]

# Batches of one round begin within the time that Airflow takes to start a task when another is done (some 5 s, 30 s on a busy
# machine); rounds of which neither polled before its pages lie further apart, since a poll comes every ten minutes.
_SAME_ROUND = timedelta(minutes=2)
# One process may wait so long between two pages of a round: a silent host takes three deadlines of 45 s before it is given up. After
# more it is a round in which no feed was due.
_LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedResponse:
    """A response on the archive's time line.

    Attributes:
        ref: Where it lies.
        response: The response.
        begins_round: Whether it is the first page of a round or of a pass of one: whatever pages had come before were linked before it was asked for.
    """

    ref: ArchiveRef
    response: RawResponse
    begins_round: bool


def read_in_order(
    folder: Path, *, on_damage: Callable[[ArchiveRef], None] | None = None, on_file: Callable[[], None] | None = None
) -> Iterator[ArchivedResponse]:
    """Every response in the archive by the time it came; those of one file as they were written.

    The files are merged while they are read. One is opened when its first response is reached and closed after its last, so that
    no more are open, and no more bodies in memory, than there were processes at work at one time.

    Where a process linked between two pages, the second says so. Where another process linked, or an older version wrote, the
    beginning of a round is read from who fetched what: nobody is in the middle of fetching pages (has fetched one and goes on with
    another within five minutes), and the page's own process polled feeds just before, or no page came for two minutes. So batches
    that are fetched side by side, and a process that begins a new file because its old one is full, are one round.

    Args:
        folder: The archive's folder; an empty or missing one has none.
        on_damage: Called with the place of each damaged record, which is passed over.
        on_file: Called when a file was read to its end.
    """
    waiting = deque(_beginnings(folder, on_damage))
    reading: list[tuple[_Place, _Lane]] = []
    in_pages = 0
    last_page_at: datetime | None = None
    while waiting or reading:
        while waiting and (not reading or waiting[0] <= reading[0][0][:2]):
            lane = _Lane(folder, waiting.popleft()[1], on_damage)
            if lane.head is not None:
                heapq.heappush(reading, (lane.place, lane))
        if not reading:
            return
        (time, _, _), lane = heapq.heappop(reading)
        after_feed = lane.is_after_feed
        ref, response = lane.take()
        begins_round = False
        if response.purpose is Purpose.PAGE:
            is_late = last_page_at is not None and (after_feed or time - last_page_at > _SAME_ROUND)
            begins_round = response.is_after_link or (is_late and not in_pages)
            last_page_at = time
        was_in_pages, lane.is_in_pages = lane.is_in_pages, lane.goes_on_with_pages(response)
        in_pages += lane.is_in_pages - was_in_pages
        if lane.head is not None:
            heapq.heappush(reading, (lane.place, lane))
        elif on_file is not None:
            on_file()
        yield ArchivedResponse(ref=ref, response=response, begins_round=begins_round)


class _Lane:
    """A file that is being read, one response ahead."""

    def __init__(self, folder: Path, name: str, on_damage: Callable[[ArchiveRef], None] | None) -> None:
        self._responses = scan_file(folder, name, on_damage=on_damage)
        self._name = name
        self._time: datetime | None = None
        self.is_in_pages = False
        self.is_after_feed = False
        self.head = next(self._responses, None)

    @property
    def place(self) -> _Place:
        """Of the next response on the time line; what stands behind another in a file never comes before it."""
        assert self.head is not None
        ref, response = self.head
        time = response.fetched_at
        return (time if self._time is None else max(time, self._time)), self._name, ref.offset

    def take(self) -> tuple[ArchiveRef, RawResponse]:
        """The next response; the one after it is read."""
        assert self.head is not None
        taken = self.head
        self._time = self.place[0]
        self.is_after_feed = taken[1].purpose is not Purpose.PAGE
        self.head = next(self._responses, None)
        return taken

    def goes_on_with_pages(self, response: RawResponse) -> bool:
        """Whether a page (or the robots.txt or a redirect before one) is followed by another of its round."""
        if self.head is None or response.purpose is not Purpose.PAGE or self.head[1].purpose is not Purpose.PAGE:
            return False
        return self.head[1].fetched_at - response.fetched_at <= _LONGEST_PAUSE

    def __lt__(self, other: _Lane) -> bool:
        """By name; places that are equal do not occur."""
        return self._name < other._name


def _beginnings(folder: Path, on_damage: Callable[[ArchiveRef], None] | None) -> list[tuple[datetime, str]]:
    """When each file's first response came, and the file, in order; files without one are left out."""
    found = []
    for name in list_files(folder):
        damaged: list[ArchiveRef] = []
        with closing(scan_file(folder, name, on_damage=damaged.append)) as responses:
            first = next(responses, None)
        if first is not None:
            found.append((first[1].fetched_at, name))  # its damage is counted when it is read
        elif on_damage is not None:
            for ref in damaged:
                on_damage(ref)
    return sorted(found)
