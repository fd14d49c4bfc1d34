"""The ledger, the feeds' states and the inbox: an index each, read by id as it is written, listed after a refresh."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wirecopy.errors import PermanentError
from wirecopy.identity import article_id
from wirecopy.models import UrlKey
from wirecopy.outcomes import FETCHABLE_STATES, State
from wirecopy.store import codec
from wirecopy.store.elasticsearch.bulk import Action, write_all
from wirecopy.store.elasticsearch.mapping import LONGEST_KEYWORD
from wirecopy.store.elasticsearch.reading import count_all, get_many, page_through, search_all
from wirecopy.store.ports import ItemError
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from wirecopy.models import LedgerRow, SourceId, StagedArticle
    from wirecopy.store.elasticsearch.client import Connection
    from wirecopy.store.elasticsearch.indices import Indices

_KEY_ORDER = ({"key": "asc"}, {"id": "asc"})


def key_id(key: str) -> str:
    """The id under which a key, or a feed's URL, of any length stands."""
    return article_id(UrlKey(scrub(key)))


def sortable(text: str) -> str:
    """A text as it is sorted by: cut where Lucene's terms end, its id tells the rest apart."""
    return scrub(text)[:LONGEST_KEYWORD]


class ElasticsearchLedger:
    """`wirecopy.store.ports.Ledger`."""

    def __init__(self, connection: Connection, indices: Indices) -> None:
        self._connection = connection
        self._alias = indices.ledger

    def discover(self, rows: Sequence[LedgerRow]) -> int:
        """Add the rows whose key is not there yet."""
        actions = [Action(kind="create", alias=self._alias, id=key_id(row.key), body=_row_body(row)) for row in rows]
        results = write_all(self._connection, actions)
        for row, result in zip(rows, results, strict=True):
            if not result.is_done and not result.is_there:
                raise PermanentError(row.url, f"the store refused its ledger row: {result.reason}")
        return sum(result.is_done for result in results)

    def get(self, keys: Collection[UrlKey]) -> dict[UrlKey, LedgerRow]:
        """The rows that are there, by key."""
        ids = {key: key_id(key) for key in keys}
        bodies = get_many(self._connection, self._alias, ids.values())
        return {key: codec.decode_ledger_row(bodies[row_id]["doc"]) for key, row_id in ids.items() if row_id in bodies}

    def save(self, rows: Sequence[LedgerRow]) -> None:
        """Write rows by key, `first_seen_at` as it stands."""
        # Read first and written after is safe: once a row is there nobody changes its first_seen_at.
        there = get_many(self._connection, self._alias, [key_id(row.key) for row in rows], fields=["first_seen_at"])
        self._write(rows, {row_id: codec.decode_time(body["first_seen_at"]) for row_id, body in there.items()})

    def advance(self, rows: Sequence[LedgerRow], *, only_from: Collection[State]) -> dict[UrlKey, LedgerRow]:
        """Write the rows that stand in one of these states now; those that do not, as they stand."""
        there = self.get([row.key for row in rows])
        left = {key: row for key, row in there.items() if row.state not in only_from}
        written = [row for row in rows if row.key in there and row.key not in left]
        self._write(written, {key_id(row.key): there[row.key].first_seen_at for row in written})
        return left

    def _write(self, rows: Sequence[LedgerRow], first_seen: dict[str, datetime]) -> None:
        actions = []
        for row in rows:
            row_id = key_id(row.key)
            moment = first_seen.setdefault(row_id, row.first_seen_at)
            body = _row_body(replace(row, first_seen_at=moment))
            actions.append(Action(kind="index", alias=self._alias, id=row_id, body=body))
        for row, result in zip(rows, write_all(self._connection, actions), strict=True):
            if not result.is_done:
                raise PermanentError(row.url, f"the store refused its ledger row: {result.reason}")

    def due(self, now: datetime, *, limit: int, states: Collection[State] = FETCHABLE_STATES) -> tuple[LedgerRow, ...]:
        """Rows in these states with `next_attempt_at <= now`."""
        filters = [
            {"terms": {"state": [state.value for state in states]}},
            {"range": {"next_attempt_at": {"lte": codec.encode_time(now)}}},
        ]
        order = ({"next_attempt_at": "asc"}, {"first_seen_at": "asc"}, *_KEY_ORDER)
        return self._rows(filters, order, limit=limit)

    def rows(
        self,
        *,
        states: Collection[State] | None = None,
        source_id: SourceId | None = None,
        after: UrlKey | None = None,
        limit: int = 1000,
    ) -> tuple[LedgerRow, ...]:
        """A page of rows ordered by key."""
        filters = _of_source(source_id)
        if states is not None:
            filters.append({"terms": {"state": [state.value for state in states]}})
        start = None if after is None else [sortable(after), key_id(after)]
        return self._rows(filters, _KEY_ORDER, limit=limit, after=start)

    def leading_to(self, key: UrlKey) -> tuple[LedgerRow, ...]:
        """Rows whose own key or `final_key` this is."""
        should = [{"term": {"id": key_id(key)}}, {"term": {"final_id": key_id(key)}}]
        order = ({"first_seen_at": "asc"}, *_KEY_ORDER)
        return self._rows([{"bool": {"should": should}}], order, limit=None)

    def leading_to_any(self, keys: Collection[UrlKey], *, limit: int = 10_000) -> tuple[LedgerRow, ...]:
        """Rows whose own key or `final_key` is among these."""
        if not keys:
            return ()
        ids = sorted({key_id(key) for key in keys})
        order = ({"first_seen_at": "asc"}, *_KEY_ORDER)
        return self._rows([{"bool": {"should": [{"terms": {"id": ids}}, {"terms": {"final_id": ids}}]}}], order, limit=limit)

    def counts(self, *, source_id: SourceId | None = None) -> dict[State, int]:
        """How many rows are in each state."""
        answer = search_all(
            self._connection,
            self._alias,
            size=0,
            query={"bool": {"filter": _of_source(source_id)}},
            aggs={"states": {"terms": {"field": "state", "size": 2 * len(State)}}},
        )
        found = {bucket["key"]: int(bucket["doc_count"]) for bucket in answer["aggregations"]["states"]["buckets"]}
        return {state: found.get(state.value, 0) for state in State}

    def discovered(self) -> int:
        """How many URLs were ever discovered."""
        return count_all(self._connection, self._alias)

    def _rows(
        self, filters: Sequence[Any], order: Sequence[Any], *, limit: int | None, after: Sequence[Any] | None = None
    ) -> tuple[LedgerRow, ...]:
        hits = page_through(
            self._connection, self._alias, query={"bool": {"filter": filters}}, order=order, limit=limit, after=after
        )
        return tuple(codec.decode_ledger_row(hit["_source"]["doc"]) for hit in hits)


class ElasticsearchInbox:
    """`wirecopy.store.ports.Inbox`."""

    def __init__(self, connection: Connection, indices: Indices) -> None:
        self._connection = connection
        self._alias = indices.inbox

    def put(self, articles: Sequence[StagedArticle]) -> tuple[ItemError, ...]:
        """Add articles; one whose key is there replaces it."""
        errors: list[ItemError] = []
        actions: list[Action] = []
        for article in articles:
            try:
                body = _article_body(article)
            except (ValueError, OverflowError) as error:
                errors.append(ItemError(id=article.key, reason=str(error)))
            else:
                actions.append(Action(kind="index", alias=self._alias, id=key_id(article.key), body=body))
        keys = {key_id(article.key): article.key for article in articles}
        for action, result in zip(actions, write_all(self._connection, actions), strict=True):
            if not result.is_done:
                errors.append(ItemError(id=keys[action.id], reason=result.reason))
        return tuple(errors)

    def take(self, limit: int) -> tuple[StagedArticle, ...]:
        """The first so many by (news_time, key)."""
        order = ({"news_time": "asc"}, *_KEY_ORDER)
        hits = page_through(self._connection, self._alias, query={"match_all": {}}, order=order, limit=limit)
        return tuple(codec.decode_staged_article(hit["_source"]["doc"]) for hit in hits)

    def remove(self, keys: Collection[UrlKey]) -> None:
        """Forget articles; unknown keys do nothing."""
        actions = [Action(kind="delete", alias=self._alias, id=key_id(key)) for key in keys]
        for key, result in zip(keys, write_all(self._connection, actions), strict=True):
            if not result.is_done:
                raise PermanentError(key, f"the store refused to remove it from the inbox: {result.reason}")

    def count(self) -> int:
        """How many wait."""
        return count_all(self._connection, self._alias)


def _of_source(source_id: SourceId | None) -> list[Mapping[str, Any]]:
    return [] if source_id is None else [{"term": {"source_id": scrub(source_id)}}]


def _row_body(row: LedgerRow) -> dict[str, Any]:
    return {
        "id": key_id(row.key),
        "key": sortable(row.key),
        "final_id": None if row.final_key is None else key_id(row.final_key),
        "source_id": scrub(row.source_id),
        "state": row.state.value,
        "first_seen_at": codec.encode_time(row.first_seen_at),
        "next_attempt_at": codec.encode_time(row.next_attempt_at),
        "doc": codec.encode_ledger_row(row),
    }


def _article_body(article: StagedArticle) -> dict[str, Any]:
    return {
        "id": key_id(article.key),
        "key": sortable(article.key),
        "news_time": codec.encode_time(article.news_time),
        "doc": codec.encode_staged_article(article),
    }
