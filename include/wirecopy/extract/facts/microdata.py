"""schema.org data in a page's microdata (`itemscope`, `itemprop`): the page's own article as a node like JSON-LD's.

It stands in where a page states no article in JSON-LD. After the WHATWG's HTML standard, section 5.2.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from wirecopy.extract.facts.jsonld import Node

_ARTICLE = re.compile(r"schema\.org/(?:\w*Article|\w*BlogPosting|Report)\b", re.IGNORECASE)
_WANTED: Final = frozenset(
    {
        *("headline", "name", "datepublished", "datemodified", "author", "creator", "publisher", "image", "articlesection"),
        *("keywords", "isaccessibleforfree", "url", "mainentityofpage", "inlanguage"),
    }
)
_NAMES: Final = {
    "datepublished": "datePublished",
    "datemodified": "dateModified",
    "articlesection": "articleSection",
    "isaccessibleforfree": "isAccessibleForFree",
    "mainentityofpage": "mainEntityOfPage",
    "inlanguage": "inLanguage",
}
_MOST_PROPERTIES: Final = 3000
_MOST_CLIMB: Final = 60
_LONGEST_TEXT: Final = 1000
_MOST_PIECES: Final = 200
_ADDRESSES: Final = frozenset({"url", "image", "mainentityofpage"})
_LINKS: Final = {"a": "href", "link": "href", "area": "href", "img": "src", "source": "src", "iframe": "src", "object": "data"}


def article_scope(tree: HtmlElement) -> HtmlElement | None:
    """The element that is the page's own article: of several that are articles, the one with the page's first heading, else the first.

    A scope that lies within another article's is none of its own.
    """
    scopes: list[HtmlElement] = [
        element for element in tree.xpath("//*[@itemscope][@itemtype]") if _ARTICLE.search(element.get("itemtype"))
    ]
    if len(scopes) <= 1:
        return scopes[0] if scopes else None
    among = set(scopes)
    for heading in tree.iter("h1"):
        for element, _ in zip(heading.iterancestors(), range(_MOST_CLIMB), strict=False):
            if element in among:
                return element
    return scopes[0]


def read_microdata(tree: HtmlElement) -> Node:
    """The page's own article's properties under schema.org's names, without a type; empty where it states none."""
    scope = article_scope(tree)
    if scope is None:
        return {}
    node: Node = {}
    nested: dict[HtmlElement, Node] = {}
    for number, element in enumerate(scope.iter()):
        if number > _MOST_PROPERTIES * 10 or len(node) > len(_WANTED):
            break
        names = str(element.get("itemprop") or "").lower().split() if isinstance(element.tag, str) else ()
        if not names or element is scope:
            continue
        owner = _owner(element, scope)
        target = node if owner is scope else nested.get(owner) if owner is not None else None
        if target is None:
            continue
        for name in names:
            if name not in _WANTED:
                continue
            is_scope = element.get("itemscope") is not None
            value: Any = nested.setdefault(element, {}) if is_scope else _value(element, name)
            _add(target, _NAMES.get(name, name), value)
    return _settle(node)


def _owner(element: HtmlElement, scope: HtmlElement) -> HtmlElement | None:
    for ancestor, _ in zip(element.iterancestors(), range(_MOST_CLIMB), strict=False):
        if ancestor is scope or ancestor.get("itemscope") is not None:
            return ancestor
    return None


def _value(element: HtmlElement, name: str) -> str:
    stated = element.get("content") or element.get("datetime")
    # A link's text is a name, its address is one only where an address is asked for.
    if not stated and element.tag in _LINKS and (element.tag != "a" or name in _ADDRESSES):
        stated = element.get(_LINKS[element.tag])
    return " ".join((stated or "".join(islice(element.itertext(), _MOST_PIECES))).split())[:_LONGEST_TEXT]


def _add(node: Node, name: str, value: Any) -> None:
    if value == "":
        return
    if name not in node:
        node[name] = value
    elif name in ("author", "creator", "keywords"):
        node[name] = [*node[name], value] if isinstance(node[name], list) else [node[name], value]


def _settle(node: Node) -> Node:
    """Without scopes that stayed empty; the article's `name` is its headline where it states no other."""
    kept = {name: value for name, value in node.items() if value not in ({}, [])}
    if "headline" not in kept and isinstance(kept.get("name"), str):
        kept["headline"] = kept.pop("name")
    return kept
