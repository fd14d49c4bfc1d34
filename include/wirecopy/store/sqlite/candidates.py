"""Candidates in SQLite: documents that share fingerprint keys with a probe."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from wirecopy.store.codec import decode_document
from wirecopy.store.ports import Candidate
from wirecopy.store.scrub import scrub
from wirecopy.store.sqlite.keys import hash_key, select_sharing

if TYPE_CHECKING:
    import sqlite3

    from wirecopy.store.ports import CandidateProbe


def find_candidates(connection: sqlite3.Connection, probe: CandidateProbe) -> tuple[Candidate, ...]:
    """A probe's candidates in the port's order."""
    # news_time is kept in whole seconds, rounded down
    sharing, values = select_sharing(
        sorted({hash_key(key) for key in probe.keys}),
        since=math.ceil(probe.since.timestamp()),
        until=math.floor(probe.until.timestamp()),
    )
    statement = f"""
        WITH sharing AS (
            SELECT number, count(*) AS shared FROM ({sharing}) GROUP BY number HAVING count(*) >= ?
        ), placed AS (
            SELECT number, shared, first_seen_at, id,
                row_number() OVER (PARTITION BY story_id ORDER BY shared DESC, first_seen_at, id) AS place
            FROM sharing JOIN documents USING (number) WHERE id <> ?
        ), chosen AS (
            SELECT * FROM placed WHERE place <= ? ORDER BY shared DESC, first_seen_at, id LIMIT ?
        )
        SELECT body, shared FROM chosen JOIN document_bodies USING (number) ORDER BY shared DESC, first_seen_at, id
        """  # noqa: S608 - question marks only
    rows = connection.execute(statement, (*values, probe.min_shared, scrub(probe.exclude), probe.per_story, probe.limit))
    return tuple(Candidate(document=decode_document(json.loads(body)), shared=shared) for body, shared in rows)
