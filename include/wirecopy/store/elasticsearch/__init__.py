"""The store in Elasticsearch 9 or newer. `docs/elasticsearch.md` says what an operator must know."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.store.elasticsearch import schema
from wirecopy.store.elasticsearch.client import Address, Connection
from wirecopy.store.elasticsearch.documents import ElasticsearchDocuments
from wirecopy.store.elasticsearch.feeds import ElasticsearchFeeds, ElasticsearchPauses
from wirecopy.store.elasticsearch.indices import Indices
from wirecopy.store.elasticsearch.ledger import ElasticsearchInbox, ElasticsearchLedger
from wirecopy.store.elasticsearch.lock import ElasticsearchLock, hold_lock
from wirecopy.store.elasticsearch.sites import ElasticsearchSites
from wirecopy.store.ports import StoreInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wirecopy.models import FeedState, LedgerRow

__all__ = ["ElasticsearchStore"]


class ElasticsearchStore:
    """`wirecopy.store.ports.Store` in Elasticsearch. Its indices are made where they are missing.

    Args:
        url: `http(s)://[user:password@]host:port[/PREFIX]`.
        timeout_s: Longest wait for one answer, seconds; a server that hangs is told by the first.
        must_exist: Make nothing: indices that are not there yet are an error.

    Raises:
        ConfigError: The URL has another form, or what answers there is no Elasticsearch 9, or refuses the credentials.
        StoreUnavailable: Nothing answers within 5 seconds.
        StoreTooNew: The indices were written by a newer version.
        StoreMissing: There is no ledger of that prefix, and `must_exist`.
    """

    def __init__(self, url: str, *, timeout_s: float = 30.0, must_exist: bool = False) -> None:
        self._connection = Connection(Address.parse(url), timeout_s=timeout_s)
        try:
            self._version = self._connection.check()
            self._indices = Indices(self._connection)
            self._indices.open(must_exist=must_exist)
        except BaseException:
            self._connection.es.close()
            raise
        self._ledger = ElasticsearchLedger(self._connection, self._indices)
        self._feeds = ElasticsearchFeeds(self._connection, self._indices)
        self._pauses = ElasticsearchPauses(self._connection, self._indices)
        self._sites = ElasticsearchSites(self._connection, self._indices)
        self._inbox = ElasticsearchInbox(self._connection, self._indices)
        self._documents = ElasticsearchDocuments(self._connection, self._indices)

    @property
    def ledger(self) -> ElasticsearchLedger:
        """One row per URL."""
        return self._ledger

    @property
    def feeds(self) -> ElasticsearchFeeds:
        """What is remembered of feeds."""
        return self._feeds

    @property
    def pauses(self) -> ElasticsearchPauses:
        """Sites that asked to be left alone."""
        return self._pauses

    @property
    def sites(self) -> ElasticsearchSites:
        """What is remembered of sites' pages."""
        return self._sites

    @property
    def inbox(self) -> ElasticsearchInbox:
        """Articles that wait for the one writer."""
        return self._inbox

    @property
    def documents(self) -> ElasticsearchDocuments:
        """The index."""
        return self._documents

    def record_poll(self, state: FeedState, rows: Sequence[LedgerRow]) -> int:
        """Add a poll's new rows and then its feed's state, so that validators never run ahead of entries."""
        added = self._ledger.discover(rows)
        self._feeds.save([state])
        return added

    def writer_lock(self, owner: str, *, ttl: timedelta) -> AbstractContextManager[ElasticsearchLock]:
        """Hold the one writer's lock for the length of a `with` block."""
        lock = ElasticsearchLock(self._connection, self._indices.lock, owner=owner, ttl=ttl)
        return hold_lock(lock, self._connection.settle)

    def info(self) -> StoreInfo:
        """What `wirecopy doctor` shows."""
        self._connection.settle()
        es = self._connection.es
        aliases = list(self._indices.aliases)
        names = list(self._connection.call(es.indices.get_alias, index=aliases, ignore_unavailable=True))
        stats = self._connection.call(
            es.indices.stats,
            index=names,
            metric=["store"],
            filter_path=["_all.total.store.size_in_bytes", "indices.*.health"],
        )
        health = {str(index.get("health", "unknown")) for index in stats.get("indices", {}).values()}
        worst = next((colour for colour in ("red", "yellow", "green") if colour in health), "unknown")
        size = stats.get("_all", {}).get("total", {}).get("store", {}).get("size_in_bytes")
        return StoreInfo(
            kind="elasticsearch",
            address=self._connection.address.shown,
            version=self._version,
            schema=schema.SCHEMA_VERSION,
            size_bytes=None if size is None else int(size),
            detail={"health": worst, "indices": str(len(stats.get("indices", {})))},
        )

    def close(self) -> None:
        """Make everything visible to others and let go."""
        self._connection.close()
