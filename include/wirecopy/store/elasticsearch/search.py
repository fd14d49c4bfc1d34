"""Searching: one request for hits and totals, a second that counts the copies behind the stories shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirecopy.errors import PermanentError, QuerySyntaxError
from wirecopy.search.query import format_query
from wirecopy.store.elasticsearch.bodies import read_document
from wirecopy.store.elasticsearch.dsl import compile_search, filter_languages, stems_of
from wirecopy.store.elasticsearch.reading import search_all
from wirecopy.store.ports import SearchHit, SearchPage, Snippet

if TYPE_CHECKING:
    from wirecopy.models import Document
    from wirecopy.search.query import Node
    from wirecopy.store.elasticsearch.client import Connection
    from wirecopy.store.ports import SearchFilters

# Noncharacters that `scrub` takes out of every text: none can stand in one by itself. (Control characters would do, but the
# server trims them off a passage's ends.)
_HIT_START, _HIT_END = "\ufffe", "\uffff"
_EXCERPT_CHARS = 240
_EXACT_STORIES = 10_000
_WINDOW = 10_000
_ANALYZED_CHARS = 999_999
"""Highlights are looked for so far into a text; the server refuses more than a million. The hit itself is found anywhere."""
_TOO_MANY = ("too_many_clauses", "maxclausecount", "max_clause_count", "too many clauses", "too_many_nested_clauses")

_AGGREGATIONS = {
    "stories": {"terms": {"field": "story_id", "size": _EXACT_STORIES + 1}},
    "number": {"stats_bucket": {"buckets_path": "stories>_count"}},
    "about": {"cardinality": {"field": "story_id", "precision_threshold": 40_000}},
}


def run_search(
    connection: Connection,
    alias: str,
    query: Node | None,
    filters: SearchFilters,
    *,
    limit: int,
    offset: int,
    fold_copies: bool,
) -> SearchPage:
    """Answer a query as `wirecopy.store.ports.Documents.search` has it.

    Raises:
        QuerySyntaxError: The query is larger than the server takes.
        ValueError: offset + limit is more than 10,000, or one is negative.
    """
    if limit < 0 or offset < 0 or limit + offset > _WINDOW:
        raise ValueError(f"limit {limit} and offset {offset} must not be negative, nor more than {_WINDOW:,} together")
    compiled = compile_search(query, filters)
    try:
        answer = search_all(
            connection,
            alias,
            is_months=True,
            query=compiled,
            # words are as rare in every month as they are in all, so that scores of two months compare
            search_type="dfs_query_then_fetch",
            size=limit,
            from_=offset,
            sort=([] if query is None else [{"_score": "desc"}]) + [{"first_seen_at": "desc"}, {"id": "asc"}],
            track_total_hits=True,
            aggs=_AGGREGATIONS,
            filter_path=["hits", "aggregations.number.count", "aggregations.about", "timed_out"],
            **({"collapse": {"field": "story_id"}} if fold_copies else {}),
            **({} if query is None or limit == 0 else {"highlight": compile_highlight(query, filters)}),
        )
    except PermanentError as error:
        if query is not None and any(sign in error.message.lower() for sign in _TOO_MANY):
            shown = format_query(query)
            raise QuerySyntaxError(
                shown, "the query has more words than the store can look for at once", position=0, hint="use fewer words"
            ) from error
        raise
    hits = answer["hits"]["hits"]
    documents = [read_document(hit["_source"]) for hit in hits]
    matching = _count_matching(connection, alias, compiled, documents) if fold_copies else {}
    aggregations = answer.get("aggregations", {})
    number = int(aggregations.get("number", {}).get("count", 0))
    return SearchPage(
        hits=tuple(
            _read_hit(hit, document, matching.get(document.link.story_id, 1))
            for hit, document in zip(hits, documents, strict=True)
        ),
        documents=int(answer["hits"]["total"]["value"]),
        stories=number if number <= _EXACT_STORIES else int(aggregations["about"]["value"]),
    )


def read_snippets(marked: str) -> tuple[Snippet, ...]:
    """The pieces of a text whose hits stand between the sentinels; neighbouring hits are one."""
    pieces: list[Snippet] = []
    for place, part in enumerate(marked.replace(_HIT_END + _HIT_START, "").split(_HIT_START)):
        hit, mark, rest = part.partition(_HIT_END)
        if place == 0 or not mark:
            hit, rest = "", part
        if hit:
            pieces.append(Snippet(text=hit, is_hit=True))
        if rest:
            pieces.append(Snippet(text=rest, is_hit=False))
    return tuple(pieces)


def cut_text(text: str, length: int = _EXCERPT_CHARS) -> str:
    """The start of a text, cut at a space where there is one near."""
    text = text.strip()
    if len(text) <= length:
        return text
    cut = text[:length]
    space = max(cut.rfind(" "), cut.rfind("\n"))
    return cut[:space] if space > length // 2 else cut


def _count_matching(connection: Connection, alias: str, compiled: dict[str, Any], documents: list[Document]) -> dict[str, int]:
    stories = [document.link.story_id for document in documents]
    if not stories:
        return {}
    answer = search_all(
        connection,
        alias,
        is_months=True,
        size=0,
        track_total_hits=False,
        query={"bool": {"filter": [compiled, {"terms": {"story_id": stories}}]}},
        aggs={"stories": {"terms": {"field": "story_id", "size": len(stories)}}},
    )
    buckets = answer.get("aggregations", {}).get("stories", {}).get("buckets", ())
    return {bucket["key"]: int(bucket["doc_count"]) for bucket in buckets}


def compile_highlight(query: Node, filters: SearchFilters) -> dict[str, Any]:
    """What to mark: the unstemmed words, and in the field of a document's own language the other forms of them too."""
    whole = {"number_of_fragments": 0}
    passage = {"number_of_fragments": 1, "fragment_size": _EXCERPT_CHARS, "order": "score"}
    fields: dict[str, Any] = {"title": whole, "text": passage}
    for language in sorted(stems_of(query, filter_languages(filters))):
        fields[f"titles.{language}"] = {**whole, "matched_fields": [f"titles.{language}", "title"]}
        fields[f"texts.{language}"] = {**passage, "matched_fields": [f"texts.{language}", "text"]}
    return {
        "type": "unified",
        "pre_tags": [_HIT_START],
        "post_tags": [_HIT_END],
        "max_analyzed_offset": _ANALYZED_CHARS,
        "fields": fields,
    }


def _read_hit(hit: dict[str, Any], document: Document, matching: int) -> SearchHit:
    title = _marked(hit, "title") or document.article.title
    excerpt = _marked(hit, "text") or cut_text(document.article.text)
    score = hit.get("_score")
    return SearchHit(
        document=document,
        score=float(score) if score is not None else 0.0,
        title=read_snippets(title),
        excerpt=read_snippets(excerpt),
        matching=matching,
    )


def _marked(hit: dict[str, Any], field: str) -> str:
    """What was marked, in the stemmed field if there is one, for it shows both kinds of hit; empty for nothing."""
    highlights: dict[str, list[str]] = hit.get("highlight", {})
    stemmed = next((texts for name, texts in highlights.items() if name.startswith(f"{field}s.")), None)
    return (stemmed or highlights.get(field, [""]))[0]
