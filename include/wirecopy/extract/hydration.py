"""The article of a page that is drawn by its own script: its HTML stands in the data the script starts from.

Sites built with a framework that renders in the browser may send no article text in the page's markup. What they send is data:
`<script id="__NEXT_DATA__" type="application/json">` and its like, or the pieces of a stream handed to
`self.__next_f.push([1, "…"])` (React Server Components' wire format, as Next.js inlines it since 13). An article's HTML is a string
in there. No script is run.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

# Atomic groups: a string that never ends must not make the search quadratic.
_PUSHED: Final = re.compile(r'__next_f\.push\(\[1,\s*("(?>[^"\\]+|\\.)*+")\]\)', re.DOTALL)
_PARAGRAPH: Final = re.compile(r"<p[\s>]", re.IGNORECASE)
_LEAST_PARAGRAPHS: Final = 3  # fewer are a teaser or a notice
_DEEPEST: Final = 64


def find_article_html(scripts: Iterable[HtmlElement]) -> str | None:
    """The HTML of the article in the data of a page's scripts: the string with the most paragraph markup, or None.

    Args:
        scripts: The page's `script` elements.

    Returns:
        HTML from its first to behind its last paragraph; at least three paragraphs.
    """
    best, most = None, 0
    for candidate in _strings(scripts):
        starts = [match.start() for match in _PARAGRAPH.finditer(candidate)]
        if len(starts) < _LEAST_PARAGRAPHS:
            continue
        end = candidate.rfind("</p>")
        html = candidate[starts[0] : end + len("</p>") if end > starts[0] else len(candidate)]
        if len(html) > most:
            best, most = html, len(html)
    return best


def _strings(scripts: Iterable[HtmlElement]) -> Iterator[str]:
    streamed: list[str] = []
    for script in scripts:
        source = script.text or ""
        if "__next_f.push(" in source:
            streamed += [text for piece in _PUSHED.findall(source) if isinstance(text := _load(piece), str)]
        elif script.get("type", "").strip().lower() == "application/json":
            yield from _values(_load(source), 0)
    if streamed:
        yield from _rows("".join(streamed))


def _rows(stream: str) -> Iterator[str]:
    """The strings of a stream: those inside its rows of JSON, and its other rows as they are."""
    for row in re.split(r"\n(?=[0-9a-f]+:)", stream):
        rest = row.partition(":")[2]
        value = _load(rest) if rest[:1] in ("[", "{") else None
        if value is None:
            yield row
        else:
            yield from _values(value, 0)


def _values(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST:
        members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for member in members:
            yield from _values(member, depth + 1)


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
