"""How an article was read is shown: its agency, its dates and why one was taken, removed lines by their reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from wirecopy.models import (
    AgencyCredit,
    AgencyOrigin,
    ClaimedTime,
    CopyKind,
    RemovalReason,
    RemovedLine,
)
from wirecopy.store import open_store
from wirecopy.web.app import create_app
from wirecopy.web.provenance import AGENCY_PLACES, REMOVAL_REASONS, explain_dates, group_removed, group_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wirecopy.models import Document


def stated(text: str, origin: str) -> ClaimedTime:
    claimed = ClaimedTime.parse(text, origin=origin)
    assert claimed is not None
    return claimed


def test_every_value_has_words() -> None:
    assert set(AGENCY_PLACES) == set(AgencyOrigin)
    assert {reason.value for reason in RemovalReason} <= set(REMOVAL_REASONS)


def test_removed_lines_stand_under_their_reason() -> None:
    lines = [
        RemovedLine(text="Read also: ferries", reason=RemovalReason.TEASER),
        RemovedLine(text="Harbour closed", reason=RemovalReason.HEADLINE),
        RemovedLine(text="See also: trains", reason=RemovalReason.TEASER),
    ]
    assert group_removed(lines) == (
        ("leads to another article", ("Read also: ferries", "See also: trains")),
        ("the headline again", ("Harbour closed",)),
    )


@pytest.mark.parametrize(
    ("text", "outline", "groups"),
    [
        ("A\nB", "", (("p", ("A", "B")),)),
        ("A\nB\nC\nD\nE", "phllq", (("p", ("A",)), ("h", ("B",)), ("l", ("C", "D")), ("q", ("E",)))),
        ("A\nB", "phl", (("p", ("A", "B")),)),
    ],
    ids=["of an earlier version", "all kinds", "that does not fit"],
)
def test_a_text_is_shown_by_its_outline(document_of: Callable[..., Document], text: str, outline: str, groups: object) -> None:
    document = document_of("https://courier.test/a", text=text, outline=outline)
    assert group_text(document.article) == groups


@pytest.mark.parametrize(
    ("dates", "taken", "reasons"),
    [
        ([], None, []),
        (["json-ld 2026-11-22T08:00+01:00"], 0, ["the surest source"]),
        (["json-ld 2026-11-22", "meta 2026-11-22T08:00Z"], 1, ["says the day of the surest source most exactly", "says the same day"]),
        (["json-ld 2027-01-01", "meta 2026-11-20"], 1, ["the surest source", "not believed: more than a day later than we first saw it"]),
        (["json-ld 2026-11-22", "meta 2026-03-01"], 1, ["goes before a surer source: it is the earlier, or more sources agree on it", "differs"]),
        (["json-ld 2027-01-01"], None, ["not believed: more than a day later than we first saw it"]),
    ],
)  # fmt: skip
def test_each_date_says_why_it_is_taken_or_not(
    document_of: Callable[..., Document], dates: list[str], taken: int | None, reasons: list[str]
) -> None:
    found = tuple(stated(text, origin) for origin, text in (date.split() for date in dates))
    published = None if taken is None else found[taken]
    document = document_of("https://courier.test/a", dates=found, published_at=published)
    explained = explain_dates(document.article)
    assert [date.why for date in explained] == reasons
    assert [date.claimed for date in explained if date.is_taken] == ([] if published is None else [published])


def test_the_pages_show_it_to_readers(tmp_path: Path, document_of: Callable[..., Document]) -> None:
    dates = (stated("2026-11-22T07:55+01:00", "json-ld"), stated("2026-11-21", "url"))
    origin = document_of(
        "https://courier.test/harbour",
        title="Harbour closed",
        agency=AgencyCredit(name="AFP", origin=AgencyOrigin.CREDIT, stated="(AFP) <b>"),
        dates=dates,
        published_at=dates[0],
        other_langs=("fr",),
        section="Ports",
        keywords=("harbour", "<i>strike</i>"),
        boilerplate=(RemovedLine(text="Read also", reason=RemovalReason.TEASER),),
        warnings=("the page was cut",),
    )
    copy = document_of("https://herald.test/harbour", kind=CopyKind.EXACT, of=origin, score=1.0, minute=3, source="herald")
    address = f"sqlite:{tmp_path / 'store.sqlite'}"
    store = open_store(address)
    store.documents.put([origin, copy])
    store.close()
    opened = [open_store(address, must_exist=True)]
    client = TestClient(create_app(store_factory=lambda: opened[0]))

    article = client.get(f"/article/{origin.id}").text
    for words in (
        "named in a credit line", "(AFP) &lt;b&gt;", "agency%3A%22AFP%22", "paragraphs in fr", "Ports", "&lt;i&gt;strike&lt;/i&gt;",
        "2 times of publication found", "data of the page (JSON-LD)</bdi>: the surest source", "the address</bdi>: differs",
        "Leads to another article", "Read also", "the page was cut",
    ):  # fmt: skip
        assert words in article, words
    assert client.get("/", params={"q": 'agency:"AFP"'}).text.count("Harbour closed") > 0
    story = client.get(f"/story/{origin.id}").text
    assert story.count('class="agency"') == 1  # the copy names none
    plain = client.get(f"/article/{copy.id}").text
    assert "Warnings" not in plain
    assert "of publication found" not in plain
    opened.pop().close()
