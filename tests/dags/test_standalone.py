"""`make airflow` for real: what starts, what it does by itself, who gets in, and that nothing of it is left."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]
# Up in 24 s where two cores were idle; others may be at work on the same machine.
UP_S = 110
RUNS_S = 90


class Launcher:
    def __init__(self, home, port, env):
        self.home = home
        self.base = f"http://127.0.0.1:{port}"
        self.output = home.parent / f"output-{time.monotonic_ns()}.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "scripts/airflow_standalone.py", "--home", str(home), "--port", str(port)],
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
            )

    def said(self):
        return self.output.read_text()

    def wait_until_up(self):
        wait_for(lambda: "Airflow is up" in self.said() or self.process.poll() is not None, UP_S, self.said)
        assert self.process.poll() is None, self.said()

    def sessions(self):
        return json.loads((self.home / "sessions.json").read_text())

    def stop(self, number):
        self.process.send_signal(number)
        status = self.process.wait(timeout=40)
        assert status == 0, self.said()

    def call(self, method, path, body=None, **headers):
        """Status, final address and text of an answer; errors are answers too."""
        data = None if body is None else json.dumps(body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.base + path, data, names | {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, answer.url, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.url, error.read().decode()

    def log_in(self):
        password = json.loads((self.home / "passwords.json").read_text())["admin"]
        assert password in self.said()
        status, _, text = self.call("POST", "/auth/token", {"username": "admin", "password": password})
        assert status == 201
        return {"Authorization": f"Bearer {json.loads(text)['access_token']}"}

    def runs(self, dag, login):
        status, _, text = self.call("GET", f"/api/v2/dags/{dag}/dagRuns", **login)
        return json.loads(text)["dag_runs"] if status == 200 else []


def wait_for(condition, seconds, explain):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, explain()
        time.sleep(0.5)
    return found


def processes_of(sessions):
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.Error):
            if os.getsid(process.pid) in sessions and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def listening(sessions):
    import psutil

    addresses = set()
    for process in processes_of(sessions):
        with contextlib.suppress(psutil.Error):
            addresses |= {tuple(c.laddr) for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN}
    return addresses


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def launch(tmp_path):
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "WIRECOPY_"))}
    launched = []

    def start():
        launched.append(Launcher(tmp_path / "home", port, env))
        return launched[-1]

    yield start
    for launcher in launched:
        if launcher.process.poll() is None:
            launcher.stop(signal.SIGTERM)


def check_first_run(launcher, login):
    """The demo newsroom's articles reach the store without a hand being moved."""

    def collected():
        runs = launcher.runs("collect_articles", login)
        return [run for run in runs if run["state"] in {"success", "failed"}]

    runs = wait_for(collected, RUNS_S, lambda: f"{launcher.runs('poll_feeds', login)}\n{launcher.said()}")
    assert [run["state"] for run in runs] == ["success"]
    assert {run["state"] for run in launcher.runs("poll_feeds", login)} <= {"success", "running", "queued"}
    first = runs[0]["dag_run_id"]
    _, _, text = launcher.call("GET", f"/api/v2/dags/collect_articles/dagRuns/{quote(first)}/taskInstances", **login)
    tasks = {task["task_id"]: task for task in json.loads(text)["task_instances"]}
    assert re.fullmatch(r"\d+ pages", tasks["collect"]["rendered_map_index"])
    assert (tasks["link"]["pool"], tasks["link"]["state"]) == ("wirecopy_link", "success")
    _, _, text = launcher.call("GET", "/api/v2/pools", **login)
    slots = {pool["name"]: pool["slots"] for pool in json.loads(text)["pools"]}
    assert (slots["wirecopy_fetch"], slots["wirecopy_link"]) == (4, 1)

    from wirecopy.store import open_store

    store = open_store(f"sqlite:{launcher.home / 'data' / 'wirecopy.sqlite'}")
    try:
        states = {state.value: number for state, number in store.ledger.counts().items() if number}
        assert sum(states.values()) == store.ledger.discovered() > 50
        assert states["indexed"] == store.documents.count() > 30
        assert "pending" not in states
    finally:
        store.close()


def check_closed(launcher, login):
    """Wirecopy's pages in Airflow are for those who logged in."""
    status, _, text = launcher.call("GET", "/api/v2/plugins", **login)
    assert status == 200, text
    apps = [app for plugin in json.loads(text)["plugins"] for app in plugin["fastapi_apps"]]
    (prefix,) = [app["url_prefix"] for app in apps]
    for path in ("/", "/docs", "/redoc", "/openapi.json"):
        status, url, text = launcher.call("GET", prefix + path)
        assert status in {401, 403, 404} or "/auth/login" in url, (path, status, url)
        assert "opensearchdescription" not in text
    status, url, _ = launcher.call("GET", f"{prefix}/", Accept="text/html")
    assert status == 401 or "/auth/login" in url
    status, url, text = launcher.call("GET", f"{prefix}/", Accept="text/html", **login)
    assert status == 200
    assert "/auth/login" not in url
    assert "Wirecopy" in text


def test_it_starts_works_by_itself_keeps_strangers_out_and_leaves_nothing(launch):
    launcher = launch()
    launcher.wait_until_up()
    sessions = launcher.sessions()
    port = int(launcher.base.rpartition(":")[2])
    assert listening(sessions) == {("127.0.0.1", port)}

    assert launcher.call("GET", "/api/v2/dags")[0] == 401
    login = launcher.log_in()
    assert {launcher.home.joinpath(name).stat().st_mode & 0o077 for name in ("passwords.json", "secrets.json")} == {0}
    check_first_run(launcher, login)
    check_closed(launcher, login)

    second = launch()
    assert second.process.wait(timeout=30) == 1
    assert re.search(rf"is in use by process {launcher.process.pid}; stop that one first", second.said())

    launcher.stop(signal.SIGINT)
    assert list(processes_of(sessions)) == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0

    again = launch()
    again.wait_until_up()
    assert again.log_in()
    sessions = again.sessions()
    again.stop(signal.SIGTERM)
    assert list(processes_of(sessions)) == []


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        command = [sys.executable, "scripts/airflow_standalone.py", "--home", str(tmp_path / "home")]
        env = dict(os.environ) | {"AIRFLOW_PORT": port}
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, env=env)
    assert done.returncode == 1
    assert (
        done.stderr
        == f"airflow: port {port} cannot be used (Address already in use); give another: AIRFLOW_PORT=8090 make airflow\n"
    )
