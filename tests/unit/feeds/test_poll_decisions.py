"""The pure decisions beside the schedule: wishes, freshness, windows, moves, selections."""

from datetime import UTC, datetime, timedelta

from wirecopy.feeds.events import KEPT_EVENTS, add_event
from wirecopy.feeds.freshness import fresh_for
from wirecopy.feeds.marks import WINDOW_MARKS, body_mark, entry_mark, window_marks
from wirecopy.feeds.overlap import compare_windows
from wirecopy.feeds.pacing import believable_pacing, leave_quiet_hours
from wirecopy.feeds.selection import select_sitemaps
from wirecopy.models import ClaimedTime, EventKind, FeedEntry, FeedState, Pacing, ParsedFeed, SitemapRef, SourceId
from wirecopy.steps.feed_pages import paged_url

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)  # a Monday
STATE = FeedState(url="https://courier.test/feed", source_id=SourceId("courier"))


def at(text):
    return ClaimedTime.parse(text, origin="feed")


def entry(slug, **attributes):
    return FeedEntry(url=f"https://courier.test/{slug}", **attributes)


def test_all_hours_or_all_days_to_skip_are_none():
    wishes = Pacing(skip_hours=frozenset(range(24)), skip_days=frozenset(range(7)))
    assert believable_pacing(wishes, ()) == Pacing()


def test_hours_and_days_with_an_entry_are_not_skipped_and_a_bare_day_names_no_hour():
    wishes = Pacing(skip_hours=frozenset({0, 9, 10}), skip_days=frozenset({5, 6}))
    entries = [entry("a", published_at=at("2026-11-23T10:30:00+01:00")), entry("b", published_at=at("2026-11-21"))]
    assert believable_pacing(wishes, entries) == Pacing(skip_hours=frozenset({0, 10}), skip_days=frozenset({6}))


def test_quiet_hours_are_left_at_the_same_minute_and_never_past_the_limit():
    wishes = Pacing(skip_hours=frozenset({12, 13}))
    assert leave_quiet_hours(NOW, wishes, latest=NOW + timedelta(days=1)) == NOW.replace(hour=14)
    assert leave_quiet_hours(NOW, Pacing(), latest=NOW) == NOW
    week = Pacing(skip_days=frozenset({0, 1, 2, 3}))
    assert leave_quiet_hours(NOW, week, latest=NOW + timedelta(days=1)) == NOW + timedelta(days=1)
    late = NOW + timedelta(days=3)
    assert leave_quiet_hours(late, week, latest=NOW + timedelta(days=1)) == late, "never earlier than it was"


def test_expires_is_measured_by_the_servers_own_clock():
    wrong = {"date": "Thu, 01 Jan 1970 00:00:00 GMT", "expires": "Thu, 01 Jan 1970 01:00:00 GMT"}
    assert fresh_for(wrong, NOW) == timedelta(hours=1)
    assert fresh_for({"expires": "Mon, 23 Nov 2026 13:30:00 GMT"}, NOW) == timedelta(hours=1)
    assert fresh_for({"expires": "when it pleases"}, NOW) == timedelta(0)


def test_body_mark_passes_over_the_head_only():
    body = b"<rss><channel><title>A</title><lastBuildDate>%s</lastBuildDate><item><pubDate>%s</pubDate></item></channel></rss>"
    assert body_mark(body % (b"1", b"1")) == body_mark(body % (b"2", b"1"))
    assert body_mark(body % (b"1", b"1")) != body_mark(body % (b"1", b"2"))
    assert body_mark(b"<rss><title>A</title></rss>") != body_mark(b"<rss><title>B</title></rss>")


def test_entry_mark_is_what_the_feed_says_of_the_page():
    first = entry("a", title="One", published_at=at("2026-11-23T10:00:00Z"))
    assert entry_mark(first) == entry_mark(entry("a", title="One", published_at=at("2026-11-23T10:00:00Z"), summary="More"))
    marks = {
        entry_mark(first),
        entry_mark(entry("a", title="Two", published_at=at("2026-11-23T10:00:00Z"))),
        entry_mark(entry("a", title="One", published_at=at("2026-11-23T10:00:01Z"))),
        entry_mark(entry("a", title="One", published_at=at("2026-11-23T10:00:00Z"), updated_at=at("2026-11-23T11:00:00Z"))),
    }
    assert len(marks) == 4


def test_a_window_remembers_the_beginning_and_counts_no_more_as_fresh():
    many = tuple(entry(n) for n in range(WINDOW_MARKS + 500))
    window = window_marks(many, with_guids=True)
    assert len(window) == WINDOW_MARKS
    again = compare_windows(window, many, with_guids=True)
    assert (again.fresh, again.is_lost) == ((), False)


def test_two_known_pages_with_other_guids_are_not_yet_bad_guids():
    before = window_marks([entry(n, guid=f"a{n}") for n in range(20)], with_guids=True)
    now = [entry(n, guid=f"b{n}" if n < 2 else f"a{n}") for n in range(20)]
    assert compare_windows(before, now, with_guids=True).bad_guids is None
    assert compare_windows(before, [entry(n, guid=f"b{n}") for n in range(20)], with_guids=True).bad_guids is not None


def test_events_of_a_kind_give_way_within_a_day_and_twenty_are_kept():
    state = add_event(add_event(STATE, EventKind.TRUNCATED, "1", NOW), EventKind.TRUNCATED, "2", NOW + timedelta(hours=1))
    assert [event.text for event in state.events] == ["2"]
    for day in range(40):
        state = add_event(state, EventKind.POSSIBLE_LOSS, str(day), NOW + timedelta(days=day))
    assert [event.text for event in state.events] == [str(day) for day in range(40 - KEPT_EVENTS, 40)]


def test_sitemaps_newest_first_undated_last_old_ones_not_at_all():
    def child(name, when):
        return SitemapRef(url=name, changed_at=at(when) if when else None)

    children = (
        child("undated", None),
        child("day", "2026-11-22"),
        child("new", "2026-11-23T12:00:00Z"),
        child("old", "2026-11-01"),
    )
    feed = ParsedFeed(format="sitemap_index", title=None, entries=(), sitemaps=children)
    assert [ref.url for ref in select_sitemaps(feed, last_success_at=None, now=NOW)] == ["new", "day", "undated"]
    lately = select_sitemaps(feed, last_success_at=NOW - timedelta(minutes=10), now=NOW)
    assert [ref.url for ref in lately] == ["new", "undated"]


def test_addresses_of_older_pages():
    assert paged_url("https://courier.test/feed/", 2) == "https://courier.test/feed/?paged=2"
    assert paged_url("https://courier.test/?feed=rss2&paged=7#x", 3) == "https://courier.test/?feed=rss2&paged=3"
