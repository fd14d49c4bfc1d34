"""JSON Feed 1 and 1.1: all fields, wrong types everywhere, and what breaks off."""

from __future__ import annotations

import json
import time

import pytest

from wirecopy.errors import FeedMalformed, NotAFeed
from wirecopy.feeds.parse import parse_feed, read_feed

URL = "https://courier.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def feed_of(*items: object, **fields: object) -> bytes:
    return json.dumps({"version": VERSION, "title": "Courier", "items": items, **fields}, ensure_ascii=False).encode()


def test_all_fields_are_read() -> None:
    feed = parse_feed(
        feed_of(
            {
                "id": "tag:1",
                "url": "https://courier.example/bridge",
                "external_url": "https://elsewhere.example/",
                "title": "Bridge <opens> & more",
                "content_html": "<p>The &eacute;tude<br>of it</p>",
                "date_published": "2026-11-02T10:00:00+01:00",
                "date_modified": "2026-11-02T12:00:00+01:00",
                "authors": [{"name": "Ana Ruiz"}, {"name": "Per Lund"}],
                "language": "da",
            },
            home_page_url="https://courier.example/",
            feed_url=URL,
            next_url="/feed.json?page=2",
            hubs=[{"type": "WebSub", "url": "https://hub.example/"}],
            language="en",
        ),
        url=URL,
    )
    assert (feed.format, feed.title, feed.next_url) == ("json11", "Courier", "https://courier.example/feed.json?page=2")
    assert (feed.hub_urls, feed.self_url, feed.dropped, feed.warnings) == (("https://hub.example/",), URL, 0, ())
    (entry,) = feed.entries
    assert (entry.url, entry.guid, entry.title) == ("https://courier.example/bridge", "tag:1", "Bridge <opens> & more")
    assert (entry.summary, entry.authors, entry.language) == ("The étude of it", ("Ana Ruiz", "Per Lund"), "da")
    assert entry.published_at is not None
    assert entry.updated_at is not None
    assert (entry.published_at.stated, entry.updated_at.stated) == ("2026-11-02T10:00:00+01:00", "2026-11-02T12:00:00+01:00")


def test_version_1_has_one_author_and_the_feeds_stands_for_the_items() -> None:
    feed = parse_feed(
        feed_of(
            {"id": "1", "url": "/1", "author": {"name": "Ana Ruiz"}},
            {"id": "2", "url": "/2"},
            version="https://jsonfeed.org/version/1",
            author={"name": "The desk"},
        ),
        url=URL,
    )
    assert feed.format == "json1"
    assert [entry.authors for entry in feed.entries] == [("Ana Ruiz",), ("The desk",)]


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ({"id": "1", "url": "bridge"}, "https://courier.example/news/bridge"),
        ({"id": "1", "external_url": "https://elsewhere.example/x"}, "https://elsewhere.example/x"),
        ({"id": "https://courier.example/9"}, "https://courier.example/9"),
        ({"url": "https://courier.example/no-id"}, "https://courier.example/no-id"),
    ],
)
def test_where_an_items_address_comes_from(item: dict[str, str], url: str) -> None:
    feed = parse_feed(feed_of(item, home_page_url="https://courier.example/news/"), url=URL)
    assert [entry.url for entry in feed.entries] == [url]


@pytest.mark.parametrize("wrong", [None, 7, 1.5, True, "", "text", [], [1], {}, {"name": 3}, [[]], {"url": []}])
def test_wrong_types_never_cost_more_than_the_field(wrong: object) -> None:
    names = "id title summary content_text content_html date_published date_modified authors author language external_url image tags"
    item = {"url": "https://courier.example/1", **dict.fromkeys(names.split(), wrong)}
    fields = dict.fromkeys(("title", "home_page_url", "feed_url", "next_url", "hubs", "authors", "author", "expired"), wrong)
    feed = parse_feed(feed_of(item, **fields), url=URL)
    assert [entry.url for entry in feed.entries] == ["https://courier.example/1"]


def test_what_is_no_item_is_dropped_and_counted() -> None:
    feed = parse_feed(feed_of(None, 3, "x", [], {"id": 4}, {"url": "javascript:x"}, {"id": 5, "url": "/5"}), url=URL)
    assert ([(entry.url, entry.guid) for entry in feed.entries], feed.dropped) == ([("https://courier.example/5", "5")], 6)


@pytest.mark.parametrize("items", [None, {}, "x", 3])
def test_a_feed_without_a_list_of_items_is_malformed(items: object) -> None:
    with pytest.raises(FeedMalformed, match="without a list of items"):
        parse_feed(json.dumps({"version": VERSION, "items": items}).encode(), url=URL)


def test_a_feed_that_breaks_off_gives_the_items_before_that() -> None:
    body = feed_of(*({"id": str(number), "url": f"/{number}"} for number in range(20)))
    feed = parse_feed(body[: body.index(b'"/7"') + 2], url=URL)
    assert len(feed.entries) == 7  # 0 to 6; the address of the eighth is half an address
    assert feed.is_truncated
    assert "breaks off" in feed.warnings[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be"])
def test_json_is_read_in_every_unicode_encoding(encoding: str) -> None:
    body = feed_of({"id": "1", "url": "/1", "title": "Новости"}).decode().encode(encoding)
    assert [entry.title for entry in parse_feed(body, url=URL).entries] == ["Новости"]


def test_characters_that_are_none_go() -> None:
    body = (
        b'{"version":"https://jsonfeed.org/version/1","items":[{"id":"a\\ud800b","url":"/1","title":"x\\u0000\\udfffy\\n z"}]}'
    )
    (entry,) = parse_feed(body, url=URL).entries
    assert (entry.guid, entry.title) == ("ab", "xy z")
    assert "\ud800" not in entry.url


def test_an_expired_feed_says_so() -> None:
    assert "finished" in parse_feed(feed_of(expired=True), url=URL).warnings[0]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"[" * 100_000, FeedMalformed),
        (b"[" * 100_000, FeedMalformed),
        (b'{"items": []}', NotAFeed),
        (b'{"version": 3}', NotAFeed),
    ],
)
def test_hostile_and_other_json_is_a_failure(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_feed(body, url=URL)


def test_numbers_too_long_to_read_are_no_values() -> None:
    body = b'{"version":"https://jsonfeed.org/version/1","items":[{"id":' + b"9" * 10_000 + b',"url":"/1"}]}'
    assert [(entry.url, entry.guid) for entry in parse_feed(body, url=URL).entries] == [("https://courier.example/1", None)]


def test_relative_links_stay_as_they_stand_where_no_base_is_known() -> None:
    assert [item.url for item in read_feed(feed_of({"id": "1", "url": "/1"}), url="").items] == ["/1"]


def test_a_comma_too_many_costs_nothing() -> None:
    body = (
        b'{"version":"https://jsonfeed.org/version/1.1","title":"a,] \\"b,}",'
        b'"items":[{"id":"1","url":"http://a.test/1","tags":["x" , ],\n},{"id":"2","url":"http://a.test/2","title":", }"},],}'
    )
    feed = parse_feed(body, url="http://a.test/feed.json")
    assert [entry.url for entry in feed.entries] == ["http://a.test/1", "http://a.test/2"]
    assert (feed.title, feed.entries[1].title, feed.is_truncated) == ('a,] "b,}', ", }", False)


@pytest.mark.parametrize("piece", ['"', '\\"', ",", ", ", "{", '{"a":1,},', "[", "\\"])
def test_broken_json_takes_no_time(piece: str) -> None:
    started = time.process_time()
    with pytest.raises((FeedMalformed, NotAFeed)):
        parse_feed(b'{"x":' + piece.encode() * (1_000_000 // len(piece)), url="http://a.test/feed.json")
    assert time.process_time() - started < 3


def test_line_breaks_that_a_template_left_in_a_text_cost_nothing() -> None:
    body = feed_of({"id": "1", "url": "https://courier.example/1", "title": "A|B|C"}).replace(b"A|B|C", b"A\n\tB\x01C")
    feed = parse_feed(body, url=URL)
    assert [entry.title for entry in feed.entries] == ["A BC"]
    assert not feed.is_truncated


def test_a_feed_that_breaks_off_within_its_first_item_is_malformed() -> None:
    with pytest.raises(FeedMalformed, match="breaks off"):
        parse_feed(feed_of({"id": "1", "title": "A"})[:-8], url=URL)
