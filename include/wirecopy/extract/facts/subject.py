"""What an article is about by the page's own account: the part of the outlet it stands in, and its keywords."""

from __future__ import annotations

import html
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from wirecopy.extract.facts.jsonld import names_of, text_of, types_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lxml.html import HtmlElement

    from wirecopy.extract.facts.jsonld import Node

_SECTION_META: Final = (
    *(
        "article:section",
        "og:article:section",
        "parsely-section",
        "cxenseparse:recs:articlesection",
        "section",
        "articlesection",
    ),
    *("dc.subject.section", "category", "sailthru.section", "page.section", "prism.section"),
)
_KEYWORD_META: Final = ("news_keywords", "keywords", "parsely-tags", "sailthru.tags", "cxenseparse:recs:keywords")
_TAG_META: Final = frozenset({"article:tag", "og:article:tag", "article:tags", "og:video:tag"})
_MOST_KEYWORDS: Final = 50
_LONGEST_KEYWORD: Final = 80
_LONGEST_SECTION: Final = 80
_LONGEST_STATED: Final = 10_000
_MOST_ELEMENTS: Final = 300
_BETWEEN = re.compile(r"[,;、，؛،|]|(?<=\S)\s+#")  # noqa: RUF001 - commas of several scripts
_IDENTIFIER = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|\d{5,}", re.IGNORECASE)
_NO_SECTION: Final = frozenset(
    {
        "home",
        "homepage",
        "start",
        "startseite",
        "index",
        "default",
        "null",
        "undefined",
        "none",
        "uncategorized",
        "article",
        "articles",
    }
)


def find_section(nodes: Sequence[Node], node: Node, metas: Mapping[str, str]) -> str | None:
    """The part of the outlet, as the page names it: JSON-LD's, a meta tag's, or the last level of a breadcrumb above the article.

    An address's first segment is no name and not taken for one.

    Args:
        nodes: The page's JSON-LD nodes.
        node: Its article's.
        metas: Its meta tags.
    """
    stated = [text_of(node.get("articleSection")), *(metas.get(name) for name in _SECTION_META), *_breadcrumb(nodes, node)]
    for text in stated:
        # Lists of categories are joined without a space; a section's own name has one: "Arts, Culture".
        section = " ".join(re.split(r",(?=\S)", html.unescape((text or "")[:_LONGEST_STATED]), maxsplit=1)[0].split())
        if 1 < len(section) <= _LONGEST_SECTION and section.casefold() not in _NO_SECTION and "://" not in section:
            return section
    return None


def find_keywords(tree: HtmlElement, node: Node, metas: Mapping[str, str]) -> tuple[str, ...]:
    """The page's own keywords, in its order, at most 50: JSON-LD's, else meta tags', else its links to tags.

    Args:
        tree: The page.
        node: Its article's JSON-LD.
        metas: Its meta tags.
    """
    for stated in (_of_node(node.get("keywords")), _of_metas(tree, metas), _of_links(tree)):
        if keywords := _clean(stated):
            return keywords
    return ()


def _of_node(value: object) -> list[str]:
    return [value] if isinstance(value, str) else names_of(value)[:_MOST_ELEMENTS]


def _of_metas(tree: HtmlElement, metas: Mapping[str, str]) -> list[str]:
    """One tag's whole list, or the many tags of Open Graph, one keyword each."""
    named = next((metas[name] for name in _KEYWORD_META[:1] if metas.get(name)), None)
    if named:
        return [named]
    tags = [
        meta.get("content") or ""
        for meta in tree.iter("meta")
        if (meta.get("property") or meta.get("name") or "").strip().lower() in _TAG_META
    ]
    return tags[:_MOST_ELEMENTS] or [metas[name] for name in _KEYWORD_META[1:] if metas.get(name)][:1]


def _of_links(tree: HtmlElement) -> list[str]:
    links = (link for link in tree.xpath("//a[@rel]") if "tag" in link.get("rel").lower().split())
    return ["".join(islice(link.itertext(), 20)).replace(",", " ").lstrip("# ") for link in islice(links, _MOST_ELEMENTS)]


def _clean(stated: Iterable[str]) -> tuple[str, ...]:
    keywords: dict[str, str] = {}
    for text in stated:
        for part in _BETWEEN.split(html.unescape(text[:_LONGEST_STATED])):
            keyword = " ".join(part.split()).strip("\"'#")
            if keyword and len(keyword) <= _LONGEST_KEYWORD and not _IDENTIFIER.fullmatch(keyword):
                keywords.setdefault(keyword.casefold(), keyword)
    return tuple(islice(keywords.values(), _MOST_KEYWORDS))


def _breadcrumb(nodes: Sequence[Node], node: Node) -> Iterator[str]:
    """Names of a breadcrumb's levels from the article up, the article itself and the home page left out."""
    headline = (text_of(node.get("headline")) or "").casefold()
    for other in nodes:
        items = other.get("itemListElement") if "BreadcrumbList" in types_of(other) else other.get("breadcrumb")
        if isinstance(items, dict):
            items = items.get("itemListElement")
        if not isinstance(items, list):
            continue
        levels = [item for item in items if isinstance(item, dict)][:20]
        names = [text_of(item.get("name")) or text_of(item.get("item")) or "" for item in levels]
        above = names[1:-1] if len(names) > 2 else [name for name in names[1:] if name.casefold() != headline]  # noqa: PLR2004 - home, section, article
        yield from reversed([name for name in above if name and name.casefold() not in headline])
