"""The standfirst: the sentence or two between headline and text, which say what the article is about.

It is a part of the article, but stands outside the element that holds its text (in the page's header as a rule), where trafilatura
does not look. It is known by its description, which pages repeat in their meta tags, or by the names publishers mark it with.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from wirecopy.extract.folding import fold_line, fold_mark
from wirecopy.extract.text.prose import tidy_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml.html import HtmlElement

_NAMES: Final = re.compile(
    r"(?<![a-z])(?:stand-?first|lead|lede|deck?|intro(?:duction)?|preamble|sub-?(?:title|head(?:line|ing)?)|strap-?line|abstract|"
    r"synopsis|dropline|"
    r"vorspann|anreisser|anleser|ingress|manchet|perex|chapo|chapeau|entradilla|bajada|copete|sumario|sottotitolo|sommario|"
    r"occhiello|zajawka|spot|sapo|anons|underrubrik|underrubrikk)(?![a-z])"
)
"""What a standfirst is called in class names, ids, `itemprop` and `data-testid`: the English, French, Spanish, Italian, German, Nordic,
Slavic, Turkish and Vietnamese words of the trade."""
_WEAK_NAMES: Final = re.compile(r"(?<![a-z])(?:summary|excerpt|teaser|description|desc)(?![a-z])")
"""The same for elements that are a line themselves: a `div` of such a name is a picture's or a card's as often."""
_LINES: Final = frozenset({"p", "h2", "h3"})
_MARKS: Final = ("class", "id", "itemprop", "data-testid", "role")
_CANDIDATES: Final = frozenset({"p", "div", "h2", "h3", "h4", "span", "strong", "b", "em", "section", "font"})
_NOT_WITHIN: Final = frozenset(
    {"h1", "figure", "img", "ul", "ol", "time", "button", "form", "nav", "picture", "video", "address"}
)
_OUTSIDE: Final = frozenset({"figure", "figcaption", "aside", "nav", "footer", "li", "form", "a", "table", "button"})
_LEAST: Final = 40
_LONGEST: Final = 900
_LEAST_OWN: Final = 15
_MOST_ELEMENTS: Final = 1200
"""How far from the headline it is looked for; the header of a page with share buttons, picture and video has some hundreds."""
_MOST_INSIDE: Final = 40
_MOST_ABOVE: Final = 16
_MOST_COMPARED: Final = 20_000  # characters of the text's start, where a standfirst would stand in it
_SAME_START: Final = 40
_MOST_LINKED: Final = 0.4


def find_descriptions(metas: Mapping[str, str], node: Mapping[str, Any]) -> tuple[str, ...]:
    """What a page says its article is about.

    Args:
        metas: Its meta tags, names in lower case.
        node: Its article's JSON-LD.
    """
    stated = (metas.get("og:description"), metas.get("description"), metas.get("twitter:description"), node.get("description"))
    return tuple(dict.fromkeys(text for text in stated if isinstance(text, str)))


def find_standfirst(
    tree: HtmlElement, text: Iterable[str], *, titles: Iterable[str], descriptions: Iterable[str]
) -> str | None:
    """Find the standfirst that is missing from an article's text.

    Args:
        tree: The page.
        text: The lines that were found.
        titles: Its headline, in the forms it may take.
        descriptions: What its meta tags and JSON-LD say it is about.

    Returns:
        One line, or None where there is none or the text has it.
    """
    lines = [fold_line(line) for line in text]
    folded_titles = {fold_line(title) for title in titles} - {""}
    whole = "\n".join(lines)[:_MOST_COMPARED]
    starts = {line[:_SAME_START] for line in lines[:3] if len(line) >= _LEAST} - {
        title[:_SAME_START] for title in folded_titles
    }
    told = [folded for described in descriptions if len(folded := fold_line(described)) >= _LEAST_OWN]
    for element in _below_headline(tree, folded_titles):
        if element.tag not in _CANDIDATES:
            continue
        is_named = _is_named(element)
        if not (is_named or _has_own_text(element)) or not _is_small(element):
            continue
        line = tidy_line(" ".join(element.itertext()) if len(element) else element.text or "")
        folded = fold_line(line)
        if len(folded) < _LEAST_OWN or folded in folded_titles:
            continue
        if folded[:_SAME_START] in starts:
            return None  # here the text begins
        is_told = any(_is_same(folded, described) for described in told)
        is_told = is_told or (is_named and len(line) >= _LEAST)
        if is_told and len(line) <= _LONGEST and folded not in whole and not _is_elsewhere(element, line):
            return line
    return None


def _below_headline(tree: HtmlElement, titles: set[str]) -> Iterator[HtmlElement]:
    headings = list(tree.iter("h1"))
    heading = next((h1 for h1 in headings if fold_line(h1.text_content()) in titles), headings[0] if headings else None)
    if heading is None:
        return
    within = set(heading.iterdescendants())
    seen = 0
    for element in _following(heading):
        if element in within:
            continue
        seen += 1
        if seen > _MOST_ELEMENTS:
            return
        yield element


def _following(element: HtmlElement) -> Iterator[HtmlElement]:
    """The elements after one in the page's order."""
    node: HtmlElement | None = element
    while node is not None:
        for sibling in node.itersiblings():
            yield from sibling.iter()
        node = node.getparent()


def _is_named(element: HtmlElement) -> bool:
    marks = " ".join(filter(None, map(element.get, _MARKS)))
    if not marks:
        return False
    marks = fold_mark(marks[:300])
    is_line = element.tag in _LINES or element.get("itemprop") == "description"
    return _NAMES.search(marks) is not None or (is_line and _WEAK_NAMES.search(marks) is not None)


def _is_small(element: HtmlElement) -> bool:
    inside = list(islice(element.iter(), _MOST_INSIDE + 1))
    return len(inside) <= _MOST_INSIDE and not any(inner.tag in _NOT_WITHIN for inner in inside)


def _has_own_text(element: HtmlElement) -> bool:
    if element.text and len(element.text.strip()) >= _LEAST_OWN:
        return True
    return any(child.tail and len(child.tail.strip()) >= _LEAST_OWN for child in element)


def _is_same(folded: str, described: str) -> bool:
    """Whether a line is what a description says: one begins as the other does, or the description is cut from the line."""
    size = min(len(folded), len(described), _SAME_START)
    return folded[:size] == described[:size] and len(folded) >= 0.5 * len(described)


def _is_elsewhere(element: HtmlElement, line: str) -> bool:
    inside = sum(len(link.text_content()) for link in element.iter("a"))
    above = islice(element.iterancestors(), _MOST_ABOVE)
    return inside > _MOST_LINKED * len(line) or any(parent.tag in _OUTSIDE for parent in above)
