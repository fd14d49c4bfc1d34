"""Feeds to outlets: which feeds of a list that knows feeds only are one outlet's, and what it is called."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wirecopy.models import Source, SourceId
from wirecopy.sources.file import slug
from wirecopy.urls import is_home_page, registrable_domain, url_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

SHARED_HOSTS: Final = frozenset(
    {
        "feedburner.com",
        "google.com",
        "feedblitz.com",
        "rsshub.app",
        "rss.app",
        "feed43.com",
        "fetchrss.com",
        "politepol.com",
        "medium.com",
        "substack.com",
        "reddit.com",
        "youtube.com",
        "telegram.org",
        "pipes.yahoo.com",
        "yahoo.com",
        "libsyn.com",
        "podbean.com",
        "simplecast.com",
        "typepad.com",
        "livejournal.com",
        "wordpress.com",
        "blogspot.com",
        "tumblr.com",
        "github.com",
    }
)
"""Registrable domains under which feeds of many outlets are served: there, only a home page says which are one outlet's."""

_SEPARATOR = re.compile(r"\s*(?:[|:»\u203a>·•/]|\s[-\u2013\u2014]\s)\s*")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LONGEST_ID: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a source, as in `Source`."""

    delay_s: float | None = None
    poll_every_s: float | None = None
    max_entries: int | None = None
    robots: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """A feed as a list of feeds has it.

    Attributes:
        url: Its absolute http(s) address.
        name: What the list calls it; may be empty.
        homepage: The address of its site, or None.
        country: ISO 3166-1 code, or None.
        language: BCP 47 tag, or None.
        id: The id of its source, where the list is one of ours, or None.
        limits: Its source's limits.
    """

    url: str
    name: str
    homepage: str | None = None
    country: str | None = None
    language: str | None = None
    id: str | None = None
    limits: Limits = Limits()


def group_rows(rows: Iterable[FeedRow]) -> tuple[tuple[Source, ...], tuple[FeedRow, ...]]:
    """Outlets in the order of their first feeds, and the rows left out since another row has their feed.

    Rows are one outlet's where they carry one id; else where their home pages, or without one their feeds, are of one registrable
    domain and they agree on country and language. On a host that serves feeds of many, the home page itself must be the same.
    """
    groups: dict[tuple[str | None, ...], list[FeedRow]] = {}
    seen: set[str] = set()
    doubles: list[FeedRow] = []
    for row in rows:
        key = url_key(row.url)
        # In a list of ours, what is listed is meant: `http` and `https` may both be.
        if row.url in seen or (row.id is None and key in seen):
            doubles.append(row)
            continue
        seen |= {row.url, key}
        groups.setdefault(_outlet_of(row), []).append(row)
    taken: set[str] = set()
    sources = []
    # Ids that are stated come first, so that none that is made takes one of them.
    taken.update(outlet[1] for outlet in groups if outlet[0] == "id" and outlet[1])
    for outlet, group in groups.items():
        name = name_outlet((row.name for row in group), group[0].homepage or group[0].url)
        stated = outlet[1] if outlet[0] == "id" else None
        source_id = stated or free_id(name, group[0].homepage or group[0].url, taken)
        taken.add(source_id)
        sources.append(_source_of(group, name, source_id))
    return tuple(sources), tuple(doubles)


def free_id(name: str, url: str, taken: Collection[str]) -> SourceId:
    """An id made from a name, or from the domain of an address where the name gives none, that is not taken."""
    made = slug(name) or slug(registrable_domain(url).replace(".", "-")) or "source"
    candidate, number = made, 1
    while candidate in taken:
        number += 1
        candidate = f"{made[: _LONGEST_ID - len(str(number)) - 1]}-{number}"
    return SourceId(candidate)


def _outlet_of(row: FeedRow) -> tuple[str | None, ...]:
    if row.id is not None and _ID.fullmatch(row.id):
        return ("id", row.id)
    domain = registrable_domain(row.homepage or row.url)
    if domain in SHARED_HOSTS:
        domain = url_key(row.homepage or row.url)
    return ("site", domain, row.country, row.language)


def _source_of(group: Sequence[FeedRow], name: str, source_id: str) -> Source:
    homepages = [row.homepage for row in group if row.homepage]
    first = group[0]
    return Source(
        id=SourceId(source_id),
        name=name,
        feeds=tuple(row.url for row in group),
        country=next((row.country for row in group if row.country), None),
        language=next((row.language for row in group if row.language), None),
        homepage=next((url for url in homepages if is_home_page(url)), homepages[0] if homepages else None),
        delay_s=first.limits.delay_s,
        poll_every_s=first.limits.poll_every_s,
        max_entries=first.limits.max_entries,
        robots=first.limits.robots,
    )


def name_outlet(titles: Iterable[str], url: str) -> str:
    """What an outlet is called: what all its feeds are called, the part that most of their names share, or its domain.

    Args:
        titles: What its feeds are called; may be empty.
        url: Its home page, or a feed.
    """
    names = [" ".join(title.split()) for title in titles if title.split()]
    if len(set(names)) == 1:
        return names[0]
    if names:
        parts = Counter(part for name in names for part in dict.fromkeys(_SEPARATOR.split(name)) if part)
        part, count = max(parts.items(), key=lambda item: item[1])
        if count > len(names) / 2:
            return part
        words = [name.split() for name in names]
        shared = 0
        while all(len(row) > shared and row[shared] == words[0][shared] for row in words):
            shared += 1
        if shared:
            return " ".join(words[0][:shared])
    return registrable_domain(url)
