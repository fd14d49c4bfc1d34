"""Where a site's feeds may be: what its home page and its robots.txt say, and guesses kept apart. Pure; asks nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lxml import etree, html

from wirecopy.extract.page.charset import decode_page
from wirecopy.feeds.body import FEED_ROOTS, describe_body, is_json, root_name, unpack_body
from wirecopy.feeds.plaintext import plain_text
from wirecopy.feeds.sitemap import SITEMAP_ROOTS
from wirecopy.urls import registrable_domain, resolve_url, split_url

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PAGE_BYTES: Final = 5_000_000
_MOST_CANDIDATES: Final = 100
_TYPES: Final = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "application/x-rss+xml",
        "application/xml",
        "text/xml",
        "text/rss+xml",
        "text/rss",
    }
)
# `application/json` is also oEmbed's and WordPress's own interface, both alternates of a page.
_NO_FEEDS = re.compile(
    r"/wp-json/|oembed|/api/|opensearch|manifest|\.(?:png|jpe?g|svg|ico|css|js|pdf|mp3)(?:$|\?)", re.IGNORECASE
)
_MINOR = re.compile(
    r"comment|coment[aá]rio|kommentar|reacti(?:e|on)|commentaire|commenti|комментар|コメント|评论|評論|댓글", re.IGNORECASE
)
_LOOKS_LIKE_FEED = re.compile(
    r"(?:\.(?:rss|rdf|atom)|/(?:rss|feed|atom|feeds)(?:/|\.xml|\.json|\.php|\.aspx?)?|/(?:index|rss\d?|feed|atom)\.xml"
    r"|[/_.-](?:rss|feed)[\w-]*\.(?:xml|php|aspx?|json))$|[?&](?:feed|format|type|output)=(?:rss2?|atom|feed|xml)\b|^feed:"
    r"|/(?:rss|feeds?)/[\w./-]{0,100}$",
    re.IGNORECASE,
)
_SAYS_FEED = re.compile(r"\b(?:rss|atom|xml)\b", re.IGNORECASE)
_SITEMAP_LINE = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*([^\s#][^\r\n#]*)", re.IGNORECASE | re.MULTILINE)
_ROBOTS_BYTES: Final = 500 * 1024  # RFC 9309 section 2.5: what a parser must read at least
_SHARERS: Final = frozenset({"feedly.com", "netvibes.com", "inoreader.com", "newsblur.com", "bloglines.com", "yahoo.com"})

GUESSED_PATHS: Final = (
    "/feed/",
    "/rss.xml",
    "/feed.xml",
    "/rss",
    "/atom.xml",
    "/feed",
    "/index.xml",
    "/rss/",
    "/feeds/posts/default",
    "/feeds/all.atom.xml",
    "/?feed=rss2",
    "/feed.json",
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/news_sitemap.xml",
    "/sitemap_news.xml",
    "/googlenews.xml",
    "/sitemap.xml",
)
"""Paths to try where a page names no feed: those of WordPress, Ghost, Hugo, Blogger, Pelican and Jekyll, and the usual names of
news sitemaps. mediacloud/feed_seeker misses `/feed/` and `/rss.xml` on eleven sites (its issue 17)."""


class Evidence(StrEnum):
    """Why an address is thought to be a feed, the strongest first."""

    ITSELF = "itself"
    LINK = "link"
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCandidate:
    """An address that may be a feed; only reading it tells.

    Attributes:
        url: Absolute, without a fragment.
        title: What the page calls it, or None.
        evidence: Why it is thought to be one.
    """

    url: str
    title: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeeds:
    """Where a site's feeds may be.

    Attributes:
        candidates: What the page says, the likeliest first: itself where it is a feed, `<link rel="alternate">` in the order of
            the page with feeds of comments last, then links that look like feeds.
        guesses: Usual paths on its host and beside the page, those among the candidates left out; ask them one by one.
    """

    candidates: tuple[FeedCandidate, ...]
    guesses: tuple[str, ...]


def find_feeds(body: bytes, *, url: str, content_type: str | None = None) -> FoundFeeds:
    """The addresses that may be feeds of a site, from its home page.

    Args:
        body: The page's bytes; may be a feed themselves.
        url: Where they came from, redirects followed.
        content_type: The response's `Content-Type`, or None.

    Raises:
        NotAFeed: The bytes are packed and cannot be unpacked.
    """
    page, _ = unpack_body(body, url=url)
    if _is_feed(page):
        found = [FeedCandidate(url=url, title=None, evidence=Evidence.ITSELF)]
    else:
        found = _read_page(decode_page(page[:MAX_PAGE_BYTES], content_type).text, url)
    return FoundFeeds(candidates=tuple(found), guesses=_guess(url, {candidate.url for candidate in found}))


def find_sitemaps(robots: bytes, *, url: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names, those of news first.

    Args:
        robots: Its bytes; as much as RFC 9309 asks to be read.
        url: Its address; a relative sitemap is resolved against it, though the protocol asks for whole addresses.
    """
    lines = (match[1].decode("utf-8", "replace").strip() for match in _SITEMAP_LINE.finditer(robots[:_ROBOTS_BYTES]))
    found = dict.fromkeys(resolved for line in lines if (resolved := resolve_url(url, line)))
    return tuple(sorted(found, key=lambda address: "news" not in address.lower()))[:_MOST_CANDIDATES]


def _is_feed(body: bytes) -> bool:
    if describe_body(body) is not None:
        return False
    return is_json(body) or root_name(body) in FEED_ROOTS | SITEMAP_ROOTS


def _read_page(text: str, url: str) -> list[FeedCandidate]:
    if not text.strip():
        return []
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    try:
        # As bytes: lxml refuses text that declares an encoding.
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return []
    base = next((href for element in tree.iter("base") if (href := str(element.get("href") or "").strip())), "")
    base = resolve_url(url, base) or url
    links = list(_links(tree, base))
    candidates = [link for link in links if not _is_minor(link)] + list(_anchors(tree, base))
    candidates += [link for link in links if _is_minor(link)]
    first: dict[str, FeedCandidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.url, candidate)
    return list(first.values())[:_MOST_CANDIDATES]


def _is_minor(candidate: FeedCandidate) -> bool:
    return _MINOR.search(f"{candidate.title or ''} {split_url(candidate.url).path}") is not None


def _links(tree: html.HtmlElement, base: str) -> Iterator[FeedCandidate]:
    for element in tree.iter("link"):
        relations = str(element.get("rel") or "").lower().split()
        kind = str(element.get("type") or "").partition(";")[0].strip().lower()
        href = str(element.get("href") or "").strip()
        is_feed = ("alternate" in relations and kind in _TYPES) or "feed" in relations
        if is_feed and "stylesheet" not in relations and not _NO_FEEDS.search(href):
            yield from _candidate(base, href, element.get("title"), Evidence.LINK)


def _anchors(tree: html.HtmlElement, base: str) -> Iterator[FeedCandidate]:
    """Links in the page that look like feeds: of the site itself first, then those elsewhere (Feedburner)."""
    own = registrable_domain(base)
    elsewhere: list[FeedCandidate] = []
    for element in tree.iter("a"):
        href = str(element.get("href") or "").strip()
        if not href or len(href) > 1000 or _NO_FEEDS.search(href):  # noqa: PLR2004 - no address of a feed is as long
            continue
        kind = str(element.get("type") or "").partition(";")[0].strip().lower()
        words = f"{element.text_content()[:200]} {element.get('title') or ''} {element.get('class') or ''}"
        address = href.partition("#")[0]
        looks_alike = _LOOKS_LIKE_FEED.search(address) is not None
        if not (looks_alike or kind in _TYPES or (address.lower().endswith((".xml", ".json")) and _SAYS_FEED.search(words))):
            continue
        for candidate in _candidate(base, href, element.text_content()[:200], Evidence.ANCHOR):
            domain = registrable_domain(candidate.url)
            if domain == own and not _is_minor(candidate):
                yield candidate
            elif domain not in _SHARERS:
                elsewhere.append(candidate)
    yield from elsewhere


def _candidate(base: str, href: str, title: str | None, evidence: Evidence) -> Iterator[FeedCandidate]:
    if href.lower().startswith("feed:"):  # feed:https://… and feed://…
        href = href[5:] if href[5:].lower().startswith("http") else f"https:{href[5:]}"
    resolved = resolve_url(base, href) if href else None
    if resolved is not None:
        name = plain_text(title or "") or None
        yield FeedCandidate(url=resolved.partition("#")[0], title=name, evidence=evidence)


def _guess(url: str, known: set[str]) -> tuple[str, ...]:
    root = [resolve_url(url, path) for path in GUESSED_PATHS]
    # Beside the page, where a paper lives in a folder: https://host.example/herald/ -> /herald/feed/
    folder = split_url(url).path.rpartition("/")[0]
    beside = [resolve_url(url, f"{folder}{path}") for path in GUESSED_PATHS[:3]] if folder else []
    guesses = dict.fromkeys(guess for guess in [*beside, *root] if guess)
    return tuple(guess for guess in guesses if guess not in known and guess != url)
