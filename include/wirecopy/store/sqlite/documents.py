"""The index of articles in SQLite: each document whole as JSON, with the columns, keys and terms it is found by."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wirecopy.store.codec import decode_document, decode_time, encode_document
from wirecopy.store.ports import ItemError, SearchFilters, SearchPage
from wirecopy.store.scrub import scrub
from wirecopy.store.sqlite.candidates import find_candidates
from wirecopy.store.sqlite.keys import add_keys, count_keys, hash_key, remove_keys
from wirecopy.store.sqlite.search import add_terms, remove_terms, search_documents, searched_texts

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator, Sequence

    from wirecopy.models import ArticleId, Document, StoryId
    from wirecopy.search.query import Node
    from wirecopy.store.ports import Candidate, CandidateProbe
    from wirecopy.store.sqlite.connection import Database
    from wirecopy.store.sqlite.keys import KeyRow

_SCAN_PAGE = 200  # about a megabyte of bodies at a time
_COLUMNS = (
    "id", "version_id", "story_id", "kind", "lang", "country", "source_id", "first_seen_at", "news_time", "indexed_at",
    "agency", "section", "keywords",
)  # fmt: skip
_INSERT = f"INSERT INTO documents ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"  # noqa: S608 - names of ours
_UPDATE = f"UPDATE documents SET {', '.join(f'{name} = :{name}' for name in _COLUMNS)} WHERE id = :id"  # noqa: S608 - names of ours
_BODY = "SELECT body FROM documents JOIN document_bodies USING (number)"


class SqliteDocuments:
    """See `wirecopy.store.ports.Documents`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, documents: Sequence[Document]) -> tuple[ItemError, ...]:
        """See the port."""
        encoded, errors = [], []
        for document in documents:
            try:
                encoded.append((document, encode_document(document)))
            except ValueError as error:
                errors.append(ItemError(id=document.id, reason=str(error)))
        with self._database.write() as connection:
            keys: dict[int, list[KeyRow]] = {}
            for document, body in encoded:
                _put(connection, document, body, keys)
            add_keys(connection, (row for rows in keys.values() for row in rows))
        return tuple(errors)

    def get(self, ids: Collection[ArticleId]) -> dict[ArticleId, Document]:
        """See the port."""
        found = {}
        with self._database.read() as connection:
            for article_id in ids:
                row = connection.execute(f"{_BODY} WHERE id = ?", (scrub(article_id),)).fetchone()
                if row is not None:
                    found[article_id] = decode_document(json.loads(row["body"]))
        return found

    def versions(self, article_id: ArticleId) -> tuple[Document, ...]:
        """See the port."""
        statement = """SELECT body, 0 AS is_current, indexed_at, version_id FROM document_versions WHERE id = :id
            UNION ALL SELECT body, 1, indexed_at, version_id FROM documents JOIN document_bodies USING (number) WHERE id = :id
            ORDER BY 2, 3, 4"""
        with self._database.read() as connection:
            rows = connection.execute(statement, {"id": scrub(article_id)})
            return tuple(decode_document(json.loads(row["body"])) for row in rows)

    def candidates(self, probes: Sequence[CandidateProbe]) -> list[tuple[Candidate, ...]]:
        """See the port."""
        with self._database.read() as connection:
            return [find_candidates(connection, probe) for probe in probes]

    def key_frequencies(self, keys: Collection[str]) -> dict[str, int]:
        """See the port."""
        with self._database.read() as connection:
            return count_keys(connection, keys)

    def story(self, story_id: StoryId, *, limit: int = 10_000) -> tuple[Document, ...]:
        """See the port."""
        statement = f"""{_BODY}
            WHERE story_id = ifnull((SELECT story_id FROM story_aliases WHERE alias = :id), :id)
            ORDER BY first_seen_at, id LIMIT :limit"""  # noqa: S608 - a literal of ours
        with self._database.read() as connection:
            rows = connection.execute(statement, {"id": scrub(story_id), "limit": limit})
            return tuple(decode_document(json.loads(row["body"])) for row in rows)

    def story_sizes(self, story_ids: Collection[StoryId]) -> dict[StoryId, int]:
        """See the port."""
        statement = "SELECT count(*) FROM documents WHERE story_id = ?"
        with self._database.read() as connection:
            sizes = {story: int(connection.execute(statement, (scrub(story),)).fetchone()[0]) for story in story_ids}
        return {story: size for story, size in sizes.items() if size}

    def search(
        self, query: Node | None, filters: SearchFilters, *, limit: int = 20, offset: int = 0, fold_copies: bool = True
    ) -> SearchPage:
        """See the port."""
        with self._database.read() as connection:
            return search_documents(connection, query, filters, limit=limit, offset=offset, fold_copies=fold_copies)

    def scan(self) -> Iterator[Document]:
        """See the port. A page is read at a time, so that its reader may write meanwhile."""
        after = ""
        while True:
            with self._database.read() as connection:
                statement = f"{_BODY} WHERE id > ? ORDER BY id LIMIT ?"
                page = [decode_document(json.loads(body)) for (body,) in connection.execute(statement, (after, _SCAN_PAGE))]
            if not page:
                return
            yield from page
            after = page[-1].id

    def count(self) -> int:
        """See the port."""
        with self._database.read() as connection:
            (count,) = connection.execute("SELECT count(*) FROM documents").fetchone()
            return int(count)


def _put(connection: sqlite3.Connection, document: Document, body: dict[str, Any], keys: dict[int, list[KeyRow]]) -> None:
    """Write one document; its keys are left in `keys` by the document's number."""
    article = document.article
    earlier = connection.execute(
        """SELECT number, version_id, first_seen_at, news_time, indexed_at, body
        FROM documents JOIN document_bodies USING (number) WHERE id = ?""",
        (body["id"],),
    ).fetchone()
    if earlier is not None:
        article = replace(article, first_seen_at=decode_time(earlier["first_seen_at"]))
        body["article"]["first_seen_at"] = earlier["first_seen_at"]
        body["indexed_at"] = _settle_versions(connection, earlier, body)
    news_time = math.floor(article.news_time.timestamp())
    row = {
        "id": body["id"],
        "version_id": body["version_id"],
        "story_id": body["link"]["story_id"],
        "kind": body["link"]["kind"],
        "lang": _lower(body["article"]["lang"]),
        "country": _lower(body["article"]["country"]),
        "source_id": body["article"]["source_id"].lower(),
        "first_seen_at": body["article"]["first_seen_at"],
        "news_time": news_time,
        "indexed_at": body["indexed_at"],
        "agency": _lower(article.agency.name if article.agency else None),
        "section": _lower(body["article"]["section"]),
        "keywords": _list_lower(body["article"]["keywords"]),
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    if earlier is None:
        number = connection.execute(_INSERT, row).lastrowid
        assert number is not None
        connection.execute("INSERT INTO document_bodies (number, body) VALUES (?, ?)", (number, text))
        add_terms(connection, number, searched_texts(body))
        keys[number] = _key_rows(body, news_time, number)
        return
    number, before = earlier["number"], json.loads(earlier["body"])
    connection.execute(_UPDATE, row)
    connection.execute("UPDATE document_bodies SET body = ? WHERE number = ?", (text, number))
    if searched_texts(before) != searched_texts(body):
        remove_terms(connection, number, searched_texts(before))
        add_terms(connection, number, searched_texts(body))
    old_keys, new_keys = _key_rows(before, earlier["news_time"], number), _key_rows(body, news_time, number)
    if old_keys != new_keys:
        remove_keys(connection, old_keys)
        keys[number] = new_keys


def _settle_versions(connection: sqlite3.Connection, earlier: sqlite3.Row, body: dict[str, Any]) -> str:
    """Keep the earlier document where it is another version; when the new one's version was indexed first."""
    if earlier["version_id"] == body["version_id"]:
        return str(earlier["indexed_at"])
    connection.execute(
        "INSERT INTO document_versions (id, version_id, indexed_at, body) VALUES (?, ?, ?, ?)",
        (body["id"], earlier["version_id"], earlier["indexed_at"], earlier["body"]),
    )
    # A text that comes back (a replay, a correction undone) is the version it was.
    known = connection.execute(
        "DELETE FROM document_versions WHERE id = ? AND version_id = ? RETURNING indexed_at", (body["id"], body["version_id"])
    ).fetchall()
    return str(known[0]["indexed_at"] if known else body["indexed_at"])


def _key_rows(body: dict[str, Any], news_time: int, number: int) -> list[KeyRow]:
    return [(hash_key(key), news_time, number) for key in body["fingerprints"]["keys"]]


def _list_lower(texts: Sequence[str]) -> str | None:
    return json.dumps([text.lower() for text in texts], ensure_ascii=False) if texts else None


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()
