"""Writing the archive.

Records are written here and not through warcio: its writer compresses at level 9 always and percent-encodes header values that
are not ASCII, which loses them. They are read with warcio, and the tests read them with FastWARC.
"""

from __future__ import annotations

import base64
import hashlib
import os
import random
import secrets
import struct
import threading
import uuid
import zlib
from contextlib import suppress
from datetime import UTC
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Self

from isal import igzip_lib

from wirecopy import __version__
from wirecopy.archive.response import RawResponse, Role, write_field, write_http
from wirecopy.errors import StoreUnavailable
from wirecopy.models import ArchiveRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from wirecopy.clock import Clock

MAX_FILE_BYTES = 1_073_741_824
"""A file is closed when it is so large: 1 GiB, as the WARC guidelines and Common Crawl's news crawl have it."""

# Measured on 76 news pages, their first 2 and 20 kB: zlib's level 3 takes 35 and 230 us for 0.361 and 0.293 of the size, ISA-L's
# level 2 takes 13 and 45 us for 0.362 and 0.295. zlib alone was more than a third of what collecting cost.
_LEVEL = 2
# What is said of a request compresses to little less than it is, so it is stored: a gzip member of one block (RFC 1952; RFC 1951,
# 3.2.4), up to the length that a block can have.
_GZIP_HEAD = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
_MOST_STORED = 0xFFFF


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
        self._month = ""
        self._size = 0

    def write(self, response: RawResponse) -> ArchiveRef:
        """Append a response and its request; both have left this process when the reference is returned.

        Raises:
            StoreUnavailable: The file cannot be written. Nothing of the record stays.
        """
        # Compressed before the lock is taken: zlib lets other threads run.
        members = b"".join(_records(response))
        with self._lock:
            try:
                offset = self._append(members)
            except OSError as error:
                raise StoreUnavailable(
                    str(self._folder),
                    f"the archive cannot be written: {error.strerror or error}; make room, or set WIRECOPY_DATA to a folder that "
                    "can be written",
                ) from error
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
        if self._fd is None or self._size >= self._max_file_bytes or self._month != f"{now:%Y/%m}":
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
        self._month = f"{now:%Y/%m}"
        self._pid = os.getpid()
        name = f"wirecopy-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{self._pid}-{secrets.token_hex(4)}.warc.gz"
        self._name = str(PurePosixPath(self._month) / name)
        path = self._folder / self._name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o644)
        self._size = 0
        info = _warcinfo(name, now)
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


def _records(response: RawResponse) -> tuple[bytes, bytes]:
    response_id, date = _record_id(), _date(response.fetched_at)
    target = write_field(response.final_url)
    about = [("WARC-Date", date), ("WARC-Target-URI", target)]
    fields = [
        ("WARC-Type", "response"),
        ("WARC-Record-ID", response_id),
        *about,
        ("WARC-Payload-Digest", _digest(response.body)),
        ("Wirecopy-Source", write_field(response.source_id)),
        ("Wirecopy-Purpose", response.purpose.value),
    ]
    if response.url != response.final_url:
        fields.append(("Wirecopy-Requested-URI", write_field(response.url)))
    if response.role is not Role.ANSWER:
        fields.append(("Wirecopy-Role", response.role.value))
    if response.is_permanent:
        fields.append(("Wirecopy-Redirects", "permanent"))
    if response.is_truncated:
        fields.append(("WARC-Truncated", "length"))
    answer = _member(fields, "application/http; msgtype=response", write_http(response), response.body)
    asked = _member(
        [("WARC-Type", "request"), ("WARC-Record-ID", _record_id()), *about, ("WARC-Concurrent-To", response_id)],
        "application/http; msgtype=request",
        _request_head(response),
        pack=_store,
    )
    return answer, asked


def _request_head(response: RawResponse) -> bytes:
    origin, slash, path = response.final_url.partition("//")[2].partition("/")
    path = (slash + path).partition("#")[0] or "/"
    lines = [
        f"{response.method} {path} HTTP/1.1",
        f"Host: {origin}",
        # A form is not kept, for it may carry a secret; its length would announce a body that is not there.
        *(f"{name}: {value}" for name, value in response.request_headers.items() if name.lower() != "content-length"),
    ]
    clean = (line.replace("\r", " ").replace("\n", " ").encode("utf-8", "replace") for line in lines)
    return b"\r\n".join(clean) + b"\r\n\r\n"


def _warcinfo(name: str, now: datetime) -> bytes:
    body = (
        f"software: wirecopy/{__version__}\r\nformat: WARC File Format 1.1\r\n"
        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
    )
    fields = [("WARC-Type", "warcinfo"), ("WARC-Record-ID", _record_id()), ("WARC-Date", _date(now)), ("WARC-Filename", name)]
    return _member(fields, "application/warc-fields", body.encode())


def _member(
    fields: Iterable[tuple[str, str]], content_type: str, *block: bytes, pack: Callable[[bytes], bytes] | None = None
) -> bytes:
    """A record as one gzip member, so that it can be read from its offset."""
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    head = f"WARC/1.1\r\n{head}Content-Type: {content_type}\r\nContent-Length: {sum(map(len, block))}\r\n\r\n"
    return (pack or _compress)(b"".join([head.encode("utf-8"), *block, b"\r\n\r\n"]))


def _compress(record: bytes) -> bytes:
    return bytes(igzip_lib.compress(record, _LEVEL, flag=igzip_lib.COMP_GZIP))


def _store(record: bytes) -> bytes:
    size = len(record)
    if size > _MOST_STORED:
        return _compress(record)
    block = struct.pack("<BHH", 1, size, size ^ _MOST_STORED)
    return b"".join([_GZIP_HEAD, block, record, struct.pack("<II", zlib.crc32(record), size)])


def _record_id() -> str:
    # Unique is enough, nobody need be kept from guessing them; asking the system for each took longer than compressing a feed's
    # 304. Python seeds this generator from the system, anew in a process that was forked.
    return f"<urn:uuid:{uuid.UUID(int=random.getrandbits(128), version=4)}>"


def _date(moment: datetime) -> str:
    """A WARC 1.1 date: in UTC, with microseconds where there are any."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _digest(body: bytes) -> str:
    # SHA-1 in base 32 is what WARC tools expect; it finds damage, it guards nothing.
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")
