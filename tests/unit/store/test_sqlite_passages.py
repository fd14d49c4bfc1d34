"""Passages: what is shown of a text that answers, and what is marked in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirecopy.search.query import Field, Phrase, Term
from wirecopy.store.scrub import scrub
from wirecopy.store.sqlite.match import find_needle
from wirecopy.store.sqlite.passages import EXCERPT_CHARS, mark_excerpt, mark_title


def _needles(*nodes):
    return [find_needle(node) for node in nodes]


def _shown(pieces):
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "node", "shown"),
    [
        ("A storm. The Storm!", Term(text="storm"), "A [storm]. The [Storm]!"),
        ("stormy storms", Term(text="storm", is_prefix=True), "[stormy] [storms]"),
        ("stormy storms", Term(text="storm"), "stormy storms"),
        ("a storm warning", Phrase(text="storm warning"), "a [storm warning]"),
        ("storm, warning; storm. Gale warning", Phrase(text="storm warning"), "[storm, warning]; storm. Gale warning"),
        ("北京大学在京", Term(text="京"), "北[京]大学在[京]"),
        ("北京大学", Term(text="大学"), "北京[大学]"),
        ("北京大学", Term(text="京大学"), "北[京大学]"),
        ("大学大学", Term(text="大学"), "[大学大学]"),
        ("in 北京 2022", Phrase(text="京 2022"), "in 北[京 2022]"),
        ("买iPhone手机吧", Term(text="iPhone手"), "买[iPhone手]机吧"),
        ("covid-19 covid 20", Term(text="COVID-19"), "[covid-19] covid 20"),
    ],
)
def test_marks(text, node, shown):
    assert _shown(mark_title(text, _needles(node))) == shown
    assert _shown(mark_excerpt(text, _needles(node))) == shown


def test_a_field_is_marked_in_its_place_only():
    author, title, text = (find_needle(Term(text="storm", field=field)) for field in (Field.AUTHOR, Field.TITLE, Field.TEXT))

    assert _shown(mark_title("storm", [author, text])) == "storm"
    assert _shown(mark_title("storm", [title])) == "[storm]"
    assert _shown(mark_excerpt("storm", [author, title])) == "storm"
    assert _shown(mark_excerpt("storm", [text])) == "[storm]"


def test_the_passage_with_the_most_of_what_is_looked_for_is_shown():
    filler = "Nothing of note was said about it on that day. " * 20
    text = f"The harbour is old. {filler}A strike closed the harbour. {filler}The harbour strike ended."

    shown = _shown(mark_excerpt(text, _needles(Term(text="harbour"), Term(text="strike"))))
    assert shown.startswith("A [strike] closed the [harbour].")


def test_a_passage_is_short_and_begins_and_ends_at_words():
    text = "word " * 500 + "needle " + "word " * 500
    pieces = mark_excerpt(text, _needles(Term(text="needle")))
    passage = "".join(piece.text for piece in pieces)

    assert [piece.text for piece in pieces if piece.is_hit] == ["needle"]
    assert len(passage) <= EXCERPT_CHARS
    assert set(passage.split()) == {"word", "needle"}


def test_without_hits_the_start_is_shown():
    text = "First sentence. " + "More words follow. " * 50

    assert text.startswith(_shown(mark_excerpt(text, [])))
    assert _shown(mark_excerpt("", [])) == ""
    assert mark_title("", []) == ()


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=400).map(scrub),
    st.lists(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=4), max_size=3),
)
def test_pieces_are_pieces_of_the_text(text, words):
    needles = [needle for word in words if (needle := find_needle(Term(text=word, is_prefix=True))).terms]
    title, excerpt = mark_title(text, needles), mark_excerpt(text, needles)

    assert "".join(piece.text for piece in title) == text
    assert "".join(piece.text for piece in excerpt) in text
    assert all(piece.text for piece in (*title, *excerpt))
