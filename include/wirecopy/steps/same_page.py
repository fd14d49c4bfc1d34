"""Which of a batch's articles are a page that another row stands for: one article under several addresses is one document.

An outlet prints a story in three sections, under three addresses, and each page names one canonical address; a short link leads
to a page that its outlet's own feed brought too. The address that a row leads to (its `final_key`, or its own key) is the
evidence; the texts decide. So the decision is made here, by the one writer, who has both: whichever comes first stands, the
others say which row that is, and where the texts disagree both are documents, as any two articles are.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from wirecopy.identity import article_id
from wirecopy.linking.fingerprint import VERSION, read_text
from wirecopy.linking.tokens import fold, tokens_of
from wirecopy.models import CopyKind
from wirecopy.outcomes import State
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wirecopy.models import ArticleId, Document, LedgerRow, StagedArticle, UrlKey
    from wirecopy.store.ports import Store

# Where more rows than this lead to one address it is no article's: a site whose pages all name their section, or a template's error.
_MOST_KIN = 20

_Print = tuple[str, tuple[str, ...]]


def settle_same_pages(
    store: Store, articles: Sequence[StagedArticle], rows: Mapping[UrlKey, LedgerRow]
) -> tuple[list[StagedArticle], list[LedgerRow]]:
    """Tell the articles that are to be linked from those whose page another row stands for; write nothing.

    Args:
        store: Where the others are.
        articles: A batch of the inbox, in its order.
        rows: Their rows in the ledger. An article without one (it came from a file) is always linked.

    Returns:
        The articles to link, in the same order, and the rows of the others as `SAME_PAGE`.
    """
    leads = {key: row.final_key or key for key, row in rows.items()}
    kin: defaultdict[UrlKey, list[LedgerRow]] = defaultdict(list)
    for row in store.ledger.leading_to_any({*leads, *leads.values()}):
        for key in {row.key, row.final_key or row.key}:
            kin[key].append(row)
    documents = store.documents.get({article_id(row.key) for found in kin.values() for row in found[:_MOST_KIN]})

    prints: dict[UrlKey, _Print] = {}  # of those that are linked in this batch
    settled: dict[UrlKey, LedgerRow] = {}
    # Not in the order of the batch: in that of the ledger, in which they are fetched, so that a replay of several passes at once
    # lets the same one stand.
    for article in sorted(articles, key=lambda item: (item.first_seen_at, item.key)):
        own = rows.get(article.key)
        others = [] if own is None or article_id(own.key) in documents else _others(own, kin)
        other = _standing(store, _print_of(article), others, prints, documents) if others else None
        if own is not None and other is not None:
            reason = f"leads to the page of {other.url}, which has the same text"
            settled[own.key] = own.moved(State.SAME_PAGE, reason, final_key=other.key)
        else:
            prints[article.key] = _print_of(article)
    gone = settled.keys() - prints.keys()
    return [article for article in articles if article.key not in gone], [settled[key] for key in sorted(gone)]


def _others(own: LedgerRow, kin: Mapping[UrlKey, Sequence[LedgerRow]]) -> list[LedgerRow]:
    """The rows that lead where this one leads, or to it; none where too many do."""
    found = {row.key: row for key in (own.final_key or own.key, own.key) for row in kin.get(key, ()) if row.key != own.key}
    return list(found.values()) if len(found) <= _MOST_KIN else []


def _standing(
    store: Store,
    wanted: _Print,
    others: Iterable[LedgerRow],
    prints: Mapping[UrlKey, _Print],
    documents: Mapping[ArticleId, Document],
) -> LedgerRow | None:
    for row in others:
        if prints.get(row.key) == wanted:
            return row
        document = documents.get(article_id(row.key))
        if document is None:
            continue
        if _print_of_document(document) == wanted:
            return row
        was_other = document.link.kind is CopyKind.UPDATE  # an earlier text of it may be this one
        if was_other and any(_print_of_document(version) == wanted for version in store.documents.versions(document.id)):
            return row
    return None


def _print_of(article: StagedArticle) -> _Print:
    """What two pages must share to be one: every word of the text, and of the title (a teaser stands on many pages)."""
    return read_text(scrub(article.text)).exact, tuple(tokens_of(fold(scrub(article.title))))


def _print_of_document(document: Document) -> _Print:
    if document.fingerprints.version != VERSION:
        return _print_of(document.article)
    return document.fingerprints.exact, tuple(tokens_of(fold(document.article.title)))
