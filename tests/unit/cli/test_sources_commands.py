"""`wirecopy sources list|import|export|starter`: data on stdout, remarks on stderr, and the file's own words kept."""

from __future__ import annotations

import io
import json
import sys
import tomllib
from collections.abc import Callable

import pytest

from wirecopy.cli.app import main
from wirecopy.sources import load_sources, parse_sources
from wirecopy.sources.opml import parse_opml

FILE = """\
# my newsroom
[[source]]
name = "Courier"   # the best
country = "GB"
language = "en-GB"
poll_every = "2h"
feeds = ["https://courier.test/rss.xml"]

[[source]]
name = "O Bote"
country = "BR"
language = "pt-BR"
feeds = ["https://bote.test/rss.xml", "https://bote.test/2"]
"""
LIST = b"""<opml version="1.0"><body>
<outline text="Courier" xmlUrl="http://www.courier.test/rss.xml"/>
<outline text="Germany"><outline text="Blatt" xmlUrl="https://blatt.test/rss" htmlUrl="https://blatt.test/"/></outline>
<outline text="Old" xmlUrl="ftp://old.test/rss"/></body></opml>"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd, monkeypatch, tmp_path) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.toml").write_text(FILE)

    def call(*arguments):
        with pytest.raises(SystemExit) as caught:
            main(["sources", *arguments])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return int(caught.value.code or 0), out, err

    return call


def test_list_prints_each_source_with_its_feeds(run):
    status, out, err = run("list")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "courier                  GB  en-GB    Courier",
        "    https://courier.test/rss.xml",
        "o-bote                   BR  pt-BR    O Bote",
        "    https://bote.test/rss.xml",
        "    https://bote.test/2",
    ]


def test_list_as_json_has_every_field(run):
    lines = [json.loads(line) for line in run("list", "--json")[1].splitlines()]
    assert lines[0] == {
        "id": "courier",
        "name": "Courier",
        "country": "GB",
        "language": "en-GB",
        "homepage": None,
        "feeds": ["https://courier.test/rss.xml"],
        "delay_s": None,
        "poll_every_s": 7200.0,
        "max_entries": None,
        "robots": None,
    }
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (["--country", "gb"], ["courier"]),
        (["--language", "pt"], ["o-bote"]),
        (["--language", "pt-PT"], []),
        (["--language", "pl"], []),
        (["--country", "GB", "--country", "BR"], ["courier", "o-bote"]),
        (["--country", "GB", "--language", "pt"], []),
    ],
)
def test_list_takes_filters(run, filters, ids):
    status, out, err = run("list", "--json", *filters)
    assert (status, [json.loads(line)["id"] for line in out.splitlines()]) == (0, ids)
    assert bool(err) is not bool(ids)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["list", "--country", "UK"], 2, "write GB"),
        (["list", "--language", "jp"], 2, "write ja"),
        (["list", "--sources", "none.toml"], 1, "no such sources file"),
        (["check", "nobody"], 2, "no source has the id nobody"),
        (["import", "none.opml"], 1, "none.opml: cannot be read"),
        (["starter", "--country", "AQ"], 1, "no source of that country"),
        (["add", "https://courier.test/rss.xml"], 1, "stands at sources.toml:7 already, source courier"),
        (["add", "http://www.courier.test/rss.xml"], 1, "stands at sources.toml:7 already, source courier"),
        (["add", "ftp://courier.test/rss.xml"], 2, "not an absolute http(s) URL"),
        (
            ["add", "https://courier.test/", "--feed", "https://bote.test/2"],
            1,
            "stands at sources.toml:13 already, source o-bote",
        ),
    ],
)
def test_what_cannot_be_done_is_told(run, tmp_path, arguments, status, words):
    got, out, err = run(*arguments)
    assert (got, out) == (status, "")
    assert words in err
    assert (tmp_path / "sources.toml").read_text() == FILE


def test_import_appends_what_is_new_and_tells_the_rest(run, tmp_path):
    (tmp_path / "list.opml").write_bytes(LIST)
    status, out, err = run("import", "list.opml")
    assert (status, out) == (0, "1 source with 1 feed added to sources.toml\n")
    assert err.splitlines() == [
        "skipped: Old (ftp://old.test/rss): cannot be followed: 'ftp://old.test/rss' is not an absolute http(s) URL",
        "skipped: http://www.courier.test/rss.xml: stands at sources.toml:7 already, source courier",
    ]
    text = (tmp_path / "sources.toml").read_text()
    assert text.startswith(FILE)
    added = load_sources(tmp_path / "sources.toml")[2]
    assert (added.id, added.country, added.homepage) == ("blatt", "DE", "https://blatt.test/")
    assert run("import", "list.opml")[1] == "0 sources with 0 feeds added to sources.toml\n"
    assert (tmp_path / "sources.toml").read_text() == text


def test_import_as_json(run, tmp_path):
    (tmp_path / "list.opml").write_bytes(LIST)
    report = json.loads(run("import", "list.opml", "--json")[1])
    assert [source["id"] for source in report["added"]] == ["blatt"]
    assert len(report["skipped"]) == 2
    assert report["warnings"] == []


def test_import_takes_toml_from_stdin_and_makes_the_file(run, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(FILE.encode())))
    assert run("import", "-", "--sources", "new.toml")[0] == 0
    assert load_sources(tmp_path / "new.toml") == load_sources(tmp_path / "sources.toml")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<html><p>Log in", "is no OPML: its root is <html>"),
        (b"\xff\x00\xffnothing", "neither OPML nor a sources file"),
        (b'[[source]]\nname = "A"\n', "list.opml:1: feeds: is missing"),
        (b"a,list\nof,feeds\n", "list.opml: is neither OPML nor a sources file"),
        (b"", "lists no outlet"),
    ],
)
def test_import_refuses_what_is_no_list(run, tmp_path, data, words):
    (tmp_path / "list.opml").write_bytes(data)
    status, out, err = run("import", "list.opml")
    assert (status, out) == (1, "")
    assert words in err
    assert (tmp_path / "sources.toml").read_text() == FILE


def test_an_id_that_is_taken_is_changed_and_told(run, tmp_path):
    (tmp_path / "more.toml").write_text('[[source]]\nname = "Courier"\nfeeds = ["https://other.test/rss.xml"]\n')
    assert "the id courier is taken in sources.toml; it came in as courier-2" in run("import", "more.toml")[2]


def test_export_gives_back_what_import_takes(run, tmp_path):
    sources = load_sources(tmp_path / "sources.toml")
    status, out, err = run("export")
    assert (status, err) == (0, "")
    assert parse_opml(out.encode(), name="x").sources == sources
    assert parse_sources(run("export", "--toml")[1], name="x") == sources
    assert parse_opml(run("export", "--opml", "--country", "BR")[1].encode(), name="x").sources == sources[1:]


def test_starter_prints_a_sources_file(run):
    status, out, err = run("starter")
    assert (status, err) == (0, "")
    assert len(parse_sources(out, name="x")) >= 150
    part = run("starter", "--country", "de", "--country", "AT", "--language", "de")[1]
    assert part.startswith("# A list of sources to start from")
    assert {(source["country"], source["language"]) for source in tomllib.loads(part)["source"]} == {("AT", "de"), ("DE", "de")}
