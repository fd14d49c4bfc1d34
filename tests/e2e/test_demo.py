"""`python -m wirecopy.demo`, as a newcomer runs it: twice, over each store."""

import http.client
import re
import shlex
import signal
import subprocess
import sys
import tomllib
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from wirecopy.demo.texts import read_outlets
from wirecopy.models import CopyKind
from wirecopy.outcomes import State
from wirecopy.pipeline import open_pipeline
from wirecopy.search.query import parse_query
from wirecopy.settings import load_settings
from wirecopy.sources import load_sources
from wirecopy.store import open_store
from wirecopy.store.ports import SearchFilters
from wirecopy.urls import url_key

pytestmark = pytest.mark.slow

PAGES = [page for outlet in read_outlets() for page in outlet.pages]
TRUTH = {url_key(page.url): page for page in PAGES}
ARTICLES = {key: page for key, page in TRUTH.items() if page.state is State.INDEXED}


def run_demo(folder, environment, *options):
    return subprocess.run(
        [sys.executable, "-m", "wirecopy.demo", *options],
        cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


def everything(store_url):
    """All documents and ledger rows of a store, by key."""
    store = open_store(store_url)
    try:
        documents = {document.article.key: document for document in store.documents.scan()}
        rows = {row.key: row for row in store.ledger.rows(limit=1000)}
    finally:
        store.close()
    return SimpleNamespace(documents=documents, rows=rows)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def demo(request, tmp_path_factory, clean_environment):
    """Two runs of the demo, and what stood in the store after each."""
    folder = tmp_path_factory.mktemp("demo")
    options = []
    store_url = f"sqlite:{folder / 'demo-data' / 'wirecopy.sqlite'}"
    if request.param == "elasticsearch":
        store_url = request.getfixturevalue("elasticsearch_store_url")
        options = ["--store", store_url]
    first = run_demo(folder, clean_environment, *options)
    after_first = everything(store_url)
    second = run_demo(folder, clean_environment, *options)
    return SimpleNamespace(
        folder=folder, store_url=store_url, first=first, second=second, after_first=after_first, now=everything(store_url)
    )


def test_both_runs_succeed_and_stdout_has_no_colours(demo):
    for run in (demo.first, demo.second):
        assert run.returncode == 0, run.stderr
        assert "Traceback" not in run.stderr
        assert "\x1b" not in run.stdout


def test_every_address_ends_in_its_state(demo):
    assert {key: row.state for key, row in demo.now.rows.items()} == {key: page.state for key, page in TRUTH.items()}
    assert all(row.reason for row in demo.now.rows.values())


def test_the_run_prints_counts_that_add_up(demo):
    assert re.search(rf"sum of states +{len(TRUTH)}$", demo.first.stdout, re.MULTILINE)
    assert re.search(rf"discovered +{len(TRUTH)}$", demo.first.stdout, re.MULTILINE)
    assert re.search(rf"new URLs +{len(TRUTH)}$", demo.first.stdout, re.MULTILINE)
    assert re.search(rf"new in the index +{len(ARTICLES)} ", demo.first.stdout)


def test_articles_are_read_in_their_language_with_their_title_and_text(demo):
    for key, page in ARTICLES.items():
        article = demo.now.documents[key].article
        assert article.title.split() == page.title.split()
        assert article.lang.partition("-")[0] == page.language, page.url
        read, truth = (set(re.findall(r"\w+", text)) for text in (article.text, page.text))
        assert len(truth & read) >= 0.95 * len(truth), page.url


def test_copies_are_one_story_and_false_friends_are_not(demo):
    """What shares a text in one language is one story; a translation, an opinion, a round-up, a second report is not."""
    expected, found = defaultdict(set), defaultdict(set)
    for key, page in ARTICLES.items():
        expected[page.url if page.kind == "translation" else page.story].add(page.url)
        found[demo.now.documents[key].link.story_id].add(page.url)
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, expected.values()))


def test_each_story_has_one_origin(demo):
    kinds = defaultdict(list)
    for document in demo.now.documents.values():
        kinds[document.link.story_id].append(document.link.kind)
    for members in kinds.values():
        assert sum(kind in {CopyKind.ORIGIN, CopyKind.ROUNDUP} for kind in members) == 1


@pytest.mark.parametrize("slug", ["tidal-plant", "ferry-aground"])
def test_the_later_of_two_verbatim_texts_is_exact(demo, slug):
    kinds = {
        demo.now.documents[key].link.kind
        for key, page in ARTICLES.items()
        if page.slug == slug and page.outlet in {"lodestar", "courier"}
    }
    assert CopyKind.EXACT in kinds


def test_a_second_run_asks_again_and_finds_nothing_new(demo):
    assert re.search(r"new URLs +0$", demo.second.stdout, re.MULTILINE)
    assert "Nothing new" in demo.second.stdout
    assert "Nothing new" not in demo.first.stdout
    assert demo.now.documents == demo.after_first.documents
    assert demo.now.rows == demo.after_first.rows


def test_the_tree_shows_every_story_with_copies(demo):
    sizes = defaultdict(int)
    for document in demo.now.documents.values():
        sizes[document.link.story_id] += 1
    copied = {story: size for story, size in sizes.items() if size > 1}
    assert f"{len(copied)} stories with copies" in demo.first.stdout
    for story, size in copied.items():
        assert re.search(rf" {size} copies · .* · story {story}$", demo.first.stdout, re.MULTILINE)
    assert f"{len(sizes) - len(copied)} stories have one article" in demo.first.stdout
    for run in (demo.first, demo.second):
        assert "a round-up of: " in run.stdout


def test_a_word_of_each_last_paragraph_finds_its_article(demo):
    store = open_store(demo.store_url)
    try:
        for key, page in ARTICLES.items():
            last = page.text.rpartition("\n")[2]
            words = re.findall(r"[^\W\d_]+", last)
            word = words[-1][:2] if page.language == "ja" else max(words, key=len)
            found = store.documents.search(parse_query(word), SearchFilters(), limit=100, fold_copies=False)
            assert key in {hit.document.article.key for hit in found.hits}, f"{word} of {page.url}"
    finally:
        store.close()


def test_the_printed_commands_work_when_pasted(demo, clean_environment):
    commands = demo.first.stdout.partition("Go on with:\n")[2].strip().splitlines()
    assert len(commands) >= 5
    for command in commands:
        words = shlex.split(command)
        assert Path(demo.folder, words[0]).exists()
        if words[1] == "web":  # serves until it is ended: the web tests run it
            words = [*words[:2], "--help"]
        answer = subprocess.run(
            words,
            cwd=demo.folder,
            env=clean_environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert answer.returncode == 0, f"{command}\n{answer.stderr}"
        assert answer.stdout.strip(), command


def test_politeness_is_real(newsroom, tmp_path):
    """Each host is asked one thing at a time with its delay between, robots.txt is read first and obeyed."""
    newsroom.write_sources(tmp_path / "sources.toml")
    settings = load_settings(data=tmp_path / "data", loopback=newsroom.loopback, delay_s=0.2)
    sources = load_sources(tmp_path / "sources.toml")
    with open_pipeline(settings, sources) as pipeline:
        pipeline.run_round()
        first = list(newsroom.requests)
        pipeline.run_round()
    by_host = defaultdict(list)
    for record in first:
        by_host[record.host].append(record)
    assert by_host.keys() == {outlet.host for outlet in newsroom.outlets}
    feeds = {f"{urlsplit(feed).hostname}{urlsplit(feed).path}" for source in sources for feed in source.feeds}
    for host, records in by_host.items():
        pages = [record for record in records if f"{host}{urlsplit(record.target).path}" not in feeds]
        assert pages[0].target == "/robots.txt"
        assert sum(record.target == "/robots.txt" for record in pages) == 1
        # A first page and what a redirect leads to share a turn with the request before them.
        follows = [pages[1], *(later for earlier, later in pairwise(records) if earlier.status == 302)]
        turns = [record.at for record in pages if record not in follows]
        # Half the delay: the newsroom notes when a request reached it, which a busy machine makes late.
        assert turns[-1] - turns[0] >= 0.1 * (len(turns) - 1), f"{host}: {turns}"
        assert all("cookie" not in record.headers and "referer" not in record.headers for record in records)
    assert not any(record.target.startswith("/premium/") for record in first)
    again = newsroom.requests[len(first) :]
    assert {f"{record.host}{record.target}" for record in again} == feeds
    validated = {
        f"{outlet.host}{feed.path}" for outlet in newsroom.outlets for feed in outlet.feeds if feed.validators
    }  # fmt: skip
    assert {f"{record.host}{record.target}" for record in again if record.status == 304} == validated


def test_serve_prints_what_to_export_and_ends_when_told(tmp_path, clean_environment):
    command = [sys.executable, "-m", "wirecopy.demo", "serve", "--sources", "given/outlets.toml"]
    with subprocess.Popen(command, cwd=tmp_path, env=clean_environment, stdout=subprocess.PIPE, text=True) as server:
        exported = dict(shlex.split(server.stdout.readline())[1].split("=", 1) for _ in range(2))
        assert exported["WIRECOPY_SOURCES"] == str(tmp_path / "given" / "outlets.toml")
        assert len(tomllib.loads(Path(exported["WIRECOPY_SOURCES"]).read_text(encoding="utf-8"))["source"]) == 12
        rules = load_settings(loopback=exported["WIRECOPY_LOOPBACK"]).loopback
        connection = http.client.HTTPConnection(rules[0].address, rules[0].dial_port, timeout=10)
        connection.request("GET", "/", headers={"Host": rules[0].host})
        assert connection.getresponse().status == 200
        connection.close()
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=10) == 0


def test_a_port_that_is_taken_is_named(newsroom, tmp_path, clean_environment):
    answer = run_demo(tmp_path, clean_environment, "serve", "--port", str(newsroom.port))
    assert answer.returncode == 1
    assert f"port {newsroom.port} cannot be used" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_store_that_does_not_answer_is_named(tmp_path, clean_environment):
    answer = run_demo(tmp_path, clean_environment, "--store", "http://127.0.0.1:9")
    assert answer.returncode == 1
    assert "127.0.0.1:9" in answer.stderr
    assert "Traceback" not in answer.stderr
