"""robots.txt by RFC 9309."""

from __future__ import annotations

import asyncio
import gzip
from itertools import pairwise

import pytest

from wirecopy.archive import ArchiveWriter, scan
from wirecopy.clock import utc_now
from wirecopy.errors import (
    ConnectionFailed,
    FetchTimeout,
    RateLimited,
    RobotsDenied,
    ServerFailed,
    SitePaused,
    TooManyRedirects,
    TransientError,
)
from wirecopy.fetch.client import Fetcher
from wirecopy.fetch.guard import check_url
from wirecopy.fetch.robots import MAX_ROBOTS_BYTES, Robots, RobotsAnswer, parse_robots, product_token
from wirecopy.models import Purpose

A = "http://courier.test/a"
ROBOTS = "http://courier.test/robots.txt"
DENY = b"User-agent: *\nDisallow: /a\n"


@pytest.fixture
def ask(fetch):
    """Fetches pages with robots.txt obeyed."""
    return lambda *urls, **changes: fetch(*urls, robots=True, **changes)


def test_a_page_that_is_disallowed_is_not_fetched(web, ask):
    web.on(ROBOTS, web.reply(body=DENY))
    web.on("http://courier.test/b", web.reply())
    denied, allowed = ask(A, "http://courier.test/b")
    assert type(denied.error) is RobotsDenied
    assert "robots.txt of http://courier.test" in denied.error.message
    assert allowed.page.status == 200
    assert web.paths() == ["/robots.txt", "/b"]


def test_feeds_are_not_asked_about(web, ask, request_for):
    web.on(ROBOTS, web.reply(body=DENY))
    web.on(A, web.reply())
    assert ask(request_for(A, Purpose.FEED))[0].page.status == 200
    assert web.paths() == ["/a"]


def test_it_can_be_switched_off(web, fetch):
    web.on(ROBOTS, web.reply(body=DENY))
    web.on(A, web.reply())
    assert fetch(A, robots=False)[0].page.status == 200


def test_each_origin_is_asked_once_over_all_runs(web, settings, request_for):
    web.on(A, web.reply())
    web.on("http://bote.test/a", web.reply())
    values = settings(robots=True)
    with ArchiveWriter(values.archive_dir, utc_now) as archive:
        fetcher = Fetcher(values, archive)
        for _ in range(3):
            fetcher.run([request_for(A), request_for(A), request_for("http://bote.test/a")], lambda result: None)
    assert web.paths("courier.test").count("/robots.txt") == 1
    assert web.paths("bote.test").count("/robots.txt") == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 304])
def test_without_one_everything_may_be_fetched(web, ask, status):
    web.on(ROBOTS, web.reply(status, b"" if status == 304 else DENY))
    web.on(A, web.reply())
    assert ask(A)[0].page.status == 200


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_server_error_puts_the_page_off(web, ask, status):
    web.on(ROBOTS, web.reply(status))
    results = ask(A, "http://courier.test/b")
    assert [type(result.error) for result in results] == [ServerFailed] * 2
    assert results[0].error.message == f"robots.txt: answered {status}"
    assert web.paths() == ["/robots.txt"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_rate_limit_pauses_the_site(web, ask, request_for, status):
    web.on(ROBOTS, web.reply(status, Retry_After="60"))
    results = ask(A, request_for("http://courier.test/feed", Purpose.FEED))
    assert [type(result.error) for result in results] == [RateLimited, SitePaused]
    assert results[0].error.retry_after_s == 60
    assert web.paths() == ["/robots.txt"]


def test_silence_puts_the_page_off(web, ask):
    async def wait(writer, asked):
        await asyncio.sleep(30)

    web.on(ROBOTS, wait)
    web.on(A, web.reply())
    error = ask(A, timeout_s=0.4)[0].error
    assert type(error) is FetchTimeout
    assert error.message.startswith("robots.txt: ")


def test_a_broken_connection_puts_the_page_off(web, ask):
    async def hang_up(writer, asked):
        writer.close()

    web.on(ROBOTS, hang_up)
    assert type(ask(A)[0].error) is ConnectionFailed


def test_redirects_are_followed_five_times(web, ask):
    web.on(ROBOTS, web.reply(301, Location="http://bote.test/1"))
    for n in range(1, 5):
        web.on(f"http://bote.test/{n}", web.reply(302, Location=f"/{n + 1}"))
    web.on("http://bote.test/5", web.reply(body=DENY))
    assert type(ask(A)[0].error) is RobotsDenied


def test_a_longer_chain_counts_as_none(web, ask):
    web.on(ROBOTS, web.reply(301, Location="http://bote.test/1"))
    for n in range(1, 6):
        web.on(f"http://bote.test/{n}", web.reply(302, Location=f"/{n + 1}"))
    web.on("http://bote.test/6", web.reply(body=DENY))
    web.on(A, web.reply())
    assert ask(A)[0].page.status == 200
    assert "/6" not in web.paths("bote.test")


def test_each_site_of_a_redirect_is_asked(web, ask):
    web.on(A, web.reply(302, Location="http://bote.test/a"))
    web.on("http://bote.test/robots.txt", web.reply(body=DENY))
    web.on("http://bote.test/a", web.reply())
    assert type(ask(A)[0].error) is RobotsDenied
    assert "/a" not in web.paths("bote.test")


def test_it_lies_in_the_archive_but_is_no_answer(web, ask, settings):
    web.on(ROBOTS, web.reply(body=b"User-agent: *\nAllow: /\n"))
    web.on(A, web.reply(body=b"page"))
    ask(A)
    folder = settings().archive_dir
    assert [page.body for page in scan(folder)] == [b"page"]
    assert b"Allow: /" in b"".join(gzip.decompress(path.read_bytes()) for path in folder.rglob("*.warc.gz"))


def test_a_crawl_delay_is_obeyed(web, ask):
    web.on(ROBOTS, web.reply(body=b"User-agent: wirecopy\nCrawl-delay: 0.3\n"))
    for n in range(3):
        web.on(f"http://courier.test/{n}", web.reply())
    ask(*[f"http://courier.test/{n}" for n in range(3)])
    starts = [asked.at for asked in web.asked if asked.path != "/robots.txt"]
    assert all(later - earlier >= 0.27 for earlier, later in pairwise(starts))


def decide(body, path="/a", agent="Wirecopy/1.0 (+https://x.example)", **changes):
    """What a robots.txt says of a path: the crawl delay, or the error."""
    answer = RobotsAnswer(**{"status": 200, "body": body, "is_truncated": False, **changes})

    async def fetch(target):
        return answer

    return asyncio.run(Robots(agent).check(check_url(f"https://courier.example{path}"), fetch))


@pytest.mark.parametrize(
    ("body", "path", "is_allowed"),
    [
        (b"", "/a", True),
        (b"User-agent: *\nDisallow:\n", "/a", True),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", "/a", False),
        (b"User-agent: *\rDisallow: /\r", "/a", False),
        (b"User-agent: *\r\nDisallow: /\r\n", "/a", False),
        (b"USER-AGENT: WIRECOPY\nDISALLOW: /\n", "/a", False),
        (b"User-agent: Wirecopy/2.0\nDisallow: /\n", "/a", False),
        (b"User-agent: wire\nDisallow: /\n", "/a", True),
        (b"User-agent: wirecopybot\nDisallow: /\n", "/a", True),
        (b"User-agent: other\nDisallow: /\n", "/a", True),
        (b"User-agent: *\nDisallow: /\nUser-agent: wirecopy\nAllow: /\n", "/a", True),
        (b"User-agent: wirecopy\nDisallow: /a\n\nUser-agent: x\n\nUser-agent: wirecopy\nDisallow: /b\n", "/b", False),
        (b"User-agent: wire\nDisallow: /\nUser-agent: *\nAllow: /\n", "/a", True),
        (b"User agent:wirecopy # us\nDisallow: /\n", "/a", False),
        (b"User-agent: *\rDisallow: /b\rUser-agent: wirecopy/2\rDisallow: /\r", "/a", False),
        (b"User-agent: x\nUser-agent: wirecopy\nDisallow: /\n", "/a", False),
        (b"User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", True),
        (b"User-agent: *\nDisallow: /*.pdf$\n", "/x.pdf", False),
        (b"User-agent: *\nDisallow: /*.pdf$\n", "/x.pdf?y", True),
        (b"User-agent: *\nDisallow: /caf%C3%A9\n", "/café", False),
        ("User-agent: *\nDisallow: /café\n".encode(), "/caf%C3%A9", False),
        (b"User-agent: *\nDisallow: /a?id=\n", "/a?id=7", False),
        (b"User-agent: *\nDisallow: /\xff\xfe\n", "/a", True),
        (b"<html><body>Not found</body></html>", "/a", True),
        (b"\x00\x01\x02", "/a", True),
    ],
)
def test_rules(body, path, is_allowed):
    if is_allowed:
        assert decide(body, path) == 0
    else:
        with pytest.raises(RobotsDenied):
            decide(body, path)


@pytest.mark.parametrize(("stated", "seconds"), [("2", 2), ("1e9", 30), ("0", 0), ("-3", 0), ("soon", 0), ("nan", 0)])
def test_crawl_delays_are_clamped(stated, seconds):
    assert decide(f"User-agent: *\nCrawl-delay: {stated}\n".encode()) == seconds


def test_of_a_long_file_the_first_500_kib_count(web, ask):
    filler = b"# filler\n" * (MAX_ROBOTS_BYTES // 9)
    web.on(ROBOTS, web.reply(body=b"User-agent: *\nDisallow: /b\n" + filler + b"Disallow: /a\n"))
    web.on(A, web.reply())
    allowed, denied = ask(A, "http://courier.test/b")
    assert allowed.page.status == 200
    assert type(denied.error) is RobotsDenied


def test_a_line_that_was_cut_does_not_count():
    assert decide(b"User-agent: *\nDisallow: /b\nDisallow: /", "/a", is_truncated=True) == 0


def test_hostile_patterns_end_soon():
    body = b"User-agent: *\n" + b"Disallow: /" + b"*a" * 50 + b"b$\n"
    assert decide(body * 20, "/" + "a" * 2000) == 0


def test_what_is_known_is_forgotten_after_a_day():
    now, asked = [0.0], []
    robots = Robots("Wirecopy", now=lambda: now[0])
    target = check_url("https://courier.example/a")

    async def fetch(target):
        asked.append(now[0])
        return RobotsAnswer(status=500 if len(asked) == 1 else 200, body=b"", is_truncated=False)

    with pytest.raises(ServerFailed):
        asyncio.run(robots.check(target, fetch))
    for moment in (599, 601, 80_000, 87_002, 100_000):
        now[0] = moment
        try:
            asyncio.run(robots.check(target, fetch))
        except TransientError:
            assert moment == 599
    assert asked == [0, 601, 87_002]


def test_an_unreachable_robots_txt_is_no_refusal():
    async def fetch(target):
        raise TooManyRedirects("x", "y")

    assert asyncio.run(Robots("Wirecopy").check(check_url("https://courier.example/a"), fetch)) == 0


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [("Wirecopy/0.1 (+https://x)", "Wirecopy"), ("my-bot_x 2", "my-bot_x"), ("", "wirecopy"), ("7", "wirecopy")],
)
def test_product_token(user_agent, token):
    assert product_token(user_agent) == token


def test_parse_robots_reads_any_bytes():
    assert parse_robots(bytes(range(256)) * 10, "wirecopy").can_fetch("https://a.example/", "wirecopy")
