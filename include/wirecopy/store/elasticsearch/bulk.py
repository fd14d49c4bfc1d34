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
_REFUSED = frozenset({400, 413})
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


_Lines = tuple[Action, list[bytes]]


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
        ConfigError: It refuses the credentials.
    """
    results: list[Written] = []
    for chunk in _cut(actions):
        results += _write_chunk(connection, chunk)
    return results


def _cut(actions: Sequence[Action]) -> Iterator[list[_Lines]]:
    chunk: list[_Lines] = []
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


def _write_chunk(connection: Connection, chunk: list[_Lines]) -> list[Written]:
    """Write a chunk; where one item makes the server refuse all of it (an id too long), find out which."""
    try:
        try:
            return _write_patiently(connection, chunk)
        finally:  # also where the answer was lost: it may be written all the same
            connection.mark({action.alias for action, _ in chunk})
    except _RequestRefusedError as refusal:
        if len(chunk) == 1:
            return [Written(status=refusal.status, reason=refusal.reason)]
        half = len(chunk) // 2
        return _write_chunk(connection, chunk[:half]) + _write_chunk(connection, chunk[half:])


def _write_patiently(connection: Connection, chunk: list[_Lines]) -> list[Written]:
    """Write a chunk, and what the server was too busy for again after a wait."""
    results: dict[int, Written] = {}
    waiting = list(range(len(chunk)))
    reason = ""
    for wait_s in (0.0, *_WAITS_S):
        time.sleep(wait_s)
        try:
            answers = _send(connection, [line for place in waiting for line in chunk[place][1]])
        except _BusyError as busy:
            reason = busy.reason
            continue
        results.update(zip(waiting, answers, strict=True))
        waiting = [place for place in waiting if results[place].status in _BUSY]
        if not waiting:
            return [results[place] for place in range(len(chunk))]
        reason = results[waiting[0]].reason
    raise StoreUnavailable(connection.address.shown, f"is overloaded or not ready ({reason}); run again later")


def _send(connection: Connection, lines: list[bytes]) -> list[Written]:
    # lines are sent as they are; the client's annotation knows only dicts
    operations = cast("Sequence[Mapping[str, Any]]", lines)
    try:
        body = connection.es.bulk(operations=operations, timeout=f"{max(1, int(connection.timeout_s) - 5)}s").body
    except ApiError as error:
        if error.status_code in _BUSY:
            raise _BusyError(error) from error
        if error.status_code in _REFUSED:
            raise _RequestRefusedError(error) from error
        raise connection.explain(error) from error
    except TransportError as error:
        raise connection.explain(error) from error
    return [_read(next(iter(item.values()))) for item in body["items"]]


class _RequestRefusedError(Exception):
    """The server would not look at a request's items."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(str(error))
        self.status = error.status_code
        self.reason = describe_error(error.body)


class _BusyError(_RequestRefusedError):
    """It would have, another time."""


def _read(item: Mapping[str, Any]) -> Written:
    error = item.get("error")
    return Written(status=item["status"], reason="" if error is None else describe_error(error))


def _dump(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
