"""The store in one SQLite file, with full-text search: the default, for which nothing needs to be installed or started."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wirecopy.store.codec import encode_ledger_row
from wirecopy.store.ports import StoreInfo
from wirecopy.store.sqlite.connection import Database
from wirecopy.store.sqlite.documents import SqliteDocuments
from wirecopy.store.sqlite.feeds import SqliteFeeds, SqlitePauses, save_feeds
from wirecopy.store.sqlite.inbox import SqliteInbox
from wirecopy.store.sqlite.ledger import SqliteLedger, add_rows
from wirecopy.store.sqlite.lock import hold_writer_lock
from wirecopy.store.sqlite.sites import SqliteSites

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta
    from pathlib import Path

    from wirecopy.models import FeedState, LedgerRow
    from wirecopy.store.sqlite.lock import SqliteWriterLock

__all__ = ["SqliteStore"]


class SqliteStore:
    """See `wirecopy.store.ports.Store`. Any number of threads and processes may use one file at the same time.

    Args:
        path: The file, made where it is missing (its folder is not), or `:memory:`.
        busy_timeout_s: How long to wait for another process's transaction, seconds. A linking batch of 250 articles takes
            about one.

    Raises:
        StoreUnavailable: It cannot be opened, is no database or another program's, or is locked for too long.
        StoreTooNew: It was written by a newer version.
    """

    def __init__(self, path: Path | str, *, busy_timeout_s: float = 30.0) -> None:
        self._database = Database(path, busy_timeout_s=busy_timeout_s)
        self._ledger = SqliteLedger(self._database)
        self._feeds = SqliteFeeds(self._database)
        self._pauses = SqlitePauses(self._database)
        self._sites = SqliteSites(self._database)
        self._inbox = SqliteInbox(self._database)
        self._documents = SqliteDocuments(self._database)

    @property
    def ledger(self) -> SqliteLedger:
        """See the port."""
        return self._ledger

    @property
    def feeds(self) -> SqliteFeeds:
        """See the port."""
        return self._feeds

    @property
    def pauses(self) -> SqlitePauses:
        """See the port."""
        return self._pauses

    @property
    def sites(self) -> SqliteSites:
        """See the port."""
        return self._sites

    @property
    def inbox(self) -> SqliteInbox:
        """See the port."""
        return self._inbox

    @property
    def documents(self) -> SqliteDocuments:
        """See the port."""
        return self._documents

    def record_poll(self, state: FeedState, rows: Sequence[LedgerRow]) -> int:
        """See the port; one transaction."""
        encoded = [encode_ledger_row(row) for row in rows]
        with self._database.write() as connection:
            added = add_rows(connection, encoded)
            save_feeds(connection, [state])
        return added

    @contextmanager
    def writer_lock(self, owner: str, *, ttl: timedelta) -> Iterator[SqliteWriterLock]:
        """See the port."""
        with hold_writer_lock(self._database, owner, ttl=ttl) as lock:
            yield lock

    def info(self) -> StoreInfo:
        """See the port."""
        with self._database.read() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
            (schema,) = connection.execute("PRAGMA user_version").fetchone()
            (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
        return StoreInfo(
            kind="sqlite",
            address=self._database.address,
            version=sqlite3.sqlite_version,
            schema=schema,
            size_bytes=pages * page_bytes,
            detail={"journal": journal},
        )

    def close(self) -> None:
        """See the port."""
        self._database.close()
