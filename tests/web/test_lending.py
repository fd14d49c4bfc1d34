"""One store for many requests: opened late and once, given up when it fails, renewed when it is old."""

from __future__ import annotations

import threading

import pytest

from wirecopy.errors import StoreUnavailable
from wirecopy.web import lending
from wirecopy.web.lending import StoreLender


class Shelf:
    """Makes stores that remember whether they were closed."""

    def __init__(self) -> None:
        self.stores: list[Shelf.Store] = []
        self.now = 0.0
        self.is_down = False

    class Store:
        is_closed = False

        def close(self) -> None:
            assert not self.is_closed
            self.is_closed = True

    def open(self) -> Shelf.Store:
        if self.is_down:
            raise StoreUnavailable("shelf", "is down")
        self.stores.append(Shelf.Store())
        return self.stores[-1]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def lender(shelf: Shelf) -> StoreLender:
    return StoreLender(shelf.open, clock=lambda: shelf.now)


def test_it_is_opened_when_asked_for_and_then_kept(shelf: Shelf, lender: StoreLender) -> None:
    assert shelf.stores == []
    for _ in range(3):
        with lender.lend() as store:
            assert store is shelf.stores[0]
    assert len(shelf.stores) == 1
    lender.close()
    assert shelf.stores[0].is_closed


def test_threads_share_one(shelf: Shelf, lender: StoreLender) -> None:
    meeting = threading.Barrier(5)

    def use() -> None:
        with lender.lend():
            meeting.wait(10)

    threads = [threading.Thread(target=use) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(shelf.stores) == 1
    assert not meeting.broken


def test_one_that_failed_is_given_up(shelf: Shelf, lender: StoreLender) -> None:
    with lender.lend(), pytest.raises(StoreUnavailable), lender.lend():
        raise StoreUnavailable("shelf", "broke")
    assert shelf.stores[0].is_closed, "the last user closes it"
    with lender.lend() as store:
        assert store is shelf.stores[1]


def test_one_that_failed_is_closed_by_its_last_user_only(shelf: Shelf, lender: StoreLender) -> None:
    with lender.lend():
        with pytest.raises(StoreUnavailable), lender.lend():
            raise StoreUnavailable("shelf", "broke")
        assert not shelf.stores[0].is_closed
    assert shelf.stores[0].is_closed


def test_an_old_one_is_renewed(shelf: Shelf, lender: StoreLender) -> None:
    with lender.lend() as old:
        shelf.now = lending._MAX_AGE_S + 1
        with lender.lend() as new:
            assert new is not old
        assert not old.is_closed
    assert old.is_closed
    assert not new.is_closed


def test_one_that_cannot_be_opened_is_not_tried_by_everyone(shelf: Shelf, lender: StoreLender) -> None:
    shelf.is_down = True
    with pytest.raises(StoreUnavailable), lender.lend():
        pass
    shelf.is_down = False
    with pytest.raises(StoreUnavailable, match="is down"), lender.lend():
        pass
    shelf.now = lending._FAILURE_STANDS_S
    with lender.lend():
        pass


def test_too_many_at_once_are_told(shelf: Shelf, lender: StoreLender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lending, "_LONGEST_WAIT_S", 0.01)
    loans = [lender.lend() for _ in range(lending._MOST_AT_ONCE)]
    for loan in loans:
        loan.__enter__()
    with pytest.raises(StoreUnavailable, match="busy"), lender.lend():
        pass
    for loan in loans:
        loan.__exit__(None, None, None)
    with lender.lend():
        pass
