"""The command group; each command lives in a module of its own, imported only when it is called."""

from __future__ import annotations

import importlib
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from wirecopy import __version__
from wirecopy.errors import WirecopyError

if TYPE_CHECKING:
    from collections.abc import Sequence

# command -> module of wirecopy.cli that holds it under the same name
_COMMANDS = {
    "run": "run",
    "replay": "replay",
    "ledger": "ledger",
    "feed": "read",
    "extract": "read",
    "link": "link",
    "search": "search",
    "story": "search",
    "explain": "explain",
    "health": "health",
    "sources": "sources",
    "doctor": "doctor",
    "web": "web",
}


class _LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for: `wirecopy --help` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = getattr(importlib.import_module(f"wirecopy.cli.{module}"), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="wirecopy")
def cli() -> None:
    """Follow a news story through every outlet that prints it."""


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 failed (one line on stderr), 2 usage."""
    # To be told to end (`kill`, a service manager, a terminal that closes) is like Ctrl-C: what is held, such as the writer's lock,
    # is given back. A signal that is ignored, as under nohup, stays so.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        status = _run(args)
        if sys.stdout is not None:  # None where the caller closed it
            sys.stdout.flush()  # at exit it would be too late to say that a disk is full
    except BrokenPipeError:
        status = 1  # the reader of our output went away (`| head`)
        _drop_output()
    except OSError as error:
        status = 1
        subject = f"{error.filename}: " if error.filename else ""  # stdout has none
        _drop_output(f"wirecopy: {subject}{(error.strerror or str(error)).lower()}")
    sys.exit(status)


def _run(args: Sequence[str] | None) -> int:
    try:
        status = cli.main(args=args, prog_name="wirecopy", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("wirecopy: interrupted", err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except WirecopyError as error:
        click.echo(f"wirecopy: {' '.join(str(error).split())}", err=True)
        return 1
    return status if isinstance(status, int) else 0


def _drop_output(message: str | None = None) -> None:
    """Close stdout, and stderr unless there is a message for it: what they still hold would make Python complain at exit."""
    with suppress(OSError):
        if sys.stdout is not None:
            sys.stdout.close()
    with suppress(OSError):
        if message is not None:
            click.echo(message, err=True)
        elif sys.stderr is not None:
            sys.stderr.close()
