"""`wirecopy health` over a store with a feed of each kind."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from wirecopy.cli.app import cli
from wirecopy.clock import utc_now
from wirecopy.health.status import Status
from wirecopy.models import DayCount, EventKind, FeedEvent, FeedState, SourceId
from wirecopy.store import open_store

SOURCES = """
[[source]]
name = "Courier"
feeds = ["http://courier.test/feed", "http://courier.test/sport"]

[[source]]
name = "Bote"
feeds = ["http://bote.test/feed"]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sources.toml").write_text(SOURCES)
    return tmp_path


@pytest.fixture
def filled(folder):
    now = utc_now()
    days = tuple(DayCount(day=(now - timedelta(days=n)).date(), polls=9, new=5, hours=0xFFFFFF) for n in reversed(range(30)))
    works = FeedState(
        url="http://courier.test/feed",
        source_id=SourceId("courier"),
        first_polled_at=now - timedelta(days=40),
        last_polled_at=now,
        last_success_at=now,
        last_status=200,
        next_poll_at=now + timedelta(hours=1),
        days=days,
        events=(FeedEvent(at=now, kind=EventKind.MOVED, text="moved"),),
    )
    fails = FeedState(
        url="http://courier.test/sport",
        source_id=SourceId("courier"),
        first_polled_at=now - timedelta(days=40),
        last_polled_at=now,
        next_poll_at=now + timedelta(hours=1),
        error_streak=7,
        last_error="answered \u202e500",
    )
    old = FeedState(url="http://old.test/feed", source_id=SourceId("old"), last_polled_at=now, next_poll_at=now)
    store = open_store(f"sqlite:{folder / 'wirecopy.sqlite'}")
    store.feeds.save([works, fails, old])
    store.close()
    return folder


def _run(folder, *options, **how):
    where = ["--data", str(folder), "--sources", str(folder / "sources.toml")]
    return CliRunner().invoke(cli, ["health", *where, *options], **how)


def test_worst_first_and_those_that_work_are_counted(filled):
    done = _run(filled)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["failing", "never_polled", "unlisted"]
    assert "7 attempts in a row failed, never once read: answered ?500" in lines[0]
    assert "courier.test/feed" not in done.output
    assert lines[-1].split(maxsplit=1) == ["4", "feeds of 2 sources"]
    assert "\u202e" not in done.output


def test_all_lists_those_that_work_too(filled):
    assert "working       courier  http://courier.test/feed  works; 5.0 new a day, 5.0 before" in _run(filled, "--all").output


def test_json_has_a_line_for_each_feed_and_source_with_every_field(filled):
    lines = [json.loads(line) for line in _run(filled, "--json").stdout.splitlines()]
    assert [(line["kind"], line["status"]) for line in lines] == [
        ("feed", "failing"),
        ("feed", "never_polled"),
        ("feed", "working"),
        ("feed", "unlisted"),
        ("source", "never_polled"),
        ("source", "working"),
    ]
    works = lines[2]
    assert works["per_day"] == 5
    assert works["events"][0]["kind"] == "moved"
    assert works["silence"]["is_silent"] is False
    assert lines[5]["feeds"]["failing"] == 1


def test_one_source(filled):
    done = _run(filled, "--source", "courier")
    assert "http://courier.test/feed" in done.output
    assert "bote.test" not in done.output
    missing = _run(filled, "--source", "nobody")
    assert missing.exit_code == 1
    assert "no source of this id" in str(missing.exception)


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["--fail-on", "failing,silent"], 1),
        (["--fail-on", "silent", "--fail-on", "failing"], 1),
        (["--fail-on", "silent"], 0),
        (["--fail-on", "broken"], 2),
    ],
)
def test_the_exit_code_is_for_monitoring(filled, options, status):
    done = _run(filled, *options, standalone_mode=False)
    assert (done.exception.exit_code if done.exception else done.return_value) == status


def test_a_misspelt_status_is_told_with_those_there_are(filled):
    output = _run(filled, "--fail-on", "broken").output
    assert all(status in " ".join(output.split()) for status in Status)


def test_before_the_first_run_it_says_what_to_do(folder):
    done = _run(folder)
    assert done.exit_code == 1
    assert "there is no store here yet; `wirecopy run` makes one" in str(done.exception)
