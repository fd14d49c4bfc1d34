"""Reads a query into its tree, and prints a tree with every bracket written out.

    any  = all { "OR" all }
    all  = part { [ "AND" ] part }
    part = [ "NOT" | "-" ] item
    item = word | phrase | [ field ":" ] "(" any ")"

A `Not` never stands alone: nothing searches for "everything but". So the tree has Nots only as parts of an `And` that has
another part too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from wirecopy.errors import QuerySyntaxError
from wirecopy.models import CopyKind
from wirecopy.search.lexer import Mark, Token, escape_phrase, tokenize
from wirecopy.search.tree import And, Field, Node, Not, Or, Phrase, Term
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_CHARS = 2000
"""Longest query, characters. Longer ones are made by programs; a permalink of this length still passes every proxy."""
MAX_TERMS = 64
"""Most words and phrases of a query: what a store compiles each of them to is searched for on its own."""
MAX_DEPTH = 20
"""Deepest nesting of brackets; keeps the recursion here and in the stores far from Python's limit."""

_LANG_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


def parse_query(text: str) -> Node | None:
    """Read a query; None where it is empty.

    Args:
        text: The query as typed. Control characters and lone surrogates are passed over.

    Raises:
        QuerySyntaxError: It cannot be read. `subject` is the query as it was read (scrubbed: Unicode NFC), `position` an
            index into that, `hint` what to write instead.
    """
    query = scrub(text).strip()
    if len(query) > MAX_CHARS:
        raise QuerySyntaxError(
            query,
            f"it has {len(query):,} characters, more than {MAX_CHARS:,}",
            position=MAX_CHARS,
            hint="split it into several searches",
        )
    if not query:
        return None
    return _Parser(query, tokenize(query)).parse()


def format_query(node: Node) -> str:
    """Print a tree so that `parse_query` reads the same tree back; every bracket and operator is written out."""
    match node:
        case Term():
            return f"{_prefix(node.field)}{node.text}{'*' if node.is_prefix else ''}"
        case Phrase():
            return f'{_prefix(node.field)}"{escape_phrase(node.text)}"'
        case And():
            return " AND ".join(_bracketed(part) for part in node.parts)
        case Or():
            return " OR ".join(_bracketed(part) for part in node.parts)
        case Not():
            return f"NOT {_bracketed(node.part)}"


def terms_of(node: Node) -> tuple[Term | Phrase, ...]:
    """The words and phrases of a tree in their order, those that are taken away included."""
    match node:
        case Term() | Phrase():
            return (node,)
        case Not():
            return terms_of(node.part)
        case And() | Or():
            return tuple(term for part in node.parts for term in terms_of(part))


def _prefix(field: Field | None) -> str:
    return f"{field.value}:" if field else ""


def _bracketed(node: Node) -> str:
    return f"({format_query(node)})" if isinstance(node, And | Or) else format_query(node)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A node and where it began."""

    node: Node
    position: int

    @property
    def is_negative(self) -> bool:
        """Whether it only takes away."""
        if isinstance(self.node, And):
            return all(isinstance(part, Not) for part in self.node.parts)
        return isinstance(self.node, Not)


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, query: str, tokens: Sequence[Token]) -> None:
        self._query = query
        self._tokens = tokens
        self._index = 0
        self._depth = 0
        self._terms = 0

    def parse(self) -> Node:
        if not self._tokens:
            self._fail("there is no word to look for", 0, "write at least one letter or digit")
        found = self._any(None)
        token = self._peek()
        if token is not None:
            self._fail("a bracket closes that was not opened", token.position, "take it out or open it before")
        self._check_positive(found)
        return found.node

    def _fail(self, message: str, position: int, hint: str) -> NoReturn:
        raise QuerySyntaxError(self._query, message, position=position, hint=hint)

    def _peek(self) -> Token | None:
        return self._tokens[self._index] if self._index < len(self._tokens) else None

    def _take(self, *marks: Mark) -> Token | None:
        token = self._peek()
        if token is None or token.mark not in marks:
            return None
        self._index += 1
        return token

    def _check_positive(self, part: _Part) -> None:
        if part.is_negative:
            self._fail(
                "NOT stands alone",
                part.position,
                "name what to take it away from in the same brackets, such as: harbour NOT strike",
            )

    def _any(self, field: Field | None) -> _Part:
        parts = [self._all(field)]
        while self._take(Mark.OR):
            parts.append(self._all(field))
        if len(parts) == 1:
            return parts[0]
        for part in parts:
            self._check_positive(part)
        nodes = [node for part in parts for node in (part.node.parts if isinstance(part.node, Or) else (part.node,))]
        return _Part(node=Or(parts=tuple(nodes)), position=parts[0].position)

    def _all(self, field: Field | None) -> _Part:
        parts = [self._part(field)]
        while (token := self._peek()) is not None and token.mark not in (Mark.OR, Mark.CLOSE):
            self._take(Mark.AND)
            parts.append(self._part(field))
        if len(parts) == 1:
            return parts[0]
        nodes = [node for part in parts for node in (part.node.parts if isinstance(part.node, And) else (part.node,))]
        return _Part(node=And(parts=tuple(nodes)), position=parts[0].position)

    def _part(self, field: Field | None) -> _Part:
        sign = self._take(Mark.NOT)
        if sign is None:
            return self._item(field)
        twice = self._peek()
        if twice is not None and twice.mark is Mark.NOT:
            self._fail("NOT stands twice", twice.position, "take out both")
        part = self._item(field)
        if part.is_negative:
            self._fail("NOT takes away something that is taken away already", part.position, "take out both")
        return _Part(node=Not(part=part.node), position=sign.position)

    def _item(self, field: Field | None) -> _Part:
        token = self._peek()
        self._index += 1
        match token:
            case Token(mark=Mark.WORD):
                where = token.field or field
                node = Term(text=self._value(token, where), field=where, is_prefix=token.is_prefix)
                return _Part(node=node, position=token.position)
            case Token(mark=Mark.PHRASE):
                where = token.field or field
                return _Part(node=Phrase(text=self._value(token, where), field=where), position=token.position)
            case Token(mark=Mark.OPEN | Mark.FIELD):
                return self._group(token, token.field or field)
        return self._fail_missing(token)

    def _group(self, opening: Token, field: Field | None) -> _Part:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"brackets are nested deeper than {MAX_DEPTH}", opening.position, "take some out")
        token = self._peek()
        if token is not None and token.mark is Mark.CLOSE:
            self._fail("there is nothing between the brackets", opening.position, "write words between them or take them out")
        part = self._any(field) if token is not None else None
        if part is None or self._take(Mark.CLOSE) is None:
            self._fail("a bracket is not closed", opening.position, "close it with )")
        self._depth -= 1
        return part

    def _value(self, token: Token, field: Field | None) -> str:
        """A word's or phrase's text, counted; one that no document can have is refused, for a slip must not look like no result."""
        self._terms += 1
        if self._terms > MAX_TERMS:
            self._fail(f"there are more than {MAX_TERMS} words and phrases", token.position, "split it into several searches")
        text = token.text
        if field is Field.KIND:
            text = text.lower()
            if not any(kind == text or (token.is_prefix and kind.startswith(text)) for kind in CopyKind):
                self._fail(f"there is no kind {token.text!r}", token.position, f"the kinds are {', '.join(CopyKind)}")
        elif field is Field.COUNTRY:
            if not (_COUNTRY.fullmatch(text) or (token.is_prefix and _COUNTRY.fullmatch(text + "X"))):
                self._fail(f"{token.text!r} is no country code", token.position, "write two letters, such as country:FR")
            text = text.upper()
        elif field is Field.LANG and not token.is_prefix and not _LANG_TAG.fullmatch(text):
            self._fail(f"{text!r} is no language tag", token.position, "write a BCP 47 tag, such as lang:de or lang:pt-BR")
        return text

    def _fail_missing(self, token: Token | None) -> NoReturn:
        """Say what should have stood here: a word, after an operator or at the start."""
        before = self._tokens[self._index - 2] if self._index > 1 else None
        if before is not None and before.mark in (Mark.AND, Mark.OR, Mark.NOT):
            self._fail(
                f"nothing follows {'the minus sign' if before.is_minus else before.text}",
                before.position,
                f"write a word after it{'' if before.is_minus else self._as_word(before.text)}",
            )
        assert token is not None  # an empty query and an open bracket were dealt with before
        if token.mark is Mark.CLOSE:
            self._fail("a bracket closes that was not opened", token.position, "take it out or open it before")
        self._fail(f"nothing stands before {token.text}", token.position, f"write a word before it{self._as_word(token.text)}")

    @staticmethod
    def _as_word(operator: str) -> str:
        return f', or quote it to look for the word itself: "{operator}"'
