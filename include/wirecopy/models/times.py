"""Times that somebody claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a claimed time was stated."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedTime:
    """A time of publication as somebody states it, never ours.

    Attributes:
        at: The instant, aware. A bare date is its midnight and a time without an offset is read as UTC.
        precision: What the statement gave.
        has_offset: Whether the statement named its offset.
        origin: Where it was stated: `feed`, `json-ld`, `meta`, `time` (the element), `url`, `text`, `htmldate`, `input`.
    """

    at: datetime
    precision: Precision
    has_offset: bool
    origin: str

    @property
    def stated(self) -> str:
        """The time as it was stated: a bare date, or ISO 8601 with the offset if there was one."""
        if self.precision is Precision.DAY:
            return self.at.date().isoformat()
        moment = self.at if self.has_offset else self.at.replace(tzinfo=None)
        return moment.isoformat(timespec="minutes" if self.precision is Precision.MINUTE else "seconds")

    def is_believable(self, first_seen_at: datetime) -> bool:
        """Whether it may be true of something we first saw then: it is not later than a day after.

        A day, since a bare date has no zone and sites' clocks run ahead; more lets expiry dates and typing errors through
        (mediacloud/metadata-lib issue 103: articles of the years 2026 to 9999 under a limit of 90 days).
        """
        return self.at <= first_seen_at + timedelta(days=1)

    @classmethod
    def parse(cls, text: str, *, origin: str) -> ClaimedTime | None:
        """Read an ISO 8601 date or date-time; None where the text is neither.

        Args:
            text: What was stated, such as `2026-11-22`, `2026-11-22T08:30+01:00` or `2026-11-22T07:30:00Z`.
            origin: Where it was stated.
        """
        text = text.strip()
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        bare_day = "T" not in text.upper() and ":" not in text
        has_offset = moment.tzinfo is not None
        if bare_day:
            precision = Precision.DAY
        elif text.count(":") - (1 if has_offset and text[-3:-2] == ":" else 0) < 2:  # noqa: PLR2004 - hh:mm, not hh:mm:ss
            precision = Precision.MINUTE
        else:
            precision = Precision.SECOND
        if not has_offset:
            moment = moment.replace(tzinfo=UTC)
        try:
            moment.astimezone(UTC)
        except OverflowError:  # year 1 or 9999 with an offset that leaves the calendar
            return None
        return cls(at=moment, precision=precision, has_offset=has_offset and not bare_day, origin=origin)
