"""How readings are scored: what the figures of `make bench-read` stand on."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def scores(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("reading_scores")
    for name in ("reading_scores", "reading_pages"):
        sys.modules.pop(name, None)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    module = importlib.import_module("reading_pages")

    def make(**truth: Any) -> Any:
        return module.TruePage(name="one", path=Path("one.html.gz"), url="https://a.example/one", body=b"", truth=truth)

    return make


def reading(**fields: Any) -> Any:
    return importlib.import_module("reading_pages").Reading(**fields)


def test_a_body_is_scored_by_its_shingles(scores: Any) -> None:
    truth = "The harbour stays closed today"  # two shingles of four words
    assert scores.score_body(truth, truth) == 1
    assert scores.score_body("THE harbour, stays\nclosed: today!", truth) == 1
    assert scores.score_body("The harbour stays closed", truth) == pytest.approx(2 / 3)
    assert scores.score_body("", truth) == 0
    assert scores.score_body("", "") == 1
    assert scores.score_body("港は今日も閉鎖", "港は今日も閉鎖されて") == pytest.approx(2 * 4 / (4 + 7))


def test_repeated_words_count_as_often_as_they_stand_there(scores: Any) -> None:
    line = "the harbour stays closed"
    assert scores.score_body(f"{line}\n{line}", line) < 0.5


def test_fields_are_exact_but_for_case_order_and_punctuation(scores: Any, page: Any) -> None:
    true = page(title="Harbour – closed!", authors=["Ann Smith", "Bo Li"], date="2026-11-22", lang="no")
    assert scores.agrees("title", reading(title="harbour closed"), true)
    assert not scores.agrees("title", reading(title="Harbour closed | Courier"), true)
    assert scores.agrees("authors", reading(authors=("bo li", "Ann Smith")), true)
    assert not scores.agrees("authors", reading(authors=("Ann Smith",)), true)
    assert scores.agrees("date", reading(date="2026-11-22"), true)
    assert not scores.agrees("date", reading(date=None), true)
    assert scores.agrees("lang", reading(lang="nb"), true)
    assert not scores.agrees("lang", reading(lang=None), true)


def test_no_author_is_an_answer_of_news_pages_and_none_of_the_free_web(scores: Any, page: Any) -> None:
    assert scores.is_asked("authors", page(authors=[]))
    assert not scores.is_asked("author", page(author=""))
    assert not scores.agrees("authors", reading(authors=("Ann",)), page(authors=[]))


def test_the_lines_that_differ_are_told_apart(scores: Any) -> None:
    found = "Read also: the ferry that never came\nThe harbour stays closed until further notice"
    truth = "Closed\nThe harbour stays closed until further notice\nNobody knows why the gates are shut"
    assert scores.differing_lines(found, truth) == [
        ("-", "Nobody knows why the gates are shut"),
        ("+", "Read also: the ferry that never came"),
    ]


def test_chunks_are_found_over_line_breaks(scores: Any) -> None:
    assert scores.chunks_found("The harbour\nstays  closed", ["harbour stays", "closed today"]) == ["harbour stays"]
