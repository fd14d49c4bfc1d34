from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from wirecopy.linking.explain import explain

WINDOW = timedelta(days=14)


@pytest.fixture
def told(memory, link_all):
    """Link articles and explain the first and the last of them."""

    def tell(*articles):
        documents = link_all(memory, list(articles))
        explanation = explain(documents[-1], documents[0], window=WINDOW)
        json.dumps(explanation.to_json())
        return explanation, "\n".join(explanation.sentences)

    return tell


def head(text, count):
    return "\n".join(text.split("\n")[:count])


def test_a_copy(told, staged, compose):
    text = compose(1, paragraphs=12)
    explanation, words = told(staged(text, source="a", lang="de"), staged(head(text, 8), source="b", minute=1, lang="nl-BE"))
    assert (explanation.same_story, explanation.copies_now) == (True, True)
    assert explanation.earlier.article.source_id == "a"
    assert "One story: both are filed under" in words
    assert "A starts its story." in words
    assert "B is a near copy of A (score 0." in words
    assert "and 100% of B's" in words
    assert "detected as de and nl-BE; only their words decide here" in words
    assert explanation.evidence["coverage"]["this"] == 1.0


def test_the_same_text(told, staged, compose):
    explanation, words = told(staged(compose(2), source="a"), staged(compose(2), source="b", minute=1))
    assert explanation.copies_now
    assert "B has the same text as A (score 1.00): the same text." in words


def test_two_stories(told, staged, compose):
    explanation, words = told(staged(compose(3), source="a"), staged(compose(4), source="b", minute=1))
    assert (explanation.same_story, explanation.copies_now) == (False, False)
    assert "Not one story: A is filed under" in words
    assert "no four tokens in a row in common" in words
    assert "They share 0 of the keys" in words


def test_a_quote(told, staged, compose):
    text, own = compose(5, paragraphs=10), compose(6, paragraphs=8)
    explanation, words = told(
        staged(text, source="a"), staged(own + "\n" + "\n".join(text.split("\n")[6:9]), source="b", minute=1)
    )
    assert not explanation.copies_now
    assert "B quotes the other's story, and is filed apart from it for that." in words


def test_a_round_up(told, staged, compose):
    one, two = compose(7, paragraphs=8), compose(8, paragraphs=8)
    explanation, words = told(
        staged(one, source="a"), staged(two, source="b"), staged(f"{head(one, 5)}\n{head(two, 5)}", source="c", minute=1)
    )
    assert not explanation.same_story
    assert "B is a round-up, which has parts of several stories" in words
    assert "B has a part of the other's story" in words


def test_together_through_others(told, staged, compose):
    text = compose(9, paragraphs=12)
    lines = text.split("\n")
    explanation, words = told(
        staged("\n".join(lines[:6]), source="a"),
        staged(text, source="b", minute=1),
        staged("\n".join(lines[5:]), source="c", minute=2),
    )
    assert (explanation.same_story, explanation.copies_now) == (True, False)
    assert "They are one story through other copies" in words
    assert "B is a near copy of article" in words


def test_too_far_apart(told, staged, compose):
    text = compose(10)
    explanation, words = told(staged(text, source="a"), staged(text, source="b", minute=20 * 24 * 60))
    assert (explanation.same_story, explanation.copies_now) == (False, True)
    assert "They lie 20 days apart" in words
    assert "They would be linked if only these two were compared." in words


def test_one_outlet_and_what_does_not_count(told, staged, compose):
    text = compose(11, paragraphs=10)
    explanation, words = told(staged(f"Photo: Ada Field\n{text}"), staged(head(text, 5), path="b", minute=1))
    assert not explanation.same_story
    assert "Both are of one outlet (courier)" in words
    assert "3 of A's tokens" in words


def test_an_article_and_itself(memory, link_all, staged, compose):
    (document,) = link_all(memory, [staged(compose(12))])
    explanation = explain(document, document, window=WINDOW)
    assert explanation.same_story
    assert explanation.sentences == ("Both are one article.",)


def test_fingerprints_of_another_version(memory, link_all, staged, compose):
    one, two = link_all(memory, [staged(compose(13), source="a"), staged(compose(13), source="b", minute=1)])
    old = replace(one, fingerprints=replace(one.fingerprints, version=0))
    assert any("of version 0 of the method" in sentence for sentence in explain(old, two, window=WINDOW).sentences)
