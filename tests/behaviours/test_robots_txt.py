"""Row 15: robots.txt by RFC 9309, for pages and sitemaps; feeds are published to be polled."""

from __future__ import annotations

import asyncio

import pytest

from wirecopy.archive import ArchiveWriter
from wirecopy.errors import RobotsDenied
from wirecopy.fetch.client import Fetcher
from wirecopy.models import FetchRequest, Purpose, SourceId
from wirecopy.outcomes import State

FEED = "http://courier.test/feed"
PAGE = "http://courier.test/story-0"
ROBOTS = "http://courier.test/robots.txt"
DENY = "User-agent: *\nDisallow: /\n"


async def silence(writer, asked):
    await asyncio.sleep(3600)


def run(web, rig_of, feeds, robots, **changes):
    """A round over a feed of one entry; the entry's row."""
    web.on(FEED, web.reply(200, feeds.rss(1)))
    web.on(PAGE, web.reply(200, feeds.page(), Content_Type="text/html"))
    web.on(ROBOTS, robots)
    rig = rig_of(FEED, robots=True, **changes)
    rig.run_round()
    return rig.rows()[PAGE]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418])
def test_a_4xx_forbids_nothing(web, rig_of, feeds, status):
    assert run(web, rig_of, feeds, web.reply(status, DENY)).state is State.INDEXED


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_5xx_forbids_everything_for_a_while(web, rig_of, feeds, status):
    row = run(web, rig_of, feeds, web.reply(status, b""))
    assert row.state is State.RETRYING
    assert PAGE not in web.urls()


def test_silence_forbids_everything_for_a_while(web, rig_of, feeds):
    row = run(web, rig_of, feeds, silence, timeout_s=1)
    assert row.state is State.RETRYING
    assert PAGE not in web.urls()


def test_a_page_refused_is_an_outcome(web, rig_of, feeds):
    row = run(web, rig_of, feeds, web.reply(200, DENY))
    assert row.state is State.REFUSED_BY_ROBOTS
    assert "robots.txt" in row.reason
    assert web.urls() == [FEED, ROBOTS]


@pytest.mark.parametrize(
    ("body", "is_denied"),
    [
        (b"\xef\xbb\xbf" + DENY.encode(), True),
        (b"User-agent: other\nDisallow: /\n\nUser-agent: wirecopy\nDisallow: /x\n\nUser-agent: Wirecopy\nDisallow: /story\n", True),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: wirecopy\nAllow: /\n", False),
        (b"User-agent: *\nDisallow: /*-0$\n", True),
        (b"User-agent: *\nDisallow: /*-1$\n", False),
        (b"User-agent: *\nDisallow: /\nAllow: /story\n", False),
        (b"User-agent: *\nDisallow:\n", False),
        (b"<!doctype html><p>Not found</p>", False),
        (b"# " + b"x" * 600_000 + b"\n" + DENY.encode(), False),
        (DENY.encode() + b"# " + b"x" * 600_000, True),
        (b"\xff\xfe\x00" * 100, False),
    ],
    ids=["BOM", "groups merge", "own group", "wildcard", "other wildcard", "longest match", "empty", "HTML", "600 kB before", "600 kB after", "bytes"],
)  # fmt: skip
def test_the_file_is_read_by_the_rfc(web, rig_of, feeds, body, is_denied):
    row = run(web, rig_of, feeds, web.reply(200, body, Content_Type="text/plain"))
    assert row.state is (State.REFUSED_BY_ROBOTS if is_denied else State.INDEXED)


def test_it_is_asked_once_for_all_pages_and_never_for_feeds(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(5)))
    web.on(ROBOTS, web.reply(200, "User-agent: *\nAllow: /\n"))
    for n in range(5):
        web.on(f"http://courier.test/story-{n}", web.reply(200, feeds.page(f"Story {n}"), Content_Type="text/html"))
    rig_of(FEED, robots=True).run_round()
    assert web.urls().count(ROBOTS) == 1
    assert web.urls()[:2] == [FEED, ROBOTS]


def test_redirects_of_it_are_followed(web, rig_of, feeds):
    web.on("http://bote.test/robots", web.reply(200, DENY))
    assert run(web, rig_of, feeds, web.reply(301, Location="http://bote.test/robots")).state is State.REFUSED_BY_ROBOTS


def test_a_sitemap_is_asked_about_too(web, rig_of):
    web.on(ROBOTS, web.reply(200, "User-agent: *\nDisallow: /private\n"))
    web.on("http://courier.test/sitemap.xml", web.reply(200, b"<urlset/>"))
    rig = rig_of(robots=True)
    results = []
    requests = [
        FetchRequest(url=f"http://courier.test/{path}", purpose=Purpose.SITEMAP, source_id=SourceId("courier"))
        for path in ("private/sitemap.xml", "sitemap.xml")
    ]
    with ArchiveWriter(rig.settings.archive_dir, rig.clock) as archive:
        Fetcher(rig.settings, archive, rig.clock).run(requests, results.append)
    assert type(results[0].error) is RobotsDenied
    assert results[1].page.status == 200
    assert web.urls() == [ROBOTS, "http://courier.test/sitemap.xml"]


def test_an_endless_crawl_delay_is_clamped(web, rig_of, feeds):
    row = run(web, rig_of, feeds, web.reply(200, "User-agent: *\nCrawl-delay: 1e9\nDisallow: /x\n"))
    assert row.state is State.INDEXED  # the first page of a site waits for no page before it
