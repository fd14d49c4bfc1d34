"""The web app's one public door: who may come in by it, how much they may bring, and what a guesser costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from wirecopy.clock import utc_now
from wirecopy.errors import StoreUnavailable
from wirecopy.feeds.websub import feed_mark
from wirecopy.models import FeedState, SourceId, Subscription
from wirecopy.web import websub
from wirecopy.web.app import create_app
from wirecopy.web.lending import StoreLender
from wirecopy.web.security import HEADERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wirecopy.store.ports import Store

FEED = "https://courier.test/feed"
TOKEN = f"{feed_mark(FEED)}.{'t' * 43}"
STATE = FeedState(
    url=FEED,
    source_id=SourceId("courier"),
    next_poll_at=datetime(2100, 1, 1, tzinfo=UTC),
    subscription=Subscription(
        hub_url="https://hub.test/",
        topic_url=FEED,
        secret="s" * 43,
        token=TOKEN,
        requested_at=datetime(2026, 11, 22, tzinfo=UTC),
    ),
)


@pytest.fixture
def subscribed(store_factory: Callable[[], Store]) -> Callable[[], Store]:
    store = store_factory()
    store.feeds.save([STATE])
    store.close()
    return store_factory


def client_of(factory: Callable[[], Store], **options) -> TestClient:
    return TestClient(
        create_app(store_factory=factory, callback="https://news.example/wire", **options), follow_redirects=False
    )


def test_the_callbacks_host_sees_nothing_but_the_door(subscribed: Callable[[], Store]) -> None:
    query = {"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "echo me", "hub.lease_seconds": "600"}
    with client_of(subscribed, hosts=("127.0.0.1", "localhost")) as client:
        for host in ("news.example", "NEWS.example:443", "news.example:8090"):
            for path in ("/", "/ledger", "/syntax", "/static/style.css", "/websub", "/websubx/", "/story/websub/"):
                answer = client.get(path, headers={"Host": host})
                assert (answer.status_code, answer.text) == (404, "nothing here"), path
                assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
            answer = client.get(f"/websub/{TOKEN}", params=query, headers={"Host": host})
            assert (answer.status_code, answer.text) == (200, "echo me")
            assert "Northport" not in client.get("/websub/../", headers={"Host": host}).text
        assert client.get("/", headers={"Host": "localhost"}).status_code == 200
        assert client.get(f"/websub/{TOKEN}", params=query, headers={"Host": "127.0.0.1"}).text == "echo me"
        assert client.get(f"/websub/{TOKEN}", params=query, headers={"Host": "rebound.test"}).status_code == 400


def test_without_the_setting_there_is_no_door(subscribed: Callable[[], Store]) -> None:
    with TestClient(create_app(store_factory=subscribed)) as client:
        assert client.get(f"/websub/{TOKEN}").status_code == 404
        assert client.post(f"/websub/{TOKEN}").status_code == 405


def test_behind_a_login_hubs_are_strangers_too(subscribed: Callable[[], Store]) -> None:
    def nobody() -> None:
        raise HTTPException(401)

    with client_of(subscribed, dependencies=[Depends(nobody)]) as client:
        assert client.get(f"/websub/{TOKEN}").status_code == 401
        assert client.post(f"/websub/{TOKEN}").status_code == 401


def test_a_body_without_a_length_is_cut_off_at_the_limit(subscribed: Callable[[], Store]) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while taken < 50_000_000:
            taken += 65_536
            yield b"x" * 65_536

    with client_of(subscribed) as client:
        answer = client.post(f"/websub/{TOKEN}", content=endless(), headers={"X-Hub-Signature": "sha256=" + "0" * 64})
        assert answer.status_code == 413
        for stated in ("1000001", "9" * 4000):
            assert client.post(f"/websub/{TOKEN}", content=b"", headers={"Content-Length": stated}).status_code == 413


def test_a_page_elsewhere_that_posts_here_changes_nothing(subscribed: Callable[[], Store]) -> None:
    """No cookie or login stands behind the door: a request forged in a reader's browser is one without a signature."""
    with client_of(subscribed) as client:
        answer = client.post(
            f"/websub/{TOKEN}",
            data={"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "x"},
            headers={"Origin": "https://evil.test", "Referer": "https://evil.test/"},
        )
        assert (answer.status_code, answer.content) == (202, b"")
        assert "access-control-allow-origin" not in answer.headers
        assert client.post("/", headers={"Origin": "https://evil.test"}).status_code == 405
    store = subscribed()
    assert store.feeds.get([FEED])[FEED] == STATE
    store.close()


def test_guesses_do_not_list_the_feeds_again_and_again(
    subscribed: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, now = 0, 0.0
    lender = StoreLender(subscribed)
    with lender.lend() as store:
        feeds = type(store.feeds)
        whole = feeds.all

        def count(this) -> tuple[FeedState, ...]:
            nonlocal listed
            listed += 1
            return whole(this)

        monkeypatch.setattr(feeds, "all", count)
        subscribers = websub.Subscribers(lender, utc_now, monotonic=lambda: now)
        for guess in range(50):
            assert subscribers.find(f"{guess:016x}.{'t' * 43}") is None
        assert listed == 1
        for _ in range(20):
            assert subscribers.find(TOKEN) == STATE.subscription
            assert subscribers.find("no token at all") is None
        assert listed == 1
        added = "https://courier.test/added"
        token = f"{feed_mark(added)}.{'u' * 43}"
        assert STATE.subscription is not None
        store.feeds.save([replace(STATE, url=added, subscription=replace(STATE.subscription, token=token))])
        assert subscribers.find(token) is None
        now = 5.0
        assert subscribers.find(token) is not None
        assert listed == 2
    lender.close()


def test_a_hub_is_told_to_come_again_when_the_store_is_away() -> None:
    def away() -> Store:
        raise StoreUnavailable("the store", "does not answer")

    with client_of(away) as client:
        assert client.get(f"/websub/{TOKEN}").status_code == 503
        assert client.post(f"/websub/{TOKEN}").status_code == 503
