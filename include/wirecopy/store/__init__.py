"""Where everything is kept: two adapters behind the ports in `wirecopy.store.ports`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wirecopy.errors import ConfigError, StoreMissing

if TYPE_CHECKING:
    from wirecopy.store.ports import Store

__all__ = ["open_store"]


def open_store(url: str, *, must_exist: bool = False) -> Store:
    """Open the store that a URL names, and make its tables or indices where they are missing.

    Args:
        url: `sqlite:PATH`, `sqlite::memory:`, or `http(s)://[user:password@]host:port[/PREFIX]`, where PREFIX
            (default `wirecopy`) starts the names of all indices and aliases.
        must_exist: Make nothing: a store that is not there yet is an error.

    Raises:
        StoreMissing: There is no store there yet, and `must_exist`.
        ConfigError: The URL has another form.
        StoreUnavailable: The store does not answer.
        StoreTooNew: It was written by a newer version.
    """
    if url.startswith("sqlite:"):
        from wirecopy.store.sqlite import SqliteStore  # noqa: PLC0415 - only the store that is used is imported

        path = url.removeprefix("sqlite:")
        if not path:
            raise ConfigError(url, "names no file; write sqlite:PATH")
        if must_exist and path != ":memory:" and not Path(path).exists():
            raise StoreMissing(path)
        return SqliteStore(path if path == ":memory:" else Path(path))
    if url.startswith(("http://", "https://")):
        from wirecopy.store.elasticsearch import ElasticsearchStore  # noqa: PLC0415

        return ElasticsearchStore(url, must_exist=must_exist)
    raise ConfigError(url, "is no store; write sqlite:PATH or http(s)://HOST:PORT")
