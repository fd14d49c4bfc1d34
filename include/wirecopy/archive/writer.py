"""Writing the archive: whole records are appended to files, which are read with warcio, and by the tests with FastWARC."""

from __future__ import annotations

import os
import secrets
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Self

from wirecopy.archive.record import write_records, write_warcinfo
from wirecopy.errors import StoreUnavailable
from wirecopy.models import ArchiveRef, Purpose

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from wirecopy.archive.response import RawResponse
    from wirecopy.clock import Clock

MAX_FILE_BYTES = 1_073_741_824
"""A file is closed when it is so large: 1 GiB, as the WARC guidelines and Common Crawl's news crawl have it."""


class ArchiveWriter:
    """Appends responses to a WARC file of its own under `DIR/YYYY/MM/`; a context manager.

    Threads may share a writer. A process that was forked with one open starts a file of its own.

    Args:
        folder: The archive's folder; made where it is missing.
        clock: Names the files.
        max_file_bytes: A new file is begun after so many bytes.
    """

    def __init__(self, folder: Path, clock: Clock, *, max_file_bytes: int = MAX_FILE_BYTES) -> None:
        self._folder = folder
        self._clock = clock
        self._max_file_bytes = max_file_bytes
        self._lock = threading.Lock()
        self._fd: int | None = None
        self._pid = 0
        self._name = ""
        self._month = (0, 0)
        self._size = 0
        self._is_after_link = False

    def note_link(self) -> None:
        """Everything that was fetched before was linked: the next page says so, for a replay that links where it was linked."""
        self._is_after_link = True

    def write(self, response: RawResponse) -> ArchiveRef:
        """Append a response and its request; both have left this process when the reference is returned.

        Raises:
            StoreUnavailable: The file cannot be written. Nothing of the record stays.
        """
        # Formed and compressed before the lock is taken.
        members = write_records(response)
        with self._lock:
            is_after_link = self._is_after_link and response.purpose is Purpose.PAGE
            if is_after_link:  # formed again, in its place: before any page that is written meanwhile
                members = write_records(replace(response, is_after_link=True))
            try:
                offset = self._append(members)
            except OSError as error:
                raise StoreUnavailable(
                    str(self._folder),
                    f"the archive cannot be written: {error.strerror or error}; make room, or set WIRECOPY_DATA to a folder that "
                    "can be written",
                ) from error
            if is_after_link:
                self._is_after_link = False
            return ArchiveRef(file=self._name, offset=offset)

    def close(self) -> None:
        """Let the file go; the next `write` begins another."""
        with self._lock:
            self._close()

    def __enter__(self) -> Self:
        """Nothing is opened before the first `write`."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the file."""
        self.close()

    def _append(self, members: bytes) -> int:
        now = self._clock()
        if self._fd is not None and self._pid != os.getpid():
            os.close(self._fd)  # the parent's file: closing the copy of its descriptor does not touch it
            self._fd = None
        if self._fd is None or self._size >= self._max_file_bytes or self._month != (now.year, now.month):
            self._open(now)
        assert self._fd is not None
        offset = self._size
        try:
            self._write_all(self._fd, members)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._fd, offset)  # half a record would hide those after it
            raise
        self._size = offset + len(members)
        return offset

    def _open(self, now: datetime) -> None:
        self._close()
        self._month = (now.year, now.month)
        self._pid = os.getpid()
        name = f"wirecopy-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{self._pid}-{secrets.token_hex(4)}.warc.gz"
        self._name = str(PurePosixPath(f"{now:%Y/%m}") / name)
        path = self._folder / self._name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o644)
        self._size = 0
        info = write_warcinfo(name, now)
        self._write_all(self._fd, info)
        self._size = len(info)

    def _close(self) -> None:
        if self._fd is None:
            return
        fd, self._fd = self._fd, None
        if self._pid == os.getpid():
            with suppress(OSError):
                os.fsync(fd)
        os.close(fd)

    @staticmethod
    def _write_all(fd: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
