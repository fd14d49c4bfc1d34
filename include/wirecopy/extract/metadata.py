"""What a page's head and JSON-LD say of its article. Later rooms correct it with what trafilatura finds."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wirecopy.extract.jsonld import article_node, names_of, take_nodes, text_of, url_of
from wirecopy.feeds.dates import read_date
from wirecopy.urls import registrable_domain, resolve_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.html import HtmlElement

    from wirecopy.extract.jsonld import Node
    from wirecopy.models import ClaimedTime

_PUBLISHED_META: Final = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "publishdate",
    "publish-date",
    "pubdate",
    "dcterms.created",
    "dcterms.issued",
    "dc.date.issued",
    "dc.date",
    "date",
)
_SITE_META: Final = ("og:site_name", "application-name", "twitter:app:name:iphone")
_SEPARATOR: Final = r"\s*(?:[|•·»›–—―:：/]|\s-|--)\s*"  # noqa: RUF001 - what sites put before their names
_AUTHOR_PREFIX = re.compile(
    r"^(?:by|von|par|por|da|di|door|av|af|przez|autor(?:ka|in)?|author|text|words|text(?:e)?|texto|testo)\b\s*:?\s+",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:;|\||\s(?:and|und|og|och|et|en|ja|&)\s|,\s(?:and|und)\s)\s*")
_NO_NAME = re.compile(r"https?:|www\.|@|^[\W\d_]*$")
_LONGEST_NAME: Final = 80
_LONGEST_SITE_NAME: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata:
    """What a page says of its article.

    Attributes:
        headlines: Candidates for the headline, the best first, as they stand.
        authors: Names, cleaned; empty where the page's data names none.
        published_at: The time its data states, or None.
        site_name: The site's own name, or None.
        site_names: Every name of the site, to strip from headlines.
        canonical_url: Absolute, or None.
        image: Absolute, or None.
        lang_hint: What the page says its language is, or None.
        is_free: `isAccessibleForFree`; None where it is not stated.
        article_body: The text in its JSON-LD, or None.
    """

    headlines: tuple[str, ...]
    authors: tuple[str, ...]
    published_at: ClaimedTime | None
    site_name: str | None
    site_names: tuple[str, ...]
    canonical_url: str | None
    image: str | None
    lang_hint: str | None
    is_free: bool | None
    article_body: str | None


def read_metadata(tree: HtmlElement, url: str | None) -> PageMetadata:
    """Read the page's own data.

    JSON-LD blocks that would harm trafilatura are taken out of the tree on the way.

    Args:
        tree: The page.
        url: Its address, or None.
    """
    node = article_node(nodes := take_nodes(tree)) or {}
    metas = _metas(tree)
    lang_hint = tree.get("lang") or tree.get("xml:lang") or text_of(node.get("inLanguage")) or metas.get("og:locale")
    site_names = _site_names(nodes, node, metas, url)
    canonical = next((link.get("href") for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"), None)
    base = _base(tree, url)
    return PageMetadata(
        headlines=_headlines(tree, node, metas),
        authors=clean_authors(names_of(node.get("author"))),
        published_at=_published(node, metas, tree, lang_hint),
        site_name=site_names[0] if site_names else None,
        site_names=site_names,
        canonical_url=_absolute(base, canonical) or _absolute(base, metas.get("og:url")),
        image=_absolute(base, metas.get("og:image") or url_of(node.get("image")) or metas.get("twitter:image")),
        lang_hint=lang_hint,
        is_free=_read_bool(node.get("isAccessibleForFree")),
        article_body=text_with_lines(node.get("articleBody")),
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


def _headlines(tree: HtmlElement, node: Node, metas: Mapping[str, str]) -> tuple[str, ...]:
    headings = [" ".join(heading.text_content().split()) for heading in tree.iter("h1")]
    titles = [" ".join(title.text_content().split()) for title in tree.iter("title")][:1]
    stated = [text_of(node.get("headline")), metas.get("og:title"), headings[0] if len(headings) == 1 else None]
    return tuple(text for text in [*stated, metas.get("twitter:title"), *titles] if text)


def strip_site_name(title: str, site_names: Iterable[str]) -> str:
    """The headline without a site's name before or after it; the headline itself where nothing else would stay."""
    for name in sorted(site_names, key=len, reverse=True):
        escaped = re.escape(name)
        for pattern in (rf"{_SEPARATOR}(?:www\.)?{escaped}\s*$", rf"^\s*{escaped}\s*{_SEPARATOR}"):
            stripped = re.sub(pattern, "", title, flags=re.IGNORECASE).strip()
            if stripped and stripped != title:
                title = stripped
    return title


def _site_names(nodes: list[Node], node: Node, metas: Mapping[str, str], url: str | None) -> tuple[str, ...]:
    stated = [metas.get(name) for name in _SITE_META[:1]]
    stated += names_of(node.get("publisher"))[:1]
    stated += [text_of(other.get("name")) for other in nodes if other.get("@type") in ("WebSite", "NewsMediaOrganization")]
    stated += [metas.get(name) for name in _SITE_META[1:]]
    if url:
        with suppress(ValueError):  # an address without a host tells nothing of the site
            domain = registrable_domain(url)
            stated += [domain, domain.partition(".")[0]]
    names = [name.strip().lstrip("@") for name in stated if name and 1 < len(name.strip()) <= _LONGEST_SITE_NAME]
    return tuple(dict.fromkeys(names))


def clean_authors(stated: Iterable[str], site_names: Iterable[str] = ()) -> tuple[str, ...]:
    """Names as people bear them: `By` dropped, `A and B` split, addresses and the site's own name left out."""
    sites = {name.casefold() for name in site_names}
    names: list[str] = []
    for text in stated:
        for part in _AND.split(_AUTHOR_PREFIX.sub("", " ".join(text.split()))):
            name = _AUTHOR_PREFIX.sub("", part).strip(" ,;|-")
            if not name or len(name) > _LONGEST_NAME or _NO_NAME.search(name) or name.casefold() in sites or name in names:
                continue
            names.append(name)
    return tuple(names)


def _published(node: Node, metas: Mapping[str, str], tree: HtmlElement, lang: str | None) -> ClaimedTime | None:
    stated = text_of(node.get("datePublished"))
    if stated and (claimed := read_date(stated, language=lang, origin="json-ld")):
        return claimed
    for name in _PUBLISHED_META:
        if name in metas and (claimed := read_date(metas[name], language=lang, origin="meta")):
            return claimed
    for element in tree.xpath("//*[@itemprop='datePublished']"):
        text = element.get("datetime") or element.get("content")
        if text and (claimed := read_date(text, language=lang, origin="meta")):
            return claimed
    return None


def _base(tree: HtmlElement, url: str | None) -> str:
    href = next((base.get("href") for base in tree.iter("base") if base.get("href")), None)
    return (resolve_url(url or "", href) if href else None) or url or ""


def _absolute(base: str, href: str | None) -> str | None:
    return resolve_url(base, href) if href else None


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
