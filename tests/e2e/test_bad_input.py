"""Bad input, as an operator meets it: a clear line that names the thing, the right exit code, and nothing lost."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest

ARTICLE = "<html><head><title>Harbour opens</title></head><body><article><h1>Harbour opens</h1>" + "".join(
    f"<p>Sentence {n} of a story that is long enough to be one, told by nobody in particular to everybody.</p>"
    for n in range(8)
)


@pytest.fixture
def site(serve):
    """A scripted site on loopback: path -> (status, type, body); gives the script, the port and the paths asked for."""
    script, asked = {"/robots.txt": (404, "text/plain", b"")}, []

    def answer(host, path):
        asked.append(path)
        return script.get(path, (404, "text/plain", b"not here"))

    with serve(answer) as port:
        yield script, port, asked


@pytest.fixture
def wirecopy(tmp_path, site):
    """Runs a command with a data folder of the test's own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("WIRECOPY_")} | {
        "WIRECOPY_DATA": str(tmp_path / "data"),
        "WIRECOPY_SOURCES": str(tmp_path / "sources.toml"),
        "WIRECOPY_LOOPBACK": f"site.test:80=127.0.0.1:{site[1]}",
        "WIRECOPY_DELAY_S": "0",
    }

    def run(*args, **changes):
        command = [sys.executable, "-m", "wirecopy", *args]
        return subprocess.run(command, env=env | changes, capture_output=True, text=True, timeout=90, check=False)

    return run


def feed_of(*paths):
    items = "".join(f"<item><title>One</title><link>http://site.test{path}</link></item>" for path in paths)
    return (200, "application/rss+xml", f'<rss version="2.0"><channel><title>Site</title>{items}</channel></rss>'.encode())


def write_sources(tmp_path, *feeds):
    listed = ", ".join(f'"http://site.test{feed}"' for feed in feeds)
    (tmp_path / "sources.toml").write_text(f'[[source]]\nname = "Site"\nfeeds = [{listed}]\n', encoding="utf-8")


def the_line(done):
    """The one line on stderr."""
    (line,) = done.stderr.splitlines()
    assert "Traceback" not in done.stderr
    return line


def test_a_missing_sources_file(wirecopy, site):
    done = wirecopy("run")
    assert done.returncode == 1
    assert "sources.toml" in the_line(done)
    assert site[2] == []


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ('[[source]]\nname = "Site"\nfeeds = [\n', 3, ""),
        ('[[source]]\nname = "Site"\n\nfeed = ["http://site.test/rss"]\n', 4, "feed"),
        ('[[source]]\nname = "Site"\nfeeds = ["ftp://site.test/rss"]\n', 3, "feeds"),
        ('[[source]]\nname = 7\nfeeds = ["http://site.test/rss"]\n', 2, "name"),
    ],
)
def test_a_malformed_sources_file_is_named_by_line_and_field(wirecopy, site, tmp_path, text, line, field):
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    done = wirecopy("run")
    assert done.returncode == 1
    assert f"sources.toml:{line}" in the_line(done)
    assert field in the_line(done)
    assert site[2] == []


@pytest.mark.parametrize("store", ["http://127.0.0.1:9", "sqlite:/nowhere/at/all/store.sqlite"])
def test_an_unreachable_store_and_nothing_is_fetched(wirecopy, site, tmp_path, store):
    site[0]["/rss"] = feed_of("/a")
    write_sources(tmp_path, "/rss")
    done = wirecopy("run", WIRECOPY_STORE=store)
    assert done.returncode == 1
    assert store.removeprefix("sqlite:").removeprefix("http://") in the_line(done)
    assert site[2] == []


def test_a_store_of_a_newer_version(wirecopy, site, tmp_path):
    site[0]["/rss"] = feed_of("/a")
    write_sources(tmp_path, "/rss")
    assert wirecopy("run").returncode == 0
    asked = len(site[2])
    with sqlite3.connect(tmp_path / "data" / "wirecopy.sqlite") as database:
        database.execute("PRAGMA user_version = 999")
    database.close()
    done = wirecopy("run")
    assert done.returncode == 1
    assert "newer" in the_line(done)
    assert len(site[2]) == asked


def test_every_bad_answer_has_its_state_and_the_good_article_is_found(wirecopy, site, tmp_path):
    script = site[0]
    script["/rss"] = feed_of("/good", "/pdf", "/lying-pdf", "/empty", "/gone", "/short", "/broken", "/loop")
    script["/html-feed"] = (200, "text/html", b"<!doctype html><html><body><h1>No feed</h1></body></html>")
    script["/empty-feed"] = (200, "application/rss+xml", b"")
    script["/good"] = (200, "text/html; charset=utf-8", ARTICLE.encode())
    script["/pdf"] = (200, "application/pdf", b"%PDF-1.7\n%\xe2\xe3")
    script["/lying-pdf"] = (200, "text/html", b"%PDF-1.7\n%\xe2\xe3")
    script["/empty"] = (200, "text/html", b"")
    script["/gone"] = (410, "text/html", b"gone")
    script["/short"] = (200, "text/html", b"<html><body><p>Soon.</p></body></html>")
    script["/broken"] = (500, "text/html", b"oops")
    script["/loop"] = (200, "text/html", b"<html>" + b"<div>" * 30_000)
    write_sources(tmp_path, "/rss", "/html-feed", "/empty-feed")

    done = wirecopy("run", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["discovered"] == 8 == sum(report["states"].values())
    failed = {feed["url"].rpartition("/")[2]: feed["error"] for feed in report["failed_feeds"]}
    assert set(failed) == {"html-feed", "empty-feed"}
    assert "HTML" in failed["html-feed"]

    states = {}
    for state in (state for state, count in report["states"].items() if count):
        for line in wirecopy("ledger", "--outcome", state, "--json").stdout.splitlines():
            row = json.loads(line)
            states[row["url"].rpartition("/")[2]] = row["state"]
            assert row["reason"]
    assert states == {
        "good": "indexed",
        "pdf": "not_html",
        "lying-pdf": "not_html",
        "empty": "not_an_article",
        "gone": "gone",
        "short": "not_an_article",
        "broken": "retrying",
        "loop": "not_an_article",
    }
    found = json.loads(wirecopy("search", "nobody", "--json").stdout)
    assert [hit["url"] for hit in found["hits"]] == ["http://site.test/good"]


def test_what_was_quarantined_is_taken_up_when_told(wirecopy, site, tmp_path):
    script = site[0]
    script["/rss"] = feed_of("/a")
    script["/a"] = (500, "text/html", b"oops")
    write_sources(tmp_path, "/rss")
    first = json.loads(wirecopy("run", "--json", WIRECOPY_MAX_ATTEMPTS="1").stdout)
    assert first["states"]["quarantined"] == 1
    script["/a"] = (200, "text/html; charset=utf-8", ARTICLE.encode())
    untouched = json.loads(wirecopy("run", "--json").stdout)
    assert untouched["states"]["quarantined"] == 1
    assert "1 URL" in wirecopy("ledger", "--retry").stdout
    mended = json.loads(wirecopy("run", "--json").stdout)
    assert mended["states"]["indexed"] == 1
    refused = wirecopy("ledger", "--retry", "--outcome", "indexed")
    assert refused.returncode == 2


def test_doctor_says_what_is_wrong(wirecopy, tmp_path):
    done = wirecopy("doctor", "--json")
    assert done.returncode == 1
    bad = {finding["name"] for finding in json.loads(done.stdout) if not finding["ok"]}
    assert bad == {"sources", "store"}
    write_sources(tmp_path, "/rss")
    wirecopy("run")
    healed = wirecopy("doctor")
    assert healed.returncode == 0, healed.stdout
    assert "1 outlets, 1 feeds" in healed.stdout
