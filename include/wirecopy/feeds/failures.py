"""What a failed poll says of its feed: a reason in words, and how much it weighs: pure."""

from __future__ import annotations

from dataclasses import dataclass

from wirecopy.errors import ConnectionFailed, FetchTimeout, HostSilent, NameNotFound, RateLimited, ServerFailed, TransientError

GONE_STATUS = 410
_WORDS = {
    304: "nothing has changed, it says, though it was not asked that",
    401: "it asks for a login",
    402: "it asks for payment",
    403: "it refuses us",
    404: "nothing is there; feeds do come back",
    410: "gone for good, it says",
    451: "barred for legal reasons",
}
# The least that is counted of a failure, by what it says of the feed. rss-fetcher counts a failed lookup a quarter and
# other failures that may pass a half, and sees feeds answer 404 for days and come back (research); the rest count whole.
_LOOKUP, _PASSING, _WHOLE = 0.25, 0.5, 1.0
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A poll that brought no entries.

    Attributes:
        reason: Why, in words.
        weight: How much it counts towards the back-off, from 0.25 to 1.
        status: HTTP status of the answer, or None where none came or none is known.
        retry_after_s: Seconds its host asked us to stay away, or None.
    """

    reason: str
    weight: float = _WHOLE
    status: int | None = None
    retry_after_s: float | None = None


def judge_status(status: int) -> Failure:
    """The failure that an answer with this status is, one that is neither 2xx nor the 304 that was asked for."""
    words = _WORDS.get(status)
    reason = f"answered {status}: {words}" if words else f"answered {status}"
    return Failure(reason=reason, status=status, weight=_PASSING if status == _NOT_FOUND else _WHOLE)


def judge_error(error: Exception, reason: str) -> Failure:
    """The failure that an error is.

    Args:
        error: From the fetcher or the parser.
        reason: Why, in words.
    """
    retry_after_s = error.retry_after_s if isinstance(error, TransientError) else None
    weight = _WHOLE
    if isinstance(error, NameNotFound):
        weight = _LOOKUP
    elif isinstance(error, ConnectionFailed | FetchTimeout | HostSilent | RateLimited | ServerFailed):
        weight = _PASSING
    return Failure(reason=reason, weight=weight, retry_after_s=retry_after_s)
