"""What collecting costs beside bare aiohttp: CPU of the client process for each request, at 200 hosts at once, over loopback.

Three ways ask the same server for the same pages in the same run, each host's one after another, all hosts at once:

    bare      aiohttp alone: the request is sent and the decoded body read
    fetch     the fetcher: guard, politeness with zero delay, limits, and every response with its request in the archive
    collect   the collect step without reading articles: the ledger's rows are taken up, fetched as above, judged and written

and for feeds a poll that finds nothing new (304), whole (`poll`), beside bare aiohttp. The bar is the ratio of `collect` to `bare`:
the median of the rounds' own ratios, each of ways that took their turns one after another, because on a shared machine the cheapest
round of one way and that of another are not of the same minute.
The server is a process of its own and not counted. Reading articles is measured by `reading.py`.

    python benchmarks/collect.py [--pages 8] [--rounds 5]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import logging
import multiprocessing
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import aiohttp

from floors import compare_with_floors
from wirecopy.archive import ArchiveWriter
from wirecopy.clock import utc_now
from wirecopy.fetch.client import Fetcher
from wirecopy.models import FeedState, FetchRequest, LedgerRow, Purpose, Source, SourceId
from wirecopy.outcomes import State
from wirecopy.progress import SilentObserver
from wirecopy.settings import LoopbackRule, Settings
from wirecopy.steps.collect import collect_pages
from wirecopy.steps.context import StepContext
from wirecopy.steps.poll import poll_feeds
from wirecopy.store import open_store
from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

HOSTS = 200
SIZES = {"2 kB": 2_000, "20 kB": 20_000}
HEADERS = (
    "Date: Sun, 22 Nov 2026 08:30:05 GMT\r\nServer: nginx\r\nContent-Type: text/html; charset=utf-8\r\nVary: Accept-Encoding\r\n"
    "Cache-Control: public, max-age=60\r\nLast-Modified: Sun, 22 Nov 2026 08:29:00 GMT\r\nX-Frame-Options: SAMEORIGIN\r\n"
    'Strict-Transport-Security: max-age=31536000\r\nETag: "5e-62d1f0b7"\r\n'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU and wall time of a number of requests, seconds."""

    requests: int
    cpu: float
    wall: float

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds for each request."""
        return self.cpu / self.requests * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=8, help="pages of each host in a round")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each way; the median counts")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    figures: dict[str, float] = {}
    with serving() as port:
        print(f"{HOSTS} hosts at once, {HOSTS * options.pages} requests a round, median of {options.rounds} rounds\n")
        print(f"{'':<18}{'bare':>20}{'fetch + archive':>24}{'collect / poll':>24}\n{'':<18}" + "ms CPU    a second   " * 3)
        for size in SIZES:
            for coding in ("plain", "gzip"):
                urls = addresses(port, f"/{size.partition(' ')[0]}/{coding}", options.pages)
                costs = measure(options.rounds, urls, (bare, fetch, collect), port)
                figures[f"{size.replace(' ', '').lower()}_{coding}_ratio"] = report(f"{size} {coding}", costs)
        urls = addresses(port, "/unchanged", options.pages)
        figures["unchanged_ratio"] = report("304 feeds", measure(options.rounds, urls, (bare, fetch_feeds, poll), port))
    return compare_with_floors("collect", figures)


def addresses(port: int, path: str, pages: int) -> list[str]:
    return [f"http://site{host}.test:{port}{path}/{page}" for page in range(pages) for host in range(HOSTS)]


def measure(rounds: int, urls: Sequence[str], ways: Sequence[Callable[..., Any]], port: int) -> list[list[Cost]]:
    """What each way cost in each round; they take turns, so that a busy machine burdens them alike."""
    costs: list[list[Cost]] = [[] for _ in ways]
    for round_ in range(rounds + 1):
        for place, way in enumerate(ways):
            with prepared(way, urls, port) as work:
                cpu, wall = time.process_time(), time.perf_counter()
                work()
                cost = Cost(requests=len(urls), cpu=time.process_time() - cpu, wall=time.perf_counter() - wall)
            if round_ > 0:  # the first warms up
                costs[place].append(cost)
    return costs


def report(name: str, costs: Sequence[Sequence[Cost]]) -> float:
    """Prints a line: of each way its median, and of `fetch` and `collect` the median of their ratios to `bare`, which is returned."""
    middle = [sorted(of, key=lambda cost: cost.cpu)[len(of) // 2] for of in costs]
    cells = "".join(f"{cost.cpu_ms:>10.3f}{cost.requests / cost.wall:>12.0f}  " for cost in middle)
    fetched, whole = (median(cost.cpu / bare.cpu for cost, bare in zip(of, costs[0], strict=True)) for of in costs[1:])
    print(f"{name:<12}{cells}  ratio {fetched:.2f}, {whole:.2f}")
    return whole


@contextlib.contextmanager
def prepared(way: Callable[..., Any], urls: Sequence[str], port: int) -> Iterator[Callable[[], None]]:
    """A way with everything laid out that it works on."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        yield way(stack, Path(folder), urls, port)


# The ways


def bare(stack: contextlib.ExitStack, folder: Path, urls: Sequence[str], port: int) -> Callable[[], None]:
    del stack, folder, port
    queues = [urls[host::HOSTS] for host in range(HOSTS)]

    async def take(session: aiohttp.ClientSession, queue: Sequence[str]) -> None:
        headers = {"If-None-Match": '"5e-62d1f0b7"'} if "unchanged" in queue[0] else {}
        for url in queue:
            async with session.get(url, headers=headers, allow_redirects=False) as response:
                await response.read()

    async def run() -> None:
        connector = aiohttp.TCPConnector(resolver=Loopback(), limit=0)
        async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=45)) as session:
            await asyncio.gather(*(take(session, queue) for queue in queues))

    return lambda: asyncio.run(run())


def fetch(stack: contextlib.ExitStack, folder: Path, urls: Sequence[str], port: int) -> Callable[[], None]:
    return _fetch(stack, folder, [request(url, Purpose.PAGE) for url in urls], port)


def fetch_feeds(stack: contextlib.ExitStack, folder: Path, urls: Sequence[str], port: int) -> Callable[[], None]:
    return _fetch(stack, folder, [request(url, Purpose.FEED, etag='"5e-62d1f0b7"') for url in urls], port)


def collect(stack: contextlib.ExitStack, folder: Path, urls: Sequence[str], port: int) -> Callable[[], None]:
    context = context_of(stack, folder, port)
    now = utc_now()
    rows = [
        LedgerRow(
            key=url_key(url),
            url=url,
            source_id=SourceId("courier"),
            feed_url="http://courier.test/feed",
            state=State.PENDING,
            reason="discovered in http://courier.test/feed",
            first_seen_at=now,
        )
        for url in urls
    ]
    context.store.ledger.discover(rows)
    keys = [row.key for row in rows]
    stack.enter_context(
        patch("wirecopy.steps.collect._read", return_value={})
    )  # raises where the step has no such part any more

    def work() -> None:
        assert collect_pages(context, keys) == {"fetched": len(keys)}

    return work


def poll(stack: contextlib.ExitStack, folder: Path, urls: Sequence[str], port: int) -> Callable[[], None]:
    context = context_of(stack, folder, port, feeds=tuple(urls))
    context.store.feeds.save([FeedState(url=url, source_id=SourceId("courier"), etag='"5e-62d1f0b7"') for url in urls])

    def work() -> None:
        assert poll_feeds(context, urls)["unchanged"] == len(urls)

    return work


def _fetch(stack: contextlib.ExitStack, folder: Path, requests: Sequence[FetchRequest], port: int) -> Callable[[], None]:
    fetcher = context_of(stack, folder, port).fetcher
    return lambda: fetcher.run(requests, lambda result: None if result.page else sys.exit(f"benchmark: {result.error}"))


def request(url: str, purpose: Purpose, etag: str | None = None) -> FetchRequest:
    return FetchRequest(url=url, purpose=purpose, source_id=SourceId("courier"), etag=etag)


def context_of(stack: contextlib.ExitStack, folder: Path, port: int, feeds: tuple[str, ...] = ()) -> StepContext:
    rules = tuple(LoopbackRule(host=f"site{n}.test", port=port, address="127.0.0.1", dial_port=port) for n in range(HOSTS))
    settings = Settings(data=folder, loopback=rules, delay_s=0, concurrency=HOSTS, robots=False)
    store = open_store(settings.store_url)
    stack.callback(store.close)
    archive = stack.enter_context(ArchiveWriter(settings.archive_dir, utc_now))
    return StepContext(
        settings=settings,
        sources=(Source(id=SourceId("courier"), name="Courier", feeds=feeds),),
        store=store,
        fetcher=Fetcher(settings, archive),
        observer=SilentObserver(),
        clock=utc_now,
    )


class Loopback(aiohttp.abc.AbstractResolver):
    """Every name is this machine."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[Any]:
        """The one address there is."""
        del family
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": 2, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        """Nothing is held open."""


# The server


@contextlib.contextmanager
def serving() -> Iterator[int]:
    """A server in a process of its own; its port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    try:
        yield ours.recv()
    finally:
        server.terminate()
        server.join()


def serve(ready: Connection) -> None:
    answers = {b"/unchanged": f"HTTP/1.1 304 Not Modified\r\n{HEADERS}\r\n".encode()}
    for name, size in SIZES.items():
        text = page(size)
        for coding, body in (("plain", text), ("gzip", gzip.compress(text, 6))):
            head = f"HTTP/1.1 200 OK\r\n{HEADERS}Content-Length: {len(body)}\r\n"
            head += "Content-Encoding: gzip\r\n" if coding == "gzip" else ""
            answers[f"/{name.partition(' ')[0]}/{coding}".encode()] = head.encode() + b"\r\n" + body

    class Answering(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport: Any = transport
            self.head = b""

        def data_received(self, data: bytes) -> None:
            *heads, self.head = (self.head + data).split(b"\r\n\r\n")
            for head in heads:
                self.transport.write(answers[head.split(b" ", 2)[1].rpartition(b"/")[0]])

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0, backlog=1024)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def page(size: int) -> bytes:
    """A page of that many bytes that compresses as news pages do, to about a third."""
    chance = random.Random(7)
    letters = "etaoinshrdlucmfwypvbg"
    words = ["".join(chance.choices(letters, range(len(letters), 0, -1), k=chance.randint(2, 9))) for _ in range(1500)]
    weights = [1 / (place + 3) for place in range(len(words))]
    parts = ["<!doctype html><html><head><title>Budget passes after a long night</title></head><body><article>"]
    while sum(map(len, parts)) < size:
        parts.append(f'<p class="story__text">{" ".join(chance.choices(words, weights, k=40))}.</p>\n')
    return "".join(parts).encode()[:size]


if __name__ == "__main__":
    sys.exit(main())
