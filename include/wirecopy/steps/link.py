"""Link and index what waits in the inbox, under the one writer's lock."""

from __future__ import annotations

import os
import socket
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.identity import article_id
from wirecopy.linking.stories import link_articles
from wirecopy.outcomes import State
from wirecopy.revisit import keep_indexed
from wirecopy.steps.same_page import settle_same_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wirecopy.models import Document, LedgerRow, StagedArticle
    from wirecopy.steps.context import StepContext
    from wirecopy.store.ports import WriterLock

_STAGE = "linking articles"
# Articles linked at a time: each sees those before it, and the store is asked once a batch (research/copies: 231 articles
# a second at 100 a batch on Elasticsearch, 274 at 500; smaller batches lose less when a writer is killed).
_BATCH = 200
# A batch takes seconds; a writer that has not renewed its lock for this long is gone, and one that is only slow finds at its next
# renewal that it was taken over, before it writes.
LOCK_TTL = timedelta(minutes=2)


def link_inbox(context: StepContext) -> dict[str, int]:
    """Link and index every article that waits.

    Returns:
        How many articles became what kind of copy; `unchanged` for those that were in the index already, `refused` for
        those the store would not take (they are quarantined). Those whose page another row stands for are not among them.

    Raises:
        LockHeld: Another writer is at work. What waits stays in the inbox.
    """
    counts: Counter[str] = Counter()
    waiting = context.store.inbox.count()
    if not waiting and not context.store.ledger.rows(states=[State.EXTRACTED], limit=1):
        return {}
    owner = f"{socket.gethostname()}:{os.getpid()}"
    with context.stage(_STAGE, waiting), context.store.writer_lock(owner, ttl=LOCK_TTL) as lock:
        while articles := context.store.inbox.take(_BATCH):
            counts.update(_link_batch(context, articles, lock))
            for _ in articles:
                context.observer.advance(_STAGE)
        _settle_overtaken(context)
    return dict(counts)


def _settle_overtaken(context: StepContext) -> None:
    """Put right the rows that say their article waits, though the inbox is empty.

    Where two runs work at once, one may link an article between the other's putting it into the inbox and saying so in the ledger.
    What is not in the index is read again; an article that came in just now is read twice, which changes nothing.
    """
    store = context.store
    while rows := store.ledger.rows(states=[State.EXTRACTED]):
        documents = store.documents.get([article_id(row.key) for row in rows])
        store.ledger.save([_settled(row, documents.get(article_id(row.key))) for row in rows])


def _settled(row: LedgerRow, document: Document | None) -> LedgerRow:
    if document is None:
        return row.moved(State.FETCHED, "no longer in the inbox; to be read again")
    reason = f"indexed as {document.link.kind.value}"
    return row.moved(State.INDEXED, reason, indexed_at=document.indexed_at, article_id=document.id)


def _link_batch(context: StepContext, articles: Sequence[StagedArticle], lock: WriterLock) -> Counter[str]:
    """Decide, index, and only then say so in the ledger and clear the inbox."""
    store, now = context.store, context.clock()
    rows = store.ledger.get([article.key for article in articles])
    kept, same_pages = settle_same_pages(store, articles, rows)
    documents = link_articles(kept, store.documents, now=now, window=timedelta(days=context.settings.link_window_days))
    lock.renew()  # a writer that was taken over must not write what it decided
    before = store.documents.get([document.id for document in documents])
    refused = {error.id: error.reason for error in store.documents.put(documents)}
    rows = store.ledger.get([article.key for article in articles])
    counts: Counter[str] = Counter()
    moved: dict[str, LedgerRow] = {row.key: row for row in same_pages}
    for document in documents:
        earlier = before.get(document.id)
        is_same = earlier is not None and earlier.version_id == document.version_id
        row = rows.get(document.article.key)
        if document.id in refused:
            counts["refused"] += 1
            if row is not None:
                reason = f"the store refused it: {refused[document.id]}"
                moved[row.key] = keep_indexed(row.moved(State.QUARANTINED, reason))
            continue
        counts["unchanged" if is_same else document.link.kind.value] += 1
        if row is not None:
            reason = f"indexed as {document.link.kind.value}"
            if is_same and row.revisits:
                reason += "; fetched again, its text is the same"
            indexed_at = earlier.indexed_at if earlier is not None and is_same else now
            moved[row.key] = row.moved(State.INDEXED, reason, indexed_at=indexed_at, article_id=document.id)
    store.ledger.save(tuple(moved.values()))
    store.inbox.remove([article.key for article in articles])
    return counts
