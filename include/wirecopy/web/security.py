"""Headers that every answer carries, and the page that stands in for a traceback. A middleware of our own app, never of Airflow's."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

HEADERS = {
    # No inline script or style, nothing from elsewhere: a headline that slipped through unescaped could still do nothing.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'; object-src 'none'"
    ),
    # What analysts look for must not reach the outlets they watch.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store, private",
}
"""Set on every answer; one that sets `Cache-Control` itself keeps its own."""


class SecureAnswers:
    """Sets `HEADERS` on every answer, and answers for what nobody foresaw.

    Args:
        app: The app inside.
        on_failure: Makes the page for an exception that the app let through.
    """

    def __init__(self, app: ASGIApp, *, on_failure: Callable[[Request], Response]) -> None:
        """Keep both."""
        self._app = app
        self._on_failure = on_failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    if name != "Cache-Control" or name not in headers:
                        headers[name] = value
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            if has_started:
                raise
            log.exception("a page could not be made: %s", scope.get("path"))
            await self._on_failure(Request(scope, receive))(scope, receive, send_with_headers)
