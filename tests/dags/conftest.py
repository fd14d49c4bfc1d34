"""Airflow is run in processes of its own: it configures itself at import, and warns where our tests allow no warning."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    lacking = importlib.util.find_spec("airflow") is None and not os.environ.get("CI")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.airflow)
            if lacking:
                item.add_marker(pytest.mark.skip(reason="Apache Airflow is not installed: pip install '.[airflow]'"))


def _environment(home):
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "WIRECOPY_", "PYTHONDONTWRITEBYTECODE"))
    }
    return kept | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


@pytest.fixture(scope="session")
def bare_airflow_env(tmp_path_factory):
    """The environment of an Airflow without a database, and without settings of ours."""
    return _environment(tmp_path_factory.mktemp("airflow-bare"))


@pytest.fixture(scope="session")
def run_child():
    """Runs a script of this folder and gives what it prints as its last line, read as JSON."""

    def run(script, *arguments, env, timeout_s=120):
        command = [sys.executable, HERE / script, *arguments]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=timeout_s, check=False)
        assert done.returncode == 0, f"{script} failed:\n{done.stdout[-8000:]}\n{done.stderr[-8000:]}"
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.fixture(scope="session")
def migrated_home(tmp_path_factory):
    """An Airflow home with its database; copy it before use."""
    home = tmp_path_factory.mktemp("airflow-migrated")
    done = subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"],
        env=_environment(home),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return home


@pytest.fixture
def airflow_env(migrated_home, tmp_path):
    """The environment of a fresh, migrated Airflow."""
    home = tmp_path / "airflow"
    shutil.copytree(migrated_home, home)
    # The configuration file that the first start wrote names its own home.
    (home / "airflow.cfg").unlink(missing_ok=True)
    return _environment(home)
