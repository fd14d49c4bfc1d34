"""What the documents point at is there."""

import re
from pathlib import Path

import pytest

from wirecopy.models import Access

ROOT = Path(__file__).parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [*DOCS, ROOT / "README.md", ROOT / "CHANGELOG.md"]


def links_of(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"\w+:", link)]


def anchors_of(page):
    """The names that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(page):
    for link in links_of(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


@pytest.mark.parametrize("page", PAGES[:-1], ids=lambda page: page.name)
def test_every_file_of_the_project_that_is_named_is_there(page):
    folders = "tests|docs|dags|plugins|scripts|benchmarks"
    for name in re.findall(rf"(?<![\w/.-])((?:{folders})/[\w./-]*\w\.(?:py|md|json|toml))\b", page.read_text(encoding="utf-8")):
        assert (ROOT / name).is_file(), name


def test_every_document_is_linked_from_another():
    linked = {(page.parent / link.partition("#")[0]).resolve() for page in PAGES for link in links_of(page)}
    assert [page.name for page in DOCS if page.parent.name == "docs" and page not in linked] == []


def test_the_data_contract_names_every_value_of_access():
    (row,) = re.findall(r"^\| `access` \|.*$", (ROOT / "docs/data-contract.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == {"access", *(access.value for access in Access)}
