"""`wirecopy feed` and `wirecopy extract`: what Wirecopy reads in a feed and in a page, without keeping anything."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from wirecopy.cli.options import print_json
from wirecopy.cli.read_batch import extract_batch
from wirecopy.cli.read_file import MOST_PAGE_BYTES, read_file
from wirecopy.cli.read_json import article_as_json, item_as_json
from wirecopy.clock import utc_now
from wirecopy.errors import ContentError, WirecopyError
from wirecopy.models import FetchRequest, Purpose, SourceId
from wirecopy.settings import load_settings
from wirecopy.workers import WorkerFailure, WorkerPool

if TYPE_CHECKING:
    from wirecopy.feeds.items import FeedDocument
    from wirecopy.models import FetchedPage, FetchResult
    from wirecopy.settings import Settings

_LONGEST_FEED_S: Final = 10.0
"""Longest time for a feed at the command line, the start of its process not counted: 200 real feeds took at most 5.7 s."""
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
        payload = (read_file(source, is_unpacked=False), base_url or "", None)
    timeout_s = min(settings.worker_timeout_s, _LONGEST_FEED_S)
    document: FeedDocument = _do_one("read_feed", source, payload, settings, timeout_s=timeout_s)
    if document.is_truncated:
        click.echo(f"{source}: {document.warnings[0]}", err=True)
    if document.missing:
        click.echo(f"{source}: {document.missing} more items stand in it that could not be read", err=True)
    if document.format == "sitemap_index":
        click.echo(f"{source}: an index that lists {len(document.sitemaps)} sitemaps; read those for entries", err=True)
    for item in document.items:
        print_json(item_as_json(item))


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
        extract_batch(batch, settings)
    elif file is not None:
        article = _do_one(
            "extract_page",
            file,
            (read_file(file, MOST_PAGE_BYTES), url, None, utc_now()),
            settings,
            timeout_s=settings.worker_timeout_s,
        )
        print_json(article_as_json(article))


def _do_one(job: str, subject: str, payload: tuple[Any, ...], settings: Settings, *, timeout_s: float) -> Any:
    with WorkerPool(1, timeout_s=timeout_s, memory_bytes=settings.worker_memory_bytes) as pool:
        (result,) = pool.map(job, [payload])
    if isinstance(result, WorkerFailure):
        raise ContentError(subject, result.reason)
    if isinstance(result, WirecopyError):
        raise ContentError(subject, result.message)
    return result


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
