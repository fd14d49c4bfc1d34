"""Compiles a query's tree to SQL: FTS5's own language for what is looked for in texts, SQL for everything around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wirecopy.search.query import And, Field, Node, Not, Or, Phrase, Term
from wirecopy.store.codec import encode_time
from wirecopy.store.scrub import scrub
from wirecopy.store.sqlite.terms import tokens_of

if TYPE_CHECKING:
    from wirecopy.store.ports import SearchFilters

_TEXT_COLUMNS = {None: "{title body}", Field.TITLE: "{title}", Field.TEXT: "{body}", Field.AUTHOR: "{author}"}
_PLAIN_COLUMNS = {
    Field.SOURCE: "source_id",
    Field.LANG: "lang",
    Field.COUNTRY: "country",
    Field.KIND: "kind",
    Field.AGENCY: "agency",
    Field.SECTION: "section",
}
# FTS5's parser overflows at about a hundred nested brackets; deeper parts of a tree are joined in SQL.
_MAX_MATCH_DEPTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Needle:
    """What a word or phrase is looked for by.

    Attributes:
        terms: Terms next to each other, in this order; empty where the text has no letter or digit, so nothing answers.
        is_prefix: Whether the last one may be the beginning of a term.
        field: Where, or None for title and text.
        is_character: Whether the last is a single character of a script without spaces, which begins the pairs it stands in.
    """

    terms: tuple[str, ...]
    is_prefix: bool
    field: Field | None
    is_character: bool = False

    @property
    def match(self) -> str:
        """In FTS5's language."""
        quoted = '"' + " ".join(self.terms).replace('"', '""') + '"'
        return f"{_TEXT_COLUMNS[self.field]} : {quoted}{' *' if self.is_prefix else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A search as SQL.

    Attributes:
        condition: An expression over the columns of `documents`.
        values: For its question marks, in order.
        rank: What ranks the answers, in FTS5's language; empty where no word is looked for.
        is_ranked_only: Whether nothing outside `rank` can answer.
        needles: What is marked in the answers.
    """

    condition: str
    values: tuple[Any, ...]
    rank: str
    is_ranked_only: bool
    needles: tuple[Needle, ...]


def compile_search(query: Node | None, filters: SearchFilters) -> Compiled:
    """Compile a query and its filters; no text of a user can make it invalid."""
    conditions, values = list[str](), list[Any]()
    needles = () if query is None else tuple(dict.fromkeys(_needles(query)))
    rank = " OR ".join(f"({needle.match})" for needle in needles)
    if query is not None and _is_match(query, _MAX_MATCH_DEPTH):
        rank = _match(query)  # what ranks is all there is to hold
    elif query is not None:
        condition, more = _compile(query)
        conditions.append(condition)
        values += more
    for condition, more in _filter_conditions(filters):
        conditions.append(condition)
        values += more
    return Compiled(
        condition=" AND ".join(conditions) or "1",
        values=tuple(values),
        rank=rank,
        is_ranked_only=query is not None and _needs_a_word(query),
        needles=needles,
    )


def find_needle(node: Term | Phrase) -> Needle:
    """What a word or phrase is looked for by."""
    placed = list(tokens_of(scrub(node.text)))
    tokens = [token for _, token in placed]
    is_prefix = isinstance(node, Term) and node.is_prefix
    is_character = False
    if tokens and tokens[-1].is_tail:
        # The text may go on after the query's last character: what ends a run in the query need not end one there.
        ends_pairs = len(tokens) > 1 and placed[-2][0] == placed[-1][0] and tokens[-2].end == tokens[-1].end
        if ends_pairs:
            tokens.pop()
        is_character = is_prefix = not ends_pairs
    return Needle(terms=tuple(token.term for token in tokens), is_prefix=is_prefix, field=node.field, is_character=is_character)


def _compile(node: Node) -> tuple[str, list[Any]]:
    if _is_match(node, _MAX_MATCH_DEPTH):
        return "number IN (SELECT rowid FROM search WHERE search MATCH ?)", [_match(node)]
    match node:
        case Term() | Phrase():
            return _compile_plain(node)
        case Not():
            condition, values = _compile(node.part)
            return f"NOT {condition}", values
        case And() | Or():
            parts = [_compile(part) for part in node.parts]
            joined = (" AND " if isinstance(node, And) else " OR ").join(condition for condition, _ in parts)
            return f"({joined})", [value for _, values in parts for value in values]


def _compile_plain(node: Term | Phrase) -> tuple[str, list[Any]]:
    if node.field is Field.KEYWORD:
        return _keyword_condition(node)
    column = _PLAIN_COLUMNS.get(node.field) if node.field is not None else None
    if column is None:
        return "0", []  # a text without a letter or digit, which no document is found by
    value = scrub(node.text).lower()
    if isinstance(node, Term) and node.is_prefix:
        return f"ifnull(substr({column}, 1, ?) = ?, 0)", [len(value), value]
    if node.field is Field.LANG:
        return _lang_condition(value)
    return f"ifnull({column} = ?, 0)", [value]


def _keyword_condition(node: Term | Phrase) -> tuple[str, list[Any]]:
    value = scrub(node.text).lower()
    if isinstance(node, Term) and node.is_prefix:
        return "EXISTS (SELECT 1 FROM json_each(keywords) WHERE substr(value, 1, ?) = ?)", [len(value), value]
    return "EXISTS (SELECT 1 FROM json_each(keywords) WHERE value = ?)", [value]


def _lang_condition(tag: str) -> tuple[str, list[Any]]:
    return "ifnull(lang = ? OR substr(lang, 1, ?) = ?, 0)", [tag, len(tag) + 1, f"{tag}-"]


def _filter_conditions(filters: SearchFilters) -> list[tuple[str, list[Any]]]:
    found: list[tuple[str, list[Any]]] = []
    if filters.langs:
        tags = [_lang_condition(scrub(tag).lower()) for tag in filters.langs]
        found.append(
            (f"({' OR '.join(condition for condition, _ in tags)})", [value for _, values in tags for value in values])
        )
    if filters.sources:
        marks = ", ".join("?" * len(filters.sources))
        found.append((f"source_id IN ({marks})", [scrub(source).lower() for source in filters.sources]))
    if filters.since is not None:
        found.append(("first_seen_at >= ?", [encode_time(filters.since)]))
    if filters.until is not None:
        found.append(("first_seen_at < ?", [encode_time(filters.until)]))
    return found


def _is_match(node: Node, depth: int) -> bool:
    """Whether FTS5 can answer for a node by itself."""
    match node:
        case Term() | Phrase():
            return node.field in _TEXT_COLUMNS and bool(find_needle(node).terms)
        case And() | Or():
            return depth > 0 and all(_is_match(part, depth - 1) for part in node.parts)
        case Not():
            return False


def _match(node: Node) -> str:
    match node:
        case Term() | Phrase():
            return find_needle(node).match
        case And() | Or():
            return (" AND " if isinstance(node, And) else " OR ").join(f"({_match(part)})" for part in node.parts)
        case Not():
            raise AssertionError("FTS5 has no NOT with one side")


def _needles(node: Node) -> list[Needle]:
    """What is looked for in texts; what is taken away is not."""
    match node:
        case Term() | Phrase():
            return [find_needle(node)] if _is_match(node, 0) else []
        case And() | Or():
            return [needle for part in node.parts for needle in _needles(part)]
        case Not():
            return []


def _needs_a_word(node: Node) -> bool:
    """Whether every answer has one of the needles."""
    match node:
        case Term() | Phrase():
            return _is_match(node, 0)
        case And():
            return any(_needs_a_word(part) for part in node.parts)
        case Or():
            return all(_needs_a_word(part) for part in node.parts)
        case Not():
            return False
