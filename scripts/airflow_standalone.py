"""Run a whole Airflow on this machine's loopback, over the demo newsroom: what `make airflow` calls.

`airflow standalone` would do most of this, but it leaves its children running when it is sent SIGTERM, serves logs on all
interfaces, and reads the health of whatever listens on its port already. So its four components are started one by one here,
each in a session of its own, and ended by session. This file stands outside the library because it is about one machine, and
beside `dags/` because Airflow would read it there; it drives Airflow by its command line and REST API and imports none of it.
"""
# ruff: noqa: INP001, T201 - a script, which prints

from __future__ import annotations

import argparse
import fcntl
import json
import os
import secrets
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from sessions import Failed, Sessions, Stopped, StopRequests

from wirecopy.demo.newsroom import Newsroom

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = "127.0.0.1"
USER = "admin"

# Log servers would listen on every interface, and are not needed: the API server reads the log files themselves.
COMPONENTS = {
    "api-server": (),
    "scheduler": ("--skip-serve-logs",),
    "dag-processor": (),
    "triggerer": ("--skip-serve-logs",),
}
# A first start takes 29 s on two idle cores and twice that on busy ones (measured); a start that hangs is given up.
START_TIMEOUT_S = 240.0


def call_api(base: str, method: str, path: str, body: object = None, *, token: str | None = None) -> Any:
    """Call Airflow's REST API and give the JSON it answers.

    Raises:
        OSError: It does not answer, or with an error (`urllib.error.HTTPError`).
    """
    request = urllib.request.Request(base + path, method=method, headers={"Content-Type": "application/json"})  # noqa: S310
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(request, data, timeout=10) as answer:  # noqa: S310 - http on loopback, as built above
        return json.load(answer)


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home's lock, which the kernel lets go of when its holder dies.

    Raises:
        Failed: Another start holds it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Failed(f"{home} is in use by process {_first_line(lock) or 'unknown'}; stop that one first") from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _first_line(file: TextIO) -> str:
    file.seek(0)
    return file.readline().strip()


def check_port(port: int) -> None:
    """See that a port is free.

    Raises:
        Failed: It is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise Failed(
                f"port {port} cannot be used ({error.strerror}); give another: AIRFLOW_PORT=8090 make airflow"
            ) from None


def read_secrets(home: Path) -> dict[str, str]:
    """The password and keys of this home, made at its first start and kept readable for its owner alone."""
    path = home / "secrets.json"
    if not path.exists():
        _write_private(path, {"password": secrets.token_urlsafe(12), "jwt_secret": secrets.token_urlsafe(48)})
    found: dict[str, str] = json.loads(path.read_text())
    _write_private(home / "passwords.json", {USER: found["password"]})  # where Airflow's auth manager looks
    return found


def _write_private(path: Path, value: Mapping[str, str]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(value))


def child_environment(home: Path, port: int, keys: Mapping[str, str]) -> dict[str, str]:
    """Airflow's settings and Wirecopy's, over those of our own environment."""
    env = dict(os.environ)
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # every start of a component would compile Airflow anew
    store = env.get("WIRECOPY_STORE", "")
    if store.startswith("sqlite:"):
        env["WIRECOPY_STORE"] = f"sqlite:{Path(store.removeprefix('sqlite:')).absolute()}"  # components work in the home
    return env | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{env.get('PATH', '')}",
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__API__BASE_URL": f"http://{ADDRESS}:{port}",
        "AIRFLOW__API__HOST": ADDRESS,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": keys["jwt_secret"],
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "4",  # each slot is an idle process of 8 MB; more than the cores help little
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "10",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "WIRECOPY_DATA": str(home / "data"),
    }


def wait_until_up(base: str, components: Sessions) -> None:
    """Wait until scheduler, DAG processor and API server say they are well.

    Raises:
        Failed: One ended, or it took too long.
    """
    deadline = time.monotonic() + START_TIMEOUT_S
    health: dict[str, Any] = {}
    while time.monotonic() < deadline:
        components.check()
        with suppress(OSError, ValueError):
            health = call_api(base, "GET", "/api/v2/monitor/health")
            if all(health[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor")):
                return
        time.sleep(0.5)
    raise Failed(f"Airflow is not up after {START_TIMEOUT_S:.0f} s; it says {health or 'nothing'}")


def start_first_run(base: str, components: Sessions, password: str) -> None:
    """Log in and start `poll_feeds` as soon as Airflow has read it.

    Raises:
        Failed: Airflow refused, or did not read it in time.
    """
    deadline = time.monotonic() + START_TIMEOUT_S
    last = "it answers nothing"
    while time.monotonic() < deadline:
        components.check()
        try:
            token = call_api(base, "POST", "/auth/token", {"username": USER, "password": password})["access_token"]
            call_api(base, "POST", "/api/v2/dags/poll_feeds/dagRuns", {"logical_date": None}, token=token)
        except urllib.error.HTTPError as error:
            last = error.read().decode(errors="replace")
            # 404: the file is not read yet. 5xx: SQLite is locked while Airflow's parts all write to it for the first time.
            if error.code != 404 and error.code < 500:  # noqa: PLR2004
                raise Failed(f"poll_feeds could not be started: {last}") from None
        except OSError as error:  # slow, on a busy machine
            last = str(error)
        else:
            return
        time.sleep(0.5)
    raise Failed(
        f"Airflow did not start poll_feeds of {ROOT / 'dags'}, it says: {last}; see {components.log_path('dag-processor')}"
    )


def airflow(*arguments: str) -> list[str]:
    """The command that calls Airflow in our own interpreter."""
    return [sys.executable, "-m", "airflow", *arguments]


def run(home: Path, port: int, sources: Path | None, stops: StopRequests) -> None:
    """Start everything, say where it is, and watch it until somebody stops us."""
    with ExitStack() as stack:
        stack.enter_context(only_one(home))
        keys = read_secrets(home)
        env = child_environment(home, port, keys)
        components = Sessions(home, env, stops)
        components.end_leftovers()
        check_port(port)
        if sources is None:
            newsroom = stack.enter_context(Newsroom())
            sources = home / "newsroom.toml"
            newsroom.write_sources(sources)
            env["WIRECOPY_LOOPBACK"] = newsroom.loopback
            env.setdefault("WIRECOPY_DELAY_S", "0.1")  # these hosts are ours
            env.setdefault("WIRECOPY_POLL_MAX_INTERVAL_S", "60")  # so that a run started by hand finds feeds due
        env["WIRECOPY_SOURCES"] = str(sources)
        stack.callback(components.stop)
        print("Preparing Airflow's database …", flush=True)
        components.finish("migrate", airflow("db", "migrate"))
        components.finish("pools", airflow("pools", "import", str(ROOT / "dags" / "pools.json")))
        print("Starting Airflow …", flush=True)
        for name, flags in COMPONENTS.items():
            components.start(name, airflow(name, *flags))
        base = f"http://{ADDRESS}:{port}"
        wait_until_up(base, components)
        start_first_run(base, components, keys["password"])
        print(
            f"\nAirflow is up.\n"
            f"  URL       {base}\n"
            f"  stories   {base}/wirecopy/   (the same login)\n"
            f"  login     {USER} / {keys['password']}   (kept in {home / 'passwords.json'})\n"
            f"  sources   {sources}\n"
            f"  data      {home / 'data'}   (store: {env.get('WIRECOPY_STORE') or 'SQLite in there'})\n"
            f"  DAGs      poll_feeds runs now and every 10 minutes; collect_articles follows it\n"
            f"  output    {components.log_path('*')}\n"
            f"Ctrl-C stops all of it.",
            flush=True,
        )
        while True:
            components.check()
            time.sleep(1)


def main() -> int:
    """Read the command line; 0 when stopped, 1 when something failed."""
    parser = argparse.ArgumentParser(description="Run Airflow on loopback over the demo newsroom.")
    parser.add_argument(
        "--port",
        type=int,
        default=os.environ.get("AIRFLOW_PORT", "8080"),  # a string, so that argparse reads and refuses it like an argument
        help="port of Airflow's UI and API [env: AIRFLOW_PORT] (default: 8080)",
    )
    parser.add_argument("--home", type=Path, default=ROOT / ".airflow", help="AIRFLOW_HOME (default: .airflow in the checkout)")
    parser.add_argument("--sources", type=Path, help="sources file to follow (default: the demo newsroom's)")
    options = parser.parse_args()
    stops = StopRequests()
    stops.listen()
    try:
        run(options.home.absolute(), options.port, options.sources and options.sources.absolute(), stops)
    except Stopped as stopped:
        print(f"\n{stopped}: stopped, nothing of it is left running.", flush=True)
    except Failed as failed:
        print(f"airflow: {failed}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
