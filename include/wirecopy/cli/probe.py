"""Asking addresses once, politely and under the guard, and keeping nothing: for commands that look before they change a file."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wirecopy.clock import utc_now
from wirecopy.errors import ContentError, WirecopyError
from wirecopy.models import FeedEntry, FetchRequest, ParsedFeed, Purpose, SourceId
from wirecopy.urls import resolve_url
from wirecopy.workers import WorkerFailure, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from wirecopy.feeds.discover import FoundFeeds
    from wirecopy.fetch.client import Fetcher
    from wirecopy.models import FetchedPage, FetchResult
    from wirecopy.settings import Settings

_OK = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbedFeed:
    """What came of asking an address for a feed.

    Attributes:
        url: The address.
        page: The answer without its body, or None.
        feed: What it holds, its entries with address and time only, or None.
        error: Why there is no feed, or None.
    """

    url: str
    page: FetchedPage | None
    feed: ParsedFeed | None
    error: WirecopyError | None

    @property
    def lasting_url(self) -> str:
        """Where it lives: where permanent redirects led, else the address itself."""
        return (self.page.permanent_url if self.page else None) or self.url


class Prober:
    """Asks and reads; made by `open_prober`."""

    def __init__(self, settings: Settings, fetcher: Fetcher, folder: Path) -> None:
        self._settings = settings
        self._fetcher = fetcher
        self._folder = folder
        self._pool = WorkerPool(
            settings.worker_count, timeout_s=settings.worker_timeout_s, memory_bytes=settings.worker_memory_bytes
        )

    def close(self) -> None:
        """End the processes that read."""
        self._pool.close()

    def read_feeds(
        self, asked: Sequence[tuple[str, float | None]], *, on_answer: Callable[[], None] = lambda: None
    ) -> list[ProbedFeed]:
        """Ask for feeds and read them, in the order given.

        Args:
            asked: Addresses, each once, and the seconds between two requests to their hosts, or None.
            on_answer: Called for each that was asked.
        """
        results: dict[str, FetchResult] = {}

        def handle(result: FetchResult) -> None:
            # Bodies are read back when their turn comes: those of thousands of feeds would not fit into memory.
            page = replace(result.page, body=b"") if result.page else None
            results[result.request.url] = replace(result, page=page)
            on_answer()

        self._fetcher.run([_request(url, delay_s) for url, delay_s in asked], handle)
        probed = [_as_probe(url, results[url]) for url, _ in asked]
        readable = [probe.page for probe in probed if probe.error is None and probe.page is not None]
        payloads = ((self._body(page), page.final_url, page.headers.get("content-type")) for page in readable)
        read = iter(list(self._pool.map("parse_feed", payloads)) if readable else ())
        return [probe if probe.error is not None else _with_feed(probe, next(read)) for probe in probed]

    def find_feeds(self, url: str) -> tuple[FetchedPage, FoundFeeds]:
        """A page, and where it says that feeds are.

        Raises:
            WirecopyError: It cannot be fetched or read.
        """
        results: list[FetchResult] = []
        self._fetcher.run([_request(url, None)], results.append)
        probe = _as_probe(url, results[0])
        if probe.error is not None:
            raise probe.error
        page = results[0].page
        assert page is not None
        (found,) = self._pool.map("find_feeds", [(page.body, page.final_url, page.headers.get("content-type"))])
        if isinstance(found, WorkerFailure):
            raise ContentError(url, found.reason)
        if isinstance(found, WirecopyError):
            raise found
        candidates: FoundFeeds = found
        return page, candidates

    def find_sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of a page's site names; none where there is no such file."""
        from wirecopy.feeds.discover import find_sitemaps  # noqa: PLC0415 - reads HTML, which other commands need not wait for

        robots_url = resolve_url(url, "/robots.txt")
        if robots_url is None:
            return ()
        results: list[FetchResult] = []
        self._fetcher.run([_request(robots_url, None)], results.append)
        page = results[0].page
        return find_sitemaps(page.body, url=page.final_url) if page is not None and page.status in _OK else ()

    def read_page(self, page: FetchedPage) -> ProbedFeed:
        """A page that is a feed itself."""
        (read,) = self._pool.map("parse_feed", [(page.body, page.final_url, page.headers.get("content-type"))])
        return _with_feed(ProbedFeed(url=page.url, page=replace(page, body=b""), feed=None, error=None), read)

    def _body(self, page: FetchedPage) -> bytes:
        from wirecopy.archive import read_page  # noqa: PLC0415 - loaded only where something is fetched

        return read_page(self._folder, page.archive_ref).body


@contextmanager
def open_prober(settings: Settings) -> Iterator[Prober]:
    """A prober whose archive is a temporary folder, gone at the end."""
    # The HTTP library is loaded only where something is fetched.
    from wirecopy.archive import ArchiveWriter  # noqa: PLC0415
    from wirecopy.fetch.client import Fetcher  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="wirecopy-") as name, ArchiveWriter(Path(name), utc_now) as archive:
        prober = Prober(settings, Fetcher(settings, archive, utc_now), Path(name))
        try:
            yield prober
        finally:
            prober.close()


def _request(url: str, delay_s: float | None) -> FetchRequest:
    return FetchRequest(url=url, purpose=Purpose.FEED, source_id=SourceId("command-line"), delay_s=delay_s, robots=False)


def _as_probe(url: str, result: FetchResult) -> ProbedFeed:
    error = result.error
    if error is None and result.page is not None and result.page.status not in _OK:
        error = ContentError(url, f"answered {result.page.status}")
    return ProbedFeed(url=url, page=result.page, feed=None, error=error)


def _with_feed(probe: ProbedFeed, read: Any) -> ProbedFeed:
    if isinstance(read, ParsedFeed):
        # The entries of thousands of feeds fit into memory without their texts, which nobody asks for here.
        slim = tuple(FeedEntry(url=entry.url, published_at=entry.published_at) for entry in read.entries)
        return replace(probe, feed=replace(read, entries=slim))
    error = read if isinstance(read, WirecopyError) else ContentError(probe.url, read.reason)
    return replace(probe, error=error)
