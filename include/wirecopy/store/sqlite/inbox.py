"""The inbox in SQLite: one JSON text an article."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from wirecopy.store.codec import decode_staged_article, encode_staged_article, encode_time
from wirecopy.store.ports import ItemError
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from wirecopy.models import StagedArticle, UrlKey
    from wirecopy.store.sqlite.connection import Database


class SqliteInbox:
    """See `wirecopy.store.ports.Inbox`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, articles: Sequence[StagedArticle]) -> tuple[ItemError, ...]:
        """See the port."""
        rows, errors = [], []
        for article in articles:
            try:
                body = encode_staged_article(article)
                rows.append((body["key"], encode_time(article.news_time), json.dumps(body, ensure_ascii=False)))
            except (ValueError, OverflowError) as error:
                errors.append(ItemError(id=article.key, reason=str(error)))
        with self._database.write() as connection:
            connection.executemany(
                """INSERT INTO inbox (key, news_time, body) VALUES (?, ?, ?)
                ON CONFLICT (key) DO UPDATE SET news_time = excluded.news_time, body = excluded.body""",
                rows,
            )
        return tuple(errors)

    def take(self, limit: int) -> tuple[StagedArticle, ...]:
        """See the port."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT body FROM inbox ORDER BY news_time, key LIMIT ?", (limit,))
            return tuple(decode_staged_article(json.loads(body)) for (body,) in rows)

    def remove(self, keys: Collection[UrlKey]) -> None:
        """See the port."""
        with self._database.write() as connection:
            connection.executemany("DELETE FROM inbox WHERE key = ?", [(scrub(key),) for key in keys])

    def count(self) -> int:
        """See the port."""
        with self._database.read() as connection:
            (count,) = connection.execute("SELECT count(*) FROM inbox").fetchone()
            return int(count)
