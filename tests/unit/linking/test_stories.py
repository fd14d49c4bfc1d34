from __future__ import annotations

import itertools
import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wirecopy.identity import article_id
from wirecopy.linking.candidates import LIMIT, PER_STORY
from wirecopy.linking.stories import link_articles
from wirecopy.models import ClaimedTime, CopyKind, Precision


def cut(text, first, last):
    return "\n".join(text.split("\n")[first:last])


def summary(documents):
    return [(document.link.story_id, document.link.kind, document.link.copy_of, document.link.score) for document in documents]


def groups(articles, documents):
    """Which articles are together, whatever their story is called."""
    stories = {}
    for article, document in zip(articles, documents, strict=True):
        stories.setdefault(document.link.story_id, set()).add(article.url)
    return {frozenset(urls) for urls in stories.values()}


@pytest.fixture
def newsroom(staged, compose):
    """Articles of every kind, in order of arrival."""
    flood, vote, derby = (compose(seed, paragraphs=12) for seed in (1, 2, 3))
    gallery = compose(9, paragraphs=2)
    return [
        staged(flood, source="agency", path="flood", minute=0),
        staged(compose(4), source="tribune", path="alone", minute=1),
        staged(f"{flood}\n{gallery}", source="tribune", path="flood", minute=2),
        staged(vote, source="courier", path="vote", minute=3),
        staged(cut(flood, 0, 3), source="herald", path="flood", minute=4),
        staged(flood, source="gazette", path="flood", minute=5),
        staged(derby, source="agency", path="derby", minute=6),
        staged(f"{compose(5, paragraphs=1)}\n{cut(vote, 0, 9)}\n{gallery}", source="tribune", path="vote", minute=7),
        staged("\n".join(cut(text, 0, 4) for text in (flood, vote, derby)), source="digest", path="week", minute=8),
        staged(f"{flood}\nCorrection: the river is two metres higher than we said.", source="agency", path="flood", minute=9),
        staged(f"{compose(6, paragraphs=8)}\n{cut(derby, 5, 9)}", source="herald", path="view", minute=10),
        staged(f"{cut(derby, 0, 11)}\n{gallery}", source="tribune", path="derby", minute=11),
    ]


def test_every_kind_has_its_place(memory, newsroom, link_all):
    documents = link_all(memory, newsroom)
    ids = {article.url: article_id(article.key) for article in newsroom}
    flood, vote, derby = (ids[f"https://{name}"] for name in ("agency.test/flood", "courier.test/vote", "agency.test/derby"))
    week, view = ids["https://digest.test/week"], ids["https://herald.test/view"]
    assert [(document.link.kind, document.link.story_id, document.link.copy_of) for document in documents] == [
        (CopyKind.ORIGIN, flood, None),
        (CopyKind.ORIGIN, ids["https://tribune.test/alone"], None),
        (CopyKind.NEAR, flood, flood),
        (CopyKind.ORIGIN, vote, None),
        (CopyKind.EXCERPT, flood, flood),
        (CopyKind.EXACT, flood, flood),
        (CopyKind.ORIGIN, derby, None),
        (CopyKind.NEAR, vote, vote),
        (CopyKind.ROUNDUP, week, None),
        (CopyKind.UPDATE, flood, flood),
        (CopyKind.ORIGIN, view, None),
        (CopyKind.NEAR, derby, derby),
    ]


def test_evidence_says_why(memory, newsroom, link_all):
    documents = link_all(memory, newsroom)
    json.dumps([dict(document.link.evidence) for document in documents])
    near, roundup, view = documents[2].link, documents[8].link, documents[10].link
    assert near.score == pytest.approx(0.92, abs=0.05)
    assert near.evidence["method"] == "shared-tokens"
    assert near.evidence["coverage"]["other"] == 1.0
    assert {row["story_id"] for row in roundup.evidence["mentions"]} == {documents[index].id for index in (0, 3, 6)}
    assert [row["article"] for row in view.evidence["quotes"]] == [documents[6].id]
    assert view.evidence["quotes"][0]["coverage"]["other"] == pytest.approx(4 / 12, abs=0.05)


def test_linking_again_changes_nothing(memory, newsroom, link_all):
    first = link_all(memory, newsroom)
    before = dict(memory.current)
    again = link_all(memory, newsroom, now=first[0].indexed_at + timedelta(days=1))
    assert again == first
    assert memory.current == before
    assert memory.calls["candidates"] == 1


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_the_size_of_a_batch_changes_nothing(memory, newsroom, link_all, size):
    whole = link_articles(newsroom, memory, now=newsroom[0].first_seen_at, window=timedelta(days=14))
    assert link_all(memory, newsroom, size=size, now=newsroom[0].first_seen_at) == list(whole)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(9)), sizes=st.lists(st.integers(1, 6), min_size=1, max_size=4))
def test_any_order_in_any_batches_gives_what_one_by_one_gives(newsroom, link_all, memory, order, sizes):
    fresh = type(memory)
    articles = [replace(newsroom[index], first_seen_at=newsroom[place].first_seen_at) for place, index in enumerate(order)]
    single = link_all(fresh(), articles, size=1)
    store, result, sizes = fresh(), [], itertools.cycle(sizes)
    while len(result) < len(articles):
        start = len(result)
        result += link_all(store, articles[start : start + next(sizes)])
    assert result == single


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(8)))
def test_arrival_order_does_not_change_who_is_together(newsroom, link_all, memory, order):
    """Round-ups are left out: one that comes before its stories cannot be known for one (docs/linking.md)."""
    articles = [newsroom[index] for index in order]
    assert groups(articles, link_all(type(memory)(), articles)) == groups(newsroom[:8], link_all(type(memory)(), newsroom[:8]))


def test_a_late_original_joins_the_story_that_is_there(memory, staged, compose, link_all):
    text = compose(30, paragraphs=12)
    copy = staged(cut(text, 0, 3), source="herald", minute=5)
    original = staged(text, source="agency", minute=0)
    first, late = link_all(memory, [copy, original])
    assert late.link.story_id == first.id
    assert (late.link.kind, late.link.copy_of) == (CopyKind.NEAR, first.id)
    assert late.link.evidence["relation"] == "extends"


def test_two_stories_are_never_joined_through_one_article(memory, staged, compose, link_all):
    one, two = compose(31, paragraphs=10), compose(32, paragraphs=10)
    bridge = staged(f"{one}\n{cut(two, 0, 9)}", source="digest", path="both", minute=3)
    documents = link_all(memory, [staged(one, source="a"), staged(two, source="b"), bridge, staged(two, source="c", minute=4)])
    assert documents[2].link.kind is CopyKind.ROUNDUP
    assert [document.link.story_id for document in documents[:2]] == [documents[0].id, documents[1].id]
    assert documents[3].link.story_id == documents[1].id


def test_nothing_joins_through_a_round_up_but_its_own_copies(memory, staged, compose, link_all):
    one, two = compose(33, paragraphs=8), compose(34, paragraphs=8)
    week = f"{cut(one, 0, 5)}\n{cut(two, 0, 5)}"
    articles = [
        staged(one, source="a"),
        staged(two, source="b"),
        staged(week, source="digest", minute=1),
        staged(cut(two, 0, 4), source="c", minute=2),
        staged(week, source="d", minute=3),
        staged(f"{week}\n{compose(35, paragraphs=1)}", source="e", minute=4),
    ]
    documents = link_all(memory, articles)
    assert documents[3].link.story_id == documents[1].id
    assert (documents[4].link.kind, documents[4].link.story_id) == (CopyKind.EXACT, documents[2].id)
    assert (documents[5].link.kind, documents[5].link.story_id) == (CopyKind.NEAR, documents[2].id)


def test_galleries_of_an_outlet_make_no_copies(memory, staged, compose, link_all):
    gallery = compose(40, paragraphs=8)
    articles = [
        staged(f"{compose(seed, paragraphs=4)}\n{gallery}", source="tribune", path=str(seed), minute=seed)
        for seed in range(41, 49)
    ]
    documents = link_all(memory, articles)
    assert {document.link.kind for document in documents} == {CopyKind.ORIGIN}
    left_out = [sum(key.startswith("b:") for key in document.fingerprints.keys) for document in documents]
    assert left_out == [0, 0, 8, 8, 8, 8, 8, 8]


def test_other_texts_under_one_address_are_versions(memory, staged, compose, link_all):
    text = compose(50, paragraphs=10)
    stub, full, other = cut(text, 0, 1), text, compose(51, paragraphs=10)
    articles = [staged(one, source="agency", minute=minute) for minute, one in enumerate((stub, full, other))]
    copies = [staged(full, source="b", minute=1), staged(other, source="c", minute=5), staged(full, source="d", minute=6)]
    first, second, b, third, c, d = link_all(
        memory, [articles[0], articles[1], copies[0], articles[2], copies[1], copies[2]], size=1
    )
    assert [document.id for document in (first, second, third)] == [first.id] * 3
    assert [document.link.kind for document in (second, third)] == [CopyKind.UPDATE] * 2
    assert {document.link.story_id for document in (second, third, b, d)} == {first.id}
    assert second.article.first_seen_at == first.article.first_seen_at
    assert third.link.evidence["loose"] == "the text was replaced"
    assert c.link.kind is CopyKind.EXACT


def test_a_replaced_text_draws_no_near_copies_into_the_old_story(memory, staged, compose, link_all):
    old, new = compose(52, paragraphs=10), compose(53, paragraphs=10)
    documents = link_all(
        memory, [staged(old, source="a"), staged(new, source="a", minute=1), staged(cut(new, 0, 7), source="b", minute=2)]
    )
    assert documents[2].link.kind is CopyKind.ORIGIN
    assert documents[2].link.story_id == documents[2].id


def test_a_text_that_comes_back_is_the_version_it_was(memory, staged, compose, link_all):
    one, two = (staged(compose(seed), minute=seed) for seed in (54, 55))
    first, second = link_all(memory, [one, two])
    (back,) = link_all(memory, [one])
    assert back == first
    assert second.version_id != first.version_id
    assert memory.current[first.id] == first


def test_copies_beyond_the_window_stay_apart(memory, staged, compose, link_all):
    text = compose(56)
    day = 24 * 60
    early, late = staged(text, source="a"), staged(text, source="b", minute=15 * day)
    assert [document.link.kind for document in link_all(memory, [early, late])] == [CopyKind.ORIGIN, CopyKind.ORIGIN]
    claimed = ClaimedTime(at=early.first_seen_at, precision=Precision.MINUTE, has_offset=True, origin="feed")
    dated = staged(text, source="c", minute=15 * day, published_at=claimed)
    assert link_all(memory, [dated])[0].link.kind is CopyKind.EXACT


@pytest.mark.parametrize("year", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_dates(memory, staged, compose, link_all, year):
    moment = ClaimedTime.parse(year, origin="input").at
    articles = [replace(staged(compose(57), source=name), first_seen_at=moment) for name in "ab"]
    assert [document.link.kind for document in link_all(memory, articles, size=1)] == [CopyKind.ORIGIN, CopyKind.EXACT]


def test_short_texts_need_the_same_title(memory, staged, link_all):
    text = "This page needs a subscription. Sign in."
    articles = [
        staged(text, source="a", title="Flood in the valley"),
        staged(text, source="b", title="Derby ends in a draw"),
        staged(text, source="c", title="Flood in the Valley!"),
    ]
    assert [document.link.kind for document in link_all(memory, articles)] == [CopyKind.ORIGIN, CopyKind.ORIGIN, CopyKind.EXACT]


def test_a_big_story_does_not_hide_a_second_one(memory, staged, compose, link_all):
    one, two = compose(58, paragraphs=10), compose(59, paragraphs=10)
    copies = [staged(one, source=f"s{index}", path="one", minute=index) for index in range(LIMIT + PER_STORY)]
    articles = [
        *copies,
        staged(two, source="b", minute=30),
        staged(f"{cut(one, 0, 6)}\n{cut(two, 0, 5)}", source="c", minute=31),
    ]
    assert link_all(memory, articles)[-1].link.kind is CopyKind.ROUNDUP


def test_a_story_with_more_copies_than_a_common_key_is_still_found(memory, staged, compose, link_all):
    text = compose(60, paragraphs=10)
    chance = random.Random(1)
    copies = [
        staged("\n".join(sorted(text.split("\n"), key=lambda _: chance.random())), source=f"s{index}", path="x", minute=index)
        for index in range(320)
    ]
    assert len({document.link.story_id for document in link_all(memory, copies)}) == 1


def test_texts_are_scrubbed_as_the_store_does(memory, staged, compose, link_all):
    dirty = staged(compose(61).replace(" ", " \x00", 1) + "\ud800", title="Fl\x07ood")
    (document,) = link_all(memory, [dirty])
    assert "\x00" not in document.article.text
    assert document.article.title == "Flood"
    assert link_all(memory, [dirty]) == [document]


def test_the_store_is_asked_a_fixed_number_of_times(memory, newsroom, link_all):
    link_all(memory, newsroom)
    assert memory.calls == {"get": 1, "key_frequencies": 2, "candidates": 1}


def test_a_batch_may_be_empty(memory, link_all):
    assert link_articles((), memory, now=None, window=timedelta(days=1)) == ()
