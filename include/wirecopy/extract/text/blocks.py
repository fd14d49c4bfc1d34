"""An article's text as blocks: paragraphs, headings, quotations, list items and table rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class BlockKind(StrEnum):
    """What a block is; its value is its letter in an article's outline."""

    PARAGRAPH = "p"
    HEADING = "h"
    QUOTE = "q"
    LIST_ITEM = "l"
    TABLE_ROW = "t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A line of an article.

    Attributes:
        kind: What it is.
        text: One line, not empty, without spaces around it.
    """

    kind: BlockKind
    text: str


def text_of_blocks(blocks: Iterable[Block]) -> str:
    """The blocks' lines, separated by newlines."""
    return "\n".join(block.text for block in blocks)


def outline_of(blocks: Iterable[Block]) -> str:
    """A letter for each block."""
    return "".join(block.kind.value for block in blocks)


def paragraphs_of(text: str) -> tuple[Block, ...]:
    """A plain text's lines as paragraphs."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return tuple(Block(kind=BlockKind.PARAGRAPH, text=line) for line in lines if line)
