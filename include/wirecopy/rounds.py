"""Rounds one after the other: `wirecopy run --every`.

One pipeline serves all rounds, so that robots.txt files, delays and pauses outlive a round. It is opened anew after a round that
failed as a whole (no store, a full disk, another writer) and when the sources file was changed. Rounds do not overlap: the next
begins when the last is done and something is due.

Waits are measured by the monotonic clock and never shorter than `least_wait`: a clock that jumps makes feeds due once, not in a storm.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.clock import utc_now
from wirecopy.errors import ConfigError, StoreTooNew, WirecopyError
from wirecopy.pipeline import open_pipeline
from wirecopy.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import datetime
    from pathlib import Path

    from wirecopy.clock import Clock
    from wirecopy.models import FeedState, Source
    from wirecopy.pipeline import Pipeline, RunReport
    from wirecopy.settings import Settings

log = logging.getLogger(__name__)

_LEAST_WAIT = timedelta(seconds=30)
"""Rounds of single feeds would cost more in looking what is due than in polling."""
_FIRST_RETRY = timedelta(seconds=30)
_LONGEST_RETRY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What a round did, or why it could not.

    Attributes:
        number: From 1; a round that failed counts.
        started_at: When it began.
        took: How long it lasted.
        wait: How long nothing is done after it.
        report: What it did; None where it failed as a whole.
        failed_feeds: The feeds that failed in this round.
        error: Why it failed as a whole, in one line, or None.
    """

    number: int
    started_at: datetime
    took: timedelta
    wait: timedelta
    report: RunReport | None = None
    failed_feeds: tuple[FeedState, ...] = ()
    error: str | None = None


class WatchedSources:
    """The sources file, read again when it was changed.

    Args:
        path: The file.
        warn: Told of a file that cannot be read; the sources it held before stay.

    Raises:
        ConfigError: It cannot be read the first time.
    """

    def __init__(self, path: Path, warn: Callable[[str], None]) -> None:
        self._path = path
        self._warn = warn
        self._mark = self._look()
        self.current: tuple[Source, ...] = load_sources(path)

    def read_again(self) -> bool:
        """Read the file if it was changed; whether the sources are others now."""
        mark = self._look()
        if mark == self._mark:
            return False
        self._mark = mark
        try:
            read = load_sources(self._path)
        except ConfigError as error:
            self._warn(f"{error} (the sources read before stay)")
            return False
        is_other, self.current = read != self.current, read
        return is_other

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def run_rounds(
    settings: Settings,
    every: timedelta,
    *,
    warn: Callable[[str], None],
    clock: Clock = utc_now,
    sleep: Callable[[float], None] = time.sleep,
) -> Generator[Round, None, None]:
    """Poll what is due, collect, link, wait until something is due again or `every` has passed; and again, without end.

    The wait comes after a round was yielded. A round that fails as a whole is yielded with its error and tried again after 30 s,
    then after twice as long each time, up to the longer of `every` and ten minutes.

    Args:
        settings: Where everything is and how it is done.
        every: The longest wait between the beginnings of two rounds.
        warn: Told in words of what goes on otherwise than it should.
        clock: Tells the time.
        sleep: Waits for so many seconds.

    Raises:
        ConfigError: The sources file or a setting cannot be used when the first round begins.
        StoreTooNew: The store was written by a newer version.
    """
    sources = WatchedSources(settings.sources, warn)
    number = failures = 0
    is_begun = False
    while True:
        started_at, began = clock(), time.monotonic()
        try:
            with open_pipeline(settings, sources.current, clock=clock) as pipeline:
                is_first = True
                while is_first or not sources.read_again():
                    is_first = False
                    number, is_begun = number + 1, True
                    started_at, began = clock(), time.monotonic()
                    polled, report = _run_round(pipeline)
                    took = timedelta(seconds=time.monotonic() - began)
                    wait = wait_after(clock(), pipeline.next_due_at(started_at + every), took=took, every=every)
                    failed = _failed(pipeline, polled, started_at)
                    failures, is_begun = 0, False
                    yield Round(number=number, started_at=started_at, took=took, wait=wait, report=report, failed_feeds=failed)
                    sleep(wait.total_seconds())
        except StoreTooNew:
            raise
        except Exception as error:  # whatever it is, the next round may go better, and nobody is there to start it
            if isinstance(error, ConfigError) and not number:
                raise
            if not isinstance(error, WirecopyError | OSError):
                log.exception("round failed in a way nobody foresaw")
            number, failures, is_begun = number + (not is_begun), failures + 1, False
            wait = wait_after_failure(failures, every=every)
            yield Round(
                number=number,
                started_at=started_at,
                took=timedelta(seconds=time.monotonic() - began),
                wait=wait,
                error=" ".join(str(error).split()) or type(error).__name__,
            )
            sleep(wait.total_seconds())
            sources.read_again()


def wait_after(now: datetime, due_at: datetime, *, took: timedelta, every: timedelta) -> timedelta:
    """How long to wait after a round: until something is due, but not shorter than 30 s or `every`, nor longer than to `every`.

    Args:
        now: The present instant.
        due_at: When something is due next.
        took: How long the round lasted.
        every: The longest time between the beginnings of two rounds.
    """
    least = min(_LEAST_WAIT, every)
    return max(least, min(due_at - now, every - took))


def wait_after_failure(failures: int, *, every: timedelta) -> timedelta:
    """How long to wait after so many rounds in a row that failed as a whole."""
    wait = min(_FIRST_RETRY, every) * (1 << min(failures - 1, 16))
    return min(wait, max(every, _LONGEST_RETRY))


def _run_round(pipeline: Pipeline) -> tuple[list[str], RunReport]:
    due = pipeline.due_feeds()
    report = pipeline.run_round(due)
    if not report.is_balanced:
        found = sum(report.states.values())
        raise WirecopyError("ledger", f"{report.discovered} URLs were discovered but {found} are in a state")
    return due, report


def _failed(pipeline: Pipeline, polled: list[str], since: datetime) -> tuple[FeedState, ...]:
    states = pipeline.store.feeds.get(polled).values()
    return tuple(
        state for state in states if state.last_error and state.last_polled_at is not None and state.last_polled_at >= since
    )
