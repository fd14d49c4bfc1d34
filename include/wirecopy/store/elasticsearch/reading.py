"""Reading an index: many by id as they were written, or listed in an order however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirecopy.store.elasticsearch.client import raise_failed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from wirecopy.store.elasticsearch.client import Connection

PAGE = 500
"""Whole documents an answer: some 5 MB of news, far from the server's limits and a fraction of a second."""


def get_many(
    connection: Connection, alias: str, ids: Collection[str], *, fields: Sequence[str] | None = None
) -> dict[str, dict[str, Any]]:
    """The bodies that are there, by id; seen as soon as they are written.

    Args:
        connection: Where.
        alias: Of one index.
        ids: Which.
        fields: Parts of the bodies, or None for all.
    """
    found: dict[str, dict[str, Any]] = {}
    distinct = list(dict.fromkeys(ids))
    for start in range(0, len(distinct), PAGE):
        answer = connection.call(connection.es.mget, index=alias, ids=distinct[start : start + PAGE], source_includes=fields)
        for doc in answer["docs"]:
            raise_failed(connection, doc)
            if doc["found"]:
                found[doc["_id"]] = doc["_source"]
    return found


def search_all(connection: Connection, alias: str, *, is_months: bool = False, **body: Any) -> dict[str, Any]:
    """A search's answer, everything this object wrote included.

    Args:
        connection: Where.
        alias: Which.
        is_months: Whether the alias is that of the months: without any yet it has nothing. Any other must be there.
        body: The search.
    """
    connection.settle(alias)
    answer: dict[str, Any] = connection.call(
        connection.es.search, index=alias, ignore_unavailable=is_months, allow_partial_search_results=False, **body
    )
    return answer


def count_all(connection: Connection, alias: str, *, is_months: bool = False) -> int:
    """How many documents an alias has; see `search_all`."""
    connection.settle(alias)
    return int(connection.call(connection.es.count, index=alias, ignore_unavailable=is_months)["count"])


def page_through(
    connection: Connection,
    alias: str,
    *,
    query: Any,
    order: Sequence[Any],
    limit: int | None,
    after: Sequence[Any] | None = None,
    is_months: bool = False,
) -> Iterator[dict[str, Any]]:
    """Hits in an order that tells all apart, fetched page by page.

    Args:
        connection: Where.
        alias: Which.
        query: What.
        order: Sort keys.
        limit: At most so many; None for all.
        after: Sort values of the hit before the first.
        is_months: As in `search_all`.
    """
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        start = {} if after is None else {"search_after": list(after)}
        hits = search_all(
            connection, alias, size=size, query=query, sort=list(order), track_total_hits=False, is_months=is_months, **start
        )["hits"]["hits"]
        yield from hits
        if len(hits) < size:
            return
        after = hits[-1]["sort"]
        left = None if left is None else left - len(hits)
