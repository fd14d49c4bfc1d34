"""Write down what a poll brought: entries first, then the feed's state; what is remarkable becomes an event."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.feeds.events import add_event
from wirecopy.feeds.pacing import believable_pacing
from wirecopy.feeds.schedule import Success, after_success, may_hide_entries
from wirecopy.models import EventKind
from wirecopy.outcomes import State
from wirecopy.steps.entries import ledger_rows, never_shown, revisited_rows
from wirecopy.steps.subscribe import note_poll

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from wirecopy.models import FeedState, FetchedPage, LedgerRow, UrlKey
    from wirecopy.steps.context import StepContext
    from wirecopy.steps.reading import Reading

log = logging.getLogger(__name__)

_VALIDATORS = ("etag", "last-modified")
# States that are written together. What the web app notes of a hub meanwhile is looked at just before: not long before.
_STATES_AT_ONCE = 100


def record_unchanged(context: StepContext, polled: Sequence[tuple[FeedState, FetchedPage]], counts: Counter[str]) -> None:
    """Write down 304s, or bodies that are those of the last time: their validators may be others all the same.

    Args:
        context: What to work with.
        polled: Feeds as the poll found them, and their answers; many at a time, for they are most of what a poll brings.
        counts: What came of the poll.
    """
    for start in range(0, len(polled), _STATES_AT_ONCE):
        afters: list[FeedState] = []
        for state, page in polled[start : start + _STATES_AT_ONCE]:
            poll = Success(
                status=page.status,
                headers=page.headers,
                permanent_url=page.permanent_url,
                source_wait=_source_wait(context, state),
            )
            after = after_success(state, poll, now=context.clock(), policy=context.poll_policy)
            afters.append(note_poll(context, state, after, page))
        context.store.feeds.save(afters)
        counts["unchanged"] += len(afters)


def record_reading(context: StepContext, reading: Reading, counts: Counter[str]) -> None:
    """Write down a feed that was read: pages to fetch again, then new rows and the feed's state together.

    A kill between the two loses nothing: the next poll asks with the old validators, gets the same entries, and finds the pages'
    rows as they are.
    """
    now = context.clock()
    rows, dropped = _rows(context, reading)
    known = context.store.ledger.get([row.key for row in rows])
    revisited = revisited_rows(rows, known, now)
    if revisited:
        context.store.ledger.save(revisited)
    state = reading.state
    is_cut = reading.feed.is_truncated and not reading.page.is_truncated
    # An index says nothing of what its sitemaps hold. What broke off on its way is asked for again, or the 304s that follow would
    # hide the rest; where the same comes again, that is all there is.
    headers = _without_validators(reading.page) if reading.is_index or is_cut else reading.page.headers
    # A limit may be raised.
    has_all = not (dropped or reading.is_index or reading.page.is_truncated)
    poll = Success(
        status=reading.page.status,
        headers=headers,
        permanent_url=reading.page.permanent_url,
        entries=reading.entries,
        fresh=never_shown(reading.overlap.fresh, state, known),
        window=reading.overlap.window,
        body_mark=reading.body_mark if has_all else None,
        pacing=believable_pacing(reading.feed.pacing, reading.entries),
        is_lost=reading.overlap.is_lost,
        new=sum(row.key not in known for row in rows),
        source_wait=_source_wait(context, state),
    )
    noted = state
    for kind, text in _events(reading, dropped, now):
        log.warning("%s: %s: %s", state.url, kind.value.replace("_", " "), text)
        noted = add_event(noted, kind, text, now)
    if reading.is_paging_vain:
        noted = replace(noted, no_paging_at=now)
    after = after_success(noted, poll, now=now, policy=context.poll_policy)
    after = note_poll(context, state, after, reading.page, reading.feed)
    counts["discovered"] += context.store.record_poll(after, rows)
    counts["revisited"] += sum(row.state is State.PENDING and row.revisits > known[row.key].revisits for row in revisited)
    counts["read"] += 1


def _rows(context: StepContext, reading: Reading) -> tuple[tuple[LedgerRow, ...], int]:
    """The rows of its entries, up to the limit, and how many entries that leaves out."""
    source = context.by_feed[reading.state.url]
    room = most = source.max_entries or context.settings.max_entries
    rows: dict[UrlKey, LedgerRow] = {}
    total = 0
    for entries, page in reading.parts:
        total += len(entries)
        for row in ledger_rows(entries[:room], reading.state, page):
            rows.setdefault(row.key, row)
        room = max(room - len(entries), 0)
    return tuple(rows.values()), max(total - most, 0)


def _events(reading: Reading, dropped: int, now: datetime) -> Iterator[tuple[EventKind, str]]:
    feed, overlap, state = reading.feed, reading.overlap, reading.state
    if overlap.is_lost:
        yield EventKind.POSSIBLE_LOSS, _loss(reading)
    if overlap.bad_guids:
        yield EventKind.GUIDS_REUSED, overlap.bad_guids
    if feed.missing:
        yield EventKind.ENTRIES_MISSING, f"{feed.missing} items were counted that could not be read, beside {len(feed.entries)}"
    if dropped:
        yield EventKind.TRUNCATED, f"{dropped} of {len(reading.entries)} entries are beyond the limit and were left out"
    elif reading.skipped_sitemaps:
        text = f"{reading.skipped_sitemaps} sitemaps were left out, as too many or too deep; {reading.read_pages} were read"
        yield EventKind.TRUNCATED, text
    elif feed.is_truncated or reading.page.is_truncated:
        what = "are too many" if reading.page.is_truncated else "break off or are too many"
        yield EventKind.TRUNCATED, f"its bytes {what}; the first {len(feed.entries)} entries were read"
    if _had_stale_validators(reading, now):
        since = f"{state.unchanged_since:%Y-%m-%d}" if state.unchanged_since else "long"
        text = f"{len(overlap.fresh)} new entries when asked without validators; it answered 304 since {since}"
        yield EventKind.STALE_VALIDATORS, text


def _loss(reading: Reading) -> str:
    before, size = len(reading.state.window), len(reading.overlap.window)
    text = f"none of the {before} entries of the last poll is among these {size}"
    if reading.is_gap_closed:
        return f"{text}; {reading.read_pages} pages of older entries lead back to them"
    if reading.read_pages:
        return f"{text}; nor among the {reading.read_pages} pages of older entries"
    return f"{text}; there are no older entries to be had"


def _had_stale_validators(reading: Reading, now: datetime) -> bool:
    """Whether the 304s before hid something: the same validators came with new entries, or with one published meanwhile."""
    state, headers = reading.state, reading.page.headers
    if not may_hide_entries(state, now) or not reading.overlap.fresh:
        return False
    before = (state.etag, state.last_modified)
    if before != (None, None) and before == tuple(headers.get(name) for name in _VALIDATORS):
        return True
    first, last = state.unchanged_since, state.last_polled_at
    times = [entry.published_at.at for entry in reading.overlap.fresh if entry.published_at]
    return first is not None and last is not None and any(first < moment < last for moment in times)


def _without_validators(page: FetchedPage) -> dict[str, str]:
    return {name: value for name, value in page.headers.items() if name not in _VALIDATORS}


def _source_wait(context: StepContext, state: FeedState) -> timedelta:
    return timedelta(seconds=context.by_feed[state.url].poll_every_s or 0)
