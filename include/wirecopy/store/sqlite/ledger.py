"""The ledger in SQLite: rows of plain columns, the same names as the models'."""

from __future__ import annotations

import heapq
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from wirecopy.outcomes import FETCHABLE_STATES, State
from wirecopy.store.codec import decode_ledger_row, encode_ledger_row, encode_time
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from wirecopy.models import LedgerRow, SourceId, UrlKey
    from wirecopy.store.sqlite.connection import Database

_COLUMNS = (
    "key", "url", "source_id", "feed_url", "state", "reason", "first_seen_at", "attempts", "next_attempt_at", "entry_title",
    "entry_published", "final_key", "archive_ref", "http_status", "fetched_at", "indexed_at", "article_id", "entry_mark",
    "revisits",
)  # fmt: skip
_NAMES = ", ".join(_COLUMNS)


# Rows are read and written many at a time: each statement hands the interpreter to another thread and back, and asking for them
# one by one cost collecting a third of its time (`benchmarks/collect.py`). SQLite takes 32,766 values at most.
_KEYS_AT_ONCE = 1000

_CHANGED = tuple(name for name in _COLUMNS if name not in ("key", "first_seen_at"))
_DISCOVER = f"INSERT INTO ledger ({_NAMES}) VALUES ({', '.join('?' * len(_COLUMNS))}) ON CONFLICT (key) DO NOTHING"  # noqa: S608 - names of ours
_CHANGE = f"UPDATE ledger SET {', '.join(f'{name} = ?' for name in _CHANGED)} WHERE key = ?"  # noqa: S608 - names of ours
# Values by position: binding them by name took as long as writing them.
_values_of = itemgetter(*_COLUMNS)
_changes_of = itemgetter(*_CHANGED, "key")


class SqliteLedger:
    """See `wirecopy.store.ports.Ledger`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def discover(self, rows: Sequence[LedgerRow]) -> int:
        """See the port."""
        encoded = [encode_ledger_row(row) for row in rows]
        with self._database.write() as connection:
            return add_rows(connection, encoded)

    def get(self, keys: Collection[UrlKey]) -> dict[UrlKey, LedgerRow]:
        """See the port."""
        stored = {key: scrub(key) for key in keys}
        with self._database.read() as connection:
            found = {row["key"]: _decode(row) for row in _with_keys(connection, _NAMES, tuple(stored.values()))}
        return {key: found[name] for key, name in stored.items() if name in found}

    def save(self, rows: Sequence[LedgerRow]) -> None:
        """See the port."""
        encoded = [encode_ledger_row(row) for row in rows]
        with self._database.write() as connection:
            known = {row["key"] for row in _with_keys(connection, "key", [row["key"] for row in encoded])}
            add_rows(connection, [row for row in encoded if row["key"] not in known])
            connection.executemany(_CHANGE, map(_changes_of, encoded))

    def advance(self, rows: Sequence[LedgerRow], *, only_from: Collection[State]) -> dict[UrlKey, LedgerRow]:
        """See the port."""
        encoded = [encode_ledger_row(row) for row in rows]
        states = [state.value for state in only_from]
        statement = f"{_CHANGE} AND state IN ({_marks(len(states))})"
        with self._database.write() as connection:
            # What stands elsewhere is looked for only where not all were written: that takes two runs at once.
            before = connection.total_changes
            connection.executemany(statement, [(*_changes_of(row), *states) for row in encoded])
            if connection.total_changes - before == len(encoded):
                return {}
            stored = [row["key"] for row in encoded]
            found = {row["key"]: _decode(row) for row in _with_keys(connection, _NAMES, stored)}
        news = {row["key"]: row for row in encoded}
        return {
            row.key: found[key]
            for row, key in zip(rows, stored, strict=True)
            if key in found and encode_ledger_row(found[key]) | {"first_seen_at": None} != news[key] | {"first_seen_at": None}
        }

    def due(self, now: datetime, *, limit: int, states: Collection[State] = FETCHABLE_STATES) -> tuple[LedgerRow, ...]:
        """See the port."""
        # One ordered walk of the index for each state, merged: asking for all at once would sort every row that is due.
        with self._database.read() as connection:
            walks = [
                connection.execute(
                    f"SELECT {_NAMES} FROM ledger WHERE state = ? AND next_attempt_at <= ? "  # noqa: S608 - names of ours
                    "ORDER BY next_attempt_at, first_seen_at, key LIMIT ?",
                    (state.value, encode_time(now), limit),
                ).fetchall()
                for state in set(states)
            ]
        merged = heapq.merge(*walks, key=lambda row: (row["next_attempt_at"], row["first_seen_at"], row["key"]))
        return tuple(_decode(row) for row, _ in zip(merged, range(limit), strict=False))

    def rows(
        self,
        *,
        states: Collection[State] | None = None,
        source_id: SourceId | None = None,
        after: UrlKey | None = None,
        limit: int = 1000,
    ) -> tuple[LedgerRow, ...]:
        """See the port."""
        conditions, values = ["1"], list[Any]()
        if states is not None:
            conditions.append(f"state IN ({_marks(len(states))})")
            values += [state.value for state in states]
        if source_id is not None:
            conditions.append("source_id = ?")
            values.append(scrub(source_id))
        if after is not None:
            conditions.append("key > ?")
            values.append(scrub(after))
        statement = f"SELECT {_NAMES} FROM ledger WHERE {' AND '.join(conditions)} ORDER BY key LIMIT ?"  # noqa: S608 - literals above
        with self._database.read() as connection:
            return tuple(_decode(row) for row in connection.execute(statement, (*values, limit)))

    def leading_to(self, key: UrlKey) -> tuple[LedgerRow, ...]:
        """See the port."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {_NAMES} FROM ledger WHERE key = :key OR final_key = :key ORDER BY first_seen_at, key",  # noqa: S608 - names of ours
                {"key": scrub(key)},
            )
            return tuple(_decode(row) for row in rows)

    def leading_to_any(self, keys: Collection[UrlKey], *, limit: int = 10_000) -> tuple[LedgerRow, ...]:
        """See the port."""
        wanted = list(dict.fromkeys(scrub(key) for key in keys))
        found: dict[str, LedgerRow] = {}
        with self._database.read() as connection:
            for start in range(0, len(wanted), _KEYS_AT_ONCE):
                part = wanted[start : start + _KEYS_AT_ONCE]
                for column in ("key", "final_key"):
                    statement = (
                        f"SELECT {_NAMES} FROM ledger WHERE {column} IN ({_marks(len(part))}) "  # noqa: S608 - literals above
                        "ORDER BY first_seen_at, key LIMIT ?"
                    )
                    rows = connection.execute(statement, (*part, limit))
                    found |= {row["key"]: _decode(row) for row in rows}
        return tuple(sorted(found.values(), key=lambda row: (row.first_seen_at, row.key))[:limit])

    def counts(self, *, source_id: SourceId | None = None) -> dict[State, int]:
        """See the port."""
        with self._database.read() as connection:
            if source_id is None:
                found = connection.execute("SELECT state, count(*) FROM ledger GROUP BY state").fetchall()
            else:
                statement = "SELECT state, count(*) FROM ledger WHERE source_id = ? GROUP BY state"
                found = connection.execute(statement, (scrub(source_id),)).fetchall()
        return dict.fromkeys(State, 0) | {State(state): count for state, count in found}

    def discovered(self) -> int:
        """See the port."""
        with self._database.read() as connection:
            (count,) = connection.execute("SELECT value FROM counters WHERE name = 'discovered'").fetchone()
            return int(count)


def add_rows(connection: sqlite3.Connection, encoded: Sequence[dict[str, Any]]) -> int:
    """Add encoded ledger rows whose key is new, count them as discovered, and say how many they were."""
    added = connection.executemany(_DISCOVER, map(_values_of, encoded)).rowcount if encoded else 0
    if added:
        connection.execute("UPDATE counters SET value = value + ? WHERE name = 'discovered'", (added,))
    return added


def _with_keys(connection: sqlite3.Connection, columns: str, keys: Sequence[str]) -> Iterator[sqlite3.Row]:
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        yield from connection.execute(f"SELECT {columns} FROM ledger WHERE key IN ({_marks(len(some))})", some).fetchall()  # noqa: S608 - names of ours


def _decode(row: sqlite3.Row) -> LedgerRow:
    # By position: a Row looks each name up by comparing it with all before it, which took as long as reading the row.
    return decode_ledger_row(dict(zip(_COLUMNS, row, strict=True)))


def _marks(count: int) -> str:
    return ", ".join("?" * count)
