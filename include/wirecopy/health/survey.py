"""How all feeds and sources are doing: each feed by itself, each source by what its feeds bring together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wirecopy.health.feeds import FeedHealth, describe_silence, judge_feed, judge_unlisted
from wirecopy.health.silence import Silence, measure_silence
from wirecopy.health.status import Status
from wirecopy.models import DayCount
from wirecopy.outcomes import OPEN_STATES, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from wirecopy.models import FeedState, Source, SourceId

_FRUITLESS = 20
"""Pages that ended without an article while none ended with one: a paywall, a consent form or a changed page layout for all of them."""
# Our failure (quarantined) or one with the article elsewhere (same_page) is no verdict on the source's pages.
_NO_VERDICT = OPEN_STATES | {State.QUARANTINED, State.SAME_PAGE, State.INDEXED}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source is doing.

    Attributes:
        source_id: Its id.
        name: What people call it.
        status: `silent` where its feeds together are, `fruitless` where its pages are; else the best status of its feeds, since a
            source works while one of its feeds does.
        reasons: Why, in words; never empty.
        feeds: How many of its feeds have which status; none are left out.
        silence: How quiet all its feeds together are beside their habits, or None where none could ever be read.
        pages: How many of its URLs are in which state of the ledger.
    """

    source_id: SourceId
    name: str
    status: Status
    reasons: tuple[str, ...]
    feeds: Mapping[Status, int]
    silence: Silence | None
    pages: Mapping[State, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """How everything is doing.

    Attributes:
        feeds: Every feed, worst first, then by source and address.
        sources: Every source of the sources file, worst first, then by id.
    """

    feeds: tuple[FeedHealth, ...]
    sources: tuple[SourceHealth, ...]


def survey(
    sources: Iterable[Source],
    states: Iterable[FeedState],
    pages_of: Callable[[SourceId], Mapping[State, int]],
    now: datetime,
) -> Survey:
    """Judge every feed of the sources file and of the store, and every source.

    Args:
        sources: The outlets of the sources file.
        states: What the store remembers of feeds.
        pages_of: Gives how many URLs of a source are in which state (`Ledger.counts`).
        now: The present instant.
    """
    known = {state.url: state for state in states}
    feeds: list[FeedHealth] = []
    found: list[SourceHealth] = []
    for source in sources:
        own = [judge_feed(feed, source, known.get(feed), now) for feed in source.feeds]
        polled = [known.pop(feed) for feed in source.feeds if feed in known]
        feeds += own
        found.append(judge_source(source, own, polled, pages_of(source.id)))
    feeds += (judge_unlisted(state, now) for state in known.values())
    return Survey(
        feeds=tuple(sorted(feeds, key=lambda each: (each.status.rank, each.source_id, each.feed))),
        sources=tuple(sorted(found, key=lambda each: (each.status.rank, each.source_id))),
    )


def judge_source(
    source: Source, feeds: Sequence[FeedHealth], states: Sequence[FeedState], pages: Mapping[State, int]
) -> SourceHealth:
    """How a source is doing, from its feeds' health and states and its pages' states."""
    counts = {status: sum(each.status is status for each in feeds) for status in Status}
    silence = _measure_together(states)
    best = max(feeds, key=lambda each: each.status.rank)
    # What was read and waits to be linked is an article: of a first round's thousands of pages those that are gone end first.
    fruits = pages.get(State.INDEXED, 0) + pages.get(State.EXTRACTED, 0)
    barren = {state: n for state, n in pages.items() if n and state not in _NO_VERDICT}
    if silence is not None and silence.is_silent and best.status.rank > Status.SILENT.rank:
        status, reason = Status.SILENT, f"all its feeds together: {describe_silence(silence)}"
    elif not fruits and sum(barren.values()) >= _FRUITLESS and best.status.rank > Status.FRUITLESS.rank:
        listed = ", ".join(f"{count} {state.value}" for state, count in sorted(barren.items(), key=lambda item: -item[1]))
        status, reason = Status.FRUITLESS, f"no article in any of its pages: {listed}"
    else:
        status, reason = best.status, best.reasons[0] if len(feeds) == 1 else f"its best feed {best.feed}: {best.reasons[0]}"
    return SourceHealth(
        source_id=source.id, name=source.name, status=status, reasons=(reason,), feeds=counts, silence=silence, pages=pages
    )


def _measure_together(states: Sequence[FeedState]) -> Silence | None:
    """The silence of what the feeds bring together: an hour is lively in which one of them was."""
    looked = [state.last_success_at for state in states if state.last_success_at is not None]
    if not looked:
        return None
    first = [state.first_polled_at for state in states if state.first_polled_at is not None]
    days: dict[date, DayCount] = {}
    for state in states:
        for day in state.days:
            other = days.get(day.day, DayCount(day=day.day, polls=0, new=0))
            days[day.day] = replace(
                other, polls=other.polls + day.polls, new=other.new + day.new, hours=other.hours | day.hours
            )
    ordered = [days[day] for day in sorted(days)]
    return measure_silence(ordered, first_polled_at=min(first, default=min(looked)), looked_at=max(looked))
