"""The run command says what failed, on stderr, once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

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
