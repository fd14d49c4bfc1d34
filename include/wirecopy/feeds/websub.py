"""WebSub (W3C Recommendation, 2018): what a feed's hub is asked, and what is made of what it says. Pure.

A notification is taken as a hint: whatever its body says, all that happens is that the feed is due at once and polled as always.
So nothing gets in that is not in the archive, nothing that only a hub vouches for, and a hub that lies, fails, or trims what it
sends can neither add to what the feed says nor take from it. A feed with a subscription is polled all the same, only slower.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.feeds.link_header import read_links
from wirecopy.models import Subscription
from wirecopy.urls import resolve_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from wirecopy.models import FeedState, ParsedFeed

LEASE = timedelta(days=10)
"""Asked for; hubs make of it what they like."""
MAX_LEASE = timedelta(days=30)
"""No hub is believed for longer: one that grants years may be gone long before."""
_UNSTATED_LEASE = timedelta(days=1)
_REFUSED_WAIT = timedelta(days=7)
_FIRST_WAIT = timedelta(hours=1)
_LONGEST_WAIT = timedelta(days=4)
_WAITS_GROW_BY = 4
# So many requests that led to no lease and the feed's next hub, where it names another, has its turn.
_PATIENCE = 3
# A poll may meet an entry minutes before the hub tells of it; a hub that is passed by twice without a word in between is dead.
_MISSES = 2
# However often a hub tells of a change, its feed is not asked more often than this.
_LEAST_WAIT = timedelta(minutes=1)
_MAX_URL_CHARS = 2_000
_MAX_CHALLENGE_CHARS = 2_048
_MAX_REASON_CHARS = 200
_ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
_TOKEN = re.compile(r"(?P<feed>[0-9a-f]{16})\.(?P<rest>[A-Za-z0-9_-]{20,100})")
_SIGNATURE = re.compile(r"\s*(?P<method>[A-Za-z0-9-]{1,20})=(?P<digest>[0-9a-fA-F]{1,128})\s*")
_SECONDS = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a hub that asks back is told.

    Attributes:
        subscription: The subscription from now on.
        echo: The body of the answer.
    """

    subscription: Subscription
    echo: str


def feed_mark(feed_url: str) -> str:
    """The first part of a feed's tokens: leads to its state without a search, and tells nobody its address."""
    return hashlib.blake2b(feed_url.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def mark_of(token: str) -> str | None:
    """The `feed_mark` in a token; None where the text is no token."""
    match = _TOKEN.fullmatch(token)
    return match["feed"] if match else None


def is_subscribed(state: FeedState, now: datetime) -> bool:
    """Whether its hub has promised to tell us of the feed's changes, so that it may be polled less often."""
    subscription = state.subscription
    return subscription is not None and _is_leased(subscription, now)


def find_wish(
    known: Subscription | None,
    feed: ParsedFeed,
    headers: Mapping[str, str],
    *,
    feed_url: str,
    page_url: str,
    draw: Callable[[], str],
) -> Subscription | None:
    """The subscription that a feed's answer makes us wish for; the one that is known where that is still it.

    `Link` headers win over what stands in the feed (section 4). A feed that names a hub but not itself is asked for by the
    address that answered. Another topic or hub is another subscription, with a secret and a token of its own.

    Args:
        known: What there is.
        feed: What the answer holds.
        headers: The answer's headers, names in lower case.
        feed_url: The feed as the sources file states it.
        page_url: The address that answered.
        draw: Gives a text that cannot be guessed, such as `secrets.token_urlsafe`.
    """
    links = read_links(headers.get("link", ""))
    hubs = _usable(page_url, links.get("hub", ())) or _usable(page_url, feed.hub_urls)
    topics = _usable(page_url, links.get("self", ())) or _usable(page_url, (feed.self_url or page_url,))
    if not hubs or not topics:
        return None
    topic = topics[0]
    if known is None or known.topic_url != topic or known.hub_url not in hubs:
        return _new(hubs[0], topic, feed_url, draw)
    is_hopeless = known.refused is not None or known.failures >= _PATIENCE
    if is_hopeless and len(hubs) > 1:
        following = hubs[(hubs.index(known.hub_url) + 1) % len(hubs)]
        # It waits its turn: two dead hubs must not be asked more often than one.
        return replace(_new(following, topic, feed_url, draw), ask_at=known.ask_at, failures=known.failures)
    return known


def note_poll(known: Subscription, *, has_new: bool, last_polled_at: datetime | None, now: datetime) -> Subscription:
    """The subscription after a poll: what a hub should have told us and did not counts against it.

    Args:
        known: What there is, as another process may have left it while the feed was fetched.
        has_new: Whether the poll found entries that the last one had not.
        last_polled_at: When that was.
        now: The present instant.
    """
    was_leased_then = known.requested_at is not None and last_polled_at is not None and last_polled_at > known.requested_at
    if not has_new or not was_leased_then or not _is_leased(known, now):
        return known
    assert last_polled_at is not None
    if known.notified_at is not None and known.notified_at >= last_polled_at:
        return replace(known, missed=0) if known.missed else known
    missed = known.missed + 1
    if missed < _MISSES:
        return replace(known, missed=missed)
    return _refuse(replace(known, missed=missed), f"told us nothing of what {missed} polls found", now)


def must_ask(subscription: Subscription, now: datetime) -> bool:
    """Whether the hub is to be asked now: for the first time, again, or to renew."""
    return subscription.ask_at <= now


def asked(subscription: Subscription, now: datetime) -> Subscription:
    """The subscription as it is saved before its hub is asked, which may ask back at once.

    The token and the secret stay what they are when a lease is renewed, so that the old lease works until the new one does.
    """
    wait = min(_FIRST_WAIT * _WAITS_GROW_BY ** min(subscription.failures, 10), _LONGEST_WAIT)
    return replace(
        subscription,
        requested_at=now,
        ask_at=now + wait,
        failures=subscription.failures + 1,
        refused=None,
        missed=0,
    )


def form_fields(subscription: Subscription, callback: str) -> tuple[tuple[str, str], ...]:
    """What a hub is sent.

    The secret is sent to hubs without TLS too: who could read it there reads the token beside it, and wins no more by both than
    that we poll a feed early.

    Args:
        subscription: What is asked for.
        callback: The setting `websub_callback`.
    """
    return (
        ("hub.mode", "subscribe"),
        ("hub.topic", subscription.topic_url),
        ("hub.callback", f"{callback.rstrip('/')}/websub/{subscription.token}"),
        ("hub.secret", subscription.secret),
        ("hub.lease_seconds", str(int(LEASE.total_seconds()))),
    )


def refused_by_answer(subscription: Subscription, status: int, now: datetime) -> Subscription:
    """The subscription after its hub's answer: 4xx is a no; 5xx, 408 and 429 wait as after no answer; 2xx waits to be verified."""
    if 400 <= status < 500 and status not in {408, 429}:  # noqa: PLR2004 - the 4xx class; too slow, too many
        return _refuse(subscription, f"answered {status}", now)
    return subscription


def refused_by_guard(subscription: Subscription, reason: str, now: datetime) -> Subscription:
    """The subscription at a hub that may not be asked at all."""
    return _refuse(subscription, reason, now)


def verify(known: Subscription, parameters: Mapping[str, str], now: datetime) -> Verification | None:
    """Answer a hub that asks whether it was us (section 5.3), or that tells us no (5.2); None for what we did not ask for.

    We never ask to unsubscribe: a lease that is not wanted any more runs out.

    Args:
        known: The subscription whose token the address carries.
        parameters: The query of the address.
        now: The present instant.
    """
    if known.requested_at is None or parameters.get("hub.topic") != known.topic_url:
        return None
    mode = parameters.get("hub.mode")
    if mode == "denied":
        reason = " ".join(re.sub(r"[^\x20-\x7e]", " ", parameters.get("hub.reason", "")).split())[:_MAX_REASON_CHARS]
        return Verification(subscription=_refuse(known, reason or "denied without a reason", now), echo="")
    challenge = parameters.get("hub.challenge", "")
    if mode != "subscribe" or known.refused is not None or not 0 < len(challenge) <= _MAX_CHALLENGE_CHARS:
        return None
    lease = _read_lease(parameters.get("hub.lease_seconds", ""))
    leased = replace(known, expires_at=now + lease, ask_at=now + max(lease * 2 / 3, _FIRST_WAIT), failures=0)
    return Verification(subscription=leased, echo=challenge)


class SignatureCheck:
    """Checks a body against its `X-Hub-Signature` as it comes, without keeping it.

    Args:
        subscription: Whose secret signs.
        header: The header's value, or None.
    """

    def __init__(self, subscription: Subscription, header: str | None) -> None:
        """Nothing read yet; a header that is missing, unreadable or of an unknown method can never hold."""
        match = _SIGNATURE.fullmatch(header or "")
        method = _ALGORITHMS.get(match["method"].lower()) if match else None
        self._expected = match["digest"].lower() if match else ""
        self._mac = hmac.new(subscription.secret.encode(), digestmod=method) if method else None

    def update(self, chunk: bytes) -> None:
        """Take the next piece of the body."""
        if self._mac is not None:
            self._mac.update(chunk)

    def holds(self) -> bool:
        """Whether who sent the body knows the secret; compared in constant time."""
        return self._mac is not None and hmac.compare_digest(self._mac.hexdigest(), self._expected)


def after_notification(state: FeedState, now: datetime) -> FeedState:
    """The feed is due at once: not within a minute of its last poll, and not before its host's `Retry-After`."""
    if state.subscription is None:
        return state
    soonest = max(
        now,
        state.last_polled_at + _LEAST_WAIT if state.last_polled_at else now,
        state.retry_after_at or now,
    )
    told = replace(state.subscription, notified_at=now, missed=0)
    return replace(state, subscription=told, next_poll_at=min(state.next_poll_at, soonest))


def merge(after: FeedState, before: FeedState, stored: FeedState | None, now: datetime) -> FeedState:
    """A polled feed's state with what its hub said to the web app while it was fetched.

    Args:
        after: The state as the poll leaves it.
        before: The state as the poll found it.
        stored: The state as it stands in the store now, or None.
        now: The present instant.
    """
    if stored is None or stored.subscription == before.subscription:
        return after
    merged = replace(after, subscription=stored.subscription)
    told_at = stored.subscription.notified_at if stored.subscription else None
    told_before = before.subscription.notified_at if before.subscription else None
    # It may have told of what was not there yet when the body was sent.
    return after_notification(merged, now) if told_at is not None and told_at != told_before else merged


def _is_leased(subscription: Subscription, now: datetime) -> bool:
    return subscription.refused is None and subscription.expires_at is not None and subscription.expires_at > now


def _usable(base: str, links: tuple[str, ...]) -> tuple[str, ...]:
    """Absolute http(s) addresses without fragment, each once; those with TLS first."""
    found = (resolve_url(base, link) for link in links if len(link) <= _MAX_URL_CHARS)
    urls = dict.fromkeys(url.partition("#")[0] for url in found if url and len(url) <= _MAX_URL_CHARS)
    return tuple(sorted(urls, key=lambda url: not url.lower().startswith("https:")))


def _new(hub: str, topic: str, feed_url: str, draw: Callable[[], str]) -> Subscription:
    return Subscription(hub_url=hub, topic_url=topic, secret=draw(), token=f"{feed_mark(feed_url)}.{draw()}")


def _refuse(subscription: Subscription, reason: str, now: datetime) -> Subscription:
    return replace(subscription, expires_at=None, refused=reason, ask_at=now + _REFUSED_WAIT)


def _read_lease(text: str) -> timedelta:
    """The lease a hub grants; a day where it does not say."""
    stated = timedelta(seconds=int(text)) if _SECONDS.fullmatch(text.strip()) else _UNSTATED_LEASE
    return min(stated, MAX_LEASE)
