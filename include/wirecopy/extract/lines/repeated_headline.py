"""The headline where an article's text begins with it again, as pages print it: with a kicker, a site's name, in quotes, cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wirecopy.extract.folding import fold_line
from wirecopy.extract.text.blocks import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wirecopy.extract.text.blocks import Block

_SEPARATOR = re.compile(r"\s[|•·»›–—―-]{1,3}\s|\s*[:：|｜]\s+|[：｜]|\s//\s")  # noqa: RUF001 - what stands between a headline's parts
_WORD = re.compile(r"\w+")
_LONGEST: Final = 300  # a headline, in characters; what is longer is no headline
_LEAST_PART: Final = 18  # letters of a part that is a headline by itself; shorter ones are names and kickers
_LONGEST_KICKER: Final = 40  # letters before or after a headline in the same line
_LEAST_COMMON: Final = 0.8  # of the words of both, for a heading that says the headline in other words of its forms
_LEAST_WORDS: Final = 4
_FULL_STOPS: Final = (".", "。", "।", "۔")  # noqa: RUF001


class Headlines:
    """The forms of a page's headline."""

    def __init__(self, titles: Iterable[str]) -> None:
        """Read the forms, as the page states them."""
        stated = [title.rstrip(" .…") for title in titles if len(title) <= _LONGEST]
        self._whole = {fold_line(title) for title in stated} - {""}
        parts = {fold_line(part) for title in stated for part in _SEPARATOR.split(title)}
        self._parts = {part for part in parts if len(part) >= _least(part)} - self._whole
        self._words = [frozenset(_WORD.findall(title.casefold())) for title in stated]

    def repeats(self, block: Block) -> bool:
        """Whether the block is the headline again; meant for a text's first blocks.

        It is where it has the same letters; where one of the two is the other with a kicker or a name before or after a
        separator; where it is the headline cut short; and, for a heading, where four fifths of the words are the same.
        """
        line = block.text
        if len(line) > _LONGEST:
            return False
        folded = fold_line(line)
        if folded in self._whole:
            return True
        if line.endswith(_FULL_STOPS):
            return False
        if folded in self._parts or self._has_kicker(line, folded):
            return True
        if line.endswith(("…", "...")) and len(folded) >= _least(folded):
            return any(title.startswith(folded) for title in self._whole)
        return block.kind is BlockKind.HEADING and self._shares_words(line)

    def is_heading_again(self, block: Block) -> bool:
        """Whether the block is a heading that is the whole headline, wherever it stands."""
        if block.kind is not BlockKind.HEADING or len(block.text) > _LONGEST:
            return False
        folded = fold_line(block.text)
        return len(folded) >= _least(folded) and folded in self._whole

    def _has_kicker(self, line: str, folded: str) -> bool:
        for title in self._whole:
            if len(title) < _least(title) or not 0 < len(folded) - len(title) <= _LONGEST_KICKER:
                continue
            if folded.startswith(title) or folded.endswith(title):
                parts = [fold_line(part) for part in _SEPARATOR.split(line)]
                if title in ("".join(parts[start:]) for start in range(1, len(parts))):
                    return True
                if title in ("".join(parts[:end]) for end in range(1, len(parts))):
                    return True
        return False

    def _shares_words(self, line: str) -> bool:
        words = frozenset(_WORD.findall(line.casefold()))
        return len(words) >= _LEAST_WORDS and any(
            len(words & title) >= _LEAST_COMMON * len(words | title) for title in self._words
        )


def _least(folded: str) -> int:
    return _LEAST_PART // 2 if any(char >= "\u3040" for char in folded[:8]) else _LEAST_PART
