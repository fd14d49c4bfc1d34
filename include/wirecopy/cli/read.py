"""`wirecopy feed` and `wirecopy extract`: what Wirecopy reads in a feed and in a page, without keeping anything."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tempfile
import zlib
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from wirecopy.cli.options import print_json, progress_bar
from wirecopy.clock import utc_now
from wirecopy.errors import ConfigError, ContentError, WirecopyError
from wirecopy.models import FetchRequest, Purpose, SourceId
from wirecopy.settings import load_settings
from wirecopy.workers import WorkerFailure, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from wirecopy.feeds.items import FeedDocument, FeedItem
    from wirecopy.models import Article, FetchedPage, FetchResult
    from wirecopy.settings import Settings

_LONGEST_FEED_S: Final = 10.0
"""Longest time for a feed at the command line, the start of its process not counted: 200 real feeds took at most 5.7 s."""
_MOST_BYTES: Final = 50_000_000
"""Most bytes that are taken from a file, unpacked; feeds and pages are cut far below."""
_GZIP: Final = b"\x1f\x8b"
_OK: Final = range(200, 300)


@click.command()
@click.argument("source", metavar="FILE|URL")
@click.option("--base-url", metavar="URL", help="What relative links are resolved against; a URL's own where none is given.")
def feed(*, source: str, base_url: str | None) -> None:
    """Print the entries of a feed (RSS, RDF, Atom, JSON Feed) or sitemap as JSON lines.

    Each has url, title, published_at, id, summary and authors, null where the feed does not say. FILE may be `-` for stdin
    and may be gzipped; a relative link of a FILE is given as it stands unless there is a --base-url. An index of sitemaps has no
    entries: how many sitemaps it lists is said on stderr.
    """
    settings = load_settings()
    if source.lower().startswith(("http://", "https://")):
        page = _fetch(source, settings)
        payload = (page.body, base_url or page.final_url, page.headers.get("content-type"))
    else:
        # Left packed where it is: the reader of feeds keeps the beginning of what breaks off.
        payload = (_read_input(source, is_unpacked=False), base_url or "", None)
    timeout_s = min(settings.worker_timeout_s, _LONGEST_FEED_S)
    document: FeedDocument = _do_one("read_feed", source, payload, settings, timeout_s=timeout_s)
    if document.is_truncated:
        click.echo(f"{source}: {document.warnings[0]}", err=True)
    if document.missing:
        click.echo(f"{source}: {document.missing} more items stand in it that could not be read", err=True)
    if document.format == "sitemap_index":
        click.echo(f"{source}: an index that lists {len(document.sitemaps)} sitemaps; read those for entries", err=True)
    for item in document.items:
        print_json(_item_as_json(item))


@click.command()
@click.argument("file", required=False, metavar="FILE")
@click.option("--url", metavar="URL", help="The page's address, for links in it and its site's name.")
@click.option("--batch", metavar="MANIFEST.jsonl", help="Read many pages: lines of id, path and url; `-` for stdin.")
def extract(*, file: str | None, url: str | None, batch: str | None) -> None:
    """Print the article of an HTML page as JSON.

    FILE may be `-` for stdin and may be gzipped. With --batch, each line of the manifest is answered by a line, in order, with
    its id and the article's fields or an error. A path that is not absolute is looked for beside the manifest, then in the
    working folder.
    """
    if (file is None) == (batch is None) or (batch is not None and url is not None):
        raise click.UsageError("give either FILE [--url URL] or --batch MANIFEST.jsonl")
    settings = load_settings()
    if batch is not None:
        _extract_batch(batch, settings)
    elif file is not None:
        article = _do_one(
            "extract_page", file, (_read_input(file), url, None, utc_now()), settings, timeout_s=settings.worker_timeout_s
        )
        print_json(_article_as_json(article))


def _do_one(job: str, subject: str, payload: tuple[Any, ...], settings: Settings, *, timeout_s: float) -> Any:
    with WorkerPool(1, timeout_s=timeout_s, memory_bytes=settings.worker_memory_bytes) as pool:
        (result,) = pool.map(job, [payload])
    if isinstance(result, WorkerFailure):
        raise ContentError(subject, result.reason)
    if isinstance(result, WirecopyError):
        raise ContentError(subject, result.message)
    return result


def _item_as_json(item: FeedItem) -> dict[str, Any]:
    return {
        "url": item.url,
        "title": item.title,
        "published_at": item.published_at.stated if item.published_at else None,
        "id": item.guid,
        "summary": item.summary,
        "authors": list(item.authors) or None,
    }


def _article_as_json(article: Article) -> dict[str, Any]:
    return {
        "url": article.url,
        "canonical_url": article.canonical_url,
        "title": article.title,
        "text": article.text,
        "authors": list(article.authors) or None,
        "published_at": article.published_at.stated if article.published_at else None,
        "lang": article.lang,
        "site_name": article.site_name,
        "image": article.image,
        "access": article.access.value,
    }


def _read_input(name: str, most: int = _MOST_BYTES, *, is_unpacked: bool = True) -> bytes:
    """The bytes of a file or of stdin, unpacked where they are gzip's and that is asked; at most so many, all of them with -1."""
    try:
        with click.open_file(name, "rb") as file:
            body: bytes = file.read(most)
        return _unpack(body, most) if is_unpacked else body
    except (OSError, EOFError, zlib.error) as error:
        raise ConfigError(name, f"cannot be read: {_reason(error)}") from None


def _unpack(body: bytes, most: int) -> bytes:
    if not body.startswith(_GZIP):
        return body
    # Bounded, where gzip.decompress would unpack a bomb; a file that was joined has several members.
    return gzip.GzipFile(fileobj=io.BytesIO(body)).read(most)


def _reason(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()


def _fetch(url: str, settings: Settings) -> FetchedPage:
    # The HTTP library is loaded only where something is fetched: reading a file must not wait for it.
    from wirecopy.archive import ArchiveWriter  # noqa: PLC0415
    from wirecopy.fetch.client import Fetcher  # noqa: PLC0415

    results: list[FetchResult] = []
    request = FetchRequest(url=url, purpose=Purpose.FEED, source_id=SourceId("command-line"))
    with tempfile.TemporaryDirectory(prefix="wirecopy-") as folder, ArchiveWriter(Path(folder), utc_now) as archive:
        Fetcher(settings, archive, utc_now).run([request], results.append)
    (result,) = results
    if result.error is not None:
        raise result.error
    assert result.page is not None
    if result.page.status not in _OK:
        raise ContentError(url, f"answered {result.page.status}")
    return result.page


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line of the manifest: its id, and what is wrong with it if nothing can be read."""

    id: Any
    error: str | None = None


def _extract_batch(manifest: str, settings: Settings) -> None:
    lines = [(number, line) for number, line in enumerate(_read_input(manifest, -1).split(b"\n"), 1) if line.strip()]
    folder = Path.cwd() if manifest == "-" else Path(manifest).parent
    waiting: deque[_Line] = deque()

    def payloads() -> Iterator[tuple[bytes, str | None, None, datetime]]:
        for number, raw in lines:
            line, body, url = _read_line(raw, number, folder)
            waiting.append(line)
            if line.error is None:
                yield body, url, None, utc_now()

    pool = WorkerPool(settings.worker_count, timeout_s=settings.worker_timeout_s, memory_bytes=settings.worker_memory_bytes)
    with progress_bar() as progress, pool:
        task = progress.add_task("reading pages", total=len(lines))

        def print_errors() -> None:
            while waiting and waiting[0].error is not None:
                line = waiting.popleft()
                print_json({"id": line.id, "error": line.error})
                progress.advance(task)

        for result in pool.map("extract_page", payloads()):
            print_errors()
            print_json({"id": waiting.popleft().id, **_result_as_json(result)})
            progress.advance(task)
        print_errors()
    sys.stdout.flush()


def _result_as_json(result: Article | WirecopyError | WorkerFailure) -> dict[str, Any]:
    if isinstance(result, WorkerFailure):
        return {"error": result.reason}
    if isinstance(result, WirecopyError):
        return {"error": result.message}
    return _article_as_json(result)


def _read_line(  # noqa: PLR0911 - one line for each thing that can be wrong
    raw: bytes, number: int, folder: Path
) -> tuple[_Line, bytes, str | None]:
    """The line, its page's bytes and address; whatever is wrong with it is in the line's `error`."""
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return _Line(id=None, error=f"line {number} of the manifest is no JSON: {error}"), b"", None
    if not isinstance(row, dict):
        return _Line(id=None, error=f"line {number} of the manifest is no object with id, path and url"), b"", None
    identity, path, url = row.get("id"), row.get("path"), row.get("url")
    if identity is None:
        return _Line(id=None, error=f"line {number} of the manifest has no id"), b"", None
    if not isinstance(path, str) or not path:
        return _Line(id=identity, error=f"line {number} of the manifest has no path"), b"", None
    if url is not None and not isinstance(url, str):
        return _Line(id=identity, error=f"line {number} of the manifest has a url that is no text"), b"", None
    beside = folder / path
    try:
        return _Line(id=identity), _read_page(beside if beside.exists() else Path(path)), url
    except (OSError, EOFError, ValueError, zlib.error) as error:
        return _Line(id=identity, error=f"{path}: cannot be read: {_reason(error)}"), b"", None


def _read_page(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise OSError("it is no regular file")  # a pipe would hold up every line behind it
    with path.open("rb") as file:
        return _unpack(file.read(_MOST_BYTES), _MOST_BYTES)
