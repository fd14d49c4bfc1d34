"""What a feed's body has in common with the one before it: what is new, and whether something may have been lost: pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wirecopy.feeds.marks import WINDOW_MARKS, window_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wirecopy.models import FeedEntry

# Fewer known pages with other guids than this may be pages that were published anew.
_FEWEST_RENAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A body's entries beside those of the body before.

    Attributes:
        window: What is remembered of this body.
        fresh: Its entries that the body before did not have, of those that are remembered.
        is_lost: Whether entries may have come and gone between the two: the body before had entries, none of them is left, and
            this one has as many or more.
        bad_guids: Why the feed's guids are not to be believed, or None.
    """

    window: tuple[str, ...]
    fresh: tuple[FeedEntry, ...]
    is_lost: bool
    bad_guids: str | None


def compare_windows(before: Sequence[str], entries: Sequence[FeedEntry], *, with_guids: bool) -> Overlap:
    """Compare a body with what is remembered of the one before.

    An entry is known again by its page or, where guids are believed, by its guid: links may carry a session's id that
    changes with every copy of the feed, and guids may do the same.

    Args:
        before: What is remembered of the body before, from `window_marks`; empty where there was none.
        entries: This body's.
        with_guids: Whether its guids were believed so far.
    """
    entries = entries[:WINDOW_MARKS]  # beyond what is remembered nothing can be known again
    bad_guids = _find_bad_guids(before, entries) if with_guids else None
    with_guids = with_guids and bad_guids is None
    links = {mark.partition(":")[0] for mark in before}
    guids = {mark.partition(":")[2] for mark in before} - {""} if with_guids else set()
    fresh, known = [], 0
    for entry in entries:
        (mark,) = window_marks((entry,), with_guids=with_guids)
        link, _, guid = mark.partition(":")
        if link in links or guid in guids:
            known += 1
        else:
            fresh.append(entry)
    window = window_marks(entries, with_guids=with_guids)
    return Overlap(
        window=window,
        fresh=tuple(fresh),
        is_lost=bool(before) and known == 0 and len(window) >= len(before),
        bad_guids=bad_guids,
    )


def _find_bad_guids(before: Sequence[str], entries: Sequence[FeedEntry]) -> str | None:
    pages: dict[str, set[str]] = defaultdict(set)
    now_has: dict[str, set[str]] = defaultdict(set)
    for mark in window_marks(entries, with_guids=True):
        link, _, guid = mark.partition(":")
        if guid:
            pages[guid].add(link)
            now_has[link].add(guid)
    shared = sum(len(links) for links in pages.values() if len(links) > 1)
    if shared:
        return f"{shared} pages of {len(entries)} share guids with others"
    had: dict[str, set[str]] = defaultdict(set)
    for mark in before:
        link, _, guid = mark.partition(":")
        if guid:
            had[link].add(guid)
    met = [link for link in now_has if link in had]
    renamed = [link for link in met if had[link].isdisjoint(now_has[link])]
    if len(renamed) >= _FEWEST_RENAMED and 2 * len(renamed) >= len(met):
        return f"{len(renamed)} of {len(met)} pages that were in the feed before have other guids now"
    return None
