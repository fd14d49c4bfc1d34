"""Writing the sources file: whole, or at its end, for what people wrote in it is never rewritten."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from wirecopy.errors import ConfigError
from wirecopy.sources.file import parse_sources, read_text
from wirecopy.sources.intervals import write_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wirecopy.models import Source


def format_sources(sources: Iterable[Source]) -> str:
    """A sources file that lists these outlets; `parse_sources` gives them back."""
    return "\n".join(map(_format_source, sources))


def append_sources(path: Path, sources: Iterable[Source]) -> None:
    """Append outlets to a sources file, which is made where there is none; what stands in it stays byte for byte.

    A reader sees the old file or the new one, never a part of it: the new one is written beside it and takes its name. A
    symbolic link stays one; the file it leads to is replaced, with its mode.

    Args:
        path: The file.
        sources: Outlets whose ids and feeds are not in it.

    Raises:
        ConfigError: The file is malformed, would be so with these outlets in it, or cannot be written; it is as it was.
    """
    added = format_sources(sources)
    if not added:
        return
    target = Path(os.path.realpath(path))
    try:
        with _locked(target.parent):
            _append(path, target, added)
    except OSError as error:
        raise ConfigError(str(path), f"the sources file cannot be written: {error.strerror or error}") from None


def _append(path: Path, target: Path, added: str) -> None:
    text, before = (read_text(path), target.read_bytes()) if target.exists() else ("", b"")
    line_end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text else line_end if text.endswith("\n") else 2 * line_end
    appended = gap + added.replace("\n", line_end)
    parse_sources(text + appended, name=str(path))
    _replace(target, before + appended.encode("utf-8"))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer at a time in a folder: of two that append at once, the later would write over what the first added."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(target: Path, data: bytes) -> None:
    """Put a file in the place of another, or of none, in one step."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    written = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        written.chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
        written.replace(target)
    except BaseException:
        with suppress(OSError):
            written.unlink()
        raise


def _umask() -> int:
    mask = os.umask(0o077)  # there is no way to ask for it without setting it
    os.umask(mask)
    return mask


def _format_source(source: Source) -> str:
    lines = ["[[source]]", f"id = {_quote(source.id)}", f"name = {_quote(source.name)}"]
    lines += [
        f"{key} = {_quote(value)}"
        for key, value in (("country", source.country), ("language", source.language), ("homepage", source.homepage))
        if value is not None
    ]
    if source.delay_s is not None:
        lines.append(f"delay_s = {source.delay_s!r}")
    if source.poll_every_s is not None:
        interval = write_interval(source.poll_every_s)
        lines.append(f"poll_every = {_quote(interval) if isinstance(interval, str) else repr(interval)}")
    if source.max_entries is not None:
        lines.append(f"max_entries = {source.max_entries}")
    if source.robots is not None:
        lines.append(f"robots = {'true' if source.robots else 'false'}")
    if len(source.feeds) == 1:
        lines.append(f"feeds = [{_quote(source.feeds[0])}]")
    else:
        lines += ["feeds = [", *(f"    {_quote(feed)}," for feed in source.feeds), "]"]
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    """A TOML basic string: JSON's, but for DEL, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
