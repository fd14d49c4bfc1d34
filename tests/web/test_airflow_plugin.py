"""The app as Airflow itself serves it: loaded as a plugin, closed to strangers on every address, open to a viewer."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("airflow") is None and not os.environ.get("CI"),
        reason="Apache Airflow is not installed: pip install '.[airflow]'",
    ),
]


@pytest.fixture
def answers(tmp_path: Path, news) -> dict[str, Any]:
    """What `plugin_answers.py` was told by an Airflow with a database of its own."""
    home = tmp_path / "airflow"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "WIRECOPY_"))}
    env = kept | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "WIRECOPY_STORE": news.address,
    }
    _run([sys.executable, "-m", "airflow", "db", "migrate"], env)
    return json.loads(_run([sys.executable, str(Path(__file__).with_name("plugin_answers.py"))], env).splitlines()[-1])


def _run(command: list[str], env: dict[str, str]) -> str:
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def test_airflow_serves_it_to_those_who_are_logged_in_and_to_nobody_else(answers: dict[str, Any]) -> None:
    assert answers["plugins"] == ["wirecopy"]
    assert answers["views"] == [{"name": "Wirecopy", "href": "wirecopy/", "destination": "nav", "nav_top_level": True}]
    assert set(answers["strangers"].values()) == {401}
    assert len(answers["strangers"]) == 70
    assert answers["browser"] == [303, "./../auth/login?next=%2Fwirecopy%2Fledger%3Fstate%3Dpending"]
    assert answers["login"] == 200
    assert answers["forged"] == 403
    assert answers["no role"] == [403, 403, False]
    assert answers["viewer"] == [200, 200, True]
    assert "2 stories, 4 articles" in answers["viewer words"]
    # Every Airflow process imports the plugin: nothing heavy may come with it, and no store may be touched.
    assert not {"elasticsearch", "trafilatura", "lxml", "feedparser", "langdetect", "uvicorn", "tldextract"} & set(
        answers["loaded"]
    )


def test_it_is_not_loaded_without_the_guard(tmp_path: Path) -> None:
    """Were Airflow's guard gone, there must be no app rather than an open one."""
    code = (
        "import sys\n"
        "sys.modules['airflow.api_fastapi.core_api.security'] = None\n"
        f"sys.path.insert(0, {str(ROOT / 'plugins')!r})\n"
        "import wirecopy_plugin\n"
    )
    env = dict(os.environ) | {"AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "airflow.api_fastapi.core_api.security" in done.stderr.splitlines()[-1]
