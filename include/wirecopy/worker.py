"""A worker process: reads feeds and pages for `wirecopy.workers.WorkerPool`, and dies when told, when late or when orphaned.

Run as `python -m wirecopy.worker MEMORY_BYTES TIMEOUT_S`. Frames go in on stdin and out on stdout: eight bytes of length,
big-endian, then a pickle. A request is `(job, payload)`; with a payload of None it asks to get ready for the job: its module
is imported and its `warm_up`, if it has one, called. The answer is `(kind, value)`, see `Kind`.

What ends it: the end of its stdin (its parent died), SIGKILL from its parent (late), and, where the parent died while a job
hung, an alarm of its own that no C code can hold up.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import resource
import signal
import struct
import sys
from enum import StrEnum
from typing import Any, BinaryIO, Final

FRAME_HEADER: Final = struct.Struct(">Q")

_BYTES_AND_ORIGIN: Final = ("body", "url", "content_type")
# job -> (module, function, names of the payload's items)
JOBS: Final = {
    "parse_feed": ("wirecopy.feeds.parse", "parse_feed", _BYTES_AND_ORIGIN),
    "read_feed": ("wirecopy.feeds.parse", "read_feed", _BYTES_AND_ORIGIN),
    "find_feeds": ("wirecopy.feeds.discover", "find_feeds", _BYTES_AND_ORIGIN),
    "extract_page": ("wirecopy.extract.article", "read_article", (*_BYTES_AND_ORIGIN, "seen_at")),
}
"""The closed list of what a worker does: a payload can name a job, never a function."""

READY_WITHIN_S: Final = 120.0
"""A worker that is not ready by then never will be; importing and loading detectors' profiles takes 4 to 5 s of CPU, and many times
that by the clock where processes compete. No job's deadline counts for it."""
_ORPHAN_GRACE_S: Final = 5.0
_JOBS_REMEMBERED: Final = 200
"""After so many jobs modules with a `forget` are asked to: trafilatura's caches hold lines of pages, none of which comes again."""


class Kind(StrEnum):
    """What an answer is."""

    READY = "ready"
    VALUE = "value"
    KNOWN_ERROR = "known_error"
    OUT_OF_MEMORY = "out_of_memory"
    RAISED = "raised"


def serve(source: BinaryIO, sink: BinaryIO, *, timeout_s: float) -> None:
    """Answer requests until the source ends."""
    from wirecopy.errors import WirecopyError  # noqa: PLC0415 - after the process is set up

    done = 0
    while (header := _read_exactly(source, FRAME_HEADER.size)) is not None:
        frame = _read_exactly(source, FRAME_HEADER.unpack(header)[0])
        if frame is None:
            return
        is_out_of_memory = False
        # SIGALRM keeps its default: the kernel ends the process, whatever it is doing.
        signal.setitimer(signal.ITIMER_REAL, timeout_s + _ORPHAN_GRACE_S)
        try:
            answer: tuple[Kind, Any] = _answer(*pickle.loads(frame))  # noqa: S301 - from our parent
        except WirecopyError as error:
            answer = (Kind.KNOWN_ERROR, error)
        except MemoryError:
            is_out_of_memory = True
        except RecursionError as error:
            answer = (Kind.RAISED, f"{type(error).__name__}: nested too deeply")
        except Exception as error:  # noqa: BLE001 - whatever a parser raises is an answer
            answer = (Kind.RAISED, f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if is_out_of_memory:
            gc.collect()
            answer = (Kind.OUT_OF_MEMORY, None)
        body = pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)
        sink.write(FRAME_HEADER.pack(len(body)) + body)
        sink.flush()
        done += 1
        if done % _JOBS_REMEMBERED == 0:
            _forget()
        if is_out_of_memory:
            return  # what is left of the heap is in pieces: a fresh process takes over


def _answer(job: str, payload: tuple[Any, ...] | None) -> tuple[Kind, Any]:
    module_name, function, names = JOBS[job]
    if payload is None:
        signal.setitimer(signal.ITIMER_REAL, READY_WITHIN_S + _ORPHAN_GRACE_S)  # in place of the job's
    module = importlib.import_module(module_name)
    if payload is None:
        if hasattr(module, "warm_up"):
            module.warm_up()
        return Kind.READY, None
    return Kind.VALUE, getattr(module, function)(**dict(zip(names, payload, strict=True)))


def _forget() -> None:
    """Let modules drop what their libraries keep of earlier jobs."""
    for module_name in {module for module, _, _ in JOBS.values()} & set(sys.modules):
        forget = getattr(sys.modules[module_name], "forget", None)
        if forget is not None:
            forget()


def _read_exactly(source: BinaryIO, size: int) -> bytes | None:
    """So many bytes, or None at the end."""
    data = source.read(size)
    return data if len(data) == size else None


def main() -> None:
    """Set the process up and serve."""
    memory_bytes, timeout_s = int(sys.argv[1]), float(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes us
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # a library that prints must not write between frames
        os.dup2(nothing, descriptor)
    serve(source, sink, timeout_s=timeout_s)


if __name__ == "__main__":
    # Under its own name, so that what it pickles is found by its parent, too.
    from wirecopy import worker  # noqa: PLW0406

    worker.main()
