"""A store URL is read whole or refused with what to write instead; its password is never shown."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wirecopy.errors import ConfigError, PermanentError, StoreUnavailable
from wirecopy.store.elasticsearch.client import Address, describe_error, explain_status, raise_failed


def test_all_parts_are_read():
    address = Address.parse("https://ed%40desk:p%2Fw@es.example:9243/newsroom-1/")

    assert address == Address(node="https://es.example:9243", prefix="newsroom-1", user="ed@desk", password="p/w")
    assert address.shown == "https://es.example:9243/newsroom-1"


def test_what_may_be_left_out():
    assert Address.parse("http://localhost:9200") == Address(node="http://localhost:9200", prefix="wirecopy")
    assert Address.parse("http://[::1]:9200/x").node == "http://[::1]:9200"


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("http://u:geheim@localhost", "names no port; write http://localhost:9200"),
        ("http://u:geheim@localhost:9200/Upper", "the prefix 'Upper' must be"),
        ("http://u:geheim@localhost:9200/a/b", "the prefix 'a/b' must be"),
        ("http://u:geheim@localhost:9200/-a", "the prefix '-a' must be"),
        (f"http://u:geheim@localhost:9200/{'a' * 101}", "at most 100"),
        ("http://u:geheim@localhost:9200/a?b=c", "has a query"),
        ("http://u:geheim@localhost:99999/a", "cannot be read"),
        ("http://u:geheim@:9200", "is no address"),
        ("ftp://u:geheim@localhost:9200", "is no address"),
        ("http://u:geheim@[::1:9200", "cannot be read"),
    ],
)
def test_another_form_is_refused(url, hint):
    with pytest.raises(ConfigError) as refused:
        Address.parse(url)

    assert hint in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_the_password_is_not_printed():
    address = Address.parse("http://ed:geheim@localhost:9200")

    assert "geheim" not in repr(address)
    assert "geheim" not in address.shown


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {
                "error": {
                    "type": "search_phase_execution_exception",
                    "reason": "all shards failed",
                    "root_cause": [{"type": "x", "reason": "too many clauses"}],
                    "failed_shards": [{"reason": {"type": "x", "reason": "too many clauses"}}],
                },
                "status": 400,
            },
            "all shards failed; too many clauses",
        ),
        (
            {"type": "document_parsing_exception", "reason": "cannot parse", "caused_by": {"reason": "bad date"}},
            "cannot parse; bad date",
        ),
        ({"type": "mystery"}, "mystery"),
        ({"error": "no handler found"}, "no handler found"),
        ("<html>\nsorry", "<html>"),
        ("", "no reason given"),
        (None, "None"),
    ],
)
def test_what_the_server_said_in_one_line(body, said):
    assert describe_error(body) == said


@pytest.mark.parametrize(
    ("kind", "error"),
    [("no_shard_available_action_exception", StoreUnavailable), ("index_not_found_exception", PermanentError)],
)
def test_a_shard_that_is_not_there_yet_is_no_lost_index(kind, error):
    connection = SimpleNamespace(address=SimpleNamespace(shown="http://es:9200/x"))

    with pytest.raises(error, match=r"the reason"):
        raise_failed(connection, {"_id": "a", "error": {"type": kind, "reason": "the reason"}})


@pytest.mark.parametrize(
    ("status", "name"),
    [(429, "StoreUnavailable"), (503, "StoreUnavailable"), (401, "ConfigError"), (403, "ConfigError"), (404, "PermanentError")],
)
def test_a_status_says_whether_waiting_helps(status, name):
    error = explain_status("http://es:9200/x", status, "the reason")

    assert type(error).__name__ == name
    assert "the reason" in str(error)
    assert str(error).startswith("http://es:9200/x: ")
