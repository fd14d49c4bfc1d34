"""WebSub, whole: a feed that names a hub, a hub on loopback, the web app that hears it, and the pipeline that polls."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import hmac
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from starlette.testclient import TestClient

from wirecopy.feeds.websub import MAX_LEASE, is_subscribed
from wirecopy.store import open_store
from wirecopy.web.app import create_app

FEED = "http://courier.test/feed"
HUB = "http://bote.test/hub"
CALLBACK = "https://news.example/wire"
LINKS = f'<{HUB}>; rel="hub", <{FEED}>; rel="self"'


class Hub:
    """A hub: keeps what it is asked for, asks back and tells of changes when the test says so."""

    def __init__(self, web, app_of):
        self.web = web
        self.app_of = app_of
        web.on(HUB, web.reply(202))

    def forms(self, url=HUB):
        return [dict(parse_qsl(asked.form.decode())) for asked in self.web.asked if asked.url == url]

    def path(self):
        callback = self.forms()[-1]["hub.callback"]
        assert callback.startswith(f"{CALLBACK}/websub/")
        return callback.removeprefix(CALLBACK)

    def ask_back(self, *, path=None, **changes):
        query = {
            "hub.mode": "subscribe",
            "hub.topic": self.forms()[-1]["hub.topic"],
            "hub.challenge": "ch4ll/enge <b>&",
            "hub.lease_seconds": "864000",
        }
        query |= {f"hub.{name}": value for name, value in changes.items()}
        with self.app_of() as client:
            return client.get(path or self.path(), params={name: value for name, value in query.items() if value is not None})

    def tell(self, body=b"<rss/>", *, method="sha256", signature=None, secret=None, path=None):
        key = (secret or self.forms()[-1]["hub.secret"]).encode()
        if signature is None:
            signature = f"{method}={hmac.new(key, body, getattr(hashlib, method)).hexdigest()}"
        headers = {"Content-Type": "application/rss+xml"} | ({"X-Hub-Signature": signature} if signature else {})
        with self.app_of() as client:
            return client.post(path or self.path(), content=body, headers=headers)


@pytest.fixture
def newsroom(web, rig_of, feeds, clock):
    """A rig with WebSub set up, and the hub of its one feed."""
    web.on(FEED, web.reply(200, feeds.rss(3), Link=LINKS))
    rig = rig_of(FEED, websub_callback=CALLBACK)

    def app_of():
        app = create_app(
            store_factory=lambda: open_store(rig.settings.store_url, must_exist=True),
            hosts=("testserver",),
            callback=CALLBACK,
            clock=clock,
        )
        return TestClient(app)

    return rig, Hub(web, app_of)


def lease(rig, hub):
    """Poll, and have the hub verify."""
    rig.poll()
    answer = hub.ask_back()
    assert answer.status_code == 200
    rig.clock.advance(minutes=20)


def test_a_hub_is_asked_and_its_challenge_echoed(newsroom):
    rig, hub = newsroom
    rig.poll()
    (form,) = hub.forms()
    assert form["hub.mode"] == "subscribe"
    assert form["hub.topic"] == FEED
    assert form["hub.lease_seconds"] == "864000"
    assert 40 < len(form["hub.secret"]) < 200
    assert hub.web.last(HUB).method == "POST"
    assert hub.web.last(HUB).header("content-type") == b"application/x-www-form-urlencoded"
    assert not is_subscribed(rig.state(), rig.clock())

    answer = hub.ask_back()
    assert (answer.status_code, answer.text) == (200, "ch4ll/enge <b>&")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert rig.state().subscription.expires_at == rig.clock() + timedelta(days=10)
    assert is_subscribed(rig.state(), rig.clock())

    rig.poll()
    assert len(hub.forms()) == 1, "a lease that is held is not asked for again"


def test_the_secret_is_in_no_archive(newsroom):
    rig, hub = newsroom
    rig.poll()
    secret = hub.forms()[0]["hub.secret"].encode()
    packed = [path.read_bytes() for path in rig.settings.archive_dir.rglob("*") if path.is_file()]
    assert packed
    assert not any(secret in (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data) for data in packed)


def test_a_feed_names_its_hub_in_itself(newsroom, web, feeds):
    rig, hub = newsroom
    channel = f'<atom:link rel="hub" href="{HUB}"/><atom:link rel="self" href="http://courier.test/feed?full"/>'
    web.on(FEED, web.reply(200, feeds.rss(3, channel=channel)))
    rig.poll()
    assert hub.forms()[0]["hub.topic"] == "http://courier.test/feed?full"


UNASKED = (
    {"topic": "http://courier.test/other"},
    {"topic": None},
    {"mode": "unsubscribe"},
    {"mode": "publish"},
    {"mode": None},
    {"challenge": ""},
    {"challenge": None},
    {"challenge": "x" * 3000},
)


def test_what_was_not_asked_for_is_not_confirmed(newsroom):
    rig, hub = newsroom
    rig.poll()
    before = rig.state()
    for changes in UNASKED:
        answer = hub.ask_back(**changes)
        assert (answer.status_code, answer.text) == (404, "nothing here"), changes
        assert rig.state() == before


def test_an_unknown_token_is_nothing(newsroom):
    rig, hub = newsroom
    rig.poll()
    before = rig.state()
    mark, _, rest = before.subscription.token.partition(".")
    wrong = f"{mark}.{rest[:-1]}{'a' if rest[-1] != 'a' else 'b'}"
    for token in (
        "nothing",
        f"{'0' * 16}.{'a' * 43}",
        f"{mark}.{'a' * 43}",
        f"{mark}.",
        wrong,
        f"{wrong}x",
        "a/b",
        "%00",
        "é" * 40,
        "",
    ):
        path = f"/websub/{token}"
        assert hub.ask_back(path=path).status_code == 404, token
        assert hub.tell(path=path).status_code in {404, 405}, token  # 405 where it is no address of a token at all
    assert rig.state() == before
    for method in ("put", "delete", "patch", "options", "head"):
        with hub.app_of() as client:
            assert client.request(method, hub.path()).status_code in {404, 405}
    assert rig.state() == before


def test_a_notification_makes_the_feed_due_and_the_next_round_finds_the_entry(newsroom, web, feeds):
    rig, hub = newsroom
    lease(rig, hub)
    rig.poll()
    rig.clock.advance(minutes=2)
    assert rig.poll_due() == {}, "nothing is due"
    web.on(FEED, web.reply(200, feeds.rss(["story-new", "story-0", "story-1"]), Link=LINKS))

    assert hub.tell().status_code == 202
    assert rig.state().next_poll_at == rig.clock()
    assert rig.poll_due() == {"read": 1, "discovered": 1}
    assert "http://courier.test/story-new" in rig.rows()
    assert rig.state().subscription.missed == 0


def test_nothing_of_a_notification_is_believed(newsroom, feeds):
    rig, hub = newsroom
    lease(rig, hub)
    assert hub.tell(feeds.rss(["made-up"])).status_code == 202
    rig.poll_due()
    assert "http://courier.test/made-up" not in rig.rows()


def test_a_bad_signature_is_passed_over(newsroom):
    rig, hub = newsroom
    lease(rig, hub)
    before = rig.state()
    zeros = "0" * 64
    for signature in (
        "",
        "sha256=",
        f"md5={zeros[:32]}",
        f"sha256={zeros}",
        f"sha256={zeros[1:]}",
        zeros,
        "sha256=zz",
        "sha512=" + zeros,
    ):
        assert hub.tell(signature=signature).status_code == 202, signature
        assert rig.state() == before
    assert hub.tell(secret="guessed").status_code == 202
    assert rig.state() == before
    for method in ("sha1", "sha256", "sha384", "sha512"):
        rig.clock.advance(seconds=1)
        assert hub.tell(method=method).status_code == 202
        assert rig.state().subscription.notified_at == rig.clock(), method


def test_a_notification_that_is_too_long_is_refused(newsroom):
    rig, hub = newsroom
    lease(rig, hub)
    before = rig.state()
    assert hub.tell(b"x" * 1_000_001).status_code == 413
    assert rig.state() == before
    assert hub.tell(b"x" * 1_000_000).status_code == 202
    assert rig.state() != before


def test_a_shouting_hub_does_not_hurry_us_beyond_a_minute(newsroom):
    rig, hub = newsroom
    lease(rig, hub)
    rig.poll()
    rig.clock.advance(seconds=1)
    hub.tell()
    assert rig.next_wait() == timedelta(seconds=59)


def test_a_notification_does_not_override_retry_after(newsroom, web):
    rig, hub = newsroom
    lease(rig, hub)
    web.on(FEED, web.reply(503, Retry_After="7200"))
    rig.poll()
    assert rig.state().retry_after_at is not None
    hub.tell()
    assert rig.state().next_poll_at >= rig.clock() + timedelta(hours=2) - timedelta(seconds=1)


def test_a_lease_is_renewed_in_its_last_third(newsroom):
    rig, hub = newsroom
    lease(rig, hub)
    rig.clock.advance(days=6)
    rig.poll()
    assert len(hub.forms()) == 1
    rig.clock.advance(days=1)
    rig.poll()
    assert len(hub.forms()) == 2
    assert is_subscribed(rig.state(), rig.clock()), "the old lease holds while the new one is not verified"
    assert hub.forms()[0]["hub.callback"] == hub.forms()[1]["hub.callback"]
    assert hub.ask_back().status_code == 200
    assert rig.state().subscription.expires_at == rig.clock() + timedelta(days=10)


def test_an_expired_lease_is_asked_for_again(newsroom):
    rig, hub = newsroom
    lease(rig, hub)
    rig.clock.advance(days=11)
    assert not is_subscribed(rig.state(), rig.clock())
    rig.poll()
    assert len(hub.forms()) == 2
    assert hub.ask_back().status_code == 200
    assert is_subscribed(rig.state(), rig.clock())


def test_a_lease_is_clamped(newsroom):
    rig, hub = newsroom
    rig.poll()
    day = timedelta(days=1)
    for stated, expected in (
        ("864000", 10 * day),
        ("315360000", MAX_LEASE),
        ("99999999999999999999", day),
        (None, day),
        ("x", day),
        ("-5", day),
        ("60", timedelta(minutes=1)),
    ):
        assert hub.ask_back(lease_seconds=stated).status_code == 200
        assert rig.state().subscription.expires_at == rig.clock() + expected, stated
    rig.clock.advance(minutes=30)
    rig.poll()
    assert len(hub.forms()) == 1, "not even a lease of a minute is renewed every few minutes"


def test_a_denied_subscription_is_asked_for_again_after_days(newsroom):
    rig, hub = newsroom
    lease(rig, hub)
    answer = hub.ask_back(mode="denied", reason="we\u202e do not\r\nlike you " + "x" * 500)
    assert (answer.status_code, answer.text) == (200, "")
    assert not is_subscribed(rig.state(), rig.clock())
    refused = rig.state().subscription.refused
    assert refused.startswith("we do not like you xxx")
    assert len(refused) == 200
    assert hub.ask_back().status_code == 404, "what was denied is not confirmed afterwards"
    rig.clock.advance(days=6)
    rig.poll()
    assert len(hub.forms()) == 1
    rig.clock.advance(days=2)
    rig.poll()
    assert len(hub.forms()) == 2
    assert rig.state().subscription.refused is None


def test_a_hub_that_says_no_at_once_is_left_alone_for_days(newsroom, web):
    rig, hub = newsroom
    web.on(HUB, web.reply(400, "no such topic"))
    rig.poll()
    assert rig.state().subscription.refused == "answered 400"
    rig.clock.advance(days=6)
    rig.poll()
    assert len(hub.forms()) == 1


@pytest.mark.parametrize("fate", ["down", "500", "429", "silent"])
def test_a_hub_that_fails_is_asked_less_and_less(newsroom, web, feeds, fate):
    rig, _ = newsroom
    if fate == "down":
        web.on(FEED, web.reply(200, feeds.rss(3), Link='<http://dead0.test/hub>; rel="hub"'))
    web.on(HUB, web.reply({"500": 500, "429": 429}.get(fate, 202)))
    waits = []
    for _ in range(5):
        rig.poll()
        held = rig.state().subscription
        assert held.requested_at == rig.clock()
        waits.append((held.ask_at - rig.clock()) / timedelta(hours=1))
        rig.clock.now = held.ask_at - timedelta(minutes=1)
        rig.poll()
        assert rig.state().subscription == held
        rig.clock.advance(minutes=1)
    assert waits == [1, 4, 16, 64, 96]
    assert rig.state().last_error is None, "the feed itself is well"


def test_a_hub_at_a_private_address_is_never_dialled(newsroom, web, feeds):
    rig, hub = newsroom
    for form in ("http://127.0.0.1:{port}/hub", "http://10.0.0.7/hub", "http://2130706433/", "http://[::ffff:127.0.0.1]/", "http://user:pw@bote.test/hub", "http://bote.test:6379/hub", "http://169.254.169.254/latest"):  # fmt: skip
        hostile = form.format(port=web.port)
        web.on(FEED, web.reply(200, feeds.rss(3), Link=f'<{hostile}>; rel="hub"'))
        before = web.connections, len(web.asked)
        rig.poll()
        assert len(web.asked) == before[1] + 1, "the feed alone was asked for"
        assert web.connections <= before[0] + 1
        assert rig.state().subscription.refused, hostile
        rig.clock.advance(hours=1)
    assert hub.forms() == []


def test_a_hub_may_send_us_to_another(newsroom, web):
    rig, hub = newsroom
    web.on(HUB, web.reply(307, Location="http://kurier.test/hub2"))
    web.on("http://kurier.test/hub2", web.reply(202))
    rig.poll()
    assert hub.forms("http://kurier.test/hub2") == hub.forms()
    assert hub.ask_back().status_code == 200
    web.on("http://kurier.test/hub2", web.reply(307, Location=HUB))
    rig.clock.advance(days=8)
    rig.poll()
    assert len(hub.forms()) == 2, "no loop"


def test_a_hub_that_may_send_us_home_does_not(newsroom, web):
    rig, _ = newsroom
    web.on(HUB, web.reply(308, Location="http://169.254.169.254/hub"))
    rig.poll()
    assert rig.state().subscription.refused
    assert {asked.host for asked in web.asked} == {"courier.test", "bote.test"}


def test_a_hub_that_tells_of_nothing_loses_its_lease(newsroom, web, feeds):
    rig, hub = newsroom
    lease(rig, hub)
    rig.poll()
    for number in range(4):
        rig.clock.advance(hours=1)
        web.on(FEED, web.reply(200, feeds.rss([f"unannounced-{number}", "story-0", "story-1", "story-2"]), Link=LINKS))
        rig.poll()
    state = rig.state()
    assert not is_subscribed(state, rig.clock())
    assert "told us nothing" in state.subscription.refused


def test_what_a_hub_says_while_its_feed_is_fetched_is_kept(newsroom, web, feeds):
    rig, hub = newsroom
    rig.poll()
    rig.clock.advance(minutes=30)
    body = feeds.rss(3)

    async def slow(writer, asked):
        # In the midst of the poll the hub asks back, and tells of a change.
        assert (await asyncio.to_thread(hub.ask_back)).status_code == 200
        assert (await asyncio.to_thread(hub.tell)).status_code == 202
        writer.write(web.reply(200, body, Link=LINKS))

    web.on(FEED, slow)
    rig.poll()
    state = rig.state()
    assert state.last_success_at == rig.clock()
    assert is_subscribed(state, rig.clock())
    assert rig.next_wait() == timedelta(minutes=1), "what it told of may not have been in the body yet"


def test_a_feed_that_names_no_hub_any_more_has_no_subscription(newsroom, web, feeds):
    rig, hub = newsroom
    lease(rig, hub)
    web.on(FEED, web.reply(304))
    rig.poll()
    assert rig.state().subscription is not None, "a 304 says nothing of it"
    web.on(FEED, web.reply(200, feeds.rss(4)))
    rig.poll()
    assert rig.state().subscription is None
    assert hub.tell().status_code == 404


def test_without_a_callback_no_hub_is_asked(newsroom):
    rig, hub = newsroom
    rig.settings = rig.settings.model_copy(update={"websub_callback": ""})
    rig.poll()
    assert hub.forms() == []
    assert rig.state().subscription is None


def test_thirty_at_most_are_asked_of_one_hub_in_a_round(web, rig_of, feeds):
    urls = [f"http://courier.test/feed{n}" for n in range(40)]
    for url in urls:
        web.on(url, web.reply(200, feeds.rss(1), Link=f'<{HUB}>; rel="hub"'))
    web.on(HUB, web.reply(202))
    rig = rig_of(*urls, websub_callback=CALLBACK)
    rig.poll()
    assert sum(asked.url == HUB for asked in web.asked) == 30
    rig.poll()
    assert sum(asked.url == HUB for asked in web.asked) == 40
    tokens = {dict(parse_qsl(asked.form.decode()))["hub.callback"] for asked in web.asked if asked.url == HUB}
    assert len(tokens) == 40
