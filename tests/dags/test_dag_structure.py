"""What the DAGs are, read by a process of its own as Airflow's DAG processor reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

DAGS = Path(__file__).parents[2] / "dags"
TASKS = {
    "poll_feeds": {"due", "poll", "announce", "verdict"},
    "collect_articles": {"due", "collect", "link", "verdict"},
    "replay_archive": {"replay"},
}


@pytest.fixture(scope="module")
def facts(bare_airflow_env, run_child):
    return run_child("dag_facts.py", env=bare_airflow_env)


@pytest.fixture(params=sorted(TASKS))
def dag(request, facts):
    return facts["dags"][request.param]


def test_the_files_are_read_without_an_error_and_hold_these_dags(facts):
    assert facts["import_errors"] == {}
    assert {name: set(dag["tasks"]) for name, dag in facts["dags"].items()} == TASKS


def test_what_the_dags_share_is_not_read_as_a_dag_file(facts):
    assert facts["files_read"] == ["collect_articles.py", "poll_feeds.py", "replay_archive.py"]
    assert (DAGS / "wirecopy_airflow.py").exists()


def test_one_polls_by_the_clock_and_the_other_follows_its_asset(facts):
    assert facts["dags"]["poll_feeds"]["schedule"] == "*/10 * * * *"
    assert facts["dags"]["poll_feeds"]["tasks"]["announce"]["outlets"] == ["wirecopy.entries"]
    assert facts["dags"]["collect_articles"]["schedule"] == ["wirecopy.entries"]
    assert facts["dags"]["collect_articles"]["tasks"]["link"]["outlets"] == ["wirecopy.articles"]


def test_a_replay_is_started_by_hand_and_asks_what_to_replay(facts):
    dag = facts["dags"]["replay_archive"]
    assert dag["schedule"] is None
    assert dag["params"] == {"since": None, "until": None, "source": None}
    assert dag["tasks"]["replay"]["outlets"] == ["wirecopy.articles"]


def test_runs_neither_pile_up_nor_catch_up_nor_hang(dag):
    assert dag["catchup"] is False
    assert dag["max_active_runs"] == 1
    assert dag["dagrun_timeout_s"]


def test_a_run_outlasts_its_longest_task(dag):
    assert dag["dagrun_timeout_s"] > max(task["timeout_s"] for task in dag["tasks"].values())


def test_people_find_out_what_a_dag_does_and_whose_it_is(dag):
    assert len(dag["doc"]) > 200
    assert "wirecopy" in dag["tags"]
    assert {task["owner"] for task in dag["tasks"].values()} == {"wirecopy"}


def test_each_task_that_works_is_retried_by_the_kind_of_error_and_has_a_deadline(dag):
    working = [task for name, task in dag["tasks"].items() if name != "verdict"]
    assert all(task["retries"] == 2 and task["has_retry_policy"] and task["timeout_s"] for task in working)


def test_tasks_that_fetch_share_a_pool_and_the_writer_has_one_slot(facts):
    pools = json.loads((DAGS / "pools.json").read_text())
    used = {
        (name, task): facts["dags"][name]["tasks"][task]["pool"]
        for name, tasks in TASKS.items()
        for task in tasks
        if facts["dags"][name]["tasks"][task]["pool"] != "default_pool"
    }
    assert used == {
        ("poll_feeds", "poll"): "wirecopy_fetch",
        ("collect_articles", "collect"): "wirecopy_fetch",
        ("collect_articles", "link"): "wirecopy_link",
        ("replay_archive", "replay"): "wirecopy_link",
    }
    assert pools.keys() == set(used.values())
    assert pools["wirecopy_link"]["slots"] == 1


def test_a_failed_batch_stops_neither_the_link_nor_the_announcement_and_is_seen(facts):
    for name, last in (("poll_feeds", "announce"), ("collect_articles", "link")):
        tasks = facts["dags"][name]["tasks"]
        assert tasks[last]["trigger_rule"].endswith("ALL_DONE")
        assert tasks["verdict"]["trigger_rule"].endswith("ONE_FAILED")
        assert set(tasks["verdict"]["upstream"]) == set(tasks) - {"verdict"}


def test_work_is_mapped_over_batches(facts):
    mapped = {name for dag in facts["dags"].values() for name, task in dag["tasks"].items() if task["is_mapped"]}
    assert mapped == {"poll", "collect"}


def test_reading_the_files_is_cheap_and_reaches_out_to_nothing(facts):
    # 0.02 s of processor time when measured; every process of Airflow's reads them, again and again.
    assert facts["cpu_s"] < 0.5
    assert facts["effects"] == []
    heavy = {"aiohttp", "elasticsearch", "feedparser", "langdetect", "lxml", "pydantic_settings", "trafilatura", "warcio"}
    assert not heavy & set(facts["modules"])
    assert facts["wirecopy_modules"] == ["wirecopy.errors"]


def test_reading_a_file_twice_gives_the_same_dag(facts):
    assert facts["serialized_twice_alike"]


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_dag_file_stays_thin(name):
    assert len((DAGS / f"{name}.py").read_text().splitlines()) <= 60
