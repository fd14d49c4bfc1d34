"""The second reading: no false alarm, and what the first lost is found."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from wirecopy.errors import ContentError
from wirecopy.feeds import syndication
from wirecopy.feeds.body import clean_body, root_name
from wirecopy.feeds.crosscheck import add_missing, count_items, reread_items
from wirecopy.feeds.items import FeedItem
from wirecopy.feeds.parse import parse_feed, read_feed

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://courier.example/feed"
ILL_FORMED = (
    b"<rss rss:version=2.0><rss:channel><rss:title>C</rss:title>"
    b"<rss:item><rss:title>R&amp;D</rss:title><rss:link>https://courier.example/1?a=1&amp;b=2</rss:link>"
    b"<rss:guid rss:isPermaLink=false>g1</rss:guid><rss:pubDate>Mon, 02 Nov 2026 10:00:00 GMT</rss:pubDate>"
    b"<rss:description><![CDATA[<p>The <b>old</b> one</p>]]></rss:description></rss:item>"
    b"<rss:item><rss:title>Two</rss:title><rss:guid rss:isPermaLink=true>https://courier.example/2</rss:guid></rss:item>"
    b"</rss:channel></rss>"
)


def test_items_that_feedparser_loses_are_read_all_the_same() -> None:
    feed = parse_feed(ILL_FORMED, url=URL)
    first, second = feed.entries
    assert (first.url, first.title, first.guid) == ("https://courier.example/1?a=1&b=2", "R&D", "g1")
    assert first.summary == "The old one"
    assert first.published_at is not None
    assert first.published_at.stated == "2026-11-02T10:00:00+00:00"
    assert second.url == "https://courier.example/2"
    assert feed.missing == 0
    assert "2 items were read by a second reading only" in feed.warnings


def test_items_that_cannot_be_read_either_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_all_but_one(parsed: object, *_: object) -> list[FeedItem]:
        return [FeedItem(url="https://courier.example/1", is_usable=True)]

    monkeypatch.setattr(syndication, "_items", lose_all_but_one)
    items = "".join(f"<item><link>https://courier.example/{number}</link></item>" for number in (1, 2, 2, 3))
    feed = parse_feed(f'<rss version="2.0"><channel>{items}<item><title>x</title></item></channel></rss>'.encode(), url=URL)
    assert [entry.url[-1] for entry in feed.entries] == ["1", "2", "3"]
    assert feed.missing == 2  # the one without a link, and the second that has the first's
    assert "2 of 5 items could not be read" in feed.warnings


@pytest.mark.parametrize(
    ("text", "root", "count"),
    [
        (b"<rss><item><a/></item><item/><ITEM\n></ITEM></rss>", "rss", 3),
        (b"<rss><items><itemize/></items><media:item/><entry/></rss>", "rss", 0),
        (b"<feed><entry/><item/><category/></feed>", "feed", 1),
        (b"<rss><item><![CDATA[<item>]]></item><!-- <item> --><item/></rss>", "rss", 2),
        (b"<rss><item>&lt;item></item><![CDATA[<item>", "rss", 2),
        (b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry/><b:entry/></a:feed>", "feed", 1),
        (b"<rss:item/>", "rss", 1),
    ],
)
def test_items_are_counted_outside_cdata_and_comments(text: bytes, root: str, count: int) -> None:
    assert count_items(text, root=root) == count


def test_added_items_stand_where_the_second_reading_has_them() -> None:
    def item(name: str) -> FeedItem:
        return FeedItem(url=f"https://courier.example/{name}", is_usable=True)

    merged, added = add_missing([item("b"), item("d")], [item(name) for name in "abcde"])
    assert ([(found.url or "")[-1] for found in merged], added) == (list("abcde"), 3)


def test_a_section_that_is_never_closed_hides_no_item() -> None:
    body = "<item><title><![CDATA[One</title><link>/1</link></item><item><title>Two</title><link>/2</link></item>"
    feed = parse_feed(f'<rss version="2.0"><channel>{body}</channel></rss>'.encode(), url=URL)
    assert [(entry.title, entry.url[-1]) for entry in feed.entries] == [("One", "1"), ("Two", "2")]


def test_a_second_reading_reads_atom() -> None:
    body = (
        b'<feed><entry><title type="html">A</title><link rel="self" href="/self"/><link href="/1"/><id>tag:1</id>'
        b"<author><name>Ana Ruiz</name></author><updated>2026-11-02T10:00:00Z</updated></entry></feed>"
    )
    (item,) = reread_items(body, root="feed", base=URL)
    assert (item.url, item.guid, item.authors) == ("https://courier.example/1", "tag:1", ("Ana Ruiz",))
    assert item.published_at is not None


@pytest.mark.parametrize("piece", [b"<item>", b"<!--", b"<![CDATA[", b"<item><title>", b"<item ", b"<rss:link "])
def test_hostile_markup_is_read_in_linear_time(piece: bytes) -> None:
    began = time.process_time()
    text = piece * (1_000_000 // len(piece))
    count_items(text, root="rss")
    reread_items(text, root="rss", base=URL)
    assert time.process_time() - began < 20  # under 3 s on a quiet machine; quadratic would take hours


@pytest.mark.data
def test_real_feeds_raise_no_false_alarm(test_data: Path) -> None:
    alarms: dict[str, tuple[int, int]] = {}
    for row in json.loads((test_data / "feeds" / "expected.json").read_text()):
        body = (test_data / "feeds" / row["file"]).read_bytes()
        try:
            document = read_feed(body, url="")
        except ContentError:
            continue
        clean = clean_body(body, None)
        counted = count_items(clean, root=root_name(clean))
        if document.missing or counted != len(document.items):
            alarms[row["path"]] = (counted, len(document.items))
    assert alarms == {}
