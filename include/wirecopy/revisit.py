"""Whether a page is fetched again because its feed says that it changed, and what a vain second fetch leaves: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.outcomes import OPEN_STATES, State

if TYPE_CHECKING:
    from datetime import datetime

    from wirecopy.models import LedgerRow

MOST_REVISITS = 5
"""A page is fetched again at most so often: six versions. NewsEdits (Spangher and others, 2022) counts 3.6 on average, 4,609,430 of
1,278,804 articles; a feed that marks all its entries anew at every poll must not have its whole site fetched every day."""

LEAST_GAP = timedelta(minutes=30)
"""Between two fetches of a page. A change that is announced sooner is not lost: the page becomes due when the gap is over, and what
was changed meanwhile is seen at once. Feeds are polled every 10 minutes at most, so a text under work costs a third of the fetches."""

LONGEST_WATCH = timedelta(days=7)
"""After we first saw it a page is watched so long. A news feed holds a day or two of entries and a slow one a week; what is marked
anew after that is a site that moved or a template that changed, which marks every entry there is."""

# Ends in which an edit may have changed what was wrong: a stub was written out, a page put back, a paywall taken down.
_WORTH_ANOTHER_TRY = frozenset(
    {
        State.INDEXED,
        State.NOT_AN_ARTICLE,
        State.PAYWALL,
        State.CONSENT,
        State.GONE,
        State.FORBIDDEN,
        State.QUARANTINED,
    }
)
# Waiting for their first fetch, which will bring the page as it is then. Those that were fetched keep their old mark, so that the
# poll after they are indexed finds the change.
_UNREAD = frozenset({State.PENDING, State.RETRYING})


def revisit(row: LedgerRow, *, mark: str, now: datetime) -> LedgerRow | None:
    """The row after its feed spoke of it again; to be called for every entry whose row is there, before the poll is recorded.

    An entry that changed makes its row pending again: its page is fetched and read anew, and a text that differs becomes a new
    version of the same document. `first_seen_at` and `article_id` stay, so the document stays in the index all the while.

    Args:
        row: The row as it is.
        mark: Hash of what the feed says of it now.
        now: The present instant.

    Returns:
        The row to save, or None where there is nothing to do: the mark is the same, the row is beyond a limit, or its end is
        none that an edit changes (robots.txt, an unsafe address, a PDF, a page too large, a page another row stands for).
    """
    if mark == row.entry_mark:
        return None
    if row.state in _UNREAD or (row.entry_mark is None and row.state not in OPEN_STATES):
        return replace(row, entry_mark=mark)  # a row older than marks: what it was read as is not known to be outdated
    if row.state not in _WORTH_ANOTHER_TRY or row.revisits >= MOST_REVISITS or now - row.first_seen_at > LONGEST_WATCH:
        return None
    due = max(now.replace(microsecond=0), (row.fetched_at or row.first_seen_at) + LEAST_GAP)
    return row.moved(
        State.PENDING,
        f"to be fetched again: its feed says that it changed; was {row.state.value}: {row.reason}",
        attempts=0,
        next_attempt_at=due,
        entry_mark=mark,
        revisits=row.revisits + 1,
    )


def keep_indexed(row: LedgerRow) -> LedgerRow:
    """The row of a page that ended without an article, put back to `INDEXED` where an earlier fetch had brought one.

    A page that cannot be read again takes nothing away: its document stays as it was, the row names it and says what happened.

    Args:
        row: The row as it was judged; any state.
    """
    if row.article_id is None or row.state in OPEN_STATES or row.state is State.INDEXED:
        return row
    return row.moved(State.INDEXED, f"as it was read before; fetched again in vain, {row.state.value}: {row.reason}")
