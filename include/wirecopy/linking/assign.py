"""Decide the link of one article from the candidates that were found for it; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wirecopy.linking.evidence import describe, measures, method, passages
from wirecopy.linking.fingerprint import reading_of
from wirecopy.linking.near import THRESHOLDS, Judgement, Relation, judge
from wirecopy.linking.overlap import compare
from wirecopy.linking.roundup import PART, find_parts
from wirecopy.linking.tokens import fold, tokens_of
from wirecopy.models import CopyKind, Link, StoryId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wirecopy.linking.overlap import Overlap
    from wirecopy.linking.roundup import Part
    from wirecopy.models import ArticleId, Document, Fingerprints, StagedArticle

FIRM = 0.8
"""Least coverage, both ways, of what joins through a round-up or through a page that was rewritten."""

_REWRITTEN = 0.2  # a version that shares less than this of either text says something else than the one before it
# A near copy of which so much is covered needs no better match. The research has .75, which let in round-ups of two stories.
_ENOUGH = 0.80
_MOST_NAMED = 3

# In order of preference: what a copy joins by.
_PREFERENCE = {Relation.NEAR: 0, Relation.EXCERPT: 1, Relation.EXTENDS: 1}
_KINDS = {Relation.NEAR: CopyKind.NEAR, Relation.EXCERPT: CopyKind.EXCERPT, Relation.EXTENDS: CopyKind.NEAR}


@dataclass(frozen=True, slots=True)
class Comparison:
    """An article compared with another.

    Attributes:
        other: The other.
        overlap: What they share.
        judgement: What that amounts to.
        is_exact: Whether their normalised texts are the same.
    """

    other: Document
    overlap: Overlap
    judgement: Judgement
    is_exact: bool


def compare_with(article: StagedArticle, fingerprints: Fingerprints, other: Document) -> Comparison:
    """Compare an article with a document and judge it as if it arrived after that.

    Args:
        article: The article.
        fingerprints: Its fingerprints.
        other: The document.
    """
    overlap = compare(reading_of(article, fingerprints), reading_of(other.article, other.fingerprints))
    judgement = judge(overlap, same_outlet=article.source_id == other.article.source_id)
    is_exact = fingerprints.exact == other.fingerprints.exact and fingerprints.version == other.fingerprints.version
    if is_exact:
        is_long = overlap.new.reading.all_tokens >= THRESHOLDS.least_tokens
        is_exact = is_long or _title(article.title) == _title(other.article.title)
        rule = "the same text" if is_long else "the same short text under the same title"
        if is_exact:
            return Comparison(other, overlap, Judgement(relation=Relation.NEAR, score=1.0, rule=rule), is_exact=True)
    elif judgement.is_copy and is_loose(other) and min(overlap.new.coverage, overlap.old.coverage) < FIRM:
        rule = "the other is a round-up or was rewritten, and not nearly the whole of both is shared"
        judgement = Judgement(relation=Relation.NONE, score=judgement.score, rule=rule)
    return Comparison(other, overlap, judgement, is_exact)


def is_loose(document: Document) -> bool:
    """Whether a document's text is no sure sign of its story: a round-up, or an address whose text was replaced."""
    return document.link.kind is CopyKind.ROUNDUP or bool(document.link.evidence.get("loose"))


def link_new(article_id: ArticleId, article: StagedArticle, fingerprints: Fingerprints, candidates: Sequence[Document]) -> Link:
    """The link of an article under a new address.

    Args:
        article_id: Its id.
        article: The article.
        fingerprints: Its fingerprints.
        candidates: Documents that share keys with it, most promising first.
    """
    compared: list[Comparison] = []
    for candidate in sorted(candidates, key=lambda item: item.fingerprints.exact != fingerprints.exact):
        comparison = compare_with(article, fingerprints, candidate)
        compared.append(comparison)
        if comparison.is_exact or (
            comparison.judgement.relation is Relation.NEAR and comparison.overlap.new.coverage >= _ENOUGH
        ):
            return _copy(comparison, compared)
    sharing = [item for item in compared if item.overlap.new.runs and not is_loose(item.other)]
    parts = find_parts([item.overlap for item in sharing], [item.other.link.story_id for item in sharing]) if sharing else ()
    if parts:
        return _roundup(article_id, parts, sharing)
    copies = [item for item in compared if item.judgement.is_copy]
    if copies:
        best = min(copies, key=lambda item: (_PREFERENCE[item.judgement.relation], -item.judgement.score))
        return _copy(best, compared)
    return _origin(article_id, compared)


def link_update(article: StagedArticle, fingerprints: Fingerprints, before: Document) -> Link:
    """The link of a new version of a document: the story of the version before it, whatever the text says now.

    Args:
        article: The new version.
        fingerprints: Its fingerprints.
        before: The document as it stands.
    """
    overlap = compare(reading_of(article, fingerprints), reading_of(before.article, before.fingerprints))
    is_rewritten = max(overlap.new.coverage, overlap.old.coverage) < _REWRITTEN
    rule = "the same address has another text"
    judgement = Judgement(relation=Relation.NEAR, score=overlap.balance, rule=rule)
    evidence = describe(overlap, judgement) | {"relation": "update"}
    if is_rewritten or is_loose(before):
        evidence["loose"] = "the text was replaced" if is_rewritten else "the version before is loose"
    if "mentions" in before.link.evidence:
        evidence["mentions"] = before.link.evidence["mentions"]
    return Link(
        story_id=before.link.story_id,
        kind=CopyKind.UPDATE,
        copy_of=before.id,
        score=round(overlap.balance, 4),
        evidence=evidence,
    )


def _copy(best: Comparison, compared: Sequence[Comparison]) -> Link:
    kind = CopyKind.EXACT if best.is_exact else _KINDS[best.judgement.relation]
    story = best.other.link.story_id
    evidence = describe(best.overlap, best.judgement)
    evidence["rejected"] = _rejected([item for item in compared if item.other.link.story_id != story])
    return Link(story_id=story, kind=kind, copy_of=best.other.id, score=round(best.judgement.score, 4), evidence=evidence)


def _roundup(article_id: ArticleId, parts: Sequence[Part], sharing: Sequence[Comparison]) -> Link:
    named = [
        _name(sharing[part.rival]) | {"share": round(part.share, 4), "passages": passages(sharing[part.rival].overlap, most=2)}
        for part in parts
    ]
    evidence = method() | {
        "relation": "roundup",
        "rule": "parts of several stories, none of them nearly the whole",
        "thresholds": {"part": PART},
        "mentions": named,
    }
    return Link(story_id=StoryId(article_id), kind=CopyKind.ROUNDUP, copy_of=None, score=None, evidence=evidence)


def _origin(article_id: ArticleId, compared: Sequence[Comparison]) -> Link:
    quotes = [item for item in compared if item.judgement.relation is Relation.QUOTES]
    evidence: dict[str, Any] = method() | {"relation": "origin", "rejected": _rejected(compared)}
    if quotes:
        evidence["quotes"] = [
            _name(item) | measures(item.overlap) | {"passages": passages(item.overlap)} for item in _nearest(quotes)
        ]
    return Link(story_id=StoryId(article_id), kind=CopyKind.ORIGIN, copy_of=None, score=None, evidence=evidence)


def _name(item: Comparison) -> dict[str, Any]:
    return {"article": item.other.id, "story_id": item.other.link.story_id}


def _rejected(compared: Sequence[Comparison]) -> list[Mapping[str, Any]]:
    """The nearest of those that were not chosen."""
    return [_name(item) | measures(item.overlap) | {"rule": item.judgement.rule} for item in _nearest(compared)]


def _nearest(compared: Sequence[Comparison]) -> list[Comparison]:
    """The most alike, one a story, at most three."""
    nearest: dict[StoryId, Comparison] = {}
    for item in sorted(compared, key=lambda item: -item.overlap.balance):
        if item.overlap.new.runs:
            nearest.setdefault(item.other.link.story_id, item)
    return list(nearest.values())[:_MOST_NAMED]


def _title(title: str) -> tuple[str, ...]:
    return tuple(tokens_of(fold(title)))
