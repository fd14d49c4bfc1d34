"""An article that is a list of objects in a page's data, one object for each paragraph, heading, quotation or list.

So say it Arc's `content_elements` (`{"type": "text", "content": "…"}`), Sanity's Portable Text (`{"_type": "block", "children":
[{"text": "…"}]}`), Contentful's and ProseMirror's trees (`{"nodeType": "paragraph", "content": [{"value": "…"}]}`), Draft.js (`{"type":
"unstyled", "text": "…"}`), EditorJS (`{"type": "paragraph", "data": {"text": "…"}}`) and the many systems that are like them.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

_TYPES: Final = ("type", "_type", "nodeType", "__typename", "kind", "component", "blockType", "name", "style")
_TAGS: Final = (
    (re.compile(r"head(?:er|ing|line)|^h[2-6]$|subtitle|crosshead|^title", re.IGNORECASE), "h2"),
    (re.compile(r"quote", re.IGNORECASE), "blockquote"),
    (re.compile(r"list", re.IGNORECASE), "ul"),
    (re.compile(r"text|para|^p$|^block$|unstyled|^html$|richtext|body", re.IGNORECASE), "p"),
)
_INSIDE: Final = (
    "content",
    "text",
    "value",
    "html",
    "children",
    "content_elements",
    "data",
    "items",
    "nodes",
    "body",
    "paragraph",
)
_MARKUP: Final = re.compile(r"<[a-zA-Z/]|&#?\w{1,10};")
_LEAST_PARAGRAPHS: Final = 3
_LEAST_SIZE: Final = 400
"""Characters of a list of paragraphs; the lists of teasers and of an interface's texts are shorter, or their objects of other types."""
_DEEPEST: Final = 40
_MOST_NODES: Final = 200_000


def find_document(value: Any) -> str | None:
    """The longest text that is such a list, as HTML.

    Args:
        value: Parsed JSON.

    Returns:
        `p`, `h2`, `blockquote` and `ul` elements; None where there is no such list.
    """
    best = ""
    left = _MOST_NODES
    queue = [(value, 0)]
    while queue and left:
        node, depth = queue.pop()
        left -= 1
        members = node if isinstance(node, list) else list(node.values()) if isinstance(node, dict) else []
        if isinstance(node, list) and (html := _read_list(node)):
            best = max(best, html, key=len)
            continue  # what is inside it is a part of it
        if depth < _DEEPEST:
            queue += [(member, depth + 1) for member in members if isinstance(member, (dict, list))]
    return best or None


def _read_list(members: list[Any]) -> str:
    """A list's HTML; nothing where it is no text."""
    tags = [_tag_of(member) for member in members]
    if tags.count("p") < _LEAST_PARAGRAPHS:
        return ""
    lines: list[str] = []
    for member, tag in zip(members, tags, strict=True):
        if tag == "ul":
            items = "".join(f"<li>{text}</li>" for item in _items(member) if (text := _text_of(item, 0)))
            lines.append(f"<ul>{items}</ul>" if items else "")
        elif tag and (text := _text_of(member, 0)):
            lines.append(text if tag == "p" and text.lstrip().startswith("<p") else f"<{tag}>{text}</{tag}>")
    html = "\n".join(line for line in lines if line)
    return html if len(html) >= _LEAST_SIZE else ""


def _tag_of(member: Any) -> str | None:
    if not isinstance(member, dict):
        return None
    for key in _TYPES:
        stated = member.get(key)
        if isinstance(stated, str):
            for pattern, tag in _TAGS:
                if pattern.search(stated):
                    return tag
            if key != "style":
                return None
    return None


def _items(member: Json) -> list[Any]:
    for key in _INSIDE:
        inside = member.get(key)
        if isinstance(inside, list):
            return inside
        if isinstance(inside, dict):
            return _items(inside)
    return []


def _text_of(node: Any, depth: int) -> str:
    if isinstance(node, str):
        return node if _MARKUP.search(node) else escape(node, quote=False)
    if depth > _DEEPEST:
        return ""
    if isinstance(node, list):
        return "".join(_text_of(member, depth + 1) for member in node)
    if isinstance(node, dict):
        for key in _INSIDE:
            inside = node.get(key)
            if isinstance(inside, (str, list, dict)) and (text := _text_of(inside, depth + 1)):
                return text
    return ""
