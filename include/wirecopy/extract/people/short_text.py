"""The text of an element that may be a byline or a headline, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml.etree import iterwalk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_MOST_PIECES: Final = 80


def short_text(element: HtmlElement, longest: int, *, line_break: str = " ") -> str | None:
    """The element's text in one line.

    Args:
        element: Of the page.
        longest: Characters; of a longer text not all is read.
        line_break: What stands for a `<br>`.

    Returns:
        The text; None where it is empty, too long, or in more than 80 pieces.
    """
    pieces: list[str] = []
    total = 0
    for text in element.itertext() if next(element.iter("br"), None) is None else _texts(element, line_break):
        total += len(text.strip())
        pieces.append(text)
        if total > longest or len(pieces) > _MOST_PIECES:
            return None
    return " ".join("".join(pieces).split()) or None


def _texts(element: HtmlElement, line_break: str) -> Iterator[str]:
    for event, node in iterwalk(element, events=("start", "end")):
        if event == "start":
            if node.tag == "br":
                yield line_break
            if node.text:
                yield node.text
        elif node is not element and node.tail:
            yield node.tail
