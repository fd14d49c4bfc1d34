"""Answers as JSON-ready values, and what each kind of copy is called in plain words. `docs/query-syntax.md` lists the fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirecopy.models import CopyKind
from wirecopy.store.codec import encode_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wirecopy.models import Document
    from wirecopy.search.service import Answer, StoryView
    from wirecopy.store.ports import SearchHit, Snippet

KIND_MEANINGS: Mapping[CopyKind, str] = {
    CopyKind.ORIGIN: "the earliest we know of this text, or a report of its own",
    CopyKind.EXACT: "the same text, word for word",
    CopyKind.NEAR: "the same text with changes: cuts, a new opening, words replaced",
    CopyKind.EXCERPT: "part of the text, such as its opening",
    CopyKind.TRANSLATION: "the same text in another language",
    CopyKind.UPDATE: "a later text at an address that was in this story already",
    CopyKind.ROUNDUP: "parts of several stories on one page; a story of its own, so that it does not glue them together",
    CopyKind.POSSIBLE: "resembles another article, without enough evidence; a story of its own until somebody decides",
}
"""What each kind of copy means, in one line."""


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """An answer as one object; texts as they are, highlights left out."""
    return {
        "query": answer.query,
        "parsed": answer.parsed,
        "remarks": list(answer.remarks),
        "documents": answer.page.documents,
        "stories": answer.page.stories,
        "limit": answer.limit,
        "offset": answer.offset,
        "folded": answer.fold_copies,
        "filters": {
            "langs": list(answer.filters.langs),
            "sources": list(answer.filters.sources),
            "since": encode_time(answer.filters.since) if answer.filters.since else None,
            "until": encode_time(answer.filters.until) if answer.filters.until else None,
        },
        "hits": [_hit_as_json(hit, answer) for hit in answer.page.hits],
    }


def story_as_json(view: StoryView) -> dict[str, Any]:
    """A story as one object, its copies in order of first seen, with their evidence."""
    return {
        "story_id": view.id,
        "copies": len(view.documents),
        "title": view.origin.article.title,
        "origin": view.origin.id,
        "first_seen_at": encode_time(view.first_seen_at),
        "last_seen_at": encode_time(view.last_seen_at),
        "langs": list(view.langs),
        "sources": list(view.sources),
        "countries": list(view.countries),
        "documents": [document_as_json(document) | {"evidence": document.link.evidence} for document in view.documents],
    }


def document_as_json(document: Document) -> dict[str, Any]:
    """What both a hit and a copy tell of an article; its text left out."""
    article = document.article
    return {
        "id": document.id,
        "url": article.url,
        "title": article.title,
        "source": article.source_id,
        "lang": article.lang,
        "other_langs": list(article.other_langs),
        "country": article.country,
        "authors": list(article.authors),
        "agency": article.agency.name if article.agency else None,
        "section": article.section,
        "keywords": list(article.keywords),
        "published_at": article.published_at.stated if article.published_at else None,
        "first_seen_at": encode_time(article.first_seen_at),
        "story_id": document.link.story_id,
        "copy_kind": document.link.kind.value,
        "copy_of": document.link.copy_of,
        "score": document.link.score,
    }


def joined(pieces: Sequence[Snippet]) -> str:
    """The text of pieces without what was hit."""
    return "".join(piece.text for piece in pieces)


def cut_ends(hit: SearchHit) -> tuple[bool, bool]:
    """Whether the text goes on before a hit's excerpt, and after it; for the dots that say so."""
    excerpt = "".join(joined(hit.excerpt).split())
    text = "".join(hit.document.article.text.split())
    return not text.startswith(excerpt), not text.endswith(excerpt)


def _hit_as_json(hit: SearchHit, answer: Answer) -> dict[str, Any]:
    story = answer.stories[hit.document.link.story_id]
    return document_as_json(hit.document) | {
        "copies": story.copies,
        "matching": hit.matching,
        "story_langs": list(story.view.langs),
        "story_sources": list(story.view.sources),
        "rank": hit.score,
        "excerpt": joined(hit.excerpt),
    }
