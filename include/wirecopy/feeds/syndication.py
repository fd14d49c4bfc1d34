"""RSS, RDF and Atom: bytes to items, and the only place that knows feedparser.

feedparser is given bytes in a `BytesIO` only (it would open a bare path, even one that came as a response's body), cleaned
by `wirecopy.feeds.body`, with its own sanitising and link resolving off: both cost more than the parsing, and the user
interface escapes. It may still run for long or take much memory on hostile input: callers run it in `wirecopy.workers`.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

import feedparser

from wirecopy.errors import FeedMalformed, NotAFeed
from wirecopy.feeds.body import FEED_ROOTS, root_name
from wirecopy.feeds.crosscheck import add_missing, count_items, reread_items
from wirecopy.feeds.dates import month_comes_first, read_date
from wirecopy.feeds.items import FeedDocument, FeedItem, bare_host, locate, resolve_all, with_scheme
from wirecopy.feeds.plaintext import plain_text, scrub_text
from wirecopy.feeds.wishes import read_wishes
from wirecopy.models import ClaimedTime
from wirecopy.urls import resolve_url

if TYPE_CHECKING:
    from collections.abc import Iterator

# `address (Name)`, `Name <address>`, `Name (address)`
_WITH_ADDRESS = re.compile(r"\S+@\S+\s*\((?P<last>[^()]+)\)|(?P<first>[^<>()]+?)\s*[<(][^<>()\s]+@[^<>()\s]+[>)]")
_END_OF_FEED = re.compile(rb"</(?:[a-z0-9]+:)?(?:rss|rdf|feed|channel)\s*>", re.IGNORECASE)
# feedparser takes the empty for what is stated: no guid is the permalink that it is then, and no earlier date counts.
_EMPTY = re.compile(
    rb"<(link|(?:\w+:)?(?:pubdate|date|published|issued|created|updated|modified))\s*(?:/>|>\s*</\1\s*>)", re.IGNORECASE
)
_ADDRESSES: Final = ("http://", "https://")
_REGISTERED: Final = (
    "http://www.iana.org/assignments/relation/"  # what stands before a relation's name (RFC 4287 section 4.2.7.2)
)
_TAIL_BYTES: Final = 1000
_LONGEST_AUTHOR: Final = 500
"""Characters of an author that are read. feedparser's own reading of one is quadratic: 16 kB take 6.7 s (feedparser#580)."""
_AUTHOR = re.compile(
    rb"(<(?:[\w.-]+:)?(?:author|creator|name|managingeditor|webmaster)\b[^<>]*>)([^<]{500})[^<]+", re.IGNORECASE
)
_AUTHOR_CDATA = re.compile(
    rb"(<(?:[\w.-]+:)?(?:author|creator|name|managingeditor|webmaster)\b[^<>]*><!\[CDATA\[)([^\]]{500})[^\]]+", re.IGNORECASE
)


def read_syndication(text: bytes, *, url: str) -> FeedDocument:
    """Read RSS 0.9x to 2.0, RDF, CDF or Atom.

    Args:
        text: The feed's bytes in UTF-8, cleaned by `wirecopy.feeds.body.clean_body`.
        url: Where they came from: names the feed in errors and is the last base of relative links.

    Raises:
        NotAFeed: The bytes are something else; the message says what they look like.
        FeedMalformed: They are meant as a feed but could not be read.
    """
    parsed, problem = _parse(text)
    root = root_name(text)
    base, host = _base(parsed.feed, url)
    language = _feed_language(parsed.feed)
    items = tuple(_items(parsed, url, base, host, language))
    is_feed = bool(parsed.version) or root in FEED_ROOTS
    counted = count_items(text, root=root) if is_feed else 0
    warnings: list[str] = []
    if counted > len(items):
        items, added = add_missing(items, reread_items(text, root=root, base=base, language=language))
        if added:
            warnings.append(f"{added} items were read by a second reading only")
    missing = max(0, counted - len(items))
    if missing:
        warnings.append(f"{missing} of {counted} items could not be read")
    is_cut = problem is not None and not _END_OF_FEED.search(text[-_TAIL_BYTES:])
    if not (items and is_feed):
        _refuse_empty(parsed, root, url, problem, is_cut=is_cut)
    if problem is not None:
        warnings.append(problem)
    links = [link for link in dict.get(parsed.feed, "links") or () if isinstance(link.get("href"), str)]
    return FeedDocument(
        format=parsed.version or ("cdf" if dict.get(parsed, "entries") and root == "channel" else "rss"),
        title=_text(parsed.feed, "title"),
        items=items,
        missing=missing,
        pacing=read_wishes(
            text,
            ttl=_string(dict.get(parsed.feed, "ttl")),
            period=_string(dict.get(parsed.feed, "sy_updateperiod")),
            frequency=_string(dict.get(parsed.feed, "sy_updatefrequency")),
        ),
        next_url=next(iter(_related(links, "next", url)), None),
        hub_urls=_related(links, "hub", url),
        self_url=next(iter(_related(links, "self", url)), None),
        is_truncated=is_cut,
        warnings=tuple(warnings),
    )


def _parse(text: bytes) -> tuple[Any, str | None]:
    """What feedparser reads, and what it says was wrong, in one line."""
    text = _EMPTY.sub(b"", text)
    text = _AUTHOR.sub(rb"\1\2", _AUTHOR_CDATA.sub(rb"\1\2", text))
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        parsed = feedparser.parse(io.BytesIO(text), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except MemoryError:
        raise  # the worker's business
    except Exception as error:  # noqa: BLE001 - see below
        # feedparser lets many kinds through: UnicodeEncodeError, ValueError (a namespace with two spaces), TypeError (a stray
        # `</width>`). All mean one thing here: its reading gave nothing, and the second one is all there is.
        nothing = feedparser.FeedParserDict(feed=feedparser.FeedParserDict(), entries=[], version="")
        return nothing, f"{type(error).__name__}: {_one_line(error)}"
    problem = parsed.get("bozo_exception")
    harmless = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    return parsed, None if problem is None or isinstance(problem, harmless) else _one_line(problem)


def _refuse_empty(parsed: Any, root: str, url: str, problem: str | None, *, is_cut: bool) -> None:
    """A document that is no feed, or broke before its first item, must not pass for a feed without entries."""
    if root in FEED_ROOTS and (is_cut or not parsed.version):
        reason = problem if problem is not None else "no version of RSS or Atom is recognisable"
        raise FeedMalformed(url, f"could not be read as a feed: {reason}; it holds no entries")
    if not parsed.version:
        what = f"an XML document whose root is <{root}>" if root else "no XML"
        raise NotAFeed(url, f"not a feed: it is {what}")


def _base(feed: Any, url: str) -> tuple[str, str | None]:
    """What relative links are resolved against, and the host that the channel's link names without a scheme."""
    stated_home = _first_link(feed) or _string(dict.get(feed, "link")) or ""
    host = bare_host(stated_home)
    return resolve_url(url, with_scheme(stated_home, url, host=host)) or url, host


def _feed_language(feed: Any) -> str | None:
    language = dict.get(feed, "language") or dict.get(dict.get(feed, "title_detail") or {}, "language")
    return language if isinstance(language, str) else None


def _items(parsed: Any, url: str, base: str, host: str | None, language: str | None) -> Iterator[FeedItem]:
    is_atom = parsed.version.startswith("atom")
    # RFC 4287 section 4.2.1: an entry without authors has its source's, else the feed's.
    feed_authors = _authors(parsed.feed) if is_atom else ()
    month_first = month_comes_first(
        stated
        for entry in parsed.entries
        for name in ("published", "created", "updated")
        if (stated := _string(dict.get(entry, name)))
    )

    def read(entry: Any, name: str) -> ClaimedTime | None:
        stated = _string(dict.get(entry, name))
        return read_date(stated, language=language, month_first=month_first) if stated else None

    for entry in parsed.entries:
        stated = _link(entry, is_atom=is_atom)
        found, is_usable = locate(with_scheme(stated, url, host=host) if stated else None, base)
        # dict.get, because feedparser's own warns when it stands in `published` for a missing `updated`
        published = read(entry, "published") or read(entry, "created")
        updated = read(entry, "updated")
        yield FeedItem(
            url=found,
            is_usable=is_usable,
            title=_text(entry, "title"),
            guid=_identity(entry),
            summary=_text(entry, "summary"),
            authors=_authors(entry) or _authors(dict.get(entry, "source") or {}) or feed_authors,
            published_at=published or updated,
            updated_at=updated if published and updated and updated.at != published.at else None,
        )


def _identity(entry: Any) -> str | None:
    stated = _string(dict.get(entry, "id"))
    return scrub_text(stated) or None if stated else None


def _link(entry: Any, *, is_atom: bool) -> str | None:
    """The entry's link as stated: the original behind Feedburner, else its own, else an id that is an address.

    feedparser's `link` is an RSS item's last one, and where there is none a permalink guid or an Atom id, whatever it is.
    An RDF item's `rdf:about` is its address by RSS 1.0 (section 5.5); feedparser gives it as the id.
    """
    first = _first_link(entry)
    stated = _string(dict.get(entry, "feedburner_origlink")) or (first if is_atom else None) or _string(dict.get(entry, "link"))
    identity = _string(dict.get(entry, "id"))
    if identity is None or first is not None or stated not in {None, identity}:
        return stated
    is_permalink = stated is not None or "guidislink" not in entry
    return identity if is_permalink and identity.lower().startswith(_ADDRESSES) else None


def _first_link(element: Any) -> str | None:
    links = [
        (str(link.get("type") or ""), href)
        for link in dict.get(element, "links") or ()
        if str(link.get("rel", "alternate")).removeprefix(_REGISTERED) == "alternate" and (href := _string(link.get("href")))
    ]
    html = [href for kind, href in links if "html" in kind or not kind]
    return next(iter(html or [href for _, href in links]), None)


def _related(links: list[Any], relation: str, url: str) -> tuple[str, ...]:
    """The addresses that the feed's own links of a relation lead to, absolute."""
    return resolve_all(url, (link["href"].strip() for link in links if relation in str(link.get("rel") or "").lower().split()))


def _authors(entry: Any) -> tuple[str, ...]:
    authors = dict.get(entry, "authors") or ()
    stated = [_string(author.get("name")) or _string(author.get("email")) or "" for author in authors]
    whole = _string(dict.get(entry, "author"))
    if len(stated) == 1 and whole and "@" in whole:
        stated = [whole]  # feedparser cuts addresses after the fourth letter of their last label, and the name with them
    names: list[str] = []
    for text in stated:
        match = _WITH_ADDRESS.fullmatch(text[:_LONGEST_AUTHOR])
        name = plain_text((match["last"] or match["first"]) if match else text)
        parts = name.split(", ")
        # `Ana Ruiz, Per Lund` are two; `Ruiz, Ana` and `Ana Ruiz, editor` may be one.
        names += parts if all(" " in part for part in parts) else [name]
    return tuple(dict.fromkeys(name for name in names if name))


def _text(element: Any, name: str) -> str | None:
    value = dict.get(element, name)
    return (plain_text(value) or None) if isinstance(value, str) else None


def _string(value: Any) -> str | None:
    return (value.strip() or None) if isinstance(value, str) else None


def _one_line(error: Any) -> str:
    return " ".join(str(error).split())[:200]
