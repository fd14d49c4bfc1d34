"""The second reading of feeds that are broken on purpose or by a slip: nothing is hidden by it, and nothing takes long."""

from __future__ import annotations

import time

import pytest

from wirecopy.feeds.crosscheck import count_items, reread_items
from wirecopy.feeds.parse import parse_feed

ITEMS = [f"<item><title>Story {number}</title><link>http://a.test/{number}</link></item>" for number in range(10)]


def feed(items: list[str]) -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'.encode()


@pytest.mark.parametrize(
    "slip",
    [
        "<!-- forgotten",
        "<item><title>Story 3</title><link>http://a.test/3</link><description><![CDATA[never closed</description></item>",
        "<!-- <![CDATA[ both",
    ],
)
def test_what_is_never_closed_hides_no_item(slip: str) -> None:
    parsed = parse_feed(feed([*ITEMS[:3], slip, *ITEMS[4:]]), url="http://a.test/feed")
    urls = [entry.url for entry in parsed.entries]
    assert urls[:3] == [f"http://a.test/{number}" for number in range(3)]
    assert urls[-6:] == [f"http://a.test/{number}" for number in range(4, 10)]
    assert any("second reading" in warning for warning in parsed.warnings)


@pytest.mark.parametrize(
    "poison",
    [
        "<image><url>http://a.test/i.png</url></width></image><b>&",
        '<x xmlns:p="one two three" p:y="1"/>',
        '<p:x xmlns:p="one two three"/>',
    ],
)
def test_what_makes_the_parser_raise_loses_no_item(poison: str) -> None:
    parsed = parse_feed(feed([poison, *ITEMS]), url="http://a.test/feed")
    assert [entry.url for entry in parsed.entries] == [f"http://a.test/{number}" for number in range(10)]


def test_what_is_closed_does_hide() -> None:
    text = feed([ITEMS[0], f"<!-- {ITEMS[1]} -->", f"<item><description><![CDATA[{ITEMS[2]}]]></description></item>"])
    assert count_items(text, root="rss") == 2


@pytest.mark.parametrize(
    "piece", ["<![CDATA[", "<!--", "<item>", "<![CDATA[]]>", "<title><![CDATA[", "<link ", "<a:", "<", "<title"]
)
def test_no_markup_takes_long(piece: str) -> None:
    text = f"<item>{piece * (190_000 // len(piece))}<title>x</title></item>".encode()
    started = time.process_time()
    count_items(text, root="rss")
    reread_items(text, root="rss", base="")
    assert time.process_time() - started < 3
