"""Child processes that end together: each leads a session of its own, by which all its descendants are found and ended."""
# ruff: noqa: INP001, T201 - part of a script, which prints

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType

# Airflow's components take up to 18 s to end by themselves (measured), longer only where a task does not listen.
STOP_TIMEOUT_S = 25.0


class Failed(Exception):
    """Something cannot go on; the message says why and what to do."""


class Stopped(Exception):
    """Somebody asked us to stop."""


class StopRequests:
    """Counts the signals that ask us to stop, and raises nothing by itself: no child is lost between start and record."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def listen(self) -> None:
        """Take SIGINT, SIGTERM and SIGHUP from now on, even where a shell had us ignore them."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.names.append(signal.Signals(number).name)


class Sessions:
    """Child processes, each the leader of a session.

    A task's processes leave the process group of their component, never its session.

    Args:
        home: Where they work. Their numbers are written down there, for the next start to end what a killed one left.
        env: Their environment.
        stops: Who asked to stop.
    """

    def __init__(self, home: Path, env: Mapping[str, str], stops: StopRequests) -> None:
        self._home = home
        self._env = env
        self._stops = stops
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._record = home / "sessions.json"

    def start(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a child; what it says goes to a file named for it."""
        log_path = self.log_path(name)
        log_path.parent.mkdir(parents=True, exist_ok=True)
        with log_path.open("wb") as log:
            child = subprocess.Popen(  # noqa: S603 - commands of ours, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self._env),
                cwd=self._home,
                start_new_session=True,
            )
        self._children[name] = child
        self._record.write_text(json.dumps([child.pid for child in self._children.values()]))
        return child

    def finish(self, name: str, command: Sequence[str]) -> None:
        """Run a child to its end.

        Raises:
            Failed: It failed.
            Stopped: Somebody asked us to stop.
        """
        child = self.start(name, command)
        while child.poll() is None:
            self._heed_stops()
            time.sleep(0.1)
        if child.returncode != 0:
            raise Failed(f"{name} failed with status {child.returncode}; {self.last_words(name)}")
        del self._children[name]

    def check(self) -> None:
        """See that all live and that nobody asked us to stop.

        Raises:
            Failed: One ended.
            Stopped: Somebody asked us to stop.
        """
        self._heed_stops()
        for name, child in self._children.items():
            if child.poll() is not None:
                raise Failed(f"{name} ended with status {child.returncode}; {self.last_words(name)}")

    def _heed_stops(self) -> None:
        if self._stops.names:
            raise Stopped(self._stops.names[0])

    def log_path(self, name: str) -> Path:
        """Where a child's output goes."""
        return self._home / "components" / f"{name}.log"

    def last_words(self, name: str) -> str:
        """The end of a child's output, for an error message."""
        path = self.log_path(name)
        lines = path.read_text(errors="replace").splitlines()[-15:]
        return f"the end of {path}:\n" + "\n".join(f"    {line}" for line in lines)

    def stop(self) -> None:
        """End every process of our sessions: asked first, killed after a while or when we are asked a second time."""
        sessions = {child.pid for child in self._children.values()}
        for process in _processes_of(sessions):
            with suppress(psutil.Error):
                process.terminate()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while self._alive(sessions) and time.monotonic() < deadline and len(self._stops.names) < 2:  # noqa: PLR2004
            time.sleep(0.1)
        while remaining := self._alive(sessions):
            for process in remaining:
                with suppress(psutil.Error):
                    process.kill()
            time.sleep(0.1)
        self._record.unlink(missing_ok=True)

    def _alive(self, sessions: set[int]) -> list[psutil.Process]:
        for child in self._children.values():
            child.poll()  # takes note of its end, so that it is no zombie any more
        return list(_processes_of(sessions))

    def end_leftovers(self) -> None:
        """Kill what a start that was itself killed left running.

        Numbers of processes are used again, so a process is ours only if it is in a session that was written down and works in
        our home.
        """
        if not self._record.exists():
            return
        found = 0
        for process in _processes_of(set(json.loads(self._record.read_text() or "[]"))):
            with suppress(psutil.Error):
                if Path(process.cwd()) == self._home:
                    process.kill()
                    process.wait(timeout=5)
                    found += 1
        if found:
            print(f"Ended {found} processes that an earlier start left behind.", flush=True)
        self._record.unlink()


def _processes_of(sessions: set[int]) -> Iterator[psutil.Process]:
    for pid in psutil.pids():
        with suppress(OSError, psutil.Error):
            if os.getsid(pid) in sessions:
                process = psutil.Process(pid)
                if process.status() != psutil.STATUS_ZOMBIE:
                    yield process
