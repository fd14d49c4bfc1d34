"""A context in which the steps of collecting are given the archive's answers instead of the network's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from wirecopy.errors import TransientError
from wirecopy.models import FetchResult
from wirecopy.steps.context import StepContext
from wirecopy.workers import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from wirecopy.models import FetchedPage, FetchRequest
    from wirecopy.progress import Observer

_NAMES = {"fetching pages": "attaching pages"}


class LastingPool(WorkerPool):
    """Workers that outlive the step that asked for them: a replay has thousands of small steps, and a worker takes seconds to start.

    Whoever made it calls `close`.
    """

    def __enter__(self) -> Self:
        """The pool."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Nothing: the next step goes on with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackContext(StepContext):
    """A step's context without a network.

    Attributes:
        pool: Reads feeds and pages.
        answers: What the archive answers, by the address that is asked for; in the order in which the answers came.
    """

    pool: LastingPool
    answers: dict[str, FetchedPage] = field(default_factory=dict)

    @classmethod
    def of(cls, context: StepContext) -> PlaybackContext:
        """The playback of a context: its settings, sources, store and clock; a pool of its own, to be closed."""
        settings = context.settings
        return cls(
            settings=settings,
            sources=context.sources,
            store=context.store,
            fetcher=context.fetcher,
            observer=_Renamed(context.observer),
            clock=context.clock,
            pool=LastingPool(
                settings.worker_count, timeout_s=settings.worker_timeout_s, memory_bytes=settings.worker_memory_bytes
            ),
        )

    def fetch(self, requests: Iterable[FetchRequest], handle: Callable[[FetchResult], None]) -> None:
        """Hand over the archive's answers in the order in which they came; no site is asked, and none is paused."""
        asked = {request.url: request for request in requests}
        for url, page in self.answers.items():
            if (request := asked.pop(url, None)) is not None:
                handle(FetchResult(request=request, page=page, error=None))
        for request in asked.values():
            error = TransientError(request.url, "its answer is not in the archive")
            handle(FetchResult(request=request, page=None, error=error))

    def workers(self) -> WorkerPool:
        """The one pool."""
        return self.pool


class _Renamed:
    """Tells an observer of stages by the names that are true of a replay."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    def begin(self, stage: str, total: int) -> None:
        self._observer.begin(_NAMES.get(stage, stage), total)

    def advance(self, stage: str) -> None:
        self._observer.advance(_NAMES.get(stage, stage))

    def finish(self, stage: str) -> None:
        self._observer.finish(_NAMES.get(stage, stage))
