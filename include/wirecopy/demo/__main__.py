"""`make demo`: follow the newsroom's feeds to an index, and print the stories with their copies."""

from __future__ import annotations

import shlex
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from wirecopy.cli.options import common_options, settings_from, stderr_console
from wirecopy.cli.run import ProgressObserver, format_report
from wirecopy.demo.newsroom import Newsroom
from wirecopy.demo.tree import count_single, draw_apart, draw_copies, group_stories
from wirecopy.errors import WirecopyError
from wirecopy.pipeline import open_pipeline
from wirecopy.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from wirecopy.demo.tree import Stories
    from wirecopy.pipeline import RunReport
    from wirecopy.settings import Settings

_DATA = Path("demo-data")
_SOURCES = "sources.toml"
# Politeness is real, but these hosts are ours: a tenth of a second keeps sixty pages within a few seconds.
_DELAY_S = 0.1
# Wide enough for a copy's line; a pipe has no width of its own.
_PIPE_COLUMNS = 120


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@common_options
@click.pass_context
def demo(ctx: click.Context, *, store: str | None, data: str | None) -> None:
    """Run Wirecopy once over a small newsroom on this machine and show what it found.

    The data folder is demo-data unless --data or WIRECOPY_DATA says otherwise.
    """
    if ctx.invoked_subcommand is not None:
        return
    settings = settings_from(store=store, data=data, delay_s=_DELAY_S)
    if "data" not in settings.model_fields_set:
        settings = settings_from(store=store, data=str(_DATA), delay_s=_DELAY_S)
    with Newsroom() as newsroom:
        settings = _point_at(newsroom, settings)
        outlets = load_sources(settings.sources)
        stderr_console().print(f"A newsroom of {len(outlets)} outlets answers on 127.0.0.1:{newsroom.port}")
        with ProgressObserver() as observer, open_pipeline(settings, outlets, observer=observer) as pipeline:
            report = pipeline.run_round()
            stories = group_stories(pipeline.store.documents.scan())
    _print(report, stories, {outlet.id: outlet.name for outlet in outlets})
    _print_next(stories, data=settings.data, store=store)


def _point_at(newsroom: Newsroom, settings: Settings) -> Settings:
    """Settings under which the newsroom, and nothing else of this machine, may be fetched; its sources file is written."""
    settings.data.mkdir(parents=True, exist_ok=True)
    sources = settings.data / _SOURCES
    newsroom.write_sources(sources)
    return settings_from(
        store=settings.store or None,
        data=str(settings.data),
        delay_s=settings.delay_s,
        sources=str(sources),
        loopback=newsroom.loopback,
    )


def _print(report: RunReport, stories: Stories, names: dict[str, str]) -> None:
    """The run's table and the stories as trees."""
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_PIPE_COLUMNS)
    console.print(format_report(report), markup=False)
    if not report.discovered_new and not sum(report.linked.values()):
        console.print("\nNothing new: everything the feeds list was found by an earlier run.", markup=False)
    console.print()
    console.print(draw_copies(stories, names))
    apart = draw_apart(stories, names)
    if apart is not None:
        console.print()
        console.print(apart)
    console.print()
    console.print(count_single(stories), markup=False)


def _print_next(stories: Stories, *, data: Path, store: str | None) -> None:
    """Commands that go on from here; each works when pasted."""
    where = f"--data {shlex.quote(str(data))}" + (f" --store {shlex.quote(store)}" if store else "")
    commands = [f"search herring {where}", f'search "электростанция OR 潮力発電所" {where}', f"ledger {where}"]
    if stories:
        story = stories[0]
        commands.insert(2, f"story {story[0].link.story_id} {where}")
        if len(story) > 1:
            commands.insert(3, f"explain {story[0].id} {story[-1].id} {where}")
    commands.append(f"web {where}")
    click.echo("\nGo on with:")
    for command in commands:
        click.echo(f"  {_program()} {command}")


def _program() -> str:
    """How the reader starts `wirecopy` from where they are."""
    beside = Path(sys.executable).parent / "wirecopy"
    if not beside.is_file():
        return f"{shlex.quote(sys.executable)} -m wirecopy"
    try:
        return shlex.quote(str(beside.relative_to(Path.cwd())))
    except ValueError:
        return shlex.quote(str(beside))


@demo.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; 0 for any free one.")
@click.option("--sources", type=click.Path(path_type=Path), default=_DATA / _SOURCES, show_default=True)
def serve(*, port: int, sources: Path) -> None:
    """Serve the newsroom until interrupted, and print what to export so that Wirecopy reads it."""
    try:
        newsroom = Newsroom(port)
    except OSError as error:
        raise click.ClickException(f"port {port} cannot be used: {error.strerror}; choose another with --port") from None
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    with newsroom:
        sources.parent.mkdir(parents=True, exist_ok=True)
        newsroom.write_sources(sources)
        click.echo(f"export WIRECOPY_LOOPBACK={shlex.quote(newsroom.loopback)}")
        click.echo(f"export WIRECOPY_SOURCES={shlex.quote(str(sources.resolve()))}")
        sys.stdout.flush()
        ended.wait()


def main(args: Sequence[str] | None = None) -> None:
    """Run the demo's command line and exit: 0 done, 1 failed (one line on stderr), 2 usage."""
    try:
        demo.main(args=args, prog_name="python -m wirecopy.demo", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("demo: interrupted", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (WirecopyError, OSError) as error:
        click.echo(f"demo: {' '.join(str(error).split())}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
