"""`wirecopy doctor`: what is configured, reachable, and how full."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from wirecopy import __version__
from wirecopy.cli.options import common_options, json_option, open_existing, print_json, settings_from
from wirecopy.errors import WirecopyError
from wirecopy.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wirecopy.settings import Settings

# Under this a busy week of pages may not fit: 50,000 pages a day of 30 kB compressed are 1.5 GB.
_LOW_DISK_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What.
        is_ok: Whether it will do.
        detail: How it stands, or what is wrong and what to do.
    """

    name: str
    is_ok: bool
    detail: str


@click.command()
@click.option("--sources", metavar="FILE", help="The sources file  [env: WIRECOPY_SOURCES]")
@common_options
@json_option
def doctor(*, sources: str | None, store: str | None, data: str | None, as_json: bool) -> int:
    """Show what is configured, reachable, and how full; exit 1 if something is wrong."""
    settings = settings_from(store=store, data=data, sources=sources)
    findings = tuple(examine(settings))
    if as_json:
        print_json([{"name": each.name, "ok": each.is_ok, "detail": each.detail} for each in findings])
    else:
        for each in findings:
            click.echo(f"{'ok  ' if each.is_ok else 'FAIL'}  {each.name:<9} {each.detail}")
    return 0 if all(each.is_ok for each in findings) else 1


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that a run needs, and change nothing."""
    yield Finding(name="wirecopy", is_ok=True, detail=f"{__version__}, Python {sys.version.split()[0]}")
    yield _sources(settings)
    yield from _store(settings)
    yield from _data(settings)
    yield Finding(
        name="fetching",
        is_ok=True,
        detail=f"as {settings.user_agent!r}; robots.txt {'obeyed' if settings.robots else 'NOT obeyed'}; "
        f"{settings.delay_s:g} s between requests to a domain",
    )
    if settings.loopback:
        hosts = ", ".join(f"{rule.host}:{rule.port}" for rule in settings.loopback)
        yield Finding(name="loopback", is_ok=True, detail=f"the guard lets through {hosts}")


def _sources(settings: Settings) -> Finding:
    try:
        outlets = load_sources(settings.sources)
    except WirecopyError as error:
        return Finding(name="sources", is_ok=False, detail=str(error))
    feeds = sum(len(outlet.feeds) for outlet in outlets)
    return Finding(name="sources", is_ok=True, detail=f"{settings.sources}: {len(outlets)} outlets, {feeds} feeds")


def _store(settings: Settings) -> Iterator[Finding]:
    try:
        store = open_existing(settings)
    except WirecopyError as error:
        yield Finding(name="store", is_ok=False, detail=str(error))
        return
    try:
        info = store.info()
        size = f", {_size(info.size_bytes)}" if info.size_bytes is not None else ""
        detail = "".join(f", {name} {value}" for name, value in info.detail.items())
        yield Finding(
            name="store", is_ok=True, detail=f"{info.kind} {info.version}, schema {info.schema}, {info.address}{size}{detail}"
        )
        counts = {state.value: count for state, count in store.ledger.counts().items() if count}
        yield Finding(
            name="ledger",
            is_ok=sum(counts.values()) == store.ledger.discovered(),
            detail=f"{store.ledger.discovered()} URLs: " + (", ".join(f"{n} {name}" for name, n in counts.items()) or "none"),
        )
        feeds = [
            feed for feed in store.feeds.all() if feed.first_polled_at is not None
        ]  # not those that only wait for their site
        failing = sum(1 for feed in feeds if feed.error_streak)
        yield Finding(name="feeds", is_ok=True, detail=f"{len(feeds)} polled so far, {failing} failing")
        yield Finding(
            name="index", is_ok=True, detail=f"{store.documents.count()} articles, {store.inbox.count()} wait to be linked"
        )
    except WirecopyError as error:
        yield Finding(name="store", is_ok=False, detail=str(error))
    finally:
        store.close()


def _data(settings: Settings) -> Iterator[Finding]:
    folder = settings.data
    if folder.exists() and not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        yield Finding(name="data", is_ok=False, detail=f"{folder} is no folder that can be written; name another with --data")
        return
    if not folder.is_dir():
        yield Finding(name="data", is_ok=True, detail=f"{folder} is not there yet; the first run makes it")
        return
    free = shutil.disk_usage(folder).free
    files, taken = _taken(settings.archive_dir)
    yield Finding(
        name="archive",
        is_ok=free >= _LOW_DISK_BYTES,
        detail=f"{settings.archive_dir}: {files} WARC files, {_size(taken)}; {_size(free)} free on the disk",
    )


def _taken(folder: Path) -> tuple[int, int]:
    sizes = [path.stat().st_size for path in folder.rglob("*.warc.gz")]
    return len(sizes), sum(sizes)


def _size(count: int) -> str:
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:  # noqa: PLR2004 - SI steps
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
