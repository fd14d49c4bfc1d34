"""What the archive's answers of feeds and sitemaps bring: rows of the ledger, and the feeds' own history."""

from __future__ import annotations

import logging
from collections import Counter, OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from wirecopy.feeds.days import count_poll
from wirecopy.feeds.selection import select_entries
from wirecopy.models import FeedState, ParsedFeed, Purpose
from wirecopy.steps.context import reason_of
from wirecopy.steps.entries import ledger_rows
from wirecopy.steps.feed_pages import MOST_OLDER_PAGES, paged_url

if TYPE_CHECKING:
    from wirecopy.archive import RawResponse
    from wirecopy.models import ArchiveRef, FetchedPage, LedgerRow, SourceId, UrlKey
    from wirecopy.steps.playback import PlaybackContext

log = logging.getLogger(__name__)

UNANSWERED = "the archive has no answer of its page"
"""How the reason of a row ends for which a replay found nothing; the next run fetches it."""

# Entries that changed since their page was fetched, kept until it is fetched again; what falls out is fetched once too often.
_MOST_MARKS = 200_000
_NOT_MODIFIED = 304


class FeedReplay:
    """Takes up answers of feeds and sitemaps in the order in which they came, a group at a time.

    Args:
        context: What to work with.

    Attributes:
        counts: Answers by what came of them: `read`, `unchanged`, `failed`.
        discovered: Rows that were not in the ledger before.
    """

    def __init__(self, context: PlaybackContext) -> None:
        self.counts: Counter[str] = Counter()
        self.discovered = 0
        self._context = context
        self._group: list[tuple[FetchedPage, SourceId, Purpose]] = []
        self._marks: OrderedDict[UrlKey, str] = OrderedDict()
        self._states: dict[str, FeedState] = {}
        self._last_keys: dict[str, frozenset[int]] = {}
        # Where a feed moved to is the feed; its older pages and the sitemaps that it lists belong to it.
        self._moved = {state.moved_to: state.url for state in context.store.feeds.all() if state.moved_to}
        self._parents: dict[str, str] = {}

    def __len__(self) -> int:
        """How many answers wait for `flush`."""
        return len(self._group)

    def add(self, response: RawResponse, ref: ArchiveRef) -> None:
        """Take an answer into the group."""
        self._group.append((response.as_page(ref), response.source_id, response.purpose))

    def flush(self) -> None:
        """Read the group's feeds and write what they list to the ledger, in order."""
        group, self._group = self._group, []
        bodies = [item for item in group if 200 <= item[0].status < 300]  # noqa: PLR2004 - the 2xx class
        payloads = ((page.body, page.final_url, page.headers.get("content-type")) for page, _, _ in bodies)
        parsed = self._context.pool.map("parse_feed", payloads) if bodies else iter(())
        for page, source_id, purpose in group:
            state = self._state_of(page, source_id)
            if page.status == _NOT_MODIFIED:
                self.counts["unchanged"] += 1
                self._remember_success(state, page, purpose, new=0, keys=None)
            elif not 200 <= page.status < 300:  # noqa: PLR2004 - the 2xx class
                self._remember_failure(state, page, purpose, f"answered {page.status}")
            elif isinstance(feed := next(parsed), ParsedFeed):
                self.counts["read"] += 1
                self._record(state, page, purpose, feed)
            else:
                self._remember_failure(state, page, purpose, reason_of(feed))

    def take_mark(self, key: UrlKey) -> str | None:
        """What a feed last said of an entry that it had described otherwise before, once; None where it said nothing new."""
        return self._marks.pop(key, None)

    def remember(self) -> None:
        """Give the feeds of which the store knows nothing the history that the archive tells.

        Without validators and due at once, so that the next poll brings whatever came since.
        """
        known = self._context.store.feeds.get(list(self._states))
        self._context.store.feeds.save(
            [state for url, state in self._states.items() if url in self._context.by_feed and url not in known]
        )

    def _state_of(self, page: FetchedPage, source_id: SourceId) -> FeedState:
        """The history of the feed that an answer belongs to."""
        url = self._moved.get(page.url) or self._parents.get(page.url, page.url)
        return self._states.get(url) or FeedState(url=url, source_id=source_id)

    def _record(self, state: FeedState, page: FetchedPage, purpose: Purpose, feed: ParsedFeed) -> None:
        self._note_kin(state, page, feed)
        source = self._context.by_id.get(state.source_id)
        most = (source.max_entries if source else None) or self._context.settings.max_entries
        entries = select_entries(feed, now=page.fetched_at)[:most]
        rows = [replace(row, reason=f"{row.reason}; {UNANSWERED}") for row in ledger_rows(entries, state, page)]
        ledger = self._context.store.ledger
        self.discovered += ledger.discover(rows)
        found = ledger.get([row.key for row in rows])
        for row in rows:
            self._note_mark(row, found[row.key])
        new = sum(row.first_seen_at == page.fetched_at and row.feed_url == state.url for row in found.values())
        self._remember_success(state, page, purpose, new=new, keys=frozenset(map(hash, found)))

    def _note_kin(self, state: FeedState, page: FetchedPage, feed: ParsedFeed) -> None:
        """Which other answers are this feed's."""
        by_feed = self._context.by_feed
        if page.permanent_url is not None and page.permanent_url not in by_feed:
            self._moved[page.permanent_url] = state.url
        older = (
            [paged_url(page.url, number) for number in range(2, MOST_OLDER_PAGES + 2)] if page.url not in self._parents else []
        )
        for url in (feed.next_url, *(child.url for child in feed.sitemaps), *older):
            if url is not None and url not in by_feed and url not in self._moved:
                self._parents[url] = state.url

    def _note_mark(self, said: LedgerRow, found: LedgerRow) -> None:
        # Two feeds may give a page two titles: only the one that brought it first is heard, as in a poll.
        if said.entry_mark is None or said.feed_url != found.feed_url:
            return
        if said.entry_mark != found.entry_mark or said.key in self._marks:
            self._marks[said.key] = said.entry_mark
            self._marks.move_to_end(said.key)
            if len(self._marks) > _MOST_MARKS:
                self._marks.popitem(last=False)

    def _remember_success(
        self, state: FeedState, page: FetchedPage, purpose: Purpose, *, new: int, keys: frozenset[int] | None
    ) -> None:
        if purpose is not Purpose.FEED or page.url in self._parents:
            return
        at = page.fetched_at
        before = self._last_keys.get(state.url, frozenset())
        if keys is not None:
            self._last_keys[state.url] = keys
        self._states[state.url] = replace(
            state,
            days=count_poll(state.days, now=at, new=new, has_fresh=keys is not None and not keys <= before),
            first_polled_at=state.first_polled_at or at,
            last_polled_at=at,
            last_success_at=at,
            last_new_at=at if new else state.last_new_at,
            last_status=page.status,
            error_streak=0,
            last_error=None,
        )

    def _remember_failure(self, state: FeedState, page: FetchedPage, purpose: Purpose, reason: str) -> None:
        self.counts["failed"] += 1
        log.info("feed failed when it was fetched at %s: %s: %s", page.fetched_at, page.url, reason)
        if purpose is not Purpose.FEED or page.url in self._parents:
            return
        self._states[state.url] = replace(
            state,
            first_polled_at=state.first_polled_at or page.fetched_at,
            last_polled_at=page.fetched_at,
            last_status=page.status,
            error_streak=state.error_streak + 1,
            last_error=reason,
        )
