"""The one writer's lock, and what a store says of itself."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest

from wirecopy.errors import LockHeld, StoreTooNew
from wirecopy.outcomes import State

MINUTE = timedelta(minutes=1)
BLINK = timedelta(milliseconds=300)


def test_a_held_lock_names_its_holder(home):
    first, second = home.open(), home.open()

    with (
        first.writer_lock("run 17 on host a", ttl=MINUTE),
        pytest.raises(LockHeld, match="run 17 on host a"),
        second.writer_lock("somebody else", ttl=MINUTE),
    ):
        pass


def test_a_lock_is_not_for_its_owner_twice(store):
    with store.writer_lock("me", ttl=MINUTE), pytest.raises(LockHeld), store.writer_lock("me", ttl=MINUTE):
        pass


def test_a_lock_is_free_after_its_block(home):
    first, second = home.open(), home.open()
    with first.writer_lock("a", ttl=MINUTE):
        pass
    with second.writer_lock("b", ttl=MINUTE):
        pass


def test_a_lock_is_free_after_a_failure_in_its_block(home):
    first, second = home.open(), home.open()
    with pytest.raises(RuntimeError, match="broken"), first.writer_lock("a", ttl=MINUTE):
        raise RuntimeError("broken")
    with second.writer_lock("b", ttl=MINUTE):
        pass


def test_a_lock_whose_holder_is_silent_is_taken_over(home):
    first, second = home.open(), home.open()
    with first.writer_lock("crashed", ttl=BLINK) as lost:
        time.sleep(BLINK.total_seconds() * 2)
        with second.writer_lock("next", ttl=MINUTE) as held:
            with pytest.raises(LockHeld, match="next"):
                lost.renew()
            held.renew()
            with pytest.raises(LockHeld, match="next"), first.writer_lock("again", ttl=MINUTE):
                pass


def test_the_end_of_a_lost_lock_frees_nothing(home):
    first, second, third = home.open(), home.open(), home.open()
    lost = first.writer_lock("crashed", ttl=BLINK)
    lost.__enter__()
    time.sleep(BLINK.total_seconds() * 2)
    with second.writer_lock("next", ttl=MINUTE):
        lost.__exit__(None, None, None)
        with pytest.raises(LockHeld), third.writer_lock("third", ttl=MINUTE):
            pass


def test_renewing_keeps_a_lock(home):
    first, second = home.open(), home.open()
    ttl = timedelta(seconds=1)
    with first.writer_lock("busy", ttl=ttl) as held:
        for _ in range(3):
            time.sleep(ttl.total_seconds() / 2)
            held.renew()
        with pytest.raises(LockHeld), second.writer_lock("b", ttl=ttl):
            pass


def test_a_lock_that_ran_out_but_nobody_took_is_renewed(home):
    first, second = home.open(), home.open()
    with first.writer_lock("slow", ttl=BLINK) as held:
        time.sleep(BLINK.total_seconds() * 2)
        held.renew()
        with pytest.raises(LockHeld), second.writer_lock("b", ttl=MINUTE):
            pass


def test_of_many_threads_one_holds_it(home):
    stores = [home.open() for _ in range(4)]
    together = threading.Barrier(len(stores), timeout=30)
    won, refused, failed = [], [], []

    def compete(number):
        try:
            together.wait()
            with stores[number].writer_lock(f"thread {number}", ttl=MINUTE):
                won.append(number)
                together.wait()
        except LockHeld:
            refused.append(number)
            together.wait()
        except Exception as error:  # noqa: BLE001 - shown below
            failed.append(error)
            together.abort()

    threads = [threading.Thread(target=compete, args=(number,)) for number in range(len(stores))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert (len(won), len(refused)) == (1, 3)


def test_another_process_finds_it_held_and_then_free(home):
    script = (
        "import sys\nfrom datetime import timedelta\nfrom wirecopy.store import open_store\n"
        "store = open_store(sys.argv[1])\n"
        "try:\n    with store.writer_lock('child', ttl=timedelta(minutes=1)):\n        print('held by child')\n"
        "except Exception as error:\n    print(type(error).__name__, error)\n"
        "store.close()\n"
    )

    def child():
        command = [sys.executable, "-c", script, home.url]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    with home.open().writer_lock("parent", ttl=MINUTE):
        answer = child()
        assert answer.startswith("LockHeld")
        assert "parent" in answer
    assert child() == "held by child\n"


def test_one_store_object_serves_many_threads(store, make):
    failed = []

    def work(number):
        try:
            for step in range(5):
                name = f"t{number}-{step}"
                store.ledger.discover([make.row(name)])
                store.documents.put([make.document(name, keys=("s:1",))])
                assert store.documents.get([make.id(name)])
                store.ledger.save([make.row(name, state=State.INDEXED)])
        except Exception as error:  # noqa: BLE001 - shown below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert store.documents.count() == 20
    assert store.ledger.counts()[State.INDEXED] == store.ledger.discovered() == 20


def test_a_store_says_what_it_is(home, make):
    store = home.open()
    store.documents.put([make.document("a")])
    info = store.info()

    assert info.kind == home.kind
    assert info.address
    assert info.version[0].isdigit()
    assert info.schema >= 1
    assert info.size_bytes is None or info.size_bytes > 0
    assert all(isinstance(name, str) and isinstance(value, str) for name, value in info.detail.items())


def test_a_store_of_a_newer_version_is_refused(home, monkeypatch):
    schema = home.open().info().schema
    home.close_all()
    monkeypatch.setattr(f"wirecopy.store.{home.kind}.schema.SCHEMA_VERSION", schema - 1)

    with pytest.raises(StoreTooNew, match=r"[Uu]pgrade|newer"):
        home.open()


def test_opening_again_leaves_everything(home, make):
    home.open().ledger.discover([make.row("a")])
    home.close_all()
    first, second = home.open(), home.open()

    assert first.ledger.discovered() == second.ledger.discovered() == 1


def test_closing_twice_is_closing(home):
    store = home.open()
    store.close()
    store.close()
