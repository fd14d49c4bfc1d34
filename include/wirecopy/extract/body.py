"""An article's text in a page: what trafilatura finds, as blocks, and what stands in for it where that is too little."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import trafilatura

from wirecopy.extract.blocks import paragraphs_of, text_of_blocks
from wirecopy.extract.hydration import find_article_html
from wirecopy.extract.page import parse_html
from wirecopy.extract.prose import blocks_of_tree

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from wirecopy.extract.blocks import Block

log = logging.getLogger(__name__)

_LEAST_RESCUE: Final = 1.3
"""A JSON-LD articleBody so many times longer than what was found replaces it; whenever present it would do harm (-.014)."""
_TOO_LITTLE: Final = 300
"""Where less text than this was found, in characters, the data of the page's scripts are searched for the article."""


def find_body(tree: HtmlElement, url: str | None, *, article_body: str | None) -> tuple[Block, ...]:
    """Find the article's text.

    Args:
        tree: The page; trafilatura works on a copy.
        url: Its address, or None.
        article_body: The text its JSON-LD states, lines separated by newlines, or None.

    Returns:
        Its blocks in the page's order; none where there is no article.
    """
    found = _find_blocks(tree, url)
    text = text_of_blocks(found)
    better = _better_text(text, article_body)
    if better is not None:
        found, text = paragraphs_of(better), better
    if len(text) < _TOO_LITTLE and (hidden := find_article_html(list(tree.iter("script")))) is not None:
        rescued = _find_blocks(parse_html(f"<article>{hidden}</article>", url or "page"), url)
        found = max(found, rescued, key=lambda blocks: len(text_of_blocks(blocks)))
    return found


def _find_blocks(tree: HtmlElement, url: str | None) -> tuple[Block, ...]:
    try:
        # Any format but the default one: its own text, which recurses, is not made.
        found = trafilatura.bare_extraction(tree, url=url, include_comments=False, with_metadata=False, output_format="txt")
    except MemoryError:
        raise  # the worker's business
    except Exception:
        # It is made of heuristics on strangers' markup; one page must not end as anything but a page without text.
        log.exception("trafilatura failed on %s", url)
        return ()
    body = getattr(found, "body", None)
    return () if body is None else blocks_of_tree(body)


def _better_text(found: str, article_body: str | None) -> str | None:
    """The page's own JSON-LD text where that has much more than what was found, or the same with its lines."""
    if article_body is None:
        return None
    has_more = len(article_body) > _LEAST_RESCUE * len(found)
    return article_body if has_more else None
