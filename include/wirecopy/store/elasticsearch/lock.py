"""The one writer's lock: a document that changes hands only for the one who saw its last state."""

from __future__ import annotations

import logging
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from elasticsearch import ApiError, ConflictError, NotFoundError, TransportError

from wirecopy.errors import LockHeld, WirecopyError
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta

    from wirecopy.store.elasticsearch.client import Connection

_LOG = logging.getLogger(__name__)
_ID = "writer"


def precise_now() -> datetime:
    """The present instant in UTC, with its microseconds: times to live may be shorter than a second in tests."""
    return datetime.now(UTC)


class ElasticsearchLock:
    """`wirecopy.store.ports.WriterLock`, to be taken by `acquire` and given back by `release`.

    Args:
        connection: Where.
        alias: The lock's index.
        owner: Who asks.
        ttl: Time to live.
        clock: Gives the present instant; clocks of writers on two machines must agree to within the time to live.
    """

    def __init__(
        self, connection: Connection, alias: str, *, owner: str, ttl: timedelta, clock: Callable[[], datetime] = precise_now
    ) -> None:
        self._connection = connection
        self._alias = alias
        self._owner = scrub(owner)
        self._ttl = ttl
        self._clock = clock
        # Tells this holder from an earlier one of the same name, and our own write from another's when an answer was lost.
        self._token = uuid.uuid4().hex
        self._seen: dict[str, Any] = {}

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            LockHeld: Somebody else has it.
        """
        if self._write(op_type="create"):
            return
        held = self._read()
        if held is None:  # given back in between
            if self._write(op_type="create"):
                return
            held = self._read()
        if held is not None and held["_source"]["token"] == self._token:
            self._seen = {"if_seq_no": held["_seq_no"], "if_primary_term": held["_primary_term"]}
            return
        if held is not None and datetime.fromisoformat(held["_source"]["expires_at"]) <= self._clock():
            _LOG.warning("the writer's lock of %s ran out; taken over", held["_source"]["owner"])
            if self._write(if_seq_no=held["_seq_no"], if_primary_term=held["_primary_term"]):
                return
            held = self._read()
        raise self._held(held)

    def renew(self) -> None:
        """Start the time to live anew.

        Raises:
            LockHeld: It was taken over in the meantime.
        """
        if self._write(**self._seen):
            return
        held = self._read()
        if held is not None and held["_source"]["token"] == self._token:  # our renewal arrived, its answer did not
            self._seen = {"if_seq_no": held["_seq_no"], "if_primary_term": held["_primary_term"]}
            return
        raise self._held(held)

    def release(self) -> None:
        """Give the lock back, unless somebody took it over."""
        try:
            self._connection.es.delete(index=self._alias, id=_ID, **self._seen)
        except (ConflictError, NotFoundError):
            _LOG.warning("the writer's lock of %s had been taken over before it was given back", self._owner)
        except (ApiError, TransportError) as error:
            raise self._connection.explain(error) from error

    def _write(self, **condition: Any) -> bool:
        body = {
            "owner": self._owner,
            "token": self._token,
            "expires_at": (self._clock() + self._ttl).astimezone(UTC).isoformat(timespec="milliseconds"),
        }
        try:
            answer = self._connection.es.index(index=self._alias, id=_ID, document=body, require_alias=True, **condition).body
        except ConflictError:
            return False
        except (ApiError, TransportError) as error:
            raise self._connection.explain(error) from error
        self._seen = {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}
        return True

    def _read(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._connection.es.get(index=self._alias, id=_ID).body
        except NotFoundError:
            return None
        except (ApiError, TransportError) as error:
            raise self._connection.explain(error) from error
        return found

    def _held(self, held: dict[str, Any] | None) -> LockHeld:
        shown = self._connection.address.shown
        if held is None:
            return LockHeld(shown, "another writer had the lock and gave it back just now; run again")
        source = held["_source"]
        return LockHeld(
            shown,
            f"{source['owner']} is writing and holds the lock until {source['expires_at']}; "
            "wait for it, or if it crashed run again after that time",
        )


@contextmanager
def hold_lock(lock: ElasticsearchLock, settle: Callable[[], None]) -> Iterator[ElasticsearchLock]:
    """Hold a lock for a block; what was written in it is searchable before the next writer may look.

    Args:
        lock: The lock.
        settle: Makes what was written searchable.
    """
    lock.acquire()
    try:
        yield lock
    except BaseException:
        # The block's own error is the one to report; a lock that cannot be given back runs out by itself.
        try:
            settle()
            lock.release()
        except WirecopyError as error:
            _LOG.warning("the writer's lock could not be given back and will run out: %s", error)
        raise
    settle()
    lock.release()
