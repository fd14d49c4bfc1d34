"""The names of the indices, and how they come to be.

Each is reached through an alias; the index behind it carries a number (`PREFIX-ledger-v1`), so that one can be rebuilt beside
the old and the alias moved. Articles stand in an index for each month of `first_seen_at`, `PREFIX-articles-2026.11-v1`,
written through the alias `PREFIX-articles-2026.11` and read through `PREFIX-articles`.
"""

from __future__ import annotations

import threading
from datetime import UTC
from typing import TYPE_CHECKING, Any

from elasticsearch import ApiError, BadRequestError, TransportError

from wirecopy.errors import StoreMissing
from wirecopy.store.elasticsearch import mapping, schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from wirecopy.store.elasticsearch.client import Connection

_ALREADY_THERE = "resource_already_exists_exception"


class Indices:
    """Names of one prefix, made on demand.

    Args:
        connection: Where.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        prefix = connection.address.prefix
        self.ledger = f"{prefix}-ledger"
        self.feeds = f"{prefix}-feeds"
        self.pauses = f"{prefix}-pauses"
        self.sites = f"{prefix}-sites"
        self.inbox = f"{prefix}-inbox"
        self.lock = f"{prefix}-lock"
        self.versions = f"{prefix}-versions"
        self.articles = f"{prefix}-articles"
        self._made: set[str] = set()
        self._guard = threading.Lock()

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every alias that is read through."""
        return (self.ledger, self.feeds, self.pauses, self.sites, self.inbox, self.lock, self.versions, self.articles)

    def month(self, moment: datetime) -> str:
        """The alias that articles first seen in a moment's month (in UTC) are written through."""
        utc = moment.astimezone(UTC)
        return f"{self.articles}-{utc.year:04d}.{utc.month:02d}"

    def open(self, *, must_exist: bool) -> None:
        """Look at what is there and make what is missing; nothing, if there has to be a store.

        Raises:
            StoreMissing: There is no ledger, and `must_exist`.
            StoreTooNew: An index was written by a newer version.
            ConfigError: An index of that name is not Wirecopy's.
        """
        found: Mapping[str, Any] = self.connection.call(
            self.connection.es.indices.get,
            index=list(self.aliases),
            ignore_unavailable=True,
            filter_path=["*.mappings._meta", "*.aliases"],
        )
        versions = {
            name: schema.check_schema(self.connection.address.shown, name, index.get("mappings", {}).get("_meta", {}))
            for name, index in found.items()
        }
        there = {alias for index in found.values() for alias in index.get("aliases", {})}
        if must_exist and self.ledger not in there:
            raise StoreMissing(self.connection.address.shown)
        self._made |= there
        if must_exist:  # reading alone changes nothing, and may be all that its user is allowed
            return
        earlier = [name for name, version in versions.items() if version < schema.SCHEMA_VERSION]
        if earlier:
            months = [name for name in earlier if self.articles in found[name].get("aliases", {})]
            if months:
                properties = mapping.ADDED_TO_ARTICLES
                self.connection.call(self.connection.es.indices.put_mapping, index=months, properties=properties)
            # From now on an older Wirecopy, which would lose what it does not know, is kept out.
            self.connection.call(self.connection.es.indices.put_mapping, index=earlier, meta=schema.schema_meta())
        for alias, properties in (
            (self.ledger, mapping.ledger_mapping()),
            (self.feeds, mapping.feeds_mapping()),
            (self.pauses, mapping.pauses_mapping()),
            (self.sites, mapping.sites_mapping()),
            (self.inbox, mapping.inbox_mapping()),
            (self.lock, mapping.lock_mapping()),
            (self.versions, mapping.versions_mapping()),
        ):
            if alias not in there:
                self._create(alias, (alias,), mappings=properties, settings=mapping.build_settings())

    def make_month(self, alias: str) -> None:
        """Make the index of a month, unless it is there."""
        with self._guard:
            if alias in self._made:
                return
        self._create(
            alias,
            (alias, self.articles),
            mappings=mapping.articles_mapping(),
            settings=mapping.build_settings(with_analysis=True),
        )

    def forget_month(self, alias: str) -> None:
        """Somebody removed the month's index; look again before the next write."""
        with self._guard:
            self._made.discard(alias)

    def _create(self, alias: str, aliases: tuple[str, ...], **body: Any) -> None:
        try:
            self.connection.es.indices.create(index=f"{alias}-v1", aliases={name: {} for name in aliases}, **body)
        except BadRequestError as error:
            if error.error != _ALREADY_THERE:  # another process was first
                raise self.connection.explain(error) from error
        except (ApiError, TransportError) as error:
            raise self.connection.explain(error) from error
        with self._guard:
            self._made.add(alias)
