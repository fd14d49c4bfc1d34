"""What was found where a page has no article: the page's links, or all of its words.

On a paywall's stub, a consent wall or a list of articles trafilatura gives the menu rather than nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml.etree import XPath

from wirecopy.extract.folding import fold_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element
    from lxml.html import HtmlElement

    from wirecopy.extract.text.blocks import Block

_LONGEST: Final = 6_000
"""Characters; a longer text is not looked at: no menu of the test pages comes near, and comparing has a cost."""
_MOST_LINKED: Final = 0.6
_LEAST_LINK: Final = 3
_MOST_LINKS: Final = 3_000
_LINKS: Final = XPath("//a[@href]")
_SENTENCE: Final = re.compile(r"[.!?。！？।؟։።…][\"'”’»」)]{0,2}(?:\s|$)")  # noqa: RUF001 - the full stops of many scripts
_LEAST_SENTENCES: Final = 3
_LEAST_PROSE: Final = 40
_HAN: Final = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LEAST_DUMPED: Final = 3
_LEAST_DUMPED_LINE: Final = 60  # a line of an interface is shorter
_LEAST_PROSE_HAN: Final = 25  # the same in scripts that write a word in one or two characters


def is_menu(tree: HtmlElement, blocks: Sequence[Block]) -> bool:
    """Whether blocks are links, for the most part, and hardly a sentence.

    Args:
        tree: The page they were found in.
        blocks: The text.
    """
    size = sum(len(block.text) for block in blocks)
    if not 0 < size <= _LONGEST or _has_sentences(blocks):
        return False
    links = {fold_line("".join(link.itertext())) for link in _LINKS(tree)[:_MOST_LINKS]}
    by_size = sorted((link for link in links if len(link) >= _LEAST_LINK), key=len, reverse=True)
    linked = whole = 0
    for block in blocks:
        folded = fold_line(block.text)
        whole += len(folded)
        if folded in links:
            linked += len(folded)
            continue
        for link in by_size:
            if link in folded:
                folded = folded.replace(link, "\n")
                linked += len(link)
    return linked >= _MOST_LINKED * whole


def _has_sentences(blocks: Sequence[Block]) -> bool:
    """Whether there are some lines of prose: long ones with a sentence's end. A title may end in one, too."""
    ends = sum(len(_SENTENCE.findall(block.text)) for block in blocks if len(block.text) >= _LEAST_PROSE)
    return ends >= _LEAST_SENTENCES


def lines_of_dump(body: _Element) -> list[str] | None:
    """The lines that may be text where trafilatura found nothing and took every word of the page; None where it did find a text.

    Args:
        body: The tree it returned. Its last resort is one paragraph with a line for each string of the page.
    """
    if len(body) != 1 or len(body[0]) or (text := body[0].text or "").count("\n") < _LEAST_DUMPED:
        return None
    return [line for line in text.split("\n") if len(line) >= (_LEAST_PROSE_HAN if _HAN.search(line) else _LEAST_DUMPED_LINE)]
