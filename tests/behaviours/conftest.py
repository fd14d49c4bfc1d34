"""Wirecopy on loopback: a scripted web, a clock that the test moves, and a rig that runs the real pipeline over both.

    def test_something(web, rig_of, feeds):
        web.on("http://courier.test/feed", web.reply(200, feeds.rss(20), ETag='"a"'), web.reply(304))
        rig = rig_of("http://courier.test/feed")
        assert rig.poll() == {"read": 1, "discovered": 20}
        rig.clock.advance(hours=1)
        rig.poll()
        assert web.asked[-1].header("if-none-match") == b'"a"'
        assert rig.state().etag == '"a"'

Each `rig.poll()` opens the pipeline anew, as another process would: what must outlive a process has to be in the store.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

import pytest

from wirecopy.models import Source, SourceId
from wirecopy.pipeline import open_pipeline
from wirecopy.settings import LoopbackRule, Settings
from wirecopy.store import open_store

NOW = datetime(2026, 11, 23, 8, 30, 5, tzinfo=UTC)  # a Monday
HOSTS = ("courier.test", "www.courier.test", "bote.test", "kurier.test", "cdn.test", *(f"site{n}.test" for n in range(60)))
WRAPPERS = ("t.co", "bit.ly", "dlvr.it", "feedproxy.google.com")
"""Known redirectors, answered by the same server."""
DEAD_HOSTS = tuple(f"dead{n}.test" for n in range(12))
"""Their connections are refused."""


def reply(status=200, body=b"", **headers):
    """The bytes of an HTTP answer; `_` in names of headers stands for `-`; a header of None is left out."""
    body = body.encode() if isinstance(body, str) else body
    fields = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"HTTP/1.1 {status} Words".encode(), *(f"{k}: {v}".encode("latin-1") for k, v in fields.items() if v is not None)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def http_date(moment):
    """The form of dates in HTTP headers and in RSS."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


@dataclass
class Asked:
    """A request as it came; `form` is the body of a POST."""

    method: str
    host: str
    path: str
    head: bytes
    at: float
    form: bytes = b""

    @property
    def url(self):
        return f"http://{self.host}{self.path}"

    def header(self, name):
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.lower().encode():
                return value.strip()
        return None


@dataclass
class Web:
    """A server whose answers are scripted by host and path; the last of several answers repeats.

    An answer is bytes, a function of `asked` that gives bytes, or an async function of `(writer, asked)` that writes what it
    likes (the connection is closed after it). What is not scripted is 404.
    """

    port: int = 0
    connections: int = 0
    open_now: dict = field(default_factory=dict)
    most_open: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    script: dict = field(default_factory=dict)

    reply = staticmethod(reply)

    def on(self, url, *answers):
        host, _, path = url.removeprefix("http://").partition("/")
        self.script[host, f"/{path}"] = list(answers)

    def paths(self, host=None):
        return [asked.path for asked in self.asked if host in (None, asked.host)]

    def urls(self):
        return [asked.url for asked in self.asked]

    def last(self, url):
        """The last request for a URL."""
        return [asked for asked in self.asked if asked.url == url][-1]

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                method, path = head.split(b" ")[:2]
                asked = Asked(method.decode(), "", path.decode(), head, asyncio.get_running_loop().time())
                asked.host = (asked.header("host") or b"").decode()
                asked.form = await reader.readexactly(int(asked.header("content-length") or 0))
                self.asked.append(asked)
                answers = self.script.get((asked.host, asked.path)) or [reply(404, b"nothing here")]
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                self.open_now[asked.host] = self.open_now.get(asked.host, 0) + 1
                self.most_open[asked.host] = max(self.most_open.get(asked.host, 0), self.open_now[asked.host])
                try:
                    if inspect.iscoroutinefunction(answer):
                        await answer(writer, asked)
                    else:
                        writer.write(answer(asked) if callable(answer) else answer)
                    await writer.drain()
                finally:
                    self.open_now[asked.host] -= 1
                if asked.header("connection") == b"close" or inspect.iscoroutinefunction(answer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
def web():
    """A running server."""
    served = Web()
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    stop = asyncio.Event()

    async def main():
        server = await asyncio.start_server(served.serve, "127.0.0.1", 0, limit=1 << 20, backlog=512)
        served.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=lambda: (loop.run_until_complete(main()), loop.close()), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield served
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    assert not thread.is_alive()


@dataclass
class FakeClock:
    """Stands still until it is told to move."""

    now: datetime = NOW

    def __call__(self):
        return self.now

    def advance(self, **spans):
        """Move on by `timedelta(**spans)`."""
        self.now += timedelta(**spans)
        return self.now


@pytest.fixture
def clock():
    """The clock of the rigs, at Monday 2026-11-23 08:30:05 UTC."""
    return FakeClock()


class Feeds:
    """Makes bodies of feeds and pages."""

    @staticmethod
    def item(slug, *, host="courier.test", title=None, guid=None, published=None, link=None, extra=""):
        """An RSS item; its link is `http://HOST/SLUG`, its guid only what is given."""
        parts = [
            f"<title>{escape(title or f'Story {slug}')}</title>",
            f"<link>{escape(link or f'http://{host}/{slug}')}</link>",
        ]
        if guid is not None:
            parts.append(f'<guid isPermaLink="false">{escape(guid)}</guid>')
        if published is not None:
            parts.append(f"<pubDate>{published if isinstance(published, str) else http_date(published)}</pubDate>")
        return f"<item>{''.join(parts)}{extra}</item>"

    @classmethod
    def rss(cls, items, *, host="courier.test", title="The Courier", channel=""):
        """An RSS 2.0 body.

        Args:
            items: How many (`story-0` first), or slugs, or ready `<item>` elements from `item`.
            host: Of the slugs' links.
            title: The feed's own.
            channel: Elements put into the channel, such as `<ttl>60</ttl>`.
        """
        slugs = [f"story-{n}" for n in range(items)] if isinstance(items, int) else items
        body = "".join(slug if slug.startswith("<item>") else cls.item(slug, host=host) for slug in slugs)
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
            f'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>{escape(title)}</title><link>http://{host}/</link>'
            f"{channel}{body}</channel></rss>"
        ).encode()

    @staticmethod
    def page(title="A bridge opens", *, text=None, head=""):
        """An HTML article that is long enough to be read."""
        text = text or (
            f"{title}: the council of the town opened the new bridge over the river on Monday after four years of work. "
            "Several hundred people came to see the mayor cut the ribbon, and the first buses crossed at noon. The old bridge, "
            "built in 1911, stays open for those who walk. Shopkeepers on the northern bank said that they had waited long."
        )
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head><body>'
            f"<article><h1>{escape(title)}</h1><p>{escape(text)}</p></article></body></html>"
        ).encode()

    http_date = staticmethod(http_date)


@pytest.fixture
def feeds():
    """Makes bodies of feeds and pages."""
    return Feeds


class Rig:
    """Settings, sources, a clock and a SQLite store in a folder of the test's own, and the real pipeline over them."""

    def __init__(self, settings, sources, clock):
        self.settings = settings
        self.sources = tuple(sources)
        self.clock = clock

    @contextmanager
    def open(self):
        """The pipeline, as a process has it."""
        with open_pipeline(self.settings, self.sources, clock=self.clock) as pipeline:
            yield pipeline

    def poll(self, *urls):
        """Poll these feeds, or every feed of the sources, in a fresh process; the counts, without those that are 0."""
        with self.open() as pipeline:
            counts = pipeline.poll(urls or [feed for source in self.sources for feed in source.feeds])
        return {name: count for name, count in counts.items() if count}

    def poll_due(self):
        """Poll what is due, in one batch; the counts, without those that are 0."""
        with self.open() as pipeline:
            counts = pipeline.poll([url for batch in pipeline.due_feed_batches() for url in batch])
        return {name: count for name, count in counts.items() if count}

    def run_round(self):
        """A whole round in a fresh process; its report."""
        with self.open() as pipeline:
            return pipeline.run_round()

    @contextmanager
    def store(self):
        """The store, with nothing else open."""
        store = open_store(self.settings.store_url)
        try:
            yield store
        finally:
            store.close()

    def state(self, url=None):
        """What is remembered of a feed; of the only one, if none is named."""
        with self.store() as store:
            if url is None:
                (state,) = store.feeds.all()
                return state
            return store.feeds.get([url])[url]

    def events(self, url=None):
        """The kinds of a feed's events, oldest first."""
        return [event.kind for event in self.state(url).events]

    def rows(self):
        """Every ledger row, by URL."""
        with self.store() as store:
            return {row.url: row for row in store.ledger.rows(limit=100_000)}

    def documents(self):
        """Every indexed document, by URL."""
        with self.store() as store:
            return {document.article.url: document for document in store.documents.scan()}

    def next_wait(self, url=None):
        """From now until the feed's next poll."""
        return self.state(url).next_poll_at - self.clock()


@pytest.fixture
def refusing_port():
    """A port of this machine at which connections are refused while the test lasts."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, so that nobody else gets it; not listening, so that it refuses
        yield held.getsockname()[1]


@pytest.fixture
def rig_of(web, clock, tmp_path, refusing_port):
    """Makes a rig: `rig_of("http://courier.test/feed", …, robots=True)`.

    Args:
        feeds: Addresses of feeds: those of one host are a source whose id is the host's first label. Or ready `Source`s.
        changes: Settings other than a delay of 0, one worker and no robots.txt. A changed `data` makes a second store.
    """

    def make(*feeds, **changes):
        rules = [LoopbackRule(host=host, port=80, address="127.0.0.1", dial_port=web.port) for host in HOSTS + WRAPPERS]
        rules += [LoopbackRule(host=host, port=80, address="127.0.0.1", dial_port=refusing_port) for host in DEAD_HOSTS]
        values = {"data": tmp_path / "data", "loopback": tuple(rules), "delay_s": 0, "timeout_s": 5, "robots": False}
        settings = Settings(**{**values, "worker_count": 1, **changes})
        sources = {}
        for feed in feeds:
            if isinstance(feed, Source):
                sources[feed.id] = feed
                continue
            name = SourceId(re.match(r"https?://(?:www\.)?([^./]+)", feed)[1])
            known = sources.get(name) or Source(id=name, name=str(name).title(), feeds=())
            sources[name] = replace(known, feeds=(*known.feeds, feed))
        return Rig(settings, sources.values(), clock)

    return make
