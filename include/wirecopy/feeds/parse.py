"""A feed's bytes to its entries, in whatever format: RSS, RDF, Atom, JSON Feed, sitemap, index of sitemaps. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wirecopy.errors import FeedMalformed, NotAFeed
from wirecopy.feeds.body import (
    MAX_FEED_BYTES,
    MAX_FEED_ITEMS,
    MAX_UNPACKED_BYTES,
    clean_body,
    cut_body,
    cut_items,
    describe_body,
    is_json,
    root_name,
    unpack_body,
)
from wirecopy.feeds.charset import recode_feed
from wirecopy.feeds.items import FeedDocument
from wirecopy.feeds.jsonfeed import is_json_feed, load_json, read_json_feed
from wirecopy.feeds.sitemap import SITEMAP_ROOTS, read_sitemap
from wirecopy.feeds.syndication import read_syndication

if TYPE_CHECKING:
    from wirecopy.models import ParsedFeed


def parse_feed(body: bytes, *, url: str, content_type: str | None = None) -> ParsedFeed:
    """Read RSS 0.9x to 2.0, RDF, Atom, JSON Feed 1 and 1.1, a sitemap or an index of sitemaps; gzip is unpacked.

    Args:
        body: The feed's bytes; beyond `MAX_FEED_BYTES` or `MAX_FEED_ITEMS` (a sitemap's beyond `MAX_UNPACKED_BYTES`) they are
            cut, and `is_truncated` and a warning say so.
        url: Where they came from: names the feed in errors and is the last base of relative links.
        content_type: The response's `Content-Type`, or None; only its charset counts.

    Raises:
        NotAFeed: The bytes are something else; the message says what they look like.
        FeedMalformed: They are meant as a feed but could not be read.
    """
    return read_feed(body, url=url, content_type=content_type).to_parsed()


def read_feed(body: bytes, *, url: str, content_type: str | None = None) -> FeedDocument:
    """The feed with every item, those that `parse_feed` drops included; arguments and errors as there.

    Where `url` is empty and a link is relative, the link is given as stated.
    """
    whole, is_cut = unpack_body(body, url=url)
    looks_like = describe_body(whole)
    if looks_like is not None:
        raise NotAFeed(url, f"not a feed: {_phrase(looks_like)}")
    is_sitemap = not is_json(whole) and root_name(whole) in SITEMAP_ROOTS
    most = MAX_UNPACKED_BYTES if is_sitemap else MAX_FEED_BYTES
    warnings = ["its packed bytes break off or unpack to too many"] if is_cut else []
    text = whole
    if len(whole) > most:
        warnings.append(f"only its first {most} bytes were read, of {len(whole)}")
        text = whole[:most] if is_sitemap or is_json(whole) else cut_body(whole)
    document = _read(text, url, content_type, is_sitemap=is_sitemap)
    if warnings:
        return replace(document, is_truncated=True, warnings=(*warnings, *document.warnings))
    return document


def _read(text: bytes, url: str, content_type: str | None, *, is_sitemap: bool) -> FeedDocument:
    if is_json(text):
        return _read_json(text, url, content_type)
    clean = clean_body(text, content_type)
    if is_sitemap:
        return read_sitemap(clean, url=url)
    kept = cut_items(clean)
    document = read_syndication(kept, url=url)
    if kept is clean:
        return document
    return replace(
        document, is_truncated=True, warnings=(f"only its first {MAX_FEED_ITEMS} items were read", *document.warnings)
    )


def _read_json(text: bytes, url: str, content_type: str | None) -> FeedDocument:
    decoded = recode_feed(text, content_type).decode("utf-8", "replace")
    try:
        value, is_cut = load_json(decoded)
    except RecursionError:
        raise FeedMalformed(url, "could not be read as a feed: its JSON is nested too deeply") from None
    except ValueError:
        raise NotAFeed(url, "not a feed: it looks like JSON, but it is broken") from None
    if not is_json_feed(value):
        raise NotAFeed(url, "not a feed: it looks like JSON that is no JSON Feed")
    return read_json_feed(value, url=url, is_truncated=is_cut)


def _phrase(looks_like: str) -> str:
    return "it is empty" if looks_like == "empty" else f"it looks like {looks_like}"
