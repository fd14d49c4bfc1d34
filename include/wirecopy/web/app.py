"""The web app: search, stories, articles and the ledger, rendered on the server. Runs alone and mounted in Airflow."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import RedirectResponse

from wirecopy.clock import utc_now
from wirecopy.errors import ConfigError, NotKnown, StoreTooNew, StoreUnavailable
from wirecopy.web.lending import StoreLender
from wirecopy.web.pages import base_of, render
from wirecopy.web.routes import router
from wirecopy.web.security import SecureAnswers
from wirecopy.web.websub import PublicDoor, Subscribers, make_router

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastapi import Request, Response
    from fastapi.params import Depends

    from wirecopy.clock import Clock
    from wirecopy.store.ports import Store

_HEADLINES = {
    401: ("Please log in", "This page is shown to people who are logged in."),
    403: ("Not for you", "Your login does not allow you to see this page."),
    404: ("Nothing here", "There is no page at this address."),
    405: ("Nothing can be changed here", "This app only shows; it takes no such request."),
}


_BARRED = frozenset({401, 403})


def create_app(
    *,
    store_factory: Callable[[], Store],
    dependencies: Sequence[Depends] = (),
    login: str | None = None,
    hosts: Sequence[str] | None = None,
    callback: str = "",
    clock: Clock = utc_now,
) -> FastAPI:
    """Make the app; nothing is opened or read before the first request.

    Every answer is behind the dependencies, static files and addresses that lead nowhere included.

    Args:
        store_factory: Opens the store; called when it is first needed, and again after it failed.
        dependencies: What every request must pass, such as a login.
        login: Address of a login page, relative to the app's root, that people are led to when a dependency answers 401;
            the page they wanted is added as `next`.
        hosts: Names it answers to; None for any. An app on loopback names its own: otherwise a page elsewhere could point a
            name of its own at this machine and read the index through the reader's browser.
        callback: The setting `websub_callback`: where it is set, hubs are answered at `/websub/`, and an app that names its
            hosts shows nothing else to who asks for the callback's. Not for an app behind a login: hubs have none.
        clock: Tells the time.
    """
    app = FastAPI(
        title="Wirecopy",
        dependencies=list(dependencies),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.lender = StoreLender(store_factory)
    if callback:
        app.include_router(make_router(Subscribers(app.state.lender, clock)))
    app.include_router(router)

    @app.exception_handler(HTTPException)
    def on_http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        way_in = _way_in(request, login) if login else None
        if error.status_code == 401 and way_in and _is_page_view(request):  # noqa: PLR2004 - HTTP's own number
            return RedirectResponse(way_in, status_code=303)
        headline, words = _HEADLINES.get(error.status_code, ("This did not work", str(error.detail)))
        answer = _failure(request, error.status_code, headline, words, way_in=way_in if error.status_code in _BARRED else None)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(NotKnown)
    def on_not_known(request: Request, error: Exception) -> Response:
        assert isinstance(error, NotKnown)
        return _failure(request, 404, "Not in the index", error.message, subject=error.subject)

    @app.exception_handler(StoreUnavailable)
    @app.exception_handler(StoreTooNew)
    @app.exception_handler(ConfigError)
    def on_store_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, StoreUnavailable | StoreTooNew | ConfigError)
        return _failure(request, 503, "The index does not answer", error.message, subject=error.subject)

    if hosts is not None:
        public = [host for host in (urlsplit(callback).hostname,) if host]
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*hosts, *public], www_redirect=False)
        if callback:
            app.add_middleware(PublicDoor, callback=callback, local_names=hosts)
    app.add_middleware(
        SecureAnswers,
        on_failure=lambda request: _failure(
            request, 500, "Something went wrong", "This is a fault of Wirecopy; its log says more. The index is as it was."
        ),
    )
    return app


def _is_page_view(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _way_in(request: Request, login: str) -> str:
    """The login's address, with the page that is wanted."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{base_of(request.scope)}{login}?{urlencode({'next': wanted})}"


def _failure(
    request: Request, status: int, headline: str, words: str, *, subject: str = "", way_in: str | None = None
) -> Response:
    return render(request, "failure.html", status=status, headline=headline, words=words, subject=subject, way_in=way_in)
