"""The archive gives back what went in, to us and to another library, after a crash too."""

from __future__ import annotations

import errno
import gzip
import logging
import multiprocessing
import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirecopy.archive import ArchiveWriter, RawResponse, Role, join_headers, read_page, scan
from wirecopy.archive.response import clean_headers, read_field, write_field
from wirecopy.errors import ContentError, StoreUnavailable
from wirecopy.models import ArchiveRef, Purpose, SourceId

NOW = datetime(2026, 11, 22, 8, 30, 5, tzinfo=UTC)


def clock():
    return NOW


def make_response(**changes):
    response = RawResponse(
        url="https://courier.test/a",
        final_url="https://www.courier.test/a?b=1",
        status=200,
        reason="OK",
        headers=clean_headers(
            [
                (b"Content-Type", b"text/html; charset=utf-8"),
                (b"Content-Encoding", b"gzip"),
                (b"Content-Length", b"77"),
                (b"Set-Cookie", b"a=1"),
                (b"set-cookie", b"b=2"),
                (b"ETag", b'W/"caf\xe9"'),
            ]
        ),
        body=b"<p>Budget passes</p>\r\n\r\n" * 50,
        is_truncated=False,
        fetched_at=NOW,
        source_id=SourceId("courier"),
        purpose=Purpose.PAGE,
        request_headers={"User-Agent": "Wirecopy/0", "Accept": "text/html"},
    )
    return replace(response, **changes)


@pytest.fixture
def writer(tmp_path):
    with ArchiveWriter(tmp_path, clock) as writer:
        yield writer


def test_a_response_comes_back_as_it_was(tmp_path, writer):
    response = make_response()
    other = make_response(url="https://courier.test/b", final_url="https://courier.test/b", status=304, body=b"")
    refs = [writer.write(response), writer.write(other), writer.write(response)]
    assert [read_page(tmp_path, ref) for ref in refs] == [
        response.as_page(refs[0]),
        other.as_page(refs[1]),
        response.as_page(refs[2]),
    ]
    page = read_page(tmp_path, refs[0])
    assert page.headers == {
        "content-type": "text/html; charset=utf-8",
        "content-encoding": "gzip",
        "content-length": "77",
        "set-cookie": "a=1, b=2",
        "etag": 'W/"caf\xe9"',
    }
    assert page.body == response.body
    assert list(scan(tmp_path)) == [read_page(tmp_path, ref) for ref in refs]


def test_the_file_says_when_and_by_whom_it_was_begun(tmp_path, writer):
    ref = writer.write(make_response())
    assert ref.file.startswith(f"2026/11/wirecopy-20261122T083005Z-{os.getpid()}-")
    assert ref.file.endswith(".warc.gz")


def test_another_library_reads_it(tmp_path, writer):
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    truncated = make_response(is_truncated=True)
    ref = writer.write(truncated)
    writer.write(make_response(status=404, url="https://courier.test/gone", final_url="https://courier.test/gone"))
    found = []
    for record in ArchiveIterator(str(tmp_path / ref.file), parse_http=True):
        if record.record_type == WarcRecordType.response:
            assert record.verify_payload_digest()
            assert record.http_headers.get("X-Crawler-Content-Encoding") == "gzip"
            assert record.http_headers.get("Content-Encoding") is None
            found.append((record.headers["WARC-Target-URI"], record.http_headers.status_code, record.reader.read()))
            response_id = record.headers["WARC-Record-ID"]
            assert record.headers.get("WARC-Truncated") == ("length" if len(found) == 1 else None)
        elif record.record_type == WarcRecordType.request:
            assert record.headers["WARC-Concurrent-To"] == response_id
            assert record.http_headers.status_line.startswith("GET /")
            assert record.http_headers.get("User-Agent") == "Wirecopy/0"
            found.append("request")
        else:
            assert record.record_type == WarcRecordType.warcinfo
            assert not found
    body = truncated.body
    assert found == [
        ("https://www.courier.test/a?b=1", 200, body),
        "request",
        ("https://courier.test/gone", 404, body),
        "request",
    ]


def test_each_record_is_a_gzip_member_of_its_own(tmp_path, writer):
    refs = [writer.write(make_response()) for _ in range(3)]
    data = (tmp_path / refs[0].file).read_bytes()
    assert gzip.decompress(data[refs[1].offset :]).startswith(b"WARC/1.1\r\nWARC-Type: response\r\n")
    assert gzip.decompress(data).count(b"WARC/1.1\r\n") == 7


@given(
    headers=st.lists(st.tuples(st.binary(min_size=1, max_size=12), st.binary(max_size=40)), max_size=5),
    url=st.text(min_size=1, max_size=40),
    source=st.text(min_size=1, max_size=20),
    body=st.binary(max_size=200),
    status=st.integers(100, 999),
    reason=st.text(max_size=20),
    microsecond=st.sampled_from([0, 1, 500_000]),
)
def test_hostile_bytes_come_back_as_they_were(tmp_path_factory, headers, url, source, body, status, reason, microsecond):
    folder = tmp_path_factory.mktemp("archive")
    response = make_response(
        headers=clean_headers(headers),
        url=url,
        final_url=url[::-1],
        source_id=SourceId(source),
        body=body,
        status=status,
        reason=reason,
        fetched_at=NOW.replace(microsecond=microsecond),
        request_headers={"X": url},
    )
    with ArchiveWriter(folder, clock) as writer:
        ref = writer.write(response)
    assert read_page(folder, ref) == response.as_page(ref)
    assert [page.archive_ref for page in scan(folder)] == [ref]


@given(st.text(max_size=40))
def test_a_field_comes_back(text):
    field = write_field(text)
    assert field.isascii()
    assert field.isprintable()
    assert read_field(field) == text


def test_a_servers_own_header_of_the_crawlers_name_is_kept_apart(tmp_path, writer):
    raw = [(b"x-crawler-content-encoding", b"forged"), (b"X-Crawler-X-Crawler-Foo", b"1"), (b"Content-Encoding", b"br")]
    ref = writer.write(make_response(headers=clean_headers(raw)))
    assert read_page(tmp_path, ref).headers == join_headers(clean_headers(raw))


def test_scan_passes_over_redirects_and_robots(tmp_path, writer):
    writer.write(make_response(role=Role.ROBOTS))
    redirect = writer.write(make_response(role=Role.REDIRECT, status=301))
    answer = writer.write(make_response())
    assert [page.archive_ref for page in scan(tmp_path)] == [answer]
    assert read_page(tmp_path, redirect).status == 301


def test_scan_of_nothing(tmp_path):
    assert list(scan(tmp_path / "missing")) == []
    assert list(scan(tmp_path)) == []


def test_a_file_is_rotated_at_its_size_and_with_the_month(tmp_path):
    times = [NOW]
    with ArchiveWriter(tmp_path, lambda: times[-1], max_file_bytes=1200) as writer:
        first, second = writer.write(make_response()), writer.write(make_response())
        third = writer.write(make_response())
        times.append(NOW + timedelta(days=20))
        fourth = writer.write(make_response())
    assert first.file == second.file
    assert third.file != second.file
    assert third.file.startswith("2026/11/")
    assert fourth.file.startswith("2026/12/")
    assert len(list(scan(tmp_path))) == 4


def test_half_a_last_record_loses_only_itself(tmp_path, caplog):
    with ArchiveWriter(tmp_path, clock) as writer:
        refs = [writer.write(make_response(url=f"https://a.test/{n}")) for n in range(3)]
        path = tmp_path / refs[0].file
        whole = path.read_bytes()
    for cut in range(refs[2].offset + 1, len(whole), 7):
        path.write_bytes(whole[:cut])
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            urls = [page.url for page in scan(tmp_path)]
        # Of the last pair the response may be whole and only its request be cut.
        assert urls[:2] == ["https://a.test/0", "https://a.test/1"]
        if len(urls) == 2:
            with pytest.raises(ContentError):
                read_page(tmp_path, refs[2])
        else:
            assert read_page(tmp_path, refs[2]).url == urls[2] == "https://a.test/2"
    assert len(urls) == 3


def test_damage_in_the_middle_loses_only_what_it_hit(tmp_path, caplog):
    with ArchiveWriter(tmp_path, clock) as writer:
        refs = [writer.write(make_response(url=f"https://a.test/{n}")) for n in range(4)]
    path = tmp_path / refs[0].file
    data = bytearray(path.read_bytes())
    data[refs[1].offset + 3 : refs[1].offset + 60] = b"\xff" * 57
    path.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        assert [page.url for page in scan(tmp_path)] == ["https://a.test/0", "https://a.test/2", "https://a.test/3"]
    assert "damaged" in caplog.text
    with pytest.raises(ContentError, match=r"damaged|no response"):
        read_page(tmp_path, refs[1])


@pytest.mark.parametrize("file", ["2026/11/none.warc.gz", "../outside.warc.gz", "/etc/passwd", ""])
def test_a_reference_to_nothing_is_named(tmp_path, file):
    with pytest.raises(ContentError) as caught:
        read_page(tmp_path, ArchiveRef(file=file, offset=0))
    assert str(caught.value).startswith(f"{file}@0: ")


def test_a_reference_past_the_end_or_to_a_request(tmp_path, writer):
    ref = writer.write(make_response())
    size = (tmp_path / ref.file).stat().st_size
    for offset in (0, size, size + 10, ref.offset + 1):
        with pytest.raises(ContentError):
            read_page(tmp_path, ArchiveRef(file=ref.file, offset=offset))


def test_a_full_disk_leaves_no_half_record(tmp_path, writer, monkeypatch):
    first = writer.write(make_response())
    real_write = os.write

    def fail(fd, data):
        real_write(fd, data[:40])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", fail)
    with pytest.raises(StoreUnavailable, match="No space left on device"):
        writer.write(make_response())
    monkeypatch.setattr(os, "write", real_write)
    second = writer.write(make_response())
    assert [page.archive_ref for page in scan(tmp_path)] == [first, second]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnavailable, match="file"):
        ArchiveWriter(tmp_path / "file" / "archive", clock).write(make_response())


def test_threads_share_a_writer(tmp_path, writer):
    refs = []

    def write(n):
        refs.extend((n, writer.write(make_response(url=f"https://a.test/{n}/{i}"))) for i in range(20))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({ref for _, ref in refs}) == 80
    assert all(read_page(tmp_path, ref).url.startswith(f"https://a.test/{n}/") for n, ref in refs)


def test_a_forked_process_writes_a_file_of_its_own(tmp_path, writer):
    mine = writer.write(make_response())
    context = multiprocessing.get_context("fork")
    process = context.Process(target=writer.write, args=(make_response(url="https://a.test/child"),))
    process.start()
    process.join(30)
    assert process.exitcode == 0
    mine_again = writer.write(make_response())
    assert mine.file == mine_again.file
    assert {page.url for page in scan(tmp_path)} == {"https://courier.test/a", "https://a.test/child"}
    assert len(list(tmp_path.rglob("*.warc.gz"))) == 2
