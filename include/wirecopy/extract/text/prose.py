"""Trafilatura's tree of a text as blocks: a line for each paragraph, heading, quotation, list item and table row.

The tree's elements are those of `trafilatura`'s XML output (a subset of TEI): p, head, quote, list/item, table/row/cell, lb, and
inside a line hi, ref, code, del. Its own serialiser is not used: it marks items with `- ` and cells with `|`, which no reader of the
page sees, puts spaces where the page has none (around links in languages without spaces), and recurses.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

from lxml.etree import iterwalk

from wirecopy.extract.text.blocks import Block, BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

CELL_SEPARATOR: Final = " | "

_KINDS: Final = {"quote": BlockKind.QUOTE, "head": BlockKind.HEADING, "item": BlockKind.LIST_ITEM, "li": BlockKind.LIST_ITEM}
_INLINE: Final = frozenset({"hi", "ref", "del", "a", "span"})
"""Everything else begins and ends a line."""
_LINES: Final = frozenset({"p", "head", "code", *_INLINE})
"""Inside one of these a quotation or a piece of code is a part of the line (`q`, `code`), elsewhere lines of its own."""
_ONE_LINE: Final = frozenset({BlockKind.HEADING, BlockKind.LIST_ITEM})
_WRAPPED_FROM: Final = 40
"""A break in a line at least so many characters long, before a small letter, is one of old hard-wrapped text: no reader's line."""

_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Soft hyphens, zero-width spaces, word joiners and byte order marks: they would part words from themselves in a search. Joiners and
non-joiners stay: Persian, Hindi and emoji are spelled with them."""
_HAN: Final = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_WRAPPED_HAN: Final = re.compile(rf"(?<=[{_HAN}])[^\S\n]*\n\s*+(?=[{_HAN}])")
"""A source line's end inside Chinese or Japanese text, which CSS Text 3 section 4.1.3 removes rather than make a space of."""


def blocks_of_tree(body: _Element) -> tuple[Block, ...]:
    """A text's blocks.

    Args:
        body: The tree as trafilatura returns it; it is not changed.
    """
    writer = _Writer()
    for event, element in iterwalk(body, events=("start", "end")):
        if event == "start":
            writer.open(element)
        else:
            writer.close(element)
            if element is not body and element.tail:
                writer.pieces.append(element.tail)
    writer.end_line()
    return tuple(writer.blocks)


def join_wrapped(text: str) -> str:
    """A text without the ends of source lines inside Chinese and Japanese."""
    return _WRAPPED_HAN.sub("", text)


def tidy_line(text: str) -> str:
    """A text as the one line a reader sees: white space collapsed, invisible characters and references resolved."""
    if "&" in text:
        text = unescape(text)  # escaped twice, as the output of many a CMS is
    if "\n" in text:
        text = join_wrapped(text)
    return " ".join(text.translate(_INVISIBLE).split())


class _Writer:
    """Blocks so far, and the line that is being put together."""

    __slots__ = ("blocks", "cells", "data_table", "kinds", "pieces")

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.kinds: list[BlockKind] = [BlockKind.PARAGRAPH]
        self.cells: list[str] = []
        self.data_table: _Element | None = None

    def open(self, element: _Element) -> None:
        tag = element.tag
        if self.data_table is not None:
            self.pieces.append("" if tag in _INLINE or tag == "code" else " ")
        elif tag == "table" and _has_columns(element):
            self.end_line()
            self.data_table = element
        elif tag == "lb":
            self._break_line(element.tail or "")
        elif not _is_inline(element):
            self.end_line()
            if tag in _KINDS:
                self.kinds.append(_KINDS[tag])
        if element.text:
            self.pieces.append(element.text)

    def close(self, element: _Element) -> None:
        tag = element.tag
        if self.data_table is not None:
            self._close_in_table(element)
        elif tag == "code" and not _is_inline(element):
            self._end_code()
        elif tag != "lb" and not _is_inline(element):
            self.end_line()
            if tag in _KINDS:
                self.kinds.pop()

    def end_line(self) -> None:
        text = tidy_line("".join(self.pieces))
        self.pieces.clear()
        if text:
            self.blocks.append(Block(kind=self.kinds[-1], text=text))

    def _break_line(self, after: str) -> None:
        line = "".join(self.pieces)
        is_wrapped = len(line) >= _WRAPPED_FROM and after.lstrip()[:1].islower()
        if self.kinds[-1] in _ONE_LINE or is_wrapped:
            self.pieces.append(" ")
        else:
            self.end_line()

    def _end_code(self) -> None:
        lines = "".join(self.pieces).split("\n")
        self.pieces.clear()
        for line in lines:
            self.pieces.append(line)
            self.end_line()

    def _close_in_table(self, element: _Element) -> None:
        if element.tag in ("cell", "row"):
            if cell := tidy_line("".join(self.pieces)):
                self.cells.append(cell)
            self.pieces.clear()
        if element.tag == "row" and self.cells:
            self.blocks.append(Block(kind=BlockKind.TABLE_ROW, text=CELL_SEPARATOR.join(self.cells)))
            self.cells.clear()
        if element is self.data_table:
            self.end_line()
            self.data_table = None


def _is_inline(element: _Element) -> bool:
    if element.tag in _INLINE:
        return True
    parent = element.getparent()
    return element.tag in ("quote", "code") and parent is not None and parent.tag in _LINES


def _has_columns(table: _Element) -> bool:
    """Whether a row of it has two cells with text; other tables lay out a page, and their cells hold its paragraphs."""
    for row in table.iter("row"):
        if sum(any(text.strip() for text in cell.itertext()) for cell in row.iterchildren("cell")) > 1:
            return True
    return False
