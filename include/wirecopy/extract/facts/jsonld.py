"""schema.org data in a page's JSON-LD: the node of the page's own article, and its values as plain text."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from wirecopy.extract.facts.broken_json import read_json
from wirecopy.extract.folding import fold_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

_ARTICLE_TYPES: Final = re.compile(r"\w*Article|\w*BlogPosting|Report")
_MOST_NODES: Final = 2000
_MOST_DEPTH: Final = 30
_MOST_ARTICLES: Final = 200
_LARGEST_KEPT: Final = 200_000
"""Characters of a block that trafilatura may still see; its regular expressions are not linear."""
_LONGEST_AUTHOR: Final = 1_000
_LEAST_TITLE: Final = 10
"""Letters; a shorter title is part of too many others to tell an article by."""
# What a node may name by its `@id` instead of stating it.
_REFERENCES: Final = ("author", "creator", "publisher", "image", "mainEntityOfPage", "isPartOf")

Node = dict[str, Any]


def take_nodes(tree: HtmlElement) -> list[Node]:
    """The page's JSON-LD nodes, those in `@graph` and lists included, in the page's order.

    Blocks that are no JSON as they stand, very large or with an endless author are taken out of the tree: trafilatura reads them with
    regular expressions that are quadratic in an unterminated string (12 KB .64 s, 24 KB 2.6 s) and in an author's name (10 KB .85 s).
    """
    nodes: list[Node] = []
    for script in list(tree.iter("script")):
        if "ld+json" not in str(script.get("type") or "").lower():
            continue
        text = script.text_content() or ""
        try:
            value, is_sound = json.loads(text, strict=False), True
        except (ValueError, RecursionError):
            value, is_sound = read_json(text), False
        # Some serialise their data twice.
        found = list(_walk(read_json(value) if isinstance(value, str) else value, 0))
        nodes.extend(found)
        if len(text) > _LARGEST_KEPT or not is_sound or any(map(_has_long_author, found)):
            script.drop_tree()
    return nodes[:_MOST_NODES]


def _has_long_author(node: Node) -> bool:
    return any(len(name) > _LONGEST_AUTHOR for name in names_of(node.get("author"))[:_MOST_ARTICLES])


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _walk(value.get(name), depth + 1)


def article_node(nodes: list[Node], *, addresses: Iterable[str] = (), titles: Iterable[str] = ()) -> Node | None:
    """The node of the page's own article, references in it resolved and gaps filled from others of the same article.

    Among nodes of an article's type the one is taken whose address is the page's, then whose headline is one of the page's titles,
    then that has a headline, then the first: a page may state the articles that it links to as well.

    Args:
        nodes: The page's nodes, in its order.
        addresses: The page's address, canonical and own.
        titles: The page's titles, as they stand.

    Returns:
        The node, or None where there is none of an article's type.
    """
    articles = [node for node in nodes if is_article(node)][:_MOST_ARTICLES]
    if not articles:
        return None
    own, names = {_fold_address(address) for address in addresses} - {""}, [_fold_title(title) for title in titles]
    ranks = [_rank(node, own, names) for node in articles]
    best = max(ranks)
    chosen, *others = [node for node, rank in zip(articles, ranks, strict=True) if rank == best]
    headline = _fold_title(text_of(chosen.get("headline")) or "")
    merged: Node = {}
    for node in (chosen, *(other for other in others if _fold_title(text_of(other.get("headline")) or "") == headline != "")):
        merged |= {name: value for name, value in node.items() if value not in (None, "", [], {}) and name not in merged}
    by_id = {node["@id"]: node for node in reversed(nodes) if isinstance(node.get("@id"), str) and len(node) > 1}
    return merged | {name: _resolve(merged[name], by_id) for name in _REFERENCES if name in merged}


def is_article(node: Node) -> bool:
    """Whether a node is of an article's type."""
    return any(_ARTICLE_TYPES.fullmatch(kind) for kind in types_of(node))


def _rank(node: Node, own: set[str], titles: list[str]) -> tuple[bool, bool, bool]:
    stated = (url_of(node.get("mainEntityOfPage")), url_of(node.get("url")), url_of(node.get("@id")))
    headline = _fold_title(text_of(node.get("headline")) or "")
    is_long = len(headline) >= _LEAST_TITLE
    fits = any(
        headline == title or (is_long and headline in title) or (len(title) >= _LEAST_TITLE and title in headline)
        for title in titles
        if title and headline
    )
    return any(_fold_address(address) in own for address in stated if address), fits, bool(headline)


def _fold_address(address: str) -> str:
    bare = re.sub(r"^(?:https?:)?//(?:www\.|m\.|amp\.)?", "", unquote(address.strip()[:2000]).lower())
    return re.split(r"[?#]", bare, maxsplit=1)[0].rstrip("/")


def _fold_title(title: str) -> str:
    return fold_letters(title[:1000])


def _resolve(value: Any, by_id: dict[str, Node]) -> Any:
    if isinstance(value, list):
        return [_resolve(item, by_id) for item in value]
    if isinstance(value, dict) and set(value) <= {"@id", "@type"} and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return value


def types_of(node: Node) -> list[str]:
    """A node's types without their vocabulary's address or prefix."""
    kinds = node.get("@type")
    return [re.split(r"[/:#]", str(kind))[-1] for kind in (kinds if isinstance(kinds, list) else [kinds])]


def text_of(value: Any) -> str | None:
    """A value as plain text in one line; of a list the first; None where there is none."""
    if isinstance(value, list):
        return next((text for item in value if (text := text_of(item))), None)
    if isinstance(value, dict):
        return text_of(value.get("@value") or value.get("name"))
    if not isinstance(value, str):
        return None
    return " ".join(html.unescape(value).split()) or None


def names_of(value: Any) -> list[str]:
    """Names of persons or organisations, in order."""
    if isinstance(value, list):
        return [name for item in value for name in names_of(item)]
    if isinstance(value, dict) and isinstance(value.get("name"), list):
        return names_of(value["name"])
    name = text_of(value)
    return [name] if name else []


def url_of(value: Any) -> str | None:
    """An address: the value itself, or its `url` or `contentUrl`; of a list the first."""
    if isinstance(value, list):
        return next((url for item in value if (url := url_of(item))), None)
    if isinstance(value, dict):
        return url_of(value.get("url") or value.get("contentUrl") or value.get("@id"))
    return value.strip() or None if isinstance(value, str) else None
