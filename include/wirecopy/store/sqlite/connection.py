"""Connections to one SQLite file: lent to one caller at a time, with transactions and errors of ours."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wirecopy.errors import StoreUnavailable
from wirecopy.store.sqlite.schema import SCHEMA_VERSION, check_schema, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

# 64 MB of pages a connection: the index of 100,000 documents' keys is 180 MB, and SQLite's own 2 MB halve the put rate.
_CACHE_KIB = 65_536
_WAL_RETRY_S = 0.05
# SQLite's names of what is wrong with a file or a disk; anything else is wrong with a statement of ours.
_BROKEN = tuple(
    f"SQLITE_{name}" for name in ("CANTOPEN", "CORRUPT", "FULL", "IOERR", "NOMEM", "PERM", "PROTOCOL", "READONLY", "TOOBIG")
)


class Database:
    """A SQLite file, or a database in memory, that any number of threads and processes use.

    A connection is lent to one caller at a time and then kept for the next: threads never share one, and as many are open as
    calls ever ran at once. A database in memory has a single connection that callers wait for.

    Args:
        path: The file, or `:memory:`.
        busy_timeout_s: How long to wait for another process's transaction, seconds.

    Raises:
        StoreUnavailable: It cannot be opened.
        StoreTooNew: It was written by a newer version.
    """

    def __init__(self, path: Path | str, *, busy_timeout_s: float) -> None:
        self.address = f"sqlite:{path}"
        self._path = path
        self._busy_timeout_s = busy_timeout_s
        self._guard = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._is_closed = False
        # Only a database in memory makes its callers wait for one another.
        self._turn = threading.Lock() if path == ":memory:" else None
        with self._lend() as connection:
            if check_schema(connection, self.address) < SCHEMA_VERSION:
                with _transaction(connection, "IMMEDIATE"):
                    migrate(connection, self.address)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the file throughout."""
        with self._lend() as connection, _transaction(connection, "DEFERRED"):
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction that no other writer shares; undone where the block raises."""
        with self._lend() as connection, _transaction(connection, "IMMEDIATE"):
            yield connection

    def close(self) -> None:
        """Close what is idle; the last connection to a file moves everything from its WAL into it."""
        with self._guard:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _lend(self) -> Iterator[sqlite3.Connection]:
        if self._turn is not None:
            self._turn.acquire()
        try:
            with self._guard:
                if self._is_closed:
                    raise StoreUnavailable(self.address, "was closed")
                connection = self._idle.pop() if self._idle else None
            try:
                if connection is None:
                    connection = self._connect()
                yield connection
            except sqlite3.Error as error:
                raise self._translated(error) from error
            finally:
                if connection is not None:
                    self._take_back(connection)
        finally:
            if self._turn is not None:
                self._turn.release()

    def _take_back(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if not self._is_closed:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self) -> sqlite3.Connection:
        if isinstance(self._path, Path) and not self._path.parent.is_dir():
            raise StoreUnavailable(self.address, f"cannot be opened: there is no folder {self._path.parent}; make it first")
        connection = sqlite3.connect(self._path, timeout=self._busy_timeout_s, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            # Deleted texts need not be overwritten with zeros, which Debian's SQLite does by default.
            connection.execute("PRAGMA secure_delete = OFF")
            # Another program's database is left as it is, its journal mode included.
            check_schema(connection, self.address)
            self._use_wal(connection)
            # In WAL mode a power cut may undo the last commits, never tear one: a later run does them again.
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        """Readers do not wait for the writer. SQLite's busy timeout does not cover this change, so it is tried again."""
        deadline = time.monotonic() + self._busy_timeout_s
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(_WAL_RETRY_S)
            else:
                return

    def _translated(self, error: sqlite3.Error) -> Exception:
        """Our error for what keeps the store from answering; the error itself where the fault is in a statement."""
        if _is_busy(error):
            message = (
                f"another process kept it locked for more than {self._busy_timeout_s:g} s; "
                "wait for that process or end it, and try again"
            )
        elif _code(error) == "SQLITE_NOTADB":
            message = "is no SQLite database; name another file, or move this one away to start anew"
        elif _code(error).startswith(_BROKEN):
            message = (
                f"does not answer: {error}; check that the file and its folder can be read and written and the disk has room"
            )
        else:
            return error
        return StoreUnavailable(self.address, message)


@contextmanager
def _transaction(connection: sqlite3.Connection, kind: str) -> Iterator[None]:
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _is_busy(error: sqlite3.Error) -> bool:
    return _code(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _code(error: sqlite3.Error) -> str:
    """SQLite's name of an error; empty for those of Python's own module."""
    return str(getattr(error, "sqlite_errorname", ""))
