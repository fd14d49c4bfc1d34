"""Poll feeds: fetch them, put their new entries into the ledger, and only then let their validators advance."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from wirecopy.archive import read_page
from wirecopy.errors import ContentError, TransientError
from wirecopy.feeds.schedule import after_failure, after_success, must_wait
from wirecopy.models import FeedState, FetchRequest, FetchResult, LedgerRow, ParsedFeed, Purpose
from wirecopy.outcomes import State
from wirecopy.steps.context import reason_of
from wirecopy.steps.subscribe import note_poll
from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wirecopy.models import FeedEntry, FetchedPage, UrlKey
    from wirecopy.steps.context import StepContext
    from wirecopy.workers import WorkerFailure

log = logging.getLogger(__name__)

_STAGE = "polling feeds"


def poll_feeds(context: StepContext, feed_urls: Sequence[str]) -> dict[str, int]:
    """Poll feeds of the sources.

    Args:
        context: What to work with.
        feed_urls: Addresses of feeds; those that the context's sources no longer name are passed over.

    Returns:
        Feeds by what came of them (`read`, `unchanged`, `failed`, `waiting`), and `discovered`, the number of new URLs.
    """
    counts: Counter[str] = Counter()
    now = context.clock()
    states = context.store.feeds.get(feed_urls)
    asked: list[FeedState] = []
    for url in feed_urls:
        if url not in context.by_feed:
            log.warning("feed is no longer in the sources file: %s", url)
            continue
        state = states.get(url) or FeedState(url=url, source_id=context.by_feed[url].id)
        if must_wait(state, now):
            counts["waiting"] += 1
        else:
            asked.append(state)
    with context.stage(_STAGE, len(asked)):
        answers = _fetch(context, asked)
        for state, page, feed in _readable(context, answers, counts):
            counts["unchanged" if feed is None else "read"] += 1
            counts["discovered"] += _record(context, state, page, feed)
    return dict(counts)


def _fetch(context: StepContext, states: Sequence[FeedState]) -> list[tuple[FeedState, FetchResult]]:
    by_url = {state.url: state for state in states}
    answers: list[tuple[FeedState, FetchResult]] = []

    def handle(result: FetchResult) -> None:
        # The body is read back from the archive when its turn comes: thousands of feeds would not fit into memory.
        page = replace(result.page, body=b"") if result.page else None
        answers.append((by_url[result.request.url], replace(result, page=page)))
        context.observer.advance(_STAGE)

    requests = [
        FetchRequest(
            url=state.url,
            purpose=Purpose.FEED,
            source_id=state.source_id,
            etag=state.etag,
            last_modified=state.last_modified,
            delay_s=context.by_feed[state.url].delay_s,
        )
        for state in states
    ]
    if requests:
        context.fetch(requests, handle)
    return answers


def _readable(
    context: StepContext, answers: Iterable[tuple[FeedState, FetchResult]], counts: Counter[str]
) -> Iterator[tuple[FeedState, FetchedPage, ParsedFeed | None]]:
    """The feeds that answered, with what they hold (None for a 304); those that failed are recorded on the way."""
    bodies: list[tuple[FeedState, FetchedPage]] = []
    for state, result in answers:
        page = result.page
        if page is None:
            _record_failure(context, state, result.error or TransientError(state.url, "no answer"), counts)
        elif page.status == 304:  # noqa: PLR2004 - Not Modified
            yield state, page, None
        elif 200 <= page.status < 300:  # noqa: PLR2004 - the 2xx class
            bodies.append((state, page))
        else:
            _record_failure(context, state, ContentError(state.url, f"answered {page.status}"), counts)
    if not bodies:
        return
    payloads = (
        (read_page(context.settings.archive_dir, page.archive_ref).body, page.final_url, page.headers.get("content-type"))
        for _, page in bodies
    )
    with context.workers() as workers:
        for (state, page), feed in zip(bodies, workers.map("parse_feed", payloads), strict=True):
            if isinstance(feed, ParsedFeed):
                yield state, page, feed
            else:
                _record_failure(context, state, feed, counts)


def _record(context: StepContext, state: FeedState, page: FetchedPage, feed: ParsedFeed | None) -> int:
    advanced = after_success(
        state,
        page.headers,
        is_unchanged=feed is None,
        ttl_s=feed.pacing.ttl_s if feed else None,
        now=context.clock(),
        policy=context.poll_policy,
    )
    advanced = note_poll(context, state, advanced, page, feed)
    return context.store.record_poll(advanced, _ledger_rows(feed.entries if feed else (), state, page))


def _ledger_rows(entries: Iterable[FeedEntry], state: FeedState, page: FetchedPage) -> tuple[LedgerRow, ...]:
    """A pending row for each URL of the entries, first seen when the feed was fetched."""
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
            )
    return tuple(rows.values())


def _record_failure(context: StepContext, state: FeedState, error: Exception | WorkerFailure, counts: Counter[str]) -> None:
    counts["failed"] += 1
    reason = reason_of(error)
    log.info("feed failed: %s: %s", state.url, reason)  # whoever called warns of it, with those that failed before
    failed = after_failure(
        state,
        reason,
        retry_after_s=error.retry_after_s if isinstance(error, TransientError) else None,
        now=context.clock(),
        policy=context.poll_policy,
    )
    context.store.feeds.save([note_poll(context, state, failed)])
