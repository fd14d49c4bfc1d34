"""What every step works with."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.feeds.schedule import PollPolicy
from wirecopy.verdict import RetryPolicy
from wirecopy.workers import WorkerFailure, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from wirecopy.clock import Clock
    from wirecopy.fetch.client import Fetcher
    from wirecopy.models import FetchRequest, FetchResult, Source, SourceId
    from wirecopy.progress import Observer
    from wirecopy.settings import Settings
    from wirecopy.store.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContext:
    """The settings, the sources and everything that does I/O, handed to each step.

    Attributes:
        settings: Where everything is and how it is done.
        sources: The outlets.
        store: Where everything is kept.
        fetcher: Fetches for every step, each response into the archive first; one for all of them, so that a host's pause, delay and robots.txt outlive the step that met them.
        observer: Hears of progress.
        clock: Tells the time.
        by_id: The sources by their id.
        by_feed: The sources by the addresses of their feeds.
    """

    settings: Settings
    sources: tuple[Source, ...]
    store: Store
    fetcher: Fetcher
    observer: Observer
    clock: Clock
    by_id: dict[SourceId, Source] = field(init=False)
    by_feed: dict[str, Source] = field(init=False)

    def __post_init__(self) -> None:
        """Index the sources."""
        object.__setattr__(self, "by_id", {source.id: source for source in self.sources})
        object.__setattr__(self, "by_feed", {feed: source for source in self.sources for feed in source.feeds})

    @property
    def poll_policy(self) -> PollPolicy:
        """How often feeds are polled."""
        return PollPolicy(
            start=timedelta(seconds=self.settings.poll_interval_s),
            shortest=timedelta(seconds=self.settings.poll_min_interval_s),
            longest=timedelta(seconds=self.settings.poll_max_interval_s),
        )

    @property
    def retry_policy(self) -> RetryPolicy:
        """When failed URLs are taken up again."""
        return RetryPolicy.from_settings(self.settings)

    def fetch(self, requests: Iterable[FetchRequest], handle: Callable[[FetchResult], None]) -> None:
        """Fetch, leaving those sites alone that told any process to; see `wirecopy.fetch.client.Fetcher.run`.

        Args:
            requests: What to fetch.
            handle: Called with each result as it comes; what it raises ends the run.

        Raises:
            StoreUnavailable: The store does not answer, or the archive cannot be written.
        """
        self.fetcher.load_pauses(self.store.pauses.active(self.clock()))
        try:
            self.fetcher.run(requests, handle)
        finally:
            if arisen := self.fetcher.take_pauses():
                # Another process may have been told to stay away for longer meanwhile.
                now = self.clock()
                longest = {pause.site: pause.until for pause in self.store.pauses.active(now) if pause.holds(now)}
                self.store.pauses.save([p for p in arisen if p.site not in longest or longest[p.site] < p.until])

    def workers(self) -> WorkerPool:
        """A pool of processes that read feeds and pages."""
        return WorkerPool(
            self.settings.worker_count,
            timeout_s=self.settings.worker_timeout_s,
            memory_bytes=self.settings.worker_memory_bytes,
        )

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[None]:
        """Tell the observer of a stage's begin and end."""
        self.observer.begin(name, total)
        try:
            yield
        finally:
            self.observer.finish(name)


def reason_of(error: Exception | WorkerFailure) -> str:
    """Why something failed, in one line without the name of the thing."""
    if isinstance(error, WorkerFailure):
        return error.reason
    message = getattr(error, "message", "") or str(error) or type(error).__name__
    return " ".join(str(message).split())
