"""When an article was published, as its page says: every candidate, and the rule by which one is chosen.

The rule: the first candidate that is believable, in the order JSON-LD, meta tags, marked-up elements, htmldate.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from wirecopy.extract.jsonld import text_of
from wirecopy.feeds.dates import read_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.html import HtmlElement

    from wirecopy.extract.jsonld import Node
    from wirecopy.models import ClaimedTime

_PUBLISHED_META: Final = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "publishdate",
    "publish-date",
    "pubdate",
    "dcterms.created",
    "dcterms.issued",
    "dc.date.issued",
    "dc.date",
    "date",
)


def find_dates(
    tree: HtmlElement, node: Node, metas: Mapping[str, str], *, url: str | None, lang: str | None, guessed: str | None
) -> tuple[ClaimedTime, ...]:
    """Every time of publication that a page states.

    Args:
        tree: The page.
        node: Its article's JSON-LD node; empty where there is none.
        metas: Its meta tags, names in lower case.
        url: Its address, or None.
        lang: What it says its language is, or None.
        guessed: The date that htmldate found, ISO 8601, or None.

    Returns:
        The candidates, the surest first; no two of one instant, precision and origin.
    """
    del url  # its own date is no candidate yet
    stated = [(text_of(node.get("datePublished")), "json-ld")]
    stated += [(metas.get(name), "meta") for name in _PUBLISHED_META]
    stated += [
        (element.get("datetime") or element.get("content"), "time") for element in tree.xpath("//*[@itemprop='datePublished']")
    ]
    stated += [(guessed, "htmldate")]
    read = (read_date(text, language=lang, origin=origin) for text, origin in stated if text)
    return tuple(dict.fromkeys(claimed for claimed in read if claimed))


def choose_date(candidates: Sequence[ClaimedTime], *, seen_at: datetime | None) -> ClaimedTime | None:
    """The candidate that is taken for the time of publication, by this module's rule; None where none is believable.

    Args:
        candidates: The surest first.
        seen_at: When the page was seen, or None: then every candidate is believable.
    """
    return next((claimed for claimed in candidates if seen_at is None or claimed.is_believable(seen_at)), None)
