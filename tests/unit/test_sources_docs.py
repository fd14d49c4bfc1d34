"""docs/sources.md and the code say the same."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from wirecopy.sources import parse_sources
from wirecopy.sources.file import _SourceTable
from wirecopy.sources.findings import Kind

TEXT = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8")


def first_cells(heading):
    section = TEXT[TEXT.index(heading) :]
    table = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)[0].splitlines()[2:]
    return [word for row in table for word in re.findall(r"`([^`]+)`", row.split("|")[1])]


def test_every_field_is_described():
    assert first_cells("# Sources") == list(_SourceTable.model_fields)


def test_every_finding_is_described():
    assert sorted(first_cells("### check")) == sorted(kind.value for kind in Kind)


def test_the_figures_of_the_starter_list_are_true():
    sources = parse_sources((resources.files("wirecopy.sources") / "starter.toml").read_text("utf-8"), name="starter")
    stated = re.search(r"prints (\d+) outlets of (\d+) countries in (\d+) languages, with (\d+) feeds", TEXT)
    assert [int(number) for number in stated.groups()] == [
        len(sources),
        len({source.country for source in sources}),
        len({source.language.partition("-")[0] for source in sources}),
        sum(len(source.feeds) for source in sources),
    ]
