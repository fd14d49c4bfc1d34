"""Give every article of a batch its place among the stories.

An article joins the story of its best match and no other: two stories are never joined through one document, which is what
made single clusters of hundreds of thousands of articles elsewhere (docs/linking.md). An article that holds parts of several
stories is a round-up: it starts a story of its own, names those it mentions, and nothing joins through it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wirecopy.identity import article_id, version_id
from wirecopy.linking.assign import link_new, link_update
from wirecopy.linking.candidates import KeyCounts, Overlay, make_probe, sought_keys
from wirecopy.linking.fingerprint import VERSION, fingerprint, paragraph_keys
from wirecopy.models import Document
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from wirecopy.models import ArticleId, Fingerprints, StagedArticle, VersionId
    from wirecopy.store.ports import Candidate, CandidateProbe, Documents

_RECURS = 2  # other articles of its outlet in which a paragraph must stand to be boilerplate (copies research, section 5.1)


@dataclass(slots=True, kw_only=True)
class _Draft:
    """An article on its way to a document.

    Attributes:
        article: The article, its texts scrubbed; `first_seen_at` is that of its document if there is one.
        id: Its document's id.
        version: Its version's id.
        known: The document of this version where the store has one.
        earlier: Fingerprints of the version that stands under its id before it, or None.
        fingerprints: What it is found by; set once its outlet's paragraphs were counted.
        probe: Its question to the store, or None where it needs none.
    """

    article: StagedArticle
    id: ArticleId
    version: VersionId
    known: Document | None = None
    earlier: Fingerprints | None = None
    fingerprints: Fingerprints | None = None
    probe: CandidateProbe | None = None


def link_articles(
    articles: Sequence[StagedArticle], documents: Documents, *, now: datetime, window: timedelta
) -> tuple[Document, ...]:
    """Link articles in order of arrival; write nothing.

    Every article sees those before it in the batch and those in the store, so the size of a batch changes no answer. An article
    that was linked before in this version (same URL key, same text) keeps its link. The store is asked four times a batch, and
    once more for each article that is a new version of a stored one.

    Args:
        articles: The articles. Their texts are scrubbed as the store would scrub them.
        documents: The index as it was before the batch.
        now: Becomes `indexed_at` of what is new.
        window: How far before and after its news time an article's copies may lie.

    Returns:
        A document for each article, in the same order. Where two articles have one URL key both are there, and the later has to
        be written after the earlier.
    """
    drafts = [_draft(article) for article in articles]
    stored = documents.get({draft.id for draft in drafts})
    _recall(drafts, documents, stored)
    _take_fingerprints(drafts, documents, stored)
    _make_probes(drafts, documents, stored, window=window)
    asked = [draft for draft in drafts if draft.probe is not None]
    answers = documents.candidates([draft.probe for draft in asked if draft.probe is not None]) if asked else []
    answer_of = {id(draft): answer for draft, answer in zip(asked, answers, strict=True)}

    overlay = Overlay()
    linked: dict[VersionId, Document] = {}
    result: list[Document] = []
    for draft in drafts:
        document = draft.known or linked.get(draft.version)
        if document is not None:
            document = replace(document, article=draft.article)
        else:
            before = overlay.documents.get(draft.id) or stored.get(draft.id)
            document = _decide(draft, before, overlay, answer_of.get(id(draft), ()), now=now)
        linked[draft.version] = document
        if draft.id in overlay.documents or stored.get(draft.id) != document:
            overlay.add(document)
        result.append(document)
    return tuple(result)


def _draft(article: StagedArticle) -> _Draft:
    title, text = scrub(article.title), scrub(article.text)
    if (title, text) != (article.title, article.text):
        article = replace(article, title=title, text=text)
    return _Draft(article=article, id=article_id(article.key), version=version_id(article.key, text))


def _recall(drafts: Sequence[_Draft], documents: Documents, stored: Mapping[ArticleId, Document]) -> None:
    """Find what each draft is a version of: `known`, and the time its document was first seen."""
    first_seen = {name: document.article.first_seen_at for name, document in stored.items()}
    versions: dict[ArticleId, dict[VersionId, Document]] = {}
    for draft in drafts:
        current = stored.get(draft.id)
        if current is not None:
            if draft.version == current.version_id:
                draft.known = current
            else:
                if draft.id not in versions:
                    versions[draft.id] = {document.version_id: document for document in documents.versions(draft.id)}
                draft.known = versions[draft.id].get(draft.version)
        seen = first_seen.setdefault(draft.id, draft.article.first_seen_at)
        if seen != draft.article.first_seen_at:
            draft.article = replace(draft.article, first_seen_at=seen)


def _take_fingerprints(drafts: Sequence[_Draft], documents: Documents, stored: Mapping[ArticleId, Document]) -> None:
    """Set `fingerprints` and `earlier`; paragraphs that recur at the outlet, up to and with the batch before, are left out."""
    new = {draft.version: draft for draft in drafts if draft.known is None}
    paragraphs = {version: tuple(paragraph_keys(draft.article)) for version, draft in new.items()}
    counts = KeyCounts(documents.key_frequencies({key for keys in paragraphs.values() for key in keys}))
    current = {name: document.fingerprints for name, document in stored.items()}
    taken: dict[VersionId, Fingerprints] = {}
    for draft in drafts:
        draft.earlier = current.get(draft.id)
        before = draft.earlier.keys if draft.earlier is not None else ()
        if draft.known is not None and draft.known.fingerprints.version == VERSION:
            taken[draft.version] = draft.known.fingerprints
        elif draft.version not in taken:
            own = frozenset(before)
            keys = paragraphs.get(draft.version, ())
            recurring = {key for key in keys if counts.of(key) - (key in own) >= _RECURS}
            taken[draft.version] = fingerprint(draft.article, recurring)
        draft.fingerprints = current[draft.id] = taken[draft.version]
        counts.replace(before, draft.fingerprints.keys)


def _make_probes(
    drafts: Sequence[_Draft], documents: Documents, stored: Mapping[ArticleId, Document], *, window: timedelta
) -> None:
    """Set `probe` of the drafts that have to be compared with others."""
    seen = set(stored)
    new: list[_Draft] = []
    for draft in drafts:
        if draft.known is None and draft.id not in seen:
            new.append(draft)
        seen.add(draft.id)
    fresh = {id(draft) for draft in new}
    counts = KeyCounts(
        documents.key_frequencies({key for draft in new if draft.fingerprints for key in sought_keys(draft.fingerprints)})
    )
    replaced: set[ArticleId] = set()
    for draft in drafts:
        assert draft.fingerprints is not None  # set for every draft by _take_fingerprints
        if id(draft) in fresh:
            draft.probe = make_probe(draft.id, draft.article, draft.fingerprints, counts, window=window, replaced=len(replaced))
        counts.replace(draft.earlier.keys if draft.earlier is not None else (), draft.fingerprints.keys)
        if draft.id in stored:
            replaced.add(draft.id)


def _decide(
    draft: _Draft, before: Document | None, overlay: Overlay, answer: Sequence[Candidate], *, now: datetime
) -> Document:
    """The document of a version that is new."""
    assert draft.fingerprints is not None
    if before is not None:
        link = link_update(draft.article, draft.fingerprints, before)
    else:
        rivals = overlay.merged(draft.probe, answer) if draft.probe is not None else ()
        link = link_new(draft.id, draft.article, draft.fingerprints, [rival.document for rival in rivals])
    return Document(
        id=draft.id,
        version_id=draft.version,
        article=draft.article,
        fingerprints=draft.fingerprints,
        link=link,
        indexed_at=now,
    )
