"""The search language's tree: what a query is parsed to, compiled by each store to its own form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """Where a term is looked for. Without one: in title and text."""

    TITLE = "title"
    TEXT = "text"
    AUTHOR = "author"
    SOURCE = "source"
    LANG = "lang"
    COUNTRY = "country"
    KIND = "kind"
    AGENCY = "agency"
    SECTION = "section"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word, or a run of letters without spaces.

    Attributes:
        text: As typed, without quotes.
        field: Where, or None.
        is_prefix: Whether it ends with `*`.
    """

    text: str
    field: Field | None = None
    is_prefix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words in this order, next to each other."""

    text: str
    field: Field | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """All parts hold. A part may be a `Not`; at least one part is not."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """Any part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The part does not hold."""

    part: Node


Node = Term | Phrase | And | Or | Not
