"""What a page's head and JSON-LD say of its article. Later rooms correct it with what trafilatura finds."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from wirecopy.extract.facts.jsonld import article_node, take_nodes, text_of, url_of
from wirecopy.extract.facts.microdata import read_microdata
from wirecopy.extract.facts.picture import find_image
from wirecopy.extract.facts.subject import find_keywords, find_section
from wirecopy.extract.people.bylines import find_byline
from wirecopy.extract.people.headline import find_headlines
from wirecopy.extract.people.site_names import find_site_names
from wirecopy.urls import resolve_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement

    from wirecopy.extract.facts.jsonld import Node

_MOST_TITLES: Final = 5
_MOST_PARTS: Final = 50
# What templates print of an address that they do not have.
_NO_ADDRESS = re.compile(
    r"(?:null|undefined|none|false|true|nan|\[object object\]|#.*|javascript:.*|/?(?:null|undefined))", re.IGNORECASE
)
_NO_HOST = re.compile(r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|null|undefined)(?::\d+)?|[^.]*", re.IGNORECASE)
_UNFILLED = re.compile(r"\{\{|\}\}|\$\{|<%|%3C%|%7B%7B", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata:
    """What a page says of its article.

    Attributes:
        headlines: The headline, then the other forms it takes on the page.
        authors: Names, cleaned; empty where neither the page's data nor its byline names any.
        stated_authors: The same as they stand.
        site_name: The site's own name, or None.
        site_names: Every name of the site, to strip from headlines.
        canonical_url: Absolute, or None.
        image: Absolute, or None.
        lang_hint: What the page says its language is, or None.
        is_free: `isAccessibleForFree`; None where it is not stated.
        article_body: The text in its JSON-LD, or None.
        section: The part of the outlet it stands in, or None.
        keywords: In its order.
        node: Its article's JSON-LD node; empty where there is none.
        metas: Its meta tags: `property`, `name` or `itemprop` in lower case to content.
    """

    headlines: tuple[str, ...]
    authors: tuple[str, ...]
    stated_authors: tuple[str, ...]
    site_name: str | None
    site_names: tuple[str, ...]
    canonical_url: str | None
    image: str | None
    lang_hint: str | None
    is_free: bool | None
    article_body: str | None
    section: str | None
    keywords: tuple[str, ...]
    node: Node
    metas: Mapping[str, str]


def read_metadata(tree: HtmlElement, url: str | None) -> PageMetadata:
    """Read the page's own data.

    JSON-LD blocks that would harm trafilatura are taken out of the tree on the way.

    Args:
        tree: The page.
        url: Its address, or None.
    """
    nodes, metas, base = take_nodes(tree), _metas(tree), _base(tree, url)
    canonical = _canonical(tree, metas, base)
    titles = [metas.get("og:title"), *(element.text_content() for element in islice(tree.iter("title", "h1"), _MOST_TITLES))]
    addresses = [address for address in (url, canonical) if address]
    node = article_node(nodes, addresses=addresses, titles=[title for title in titles if title]) or read_microdata(tree)
    lang_hint = tree.get("lang") or tree.get("xml:lang") or text_of(node.get("inLanguage")) or metas.get("og:locale")
    site_names = find_site_names(tree, nodes, node, metas, url)
    headlines = find_headlines(tree, node, metas, site_names)
    byline = find_byline(tree, nodes, node, metas, site_names=site_names, headlines=headlines)
    return PageMetadata(
        headlines=headlines,
        authors=byline.names,
        stated_authors=byline.stated,
        site_name=site_names[0] if site_names else None,
        site_names=site_names,
        canonical_url=canonical or _absolute(base, url_of(node.get("mainEntityOfPage")) or url_of(node.get("url"))),
        image=find_image(tree, node, metas, absolute=lambda href: _absolute(base, href)),
        lang_hint=lang_hint,
        is_free=_read_free(node, metas),
        article_body=text_with_lines(node.get("articleBody")),
        section=find_section(nodes, node, metas),
        keywords=find_keywords(tree, node, metas),
        node=node,
        metas=metas,
    )


def _metas(tree: HtmlElement) -> Mapping[str, str]:
    """`property`, `name` or `itemprop` in lower case to content; the first that has content counts."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        if content and name and name not in metas:
            metas[name] = html.unescape(content)
    return metas


def _canonical(tree: HtmlElement, metas: Mapping[str, str], base: str) -> str | None:
    """What the page's head calls its address: the link's before Open Graph's."""
    hrefs = (link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    stated = (*hrefs, metas.get("og:url"), metas.get("al:web:url"))
    return next((address for href in stated if (address := _absolute(base, href))), None)


def _base(tree: HtmlElement, url: str | None) -> str:
    href = next((base.get("href") for base in tree.iter("base") if base.get("href")), None)
    return (resolve_url(url or "", href) if href else None) or url or ""


def _absolute(base: str, href: str | None) -> str | None:
    """An address on the Web; None for what templates print where there is none."""
    href = (href or "").strip()
    if not href or _NO_ADDRESS.fullmatch(href):
        return None
    absolute = resolve_url(base, href)
    if absolute is None or not absolute.lower().startswith(("http://", "https://")):
        return None
    host = absolute.partition("://")[2].partition("/")[0]
    return None if _NO_HOST.fullmatch(host) or _UNFILLED.search(absolute) else absolute


def _read_free(node: Node, metas: Mapping[str, str]) -> bool | None:
    """Whether the whole article is free: by its own word, by a part that is not, or by a tier that is neither metered nor free."""
    stated = _read_bool(node.get("isAccessibleForFree"))
    if stated is not None:
        return stated
    parts = node.get("hasPart")
    for part in (parts if isinstance(parts, list) else [parts])[:_MOST_PARTS]:
        if isinstance(part, dict) and part.get("cssSelector") and _read_bool(part.get("isAccessibleForFree")) is False:
            return False
    tier = (metas.get("article:content_tier") or metas.get("og:article:content_tier") or "").lower()
    return {"locked": False, "free": True}.get(tier)


def _read_bool(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).strip().lower().rpartition("/")[2])


def text_with_lines(value: object) -> str | None:
    """A text whose lines matter, without its markup; None where there is none."""
    if not isinstance(value, str):
        return None
    text = html.unescape(re.sub(r"<(?:br|/p|/div)[^<>]*>", "\n", value))
    lines = (" ".join(re.sub(r"<[^<>]*>", " ", line).split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line) or None
