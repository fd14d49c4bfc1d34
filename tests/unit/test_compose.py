"""The form of docker-compose.yml and of what it is built from. No container engine is asked: the file itself is read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)([^}]*)\}")
LONG_RUNNING = {
    "postgres",
    "elasticsearch",
    "airflow-apiserver",
    "airflow-scheduler",
    "airflow-dag-processor",
    "airflow-triggerer",
}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(COMPOSE)


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


def example_lines():
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_these_services_are_there(services):
    assert services.keys() == LONG_RUNNING | {"airflow-init"}


def test_each_service_that_stays_says_how_it_is(services):
    assert {name for name, service in services.items() if service.get("healthcheck", {}).get("test")} == LONG_RUNNING
    assert all(services[name]["restart"] == "unless-stopped" for name in LONG_RUNNING)
    assert services["airflow-init"]["restart"] == "no"


def test_images_are_pinned(services):
    base = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    images = [service["image"] for service in services.values()] + base
    assert len(base) == 1
    assert all(re.search(r":\d+\.\d+", image) for image in images), images


def test_the_image_has_the_airflow_that_the_constraints_were_resolved_with(services):
    version = re.search(r"^apache-airflow==(\S+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE)[1]
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert f"FROM apache/airflow:{version}-python3.11" in dockerfile
    assert "--constraint constraints.txt" in dockerfile
    assert services["airflow-scheduler"]["image"].endswith(f":{version}")


def test_ports_are_bound_to_loopback(services):
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert len(ports) == 2
    assert all(str(port).startswith("127.0.0.1:") for port in ports)


def test_every_variable_is_in_the_example_and_must_be_set():
    used = dict(VARIABLE.findall(COMPOSE))
    assert used.keys() == example_lines().keys()
    assert all(rule.startswith(":?") for rule in used.values())


def test_no_secret_is_committed():
    secret = {name: value for name, value in example_lines().items() if re.search("PASSWORD|SECRET|KEY", name)}
    assert len(secret) == 6
    assert set(secret.values()) == {""}
    assert "/.env" in (ROOT / ".gitignore").read_text().splitlines()
    assert not re.search(r"(?i)(password|secret|key)[\w ]*: *[\w-]{6,}\s*$", COMPOSE, re.MULTILINE)


def test_all_of_airflow_shares_its_keys(services):
    shared = ("AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API__SECRET_KEY")
    parts = [service["environment"] for name, service in services.items() if name.startswith("airflow-")]
    assert len(parts) == 5
    for name in shared:
        assert len({part[name] for part in parts}) == 1


def test_elasticsearch_asks_for_a_password(services):
    environment = services["elasticsearch"]["environment"]
    assert environment["xpack.security.enabled"] == "true"
    assert "ELASTIC_PASSWORD" in environment
    assert "elastic:${ELASTIC_PASSWORD" in services["airflow-scheduler"]["environment"]["WIRECOPY_STORE"]


def test_what_must_last_lies_in_a_volume(compose, services):
    mounts = [volume for service in services.values() for volume in service["volumes"]]
    named = {mount.split(":")[0] for mount in mounts if isinstance(mount, str) and not mount.startswith(".")}
    assert named == set(compose["volumes"])
    targets = {mount.split(":")[1] for mount in services["airflow-scheduler"]["volumes"] if isinstance(mount, str)}
    assert targets >= {"/opt/airflow/dags", "/opt/airflow/plugins", "/opt/airflow/data", "/opt/airflow/logs"}
    assert services["airflow-scheduler"]["environment"]["WIRECOPY_DATA"] == "/opt/airflow/data"


def test_files_that_are_mounted_or_copied_exist():
    for name in ("dags/pools.json", "dags/poll_feeds.py", "pyproject.toml", "constraints.txt", "LICENSE", "include"):
        assert (ROOT / name).exists(), name
    copied = re.findall(r"^COPY --chown=\S+ (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {name for line in copied for name in line.split()} == let_in


def test_nothing_starts_before_the_database_and_the_pools_are_made(services):
    assert services["airflow-init"]["command"] == ["pools", "import", "/opt/airflow/dags/pools.json"]
    assert services["airflow-init"]["environment"]["_AIRFLOW_DB_MIGRATE"] == "true"
    json.loads((ROOT / "dags" / "pools.json").read_text())
    for name, service in services.items():
        if name.startswith("airflow-") and name != "airflow-init":
            assert service["depends_on"]["airflow-init"] == {"condition": "service_completed_successfully"}
            assert service["depends_on"]["postgres"] == {"condition": "service_healthy"}
