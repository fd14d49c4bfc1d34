"""`wirecopy feed` and `wirecopy extract`: data on stdout, one line for a failure, nothing kept."""

from __future__ import annotations

import gzip
import io
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FEED = (
    b'<rss version="2.0"><channel><title>Courier</title><item><title>Bridge</title><link>/bridge</link><guid>g1</guid>'
    b"<pubDate>Mon, 03 Nov 2025 10:00:00 +0100</pubDate><author>a@b.example (Ana Ruiz)</author>"
    b"<description>Opens &lt;b&gt;soon&lt;/b&gt;</description></item><item><title>No link</title></item></channel></rss>"
)
TEXT = "The harbour authority said on Monday that the new bridge would open to traffic before the end of the year. " * 4
PAGE = (
    f"<html lang='en'><head><title>Bridge opens</title></head><body><h1>Bridge opens</h1><p>{TEXT}</p></body></html>".encode()
)
FEED_KEYS = ["url", "title", "published_at", "id", "summary", "authors"]
ARTICLE_KEYS = [
    "url",
    "canonical_url",
    "title",
    "text",
    "authors",
    "published_at",
    "lang",
    "site_name",
    "image",
    "access",
    "outline",
    "agency",
    "agency_origin",
    "agency_stated",
    "dates",
    "other_langs",
    "section",
    "keywords",
    "boilerplate",
    "warnings",
]

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """courier.test, answered on loopback: /feed is a feed, /html a page, all else is missing."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = {"/feed": FEED, "/html": PAGE}.get(self.path)
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", "/feed")
            else:
                self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    monkeypatch.setenv("WIRECOPY_LOOPBACK", f"courier.test:80=127.0.0.1:{httpd.server_port}")
    yield
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def test_a_feeds_entries_are_json_lines_with_exactly_these_keys(run: Run, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(FEED)
    status, lines, err = run("feed", str(tmp_path / "feed.xml"), "--base-url", "https://courier.example/feed")
    assert (status, err) == (0, "")
    assert [list(line) for line in lines] == [FEED_KEYS, FEED_KEYS]
    assert lines[0] == {
        "url": "https://courier.example/bridge",
        "title": "Bridge",
        "published_at": "2025-11-03T10:00:00+01:00",
        "id": "g1",
        "summary": "Opens soon",
        "authors": ["Ana Ruiz"],
    }
    assert lines[1] == {**dict.fromkeys(FEED_KEYS), "title": "No link"}


def test_a_feed_may_be_gzipped_or_come_from_stdin(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "feed.xml.gz").write_bytes(gzip.compress(FEED))
    assert [line["url"] for line in run("feed", str(tmp_path / "feed.xml.gz"))[1]] == ["/bridge", None]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(FEED)))
    assert len(run("feed", "-")[1]) == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (PAGE, "an HTML page"),
        (b"%PDF-1.7", "PDF"),
        (b"", "empty"),
        (b'{"version":"https://jsonfeed.org/version/1"}', "JSON Feed"),
    ],
)
def test_what_is_no_feed_fails_with_one_line(run: Run, tmp_path: Path, body: bytes, words: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(body)
    status, lines, err = run("feed", str(path))
    assert (status, lines, err.count("\n")) == (1, [], 1)
    assert words in err
    assert str(path) in err


def test_a_gzipped_feed_that_breaks_off_gives_its_beginning(run: Run, tmp_path: Path) -> None:
    urls = [f"https://courier.example/{number}" for number in range(3000)]
    sitemap = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    packed = gzip.compress(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{sitemap}</urlset>'.encode())
    (tmp_path / "sitemap.xml.gz").write_bytes(packed[: len(packed) // 2])
    status, lines, err = run("feed", str(tmp_path / "sitemap.xml.gz"))
    assert status == 0
    assert len(lines) > 100
    assert [line["url"] for line in lines] == urls[: len(lines)]
    assert "break off" in err


def test_json_feeds_and_sitemaps_are_printed_alike(run: Run, tmp_path: Path) -> None:
    item = {
        "id": 7,
        "url": "https://courier.example/1",
        "title": "Bridge",
        "date_published": "2026-11-02",
        "content_text": "It opens",
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item, "no item"]}
    (tmp_path / "feed.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(feed).encode())
    status, lines, err = run("feed", str(tmp_path / "feed.json"))
    assert (status, err) == (0, "")
    assert lines == [
        {
            "url": "https://courier.example/1",
            "title": "Bridge",
            "published_at": "2026-11-02",
            "id": "7",
            "summary": "It opens",
            "authors": None,
        }
    ]
    assert list(lines[0]) == FEED_KEYS
    sitemap = b"<urlset><url><loc>/1</loc><lastmod>2026-11-02</lastmod></url></urlset>"
    (tmp_path / "sitemap.xml.gz").write_bytes(gzip.compress(sitemap))
    assert run("feed", str(tmp_path / "sitemap.xml.gz"))[:2] == (0, [{**dict.fromkeys(FEED_KEYS), "url": "/1"}])


def test_an_index_of_sitemaps_says_how_many_it_lists(run: Run, tmp_path: Path) -> None:
    sitemaps = "".join(f"<sitemap><loc>https://courier.example/{number}.xml</loc></sitemap>" for number in range(3))
    (tmp_path / "x").write_text(f"<sitemapindex>{sitemaps}</sitemapindex>")
    status, lines, err = run("feed", str(tmp_path / "x"))
    assert (status, lines, err.count("\n")) == (0, [], 1)
    assert "lists 3 sitemaps" in err


def test_a_feed_longer_than_is_read_says_so(run: Run, tmp_path: Path) -> None:
    body = FEED.replace(b"</channel>", b"<item><link>http://courier.test/2</link></item>" + b" " * 6_000_000 + b"</channel>")
    (tmp_path / "x").write_bytes(body)
    status, lines, err = run("feed", str(tmp_path / "x"))
    assert (status, len(lines), err.count("\n")) == (0, 3, 1)
    assert "first 5000000 bytes" in err


def test_a_feed_over_its_deadline_fails_with_one_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRECOPY_WORKER_TIMEOUT_S", "0.5")
    (tmp_path / "x").write_bytes(b'<rss version="2.0"><channel><item>' + b"<a>" * 500_000)
    status, lines, err = run("feed", str(tmp_path / "x"))
    assert (status, lines, err.count("\n")) == (1, [], 1)
    assert "0.5 s" in err


@pytest.mark.usefixtures("server")
def test_a_url_is_fetched_and_its_own_base(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path in ("feed", "moved"):
        status, lines, err = run("feed", f"http://courier.test/{path}")
        assert (status, err) == (0, "")
        assert lines[0]["url"] == "http://courier.test/bridge"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://courier.test/html", "an HTML page"),
        ("http://courier.test/none", "404"),
        ("http://127.0.0.1/feed", "127.0.0.1"),
    ],
)
def test_a_url_that_gives_no_feed_fails_with_one_line(run: Run, url: str, words: str) -> None:
    status, lines, err = run("feed", url)
    assert (status, lines, err.count("\n")) == (1, [], 1)
    assert words in err


def test_an_article_is_one_object_with_exactly_these_keys(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(PAGE))
    status, lines, err = run("extract", str(tmp_path / "page.html.gz"), "--url", "https://courier.example/bridge")
    assert (status, err) == (0, "")
    (article,) = lines
    assert list(article) == ARTICLE_KEYS
    assert (article["title"], article["lang"], article["access"]) == ("Bridge opens", "en", "open")
    assert article["text"] == TEXT.strip()
    assert (article["url"], article["image"], article["authors"]) == ("https://courier.example/bridge", None, None)
    assert (article["outline"], article["agency"], article["agency_origin"], article["section"]) == ("p", None, None, None)
    assert article["dates"] == article["other_langs"] == article["keywords"] == article["warnings"] == []
    assert {"text": "Bridge opens", "reason": "headline"} in article["boilerplate"] or article["boilerplate"] == []


def test_dates_and_keywords_of_a_page_are_lists(run: Run, tmp_path: Path) -> None:
    node = {"@type": "NewsArticle", "headline": "Bridge opens", "datePublished": "2025-11-03T10:00:00+01:00"}
    node |= {"articleSection": "Harbour", "keywords": ["bridge", "traffic"]}
    page = PAGE.replace(b"</head>", f'<script type="application/ld+json">{json.dumps(node)}</script></head>'.encode())
    (tmp_path / "page.html").write_bytes(page)
    (article,) = run("extract", str(tmp_path / "page.html"))[1]
    assert (article["section"], article["keywords"]) == ("Harbour", ["bridge", "traffic"])
    assert article["published_at"] == "2025-11-03T10:00:00+01:00"
    assert {"stated": "2025-11-03T10:00:00+01:00", "precision": "second", "origin": "json-ld"} in article["dates"]


def test_a_page_may_come_from_stdin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PAGE)))
    assert run("extract", "-")[1][0]["title"] == "Bridge opens"


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"%PDF-1.7", "PDF"), (b"", "empty"), (b"\x1f\x8b\x08\x00cut", "cannot be read"), (None, "no such file")],
)
def test_what_is_no_page_fails_with_one_line(run: Run, tmp_path: Path, body: bytes | None, words: str) -> None:
    path = tmp_path / "x"
    if body is not None:
        path.write_bytes(body)
    status, lines, err = run("extract", str(path))
    assert (status, lines, err.count("\n")) == (1, [], 1)
    assert words in err
    assert str(path) in err


@pytest.mark.parametrize("arguments", [[], ["page", "--batch", "m"], ["--batch", "m", "--url", "http://a.example/"]])
def test_a_call_that_cannot_be_meant_is_a_usage_error(run: Run, arguments: list[str]) -> None:
    status, lines, err = run("extract", *arguments)
    assert (status, lines) == (2, [])
    assert "--batch" in err
