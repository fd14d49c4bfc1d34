"""Fetching as the rest of Wirecopy sees it, and the only module that knows the HTTP library."""

from __future__ import annotations

import asyncio
import gc
import queue
import threading
from collections import deque
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, cast

import aiohttp
from yarl import URL

from wirecopy.archive.response import clean_headers
from wirecopy.clock import utc_now
from wirecopy.errors import ConnectionFailed, FetchTimeout
from wirecopy.fetch.crawl import crawl
from wirecopy.fetch.dial import GuardedResolver, GuardedSockets, SystemLookup
from wirecopy.fetch.guard import Guard
from wirecopy.fetch.journey import Answer, Equipment
from wirecopy.fetch.politeness import Turns
from wirecopy.fetch.robots import Robots
from wirecopy.models import FetchResult
from wirecopy.urls.hosts import is_ip_literal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from wirecopy.archive import ArchiveWriter
    from wirecopy.clock import Clock
    from wirecopy.fetch.dial import Lookup
    from wirecopy.fetch.guard import Target
    from wirecopy.models import FetchRequest, SitePause
    from wirecopy.settings import Settings

    _Deliver = Callable[[FetchResult], Awaitable[None]]
    _Work = Callable[[_Deliver], Coroutine[Any, Any, None]]

_CONNECT_S = 10.0
_NAMES_KEPT_S = 60
# aiohttp's own limit of 8,190 bytes refuses pages whose Content-Security-Policy or preload list is longer, as news sites have.
_MAX_HEADER_BYTES = 65_536
_MAX_HEADERS = 256
_YOUNG_OBJECTS = 10_000


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
        async with _open_transport(self._settings, self._guard, self._lookup) as transport:
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


class _Background:
    """An event loop in a thread whose results are taken in the caller's.

    Args:
        max_waiting: Results that may wait to be taken before the loop waits for the caller.
    """

    def __init__(self, max_waiting: int) -> None:
        # Lists of results, and at the end what ended the work, or None. Results of one turn of the loop are handed over together:
        # waking the other thread for each cost a third of the time.
        self._handed: queue.SimpleQueue[list[FetchResult] | BaseException | None] = queue.SimpleQueue()
        self._ready: list[FetchResult] = []
        self._taking: deque[FetchResult] = deque()
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
        if len(self._ready) == 1:
            asyncio.get_running_loop().call_soon(self._hand_over)

    def _hand_over(self) -> None:
        if self._ready:
            self._handed.put(self._ready)
            self._ready = []


class _AiohttpTransport:
    """Sends requests with aiohttp: no cookies, no referrer, no proxy from the environment, no redirects."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(
        self, target: Target, headers: Mapping[str, str], *, form: bytes | None = None, max_bytes: int, timeout_s: float
    ) -> Answer:
        """Send one request and read its answer, at most `max_bytes` of its decoded body.

        Raises:
            FetchTimeout: It took longer than `timeout_s` seconds.
            ConnectionFailed: No connection could be made, it broke, or what came is not HTTP.
            UnsafeAddress: The target's name leads to an address that may not be dialled.
        """
        url, headers = _dial_url(target, headers)
        try:
            async with (
                asyncio.timeout(timeout_s),
                self._session.request(
                    "GET" if form is None else "POST", url, headers=headers, data=form, allow_redirects=False
                ) as response,
            ):
                body, is_truncated = await _read(response.content, max_bytes)
                if is_truncated:
                    response.close()
                return Answer(
                    status=response.status,
                    reason=response.reason or "",
                    headers=clean_headers(response.raw_headers),
                    body=body,
                    is_truncated=is_truncated,
                    sent=dict(response.request_info.headers),
                )
        except aiohttp.ConnectionTimeoutError:
            raise ConnectionFailed(target.url, f"no connection within {_CONNECT_S:g} s") from None
        except TimeoutError:
            raise FetchTimeout(target.url, f"no whole answer within {timeout_s:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError, LookupError) as error:
            # ValueError and LookupError: what aiohttp lets out of its parsing of hostile headers and addresses.
            raise ConnectionFailed(target.url, _why(error)) from error


async def _read(content: aiohttp.StreamReader, max_bytes: int) -> tuple[bytes, bool]:
    chunks: list[bytes] = []
    size = 0
    async for chunk in content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            return b"".join(chunks)[:max_bytes], True
    return (chunks[0] if len(chunks) == 1 else b"".join(chunks)), False


def _dial_url(target: Target, headers: Mapping[str, str]) -> tuple[URL, Mapping[str, str]]:
    """The address as aiohttp is given it.

    A rule's host name is turned into its address by the resolver. For an IP address aiohttp asks no resolver, so the address to
    dial stands in the URL and the one that was asked for in `Host`.
    """
    address = target.url.partition("#")[0]
    rule = target.rule
    if rule is None or not is_ip_literal(target.host):
        return URL(address, encoded=True), headers
    dialled = f"[{rule.address}]" if ":" in rule.address else rule.address
    rest = address.removeprefix(target.origin)
    host = target.origin.partition("//")[2]
    return URL(f"{target.scheme}://{dialled}:{rule.dial_port}{rest}", encoded=True), {**headers, "Host": host}


def _why(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"the connection failed: {text[:300] or type(error).__name__}"


@asynccontextmanager
async def _open_transport(settings: Settings, guard: Guard, lookup: Lookup | None) -> AsyncIterator[_AiohttpTransport]:
    system = SystemLookup() if lookup is None else None
    resolver = GuardedResolver(lookup or cast("Lookup", system), guard)
    connector = aiohttp.TCPConnector(
        resolver=cast("aiohttp.abc.AbstractResolver", resolver),
        socket_factory=GuardedSockets(guard),
        ttl_dns_cache=_NAMES_KEPT_S,
        limit=0,  # `Settings.concurrency` bounds them
    )
    try:
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": settings.user_agent},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S),
            trust_env=False,
            max_line_size=_MAX_HEADER_BYTES,
            max_field_size=_MAX_HEADER_BYTES,
            max_headers=_MAX_HEADERS,
        ) as session:
            yield _AiohttpTransport(session)
    finally:
        if system is not None:
            system.close()
