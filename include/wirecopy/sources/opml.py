"""OPML, the form in which feed readers give and take lists of feeds: 1.0, 1.1 and 2.0, as it is met.

What cannot be followed is told with the reason, never passed over in silence. The specification: http://opml.org/spec2.opml
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from wirecopy.errors import ContentError
from wirecopy.sources.codes import read_country, read_language
from wirecopy.sources.grouping import FeedRow, Limits, group_rows
from wirecopy.sources.intervals import read_interval, write_interval
from wirecopy.sources.places import guess_country, guess_language
from wirecopy.sources.xmltext import decode_xml, mend_xml, strip_controls
from wirecopy.urls import split_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from wirecopy.models import Source

MAX_OPML_BYTES: Final = 20_000_000
"""Longest list that is read: 100,000 feeds at 200 bytes each. Reading it takes 3 s and 34 MB of memory (2.4 million elements)."""
NAMESPACE: Final = "https://github.com/wirecopy/wirecopy/ns/sources"
"""Of the attributes that carry what OPML has no word for: id, country, limits. Readers that do not know them pass them over."""

_MOST_DEPTH: Final = 250  # libxml2 stops at 256
_FEED_ATTRIBUTE = re.compile(r"\sxml_?url\s*=", re.IGNORECASE)
# FreshRSS's kinds of what it reads by rules: HTML+XPath, XML+XPath, JSON+DotNotation, HTML+XPath+JSON+DotNotation.
_SCRAPED = re.compile(r"\+(?:xpath|dot\w*)")
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?:)|feed(?=://)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedOutline:
    """An outline that was not taken.

    Attributes:
        name: What it is called, or its address.
        reason: Why, and what to do.
    """

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlList:
    """What an OPML file holds.

    Attributes:
        sources: Its feeds as outlets, in the order of the file.
        skipped: What was not taken.
        warnings: What was wrong with the file as a whole.
    """

    sources: tuple[Source, ...]
    skipped: tuple[SkippedOutline, ...] = ()
    warnings: tuple[str, ...] = ()


def looks_like_opml(data: bytes) -> bool:
    """Whether bytes are meant as OPML (or any XML) rather than TOML."""
    return decode_xml(data[:4096]).lstrip().lower().startswith(("<", "&lt;"))


def parse_opml(data: bytes, *, name: str) -> OpmlList:
    """Read an OPML file.

    Feeds of one outlet are one source: those with the same home page, else those of one registrable domain. Entities that the
    file declares are not read and no other file is opened; broken XML is read as far as it goes, with a warning.

    Args:
        data: The file.
        name: Its name, for messages.

    Raises:
        ContentError: It is no OPML, or longer than `MAX_OPML_BYTES`.
    """
    if len(data) > MAX_OPML_BYTES:
        raise ContentError(name, f"is longer than {MAX_OPML_BYTES} bytes; split it")
    text = mend_xml(decode_xml(data))
    reader = _Reader()
    target: Any = reader  # lxml's stubs ask for methods that lxml itself does not
    parser = etree.XMLParser(
        target=target, recover=True, resolve_entities="internal", no_network=True, load_dtd=False, encoding="utf-8"
    )
    try:
        etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        if not reader.roots:
            raise ContentError(name, f"is no OPML: {error.msg}") from None
    if not ({"opml", "outline"} & reader.roots):
        root = f"its root is <{reader.root}>" if reader.root else "it holds no element"
        raise ContentError(name, f"is no OPML: {root}")
    error_log: Any = parser.error_log
    warnings = [f"is not well-formed and was read as far as it goes: {entry.message.strip()}" for entry in islice(error_log, 1)]
    lost = len(_FEED_ATTRIBUTE.findall(text)) - reader.addresses
    if lost > 0:
        warnings.append(f"{lost} more addresses of feeds stand in it than could be read; mend its XML and import it again")
    sources, doubles = group_rows(reader.rows)
    skipped = [*reader.skipped, *(SkippedOutline(name=row.url, reason="stands in the file twice") for row in doubles)]
    return OpmlList(sources=sources, skipped=tuple(skipped), warnings=tuple(warnings))


def format_opml(sources: Iterable[Source], *, now: datetime) -> bytes:
    """An OPML 2.0 file that lists the feeds of these outlets; `parse_opml` gives the outlets back.

    An outline for each feed, in the order of the outlets. Country and language stand in `category` and `language`, where other
    readers look, and everything that OPML has no word for in attributes of `NAMESPACE`.
    """
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"wirecopy": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Sources of Wirecopy"
    etree.SubElement(head, "dateCreated").text = f"{now:%a, %d %b %Y %H:%M:%S} GMT"
    etree.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = etree.SubElement(root, "body")
    for source in sources:
        for place, feed in enumerate(source.feeds):
            label = source.name if place == 0 else f"{source.name} ({place + 1})"
            stated = {
                "text": label,
                "title": source.name,
                "type": "rss",
                "xmlUrl": feed,
                "htmlUrl": source.homepage,
                "language": source.language,
                "category": source.country,
                **{f"{{{NAMESPACE}}}{field}": value for field, value in _own_fields(source).items()},
            }
            etree.SubElement(body, "outline", {key: strip_controls(value) for key, value in stated.items() if value})
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _own_fields(source: Source) -> dict[str, str | None]:
    return {
        "id": source.id,
        "country": source.country,
        "delay_s": None if source.delay_s is None else repr(source.delay_s),
        "poll_every": None if source.poll_every_s is None else str(write_interval(source.poll_every_s)),
        "max_entries": None if source.max_entries is None else str(source.max_entries),
        "robots": None if source.robots is None else str(source.robots).lower(),
    }


class _Reader:
    """Takes the events of the parser; keeps rows, no tree: a file of a million outlines must not fill the memory."""

    def __init__(self) -> None:
        self.rows: list[FeedRow] = []
        self.skipped: list[SkippedOutline] = []
        self.root = ""
        self.roots: set[str] = set()
        self.addresses = 0
        self._folders: list[str] = []  # labels of the outlines that are open, empty for other elements

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2].rpartition(":")[2].lower()
        self.root = self.root or name
        self.roots.add(name)
        label = ""
        if name == "outline" and len(self._folders) < _MOST_DEPTH:
            label = self._take({_key(key): " ".join(value.split()) for key, value in attributes.items()})
        self._folders.append(label)

    def end(self, _tag: str) -> None:
        if self._folders:
            self._folders.pop()

    def close(self) -> None:
        """Nothing is left to do."""

    def _take(self, stated: dict[str, str]) -> str:
        """Keep an outline that is a feed, tell one that should be; its label."""
        is_ours = "wirecopy:id" in stated
        label = stated.get("title") or stated.get("text") or ""
        label = label if is_ours else html.unescape(label).strip()
        kind = stated.get("type", "").lower()
        address = stated.get("xmlurl") or stated.get("xml_url") or ""
        self.addresses += "xmlurl" in stated or "xml_url" in stated
        is_link = not address and kind in {"link", "include"}
        address = address or ("" if is_link else stated.get("url") or "")
        homepage = stated.get("htmlurl") or stated.get("html_url") or ""
        if address and _SCRAPED.search(kind):
            self._skip(label, address, "is a page or data that another reader picks apart by rules of its own, not a feed")
        elif address:
            self._take_feed(address, label, stated, homepage)
        elif is_link and stated.get("url"):
            hint = "another list; import it for itself" if kind == "include" else "a link to a page, not a feed"
            self._skip(label, stated["url"], f"is {hint}")
        elif homepage:
            self._skip(label, homepage, f"names a home page but no feed; try `wirecopy sources add {homepage}`")
        elif kind == "rss" or "xmlurl" in stated:
            self._skip(label, "", "names no address")
        return label

    def _take_feed(self, address: str, label: str, stated: dict[str, str], homepage: str) -> None:
        # Addresses that were escaped twice are common: `&amp;amp;`.
        is_escaped = "wirecopy:id" not in stated
        url = html.unescape(address) if is_escaped and "&amp;" in address else address
        url = _FEED_SCHEME.sub(lambda match: "" if ":" in match[0] else "http", url, count=1)
        try:
            parts = split_url(url)
        except ValueError as error:
            self._skip(label, address, f"cannot be followed: {error}")
            return
        if parts.userinfo is not None:
            self._skip(label, f"{parts.scheme}://{parts.raw_host}{parts.path}", "has a user name or password in its address")
            return
        home = html.unescape(homepage) if is_escaped and "&amp;" in homepage else homepage
        try:
            is_home = bool(home) and split_url(home).userinfo is None
        except ValueError:
            is_home = False
        labels = [part for text in stated.get("category", "").split(",") for part in text.split("/")]
        labels += [folder for folder in reversed(self._folders) if folder]
        self.rows.append(
            FeedRow(
                url=url,
                name=label,
                homepage=home if is_home else None,
                country=_first(read_country, stated.get("wirecopy:country"), stated.get("country"))
                or next((code for part in labels if (code := guess_country(part))), None),
                language=_first(read_language, stated.get("language"), stated.get("lang"))
                or next((code for part in labels if (code := guess_language(part))), None),
                id=stated.get("wirecopy:id"),
                limits=_limits(stated),
            )
        )

    def _skip(self, label: str, address: str, reason: str) -> None:
        named = f"{label} ({address})" if label and address and label != address else label or address or "an outline"
        self.skipped.append(SkippedOutline(name=named[:300], reason=reason))


def _key(name: str) -> str:
    own = f"{{{NAMESPACE}}}"
    return f"wirecopy:{name.removeprefix(own)}" if name.startswith(own) else name.rpartition("}")[2].lower()


def _first(read: Callable[[str], str], *stated: str | None) -> str | None:
    """The first that can be read: readers write `unknown` or nonsense into `language`."""
    for text in stated:
        if text:
            try:
                return read(text)
            except ValueError:
                continue
    return None


def _limits(stated: Mapping[str, str]) -> Limits:
    """The limits that our own export wrote; what is no number is left out."""

    def number(field: str) -> float | None:
        try:
            return float(stated[f"wirecopy:{field}"])
        except (KeyError, ValueError):
            return None

    delay_s, entries, interval_s = number("delay_s"), number("max_entries"), None
    text = stated.get("wirecopy:poll_every")
    if text:
        try:
            interval_s = read_interval(number("poll_every") or text)
        except ValueError:
            interval_s = None
    return Limits(
        delay_s=delay_s if delay_s is not None and 0 <= delay_s <= 86_400 else None,  # noqa: PLR2004 - as in the sources file
        poll_every_s=interval_s,
        max_entries=int(entries) if entries is not None and 1 <= entries <= 1_000_000 else None,  # noqa: PLR2004 - as there
        robots={"true": True, "false": False}.get(stated.get("wirecopy:robots", "")),
    )
