"""What is remembered of sites' pages: an index, read by id as it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirecopy.errors import PermanentError
from wirecopy.store.elasticsearch.bulk import Action, write_all
from wirecopy.store.elasticsearch.ledger import key_id, sortable
from wirecopy.store.elasticsearch.reading import get_many
from wirecopy.store.site_codec import decode_site_memory, encode_site_memory

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from wirecopy.models import SiteMemory
    from wirecopy.store.elasticsearch.client import Connection
    from wirecopy.store.elasticsearch.indices import Indices


class ElasticsearchSites:
    """`wirecopy.store.ports.Sites`."""

    def __init__(self, connection: Connection, indices: Indices) -> None:
        self._connection = connection
        self._alias = indices.sites

    def get(self, sites: Collection[str]) -> dict[str, SiteMemory]:
        """The memories that are there, by site."""
        ids = {site: key_id(site) for site in sites}
        bodies = get_many(self._connection, self._alias, ids.values())
        return {site: decode_site_memory(bodies[site_id]["doc"]) for site, site_id in ids.items() if site_id in bodies}

    def save(self, memories: Sequence[SiteMemory]) -> None:
        """Write memories by site."""
        actions = [
            Action(
                kind="index",
                alias=self._alias,
                id=key_id(memory.site),
                body={"id": key_id(memory.site), "site": sortable(memory.site), "doc": encode_site_memory(memory)},
            )
            for memory in memories
        ]
        for memory, result in zip(memories, write_all(self._connection, actions), strict=True):
            if not result.is_done:
                raise PermanentError(memory.site, f"the store refused what is remembered of the site: {result.reason}")
