"""What the DAGs share: the store out of a connection, and which errors are tried again."""

from __future__ import annotations

import json

import pytest

HOST = {"conn_type": "elasticsearch", "host": "es.example", "port": 9200}
# (what the connection says, the store's URL or a piece of the refusal)
CONNECTIONS = [
    (HOST, "http://es.example:9200"),
    (HOST | {"schema": "https"}, "https://es.example:9200"),
    ({"conn_type": "http", "host": "es.example"}, "http://es.example:9200"),
    ({"conn_type": "https", "host": "es.example", "port": 443}, "https://es.example:443"),
    (HOST | {"login": "ana", "password": "p@ss/w:ord %é"}, "https://ana:p%40ss%2Fw%3Aord%20%25%C3%A9@es.example:9200"),
    (HOST | {"login": "ana", "password": "x", "schema": "http"}, "http://ana:x@es.example:9200"),
    (HOST | {"extra": json.dumps({"prefix": "news"})}, "http://es.example:9200/news"),
    (HOST | {"host": "::1"}, "http://[::1]:9200"),
    (HOST | {"host": "https://es.example"}, "refused: Airflow connection wirecopy_store: needs a bare host name"),
    (HOST | {"host": None}, "refused: Airflow connection wirecopy_store: needs a bare host name"),
    (HOST | {"schema": "news"}, "refused: Airflow connection wirecopy_store: has schema 'news'"),
    ({"conn_type": "postgres", "host": "db"}, "refused: Airflow connection wirecopy_store: has type 'postgres'"),
]
# error -> (decision, seconds to wait or None for the task's own delay)
DECISIONS = {
    "StoreUnavailable": ["retry", None],
    "RateLimited": ["retry", None],
    "LockHeld": ["retry", 60.0],
    "StoreTooNew": ["fail", None],
    "ConfigError": ["fail", None],
    "KeyError": ["default", None],
}
DEFINED = {"conn_type": "elasticsearch", "host": "es.example", "login": "ana", "password": "geheim/wort", "schema": "https"}


@pytest.fixture(scope="module")
def answers(bare_airflow_env, run_child):
    questions = {
        "connections": [fields for fields, _ in CONNECTIONS],
        "defined": DEFINED,
        "errors": list(DECISIONS),
        "logged": "opening https://ana:geheim%2Fwort@es.example:9200 with geheim/wort",
    }
    return run_child("shared_facts.py", json.dumps(questions), env=bare_airflow_env)


@pytest.mark.parametrize("number", range(len(CONNECTIONS)))
def test_a_connection_gives_the_store_or_says_what_is_wrong_with_it(answers, number):
    expected = CONNECTIONS[number][1]
    given = answers["urls"][number]
    assert given.startswith(expected) if expected.startswith("refused") else given == expected


def test_a_connection_that_is_defined_goes_before_the_environment(answers):
    assert answers["settings"] == {
        "without": "sqlite:/from/the/environment.sqlite",
        "with": "https://ana:geheim%2Fwort@es.example:9200",
    }


def test_the_password_is_masked_in_logs_in_both_its_forms(answers):
    assert answers["masked"] == "opening https://ana:***@es.example:9200 with ***"


def test_what_may_pass_is_tried_again_and_what_does_not_is_not(answers):
    assert answers["decisions"] == DECISIONS


def test_counts_of_batches_add_up(answers):
    assert answers["sums"] == {"a": 3, "b": 0}
    assert answers["no_sums"] == {}
