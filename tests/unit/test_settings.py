import re
from pathlib import Path

import pytest

from wirecopy.errors import ConfigError
from wirecopy.settings import LoopbackRule, Settings, load_settings

DOC = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented_with_its_default():
    rows = dict(re.findall(r"^\| `WIRECOPY_(\w+)` \| `?([^|`]*)`? \|", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE))
    documented = {name.lower(): default for name, default in rows.items()}
    assert set(documented) == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        if name != "user_agent":  # it carries the version
            shown = "" if field.default in ("", ()) else str(field.default)
            assert documented[name] == shown, name


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("courier.test:80=127.0.0.1:8123", ("courier.test", 80, "127.0.0.1", 8123)),
        ("Courier.TEST:443=[::1]:9", ("courier.test", 443, "::1", 9)),
        ("localhost:8000", ("localhost", 8000, "127.0.0.1", 8000)),
        ("127.0.0.1:8000", ("127.0.0.1", 8000, "127.0.0.1", 8000)),
    ],
)
def test_loopback_rules(text, rule):
    read = LoopbackRule.parse(text)
    assert (read.host, read.port, read.address, read.dial_port) == rule


@pytest.mark.parametrize(
    "text", ["courier.test", "courier.test:80=10.0.0.1:80", "courier.test:80", "a b:80", "x:80=127.0.0.1", "*"]
)
def test_a_loopback_rule_cannot_open_anything_else(text):
    with pytest.raises(ValueError, match=r"loopback|HOST:PORT"):
        LoopbackRule.parse(text)


def test_the_environment_is_read_and_the_command_line_wins(monkeypatch):
    monkeypatch.setenv("WIRECOPY_LOOPBACK", "a.test:80=127.0.0.1:1, b.test:80=127.0.0.1:2")
    monkeypatch.setenv("WIRECOPY_STORE", "http://127.0.0.1:9200")
    settings = load_settings(store="sqlite:x.db", data=None)
    assert [rule.host for rule in settings.loopback] == ["a.test", "b.test"]
    assert settings.store_url == "sqlite:x.db"


def test_the_default_store_is_a_file_in_the_data_folder(monkeypatch):
    monkeypatch.delenv("WIRECOPY_STORE", raising=False)
    assert load_settings(data="news").store_url == "sqlite:news/wirecopy.sqlite"


@pytest.mark.parametrize(
    ("name", "value"), [("DELAY_S", "-1"), ("LOOPBACK", "evil.example:80=8.8.8.8:80"), ("CONCURRENCY", "many")]
)
def test_a_bad_value_names_its_setting(monkeypatch, name, value):
    monkeypatch.setenv(f"WIRECOPY_{name}", value)
    with pytest.raises(ConfigError, match=f"WIRECOPY_{name}"):
        load_settings()
