"""`wirecopy search` and `wirecopy story`, called as a shell would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from wirecopy.cli import main
from wirecopy.cli.search import point_at
from wirecopy.models import CopyKind
from wirecopy.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wirecopy.models import Document

Run = tuple[int, str, str]


@pytest.fixture
def documents(document_of: Callable[..., Document]) -> tuple[Document, ...]:
    origin = document_of("https://courier.test/harbour", title="Harbour\nstrike", text="Dockers walked out in the harbour.")
    evidence = {"method": "near", "version": 1, "rule": "most of both shared", "coverage": {"this": 0.9, "other": 0.8}}
    return (
        origin,
        document_of(
            "https://kurier.test/hafen", title="Streik", text="Arbeiter streiken.", of=origin, kind=CopyKind.NEAR,
            score=0.85, evidence=evidence, minute=5, source="kurier", lang="de",
        ),
        document_of("https://courier.test/budget", title="The budget", text="The budget, and the harbour.", minute=2),
    )  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, documents: tuple[Document, ...], capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    address = f"sqlite:{tmp_path / 'news.sqlite'}"
    store = open_store(address)
    assert store.documents.put(documents) == ()
    store.close()

    def call(*args: str, store: str = address) -> Run:
        with pytest.raises(SystemExit) as ended:
            main([*args, "--store", store])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return call


def test_stories_are_listed_with_their_copies(run: Callable[..., Run], documents: tuple[Document, ...]) -> None:
    code, out, err = run("search", "harbour")
    assert (code, err) == (0, "")
    assert out.startswith("harbour\n2 stories, 2 articles\n")
    assert "Harbour strike\n" in out
    assert f"story {documents[0].id} · 2 articles · 2 outlets · en, de · first seen 2026-11-22 08:00:00" in out
    assert "origin       2026-11-22 08:00:00  en  courier          https://courier.test/harbour" in out
    assert "near         2026-11-22 08:05:00  de  kurier           https://kurier.test/hafen" in out
    assert "\x1b" not in out


def test_all_copies_and_filters_and_limit(run: Callable[..., Run]) -> None:
    found = json.loads(run("search", "", "--json", "--all-copies")[1])
    assert [hit["source"] for hit in found["hits"]] == ["kurier", "courier", "courier"]
    found = json.loads(run("search", "", "--json", "--all-copies", "--lang", "de", "--lang", "fr")[1])
    assert [hit["url"] for hit in found["hits"]] == ["https://kurier.test/hafen"]
    found = json.loads(
        run("search", "", "--json", "--source", "courier", "--since", "2026-11-22T08:01", "--until", "2026-11-22")[1]
    )
    assert [hit["url"] for hit in found["hits"]] == ["https://courier.test/budget"]
    code, out, _ = run("search", "harbour", "--limit", "1")
    assert code == 0
    assert out.rstrip().endswith("… and 1 more; show more with --limit")


def test_json_is_one_object_on_stdout(run: Callable[..., Run], documents: tuple[Document, ...]) -> None:
    code, out, err = run("search", "streik*", "OR", "kind:origin", "--json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    found = json.loads(out)
    assert set(found) == {
        "query", "parsed", "remarks", "documents", "stories", "limit", "offset", "folded", "filters", "hits",
    }  # fmt: skip
    assert found["query"] == found["parsed"] == "streik* OR kind:origin"
    assert {hit["story_id"] for hit in found["hits"]} == {documents[0].id, documents[2].id}


def test_nothing_found_is_an_answer(run: Callable[..., Run]) -> None:
    assert run("search", "nowhere")[:2] == (0, "nowhere\n0 stories, 0 articles\n")


def test_a_small_or_is_remarked_on(run: Callable[..., Run]) -> None:
    code, _, err = run("search", "budget or harbour")
    assert code == 0
    assert err == "note: “or” is looked for as a word; as an operator it is written OR\n"


def test_a_query_that_cannot_be_read(run: Callable[..., Run]) -> None:
    code, out, err = run("search", "東京 (harbour", "--json")
    assert (code, out) == (2, "")
    assert err == (
        "wirecopy search: a bracket is not closed, at character 4\n"
        "  東京 (harbour\n"
        "       ^\n"
        "hint: close it with )\n"
    )  # fmt: skip


def test_a_slip_is_told_before_the_store_is_missed(run: Callable[..., Run], tmp_path: Path) -> None:
    assert run("search", '"x', store=f"sqlite:{tmp_path / 'none'}")[0] == 2


def test_the_place_in_a_long_query() -> None:
    line, caret = point_at("a" * 300 + "* " + "b" * 300, 300)
    assert line == "…" + "a" * 50 + "* " + "b" * 48 + "…"
    assert caret.index("^") == line.index("*")
    assert point_at("a\n(b", 2) == ("a (b", "  ^")
    assert point_at("abc", 3) == ("abc", "   ^")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--since", "yesterday"), "--since: 'yesterday' is neither a date nor a time"),
        (("--until", "2026-02-30"), "--until: '2026-02-30' is neither"),
        (("--since", "2026-11-23", "--until", "2026-11-22"), "nothing can lie between"),
        (("--lang", "german"), "--lang: 'german' is no language tag"),
        (("--limit", "0"), "0 is not in the range"),
    ],
)
def test_options_that_cannot_be_read(run: Callable[..., Run], args: tuple[str, ...], words: str) -> None:
    code, out, err = run("search", "harbour", *args)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize("command", ["search", "story"])
def test_no_store_yet(run: Callable[..., Run], tmp_path: Path, command: str) -> None:
    missing = tmp_path / "none.sqlite"
    code, out, err = run(command, "harbour", store=f"sqlite:{missing}")
    assert (code, out) == (1, "")
    assert err == f"wirecopy: {missing}: there is no store here yet; `wirecopy run` makes one, or name another with --store\n"
    assert not missing.exists()


@pytest.mark.parametrize("asked", ["0", "https://www.courier.test/harbour?utm_source=x", "https://kurier.test/hafen"])
def test_a_story_by_id_or_by_any_address(run: Callable[..., Run], documents: tuple[Document, ...], asked: str) -> None:
    code, out, err = run("story", documents[0].id if asked == "0" else asked)
    assert (code, err) == (0, "")
    assert out.startswith(f"Harbour strike\nstory {documents[0].id} · 2 articles · 2 outlets · en, de\n")
    assert "first seen 2026-11-22 08:00:00, last 2026-11-22 08:05:00" in out
    assert f"copy of {documents[0].id}, score 0.85" in out
    assert "why: most of both shared" in out
    assert "coverage of this article 90%" in out
    assert out.index("courier.test/harbour") < out.index("kurier.test/hafen")


def test_a_story_as_json(run: Callable[..., Run], documents: tuple[Document, ...]) -> None:
    found = json.loads(run("story", documents[1].id, "--json")[1])
    assert found["story_id"] == documents[0].id
    assert [copy["id"] for copy in found["documents"]] == [documents[0].id, documents[1].id]
    assert found["documents"][1]["evidence"]["rule"] == "most of both shared"


@pytest.mark.parametrize(
    ("asked", "words"),
    [("f" * 24, "no article in the index"), ("https://courier.test/x", "neither in the index nor"), ("x", "neither an id")],
)
def test_an_unknown_story_is_named(run: Callable[..., Run], asked: str, words: str) -> None:
    code, out, err = run("story", asked)
    assert (code, out) == (1, "")
    assert err.startswith(f"wirecopy: {asked}: ")
    assert words in err
    assert err.count("\n") == 1
