"""A tree becomes a query in which what somebody typed is a value, never syntax."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime

import pytest

from wirecopy.search.query import And, Field, Not, Or, Phrase, Term
from wirecopy.store.elasticsearch.analysis import PAIRS, SINGLES
from wirecopy.store.elasticsearch.dsl import compile_filters, compile_node, compile_search, stems_of
from wirecopy.store.ports import SearchFilters


def _clauses(query):
    return {
        (how, field): value
        for clause in query["dis_max"]["queries"]
        for how, fields in clause.items()
        for field, value in fields.items()
    }


def test_a_word_stands_in_title_or_text_unstemmed_or_stemmed():
    clauses = _clauses(compile_node(Term(text="мосты")))

    fields = {field for _, field in clauses}
    assert fields == {"title", "text", *(f"{part}.{lang}" for part in ("titles", "texts") for lang in ("bg", "ru", "sr"))}
    assert clauses["match_phrase", "title"]["boost"] > clauses["match_phrase", "text"]["boost"]
    assert clauses["match_phrase", "text"]["boost"] > clauses["match_phrase", "texts.ru"]["boost"]


def test_a_field_narrows_where():
    assert {field for _, field in _clauses(compile_node(Term(text="2026", field=Field.TITLE)))} == {"title"}
    assert {field for _, field in _clauses(compile_node(Term(text="novak", field=Field.AUTHOR)))} == {"authors"}
    assert {field for _, field in _clauses(compile_node(Phrase(text="a b", field=Field.TEXT)))} == {"text"}


def test_languages_narrow_the_stems():
    fields = {field for _, field in _clauses(compile_node(Term(text="mosty"), {"en", "ru"}))}

    assert fields == {"title", "text", "titles.en", "texts.en"}


def test_phrases_and_prefixes_are_looked_for_as_typed():
    assert set(_clauses(compile_node(Phrase(text="two houses")))) == {("match_phrase", "title"), ("match_phrase", "text")}
    assert set(_clauses(compile_node(Term(text="hous", is_prefix=True)))) == {
        ("match_bool_prefix", "title"),
        ("match_bool_prefix", "text"),
    }
    assert {how for how, _ in _clauses(compile_node(Term(text="covid-19", is_prefix=True)))} == {"match_phrase_prefix"}
    assert {how for how, _ in _clauses(compile_node(Term(text="東京", is_prefix=True)))} == {"match_phrase"}


@pytest.mark.parametrize(
    ("text", "analyzer"),
    [("東京", PAIRS), ("「東京」", PAIRS), ("東京・大阪", SINGLES), ("iPhone手机", SINGLES), ("tokyo", SINGLES)],
)
def test_pairs_are_looked_up_only_where_all_is_one_run_of_cjk(text, analyzer):
    assert _clauses(compile_node(Phrase(text=text)))["match_phrase", "text"]["analyzer"] == analyzer


def test_operators():
    a, b, c = (Term(text=text, field=Field.AUTHOR) for text in "123")

    both = compile_node(And(parts=(a, Not(part=b))))["bool"]
    assert both == {"must": [compile_node(a)], "must_not": [compile_node(b)]}
    either = compile_node(Or(parts=(a, Not(part=b))))["bool"]
    assert either == {"should": [compile_node(a), compile_node(Not(part=b))], "minimum_should_match": 1}
    assert compile_node(Not(part=c)) == {"bool": {"must_not": [compile_node(c)]}}
    neither = compile_node(And(parts=(Not(part=a), Not(part=b))))["bool"]
    assert neither["must"] == [{"match_all": {}}]


@pytest.mark.parametrize(
    ("field", "name"),
    [(Field.SOURCE, "source_id"), (Field.LANG, "langs"), (Field.COUNTRY, "country"), (Field.KIND, "copy_kind")],
)
def test_exact_fields_ignore_case_and_do_not_rank(field, name):
    value = {"value": "Abc", "case_insensitive": True}
    assert compile_node(Term(text="Abc", field=field)) == {"constant_score": {"filter": {"term": {name: value}}}}
    assert compile_node(Phrase(text="Abc", field=field)) == {"constant_score": {"filter": {"term": {name: value}}}}
    assert compile_node(Term(text="Abc", field=field, is_prefix=True)) == {
        "constant_score": {"filter": {"prefix": {name: value}}}
    }


def test_a_text_without_words_answers_with_nothing():
    assert compile_node(Term(text="…")) == compile_node(Phrase(text="--")) == {"match_none": {}}


def test_what_cannot_be_sent_is_taken_out():
    sent = json.dumps(compile_node(Phrase(text="a\x00b\ud800")), ensure_ascii=False)

    assert "ab" in sent
    sent.encode()


def _depth(value):
    if isinstance(value, dict):
        return max((_depth(part) for part in value.values()), default=0) + 1
    if isinstance(value, list):
        return max(map(_depth, value), default=0)
    return 0


def test_deep_trees_are_handed_over_in_parts():
    node = Term(text="1")
    for number in range(40):
        node = And(parts=(node, Term(text=str(number)))) if number % 2 else Or(parts=(node, Term(text=str(number))))

    compiled = compile_node(node)
    parts = 0
    while compiled is not None:
        assert _depth(compiled) < 40  # two levels of JSON to each of the server's thirty, with room for what stands around
        found = json.dumps(compiled).partition('{"wrapper": {"query": "')[2].partition('"')[0]
        compiled = json.loads(b64decode(found)) if found else None
        parts += 1
    assert parts == 6


def test_filters():
    moment = datetime(2026, 11, 10, 12, tzinfo=UTC)

    assert compile_filters(SearchFilters()) == []
    assert compile_filters(SearchFilters(langs=("en-GB",), sources=("courier",), since=moment, until=moment)) == [
        {"terms": {"langs": ["en-gb"]}},
        {
            "bool": {
                "should": [{"term": {"source_id": {"value": "courier", "case_insensitive": True}}}],
                "minimum_should_match": 1,
            }
        },
        {"range": {"first_seen_at": {"gte": "2026-11-10T12:00:00Z", "lt": "2026-11-10T12:00:00Z"}}},
    ]
    assert compile_search(None, SearchFilters()) == {"match_all": {}}
    assert compile_search(None, SearchFilters(langs=("en",))) == {"bool": {"filter": [{"terms": {"langs": ["en"]}}]}}


def test_stems_shown_are_those_looked_for():
    query = And(
        parts=(
            Term(text="λιμάνια"),
            Not(part=Term(text="мосты")),
            Phrase(text="two houses"),
            Term(text="দল", field=Field.AUTHOR),
        )
    )

    assert stems_of(query) == {"el"}
    assert stems_of(Or(parts=(Term(text="мосты"), Term(text="x", is_prefix=True))), {"ru", "en"}) == {"ru"}
    assert stems_of(Phrase(text="x")) == frozenset()
