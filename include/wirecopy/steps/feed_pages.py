"""Further pages of feeds in one poll: the sitemaps of an index, and older entries where some may have been lost."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from wirecopy.archive import read_page
from wirecopy.errors import ContentError, TransientError, WirecopyError
from wirecopy.feeds.failures import judge_error, judge_status
from wirecopy.feeds.selection import DEEPEST_INDEX, MOST_SITEMAPS, select_entries, select_sitemaps
from wirecopy.models import FetchRequest, ParsedFeed, Purpose
from wirecopy.steps.context import reason_of
from wirecopy.steps.reading import Reading, Want, WantKind, compare
from wirecopy.workers import WorkerFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from wirecopy.models import FeedEntry, FetchedPage, FetchResult
    from wirecopy.steps.context import StepContext
    from wirecopy.workers import WorkerPool

log = logging.getLogger(__name__)

MOST_OLDER_PAGES = 3
"""Pages of older entries in a poll. With 20 entries each they bring back 60, three times what the feed shows."""
PAGING_FORGOTTEN = timedelta(days=30)
"""A site where `?paged=2` led to nothing is asked for it again after so long: few sites but WordPress's know it."""


def first_wants(reading: Reading, now: datetime) -> list[Want]:
    """The further pages that a feed's own answer leads to.

    Args:
        reading: The feed.
        now: The present instant.
    """
    if reading.is_index:
        return _sitemaps(reading, reading.feed, depth=1, now=now)
    if not reading.overlap.is_lost:
        return []
    if reading.feed.next_url is not None:
        return [Want(kind=WantKind.NEXT, url=reading.feed.next_url, depth=1)]
    vain_at = reading.state.no_paging_at
    if reading.feed.format == "news_sitemap" or (vain_at is not None and now - vain_at < PAGING_FORGOTTEN):
        return []
    return [Want(kind=WantKind.PAGED, url=paged_url(reading.state.address, 2), depth=1)]


def complete_readings(context: StepContext, workers: WorkerPool, readings: Sequence[Reading]) -> None:
    """Fetch and read what the readings want, and what that leads to, until nothing is wanted.

    A page that fails is noted and fails nothing else.
    """
    while wanted := [(reading, want) for reading in readings for want in _take_wants(reading)]:
        answers = _fetch(context, wanted)
        sent: deque[tuple[Reading, Want, FetchedPage]] = deque()
        for feed in workers.map("parse_feed", _payloads(context, answers, sent)):
            reading, want, page = sent.popleft()
            if isinstance(feed, ParsedFeed):
                _take(reading, want, page, feed, context.clock())
            else:
                _note_failure(reading, want, feed)
    for reading in readings:
        reading.finish()


def paged_url(url: str, number: int) -> str:
    """The address of a page of older entries as WordPress has it."""
    address, _, query = url.partition("#")[0].partition("?")
    fields = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "paged"]
    return f"{address}?{urlencode([*fields, ('paged', str(number))])}"


def _take_wants(reading: Reading) -> Iterator[Want]:
    wants, reading.wants = reading.wants, []
    for want in wants:
        if want.url not in reading.asked and want.url != reading.state.address:
            reading.asked.add(want.url)
            yield want


def _fetch(context: StepContext, wanted: Sequence[tuple[Reading, Want]]) -> list[tuple[Reading, Want, FetchedPage | None]]:
    requests = [_request(context, reading, want) for reading, want in wanted]
    by_request = {id(request): pair for request, pair in zip(requests, wanted, strict=True)}
    answers: list[tuple[Reading, Want, FetchedPage | None]] = []

    def handle(result: FetchResult) -> None:
        reading, want = by_request[id(result.request)]
        page = result.page
        if page is not None and 200 <= page.status < 300:  # noqa: PLR2004 - the 2xx class
            answers.append((reading, want, replace(page, body=b"")))
        elif page is not None:
            reading.failure = judge_status(page.status)
            _note(reading, want, reading.failure.reason)
        else:
            _note_failure(reading, want, result.error or TransientError(want.url, "no answer"))

    context.fetch(requests, handle)
    # As they were wanted, not as they came: what is taken up first decides what a limit leaves out.
    place = {id(want): number for number, (_, want) in enumerate(wanted)}
    return sorted(answers, key=lambda answer: place[id(answer[1])])


def _request(context: StepContext, reading: Reading, want: Want) -> FetchRequest:
    source = context.by_feed[reading.state.url]
    return FetchRequest(
        url=want.url,
        purpose=Purpose.SITEMAP if want.kind is WantKind.SITEMAP else Purpose.FEED,
        source_id=reading.state.source_id,
        delay_s=source.delay_s,
        robots=source.robots,
    )


def _payloads(
    context: StepContext,
    answers: Iterable[tuple[Reading, Want, FetchedPage | None]],
    sent: deque[tuple[Reading, Want, FetchedPage]],
) -> Iterator[tuple[bytes, str, str | None]]:
    """The bodies, read back from the archive when a worker is free; `sent` says whose they are."""
    for reading, want, page in answers:
        if page is None:
            continue
        try:
            body = read_page(context.settings.archive_dir, page.archive_ref).body
        except ContentError as error:  # one damaged record must not end the poll
            _note_failure(reading, want, error)
            continue
        sent.append((reading, want, page))
        yield body, page.final_url, page.headers.get("content-type")


def _take(reading: Reading, want: Want, page: FetchedPage, feed: ParsedFeed, now: datetime) -> None:
    if want.kind is WantKind.SITEMAP:
        reading.add(select_entries(feed, now=page.fetched_at), page)
        reading.wants += _sitemaps(reading, feed, depth=want.depth + 1, now=now)
        return
    known = {entry.url for entry in reading.entries}
    older = tuple(entry for entry in feed.entries if entry.url not in known)
    if not older:
        reading.is_paging_vain |= want.kind is WantKind.PAGED
        _note(reading, want, "the same entries")
        return
    reading.add(older, page)
    reading.is_gap_closed |= not compare(reading.state, older).is_lost and _meets_known(reading, older)
    if reading.is_gap_closed or want.depth >= MOST_OLDER_PAGES:
        return
    if want.kind is WantKind.NEXT and feed.next_url is not None:
        reading.wants.append(Want(kind=want.kind, url=feed.next_url, depth=want.depth + 1))
    elif want.kind is WantKind.PAGED:
        url = paged_url(reading.state.address, want.depth + 2)
        reading.wants.append(Want(kind=want.kind, url=url, depth=want.depth + 1))


def _meets_known(reading: Reading, older: tuple[FeedEntry, ...]) -> bool:
    return len(compare(reading.state, older).fresh) < len(older)


def _sitemaps(reading: Reading, feed: ParsedFeed, *, depth: int, now: datetime) -> list[Want]:
    if not feed.sitemaps:
        return []
    if depth > DEEPEST_INDEX:
        reading.skipped_sitemaps += len(feed.sitemaps)
        return []
    children = select_sitemaps(feed, last_success_at=reading.state.last_success_at, now=now)
    room = MOST_SITEMAPS - len(reading.asked) - len(reading.wants)
    reading.skipped_sitemaps += max(len(children) - room, 0)
    return [Want(kind=WantKind.SITEMAP, url=child.url, depth=depth) for child in children[: max(room, 0)]]


def _note_failure(reading: Reading, want: Want, error: Exception | WorkerFailure) -> None:
    reason = reason_of(error)
    known = error if isinstance(error, WirecopyError) else TransientError(want.url, reason)
    reading.failure = judge_error(known, reason)
    _note(reading, want, reason)


def _note(reading: Reading, want: Want, reason: str) -> None:
    reading.is_paging_vain |= want.kind is WantKind.PAGED and want.depth == 1
    reading.notes.append(f"{want.url}: {reason}")
    log.info("further page of a feed: %s (%s) for %s: %s", want.url, want.kind.value, reading.state.url, reason)
