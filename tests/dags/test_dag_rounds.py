"""The DAGs run for real, task by task, over the demo newsroom and over both stores."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.slow


def check_two_rounds(runs):
    polled, collected, polled_again, collected_again, polled_last, not_due = runs

    assert polled["state"] == "success"
    assert polled["tasks"] == {"due": ["success"], "poll": ["success"], "announce": ["success"], "verdict": ["skipped"]}
    discovered = polled["store"]["discovered"]
    assert discovered > 50
    assert [event["asset"] for event in polled["events"]] == ["wirecopy.entries"]
    assert polled["events"][0]["extra"]["discovered"] == discovered

    assert collected["state"] == "success"
    assert collected["tasks"] == {"due": ["success"], "collect": ["success"], "link": ["success"], "verdict": ["skipped"]}
    store = collected["store"]
    assert sum(store["states"].values()) == store["discovered"] == discovered
    assert store["documents"] == store["states"]["indexed"] > store["stories"] > 10
    assert store["inbox"] == 0
    assert [event["asset"] for event in collected["events"]] == ["wirecopy.articles"]
    assert sum(collected["events"][0]["extra"].values()) == store["documents"]

    assert polled_again["requests"] > 0
    assert polled_again["store"]["discovered"] == discovered
    assert polled_again["events"] == []
    assert polled_again["tasks"]["announce"] == ["skipped"]
    assert polled_again["state"] == "success"
    assert collected_again["tasks"] == {"due": ["success"], "collect": ["skipped"], "link": ["skipped"], "verdict": ["skipped"]}
    assert collected_again["state"] == "success"
    assert collected_again["events"] == []
    assert collected_again["store"] == store

    assert polled_last["requests"] > 0
    assert not_due["requests"] == 0
    assert not_due["tasks"] == {"due": ["success"], "poll": ["skipped"], "announce": ["skipped"], "verdict": ["skipped"]}
    assert not_due["state"] == "success"


def test_two_rounds_over_sqlite(run_child, airflow_env, tmp_path):
    check_two_rounds(run_child("dag_rounds.py", "two_rounds", str(tmp_path), env=airflow_env))


@pytest.mark.elasticsearch
def test_two_rounds_over_elasticsearch_named_by_a_connection(run_child, airflow_env, tmp_path, elasticsearch_store_url):
    parts = urlsplit(elasticsearch_store_url)
    connection = {
        "conn_type": "elasticsearch",
        "host": parts.hostname,
        "port": parts.port,
        "schema": parts.scheme,
        "login": parts.username,
        "password": parts.password,
        "extra": {"prefix": parts.path.strip("/")},
    }
    env = airflow_env | {"AIRFLOW_CONN_WIRECOPY_STORE": json.dumps({k: v for k, v in connection.items() if v})}
    check_two_rounds(run_child("dag_rounds.py", "two_rounds", str(tmp_path), env=env))
    assert not list(tmp_path.glob("**/*.sqlite"))


def test_a_failed_batch_and_a_failed_link_lose_nothing_and_are_seen(run_child, airflow_env, tmp_path):
    runs = run_child("dag_rounds.py", "failures", str(tmp_path), env=airflow_env)
    polled, both_failed, batch_failed, polled_again, mended = runs
    discovered = polled["store"]["discovered"]

    assert both_failed["state"] == "failed"
    assert both_failed["tasks"]["collect"].count("failed") == 1
    assert both_failed["tasks"]["collect"].count("success") >= 2
    assert both_failed["tasks"]["link"] == ["failed"]
    assert both_failed["tasks"]["verdict"] == ["failed"]
    assert both_failed["store"]["documents"] == 0
    waiting = both_failed["store"]["inbox"]
    assert waiting > 0

    # The batch that fails now is another run's first: the pages that the last run's failed one left.
    assert batch_failed["state"] == "failed"
    assert batch_failed["tasks"]["collect"] == ["failed"]
    assert batch_failed["tasks"]["link"] == ["success"]
    assert batch_failed["store"]["inbox"] == 0
    # Which of two addresses stands for a page is decided with the texts, when they are linked.
    assert batch_failed["store"]["documents"] + batch_failed["store"]["states"].get("same_page", 0) == waiting
    left = batch_failed["store"]["states"]["pending"]
    assert left == both_failed["store"]["states"]["pending"] > 0

    # No new entry came, but pages are due: the announcement starts the collection all the same.
    assert polled_again["store"]["discovered"] == discovered
    assert polled_again["tasks"]["announce"] == ["success"]
    assert mended["state"] == "success"
    assert "pending" not in mended["store"]["states"]
    assert sum(mended["store"]["states"].values()) == discovered
    assert mended["store"]["documents"] > batch_failed["store"]["documents"]


def test_a_replay_changes_nothing_and_brings_back_a_store_that_was_lost(run_child, airflow_env, tmp_path):
    _, collected, replayed, slip, of_one_source, of_all = run_child("dag_rounds.py", "replays", str(tmp_path), env=airflow_env)
    assert replayed["tasks"] == {"replay": ["skipped"]}
    assert replayed["store"] == collected["store"]
    assert slip["state"] == "failed"
    assert slip["store"]["discovered"] == 0
    assert of_one_source["state"] == of_all["state"] == "success"
    assert 0 < of_one_source["store"]["documents"] < collected["store"]["documents"]
    assert of_all["store"] == collected["store"]
    assert [event["asset"] for event in of_all["events"]] == ["wirecopy.articles"]
    assert sum(run["requests"] for run in (replayed, slip, of_one_source, of_all)) == 0
