"""Lends one store to many requests: opened late, shared by the threads, opened anew when it failed or grew old."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wirecopy.errors import StoreUnavailable, WirecopyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wirecopy.store.ports import Store

# Requests that may ask the store at once. Inside Airflow the threads are the API server's own (40): a slow store must leave most
# of them to it.
_MOST_AT_ONCE = 8
_LONGEST_WAIT_S = 10.0
# A store is opened anew after so long: a file that was replaced, or a server that was upgraded, is noticed.
_MAX_AGE_S = 300.0
# After a store could not be opened, others who ask hear the same for so long, instead of each waiting for a timeout.
_FAILURE_STANDS_S = 1.0


@dataclass(slots=True)
class _Loan:
    """An open store, how many use it, and whether it is to be closed when they are done."""

    store: Store
    opened_at: float
    users: int = 0
    is_retired: bool = False


class StoreLender:
    """Opens a store when it is first asked for and lends it.

    Args:
        factory: Opens the store; may raise any error of the tree.
        clock: Seconds that only grow.
    """

    def __init__(self, factory: Callable[[], Store], *, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is opened yet."""
        self._factory = factory
        self._clock = clock
        self._guard = threading.Lock()
        self._places = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self._current: _Loan | None = None
        self._failure: tuple[WirecopyError, float] | None = None

    @contextmanager
    def lend(self) -> Iterator[Store]:
        """The store, for the length of a `with` block.

        Raises:
            StoreUnavailable: It does not answer, or too many ask at once.
            ConfigError: There is none yet, or its address is wrong.
            StoreTooNew: It was written by a newer version.
        """
        if not self._places.acquire(timeout=_LONGEST_WAIT_S):
            raise StoreUnavailable("the store", "is busy with other searches; try again in a moment")
        try:
            loan = self._take()
            try:
                yield loan.store
            except StoreUnavailable:
                self._retire(loan)
                raise
            finally:
                self._give_back(loan)
        finally:
            self._places.release()

    def close(self) -> None:
        """Close the store when the last user is done with it."""
        with self._guard:
            loan = self._current
        if loan is not None:
            self._retire(loan)
            self._close_if_unused(loan)

    def _take(self) -> _Loan:
        with self._guard:
            now = self._clock()
            outgrown = self._current if self._current and now - self._current.opened_at > _MAX_AGE_S else None
            if outgrown is not None:
                outgrown.is_retired = True
                self._current = None
            if self._current is None:
                self._current = self._open(now)
            self._current.users += 1
            loan = self._current
        if outgrown is not None:
            self._close_if_unused(outgrown)
        return loan

    def _open(self, now: float) -> _Loan:
        if self._failure is not None and now < self._failure[1]:
            raise self._failure[0]
        self._failure = None
        try:
            return _Loan(store=self._factory(), opened_at=now)
        except WirecopyError as error:
            self._failure = (error, self._clock() + _FAILURE_STANDS_S)
            raise

    def _retire(self, loan: _Loan) -> None:
        with self._guard:
            loan.is_retired = True
            if self._current is loan:
                self._current = None

    def _give_back(self, loan: _Loan) -> None:
        with self._guard:
            loan.users -= 1
        self._close_if_unused(loan)

    def _close_if_unused(self, loan: _Loan) -> None:
        with self._guard:
            is_due = loan.is_retired and loan.users == 0
            if is_due:
                loan.users = -1  # so that nobody closes it twice
        if is_due:
            loan.store.close()
