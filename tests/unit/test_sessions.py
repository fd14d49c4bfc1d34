"""Children of the standalone launcher end with it, however they and it behave. No Airflow here: children that misbehave."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

psutil = pytest.importorskip("psutil", reason="psutil comes with Airflow: pip install '.[airflow]'")

SCRIPT = Path(__file__).parents[2] / "scripts" / "sessions.py"
# Its own child leaves the process group, as Airflow's tasks do, and neither heeds SIGTERM; both say when they are ready.
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setpgid(0, 0)
print("ready", flush=True)
time.sleep(60)
"""
# A launcher that starts such a child and is then killed itself.
LAUNCHER = """
import sys, time
sys.path.insert(0, {folder!r})
from pathlib import Path
from sessions import Sessions, StopRequests
sessions = Sessions(Path({home!r}), {{}}, StopRequests())
sessions.start("stubborn", [sys.executable, "-c", {stubborn!r}])
print("started", flush=True)
time.sleep(60)
"""


@pytest.fixture
def module(monkeypatch):
    spec = importlib.util.spec_from_file_location("sessions", SCRIPT)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    monkeypatch.setattr(loaded, "STOP_TIMEOUT_S", 0.5)
    return loaded


@pytest.fixture
def stops(module):
    return module.StopRequests()


@pytest.fixture
def sessions(module, stops, tmp_path):
    made = module.Sessions(tmp_path, dict(os.environ), stops)
    yield made
    made.stop()


def members(session):
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (OSError, psutil.Error):
            pass
    return found


def wait_for(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def start_stubborn(sessions):
    child = sessions.start("stubborn", [sys.executable, "-c", STUBBORN])
    wait_for(lambda: sessions.log_path("stubborn").read_text().count("ready") == 2)
    return child


def test_all_descendants_end_though_they_left_the_group_and_do_not_listen(sessions, tmp_path):
    child = start_stubborn(sessions)
    assert len(members(child.pid)) == 2
    sessions.stop()
    assert members(child.pid) == []
    assert not (tmp_path / "sessions.json").exists()


def test_a_second_request_to_stop_does_not_wait(sessions, stops, module, monkeypatch):
    monkeypatch.setattr(module, "STOP_TIMEOUT_S", 60)
    child = start_stubborn(sessions)
    stops.names += ["SIGINT", "SIGINT"]
    started = time.monotonic()
    sessions.stop()
    assert members(child.pid) == []
    assert time.monotonic() - started < 10


def test_what_a_killed_launcher_left_is_ended_by_the_next(module, stops, tmp_path):
    code = LAUNCHER.format(folder=str(SCRIPT.parent), home=str(tmp_path), stubborn=STUBBORN)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout.readline() == "started\n"
        wait_for(lambda: (tmp_path / "components" / "stubborn.log").read_text().count("ready") == 2)
        launcher.kill()
    (session,) = json.loads((tmp_path / "sessions.json").read_text())
    assert len(members(session)) == 2
    module.Sessions(tmp_path, {}, stops).end_leftovers()
    assert members(session) == []
    assert not (tmp_path / "sessions.json").exists()


def test_processes_that_only_have_a_number_of_ours_are_left_alone(module, stops, tmp_path):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True) as other:
        (tmp_path / "sessions.json").write_text(json.dumps([other.pid]))
        module.Sessions(tmp_path, {}, stops).end_leftovers()
        time.sleep(0.2)
        assert other.poll() is None
        other.communicate(b"\n")


def test_a_child_that_ends_is_noticed_and_quoted(sessions, module):
    child = sessions.start("brief", [sys.executable, "-c", "print('out of coal'); raise SystemExit(3)"])
    child.wait()
    with pytest.raises(module.Failed, match=r"brief ended with status 3;[\s\S]*out of coal"):
        sessions.check()


def test_a_command_that_fails_is_quoted(sessions, module):
    with pytest.raises(module.Failed, match=r"migrate failed with status 1;[\s\S]*ValueError: no"):
        sessions.finish("migrate", [sys.executable, "-c", "raise ValueError('no')"])


def test_a_signal_stops_a_command_that_runs(sessions, stops, module):
    stops.names.append("SIGTERM")
    with pytest.raises(module.Stopped, match="SIGTERM"):
        sessions.finish("sleep", [sys.executable, "-c", "import time; time.sleep(60)"])


def test_signals_are_noted_even_where_a_shell_had_us_ignore_them(module):
    code = f"""
import os, signal, sys
sys.path.insert(0, {str(SCRIPT.parent)!r})
from sessions import StopRequests
signal.signal(signal.SIGINT, signal.SIG_IGN)
stops = StopRequests()
stops.listen()
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    os.kill(os.getpid(), number)
print(*stops.names)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.split() == ["SIGINT", "SIGTERM", "SIGHUP"]
