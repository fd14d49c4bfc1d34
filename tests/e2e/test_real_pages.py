"""Real pages, served as sites with feeds from loopback: each ends in the index or in the ledger with its reason."""

import gzip
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections import defaultdict
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import pytest

from wirecopy.outcomes import OPEN_STATES, State
from wirecopy.search.query import parse_query
from wirecopy.store import open_store
from wirecopy.store.ports import SearchFilters

pytestmark = [pytest.mark.data, pytest.mark.slow]

HAN_KANA_HANGUL = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@pytest.fixture(scope="module")
def pages(test_data):
    """path and host -> body, for every page there is."""
    found = {}
    for meta in sorted((test_data / "pages").glob("*.json")):
        url = json.loads(meta.read_text(encoding="utf-8"))["url"]
        parts = urlsplit(url)
        body = gzip.decompress(meta.with_suffix("").with_suffix(".html.gz").read_bytes())
        found[f"http://{parts.hostname}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")] = body
    assert len(found) > 70
    return found


@pytest.fixture(scope="module")
def sites(pages, serve):
    """A server of all those pages with a feed for each host; gives its port and the sources."""
    by_host = defaultdict(list)
    for url in pages:
        by_host[urlsplit(url).hostname].append(url)

    def answer(host, path):
        if path == "/wirecopy-test-feed.xml":
            items = "".join(f"<item><title>a page</title><link>{escape(url)}</link></item>" for url in by_host[host])
            date = format_datetime(datetime(2026, 11, 22, tzinfo=UTC))
            feed = f'<rss version="2.0"><channel><title>{host}</title><pubDate>{date}</pubDate>{items}</channel></rss>'
            return 200, "application/rss+xml", feed.encode()
        body = pages.get(f"http://{host}{path}")
        return (200, "text/html", body) if body else (404, "text/plain", b"")

    with serve(answer) as port:
        yield port, sorted(by_host)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def collected(request, sites, tmp_path_factory):
    """The store after `wirecopy run` over those sites."""
    port, hosts = sites
    folder = tmp_path_factory.mktemp("real")
    url = (
        f"sqlite:{folder / 'store.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("elasticsearch_store_url")
    )
    sources = "".join(
        f'[[source]]\nid = "s{number}"\nname = "{host}"\nfeeds = ["http://{host}/wirecopy-test-feed.xml"]\n'
        for number, host in enumerate(hosts)
    )
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    env = os.environ | {
        "WIRECOPY_LOOPBACK": ",".join(f"{host}:80=127.0.0.1:{port}" for host in hosts),
        "WIRECOPY_DELAY_S": "0",
        "WIRECOPY_DATA": str(folder / "data"),
        "WIRECOPY_STORE": url,
    }
    command = [sys.executable, "-m", "wirecopy", "run", "--sources", str(folder / "sources.toml"), "--json"]
    first = subprocess.run(command, env=env, capture_output=True, text=True, timeout=240, check=False)
    assert first.returncode == 0, first.stderr
    second = subprocess.run(command, env=env, capture_output=True, text=True, timeout=240, check=False)
    assert second.returncode == 0, second.stderr
    store = open_store(url)
    yield store, json.loads(first.stdout), json.loads(second.stdout)
    store.close()


def test_every_page_is_accounted_for(collected, pages):
    store, first, second = collected
    assert first["discovered"] == len(pages) == sum(first["states"].values())
    unread = [(row.url, row.state, row.reason) for row in store.ledger.rows(states=set(State) - {State.INDEXED})]
    assert unread == []  # all of these hold an article; one (hankookilbo.com) only in the data of its scripts
    assert not any(first["states"][state.value] for state in OPEN_STATES)
    for state in State:
        for row in store.ledger.rows(states=[state]):
            assert row.reason.strip(), row.url
    assert second["linked"] == {}
    assert second["discovered_new"] == 0
    assert second["states"] == first["states"]


def test_a_word_of_the_last_paragraph_finds_each_article(collected):
    store, _, _ = collected
    missed, scripts = [], set()
    for document in store.documents.scan():
        word = _last_word(document.article.text)
        if word is None:
            continue
        scripts.add(unicodedata.name(word[0]).split()[0])
        hits = store.documents.search(parse_query(f'"{word}"'), SearchFilters(), limit=100, fold_copies=False).hits
        if document.id not in {hit.document.id for hit in hits}:
            missed.append((document.article.url, word))
    assert missed == []
    assert {"LATIN", "CYRILLIC", "ARABIC", "CJK", "HANGUL", "DEVANAGARI"} <= scripts


def _last_word(text):
    """Two characters of a script without spaces, else the longest word, of the last paragraph that has one."""
    for paragraph in reversed(text.splitlines()):
        ideographs = re.findall("[\u3400-\u9fff]{2}|[\uac00-\ud7af]{2}|[\u30a0-\u30fa]{2}", paragraph)
        if len(HAN_KANA_HANGUL.findall(paragraph)) > len(paragraph) / 4 and ideographs:
            return ideographs[-1]
        words = re.findall(r"[^\W\d_][\w\u0900-\u0dff\u0e00-\u0eff]{3,}", paragraph)
        if words:
            return max(words, key=len)
    return None
