"""Whether a feed has moved for good: permanent redirects are adopted late, and given up soon: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.feeds.events import add_event
from wirecopy.feeds.items import LONGEST_URL
from wirecopy.models import EventKind, PendingMove
from wirecopy.urls.links import split_url

if TYPE_CHECKING:
    from datetime import datetime

    from wirecopy.models import FeedState

LEAST_POLLS = 5
LEAST_TIME = timedelta(days=3)
"""A redirect is adopted that was met in so many polls in a row, over so long: sites under repair, parked domains and captive
portals answer 301 too. Feedbin waits for 576 polls of 15 minutes, six days (research); a redirect costs one request a poll."""

REVERT_AFTER = 3
"""An adopted address that fails so many times in a row is given up, and the one in the sources file is asked again."""

_FORMER_URLS = 10


def note_answer(state: FeedState, permanent_url: str | None, now: datetime) -> FeedState:
    """The state after an answer that was read as a feed (an HTML page in its place never comes here).

    Args:
        state: The state as it was.
        permanent_url: Where an unbroken chain of permanent redirects from its address led, or None.
        now: The present instant.
    """
    if permanent_url is None or permanent_url == state.address or not _may_adopt(state.address, permanent_url):
        return replace(state, pending_move=None)
    pending = state.pending_move
    if pending is None or pending.url != permanent_url:
        return replace(state, pending_move=PendingMove(url=permanent_url, since=now))
    pending = replace(pending, count=pending.count + 1)
    if pending.count < LEAST_POLLS or now - pending.since < LEAST_TIME:
        return replace(state, pending_move=pending)
    moved = replace(
        state,
        moved_to=None if permanent_url == state.url else permanent_url,
        former_urls=_with_former(state),
        pending_move=None,
    )
    text = f"{state.address} redirects to {permanent_url} for good since {pending.since:%Y-%m-%d}, in {pending.count} polls"
    return add_event(moved, EventKind.MOVED, text, now)


def note_failure(state: FeedState, now: datetime) -> FeedState:
    """The state after a failure that was counted in its `error_streak` or `gone_streak`; its move taken back where need be."""
    is_gone = state.gone_streak > 1
    if state.moved_to is None or (state.error_streak < REVERT_AFTER and not is_gone):
        return state
    reverted = replace(
        state,
        moved_to=None,
        former_urls=_with_former(state),
        pending_move=None,
        etag=None,  # they are the other address's
        last_modified=None,
        unchanged_since=None,
        gone_streak=0,
        next_poll_at=now,
    )
    text = f"{state.moved_to} failed {state.error_streak} times in a row ({state.last_error}); back to {state.url}"
    return add_event(reverted, EventKind.MOVE_REVERTED, text, now)


def _may_adopt(address: str, target: str) -> bool:
    """Never from https to http, never a home page, never what is too long; what is private the guard has refused before."""
    try:
        old, new = split_url(address), split_url(target)
    except ValueError:
        return False
    if (old.scheme, new.scheme) == ("https", "http") or new.userinfo is not None or len(target) > LONGEST_URL:
        return False
    was_home, is_home = (parts.path in ("", "/") and not parts.query for parts in (old, new))
    return was_home or not is_home


def _with_former(state: FeedState) -> tuple[str, ...]:
    return tuple(dict.fromkeys((state.address, *state.former_urls)))[:_FORMER_URLS]
