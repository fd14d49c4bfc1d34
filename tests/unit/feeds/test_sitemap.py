"""Sitemaps: news, plain and indexes; gzip, wrong namespaces, hostile XML, and 50,000 addresses."""

from __future__ import annotations

import gzip
import time

import pytest

from wirecopy.errors import FeedMalformed, NotAFeed
from wirecopy.feeds import body as body_module
from wirecopy.feeds.parse import parse_feed, read_feed
from wirecopy.models import Precision

URL = "https://courier.example/maps/news.xml"
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def urlset(*urls: str, namespaces: str = NAMESPACES) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {namespaces}>{"".join(urls)}</urlset>'.encode()


def news(loc: str, date: str = "2026-11-02T09:00:00+01:00", title: str = "Bridge", lastmod: str = "") -> str:
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return (
        f"<url><loc>{loc}</loc>{changed}<news:news><news:publication><news:name>The Courier</news:name>"
        f"<news:language>da</news:language></news:publication><news:publication_date>{date}</news:publication_date>"
        f"<news:title>{title}</news:title></news:news></url>"
    )


def test_a_news_sitemap_is_read_with_its_fields() -> None:
    feed = parse_feed(
        urlset(news("https://courier.example/1", title="R&amp;D &lt;b&gt;x&lt;/b&gt;", lastmod="2026-11-03")), url=URL
    )
    assert (feed.format, feed.title, feed.dropped, feed.warnings) == ("news_sitemap", "The Courier", 0, ())
    (entry,) = feed.entries
    assert (entry.url, entry.title, entry.language, entry.guid) == ("https://courier.example/1", "R&D x", "da", None)
    assert entry.published_at is not None
    assert entry.updated_at is not None
    assert (entry.published_at.stated, entry.updated_at.stated) == ("2026-11-02T09:00:00+01:00", "2026-11-03")


@pytest.mark.parametrize(
    ("date", "stated", "precision"),
    [
        ("2026-11-02", "2026-11-02", Precision.DAY),
        ("2026-11-02T09:00Z", "2026-11-02T09:00+00:00", Precision.MINUTE),
        ("2026-11-02T09:00+05:30", "2026-11-02T09:00+05:30", Precision.MINUTE),
        ("2026-11-02T09:00:30Z", "2026-11-02T09:00:30+00:00", Precision.SECOND),
        ("2026-11-02T09:00:30-03:00", "2026-11-02T09:00:30-03:00", Precision.SECOND),
        ("2026-11-02T09:00:30.45+01:00", "2026-11-02T09:00:30+01:00", Precision.SECOND),
        ("2026-11-02T09:00:30", "2026-11-02T09:00:30", Precision.SECOND),
        ("2026-11-02T09:00:30+0100", "2026-11-02T09:00:30+01:00", Precision.SECOND),
        (" 2026-11-02 ", "2026-11-02", Precision.DAY),
    ],
)
def test_publication_dates_in_every_w3c_form(date: str, stated: str, precision: Precision) -> None:
    (entry,) = parse_feed(urlset(news("https://courier.example/1", date)), url=URL).entries
    assert entry.published_at is not None
    assert (entry.published_at.stated, entry.published_at.precision) == (stated, precision)


@pytest.mark.parametrize("date", ["2026", "2026-11", "", "soon", "0000-00-00"])
def test_dates_without_a_day_are_left_empty(date: str) -> None:
    (entry,) = parse_feed(urlset(news("https://courier.example/1", date)), url=URL).entries
    assert entry.published_at is None


def test_a_plain_sitemap_has_changes_and_no_publication() -> None:
    body = urlset(
        "<url><loc> /a </loc><lastmod>2026-11-02</lastmod><changefreq>daily</changefreq></url>", "<url><loc>b</loc></url>"
    )
    feed = parse_feed(body, url=URL)
    assert feed.format == "sitemap"
    assert [entry.url for entry in feed.entries] == ["https://courier.example/a", "https://courier.example/maps/b"]
    assert feed.entries[0].published_at is None
    assert feed.entries[0].updated_at is not None
    assert feed.entries[0].updated_at.stated == "2026-11-02"
    assert [item.url for item in read_feed(body, url="").items] == ["/a", "b"]


def test_an_index_lists_sitemaps_and_has_no_entries() -> None:
    feed = parse_feed(
        b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>/a.xml.gz</loc>'
        b"<lastmod>2026-11-02T09:00:00Z</lastmod></sitemap><sitemap><loc>https://cdn.example/b.xml</loc></sitemap>"
        b"<sitemap><loc>ftp://x/</loc></sitemap></sitemapindex>",
        url=URL,
    )
    assert (feed.format, feed.entries, feed.dropped) == ("sitemap_index", (), 1)
    assert [(ref.url, ref.changed_at.stated if ref.changed_at else None) for ref in feed.sitemaps] == [
        ("https://courier.example/a.xml.gz", "2026-11-02T09:00:00+00:00"),
        ("https://cdn.example/b.xml", None),
    ]


def test_pictures_and_videos_of_an_address_are_not_its_own() -> None:
    body = urlset(
        "<url><image:image><image:loc>https://i.example/1.jpg</image:loc><image:title>Picture</image:title></image:image>"
        "<video:video><video:title>Video</video:title><video:publication_date>2001-01-01</video:publication_date></video:video>"
        "<loc>https://courier.example/1</loc></url>",
        namespaces='xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="v"',
    )
    (entry,) = parse_feed(body, url=URL).entries
    assert (entry.url, entry.title, entry.published_at) == ("https://courier.example/1", None, None)


@pytest.mark.parametrize(
    "body",
    [
        urlset(news("https://courier.example/1"), namespaces=""),  # nobody bound the prefix
        urlset(
            news("https://courier.example/1"), namespaces='xmlns="http://www.google.com/schemas/sitemap/0.84" xmlns:news="n"'
        ),
        urlset(news("https://courier.example/1").replace("news:", "n:"), namespaces='xmlns:n="https://wrong.example/"'),
        urlset(news("https://courier.example/1")).replace(b"<urlset", b"<sm:urlset").replace(b"</urlset", b"</sm:urlset"),
        urlset(news("https://courier.example/1")).upper().replace(b"HTTPS://COURIER.EXAMPLE", b"https://courier.example"),
        b"\n\n" + urlset(news("https://courier.example/1")),
        urlset(news("https://courier.example/1")).decode().replace("UTF-8", "utf-16").encode("utf-16"),
    ],
)
def test_wrong_and_odd_namespaces_do_not_matter(body: bytes) -> None:
    feed = parse_feed(body, url=URL)
    assert feed.format == "news_sitemap"
    assert [(entry.url, bool(entry.published_at)) for entry in feed.entries] == [("https://courier.example/1", True)]


def test_addresses_keep_every_ampersand() -> None:
    locs = [
        "https://c.example/?a=1&b=2&copy=3",
        "<![CDATA[https://c.example/?a=1&b=2]]>",
        "https://c.example/?a=1&amp;b=2&#38;c=3",
    ]
    feed = parse_feed(urlset(*(f"<url><loc>{loc}</loc></url>" for loc in locs)), url=URL)
    assert [entry.url for entry in feed.entries] == [
        "https://c.example/?a=1&b=2&copy=3",
        "https://c.example/?a=1&b=2",
        "https://c.example/?a=1&b=2&c=3",
    ]


def test_a_sitemap_that_breaks_off_gives_no_half_address() -> None:
    body = urlset(*(f"<url><loc>https://courier.example/story-{number}</loc></url>" for number in range(10)))
    feed = parse_feed(body[: body.index(b"story-7") + 5], url=URL)
    assert [entry.url[-1] for entry in feed.entries] == list("0123456")
    assert feed.warnings


def test_gzip_is_unpacked_and_what_is_packed_twice_refused() -> None:
    body = urlset(news("https://courier.example/1"))
    assert len(parse_feed(gzip.compress(body), url=URL).entries) == 1
    assert len(parse_feed(gzip.compress(body[:50]) + gzip.compress(body[50:]), url=URL).entries) == 1
    with pytest.raises(NotAFeed, match="not unpacked twice"):
        parse_feed(gzip.compress(gzip.compress(body)), url=URL)
    with pytest.raises(NotAFeed, match="cannot be unpacked"):
        parse_feed(b"\x1f\x8b\x08\x00garbagegarbage", url=URL)


def test_packed_bytes_that_break_give_their_beginning() -> None:
    urls = [f"<url><loc>https://courier.example/{number * 7919 % 10007}/{number}</loc></url>" for number in range(60_000)]
    packed = gzip.compress(urlset(*urls))
    for broken in (packed[: len(packed) // 2], packed[: len(packed) // 2] + b"\xff" * 100_000):
        feed = parse_feed(broken, url=URL)
        assert feed.is_truncated
        assert "break off" in feed.warnings[0]
        assert len(feed.entries) > 5_000


def test_a_gzip_bomb_ends_with_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "MAX_UNPACKED_BYTES", 100_000)
    one = b"<url><loc>/a</loc></url>"
    unpacked, is_cut = body_module.unpack_body(gzip.compress(b"<urlset>" + one * 1_000_000), url=URL)
    assert (len(unpacked), is_cut) == (100_000, True)
    feed = parse_feed(gzip.compress(b"<urlset>" + one * 1_000_000), url=URL)
    assert feed.is_truncated
    assert 4000 < len(feed.entries) < 4200
    with pytest.raises(NotAFeed, match="empty"):
        parse_feed(gzip.compress(bytes(10_000_000)), url=URL)


def test_entities_are_never_expanded_and_nothing_is_fetched() -> None:
    body = (
        b'<!DOCTYPE urlset [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">'
        b'<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]><urlset><url><loc>https://c.example/&b;&x;</loc></url></urlset>'
    )
    assert [entry.url for entry in parse_feed(body, url=URL).entries] == ["https://c.example/&b;&x;"]


@pytest.mark.parametrize(
    "body", [b"<urlset>" + b"<url>" * 50_000, b"<urlset><url><loc>" + b"a" * 20_000_000 + b"</loc></url></urlset>"]
)
def test_hostile_markup_is_a_failure(body: bytes) -> None:
    with pytest.raises(FeedMalformed):
        parse_feed(body, url=URL)


def test_an_empty_urlset_is_a_sitemap_without_entries() -> None:
    assert parse_feed(b"<urlset/>", url=URL).entries == ()


def test_fifty_thousand_addresses_are_read_and_no_more() -> None:
    body = urlset(*(f"<url><loc>https://courier.example/{number}</loc></url>" for number in range(50_002)))
    began = time.process_time()
    feed = parse_feed(body, url=URL)
    assert len(feed.entries) == 50_000
    assert feed.is_truncated
    assert "50000 addresses" in feed.warnings[0]
    assert time.process_time() - began < 10  # 1 s on a quiet machine
