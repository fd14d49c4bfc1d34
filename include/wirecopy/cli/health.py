"""`wirecopy health`: how every feed is doing, worst first."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from wirecopy.cli.options import common_options, json_option, open_existing, print_json, settings_from
from wirecopy.clock import utc_now
from wirecopy.errors import NotKnown
from wirecopy.health.feeds import FeedHealth
from wirecopy.health.status import MEANINGS, QUIET, Status
from wirecopy.health.survey import SourceHealth, Survey, survey
from wirecopy.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wirecopy.store.ports import Store

# Said of a source by itself, where none of its feeds' lines says it.
_OWN = frozenset({Status.SILENT, Status.FRUITLESS})
_COLOURS = {
    Status.FAILING: "red",
    Status.GONE: "red",
    Status.SILENT: "red",
    Status.FRUITLESS: "red",
    Status.OVERDUE: "red",
    Status.LOSING: "yellow",
    Status.SLOWING: "yellow",
    Status.SHAKY: "yellow",
    Status.PAUSED: "yellow",
    Status.NEVER_POLLED: "yellow",
    Status.NEW: "green",
    Status.WORKING: "green",
    Status.UNLISTED: "bright_black",
}


def _read_statuses(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> frozenset[Status]:
    names = [name.strip() for value in values for name in value.split(",") if name.strip()]
    for name in names:
        if name not in set(Status):
            raise click.BadParameter(f"{name!r} is no status; there are {', '.join(Status)}")
    return frozenset(map(Status, names))


@click.command()
@click.option("--source", "source_id", metavar="ID", help="Only this source, every feed of it.")
@click.option("--all", "show_all", is_flag=True, help="List the feeds that work as well.")
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    metavar="STATUS,…",
    callback=_read_statuses,
    help="Exit 1 if a feed or source is so, such as failing,silent; for cron and monitoring.",
)
@click.option("--sources", metavar="FILE", help="The sources file  [env: WIRECOPY_SOURCES]")
@common_options
@json_option
def health(
    *,
    source_id: str | None,
    show_all: bool,
    fail_on: frozenset[Status],
    sources: str | None,
    store: str | None,
    data: str | None,
    as_json: bool,
) -> int:
    """Show how feeds are doing, worst first: failing, silent, losing entries, slower than they were."""
    settings = settings_from(store=store, data=data, sources=sources)
    outlets = load_sources(settings.sources)
    opened = open_existing(settings)
    try:
        found = _survey(opened, outlets, source_id)
    finally:
        opened.close()
    if as_json:
        for item in _items(found):
            print_json(health_as_json(item))
    else:
        click.echo("\n".join(format_survey(found, show_all=show_all or source_id is not None)))
    statuses = {item.status for item in _items(found)}
    return 1 if statuses & fail_on else 0


def _survey(store: Store, outlets: Sequence[Any], source_id: str | None) -> Survey:
    states = store.feeds.all()
    if source_id is not None:
        outlets = [outlet for outlet in outlets if outlet.id == source_id]
        states = tuple(state for state in states if state.source_id == source_id)
        if not outlets and not states:
            raise NotKnown(source_id, "no source of this id, neither in the sources file nor in the store")
    return survey(outlets, states, lambda name: store.ledger.counts(source_id=name), utc_now())


def _items(found: Survey) -> tuple[FeedHealth | SourceHealth, ...]:
    return (*found.feeds, *found.sources)


def format_survey(found: Survey, *, show_all: bool) -> Iterable[str]:
    """Lines for a terminal: sources that have a status of their own, feeds worst first, and how many are in which status."""
    shown = [feed for feed in found.feeds if show_all or feed.status not in QUIET]
    own = [source for source in found.sources if source.status in _OWN and not source.feeds[source.status]]
    for source in own:
        yield _line(source.status, f"source {source.source_id}", source.reasons)
    for feed in shown:
        yield _line(feed.status, f"{feed.source_id}  {feed.feed}", _with_rate(feed))
    if own or shown:
        yield ""
    counts = Counter(feed.status for feed in found.feeds)
    for status in Status:
        if counts[status]:
            yield f"{counts[status]:>6}  {_painted(status)}  {MEANINGS[status]}"
    yield f"{sum(counts.values()):>6}  feeds of {len(found.sources)} sources"


def _with_rate(feed: FeedHealth) -> tuple[str, ...]:
    if feed.per_day is None:
        return feed.reasons
    before = f", {feed.per_day_before:.1f} before" if feed.per_day_before is not None else ""
    return (*feed.reasons, f"{feed.per_day:.1f} new a day{before}")


def _line(status: Status, subject: str, reasons: Sequence[str]) -> str:
    text = "; ".join(" ".join(reason.split()) for reason in reasons)
    return f"{_painted(status)}  {subject}  {''.join(letter if letter.isprintable() else '?' for letter in text)}"


def _painted(status: Status) -> str:
    """The status in a column; click leaves the colour out where stdout is no terminal."""
    return click.style(f"{status.value:<12}", fg=_COLOURS[status])


def health_as_json(item: FeedHealth | SourceHealth) -> dict[str, Any]:
    """A feed's or source's health as one JSON object with every field; `kind` says which, spans are in seconds."""
    kind = "feed" if isinstance(item, FeedHealth) else "source"
    return {"kind": kind, **{field.name: _plain(getattr(item, field.name)) for field in fields(item)}}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value
