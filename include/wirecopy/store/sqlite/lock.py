"""The one writer's lock in SQLite: a row that its holder renews."""

from __future__ import annotations

import time
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wirecopy.errors import LockHeld
from wirecopy.store.codec import encode_time
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import timedelta

    from wirecopy.store.sqlite.connection import Database


class SqliteWriterLock:
    """See `wirecopy.store.ports.WriterLock`. The clock is the machine's, which all processes on one file share."""

    def __init__(self, database: Database, *, token: str, ttl: timedelta) -> None:
        self._database = database
        self._token = token
        self._ttl = ttl

    def renew(self) -> None:
        """See the port."""
        with self._database.write() as connection:
            until = time.time() + self._ttl.total_seconds()
            renewed = connection.execute("UPDATE writer_lock SET until = ? WHERE token = ?", (until, self._token)).rowcount
            if not renewed:
                holder = connection.execute("SELECT owner, until FROM writer_lock").fetchone()
                who = f"{holder['owner']} took it over" if holder else "somebody took it over and is done"
                raise LockHeld(
                    self._database.address, f"the writer's lock ran out and {who}; nothing more is written by this run"
                )


@contextmanager
def hold_writer_lock(database: Database, owner: str, *, ttl: timedelta) -> Iterator[SqliteWriterLock]:
    """Hold the lock for the length of a block.

    Raises:
        LockHeld: Somebody else has it.
    """
    token = uuid.uuid4().hex
    with database.write() as connection:
        _check_free(connection, database.address)
        connection.execute(
            "INSERT OR REPLACE INTO writer_lock (one, owner, token, until) VALUES (1, ?, ?, ?)",
            (scrub(owner), token, time.time() + ttl.total_seconds()),
        )
    try:
        yield SqliteWriterLock(database, token=token, ttl=ttl)
    finally:
        with database.write() as connection:
            connection.execute("DELETE FROM writer_lock WHERE token = ?", (token,))


def _check_free(connection: sqlite3.Connection, address: str) -> None:
    holder = connection.execute("SELECT owner, until FROM writer_lock").fetchone()
    if holder is not None and holder["until"] > time.time():
        until = encode_time(datetime.fromtimestamp(holder["until"], UTC))
        raise LockHeld(
            address,
            f"{holder['owner']} is writing, and holds the lock until {until} unless it renews it; "
            "wait for it to end, or until then if it crashed",
        )
