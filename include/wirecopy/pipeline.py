"""The order of the steps; the only module that knows it.

    poll      feeds -> archive -> entries -> ledger
    collect   ledger -> archive -> article -> language -> inbox
    link      inbox -> fingerprint -> copies -> story -> index          (one writer)

Each step takes up what the one before left in the store, so that a step that was killed is simply done again: the raw
response is in the archive before it is parsed, entries are in the ledger before their feed's validators advance, and an
article is in the index before its ledger row says so. A replay gives the archive's responses to the same steps.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.archive import ArchiveWriter
from wirecopy.clock import utc_now
from wirecopy.errors import ConfigError
from wirecopy.feeds.schedule import is_due
from wirecopy.fetch.client import Fetcher
from wirecopy.models import FeedState
from wirecopy.outcomes import FETCHABLE_STATES, State
from wirecopy.progress import SilentObserver
from wirecopy.steps.batches import batch_by_domain, share_out
from wirecopy.steps.collect import collect_pages
from wirecopy.steps.context import StepContext
from wirecopy.steps.link import link_inbox
from wirecopy.steps.poll import poll_feeds
from wirecopy.steps.replay import replay_archive
from wirecopy.steps.subscribe import renew_subscriptions
from wirecopy.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from wirecopy.clock import Clock
    from wirecopy.models import LedgerRow, Source, UrlKey
    from wirecopy.progress import Observer
    from wirecopy.settings import Settings
    from wirecopy.steps.replay import Replayed, ReplayScope
    from wirecopy.store.ports import Store

# A row that was fetched but not read (its run was killed) is taken up like one that is due.
_TAKEN_UP = FETCHABLE_STATES | {State.FETCHED}
# What a poll counts that is no feed.
_NO_FEEDS = frozenset({"discovered", "revisited"})
# Most URLs that are taken up at once, and most that are looked at to find them.
_PASS_ROWS = 5_000
_LOOK_ROWS = 20_000
# A pass takes of each site what its delay allows in this time, and lets it take twice as long where its answers are slow: the
# articles of all others are linked after it, and do not wait for a site whose 5,000 pages at 5 s each take seven hours.
_PASS = timedelta(minutes=2)
# A round takes up pages, and of each site feeds, for so long; then feeds are due to be polled again. The rest is for the next.
_ROUND = timedelta(minutes=10)
# Where the look ahead is full of a few sites' pages, what they have beyond their share stands aside for so long.
_STANDS_ASIDE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What a round did and how everything stands after it.

    Attributes:
        polls: Feeds by what came of them; see `wirecopy.steps.poll.poll_feeds`.
        discovered_new: URLs that no feed had brought before.
        collected: URLs taken up in this round, by the state they were left in.
        linked: Articles indexed in this round, by kind of copy; `unchanged` for those that were there already.
        states: Every URL ever discovered, by its state now.
        discovered: How many were ever discovered.
        revisited: URLs whose pages are fetched again, since their feeds say that they changed.
    """

    polls: dict[str, int]
    discovered_new: int
    collected: dict[str, int]
    linked: dict[str, int]
    states: dict[State, int]
    discovered: int
    revisited: int = 0

    @property
    def is_balanced(self) -> bool:
        """Whether every discovered URL is in exactly one state."""
        return sum(self.states.values()) == self.discovered


class Pipeline:
    """The steps over one store; made by `open_pipeline`."""

    def __init__(self, context: StepContext, archive: ArchiveWriter) -> None:
        """Keep what the steps work with, and the archive that they write to."""
        self._context = context
        self._archive = archive

    @property
    def store(self) -> Store:
        """The store it works on."""
        return self._context.store

    def run_round(self, feed_urls: Sequence[str] | None = None) -> RunReport:
        """Poll these feeds (None for all), but for those whose host asks us to wait, collect what is due, link and index it.

        Pages are taken up pass by pass, each linked before the next, until nothing is due that this round has not taken up, or
        for ten minutes: what a slow site has beyond that stays pending for the next round.
        """
        polls = self._poll_all() if feed_urls is None else self.poll(feed_urls)
        collected: Counter[str] = Counter()
        linked: Counter[str] = Counter()
        taken: set[UrlKey] = set()
        began = self._context.clock()
        rows = self._next_pass(taken)
        while True:
            taken.update(row.key for row in rows)
            collected.update(self.collect([row.key for row in rows], within=2 * _PASS))
            # Also what a killed run left in the inbox: with the rest, so that the order is that of the news.
            linked.update(self.link())
            if self._context.clock() - began >= _ROUND or not (rows := self._next_pass(taken)):
                break
        return RunReport(
            polls={name: count for name, count in polls.items() if name not in _NO_FEEDS},
            discovered_new=polls.get("discovered", 0),
            collected=dict(collected),
            linked=dict(linked),
            states=self.store.ledger.counts(),
            discovered=self.store.ledger.discovered(),
            revisited=polls.get("revisited", 0),
        )

    def due_feeds(self) -> list[str]:
        """Feeds that are due, of each site as many as its delay allows in ten minutes, those that have waited longest first.

        What a site has beyond that is still due at the next call: hundreds of feeds at one address would keep the rest of a round,
        or a task with a timeout, waiting for an hour.
        """
        return [state.url for state in self._due_feeds()]

    def next_due_at(self, until: datetime) -> datetime:
        """When something is due next, a feed or a page; `until` where nothing is before that."""
        states = self.store.feeds.get(tuple(self._context.by_feed)).values()
        polls = (max(state.next_poll_at, state.retry_after_at or state.next_poll_at) for state in states)
        rows = (row.next_attempt_at for row in self.store.ledger.due(until, limit=1, states=_TAKEN_UP))
        return min(until, *polls, *rows)

    def due_feed_batches(self, *, max_batches: int = 32) -> list[list[str]]:
        """What `due_feeds` gives, what is fetched from one registrable domain in one batch, so that politeness holds in each."""
        due = self._due_feeds()
        size = max(20, -(-len(due) // max_batches))  # a batch of fewer feeds costs more to schedule than to poll
        items = [(state.url, state.address) for state in due]
        return batch_by_domain(items, batch_size=size, max_batches=max_batches, may_defer=False)

    def poll(self, feed_urls: Sequence[str]) -> dict[str, int]:
        """Poll these feeds and, where WebSub is set up, ask their hubs; see `wirecopy.steps.poll.poll_feeds`."""
        counts = poll_feeds(self._context, feed_urls)
        if self._context.settings.websub_callback:
            renew_subscriptions(self._context, feed_urls)
        return counts

    def due_page_batches(self, *, batch_size: int = 250, max_batches: int = 32) -> list[list[UrlKey]]:
        """Keys of URLs that are due, those of one registrable domain in one batch.

        Args:
            batch_size: A batch is closed when it has so many; what one domain has beyond that, or beyond what its delay allows in
                ten minutes, waits for the next call.
            max_batches: At most so many batches; what is left over waits for the next call.
        """
        rows = self._share_out(self._quota(_ROUND, most=batch_size), limit=batch_size * max_batches)
        items = [(row.key, row.url) for row in rows]
        return batch_by_domain(items, batch_size=batch_size, max_batches=max_batches, may_defer=True)

    def collect(self, keys: Sequence[UrlKey], *, within: timedelta | None = None) -> dict[str, int]:
        """Fetch and read these URLs' pages; see `wirecopy.steps.collect.collect_pages`."""
        return collect_pages(self._context, keys, within=within)

    def link(self) -> dict[str, int]:
        """Link and index what waits; see `wirecopy.steps.link.link_inbox`."""
        counts = link_inbox(self._context)
        self._archive.note_link()
        return counts

    def replay(self, scope: ReplayScope) -> Replayed:
        """Rebuild the store from the archive; see `wirecopy.steps.replay.replay_archive`."""
        return replay_archive(self._context, scope)

    def _poll_all(self) -> dict[str, int]:
        """Poll every feed, of each site ten minutes' worth at a time: what was polled is written down before the rest is asked."""
        rest = self._feed_states()
        counts: Counter[str] = Counter()
        while rest:
            items = [(state, state.address) for state in rest]
            part, rest = share_out(items, quota_of=self._quota(_ROUND, most=len(items)), limit=len(items))
            counts.update(self.poll([state.url for state in part]))
        return dict(counts)

    def _due_feeds(self) -> list[FeedState]:
        now = self._context.clock()
        due = sorted((state for state in self._feed_states() if is_due(state, now)), key=lambda state: state.next_poll_at)
        items = [(state, state.address) for state in due]
        return share_out(items, quota_of=self._quota(_ROUND, most=len(due)), limit=len(due))[0]

    def _feed_states(self) -> list[FeedState]:
        """What is remembered of each feed of the sources, in their order; of one that is new, nothing."""
        known = self.store.feeds.get(tuple(self._context.by_feed))
        return [known.get(url) or FeedState(url=url, source_id=of.id) for url, of in self._context.by_feed.items()]

    def _next_pass(self, taken: Collection[UrlKey]) -> list[LedgerRow]:
        """What a round takes up next: of each site as much as its delay allows in two minutes, nothing twice."""
        return self._share_out(self._quota(_PASS, most=_PASS_ROWS), limit=_PASS_ROWS, without=taken)

    def _quota(self, span: timedelta, *, most: int) -> Callable[[LedgerRow | FeedState], int]:
        """How many requests to a row's or feed's site its delay allows in so long."""
        default = self._context.settings.delay_s
        delays = {source.id: source.delay_s for source in self._context.sources}

        def quota_of(row: LedgerRow | FeedState) -> int:
            delay_s = delays.get(row.source_id)
            delay_s = default if delay_s is None else delay_s
            return most if delay_s <= 0 else min(most, max(1, int(span.total_seconds() / delay_s)))

        return quota_of

    def _share_out(
        self, quota_of: Callable[[LedgerRow], int], *, limit: int, without: Collection[UrlKey] = ()
    ) -> list[LedgerRow]:
        """Rows that are due, none of whose sites holds up the others.

        Where all that is looked at belongs to sites with more than their share, that stands aside in the ledger, so that the next
        look finds what is behind it.
        """
        while True:
            now = self._context.clock()
            looked_at = self.store.ledger.due(now, limit=_LOOK_ROWS, states=_TAKEN_UP)
            fresh = [(row, row.url) for row in looked_at if row.key not in without]
            rows, beyond = share_out(fresh, quota_of=quota_of, limit=limit)
            if len(looked_at) < _LOOK_ROWS or len(rows) >= limit or not beyond:
                return rows
            self.store.ledger.save([replace(row, next_attempt_at=now + _STANDS_ASIDE) for row in beyond])


@contextmanager
def open_pipeline(
    settings: Settings,
    sources: Sequence[Source] = (),
    *,
    observer: Observer | None = None,
    clock: Clock = utc_now,
) -> Iterator[Pipeline]:
    """Open the store and the archive and give the pipeline over them.

    The store comes first: where it does not answer, nothing is fetched.

    Args:
        settings: Where everything is and how it is done.
        sources: The outlets; polling needs them, linking does not.
        observer: Hears of progress.
        clock: Tells the time.

    Raises:
        ConfigError: The data folder cannot be made.
        StoreUnavailable: The store does not answer.
        StoreTooNew: It was written by a newer version.
    """
    if not settings.store:
        try:
            settings.data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ConfigError(str(settings.data), f"cannot be the data folder: {reason}; name another with --data") from None
    store = open_store(settings.store_url)
    try:
        with ArchiveWriter(settings.archive_dir, clock) as archive:
            yield Pipeline(
                StepContext(
                    settings=settings,
                    sources=tuple(sources),
                    store=store,
                    fetcher=Fetcher(settings, archive, clock),
                    observer=observer or SilentObserver(),
                    clock=clock,
                ),
                archive,
            )
    finally:
        store.close()
