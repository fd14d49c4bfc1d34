"""What collecting archives is read by two other tools, digests checked: what was asked, what came, when, and which belongs to which."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

import pytest
from fastwarc.warc import ArchiveIterator as FastWarc
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator as Warcio

from wirecopy.archive import Role
from wirecopy.archive.timeline import read_in_order

FEED = "http://courier.test/feed"


@pytest.fixture
def archive(web, rig_of, feeds):
    """The file of a collection with every kind of answer, and the rig."""
    web.on("http://courier.test/robots.txt", web.reply(404))
    web.on(FEED, web.reply(200, feeds.rss(["a", "b", "c"]), ETag='"caf\xe9"'), web.reply(304))
    web.on("http://courier.test/a", web.reply(200, feeds.page("Grüße"), Content_Type="text/html; charset=utf-8"))
    web.on("http://courier.test/b", web.reply(301, Location="/c"))
    web.on("http://courier.test/c", web.reply(410, b"gone"))
    rig = rig_of(FEED, robots=True)
    rig.run_round()
    rig.clock.advance(hours=1)
    rig.run_round()
    return sorted(rig.settings.archive_dir.rglob("*.warc.gz")), rig


def expected(files, rig):
    """(address, status, body, time) of each response, by our own reading."""
    (folder,) = {rig.settings.archive_dir}
    assert files
    responses = [item.response for item in read_in_order(folder)]
    assert {response.role for response in responses} == {Role.ANSWER, Role.REDIRECT, Role.ROBOTS}
    return [(response.final_url, response.status, response.body, response.fetched_at) for response in responses]


def test_fastwarc_reads_requests_and_responses_and_their_digests_agree(archive, web):
    files, rig = archive
    found, asked, last_id = [], [], None
    for file in files:
        for record in FastWarc(str(file), parse_http=True):
            head = dict(record.headers)
            if record.record_type == WarcRecordType.response:
                assert record.verify_payload_digest()
                date = datetime.fromisoformat(head["WARC-Date"])
                found.append((head["WARC-Target-URI"], record.http_headers.status_code, record.reader.read(), date))
                last_id = head["WARC-Record-ID"]
            elif record.record_type == WarcRecordType.request:
                assert head["WARC-Concurrent-To"] == last_id
                assert (head["WARC-Target-URI"], datetime.fromisoformat(head["WARC-Date"])) == (found[-1][0], found[-1][3])
                asked.append(record.http_headers.status_line.split(" ")[1])
    assert found == expected(files, rig)
    assert asked == web.paths()


def test_warcio_reads_requests_and_responses_and_their_digests_agree(archive, web):
    files, rig = archive
    found, asked, last_id, ids = [], [], None, []
    for file in files:
        with file.open("rb") as opened:
            for record in Warcio(opened, check_digests="raise"):
                head = record.rec_headers
                body = record.content_stream().read()
                ids.append(head.get_header("WARC-Record-ID"))
                assert head.get_header("Content-Length") == str(record.length)
                if record.rec_type == "response":
                    digest = base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
                    assert head.get_header("WARC-Payload-Digest") == f"sha1:{digest}"
                    assert record.digest_checker.passed is True
                    date = datetime.fromisoformat(head.get_header("WARC-Date"))
                    found.append((head.get_header("WARC-Target-URI"), int(record.http_headers.get_statuscode()), body, date))
                    last_id = ids[-1]
                elif record.rec_type == "request":
                    assert head.get_header("WARC-Concurrent-To") == last_id
                    assert record.http_headers.get_header("Host") == "courier.test"
                    asked.append(record.http_headers.statusline.split(" ")[0])
                else:
                    assert record.rec_type == "warcinfo"
                    assert head.get_header("WARC-Filename") == file.name
    assert found == expected(files, rig)
    assert asked == web.paths()
    assert len(set(ids)) == len(ids)


def test_a_body_that_was_changed_is_found_by_both(archive):
    """So the checks above can fail."""
    files, _ = archive
    whole = FastWarc(str(files[0]), parse_http=False)
    record = next(record for record in whole if record.record_type == WarcRecordType.response)
    head = "".join(f"{name}: {value}\r\n" for name, value in record.headers)
    block = record.reader.read()
    for body, is_right in ((block, True), (block[:-3] + b"xyz", False)):
        copy = files[0].with_name("copy.warc")
        copy.write_bytes(f"WARC/1.1\r\n{head}\r\n".encode() + body + b"\r\n\r\n")
        (verdict,) = [each.verify_payload_digest() for each in FastWarc(str(copy), parse_http=True)]
        assert verdict is is_right
        with copy.open("rb") as opened:
            for each in Warcio(opened, check_digests="log"):
                each.content_stream().read()
                assert each.digest_checker.passed is is_right
