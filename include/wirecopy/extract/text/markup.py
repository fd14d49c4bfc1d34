"""Markup that trafilatura misreads, said in the words it knows; what a reader of the page sees stays the same.

It takes the first element that is marked as an article's body and leaves its twins, deletes `time` with its text, keeps a table's cells
as cells though they lay out a page, and does not look into `noscript`.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from lxml.etree import XPath

from wirecopy.extract.folding import fold_mark
from wirecopy.extract.text.prose import join_wrapped

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_FRAGMENT: Final = re.compile(
    r"(?<![a-z])(?:article|story|post|entry|content|text|body)[-_]{0,2}"
    r"(?:body|text|content|copy|chunk|section|part|inner|container|component|paragraph)(?![a-z])"
)
_LEAST_FRAGMENT: Final = 100
_MOST_FRAGMENTS: Final = 400
_LEAST_ENTRIES: Final = 3  # of a live report; two articles beside each other may be two articles
_LONG_CELL: Final = 400
"""Characters of a cell from which its table is layout: in a table of data the longest cell of the test pages has 131."""
_COLUMN: Final = 0.4
"""Of a table's text, what one such cell holds where it is a column of the page, and not a long remark in a table."""
_MOST_TABLE: Final = 20_000  # characters that are counted of either
_LEAST_LINE: Final = 60
_INLINE: Final = frozenset(
    {"a", "b", "i", "em", "strong", "span", "br", "u", "small", "font", "sub", "sup", "abbr", "cite", "mark", "img"}
)
_CODE: Final = ("{", "();", "</", "=>", "#!", "$ ")
_WRAPPED: Final = XPath("//*[not(self::script or self::style)]/text()[string-length() > 20 and contains(., '\n')]")
_HAN_LETTER: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_MOST_LOOKED_AT: Final = 300  # strings of a page, to see whether it is Chinese or Japanese
_QUOTES: Final = ("“", "”")


def mend_markup(tree: HtmlElement) -> None:
    """Say a page's structure as trafilatura understands it.

    Args:
        tree: A page; changed.
    """
    _show_noscript(tree)
    _unwrap_inline(tree)
    _tell_interviews(tree)
    _lay_out_tables(tree)
    _join_fragments(tree)
    _join_entries(tree)
    _name_paragraphs(tree)
    if any(_HAN_LETTER.search(text) for text in islice(tree.itertext("p", "td", "div"), _MOST_LOOKED_AT)):
        _join_wrapped(tree)


def size_of_prose(element: HtmlElement, enough: float) -> int:
    """The characters in an element's paragraphs; counting ends where there are enough."""
    size = 0
    for paragraph in element.iter("p"):
        size += sum(map(len, paragraph.itertext()))
        if size >= enough:
            break
    return size


def _join_wrapped(tree: HtmlElement) -> None:
    for text in _WRAPPED(tree):
        if (joined := join_wrapped(text)) != text:
            parent = text.getparent()
            if text.is_tail:
                parent.tail = joined
            else:
                parent.text = joined


def _show_noscript(tree: HtmlElement) -> None:
    """What a reader without scripts gets is the article where it is long: elsewhere it is a picture, or a request for scripts."""
    for hidden in list(tree.iter("noscript")):
        if size_of_prose(hidden, _LONG_CELL) >= _LONG_CELL:
            hidden.tag = "div"


def _unwrap_inline(tree: HtmlElement) -> None:
    for time in tree.iter("time"):
        parent = time.getparent()
        if parent is not None and parent.tag in ("p", "li", "td", "blockquote") and ((parent.text or "").strip()):
            time.tag = "span"
    for quote in tree.iter("q"):
        quote.tag = "span"
        quote.text = _QUOTES[0] + (quote.text or "")
        if len(quote):
            quote[-1].tail = (quote[-1].tail or "") + _QUOTES[1]
        else:
            quote.text += _QUOTES[1]
    for pre in list(tree.iter("pre")):
        text = pre.text or ""
        if len(pre) == 0 and len(text) > _LEAST_LINE and not any(sign in text for sign in _CODE):
            pre.tag, pre.text = "div", None
            for paragraph in re.split(r"\n[^\S\n]*+\n", text):
                element = pre.makeelement("p")
                element.text = paragraph
                pre.append(element)


def _tell_interviews(tree: HtmlElement) -> None:
    """Questions and answers marked up as terms and their definitions are paragraphs, where the answers are sentences."""
    for terms in list(tree.iter("dl")):
        answers = list(terms.iterchildren("dd"))
        if not answers or sum(_length(answer, _LONG_CELL) for answer in answers) < _LEAST_LINE * len(answers):
            continue
        terms.tag = "div"
        for child in terms.iterchildren("dt", "dd"):
            child.tag = "div" if next(child.iter("p", "div", "ul", "ol"), None) is not None else "p"


def _lay_out_tables(tree: HtmlElement) -> None:
    """Tables that hold a page's columns become boxes."""
    sizes: dict[HtmlElement, int] = {}
    for cell in list(tree.iter("td")):
        table = next((above for above in islice(cell.iterancestors(), 3) if above.tag == "table"), None)
        if table is None or _length(cell, _LONG_CELL) < _LONG_CELL:
            continue
        if table not in sizes:
            sizes[table] = _length(table, _MOST_TABLE)
        if _length(cell, _MOST_TABLE) < _COLUMN * sizes[table]:
            continue
        groups = [table, *table.iterchildren("tbody", "thead", "tfoot")]
        rows = [row for group in groups for row in group.iterchildren("tr")]
        cells = [inner for row in rows for inner in row.iterchildren("td", "th")]
        for element in (*groups, *rows, *cells):
            element.tag = "div"


def _length(element: HtmlElement, enough: int) -> int:
    """The characters of an element's text, without the spaces around its pieces; counting ends where there are enough."""
    size = 0
    for text in element.itertext():
        size += len(text.strip())
        if size >= enough:
            break
    return size


def _join_fragments(tree: HtmlElement) -> None:
    """The parts of a text between whose ends a publisher shows something else come into one box."""
    groups: dict[tuple[HtmlElement, object, str], list[HtmlElement]] = {}
    known = {"": False}  # by class: a page has many elements of each
    candidates = 0
    for element in tree.iter("div", "section"):
        attributes = element.attrib
        name = attributes.get("class", "")
        is_body = attributes.get("itemprop") == "articleBody"
        if not is_body:
            if name not in known:
                known[name] = "omment" not in name and _FRAGMENT.search(fold_mark(name[:200])) is not None
            if not known[name]:
                continue
        parent = element.getparent()
        candidates += 1
        if parent is None or candidates > _MOST_FRAGMENTS:
            continue
        for above in (parent, parent.getparent()):
            if above is not None:
                groups.setdefault((above, element.tag, "" if is_body else name), []).append(element)
    joined: set[HtmlElement] = set()
    for elements in groups.values():
        parts = [element for element in elements if element not in joined and _is_part(element)]
        if len(parts) > 1 and not _are_nested(parts):
            _join(parts)
            joined.update(parts)


def _is_part(element: HtmlElement) -> bool:
    return size_of_prose(element, _LEAST_FRAGMENT) >= _LEAST_FRAGMENT and next(element.iter("h1", "article"), None) is None


def _are_nested(elements: list[HtmlElement]) -> bool:
    among = set(elements)
    return any(parent in among for element in elements for parent in islice(element.iterancestors(), 2))


def _join(parts: list[HtmlElement]) -> None:
    first = parts[0]
    parent = first.getparent()
    if parent is None:
        return
    box = first.makeelement("div", {"itemprop": "articleBody"})
    parent.insert(parent.index(first), box)
    for part in parts:
        part.tail = None
        for name in ("class", "id", "itemprop"):
            part.attrib.pop(name, None)
        box.append(part)


def _join_entries(tree: HtmlElement) -> None:
    """The entries of a live report, each an `article`, become sections of one."""
    groups: dict[tuple[HtmlElement, str], list[HtmlElement]] = {}
    for article in tree.iter("article"):
        parent = article.getparent()
        if parent is not None:
            groups.setdefault((parent, article.get("class", "")), []).append(article)
    for (parent, _), entries in groups.items():
        if len(entries) < _LEAST_ENTRIES or not all(_is_entry(entry) for entry in entries[:_LEAST_ENTRIES]):
            continue
        for entry in entries:
            entry.tag = "section"
            for element in islice(entry.iter("section", "div"), 40):
                if element.get("itemprop") == "articleBody" or _FRAGMENT.search(element.get("class", "").lower()):
                    for name in ("class", "id", "itemprop"):
                        element.attrib.pop(name, None)
        if parent.tag != "body" and next((above for above in parent.iterancestors("article")), None) is None:
            parent.set("itemprop", "articleBody")


def _is_entry(article: HtmlElement) -> bool:
    heading = next(article.iter("h1", "h2", "h3", "h4"), None)
    if heading is not None and (heading.tag == "h1" or next(heading.iter("a"), None) is not None):
        return False
    return next(article.iter("time"), None) is not None and next(article.iter("p"), None) is not None


def _name_paragraphs(tree: HtmlElement) -> None:
    """Where a page has no paragraphs, the boxes that hold lines of its text are its paragraphs."""
    if size_of_prose(tree, _LONG_CELL) >= _LONG_CELL:
        return
    for box in list(tree.iter("div", "td", "section", "span")):
        if box.text and len(box.text.strip()) >= _LEAST_LINE and _is_flat(box) and not _is_in_line(box):
            box.tag = "p"


def _is_flat(box: HtmlElement) -> bool:
    return all(child.tag in _INLINE for child in box) and next(box.iter("br"), None) is None


def _is_in_line(box: HtmlElement) -> bool:
    parent = box.getparent()
    if box.tag != "span" or parent is None:
        return False
    return parent.tag in ("p", "li", "span", "a") or _has_text(parent.text) or any(_has_text(child.tail) for child in parent)


def _has_text(text: str | None) -> bool:
    return bool(text and text.strip())
