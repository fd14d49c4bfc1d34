"""What is remembered of a feed between polls, and of a site that asked to be left alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from wirecopy.models.feeds import Pacing

if TYPE_CHECKING:
    from datetime import date

    from wirecopy.models.ids import SourceId

LONGEST_RETRY_AFTER = timedelta(days=1)
"""A host that asks for more (`Retry-After: 1e9` was seen) is asked again after a day."""


class EventKind(StrEnum):
    """What can be remarkable about a poll beyond its success."""

    POSSIBLE_LOSS = "possible_loss"
    """Nothing that was in the feed last time is in it now: entries may have come and gone in between."""
    MOVED = "moved"
    """A permanent redirect was met often enough to be adopted."""
    MOVE_REVERTED = "move_reverted"
    """The adopted address failed, and the one in the sources file is asked again."""
    GONE = "gone"
    """410 twice: asked once a month from now on."""
    REVIVED = "revived"
    """It answers again after it was gone or failing for long."""
    ENTRIES_MISSING = "entries_missing"
    """A second reading of the bytes counted more items than the parser gave."""
    GUIDS_REUSED = "guids_reused"
    """The feed gives one guid to several pages, or new guids to old pages: its guids are not believed."""
    TRUNCATED = "truncated"
    """The feed is longer than the limit, of its bytes or of its entries; the beginning was taken."""
    STALE_VALIDATORS = "stale_validators"
    """Asked without validators after a long row of 304s, it had something new: its validators are not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEvent:
    """Something remarkable that happened to a feed.

    Attributes:
        at: When.
        kind: What.
        text: In words, with the numbers or addresses that matter.
    """

    at: datetime
    kind: EventKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingMove:
    """A permanent redirect that is met again and again, not yet adopted.

    Attributes:
        url: Where the unbroken chain of permanent redirects ends.
        since: When it was first met.
        count: In how many polls in a row.
    """

    url: str
    since: datetime
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """What a feed brought on one day (UTC).

    Attributes:
        day: The day.
        polls: Polls that could be read, 304 included.
        new: URLs that nobody had brought before.
        hours: The hours (UTC) in which a poll gave entries that the poll before had not, as bits: bit 9 for 09:00 to 09:59.
            Whether others had brought them does not matter: what a feed falling silent is told by.
    """

    day: date
    polls: int
    new: int
    hours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A WebSub subscription (W3C Recommendation, 2018), wished for, asked for or held: the hub tells us when the feed changes.

    Attributes:
        hub_url: The hub.
        topic_url: The feed as the hub knows it.
        secret: Signs what the hub sends.
        token: The last part of our callback's address; cannot be guessed.
        requested_at: When the hub was last asked; None while it is only wished for.
        ask_at: The hub is not asked, or asked anew, before this.
        failures: Requests in a row that led to no lease.
        expires_at: When the lease ends; None until the hub verified our intent.
        refused: Why the hub said no, or why we do without it, or None.
        notified_at: When the hub last told us of a change, or None.
        missed: Polls in a row that found entries of which the hub had told us nothing.
    """

    hub_url: str
    topic_url: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    requested_at: datetime | None = None
    ask_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    failures: int = 0
    expires_at: datetime | None = None
    refused: str | None = None
    notified_at: datetime | None = None
    missed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between polls.

    Attributes:
        url: The feed's address as the sources file states it; the row's identity.
        source_id: Its outlet.
        moved_to: The address it is fetched from since a permanent redirect was adopted; None for `url`.
        former_urls: Addresses it was fetched from before, newest first.
        pending_move: A permanent redirect that was met but not adopted, or None.
        etag: The last `ETag`, byte for byte, or None.
        last_modified: The last `Last-Modified`, byte for byte, or None.
        unchanged_since: When the first of the 304s since the last 200 came, or None.
        body_mark: Hash of the last body without what changes in every copy of it, or None.
        window: Hashes of the entries of the last body, in the order of the feed; what a poll overlaps with.
        interval_s: Seconds between polls as the feed's habits last said, or None.
        hours: New entries expected in each hour of a day in UTC, 24 numbers; empty where nothing is known yet.
        surprise: Entries an hour in the fastest burst that `hours` did not foresee, fading.
        pacing: The feed's own wishes, as far as it keeps to them.
        no_paging_at: When asking for older entries by `?paged=` was last in vain, or None.
        next_poll_at: Not polled before this.
        first_polled_at: The first attempt, or None.
        last_polled_at: The last attempt, or None.
        last_success_at: The last 200 or 304 that could be read, or None.
        last_new_at: When it last brought a URL that nobody had brought before, or None.
        retry_after_at: Until when its host asked us to stay away (`Retry-After`), or None.
        last_status: HTTP status of the last answer, or None where none came.
        error_streak: Attempts that failed since the last success.
        penalty: The same, weighed: a failure that says little of the feed counts less than one.
        gone_streak: Answers 410 in a row.
        last_error: Why the last attempt failed, or None when it did not.
        days: What it brought on each of the last days, oldest first.
        events: The last remarkable things, oldest first.
        subscription: At its WebSub hub, wished for or held, or None.
    """

    url: str
    source_id: SourceId
    moved_to: str | None = None
    former_urls: tuple[str, ...] = ()
    pending_move: PendingMove | None = None
    etag: str | None = None
    last_modified: str | None = None
    unchanged_since: datetime | None = None
    body_mark: str | None = None
    window: tuple[str, ...] = ()
    interval_s: float | None = None
    hours: tuple[float, ...] = ()
    surprise: float = 0.0
    pacing: Pacing = field(default_factory=Pacing)
    no_paging_at: datetime | None = None
    next_poll_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    first_polled_at: datetime | None = None
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    retry_after_at: datetime | None = None
    last_status: int | None = None
    error_streak: int = 0
    penalty: float = 0.0
    gone_streak: int = 0
    last_error: str | None = None
    days: tuple[DayCount, ...] = ()
    events: tuple[FeedEvent, ...] = ()
    subscription: Subscription | None = None

    @property
    def address(self) -> str:
        """Where it is fetched."""
        return self.moved_to or self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePause:
    """A site that asked to be left alone (`Retry-After`), for every process to see.

    Attributes:
        site: Name of the site, from `wirecopy.fetch.guard.Target.site`.
        until: It is not asked before this.
        reason: What it answered.
    """

    site: str
    until: datetime
    reason: str

    def holds(self, now: datetime) -> bool:
        """Whether the site is to be left alone now."""
        return is_ahead(self.until, now)


def is_ahead(until: datetime, now: datetime) -> bool:
    """Whether a wait that a host asked for lasts still.

    Not one that ends in more than `LONGEST_RETRY_AFTER`: it was reckoned by a clock that was set back since, and would last as
    long as that clock was ahead.
    """
    return now < until <= now + LONGEST_RETRY_AFTER + timedelta(seconds=1)  # times are kept to the second, rounded up
