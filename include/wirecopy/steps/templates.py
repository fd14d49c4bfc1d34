"""Take a site's own lines out of the articles that were just read, and remember what their pages show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wirecopy.extract.lines.template import find_template_lines, marks_of, remember, site_of, take_over, without_lines
from wirecopy.identity import article_id
from wirecopy.models import PageMarks, RemovalReason, SiteMemory
from wirecopy.outcomes import State
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from wirecopy.models import Article, Document, LedgerRow, UrlKey
    from wirecopy.store.ports import Store


def strip_templates(store: Store, read: Sequence[tuple[LedgerRow, Article]]) -> dict[UrlKey, Article]:
    """Take out the lines that other pages of an article's site show, and remember its page for those that come after it.

    The memory is written here, before the articles are: pages that are read again after a crash ask only for what came before
    them, and replace themselves. Where the store has a document of a page and its text is what was read now, line by line, the
    document's removed lines are taken over, whatever was learned meanwhile: the same text stays the same version.

    Args:
        store: Where sites are remembered; asked once for all and written once.
        read: Rows and what was read in their pages, in the order of (fetched_at, key).

    Returns:
        The articles by their rows' keys.
    """
    sites = {row.key: site_of(article.url or row.url) for row, article in read}
    memories = store.sites.get({site for site in sites.values() if site is not None})
    earlier = _documents(store, [row for row, _ in read], sites, memories)
    changed: dict[str, SiteMemory] = {}
    stripped: dict[UrlKey, Article] = {}
    for row, article in read:
        site = sites[row.key]
        if site is None or not article.text:
            stripped[row.key] = article
            continue
        memory = changed.get(site) or memories.get(site) or SiteMemory(site=site)
        lines = _taken_over(article, earlier.get(row.key))
        if lines is None:
            lines = find_template_lines(article, memory, key=row.key, fetched_at=_came(row))
        stripped[row.key] = without_lines(article, lines)
        marks = marks_of(article.title, article.text)
        changed[site] = remember(memory, PageMarks(key=row.key, fetched_at=_came(row), marks=marks))
    if changed:
        store.sites.save(list(changed.values()))
    return stripped


def explain_templates(judged: LedgerRow, article: Article) -> LedgerRow:
    """The row of a page that was found to be no article, its reason completed where lines of its site were taken out."""
    count = sum(line.reason is RemovalReason.SITE_TEMPLATE for line in article.boilerplate)
    if judged.state is State.EXTRACTED or not count:
        return judged
    if not article.text:
        return replace(judged, reason="its text is what other pages of its site say, too")
    lines = "1 line" if count == 1 else f"{count} lines"
    return replace(judged, reason=f"{judged.reason}, beside {lines} that other pages of its site show")


def _came(row: LedgerRow) -> datetime:
    return row.fetched_at or row.first_seen_at


def _documents(
    store: Store, rows: Sequence[LedgerRow], sites: Mapping[UrlKey, str | None], memories: Mapping[str, SiteMemory]
) -> dict[UrlKey, Document]:
    """The documents of pages that may have been read before: those with a row that says so, and those that come late."""
    asked = {}
    for row in rows:
        memory = memories.get(sites[row.key] or "")
        is_late = memory is not None and memory.pages != () and memory.pages[-1].fetched_at >= _came(row)
        if row.article_id is not None or is_late:
            asked[row.key] = article_id(row.key)
    found = store.documents.get(list(asked.values())) if asked else {}
    return {key: found[id_] for key, id_ in asked.items() if id_ in found}


def _taken_over(article: Article, document: Document | None) -> tuple[int, ...] | None:
    if document is None:
        return None
    # As it would be stored, line by line.
    text = "\n".join(map(scrub, article.text.split("\n")))
    return take_over(replace(article, text=text), document.article.text, document.article.boilerplate)
