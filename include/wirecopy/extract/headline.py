"""The headline: where it is stated, and without the site's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wirecopy.extract.jsonld import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.html import HtmlElement

    from wirecopy.extract.jsonld import Node

_SEPARATOR: Final = r"\s*(?:[|•·»›–—―:：/]|\s-|--)\s*"  # noqa: RUF001 - what sites put before their names


def find_headlines(tree: HtmlElement, node: Node, metas: Mapping[str, str]) -> tuple[str, ...]:
    """Candidates for the headline, the best first, as they stand."""
    headings = [" ".join(heading.text_content().split()) for heading in tree.iter("h1")]
    titles = [" ".join(title.text_content().split()) for title in tree.iter("title")][:1]
    stated = [text_of(node.get("headline")), metas.get("og:title"), headings[0] if len(headings) == 1 else None]
    return tuple(text for text in [*stated, metas.get("twitter:title"), *titles] if text)


def strip_site_name(title: str, site_names: Iterable[str]) -> str:
    """The headline without a site's name before or after it; the headline itself where nothing else would stay."""
    for name in sorted(site_names, key=len, reverse=True):
        escaped = re.escape(name)
        for pattern in (rf"{_SEPARATOR}(?:www\.)?{escaped}\s*$", rf"^\s*{escaped}\s*{_SEPARATOR}"):
            stripped = re.sub(pattern, "", title, flags=re.IGNORECASE).strip()
            if stripped and stripped != title:
                title = stripped
    return title
