"""`wirecopy extract --batch`: a manifest's pages, read in parallel and answered in order; nothing of them is kept.

The manifest is read as pages are, a few lines ahead: it may be longer than memory, or a pipe.
"""

from __future__ import annotations

import gzip
import json
import stat
import sys
import time
import zlib
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from wirecopy.cli.options import print_json, progress_bar
from wirecopy.cli.read_file import GZIP_MARK, MOST_PAGE_BYTES, describe_failure, unpack
from wirecopy.cli.read_json import article_as_json
from wirecopy.clock import utc_now
from wirecopy.errors import ConfigError, ContentError, WirecopyError
from wirecopy.extract.lines.siblings import Siblings
from wirecopy.models import Article
from wirecopy.workers import WorkerFailure, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import BinaryIO, Self

    from wirecopy.settings import Settings

_LONGEST_LINE: Final = 1_000_000
"""Most bytes of a line of the manifest; what is longer is no manifest, and must not fill the memory."""
_MOST_WAITING: Final = 1000
"""Most lines that wait for a page before them to be read; without a bound, lines of errors behind a slow page fill the memory."""
_BOM: Final = b"\xef\xbb\xbf"
_SAID_EVERY_S: Final = 10.0
"""How often a log is told how far the reading is; a terminal has a bar. Workers take 5 s to start."""

_Payload = tuple[bytes, str | None, None, "datetime"]
_Result = Article | WirecopyError | WorkerFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line of the manifest: its id, its page's address, and what is wrong with it if nothing can be read."""

    id: Any
    url: str | None = None
    error: str | None = None


def extract_batch(manifest: str, settings: Settings) -> None:
    """Answer each line of a manifest with a line on stdout, in its order.

    Pages of one site teach each other what the site shows on all of them (`wirecopy.extract.lines.siblings`). Of a manifest that is a file
    the addresses are read before the pages, and an answer waits for its site's next pages; from a pipe each answer comes at once.

    Args:
        manifest: Its path, or `-` for stdin; it may be gzipped.
        settings: How many workers there are, and what each may take.

    Raises:
        ConfigError: The manifest cannot be read, or not to its end; what came before is answered.
    """
    lines = _Manifest(manifest)
    folder = Path.cwd() if manifest == "-" else Path(manifest).parent
    pool = WorkerPool(settings.worker_count, timeout_s=settings.worker_timeout_s, memory_bytes=settings.worker_memory_bytes)
    total = lines.count()
    siblings = Siblings(lines.urls() if total is not None else ())
    with _Progress(total) as progress, lines, pool:
        _Batch(lines, folder, siblings, progress).run(pool)
    if lines.failure is not None:
        raise lines.failure


class _Batch:
    """A manifest's lines on their way to their answers."""

    def __init__(self, lines: _Manifest, folder: Path, siblings: Siblings, progress: _Progress) -> None:
        self._lines = iter(lines)
        self._folder = folder
        self._siblings = siblings
        self._progress = progress
        self._waiting: deque[_Line] = deque()
        self._read: deque[_Line] = deque()
        self._is_exhausted = False

    def run(self, pool: WorkerPool) -> None:
        """Answer them all."""
        while not self._is_exhausted:
            for result in pool.map("extract_page", self._payloads()):
                self._take_errors()
                self._take(self._waiting.popleft(), result)
            self._take_errors()
        self._answer(self._siblings.finish())

    def _payloads(self) -> Iterator[_Payload]:
        for number, raw in self._lines:
            line, body, url = _read_line(raw, number, self._folder)
            self._waiting.append(line)
            if line.error is None:
                yield body, url, None, utc_now()
                continue
            self._take_errors()
            if len(self._waiting) >= _MOST_WAITING:
                return  # until what they wait for is answered
        self._is_exhausted = True

    def _take_errors(self) -> None:
        while self._waiting and self._waiting[0].error is not None:
            line = self._waiting.popleft()
            self._take(line, ContentError(str(line.id), line.error or ""))

    def _take(self, line: _Line, result: _Result) -> None:
        self._read.append(line)
        self._progress.advance(has_failed=isinstance(result, WorkerFailure | WirecopyError))
        self._answer(self._siblings.add(line.url, result))

    def _answer(self, results: Iterator[_Result]) -> None:
        for result in results:
            print_json({"id": self._read.popleft().id, **_result_as_json(result)})
            if sys.stdout is not None:
                sys.stdout.flush()  # whoever reads along sees each answer as it comes


def _result_as_json(result: _Result) -> dict[str, Any]:
    if isinstance(result, WorkerFailure):
        return {"error": result.reason}
    if isinstance(result, WirecopyError):
        return {"error": result.message}
    return article_as_json(result)


class _Manifest:
    """The lines of a manifest with their numbers as an editor counts them, empty ones left out."""

    def __init__(self, name: str) -> None:
        self.failure: ConfigError | None = None
        self._name = name
        self._files = ExitStack()

    def __enter__(self) -> Self:
        """Nothing is opened yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what was opened."""
        self._files.close()

    def count(self) -> int | None:
        """How many lines there are; None where only reading would tell, as of a pipe.

        Raises:
            ConfigError: It cannot be opened.
        """
        try:
            if self._name == "-" or not stat.S_ISREG(Path(self._name).stat().st_mode):
                return None
            with ExitStack() as files:
                return sum(bool(line.strip()) for line in _split(_open_manifest(self._name, files)))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return None  # broken off; what stands before that is answered
        except (OSError, ValueError) as error:
            raise ConfigError(self._name, f"cannot be read: {describe_failure(error)}") from None

    def urls(self) -> Iterator[str | None]:
        """The lines' addresses, None where one has none; an end where the manifest cannot be read further."""
        try:
            with ExitStack() as files:
                yield from (_url_in(line) for line in _split(_open_manifest(self._name, files)) if line.strip())
        except (OSError, EOFError, ValueError, zlib.error):
            return  # said when the pages are read

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Each line; where reading fails that is the end, and the failure is kept."""
        try:
            for number, line in enumerate(_split(_open_manifest(self._name, self._files)), 1):
                if line.strip():
                    yield number, line
        except (OSError, EOFError, ValueError, zlib.error) as error:
            self.failure = ConfigError(self._name, f"cannot be read: {describe_failure(error)}")


def _open_manifest(name: str, files: ExitStack) -> BinaryIO:
    raw: Any = files.enter_context(click.open_file(name, "rb"))
    start = raw.peek(len(GZIP_MARK)) if hasattr(raw, "peek") else b""
    # A peek may bring less than was asked; one byte tells as well, since no JSON begins with it.
    return files.enter_context(gzip.GzipFile(fileobj=raw)) if start[:1] == GZIP_MARK[:1] else raw  # type: ignore[return-value]


def _split(file: BinaryIO) -> Iterator[bytes]:
    """The lines, each cut where it is longer than any line of a manifest."""
    is_first = True
    while line := file.readline(_LONGEST_LINE):
        yield line.removeprefix(_BOM) if is_first else line
        is_first = False
        while line and not line.endswith(b"\n"):  # the rest of one that was cut
            line = file.readline(_LONGEST_LINE)


def _url_in(raw: bytes) -> str | None:
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    url = row.get("url") if isinstance(row, dict) else None
    return url if isinstance(url, str) else None


def _read_line(  # noqa: PLR0911 - one line for each thing that can be wrong
    raw: bytes, number: int, folder: Path
) -> tuple[_Line, bytes, str | None]:
    """The line, its page's bytes and address; whatever is wrong with it is in the line's `error`."""
    if len(raw) >= _LONGEST_LINE:
        return _Line(id=None, error=f"line {number} of the manifest is longer than {_LONGEST_LINE:,} bytes"), b"", None
    try:
        row = json.loads(raw)
        identity = row.get("id") if isinstance(row, dict) else None
        json.dumps(identity, allow_nan=False)  # it is given back, and NaN is no JSON
    except (ValueError, RecursionError) as error:
        return _Line(id=None, error=f"line {number} of the manifest is no JSON: {error}"), b"", None
    if not isinstance(row, dict):
        return _Line(id=None, error=f"line {number} of the manifest is no object with id, path and url"), b"", None
    path, url = row.get("path"), row.get("url")
    if identity is None:
        return _Line(id=None, error=f"line {number} of the manifest has no id"), b"", None
    if not isinstance(path, str) or not path:
        return _Line(id=identity, error=f"line {number} of the manifest has no path"), b"", None
    if url is not None and not isinstance(url, str):
        return _Line(id=identity, error=f"line {number} of the manifest has a url that is no text"), b"", None
    beside = folder / path
    try:
        return _Line(id=identity, url=url), _read_page(beside if beside.exists() else Path(path)), url
    except (OSError, EOFError, ValueError, zlib.error) as error:
        return _Line(id=identity, error=f"{path}: cannot be read: {describe_failure(error)}"), b"", None


def _read_page(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise OSError("it is no regular file")  # a pipe would hold up every line behind it
    with path.open("rb") as file:
        return unpack(file.read(MOST_PAGE_BYTES), MOST_PAGE_BYTES)


class _Progress:
    """How far the reading is: a bar on a terminal, a line now and then in a log, and what came of it at the end."""

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._done = self._failed = 0
        self._bar = progress_bar()
        self._task = self._bar.add_task("reading pages", total=total)
        self._said_at = time.monotonic()

    def __enter__(self) -> Self:
        """Show the bar where there is a terminal."""
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Take the bar away and say what came of it, unless it was broken off."""
        self._bar.stop()
        if kind is None and self._done:
            self._say()

    def advance(self, *, has_failed: bool) -> None:
        """A page is done."""
        self._done += 1
        self._failed += has_failed
        self._bar.advance(self._task)
        if self._bar.disable and time.monotonic() - self._said_at >= _SAID_EVERY_S:
            self._said_at = time.monotonic()
            self._say()

    def _say(self) -> None:
        of = f" of {self._total}" if self._total is not None else ""
        failed = f", {self._failed} of them with an error" if self._failed else ""
        click.echo(f"{self._done}{of} pages done{failed}", err=True)
