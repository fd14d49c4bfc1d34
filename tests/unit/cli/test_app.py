"""What every command shares: how it ends when its output cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_MAIN = [sys.executable, "-c", "from wirecopy.cli import main; main()"]
_FEED = '<rss version="2.0"><channel><item><title>Bridge</title><link>http://courier.test/1</link></item></channel></rss>'


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    file = tmp_path / "feed.xml"
    file.write_text(_FEED)
    return [*_MAIN, "feed", str(file)]


def _buffered() -> dict[str, str]:
    """The environment of a user: Python keeps small outputs until its end."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def test_a_reader_that_went_away_is_nothing_to_complain_of(command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=_buffered(), check=False)
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line(command: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=_buffered(), check=False)
    assert (ended.returncode, ended.stderr) == (1, b"wirecopy: no space left on device\n")


def test_a_closed_output_is_none(command: list[str]) -> None:
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    ended = subprocess.run(closed, stderr=subprocess.PIPE, env=_buffered(), check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.usefixtures("command")
def test_a_file_in_the_data_folders_place_is_named(tmp_path: Path) -> None:
    sources, file = tmp_path / "sources.toml", tmp_path / "feed.xml"
    sources.write_text('[[source]]\nname = "Courier"\nfeeds = ["http://courier.test/feed"]\n')
    places = ["--sources", str(sources), "--data", str(file)]
    ended = subprocess.run([*_MAIN, "run", *places], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert f"{file}: cannot be the data folder" in ended.stderr
    ended = subprocess.run([*_MAIN, "doctor", *places], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert f"FAIL  data      {file} is no folder" in ended.stdout
