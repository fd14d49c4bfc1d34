"""The ledger: one row per URL, in one state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wirecopy.models import ArchiveRef, ArticleId, SourceId, UrlKey
from wirecopy.outcomes import State


def test_a_row_comes_back_whole(store, make):
    row = make.row(
        "a",
        state=State.INDEXED,
        attempts=3,
        next_attempt_at=make.at(5),
        entry_title="Zürich 東京 \N{PARTY POPPER}",
        entry_published="2026-11-10T08:30+01:00",
        final_key=UrlKey("1:example.org/b"),
        archive_ref=ArchiveRef(file="2026/11/10.warc.gz", offset=2**33),
        http_status=200,
        fetched_at=make.at(1),
        indexed_at=make.at(2),
        article_id=ArticleId("0" * 24),
    )
    bare = make.row("b")
    store.ledger.discover([row, bare])

    assert store.ledger.get([row.key, bare.key, make.key("unknown")]) == {row.key: row, bare.key: bare}
    assert store.ledger.get([]) == {}


def test_discover_adds_what_is_new_and_leaves_the_rest(store, make):
    first = make.row("a")
    assert store.ledger.discover([first]) == 1

    again = replace(first, state=State.GONE, reason="another", first_seen_at=make.at(99), source_id=SourceId("gazette"))
    assert store.ledger.discover([again, make.row("b")]) == 1

    assert store.ledger.get([first.key]) == {first.key: first}
    assert store.ledger.discover([again, make.row("b")]) == 0
    assert store.ledger.discover([]) == 0


def test_discover_counts_a_key_once_though_it_comes_twice(store, make):
    assert store.ledger.discover([make.row("a", reason="first"), make.row("a", reason="second")]) == 1
    assert store.ledger.get([make.key("a")])[make.key("a")].reason == "first"


def test_save_writes_all_but_first_seen_at(store, make):
    store.ledger.discover([make.row("a", minutes=0)])
    changed = make.row("a", minutes=90, state=State.RETRYING, reason="503", attempts=2, next_attempt_at=make.at(30))
    store.ledger.save([changed])

    assert store.ledger.get([changed.key])[changed.key] == replace(changed, first_seen_at=make.at(0))


def test_save_clears_what_is_none_again(store, make):
    row = make.row("a", http_status=500, fetched_at=make.at(1), entry_title="x")
    store.ledger.discover([row])
    store.ledger.save([replace(row, http_status=None, fetched_at=None)])

    assert store.ledger.get([row.key])[row.key] == replace(row, http_status=None, fetched_at=None)


def test_save_adds_a_row_that_nobody_discovered_and_it_counts(store, make):
    store.ledger.save([make.row("a", state=State.GONE)])

    assert store.ledger.counts()[State.GONE] == 1
    assert store.ledger.discovered() == 1


def test_due_is_ordered_and_limited(store, make):
    store.ledger.discover(
        [
            make.row("late", next_attempt_at=make.at(20)),
            make.row("tie-b", next_attempt_at=make.at(10), minutes=1),
            make.row("tie-a", next_attempt_at=make.at(10), minutes=1),
            make.row("older", next_attempt_at=make.at(10), minutes=0),
            make.row("retry", next_attempt_at=make.at(5), state=State.RETRYING),
            make.row("not-yet", next_attempt_at=make.at(21)),
            make.row("gone", next_attempt_at=make.at(0), state=State.GONE),
        ]
    )

    due = make.names(store.ledger.due(make.at(20), limit=100))
    assert due == ["retry", "older", "tie-a", "tie-b", "late"]
    assert make.names(store.ledger.due(make.at(20), limit=2)) == due[:2]
    assert make.names(store.ledger.due(make.at(20), limit=9, states={State.GONE})) == ["gone"]
    assert store.ledger.due(make.at(20), limit=9, states=()) == ()
    assert store.ledger.due(make.at(-1), limit=9) == ()


def test_rows_are_paged_by_key(store, make):
    names = [f"{number:03}" for number in range(25)]
    store.ledger.discover([make.row(name) for name in reversed(names)])
    seen, after = [], None
    while page := store.ledger.rows(after=after, limit=10):
        seen += make.names(page)
        after = page[-1].key

    assert seen == names
    assert make.names(store.ledger.rows(after=make.key("023"))) == ["024"]


def test_rows_are_ordered_as_python_orders_keys(store, make):
    names = ["a", "B", "ä", "z", "あ", "\N{GRINNING FACE}", "\ufb01", "A-1", "A"]
    store.ledger.discover([make.row(name) for name in names])

    assert make.names(store.ledger.rows()) == sorted(names)


def test_rows_are_narrowed_by_state_and_source(store, make):
    store.ledger.discover(
        [
            make.row("a", state=State.GONE),
            make.row("b", state=State.INDEXED, source_id=SourceId("gazette")),
            make.row("c", state=State.GONE, source_id=SourceId("gazette")),
        ]
    )

    assert make.names(store.ledger.rows(states=[State.GONE])) == ["a", "c"]
    assert make.names(store.ledger.rows(source_id=SourceId("gazette"))) == ["b", "c"]
    assert make.names(store.ledger.rows(states={State.GONE, State.PENDING}, source_id=SourceId("gazette"))) == ["c"]
    assert store.ledger.rows(states=()) == ()


def test_leading_to_names_every_row_of_a_page(store, make):
    store.ledger.discover(
        [
            make.row("c", minutes=2),
            make.row("a", minutes=5, final_key=make.key("c")),
            make.row("b", minutes=1, final_key=make.key("c")),
            make.row("d", minutes=0, final_key=make.key("e")),
        ]
    )

    assert make.names(store.ledger.leading_to(make.key("c"))) == ["b", "c", "a"]
    assert store.ledger.leading_to(make.key("unknown")) == ()


def test_leading_to_any_names_the_rows_of_many_pages_once(store, make):
    store.ledger.discover(
        [
            make.row("c", minutes=2),
            make.row("a", minutes=5, final_key=make.key("c")),
            make.row("d", minutes=0, final_key=make.key("e")),
            make.row("f", minutes=1),
        ]
    )

    assert make.names(store.ledger.leading_to_any([make.key("c"), make.key("a"), make.key("e")])) == ["d", "c", "a"]
    assert make.names(store.ledger.leading_to_any([make.key("c"), make.key("e")], limit=2)) == ["d", "c"]
    assert store.ledger.leading_to_any([make.key("unknown")]) == ()
    assert store.ledger.leading_to_any([]) == ()
    assert make.names(store.ledger.leading_to_any([make.key(f"x{n}") for n in range(2_500)] + [make.key("f")])) == ["f"]


def test_advance_leaves_what_another_run_moved(store, make):
    store.ledger.discover(
        [make.row("a"), make.row("b", state=State.RETRYING), make.row("c", state=State.INDEXED), make.row("d")]
    )
    news = [make.row(name, minutes=30, state=State.FETCHED, reason="fetched") for name in ("a", "b", "c", "unknown")]

    left = store.ledger.advance(news, only_from={State.PENDING, State.RETRYING})

    assert left == {make.key("c"): make.row("c", state=State.INDEXED)}
    rows = store.ledger.get([make.key(name) for name in ("a", "b", "c", "d", "unknown")])
    assert {key: row.state for key, row in rows.items()} == {
        make.key("a"): State.FETCHED,
        make.key("b"): State.FETCHED,
        make.key("c"): State.INDEXED,
        make.key("d"): State.PENDING,
    }
    assert rows[make.key("a")].first_seen_at == make.row("a").first_seen_at, "never rewritten"
    assert store.ledger.discovered() == 4
    assert store.ledger.advance([], only_from={State.PENDING}) == {}


def test_counts_name_every_state(store, make):
    assert store.ledger.counts() == dict.fromkeys(State, 0)
    assert store.ledger.discovered() == 0
    store.ledger.discover(
        [make.row("a"), make.row("b"), make.row("c", state=State.GONE), make.row("d", source_id=SourceId("gazette"))]
    )

    counts = store.ledger.counts()
    assert counts == dict.fromkeys(State, 0) | {State.PENDING: 3, State.GONE: 1}
    assert sum(counts.values()) == store.ledger.discovered() == 4
    assert store.ledger.counts(source_id=SourceId("gazette")) == dict.fromkeys(State, 0) | {State.PENDING: 1}
    assert store.ledger.counts(source_id=SourceId("nobody")) == dict.fromkeys(State, 0)


def test_a_change_of_state_moves_the_count_and_discovers_nothing(store, make):
    store.ledger.discover([make.row("a"), make.row("b")])
    store.ledger.save([make.row("a", state=State.INDEXED)])

    assert store.ledger.counts() == dict.fromkeys(State, 0) | {State.PENDING: 1, State.INDEXED: 1}
    assert store.ledger.discovered() == 2


def test_more_rows_than_any_page_of_the_store(store, make):
    rows = [make.row(f"{number:05}") for number in range(3000)]

    assert store.ledger.discover(rows) == 3000
    assert len(store.ledger.get([row.key for row in rows])) == 3000
    assert len(store.ledger.due(make.at(0), limit=3000)) == 3000
    assert store.ledger.discovered() == 3000


@pytest.mark.parametrize("text", ["nul\x00 and lone \ud83d surrogate", "a\r\nb\x1b[31m"])
def test_hostile_text_is_stored_scrubbed(store, make, text):
    from wirecopy.store.scrub import scrub

    store.ledger.discover([make.row("a", entry_title=text, reason=text)])

    row = store.ledger.get([make.key("a")])[make.key("a")]
    assert (row.entry_title, row.reason) == (scrub(text), scrub(text))
