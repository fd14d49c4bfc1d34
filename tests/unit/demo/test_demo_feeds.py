"""feedparser reads every feed of the newsroom, whatever format and charset it has."""

import io

import feedparser
import pytest

from wirecopy.demo.feeds import write_feed
from wirecopy.demo.texts import read_outlets

FEEDS = [(outlet, feed) for outlet in read_outlets() for feed in outlet.feeds]
VERSIONS = {
    "rss20": "rss20", "rss094": "rss094", "rss092": "rss092", "rss091": "rss091n", "rss090": "rss090", "rss10": "rss10",
    "atom10": "atom10", "atom03": "atom03",
}  # fmt: skip


def parse(outlet, feed):
    headers = {"content-type": feed.content_type, "content-location": f"http://{outlet.host}{feed.path}"}
    return feedparser.parse(io.BytesIO(write_feed(outlet, feed)), sanitize_html=False, response_headers=headers)


@pytest.mark.parametrize(("outlet", "feed"), FEEDS, ids=lambda item: getattr(item, "path", getattr(item, "id", "")))
def test_entries_lead_to_the_pages(outlet, feed):
    parsed = parse(outlet, feed)
    assert parsed.version == VERSIONS[feed.format]
    linked = [entry for entry in parsed.entries if entry.get("link")]
    assert [entry.link.partition("?")[0] for entry in linked] == [page.url for page in outlet.listed(feed)]
    assert [entry.title for entry in linked] == [page.title for page in outlet.listed(feed)]


def test_every_format_that_feedparser_tells_apart_is_there():
    assert {feed.format for _, feed in FEEDS} == set(VERSIONS)


def test_feeds_come_in_several_charsets_and_say_so():
    charsets = {feed.charset for _, feed in FEEDS}
    assert charsets == {"utf-8", "iso-8859-1", "iso-8859-2", "windows-1251"}
    for outlet, feed in FEEDS:
        assert f'encoding="{feed.charset}"'.encode() in write_feed(outlet, feed).partition(b"\n")[0]


def test_feeds_have_the_habits_of_real_ones():
    written = {f"{outlet.id}{feed.path}": write_feed(outlet, feed) for outlet, feed in FEEDS}
    assert b"<![CDATA[" in written["courier/feed/"]
    assert b"<content:encoded>" in written["courier/feed/"]
    assert b"utm_source=" in written["courier/feed/"]
    assert b"<link>/world/" in written["examiner/latest.rss"]
    assert b'xml:base="http://lodestar.test/"' in written["lodestar/wire.atom"]
    assert b"<!DOCTYPE rss" in written["kurier/rss/kurier.xml"]
    assert b"<pubDate>" not in written["tribune/rss.xml"]


def test_an_item_without_a_link_stands_in_the_feed_that_allows_it():
    outlet, feed = next((outlet, feed) for outlet, feed in FEEDS if feed.format == "rss092")
    parsed = parse(outlet, feed)
    assert sum(not entry.get("link") for entry in parsed.entries) == 1


def test_one_article_stands_in_two_feeds():
    courier = next(outlet for outlet, _ in FEEDS if outlet.id == "courier")
    listed = [{page.url for page in courier.listed(feed)} for feed in courier.feeds]
    assert listed[0] & listed[1]


def test_a_short_link_stands_in_the_section_feed_alone():
    courier = next(outlet for outlet, _ in FEEDS if outlet.id == "courier")
    assert [any(page.location for page in courier.listed(feed)) for feed in courier.feeds] == [False, True]
