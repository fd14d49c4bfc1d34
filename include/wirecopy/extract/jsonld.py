"""schema.org data in a page's JSON-LD: the article's node, and its values as plain text."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_ARTICLE_TYPES: Final = re.compile(
    r"(?:News|Report|Analysis|Opinion|Review|Background|Blog|Satirical|Tech|Live)?\w*Article|\w*BlogPosting|Report"
)
_MOST_NODES: Final = 2000
_MOST_DEPTH: Final = 30
_LARGEST_KEPT: Final = 200_000
"""Characters of a block that trafilatura may still see; its regular expressions are not linear."""
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*;?\s*$"
)

Node = dict[str, Any]


def take_nodes(tree: HtmlElement) -> list[Node]:
    """The page's JSON-LD nodes, those in `@graph` and lists included, in the page's order.

    Blocks that are no JSON or very large are taken out of the tree: trafilatura reads them with a regular expression that is
    quadratic in an unterminated string (12 KB .64 s, 24 KB 2.6 s).
    """
    nodes: list[Node] = []
    for script in list(tree.iter("script")):
        if "ld+json" not in str(script.get("type") or "").lower():
            continue
        text = _WRAPPING.sub("", script.text_content() or "")
        try:
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            script.drop_tree()
            continue
        nodes.extend(_walk(value, 0))
        if len(text) > _LARGEST_KEPT:
            script.drop_tree()
    return nodes[:_MOST_NODES]


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


def article_node(nodes: list[Node]) -> Node | None:
    """The node of the article itself: the first of an article's type that has a headline, else the first of such a type."""
    articles = [node for node in nodes if any(_ARTICLE_TYPES.fullmatch(kind) for kind in _types(node))]
    return next((node for node in articles if text_of(node.get("headline"))), articles[0] if articles else None)


def _types(node: Node) -> list[str]:
    kinds = node.get("@type")
    return [str(kind).rpartition("/")[2] for kind in (kinds if isinstance(kinds, list) else [kinds])]


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
