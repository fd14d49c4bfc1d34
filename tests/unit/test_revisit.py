"""Which rows are fetched again when their feed says that they changed."""

from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.models import ArticleId, LedgerRow, SourceId, UrlKey
from wirecopy.outcomes import OPEN_STATES, State
from wirecopy.revisit import LEAST_GAP, LONGEST_WATCH, MOST_REVISITS, keep_indexed, revisit

SEEN = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = SEEN + timedelta(hours=3)


def row(state=State.INDEXED, **changes):
    values = {
        "key": UrlKey("1:courier.test/a"),
        "url": "http://courier.test/a",
        "source_id": SourceId("courier"),
        "feed_url": "http://courier.test/rss",
        "state": state,
        "reason": "because",
        "first_seen_at": SEEN,
        "attempts": 3,
        "entry_mark": "one",
        "fetched_at": SEEN + timedelta(minutes=1),
        "article_id": ArticleId("a" * 24) if state is State.INDEXED else None,
    }
    return LedgerRow(**(values | changes))


def test_an_edited_article_is_pending_again_and_keeps_what_it_is():
    before = row()
    after = revisit(before, mark="two", now=LATER)
    assert after is not None
    assert (after.state, after.attempts, after.revisits, after.entry_mark) == (State.PENDING, 0, 1, "two")
    assert (after.first_seen_at, after.article_id, after.key) == (before.first_seen_at, before.article_id, before.key)
    assert after.next_attempt_at == LATER
    assert "its feed says that it changed" in after.reason
    assert "indexed: because" in after.reason


@pytest.mark.parametrize("state", State)
def test_an_unchanged_entry_changes_nothing(state):
    assert revisit(row(state), mark="one", now=LATER) is None


def test_a_change_soon_after_the_fetch_waits_and_is_not_lost():
    soon = SEEN + timedelta(minutes=11)
    after = revisit(row(), mark="two", now=soon)
    assert after is not None
    assert after.state is State.PENDING
    assert after.next_attempt_at == SEEN + timedelta(minutes=1) + LEAST_GAP
    again = revisit(after, mark="three", now=soon + timedelta(minutes=10))
    assert again is not None
    assert (again.entry_mark, again.revisits, again.next_attempt_at) == ("three", 1, after.next_attempt_at)


def test_a_page_is_fetched_again_only_so_often():
    assert revisit(row(revisits=MOST_REVISITS - 1), mark="two", now=LATER) is not None
    assert revisit(row(revisits=MOST_REVISITS), mark="two", now=LATER) is None


def test_a_page_is_watched_for_a_week():
    assert revisit(row(), mark="two", now=SEEN + LONGEST_WATCH) is not None
    assert revisit(row(), mark="two", now=SEEN + LONGEST_WATCH + timedelta(seconds=1)) is None


@pytest.mark.parametrize("state", [State.PENDING, State.RETRYING])
def test_a_row_that_waits_for_its_fetch_takes_the_mark_and_nothing_else(state):
    before = row(state)
    after = revisit(before, mark="two", now=LATER)
    assert after is not None
    assert after.entry_mark == "two"
    assert (after.state, after.attempts, after.revisits, after.reason) == (state, 3, 0, "because")


@pytest.mark.parametrize("state", [State.FETCHED, State.EXTRACTED])
def test_a_change_while_a_page_is_read_is_found_by_the_next_poll(state):
    before = row(state)
    assert revisit(before, mark="two", now=LATER) is None
    indexed = before.moved(State.INDEXED, "indexed as origin")
    assert revisit(indexed, mark="two", now=LATER) is not None


@pytest.mark.parametrize("state", sorted(set(State) - OPEN_STATES))
def test_a_row_older_than_marks_takes_its_first_one(state):
    after = revisit(row(state, entry_mark=None), mark="two", now=LATER)
    assert after is not None
    assert (after.state, after.entry_mark, after.revisits) == (state, "two", 0)


@pytest.mark.parametrize(
    ("state", "is_tried"),
    [
        (State.NOT_AN_ARTICLE, True),
        (State.PAYWALL, True),
        (State.CONSENT, True),
        (State.GONE, True),
        (State.FORBIDDEN, True),
        (State.QUARANTINED, True),
        (State.SAME_PAGE, False),
        (State.REFUSED_BY_ROBOTS, False),
        (State.UNSAFE_ADDRESS, False),
        (State.NOT_HTML, False),
        (State.TOO_LARGE, False),
    ],
)
def test_an_end_without_an_article_is_tried_again_where_an_edit_may_mend_it(state, is_tried):
    after = revisit(row(state), mark="two", now=LATER)
    assert (after is not None) == is_tried
    if after is not None:
        assert after.state is State.PENDING
        assert f"was {state.value}" in after.reason


@pytest.mark.parametrize("state", sorted(set(State) - OPEN_STATES - {State.INDEXED}))
def test_a_vain_fetch_takes_no_article_away(state):
    kept = keep_indexed(row(state, reason="answered 404", article_id=ArticleId("a" * 24)))
    assert kept.state is State.INDEXED
    assert state.value in kept.reason
    assert "answered 404" in kept.reason
    never = row(state)
    assert keep_indexed(never) is never


@pytest.mark.parametrize("state", sorted(OPEN_STATES | {State.INDEXED}))
def test_a_row_on_its_way_is_not_put_back(state):
    before = row(state, article_id=ArticleId("a" * 24))
    assert keep_indexed(before) is before
