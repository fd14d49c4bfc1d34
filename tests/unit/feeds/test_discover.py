"""Where a site's feeds may be: what its page says in order, guesses apart, and robots.txt."""

from __future__ import annotations

import pytest

from wirecopy.errors import NotAFeed
from wirecopy.feeds.discover import Evidence, find_feeds, find_sitemaps
from wirecopy.workers import WorkerPool

URL = "https://courier.example/"


def page(head: str = "", body: str = "") -> bytes:
    return f"<!doctype html><html><head><title>Courier</title>{head}</head><body>{body}</body></html>".encode()


def urls(found: bytes, url: str = URL) -> list[str]:
    return [candidate.url for candidate in find_feeds(found, url=url).candidates]


def test_stated_feeds_come_in_the_order_of_the_page_and_those_of_comments_last() -> None:
    found = find_feeds(
        page(
            '<link rel="alternate" type="application/rss+xml" title="Courier &raquo; Comments Feed" href="/comments/feed/">'
            '<LINK HREF=/feed/ TITLE="News" TYPE="Application/RSS+XML; charset=utf-8" REL="Alternate">'
            "<link type='application/atom+xml' rel='nofollow alternate' href='//courier.example/atom.xml#top'>"
            '<link rel="alternate" type="application/feed+json" href="feed.json"/>',
            '<a href="/about">About</a><a href="/rss/sport.xml">Sport</a>',
        ),
        url=URL,
    )
    assert [(candidate.url, candidate.title, candidate.evidence) for candidate in found.candidates] == [
        ("https://courier.example/feed/", "News", Evidence.LINK),
        ("https://courier.example/atom.xml", None, Evidence.LINK),
        ("https://courier.example/feed.json", None, Evidence.LINK),
        ("https://courier.example/rss/sport.xml", "Sport", Evidence.ANCHOR),
        ("https://courier.example/comments/feed/", "Courier » Comments Feed", Evidence.LINK),
    ]


def test_what_is_no_feed_is_left_out() -> None:
    head = (
        '<link rel="alternate" hreflang="fr" href="/fr/"><link rel="stylesheet" type="text/css" href="/feed.css">'
        '<link rel="alternate" type="application/json+oembed" href="/oembed?format=json">'
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">'
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">'
        '<link rel="alternate" type="application/rss+xml" href="">'
    )
    assert urls(page(head, '<a href="/feedback">Say</a><a href="mailto:rss@courier.example">Mail</a><a>none</a>')) == []


def test_links_are_resolved_against_the_base_of_the_page() -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="news.rss"><base href="/en/"><base href="/fr/">'
    assert urls(page(head)) == ["https://courier.example/en/news.rss"]


@pytest.mark.parametrize(
    "href",
    [
        "/feed",
        "/feed/",
        "/rss",
        "/rss.xml",
        "/atom.xml",
        "/news/rss.php",
        "/index.xml",
        "/x.rdf",
        "/?feed=rss2",
        "/rss/world/news",
        "/news_feed.xml",
        "feed://courier.example/x.rss",
        "feed:https://courier.example/x.rss",
        "https://feeds.feedburner.com/feeds/courier",
    ],
)
def test_links_that_look_like_feeds(href: str) -> None:
    (found,) = urls(page(body=f'<a href="{href}">News</a>'))
    assert found.startswith("https://")


def test_feeds_elsewhere_come_after_the_sites_own_and_readers_buttons_not_at_all() -> None:
    body = (
        '<a href="https://other.example/rss.xml">a</a><a href="https://www.courier.example/rss.xml">b</a>'
        '<a href="https://feedly.com/i/subscription/feed/https://courier.example/rss.xml">c</a>'
    )
    assert urls(page(body=body)) == ["https://www.courier.example/rss.xml", "https://other.example/rss.xml"]


def test_guesses_are_kept_apart_and_leave_out_what_is_known() -> None:
    found = find_feeds(page('<link rel="alternate" type="application/rss+xml" href="/rss.xml">'), url=f"{URL}herald/index.html")
    assert [candidate.url for candidate in found.candidates] == [f"{URL}rss.xml"]
    assert found.guesses[:2] == (f"{URL}herald/feed/", f"{URL}herald/rss.xml")
    assert f"{URL}rss.xml" not in found.guesses
    for path in ("feed/", "feed.xml", "atom.xml", "rss", "index.xml", "news-sitemap.xml", "feeds/posts/default"):
        assert f"{URL}{path}" in found.guesses


@pytest.mark.parametrize(
    "body",
    [
        b"<rss version='2.0'><channel/></rss>",
        b'\xef\xbb\xbf<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>',
        b'{"version": "https://jsonfeed.org/version/1"}',
        b"<sitemapindex/>",
    ],
)
def test_a_feed_in_place_of_a_page_is_its_own_candidate(body: bytes) -> None:
    (candidate,) = find_feeds(body, url=f"{URL}x").candidates
    assert (candidate.url, candidate.evidence) == (f"{URL}x", Evidence.ITSELF)


@pytest.mark.parametrize(
    "body", [b"", b"\x00", b"%PDF-1.7", b"<", b"<!--", b"\xff\xfe", b"<div>" * 100_000, b"<a href='/rss'" * 20_000]
)
def test_whatever_comes_in_is_no_crash(body: bytes) -> None:
    assert find_feeds(body, url=URL).guesses


def test_packed_bytes_that_cannot_be_unpacked_are_an_error() -> None:
    with pytest.raises(NotAFeed):
        find_feeds(b"\x1f\x8b\x08\x00garbagegarbage", url=URL)


def test_no_page_names_feeds_without_end() -> None:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{number}.rss">' for number in range(5000))
    assert len(urls(page(links))) == 100


def test_pages_in_other_encodings_and_deep_ones_are_read() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/rss.xml" title="Новости">'
    (candidate,) = find_feeds(
        page(link).decode().encode("cp1251"), url=URL, content_type="text/html; charset=windows-1251"
    ).candidates
    assert candidate.title == "Новости"
    assert urls(page(body="<div>" * 1000 + '<a href="/rss.xml">RSS</a>')) == [f"{URL}rss.xml"]


def test_robots_names_sitemaps_those_of_news_first() -> None:
    robots = (
        b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\nSITEMAP : https://courier.example/a.xml  # all\r\n"
        b"sitemap:/b.xml\nSitemap: https://cdn.example/news-sitemap.xml\nSitemap:\nSitemap: https://courier.example/a.xml\n"
        b"# Sitemap: https://courier.example/old.xml\nSitemap: javascript:x\n"
    )
    assert find_sitemaps(robots, url=f"{URL}robots.txt") == (
        "https://cdn.example/news-sitemap.xml",
        "https://courier.example/a.xml",
        "https://courier.example/b.xml",
    )
    assert find_sitemaps(b"<html>Sitemap</html>", url=URL) == ()


def test_it_is_a_job_of_the_worker_processes() -> None:
    with WorkerPool(1, timeout_s=30, memory_bytes=1_500_000_000) as pool:
        (found,) = pool.map(
            "find_feeds", [(page('<link rel="alternate" type="application/rss+xml" href="/rss.xml">'), URL, None)]
        )
    assert [candidate.url for candidate in found.candidates] == ["https://courier.example/rss.xml"]
