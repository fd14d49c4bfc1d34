from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.errors import (
    ConnectionFailed,
    FetchTimeout,
    HostSilent,
    RateLimited,
    RobotsDenied,
    ServerFailed,
    SitePaused,
    TooManyRedirects,
    UnsafeAddress,
)
from wirecopy.models import (
    Access,
    ArchiveRef,
    Article,
    FetchedPage,
    FetchRequest,
    FetchResult,
    LedgerRow,
    Purpose,
    SourceId,
    UrlKey,
)
from wirecopy.outage import FORBEARANCE, OFFLINE_REASON, OFFLINE_WAIT
from wirecopy.outcomes import State
from wirecopy.verdict import RetryPolicy, judge_article, judge_fetch, retry_later, wait_for_network

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
POLICY = RetryPolicy(max_attempts=3, base=timedelta(minutes=5))
URL = "https://courier.test/a"
ROW = LedgerRow(
    key=UrlKey("1:courier.test/a"),
    url=URL,
    source_id=SourceId("courier"),
    feed_url="https://courier.test/feed",
    state=State.PENDING,
    reason="discovered",
    first_seen_at=NOW - timedelta(minutes=1),
)


def fetched(*, status=200, content_type="text/html; charset=utf-8", body=b"<html>x</html>", is_truncated=False, error=None):
    request = FetchRequest(url=URL, purpose=Purpose.PAGE, source_id=SourceId("courier"))
    if error is not None:
        return FetchResult(request=request, page=None, error=error)
    page = FetchedPage(
        url=URL,
        final_url=URL,
        status=status,
        headers={"content-type": content_type} if content_type else {},
        body=body,
        is_truncated=is_truncated,
        fetched_at=NOW,
        archive_ref=ArchiveRef(file="a.warc.gz", offset=7),
    )
    return FetchResult(request=request, page=page, error=None)


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (fetched(), State.FETCHED),
        (fetched(status=203), State.FETCHED),
        (fetched(content_type=""), State.FETCHED),
        (fetched(content_type="application/xhtml+xml"), State.FETCHED),
        (fetched(content_type="application/pdf"), State.NOT_HTML),
        (fetched(content_type="text/html", body=b"%PDF-1.7 ..."), State.NOT_HTML),
        (fetched(content_type="image/jpeg"), State.NOT_HTML),
        (fetched(is_truncated=True), State.TOO_LARGE),
        (fetched(status=404), State.GONE),
        (fetched(status=410), State.GONE),
        (fetched(status=401), State.FORBIDDEN),
        (fetched(status=403), State.FORBIDDEN),
        (fetched(status=451), State.FORBIDDEN),
        (fetched(status=400), State.QUARANTINED),
        (fetched(status=304), State.QUARANTINED),
        (fetched(status=408), State.RETRYING),
        (fetched(status=425), State.RETRYING),
        (fetched(error=FetchTimeout(URL, "no answer in 45 s")), State.RETRYING),
        (fetched(error=ConnectionFailed(URL, "refused")), State.RETRYING),
        (fetched(error=ServerFailed(URL, "answered 500")), State.RETRYING),
        (fetched(error=RateLimited(URL, "answered 429")), State.RETRYING),
        (fetched(error=RobotsDenied(URL, "Disallow: /a")), State.REFUSED_BY_ROBOTS),
        (fetched(error=UnsafeAddress(URL, "10.0.0.1 is private")), State.UNSAFE_ADDRESS),
        (fetched(error=TooManyRedirects(URL, "6 redirects")), State.QUARANTINED),
    ],
    ids=lambda value: value.value if isinstance(value, State) else "",
)
def test_every_answer_has_one_state_and_a_reason(result, state):
    row = judge_fetch(ROW, result, now=NOW, policy=POLICY)
    assert row.state is state
    assert row.reason.strip()
    assert row.attempts == 1
    assert row.first_seen_at == ROW.first_seen_at


def test_a_response_is_remembered_whatever_its_status():
    row = judge_fetch(ROW, fetched(status=404), now=NOW, policy=POLICY)
    assert (row.http_status, row.fetched_at, row.archive_ref) == (404, NOW, ArchiveRef(file="a.warc.gz", offset=7))


def test_waits_double_and_end_in_quarantine():
    waits, row = [], ROW
    while row.state is not State.QUARANTINED:
        row = retry_later(row, ServerFailed(URL, "answered 500"), now=NOW, policy=POLICY)
        if row.state is State.RETRYING:
            waits.append((row.next_attempt_at - NOW).total_seconds())
    assert row.attempts == POLICY.max_attempts
    assert "answered 500" in row.reason
    assert len(waits) == 2
    assert 300 <= waits[0] <= 376
    assert waits[1] == pytest.approx(2 * waits[0], abs=1)


def test_a_wait_is_never_shorter_than_retry_after_nor_longer_than_a_day_and_a_quarter():
    asked = retry_later(ROW, RateLimited(URL, "429", retry_after_s=7200), now=NOW, policy=POLICY)
    assert asked.next_attempt_at - NOW == timedelta(hours=2)
    absurd = retry_later(ROW, RateLimited(URL, "429", retry_after_s=1e9), now=NOW, policy=POLICY)
    assert absurd.next_attempt_at - NOW == timedelta(days=1)
    late = retry_later(
        replace(ROW, attempts=50),
        ServerFailed(URL, "500"),
        now=NOW,
        policy=RetryPolicy(max_attempts=99, base=timedelta(minutes=5)),
    )
    assert late.next_attempt_at - NOW <= timedelta(days=1.25)


def test_a_busy_host_does_not_quarantine_its_pages_as_fast_as_a_broken_one():
    row = replace(ROW, attempts=POLICY.max_attempts)
    assert retry_later(row, RateLimited(URL, "429"), now=NOW, policy=POLICY).state is State.RETRYING
    assert retry_later(row, ServerFailed(URL, "500"), now=NOW, policy=POLICY).state is State.QUARANTINED


def article(text, access=Access.OPEN):
    return Article(
        url=URL,
        canonical_url=None,
        title="T",
        text=text,
        authors=(),
        published_at=None,
        lang="en",
        site_name=None,
        image=None,
        access=access,
    )


@pytest.mark.parametrize(
    ("read", "state"),
    [
        (article(""), State.NOT_AN_ARTICLE),
        (article("x" * 149), State.NOT_AN_ARTICLE),
        (article("x" * 150), State.EXTRACTED),
        (article("新" * 50), State.EXTRACTED),
        (article("新" * 49), State.NOT_AN_ARTICLE),
        (article("x" * 599, Access.PAYWALL), State.PAYWALL),
        (article("x" * 600, Access.PAYWALL), State.EXTRACTED),
        (article("", Access.CONSENT), State.CONSENT),
        (article("x" * 500, Access.BLOCKED), State.NOT_AN_ARTICLE),
    ],
)
def test_too_little_text_is_no_article(read, state):
    row = judge_article(ROW, read, min_chars=150)
    assert row.state is state
    assert row.reason.strip()


@pytest.mark.parametrize("kind", [SitePaused, HostSilent])
def test_what_was_not_sent_is_no_attempt_for_a_week(kind):
    row = replace(ROW, state=State.RETRYING, attempts=2)
    later = retry_later(row, kind(URL, "not sent", retry_after_s=7200), now=NOW, policy=POLICY)
    assert (later.state, later.attempts) == (State.RETRYING, 2)
    assert later.next_attempt_at >= NOW + timedelta(seconds=7200)
    old = replace(row, first_seen_at=NOW - FORBEARANCE)
    assert retry_later(old, kind(URL, "not sent"), now=NOW, policy=POLICY).attempts == 3
    spent = replace(old, attempts=POLICY.max_attempts * 4 - 1)
    assert retry_later(spent, kind(URL, "not sent"), now=NOW, policy=POLICY).state is State.QUARANTINED


def test_a_row_that_is_never_sent_is_taken_up_ever_more_seldom():
    def wait(age):
        row = replace(ROW, first_seen_at=NOW - age)
        return retry_later(row, HostSilent(URL, "not sent"), now=NOW, policy=POLICY).next_attempt_at - NOW

    waits = [wait(timedelta(hours=hours)) for hours in (0, 1, 8, 24, 120)]
    assert waits == sorted(waits)
    assert timedelta(minutes=5) <= waits[0] < timedelta(minutes=7)
    assert timedelta(hours=24) <= waits[-1] <= timedelta(hours=30, seconds=1)


@pytest.mark.parametrize("state", [State.PENDING, State.RETRYING])
def test_an_outage_of_ours_leaves_a_row_where_it_was(state):
    row = replace(ROW, state=state, attempts=1)
    after = wait_for_network(row, ConnectionFailed(URL, "no route"), now=NOW, policy=POLICY)
    assert (after.state, after.attempts) == (state, 1)
    assert OFFLINE_REASON in after.reason
    assert "no route" in after.reason
    assert NOW < after.next_attempt_at <= NOW + OFFLINE_WAIT * 1.25 + timedelta(seconds=1)


def test_sites_that_are_dead_for_ever_are_no_outage_after_a_week():
    old = replace(ROW, first_seen_at=NOW - FORBEARANCE, attempts=2)
    assert wait_for_network(old, ConnectionFailed(URL, "no route"), now=NOW, policy=POLICY).state is State.QUARANTINED
