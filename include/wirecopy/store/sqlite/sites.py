"""What is remembered of sites' pages, in SQLite: JSON by site."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from wirecopy.store.scrub import scrub
from wirecopy.store.site_codec import decode_site_memory, encode_site_memory

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from wirecopy.models import SiteMemory
    from wirecopy.store.sqlite.connection import Database


class SqliteSites:
    """See `wirecopy.store.ports.Sites`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, sites: Collection[str]) -> dict[str, SiteMemory]:
        """See the port."""
        found = {}
        with self._database.read() as connection:
            for site in sites:
                row = connection.execute("SELECT doc FROM site_memories WHERE site = ?", (scrub(site),)).fetchone()
                if row is not None:
                    found[site] = decode_site_memory(json.loads(row["doc"]))
        return found

    def save(self, memories: Sequence[SiteMemory]) -> None:
        """See the port."""
        encoded = [encode_site_memory(memory) for memory in memories]
        with self._database.write() as connection:
            connection.executemany(
                "INSERT INTO site_memories (site, doc) VALUES (?, ?) ON CONFLICT (site) DO UPDATE SET doc = excluded.doc",
                [(memory["site"], json.dumps(memory)) for memory in encoded],
            )
