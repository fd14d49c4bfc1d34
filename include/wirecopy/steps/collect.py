"""Collect pages: fetch them into the archive, read their articles, and put these into the inbox."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wirecopy.archive import read_page
from wirecopy.errors import ConnectionFailed, FetchTimeout, HostSilent, OutOfTime, WirecopyError
from wirecopy.models import Article, ClaimedTime, FetchRequest, FetchResult, LedgerRow, Purpose, StagedArticle
from wirecopy.outage import OFFLINE_REASON, is_answer, seems_offline
from wirecopy.outcomes import FETCHABLE_STATES, State
from wirecopy.revisit import keep_indexed
from wirecopy.steps.context import reason_of
from wirecopy.steps.templates import explain_templates, strip_templates
from wirecopy.urls import is_home_page, is_wrapper, may_stand_for, registrable_domain, url_key
from wirecopy.verdict import judge_article, judge_fetch, wait_for_network
from wirecopy.workers import WorkerFailure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from wirecopy.models import FetchedPage, Source, UrlKey
    from wirecopy.steps.context import StepContext

log = logging.getLogger(__name__)

# Rows are judged as answers come and written in groups: one transaction or request for so many. What a killed run had fetched and
# not written is fetched again.
_FLUSH_ROWS = 100
_FETCHING = "fetching pages"
_READING = "reading articles"


def collect_pages(context: StepContext, keys: Sequence[UrlKey], *, within: timedelta | None = None) -> dict[str, int]:
    """Fetch and read the pages of ledger rows.

    Rows that were fetched before (a run was killed) are read from the archive and not fetched again. Rows in any other
    state than a due one are left alone.

    Args:
        context: What to work with.
        keys: Keys of the ledger.
        within: Pages that a slow site has not let us ask for after so long stay as they were; None for no limit.

    Returns:
        How many of the rows were left in which state.
    """
    rows = context.store.ledger.get(keys)
    fetched = _fetch(context, [row for row in rows.values() if row.state in FETCHABLE_STATES], within)
    # Those that were fetched before may have been read by another run meanwhile.
    rows |= fetched | context.store.ledger.get([key for key in rows if key not in fetched])
    rows |= _read(context, [row for row in rows.values() if row.state is State.FETCHED])
    return dict(Counter(row.state.value for row in rows.values()))


def _fetch(context: StepContext, rows: Sequence[LedgerRow], within: timedelta | None) -> dict[UrlKey, LedgerRow]:
    """The rows that were judged, as they stand in the ledger now."""
    current: dict[UrlKey, LedgerRow] = {}
    if not rows:
        return current
    by_url = {row.url: row for row in rows}
    judged: list[LedgerRow] = []
    doubtful: list[FetchResult] = []  # failures that may be our own, until somebody answers
    is_online = False

    def judge(result: FetchResult, *, is_offline: bool = False) -> None:
        judged.append(_judge_fetched(context, by_url[result.request.url], result, is_offline=is_offline))
        if len(judged) >= _FLUSH_ROWS:
            current.update(_save_fetched(context, judged))

    def handle(result: FetchResult) -> None:
        nonlocal is_online
        is_online = is_online or is_answer(result)
        doubtful.append(result)
        if is_online:
            for waiting in doubtful:
                judge(waiting)
            doubtful.clear()
        context.observer.advance(_FETCHING)

    with context.stage(_FETCHING, len(rows)):
        try:
            context.fetch([_request(context, row, within) for row in rows], handle)
            is_offline = seems_offline(doubtful)
            if is_offline:
                log.warning("%s; %d pages wait", OFFLINE_REASON, len(doubtful))
            for result in doubtful:
                judge(result, is_offline=is_offline)
        finally:
            current.update(_save_fetched(context, judged))
    return current


def _request(context: StepContext, row: LedgerRow, within: timedelta | None) -> FetchRequest:
    source = context.by_id.get(row.source_id)
    return FetchRequest(
        url=row.url,
        purpose=Purpose.PAGE,
        source_id=row.source_id,
        delay_s=source.delay_s if source else None,
        robots=source.robots if source else None,
        within_s=within.total_seconds() if within else None,
    )


def _judge_fetched(context: StepContext, row: LedgerRow, result: FetchResult, *, is_offline: bool) -> LedgerRow:
    if isinstance(result.error, OutOfTime):
        return row
    now, policy = context.clock(), context.retry_policy
    if is_offline and isinstance(result.error, ConnectionFailed | FetchTimeout | HostSilent):
        return wait_for_network(row, result.error, now=now, policy=policy)
    judged = judge_fetch(row, result, now=now, policy=policy)
    return keep_indexed(_follow(judged, result.page) if result.page else judged)


def _follow(row: LedgerRow, page: FetchedPage) -> LedgerRow:
    """Note where redirects led: evidence of identity where it may be (`may_stand_for`), and never to a home page."""
    if row.state is not State.FETCHED or (page.final_url == row.url and row.final_key is None):
        return row
    final_key = url_key(page.final_url)
    if final_key == row.key:
        return replace(row, final_key=None)
    if is_home_page(page.final_url):
        return row.moved(State.NOT_AN_ARTICLE, f"leads to the home page {page.final_url}", final_key=None)
    return replace(row, final_key=final_key if may_stand_for(row.url, page.final_url) else None)


def _save_fetched(context: StepContext, judged: list[LedgerRow]) -> dict[UrlKey, LedgerRow]:
    """Write judged rows and give them as they stand then.

    One that another run took further meanwhile is left to it: our failure must not stand over its success.
    """
    left = context.store.ledger.advance(judged, only_from=FETCHABLE_STATES)
    current = {row.key: row for row in judged} | left
    judged.clear()
    return current


def _read(context: StepContext, rows: Sequence[LedgerRow]) -> dict[UrlKey, LedgerRow]:
    """The rows as they were left."""
    left: dict[UrlKey, LedgerRow] = {}
    if not rows:
        return left
    # In the order in which they came: what a site's pages have in common is learned in that order, by a replay as well.
    rows = sorted(rows, key=lambda row: (row.fetched_at or row.first_seen_at, row.key))
    missing: dict[UrlKey, str] = {}
    outcomes: list[tuple[LedgerRow, Any]] = []
    with context.stage(_READING, len(rows)), context.workers() as workers:
        results = workers.map("extract_page", _payloads(context, rows, missing))
        for row, result in zip(rows, results, strict=True):
            outcomes.append((row, result))
            if len(outcomes) >= _FLUSH_ROWS:
                left.update(_save_read(context, outcomes, missing))
            context.observer.advance(_READING)
        left.update(_save_read(context, outcomes, missing))
    return left


def _payloads(
    context: StepContext, rows: Sequence[LedgerRow], missing: dict[UrlKey, str]
) -> Iterator[tuple[bytes, str | None, str | None, datetime]]:
    """Each row's response, read back from the archive when a worker is free; those that are not there go to `missing`."""
    for row in rows:
        try:
            page = _archived(context, row)
        except (OSError, ValueError, WirecopyError) as error:
            missing[row.key] = reason_of(error)
            yield b"", None, None, row.first_seen_at
        else:
            yield page.body, page.final_url, page.headers.get("content-type"), page.fetched_at


def _archived(context: StepContext, row: LedgerRow) -> FetchedPage:
    if row.archive_ref is None:
        raise WirecopyError(row.url, "the ledger names no response")
    return read_page(context.settings.archive_dir, row.archive_ref)


def _judge(context: StepContext, row: LedgerRow, outcome: Any, missing: str | None) -> tuple[LedgerRow, StagedArticle | None]:
    if missing is not None:
        return keep_indexed(row.moved(State.QUARANTINED, f"its response is not in the archive: {missing}")), None
    if isinstance(outcome, WorkerFailure):
        return keep_indexed(row.moved(State.QUARANTINED, f"could not be read: {outcome.reason}")), None
    if not isinstance(outcome, Article):
        return keep_indexed(row.moved(State.NOT_AN_ARTICLE, reason_of(outcome))), None
    judged = explain_templates(judge_article(row, outcome, min_chars=context.settings.min_article_chars), outcome)
    if judged.state is not State.EXTRACTED:
        return keep_indexed(judged), None
    if (canonical := _canonical_key(row, outcome)) is not None:
        judged = replace(judged, final_key=canonical if canonical != row.key else None)
    return judged, _stage(row, outcome, context.by_id.get(row.source_id))


def _canonical_key(row: LedgerRow, article: Article) -> UrlKey | None:
    """The key of the address a page calls its own, where that may be evidence: on its own site, and no home page."""
    if article.canonical_url is None:
        return None
    try:
        is_own = registrable_domain(article.canonical_url) == registrable_domain(article.url or row.url)
        if is_own and not is_home_page(article.canonical_url):
            return url_key(article.canonical_url)
    except ValueError:
        log.info("canonical address that is none: %s on %s", article.canonical_url[:200], row.url)
    return None


def _stage(row: LedgerRow, article: Article, source: Source | None) -> StagedArticle:
    feeds = ClaimedTime.parse(row.entry_published or "", origin="feed")
    # The page knows its own time better than the feed; either only as far as it is no later than we saw it.
    stated = (claimed for claimed in (article.published_at, feeds) if claimed is not None)
    claimed = next((claimed for claimed in stated if claimed.is_believable(row.first_seen_at)), None)
    return StagedArticle(
        key=row.key,
        url=article.url if article.url and is_wrapper(row.url) else row.url,
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
        outline=article.outline,
        agency=article.agency,
        dates=(*article.dates, *([feeds] if feeds else [])),
        other_langs=article.other_langs,
        section=article.section,
        keywords=article.keywords,
        boilerplate=article.boilerplate,
        warnings=article.warnings,
        archive_ref=row.archive_ref,
    )


def _save_read(
    context: StepContext, outcomes: list[tuple[LedgerRow, Any]], missing: Mapping[UrlKey, str]
) -> dict[UrlKey, LedgerRow]:
    """Judge what was read, and write it: what sites show, the articles, and the rows that speak of them; the rows as they stand then."""
    read = [(row, outcome) for row, outcome in outcomes if isinstance(outcome, Article) and row.key not in missing]
    stripped = strip_templates(context.store, read)
    judged = [_judge(context, row, stripped.get(row.key, outcome), missing.get(row.key)) for row, outcome in outcomes]
    staged = [article for _, article in judged if article is not None]
    refused = {error.id: error.reason for error in context.store.inbox.put(staged)} if staged else {}
    rows = [
        keep_indexed(row.moved(State.QUARANTINED, f"the store refused it: {refused[row.key]}")) if row.key in refused else row
        for row, _ in judged
    ]
    context.store.ledger.save(rows)
    outcomes.clear()
    return {row.key: row for row in rows}
