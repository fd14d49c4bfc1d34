"""What stands in a page beside an article's text, by the names and roles of HTML, ARIA, schema.org and the usual systems.

Trafilatura takes out most of it, but not on every path it takes (its rescue works on the raw page), and not what it cannot name.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final

from lxml.etree import XPath

from wirecopy.extract.folding import fold_mark
from wirecopy.extract.text.markup import size_of_prose

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ROLES: Final = frozenset({"navigation", "complementary", "dialog", "alertdialog", "search", "menu", "menubar", "contentinfo"})
_ITEM_TYPES: Final = (
    "BreadcrumbList",
    "Comment",
    "UserComments",
    "SiteNavigationElement",
    "WPAdBlock",
    "WPSideBar",
    "WPFooter",
)
_BOX: Final = r"(?:info|fact)-?box|fakten-?(?:box|kasten)|info-?kasten|fakta-?(?:box|boks|ruta|rute)|infografik-?box"
_BOX_NAMES: Final = re.compile(rf"(?<![a-z])(?:{_BOX})(?![a-z])")
_NAMES: Final = re.compile(
    rf"(?<![a-z])(?:{_BOX}|"
    r"breadcrumbs?|wp-caption-text|image-?caption|photo-?caption|bild-?unterschrift|"
    r"(?:most|meist)-?(?:read|popular|viewed|gelesen)|top-?comments?|comment-?(?:body|text|content|thread|list))(?![a-z])"
)
_BOXES: Final = frozenset({"div", "section", "ul", "ol", "p", "table", "span", "aside", "details", "article", "li"})
_MOST: Final = 0.7
"""Of the text of all paragraphs, what an aside may hold: one that has more is the article under an aside's name."""
_LEAST_MAIN: Final = 400
_MOST_ASIDES: Final = 20
_LONGEST_TAGS: Final = 200
_LONGEST_NAME: Final = 200
_MOST_ARTICLES: Final = 200
_MOST_LINKED: Final = 0.8
_TEXTS: Final = XPath("descendant-or-self::*[not(self::script or self::style or self::template or self::noscript)]/text()")
_MOST_NOTED: Final = 10
_LEAST_NOTED: Final = 60
_LONGEST_NOTE: Final = 120
_MOST_PIECES: Final = 100


def take_asides(tree: HtmlElement) -> tuple[str, ...]:
    """Take out what is beside the article.

    Args:
        tree: A page; changed.

    Returns:
        How each thing that had paragraphs in it begins: of the first ten 120 characters each.
    """
    taken: list[str] = []
    _rename_main(tree)
    if outermost := _find_asides(tree):
        most = _MOST * size_of_prose(tree, math.inf)
        sized = [(element, size_of_prose(element, math.inf), _box_of(element)) for element in outermost]
        boxes: Counter[str] = Counter()
        for _, size, box in sized:
            boxes[box] += size if box else 0
        for element, size, box in sized:
            if max(size, boxes[box]) <= most:
                _take(element, taken)
    for template in list(tree.iter("template")):
        if template.get("shadowrootmode") not in ("open", "closed"):
            _take(template)
    _take_other_articles(tree, taken)
    _take_link_lists(tree)
    return tuple(taken)


def _rename_main(tree: HtmlElement) -> None:
    """Make the `aside` that is the page's column of text a box: trafilatura takes every one out.

    It has the headline in it: beside a text without paragraphs, a column of teasers may hold all that the page has.
    """
    for aside in list(islice(tree.iter("aside"), _MOST_ASIDES)):
        if next(aside.iter("h1"), None) is None or (size := size_of_prose(aside, math.inf)) < _LEAST_MAIN:
            continue
        if size > _MOST * size_of_prose(tree, math.inf):
            aside.tag = "div"
            return


def _box_of(element: HtmlElement) -> str:
    """The class of a box of facts, else nothing: where such boxes are most of a text together, it is an explainer made of them."""
    name = element.get("class", "")
    return name if _BOX_NAMES.search(fold_mark(name[:_LONGEST_NAME])) is not None else ""


def _find_asides(tree: HtmlElement) -> list[HtmlElement]:
    """The asides that are in no other."""
    outermost: list[HtmlElement] = []
    inside: set[HtmlElement] = set()
    known = {"": False}  # by class or id: a page has many elements of each
    for element in tree.iter(*_BOXES):
        if element not in inside and _is_aside(element, known):
            outermost.append(element)
            inside.update(element.iter(*_BOXES))
    return outermost


def _is_aside(element: HtmlElement, known: dict[str, bool]) -> bool:
    attributes = element.attrib
    if not attributes:
        return False
    if attributes.get("role") in _ROLES or attributes.get("itemtype", "").rpartition("/")[2] in _ITEM_TYPES:
        return True
    return _is_name(attributes.get("class", ""), known) or _is_name(attributes.get("id", ""), known)


def _is_name(name: str, known: dict[str, bool]) -> bool:
    if name not in known:
        known[name] = _NAMES.search(fold_mark(name[:_LONGEST_NAME])) is not None
    return known[name]


def _take_other_articles(tree: HtmlElement, taken: list[str]) -> None:
    """Take out the articles that follow the page's own, and the cards of others within it."""
    articles = list(islice(tree.iter("article"), _MOST_ARTICLES))
    main = next((article for article in articles if next(article.iter("h1"), None) is not None), None)
    if main is None or size_of_prose(main, _LEAST_MAIN) < _LEAST_MAIN:
        return
    inside = set(main.iterdescendants("article"))
    above = set(main.iterancestors("article"))
    cards = [article for article in articles if article in inside and _is_card(article)]
    if sum(size_of_prose(card, math.inf) for card in cards) > _MOST * size_of_prose(main, math.inf):
        cards = []  # a round-up: the cards are the article
    for article in articles:
        if article is not main and article not in above and article not in inside:
            _take(article, taken)
    for card in cards:
        _take(card, taken)


def _is_card(article: HtmlElement) -> bool:
    """Whether an article within another is a teaser of a third: a headline that is a link, and hardly more."""
    heading = next(article.iter("h2", "h3", "h4"), None)
    if heading is None:
        return False
    is_linked = next(heading.iter("a"), None) is not None or any(parent.tag == "a" for parent in heading.iterancestors())
    return is_linked and size_of_prose(article, _LEAST_MAIN) < _LEAST_MAIN


def _take_link_lists(tree: HtmlElement) -> None:
    """Take out short lists of links alone: tags, shares. Long ones are sources or show notes as often as other articles."""
    for found in list(tree.iter("ul", "ol")):
        if next(found.iterdescendants("ul", "ol"), None) is not None:
            continue
        links = list(found.iter("a"))
        text = len("".join(found.itertext()).strip())
        linked = sum(len("".join(link.itertext()).strip()) for link in links)
        if len(links) > 1 and text <= _LONGEST_TAGS and linked >= _MOST_LINKED * text:
            before = found.getprevious()
            if before is not None and before.tag in ("h2", "h3", "h4", "h5", "h6") and not (before.tail or "").strip():
                _take(before)
            _take(found)


def _take(element: HtmlElement, taken: list[str] | None = None) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if taken is not None and len(taken) < _MOST_NOTED and (beginning := _beginning_of(element)):
        taken.append(beginning)
    element.drop_tree()


def _beginning_of(element: HtmlElement) -> str:
    """How the text of an element begins; empty where it has no paragraph of a sentence's length: a menu, a path of links."""
    if size_of_prose(element, _LEAST_NOTED) < _LEAST_NOTED:
        return ""
    pieces: list[str] = []
    length = 0
    for text in islice(_TEXTS(element), _MOST_PIECES):
        piece = " ".join(text.split())
        if piece:
            pieces.append(piece)
            length += len(piece) + 1
        if length > _LONGEST_NOTE:
            break
    beginning = " ".join(pieces)
    return beginning if len(beginning) <= _LONGEST_NOTE else f"{beginning[:_LONGEST_NOTE].rstrip()} …"
