"""The layers hold: a library is imported only in the room that owns it, and the inner rooms know nothing of the outer ones."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "include" / "wirecopy"

# library -> the files (or folders, with a slash) that may import it
OWNERS = {
    "airflow": (),
    "fastapi": ("web/",),
    "starlette": ("web/",),
    "jinja2": ("web/", "demo/"),
    "uvicorn": ("cli/web.py",),
    "aiohttp": ("fetch/",),
    "trafilatura": ("extract/",),
    "chardet": ("extract/page/charset.py",),
    "elasticsearch": ("store/elasticsearch/",),
    "elastic_transport": ("store/elasticsearch/",),
    "sqlite3": ("store/sqlite/", "cli/link.py"),  # the latter keeps a corpus's own ids in a scratch table, for a million lines
    "feedparser": ("feeds/",),
    "langdetect": ("language/",),
    "pycld2": ("language/",),
    "py3langid": ("language/",),
    "warcio": ("archive.py", "archive/"),
    "isal": ("archive/",),
    "protego": ("fetch/",),
    "tldextract": ("urls/", "urls.py"),
    "click": ("cli/", "demo/"),
    "rich": ("cli/", "demo/"),
    "pydantic": ("settings.py", "sources.py", "sources/", "web/"),
    "pydantic_settings": ("settings.py",),
}

# Rooms that decide and never do: no I/O in them, so they import none of these.
PURE = (
    "models/",
    "outcomes.py",
    "errors.py",
    "identity.py",
    "verdict.py",
    "revisit.py",
    "outage.py",
    "feeds/schedule.py",
    "feeds/websub.py",
    "feeds/link_header.py",
    "urls/",
    "linking/",
)
EFFECTS = {"socket", "subprocess", "urllib.request", "http.client", "asyncio", "requests", "httpx"}

# A room does not know the rooms after it.
FORBIDDEN = {
    "store/": ("wirecopy.pipeline", "wirecopy.steps", "wirecopy.cli", "wirecopy.web", "wirecopy.fetch", "wirecopy.linking"),
    "linking/": ("wirecopy.store.sqlite", "wirecopy.store.elasticsearch", "wirecopy.pipeline", "wirecopy.cli"),
    "search/": ("wirecopy.store.sqlite", "wirecopy.store.elasticsearch", "wirecopy.cli", "wirecopy.web"),
    "feeds/": ("wirecopy.store", "wirecopy.fetch", "wirecopy.pipeline", "wirecopy.cli"),
    "fetch/": ("wirecopy.store", "wirecopy.feeds", "wirecopy.pipeline", "wirecopy.cli"),
    "extract/": ("wirecopy.store", "wirecopy.fetch", "wirecopy.pipeline", "wirecopy.cli"),
    "web/": ("wirecopy.cli", "wirecopy.pipeline", "wirecopy.steps"),
}


def _modules():
    return sorted(path for path in PACKAGE.rglob("*.py"))


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _is_in(name, rooms):
    return any(name == room or (room.endswith("/") and name.startswith(room)) for room in rooms)


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_stay_in_their_rooms(path):
    name = str(path.relative_to(PACKAGE))
    for module in _imports(path):
        root = module.partition(".")[0]
        if root in OWNERS:
            assert _is_in(name, OWNERS[root]), f"{name} imports {module}, which belongs to {OWNERS[root] or 'no room'}"
        if _is_in(name, PURE):
            assert module not in EFFECTS, f"{name} decides and must not import {module}"
        for room, outer in FORBIDDEN.items():
            if name.startswith(room):
                assert not module.startswith(outer), f"{name} must not know {module}"


def test_every_owned_library_is_used_where_it_belongs():
    used = {module.partition(".")[0] for path in _modules() for module in _imports(path)}
    assert set(OWNERS) - {"airflow", "starlette", "elastic_transport", "jinja2"} <= used


def test_modules_stay_readable():
    long = {str(path.relative_to(PACKAGE)): lines for path in _modules() if (lines := len(path.read_text().splitlines())) > 400}
    assert long == {}, "over 400 lines: which room is missing?"
