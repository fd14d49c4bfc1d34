"""Candidates: documents that share fingerprint keys with a probe."""

from __future__ import annotations

from datetime import timedelta

import pytest

from wirecopy.models import ArticleId, ClaimedTime, Precision
from wirecopy.store.ports import CandidateProbe

NOBODY = ArticleId("f" * 24)
KEYS = tuple(f"s:{number:016x}" for number in range(32))


@pytest.fixture
def ask(store, make):
    """Ask one probe; the names and shared counts of its candidates."""

    def _ask(keys=KEYS, *, min_shared=2, days=14, exclude=NOBODY, **options):
        probe = CandidateProbe(
            keys=tuple(keys),
            min_shared=min_shared,
            since=make.at(0) - timedelta(days=days),
            until=make.at(0) + timedelta(days=days),
            exclude=exclude,
            **options,
        )
        (found,) = store.documents.candidates([probe])
        return list(zip(make.names(found), [candidate.shared for candidate in found], strict=True))

    return _ask


def test_a_candidate_is_the_whole_document(store, make):
    document = make.document("a", keys=KEYS, text="The text the decision is made on.", evidence={"method": "exact"})
    store.documents.put([document])
    probe = CandidateProbe(keys=KEYS, min_shared=1, since=make.at(-1), until=make.at(1), exclude=NOBODY)

    ((candidate,),) = store.documents.candidates([probe])
    assert candidate.document == document
    assert candidate.shared == 32


def test_candidates_share_enough_keys(store, make, ask):
    store.documents.put(
        [
            make.document("one", keys=KEYS[:1]),
            make.document("two", keys=KEYS[:2]),
            make.document("three", keys=(*KEYS[:3], "s:other")),
            make.document("none", keys=("s:other",)),
            make.document("keyless"),
        ]
    )

    assert ask() == [("three", 3), ("two", 2)]
    assert ask(min_shared=1) == [("three", 3), ("two", 2), ("one", 1)]
    assert ask(min_shared=4) == []
    assert ask(keys=("s:unknown", "s:stranger"), min_shared=1) == []


def test_a_key_that_is_asked_twice_counts_once(store, make, ask):
    store.documents.put([make.document("a", keys=KEYS[:1])])

    assert ask(keys=(KEYS[0], KEYS[0]), min_shared=1) == [("a", 1)]
    assert ask(keys=(KEYS[0], KEYS[0]), min_shared=2) == []


def test_ties_are_ordered_by_first_seen_then_id(store, make, ask):
    names = ["b", "c", "d", "e"]
    store.documents.put([make.document("newer", keys=KEYS[:3], minutes=5)])
    store.documents.put([make.document(name, keys=KEYS[:3], minutes=1) for name in names])
    store.documents.put([make.document("best", keys=KEYS[:4], minutes=9)])

    assert [name for name, _ in ask()] == ["best", *sorted(names, key=make.id), "newer"]


def test_the_article_itself_is_no_candidate(store, make, ask):
    store.documents.put([make.document("a", keys=KEYS), make.document("b", keys=KEYS)])

    assert ask(exclude=make.id("a")) == [("b", 32)]


def test_candidates_lie_in_the_window_of_news_time_both_ends_included(store, make, ask):
    day = 60 * 24
    store.documents.put(
        [
            make.document("before", keys=KEYS, minutes=-2 * day - 1),
            make.document("first", keys=KEYS, minutes=-2 * day),
            make.document("last", keys=KEYS, minutes=2 * day),
            make.document("after", keys=KEYS, minutes=2 * day + 1),
        ]
    )

    assert [name for name, _ in ask(days=2)] == ["first", "last"]


def test_the_window_is_about_the_claimed_time_where_it_is_believed(store, make, ask):
    def claimed(days):
        return ClaimedTime(at=make.at(0) + timedelta(days=days), precision=Precision.MINUTE, has_offset=True, origin="json-ld")

    store.documents.put(
        [
            make.document("old-news-seen-now", keys=KEYS, published_at=claimed(-30)),
            make.document("seen-late", keys=KEYS, minutes=30 * 24 * 60, published_at=claimed(0)),
            make.document("claims-the-future", keys=KEYS, published_at=claimed(300)),
        ]
    )

    assert sorted(name for name, _ in ask(days=2)) == ["claims-the-future", "seen-late"]


def test_a_big_story_does_not_hide_a_second(store, make, ask):
    store.documents.put([make.document(f"big{number}", story="big0", keys=KEYS[:9], minutes=number) for number in range(30)])
    store.documents.put([make.document("small", keys=KEYS[:2])])

    assert ask() == [("big0", 9), ("big1", 9), ("big2", 9), ("small", 2)]
    assert ask(per_story=1) == [("big0", 9), ("small", 2)]
    assert ask(per_story=40, limit=5) == [(f"big{number}", 9) for number in range(5)]
    assert ask(limit=1) == [("big0", 9)]


def test_within_a_story_those_that_share_most_stand_for_it(store, make, ask):
    store.documents.put(
        [make.document(f"d{number}", story="d0", keys=KEYS[: 2 + number], minutes=number) for number in range(9)]
    )

    assert ask() == [("d8", 10), ("d7", 9), ("d6", 8)]


def test_each_probe_has_its_answer(store, make):
    store.documents.put([make.document("a", keys=("s:a",)), make.document("b", keys=("s:b",))])

    def probe(*keys):
        return CandidateProbe(keys=keys, min_shared=1, since=make.at(-1), until=make.at(1), exclude=NOBODY)

    answers = store.documents.candidates([probe("s:b"), probe("s:none"), probe(), probe("s:a", "s:b")])
    assert [sorted(make.names(answer)) for answer in answers] == [["b"], [], [], ["a", "b"]]
    assert store.documents.candidates([]) == []


def test_a_probe_of_128_keys(store, make, ask):
    keys = tuple(f"s:{number:016x}" for number in range(128))
    store.documents.put([make.document("a", keys=keys), make.document("b", keys=keys[::2])])

    assert ask(keys=keys) == [("a", 128), ("b", 64)]


def test_candidates_of_several_months(store, make, ask):
    store.documents.put(
        [make.document("october", keys=KEYS[:5], minutes=-60 * 24 * 12), make.document("november", keys=KEYS[:4])]
    )

    assert ask() == [("october", 5), ("november", 4)]


def test_candidates_follow_the_current_version(store, make, ask):
    store.documents.put([make.document("a", text="old", keys=KEYS[:5])])
    store.documents.put([make.document("a", text="new", keys=KEYS[5:8])])

    assert ask() == [("a", 3)]
    assert ask(keys=KEYS[:5]) == []


def test_what_was_written_is_a_candidate_of_the_next_call(store, make, ask):
    for number in range(5):
        store.documents.put([make.document(f"d{number}", keys=KEYS[:5], minutes=number)])
        assert len(ask()) == number + 1


def test_key_frequencies(store, make):
    store.documents.put(
        [
            make.document("a", keys=("x:1", "s:2")),
            make.document("b", keys=("s:2",)),
            make.document("c", minutes=-90_000, keys=("s:2",)),
        ]
    )

    assert store.documents.key_frequencies(["x:1", "s:2", "s:3"]) == {"x:1": 1, "s:2": 3, "s:3": 0}
    assert store.documents.key_frequencies([]) == {}
