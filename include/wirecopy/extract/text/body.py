"""An article's text in a page: what trafilatura finds, as blocks, and what stands in for it where that is too little."""

from __future__ import annotations

import logging
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import trafilatura
from lxml.etree import XPath
from trafilatura.settings import Extractor

from wirecopy.extract.folding import fold_line
from wirecopy.extract.page.document import parse_html
from wirecopy.extract.text.asides import take_asides
from wirecopy.extract.text.blocks import Block, BlockKind, paragraphs_of, text_of_blocks
from wirecopy.extract.text.hydration import find_article_html
from wirecopy.extract.text.markup import mend_markup
from wirecopy.extract.text.menus import is_menu, lines_of_dump
from wirecopy.extract.text.prose import blocks_of_tree
from wirecopy.extract.text.standfirst import find_standfirst
from wirecopy.models import RemovalReason, RemovedLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

log = logging.getLogger(__name__)

_LEAST_RESCUE: Final = 1.3
"""A JSON-LD articleBody so many times longer than what was found replaces it; whenever present it would do harm (-.014)."""
_LEAST_COVERED: Final = 0.5
"""Of the text in sentences' length on the page, what trafilatura's own method must have found; with less, it also asks the methods it
compares itself with (readability, jusText), which takes as long again. On 107 pages that made a difference to one, of .16."""
_PROSE: Final = XPath(
    "descendant::*[not(self::script or self::style or self::noscript or self::template or self::a or self::option or self::title)]"
    "/text()[string-length() > 60]"
)
_LONG_TEXT: Final = 3_000
_WELL_COVERED: Final = 0.7
"""A text so long that has so much of the page's sentences is what a reader reads: what `articleBody` has beyond it stands in boxes
beside it (1 page of 76: +.35 there). A teaser before a paywall is shorter, half of a long text covers less."""
_OWN_FOCUS: Final = "article"
"""A focus that is none of trafilatura's three: as `balanced`, but where a text is short beside its page (a report of five sentences on a
page of teasers) it does not look for more by any means. Whether it found too little is `_LEAST_COVERED`'s question."""
_MOST_OF_MENU: Final = 50
_TOO_LITTLE: Final = 300
"""Where less text than this was found, in characters, the data of the page's scripts are searched for the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An article's text and what was told from it.

    Attributes:
        blocks: In the page's order; none where there is no article.
        removed: The beginnings of what stands beside the article, and what was found in its place and is a menu.
    """

    blocks: tuple[Block, ...]
    removed: tuple[RemovedLine, ...]


def find_body(
    tree: HtmlElement,
    url: str | None,
    *,
    article_body: str | None,
    titles: Iterable[str] = (),
    descriptions: Iterable[str] = (),
) -> Body:
    """Find the article's text.

    Args:
        tree: The page; trafilatura works on a copy.
        url: Its address, or None.
        article_body: The text its JSON-LD states, lines separated by newlines, or None.
        titles: Its headline, in the forms it may take.
        descriptions: What it says of itself in a sentence or two.
    """
    page = copy(tree)
    removed = [RemovedLine(text=beginning, reason=RemovalReason.ASIDE) for beginning in take_asides(page)]
    mend_markup(page)
    prose = sum(map(len, _PROSE(page)))
    found = _find_blocks(page, url, is_fast=True)
    if len(text_of_blocks(found)) < _LEAST_COVERED * prose:
        found = _find_blocks(page, url)
    text = text_of_blocks(found)
    if article_body is not None and _is_better(article_body, text, prose):
        found, text = paragraphs_of(article_body), article_body
    if len(text) < _TOO_LITTLE and (hidden := find_article_html(tree)) is not None:
        rescued = _find_blocks(parse_html(f"<article>{hidden}</article>", url or "page"), url)
        found = max(found, rescued, key=lambda blocks: len(text_of_blocks(blocks)))
    if is_menu(tree, found):
        removed += [RemovedLine(text=block.text, reason=RemovalReason.NAVIGATION) for block in found[:_MOST_OF_MENU]]
        found = ()
    standfirst = find_standfirst(tree, (block.text for block in found), titles=titles, descriptions=descriptions)
    if standfirst is not None:
        found = (Block(kind=BlockKind.PARAGRAPH, text=standfirst), *found)
    return Body(blocks=found, removed=tuple(removed))


def _find_blocks(tree: HtmlElement, url: str | None, *, is_fast: bool = False) -> tuple[Block, ...]:
    try:
        # Any format but the default one: its own text, which recurses, is not made.
        options = Extractor(output_format="txt", comments=False, url=url, fast=is_fast)
        if is_fast:
            options.focus = _OWN_FOCUS
        found = trafilatura.bare_extraction(tree, url=url, options=options)
    except MemoryError:
        raise  # the worker's business
    except Exception:
        # It is made of heuristics on strangers' markup; one page must not end as anything but a page without text.
        log.exception("trafilatura failed on %s", url)
        return ()
    body = getattr(found, "body", None)
    if body is None:
        return ()
    dumped = lines_of_dump(body)
    return blocks_of_tree(body) if dumped is None else paragraphs_of("\n".join(dumped))


def _is_better(article_body: str, found: str, prose: int) -> bool:
    """Whether the page's own JSON-LD text has much more than what was found, or is the same in more lines."""
    if len(article_body) > _LEAST_RESCUE * len(found):
        return len(found) < _LONG_TEXT or len(found) < _WELL_COVERED * prose
    return article_body.count("\n") > found.count("\n") and fold_line(article_body) == fold_line(found)
