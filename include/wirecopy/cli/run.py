"""`wirecopy run`: one round of polling, collecting, linking and indexing, or one after the other."""

from __future__ import annotations

import re
import signal
import sys
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Self

import click

from wirecopy.cli.counts import count_indexed, format_standing, list_counts
from wirecopy.cli.options import common_options, json_option, print_json, progress_bar, settings_from
from wirecopy.errors import WirecopyError
from wirecopy.outcomes import OPEN_STATES
from wirecopy.pipeline import RunReport, open_pipeline
from wirecopy.rounds import run_rounds
from wirecopy.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, TracebackType

    from rich.progress import TaskID

    from wirecopy.models import FeedState
    from wirecopy.rounds import Round
    from wirecopy.settings import Settings

_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_UNITS_S = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_LONGEST_S = 7 * 86_400


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


class _Stop(BaseException):
    """A signal asked to end; like KeyboardInterrupt it passes every handler of errors on its way out."""


class _Every(click.ParamType[timedelta]):
    """A span such as `30s`, `10m`, `1h` or `90`, seconds."""

    name = "span"

    def convert(self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read the span; an error says what may stand there."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?) *([smhd]?)", value.strip(), re.ASCII)
        seconds = float(found[1]) * _UNITS_S[found[2]] if found else 0.0
        if not 1 <= seconds <= _LONGEST_S:
            self.fail(f"{value!r} is no span from a second to seven days; write it as 30s, 10m, 1h or 90", param, ctx)
        return timedelta(seconds=seconds)


@click.command()
@click.option("--every", type=_Every(), metavar="SPAN", help="Keep going: poll what is due at least this often (30s, 10m, 1h).")
@click.option("--sources", metavar="FILE", help="The sources file  [env: WIRECOPY_SOURCES]")
@common_options
@json_option
def run(*, every: timedelta | None, sources: str | None, store: str | None, data: str | None, as_json: bool) -> None:
    """Poll the feeds, collect their articles, link the copies, index all of it.

    One round over every feed; with --every, round after round over the feeds that are due, until told to end (SIGTERM, Ctrl-C).
    """
    settings = settings_from(store=store, data=data, sources=sources)
    if every is not None:
        _keep_going(settings, every, as_json=as_json)
        return
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


def _keep_going(settings: Settings, every: timedelta, *, as_json: bool) -> None:
    """Rounds until a signal asks to end; a second signal ends at once."""
    with _stopped_by_signals(), closing(run_rounds(settings, every, warn=_warn)) as rounds:
        for done in rounds:
            for state in done.failed_feeds:
                _warn(f"feed failed: {state.url}: {state.last_error}")
            if as_json:
                print_json(round_as_json(done))
                if sys.stdout is not None:  # None where the caller closed it
                    sys.stdout.flush()  # a line a round is of use when the round is over
            elif done.error is None:
                click.echo(format_round(done))
            if done.error is not None:
                _warn(f"round {done.number} failed: {done.error}; tried again in {_seconds(done.wait)}")


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Leave the block quietly at the first signal, whose handling is then the operating system's: a second one kills."""
    numbers = [number for number in _STOPPING if signal.getsignal(number) is not signal.SIG_IGN]  # ignored under nohup

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)
        raise _Stop

    for number in numbers:
        signal.signal(number, stop)
    try:
        yield
    except _Stop:
        click.echo("wirecopy: stopped", err=True)


def _warn(text: str) -> None:
    click.echo(f"wirecopy: {' '.join(text.split())}", err=True)


def format_round(done: Round) -> str:
    """One line: when, what came of the feeds, what is new, and when the next round begins."""
    report = done.report
    assert report is not None
    indexed = count_indexed(report.linked)
    waiting = sum(report.states.get(state, 0) for state in OPEN_STATES)
    again = f", {report.revisited} to be fetched again" if report.revisited else ""
    return (
        f"{done.started_at:%Y-%m-%dT%H:%M:%SZ} round {done.number}: feeds {list_counts(report.polls) or 'none due'}; "
        f"{report.discovered_new} new URLs{again}, {indexed} new in the index, {waiting} of {report.discovered} URLs open; "
        f"took {_seconds(done.took)}, next in {_seconds(done.wait)}"
    )


def round_as_json(done: Round) -> dict[str, object]:
    """The round as one JSON object; `error` and nothing of a report where it failed as a whole."""
    head: dict[str, object] = {
        "round": done.number,
        "started_at": done.started_at.isoformat(),
        "took_s": round(done.took.total_seconds(), 3),
        "wait_s": round(done.wait.total_seconds(), 3),
        "error": done.error,
    }
    return head if done.report is None else head | report_as_json(done.report, list(done.failed_feeds))


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.1f} s" if span < timedelta(seconds=100) else f"{span.total_seconds() / 60:.0f} min"


def report_as_json(report: RunReport, failed: list[FeedState]) -> dict[str, object]:
    """The report as one JSON object."""
    return {
        "polls": report.polls,
        "discovered_new": report.discovered_new,
        "revisited": report.revisited,
        "collected": report.collected,
        "linked": report.linked,
        "states": {state.value: count for state, count in report.states.items()},
        "discovered": report.discovered,
        "failed_feeds": [{"url": state.url, "error": state.last_error} for state in failed],
    }


def format_report(report: RunReport) -> str:
    """The report as lines for a terminal: feeds, new URLs, every state with its number, and their sum."""
    lines = [
        f"feeds       {list_counts(report.polls) or 'none'}",
        f"new URLs    {report.discovered_new}" + (f", {report.revisited} to be fetched again" if report.revisited else ""),
        *format_standing(report.linked, report.states, report.discovered),
    ]
    return "\n".join(lines)
