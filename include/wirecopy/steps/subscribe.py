"""Ask feeds' hubs to tell us of changes (WebSub), and keep what polls mean for that; `wirecopy.web.websub` hears the hubs.

The web app runs in another process and saves what a hub says while feeds are polled here, so every write here takes up what
the store has by then (`wirecopy.feeds.websub.merge`). Between that look and the write a few milliseconds are left: what falls
into them is a hint, or a lease that is asked for again.
"""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from wirecopy.errors import PermanentError
from wirecopy.feeds import websub
from wirecopy.models import FetchRequest, Purpose
from wirecopy.steps.context import reason_of
from wirecopy.urls import registrable_domain, resolve_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wirecopy.models import FeedState, FetchedPage, FetchResult, ParsedFeed, Subscription
    from wirecopy.steps.context import StepContext

log = logging.getLogger(__name__)

_STAGE = "asking hubs"
# Thousands of feeds share a few public hubs: so many requests to one of them in a round, a second apart; the rest has time.
_MOST_PER_HUB = 30
_HUB_DELAY_S = 1.0
_TEMPORARY_REDIRECT, _PERMANENT_REDIRECT = 307, 308


def note_poll(
    context: StepContext, before: FeedState, after: FeedState, page: FetchedPage | None = None, feed: ParsedFeed | None = None
) -> FeedState:
    """The state that a poll leaves, with its subscription: what the feed wishes now, and what its hub said meanwhile.

    Args:
        context: What to work with.
        before: The state as the poll found it.
        after: The state as the poll would leave it.
        page: The answer; None where there was none, or none that could be read.
        feed: What it holds; None for a 304.
    """
    if not context.settings.websub_callback:
        return replace(after, subscription=None) if after.subscription else after
    now = context.clock()
    after = websub.merge(after, before, context.store.feeds.get([before.url]).get(before.url), now)
    if page is None or feed is None:
        return after
    known = after.subscription
    wish = websub.find_wish(
        known,
        feed,
        page.headers,
        feed_url=before.url,
        page_url=page.final_url,
        draw=lambda: secrets.token_urlsafe(32),
    )
    if wish is not None and wish is known:
        has_new = bool(before.window) and not set(before.window) >= set(after.window)
        wish = websub.note_poll(wish, has_new=has_new, last_polled_at=before.last_polled_at, now=now)
    return replace(after, subscription=wish)


def renew_subscriptions(context: StepContext, feed_urls: Sequence[str]) -> dict[str, int]:
    """Ask the hubs of these feeds where that is due: for a first lease, again after a failure, or to renew.

    Args:
        context: What to work with.
        feed_urls: Addresses of feeds, as the sources have them.

    Returns:
        Requests by what came of them: `accepted` (the hub asks back later), `refused`, `failed`; and `deferred`, those left for
        the next round.
    """
    now = context.clock()
    due = [
        state
        for state in context.store.feeds.get(feed_urls).values()
        if state.url in context.by_feed and state.subscription and websub.must_ask(state.subscription, now)
    ]
    chosen = _choose(due)
    counts = Counter({"deferred": len(due) - len(chosen)})
    if not chosen:
        return dict(counts)
    # The hub may ask back before it has answered, so what it will be told must be in the store before it is asked.
    asked = {
        state.url: replace(state, subscription=websub.asked(state.subscription, now)) for state in chosen if state.subscription
    }
    context.store.feeds.save(tuple(asked.values()))
    with context.stage(_STAGE, len(asked)):
        elsewhere = _ask(context, [_request(context, state) for state in asked.values()], asked, counts)
        # Section 5.1.2: a hub may send us to another. That one's word counts; it is not followed a second time.
        _ask(context, elsewhere, asked, counts)
    return dict(counts)


def _choose(due: Iterable[FeedState]) -> list[FeedState]:
    """Those that are asked for now: leases that end first, then wishes; so many of one hub's site."""
    per_site: Counter[str] = Counter()
    chosen = []
    for state in sorted(due, key=_urgency):
        assert state.subscription is not None
        site = registrable_domain(state.subscription.hub_url) or state.subscription.hub_url
        per_site[site] += 1
        if per_site[site] <= _MOST_PER_HUB:
            chosen.append(state)
    return chosen


def _urgency(state: FeedState) -> tuple[bool, float, str]:
    ends = state.subscription.expires_at if state.subscription else None
    return ends is None, ends.timestamp() if ends else 0.0, state.url


def _request(context: StepContext, state: FeedState, url: str | None = None) -> FetchRequest:
    assert state.subscription is not None
    return FetchRequest(
        url=url or state.subscription.hub_url,
        purpose=Purpose.SUBSCRIBE,
        source_id=state.source_id,
        delay_s=_HUB_DELAY_S if context.settings.delay_s else None,
        form=websub.form_fields(state.subscription, context.settings.websub_callback),
    )


def _ask(
    context: StepContext, requests: Sequence[FetchRequest], asked: dict[str, FeedState], counts: Counter[str]
) -> list[FetchRequest]:
    """Send requests and keep what came of them; those that a hub sends elsewhere are given back."""
    # Of several feeds at one hub only the form tells which request a result is of.
    by_form = {websub.form_fields(_held(state), context.settings.websub_callback): state for state in asked.values()}
    elsewhere: list[FetchRequest] = []

    def handle(result: FetchResult) -> None:
        state = by_form[result.request.form]
        target = _redirect(result)
        if target is not None and result.request.url == _held(state).hub_url:
            elsewhere.append(_request(context, state, target))
            return
        context.observer.advance(_STAGE)
        _keep(context, state, result, counts)

    if requests:
        context.fetch(requests, handle)
    return elsewhere


def _held(state: FeedState) -> Subscription:
    assert state.subscription is not None
    return state.subscription


def _redirect(result: FetchResult) -> str | None:
    page = result.page
    if page is None or page.status not in {_TEMPORARY_REDIRECT, _PERMANENT_REDIRECT}:
        return None
    return resolve_url(page.final_url, page.headers.get("location", ""))


def _keep(context: StepContext, state: FeedState, result: FetchResult, counts: Counter[str]) -> None:
    """Save a refusal; an acceptance is the hub's to confirm, and a failure has been reckoned with before it was asked."""
    now = context.clock()
    current = context.store.feeds.get([state.url]).get(state.url, state)
    held = current.subscription
    if held is None or held.token != _held(state).token:
        return
    if isinstance(result.error, PermanentError):
        changed = websub.refused_by_guard(held, reason_of(result.error), now)
    elif result.page is not None:
        changed = websub.refused_by_answer(held, result.page.status, now)
    else:
        changed = held
    if changed is not held:
        counts["refused"] += 1
        context.store.feeds.save([replace(current, subscription=changed)])
        log.warning("hub refused: %s for %s: %s", held.hub_url, state.url, changed.refused)
    elif result.page is not None and 200 <= result.page.status < 300:  # noqa: PLR2004 - the 2xx class
        counts["accepted"] += 1
    else:
        counts["failed"] += 1
        why = reason_of(result.error) if result.error else f"answered {result.page.status if result.page else 'nothing'}"
        log.info("hub failed: %s for %s: %s", held.hub_url, state.url, why)
