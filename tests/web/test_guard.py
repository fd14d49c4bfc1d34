"""Nobody who is not let in sees anything: every route, every method, and every address that leads nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import Depends, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.testclient import TestClient

from wirecopy.web.app import create_app
from wirecopy.web.security import HEADERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wirecopy.store.ports import Store

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ADDRESSES = (
    "", "?q=harbour", "syntax", "story/abc", "article/abc", "find?id=x", "ledger", "ledger?state=pending", "static/style.css",
    "static/keys.js", "static/none", "docs", "redoc", "openapi.json", "docs/oauth2-redirect", "nothing", "a/b/c", "//", "story/",
    "static/", "%2e%2e/app.py", "favicon.ico",
)  # fmt: skip


def require_key(request: Request) -> None:
    if request.headers.get("x-key") != "open":
        raise HTTPException(401, "Not authenticated", headers={"WWW-Authenticate": "Bearer"})


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def client(store_factory: Callable[[], Store], asked: list[str]) -> Iterator[TestClient]:
    """The app as Airflow mounts it: under a prefix, of a parent with routes of its own."""

    def factory() -> Store:
        asked.append("opened")
        return store_factory()

    parent = FastAPI()
    parent.mount("/wirecopy", create_app(store_factory=factory, dependencies=[Depends(require_key)], login="../auth/login"))
    with TestClient(parent, follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_gets_nothing(client: TestClient, asked: list[str], address: str) -> None:
    for method in METHODS:
        answer = client.request(method, f"/wirecopy/{address}")
        assert answer.status_code == 401, method
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
        assert "Northport" not in answer.text
    assert asked == []


def test_every_route_of_the_app_is_among_them(store_factory: Callable[[], Store]) -> None:
    app = create_app(store_factory=store_factory, dependencies=[Depends(require_key)])
    paths = {getattr(route, "path", None) for route in app.routes}
    assert paths == {
        "/", "/syntax", "/story/{story_id}", "/article/{article_id}", "/find", "/ledger", "/static/{name}", "/{path:path}",
    }  # fmt: skip
    with TestClient(app) as client:
        for path in paths:
            assert client.get(path.replace("{", "").replace("}", "").replace(":", "")).status_code == 401


def test_a_stranger_with_a_browser_is_led_to_the_login(client: TestClient) -> None:
    page = {"accept": "text/html,application/xhtml+xml"}
    answer = client.get("/wirecopy/story/abc?x=1&y=2", headers=page)
    assert answer.status_code == 303
    assert answer.headers["location"] == "../../auth/login?next=%2Fwirecopy%2Fstory%2Fabc%3Fx%3D1%26y%3D2"
    assert client.get("/wirecopy/", headers=page).headers["location"] == "./../auth/login?next=%2Fwirecopy%2F"
    # Scripts, other methods and other types are told plainly.
    assert client.post("/wirecopy/", headers=page).status_code == 401
    assert client.get("/wirecopy/static/style.css", headers={"accept": "text/css"}).status_code == 401


def test_who_is_let_in_sees_the_pages(client: TestClient, news) -> None:
    client.headers["x-key"] = "open"
    answer = client.get("/wirecopy/?q=harbour")
    assert answer.status_code == 200
    assert "2 stories" in answer.text
    assert 'href="./static/style.css' in answer.text
    assert 'href="../static/style.css' in client.get(f"/wirecopy/article/{news.story[0].id}").text
    assert 'href="../../static/style.css' in client.get("/wirecopy/a/b/c").text
    assert client.get("/wirecopy/static/style.css").status_code == 200
    assert client.get("/wirecopy/openapi.json").status_code == 404


def test_behind_a_proxy_that_tells_its_prefix_links_stay_relative(store_factory: Callable[[], Store]) -> None:
    with TestClient(create_app(store_factory=store_factory), root_path="/news/desk") as client:
        assert 'href="./static/style.css' in client.get("/").text
        assert 'href="../static/style.css' in client.get("/story/none").text


def test_a_mount_with_odd_characters(store_factory: Callable[[], Store]) -> None:
    parent = FastAPI()
    parent.mount("/new s/é", create_app(store_factory=store_factory))
    with TestClient(parent) as client:
        assert 'href="./static/style.css' in client.get("/new%20s/%C3%A9/").text
        assert 'href="../static/style.css' in client.get("/new%20s/%C3%A9/story/none").text
        assert 'href="../../static/style.css' in client.get("/new%20s/%C3%A9/x/a%20b/").text
