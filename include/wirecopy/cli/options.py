"""What commands share: the options for store and data folder, opening the store, and printing."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from wirecopy.settings import Settings, load_settings
from wirecopy.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from wirecopy.store.ports import Store

store_option = click.option("--store", metavar="URL", help="sqlite:PATH or http(s)://HOST:PORT  [env: WIRECOPY_STORE]")
data_option = click.option("--data", metavar="DIR", help="Folder of archive and default store  [env: WIRECOPY_DATA]")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--store URL` and `--data DIR`."""
    return store_option(data_option(command))


def settings_from(*, store: str | None, data: str | None, **others: Any) -> Settings:
    """The settings with what the command line said on top."""
    return load_settings(store=store, data=data, **others)


def open_existing(settings: Settings) -> Store:
    """Open the store for reading: one that is not there is not made.

    Raises:
        StoreMissing: There is none yet.
    """
    return open_store(settings.store_url, must_exist=True)


def print_json(value: Any, *, indent: int | None = None) -> None:
    """One JSON value and a newline on stdout, in UTF-8, non-ASCII as it is."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    # Lone surrogates cannot be encoded: they are replaced, for a line of output must never fail.
    if sys.stdout is not None:  # None where the caller closed it
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")


def stderr_console() -> Console:
    """A console on stderr, where progress and remarks go."""
    return Console(stderr=True, highlight=False)


def progress_bar() -> Progress:
    """A bar on stderr; silent where stderr is no terminal."""
    console = stderr_console()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
