"""Runs that are killed, by the kernel and at the worst moments: what they leave, the next run finishes, and nothing is lost."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from wirecopy.archive import scan
from wirecopy.demo.newsroom import Newsroom
from wirecopy.outcomes import OPEN_STATES, State
from wirecopy.pipeline import open_pipeline
from wirecopy.settings import load_settings
from wirecopy.sources import load_sources
from wirecopy.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from wirecopy.models import ArticleId, Document, LedgerRow, UrlKey

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

# `wirecopy run` or `wirecopy replay` that is killed after the n-th call of something. Groups are small, so that a kill lands between two of them,
# and the writer's lock runs out before the next run asks for it.
_RUN = """
import datetime, os, signal, sys, time
from wirecopy import pipeline
from wirecopy.archive import ArchiveWriter
from wirecopy.cli import main
from wirecopy.steps import collect, link, record

command, where, nth = sys.argv[1], sys.argv[2], int(sys.argv[3])
collect._FLUSH_ROWS, link._BATCH = 20, 20
link.LOCK_TTL = datetime.timedelta(seconds=0.2)
open_store = pipeline.open_store


def wrap(owner, name):
    real, calls = getattr(owner, name), []

    def wrapped(*args, **others):
        answer = real(*args, **others)
        calls.append(name)
        if len(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(owner, name, wrapped)


def open_wrapped(*args, **others):
    store = open_store(*args, **others)
    owner, _, name = where.rpartition(".")
    if owner == "archive":
        wrap(ArchiveWriter, name)
    elif owner in ("link", "record"):
        wrap({"link": link, "record": record}[owner], name)
    elif name:
        wrap(getattr(store, owner) if owner else store, name)
    return store


pipeline.open_store = open_wrapped
main([command, "--json"])
"""

# Each run takes up what the one before left, so the order is that of the steps. A handful, since each kill costs a process with its
# workers: after every call of every step collecting is broken off in tests/behaviours/test_crash_boundaries.py, a replay in
# tests/behaviours/test_replay.py.
_BOUNDARIES = [
    ("record_poll", 2),  # two feeds are in the ledger
    ("archive.write", 30),  # pages are in the archive, no row says so
    ("ledger.save", 1),  # the first rows are fetched
    ("inbox.put", 1),  # articles in the inbox, their rows fetched
    ("link.link_articles", 1),  # the lock is held, links are decided
    ("documents.put", 1),  # documents in the index, their rows extracted
]
_REPLAY_BOUNDARIES = [
    ("link.link_articles", 1),  # the lock is held, links are decided
    ("documents.put", 1),  # documents in the index, their rows extracted
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The newsroom, and how `wirecopy run` is pointed at it."""

    folder: Path
    environment: Mapping[str, str]

    def run(
        self, data: str, store: str = "", *, kill_after: tuple[str, int] = ("", 0), command: str = "run"
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", _RUN, command, kill_after[0], str(kill_after[1])],
            env=self.settings(data, store), capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip

    def settings(self, data: str, store: str = "") -> dict[str, str]:
        return {**self.environment, "WIRECOPY_DATA": str(self.folder / data), "WIRECOPY_STORE": store}

    def url(self, data: str) -> str:
        return f"sqlite:{self.folder / data / 'wirecopy.sqlite'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Everything a store holds."""

    documents: dict[ArticleId, Document]
    rows: dict[UrlKey, LedgerRow]
    waiting: int
    discovered: int

    def articles(self) -> dict[ArticleId, tuple[object, ...]]:
        """What must not depend on the store, nor on what was killed."""
        return {
            name: (
                document.version_id,
                document.article.title,
                document.article.text,
                document.article.lang,
                document.link.kind,
            )
            for name, document in self.documents.items()
        }

    def stories(self) -> list[list[ArticleId]]:
        members = defaultdict(list)
        for name, document in self.documents.items():
            members[document.link.story_id].append(name)
        return sorted(map(sorted, members.values()))

    def states(self) -> dict[UrlKey, State]:
        return {key: row.state for key, row in self.rows.items()}


def read_store(url: str) -> Kept:
    store = open_store(url)
    try:
        return Kept(
            documents={document.id: document for document in store.documents.scan()},
            rows={row.key: row for row in store.ledger.rows(limit=1000)},
            waiting=store.inbox.count(),
            discovered=store.ledger.discovered(),
        )
    finally:
        store.close()


def assert_same(found: Kept, undisturbed: Kept) -> None:
    """Nothing is lost, nothing is there twice, nothing is left undone."""
    assert found.states() == undisturbed.states()
    assert found.discovered == len(found.rows)
    assert not OPEN_STATES.intersection(found.states().values())
    assert found.waiting == 0
    assert found.articles() == undisturbed.articles()
    assert found.stories() == undisturbed.stories()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, clean_environment: Mapping[str, str]) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("crashes")
    with Newsroom() as newsroom:
        newsroom.write_sources(folder / "sources.toml")
        text = (folder / "sources.toml").read_text(encoding="utf-8")
        (folder / "sources.toml").write_text(re.sub(r"(?m)^delay_s = .*\n", "", text), encoding="utf-8")
        yield Scene(
            folder=folder,
            environment={
                **clean_environment,
                "WIRECOPY_SOURCES": str(folder / "sources.toml"),
                "WIRECOPY_LOOPBACK": newsroom.loopback,
                "WIRECOPY_DELAY_S": "0",
                "WIRECOPY_WORKER_COUNT": "1",  # starting one costs more than all it reads here
            },
        )


@pytest.fixture(scope="module")
def undisturbed(scene: Scene) -> Kept:
    """What one run without any kill leaves."""
    answer = scene.run("undisturbed")
    assert answer.returncode == 0, answer.stderr
    kept = read_store(scene.url("undisturbed"))
    assert kept.states()
    return kept


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def test_killed_at_one_boundary_after_the_other_nothing_is_lost(request, scene, undisturbed, kind):
    store = scene.url(kind) if kind == "sqlite" else request.getfixturevalue("elasticsearch_store_url")
    (scene.folder / kind).mkdir()
    first_seen: dict[UrlKey, object] = {}
    for place in _BOUNDARIES:
        answer = scene.run(kind, store, kill_after=place)
        assert answer.returncode == -signal.SIGKILL, f"{place} was never reached: {answer.stdout} {answer.stderr}"
        left = read_store(store)
        assert left.discovered == len(left.rows), place
        for key, row in left.rows.items():
            assert first_seen.setdefault(key, row.first_seen_at) == row.first_seen_at

    answer = scene.run(kind, store)
    assert answer.returncode == 0, answer.stderr
    finished = read_store(store)
    assert_same(finished, undisturbed)
    assert {page.url for page in scan(scene.folder / kind / "archive")} >= {
        row.url for row in finished.rows.values() if row.archive_ref
    }

    answer = scene.run(kind, store)
    assert answer.returncode == 0, answer.stderr
    assert read_store(store) == finished


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def test_a_replay_killed_at_one_boundary_after_the_other_rebuilds_the_same(request, scene, undisturbed, kind):
    """The archive of a run into a store that is empty."""
    if kind == "sqlite":
        store = f"sqlite:{scene.folder / 'replayed.sqlite'}"
    else:
        store = f"{request.getfixturevalue('elasticsearch_store_url')}replayed"
    for place in _REPLAY_BOUNDARIES:
        answer = scene.run("undisturbed", store, kill_after=place, command="replay")
        assert answer.returncode == -signal.SIGKILL, f"{place} was never reached: {answer.stdout} {answer.stderr}"
        left = read_store(store)
        assert left.discovered == len(left.rows), place
        assert {(key, row.first_seen_at) for key, row in left.rows.items()} <= {
            (key, row.first_seen_at) for key, row in undisturbed.rows.items()
        }
    answer = scene.run("undisturbed", store, command="replay")
    assert answer.returncode == 0, answer.stderr
    rebuilt = read_store(store)
    assert_same(rebuilt, undisturbed)
    for name, document in undisturbed.documents.items():
        assert replace(rebuilt.documents[name], indexed_at=document.indexed_at) == document


@pytest.mark.parametrize("command", ["run", "replay"])
def test_killed_at_any_moment_nothing_is_lost(scene, undisturbed, command):
    moments = random.Random(7)
    data = "moments" if command == "run" else "undisturbed"
    store = "" if command == "run" else f"sqlite:{scene.folder / 'moments.sqlite'}"
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-m", "wirecopy", command],
            env=scene.settings(data, store),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as run:
            try:
                run.communicate(timeout=moments.uniform(0.5, 3))
            except subprocess.TimeoutExpired:
                os.kill(run.pid, signal.SIGKILL)
                run.communicate()
    answer = scene.run(data, store, command=command)
    if "holds the lock" in answer.stderr:  # killed while it linked: its lock has minutes to go, and nobody else writes here
        opened = open_store(store or scene.url(data))
        with opened._database.write() as connection:
            connection.execute("DELETE FROM writer_lock")
        opened.close()
        answer = scene.run(data, store, command=command)
    assert answer.returncode == 0, answer.stderr
    assert_same(read_store(store or scene.url(data)), undisturbed)
    assert len(list(scan(scene.folder / data / "archive"))) >= len(undisturbed.documents)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_told_to_end_gives_the_lock_back(scene, tmp_path, number):
    """What it had read stays; the next run needs not wait for the lock to run out."""
    hold = (
        "import signal, sys, time\nfrom wirecopy.steps import link\nfrom wirecopy.cli import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # whoever runs the tests in the background has it ignored
        "def wait(*args, **others):\n    print('linking', file=sys.stderr, flush=True)\n    time.sleep(30)\n"
        "link.link_articles = wait\nmain(['run'])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold],
        env=scene.settings(str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        while "linking" not in run.stderr.readline():
            assert run.poll() is None
        run.send_signal(number)
        _, remarks = run.communicate(timeout=20)
    assert run.returncode == 1
    assert remarks.strip() == "wirecopy: interrupted"

    store = open_store(scene.url(str(tmp_path)))
    with store._database.read() as connection:
        assert connection.execute("SELECT owner FROM writer_lock").fetchone() is None
    assert store.inbox.count() == store.ledger.counts()[State.EXTRACTED] > 0
    store.close()


def test_two_runs_at_once_leave_no_row_behind(scene, undisturbed, tmp_path, monkeypatch):
    """The second run links articles after the first put them into the inbox and before it says so in the ledger."""
    for name, value in scene.settings(str(tmp_path)).items():
        if name.startswith("WIRECOPY_"):
            monkeypatch.setenv(name, value)
    settings = load_settings()
    outlets = load_sources(settings.sources)
    with open_pipeline(settings, outlets) as first, open_pipeline(settings, outlets) as second:
        put = first.store.inbox.put

        def put_and_be_overtaken(articles):
            refused = put(articles)
            second.link()
            return refused

        monkeypatch.setattr(first.store.inbox, "put", put_and_be_overtaken)
        first.run_round()
        monkeypatch.undo()
        second.run_round()
    found = read_store(scene.url(str(tmp_path)))
    assert found.states() == undisturbed.states()
    assert set(found.articles()) == set(undisturbed.articles())
