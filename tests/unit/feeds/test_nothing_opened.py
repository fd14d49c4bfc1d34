"""Reading a feed opens no file and no connection, whatever its bytes say: an audit hook in a process of its own sees each."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

WATCH = r"""
import json, pathlib, sys, time
from wirecopy.errors import ContentError
from wirecopy.feeds.discover import find_feeds
from wirecopy.feeds.parse import read_feed

seen, watching = [], False
LIBRARIES = tuple({sys.prefix, sys.base_prefix, *(p for p in sys.path if p)})

def hook(event, arguments):
    if not watching:
        return
    if event == "open":
        path = str(arguments[0])
        # A codec is imported when it is first used, and so are chardet's models.
        if not (path.endswith((".py", ".pyc", ".so", ".bin")) and path.startswith(LIBRARIES)):
            seen.append(f"open {path}")
    elif event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "urllib.", "ctypes.dlopen")):
        seen.append(event)

# What is loaded once for all feeds: the list of public suffixes, and a library that asks whether there is IPv6.
find_feeds(b'<a href="https://x.example/rss.xml">RSS</a>', url="https://courier.example/")
sys.addaudithook(hook)
slowest, counts = 0.0, {"feeds": 0, "failures": 0}
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    body = path.read_bytes()
    watching, began = True, time.process_time()
    try:
        read_feed(body, url="https://courier.example/feed")
        counts["feeds"] += 1
    except ContentError as error:
        counts["failures"] += 1
        assert error.message
    find_feeds(body, url="https://courier.example/")
    watching, slowest = False, max(slowest, time.process_time() - began)
watching = True
try:
    open("/definitely/not/there")
except OSError:
    pass
watching = False
print(json.dumps({"seen": seen, "slowest": slowest, **counts}))
"""


def watch(folder: Path) -> dict[str, object]:
    done = subprocess.run([sys.executable, "-c", WATCH, str(folder)], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    result: dict[str, object] = json.loads(done.stdout)
    return result


def test_bodies_that_name_files_and_addresses_open_none(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    folder = tmp_path / "bodies"
    folder.mkdir()
    item = "<item><link>https://courier.example/1</link><title>&x;</title></item>"
    bodies = {
        "path": str(secret),
        "url": "http://127.0.0.1:9/feed",
        "file url": secret.as_uri(),
        "entity": f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss version="2.0"><channel>{item}</channel></rss>',
        "dtd": f'<!DOCTYPE rss SYSTEM "{secret.as_uri()}"><rss version="2.0"><channel>{item}</channel></rss>',
        "dtd of a sitemap": f'<!DOCTYPE urlset SYSTEM "{secret}"><urlset><url><loc>/a&x;</loc></url></urlset>',
        "parameter": f'<!DOCTYPE urlset [<!ENTITY % p SYSTEM "{secret}"> %p;]><urlset><url><loc>/a</loc></url></urlset>',
        "include": f'<urlset xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{secret}" parse="text"/></urlset>',
        "style": f'<?xml-stylesheet href="{secret}"?><rss version="2.0"><channel>{item}</channel></rss>',
        "schema": f'<urlset xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x {secret}"><url/></urlset>',
        "page": f'<!DOCTYPE html SYSTEM "{secret}"><html><link rel="alternate" type="application/rss+xml" href="{secret}"></html>',
        "json": json.dumps(
            {"version": "https://jsonfeed.org/version/1", "feed_url": secret.as_uri(), "items": [{"url": str(secret)}]}
        ),
    }
    for name, body in bodies.items():
        (folder / name).write_text(body)
    result = watch(folder)
    assert result["seen"] == ["open /definitely/not/there"]  # the hook sees what is opened
    assert result["feeds"] == 8


@pytest.mark.data
def test_real_feeds_open_nothing_and_take_no_time(test_data: Path) -> None:
    result = watch(test_data / "feeds")
    assert result["seen"] == ["open /definitely/not/there"]
    assert isinstance(result["slowest"], float)
    assert result["slowest"] < 15
