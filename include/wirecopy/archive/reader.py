"""Reading the archive: one response by its reference, or all of them in the order they were written."""

from __future__ import annotations

import logging
import zlib
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from wirecopy.archive.response import RawResponse, Role, read_field, read_http
from wirecopy.errors import ContentError
from wirecopy.models import ArchiveRef, FetchedPage, Purpose, SourceId

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

_GZIP_MAGIC = b"\x1f\x8b\x08"
_READ_BYTES = 1 << 20
# What warcio and zlib raise on bytes that are no record, and what reading a record's fields can raise.
_DAMAGE = (ArchiveLoadFailed, EOFError, zlib.error, OSError, ValueError, KeyError, AttributeError, IndexError)


def read_page(folder: Path, ref: ArchiveRef) -> FetchedPage:
    """The response that a reference names.

    Args:
        folder: The archive's folder.
        ref: What `ArchiveWriter.write` returned.

    Raises:
        ContentError: There is no whole response there.
    """
    name = PurePosixPath(ref.file)
    if name.is_absolute() or ".." in name.parts:
        raise ContentError(str(ref), "does not name a file of the archive")
    try:
        with (folder / name).open("rb") as file:
            file.seek(ref.offset)
            for record in ArchiveIterator(file, no_record_parse=True):
                response = _read_response(record)
                if response is not None:
                    return response.as_page(ref)
                break
    except FileNotFoundError:
        raise ContentError(str(ref), "the archive has no such file; was it moved or deleted?") from None
    except _DAMAGE as error:
        raise ContentError(str(ref), f"the archive is damaged there: {error or type(error).__name__}") from error
    raise ContentError(str(ref), "the archive has no response there")


def scan(folder: Path) -> Iterator[FetchedPage]:
    """Every answer in the archive, file by file in the order of their names (that is, of their beginning), as written.

    Redirects on the way and robots.txt are passed over. A file whose writer was killed ends in half a record: that is logged and
    the rest is read.

    Args:
        folder: The archive's folder; an empty or missing one has none.
    """
    for name in list_files(folder):
        for ref, response in scan_file(folder, name):
            if response.role is Role.ANSWER:
                yield response.as_page(ref)


def list_files(folder: Path) -> list[str]:
    """The archive's files, relative to its folder, by name; none where it is missing."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.warc.gz"))


def scan_file(
    folder: Path, name: str, *, on_damage: Callable[[ArchiveRef], None] | None = None
) -> Generator[tuple[ArchiveRef, RawResponse]]:
    """Every response in a file as written, whatever its role, with its place.

    Damage is logged and passed over: what follows is read from the next record that is whole.

    Args:
        folder: The archive's folder.
        name: The file, relative to it.
        on_damage: Called with the place of each damaged record.
    """
    with (folder / name).open("rb") as file:
        offset: int | None = 0
        while offset is not None:
            file.seek(offset)
            try:
                records = ArchiveIterator(file, no_record_parse=True)
                for record in records:
                    offset = records.offset
                    response = _read_response(record)
                    if response is not None:
                        yield ArchiveRef(file=name, offset=offset), response
            except _DAMAGE as error:
                log.warning("archive: %s@%d is damaged and passed over: %s", name, offset, error or type(error).__name__)
                if on_damage is not None:
                    on_damage(ArchiveRef(file=name, offset=offset))
                offset = _next_member(file, offset + 1)
            else:
                return


def _next_member(file: BinaryIO, start: int) -> int | None:
    """Where the next gzip member that holds a WARC record begins; None where there is none."""
    file.seek(start)
    data = b""
    while chunk := file.read(_READ_BYTES):
        data = data[-len(_GZIP_MAGIC) + 1 :] + chunk
        base = file.tell() - len(data)
        at = data.find(_GZIP_MAGIC)
        while at >= 0:
            if _is_record(data[at:]):
                return base + at
            at = data.find(_GZIP_MAGIC, at + 1)
    return None


def _is_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(data[:4096], 8).startswith(b"WARC/1.")
    except zlib.error:
        return False


def _read_response(record: object) -> RawResponse | None:
    """The response in a record; None where it is a record of another type.

    Raises:
        ValueError: The record is cut short or not one of ours.
    """
    fields = dict(record.rec_headers.headers)  # type: ignore[attr-defined] # warcio has no types
    if fields.get("WARC-Type") != "response":
        return None
    length = int(fields["Content-Length"])
    block = record.raw_stream.read(length)  # type: ignore[attr-defined]
    if len(block) != length:
        raise ValueError(f"ends after {len(block)} of {length} bytes")
    status, headers, body = read_http(block)
    final_url = read_field(fields["WARC-Target-URI"])
    return RawResponse(
        url=read_field(fields["Wirecopy-Requested-URI"]) if "Wirecopy-Requested-URI" in fields else final_url,
        final_url=final_url,
        status=status,
        reason="",
        headers=headers,
        body=body,
        is_truncated="WARC-Truncated" in fields,
        fetched_at=datetime.fromisoformat(fields["WARC-Date"]),
        source_id=SourceId(read_field(fields["Wirecopy-Source"])),
        purpose=Purpose(fields["Wirecopy-Purpose"]),
        role=Role(fields.get("Wirecopy-Role", Role.ANSWER)),
        is_after_link=fields.get("Wirecopy-After") == "link",
        is_permanent=fields.get("Wirecopy-Redirects") == "permanent",
        request_headers={},
    )
