"""Fetching as the rest of Wirecopy sees it."""

from __future__ import annotations

import asyncio
import gc
import queue
import threading
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from wirecopy.clock import utc_now
from wirecopy.fetch.crawl import crawl
from wirecopy.fetch.guard import Guard
from wirecopy.fetch.journey import Equipment
from wirecopy.fetch.politeness import Turns
from wirecopy.fetch.robots import Robots
from wirecopy.fetch.transport import open_transport
from wirecopy.models import FetchResult

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
    from typing import Any

    from wirecopy.archive import ArchiveWriter
    from wirecopy.clock import Clock
    from wirecopy.fetch.dial import Lookup
    from wirecopy.models import FetchRequest, SitePause
    from wirecopy.settings import Settings

    _Deliver = Callable[[FetchResult], Awaitable[None]]
    _Work = Callable[[_Deliver], Coroutine[Any, Any, None]]

_YOUNG_OBJECTS = 50_000


class Fetcher:
    """Fetches many addresses at once, politely, under the guard, each response into the archive first.

    Turns, pauses and robots.txt files are remembered from one run to the next, so one fetcher should serve a whole round.

    Args:
        settings: Limits and exceptions.
        archive: Where every response goes.
        clock: Tells when a response came.
        lookup: Resolves host names; None for the operating system's way.
    """

    def __init__(
        self, settings: Settings, archive: ArchiveWriter, clock: Clock = utc_now, *, lookup: Lookup | None = None
    ) -> None:
        self._settings = settings
        self._archive = archive
        self._clock = clock
        self._lookup = lookup
        self._guard = Guard(settings.loopback)
        self._turns = Turns(settings.delay_s, clock=clock)
        self._robots = Robots(settings.user_agent)

    def run(self, requests: Iterable[FetchRequest], handle: Callable[[FetchResult], None]) -> None:
        """Fetch, and call `handle` with each result as it comes.

        The network goes on in a thread of its own while `handle` works; when it falls behind, new requests wait.

        Args:
            requests: What to fetch; there is one result for each, in the order they end.
            handle: Called in the caller's thread. What it raises ends the run: requests under way are cancelled.

        Raises:
            StoreUnavailable: The archive cannot be written.
        """
        todo = list(requests)
        if not todo:
            return
        background = _Background(max_waiting=max(self._settings.concurrency, 4))
        with _rarer_collections():
            background.start(lambda deliver: self._crawl(todo, deliver))
            try:
                while (result := background.next_result()) is not None:
                    handle(result)
            finally:
                background.stop()

    def load_pauses(self, pauses: Iterable[SitePause]) -> None:
        """Leave sites alone that told another process so; what is asked of them is `RateLimited`, without being sent."""
        self._turns.load(pauses)

    def take_pauses(self) -> tuple[SitePause, ...]:
        """The pauses that arose in runs since the last call, by site."""
        return self._turns.take_arisen()

    async def _crawl(self, requests: Sequence[FetchRequest], deliver: _Deliver) -> None:
        self._turns.forget_loop()
        async with open_transport(self._settings, self._guard, self._lookup) as transport:
            equipment = Equipment(
                settings=self._settings,
                guard=self._guard,
                archive=self._archive,
                clock=self._clock,
                turns=self._turns,
                robots=self._robots,
                transport=transport,
                active=asyncio.Semaphore(self._settings.concurrency),
                deliver=deliver,
            )
            await crawl(requests, equipment)


@contextmanager
def _rarer_collections() -> Iterator[None]:
    """Look for cyclic garbage less often meanwhile.

    Hundreds of requests in flight are thousands of young objects that live on: looking through them after every 700 took a fifth
    of the time. What has no cycles, bodies above all, is freed at once as ever.
    """
    youngest, *older = gc.get_threshold()
    if 0 < youngest < _YOUNG_OBJECTS:
        gc.set_threshold(_YOUNG_OBJECTS, *older)
    try:
        yield
    finally:
        gc.set_threshold(youngest, *older)


# A result is held back so long at most until others join it.
_LONGEST_HELD_S = 0.02


class _Background:
    """An event loop in a thread whose results are taken in the caller's.

    Args:
        max_waiting: Results that may wait to be taken before the loop waits for the caller.
    """

    def __init__(self, max_waiting: int) -> None:
        # Lists of results, and at the end what ended the work, or None. They are handed over many at a time: two threads that wake
        # each other for every result cost a third of the time.
        self._handed: queue.SimpleQueue[list[FetchResult] | BaseException | None] = queue.SimpleQueue()
        self._ready: list[FetchResult] = []
        self._taking: deque[FetchResult] = deque()
        self._together = max(max_waiting // 2, 1)
        self._room = asyncio.Semaphore(max_waiting)
        # Room is given back in portions: waking the loop for each result would cost a system call each.
        self._portion = max(max_waiting // 4, 1)
        self._taken = 0
        self._guard = threading.Lock()
        self._is_stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread: threading.Thread | None = None

    def start(self, work: _Work) -> None:
        """Begin the work; it is given the function that delivers a result."""
        self._thread = threading.Thread(target=self._run, args=(work,), name="wirecopy-fetch", daemon=True)
        self._thread.start()

    def next_result(self) -> FetchResult | None:
        """The next result, or None when all is done; what ended the work early is raised."""
        if not self._taking:
            handed = self._handed.get()
            if isinstance(handed, BaseException):
                raise handed
            if handed is None:
                return None
            self._taking.extend(handed)
        self._taken += 1
        if self._taken % self._portion == 0:
            self._call(self._give_room)
        return self._taking.popleft()

    def stop(self) -> None:
        """Cancel what is under way and wait for the thread."""
        with self._guard:
            self._is_stopped = True
            task = self._task
        if task is not None:
            self._call(task.cancel)
        assert self._thread is not None
        self._thread.join()

    def _call(self, function: Callable[[], object]) -> None:
        assert self._loop is not None
        with suppress(RuntimeError):  # the loop is closed: all is done
            self._loop.call_soon_threadsafe(function)

    def _give_room(self) -> None:
        for _ in range(self._portion):
            self._room.release()

    def _run(self, work: _Work) -> None:
        end: BaseException | None = None
        try:
            asyncio.run(self._work(work))
        except BaseException as error:  # noqa: BLE001 - it is raised in the caller's thread
            end = error
        self._handed.put(end)

    async def _work(self, work: _Work) -> None:
        self._loop = asyncio.get_running_loop()
        with self._guard:
            if self._is_stopped:
                return
            self._task = asyncio.current_task()
        try:
            await work(self._deliver)
        finally:
            self._hand_over()  # what came before a failure is handled all the same

    async def _deliver(self, result: FetchResult) -> None:
        await self._room.acquire()
        self._ready.append(result)
        if len(self._ready) >= self._together:
            self._hand_over()
        elif len(self._ready) == 1:
            asyncio.get_running_loop().call_later(_LONGEST_HELD_S, self._hand_over)

    def _hand_over(self) -> None:
        if self._ready:
            self._handed.put(self._ready)
            self._ready = []
