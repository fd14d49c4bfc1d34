"""How the adapter behaves when what answers is not an Elasticsearch that is well: fake servers on loopback."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from wirecopy.errors import ConfigError, LockHeld, PermanentError, StoreTooNew, StoreUnavailable
from wirecopy.models import LedgerRow, SourceId, UrlKey
from wirecopy.outcomes import State
from wirecopy.search.query import Term
from wirecopy.store.elasticsearch import ElasticsearchStore, bulk
from wirecopy.store.ports import SearchFilters

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
PRODUCT = {"X-Elastic-Product": "Elasticsearch"}


class FakeServer:
    """Answers each request by a function of (method, path, body lines) -> (status, JSON or text[, headers]) or a wait."""

    def __init__(self):
        self.requests = []
        self.hang = threading.Event()
        self.release = threading.Event()

    def answer(self, method, path, lines):
        if method == "GET" and path == "/":
            return 200, {"version": {"number": "9.4.3"}, "tagline": "You Know, for Search"}
        if method == "GET":
            return 200, {}
        if method == "PUT" and path != "/_bulk":
            return 200, {"acknowledged": True}
        return self.other(method, path, lines)

    def other(self, method, path, lines):
        raise AssertionError(f"unexpected {method} {path}")


@contextmanager
def serving(fake):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self):
            raw = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            path = self.path.partition("?")[0]
            lines = [json.loads(line) for line in raw.splitlines() if line]
            fake.requests.append((self.command, path, lines, dict(self.headers)))
            if fake.hang.is_set():
                fake.release.wait(20)
                return
            status, body, *more = fake.answer(self.command, path, lines)
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in (more[0] if more else PRODUCT).items():
                self.send_header(name, value)
            self.send_header("content-type", "text/html" if isinstance(body, str) else "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _do  # noqa: N815 - the standard library's names

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        fake.release.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def opened(fake, **options):
    with serving(fake) as url:
        store = ElasticsearchStore(f"{url}/fake", **options)
        try:
            yield store
        finally:
            store._connection.es.close()


def _row(name="a"):
    return LedgerRow(
        key=UrlKey(f"1:{name}"),
        url=f"https://example.org/{name}",
        source_id=SourceId("courier"),
        feed_url="https://example.org/feed",
        state=State.PENDING,
        reason="a test",
        first_seen_at=NOON,
    )


def test_nothing_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        port = taken.getsockname()[1]
        with pytest.raises(StoreUnavailable, match=rf"http://127\.0\.0\.1:{port}/wirecopy: does not answer .*refused") as error:
            ElasticsearchStore(f"http://ed:geheim@127.0.0.1:{port}")

    assert "geheim" not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_server_that_never_answers_is_told_soon():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        start = time.monotonic()
        with pytest.raises(StoreUnavailable, match="does not answer in time"):
            ElasticsearchStore(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.3)

    assert time.monotonic() - start < 3


def test_a_server_that_stops_answering_is_told_by_every_call():
    fake = FakeServer()
    with opened(fake, timeout_s=0.3) as store:
        fake.hang.set()
        calls = [
            lambda: store.ledger.get([UrlKey("1:a")]),
            lambda: store.ledger.discover([_row()]),
            store.ledger.counts,
            lambda: store.documents.search(Term(text="x"), SearchFilters()),
            lambda: next(store.documents.scan()),
            lambda: store.writer_lock("me", ttl=timedelta(minutes=1)).__enter__(),
            store.info,
        ]
        for call in calls:
            start = time.monotonic()
            with pytest.raises(StoreUnavailable, match="does not answer in time"):
                call()
            assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((200, {"version": {"number": "8.19.0"}}), "is Elasticsearch 8.19.0; Wirecopy needs 9.0 or newer"),
        ((200, {"version": {"number": "2.19.1", "distribution": "opensearch"}}, {}), "no Elasticsearch"),
        ((200, "<html>A router</html>", {}), "no Elasticsearch"),
        ((200, {"hello": "world"}), "no Elasticsearch"),
        ((404, "<html>Not here</html>", {}), "no Elasticsearch"),
        ((401, {"error": {"reason": "missing authentication credentials"}, "status": 401}), "refuses the credentials"),
    ],
)
def test_something_else_answers(answer, message):
    fake = FakeServer()
    fake.answer = lambda *_: answer
    with serving(fake) as url, pytest.raises(ConfigError, match=message) as error:
        ElasticsearchStore(url.replace("http://", "http://ed:geheim@"))

    assert "geheim" not in str(error.value)


def test_a_busy_server_is_told_as_unavailable():
    fake = FakeServer()
    fake.answer = lambda *_: (503, {"error": {"reason": "no master"}, "status": 503})
    with serving(fake) as url, pytest.raises(StoreUnavailable, match="503: no master"):
        ElasticsearchStore(url)


def test_credentials_are_sent():
    fake = FakeServer()
    with serving(fake) as url:
        ElasticsearchStore(url.replace("http://", "http://ed%40desk:p%2Fw@")).close()

    assert {headers["authorization"] for *_, headers in fake.requests} == {"Basic ZWRAZGVzazpwL3c="}


@pytest.mark.parametrize(
    ("meta", "error", "message"),
    [
        ({"wirecopy": {"schema": 99}}, StoreTooNew, "fake-ledger-v1 has schema 99.*upgrade Wirecopy"),
        ({}, ConfigError, "fake-ledger-v1 is not Wirecopy's; choose another prefix"),
    ],
)
def test_an_index_that_is_not_for_us(meta, error, message):
    class Fake(FakeServer):
        def answer(self, method, path, lines):
            if method == "GET" and path != "/":
                return 200, {"fake-ledger-v1": {"aliases": {"fake-ledger": {}}, "mappings": {"_meta": meta}}}
            return super().answer(method, path, lines)

    fake = Fake()
    with serving(fake) as url, pytest.raises(error, match=message):
        ElasticsearchStore(f"{url}/fake")
    assert not [path for method, path, *_ in fake.requests if method == "PUT"]


def test_an_index_that_another_process_made_meanwhile_is_used():
    class Fake(FakeServer):
        def answer(self, method, path, lines):
            if method == "PUT":
                return 400, {"error": {"type": "resource_already_exists_exception", "reason": "there"}, "status": 400}
            return super().answer(method, path, lines)

    with opened(Fake()):
        pass


def test_an_index_that_cannot_be_made():
    class Fake(FakeServer):
        def answer(self, method, path, lines):
            if method == "PUT":
                return 400, {"error": {"type": "validation_exception", "reason": "maximum shards open"}, "status": 400}
            return super().answer(method, path, lines)

    with serving(Fake()) as url, pytest.raises(PermanentError, match="maximum shards open"):
        ElasticsearchStore(url)


class BulkServer(FakeServer):
    """Answers bulk requests item by item."""

    def __init__(self, refuse):
        super().__init__()
        self.refuse = refuse
        self.sent = []

    def other(self, method, path, lines):
        assert path == "/_bulk"
        heads = [line for line in lines if next(iter(line)) in {"index", "create", "delete"}]
        ids = [next(iter(head.values()))["_id"] for head in heads]
        self.sent.append(ids)
        refused = self.refuse(len(self.sent), ids)
        if isinstance(refused, tuple):
            return refused
        items = []
        for head, item_id in zip(heads, ids, strict=True):
            status, reason = refused.get(item_id, (201, ""))
            item = {"_id": item_id, "status": status} | ({"error": {"reason": reason}} if reason else {})
            items.append({next(iter(head)): item})
        return 200, {"errors": bool(refused), "items": items}


def _write(store, ids):
    return bulk.write_all(
        store._connection, [bulk.Action(kind="index", alias="fake-ledger", id=item_id, body={"x": 1}) for item_id in ids]
    )


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(bulk, "_WAITS_S", (0.01, 0.01))


def test_busy_items_are_sent_again_and_only_they(impatient):
    fake = BulkServer(lambda attempt, ids: {"b": (429, "queue full")} if attempt < 3 else {})
    with opened(fake) as store:
        results = _write(store, "abc")

    assert [result.status for result in results] == [201, 201, 201]
    assert fake.sent == [["a", "b", "c"], ["b"], ["b"]]


def test_a_busy_server_is_asked_again_then_given_up(impatient):
    busy = (429, {"error": {"reason": "circuit breaker"}, "status": 429})
    fake = BulkServer(lambda attempt, ids: busy if attempt == 1 else {})
    with opened(fake) as store:
        assert all(result.is_done for result in _write(store, "ab"))
    fake = BulkServer(lambda attempt, ids: busy)
    with opened(fake) as store, pytest.raises(StoreUnavailable, match=r"overloaded.*circuit breaker"):
        _write(store, "ab")
    assert len(fake.sent) == 3


def test_items_that_stay_busy_are_no_fault_of_theirs(impatient):
    with (
        opened(BulkServer(lambda attempt, ids: {"a": (503, "no primary")})) as store,
        pytest.raises(StoreUnavailable, match="no primary"),
    ):
        _write(store, "ab")


def test_one_item_that_spoils_the_request_is_found_out():
    def refuse(attempt, ids):
        return (400, {"error": {"reason": "id is too long"}, "status": 400}) if "c" in ids else {}

    fake = BulkServer(refuse)
    with opened(fake) as store:
        results = _write(store, "abcde")

    assert [result.is_done for result in results] == [True, True, False, True, True]
    assert results[2].reason == "id is too long"
    assert sorted(item_id for ids in fake.sent if "c" not in ids for item_id in ids) == list("abde")


def test_chunks_are_bounded(monkeypatch):
    monkeypatch.setattr(bulk, "_CHUNK_ITEMS", 3)
    fake = BulkServer(lambda attempt, ids: {})
    with opened(fake) as store:
        _write(store, "abcdefg")
        monkeypatch.setattr(bulk, "_CHUNK_BYTES", 10)
        _write(store, "xy")

    assert fake.sent == [list("abc"), list("def"), ["g"], ["x"], ["y"]]


def test_a_refused_ledger_row_is_named():
    fake = BulkServer(lambda attempt, ids: {ids[0]: (400, "cannot parse")})
    with opened(fake) as store:
        with pytest.raises(PermanentError, match=r"https://example\.org/a: the store refused its ledger row: cannot parse"):
            store.ledger.discover([_row()])
        with pytest.raises(PermanentError, match="remove it from the inbox: cannot parse"):
            store.inbox.remove([UrlKey("1:a")])


class LockServer(FakeServer):
    """One lock document, whose answers to writes can be lost."""

    def __init__(self):
        super().__init__()
        self.doc = None
        self.seq = 0
        self.lose = False

    def answer(self, method, path, lines):
        if "/_doc/writer" in path or "/_create/writer" in path:
            return self.lock(method, lines)
        return super().answer(method, path, lines)

    def lock(self, method, lines):
        query = self.requests[-1]
        if method == "GET":
            if self.doc is None:
                return 404, {"found": False}
            return 200, {"found": True, "_source": self.doc, "_seq_no": self.seq, "_primary_term": 1}
        if method == "DELETE":
            self.doc = None
            return 200, {"result": "deleted"}
        assert query[0] in {"PUT", "POST"}
        if self.lose and self.doc is not None:  # the first try arrived
            return 409, {"error": {"type": "version_conflict_engine_exception", "reason": "exists"}, "status": 409}
        self.doc, self.seq = lines[0], self.seq + 1
        if self.lose:
            return 409, {"error": {"type": "version_conflict_engine_exception", "reason": "exists"}, "status": 409}
        return 200, {"_seq_no": self.seq, "_primary_term": 1}


def test_a_lock_whose_answer_was_lost_is_ours_all_the_same():
    fake = LockServer()
    fake.lose = True
    with opened(fake) as store, store.writer_lock("me", ttl=timedelta(minutes=1)) as lock:
        lock.renew()
        fake.doc = {"owner": "them", "token": "other", "expires_at": "2099-01-01T00:00:00.000+00:00"}
        with pytest.raises(LockHeld, match="them is writing and holds the lock until 2099"):
            lock.renew()


def test_a_lock_that_cannot_be_given_back_does_not_hide_the_error():
    fake = LockServer()

    def work(store):
        with store.writer_lock("me", ttl=timedelta(minutes=1)):
            fake.hang.set()
            raise ZeroDivisionError

    with opened(fake, timeout_s=0.3) as store, pytest.raises(ZeroDivisionError):
        work(store)
