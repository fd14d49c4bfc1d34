"""A pool of processes that read hostile bytes and can be killed.

Why not `multiprocessing` or `concurrent.futures`: the processes of Airflow's tasks may be daemonic and then refuse to have
children; a pool whose worker is killed breaks as a whole; and fork copies whatever the parent holds. These workers are plain
subprocesses over pipes, see `wirecopy.worker`.

    with WorkerPool(2, timeout_s=15, memory_bytes=1_500_000_000) as pool:
        for result in pool.map("parse_feed", [(body, url, content_type)]):
            ...
"""

from __future__ import annotations

import logging
import os
import pickle
import selectors
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import wirecopy
from wirecopy.errors import WirecopyError
from wirecopy.worker import FRAME_HEADER, JOBS, READY_WITHIN_S, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

log = logging.getLogger(__name__)

_JOBS_EACH: Final = 500
"""A worker is replaced after so many jobs: trafilatura's caches grew a process from 72 to 211 MB in 1,531 pages."""
_MOST_RESIDENT_BYTES: Final = 500_000_000
"""A worker that holds more memory than this after a job is replaced before its 500th: a page of 5 MB needs up to 600 MB, and
not all of it goes back to the system."""
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_SLOW_S: Final = 5.0
"""A job that takes longer is told in the log (no warning: its result is whole): the slowest of 1,531 real pages took 1.3 s."""
_READ_BYTES: Final = 1 << 18
_MOST_ANSWER_BYTES: Final = 1 << 28
_QUEUED_EACH: Final = 4
# A worker reads what strangers wrote: of the parent's environment it gets what Python needs, and no secrets.
_ENVIRONMENT: Final = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "TMPDIR",
    "TZ",
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "PYTHONHOME",
)
# For each processor numpy's OpenBLAS takes 40 MB of address space, which workers have little of; they add up a few numbers.
_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class FailureKind(StrEnum):
    """How a worker failed at a job."""

    DEADLINE = "deadline"
    MEMORY = "memory"
    CRASH = "crash"
    RAISED = "raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFailure:
    """A job that gave nothing.

    Attributes:
        kind: How it failed.
        reason: The same in words, for people.
    """

    kind: FailureKind
    reason: str


class WorkerPool:
    """Processes that do the jobs of `wirecopy.worker.JOBS`, a job at a time each.

    Use it as a context manager: on the way out, whatever the reason, its processes are killed and waited for. One `map` at a
    time; not for several threads.

    Args:
        count: Most processes; they start when there is work for them.
        timeout_s: Seconds a job may take before its process is killed; a process's start does not count.
        memory_bytes: Address space of a process.
    """

    def __init__(self, count: int, *, timeout_s: float, memory_bytes: int) -> None:
        if count < 1:
            raise ValueError("a pool needs at least one process")
        self._count = count
        self._timeout_s = timeout_s
        self._memory_bytes = memory_bytes
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        """The pool; nothing is started yet."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Kill the processes and wait for them."""
        self.close()

    def close(self) -> None:
        """Kill the processes and wait for them; the pool may be used again."""
        while self._workers:
            self._workers.pop().kill()

    def map(self, job: str, payloads: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """Do a job for each payload, in parallel, and give the results in the payloads' order.

        Payloads are taken as workers become free, a few ahead, so that they may come from a generator and be large. A crash
        or lack of memory in a process that had done other jobs before is tried once more in a fresh one, since those may
        have been the cause.

        Args:
            job: A name in `wirecopy.worker.JOBS`.
            payloads: The arguments of each job, positional.

        Yields:
            What the job returned; a `WirecopyError` that it raised (not raised here); or a `WorkerFailure`.

        Raises:
            ValueError: There is no such job.
            WirecopyError: Workers cannot be started at all; the reason is given.
        """
        if job not in JOBS:
            raise ValueError(f"{job!r} is not a job; there are {', '.join(JOBS)}")
        return self._run(job, payloads)

    def _run(self, job: str, payloads: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        source = enumerate(payloads)
        waiting: deque[_Task] = deque()
        done: dict[int, Any] = {}
        wanted, is_exhausted = 0, False
        try:
            while True:
                while wanted in done:
                    yield done.pop(wanted)
                    wanted += 1
                while not is_exhausted and len(waiting) < self._count:
                    numbered = next(source, None)
                    is_exhausted = numbered is None
                    if numbered is not None:
                        waiting.append(_Task(*numbered))
                # Results that wait for an earlier, slow one are bounded as well.
                while waiting and waiting[0].number < wanted + self._count * _QUEUED_EACH and (worker := self._idle()):
                    worker.begin(job, waiting.popleft())
                busy = [worker for worker in self._workers if worker.task]
                if not busy:
                    if is_exhausted and not waiting:
                        return
                    continue
                for worker in _await_progress(busy):
                    self._collect(worker, waiting, done)
        finally:
            for worker in [worker for worker in self._workers if worker.task]:  # the caller stopped early
                self._drop(worker)

    def _idle(self) -> _Worker | None:
        for worker in self._workers:
            if worker.task is None:
                return worker
        if len(self._workers) < self._count:
            worker = _Worker(timeout_s=self._timeout_s, memory_bytes=self._memory_bytes)
            self._workers.append(worker)
            return worker
        return None

    def _collect(self, worker: _Worker, waiting: deque[_Task], done: dict[int, Any]) -> None:
        """Take up what a worker that made progress has come to."""
        result = worker.take()
        if result is _NOT_YET:
            return
        task = worker.task
        assert task is not None
        worker.tell_if_slow()
        worker.task = None
        may_be_others_fault = (
            isinstance(result, WorkerFailure)
            and result.kind in {FailureKind.CRASH, FailureKind.MEMORY}
            and worker.jobs_done > 1
            and not task.is_second_try
        )
        if worker.is_spent or worker.jobs_done >= _JOBS_EACH or worker.resident_bytes > _MOST_RESIDENT_BYTES:
            self._drop(worker)
        if may_be_others_fault:
            waiting.appendleft(_Task(task.number, task.payload, is_second_try=True))
        else:
            done[task.number] = result

    def _drop(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.kill()


_NOT_YET: Final = object()


@dataclass(slots=True)
class _Task:
    number: int
    payload: tuple[Any, ...]
    is_second_try: bool = False


class _Worker:
    """One process and the bytes on their way to and from it."""

    def __init__(self, *, timeout_s: float, memory_bytes: int) -> None:
        self.task: _Task | None = None
        self.jobs_done = 0
        self.is_spent = False
        self._timeout_s = timeout_s
        self._ready_for: set[str] = set()
        self._job = ""
        self._outgoing = memoryview(b"")
        self._incoming = bytearray()
        self._deadline = 0.0
        self._began = 0.0
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | _ONE_THREAD
        package_root = str(Path(wirecopy.__file__).parent.parent)
        environment["PYTHONPATH"] = os.pathsep.join(path for path in (package_root, environment.get("PYTHONPATH", "")) if path)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            # -P: the caller's working folder must not shadow modules.
            [sys.executable, "-P", "-m", "wirecopy.worker", str(memory_bytes), str(timeout_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.stdin = self._process.stdin
        self.stdout = self._process.stdout
        os.set_blocking(self.stdin.fileno(), False)
        os.set_blocking(self.stdout.fileno(), False)

    @property
    def has_outgoing(self) -> bool:
        """Whether bytes wait to be sent."""
        return len(self._outgoing) > 0

    @property
    def remaining_s(self) -> float:
        """Seconds to the deadline."""
        return max(0.0, self._deadline - time.monotonic())

    @property
    def resident_bytes(self) -> int:
        """Memory that its process holds; 0 where the system does not tell."""
        try:
            return int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]) * _PAGE_BYTES
        except (OSError, IndexError, ValueError):
            return 0

    def begin(self, job: str, task: _Task) -> None:
        """Take up a task, after getting ready for its job."""
        self.task = task
        self._job = job
        if job in self._ready_for:
            self._send((job, task.payload), self._timeout_s)
        else:
            self._send((job, None), READY_WITHIN_S)

    def _send(self, request: Any, timeout_s: float) -> None:
        frame = pickle.dumps(request, protocol=pickle.HIGHEST_PROTOCOL)
        self._outgoing = memoryview(FRAME_HEADER.pack(len(frame)) + frame)
        self._began = time.monotonic()
        self._deadline = self._began + timeout_s
        self.push()

    def tell_if_slow(self) -> None:
        """Log a job that took long."""
        took_s = time.monotonic() - self._began
        if took_s > _SLOW_S and self.task is not None:
            names = JOBS[self._job][2]
            subject = self.task.payload[names.index("url")] if "url" in names else None
            log.info("%s took %.1f s: %s", self._job, took_s, subject or "no address")

    def push(self) -> None:
        """Send what the pipe takes now; a broken one shows when its answer is read."""
        try:
            sent = self.stdin.write(self._outgoing)
        except BrokenPipeError:
            self._outgoing = memoryview(b"")
        else:
            self._outgoing = self._outgoing[sent or 0 :]

    def take(self) -> Any:
        """The task's result, or `_NOT_YET`."""
        data = self.stdout.read(_READ_BYTES)
        if data:
            self._incoming += data
            answer = self._read_frame()
            if answer is not _NOT_YET:
                return self._judge(*answer)
        elif data is not None:  # its end
            self.is_spent = True
            return self._why_it_died()
        if not self.remaining_s:
            if self._job not in self._ready_for:
                raise self._cannot_start(f"not ready within {READY_WITHIN_S:g} s")
            self.is_spent = True
            self.jobs_done += 1
            return WorkerFailure(
                kind=FailureKind.DEADLINE, reason=f"not read within {self._timeout_s:g} s; its process was killed"
            )
        return _NOT_YET

    def _read_frame(self) -> Any:
        if len(self._incoming) < FRAME_HEADER.size:
            return _NOT_YET
        size = FRAME_HEADER.unpack_from(self._incoming)[0]
        if size > _MOST_ANSWER_BYTES:
            return (Kind.RAISED, f"its process answered with {size} bytes")
        end = FRAME_HEADER.size + size
        if len(self._incoming) < end:
            return _NOT_YET
        answer = pickle.loads(memoryview(self._incoming)[FRAME_HEADER.size : end])  # noqa: S301 - our own process
        self._incoming = bytearray()
        return answer

    def _judge(self, kind: Kind, value: Any) -> Any:
        assert self.task is not None
        if self._job not in self._ready_for:
            if kind is not Kind.READY:
                raise self._cannot_start(str(value or kind))
            self._ready_for.add(self._job)
            self._send((self._job, self.task.payload), self._timeout_s)
            return _NOT_YET
        self.jobs_done += 1
        if kind is Kind.VALUE or (kind is Kind.KNOWN_ERROR and isinstance(value, WirecopyError)):
            return value
        self.is_spent = True
        if kind is Kind.OUT_OF_MEMORY:
            return WorkerFailure(kind=FailureKind.MEMORY, reason="needs more memory than a worker may have")
        return WorkerFailure(kind=FailureKind.RAISED, reason=f"raised {value}")

    def _why_it_died(self) -> WorkerFailure:
        if self._job not in self._ready_for:
            raise self._cannot_start(f"ended with status {self._process.wait()}")
        self.jobs_done += 1
        status = self._process.wait()
        how = f"signal {-status}" if status < 0 else f"status {status}"
        return WorkerFailure(kind=FailureKind.CRASH, reason=f"its process crashed with {how}")

    def _cannot_start(self, why: str) -> WirecopyError:
        return WirecopyError("worker process", f"cannot get ready for {self._job}: {why}; does it have enough memory?")

    def kill(self) -> None:
        """End the process now and wait for it; it holds nothing that could be lost."""
        self._process.kill()
        for pipe in (self.stdin, self.stdout):
            pipe.close()
        self._process.wait()


def _await_progress(busy: list[_Worker]) -> list[_Worker]:
    """Wait until workers answered or are late, sending meanwhile what waits to be sent."""
    with selectors.DefaultSelector() as selector:
        for worker in busy:
            selector.register(worker.stdout, selectors.EVENT_READ, worker)
            if worker.has_outgoing:
                selector.register(worker.stdin, selectors.EVENT_WRITE, worker)
        ready: list[_Worker] = []
        for key, events in selector.select(min(worker.remaining_s for worker in busy)):
            if events & selectors.EVENT_WRITE:
                key.data.push()
            else:
                ready.append(key.data)
    return [worker for worker in busy if worker in ready or not worker.remaining_s]
