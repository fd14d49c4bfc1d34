"""Poll feeds: fetch them, put their new entries into the ledger, and only then let their validators advance."""

from __future__ import annotations

import logging
from collections import Counter, deque
from dataclasses import replace
from typing import TYPE_CHECKING

from wirecopy.archive import read_page
from wirecopy.errors import (
    ConnectionFailed,
    ContentError,
    FetchTimeout,
    HostSilent,
    SitePaused,
    TransientError,
    WirecopyError,
)
from wirecopy.feeds.failures import Failure, judge_error, judge_status
from wirecopy.feeds.marks import body_mark
from wirecopy.feeds.schedule import (
    after_failure,
    after_outage,
    after_pause,
    is_due,
    is_gone,
    may_believe_validators,
    must_wait,
)
from wirecopy.models import FeedState, FetchRequest, ParsedFeed, Purpose
from wirecopy.outage import OFFLINE_REASON, seems_offline
from wirecopy.steps.context import reason_of
from wirecopy.steps.entries import known_rows, never_shown
from wirecopy.steps.feed_pages import complete_readings, first_wants
from wirecopy.steps.reading import Reading
from wirecopy.steps.record import record_reading, record_unchanged
from wirecopy.steps.subscribe import note_poll
from wirecopy.workers import WorkerFailure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wirecopy.models import FetchedPage, FetchResult
    from wirecopy.steps.context import StepContext

log = logging.getLogger(__name__)

_STAGE = "polling feeds"
_NOT_MODIFIED = 304
_OUT_OF_REACH = (ConnectionFailed, FetchTimeout, HostSilent)


def poll_feeds(context: StepContext, feed_urls: Sequence[str]) -> dict[str, int]:
    """Poll feeds of the sources, whether or not they are due; those that are gone and those whose site asked us to stay away wait.

    Args:
        context: What to work with.
        feed_urls: Addresses of feeds; those that the context's sources no longer name are passed over.

    Returns:
        Feeds by what came of them: `read`; `unchanged`, a 304 or the body of the last time; `failed`; `waiting`, not asked since
        their site asked us to stay away; `offline`, not reached when no site was; `gone`, 410 twice or more. And `discovered`,
        the number of new URLs, and `revisited`, of pages to be fetched again.
    """
    counts: Counter[str] = Counter()
    asked = _choose(context, feed_urls, counts)
    with context.stage(_STAGE, len(asked)):
        bodies = _judge(context, _fetch(context, asked), counts)
        if bodies:
            _read(context, bodies, counts)
    return dict(counts)


def _choose(context: StepContext, feed_urls: Sequence[str], counts: Counter[str]) -> list[FeedState]:
    now = context.clock()
    states = context.store.feeds.get(feed_urls)
    asked: list[FeedState] = []
    for url in feed_urls:
        if url not in context.by_feed:
            log.warning("feed is no longer in the sources file: %s", url)
            continue
        source_id = context.by_feed[url].id
        known = states.get(url)
        # The sources file may name its outlet differently by now.
        state = replace(known, source_id=source_id) if known else FeedState(url=url, source_id=source_id)
        if must_wait(state, now):
            counts["waiting"] += 1
        elif is_gone(state) and not is_due(state, now):
            counts["gone"] += 1
        else:
            asked.append(state)
    return asked


def _fetch(context: StepContext, states: Sequence[FeedState]) -> list[tuple[FeedState, FetchResult]]:
    now = context.clock()
    requests = [_request(context, state, is_conditional=may_believe_validators(state, now)) for state in states]
    by_request = {id(request): state for request, state in zip(requests, states, strict=True)}
    answers: list[tuple[FeedState, FetchResult]] = []

    def handle(result: FetchResult) -> None:
        # The body is read back from the archive when its turn comes: thousands of feeds would not fit into memory.
        page = replace(result.page, body=b"") if result.page else None
        answers.append((by_request[id(result.request)], replace(result, page=page)))
        context.observer.advance(_STAGE)

    if requests:
        context.fetch(requests, handle)
    return answers


def _request(context: StepContext, state: FeedState, *, is_conditional: bool) -> FetchRequest:
    return FetchRequest(
        url=state.address,
        purpose=Purpose.FEED,
        source_id=state.source_id,
        etag=state.etag if is_conditional else None,
        last_modified=state.last_modified if is_conditional else None,
        delay_s=context.by_feed[state.url].delay_s,
    )


def _is_conditional(request: FetchRequest) -> bool:
    return request.etag is not None or request.last_modified is not None


def _judge(
    context: StepContext, answers: Sequence[tuple[FeedState, FetchResult]], counts: Counter[str]
) -> list[tuple[FeedState, FetchedPage]]:
    """The feeds that sent a body; what became of the others is recorded."""
    is_offline = seems_offline(result for _, result in answers)
    if is_offline:
        log.warning("%s; no feed is blamed", OFFLINE_REASON)
    bodies: list[tuple[FeedState, FetchedPage]] = []
    unchanged: list[tuple[FeedState, FetchedPage]] = []
    for state, result in answers:
        page, error = result.page, result.error
        if page is not None and page.status == _NOT_MODIFIED and _is_conditional(result.request):
            unchanged.append((state, page))
        elif page is not None and 200 <= page.status < 300:  # noqa: PLR2004 - the 2xx class
            bodies.append((state, page))
        elif page is not None:
            _record_failure(context, state, judge_status(page.status), counts)
        elif isinstance(error, SitePaused):
            counts["waiting"] += 1
            paused = after_pause(state, error.retry_after_s, now=context.clock())
            context.store.feeds.save([note_poll(context, state, paused)])
        elif (
            is_offline and isinstance(error, _OUT_OF_REACH) and (spared := after_outage(state, now=context.clock())) is not None
        ):
            counts["offline"] += 1
            context.store.feeds.save([note_poll(context, state, spared)])
        else:
            _record_error(context, state, error or TransientError(state.url, "no answer"), counts)
    record_unchanged(context, unchanged, counts)
    # Of two feeds that list a URL the first has it: the first in the archive, so that a replay gives it to the same.
    return sorted(bodies, key=lambda item: (item[1].archive_ref.file, item[1].archive_ref.offset))


def _read(context: StepContext, bodies: Sequence[tuple[FeedState, FetchedPage]], counts: Counter[str]) -> None:
    """Read the bodies and record what they hold; those that lead to further pages when these are there."""
    sent: deque[tuple[FeedState, FetchedPage, str]] = deque()

    def payloads() -> Iterator[tuple[bytes, str, str | None]]:
        for state, page in bodies:
            try:
                body = read_page(context.settings.archive_dir, page.archive_ref).body
            except ContentError as error:
                _record_error(context, state, error, counts)
                continue
            mark = body_mark(body)
            if mark == state.body_mark and not page.is_truncated:
                record_unchanged(context, [(state, page)], counts)
                continue
            sent.append((state, page, mark))
            yield body, page.final_url, page.headers.get("content-type")

    unfinished: list[Reading] = []
    with context.workers() as workers:
        for feed in workers.map("parse_feed", payloads()):
            state, page, mark = sent.popleft()
            if not isinstance(feed, ParsedFeed):
                _record_error(context, state, feed, counts)
                continue
            reading = Reading(state=state, page=page, feed=feed, body_mark=mark)
            _forgive_known(context, reading)
            reading.wants = first_wants(reading, context.clock())
            if reading.wants:
                unfinished.append(reading)
            else:
                record_reading(context, reading, counts)
        complete_readings(context, workers, unfinished)
    for reading in unfinished:
        if reading.is_index and reading.failure is not None and not reading.read_pages:
            _record_failure(context, reading.state, reading.failure, counts)
        else:
            record_reading(context, reading, counts)


def _forgive_known(context: StepContext, reading: Reading) -> None:
    """A feed that lists entries at random, or an old copy of itself, shares none with the poll before and lost nothing."""
    if reading.overlap.is_lost:
        known = known_rows(reading.entries, context.store.ledger)
        if not never_shown(reading.entries, reading.state, known):
            reading.overlap = replace(reading.overlap, is_lost=False)


def _record_error(context: StepContext, state: FeedState, error: Exception | WorkerFailure, counts: Counter[str]) -> None:
    reason = reason_of(error)
    failure = judge_error(error, reason) if isinstance(error, WirecopyError) else Failure(reason=reason)
    _record_failure(context, state, failure, counts)


def _record_failure(context: StepContext, state: FeedState, failure: Failure, counts: Counter[str]) -> None:
    log.info("feed failed: %s: %s", state.url, failure.reason)  # whoever called warns of it, with those that failed before
    failed = after_failure(state, failure, now=context.clock(), policy=context.poll_policy)
    counts["gone" if is_gone(failed) else "failed"] += 1
    context.store.feeds.save([note_poll(context, state, failed)])
