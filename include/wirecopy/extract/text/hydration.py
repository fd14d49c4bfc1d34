"""The article of a page that is drawn by its own script: its HTML stands in the data the script starts from.

Sites built with a framework that renders in the browser may send no article text in the page's markup. What they send is data:
`<script id="__NEXT_DATA__" type="application/json">` and its like, or the pieces of a stream handed to
`self.__next_f.push([1, "…"])` (React Server Components' wire format, as Next.js inlines it since 13), an object that a script
assigns (`window.__INITIAL_STATE__ = {…}`, Apollo, Remix, Arc's `Fusion.globalContent={…}`), one it parses (`JSON.parse("…")`), or an
attribute (Inertia's `data-page`). The article is a string of HTML in there, or a list of objects, one for each paragraph, which
`wirecopy.extract.text.documents` reads. No script is run.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from wirecopy.extract.text.documents import find_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

# Atomic groups: a string that never ends must not make the search quadratic.
_PUSHED: Final = re.compile(r'__next_f\.push\(\[1,\s*("(?>[^"\\]+|\\.)*+")\]\)', re.DOTALL)
_PARSED: Final = re.compile(r'JSON\.parse\(\s*("(?>[^"\\]+|\\.)*+")\s*\)', re.DOTALL)
_ASSIGNED: Final = re.compile(r"[\w$\]]\s{0,4}=\s{0,4}(?=[{\[])")
_MOST_ASSIGNED: Final = 12  # of a script: each costs a read to where it stops being JSON
_LEAST_DATA: Final = 300  # characters; less holds no article
_ATTRIBUTES: Final = ("data-page", "data-props", "data-state", "data-json", "data-initial-state", "data-content", "props")
_PARAGRAPH: Final = re.compile(r"<p[\s>]", re.IGNORECASE)
_LEAST_PARAGRAPHS: Final = 3  # fewer are a teaser or a notice
_DEEPEST: Final = 64
_DECODER: Final = json.JSONDecoder(strict=False)


def find_article_html(tree: HtmlElement) -> str | None:
    """The HTML of the article in a page's data: the longest of the texts there, or None.

    Args:
        tree: The page.

    Returns:
        HTML with at least three paragraphs.
    """
    best = ""
    for value in _data(tree):
        for candidate in _values(value, 0):
            best = max(best, _cut_html(candidate), key=len)
        best = max(best, find_document(value) or "", key=len)
    return best or None


def _cut_html(text: str) -> str:
    """A string of HTML from its first to behind its last paragraph; nothing where it has too few."""
    starts = [match.start() for match in islice(_PARAGRAPH.finditer(text), _LEAST_PARAGRAPHS)]
    if len(starts) < _LEAST_PARAGRAPHS:
        return ""
    end = text.rfind("</p>")
    return text[starts[0] : end + len("</p>") if end > starts[0] else len(text)]


def _data(tree: HtmlElement) -> Iterator[Any]:
    streamed: list[str] = []
    for script in tree.iter("script"):
        source = script.text or ""
        if "__next_f.push(" in source:
            streamed += [text for piece in _PUSHED.findall(source) if isinstance(text := _load(piece), str)]
        elif len(source) < _LEAST_DATA:
            continue
        elif "json" in script.get("type", "").lower():
            yield _load(source)
        else:
            yield from _assigned(source)
    if streamed:
        yield list(_rows("".join(streamed)))
    for element in tree.iter():
        for name in _ATTRIBUTES:
            stated = element.get(name)
            if stated is not None and len(stated) >= _LEAST_DATA and stated.lstrip()[:1] in ("{", "["):
                yield _load(stated)


def _assigned(source: str) -> Iterator[Any]:
    for piece in _PARSED.findall(source):
        yield _load(_load(piece) or "")
    end = 0
    for match in islice(_ASSIGNED.finditer(source), _MOST_ASSIGNED):
        if match.end() < end:
            continue  # inside the object before
        try:
            value, end = _DECODER.raw_decode(source, match.end())
        except (ValueError, RecursionError):
            continue
        yield value


def _rows(stream: str) -> Iterator[Any]:
    """The rows of a stream: values where they are JSON, else strings."""
    for row in re.split(r"\n(?=[0-9a-f]+:)", stream):
        rest = row.partition(":")[2]
        value = _load(rest) if rest[:1] in ("[", "{") else None
        yield row if value is None else value


def _values(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST:
        members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for member in members:
            yield from _values(member, depth + 1)


def _load(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
