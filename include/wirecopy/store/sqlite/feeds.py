"""What is remembered of feeds, and of sites that asked to be left alone, in SQLite: JSON beside what is asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from wirecopy.store.codec import encode_time
from wirecopy.store.feed_codec import (
    decode_feed_state,
    decode_site_pause,
    encode_feed_state,
    encode_site_pause,
)
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from wirecopy.models import FeedState, SitePause
    from wirecopy.store.sqlite.connection import Database


class SqliteFeeds:
    """See `wirecopy.store.ports.Feeds`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, urls: Collection[str]) -> dict[str, FeedState]:
        """See the port."""
        found = {}
        with self._database.read() as connection:
            for url in urls:
                row = connection.execute("SELECT doc FROM feed_states WHERE url = ?", (scrub(url),)).fetchone()
                if row is not None:
                    found[url] = decode_feed_state(json.loads(row["doc"]))
        return found

    def all(self) -> tuple[FeedState, ...]:
        """See the port."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT doc FROM feed_states ORDER BY url")
            return tuple(decode_feed_state(json.loads(row["doc"])) for row in rows)

    def save(self, states: Sequence[FeedState]) -> None:
        """See the port."""
        with self._database.write() as connection:
            save_feeds(connection, states)


class SqlitePauses:
    """See `wirecopy.store.ports.Pauses`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def active(self, now: datetime) -> tuple[SitePause, ...]:
        """See the port."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT doc FROM site_pauses WHERE until > ? ORDER BY site", (encode_time(now),))
            return tuple(decode_site_pause(json.loads(row["doc"])) for row in rows)

    def save(self, pauses: Sequence[SitePause]) -> None:
        """See the port."""
        with self._database.write() as connection:
            connection.executemany(
                """INSERT INTO site_pauses (site, until, doc) VALUES (?, ?, ?)
                ON CONFLICT (site) DO UPDATE SET until = excluded.until, doc = excluded.doc""",
                [(scrub(pause.site), encode_time(pause.until), json.dumps(encode_site_pause(pause))) for pause in pauses],
            )


def save_feeds(connection: sqlite3.Connection, states: Sequence[FeedState]) -> None:
    """Write feeds' states by URL, within the caller's transaction."""
    encoded = [encode_feed_state(state) for state in states]
    connection.executemany(
        """INSERT INTO feed_states (url, source_id, next_poll_at, doc) VALUES (?, ?, ?, ?)
        ON CONFLICT (url) DO UPDATE SET source_id = excluded.source_id, next_poll_at = excluded.next_poll_at, doc = excluded.doc""",
        [(state["url"], state["source_id"], state["next_poll_at"], json.dumps(state)) for state in encoded],
    )
