"""What is wrong with a feed, from one answer of it: pure. A failure is a feed that brings nothing; a warning one that may."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wirecopy.errors import HostSilent, NotAFeed, RateLimited, ServerFailed, SitePaused, UnsafeAddress, WirecopyError
from wirecopy.sources.grouping import SHARED_HOSTS
from wirecopy.urls import registrable_domain, url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from wirecopy.models import ParsedFeed, Source

STALE_DAYS: Final = 30
_OK = range(200, 300)
_SITEMAPS: Final = frozenset({"news_sitemap", "sitemap"})


class Severity(StrEnum):
    """How bad a finding is."""

    FAILURE = "failure"
    WARNING = "warning"


class Kind(StrEnum):
    """What can be wrong with a feed."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"
    STATUS = "status"
    NOT_A_FEED = "not_a_feed"
    UNREADABLE = "unreadable"
    NO_ENTRIES = "no_entries"
    STALE = "stale"
    UNDATED = "undated"
    FUTURE = "future"
    MOVED = "moved"
    INSECURE = "insecure"
    DUPLICATE = "duplicate"
    ELSEWHERE = "elsewhere"
    MISSING = "missing"
    TRUNCATED = "truncated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong.

    Attributes:
        severity: How bad.
        kind: What.
        text: In words, with what to do.
    """

    severity: Severity
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAnswer:
    """What came of asking a feed once.

    Attributes:
        url: As the sources file states it.
        source: Its outlet.
        status: HTTP status, or None where no answer came.
        final_url: The address that answered, or None.
        permanent_url: Where permanent redirects led, or None.
        error: Why there is no feed, or None.
        feed: What it holds, or None.
        https_url: Its address with `https`, where that was asked and is the feed as well; else None.
    """

    url: str
    source: Source
    status: int | None = None
    final_url: str | None = None
    permanent_url: str | None = None
    error: WirecopyError | None = None
    feed: ParsedFeed | None = None
    https_url: str | None = None

    @property
    def newest_at(self) -> datetime | None:
        """The latest of its entries' times, or None."""
        times = [entry.published_at.at for entry in self.feed.entries if entry.published_at] if self.feed else []
        return max(times, default=None)


def examine_feed(answer: FeedAnswer, *, now: datetime, stale_days: int = STALE_DAYS) -> tuple[Finding, ...]:
    """What one answer shows, failures first.

    Args:
        answer: What came of asking.
        now: The time.
        stale_days: A feed whose newest entry is older is told of.
    """
    feed = answer.feed
    if answer.error is not None or feed is None:
        return (_failure_of(answer), *_address_of(answer))
    findings = list(_entries_of(feed, now, stale_days))
    findings += _address_of(answer)
    if (site := _elsewhere(answer, feed)) is not None:
        findings.append(_warn(Kind.ELSEWHERE, f"most of its entries lead to another site, {site}"))
    if feed.missing:
        findings.append(_warn(Kind.MISSING, f"{feed.missing} of its items could not be read"))
    if feed.dropped:
        findings.append(_warn(Kind.MISSING, f"{feed.dropped} of its items have no address that can be followed"))
    if feed.is_truncated:
        findings.append(_warn(Kind.TRUNCATED, "is so long that only its beginning was read"))
    return tuple(sorted(findings, key=lambda finding: finding.severity is not Severity.FAILURE))


def find_duplicates(answers: Sequence[FeedAnswer]) -> dict[str, Finding]:
    """Feeds that another one listed before them makes needless, by their addresses as listed."""
    found: dict[str, Finding] = {}
    by_address: dict[str, FeedAnswer] = {}
    by_entries: dict[frozenset[str], FeedAnswer] = {}
    for answer in answers:
        entries = frozenset(_keys(answer.feed)) if answer.feed else frozenset()
        addresses = [url_key(url) for url in (answer.url, answer.final_url) if url]
        first = next((by_address[key] for key in addresses if key in by_address), None)
        if first is not None and first.url != answer.url:
            found[answer.url] = _warn(Kind.DUPLICATE, f"is the same feed as {first.url} of {first.source.id}; list one of them")
        elif len(entries) > 1 and entries in by_entries:
            first = by_entries[entries]
            found[answer.url] = _warn(Kind.DUPLICATE, f"holds the same entries as {first.url} of {first.source.id}")
        for key in addresses:
            by_address.setdefault(key, answer)
        by_entries.setdefault(entries, answer)
    return found


def _failure_of(answer: FeedAnswer) -> Finding:
    error = answer.error
    message = error.message if error else "gave nothing"
    if isinstance(error, UnsafeAddress):
        kind = Kind.REFUSED
    elif isinstance(error, SitePaused | HostSilent):
        kind = Kind.NOT_ASKED
    elif isinstance(error, RateLimited | ServerFailed) or (answer.status is not None and answer.status not in _OK):
        kind = Kind.STATUS
    elif answer.status is None:
        kind = Kind.UNREACHABLE
    else:
        kind = Kind.NOT_A_FEED if isinstance(error, NotAFeed) else Kind.UNREADABLE
    return Finding(severity=Severity.FAILURE, kind=kind, text=message)


def _entries_of(feed: ParsedFeed, now: datetime, stale_days: int) -> Iterable[Finding]:
    if not feed.entries:
        if feed.sitemaps:
            return
        if feed.format in _SITEMAPS:  # it holds what is two days old at the most
            yield _warn(Kind.NO_ENTRIES, "holds no entries now")
        else:
            yield Finding(severity=Severity.FAILURE, kind=Kind.NO_ENTRIES, text="holds no entries")
        return
    times = [entry.published_at for entry in feed.entries if entry.published_at is not None]
    believable = [claimed.at for claimed in times if claimed.is_believable(now)]
    if believable and max(believable) < now - timedelta(days=stale_days):
        days = (now - max(believable)).days
        yield _warn(Kind.STALE, f"its newest entry is {days} days old")
    if len(times) < len(feed.entries):
        yield _warn(Kind.UNDATED, f"{len(feed.entries) - len(times)} of {len(feed.entries)} entries have no date")
    if len(believable) < len(times):
        latest = max(claimed.at for claimed in times)
        yield _warn(
            Kind.FUTURE, f"{len(times) - len(believable)} entries are dated in the future, the latest {latest:%Y-%m-%d}"
        )


def _address_of(answer: FeedAnswer) -> Iterable[Finding]:
    moved_to = answer.permanent_url
    if moved_to is not None and moved_to != answer.url and answer.error is None:
        yield _warn(Kind.MOVED, f"has moved for good; write {moved_to}")
    elif answer.https_url is not None and answer.error is None:
        yield _warn(Kind.INSECURE, f"answers by https as well; write {answer.https_url}")


def _elsewhere(answer: FeedAnswer, feed: ParsedFeed) -> str | None:
    """The site that most entries are on, where it is neither the feed's nor the outlet's."""
    own = {registrable_domain(url) for url in (answer.url, answer.final_url, answer.source.homepage) if url}
    if own <= SHARED_HOSTS:
        return None  # nothing says whose feed it is
    sites = Counter(registrable_domain(entry.url) for entry in feed.entries)
    foreign = {site: count for site, count in sites.items() if site not in own}
    if not foreign or sum(foreign.values()) * 2 <= len(feed.entries):
        return None
    return max(foreign, key=lambda site: foreign[site])


def _keys(feed: ParsedFeed) -> Iterable[str]:
    for entry in feed.entries:
        try:
            yield url_key(entry.url)
        except ValueError:
            yield entry.url


def _warn(kind: Kind, text: str) -> Finding:
    return Finding(severity=Severity.WARNING, kind=kind, text=text)
