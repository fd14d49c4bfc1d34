"""Remarkable things that happened to a feed: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.models import FeedEvent

if TYPE_CHECKING:
    from datetime import datetime

    from wirecopy.models import EventKind, FeedState

KEPT_EVENTS = 20
_SAME = timedelta(days=1)


def add_event(state: FeedState, kind: EventKind, text: str, now: datetime) -> FeedState:
    """The state with one event more; one of the same kind within a day gives way to it, so that none crowds out the others."""
    kept = [event for event in state.events if event.kind is not kind or now - event.at >= _SAME]
    return replace(state, events=(*kept, FeedEvent(at=now, kind=kind, text=text))[-KEPT_EVENTS:])


def had_event(state: FeedState, kind: EventKind, *, since: datetime) -> bool:
    """Whether such a thing happened at that moment or later."""
    return any(event.kind is kind and event.at >= since for event in state.events)
