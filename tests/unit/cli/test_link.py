"""`wirecopy link`, called as a shell would."""

from __future__ import annotations

import gzip
import io
import json
import random
import sys

import pytest

from wirecopy.cli import link as link_module
from wirecopy.cli import main
from wirecopy.identity import article_id
from wirecopy.store import open_store
from wirecopy.urls import url_key


def write_text(seed, paragraphs=8):
    chance = random.Random(seed)
    words = ["".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _ in range(3)) for _ in range(300)]
    return "\n".join(" ".join(chance.choices(words, k=40)) + "." for _ in range(paragraphs))


def row(name, text, *, source=None, path="a", **others):
    source = source or f"paper-{name}"
    return {"id": name, "url": f"https://{source}.test/{path}", "source": source, "title": "A title", "text": text, **others}


@pytest.fixture
def run(tmp_path, capfdbinary):
    def call(lines, *args):
        file = tmp_path / "corpus.jsonl"
        file.write_bytes(b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines))
        with pytest.raises(SystemExit) as ended:
            main(["link", str(file), *args])
        sys.stdout.flush()
        printed = capfdbinary.readouterr()
        return int(ended.value.code or 0), [json.loads(line) for line in printed.out.splitlines()], printed.err.decode()

    return call


FLOOD, VOTE = write_text(1), write_text(2)
LINES = [
    row("d1", FLOOD),
    row("d2", VOTE),
    row("d3", FLOOD),
    row("d4", "\n".join(FLOOD.split("\n")[:3])),
    row("d5", f"{FLOOD}\nCorrection: the river rose by two metres, not by three.", source="paper-d1"),
    row("d6", "\n".join(["\n".join(FLOOD.split("\n")[:4]), "\n".join(VOTE.split("\n")[:4])])),
]


def test_each_line_is_answered_in_its_own_ids(run):
    code, answers, errors = run(LINES)
    assert (code, errors) == (0, "")
    story = article_id(url_key("https://paper-d1.test/a"))
    assert [(answer["id"], answer["copy_kind"], answer["copy_of"]) for answer in answers] == [
        ("d1", "origin", None),
        ("d2", "origin", None),
        ("d3", "exact", "d1"),
        ("d4", "excerpt", "d1"),
        ("d5", "update", "d1"),
        ("d6", "roundup", None),
    ]
    assert [answer["story_id"] == story for answer in answers] == [True, False, True, True, True, False]
    assert list(answers[0]) == ["id", "story_id", "copy_kind", "copy_of", "score", "evidence"]
    assert {mention["article"] for mention in answers[5]["evidence"]["mentions"]} <= {"d2", "d3", "d5"}


def test_nothing_is_kept_and_the_environment_names_no_store(run, tmp_path, monkeypatch):
    monkeypatch.setenv("WIRECOPY_STORE", f"sqlite:{tmp_path / 'never.sqlite'}")
    monkeypatch.chdir(tmp_path)
    assert run(LINES, "--no-translations")[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["corpus.jsonl"]


def test_a_store_keeps_the_articles_and_a_second_run_changes_nothing(run, tmp_path):
    address = f"sqlite:{tmp_path / 'kept.sqlite'}"
    lines = [line | {"lang": "en"} for line in LINES]
    first = run(lines, "--store", address)
    assert run(lines, "--store", address) == first
    store = open_store(address)
    try:
        assert store.documents.count() == 5
        assert len(store.documents.versions(article_id(url_key("https://paper-d1.test/a")))) == 2
        copy = row("new", FLOOD, path="elsewhere")
    finally:
        store.close()
    code, (answer,), _ = run([copy], "--store", address)
    assert (code, answer["copy_kind"]) == (0, "exact")
    assert len(answer["copy_of"]) == 24  # not of this file: its id in the store


def test_bad_lines_are_answered_in_their_place(run):
    code, answers, errors = run([b"{", LINES[0], {"id": 7, "url": "x"}, b"", LINES[2] | {"text": ""}, LINES[2]])
    assert (code, errors) == (0, "")
    assert [(answer["id"], answer.get("line")) for answer in answers] == [
        (None, 1), ("d1", None), (7, 3), ("d3", 5), ("d3", None),
    ]  # fmt: skip
    assert answers[2]["error"] == "source is missing"
    assert answers[4]["copy_of"] == "d1"


def test_the_size_of_a_batch_changes_no_answer(run, monkeypatch):
    lines = [*LINES, *[row(f"n{number}", write_text(10 + number % 3)) for number in range(9)]]
    whole = run(lines)
    monkeypatch.setattr(link_module, "_BATCH", 2)
    assert run(lines) == whole


def test_standard_input_and_gzip_are_read(run, tmp_path, monkeypatch, capfdbinary):
    whole = run(LINES)[1]
    data = b"\n".join(json.dumps(line).encode() for line in LINES)
    packed = tmp_path / "corpus.jsonl.gz"
    packed.write_bytes(gzip.compress(data))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    for name in ("-", str(packed)):
        with pytest.raises(SystemExit) as ended:
            main(["link", name])
        sys.stdout.flush()
        assert not ended.value.code
        assert [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()] == whole


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.jsonl", None, "No such file"),
        ("plain.jsonl.gz", b"{}", "Not a gzipped file"),
        ("cut.jsonl.gz", gzip.compress(b"{}" * 1000)[:-9], "cannot be read"),
        ("", None, "Is a directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, capsys, name, content, words):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        main(["link", str(file)])
    assert ended.value.code == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert str(file) in err
    assert words in err


@pytest.mark.parametrize("args", [["link"], ["link", "a", "b"], ["link", "a", "--nonsense"]])
def test_wrong_usage_is_2(args, capsys):
    with pytest.raises(SystemExit) as ended:
        main(args)
    assert ended.value.code == 2


def test_a_store_that_somebody_writes_to_is_left_alone(run, tmp_path):
    address = f"sqlite:{tmp_path / 'kept.sqlite'}"
    store = open_store(address)
    try:
        with store.writer_lock("somebody", ttl=link_module.LOCK_TTL):
            code, answers, errors = run(LINES, "--store", address)
        assert (code, answers) == (1, [])
        assert "somebody" in errors
        assert store.documents.count() == 0
    finally:
        store.close()


def test_what_is_no_store_is_said(run):
    code, _, errors = run(LINES, "--store", "postgres://x")
    assert (code, "is no store" in errors) == (1, True)


def test_the_language_is_found_when_articles_are_kept(run, tmp_path):
    german = "Der Stadtrat hat am Montag beschlossen, die neue Brücke über den Fluss zu bauen. " * 4
    address = f"sqlite:{tmp_path / 'kept.sqlite'}"
    assert run([row("d1", german), row("d2", german, lang="en")], "--store", address)[0] == 0
    store = open_store(address)
    try:
        assert [document.article.lang for document in store.documents.scan()] == ["de", "de"]
    finally:
        store.close()
