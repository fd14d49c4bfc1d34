"""Politeness: one request at a time to a site, a pause between two, and nobody held up by another."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from itertools import pairwise

import pytest

from wirecopy.archive import ArchiveWriter
from wirecopy.errors import RateLimited, SitePaused
from wirecopy.fetch.client import Fetcher
from wirecopy.fetch.politeness import PAUSE_S, Turns, parse_retry_after
from wirecopy.models import Purpose

NOW = datetime(2026, 11, 22, 8, 30, 5, tzinfo=UTC)


def slowly(web, seconds):
    async def answer(writer, asked):
        await asyncio.sleep(seconds)
        writer.write(web.reply())

    return answer


def test_one_request_in_flight_for_each_site_and_others_go_on(web, fetch):
    for n in range(6):
        web.on(f"http://courier.test/{n}", slowly(web, 0.1))
        web.on(f"http://site{n}.test/x", slowly(web, 0.1))
    urls = [f"http://courier.test/{n}" for n in range(6)] + [f"http://site{n}.test/x" for n in range(6)]
    assert all(result.page.status == 200 for result in fetch(*urls))
    assert web.most_open["courier.test"] == 1
    at = {(asked.host, asked.path): asked.at for asked in web.asked}
    # Nobody waits for the six of one site that were queued first.
    assert max(at[f"site{n}.test", "/x"] for n in range(6)) < at["courier.test", "/2"]
    assert web.paths("courier.test") == [f"/{n}" for n in range(6)]


def test_the_delay_lies_between_the_starts(web, fetch, request_for):
    for n in range(3):
        web.on(f"http://courier.test/{n}", web.reply())
        web.on(f"http://bote.test/{n}", web.reply())
    requests = [request_for(f"http://courier.test/{n}", delay_s=0.2) for n in range(3)]
    requests += [request_for(f"http://bote.test/{n}") for n in range(3)]
    fetch(*requests, delay_s=0.1)
    for host, delay in (("courier.test", 0.2), ("bote.test", 0.1)):
        starts = [asked.at for asked in web.asked if asked.host == host]
        gaps = [later - earlier for earlier, later in pairwise(starts)]
        assert all(delay * 0.9 <= gap < delay + 0.5 for gap in gaps)


def test_a_delay_of_nothing_overrides_the_default(web, fetch, request_for):
    for n in range(3):
        web.on(f"http://courier.test/{n}", web.reply())
    fetch(*[request_for(f"http://courier.test/{n}", delay_s=0.0) for n in range(3)], delay_s=60)
    assert len(web.asked) == 3


def test_the_delay_lasts_from_one_run_to_the_next(web, settings, request_for):
    web.on("http://courier.test/a", web.reply())
    values = settings(delay_s=0.3)
    with ArchiveWriter(values.archive_dir, lambda: NOW) as archive:
        fetcher = Fetcher(values, archive)
        for _ in range(3):
            fetcher.run([request_for("http://courier.test/a")], lambda result: None)
    starts = [asked.at for asked in web.asked]
    assert all(later - earlier >= 0.27 for earlier, later in pairwise(starts))


def test_the_number_in_flight_is_bounded(web, fetch):
    for n in range(12):
        web.on(f"http://site{n}.test/x", slowly(web, 0.05))
    open_at_once = []

    async def watch(writer, asked):
        open_at_once.append(sum(web.open_now.values()))
        await asyncio.sleep(0.05)
        writer.write(web.reply())

    for n in range(12):
        web.on(f"http://site{n}.test/x", watch)
    fetch(*[f"http://site{n}.test/x" for n in range(12)], concurrency=3)
    assert max(open_at_once) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_a_rate_limit_pauses_the_whole_site(web, fetch, status):
    web.on("http://courier.test/0", web.reply())
    web.on("http://courier.test/1", web.reply(status, Retry_After="77"))
    web.on("http://bote.test/x", web.reply())
    results = fetch(*[f"http://courier.test/{n}" for n in range(5)], "http://bote.test/x")
    assert results[0].page.status == 200
    assert [type(result.error) for result in results[1:5]] == [RateLimited, *[SitePaused] * 3]
    assert results[1].error.retry_after_s == 77
    assert all(70 < result.error.retry_after_s <= 77 for result in results[2:5])
    assert results[5].page.status == 200
    assert web.paths("courier.test") == ["/0", "/1"]


def test_a_pause_lasts_into_the_next_run(web, settings, request_for):
    web.on("http://courier.test/a", web.reply(429))
    values = settings()
    results = []
    with ArchiveWriter(values.archive_dir, lambda: NOW) as archive:
        fetcher = Fetcher(values, archive)
        for _ in range(2):
            fetcher.run([request_for("http://courier.test/a")], results.append)
    assert len(web.asked) == 1
    assert results[0].error.retry_after_s is None
    assert PAUSE_S - 10 < results[1].error.retry_after_s <= PAUSE_S


def test_a_redirect_waits_for_the_turn_of_the_site_it_leads_to(web, fetch):
    for n in range(6):
        web.on(f"http://site{n}.test/x", web.reply(302, Location=f"http://courier.test/{n}"))
        web.on(f"http://courier.test/{n}", slowly(web, 0.05))
    results = fetch(*[f"http://site{n}.test/x" for n in range(6)], "http://courier.test/0")
    assert all(result.page.status == 200 for result in results)
    assert web.most_open["courier.test"] == 1


def test_waiting_for_a_turn_does_not_count_towards_the_deadline(web, fetch):
    for n in range(6):
        web.on(f"http://site{n}.test/x", web.reply(302, Location=f"http://courier.test/{n}"))
        web.on(f"http://courier.test/{n}", slowly(web, 0.3))
    results = fetch(*[f"http://site{n}.test/x" for n in range(6)], timeout_s=0.9)
    assert all(result.page.status == 200 for result in results)


def test_redirects_across_sites_both_ways_do_not_lock_up(web, fetch):
    for n in range(8):
        web.on(f"http://courier.test/{n}", web.reply(302, Location=f"http://bote.test/to{n}"))
        web.on(f"http://bote.test/{n}", web.reply(302, Location=f"http://courier.test/to{n}"))
        web.on(f"http://bote.test/to{n}", web.reply())
        web.on(f"http://courier.test/to{n}", web.reply())
    urls = [f"http://{host}/{n}" for n in range(8) for host in ("courier.test", "bote.test")]
    results = fetch(*urls, concurrency=2)
    assert all(result.page.status == 200 for result in results)
    assert web.most_open == {"courier.test": 1, "bote.test": 1}


def test_a_redirect_within_a_site_keeps_its_turn(web, fetch, request_for):
    web.on("http://courier.test/a", web.reply(302, Location="/b"))
    web.on("http://courier.test/b", web.reply())
    assert fetch(request_for("http://courier.test/a", Purpose.FEED), delay_s=60)[0].page.status == 200


def test_turns_without_a_server():
    now = [NOW]
    turns = Turns(0, clock=lambda: now[0])

    async def take():
        async with turns.turn("courier.test"):
            return True

    assert asyncio.run(take())
    turns.pause("courier.test", 30, "answered 429")
    turns.pause("courier.test", 10, "answered 503")  # a shorter one does not end the longer
    turns.forget_loop()
    now[0] = NOW + timedelta(seconds=29)
    with pytest.raises(RateLimited, match="answered 429") as caught:
        asyncio.run(take())
    assert caught.value.retry_after_s == 1
    now[0] = NOW + timedelta(seconds=30)
    turns.forget_loop()
    assert asyncio.run(take())


def test_a_pause_can_be_handed_on():
    turns, others = Turns(0, clock=lambda: NOW), Turns(0, clock=lambda: NOW)
    turns.pause("b.test", 60, "answered 429")
    turns.pause("a.test", None, "answered 503")
    turns.pause("c.test", 0, "answered 503")  # nothing to wait for
    arisen = turns.take_arisen()
    assert [(pause.site, (pause.until - NOW).total_seconds()) for pause in arisen] == [("a.test", PAUSE_S), ("b.test", 60)]
    assert turns.take_arisen() == ()
    others.load(arisen)
    assert others.take_arisen() == ()  # they arose elsewhere

    async def take(site):
        async with others.turn(site):
            return True

    with pytest.raises(SitePaused, match="not sent"):
        asyncio.run(take("a.test"))
    assert asyncio.run(take("c.test"))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 60 ", 60),
        ("9" * 18, 86_400),
        ("9" * 500, None),
        ("1.5", None),
        ("-1", None),
        ("1e9", None),
        ("", None),
        (None, None),
        ("Sun, 22 Nov 2026 08:31:05 GMT", 60),
        ("Sunday, 22-Nov-26 08:31:05 GMT", 60),
        ("Sun Nov 22 08:31:05 2026", 60),
        (format_datetime(NOW.astimezone(timezone(timedelta(hours=2))) + timedelta(seconds=90)), 90),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 86_400),
        ("Foo, 99 Bar 2026 25:61:61 XXX", None),
        ("\ud800", None),
    ],
)
def test_retry_after(value, seconds):
    assert parse_retry_after(value, NOW) == seconds
