"""Rebuild ledger and index from the archive, without the network.

The archive is read in order of time and its answers are given to the steps that collected them: what feeds said becomes rows, the
answers of pages are judged and read by `collect_pages`, and what was read is linked where a round ended. Nothing that the store has
is made anew: a row takes up an answer only if it is later than the one it has, so that a replay over an existing store changes
nothing, and one that was killed is simply done again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wirecopy.archive import Role, read_page
from wirecopy.archive.reader import list_files
from wirecopy.archive.timeline import read_in_order
from wirecopy.errors import ConfigError, PermanentError, WirecopyError
from wirecopy.fetch.guard import Guard
from wirecopy.fetch.robots import Robots, RobotsAnswer
from wirecopy.models import FetchRequest, FetchResult, LedgerRow, Purpose, SourceId
from wirecopy.outcomes import FETCHABLE_STATES, State
from wirecopy.search.filters import read_filters
from wirecopy.steps.collect import collect_pages
from wirecopy.steps.link import link_inbox
from wirecopy.steps.playback import PlaybackContext
from wirecopy.steps.replay_feeds import UNANSWERED, FeedReplay
from wirecopy.urls import url_key
from wirecopy.verdict import judge_fetch

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from wirecopy.archive import RawResponse
    from wirecopy.archive.timeline import ArchivedResponse
    from wirecopy.fetch.guard import Target
    from wirecopy.models import ArchiveRef, FetchedPage, UrlKey
    from wirecopy.steps.context import StepContext

_READING = "reading the archive"
# Answers are taken up in groups, bounded by number and by the memory that their bodies take.
_GROUP = 250
_GROUP_BYTES = 64_000_000
# Answers that say "not now". A run retries after them without noting the answer, so that they cannot be told apart from those
# that a row has counted: they are passed over, and a row that has no other is taken up by the next run.
_PASSING = frozenset({408, 425, 429})
_SERVER_ERRORS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayScope:
    """Which part of the archive is replayed.

    Attributes:
        since: Responses from then on, or None for all.
        until: Responses before then, or None for all.
        source_id: Those fetched for this outlet, or None for all.
    """

    since: datetime | None = None
    until: datetime | None = None
    source_id: SourceId | None = None

    @classmethod
    def read(cls, *, since: str | None, until: str | None, source: str | None) -> ReplayScope:
        """The scope as people write it: dates or ISO 8601 times, `until` to the end of its day; what is empty means all.

        Raises:
            ConfigError: A time cannot be read, or nothing can lie between the two.
        """
        span = read_filters(since=since, until=until)
        return cls(since=span.since, until=span.until, source_id=SourceId(source.strip()) if source else None)

    def holds(self, response: RawResponse) -> bool:
        """Whether a response is in it."""
        return (
            (self.since is None or response.fetched_at >= self.since)
            and (self.until is None or response.fetched_at < self.until)
            and (self.source_id is None or response.source_id == self.source_id)
        )

    def __str__(self) -> str:
        """As options, such as `--source courier --since 2026-11-22T00:00:00+00:00`; empty where it is everything."""
        parts = [
            self.source_id and f"--source {self.source_id}",
            self.since and f"--since {self.since.isoformat()}",
            self.until and f"--until {self.until.isoformat()}",
        ]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay did.

    Attributes:
        feeds: Answers of feeds and sitemaps: `read`, `unchanged` (304), `failed`.
        pages: Answers of pages: `taken`, `known` (the row has this answer or a later one), `passing` (429, 5xx and the like), and
            `unlisted`, those of any kind whose row was made from the page itself.
        discovered_new: Rows that were not there before.
        collected: Pages taken up, by the state they were left in.
        linked: Articles by kind of copy; `unchanged` for those that were in the index.
        responses: Responses in the scope, redirects and robots.txt included.
        damaged: Records that could not be read.
    """

    feeds: dict[str, int]
    pages: dict[str, int]
    discovered_new: int
    collected: dict[str, int]
    linked: dict[str, int]
    responses: int
    damaged: int


def count_files(archive: Path) -> int:
    """How many files an archive has.

    Raises:
        ConfigError: It has none, or is not there.
    """
    files = len(list_files(archive))
    if not files:
        raise ConfigError(str(archive), "has no archive; `wirecopy run` makes one, or name another data folder with --data")
    return files


def replay_archive(context: StepContext, scope: ReplayScope) -> Replayed:
    """Rebuild the store from the archive.

    Args:
        context: What to work with; nothing is fetched with it.
        scope: Which part of the archive.

    Raises:
        ConfigError: The archive is missing or empty, or the scope holds nothing of it.
        LockHeld: Another writer is at work; what was read stays in the inbox.
    """
    playback = PlaybackContext.of(context)
    try:
        return _Replay(playback, scope).run()
    finally:
        playback.pool.close()


class _Replay:
    def __init__(self, context: PlaybackContext, scope: ReplayScope) -> None:
        self._context = context
        self._scope = scope
        self._feeds = FeedReplay(context)
        self._pages: dict[UrlKey, FetchedPage] = {}
        self._sources: dict[UrlKey, SourceId] = {}
        self._bytes = 0
        self._last_at: datetime | None = None
        self._robots: dict[str, ArchiveRef] = {}
        self._page_counts: Counter[str] = Counter()
        self._collected: Counter[str] = Counter()
        self._linked: Counter[str] = Counter()
        self._unlisted = 0
        self._responses = 0
        self._damaged = 0
        self._has_read = False

    def run(self) -> Replayed:
        folder = self._context.settings.archive_dir
        files = count_files(folder)
        with self._context.stage(_READING, files):
            for item in read_in_order(folder, on_damage=self._note_damage, on_file=self._note_file):
                self._take(item)
            self._flush()
        if not self._responses:
            what = f"no response is one of {self._scope}" if str(self._scope) else "not one response can be read"
            raise ConfigError(str(folder), f"nothing to replay: {what}, in {files} file(s)")
        self._linked.update(link_inbox(self._context))
        self._settle_refusals()
        self._feeds.remember()
        return Replayed(
            feeds=dict(self._feeds.counts),
            pages=dict(self._page_counts),
            discovered_new=self._feeds.discovered + self._unlisted,
            collected=dict(self._collected),
            linked=dict(self._linked),
            responses=self._responses,
            damaged=self._damaged,
        )

    def _note_damage(self, _: ArchiveRef) -> None:
        self._damaged += 1

    def _note_file(self) -> None:
        self._context.observer.advance(_READING)

    def _take(self, item: ArchivedResponse) -> None:
        if item.begins_round:
            self._flush()
            # A part of the archive that brought nothing is not linked: where an earlier replay was killed, articles of a later
            # round wait in the inbox, and they have to wait for the rest of theirs.
            if self._has_read:
                self._linked.update(link_inbox(self._context))
                self._has_read = False
        response = item.response
        if not self._scope.holds(response):
            return
        self._responses += 1
        if response.role is Role.ROBOTS:
            self._robots[response.url] = item.ref
        elif response.role is Role.REDIRECT or response.purpose is Purpose.SUBSCRIBE:
            pass  # their ends were written as well; a hub's answer brings no entry
        elif response.purpose is Purpose.PAGE:
            self._take_page(response, item.ref)
        else:
            self._flush_pages()
            self._feeds.add(response, item.ref)
            self._bytes += len(response.body)
            if len(self._feeds) >= _GROUP or self._bytes >= _GROUP_BYTES:
                self._flush()

    def _take_page(self, response: RawResponse, ref: ArchiveRef) -> None:
        try:
            key = url_key(response.url)
        except ValueError:
            return  # nothing of ours asks for such an address
        if len(self._feeds):
            self._flush()
        is_full = len(self._pages) >= _GROUP or self._bytes >= _GROUP_BYTES
        # Each answer is judged on its own; pages of one second are read in the order of their keys, as they were then.
        if key in self._pages or (is_full and response.fetched_at != self._last_at):
            self._flush_pages()
        self._last_at = response.fetched_at
        self._pages[key] = response.as_page(ref)
        self._sources[key] = response.source_id
        self._bytes += len(response.body)

    def _flush(self) -> None:
        self._feeds.flush()
        self._flush_pages()

    def _flush_pages(self) -> None:
        pages, sources = self._pages, self._sources
        self._pages, self._sources, self._bytes = {}, {}, 0
        if not pages:
            return
        ledger = self._context.store.ledger
        rows = ledger.get(list(pages))
        unlisted = [_unlisted_row(key, page, sources[key]) for key, page in pages.items() if key not in rows]
        if unlisted:
            self._page_counts["unlisted"] += len(unlisted)
            self._unlisted += ledger.discover(unlisted)
            rows |= ledger.get([row.key for row in unlisted])
        opened: list[LedgerRow] = []
        unfinished: list[UrlKey] = []
        for key, page in pages.items():
            row = rows[key]
            if page.status in _PASSING or page.status >= _SERVER_ERRORS:
                self._page_counts["passing"] += 1
            elif _has(row, page):
                self._page_counts["known"] += 1
                self._feeds.take_mark(key)
                if row.state in {State.FETCHED, State.EXTRACTED}:  # the replay before was killed
                    unfinished.append(key)
            else:
                self._page_counts["taken"] += 1
                opened.append(_opened(row, mark=self._feeds.take_mark(key) or row.entry_mark))
        ledger.save([row for row in opened if row != rows[row.key]])
        self._context.answers.clear()
        self._context.answers.update((row.url, pages[row.key]) for row in opened)
        counts = collect_pages(self._context, [*(row.key for row in opened), *unfinished])
        self._context.answers.clear()
        self._collected.update(counts)
        self._has_read = self._has_read or State.EXTRACTED in counts

    def _settle_refusals(self) -> None:
        """Say again of pages that were not asked for why: their addresses are unsafe, or the robots.txt in the archive says no."""
        guard = Guard(self._context.settings.loopback)
        robots = Robots(self._context.settings.user_agent)
        after: UrlKey | None = None
        while rows := self._context.store.ledger.rows(states=[State.PENDING], after=after):
            after = rows[-1].key
            refused = (self._refused(row, guard, robots) for row in rows if row.reason.endswith(UNANSWERED))
            self._context.store.ledger.save([row for row in refused if row is not None])

    def _refused(self, row: LedgerRow, guard: Guard, robots: Robots) -> LedgerRow | None:
        source = self._context.by_id.get(row.source_id)
        robots_setting = source.robots if source is not None and source.robots is not None else self._context.settings.robots
        request = FetchRequest(url=row.url, purpose=Purpose.PAGE, source_id=row.source_id)
        try:
            target = guard.check_url(row.url)
            if robots_setting and f"{target.origin}/robots.txt" in self._robots:
                asyncio.run(self._ask(robots, target))
        except PermanentError as error:
            result = FetchResult(request=request, page=None, error=error)
            return judge_fetch(row, result, now=self._context.clock(), policy=self._context.retry_policy)
        except WirecopyError:
            return None  # its robots.txt failed, or can no longer be read: the next run asks
        return None

    async def _ask(self, robots: Robots, target: Target) -> None:
        await robots.check(target, self._read_robots)

    async def _read_robots(self, target: Target) -> RobotsAnswer:
        page = read_page(self._context.settings.archive_dir, self._robots[f"{target.origin}/robots.txt"])
        return RobotsAnswer(status=page.status, body=page.body, is_truncated=page.is_truncated)


def _unlisted_row(key: UrlKey, page: FetchedPage, source_id: SourceId) -> LedgerRow:
    return LedgerRow(
        key=key,
        url=page.url,
        source_id=source_id,
        feed_url="",
        state=State.PENDING,
        reason=f"its page was fetched; no feed of the replayed part of the archive lists it; {UNANSWERED}",
        first_seen_at=page.fetched_at,
    )


def _has(row: LedgerRow, page: FetchedPage) -> bool:
    """Whether the row took up this answer or a later one; of two within a second the one that lies further on is later."""
    if row.fetched_at is None or row.archive_ref is None:
        return False
    own, other = row.archive_ref, page.archive_ref
    return (row.fetched_at, own.file, own.offset) >= (page.fetched_at, other.file, other.offset)


def _opened(row: LedgerRow, *, mark: str | None) -> LedgerRow:
    """The row ready for an answer."""
    if row.state in FETCHABLE_STATES:
        return replace(row, entry_mark=mark)
    revisits = row.revisits + (row.state not in {State.FETCHED, State.EXTRACTED})
    return row.moved(State.PENDING, f"to be read again: {row.reason}", attempts=0, entry_mark=mark, revisits=revisits)
