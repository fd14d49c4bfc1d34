"""Say in words why two articles are, or are not, one story; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wirecopy.linking.assign import FIRM, compare_with, is_loose
from wirecopy.linking.candidates import sought_keys
from wirecopy.linking.evidence import describe
from wirecopy.linking.fingerprint import VERSION
from wirecopy.models import CopyKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from wirecopy.linking.assign import Comparison
    from wirecopy.models import Document

_AS_FILED = {
    CopyKind.ORIGIN: "{} starts its story",
    CopyKind.EXACT: "{} has the same text as {}",
    CopyKind.NEAR: "{} is a near copy of {}",
    CopyKind.EXCERPT: "{} is an excerpt of {}",
    CopyKind.TRANSLATION: "{} is a translation of {}",
    CopyKind.UPDATE: "{} was updated: its address had another text before",
    CopyKind.ROUNDUP: "{} is a round-up, which has parts of several stories and starts one of its own",
    CopyKind.POSSIBLE: "{} may be a copy of {}, which is too unsure to join its story",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why two articles are, or are not, one story.

    Attributes:
        earlier: The article that was first seen first; called A in the sentences.
        later: The other; called B.
        same_story: Whether they are filed under one story.
        copies_now: Whether the two texts alone, compared now, would make the later one a copy of the earlier.
        evidence: That comparison, JSON-ready: `this` is the later article.
        sentences: It all in words, the most important first.
    """

    earlier: Document
    later: Document
    same_story: bool
    copies_now: bool
    evidence: dict[str, Any]
    sentences: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "same_story": self.same_story,
            "copies_now": self.copies_now,
            "a": _filed(self.earlier),
            "b": _filed(self.later),
            "sentences": list(self.sentences),
            "evidence": self.evidence,
        }


def explain(one: Document, two: Document, *, window: timedelta) -> Explanation:
    """Compare two articles as they stand and say why they are, or are not, one story.

    Args:
        one: An article.
        two: Another.
        window: How far apart two articles are still compared when they are linked.
    """
    earlier, later = sorted((one, two), key=lambda item: (item.article.first_seen_at, item.id))
    comparison = compare_with(later.article, later.fingerprints, earlier)
    same_story = earlier.link.story_id == later.link.story_id
    copies_now = comparison.judgement.is_copy or earlier.id == later.id
    sentences = (
        *_filing(earlier, later, same_story=same_story),
        *_measured(comparison, later),
        *_circumstances(earlier, later, window),
        *_contradiction(same_story=same_story, copies_now=copies_now),
    )
    return Explanation(
        earlier=earlier,
        later=later,
        same_story=same_story,
        copies_now=copies_now,
        evidence=describe(comparison.overlap, comparison.judgement),
        sentences=sentences,
    )


def _filed(document: Document) -> dict[str, Any]:
    link = document.link
    return {
        "id": document.id,
        "url": document.article.url,
        "source": document.article.source_id,
        "title": document.article.title,
        "story_id": link.story_id,
        "copy_kind": link.kind.value,
        "copy_of": link.copy_of,
        "score": link.score,
    }


def _filing(earlier: Document, later: Document, *, same_story: bool) -> Iterator[str]:
    if earlier.id == later.id:
        yield "Both are one article."
        return
    names: dict[str | None, str] = {earlier.id: "A", later.id: "B"}
    if same_story:
        yield f"One story: both are filed under {earlier.link.story_id}."
    else:
        yield f"Not one story: A is filed under {earlier.link.story_id}, B under {later.link.story_id}."
    for document in (earlier, later):
        other = names.get(document.link.copy_of, f"article {document.link.copy_of}")
        sentence = _AS_FILED[document.link.kind].format(names[document.id], other)
        score = f" (score {document.link.score:.2f})" if document.link.score is not None else ""
        rule = document.link.evidence.get("rule")
        yield f"{sentence}{score}{f': {rule}' if rule else ''}."
        story = (later if document is earlier else earlier).link.story_id
        for part, verb in (("mentions", "has a part of"), ("quotes", "quotes")):
            if any(row.get("story_id") == story for row in document.link.evidence.get(part, ())):
                yield f"{names[document.id]} {verb} the other's story, and is filed apart from it for that."


def _measured(comparison: Comparison, later: Document) -> Iterator[str]:
    if comparison.other.id == later.id:
        return
    overlap, judgement = comparison.overlap, comparison.judgement
    if not overlap.shared:
        yield "Compared now, they have no four tokens in a row in common."
        return
    yield (
        f"Compared now, {overlap.old.coverage:.0%} of A's {overlap.old.reading.tokens:,} tokens and "
        f"{overlap.new.coverage:.0%} of B's {overlap.new.reading.tokens:,} stand in runs of four or more that both have."
    )
    needs = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in judgement.thresholds.items())
    verdict = {
        "near": "B is a near copy of A",
        "excerpt": "B is an excerpt of A",
        "extends": "A is an excerpt of B",
        "quotes": "one quotes the other, which makes no copy",
        "none": "B is no copy of A",
    }[judgement.relation.value]
    if comparison.is_exact:
        verdict = "B has the same text as A"
    yield f"By that {verdict}: {judgement.rule}{f' (thresholds: {needs})' if needs else ''}."
    left_out = [
        f"{overlap_side.reading.all_tokens - overlap_side.reading.tokens:,} of {name}'s"
        for name, overlap_side in (("A", overlap.old), ("B", overlap.new))
        if overlap_side.reading.all_tokens > overlap_side.reading.tokens
    ]
    if left_out:
        yield f"Not counted as text, being captions, links or lines that recur at the outlet: {' and '.join(left_out)} tokens."


def _circumstances(earlier: Document, later: Document, window: timedelta) -> Iterator[str]:
    if earlier.id == later.id:
        return
    if earlier.article.source_id == later.article.source_id:
        yield f"Both are of one outlet ({earlier.article.source_id}), so nearly the whole text has to agree."
    apart = abs(later.article.news_time - earlier.article.news_time)
    if apart > window:
        yield f"They lie {apart.days} days apart; articles more than {window.days} days apart are not compared when they are linked."
    shared = len(set(sought_keys(earlier.fingerprints)).intersection(sought_keys(later.fingerprints)))
    yield f"They share {shared} of the keys that candidates are found by (A has {len(sought_keys(earlier.fingerprints))}); two are needed."
    if earlier.article.lang and later.article.lang and earlier.article.lang.split("-")[0] != later.article.lang.split("-")[0]:
        yield f"Their languages were detected as {earlier.article.lang} and {later.article.lang}; only their words decide here."
    for name, document in (("A", earlier), ("B", later)):
        if document.fingerprints.version != VERSION:
            yield f"{name}'s fingerprints are of version {document.fingerprints.version} of the method, today's is {VERSION}."
    if is_loose(earlier):
        yield f"A is a round-up, or its text was replaced; a copy of it must share {FIRM:.0%} of both texts."


def _contradiction(*, same_story: bool, copies_now: bool) -> Iterator[str]:
    if same_story and not copies_now:
        yield "They are one story through other copies that each of them shares more with, or through an earlier version."
    elif copies_now and not same_story:
        yield (
            "They would be linked if only these two were compared. When B came, something else decided: A was not there yet, was "
            "further away than the window, or had another text; or another story was nearer. Stories are never joined afterwards "
            "by one article."
        )
