"""Fetching, against a scripted web on loopback: one result for each request, whatever happens."""

from __future__ import annotations

import asyncio
import gzip
import logging
import random
import resource
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta

import brotli
import pytest
from backports import zstd

from wirecopy.archive import ArchiveWriter, read_page, scan
from wirecopy.errors import (
    ConnectionFailed,
    FetchTimeout,
    HostSilent,
    PermanentError,
    RateLimited,
    ServerFailed,
    StoreUnavailable,
    TooManyRedirects,
    TransientError,
)
from wirecopy.fetch.client import Fetcher
from wirecopy.models import Purpose
from wirecopy.settings import LoopbackRule

NOW = datetime(2026, 11, 22, 8, 30, 5, tzinfo=UTC)
A = "http://courier.test/a"


def test_a_page_is_fetched_and_lies_in_the_archive(web, fetch, settings):
    web.on(A, web.reply(body=b"<p>Hi</p>", Content_Type="text/html; charset=utf-8", X_Twice="1", x_twice="2"))
    page = fetch(A)[0].page
    assert (page.url, page.final_url, page.status, page.body, page.is_truncated) == (A, A, 200, b"<p>Hi</p>", False)
    assert page.content_type == "text/html"
    assert page.headers["x-twice"] == "1, 2"
    assert page.fetched_at == NOW
    assert read_page(settings().archive_dir, page.archive_ref) == page


def test_what_is_sent(web, fetch, request_for):
    web.on(A, web.reply(Set_Cookie="a=1"), web.reply())
    fetch(A, A, user_agent="Wirecopy/9 (+https://desk.example)")
    for asked in web.asked:
        assert asked.header("user-agent") == b"Wirecopy/9 (+https://desk.example)"
        assert asked.header("host") == b"courier.test"
        assert asked.header("accept").startswith(b"text/html")
        assert asked.header("cookie") is None
        assert asked.header("referer") is None
        assert asked.header("if-none-match") is None
    fetch(request_for(A, Purpose.FEED))
    assert web.asked[-1].header("accept").startswith(b"application/atom+xml")


def test_no_proxy_is_taken_from_the_environment(web, fetch, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    web.on(A, web.reply())
    assert fetch(A)[0].page.status == 200


@pytest.mark.parametrize("status", [200, 203, 304, 400, 401, 403, 404, 410, 418, 451])
def test_a_status_is_a_page(web, fetch, status):
    web.on(A, web.reply(status, b"" if status == 304 else b"words"))
    page = fetch(A)[0].page
    assert page.status == status
    assert page.body == (b"" if status == 304 else b"words")


@pytest.mark.parametrize("status", [500, 502, 504, 599])
def test_a_server_error_is_an_error_and_archived(web, fetch, settings, status):
    web.on(A, web.reply(status, b"broken"))
    result = fetch(A)[0]
    assert type(result.error) is ServerFailed
    assert f"answered {status}" in result.error.message
    assert [(page.status, page.body) for page in scan(settings().archive_dir)] == [(status, b"broken")]


# Validators


@pytest.mark.parametrize(
    "etag",
    [
        '"a"',
        'W/"a b"',
        "bare",
        '"caf\xc3\xa9"',  # UTF-8
        '"caf\xe9"',  # Latin-1
        "\x80\xff\xc3",
        '"\xef\x9e\x80 \xe9"',  # the character that stands for a byte
        '"\xef\x9f\xa9"',
        '""',
        '"a,b"',
        "a\tb",
    ],
)
def test_validators_are_replayed_byte_for_byte(web, fetch, request_for, etag):
    web.on(A, web.reply(ETag=etag, Last_Modified="Sun, 06 Nov 1994 08:49:37 GMT"), web.reply(304, b""))
    headers = fetch(request_for(A, Purpose.FEED))[0].page.headers
    again = request_for(A, Purpose.FEED, etag=headers["etag"], last_modified=headers["last-modified"])
    assert fetch(again)[0].page.status == 304
    assert web.asked[-1].header("if-none-match") == etag.encode("latin-1")
    assert web.asked[-1].header("if-modified-since") == b"Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize("stored", ['"a"\r\nX-Injected: 1', '"a"\nb', '"\x00"', '"\ud800"', '"漢"', "", "\x7f"])
def test_a_validator_that_cannot_be_sent_is_left_out(web, fetch, request_for, stored):
    web.on(A, web.reply())
    assert fetch(request_for(A, Purpose.FEED, etag=stored, last_modified=stored))[0].page.status == 200
    assert web.asked[0].header("if-none-match") is None
    assert web.asked[0].header("x-injected") is None


def test_validators_go_to_their_own_address_only(web, fetch, request_for):
    web.on(A, web.reply(302, Location="/b"))
    web.on("http://courier.test/b", web.reply())
    fetch(request_for(A, Purpose.FEED, etag='"a"'))
    assert [asked.header("if-none-match") for asked in web.asked] == [b'"a"', None]


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(web, fetch, settings, status):
    web.on(A, web.reply(status, Location="//bote.test/é?b"))
    web.on("http://bote.test/%C3%A9?b", web.reply(body=b"there"))
    page = fetch(A)[0].page
    assert (page.url, page.final_url, page.body) == (A, "http://bote.test/%C3%A9?b", b"there")
    assert [found.archive_ref for found in scan(settings().archive_dir)] == [page.archive_ref]


def test_a_location_in_latin_1_is_read(web, fetch):
    web.on(A, web.reply(302, Location="/caf\xe9"))
    web.on("http://courier.test/caf%C3%A9", web.reply(body=b"there"))
    assert fetch(A)[0].page.body == b"there"


def test_a_redirect_keeps_the_fragment(web, fetch):
    web.on(A, web.reply(302, Location="/b"))
    web.on("http://courier.test/b", web.reply())
    assert fetch(f"{A}#!/story/1")[0].page.final_url == "http://courier.test/b#!/story/1"


@pytest.mark.parametrize("location", [None, ""])
def test_a_redirect_to_nowhere_is_a_page(web, fetch, location):
    web.on(A, web.reply(302, Location=location))
    assert fetch(A)[0].page.status == 302


def test_a_chain_as_long_as_allowed_is_followed_and_no_longer(web, fetch):
    for n in range(7):
        web.on(f"http://courier.test/{n}", web.reply(302, Location=f"/{n + 1}"))
    web.on("http://courier.test/7", web.reply())
    assert fetch("http://courier.test/2", max_redirects=5)[0].page.status == 200
    web.asked.clear()
    error = fetch("http://courier.test/1", max_redirects=5)[0].error
    assert type(error) is TooManyRedirects
    assert "more than 5" in error.message
    assert len(web.asked) == 6


@pytest.mark.parametrize("back", ["/a", "/a#x", "http://COURIER.test:80/a", "http://bote.test/b"])
def test_a_loop_is_found(web, fetch, back):
    web.on(A, web.reply(302, Location=back))
    web.on("http://bote.test/b", web.reply(302, Location=A))
    error = fetch(A)[0].error
    assert type(error) is TooManyRedirects
    assert "loop" in error.message
    assert len(web.asked) <= 2


# Bodies


ENCODERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "identity": bytes,
}


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_coded_body_is_decoded(web, fetch, settings, coding):
    body = "Größe\n".encode() * 2000
    web.on(A, web.reply(body=ENCODERS[coding](body), Content_Encoding=coding))
    page = fetch(A)[0].page
    assert page.body == body
    assert page.headers["content-encoding"] == coding
    assert read_page(settings().archive_dir, page.archive_ref) == page


def test_a_long_body_is_cut_and_its_start_kept(web, fetch, settings):
    body = random.Random(1).randbytes(300_000)
    web.on(A, web.reply(body=body))
    for limit, is_truncated in ((299_999, True), (300_000, False)):
        page = fetch(A, max_bytes=limit)[0].page
        assert page.body == body[:limit]
        assert page.is_truncated is is_truncated
        assert read_page(settings().archive_dir, page.archive_ref) == page


async def _endless(writer, asked):
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


def test_an_endless_body_is_cut(web, fetch):
    web.on(A, _endless)
    page = fetch(A, max_bytes=1_000_000)[0].page
    assert page.is_truncated
    assert len(page.body) == 1_000_000


def test_every_coding_that_is_read_is_offered(web, fetch):
    web.on(A, web.reply())
    fetch(A)
    assert web.asked[0].header("accept-encoding") == b"gzip, deflate, br, zstd"


def make_bomb(coding):
    """256 MB of nothing."""
    if coding == "br":
        packer = brotli.Compressor(quality=5)
        return b"".join([packer.process(bytes(1 << 20)) for _ in range(256)] + [packer.finish()])
    packer = zstd.ZstdCompressor() if coding == "zstd" else zlib.compressobj(9, zlib.DEFLATED, 31 if coding == "gzip" else 15)
    return b"".join([packer.compress(bytes(1 << 20)) for _ in range(256)] + [packer.flush()])


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_cut_with_bounded_memory(web, fetch, coding):
    web.on(A, web.reply(body=make_bomb(coding), Content_Encoding=coding))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    page = fetch(A, max_bytes=2_000_000)[0].page
    assert page.is_truncated
    assert page.body == bytes(2_000_000)
    # Peak of the whole process, so it can only say that the 256 MB never were in memory.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize(
    "stated", ["gzip, gzip", "gzip,br", "GZIP , Deflate", "compress", "br, identity, zstd", "x-gzip, gzip"]
)
def test_a_coding_in_a_coding_is_refused(web, fetch, settings, stated):
    body = gzip.compress(gzip.compress(b"words" * 100))
    web.on(A, web.reply(body=body, Content_Encoding=stated))
    result = fetch(A)[0]
    assert type(result.error) is PermanentError
    assert "coding" in result.error.message
    assert [page.body for page in scan(settings().archive_dir)] == [body]


def test_two_headers_of_codings_are_refused_too(web, fetch):
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n"
    web.on(A, answer + gzip.compress(b""))
    assert fetch(A)[0].page is None


@pytest.mark.parametrize("stated", ["utf-8", "none", "", "binary"])
def test_what_is_no_coding_is_read_as_it_stands(web, fetch, stated):
    web.on(A, web.reply(body=b"words", Content_Encoding=stated))
    assert fetch(A)[0].page.body == b"words"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"",
    ],
    ids=range(10),
)
def test_what_is_not_http_is_a_failure_that_may_pass(web, fetch, answer):
    async def send(writer, asked):
        writer.write(answer)

    web.on(A, send)
    web.on("http://bote.test/a", web.reply())
    broken, fine = fetch(A, "http://bote.test/a")
    assert type(broken.error) is ConnectionFailed
    assert broken.error.message.startswith("the connection failed: ")
    assert fine.page.status == 200


def test_long_headers_of_real_sites_are_read(web, fetch):
    web.on(A, web.reply(Content_Security_Policy="x" * 30_000, **{f"X-{n}": "y" for n in range(100)}))
    assert len(fetch(A)[0].page.headers["content-security-policy"]) == 30_000


def test_hostile_header_bytes_come_back_from_the_archive(web, fetch, settings):
    web.on(A, b"HTTP/1.1 200 \xff\xfe\r\nX-Raw: \xff\xe9 \xc3\xa9\r\nX-Empty:\r\nContent-Length: 0\r\n\r\n")
    page = fetch(A)[0].page
    assert page.headers["x-raw"] == "\xff\xe9 \xc3\xa9"
    assert page.headers["x-empty"] == ""
    assert read_page(settings().archive_dir, page.archive_ref) == page


# Deadlines


async def _slow_headers(writer, asked):
    for byte in b"HTTP/1.1 200 OK\r\nX: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n":
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.1)


async def _slow_body(writer, asked):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    for _ in range(100):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def _informational_flood(writer, asked):
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 20)
        await writer.drain()
        await asyncio.sleep(0.001)


async def _silence(writer, asked):
    await asyncio.sleep(30)


@pytest.mark.parametrize("drip", [_slow_headers, _slow_body, _informational_flood, _silence])
def test_the_deadline_ends_it_and_hurts_nobody_else(web, fetch, drip):
    web.on(A, drip)
    web.on("http://bote.test/a", web.reply())
    started = time.monotonic()
    slow, fine = fetch(A, "http://bote.test/a", timeout_s=0.6)
    assert type(slow.error) is FetchTimeout
    assert "0.6 s" in slow.error.message
    assert fine.page.status == 200
    assert time.monotonic() - started < 3


def test_the_deadline_is_for_the_whole_chain(web, fetch):
    def after(seconds, answer):
        async def send(writer, asked):
            await asyncio.sleep(seconds)
            writer.write(answer)

        return send

    for n in range(4):
        web.on(f"http://courier.test/{n}", after(0.3, web.reply(302, Location=f"/{n + 1}")))
    web.on("http://courier.test/4", after(0.3, web.reply()))
    assert type(fetch("http://courier.test/0", timeout_s=1)[0].error) is FetchTimeout
    assert fetch("http://courier.test/0", timeout_s=4)[0].page.status == 200


def test_a_refused_connection_is_a_failure_that_may_pass(web, fetch):
    rule = LoopbackRule(host="dead.test", port=80, address="127.0.0.1", dial_port=1)
    error = fetch("http://dead.test/", loopback=(rule,))[0].error
    assert type(error) is ConnectionFailed
    assert error.message.startswith("the connection failed: Cannot connect to host dead.test:80 [Connect call failed")


def test_a_silent_host_is_not_asked_for_all_its_pages_and_holds_up_nobody(web, fetch):
    web.on("http://bote.test/a", web.reply())
    for n in range(6):
        web.on(f"http://courier.test/{n}", b"no HTTP\r\n\r\n")
    results = fetch(*(f"http://courier.test/{n}" for n in range(6)), "http://bote.test/a")
    errors = [type(result.error) for result in results]
    assert errors == [ConnectionFailed] * 3 + [HostSilent] * 3 + [type(None)]
    assert "courier.test" in results[4].error.message
    assert web.paths("courier.test") == ["/0", "/1", "/2"]


def test_a_host_that_answers_now_and_then_is_asked_on(web, fetch):
    for n in range(8):
        web.on(f"http://courier.test/{n}", b"no HTTP\r\n\r\n" if n % 3 else web.reply())
    results = fetch(*(f"http://courier.test/{n}" for n in range(8)))
    assert not any(isinstance(result.error, HostSilent) for result in results)


# The run


def test_nothing_to_do(fetch):
    assert fetch() == []


def test_handle_is_called_in_the_callers_thread_as_results_come(web, settings, request_for):
    slow = threading.Event()

    async def wait(writer, asked):
        await asyncio.to_thread(slow.wait, 10)
        writer.write(web.reply(body=b"late"))

    web.on(A, wait)
    web.on("http://bote.test/b", web.reply(body=b"early"))
    seen = []

    def handle(result):
        assert threading.current_thread() is threading.main_thread()
        asyncio.run(asyncio.sleep(0))  # the caller's thread has no loop running
        seen.append(result.page.body)
        slow.set()

    values = settings()
    with ArchiveWriter(values.archive_dir, lambda: NOW) as archive:
        Fetcher(values, archive).run([request_for(A), request_for("http://bote.test/b")], handle)
    assert seen == [b"early", b"late"]


def test_what_handle_raises_ends_the_run(web, settings, request_for):
    web.on(A, _silence)
    web.on("http://bote.test/b", web.reply())
    values = settings(timeout_s=60)
    started = time.monotonic()

    def handle(result):
        raise RuntimeError("the store is on fire")

    with ArchiveWriter(values.archive_dir, lambda: NOW) as archive, pytest.raises(RuntimeError, match="on fire"):
        Fetcher(values, archive).run([request_for(A), request_for("http://bote.test/b")], handle)
    assert time.monotonic() - started < 5
    assert not [thread for thread in threading.enumerate() if thread.name == "wirecopy-fetch"]


def test_a_slow_handler_bounds_what_waits(web, settings, request_for):
    for n in range(12):
        for item in range(10):
            web.on(f"http://site{n}.test/{item}", web.reply())
    values = settings(concurrency=4)
    ahead = []
    handled = 0

    def handle(result):
        nonlocal handled
        time.sleep(0.005)
        handled += 1
        ahead.append(len(web.asked) - handled)

    requests = [request_for(f"http://site{n}.test/{item}") for n in range(12) for item in range(10)]
    with ArchiveWriter(values.archive_dir, lambda: NOW) as archive:
        Fetcher(values, archive).run(requests, handle)
    assert handled == 120
    assert max(ahead) <= 4 + 4 + 1  # in flight, waiting, and the one in hand


def test_an_unexpected_failure_is_that_requests_own(web, fetch, monkeypatch, caplog):
    from wirecopy.fetch import journey

    web.on(A, web.reply())
    web.on("http://bote.test/b", web.reply())
    real = journey.redirect_location

    def fail(status, headers):
        if (b"X-Bad", b"1") in headers:
            raise KeyError("boom")
        return real(status, headers)

    web.on(A, web.reply(X_Bad="1"))
    monkeypatch.setattr(journey, "redirect_location", fail)
    with caplog.at_level(logging.ERROR):
        bad, fine = fetch(A, "http://bote.test/b")
    assert type(bad.error) is TransientError
    assert "KeyError" in bad.error.message
    assert "boom" in caplog.text
    assert fine.page.status == 200


def test_a_full_disk_ends_the_run(web, settings, request_for, tmp_path):
    web.on(A, web.reply())
    (tmp_path / "blocked").write_text("")
    values = settings(data=tmp_path / "blocked")
    results = []
    with ArchiveWriter(values.archive_dir, lambda: NOW) as archive, pytest.raises(StoreUnavailable, match="archive"):
        Fetcher(values, archive).run([request_for(A)], results.append)
    assert results == []


def test_what_came_before_the_disk_was_full_is_handled(web, settings, request_for):
    for path in "ab":
        web.on(f"http://courier.test/{path}", web.reply())
    values = settings()
    handled = []
    with ArchiveWriter(values.archive_dir, lambda: NOW) as archive:
        real, written = archive.write, []

        def write(response):
            if written:
                raise StoreUnavailable("archive", "is full")
            written.append(response)
            return real(response)

        archive.write = write
        with pytest.raises(StoreUnavailable, match="is full"):
            Fetcher(values, archive).run([request_for(A), request_for("http://courier.test/b")], handled.append)
    assert [result.request.url for result in handled] == [A]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ((NOW + timedelta(minutes=5)).strftime("%a, %d %b %Y %H:%M:%S GMT"), 300),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("999999999", 86_400),
        ("-5", None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_rate_limit_says_when_to_come_back(web, fetch, settings, status, header, seconds):
    web.on(A, web.reply(status, b"slow down", Retry_After=header))
    error = fetch(A)[0].error
    assert type(error) is RateLimited
    assert error.retry_after_s == seconds
    assert [page.status for page in scan(settings().archive_dir)] == [status]


def test_every_answer_is_archived_before_it_is_handled(web, settings, request_for):
    web.on(A, web.reply(body=b"x" * 400_000))
    values = settings()
    seen = []

    def handle(result):
        seen.append(read_page(values.archive_dir, result.page.archive_ref) == result.page)

    with ArchiveWriter(values.archive_dir, lambda: NOW) as archive:
        Fetcher(values, archive, lambda: NOW).run([request_for(A)], handle)
    assert seen == [True]
