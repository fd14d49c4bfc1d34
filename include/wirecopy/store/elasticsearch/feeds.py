"""Feeds' states and sites' pauses: an index each, read by id as it is written, listed after a refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirecopy.errors import PermanentError
from wirecopy.store import codec, feed_codec
from wirecopy.store.elasticsearch.bulk import Action, write_all
from wirecopy.store.elasticsearch.ledger import key_id, sortable
from wirecopy.store.elasticsearch.reading import get_many, page_through
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from wirecopy.models import FeedState, SitePause
    from wirecopy.store.elasticsearch.client import Connection
    from wirecopy.store.elasticsearch.indices import Indices


class ElasticsearchFeeds:
    """`wirecopy.store.ports.Feeds`."""

    def __init__(self, connection: Connection, indices: Indices) -> None:
        self._connection = connection
        self._alias = indices.feeds

    def get(self, urls: Collection[str]) -> dict[str, FeedState]:
        """The states that are there, by feed URL."""
        ids = {url: key_id(url) for url in urls}
        bodies = get_many(self._connection, self._alias, ids.values())
        return {url: feed_codec.decode_feed_state(bodies[feed_id]["doc"]) for url, feed_id in ids.items() if feed_id in bodies}

    def all(self) -> tuple[FeedState, ...]:
        """Every state, by URL."""
        hits = page_through(
            self._connection, self._alias, query={"match_all": {}}, order=({"url": "asc"}, {"id": "asc"}), limit=None
        )
        return tuple(feed_codec.decode_feed_state(hit["_source"]["doc"]) for hit in hits)

    def save(self, states: Sequence[FeedState]) -> None:
        """Write states by URL."""
        actions = [Action(kind="index", alias=self._alias, id=key_id(state.url), body=_feed_body(state)) for state in states]
        for state, result in zip(states, write_all(self._connection, actions), strict=True):
            if not result.is_done:
                raise PermanentError(state.url, f"the store refused the feed's state: {result.reason}")


class ElasticsearchPauses:
    """`wirecopy.store.ports.Pauses`."""

    def __init__(self, connection: Connection, indices: Indices) -> None:
        self._connection = connection
        self._alias = indices.pauses

    def active(self, now: datetime) -> tuple[SitePause, ...]:
        """Pauses that are not over, by site."""
        query = {"range": {"until": {"gt": codec.encode_time(now)}}}
        hits = page_through(self._connection, self._alias, query=query, order=({"site": "asc"}, {"id": "asc"}), limit=None)
        return tuple(feed_codec.decode_site_pause(hit["_source"]["doc"]) for hit in hits)

    def save(self, pauses: Sequence[SitePause]) -> None:
        """Write pauses by site."""
        actions = [Action(kind="index", alias=self._alias, id=key_id(pause.site), body=_pause_body(pause)) for pause in pauses]
        for pause, result in zip(pauses, write_all(self._connection, actions), strict=True):
            if not result.is_done:
                raise PermanentError(pause.site, f"the store refused the site's pause: {result.reason}")


def _feed_body(state: FeedState) -> dict[str, Any]:
    return {
        "id": key_id(state.url),
        "url": sortable(state.url),
        "source_id": scrub(state.source_id),
        "next_poll_at": codec.encode_time(state.next_poll_at),
        "doc": feed_codec.encode_feed_state(state),
    }


def _pause_body(pause: SitePause) -> dict[str, Any]:
    return {
        "id": key_id(pause.site),
        "site": sortable(pause.site),
        "until": codec.encode_time(pause.until),
        "doc": feed_codec.encode_site_pause(pause),
    }
