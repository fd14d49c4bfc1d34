"""What a feed's entries mean for the ledger: new rows, and rows of pages that their feed says were changed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from wirecopy.feeds.marks import entry_mark
from wirecopy.models import LedgerRow, UrlKey
from wirecopy.outcomes import State
from wirecopy.revisit import revisit
from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from wirecopy.models import FeedEntry, FeedState, FetchedPage
    from wirecopy.store.ports import Ledger

log = logging.getLogger(__name__)


def ledger_rows(entries: Iterable[FeedEntry], state: FeedState, page: FetchedPage) -> tuple[LedgerRow, ...]:
    """A pending row for each URL of the entries, first seen when the feed was fetched.

    Args:
        entries: In the order of the feed; of several with one URL the first counts.
        state: The feed.
        page: The answer that held them.
    """
    rows: dict[UrlKey, LedgerRow] = {}
    for entry in entries:
        try:
            key = url_key(entry.url)
        except ValueError:
            log.warning("entry without a usable URL: %s in %s", entry.url, state.url)
            continue
        if key not in rows:
            rows[key] = LedgerRow(
                key=key,
                url=entry.url,
                source_id=state.source_id,
                feed_url=state.url,
                state=State.PENDING,
                reason=f"discovered in {state.url}",
                first_seen_at=page.fetched_at,
                entry_title=entry.title,
                entry_published=entry.published_at.stated if entry.published_at else None,
                entry_mark=entry_mark(entry),
            )
    return tuple(rows.values())


def never_shown(entries: Iterable[FeedEntry], state: FeedState, known: Mapping[UrlKey, LedgerRow]) -> tuple[FeedEntry, ...]:
    """The entries that the feed has never shown: those without a row, and those that another feed brought.

    Args:
        entries: Of the feed.
        state: The feed.
        known: The rows that are in the ledger, by key.
    """
    return tuple(entry for entry in entries if (row := known.get(_key(entry))) is None or row.feed_url != state.url)


def known_rows(entries: Iterable[FeedEntry], ledger: Ledger) -> dict[UrlKey, LedgerRow]:
    """The rows of the entries that are in the ledger, by key."""
    return ledger.get({_key(entry) for entry in entries})


def revisited_rows(rows: Iterable[LedgerRow], known: dict[UrlKey, LedgerRow], now: datetime) -> tuple[LedgerRow, ...]:
    """The rows to save since their feed says something else of them than it did; see `wirecopy.revisit.revisit`.

    Only the feed that brought a page first is heard: two feeds may give it two titles, and would undo each other's at every poll.

    Args:
        rows: What `ledger_rows` made of a feed's entries.
        known: The rows that are in the ledger, by key.
        now: The present instant.
    """
    changed = []
    for row in rows:
        before = known.get(row.key)
        if before is None or before.feed_url != row.feed_url or row.entry_mark is None:
            continue
        after = revisit(before, mark=row.entry_mark, now=now)
        if after is not None:
            changed.append(after)
    return tuple(changed)


def _key(entry: FeedEntry) -> UrlKey:
    try:
        return url_key(entry.url)
    except ValueError:
        return UrlKey("")
