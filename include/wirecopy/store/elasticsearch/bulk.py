"""Writing many things at once, with an answer for each: chunks by size, and patience with a store that is busy."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from elasticsearch import ApiError, TransportError

from wirecopy.errors import StoreUnavailable
from wirecopy.store.elasticsearch.client import describe_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wirecopy.store.elasticsearch.client import Connection

_CHUNK_BYTES = 5_000_000
"""Elastic advises 5 to 15 MB a request; the server's limit is 100 MB."""
_CHUNK_ITEMS = 1000
_WAITS_S = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Waits before what was refused with 429 is sent again; then the store counts as unavailable."""
_BUSY = frozenset({429, 503})
_CONFLICT = 409
_NOT_FOUND = 404
_OK_BELOW = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to write.

    Attributes:
        kind: `index` writes, `create` writes unless the id is there, `delete` removes.
        alias: Where; never made by writing to it.
        id: The id.
        body: What; None for `delete`.
    """

    kind: Literal["index", "create", "delete"]
    alias: str
    id: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of an action.

    Attributes:
        status: As HTTP has it.
        reason: Why it was refused; empty where it was not.
    """

    status: int
    reason: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it was written, or was gone already."""
        return self.status < _OK_BELOW or (self.status == _NOT_FOUND and not self.reason)

    @property
    def is_missing(self) -> bool:
        """Whether the index was not there."""
        return self.status == _NOT_FOUND and bool(self.reason)

    @property
    def is_there(self) -> bool:
        """Whether a `create` found its id taken."""
        return self.status == _CONFLICT


def write_all(connection: Connection, actions: Sequence[Action]) -> list[Written]:
    """Write actions in their order; for each, in the same order, what became of it.

    Raises:
        StoreUnavailable: The store does not answer, or stays busy after several waits. What was written until then stays.
        PermanentError: The store refused a request as a whole.
    """
    results: list[Written] = []
    for chunk in _cut(actions):
        results += _write_chunk(connection, chunk)
    return results


def _cut(actions: Sequence[Action]) -> Iterator[list[tuple[Action, list[bytes]]]]:
    chunk: list[tuple[Action, list[bytes]]] = []
    size = 0
    for action in actions:
        head: dict[str, dict[str, Any]] = {action.kind: {"_index": action.alias, "_id": action.id, "require_alias": True}}
        if action.kind == "delete":
            del head[action.kind]["require_alias"]  # not known there
        lines = [_dump(head)] if action.body is None else [_dump(head), _dump(action.body)]
        length = sum(map(len, lines))
        if chunk and (size + length > _CHUNK_BYTES or len(chunk) >= _CHUNK_ITEMS):
            yield chunk
            chunk, size = [], 0
        chunk.append((action, lines))
        size += length
    if chunk:
        yield chunk


def _write_chunk(connection: Connection, chunk: list[tuple[Action, list[bytes]]]) -> list[Written]:
    results: list[Written | None] = [None] * len(chunk)
    open_places = list(range(len(chunk)))
    for wait_s in (*_WAITS_S, None):
        answers = _send(connection, [line for place in open_places for line in chunk[place][1]], last=wait_s is None)
        if answers is not None:
            connection.mark({chunk[place][0].alias for place in open_places})
            for place, answer in zip(open_places, answers, strict=True):
                results[place] = answer
            open_places = [place for place, answer in zip(open_places, answers, strict=True) if answer.status in _BUSY]
        if not open_places:
            break
        if wait_s is not None:
            time.sleep(wait_s)
    done = [result for result in results if result is not None]
    busy = next((result for result in done if result.status in _BUSY), None)
    if busy is not None:
        raise StoreUnavailable(connection.address.shown, f"is overloaded or not ready ({busy.reason}); run again later")
    return done


def _send(connection: Connection, lines: list[bytes], *, last: bool) -> list[Written] | None:
    """The answers in order, or None where the node was too busy to look at the request."""
    try:
        # lines are sent as they are; the client's annotation knows only dicts
        operations = cast("Sequence[Mapping[str, Any]]", lines)
        body = connection.es.bulk(operations=operations, timeout=f"{max(1, int(connection.timeout_s) - 5)}s").body
    except (ApiError, TransportError) as error:
        if not last and isinstance(error, ApiError) and error.status_code in _BUSY:
            return None
        raise connection.explain(error) from error
    return [_read(next(iter(item.values()))) for item in body["items"]]


def _read(item: Mapping[str, Any]) -> Written:
    error = item.get("error")
    return Written(status=item["status"], reason="" if error is None else describe_error(error))


def _dump(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
