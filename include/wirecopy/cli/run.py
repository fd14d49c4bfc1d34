"""`wirecopy run`: one round of polling, collecting, linking and indexing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import click

from wirecopy.cli.options import common_options, json_option, print_json, progress_bar, settings_from
from wirecopy.errors import WirecopyError
from wirecopy.outcomes import MEANINGS
from wirecopy.pipeline import RunReport, open_pipeline
from wirecopy.sources import load_sources

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import TaskID

    from wirecopy.models import FeedState


class ProgressObserver:
    """Shows the pipeline's stages as bars on stderr; used as a context manager."""

    def __init__(self) -> None:
        """Make the display; nothing is shown before it is entered."""
        self._progress = progress_bar()
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        """Start showing."""
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the bars as they stand."""
        self._progress.stop()

    def begin(self, stage: str, total: int) -> None:
        """Add a bar, or lengthen the one that the stage has."""
        if stage in self._tasks:
            known = self._progress.tasks[self._tasks[stage]].total or 0
            self._progress.update(self._tasks[stage], total=known + total)
        else:
            self._tasks[stage] = self._progress.add_task(stage, total=total)

    def advance(self, stage: str) -> None:
        """Move the stage's bar by one."""
        self._progress.advance(self._tasks[stage])

    def finish(self, stage: str) -> None:
        """Nothing: a full bar says it."""


@click.command()
@click.option("--sources", metavar="FILE", help="The sources file  [env: WIRECOPY_SOURCES]")
@common_options
@json_option
def run(*, sources: str | None, store: str | None, data: str | None, as_json: bool) -> None:
    """Poll the feeds, collect their articles, link the copies, index all of it: one round."""
    settings = settings_from(store=store, data=data, sources=sources)
    outlets = load_sources(settings.sources)
    with ProgressObserver() as observer, open_pipeline(settings, outlets, observer=observer) as pipeline:
        report = pipeline.run_round()
        feeds = pipeline.store.feeds.get([feed for outlet in outlets for feed in outlet.feeds])
    failed = [state for state in feeds.values() if state.last_error]
    for state in failed:
        click.echo(f"feed failed: {state.url}: {state.last_error}", err=True)
    if as_json:
        print_json(report_as_json(report, failed))
    else:
        click.echo(format_report(report))
    if not report.is_balanced:
        raise WirecopyError(
            "ledger", f"{report.discovered} URLs were discovered but {sum(report.states.values())} are in a state"
        )


def report_as_json(report: RunReport, failed: list[FeedState]) -> dict[str, object]:
    """The report as one JSON object."""
    return {
        "polls": report.polls,
        "discovered_new": report.discovered_new,
        "collected": report.collected,
        "linked": report.linked,
        "states": {state.value: count for state, count in report.states.items()},
        "discovered": report.discovered,
        "failed_feeds": [{"url": state.url, "error": state.last_error} for state in failed],
    }


def format_report(report: RunReport) -> str:
    """The report as lines for a terminal: feeds, new URLs, every state with its number, and their sum."""
    linked = {kind: count for kind, count in report.linked.items() if kind not in {"unchanged", "refused"}}
    lines = [
        f"feeds       {_listed(report.polls) or 'none'}",
        f"new URLs    {report.discovered_new}",
        f"new in the index  {sum(linked.values())}" + (f" ({_listed(linked)})" if linked else ""),
        "",
        *(f"{state.value:<18} {count:>6}  {MEANINGS[state]}" for state, count in report.states.items() if count),
        f"{'sum of states':<18} {sum(report.states.values()):>6}",
        f"{'discovered':<18} {report.discovered:>6}",
    ]
    return "\n".join(lines)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda item: -item[1]) if count)
