"""An article's text in a page: what trafilatura finds, as blocks, and what stands in for it where that is too little."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import trafilatura

from wirecopy.extract.blocks import paragraphs_of
from wirecopy.extract.boilerplate import fold_line
from wirecopy.extract.hydration import find_article_html
from wirecopy.extract.page import parse_html

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
    found = _find_text(tree, url)
    text = _better_text(found, article_body)
    if len(text) < _TOO_LITTLE and (hidden := find_article_html(list(tree.iter("script")))) is not None:
        text = max(text, _find_text(parse_html(f"<article>{hidden}</article>", url or "page"), url), key=len)
    return paragraphs_of(text)


def _find_text(tree: HtmlElement, url: str | None) -> str:
    try:
        found = trafilatura.bare_extraction(tree, url=url, include_comments=False, with_metadata=False)
    except MemoryError:
        raise  # the worker's business
    except Exception:
        # It is made of heuristics on strangers' markup; one page must not end as anything but a page without text.
        log.exception("trafilatura failed on %s", url)
        return ""
    return str(getattr(found, "text", None) or "")


def _better_text(found: str, article_body: str | None) -> str:
    """What was found, or the page's own JSON-LD text where that has much more, or the same with its lines."""
    if article_body is None:
        return found
    has_more = len(article_body) > _LEAST_RESCUE * len(found)
    return article_body if has_more or fold_line(article_body) == fold_line(found) else found
