"""The search language in Elasticsearch's own: pure functions from tree and filters to a query.

Never `query_string`: what somebody typed is a value here, not syntax. Words stand in a `dis_max` over title and text,
unstemmed and in each stemmed language their script is written in; phrases and prefixes over the unstemmed words alone, since
who quotes means what is quoted.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from wirecopy.search.query import And, Field, Node, Not, Or, Phrase, Term
from wirecopy.store import codec
from wirecopy.store.elasticsearch.analysis import PAIRS, SINGLES, stemmed_languages, text_field
from wirecopy.store.elasticsearch.words import find_words, is_cjk, is_unspaced
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Collection

    from wirecopy.store.ports import SearchFilters

Query = dict[str, Any]

_TITLE_WEIGHT = 2.0
"""A word of the headline says more about an article than one of its text; the same factor in both forms of a word."""
_STEM_WEIGHT = 0.5
"""The word as typed goes before its other forms."""
_TIE = 0.1
"""What the second-best field adds: a word in title and text stands a little above one in the title alone."""
_PREFIX_EXPANSIONS = 1000
"""Words that the star of a compound (`covid-19*`) may stand for; one alone may stand for any number."""

_LEVELS = 8
"""So many levels of a tree are read at once; each is one or two of the server's, and the query around them adds a few."""

_NOTHING: Query = {"match_none": {}}
_EVERYTHING: Query = {"match_all": {}}


def compile_search(query: Node | None, filters: SearchFilters) -> Query:
    """A query and what narrows it."""
    narrow = compile_filters(filters)
    if query is None:
        return {"bool": {"filter": narrow}} if narrow else _EVERYTHING
    return {"bool": {"must": [compile_node(query, filter_languages(filters))], "filter": narrow}}


def compile_filters(filters: SearchFilters) -> list[Query]:
    """The filters' clauses; none where nothing is narrowed."""
    clauses: list[Query] = []
    if filters.langs:
        clauses.append({"terms": {"langs": [scrub(lang).lower() for lang in filters.langs]}})
    if filters.sources:
        sources = [{"term": {"source_id": _any_case(source)}} for source in filters.sources]
        clauses.append({"bool": {"should": sources, "minimum_should_match": 1}})
    window = {}
    if filters.since is not None:
        window["gte"] = codec.encode_time(filters.since)
    if filters.until is not None:
        window["lt"] = codec.encode_time(filters.until)
    if window:
        clauses.append({"range": {"first_seen_at": window}})
    return clauses


def compile_node(node: Node, languages: Collection[str] | None = None, *, depth: int = 0) -> Query:
    """A tree as a query.

    Args:
        node: The tree.
        languages: Stemmed fields to look into; None for all that a word's script allows.
        depth: Levels above this one.
    """
    if depth and depth % _LEVELS == 0:
        # A server reads 30 levels at a time (indices.query.bool.max_nested_depth); what is wrapped it reads by itself.
        inner = json.dumps(_compile_level(node, languages, depth), ensure_ascii=False)
        return {"wrapper": {"query": b64encode(inner.encode()).decode()}}
    return _compile_level(node, languages, depth)


def stems_of(node: Node, languages: Collection[str] | None = None) -> frozenset[str]:
    """The languages whose stemmed fields `compile_node` looks into."""
    match node:
        case Term(field=None | Field.TITLE | Field.TEXT, is_prefix=False):
            return frozenset(
                language for language in stemmed_languages(node.text) if languages is None or language in languages
            )
        case And() | Or():
            return frozenset().union(*(stems_of(part, languages) for part in node.parts))
        case _:  # a Not shows nothing, a phrase or prefix has no stems
            return frozenset()


def filter_languages(filters: SearchFilters) -> frozenset[str] | None:
    """The stemmed fields that documents in the filters' languages fill; None for any."""
    return frozenset(map(text_field, filters.langs)) if filters.langs else None


def _compile_level(node: Node, languages: Collection[str] | None, depth: int) -> Query:
    match node:
        case Term():
            return _compile_term(node, languages)
        case Phrase():
            return _compile_phrase(node)
        case And():
            must = [compile_node(part, languages, depth=depth + 1) for part in node.parts if not isinstance(part, Not)]
            must_not = [compile_node(part.part, languages, depth=depth + 1) for part in node.parts if isinstance(part, Not)]
            return {"bool": {"must": must or [_EVERYTHING], "must_not": must_not}}
        case Or():
            should = [compile_node(part, languages, depth=depth + 1) for part in node.parts]
            return {"bool": {"should": should, "minimum_should_match": 1}}
        case Not():
            return {"bool": {"must_not": [compile_node(node.part, languages, depth=depth + 1)]}}


def _compile_term(term: Term, languages: Collection[str] | None) -> Query:
    text = scrub(term.text)
    if term.field not in _WORD_FIELDS:
        return _compile_exact(text, term.field, is_prefix=term.is_prefix)
    words = find_words(text)
    if not words:
        return _NOTHING
    fields = _WORD_FIELDS[term.field]
    clauses = []
    for field, weight in fields:
        clauses.append(_prefix(field, text, words, weight) if term.is_prefix else _words(field, text, words, weight))
        if not term.is_prefix and field in _STEMS:
            clauses += [
                {"match_phrase": {f"{_STEMS[field]}.{language}": {"query": text, "boost": weight * _STEM_WEIGHT}}}
                for language in stemmed_languages(text)
                if languages is None or language in languages
            ]
    return {"dis_max": {"queries": clauses, "tie_breaker": _TIE}}


def _compile_phrase(phrase: Phrase) -> Query:
    text = scrub(phrase.text)
    if phrase.field not in _WORD_FIELDS:
        return _compile_exact(text, phrase.field, is_prefix=False)
    words = find_words(text)
    if not words:
        return _NOTHING
    clauses = [_words(field, text, words, weight) for field, weight in _WORD_FIELDS[phrase.field]]
    return {"dis_max": {"queries": clauses, "tie_breaker": _TIE}}


def _words(field: str, text: str, words: tuple[str, ...], weight: float) -> Query:
    """Words next to each other in an unstemmed field."""
    whole_is_cjk = len(words) == 1 and is_cjk(words[0])
    return {"match_phrase": {field: {"query": text, "analyzer": PAIRS if whole_is_cjk else SINGLES, "boost": weight}}}


def _prefix(field: str, text: str, words: tuple[str, ...], weight: float) -> Query:
    """Words of which the last goes on."""
    if is_unspaced(words[-1]):  # any run of its characters is found, whatever comes after
        return _words(field, text, words, weight)
    if len(words) > 1 or any(map(is_unspaced, words)):
        return {"match_phrase_prefix": {field: {"query": text, "max_expansions": _PREFIX_EXPANSIONS, "boost": weight}}}
    return {"match_bool_prefix": {field: {"query": text, "boost": weight}}}


def _compile_exact(text: str, field: Field | None, *, is_prefix: bool) -> Query:
    """A value that stands as it is: source, language, country, kind, agency, section, keyword."""
    name = _EXACT_FIELDS[field or Field.SOURCE]
    if field in _LOWERED:
        text = text.lower()
    how = "prefix" if is_prefix else "term"
    return {"constant_score": {"filter": {how: {name: _any_case(text)}}}}


def _any_case(text: str) -> Query:
    return {"value": scrub(text), "case_insensitive": True}


_EXACT_FIELDS: dict[Field, str] = {
    Field.SOURCE: "source_id",
    Field.LANG: "langs",
    Field.COUNTRY: "country",
    Field.KIND: "copy_kind",
    Field.AGENCY: "agency",
    Field.SECTION: "section",
    Field.KEYWORD: "keywords",
}
# The server takes only ASCII letters for the same in either case: these stand in lower case as Python has it.
_LOWERED = frozenset({Field.AGENCY, Field.SECTION, Field.KEYWORD})
_TITLE = ("title", _TITLE_WEIGHT)
_TEXT = ("text", 1.0)
_STEMS = {"title": "titles", "text": "texts"}
_WORD_FIELDS: dict[Field | None, tuple[tuple[str, float], ...]] = {
    None: (_TITLE, _TEXT),
    Field.TITLE: (_TITLE,),
    Field.TEXT: (_TEXT,),
    Field.AUTHOR: (("authors", 1.0),),
}
