"""`wirecopy replay`: rebuild ledger and index from the archive, without the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wirecopy.cli.counts import format_standing, list_counts
from wirecopy.cli.options import common_options, json_option, print_json, settings_from
from wirecopy.cli.run import ProgressObserver
from wirecopy.errors import WirecopyError
from wirecopy.pipeline import open_pipeline
from wirecopy.sources import load_sources
from wirecopy.steps.replay import ReplayScope, count_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wirecopy.models import Source
    from wirecopy.outcomes import State
    from wirecopy.settings import Settings
    from wirecopy.steps.replay import Replayed


@click.command()
@click.option("--since", metavar="TIME", help="Responses from then on: 2026-11-22, or an ISO 8601 time (UTC without offset).")
@click.option("--until", metavar="TIME", help="Responses before then; a date counts to the end of its day.")
@click.option("--source", metavar="ID", help="Responses for this source only.")
@click.option("--sources", metavar="FILE", help="The sources file  [env: WIRECOPY_SOURCES]")
@common_options
@json_option
def replay(
    *,
    since: str | None,
    until: str | None,
    source: str | None,
    sources: str | None,
    store: str | None,
    data: str | None,
    as_json: bool,
) -> None:
    """Rebuild ledger and index from the archive, without the network; what is there already stays as it is."""
    settings = settings_from(store=store, data=data, sources=sources)
    outlets = _load_outlets(settings)
    scope = ReplayScope.read(since=since, until=until, source=source)
    count_files(settings.archive_dir)  # before a store is made for nothing
    with ProgressObserver() as observer, open_pipeline(settings, outlets, observer=observer) as pipeline:
        done = pipeline.replay(scope)
        states, discovered = pipeline.store.ledger.counts(), pipeline.store.ledger.discovered()
    if as_json:
        print_json(replayed_as_json(done, states, discovered))
    else:
        click.echo(format_replayed(done, states, discovered))
    if sum(states.values()) != discovered:
        raise WirecopyError("ledger", f"{discovered} URLs were discovered but {sum(states.values())} are in a state")


def _load_outlets(settings: Settings) -> tuple[Source, ...]:
    """The outlets of the sources file; none where nobody named one and the usual one is not there: the archive says whose its answers are."""
    if "sources" not in settings.model_fields_set and not settings.sources.exists():
        click.echo(
            f"no {settings.sources} here: outlets' countries and limits are not known, and feeds' histories are not rebuilt; "
            "name the file with --sources or WIRECOPY_SOURCES",
            err=True,
        )
        return ()
    return load_sources(settings.sources)


def replayed_as_json(done: Replayed, states: Mapping[State, int], discovered: int) -> dict[str, object]:
    """What a replay did and how everything stands after it, as one JSON object."""
    return {
        "archive": {"responses": done.responses, "damaged": done.damaged},
        "feeds": done.feeds,
        "pages": done.pages,
        "discovered_new": done.discovered_new,
        "collected": done.collected,
        "linked": done.linked,
        "states": {state.value: count for state, count in states.items()},
        "discovered": discovered,
    }


def format_replayed(done: Replayed, states: Mapping[State, int], discovered: int) -> str:
    """The same as lines for a terminal."""
    lines = [
        f"archive     {done.responses} responses" + (f", {done.damaged} damaged records passed over" if done.damaged else ""),
        f"feeds       {list_counts(done.feeds) or 'none'}",
        f"pages       {list_counts(done.pages) or 'none'}",
        f"new URLs    {done.discovered_new}",
        *format_standing(done.linked, states, discovered),
    ]
    return "\n".join(lines)
