"""`wirecopy web`: the web app alone, for one person on this machine."""

from __future__ import annotations

import ipaddress
import socket

import click

from wirecopy.cli.options import common_options, open_existing, settings_from
from wirecopy.errors import ConfigError

_LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]", "::1")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8090, show_default=True, help="Port; 0 for any that is free.")
@common_options
def web(*, host: str, port: int, store: str | None, data: str | None) -> None:
    """Serve the web app: search, stories, articles, ledger. Nobody has to log in; inside Airflow they do."""
    try:
        import uvicorn  # noqa: PLC0415 - an extra

        from wirecopy.web.app import create_app  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(error.name or "wirecopy[web]", "is not installed; pip install 'wirecopy[web]'") from None
    settings = settings_from(store=store, data=data)
    listener = _listen(host, port)
    is_private = _is_loopback(listener.getsockname()[0])
    if not is_private:
        click.echo(f"wirecopy: anyone who can reach {host} can read everything: there is no login", err=True)
    app = create_app(
        store_factory=lambda: open_existing(settings),
        hosts=(*_LOCAL_NAMES, host.lower()) if is_private else None,
        callback=settings.websub_callback,
    )
    click.echo(f"Wirecopy is at {_address(host, listener.getsockname()[1])}  (Ctrl-C ends it)", err=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False))
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass  # uvicorn has ended well and hands the signal on; it is how this command is meant to end
    finally:
        app.state.lender.close()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; made here so that a taken port is one line, and a port of 0 can be told."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise ConfigError(
            f"{host}:{port}", f"cannot be listened on: {error.strerror}; name another with --host or --port"
        ) from None


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
