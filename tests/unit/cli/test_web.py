"""`wirecopy web`: the address it prints, whom it answers, and how it ends."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from wirecopy.cli import main
from wirecopy.cli import web as command
from wirecopy.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    address = f"sqlite:{tmp_path / 'news.sqlite'}"
    open_store(address).close()
    process = subprocess.Popen(
        [sys.executable, "-c", "from wirecopy.cli import main; main()", "web", "--port", "0", "--store", address],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stderr.readline()
        found = re.fullmatch(r"Wirecopy is at http://127\.0\.0\.1:(\d+)/  \(Ctrl-C ends it\)\n", line)
        assert found, line
        yield process, int(found[1])
    finally:
        process.kill()
        process.communicate()


def ask(port: int, host: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/", headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_it_prints_where_it_is_and_ends_on_ctrl_c(server: tuple[subprocess.Popen[str], int]) -> None:
    process, port = server
    status, text = ask(port, f"127.0.0.1:{port}")
    assert status == 200
    assert "the index is empty" in text
    assert ask(port, f"localhost:{port}")[0] == 200
    # A name that somebody pointed at this machine.
    assert ask(port, f"rebound.test:{port}") == (400, "Invalid host header")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize("taken", [True, False])
def test_an_address_that_cannot_be_listened_on_is_named(taken, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        host, port = ("127.0.0.1", str(other.getsockname()[1])) if taken else ("203.0.113.7", "0")
        with pytest.raises(SystemExit) as ended:
            main(["web", "--host", host, "--port", port])
    assert ended.value.code == 1
    assert re.fullmatch(rf"wirecopy: {re.escape(host)}:{port}: cannot be listened on: .*--port\n", capsys.readouterr().err)


def test_who_opens_it_to_others_is_warned(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    class Listener:
        def getsockname(self) -> tuple[str, int]:
            return "0.0.0.0", 8090

    monkeypatch.setattr(command, "_listen", lambda host, port: Listener())
    monkeypatch.setattr("uvicorn.Server.run", lambda server, sockets: None)
    with pytest.raises(SystemExit) as ended:
        main(["web", "--host", "0.0.0.0"])
    assert not ended.value.code
    assert "anyone who can reach 0.0.0.0 can read everything: there is no login" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "expected"), [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), ("::", False), ("192.0.2.1", False)]
)
def test_loopback_is_known(address: str, expected) -> None:
    assert command._is_loopback(address) is expected
