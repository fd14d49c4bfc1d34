"""Many processes' files are one time line, read without holding all of it, with rounds as they were."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.archive import ArchiveWriter, RawResponse, Role, timeline
from wirecopy.archive.timeline import read_in_order
from wirecopy.models import Purpose, SourceId

START = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


@pytest.fixture
def write(tmp_path):
    """Writes a file as a process of its own would: `write("f0 p5 l p9")` is a feed at 0 s, a page at 5 s, linking, a page at 9 s."""
    names = []

    def write_file(script):
        clock = [START]
        with ArchiveWriter(tmp_path, lambda: clock[0]) as writer:
            for number, step in enumerate(script.split()):
                clock[0] = START + timedelta(seconds=float(step[1:] or 0))
                url = f"http://courier.test/{len(names)}/{number}"
                purpose = {"f": Purpose.FEED, "s": Purpose.SITEMAP}.get(step[0], Purpose.PAGE)
                response = RawResponse(
                    url=url, final_url=url, status=200, reason="OK", headers=(), body=step.encode(), is_truncated=False,
                    fetched_at=clock[0], source_id=SourceId("courier"), purpose=purpose,
                    role=Role.ROBOTS if step[0] == "r" else Role.ANSWER, request_headers={},
                )  # fmt: skip
                if step[0] == "l":
                    writer.note_link()
                else:
                    names.append(writer.write(response).file)
        return tmp_path / names[-1]

    return write_file


def read(folder, **options):
    """The bodies in order, a `|` before each page that begins a round."""
    return " ".join(
        ("| " if item.begins_round else "") + item.response.body.decode() for item in read_in_order(folder, **options)
    )


def test_files_are_merged_by_time(tmp_path, write):
    write("f0 p10 p30")
    write("f5 p20 p40")
    assert read(tmp_path) == "f0 f5 p10 p20 p30 p40"


def test_of_one_file_the_written_order_holds_though_times_went_back(tmp_path, write):
    write("f0 p9 p7 p12")
    write("f8 p10")
    assert read(tmp_path).split()[0] == "f0"
    order = read(tmp_path).replace("| ", "").split()
    assert [order.index(step) for step in ("p9", "p7", "p12")] == sorted(order.index(step) for step in ("p9", "p7", "p12"))
    assert set(order) == {"f0", "p9", "p7", "p12", "f8", "p10"}


def test_a_run_after_another_begins_a_round(tmp_path, write):
    write("f0 f1 r2 p3 p4")
    write("f10 p11 p12")
    assert read(tmp_path) == "f0 f1 r2 p3 p4 f10 | p11 p12"


def test_a_process_that_goes_on_begins_a_round_after_each_poll(tmp_path, write):
    write("f0 p1 p2 f10 s11 p12 f20 f21 p22")
    assert read(tmp_path) == "f0 p1 p2 f10 s11 | p12 f20 f21 | p22"


def test_a_process_that_fetches_again_after_a_pause_begins_a_round_though_no_feed_was_due(tmp_path, write):
    write("f0 p1 p200 p499 p800 p801")
    assert read(tmp_path) == "f0 p1 p200 p499 | p800 p801"


def test_each_pass_that_was_linked_begins_one(tmp_path, write):
    write("f0 r1 p2 l r3 p4 p5 l l f6 p7 l")
    write("f600 p601")
    assert read(tmp_path) == "f0 r1 p2 | r3 p4 p5 f6 | p7 f600 | p601"


def test_batches_side_by_side_are_one_round_whoever_polls_meanwhile(tmp_path, write):
    write("f0 f1")
    write("p60 p70 p80")
    write("p61 p66 p75")
    write("f68")
    write("p95 p99")  # a batch that waited for a slot of the pool
    write("f600")
    write("p700 p701")
    assert read(tmp_path) == "f0 f1 p60 p61 p66 f68 p70 p75 p80 p95 p99 f600 | p700 p701"


def test_a_poll_beside_pages_that_are_being_fetched_begins_no_round(tmp_path, write):
    write("f0 p1 p50")
    write("f10 p11 p60")
    assert read(tmp_path) == "f0 p1 f10 p11 p50 p60"


def test_a_file_that_goes_on_where_a_full_one_ended_is_the_same_round(tmp_path, write):
    write("f0 p1 p2")
    write("p7 p9")
    assert read(tmp_path) == "f0 p1 p2 p7 p9"


def test_no_more_files_are_open_than_processes_wrote_at_a_time(tmp_path, write, monkeypatch):
    for start in range(0, 600, 10):
        write(f"f{start} p{start + 2} p{start + 5}")
    write("f0 p599")
    is_open = set()
    most = []
    real = timeline.scan_file

    def scan_file(folder, name, **options):
        is_open.add(name)
        most.append(len(is_open))
        try:
            yield from real(folder, name, **options)
        finally:
            is_open.discard(name)

    monkeypatch.setattr(timeline, "scan_file", scan_file)
    assert len(read(tmp_path).replace("| ", "").split()) == 60 * 3 + 2
    assert len(most) == 2 * 61
    assert max(most) <= 3
    assert not is_open


def test_damage_is_reported_once_and_what_is_around_it_is_read(tmp_path, write):
    whole = write("f0 p1 p2 p3")
    data = bytearray(whole.read_bytes())
    members = [at for at in range(len(data)) if data[at : at + 3] == b"\x1f\x8b\x08"]
    third = next(at for at in members if b"\r\n\r\np1" in _member(data, at))
    data[third + 3 : third + 40] = b"\xff" * 37
    whole.write_bytes(data)
    hopeless = write("f9")
    hopeless.write_bytes(b"\x1f\x8b\x08" + b"\xff" * 90)
    empty = write("f20")
    empty.write_bytes(b"")
    damaged, files = [], []
    assert read(tmp_path, on_damage=damaged.append, on_file=lambda: files.append(1)) == "f0 p2 p3"
    assert sorted(ref.file for ref in damaged) == sorted(path.relative_to(tmp_path).as_posix() for path in (whole, hopeless))
    assert len(files) == 1


def _member(data, at):
    try:
        return zlib.decompressobj(31).decompress(bytes(data[at:]))
    except zlib.error:
        return b""


def test_an_archive_that_is_not_there_has_nothing(tmp_path):
    assert list(read_in_order(tmp_path / "none")) == []


def test_archives_of_the_first_version_are_read(tmp_path):
    """Byte for byte as version 0.1 wrote them: decoded bodies, no notes of permanent redirects, no block digests."""

    def member(head, block):
        text = f"WARC/1.1\r\n{head}Content-Length: {len(block)}\r\n\r\n".encode()
        return gzip.compress(text + block + b"\r\n\r\n", mtime=0)

    about = "WARC-Date: 2026-11-22T08:30:05Z\r\nWARC-Target-URI: https://www.courier.test/a?b=1\r\n"
    answer = (
        "WARC-Type: response\r\nWARC-Record-ID: <urn:uuid:11111111-2222-4333-8444-555555555555>\r\n"
        f"{about}WARC-Payload-Digest: sha1:X5CYAJYKQD2NBKXOJAA4SBJZOYRKWTMZ\r\nWirecopy-Source: courier\r\n"
        'Wirecopy-Purpose: page\r\nWirecopy-Requested-URI: "https://courier.test/caf\\u00e9"\r\nWARC-Truncated: length\r\n'
        "Content-Type: application/http; msgtype=response\r\n"
    )
    asked = (
        "WARC-Type: request\r\nWARC-Record-ID: <urn:uuid:11111111-2222-4333-8444-666666666666>\r\n"
        f"{about}WARC-Concurrent-To: <urn:uuid:11111111-2222-4333-8444-555555555555>\r\n"
        "Content-Type: application/http; msgtype=request\r\n"
    )
    http = (
        b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Crawler-Content-Encoding: gzip\r\nETag: W/"caf\xe9"\r\n'
        b"Content-Length: 9\r\n\r\n<p>Hi</p>"
    )
    folder = tmp_path / "2026" / "11"
    folder.mkdir(parents=True)
    (folder / "wirecopy-20261122T083005Z-1-0a0b0c0d.warc.gz").write_bytes(
        member(
            "WARC-Type: warcinfo\r\nWARC-Date: 2026-11-22T08:30:05Z\r\nContent-Type: application/warc-fields\r\n", b"a: b\r\n"
        )
        + member(answer, http)
        + member(asked, b"GET /a?b=1 HTTP/1.1\r\nHost: www.courier.test\r\n\r\n")
    )
    (item,) = read_in_order(tmp_path)
    page = item.response.as_page(item.ref)
    assert (page.url, page.final_url, page.permanent_url) == (
        "https://courier.test/café",
        "https://www.courier.test/a?b=1",
        None,
    )
    assert (page.status, page.body, page.is_truncated) == (200, b"<p>Hi</p>", True)
    assert page.headers == {"content-type": "text/html", "content-encoding": "gzip", "etag": 'W/"caf\xe9"'}
    assert page.fetched_at == START + timedelta(seconds=5)
    assert (item.response.source_id, item.response.purpose) == ("courier", Purpose.PAGE)
