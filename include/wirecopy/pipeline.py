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
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wirecopy.archive import ArchiveWriter
from wirecopy.clock import utc_now
from wirecopy.errors import ConfigError
from wirecopy.feeds.schedule import is_due
from wirecopy.fetch.client import Fetcher
from wirecopy.outcomes import FETCHABLE_STATES, State
from wirecopy.progress import SilentObserver
from wirecopy.steps.batches import batch_by_domain
from wirecopy.steps.collect import collect_pages
from wirecopy.steps.context import StepContext
from wirecopy.steps.link import link_inbox
from wirecopy.steps.poll import poll_feeds
from wirecopy.steps.replay import replay_archive
from wirecopy.steps.subscribe import renew_subscriptions
from wirecopy.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wirecopy.clock import Clock
    from wirecopy.models import LedgerRow, Source, UrlKey
    from wirecopy.progress import Observer
    from wirecopy.settings import Settings
    from wirecopy.steps.replay import Replayed, ReplayScope
    from wirecopy.store.ports import Store

# A row that was fetched but not read (its run was killed) is taken up like one that is due.
_TAKEN_UP = FETCHABLE_STATES | {State.FETCHED}
# Most URLs that are taken up at once; a round goes on until nothing is due.
_ROUND_ROWS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What a round did and how everything stands after it.

    Attributes:
        polls: Feeds by what came of them: `read`, `unchanged`, `failed`, `waiting`.
        discovered_new: URLs that no feed had brought before.
        collected: URLs taken up in this round, by the state they were left in.
        linked: Articles indexed in this round, by kind of copy; `unchanged` for those that were there already.
        states: Every URL ever discovered, by its state now.
        discovered: How many were ever discovered.
    """

    polls: dict[str, int]
    discovered_new: int
    collected: dict[str, int]
    linked: dict[str, int]
    states: dict[State, int]
    discovered: int

    @property
    def is_balanced(self) -> bool:
        """Whether every discovered URL is in exactly one state."""
        return sum(self.states.values()) == self.discovered


class Pipeline:
    """The steps over one store; made by `open_pipeline`."""

    def __init__(self, context: StepContext) -> None:
        """Keep what the steps work with."""
        self._context = context

    @property
    def store(self) -> Store:
        """The store it works on."""
        return self._context.store

    def run_round(self) -> RunReport:
        """Poll every feed whose host does not ask us to wait, collect what is due, link and index it."""
        polls = self.poll(tuple(self._context.by_feed))
        collected: Counter[str] = Counter()
        while rows := self._due_rows(_ROUND_ROWS):
            collected.update(self.collect([row.key for row in rows]))
        linked = self.link()
        return RunReport(
            polls={name: count for name, count in polls.items() if name != "discovered"},
            discovered_new=polls.get("discovered", 0),
            collected=dict(collected),
            linked=linked,
            states=self.store.ledger.counts(),
            discovered=self.store.ledger.discovered(),
        )

    def due_feed_batches(self, *, max_batches: int = 32) -> list[list[str]]:
        """Feeds that are due, those of one registrable domain in one batch, so that politeness holds in each."""
        now = self._context.clock()
        states = self.store.feeds.get(tuple(self._context.by_feed))
        due = [url for url in self._context.by_feed if url not in states or is_due(states[url], now)]
        size = max(20, -(-len(due) // max_batches))  # a batch of fewer feeds costs more to schedule than to poll
        return batch_by_domain([(url, url) for url in due], batch_size=size, max_batches=max_batches, may_defer=False)

    def poll(self, feed_urls: Sequence[str]) -> dict[str, int]:
        """Poll these feeds and, where WebSub is set up, ask their hubs; see `wirecopy.steps.poll.poll_feeds`."""
        counts = poll_feeds(self._context, feed_urls)
        if self._context.settings.websub_callback:
            renew_subscriptions(self._context, feed_urls)
        return counts

    def due_page_batches(self, *, batch_size: int = 250, max_batches: int = 32) -> list[list[UrlKey]]:
        """Keys of URLs that are due, those of one registrable domain in one batch.

        Args:
            batch_size: A batch is closed when it has so many; what one domain has beyond that waits for the next call.
            max_batches: At most so many batches; what is left over waits for the next call.
        """
        rows = self._due_rows(batch_size * max_batches)
        items = [(row.key, row.url) for row in rows]
        return batch_by_domain(items, batch_size=batch_size, max_batches=max_batches, may_defer=True)

    def collect(self, keys: Sequence[UrlKey]) -> dict[str, int]:
        """Fetch and read these URLs' pages; see `wirecopy.steps.collect.collect_pages`."""
        return collect_pages(self._context, keys)

    def link(self) -> dict[str, int]:
        """Link and index what waits; see `wirecopy.steps.link.link_inbox`."""
        return link_inbox(self._context)

    def replay(self, scope: ReplayScope) -> Replayed:
        """Rebuild the store from the archive; see `wirecopy.steps.replay.replay_archive`."""
        return replay_archive(self._context, scope)

    def _due_rows(self, limit: int) -> tuple[LedgerRow, ...]:
        return self.store.ledger.due(self._context.clock(), limit=limit, states=_TAKEN_UP)


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
                )
            )
    finally:
        store.close()
