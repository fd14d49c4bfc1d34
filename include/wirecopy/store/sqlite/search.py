"""Searching in SQLite: FTS5 finds and ranks, SQL narrows, folds and pages, Python marks the passages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from wirecopy.store.codec import decode_document
from wirecopy.store.ports import SearchHit, SearchPage
from wirecopy.store.sqlite.match import compile_search
from wirecopy.store.sqlite.passages import mark_excerpt, mark_title
from wirecopy.store.sqlite.terms import BREAK, terms_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from wirecopy.search.query import Node
    from wirecopy.store.ports import SearchFilters
    from wirecopy.store.sqlite.match import Compiled

_WINDOW = 10_000
# A word of the headline says more of what an article is about than one of its text. bm25 grows with the logarithm of a word's
# rarity only, and a headline is a hundredth of the text: below about 4 a text that repeats the word wins.
_TITLE_WEIGHT = 6.0


def search_documents(
    connection: sqlite3.Connection,
    query: Node | None,
    filters: SearchFilters,
    *,
    limit: int,
    offset: int,
    fold_copies: bool,
) -> SearchPage:
    """Answer a query as `wirecopy.store.ports.Documents.search` has it.

    Raises:
        ValueError: offset + limit is more than 10,000, or one is negative.
    """
    if limit < 0 or offset < 0 or limit + offset > _WINDOW:
        raise ValueError(f"limit {limit} and offset {offset} must not be negative, nor more than {_WINDOW:,} together")
    compiled = compile_search(query, filters)
    found, values = _found(compiled)
    if fold_copies:
        answers = """placed AS (
            SELECT *, row_number() OVER story AS place, count(*) OVER (
                story ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING  -- one order for both: one sort
            ) AS matching
            FROM found WINDOW story AS (PARTITION BY story_id ORDER BY score DESC, first_seen_at DESC, id)
        ), answers AS (SELECT * FROM placed WHERE place = 1)"""
    else:
        answers = "answers AS (SELECT *, 1 AS matching FROM found)"
    # One statement, so that words are looked up and ranked once; its first row is there even where the page is empty.
    statement = f"""{found}, {answers}, shown AS (
            SELECT * FROM answers ORDER BY score DESC, first_seen_at DESC, id LIMIT ? OFFSET ?
        ), totals AS (
            SELECT count(*) AS documents, count(DISTINCT story_id) AS stories FROM found
        )
        SELECT documents, stories, body, score, matching
        FROM totals LEFT JOIN shown LEFT JOIN document_bodies USING (number)
        ORDER BY score DESC, first_seen_at DESC, id"""  # noqa: S608 - compiled by us
    rows = connection.execute(statement, (*values, limit, offset)).fetchall()
    return SearchPage(
        hits=tuple(_read_hit(row["body"], row["score"], row["matching"], compiled) for row in rows if row["body"] is not None),
        documents=rows[0]["documents"],
        stories=rows[0]["stories"],
    )


def searched_texts(body: Mapping[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    """What of an encoded document is searched: title, text, authors. Its terms change only where this does."""
    article = body["article"]
    return article["title"], article["text"], tuple(article["authors"])


def add_terms(connection: sqlite3.Connection, number: int, texts: tuple[str, str, tuple[str, ...]]) -> None:
    """Make a document findable."""
    connection.execute("INSERT INTO search (rowid, title, body, author) VALUES (?, ?, ?, ?)", (number, *_terms(texts)))


def remove_terms(connection: sqlite3.Connection, number: int, texts: tuple[str, str, tuple[str, ...]]) -> None:
    """Take a document out of what is found, by the texts it was added with: the index keeps no copy of them."""
    statement = "INSERT INTO search (search, rowid, title, body, author) VALUES ('delete', ?, ?, ?, ?)"
    connection.execute(statement, (number, *_terms(texts)))


def _terms(texts: tuple[str, str, tuple[str, ...]]) -> tuple[str, str, str]:
    title, text, authors = texts
    return terms_of(title), terms_of(text), f" {BREAK} ".join(terms_of(author) for author in authors)


def _found(compiled: Compiled) -> tuple[str, tuple[Any, ...]]:
    """The documents that answer, with their scores, as the beginning of a statement."""
    columns = "number, id, story_id, first_seen_at"
    if not compiled.rank:
        statement = f"WITH found AS MATERIALIZED (SELECT {columns}, 0.0 AS score FROM documents WHERE {compiled.condition})"  # noqa: S608 - compiled by us
        return statement, compiled.values
    join = "JOIN" if compiled.is_ranked_only else "LEFT JOIN"
    tables = f"ranked {join} documents" if compiled.is_ranked_only else f"documents {join} ranked"
    statement = f"""WITH ranked AS MATERIALIZED (
            SELECT rowid AS number, -bm25(search, {_TITLE_WEIGHT}, 1.0, 1.0) AS score FROM search WHERE search MATCH ?
        ), found AS MATERIALIZED (
            SELECT {columns}, ifnull(score, 0.0) AS score FROM {tables} USING (number) WHERE {compiled.condition}
        )"""  # noqa: S608 - compiled by us
    return statement, (compiled.rank, *compiled.values)


def _read_hit(body: str, score: float, matching: int, compiled: Compiled) -> SearchHit:
    document = decode_document(json.loads(body))
    return SearchHit(
        document=document,
        score=score,
        title=mark_title(document.article.title, compiled.needles),
        excerpt=mark_excerpt(document.article.text, compiled.needles),
        matching=matching,
    )
