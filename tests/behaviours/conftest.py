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

import re
import socket
from contextlib import contextmanager
from dataclasses import dataclass, replace
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


def http_date(moment):
    """The form of dates in HTTP headers and in RSS."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


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
