"""The stored form of feeds' states and sites' pauses, as `wirecopy.store.codec` has it for the other models."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from wirecopy.models import (
    DayCount,
    EventKind,
    FeedEvent,
    FeedState,
    Pacing,
    PendingMove,
    SitePause,
    SourceId,
    Subscription,
)
from wirecopy.store.codec import (
    JsonDict,
    decode_time,
    decode_time_or_none,
    encode_text_or_none,
    encode_time,
    encode_time_or_none,
)
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Mapping


def encode_feed_state(state: FeedState) -> JsonDict:
    """Every attribute under its own name; the validators as JSON texts.

    Validators go back to the server byte for byte, so they are escaped (all ASCII), not scrubbed.
    """
    return {
        "url": scrub(state.url),
        "source_id": scrub(state.source_id),
        "moved_to": encode_text_or_none(state.moved_to),
        "former_urls": [scrub(url) for url in state.former_urls],
        "pending_move": None if state.pending_move is None else _encode_move(state.pending_move),
        "etag": None if state.etag is None else json.dumps(state.etag),
        "last_modified": None if state.last_modified is None else json.dumps(state.last_modified),
        "unchanged_since": encode_time_or_none(state.unchanged_since),
        "body_mark": encode_text_or_none(state.body_mark),
        "window": [scrub(mark) for mark in state.window],
        "interval_s": state.interval_s,
        "hours": [round(number, 4) for number in state.hours],
        "surprise": round(state.surprise, 4),
        "pacing": _encode_pacing(state.pacing),
        "no_paging_at": encode_time_or_none(state.no_paging_at),
        "next_poll_at": encode_time(state.next_poll_at),
        "first_polled_at": encode_time_or_none(state.first_polled_at),
        "last_polled_at": encode_time_or_none(state.last_polled_at),
        "last_success_at": encode_time_or_none(state.last_success_at),
        "last_new_at": encode_time_or_none(state.last_new_at),
        "retry_after_at": encode_time_or_none(state.retry_after_at),
        "last_status": state.last_status,
        "error_streak": state.error_streak,
        "penalty": state.penalty,
        "gone_streak": state.gone_streak,
        "last_error": encode_text_or_none(state.last_error),
        "days": [
            {"day": each.day.isoformat(), "polls": each.polls, "new": each.new, "hours": each.hours} for each in state.days
        ],
        "events": [
            {"at": encode_time(event.at), "kind": event.kind.value, "text": scrub(event.text)} for event in state.events
        ],
        "subscription": None if state.subscription is None else _encode_subscription(state.subscription),
    }


def decode_feed_state(data: Mapping[str, Any]) -> FeedState:
    """The state that `encode_feed_state` wrote; what an earlier version did not write has its default."""
    move, subscription = data.get("pending_move"), data.get("subscription")
    return FeedState(
        url=data["url"],
        source_id=SourceId(data["source_id"]),
        moved_to=data.get("moved_to"),
        former_urls=tuple(data.get("former_urls", ())),
        pending_move=None if move is None else _decode_move(move),
        etag=None if data["etag"] is None else json.loads(data["etag"]),
        last_modified=None if data["last_modified"] is None else json.loads(data["last_modified"]),
        unchanged_since=decode_time_or_none(data.get("unchanged_since")),
        body_mark=data.get("body_mark"),
        window=tuple(data.get("window", ())),
        interval_s=data.get("interval_s"),
        hours=tuple(data.get("hours", ())),
        surprise=data.get("surprise", 0.0),
        pacing=_decode_pacing(data.get("pacing", {})),
        no_paging_at=decode_time_or_none(data.get("no_paging_at")),
        next_poll_at=decode_time(data["next_poll_at"]),
        first_polled_at=decode_time_or_none(data.get("first_polled_at")),
        last_polled_at=decode_time_or_none(data["last_polled_at"]),
        last_success_at=decode_time_or_none(data["last_success_at"]),
        last_new_at=decode_time_or_none(data.get("last_new_at")),
        retry_after_at=decode_time_or_none(data.get("retry_after_at")),
        last_status=data.get("last_status"),
        error_streak=data["error_streak"],
        penalty=data.get("penalty", float(data["error_streak"])),
        gone_streak=data.get("gone_streak", 0),
        last_error=data["last_error"],
        days=tuple(
            DayCount(day=date.fromisoformat(count["day"]), polls=count["polls"], new=count["new"], hours=count.get("hours", 0))
            for count in data.get("days", ())
        ),
        events=tuple(
            FeedEvent(at=decode_time(event["at"]), kind=EventKind(event["kind"]), text=event["text"])
            for event in data.get("events", ())
        ),
        subscription=None if subscription is None else _decode_subscription(subscription),
    )


def encode_site_pause(pause: SitePause) -> JsonDict:
    """`site`, `until`, `reason`."""
    return {"site": scrub(pause.site), "until": encode_time(pause.until), "reason": scrub(pause.reason)}


def decode_site_pause(data: Mapping[str, Any]) -> SitePause:
    """The pause that `encode_site_pause` wrote."""
    return SitePause(site=data["site"], until=decode_time(data["until"]), reason=data["reason"])


def _encode_pacing(pacing: Pacing) -> JsonDict:
    return {
        "ttl_s": pacing.ttl_s,
        "update_s": pacing.update_s,
        "skip_hours": sorted(pacing.skip_hours),
        "skip_days": sorted(pacing.skip_days),
    }


def _decode_pacing(data: Mapping[str, Any]) -> Pacing:
    return Pacing(
        ttl_s=data.get("ttl_s"),
        update_s=data.get("update_s"),
        skip_hours=frozenset(data.get("skip_hours", ())),
        skip_days=frozenset(data.get("skip_days", ())),
    )


def _encode_move(move: PendingMove) -> JsonDict:
    return {"url": scrub(move.url), "since": encode_time(move.since), "count": move.count}


def _decode_move(data: Mapping[str, Any]) -> PendingMove:
    return PendingMove(url=data["url"], since=decode_time(data["since"]), count=data["count"])


def _encode_subscription(subscription: Subscription) -> JsonDict:
    return {
        "hub_url": scrub(subscription.hub_url),
        "topic_url": scrub(subscription.topic_url),
        "secret": scrub(subscription.secret),
        "token": scrub(subscription.token),
        "requested_at": encode_time_or_none(subscription.requested_at),
        "ask_at": encode_time(subscription.ask_at),
        "failures": subscription.failures,
        "expires_at": encode_time_or_none(subscription.expires_at),
        "refused": encode_text_or_none(subscription.refused),
        "notified_at": encode_time_or_none(subscription.notified_at),
        "missed": subscription.missed,
    }


def _decode_subscription(data: Mapping[str, Any]) -> Subscription:
    return Subscription(
        hub_url=data["hub_url"],
        topic_url=data["topic_url"],
        secret=data["secret"],
        token=data["token"],
        requested_at=decode_time_or_none(data["requested_at"]),
        ask_at=decode_time(data["ask_at"]),
        failures=data["failures"],
        expires_at=decode_time_or_none(data["expires_at"]),
        refused=data["refused"],
        notified_at=decode_time_or_none(data["notified_at"]),
        missed=data["missed"],
    )
