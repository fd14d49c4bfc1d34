"""The search language: its tree, reading a query into it, and printing it. `docs/query-syntax.md` is its description for people.

    parse_query('harbour (strike OR lockout) -source:courier')
    And(Term('harbour'), Or(Term('strike'), Term('lockout')), Not(Term('courier', field=source)))

Each store compiles the tree to its own form. The tree stands in `tree`, the reading in `lexer` and `parser`; everyone else
imports from here.
"""

from __future__ import annotations

from wirecopy.search.parser import MAX_CHARS, MAX_DEPTH, MAX_TERMS, format_query, parse_query
from wirecopy.search.tree import And, Field, Node, Not, Or, Phrase, Term

__all__ = [
    "MAX_CHARS",
    "MAX_DEPTH",
    "MAX_TERMS",
    "And",
    "Field",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Term",
    "format_query",
    "parse_query",
]
