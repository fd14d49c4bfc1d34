"""The pool: ordered results, failures as values, and no process left behind."""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wirecopy import worker, workers
from wirecopy.errors import NotAFeed, WirecopyError
from wirecopy.models import Article, ParsedFeed
from wirecopy.workers import FailureKind, WorkerFailure, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEMORY = 1_500_000_000
FAULTS = """
    import ctypes, os, signal, sys, time

    def do(action, argument):
        if action == "sleep":
            time.sleep(argument)
        elif action == "print":
            print("noise"); sys.stderr.write("noise"); os.write(1, b"noise")
        elif action == "eat":
            bytearray(argument)
        elif action == "hoard":
            sys.modules[__name__].hoard = b"x" * argument
        elif action == "signal":
            os.kill(os.getpid(), argument)
        elif action == "segfault":
            ctypes.string_at(0)
        elif action == "raise":
            raise ValueError("two\\nlines")
        elif action == "exit":
            os._exit(argument)
        elif action == "recurse":
            do(action, argument)
        elif action == "environment":
            return dict(os.environ)
        elif action == "libraries":
            return argument in sys.modules, dict(os.environ)
        elif action == "pid":
            return os.getpid()
        elif action == "hang":  # in C, the interpreter's lock held, signals for Python unheard
            open(argument, "w").close()
            "a".join(" " for _ in iter(int, 1))
        return argument
"""


@pytest.fixture
def faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job `faults` that does whatever goes wrong in a worker; found by the workers through PYTHONPATH."""
    (tmp_path / "faults_of_a_worker.py").write_text(textwrap.dedent(FAULTS))
    (tmp_path / "faults_that_load_slowly.py").write_text(
        "import time\nfrom faults_of_a_worker import do\ndef warm_up():\n    time.sleep(2)\n"
    )
    jobs = {
        "faults": ("faults_of_a_worker", "do", ("action", "argument")),
        "slow_start": ("faults_that_load_slowly", "do", ("action", "argument")),
    }
    (tmp_path / "sitecustomize.py").write_text(
        f"import wirecopy.worker as w\nw._ORPHAN_GRACE_S = 1.0\nw.JOBS.update({jobs!r})\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for name, job in jobs.items():
        monkeypatch.setitem(worker.JOBS, name, job)


@pytest.fixture
def make_pool() -> Iterator[Callable[..., WorkerPool]]:
    pools: list[WorkerPool] = []

    def make(count: int = 1, *, timeout_s: float = 20, memory_bytes: int = MEMORY) -> WorkerPool:
        pools.append(WorkerPool(count, timeout_s=timeout_s, memory_bytes=memory_bytes))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


def pids(pool: WorkerPool) -> list[int]:
    return [process._process.pid for process in pool._workers]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def run(pool: WorkerPool, *actions: tuple[Any, Any]) -> list[Any]:
    return list(pool.map("faults", actions))


def test_real_jobs_give_values_and_known_errors_as_themselves(make_pool: Callable[..., WorkerPool]) -> None:
    pool = make_pool(2)
    body = b'<rss version="2.0"><channel><item><title>One</title><link>http://a.example/1</link></item></channel></rss>'
    feed, error = pool.map("parse_feed", [(body, "http://a.example/f", None), (b"%PDF-1", "http://a.example/p", None)])
    assert isinstance(feed, ParsedFeed)
    assert [entry.title for entry in feed.entries] == ["One"]
    assert isinstance(error, NotAFeed)
    assert error.subject == "http://a.example/p"
    (article,) = pool.map("extract_page", [(b"<html><body><p>Text</p></body></html>", None, "text/html", None)])
    assert isinstance(article, Article)


@pytest.mark.usefixtures("faults")
def test_results_come_in_the_order_of_the_payloads(make_pool: Callable[..., WorkerPool]) -> None:
    naps = [0.3, 0.0, 0.1, 0.0, 0.0, 0.2, 0.0]
    assert run(make_pool(3), *(("sleep", nap) for nap in naps)) == naps


@pytest.mark.usefixtures("faults")
def test_a_job_over_its_deadline_is_killed_and_the_others_are_done(make_pool: Callable[..., WorkerPool]) -> None:
    started = time.monotonic()
    late, fine = run(make_pool(1, timeout_s=1), ("sleep", 60), ("echo", "fine"))
    assert isinstance(late, WorkerFailure)
    assert (late.kind, fine) == (FailureKind.DEADLINE, "fine")
    assert "1 s" in late.reason
    assert time.monotonic() - started < 40


@pytest.mark.usefixtures("faults")
def test_failures_are_values_with_their_reason(make_pool: Callable[..., WorkerPool]) -> None:
    results = run(
        make_pool(2),
        ("raise", 0),
        ("signal", int(signal.SIGKILL)),
        ("segfault", 0),
        ("exit", 3),
        ("recurse", 0),
        ("eat", 4 * MEMORY),
        ("echo", "alive"),
    )
    assert [(type(result), getattr(result, "kind", result)) for result in results] == [
        (WorkerFailure, FailureKind.RAISED),
        (WorkerFailure, FailureKind.CRASH),
        (WorkerFailure, FailureKind.CRASH),
        (WorkerFailure, FailureKind.CRASH),
        (WorkerFailure, FailureKind.RAISED),
        (WorkerFailure, FailureKind.MEMORY),
        (str, "alive"),
    ]
    reasons = [result.reason for result in results[:-1]]
    assert reasons[:4] == [
        "raised ValueError: two lines",
        "its process crashed with signal 9",
        "its process crashed with signal 11",
        "its process crashed with status 3",
    ]


@pytest.mark.usefixtures("faults")
def test_what_a_library_prints_goes_nowhere(make_pool: Callable[..., WorkerPool], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(make_pool(), ("print", 1), ("print", 2)) == [1, 2]
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("faults")
def test_a_worker_gets_no_secrets_from_the_environment(
    make_pool: Callable[..., WorkerPool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_ELASTIC", "http://user:secret@host")
    (environment,) = run(make_pool(), ("environment", 0))
    assert "AIRFLOW_CONN_ELASTIC" not in environment
    assert "PATH" in environment


@pytest.mark.usefixtures("faults")
def test_a_worker_has_room_for_all_detectors_on_a_machine_of_many_processors(make_pool: Callable[..., WorkerPool]) -> None:
    pool = make_pool(memory_bytes=700_000_000)
    page = b"<html><body><p>Das ist ein kurzer Satz von der neuen Br\xc3\xbccke \xc3\xbcber den Fluss.</p></body></html>"
    (article,) = pool.map("extract_page", [(page, None, "text/html; charset=utf-8", None)])
    assert article.lang == "de"
    ((libraries, environment),) = run(pool, ("libraries", "numpy"))
    assert libraries
    assert environment["OPENBLAS_NUM_THREADS"] == environment["OMP_NUM_THREADS"] == "1"


@pytest.mark.usefixtures("faults")
def test_getting_ready_may_take_longer_than_a_job(make_pool: Callable[..., WorkerPool]) -> None:
    # The job's deadline and the grace of an orphan are 1.2 s together, getting ready takes 2 s.
    pool = make_pool(timeout_s=0.2)
    assert list(pool.map("slow_start", [("echo", 1), ("echo", 2)])) == [1, 2]


@pytest.mark.usefixtures("faults")
def test_workers_are_replaced_after_so_many_jobs(make_pool: Callable[..., WorkerPool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_JOBS_EACH", 2)
    ids = run(make_pool(1), *[("pid", 0)] * 5)
    assert [len(set(ids[:2])), len(set(ids[2:4])), len(set(ids))] == [1, 1, 3]


@pytest.mark.usefixtures("faults")
def test_payloads_are_taken_only_a_few_ahead(make_pool: Callable[..., WorkerPool]) -> None:
    taken = 0

    def payloads() -> Iterator[tuple[str, float]]:
        nonlocal taken
        for taken in range(1, 1001):
            yield "sleep", 0.5 if taken == 1 else 0.0

    results = make_pool(2).map("faults", payloads())
    next(results)
    assert taken < 20


@pytest.mark.usefixtures("faults")
def test_large_payloads_and_results_pass(make_pool: Callable[..., WorkerPool]) -> None:
    large = b"x" * 9_000_000
    assert run(make_pool(2), *[("echo", large)] * 3) == [large] * 3


@pytest.mark.usefixtures("faults")
def test_a_crash_after_other_jobs_is_tried_once_more_in_a_fresh_process(
    make_pool: Callable[..., WorkerPool], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    begin = workers._Worker.begin
    monkeypatch.setattr(
        workers._Worker, "begin", lambda self, job, task: (started.append(task.payload[0]), begin(self, job, task))
    )
    results = run(make_pool(1), ("echo", 1), ("exit", 3), ("echo", 2))
    assert [results[0], results[1].kind, results[2]] == [1, FailureKind.CRASH, 2]
    assert started == ["echo", "exit", "exit", "echo"]


@pytest.mark.usefixtures("faults")
def test_no_process_outlives_the_pool(make_pool: Callable[..., WorkerPool]) -> None:
    running: set[int] = set()

    def stop_in_the_middle() -> None:
        with make_pool(2) as pool:
            results = pool.map("faults", [("pid", 0), ("sleep", 60), ("sleep", 60)])
            running.update({next(results), *pids(pool)})
            assert all(is_alive(pid) for pid in running)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_in_the_middle()
    assert len(running) == 2
    assert not any(is_alive(pid) for pid in running)


@pytest.mark.usefixtures("faults")
def test_a_caller_that_stops_early_leaves_idle_workers_only(make_pool: Callable[..., WorkerPool]) -> None:
    pool = make_pool(2)
    results = pool.map("faults", [("echo", 1), ("sleep", 60), ("sleep", 60)])
    assert next(results) == 1
    results.close()  # type: ignore[attr-defined]
    assert all(process.task is None for process in pool._workers)
    assert run(pool, ("echo", 2)) == [2]


@pytest.mark.usefixtures("faults")
def test_an_error_of_the_payloads_source_ends_the_map(make_pool: Callable[..., WorkerPool]) -> None:
    def payloads() -> Iterator[tuple[str, int]]:
        yield "echo", 1
        raise OSError("the archive is gone")

    with pytest.raises(OSError, match="archive"):
        list(make_pool(1).map("faults", payloads()))


@pytest.mark.usefixtures("faults")
@pytest.mark.parametrize("action", ["sleep", "hang"])
def test_workers_die_with_a_parent_that_was_killed(tmp_path: Path, action: str) -> None:
    mark = tmp_path / "hanging"
    script = f"""
        from wirecopy import workers
        pool = workers.WorkerPool(2, timeout_s=1, memory_bytes={MEMORY})
        results = pool.map("faults", [("pid", 0), ({action!r}, {60 if action == "sleep" else str(mark)!r})])
        next(results)
        print(*[process._process.pid for process in pool._workers], flush=True)
        next(results)
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(children) == 2
    finally:
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
    deadline = time.monotonic() + 30
    while any(is_alive(pid) for pid in children):
        assert time.monotonic() < deadline, "a worker outlived its parent"
        time.sleep(0.1)


def test_an_unknown_job_and_an_empty_pool_are_refused() -> None:
    with pytest.raises(ValueError, match="parse_feed"):
        WorkerPool(1, timeout_s=1, memory_bytes=MEMORY).map("os.system", [])
    with pytest.raises(ValueError, match="at least one"):
        WorkerPool(0, timeout_s=1, memory_bytes=MEMORY)


def test_workers_that_cannot_start_are_an_error_with_a_reason(make_pool: Callable[..., WorkerPool]) -> None:
    with pytest.raises(WirecopyError, match="enough memory"):
        list(make_pool(1, memory_bytes=30_000_000).map("extract_page", [(b"<p>", None, None, None)]))


def test_nothing_to_do_starts_nothing(make_pool: Callable[..., WorkerPool]) -> None:
    pool = make_pool(2)
    assert list(pool.map("parse_feed", [])) == []
    assert pool._workers == []


@pytest.mark.usefixtures("faults")
def test_workers_that_grew_too_large_are_replaced(
    make_pool: Callable[..., WorkerPool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_MOST_RESIDENT_BYTES", 200_000_000)
    pool = make_pool(1)
    small, again = run(pool, ("pid", 0), ("pid", 0))
    _, after = run(pool, ("hoard", 300_000_000), ("pid", 0))
    assert small == again
    assert after != small
    assert not is_alive(small)


@pytest.mark.usefixtures("faults")
def test_slow_jobs_are_told_in_the_log(
    make_pool: Callable[..., WorkerPool], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(workers, "_SLOW_S", 0.5)
    caplog.set_level("INFO", "wirecopy.workers")
    pool = make_pool(1)
    run(pool, ("sleep", 0), ("sleep", 0.8))
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("faults took 0.")
    assert caplog.messages[0].endswith(" s: no address")
    assert caplog.records[0].levelname == "INFO"  # Python writes warnings to the stderr of commands, which set up no log


def test_what_libraries_remember_is_dropped_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("wirecopy.extract.article.forget", lambda: asked.append("article"))
    monkeypatch.setattr(worker, "_JOBS_REMEMBERED", 2)
    frame = pickle.dumps(("extract_page", None))
    request = worker.FRAME_HEADER.pack(len(frame)) + frame
    worker.serve(io.BytesIO(request * 5), io.BytesIO(), timeout_s=60)
    assert asked == ["article", "article"]
