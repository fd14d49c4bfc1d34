"""What becomes of a URL after an attempt to fetch or read it: pure functions of the row, the result and the time."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from wirecopy.errors import (
    HostSilent,
    PermanentError,
    RateLimited,
    RobotsDenied,
    SitePaused,
    TransientError,
    UnsafeAddress,
)
from wirecopy.models import Access
from wirecopy.outage import FORBEARANCE, OFFLINE_REASON, OFFLINE_WAIT
from wirecopy.outcomes import State

if TYPE_CHECKING:
    from datetime import datetime

    from wirecopy.errors import WirecopyError
    from wirecopy.models import Article, FetchedPage, FetchResult, LedgerRow
    from wirecopy.settings import Settings

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain", ""})
_FORBIDDEN = frozenset({401, 402, 403, 451})
_GONE = frozenset({404, 410})
_PASSING = frozenset({408, 425})  # Request Timeout and Too Early (RFC 9110, RFC 8470): the same request may work later
# What ends an attempt without a request for the page: it is none of the page's own.
_UNSENT = (SitePaused, HostSilent)
# A host that asks for fewer requests says nothing against the page: it is given this many times the attempts of others before it
# is quarantined.
_PATIENCE_BUSY = 4
_LONGEST_WAIT = timedelta(days=1)
# A page that shows less than this behind a paywall or consent form is a stub; a longer text is worth having all the same.
_STUB_CHARS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When a failed URL is taken up again.

    Attributes:
        max_attempts: Attempts before it is quarantined.
        base: Wait after the first failure; doubles with each.
    """

    max_attempts: int
    base: timedelta

    @classmethod
    def from_settings(cls, settings: Settings) -> RetryPolicy:
        """The policy that the settings state."""
        return cls(max_attempts=settings.max_attempts, base=timedelta(seconds=settings.retry_base_s))


def judge_fetch(row: LedgerRow, result: FetchResult, *, now: datetime, policy: RetryPolicy) -> LedgerRow:
    """The row after an attempt to fetch its page.

    Args:
        row: The row as it was.
        result: What came of the request.
        now: The present instant.
        policy: When to retry.

    Returns:
        The row as `FETCHED`, `RETRYING`, or in the final state that the answer means.
    """
    if result.page is None:
        return _judge_error(row, result.error, now=now, policy=policy)
    page = result.page
    answer: dict[str, Any] = {"archive_ref": page.archive_ref, "http_status": page.status, "fetched_at": page.fetched_at}
    if page.status in _PASSING:
        error = TransientError(row.url, f"answered {page.status}")
        return replace(retry_later(row, error, now=now, policy=policy), **answer)
    state, reason = _judge_page(page)
    return row.moved(state, reason, attempts=row.attempts + 1, **answer)


def _judge_error(row: LedgerRow, error: WirecopyError | None, *, now: datetime, policy: RetryPolicy) -> LedgerRow:
    if not isinstance(error, PermanentError):
        return retry_later(row, error or TransientError(row.url, "no answer"), now=now, policy=policy)
    state = {RobotsDenied: State.REFUSED_BY_ROBOTS, UnsafeAddress: State.UNSAFE_ADDRESS}.get(type(error), State.QUARANTINED)
    return row.moved(state, error.message, attempts=row.attempts + 1)


def _judge_page(page: FetchedPage) -> tuple[State, str]:
    answered = f"answered {page.status}"
    if page.status in _GONE:
        return State.GONE, answered
    if page.status in _FORBIDDEN:
        return State.FORBIDDEN, answered
    if not 200 <= page.status < 300:  # noqa: PLR2004 - the 2xx class
        return State.QUARANTINED, answered
    if page.content_type not in _HTML_TYPES or page.body.startswith(b"%PDF-"):
        return State.NOT_HTML, f"is {page.content_type or 'a PDF'}, not HTML"
    if page.is_truncated:
        return State.TOO_LARGE, f"longer than {len(page.body)} bytes"
    return State.FETCHED, "in the archive"


def retry_later(row: LedgerRow, error: Exception, *, now: datetime, policy: RetryPolicy) -> LedgerRow:
    """The row after a failure that may pass: `RETRYING` with backoff, or `QUARANTINED` after too many.

    The wait doubles with each attempt up to a day, is never shorter than a `Retry-After`, and has up to a quarter of
    jitter taken from the key, so that a host's rows do not come back all at once and a test can repeat it. What was not sent is no
    attempt; a row is spared so for a week after it was first seen, that a host that is gone for ever does not leave rows open for
    ever, and the wait is a quarter of the time it has waited already.
    """
    reason = error.message if isinstance(error, TransientError) else str(error) or type(error).__name__
    if isinstance(error, _UNSENT) and now - row.first_seen_at < FORBEARANCE:
        wait = max(policy.base, min((now - row.first_seen_at) / 4, _LONGEST_WAIT))
        return row.moved(State.RETRYING, reason, next_attempt_at=_next(row, error, wait, now))
    attempts = row.attempts + 1
    limit = policy.max_attempts * (_PATIENCE_BUSY if isinstance(error, (RateLimited, HostSilent)) else 1)
    if attempts >= limit:
        return row.moved(State.QUARANTINED, f"{reason} (attempt {attempts}, the last)", attempts=attempts)
    wait = min(policy.base * 2 ** min(attempts - 1, 30), _LONGEST_WAIT)
    return row.moved(
        State.RETRYING,
        f"{reason} (attempt {attempts})",
        attempts=attempts,
        next_attempt_at=_next(row, error, wait, now),
    )


def wait_for_network(row: LedgerRow, error: WirecopyError, *, now: datetime, policy: RetryPolicy) -> LedgerRow:
    """The row after a failure that is likely our own: in the state it was, to be tried again soon, no attempt counted.

    Args:
        row: The row as it was, `PENDING` or `RETRYING`.
        error: Why its page did not come, while nobody else's came either (`wirecopy.outage.seems_offline`).
        now: The present instant.
        policy: When to retry a row that was first seen so long ago that it is spared no more.
    """
    if now - row.first_seen_at >= FORBEARANCE:
        return retry_later(row, error, now=now, policy=policy)
    return row.moved(row.state, f"{OFFLINE_REASON}; {error.message}", next_attempt_at=_next(row, error, OFFLINE_WAIT, now))


def _next(row: LedgerRow, error: Exception, wait: timedelta, now: datetime) -> datetime:
    """When to try again: with jitter, not before a `Retry-After`, to the second and rounded up as every time of ours is kept."""
    wait += wait * _spread(row.key) / 4
    if isinstance(error, TransientError) and error.retry_after_s:
        wait = max(wait, min(timedelta(seconds=error.retry_after_s), _LONGEST_WAIT))
    return (now + wait + timedelta(microseconds=999_999)).replace(microsecond=0)


def judge_article(row: LedgerRow, article: Article, *, min_chars: int) -> LedgerRow:
    """The row after its page was read: `EXTRACTED`, or why the page is no article.

    Args:
        row: The row, `FETCHED`.
        article: What was read.
        min_chars: A shorter text is not an article; a character of a script without spaces counts as three.
    """
    length = _weighted_length(article.text)
    if article.access is Access.BLOCKED:
        return row.moved(State.NOT_AN_ARTICLE, f"a challenge, refusal or error page: {(article.title or 'no title')[:100]}")
    if article.access is not Access.OPEN and length < max(_STUB_CHARS, min_chars):
        state = State.PAYWALL if article.access is Access.PAYWALL else State.CONSENT
        return row.moved(state, f"only {len(article.text)} characters of text are shown")
    if length == 0:
        return row.moved(State.NOT_AN_ARTICLE, "no text was found")
    if length < min_chars:
        return row.moved(State.NOT_AN_ARTICLE, f"only {len(article.text)} characters of text")
    return row.moved(State.EXTRACTED, "waits to be linked")


def _weighted_length(text: str) -> int:
    return sum(3 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _spread(key: str) -> float:
    """A number from 0 to 1 that is the key's own."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest()) / 2**32
