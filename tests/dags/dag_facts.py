"""Prints what the DAGs are, and what reading their files does, as JSON: a child of test_dag_structure.py."""

import json
import sys
import time
from pathlib import Path

DAGS = Path(__file__).parents[2] / "dags"
_EFFECTS = ("socket.connect", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen", "os.mkdir", "os.remove", "os.rename")


def watch_effects():
    """A list that fills with what reaches out of the process, or writes, from now on."""
    effects = []

    def hook(event, arguments):
        is_written = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
        if is_written or event in _EFFECTS:
            effects.append(f"{event} {arguments[0]!r}")

    sys.addaudithook(hook)
    return effects


def describe(dag):
    return {
        "schedule": dag.schedule if isinstance(dag.schedule, str | None) else [asset.name for asset in dag.schedule],
        "params": dag.params.dump(),
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "dagrun_timeout_s": dag.dagrun_timeout and dag.dagrun_timeout.total_seconds(),
        "doc": dag.doc_md or "",
        "tags": sorted(dag.tags),
        "tasks": {task.task_id: describe_task(task) for task in dag.tasks},
    }


def describe_task(task):
    return {
        "owner": task.owner,
        "pool": task.pool,
        "retries": task.retries,
        "has_retry_policy": task.has_retry_policy,
        "timeout_s": task.execution_timeout and task.execution_timeout.total_seconds(),
        "trigger_rule": str(task.trigger_rule),
        "is_mapped": task.is_mapped,
        "outlets": [asset.name for asset in task.outlets],
        "upstream": sorted(task.upstream_task_ids),
    }


def main():
    from airflow.dag_processing.dagbag import BundleDagBag
    from airflow.serialization.serialized_objects import DagSerialization

    bag = BundleDagBag(dag_folder="/dev/null", bundle_path=DAGS, bundle_name="dags")
    sys.dont_write_bytecode = True  # the only thing a first import writes
    before = set(sys.modules)
    effects = watch_effects()
    started = time.process_time()
    files = {}
    for path in sorted(DAGS.glob("*.py")):
        files[path.name] = len(bag.process_file(str(path))) if path.name != "wirecopy_airflow.py" else 0
    cpu_s = time.process_time() - started
    happened = list(effects)
    collected = BundleDagBag(dag_folder=str(DAGS), bundle_path=DAGS, bundle_name="dags")
    facts = {
        "import_errors": collected.import_errors,
        "files_read": sorted({Path(dag.fileloc).name for dag in collected.dags.values()}),
        "dags": {dag.dag_id: describe(dag) for dag in collected.dags.values()},
        "serialized_twice_alike": all(
            DagSerialization.serialize_dag(dag) == DagSerialization.serialize_dag(bag.dags[dag_id])
            for dag_id, dag in collected.dags.items()
        ),
        "cpu_s": cpu_s,
        "modules": sorted(name.partition(".")[0] for name in set(sys.modules) - before),
        "wirecopy_modules": sorted(name for name in set(sys.modules) - before if name.startswith("wirecopy.")),
        "effects": happened,
    }
    sys.stdout.write(json.dumps(facts, default=str))


main()
