"""Sitemaps (sitemaps.org), with the news extension, and indexes of them: bytes to items. lxml reads them, entities never expand.

Elements count by their local name and their place: feeds of this kind are seen with wrong, odd and undeclared namespaces, and a
picture or a video inside a `url` has a `loc` and a `title` of its own.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from lxml import etree

from wirecopy.errors import FeedMalformed
from wirecopy.feeds.dates import read_date
from wirecopy.feeds.items import FeedDocument, FeedItem, locate
from wirecopy.feeds.plaintext import plain_text
from wirecopy.models import ClaimedTime, SitemapRef

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SITEMAP_URLS: Final = 50_000
"""Most addresses of one file, the protocol's limit; more would be held in memory at once."""
SITEMAP_ROOTS: Final = frozenset({"urlset", "sitemapindex"})

_CONTAINERS: Final = frozenset({"news", "publication", "image", "video"})
_TAIL_BYTES: Final = 100_000
_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?(?:urlset|sitemapindex)\s*>", re.IGNORECASE)
_ADDRESS_END = re.compile(rb"</(?:[\w.-]+:)?(?:url|sitemap)\s*>", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{1,8})*")


def read_sitemap(text: bytes, *, url: str) -> FeedDocument:
    """Read a sitemap or an index of sitemaps.

    Args:
        text: Its bytes in UTF-8, without an internal DTD subset (`wirecopy.feeds.body.clean_body`).
        url: Where it came from: names it in errors and is the base of relative addresses.

    Returns:
        `news_sitemap` where an address has `news:news`, `sitemap` where none has, or `sitemap_index` without items.

    Raises:
        FeedMalformed: Not one address could be read and the bytes are broken.
    """
    reader = _Reader(url)
    parser_errors = reader.read(_without_cut_end(text))
    if parser_errors and not (reader.items or reader.sitemaps):
        raise FeedMalformed(url, f"could not be read as a sitemap: {parser_errors}; it lists no addresses")
    warnings = [f"the XML is broken: {parser_errors}"] if parser_errors else []
    is_cut = bool(reader.items or reader.sitemaps) and not _ROOT_END.search(text[-_TAIL_BYTES:])
    if is_cut and not warnings:
        warnings.append("it breaks off; what stands before that was read")
    if reader.is_full:
        warnings.append(f"only the first {MAX_SITEMAP_URLS} addresses were read")
    kind = "sitemap_index" if reader.is_index else "news_sitemap" if reader.has_news else "sitemap"
    return FeedDocument(
        format=kind,
        title=reader.publication,
        items=tuple(reader.items),
        skipped=reader.skipped,
        sitemaps=tuple(reader.sitemaps),
        is_truncated=reader.is_full or is_cut,
        warnings=tuple(warnings),
    )


def _without_cut_end(text: bytes) -> bytes:
    """The markup up to its last whole address where it breaks off: half an address is another one."""
    tail = text[-_TAIL_BYTES:]
    if _ROOT_END.search(tail):
        return text
    ends = [found.end() for found in _ADDRESS_END.finditer(tail)]
    return text[: len(text) - len(tail) + ends[-1]] if ends else text


def iterate_elements(text: bytes, tags: frozenset[str], failures: list[str]) -> Iterator[etree._Element]:
    """The elements of these local names as they end, each with its children; broken markup is read as far as it can be.

    Args:
        text: Markup in UTF-8 without an internal DTD subset.
        tags: Local names in lower case.
        failures: What was wrong with the markup is put here, one line at most.
    """
    context = etree.iterparse(
        io.BytesIO(text),
        events=("end",),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in context:
            if local_name(element) not in tags:
                continue
            yield element
            element.clear()
            # What came before it hangs on the root still, empty: 50,000 of them are most of the memory.
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        failures.append(" ".join(str(error).split())[:200])
        return
    if context.error_log:
        failures.append(" ".join(context.error_log[0].message.split())[:200])


def local_name(element: etree._Element) -> str:
    """The element's name in lower case without its namespace or prefix."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)  # a sitemap has a dozen names, a million times
def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


class _Reader:
    """What is found while a sitemap is read."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.items: list[FeedItem] = []
        self.sitemaps: list[SitemapRef] = []
        self.skipped = 0
        self.publication: str | None = None
        self.is_index = False
        self.has_news = False
        self.is_full = False

    def read(self, text: bytes) -> str | None:
        failures: list[str] = []
        for element in iterate_elements(text, frozenset({"url", "sitemap"} | SITEMAP_ROOTS), failures):
            name = local_name(element)
            if name in SITEMAP_ROOTS:
                self.is_index = name == "sitemapindex" or bool(self.sitemaps and not self.items)
            elif len(self.items) + len(self.sitemaps) + self.skipped >= MAX_SITEMAP_URLS:
                self.is_full = True
                break
            elif name == "url":
                self._take_url(element)
            else:
                self._take_sitemap(element)
        self.is_index = self.is_index or bool(self.sitemaps and not self.items)
        return failures[0] if failures else None

    def _take_sitemap(self, element: etree._Element) -> None:
        fields = _fields(element)
        url, is_usable = locate(fields.get("loc"), self.url)
        if url is None or not is_usable:
            self.skipped += 1
            return
        self.sitemaps.append(SitemapRef(url=url, changed_at=_time(fields.get("lastmod"), None)))

    def _take_url(self, element: etree._Element) -> None:
        fields = _fields(element)
        news_element = next((child for child in element if local_name(child) == "news"), None)
        news = fields if news_element is None else _fields(news_element)
        language = name = None
        if news_element is not None:
            self.has_news = True
            publication = next((child for child in news_element if local_name(child) == "publication"), None)
            about = {} if publication is None else _fields(publication)
            language, name = about.get("language"), about.get("name")
        if self.publication is None and name:
            self.publication = plain_text(name) or None
        language = language if language and _LANGUAGE.fullmatch(language) else None
        published = _time(news.get("publication_date"), language)
        changed = _time(fields.get("lastmod"), language)
        url, is_usable = locate(fields.get("loc"), self.url)
        self.items.append(
            FeedItem(
                url=url,
                is_usable=is_usable,
                title=plain_text(news.get("title", "")) or None,
                published_at=published,
                updated_at=changed if published is None or (changed and changed.at != published.at) else None,
                language=language,
            )
        )


def _fields(element: etree._Element) -> dict[str, str]:
    """The texts of an element's own children by local name, the first of each."""
    fields: dict[str, str] = {}
    for child in element:
        name = local_name(child)
        if name and name not in fields and name not in _CONTAINERS:
            text = "".join(str(part) for part in child.itertext()) if len(child) else child.text
            if text := (text or "").strip():
                fields[name] = text
    return fields


def _time(stated: str | None, language: str | None) -> ClaimedTime | None:
    return read_date(stated, language=language) if stated else None
