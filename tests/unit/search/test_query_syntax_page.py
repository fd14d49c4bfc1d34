"""docs/query-syntax.md says what is so: its examples are read as it says, and its lists of fields are whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wirecopy.errors import QuerySyntaxError
from wirecopy.models import CopyKind
from wirecopy.search.query import MAX_CHARS, MAX_DEPTH, MAX_TERMS, Field, format_query, parse_query
from wirecopy.search.results import answer_as_json, story_as_json
from wirecopy.search.service import read_story, search
from wirecopy.store import open_store
from wirecopy.store.ports import SearchFilters

PAGE = (Path(__file__).parents[3] / "docs" / "query-syntax.md").read_text(encoding="utf-8")


def rows(title: str) -> list[list[str]]:
    """The cells of the tables under a heading, without their heads."""
    section = PAGE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def code(cell: str) -> str:
    return cell.removeprefix("`").removesuffix("`")


READ = [(code(row[0]), code(row[1])) for title in ("The language", "As people type and paste") for row in rows(title)]
REFUSED = [(code(row[0]), row[1].strip()) for row in rows("What is refused")]


def test_the_tables_are_found() -> None:
    assert len(READ) > 20
    assert len(REFUSED) > 10


@pytest.mark.parametrize(("query", "expected"), READ)
def test_examples_are_read_as_the_page_says(query: str, expected: str) -> None:
    node = parse_query(query)
    assert node is not None
    assert format_query(node) == expected


@pytest.mark.parametrize(("query", "why"), REFUSED)
def test_slips_are_refused_as_the_page_says(query: str, why: str) -> None:
    with pytest.raises(QuerySyntaxError, match=re.escape(why)):
        parse_query(query)


def test_fields_kinds_and_limits_are_all_there() -> None:
    for name in (*Field, *CopyKind):
        assert f"`{name.value}`" in PAGE
    assert f"{MAX_CHARS:,} characters, {MAX_TERMS} words and phrases, and brackets {MAX_DEPTH} deep" in PAGE


def test_json_fields_are_all_there(document_of) -> None:
    store = open_store("sqlite::memory:")
    document = document_of("https://courier.test/a", title="Harbour")
    store.documents.put([document])
    answer = answer_as_json(search(store, "harbour", SearchFilters()))
    story = story_as_json(read_story(store, document.id))
    store.close()
    for name in {*answer, *answer["hits"][0], *story, *story["documents"][0]}:
        assert f"`{name}`" in PAGE
