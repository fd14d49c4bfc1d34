"""The decisions of `wirecopy.feeds.websub` and the reading of `Link` headers, without any server."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from wirecopy.feeds import websub
from wirecopy.feeds.link_header import read_links
from wirecopy.models import FeedState, ParsedFeed, SourceId, Subscription

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
FEED = "https://courier.test/feed"
HELD = Subscription(
    hub_url="https://hub.test/",
    topic_url=FEED,
    secret="s" * 43,
    token=f"{websub.feed_mark(FEED)}.{'t' * 43}",
    requested_at=NOW - timedelta(days=1),
    ask_at=NOW + timedelta(days=5),
    expires_at=NOW + timedelta(days=9),
)


@pytest.fixture
def wish():
    numbers = count(1)

    def find(known=None, *, hubs=(), self_url=None, link="", page_url=FEED):
        feed = ParsedFeed(format="rss20", title=None, entries=(), hub_urls=tuple(hubs), self_url=self_url)
        headers = {"link": link} if link else {}
        return websub.find_wish(
            known, feed, headers, feed_url=FEED, page_url=page_url, draw=lambda: f"drawn{next(numbers)}".ljust(43, "x")
        )

    return find


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", {}),
        ("<a>; rel=hub", {"hub": ("a",)}),
        ('<a>; rel="hub", <b>; rel="self"', {"hub": ("a",), "self": ("b",)}),
        ('<a>;rel="HUB preconnect" , <b>;REL=hub', {"hub": ("a", "b"), "preconnect": ("a",)}),
        ('<a>; title="x, <evil>; rel=hub"; rel=self', {"self": ("a",)}),
        ('<a>; title="quo\\"te"; rel=hub', {"hub": ("a",)}),
        ("<a>; rel=next; rel=hub", {"next": ("a",)}),
        ('<a>; rel=hub; anchor="https://elsewhere.test/"', {}),
        ("<a>", {}),
        ("<a;rel=hub", {}),
        ("rel=hub <a>; rel=self", {"self": ("a",)}),
        ("< a >; rel = hub", {"hub": ("a",)}),
        ("<a,b;c>; rel=hub", {"hub": ("a,b;c",)}),
        ('<a>; rel="hub', {}),
        (", ,<a>; rel=hub,,", {"hub": ("a",)}),
    ],
)
def test_link_headers_are_read(header, expected):
    assert read_links(header) == expected


@pytest.mark.parametrize("piece", ["<", "<a", "<a>;", "<a>; x=", '<a>; x="', "<a>; x;", " ", ",", ";", '\\"', "<>", "<a> "])
def test_a_hostile_link_header_takes_no_time(piece):
    started = datetime.now(UTC)
    read_links(piece * (65_536 // len(piece)))
    read_links('<a>; rel="' + piece * (65_536 // len(piece)))
    assert datetime.now(UTC) - started < timedelta(seconds=2)


def test_headers_win_over_the_feed_and_tls_over_none(wish):
    found = wish(
        hubs=["https://feed-hub.test/"],
        self_url="https://courier.test/said",
        link='<http://plain.test/>; rel=hub, <https://tls.test/hub#x>; rel=hub, </me>; rel="self"',
    )
    assert (found.hub_url, found.topic_url) == ("https://tls.test/hub", "https://courier.test/me")
    found = wish(hubs=["/hub"], self_url="/said")
    assert (found.hub_url, found.topic_url) == ("https://courier.test/hub", "https://courier.test/said")
    assert wish(hubs=["https://hub.test/"], page_url="https://courier.test/now").topic_url == "https://courier.test/now"


@pytest.mark.parametrize("hub", ["", "javascript:alert(1)", "mailto:a@b.test", "http://", "https://hub.test/" + "x" * 3000])
def test_what_is_no_hub_is_not_wished_for(wish, hub):
    if hub:
        assert wish(hubs=[hub]) is None
    assert wish(hubs=[]) is None


def test_a_wish_is_new_for_another_hub_or_topic_and_else_the_same(wish):
    known = wish(hubs=["https://hub.test/"], self_url=FEED)
    assert known.requested_at is None
    assert websub.must_ask(known, NOW)
    assert websub.mark_of(known.token) == websub.feed_mark(FEED)
    assert wish(known, hubs=["https://hub.test/"], self_url=FEED) is known
    assert wish(known, hubs=["https://other.test/", "https://hub.test/"], self_url=FEED) is known
    for changed in (
        wish(known, hubs=["https://other.test/"], self_url=FEED),
        wish(known, hubs=["https://hub.test/"], self_url="/b"),
    ):
        assert changed.token != known.token
        assert changed.secret != known.secret


def test_a_feed_with_two_hubs_is_asked_for_at_the_other_when_one_fails(wish):
    hubs = ["https://one.test/", "https://two.test/"]
    known = wish(hubs=hubs)
    for _ in range(3):
        assert wish(known, hubs=hubs) is known
        known = websub.asked(known, NOW)
    other = wish(known, hubs=hubs)
    assert (other.hub_url, other.ask_at, other.failures) == ("https://two.test/", known.ask_at, 3)
    refused = websub.refused_by_guard(other, "no", NOW)
    assert wish(refused, hubs=hubs).hub_url == "https://one.test/"
    assert wish(websub.refused_by_guard(known, "no", NOW), hubs=hubs[:1]).hub_url == "https://one.test/"


def test_waits_grow_to_four_days_and_start_anew_with_a_lease():
    subscription, waits = HELD, []
    for _ in range(6):
        subscription = websub.asked(subscription, NOW)
        waits.append((subscription.ask_at - NOW) / timedelta(hours=1))
    assert waits == [1, 4, 16, 64, 96, 96]
    leased = websub.verify(
        subscription, {"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "c", "hub.lease_seconds": "300000"}, NOW
    )
    assert leased.echo == "c"
    assert leased.subscription.ask_at == NOW + timedelta(seconds=200_000)
    assert (websub.asked(leased.subscription, NOW).ask_at - NOW) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "is_refused"), [(200, False), (202, False), (204, False), (400, True), (404, True), (408, False), (429, False), (500, False)]
)  # fmt: skip
def test_only_a_4xx_is_a_no(status, is_refused):
    after = websub.refused_by_answer(HELD, status, NOW)
    assert (after.refused is not None) is is_refused
    assert (after.ask_at == NOW + timedelta(days=7)) is is_refused


def test_a_wish_nobody_was_asked_for_is_not_verified():
    wished = replace(HELD, requested_at=None, expires_at=None)
    assert websub.verify(wished, {"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "c"}, NOW) is None
    assert websub.verify(wished, {"hub.mode": "denied", "hub.topic": FEED}, NOW) is None


def test_a_hub_is_dropped_at_the_second_poll_that_it_said_nothing_of():
    polled = NOW - timedelta(hours=1)
    once = websub.note_poll(HELD, has_new=True, last_polled_at=polled, now=NOW)
    assert (once.missed, once.refused) == (1, None)
    told = replace(once, notified_at=polled + timedelta(minutes=5))
    assert websub.note_poll(told, has_new=True, last_polled_at=polled, now=NOW).missed == 0
    twice = websub.note_poll(once, has_new=True, last_polled_at=polled, now=NOW)
    assert (twice.missed, twice.expires_at) == (2, None)
    assert twice.refused == "told us nothing of what 2 polls found"


@pytest.mark.parametrize(
    "case",
    [
        {"has_new": False},
        {"last_polled_at": None},
        {"last_polled_at": HELD.requested_at - timedelta(minutes=1)},
        {"now": HELD.expires_at + timedelta(minutes=1)},
    ],
)
def test_a_hub_that_could_not_know_is_not_blamed(case):
    values = {"has_new": True, "last_polled_at": NOW - timedelta(hours=1), "now": NOW} | case
    assert websub.note_poll(HELD, **values) is HELD


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512", "SHA256"])
def test_signatures_hold_in_pieces_and_in_either_case(method):
    digest = hmac.new(HELD.secret.encode(), b"a body", method.lower()).hexdigest()
    for header in (f"{method}={digest}", f" {method}={digest.upper()} "):
        check = websub.SignatureCheck(HELD, header)
        check.update(b"a ")
        check.update(b"body")
        assert check.holds()
    other = websub.SignatureCheck(HELD, f"{method}={digest}")
    other.update(b"a bodY")
    assert not other.holds()


@pytest.mark.parametrize("method", ["md5", "sha224", "sha3_256", "blake2b", "none", "", "shake_128"])
def test_unknown_methods_never_hold(method):
    digest = (
        hmac.new(HELD.secret.encode(), b"x", method).hexdigest()
        if method in hashlib.algorithms_guaranteed - {"shake_128"}
        else "0"
    )
    check = websub.SignatureCheck(HELD, f"{method}={digest}")
    check.update(b"x")
    assert not check.holds()


def test_a_notification_during_a_poll_outlives_it():
    before = FeedState(url=FEED, source_id=SourceId("courier"), subscription=HELD)
    after = replace(before, last_polled_at=NOW, next_poll_at=NOW + timedelta(hours=1), etag='"new"')
    assert websub.merge(after, before, before, NOW) == after
    assert websub.merge(after, before, None, NOW) == after
    told = websub.after_notification(before, NOW)
    merged = websub.merge(after, before, told, NOW)
    assert merged == replace(after, subscription=told.subscription, next_poll_at=NOW + timedelta(minutes=1))
    refused = replace(before, subscription=replace(HELD, refused="no", expires_at=None))
    assert websub.merge(after, before, refused, NOW) == replace(after, subscription=refused.subscription)


def test_a_feed_without_a_subscription_hears_nothing():
    state = FeedState(url=FEED, source_id=SourceId("courier"), next_poll_at=NOW + timedelta(hours=1))
    assert websub.after_notification(state, NOW) is state
    assert not websub.is_subscribed(state, NOW)
    assert websub.is_subscribed(replace(state, subscription=HELD), NOW)
    assert not websub.is_subscribed(replace(state, subscription=HELD), HELD.expires_at)


@pytest.mark.parametrize(
    "text", ["", ".", "a" * 16, "a" * 16 + ".", "g" * 16 + "." + "a" * 43, "a" * 16 + "." + "a" * 200, "\ud800"]
)
def test_what_is_no_token_has_no_mark(text):
    assert websub.mark_of(text) is None
