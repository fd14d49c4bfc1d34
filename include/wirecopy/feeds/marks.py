"""Hashes by which a body, an entry or what a feed says of a page is known again: pure."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wirecopy.models import FeedEntry

WINDOW_MARKS = 1_000
"""So many entries are remembered of a body, from its beginning: 26 kB. Feeds of news hold 10 to 100."""

# What changes in every copy of a channel, or says when this copy was made. Only before the first item: those of items matter.
_COPY_TIMES = re.compile(
    rb"<(?P<name>(?:[A-Za-z]+:)?(?:lastBuildDate|pubDate|updated|modified|date))\b[^<>]*>[^<]*</(?P=name)\s*>", re.IGNORECASE
)
_FIRST_ITEM = re.compile(rb"<(?:[A-Za-z]+:)?(?:item|entry|url)[\s>/]")
_COMMENT = re.compile(rb"<!--(?:(?!-->).){0,500}-->", re.DOTALL)
_MARK_BYTES = 16
_PART_BYTES = 6


def body_mark(body: bytes) -> str:
    """Hash of a feed's body without the times of the copy and without comments (`<!-- made in 0.3 s -->`).

    Equal marks mean equal entries, so that such a body need not be parsed; it never means that validators stay as they were.
    """
    first = _FIRST_ITEM.search(body)
    head, rest = (body[: first.start()], body[first.start() :]) if first else (body, b"")
    digest = hashlib.blake2b(_COMMENT.sub(b"", _COPY_TIMES.sub(b"", head)), digest_size=_MARK_BYTES)
    digest.update(b"\0")
    digest.update(_COMMENT.sub(b"", rest))
    return digest.hexdigest()


def entry_mark(entry: FeedEntry) -> str:
    """Hash of what a feed says of a page: its title and its times as stated. Another one means that the page was changed."""
    said = (
        entry.title or "",
        entry.published_at.stated if entry.published_at else "",
        entry.updated_at.stated if entry.updated_at else "",
    )
    return hashlib.blake2b("\0".join(said).encode("utf-8", "surrogatepass"), digest_size=_MARK_BYTES).hexdigest()


def window_marks(entries: Iterable[FeedEntry], *, with_guids: bool) -> tuple[str, ...]:
    """What is remembered of a body's entries: a hash of the page's key and, after a colon, one of the guid.

    Args:
        entries: In the order of the feed; those after the first `WINDOW_MARKS` are not remembered.
        with_guids: Whether the feed's guids are believed; else there is nothing after the colon.
    """
    marks = (f"{_part(_link(entry))}:{_part(entry.guid or '') if with_guids else ''}" for entry in entries)
    return tuple(dict.fromkeys(mark for _, mark in zip(range(WINDOW_MARKS), marks, strict=False)))


def _link(entry: FeedEntry) -> str:
    try:
        return url_key(entry.url)
    except ValueError:
        return entry.url


def _part(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_PART_BYTES).hexdigest() if text else ""
