"""The run command says what failed, on stderr, once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from wirecopy.cli.run import format_round
from wirecopy.outcomes import State
from wirecopy.pipeline import RunReport
from wirecopy.rounds import Round

if TYPE_CHECKING:
    from pathlib import Path


def test_a_feed_that_failed_is_said_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]  # closed again before the run: nobody answers there
    sources = tmp_path / "sources.toml"
    sources.write_text(f'[[source]]\nname = "Courier"\nfeeds = ["http://localhost:{port}/rss"]\n')
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WIRECOPY_")}
    done = subprocess.run(
        [sys.executable, "-m", "wirecopy", "run", "--sources", str(sources), "--data", str(tmp_path / "data")],
        env=kept | {"WIRECOPY_LOOPBACK": f"localhost:{port}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert "1 failed" in done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"feed failed: http://localhost:{port}/rss: ")


def test_a_rounds_line_says_why_more_urls_are_open() -> None:
    report = RunReport(
        polls={"read": 2},
        discovered_new=0,
        collected={},
        linked={},
        states={State.PENDING: 17, State.INDEXED: 63},
        discovered=80,
        revisited=17,
    )
    span = timedelta(seconds=30)
    line = format_round(Round(number=2, started_at=datetime(2026, 11, 23, tzinfo=UTC), took=span, wait=span, report=report))
    assert "0 new URLs, 17 to be fetched again, 0 new in the index, 17 of 80 URLs open" in line
