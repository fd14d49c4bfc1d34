"""Hostile servers: bombs, drips, floods and broken HTTP each end by their deadline with a reason, and every other feed is read."""

from __future__ import annotations

import asyncio
import gzip
import resource
import time
import zlib
from dataclasses import replace

import brotli
import pytest
from backports import zstd

from wirecopy.archive import scan

FINE = [f"http://site{n}.test/feed" for n in range(6)]
BAD = "http://courier.test/feed"
DEADLINE_S = 2.0
# The deadline, and what a machine that does other things needs to start workers and read six feeds.
MOST_S = DEADLINE_S + 20


async def slow_headers(writer, asked):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(10_000):
        writer.write(b"X-%d: y\r\n" % n)
        await writer.drain()
        await asyncio.sleep(0.1)


async def slow_body(writer, asked):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(10_000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def slow_chunks(writer, asked):
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(10_000):
        writer.write(b"1\r\nx\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)


async def silence(writer, asked):
    await asyncio.sleep(3600)


async def early_hints_without_end(writer, asked):
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def headers_of_100_mb(writer, asked):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(100):
        writer.write(b"X-%d: " % n + b"y" * 1_000_000 + b"\r\n")
        await writer.drain()
    writer.write(b"\r\n")


async def a_million_headers(writer, asked):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(1000):
        writer.write(b"A: b\r\n" * 1000)
        await writer.drain()
    writer.write(b"\r\n")


async def endless_body(writer, asked):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss><channel>")
    while True:
        writer.write(b"<item><title>x</title></item>" * 2000)
        await writer.drain()


def answer(head, body=b""):
    return head.replace(b"\n", b"\r\n") + b"\r\n\r\n" + body


SERVERS = {
    "slow headers": (slow_headers, "no whole answer within 2 s"),
    "slow body": (slow_body, "no whole answer within 2 s"),
    "slow chunks": (slow_chunks, "no whole answer within 2 s"),
    "silence": (silence, "no whole answer within 2 s"),
    "103s without end": (early_hints_without_end, "no whole answer within 2 s"),
    "100 MB of headers": (headers_of_100_mb, "the connection failed"),
    "a million headers": (a_million_headers, "the connection failed"),
    "two lengths": (answer(b"HTTP/1.1 200 OK\nContent-Length: 5\nContent-Length: 6", b"words"), "the connection failed"),
    "length and chunks": (
        answer(b"HTTP/1.1 200 OK\nContent-Length: 5\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
        "the connection failed",
    ),
    "negative length": (answer(b"HTTP/1.1 200 OK\nContent-Length: -5", b"words"), "the connection failed"),
    "wrong chunks": (answer(b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"xyz\r\nwords\r\n"), "the connection failed"),
    "chunk without end": (
        answer(b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"f" * 70_000 + b"\r\n"),
        "the connection failed",
    ),
    "redirect to a file": (
        answer(b"HTTP/1.1 302 Found\nLocation: file:///etc/passwd\nContent-Length: 0"),
        "redirects to file:",
    ),
    "redirect to itself": (answer(b"HTTP/1.1 302 Found\nLocation: /feed\nContent-Length: 0"), "redirects in a loop"),
    "coding in a coding": (
        answer(b"HTTP/1.1 200 OK\nContent-Encoding: gzip, gzip\nContent-Length: 2", b"xx"),
        "is sent in the coding gzip, gzip",
    ),
}


@pytest.mark.parametrize("name", SERVERS)
def test_a_hostile_server_ends_by_its_deadline_with_a_reason_and_hurts_no_other_feed(web, rig_of, feeds, name):
    script, reason = SERVERS[name]
    if not asyncio.iscoroutinefunction(script):
        fixed = script

        async def script(writer, asked):
            writer.write(fixed)

    web.on(BAD, script)
    for n, url in enumerate(FINE):
        web.on(url, web.reply(200, feeds.rss(3, host=f"site{n}.test")))
    rig = rig_of(BAD, *FINE, timeout_s=DEADLINE_S)
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counts = rig.poll()
    assert time.monotonic() - started < MOST_S
    assert counts == {"read": 6, "failed": 1, "discovered": 18}
    assert reason in rig.state(BAD).last_error
    assert rig.state(BAD).error_streak == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB, of the whole process


def zeros(coding, mb=256):
    """A feed that goes on in zeros without end, as a bomb."""
    start = b"<rss version='2.0'><channel><title>x</title><item><title>a</title><link>http://courier.test/a</link></item>"
    if coding == "br":
        packer = brotli.Compressor(quality=5)
        return b"".join([packer.process(start), *(packer.process(b" " * (1 << 20)) for _ in range(mb)), packer.finish()])
    packer = zstd.ZstdCompressor() if coding == "zstd" else zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([packer.compress(start), *(packer.compress(b" " * (1 << 20)) for _ in range(mb)), packer.flush()])


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_bomb_is_cut_and_its_beginning_kept(web, rig_of, feeds, coding):
    web.on(BAD, web.reply(200, zeros(coding), Content_Encoding=coding))
    web.on(FINE[0], web.reply(200, feeds.rss(3, host="site0.test")))
    rig = rig_of(BAD, FINE[0], max_bytes=1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rig.poll()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
    assert rig.state(FINE[0]).last_error is None
    kept = {page.url: page for page in scan(rig.settings.archive_dir)}
    assert (len(kept[BAD].body), kept[BAD].is_truncated) == (1_000_000, True)


def test_an_endless_body_is_cut(web, rig_of, feeds):
    web.on(BAD, endless_body)
    web.on(FINE[0], web.reply(200, feeds.rss(3, host="site0.test")))
    rig = rig_of(BAD, FINE[0], max_bytes=1_000_000, timeout_s=20)
    started = time.monotonic()
    rig.poll()
    assert time.monotonic() - started < 40
    assert rig.state(FINE[0]).last_error is None
    assert {page.url: page.is_truncated for page in scan(rig.settings.archive_dir)} == {BAD: True, FINE[0]: False}


def nested(depth):
    return b"<rss version='2.0'><channel>" + b"<a>" * depth + b"x" + b"</a>" * depth + b"</channel></rss>"


LAUGHS = (
    b"<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY a0 'lol'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><rss version='2.0'><channel><title>&a9;</title></channel></rss>"
)
QUADRATIC = (
    b"<?xml version='1.0'?><!DOCTYPE q [<!ENTITY a '" + b"x" * 50_000 + b"'>]><rss version='2.0'><channel><title>"
    b"" + b"&a;" * 20_000 + b"</title></channel></rss>"
)
XML = {
    "billion laughs": LAUGHS,
    "quadratic entity": QUADRATIC,
    "nested a million deep": nested(1_000_000),
    "300,000 attributes": b"<rss " + b"".join(b"a%d='x' " % n for n in range(300_000)) + b"><channel/></rss>",
    "a file of this machine": b"<!DOCTYPE f [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel><title>&x;</title></channel></rss>",
    "a gzip bomb inside": gzip.compress(bytes(50_000_000)),
}


@pytest.mark.parametrize("name", XML)
def test_an_xml_bomb_stays_in_its_worker(web, rig_of, feeds, name):
    web.on(BAD, web.reply(200, XML[name], Content_Type="application/rss+xml"))
    web.on(FINE[0], web.reply(200, feeds.rss(3, host="site0.test")))
    memory = 1_000_000_000
    rig = rig_of(BAD, FINE[0], worker_timeout_s=5, worker_memory_bytes=memory)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rig.poll()
    assert time.monotonic() - started < 30
    assert rig.state(FINE[0]).last_error is None
    assert rig.state(BAD).last_error is not None or not any("root:" in str(row.entry_title) for row in rig.rows().values())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
    # The largest child that ever ended, in kB; a worker's address space is bounded, so this is too.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(largest, memory // 1024)


def test_a_header_injected_into_an_etag_is_never_sent(web, rig_of, feeds):
    web.on(BAD, web.reply(200, feeds.rss(1), ETag='"a"\rX-Injected: 1'), web.reply(200, feeds.rss(2)))
    web.on(FINE[0], web.reply(200, feeds.rss(3, host="site0.test")))
    rig = rig_of(BAD, FINE[0])
    rig.poll()
    rig.clock.advance(days=1)
    rig.poll()
    assert all(asked.header("x-injected") is None for asked in web.asked)
    assert rig.state(FINE[0]).last_error is None


def test_a_validator_stored_with_line_breaks_is_left_out(web, rig_of, feeds):
    """However it came into the store."""
    web.on(BAD, web.reply(200, feeds.rss(1), ETag='"a"'), web.reply(200, feeds.rss(2)))
    rig = rig_of(BAD)
    rig.poll()
    with rig.store() as store:
        store.feeds.save([replace(store.feeds.all()[0], etag='"a"\r\nX-Injected: 1')])
    rig.clock.advance(days=1)
    rig.poll()
    assert len(web.asked) == 2
    assert web.asked[1].header("if-none-match") is None
    assert web.asked[1].header("x-injected") is None


def test_a_huge_cookie_is_never_sent_back(web, rig_of, feeds):
    web.on(BAD, web.reply(200, feeds.rss(1), Set_Cookie="id=" + "x" * 60_000 + "; Path=/", ETag='"a"'), web.reply(304))
    rig = rig_of(BAD)
    rig.poll()
    rig.clock.advance(days=1)
    rig.poll()
    assert len(web.asked) == 2
    assert all(asked.header("cookie") is None for asked in web.asked)
