"""The SQLite file: who may open it, what it says when it cannot, and what survives."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wirecopy.errors import LockHeld, StoreTooNew, StoreUnavailable
from wirecopy.identity import article_id, version_id
from wirecopy.models import (
    CopyKind,
    Document,
    Fingerprints,
    LedgerRow,
    Link,
    SourceId,
    StagedArticle,
    StoryId,
    UrlKey,
)
from wirecopy.outcomes import State
from wirecopy.search.query import MAX_DEPTH, And, Field, Or, Term
from wirecopy.store import open_store
from wirecopy.store.ports import CandidateProbe, SearchFilters
from wirecopy.store.sqlite import SqliteStore, schema
from wirecopy.store.sqlite.keys import hash_key
from wirecopy.store.sqlite.schema import APPLICATION_ID, SCHEMA_VERSION

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)


def _row(name):
    return LedgerRow(
        key=UrlKey(name),
        url=f"https://example.org/{name}",
        source_id=SourceId("courier"),
        feed_url="https://example.org/feed",
        state=State.PENDING,
        reason="a test",
        first_seen_at=NOW,
    )


def _document(name, text="Some text.", keys=()):
    article = StagedArticle(
        key=UrlKey(name),
        url=f"https://example.org/{name}",
        source_id=SourceId("courier"),
        first_seen_at=NOW,
        fetched_at=NOW,
        title=f"Title of {name}",
        text=text,
    )
    return Document(
        id=article_id(article.key),
        version_id=version_id(article.key, text),
        article=article,
        fingerprints=Fingerprints(version=1, exact="0", tokens=2, keys=keys),
        link=Link(story_id=StoryId(article_id(article.key)), kind=CopyKind.ORIGIN, copy_of=None, score=None),
        indexed_at=NOW,
    )


def _read_all(path):
    store = SqliteStore(path)
    try:
        return list(store.documents.scan())
    finally:
        store.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.sqlite"


def test_a_new_file_is_marked_as_ours(path):
    store = SqliteStore(path)
    assert store.info().schema == SCHEMA_VERSION
    assert store.info().detail["journal"] == "wal"
    store.close()

    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    connection.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_newer_file_is_refused_and_left_as_it_is(path):
    SqliteStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(StoreTooNew, match=r"newer Wirecopy \(schema \d+, this one knows \d+\); upgrade Wirecopy"):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path):
    path.write_text("Not a database, but somebody's notes. " * 100)
    before = path.read_bytes()

    with pytest.raises(StoreUnavailable, match=r"store\.sqlite: is no SQLite database; name another file"):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_as_it_is(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (text)")
    connection.commit()
    connection.close()
    before = path.read_bytes()

    with pytest.raises(StoreUnavailable, match="another program's database"):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_store(path):
    path.touch()
    store = SqliteStore(path)
    assert store.documents.count() == 0
    store.close()


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StoreUnavailable, match=r"there is no folder .*nowhere; make it first"):
        SqliteStore(tmp_path / "nowhere" / "store.sqlite")


def test_a_folder_in_place_of_a_file_is_named(tmp_path):
    with pytest.raises(StoreUnavailable, match="does not answer: unable to open database file; check"):
        SqliteStore(tmp_path)


def test_a_file_that_stays_locked_is_named(path):
    store = SqliteStore(path, busy_timeout_s=0.2)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreUnavailable, match=r"locked for more than 0\.2 s; wait for that process"):
            store.ledger.discover([_row("a")])
        assert store.ledger.discovered() == 0
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert store.ledger.discover([_row("a")]) == 1
    store.close()


def test_a_closed_store_says_so(path):
    store = SqliteStore(path)
    store.close()
    store.close()

    with pytest.raises(StoreUnavailable, match="was closed"):
        store.ledger.discovered()


def test_a_damaged_file_is_an_error_of_ours(path):
    store = SqliteStore(path)
    store.documents.put([_document(f"d{number}", text="x" * 2000) for number in range(50)])
    store.close()
    with path.open("r+b") as file:
        size = path.stat().st_size
        file.seek(4096)
        file.write(os.urandom(size - 4096))

    with pytest.raises(StoreUnavailable, match="does not answer"):
        _read_all(path)


def test_a_store_in_memory_works_from_many_threads():
    store = open_store("sqlite::memory:")
    failed = []

    def work(number):
        try:
            for step in range(10):
                store.ledger.discover([_row(f"{number}-{step}")])
                store.documents.put([_document(f"{number}-{step}")])
                store.documents.search(Term(text="text"), SearchFilters())
        except Exception as error:  # noqa: BLE001 - shown below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert store.documents.count() == store.ledger.discovered() == 40
    with store.writer_lock("a", ttl=timedelta(minutes=1)), pytest.raises(LockHeld), store.writer_lock("b", ttl=timedelta(1)):
        pass
    store.close()


_WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from wirecopy.store.sqlite import SqliteStore, schema
from test_sqlite_store import _row
store = SqliteStore(Path(sys.argv[2]))
for step in range(30):
    store.ledger.discover([_row(f"{sys.argv[3]}-{step}"), _row(f"shared-{step}")])
store.close()
"""


def test_processes_that_open_and_write_a_new_file_at_once(path):
    folder = str(Path(__file__).parent)
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, folder, str(path), str(number)], stderr=subprocess.PIPE, text=True)
        for number in range(4)
    ]
    ends = [(writer.communicate(timeout=60)[1], writer.returncode) for writer in writers]

    assert ends == [("", 0)] * 4
    store = SqliteStore(path)
    assert store.ledger.discovered() == sum(store.ledger.counts().values()) == 150
    store.close()


_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from wirecopy.store.sqlite import SqliteStore, schema
from wirecopy.store.sqlite import documents
from test_sqlite_store import _document, _row
store = SqliteStore(Path(sys.argv[2]))
store.ledger.discover([_row("kept")])
store.documents.put([_document("kept")])
put, count = documents._put, 0
def put_and_die(*args):
    global count
    put(*args)
    count += 1
    if count == 5:
        os.kill(os.getpid(), signal.SIGKILL)
documents._put = put_and_die
store.documents.put([_document(f"lost-{number}") for number in range(10)])
"""


def test_a_process_killed_in_the_middle_of_a_batch_leaves_all_before_and_none_of_it(path):
    folder = str(Path(__file__).parent)
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED, folder, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == -9, ended.stderr

    store = SqliteStore(path)
    assert [document.article.key for document in store.documents.scan()] == ["kept"]
    assert store.ledger.discovered() == 1
    assert store.documents.search(Term(text="lost"), SearchFilters()).documents == 0
    assert store.documents.put([_document("lost-1")]) == ()
    store.close()


def test_an_old_story_id_leads_to_its_story(path):
    store = SqliteStore(path)
    store.documents.put([_document("a")])
    story = StoryId(article_id(UrlKey("a")))
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO story_aliases VALUES ('f00', ?)", (story,))
    connection.commit()
    connection.close()

    assert [document.article.key for document in store.documents.story(StoryId("f00"))] == ["a"]
    store.close()


def test_the_search_index_is_whole_after_many_replacements(path):
    store = SqliteStore(path)
    for round_number in range(4):
        store.documents.put([_document(f"d{number}", text=f"Zürich 北京 round{round_number} {number}") for number in range(30)])
        assert store.documents.search(Term(text=f"round{round_number}"), SearchFilters()).documents == 30
        if round_number:
            assert store.documents.search(Term(text=f"round{round_number - 1}"), SearchFilters()).documents == 0
    store.close()

    connection = sqlite3.connect(path)
    # raises where the index holds terms of rows that are gone
    connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT count(*) FROM search WHERE search MATCH 'round0'").fetchone() == (0,)
    connection.close()


def test_keys_are_found_wherever_they_lie(path, monkeypatch):
    monkeypatch.setattr("wirecopy.store.sqlite.keys._RECENT_ROWS", 10)
    store = SqliteStore(path)
    for number in range(8):
        store.documents.put([_document(f"d{number}", keys=("s:shared", *(f"s:{number}-{place}" for place in range(3))))])
    # one whose keys went to the big table long ago loses them, one whose keys are recent too
    store.documents.put([_document(f"d{number}", text="new", keys=("s:other",)) for number in (0, 7)])

    assert store.documents.key_frequencies(["s:shared", "s:other", "s:0-1", "s:3-1"]) == {
        "s:shared": 6,
        "s:other": 2,
        "s:0-1": 0,
        "s:3-1": 1,
    }
    probe = CandidateProbe(
        keys=("s:shared", "s:3-1", "s:6-2"), min_shared=2, since=NOW, until=NOW, exclude=article_id(UrlKey("d6"))
    )
    ((candidate,),) = store.documents.candidates([probe])
    assert (candidate.document.article.key, candidate.shared) == ("d3", 2)
    store.close()

    connection = sqlite3.connect(path)
    counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("document_keys", "recent_keys")]
    assert all(counts)
    connection.close()


def test_a_tree_as_deep_as_a_query_may_be_is_searched():
    store = SqliteStore(":memory:")
    store.documents.put([_document("a", text="A harbour."), _document("b", text="A strike.")])
    node = Term(text="harbour")
    for number in range(MAX_DEPTH):
        node = Or(parts=(And(parts=(node, Term(text="title"))), Term(text=f"x{number}")))

    page = store.documents.search(node, SearchFilters())
    assert [hit.document.article.key for hit in page.hits] == ["a"]
    store.close()


def test_keys_take_eight_bytes_and_stay_the_same():
    # Stored in files: another value would lose every candidate of an existing store.
    assert hash_key("s:0123456789abcdef") == -7157216786016293732
    assert all(-(2**63) <= hash_key(f"s:{number}") < 2**63 for number in range(1000))


def test_a_document_that_changes_only_its_link_keeps_its_keys_and_terms(path):
    store = SqliteStore(path)
    document = _document("a", keys=("s:1", "s:2"))
    store.documents.put([document])
    store.documents.put([replace(document, link=replace(document.link, kind=CopyKind.NEAR))])

    assert store.documents.key_frequencies(["s:1", "s:2"]) == {"s:1": 1, "s:2": 1}
    assert store.documents.search(Term(text="title"), SearchFilters()).documents == 1
    store.close()


def test_what_an_older_version_remembered_of_feeds_is_kept(tmp_path):
    path = tmp_path / "old.sqlite"
    connection = sqlite3.connect(path)
    for statements in schema._MIGRATIONS[:2]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 2")
    connection.execute(
        "INSERT INTO feeds (url, source_id, etag, next_poll_at, error_streak) VALUES (?, 'courier', ?, ?, 2)",
        ("https://courier.example/feed", json.dumps('W/"1"'), "2026-11-22T08:00:00Z"),
    )
    connection.commit()
    connection.close()

    store = SqliteStore(path)
    state = store.feeds.get(["https://courier.example/feed"])["https://courier.example/feed"]
    assert (state.etag, state.error_streak, state.penalty, state.days) == ('W/"1"', 2, 2.0, ())
    assert store.pauses.active(NOW) == ()
    store.close()


def test_articles_of_an_older_version_are_found_by_what_they_had(tmp_path, document_of):
    path = tmp_path / "old.sqlite"
    store = SqliteStore(path)
    store.documents.put([document_of("https://courier.example/old", title="Harbour", keywords=("port",))])
    store.close()
    connection = sqlite3.connect(path)  # as schema 3 had it
    for column in ("agency", "section", "keywords"):
        connection.execute(f"ALTER TABLE documents DROP COLUMN {column}")
    connection.execute("DROP TABLE site_memories")
    connection.execute("PRAGMA user_version = 3")
    connection.commit()
    connection.close()

    store = SqliteStore(path)
    store.documents.put([document_of("https://courier.example/new", title="Harbour", section="Ports", keywords=("Port",))])
    assert store.documents.search(Term(text="harbour"), SearchFilters()).documents == 2
    for field, value in ((Field.KEYWORD, "port"), (Field.SECTION, "ports")):
        page = store.documents.search(Term(text=value, field=field), SearchFilters())
        assert [hit.document.article.url for hit in page.hits] == ["https://courier.example/new"]
    store.close()
