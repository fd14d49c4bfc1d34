"""Asks `wirecopy_airflow` questions and prints its answers as JSON: a child of test_dag_shared.py."""

import json
import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "dags"))


def main():
    import wirecopy_airflow
    from airflow.sdk import Connection

    from wirecopy import errors

    questions = json.loads(sys.argv[1])
    answers = {"urls": [], "settings": {}, "decisions": {}}
    for fields in questions["connections"]:
        try:
            answers["urls"].append(wirecopy_airflow.store_url(Connection(conn_id="wirecopy_store", **fields)))
        except errors.ConfigError as error:
            answers["urls"].append(f"refused: {error}")
    os.environ["WIRECOPY_STORE"] = "sqlite:/from/the/environment.sqlite"
    answers["settings"]["without"] = wirecopy_airflow.connected_settings().store
    os.environ["AIRFLOW_CONN_WIRECOPY_STORE"] = json.dumps(questions["defined"])
    answers["settings"]["with"] = wirecopy_airflow.connected_settings().store
    answers["masked"] = masked(questions["logged"])
    for name in questions["errors"]:
        error = getattr(errors, name, None) or getattr(__builtins__, name)
        raised = error("thing", "message") if issubclass(error, errors.WirecopyError) else error("message")
        decision = wirecopy_airflow.RETRIES.evaluate(raised, try_number=1, max_tries=2)
        answers["decisions"][name] = [decision.action.value, decision.retry_delay and decision.retry_delay.total_seconds()]
    answers["sums"] = wirecopy_airflow.add_counts([{"a": 1}, {"a": 2, "b": 0}])
    answers["no_sums"] = wirecopy_airflow.add_counts(None)
    sys.stdout.write(json.dumps(answers))


def masked(text):
    """What Airflow's masking makes of a text on its way to a log."""
    from airflow.sdk._shared.secrets_masker import redact

    return redact(text)


main()
