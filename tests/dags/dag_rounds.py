"""Runs the DAGs in this process over the demo newsroom and prints what came of each run, as JSON: a child of test_dag_rounds.py.

Usage: dag_rounds.py SCENARIO FOLDER, with SCENARIO one of those below. The store is what the environment says.
"""

import json
import os
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from wirecopy.demo.newsroom import Newsroom
from wirecopy.errors import PermanentError

DAGS = Path(__file__).parents[2] / "dags"


class Rounds:
    def __init__(self, folder, newsroom):
        from airflow.dag_processing.dagbag import BundleDagBag

        self._dags = BundleDagBag(dag_folder=str(DAGS), bundle_path=DAGS, bundle_name="dags-folder").dags
        self._newsroom = newsroom
        self.runs = []
        newsroom.write_sources(folder / "sources.toml")
        os.environ["WIRECOPY_SOURCES"] = str(folder / "sources.toml")
        os.environ["WIRECOPY_LOOPBACK"] = newsroom.loopback
        os.environ["WIRECOPY_DATA"] = str(folder / "data")
        os.environ["WIRECOPY_POLL_MAX_INTERVAL_S"] = "0.001"  # whatever a feed's habits are, it is due again
        os.environ["WIRECOPY_DELAY_S"] = "0.02"

    def run(self, name, **params):
        """One run of a DAG, as one that an asset or a click starts: without a logical date."""
        requests = len(self._newsroom.requests)
        run = self._dags[name].test(logical_date=None, run_after=datetime.now(UTC), run_conf=params or None)
        tasks = defaultdict(list)
        for instance in run.get_task_instances():
            tasks[instance.task_id].append(str(instance.state))
        self.runs.append(
            {
                "dag": name,
                "state": str(run.state),
                "tasks": tasks,
                "events": asset_events(run.run_id),
                "requests": len(self._newsroom.requests) - requests,
                "store": look_into_store(),
            }
        )


def asset_events(run_id):
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        events = session.scalars(select(AssetEvent).where(AssetEvent.source_run_id == run_id)).all()
        return [{"asset": event.asset.name, "extra": event.extra} for event in events]


def look_into_store():
    sys.path.append(str(DAGS))
    import wirecopy_airflow

    with wirecopy_airflow.connected_pipeline() as pipeline:
        store = pipeline.store
        return {
            "documents": store.documents.count(),
            "stories": store.documents.search(None, _no_filters()).stories,
            "inbox": store.inbox.count(),
            "discovered": store.ledger.discovered(),
            "states": {state.value: number for state, number in store.ledger.counts().items() if number},
        }


def _no_filters():
    from wirecopy.store.ports import SearchFilters

    return SearchFilters()


def two_rounds(rounds):
    """Everything works; the second round finds nothing new; at last no feed is due."""
    for _ in range(2):
        rounds.run("poll_feeds")
        rounds.run("collect_articles")
    del os.environ["WIRECOPY_POLL_MAX_INTERVAL_S"]
    rounds.run("poll_feeds")
    rounds.run("poll_feeds")


def failures(rounds):
    """A batch of pages fails, then the linking; what was collected is indexed all the same, late or not."""
    from wirecopy.pipeline import Pipeline

    due, collect = Pipeline.due_page_batches, Pipeline.collect
    first = []

    def small_batches(pipeline, **limits):
        assert pipeline._context.sources, "how many pages a site's delay allows is known only with the sources"
        return due(pipeline, **limits | {"batch_size": min(limits.get("batch_size", 20), 20)})

    def fail_first(pipeline, keys):
        first.append(keys)
        if first[0] == keys:
            raise PermanentError("this batch", "fails for the test")
        return collect(pipeline, keys)

    def fail(_pipeline):
        raise PermanentError("linking", "fails for the test")

    rounds.run("poll_feeds")
    with patch.object(Pipeline, "due_page_batches", small_batches):
        with patch.object(Pipeline, "collect", fail_first), patch.object(Pipeline, "link", fail):
            rounds.run("collect_articles")
        with patch.object(Pipeline, "collect", fail_first):
            first.clear()
            rounds.run("collect_articles")
    rounds.run("poll_feeds")
    rounds.run("collect_articles")


def replays(rounds):
    """A collection; a replay over it; then the store is lost, a slip in a parameter, one source, and all of the archive."""
    rounds.run("poll_feeds")
    rounds.run("collect_articles")
    rounds.run("replay_archive")
    for path in Path(os.environ["WIRECOPY_DATA"]).glob("wirecopy.sqlite*"):
        path.unlink()
    rounds.run("replay_archive", since="the day before")
    rounds.run("replay_archive", since=None, source="lodestar")  # `dag.test` keeps the params of the run before
    rounds.run("replay_archive", since="2026-01-01", source=None)


def main():
    scenario, folder = sys.argv[1], Path(sys.argv[2])
    with Newsroom() as newsroom:
        rounds = Rounds(folder, newsroom)
        {"two_rounds": two_rounds, "failures": failures, "replays": replays}[scenario](rounds)
    sys.stdout.write(json.dumps(rounds.runs))


main()
