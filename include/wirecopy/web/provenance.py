"""How an article was read, in words: where its agency and its dates stand on the page, and why lines were taken out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from wirecopy.models import AgencyOrigin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wirecopy.models import ClaimedTime, RemovedLine, StagedArticle

AGENCY_PLACES: Final[Mapping[str, str]] = {
    AgencyOrigin.BYLINE: "in the byline",
    AgencyOrigin.DATELINE: "where the text starts",
    AgencyOrigin.CREDIT: "in a credit line",
    AgencyOrigin.PUBLISHER: "as the publisher of the page",
}
"""Where an agency is named, by the origin's value."""

_DATE_PLACES: Final[Mapping[str, str]] = {
    "feed": "the feed",
    "json-ld": "data of the page (JSON-LD)",
    "meta": "a meta tag",
    "time": "an element marked as the time",
    "url": "the address",
    "text": "a line that readers see",
    "htmldate": "a guess (htmldate)",
    "input": "the file it came from",
}
REMOVAL_REASONS: Final[Mapping[str, str]] = {
    "headline": "the headline again",
    "teaser": "leads to another article",
    "link": "nothing but a link",
    "form": "belongs to a form: comments, newsletter, sharing",
    "placeholder": "stands for something that is not shown: consent, an embed, a player",
    "advertisement": "stands at an advertisement",
    "navigation": "is for using the page: print, listen, minutes to read, keywords",
    "credit": "says who took a picture or owns the text",
    "aside": "stands beside the article in the page: a box, comments, another article (its beginning)",
    "site_template": "stands on other pages of the site as well",
    "unstated": "taken out by an earlier version, which kept no reasons",
}
"""Why a line was taken out, by the reason's value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A time of publication that was found.

    Attributes:
        claimed: The time.
        place: Where it stands, in words.
        is_taken: Whether it is the one that counts.
        why: Why it is, or why it is not.
    """

    claimed: ClaimedTime
    place: str
    is_taken: bool
    why: str


def explain_dates(article: StagedArticle) -> tuple[FoundDate, ...]:
    """Every time of publication that was found, the one that was taken first; the rule stands in `wirecopy.extract.facts.dates`."""
    taken = article.published_at
    rest = [claimed for claimed in dict.fromkeys(article.dates) if claimed != taken]
    explained = [] if taken is None else [_found(taken, is_taken=True, why=_why_taken(taken, article))]
    return (*explained, *(_found(claimed, is_taken=False, why=_why_not(claimed, article)) for claimed in rest))


def group_removed(lines: Sequence[RemovedLine]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Removed lines by their reason in words, both in the order of the page."""
    groups: dict[str, list[str]] = {}
    for line in lines:
        groups.setdefault(REMOVAL_REASONS.get(line.reason.value, line.reason.value), []).append(line.text)
    return tuple((reason, tuple(texts)) for reason, texts in groups.items())


def group_text(article: StagedArticle) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The lines of an article's text by their letters in its outline, neighbours of one kind together; `p` where it has no outline."""
    lines = article.text.split("\n")
    kinds = article.outline if len(article.outline) == len(lines) else "p" * len(lines)
    pairs = [(kind, line) for kind, line in zip(kinds, lines, strict=True) if line.strip()]
    return tuple((kind, tuple(line for _, line in group)) for kind, group in groupby(pairs, key=itemgetter(0)))


def _found(claimed: ClaimedTime, *, is_taken: bool, why: str) -> FoundDate:
    return FoundDate(claimed=claimed, place=_DATE_PLACES.get(claimed.origin, claimed.origin), is_taken=is_taken, why=why)


def _why_taken(taken: ClaimedTime, article: StagedArticle) -> str:
    believed = [claimed for claimed in article.dates if claimed.is_believable(article.first_seen_at)]
    if not believed or believed[0] == taken:
        return "the surest source"
    if believed[0].at.date() == taken.at.date():
        return "says the day of the surest source most exactly"
    return "goes before a surer source: it is the earlier, or more sources agree on it"


def _why_not(claimed: ClaimedTime, article: StagedArticle) -> str:
    taken = article.published_at
    if not claimed.is_believable(article.first_seen_at):
        return "not believed: more than a day later than we first saw it"
    if taken is not None and claimed.at.date() == taken.at.date():
        return "says the same day"
    return "differs"
