"""Markup in titles, summaries and names of authors, read as the text a person sees. Linear in time whatever comes in."""

from __future__ import annotations

import html
import re
from typing import Final

# Possessive: 300 kB of one name that no `>` ends took minutes.
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]*+)[^<>]*+>|<[!?][^<>]*+>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_CLOSING_TAG = re.compile(r"</[a-zA-Z][a-zA-Z0-9]*\s*>|<(?:br|img|hr|wbr)\b[^<>]*>", re.IGNORECASE)
_HIDDEN: Final = frozenset({"script", "style", "template"})
# Elements that do not end a word: everything else stands for a space.
_INLINE: Final = frozenset(
    {
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "ins",
        "mark",
        "s",
        "small",
        "span",
        "strong",
        "u",
        "wbr",
    }
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def plain_text(text: str) -> str:
    """Text without markup: tags out, entities resolved, white space run together, control characters out.

    Text that only mentions a tag (`Why <script> is bad`) keeps it: markup is taken for markup where a tag is closed or an
    entity is written.
    """
    if _CLOSING_TAG.search(text) or _ENTITY.search(text):
        text = html.unescape(_strip_tags(text))
    return " ".join(scrub_text(text).split())


def scrub_text(text: str) -> str:
    """The text without characters that are none: controls but tab and line breaks, halves of surrogate pairs."""
    return _UNPRINTABLE.sub("", text)


def _drop_comments(text: str) -> str:
    """The text without comments; one that is never closed is none. A pattern would look for the end of each anew."""
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join((*kept, text[at:]))


def _strip_tags(text: str) -> str:
    text = _drop_comments(text)
    kept: list[str] = []
    hidden_in: str | None = None
    end = 0
    for tag in _TAG.finditer(text):
        if hidden_in is None:
            kept.append(text[end : tag.start()])
        end = tag.end()
        name = (tag["name"] or "").lower()
        if hidden_in is not None:
            hidden_in = None if tag["close"] and name == hidden_in else hidden_in
        elif name in _HIDDEN:
            hidden_in = None if tag["close"] else name
        elif name and name not in _INLINE:
            kept.append(" ")
    if hidden_in is None:
        kept.append(text[end:])
    return "".join(kept)
