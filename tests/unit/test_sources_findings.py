"""What is wrong with a feed, from one answer of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.errors import ConnectionFailed, ContentError, FeedMalformed, HostSilent, NotAFeed, RateLimited, UnsafeAddress
from wirecopy.models import ClaimedTime, FeedEntry, ParsedFeed, Precision, SitemapRef, Source, SourceId
from wirecopy.sources.findings import FeedAnswer, Kind, Severity, examine_feed, find_duplicates

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
URL = "https://courier.test/rss.xml"
SOURCE = Source(id=SourceId("courier"), name="Courier", feeds=(URL,), homepage="https://www.courier.test/")


def entry(n=0, *, days=0.0, host="courier.test", dated=True):
    at = ClaimedTime(at=NOW - timedelta(days=days), precision=Precision.SECOND, has_offset=True, origin="feed")
    return FeedEntry(url=f"https://{host}/story-{n}", published_at=at if dated else None)


def answer(*entries, url=URL, source=SOURCE, status=200, **feed):
    parsed = ParsedFeed(format=feed.pop("format", "rss20"), title="Courier", entries=entries, **feed)
    return FeedAnswer(url=url, source=source, status=status, final_url=url, feed=parsed)


def failed(error, status=None):
    return FeedAnswer(url=URL, source=SOURCE, status=status, error=error)


def kinds(given, **options):
    return [finding.kind for finding in examine_feed(given, now=NOW, **options)]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (failed(ConnectionFailed(URL, "the connection failed")), Kind.UNREACHABLE),
        (failed(UnsafeAddress(URL, "leads to 10.0.0.1")), Kind.REFUSED),
        (failed(HostSilent(URL, "not sent")), Kind.NOT_ASKED),
        (failed(RateLimited(URL, "answered 429")), Kind.STATUS),
        (failed(ContentError(URL, "answered 404"), 404), Kind.STATUS),
        (failed(NotAFeed(URL, "not a feed: it looks like an HTML page"), 200), Kind.NOT_A_FEED),
        (failed(FeedMalformed(URL, "could not be read"), 200), Kind.UNREADABLE),
        (answer(), Kind.NO_ENTRIES),
    ],
)
def test_failures(given, kind):
    (finding,) = examine_feed(given, now=NOW)
    assert (finding.severity, finding.kind) == (Severity.FAILURE, kind)
    assert finding.text


def test_a_good_feed_has_no_findings():
    assert examine_feed(answer(entry(1), entry(2, days=29)), now=NOW) == ()


WARNINGS = {
    "stale": (answer(entry(days=31)), Kind.STALE, "31 days old"),
    "undated": (answer(entry(1), entry(2, dated=False)), Kind.UNDATED, "1 of 2 entries"),
    "future": (answer(entry(1), entry(2, days=-400)), Kind.FUTURE, "the latest 2027-12-28"),
    "moved": (
        replace(answer(entry()), permanent_url="https://courier.test/feed"),
        Kind.MOVED,
        "write https://courier.test/feed",
    ),
    "http": (replace(answer(entry()), https_url="https://courier.test/x"), Kind.INSECURE, "write https://courier.test/x"),
    "elsewhere": (answer(entry(1, host="spam.test"), entry(2, host="a.spam.test"), entry(3)), Kind.ELSEWHERE, "spam.test"),
    "missing": (answer(entry(), missing=3), Kind.MISSING, "3 of its items"),
    "dropped": (answer(entry(), dropped=2), Kind.MISSING, "2 of its items"),
    "cut": (answer(entry(), is_truncated=True), Kind.TRUNCATED, "beginning"),
    "an empty news sitemap": (answer(format="news_sitemap"), Kind.NO_ENTRIES, "no entries now"),
}


@pytest.mark.parametrize("case", WARNINGS.values(), ids=WARNINGS.keys())
def test_warnings(case):
    given, kind, words = case
    (finding,) = examine_feed(given, now=NOW)
    assert (finding.severity, finding.kind) == (Severity.WARNING, kind)
    assert words in finding.text


def test_an_index_of_sitemaps_needs_no_entries():
    assert (
        kinds(answer(format="sitemap_index", sitemaps=(SitemapRef(url="https://courier.test/a.xml", changed_at=None),))) == []
    )


def test_how_old_is_stale_is_asked():
    assert kinds(answer(entry(days=5)), stale_days=4) == [Kind.STALE]
    assert kinds(answer(entry(days=5)), stale_days=5) == []


def test_a_date_in_the_future_does_not_hide_that_the_rest_is_old():
    assert kinds(answer(entry(1, days=-9), entry(2, days=99))) == [Kind.STALE, Kind.FUTURE]


def test_a_host_that_serves_many_says_nothing_of_where_entries_should_lead():
    url = "https://feeds.feedburner.com/courier"
    nowhere = answer(entry(), url=url, source=replace(SOURCE, homepage=None))
    assert kinds(nowhere) == []
    assert kinds(replace(nowhere, source=SOURCE)) == []
    assert kinds(replace(nowhere, source=replace(SOURCE, homepage="https://bote.test/"))) == [Kind.ELSEWHERE]


def test_duplicates_are_told_of_the_later_one():
    other = replace(SOURCE, id=SourceId("bote"))
    first = answer(entry(1), entry(2))
    answers = [
        first,
        answer(entry(1), entry(2), url="https://bote.test/a", source=other),
        replace(answer(entry(5), url="https://bote.test/old", source=other), final_url="https://courier.test/rss.xml"),
        answer(entry(7), url="http://www.courier.test/rss.xml", source=other),
        answer(entry(8), url="https://bote.test/own", source=other),
        answer(url="https://bote.test/empty", source=other),
        answer(url="https://bote.test/empty-too", source=other),
    ]
    found = find_duplicates(answers)
    assert list(found) == ["https://bote.test/a", "https://bote.test/old", "http://www.courier.test/rss.xml"]
    assert found["https://bote.test/a"].text == f"holds the same entries as {URL} of courier"
    assert found["https://bote.test/old"].text.startswith(f"is the same feed as {URL} of courier")
