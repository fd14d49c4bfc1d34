"""Markup that is nested deeper than libxml2 reads: wrappers below a depth are taken out of the source, their texts stay.

libxml2 stops at a depth of 2,048 elements even with `huge_tree`, and everything from there to the page's end is lost, what
stands outside the nest with it. Elements that nothing closes make such nests in real pages: a template's `<font>` or `<div>` in
each of thousands of comments.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST: Final = 256  # real articles' texts stand less than 60 deep; without huge_tree libxml2 itself drops what is below 256
_DEEPEST_LEAF: Final = 1000
# Attributes' quotes may hold `>`; bounds keep what never closes from costing more than its length.
_TOKEN = re.compile(r"""<(/?)([a-zA-Z][^\s/<>]{0,60})(?:[^<>"']|"[^"<]{0,2000}"|'[^'<]{0,2000}'|["'])*+>?|(<!--)|(-->)""")
_VOID: Final = frozenset(
    {"area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "wbr"}
)
_RAW: Final = frozenset({"script", "style", "textarea", "title", "xmp", "noembed"})
_CLOSED_BY_THE_NEXT: Final = frozenset({"p", "li", "td", "th", "tr", "dt", "dd", "option", "a"})
_LEAVES: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "a", "li", "td", "blockquote", "article", "main", "time"})
_INLINE: Final = frozenset({"b", "i", "em", "strong", "font", "span", "u", "small", "big", "sub", "sup", "tt", "code", "s"})
_LOOKED_BACK: Final = 16  # an end tag that closes none of so many open elements closes none


def flatten(source: str) -> str:
    """The markup without the tags of what is nested too deeply; its texts, headings, paragraphs and links stay.

    Args:
        source: A page; the time is linear in its length.
    """
    pieces: list[str] = []
    open_: list[tuple[str, bool]] = []
    kept = at = 0
    for tag, name in _tags(source):
        if tag[1]:
            is_kept, closed = _close(open_, name)
            kept -= closed
        else:
            if open_ and open_[-1][0] == name and name in _CLOSED_BY_THE_NEXT:
                kept -= open_.pop()[1]
            is_kept = kept < (_DEEPEST_LEAF if name in _LEAVES else _DEEPEST)
            open_.append((name, is_kept))
            kept += is_kept
        if not is_kept:
            if at < tag.start():
                pieces += (source[at : tag.start()], "" if name in _INLINE else " ")
            at = tag.end()
    pieces.append(source[at:])
    return "".join(pieces)


def _tags(source: str) -> Iterator[tuple[re.Match[str], str]]:
    """The tags that open and close elements, with their names, but for those in scripts and comments."""
    raw = ""
    for match in _TOKEN.finditer(source):
        name = (match[2] or "").lower()
        if raw:
            if (raw == "-->" and match[4]) or (match[1] and name == raw):
                raw = ""
        elif match[3]:
            raw = "-->"
        elif name in _RAW:
            raw = "" if match[1] else name
        elif name and name not in _VOID:
            yield match, name


def _close(open_: list[tuple[str, bool]], name: str) -> tuple[bool, int]:
    """Whether an end tag stays, and how many kept elements it closes."""
    for back in range(1, min(_LOOKED_BACK, len(open_)) + 1):
        if open_[-back][0] == name:
            closed = open_[-back:]
            del open_[-back:]
            return closed[0][1], sum(is_kept for _, is_kept in closed)
    return not open_ or open_[-1][1], 0
