"""Row 14: one request in flight for each site, a delay between two, and no host that holds up another."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

from wirecopy.fetch.guard import check_url
from wirecopy.models import Source, SourceId

SITES = 40
OF_ONE = [f"http://courier.test/feed-{n}" for n in range(100)]
OTHERS = [f"http://site{n}.test/feed" for n in range(SITES)]


def slowly(body, seconds):
    async def send(writer, asked):
        await asyncio.sleep(seconds)
        writer.write(body)

    return send


def serve_all(web, feeds, seconds=0.02):
    for n, url in enumerate(OF_ONE):
        web.on(url, slowly(web.reply(200, feeds.rss([f"a-{n}"])), seconds))
    for n, url in enumerate(OTHERS):
        web.on(url, slowly(web.reply(200, feeds.rss([f"b-{n}"], host=f"site{n}.test")), seconds))


def test_a_hundred_feeds_of_one_host_among_many_never_two_in_flight(web, rig_of, feeds):
    serve_all(web, feeds)
    counts = rig_of(*OF_ONE, *OTHERS).poll()
    assert counts["read"] == len(OF_ONE) + SITES
    assert web.most_open["courier.test"] == 1
    assert set(web.most_open.values()) == {1}
    assert web.paths("courier.test") == [f"/feed-{n}" for n in range(100)]


def test_no_head_of_line_blocking_the_others_are_done_while_the_one_goes_on(web, rig_of, feeds):
    """The hundred of one host stand first in the queue and bound nothing: 8 in flight at most, and 40 others."""
    serve_all(web, feeds)
    rig_of(*OF_ONE, *OTHERS, concurrency=8).poll()
    at = {asked.url: asked.at for asked in web.asked}
    assert max(at[url] for url in OTHERS) < at[OF_ONE[40]]


def test_the_delay_is_kept_between_requests_to_one_host_and_only_there(web, rig_of, feeds):
    mine, others = OF_ONE[:4], OTHERS[:6]
    serve_all(web, feeds, 0)
    rig_of(*mine, *others, delay_s=0.3).poll()
    starts = [asked.at for asked in web.asked if asked.host == "courier.test"]
    assert all(later - earlier >= 0.28 for earlier, later in pairwise(starts))
    at = {asked.url: asked.at for asked in web.asked}
    assert max(at[url] for url in others) - min(at.values()) < 0.28


def test_the_hosts_of_one_domain_share_a_turn(web, rig_of, feeds):
    flying = {"now": 0, "most": 0}

    async def slowly(writer, asked):
        flying["now"] += 1
        flying["most"] = max(flying["most"], flying["now"])
        await asyncio.sleep(0.03)
        flying["now"] -= 1
        writer.write(web.reply(200, feeds.rss([asked.path.strip("/")], host=asked.host)))

    urls = [f"http://{host}/feed{n}" for host in ("courier.test", "www.courier.test") for n in range(3)]
    for url in urls:
        web.on(url, slowly)
    assert rig_of(*urls).poll()["read"] == 6
    assert flying["most"] == 1
    assert check_url("http://a.co.uk/").site != check_url("http://b.co.uk/").site


def test_a_sources_own_delay_is_kept(web, rig_of, feeds):
    mine = OF_ONE[:3]
    serve_all(web, feeds, 0)
    rig_of(Source(id=SourceId("courier"), name="Courier", feeds=tuple(mine), delay_s=0.25), delay_s=0).poll()
    starts = [asked.at for asked in web.asked]
    assert all(later - earlier >= 0.23 for earlier, later in pairwise(starts))


def test_a_host_that_never_answers_holds_up_nobody(web, rig_of, feeds):
    serve_all(web, feeds, 0)
    for url in OF_ONE[:3]:
        web.on(url, slowly(b"", 3600))
    started = time.monotonic()
    counts = rig_of(*OF_ONE[:3], *OTHERS, timeout_s=2, concurrency=4).poll()
    assert counts["read"] == SITES
    assert counts["failed"] == 3
    assert time.monotonic() - started < 30
    at = {asked.url: asked.at for asked in web.asked}
    assert max(at[url] for url in OTHERS) - min(at.values()) < 2
