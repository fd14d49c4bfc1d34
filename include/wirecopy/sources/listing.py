"""What a sources file lists already, and on which line: for those who add to it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wirecopy.sources.file import parse_sources, read_text
from wirecopy.sources.grouping import free_id
from wirecopy.sources.lines import TomlLines
from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from wirecopy.models import Source, UrlKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeed:
    """A feed of a sources file.

    Attributes:
        url: As it stands there.
        source: Its outlet.
        line: Where it stands, from 1.
    """

    url: str
    source: Source
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A sources file as it is.

    Attributes:
        path: The file.
        sources: Its outlets; none where there is no file yet.
        feeds: Its feeds by the keys of their addresses.
    """

    path: Path
    sources: tuple[Source, ...]
    feeds: Mapping[UrlKey, ListedFeed]

    def find(self, url: str) -> ListedFeed | None:
        """The feed of that address, `http` or `https`, or None."""
        return self.feeds.get(url_key(url))


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What of some outlets can be added to a file.

    Attributes:
        sources: The outlets with the feeds that it does not list, under ids that it does not have.
        known: Feeds that it lists, in pairs of the address given and the feed listed.
        renamed: Pairs of an id that was taken and the one given instead.
    """

    sources: tuple[Source, ...]
    known: tuple[tuple[str, ListedFeed], ...]
    renamed: tuple[tuple[str, str], ...]


def read_listing(path: Path) -> Listing:
    """Read a sources file that may not exist yet, or list nothing yet.

    Raises:
        ConfigError: It is malformed or cannot be read.
    """
    if not path.exists():
        return Listing(path=path, sources=(), feeds={})
    text = read_text(path)
    if _is_blank(text):
        return Listing(path=path, sources=(), feeds={})
    sources = parse_sources(text, name=str(path))
    lines = TomlLines(text, "source")
    feeds: dict[UrlKey, ListedFeed] = {}
    for place, source in enumerate(sources):
        for item, url in enumerate(source.feeds):
            listed = ListedFeed(url=url, source=source, line=lines.of((place, "feeds", item)))
            feeds.setdefault(url_key(url), listed)
    return Listing(path=path, sources=sources, feeds=feeds)


def plan_addition(listing: Listing, sources: Iterable[Source]) -> Addition:
    """What of these outlets the file does not list yet."""
    taken = {source.id for source in listing.sources}
    added: list[Source] = []
    known: list[tuple[str, ListedFeed]] = []
    renamed: list[tuple[str, str]] = []
    for source in sources:
        known += [(feed, listed) for feed in source.feeds if (listed := listing.find(feed)) is not None]
        feeds = tuple(feed for feed in source.feeds if listing.find(feed) is None)
        if not feeds:
            continue
        source_id = source.id
        if source_id in taken:
            source_id = free_id(source.name, source.homepage or feeds[0], taken)
            renamed.append((source.id, source_id))
        taken.add(source_id)
        added.append(replace(source, id=source_id, feeds=feeds))
    return Addition(sources=tuple(added), known=tuple(known), renamed=tuple(renamed))


def _is_blank(text: str) -> bool:
    try:
        return not tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False  # whoever parses it says what is wrong
