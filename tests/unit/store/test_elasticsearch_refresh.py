"""What was written is refreshed before it is looked for, once, whichever thread looks."""

from __future__ import annotations

import pytest

from wirecopy.store.elasticsearch.client import Address, Connection


@pytest.fixture
def connection():
    connection = Connection(Address.parse("http://127.0.0.1:9200/x"), timeout_s=1)
    yield connection
    connection.es.close()


@pytest.fixture
def refreshed(connection, monkeypatch):
    calls = []
    monkeypatch.setattr(connection, "call", lambda method, **arguments: calls.append(arguments["index"]))
    return calls


def test_only_what_was_written_and_only_once(connection, refreshed):
    connection.settle()
    connection.mark({"x-ledger", "x-articles-2026.10", "x-articles-2026.11"})
    connection.settle("x-feeds")
    connection.settle("x-articles")
    connection.settle("x-articles")
    connection.settle()
    connection.settle()

    assert refreshed == [["x-articles-2026.10", "x-articles-2026.11"], ["x-ledger"]]


def test_what_is_written_during_a_refresh_is_refreshed_again(connection, monkeypatch):
    calls = []

    def refresh(method, **arguments):
        calls.append(arguments["index"])
        if len(calls) == 1:
            connection.mark({"x-ledger"})

    monkeypatch.setattr(connection, "call", refresh)
    connection.mark({"x-ledger", "x-feeds"})
    connection.settle()
    connection.settle()
    connection.settle()

    assert calls == [["x-feeds", "x-ledger"], ["x-ledger"]]


def test_a_refresh_that_failed_is_done_again(connection, monkeypatch):
    def fail(method, **arguments):
        raise TimeoutError

    connection.mark({"x-ledger"})
    monkeypatch.setattr(connection, "call", fail)
    with pytest.raises(TimeoutError):
        connection.settle()
    calls = []
    monkeypatch.setattr(connection, "call", lambda method, **arguments: calls.append(arguments["index"]))
    connection.settle()

    assert calls == [["x-ledger"]]
