"""What an entry takes from what: its address, its date and its authors, where a feed states several or none."""

from __future__ import annotations

import pytest

from wirecopy.feeds.body import MAX_FEED_ITEMS
from wirecopy.feeds.parse import read_feed

URL = "https://courier.example/feed.xml"
DATE = "<pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate>"
NAMESPACES = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://purl.org/rss/1.0/"'


def rss(item: str) -> bytes:
    return f'<rss version="2.0"><channel><title>C</title><item>{item}</item></channel></rss>'.encode()


def atom(entry: str, feed: str = "") -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>C</title>{feed}<entry>{entry}</entry></feed>'.encode()


def rdf(item: str) -> bytes:
    return f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {NAMESPACES}>{item}</rdf:RDF>'.encode()


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (rss("<guid>https://courier.example/g</guid>"), "https://courier.example/g"),
        (rss("<guid>1234</guid>"), None),
        (rss("<guid>1234</guid><link>/1</link>"), "https://courier.example/1"),
        (rss('<guid isPermaLink="false">https://courier.example/g</guid>'), None),
        (rss("<link>www.courier.example/1</link>"), "https://www.courier.example/1"),
        (rss("<link>www.html</link>"), "https://courier.example/www.html"),
        (atom("<id>https://courier.example/i</id>"), "https://courier.example/i"),
        (atom("<id>1234</id><link rel='self' href='/self'/>"), None),
        (
            atom("<id>1234</id><link rel='http://www.iana.org/assignments/relation/alternate' href='/1'/>"),
            "https://courier.example/1",
        ),
        (rdf('<item rdf:about="https://courier.example/a"><title>A</title></item>'), "https://courier.example/a"),
        (rdf('<item rdf:about="a:1"><title>A</title></item>'), None),
    ],
)
def test_an_entrys_address_is_its_link_or_an_id_that_is_an_address(body: bytes, url: str | None) -> None:
    (item,) = read_feed(body, url=URL).items
    assert (item.url, item.is_usable) == (url, url is not None)


@pytest.mark.parametrize("empty", ["<pubDate/>", "<pubDate> </pubDate>", "<PUBDATE></PUBDATE>"])
def test_an_empty_date_hides_no_date(empty: str) -> None:
    for body in (rss(DATE + empty), rss(empty + DATE)):
        (item,) = read_feed(body, url=URL).items
        assert item.published_at is not None
        assert item.published_at.stated == "2026-11-02T10:00:00+00:00"


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        ("<author><name>Ana Ruiz</name></author>", ("Ana Ruiz",)),
        ("<source><author><name>Per Lund</name></author></source>", ("Per Lund",)),
        ("", ("The Courier",)),
    ],
)
def test_an_atom_entry_without_authors_has_its_sources_or_the_feeds(entry: str, names: tuple[str, ...]) -> None:
    (item,) = read_feed(atom(f"<link href='/1'/>{entry}", "<author><name>The Courier</name></author>"), url=URL).items
    assert item.authors == names


def test_who_looks_after_a_channel_wrote_none_of_its_items() -> None:
    body = rss("<link>/1</link>").replace(b"<item>", b"<managingEditor>desk@courier.example (Desk)</managingEditor><item>")
    (item,) = read_feed(body, url=URL).items
    assert item.authors == ()


@pytest.mark.parametrize(
    "form", ["<rss version='2.0'><channel>{}</channel></rss>", "<feed xmlns='http://www.w3.org/2005/Atom'>{}</feed>"]
)
def test_of_more_items_than_can_be_read_in_time_the_first_are_read(form: str) -> None:
    name = "item" if "rss" in form else "entry"
    body = form.format("".join(f"<{name}><id>{number}</id></{name}>" for number in range(MAX_FEED_ITEMS + 2))).encode()
    document = read_feed(body, url=URL)
    assert len(document.items) == MAX_FEED_ITEMS
    assert document.is_truncated
    assert document.warnings == (f"only its first {MAX_FEED_ITEMS} items were read",)  # and not that the markup is broken
