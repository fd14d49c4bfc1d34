"""Candidates in SQLite: documents that share fingerprint keys, by one index of 64-bit numbers."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import xxhash

from wirecopy.store.codec import decode_document
from wirecopy.store.ports import Candidate
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable

    from wirecopy.store.ports import CandidateProbe

_SIGN = 1 << 63


def hash_key(key: str) -> int:
    """A fingerprint key as SQLite keeps it, a signed 64-bit number.

    Two of n keys collide with a chance of n² / 2^65: one in a million for ten million keys. What shares a key by such
    chance is still verified on the texts.
    """
    number = xxhash.xxh3_64_intdigest(scrub(key).encode())
    return number - 2 * _SIGN if number >= _SIGN else number


def find_candidates(connection: sqlite3.Connection, probe: CandidateProbe) -> tuple[Candidate, ...]:
    """A probe's candidates in the port's order."""
    hashes = sorted({hash_key(key) for key in probe.keys})
    statement = f"""
        WITH sharing AS (
            SELECT number, count(*) AS shared FROM document_keys
            WHERE hash IN ({_marks(hashes)}) AND news_time BETWEEN ? AND ?
            GROUP BY number HAVING count(*) >= ?
        ), placed AS (
            SELECT number, shared, first_seen_at, id,
                row_number() OVER (PARTITION BY story_id ORDER BY shared DESC, first_seen_at, id) AS place
            FROM sharing JOIN documents USING (number) WHERE id <> ?
        ), chosen AS (
            SELECT * FROM placed WHERE place <= ? ORDER BY shared DESC, first_seen_at, id LIMIT ?
        )
        SELECT body, shared FROM chosen JOIN documents USING (number)
        ORDER BY shared DESC, chosen.first_seen_at, chosen.id
        """  # noqa: S608 - question marks only
    # news_time is kept in whole seconds, rounded down
    window = (math.ceil(probe.since.timestamp()), math.floor(probe.until.timestamp()))
    values = (*hashes, *window, probe.min_shared, scrub(probe.exclude), probe.per_story, probe.limit)
    return tuple(
        Candidate(document=decode_document(json.loads(body)), shared=shared)
        for body, shared in connection.execute(statement, values)
    )


def count_keys(connection: sqlite3.Connection, keys: Collection[str]) -> dict[str, int]:
    """In how many documents each key stands."""
    statement = "SELECT count(*) FROM document_keys WHERE hash = ?"
    return {key: connection.execute(statement, (hash_key(key),)).fetchone()[0] for key in keys}


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)
