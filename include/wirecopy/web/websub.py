"""Where feeds' hubs ask back and tell of changes (WebSub); what is made of it is decided in `wirecopy.feeds.websub`.

The one part of the app that strangers may reach: it takes a token that cannot be guessed, tells nothing but whether there is one,
keeps nothing of what is sent, and changes nothing but a feed's subscription and when the feed is due.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse

from wirecopy.feeds import websub

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from wirecopy.clock import Clock
    from wirecopy.models import FeedState, Subscription
    from wirecopy.store.ports import Store
    from wirecopy.web.lending import StoreLender

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1_000_000
"""A longer notification is refused; its feed is polled as ever."""
_LONGEST_BODY_S = 30.0
# Who guesses tokens must not make us list every feed at each guess.
_LEAST_BETWEEN_LISTINGS_S = 5.0


class Subscribers:
    """Finds the feed a token belongs to, and keeps what its hub says.

    Args:
        lender: Lends the store.
        clock: Tells the time.
        monotonic: Seconds that only grow.
    """

    def __init__(self, lender: StoreLender, clock: Clock, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """No feed is known yet."""
        self._lender = lender
        self._clock = clock
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._feeds: dict[str, str] = {}
        self._listed_at: float | None = None

    def find(self, token: str) -> Subscription | None:
        """The subscription with this token, or None."""
        mark = websub.mark_of(token)
        if mark is None:
            return None
        with self._lender.lend() as store:
            state = self._find(store, mark, token)
        return state.subscription if state else None

    def verify(self, token: str, parameters: Mapping[str, str]) -> str | None:
        """Answer a hub that asks back; what it is told, or None where it is refused."""
        mark = websub.mark_of(token)
        if mark is None:
            return None
        with self._lender.lend() as store:
            state = self._find(store, mark, token)
            if state is None or state.subscription is None:
                return None
            verification = websub.verify(state.subscription, parameters, self._clock())
            if verification is None:
                log.warning("hub asked for what we did not ask it for: %s for %s", state.subscription.hub_url, state.url)
                return None
            store.feeds.save([replace(state, subscription=verification.subscription)])
        if verification.subscription.refused:
            log.warning("hub refused: %s for %s: %s", state.subscription.hub_url, state.url, verification.subscription.refused)
        return verification.echo

    def note(self, token: str) -> None:
        """Make the token's feed due, for its hub told of a change."""
        mark = websub.mark_of(token)
        if mark is None:
            return
        with self._lender.lend() as store:
            state = self._find(store, mark, token)
            if state is not None:
                store.feeds.save([websub.after_notification(state, self._clock())])

    def _find(self, store: Store, mark: str, token: str) -> FeedState | None:
        url = self._feeds.get(mark) or self._list(store).get(mark)
        state = store.feeds.get([url]).get(url) if url else None
        if state is None or state.subscription is None:
            return None
        return state if hmac.compare_digest(state.subscription.token, token) else None

    def _list(self, store: Store) -> dict[str, str]:
        """Every feed by its mark, listed anew now and then."""
        with self._guard:
            now = self._monotonic()
            if self._listed_at is None or now - self._listed_at >= _LEAST_BETWEEN_LISTINGS_S:
                self._feeds = {websub.feed_mark(state.url): state.url for state in store.feeds.all()}
                self._listed_at = self._monotonic()
            return self._feeds


def make_router(subscribers: Subscribers) -> APIRouter:
    """The two routes: `GET` for a hub that asks back, `POST` for one that tells of a change."""
    router = APIRouter()

    @router.get("/websub/{token}")
    def ask_back(request: Request, token: str) -> Response:
        """Echo the challenge of a hub that was asked; anything else is not there."""
        echo = subscribers.verify(token, request.query_params)
        return _nothing_here() if echo is None else PlainTextResponse(echo)

    @router.post("/websub/{token}")
    async def tell(request: Request, token: str) -> Response:
        """Take a notification: 202 whether its signature holds or not, so that nobody can try secrets out (section 7.1)."""
        subscription = await run_in_threadpool(subscribers.find, token)
        if subscription is None:
            return _nothing_here()
        check = websub.SignatureCheck(subscription, request.headers.get("x-hub-signature"))
        try:
            async with asyncio.timeout(_LONGEST_BODY_S):
                is_whole = await _read_into(check, request)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        if not is_whole:
            return Response(status_code=413, headers={"Connection": "close"})
        if check.holds():
            await run_in_threadpool(subscribers.note, token)
        else:
            log.warning("a notification without a signature that holds was passed over, for %s", subscription.topic_url)
        return Response(status_code=202)

    return router


async def _read_into(check: websub.SignatureCheck, request: Request) -> bool:
    """Whether the body was read to its end; not where it is too long."""
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and (len(stated) > 10 or int(stated) > MAX_BODY_BYTES):  # noqa: PLR2004 - more digits than any limit
        return False
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            return False
        check.update(chunk)
    return True


def _nothing_here() -> Response:
    return PlainTextResponse("nothing here", status_code=404)


class PublicDoor:
    """Shows nothing but `/websub/` to who asks for the callback's host: a proxy that lets too much through shows no index.

    Args:
        app: The app inside.
        callback: The setting `websub_callback`.
        local_names: Hosts that may see everything.
    """

    def __init__(self, app: ASGIApp, *, callback: str, local_names: Collection[str]) -> None:
        """Keep the host."""
        self._app = app
        self._host = urlsplit(callback).hostname or ""
        self._is_local = self._host in local_names or f"[{self._host}]" in local_names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        is_public = scope["type"] == "http" and not self._is_local and _host_of(scope) == self._host
        if is_public and not scope["path"].startswith("/websub/"):
            await _nothing_here()(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _host_of(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            try:
                return urlsplit(f"//{value.decode('latin-1')}").hostname or ""
            except ValueError:
                return ""
    return ""
