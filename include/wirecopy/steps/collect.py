"""Collect pages: fetch them into the archive, read their articles, and put these into the inbox."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wirecopy.archive import read_page
from wirecopy.errors import WirecopyError
from wirecopy.models import Article, ClaimedTime, FetchRequest, FetchResult, LedgerRow, Purpose, StagedArticle
from wirecopy.outcomes import FETCHABLE_STATES, OPEN_STATES, State
from wirecopy.steps.context import reason_of
from wirecopy.urls import is_home_page, registrable_domain, url_key
from wirecopy.verdict import judge_article, judge_fetch
from wirecopy.workers import WorkerFailure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wirecopy.models import FetchedPage, Source, UrlKey
    from wirecopy.steps.context import StepContext

log = logging.getLogger(__name__)

# Rows are judged as answers come and written in groups: one transaction or request for so many.
_FLUSH_ROWS = 50
_FETCHING = "fetching pages"
_READING = "reading articles"
# Another row stands for a page when it holds the page's article or will.
_STANDING = OPEN_STATES | {State.INDEXED}


def collect_pages(context: StepContext, keys: Sequence[UrlKey]) -> dict[str, int]:
    """Fetch and read the pages of ledger rows.

    Rows that were fetched before (a run was killed) are read from the archive and not fetched again. Rows in any other
    state than a due one are left alone.

    Args:
        context: What to work with.
        keys: Keys of the ledger.

    Returns:
        How many of the rows are in which state now.
    """
    rows = context.store.ledger.get(keys)
    _fetch(context, [row for row in rows.values() if row.state in FETCHABLE_STATES])
    rows = context.store.ledger.get(keys)
    _read(context, [row for row in rows.values() if row.state is State.FETCHED])
    return dict(Counter(row.state.value for row in context.store.ledger.get(keys).values()))


def _fetch(context: StepContext, rows: Sequence[LedgerRow]) -> None:
    if not rows:
        return
    by_url = {row.url: row for row in rows}
    judged: list[LedgerRow] = []

    def handle(result: FetchResult) -> None:
        row = judge_fetch(by_url[result.request.url], result, now=context.clock(), policy=context.retry_policy)
        judged.append(_follow(row, result.page) if result.page else row)
        if len(judged) >= _FLUSH_ROWS:
            _save_fetched(context, judged)
        context.observer.advance(_FETCHING)

    requests = [
        FetchRequest(url=row.url, purpose=Purpose.PAGE, source_id=row.source_id, delay_s=context.delay_of(row.source_id))
        for row in rows
    ]
    with context.stage(_FETCHING, len(rows)):
        try:
            context.fetch(requests, handle)
        finally:
            _save_fetched(context, judged)


def _follow(row: LedgerRow, page: FetchedPage) -> LedgerRow:
    """Note where redirects led: evidence only within one registrable domain, and never to a home page."""
    if row.state is not State.FETCHED or page.final_url == row.url:
        return row
    final_key = url_key(page.final_url)
    if final_key == row.key or registrable_domain(page.final_url) != registrable_domain(row.url):
        return row
    if is_home_page(page.final_url):
        return row.moved(State.NOT_AN_ARTICLE, f"leads to the home page {page.final_url}")
    return replace(row, final_key=final_key)


def _save_fetched(context: StepContext, judged: list[LedgerRow]) -> None:
    """Write judged rows; one that leads to a page another row stands for says so.

    A row that another run took further meanwhile is left to it: our failure must not stand over its success.
    """
    standing: dict[UrlKey, LedgerRow] = {}
    rows: list[LedgerRow] = []
    now = context.store.ledger.get([row.key for row in judged])
    for row in judged:
        if now[row.key].state not in FETCHABLE_STATES:
            continue
        if row.final_key is None:
            rows.append(row)
            continue
        others = (other for other in context.store.ledger.leading_to(row.final_key) if other.key != row.key)
        other = next((other for other in others if other.state in _STANDING), standing.get(row.final_key))
        if other is None:
            standing[row.final_key] = row
            rows.append(row)
        else:
            rows.append(row.moved(State.SAME_PAGE, f"leads to the page of {other.url}"))
    context.store.ledger.save(rows)
    judged.clear()


def _read(context: StepContext, rows: Sequence[LedgerRow]) -> None:
    if not rows:
        return
    missing: dict[UrlKey, str] = {}
    moved: list[LedgerRow] = []
    staged: list[StagedArticle] = []
    with context.stage(_READING, len(rows)), context.workers() as workers:
        outcomes = workers.map("extract_page", _payloads(context, rows, missing))
        for row, outcome in zip(rows, outcomes, strict=True):
            judged, article = _judge(context, row, outcome, missing.get(row.key))
            moved.append(judged)
            if article is not None:
                staged.append(article)
            if len(moved) >= _FLUSH_ROWS:
                _save_read(context, moved, staged)
            context.observer.advance(_READING)
        _save_read(context, moved, staged)


def _payloads(
    context: StepContext, rows: Sequence[LedgerRow], missing: dict[UrlKey, str]
) -> Iterator[tuple[bytes, str | None, str | None]]:
    """Each row's response, read back from the archive when a worker is free; those that are not there go to `missing`."""
    for row in rows:
        try:
            page = _archived(context, row)
        except (OSError, ValueError, WirecopyError) as error:
            missing[row.key] = reason_of(error)
            yield b"", None, None
        else:
            yield page.body, page.final_url, page.headers.get("content-type")


def _archived(context: StepContext, row: LedgerRow) -> FetchedPage:
    if row.archive_ref is None:
        raise WirecopyError(row.url, "the ledger names no response")
    return read_page(context.settings.archive_dir, row.archive_ref)


def _judge(context: StepContext, row: LedgerRow, outcome: Any, missing: str | None) -> tuple[LedgerRow, StagedArticle | None]:
    if missing is not None:
        return row.moved(State.QUARANTINED, f"its response is not in the archive: {missing}"), None
    if isinstance(outcome, WorkerFailure):
        return row.moved(State.QUARANTINED, f"could not be read: {outcome.reason}"), None
    if not isinstance(outcome, Article):
        return row.moved(State.NOT_AN_ARTICLE, reason_of(outcome)), None
    judged = judge_article(row, outcome, min_chars=context.settings.min_article_chars)
    if judged.state is not State.EXTRACTED:
        return judged, None
    return judged, _stage(row, outcome, context.by_id.get(row.source_id))


def _stage(row: LedgerRow, article: Article, source: Source | None) -> StagedArticle:
    claimed = article.published_at
    if claimed is None or not claimed.is_believable(row.first_seen_at):
        claimed = ClaimedTime.parse(row.entry_published or "", origin="feed")
    if claimed is not None and not claimed.is_believable(row.first_seen_at):
        claimed = None
    return StagedArticle(
        key=row.key,
        url=row.url,
        source_id=row.source_id,
        first_seen_at=row.first_seen_at,
        fetched_at=row.fetched_at or row.first_seen_at,
        title=article.title or row.entry_title or "",
        text=article.text,
        lang=article.lang,
        authors=article.authors,
        published_at=claimed,
        country=source.country if source else None,
        canonical_url=article.canonical_url,
        site_name=article.site_name,
        image=article.image,
        boilerplate=article.boilerplate,
        archive_ref=row.archive_ref,
    )


def _save_read(context: StepContext, moved: list[LedgerRow], staged: list[StagedArticle]) -> None:
    """The articles first, the rows that speak of them after."""
    refused = {error.id: error.reason for error in context.store.inbox.put(staged)} if staged else {}
    context.store.ledger.save(
        [
            row.moved(State.QUARANTINED, f"the store refused it: {refused[row.key]}") if row.key in refused else row
            for row in moved
        ]
    )
    moved.clear()
    staged.clear()
