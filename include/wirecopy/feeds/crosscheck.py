"""A second reading of RSS, RDF and Atom, which notices items that the first did not give, and reads them where that is safe.

Counting costs a scan of the bytes (`benchmarks/feeds.py` prints its share); only where it finds more items than feedparser gave
is each item's stretch of bytes read by itself, by patterns, which no broken markup around it can hinder. feedparser 6.0.14 gives
no item at all for some feeds that it takes for ill-formed (`<rss rss:version=2.0>`), without an error.
"""

from __future__ import annotations

import html
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from wirecopy.feeds.dates import read_date
from wirecopy.feeds.items import FeedItem, locate
from wirecopy.feeds.plaintext import plain_text, scrub_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wirecopy.models import ClaimedTime

_STARTS = re.compile(rb"<!\[CDATA\[|<!--|<(?:([\w.-]+):)?(item|entry)(?=[\s/>])", re.IGNORECASE)
_PREFIXES = re.compile(
    rb"""xmlns:([\w.-]+)\s*=\s*["']\s*(?:http://www\.w3\.org/2005/Atom|http://purl\.org/atom/ns#|http://purl\.org/rss/1\.0/"""
    rb"""|http://purl\.org/net/rss1\.1#|http://my\.netscape\.com/rdf/simple/0\.9/|http://backend\.userland\.com/rss2?)\s*["']""",
    re.IGNORECASE,
)
_HEAD_BYTES: Final = 8192
_LONGEST_ITEM: Final = 200_000
"""Bytes of an item that its fields are looked for in; its title, link and date stand before a long content or soon after."""
_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_OPENING = re.compile(r"<(?:[\w.-]+:)?(?P<name>[\w.-]+)(?P<attributes>(?:\s[^<>]*?)?)(?P<empty>/?)>", re.IGNORECASE)
_CDATA_OPENS: Final = "<![CDATA["
_CDATA_ENDS: Final = "]]>"
_ATTRIBUTE = re.compile(
    r"""(?:^|\s)(?:[\w.-]+:)?(href|rel|type|ispermalink)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_DATE_TAGS: Final = ("pubdate", "published", "issued", "date", "created", "updated", "modified")
_TAGS: Final = frozenset(
    {"title", "link", "guid", "id", "origlink", "description", "summary", "creator", "author", "name", *_DATE_TAGS}
)


def count_items(text: bytes, *, root: str) -> int:
    """How many items or entries start in the markup, outside CDATA and comments.

    Args:
        text: The feed's bytes, in an encoding that contains ASCII.
        root: Local name of its root: Atom's counts entries, the others items.
    """
    return sum(1 for _ in _find_items(text, root))


def _find_items(text: bytes, root: str) -> Iterator[int]:
    """Where the items start."""
    wanted = b"entry" if root in {"feed", "entry"} else b"item"
    # Prefixes that are bound to a feed's namespaces, and those that speak for themselves where nobody bound them.
    prefixes = {prefix.lower() for prefix in _PREFIXES.findall(text[:_HEAD_BYTES])} | {b"rss", b"atom"}
    at = 0
    never_closed: set[bytes] = set()
    while (found := _STARTS.search(text, at)) is not None:
        at = found.end()
        if found[2] is not None:
            if found[2].lower() == wanted and (found[1] is None or found[1].lower() in prefixes):
                yield found.start()
            continue
        end = b"-->" if found[0] == b"<!--" else b"]]>"
        # One that somebody forgot to close would swallow every item behind it, as it does for XML's parsers.
        if end not in never_closed:
            closed = text.find(end, at)
            if closed < 0:
                never_closed.add(end)
            else:
                at = closed + len(end)


def reread_items(text: bytes, *, root: str, base: str, language: str | None = None) -> tuple[FeedItem, ...]:
    """The items as patterns find them: title, link, guid, date and description, all that a missed item is added with.

    Args:
        text: The feed's bytes in UTF-8, cleaned.
        root: Local name of its root.
        base: What relative links are resolved against.
        language: The feed's BCP 47 tag, or None.
    """
    starts = [*_find_items(text, root), len(text)]
    items: list[FeedItem] = []
    for start, following in pairwise(starts):
        item = text[start : min(following, start + _LONGEST_ITEM)].decode("utf-8", "replace")
        body = item.partition(">")[2]
        end = _END.search(_blank_cdata(body))
        items.append(_read_item(body[: end.start()] if end else body, base, language))
    return tuple(items)


def _read_item(body: str, base: str, language: str | None) -> FeedItem:
    texts: dict[str, str] = {}
    links: list[str] = []
    for name, attributes, inner in _elements(body):
        if name == "link":
            href = attributes.get("href") or inner
            if href and attributes.get("rel", "alternate") == "alternate":
                links.append(href)
        elif inner:
            texts.setdefault(name, inner)
            if name == "guid" and attributes.get("ispermalink", "true").lower() != "false":
                texts.setdefault("permalink", inner)
    guid = texts.get("guid") or texts.get("id")
    permalink = next((text for text in (texts.get("permalink"), texts.get("id")) if text and text.startswith("http")), None)
    url, is_usable = locate(texts.get("origlink") or next(iter(links), None) or permalink, base)
    author = plain_text(texts.get("creator") or texts.get("name") or texts.get("author") or "")
    return FeedItem(
        url=url,
        is_usable=is_usable,
        title=plain_text(texts.get("title", "")) or None,
        guid=scrub_text(guid) if guid else None,
        summary=plain_text(texts.get("description") or texts.get("summary") or "") or None,
        authors=(author,) if author else (),
        published_at=_published(texts, language),
    )


def _elements(body: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """The elements of an item that matter: local name in lower case, attributes, text with references resolved."""
    at = 0
    while (found := _OPENING.search(body, at)) is not None:
        at = found.end()
        name = found["name"].lower()
        if name not in _TAGS:
            continue
        attributes = {
            match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "").strip()
            for match in _ATTRIBUTE.finditer(found["attributes"])
        }
        inner = ""
        if not found["empty"]:
            closing = _closing(body, name, at)
            # An author's name is an element of its own, and what is never closed has no text.
            if closing is not None and not (name == "author" and "<" in body[at : closing.start()]):
                inner, at = body[at : closing.start()], closing.end()
        yield name, attributes, _unwrap(inner)


def _closing(body: str, name: str, at: int) -> re.Match[str] | None:
    """The end tag of an element whose text starts here, one inside its CDATA passed over."""
    start = len(body) - len(body[at:].lstrip())
    if body.startswith("<![CDATA[", start):
        at = max(at, body.find("]]>", at))
    return re.compile(rf"</(?:[\w.-]+:)?{re.escape(name)}\s*>", re.IGNORECASE).search(body, at)


def _unwrap(inner: str) -> str:
    """The text of an element: CDATA as it stands, the rest with its references resolved once."""
    text = "".join(part if is_cdata else html.unescape(part) for part, is_cdata in _split_cdata(inner))
    return text.strip().removeprefix(_CDATA_OPENS).strip()  # of one that is never closed


def _blank_cdata(text: str) -> str:
    """The text with spaces where CDATA stands, as long as it was."""
    marks = len(_CDATA_OPENS) + len(_CDATA_ENDS)
    return "".join(" " * (len(part) + marks) if is_cdata else part for part, is_cdata in _split_cdata(text))


def _split_cdata(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces: what stands outside CDATA sections, and what stands in one, without its marks.

    A section that is never closed is none. A pattern would look for the end of each of them anew: 10 s for 150 kB of their starts.
    """
    at = 0
    while (start := text.find(_CDATA_OPENS, at)) >= 0:
        end = text.find(_CDATA_ENDS, start + len(_CDATA_OPENS))
        if end < 0:
            break
        yield text[at:start], False
        yield text[start + len(_CDATA_OPENS) : end], True
        at = end + len(_CDATA_ENDS)
    yield text[at:], False


def _published(texts: dict[str, str], language: str | None) -> ClaimedTime | None:
    claims = (read_date(texts[name], language=language) for name in _DATE_TAGS if name in texts)
    return next((claim for claim in claims if claim is not None), None)


def add_missing(first: Sequence[FeedItem], second: Iterable[FeedItem]) -> tuple[tuple[FeedItem, ...], int]:
    """The first reading's items with those of the second that it lacks, and how many these are.

    Only items with an address that no item of the first reading has are added, for an item that both readings hold must not
    become two; each stands behind the item it follows in the second reading. Where the first has none, all are added.
    """
    if not first:
        every = tuple(second)
        return every, len(every)
    known = {item.url for item in first} | {item.guid for item in first if item.guid}
    places = {item.url: place for place, item in enumerate(first)}
    at = -1
    added: dict[int, list[FeedItem]] = {}
    count = 0
    for item in second:
        if item.url in places:
            at = places[item.url]
        elif item.is_usable and item.url not in known and not (item.guid and item.guid in known):
            known.add(item.url)
            added.setdefault(at, []).append(item)
            count += 1
    merged = added.pop(-1, [])
    for place, item in enumerate(first):
        merged.append(item)
        merged += added.get(place, [])
    return tuple(merged), count
