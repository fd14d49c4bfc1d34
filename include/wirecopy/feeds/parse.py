"""A feed's bytes to its entries: pure, and the only place that knows feedparser.

feedparser is given bytes in a `BytesIO` only (it would open a bare path, even one that came as a response's body), cleaned
by `wirecopy.feeds.body`, with its own sanitising and link resolving off: both cost more than the parsing, and the user
interface escapes. It may still run for long or take much memory on hostile input: callers run it in `wirecopy.workers`.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import feedparser

from wirecopy.errors import FeedMalformed, NotAFeed
from wirecopy.feeds.body import FEED_ROOTS, MAX_FEED_BYTES, clean_body, cut_body, describe_body, root_name
from wirecopy.feeds.dates import read_date
from wirecopy.feeds.plaintext import plain_text
from wirecopy.models import ClaimedTime, FeedEntry, Pacing, ParsedFeed
from wirecopy.urls import resolve_url

if TYPE_CHECKING:
    from collections.abc import Iterator

# `address (Name)`, `Name <address>`, `Name (address)`
_WITH_ADDRESS = re.compile(r"\S+@\S+\s*\((?P<last>[^()]+)\)|(?P<first>[^<>()]+?)\s*[<(][^<>()\s]+@[^<>()\s]+[>)]")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
# Two labels at least, then a path or nothing; `index.html` is a file.
_BARE_HOST = re.compile(r"((?:[\w-]+\.)+(?!html?\b|php\b|xml\b|aspx?\b|jsp\b)[a-zA-Z]{2,})(?:/|$)")
_END_OF_FEED = re.compile(rb"</(?:[a-z0-9]+:)?(?:rss|rdf|feed|channel)\s*>", re.IGNORECASE)
_TAIL_BYTES: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """A feed's item as it stands, whether or not it can be followed.

    Attributes:
        url: Its absolute `http(s)` address; the link as stated where no base is known; None without a link.
        is_usable: Whether `url` can be fetched.
        title: Plain text, or None.
        guid: The feed's own id of it, or None.
        summary: Plain text, or None.
        authors: Names; e-mail addresses only where no name is given.
        published_at: The time stated, or None.
    """

    url: str | None
    is_usable: bool
    title: str | None
    guid: str | None
    summary: str | None
    authors: tuple[str, ...]
    published_at: ClaimedTime | None


def parse_feed(body: bytes, *, url: str, content_type: str | None = None) -> ParsedFeed:
    """Read RSS 0.9x to 2.0, RDF or Atom.

    Args:
        body: The feed's bytes; beyond `MAX_FEED_BYTES` they are cut and a warning says so.
        url: Where they came from: names the feed in errors and is the last base of relative links.
        content_type: The response's `Content-Type`, or None; only its charset counts.

    Raises:
        NotAFeed: The bytes are something else; the message says what they look like.
        FeedMalformed: They are meant as a feed but could not be read.
    """
    parsed, warnings = _read(body, url, content_type)
    items = tuple(_items(parsed, url))
    entries = tuple(
        FeedEntry(
            url=item.url,
            title=item.title,
            guid=item.guid,
            summary=item.summary,
            authors=item.authors,
            published_at=item.published_at,
        )
        for item in items
        if item.is_usable and item.url is not None
    )
    return ParsedFeed(
        format=parsed.version or "cdf",
        title=_text(parsed.feed, "title"),
        entries=entries,
        dropped=len(items) - len(entries),
        pacing=Pacing(ttl_s=_ttl(parsed.feed)),
        warnings=warnings,
    )


def list_items(body: bytes, *, url: str, content_type: str | None = None) -> tuple[FeedItem, ...]:
    """Every item of a feed, those that `parse_feed` drops included; arguments and errors as there.

    Where `url` is empty and a link is relative, the link is given as stated.
    """
    parsed, _ = _read(body, url, content_type)
    return tuple(_items(parsed, url))


def _read(body: bytes, url: str, content_type: str | None) -> tuple[Any, tuple[str, ...]]:
    warnings: list[str] = []
    if len(body) > MAX_FEED_BYTES:
        warnings.append(f"only the first {MAX_FEED_BYTES} of {len(body)} bytes were read")
        body = cut_body(body)
    looks_like = describe_body(body)
    if looks_like is not None:
        raise NotAFeed(url, f"not a feed: {_phrase(looks_like)}")
    clean, charset = clean_body(body, content_type)
    headers = {"content-type": f"application/xml; charset={charset}"} if charset else {}
    try:
        parsed = feedparser.parse(io.BytesIO(clean), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except MemoryError:
        raise  # the worker's business
    except Exception as error:
        # feedparser lets many kinds through (research: UnicodeEncodeError, ValueError, OverflowError); all mean one thing here.
        raise FeedMalformed(url, f"could not be read as a feed: {type(error).__name__}: {_one_line(error)}") from error
    problem = parsed.get("bozo_exception")
    is_broken = problem is not None and not isinstance(
        problem, (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    )
    _refuse_empty(parsed, clean, url, problem if is_broken else None)
    if problem is not None:
        warnings.append(_one_line(problem))
    return parsed, tuple(warnings)


def _refuse_empty(parsed: Any, clean: bytes, url: str, problem: Any) -> None:
    """A document that is no feed, or broke before its first item, must not pass for a feed without entries."""
    root = root_name(clean)
    if parsed.entries and (parsed.version or root in FEED_ROOTS):
        return
    is_cut = problem is not None and not _END_OF_FEED.search(clean[-_TAIL_BYTES:])
    if root in FEED_ROOTS and (is_cut or not parsed.version):
        reason = _one_line(problem) if problem is not None else "no version of RSS or Atom is recognisable"
        raise FeedMalformed(url, f"could not be read as a feed: {reason}; it holds no entries")
    if not parsed.version:
        what = f"an XML document whose root is <{root}>" if root else "no XML"
        raise NotAFeed(url, f"not a feed: it is {what}")


def _items(parsed: Any, url: str) -> Iterator[FeedItem]:
    feed = parsed.feed
    language = dict.get(feed, "language") or dict.get(dict.get(feed, "title_detail") or {}, "language")
    stated_home = _first_link(feed) or _string(dict.get(feed, "link")) or ""
    home = _with_scheme(stated_home, url, host=_bare_host(stated_home))
    base = resolve_url(url, home) or url
    is_atom = parsed.version.startswith("atom")
    for entry in parsed.entries:
        stated = _link(entry, is_atom=is_atom)
        if stated is not None:
            stated = _with_scheme(stated, url, host=_bare_host(stated_home))
        resolved = resolve_url(base, stated) if stated else None
        is_relative = stated is not None and resolved is None and not _SCHEME.match(stated)
        yield FeedItem(
            url=resolved or (stated if is_relative else None),
            is_usable=resolved is not None,
            title=_text(entry, "title"),
            guid=_string(dict.get(entry, "id")),
            summary=_text(entry, "summary"),
            authors=_authors(entry),
            published_at=_published(entry, language if isinstance(language, str) else None),
        )


def _bare_host(link: str) -> str | None:
    """The host of a link that was written without its scheme, as browsers show it: `outlet.example/news`."""
    match = _BARE_HOST.match(link)
    return match[1].lower() if match else None


def _with_scheme(link: str, url: str, *, host: str | None) -> str:
    """The link with the feed's scheme, where it starts with the host that the channel's link names without one."""
    if host is None or _bare_host(link) != host:
        return link
    return f"{'http' if url.startswith('http:') else 'https'}://{link}"


def _link(entry: Any, *, is_atom: bool) -> str | None:
    """The entry's link as stated: the original behind Feedburner, else its own, else an id that is an address.

    feedparser's `link` is an RSS item's last one, and where there is none a permalink guid or an Atom id.
    """
    original = _string(dict.get(entry, "feedburner_origlink"))
    return original or (_first_link(entry) if is_atom else None) or _string(dict.get(entry, "link"))


def _first_link(element: Any) -> str | None:
    links = [
        (str(link.get("type") or ""), href)
        for link in dict.get(element, "links") or ()
        if link.get("rel", "alternate") == "alternate" and (href := _string(link.get("href")))
    ]
    html = [href for kind, href in links if "html" in kind or not kind]
    return next(iter(html or [href for _, href in links]), None)


def _published(entry: Any, language: str | None) -> ClaimedTime | None:
    # dict.get, because feedparser's own warns when it stands in `published` for a missing `updated`
    for name in ("published", "created", "updated"):
        stated = _string(dict.get(entry, name))
        claimed = read_date(stated, language=language) if stated else None
        if claimed is not None:
            return claimed
    return None


def _authors(entry: Any) -> tuple[str, ...]:
    authors = dict.get(entry, "authors") or ()
    stated = [_string(author.get("name")) or _string(author.get("email")) or "" for author in authors]
    whole = _string(dict.get(entry, "author"))
    if len(stated) == 1 and whole and "@" in whole:
        stated = [whole]  # feedparser cuts addresses after the fourth letter of their last label, and the name with them
    names: list[str] = []
    for text in stated:
        match = _WITH_ADDRESS.fullmatch(text[:500])
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


def _ttl(feed: Any) -> int | None:
    minutes = _string(dict.get(feed, "ttl")) or ""
    # Seven digits of minutes are 19 years; a longer number is no interval.
    return int(minutes) * 60 or None if re.fullmatch(r"[0-9]{1,7}", minutes) else None


def _phrase(looks_like: str) -> str:
    return "it is empty" if looks_like == "empty" else f"it looks like {looks_like}"


def _one_line(error: Any) -> str:
    return " ".join(str(error).split())[:200]
