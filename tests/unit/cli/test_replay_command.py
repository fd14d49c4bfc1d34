"""`wirecopy replay`: what it prints, and what it says of what cannot be replayed."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from wirecopy.archive import ArchiveWriter, RawResponse
from wirecopy.cli.app import cli
from wirecopy.clock import utc_now
from wirecopy.errors import ConfigError
from wirecopy.models import Purpose, SourceId
from wirecopy.steps.replay import ReplayScope

FEED = "https://courier.example/rss"


@pytest.fixture
def folder(tmp_path):
    """A data folder whose archive holds a feed of two entries and no page."""
    items = "".join(f"<item><title>{n}</title><link>https://courier.example/{n}</link></item>" for n in ("one", "two"))
    body = f"<rss version='2.0'><channel><title>Courier</title>{items}</channel></rss>".encode()
    with ArchiveWriter(tmp_path / "data" / "archive", utc_now) as writer:
        writer.write(
            RawResponse(
                url=FEED, final_url=FEED, status=200, reason="OK", headers=(), body=body, is_truncated=False,
                fetched_at=utc_now(), source_id=SourceId("courier"), purpose=Purpose.FEED, request_headers={},
            )
        )  # fmt: skip
    (tmp_path / "sources.toml").write_text(f'[[source]]\nname = "Courier"\nfeeds = ["{FEED}"]\n', encoding="utf-8")
    return tmp_path


def replay(folder, *options, data="data"):
    sources = ["--sources", str(folder / "sources.toml")]
    return CliRunner().invoke(cli, ["replay", "--data", str(folder / data), *sources, *options])


def test_the_summary_adds_up(folder):
    answer = replay(folder)
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert lines[:4] == ["archive     1 responses", "feeds       1 read", "pages       none", "new URLs    2"]
    assert lines[-3:] == [
        "pending                 2  discovered in a feed; its page was not asked for yet",
        "sum of states           2",
        "discovered              2",
    ]


def test_json_is_one_object_with_the_same_numbers(folder):
    told = json.loads(replay(folder, "--json", "--source", "courier").stdout)
    assert told["archive"] == {"responses": 1, "damaged": 0}
    assert told["feeds"] == {"read": 1}
    assert (told["discovered_new"], told["discovered"], sum(told["states"].values())) == (2, 2, 2)
    assert json.loads(replay(folder, "--json").stdout)["discovered_new"] == 0


def test_without_a_sources_file_the_archive_says_whose_its_answers_are(folder, monkeypatch):
    monkeypatch.chdir(folder / "data")
    monkeypatch.delenv("WIRECOPY_SOURCES", raising=False)
    answer = CliRunner().invoke(cli, ["replay", "--data", str(folder / "data"), "--json"])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["discovered_new"] == 2
    assert "no sources.toml here" in answer.stderr
    named = CliRunner().invoke(
        cli, ["replay", "--data", str(folder / "data"), "--sources", "other.toml"], standalone_mode=False
    )
    assert isinstance(named.exception, ConfigError), "a file that was named must be there"


def test_a_missing_archive_is_an_error_and_makes_nothing(folder):
    answer = replay(folder, data="none")
    assert isinstance(answer.exception, ConfigError)
    assert str(answer.exception).endswith(
        "none/archive: has no archive; `wirecopy run` makes one, or name another data folder with --data"
    )
    assert not (folder / "none").exists()


@pytest.mark.parametrize("options", [["--source", "nobody"], ["--since", "2999-01-01"], ["--until", "1999-12-31"]])
def test_what_matches_nothing_is_an_error_that_says_so(folder, options):
    answer = replay(folder, *options)
    assert isinstance(answer.exception, ConfigError)
    assert f"nothing to replay: no response is one of {options[0]}" in str(answer.exception)


@pytest.mark.parametrize(
    ("options", "subject"),
    [
        (["--since", "yesterday"], "since"),
        (["--since", "2026-11-23", "--until", "2026-11-22"], "since"),
        (["--until", "x"], "until"),
    ],
)
def test_a_time_that_cannot_be_is_named(folder, options, subject):
    answer = replay(folder, *options)
    assert isinstance(answer.exception, ConfigError)
    assert answer.exception.subject == subject


def test_a_scope_without_limits_is_everything():
    assert ReplayScope.read(since="", until=None, source="") == ReplayScope()
    assert str(ReplayScope()) == ""
