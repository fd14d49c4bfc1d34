"""`wirecopy explain`, called as a shell would."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.cli import main
from wirecopy.linking.stories import link_articles
from wirecopy.models import StagedArticle
from wirecopy.store import open_store
from wirecopy.urls import url_key

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FLOOD = "\n".join(
    f"Paragraph {number} says that the river rose by {number} metres at bridge {number} and that nobody was hurt there."
    for number in ("one", "two", "three", "four", "five", "six")
)
URLS = ("https://courier.test/flood", "https://tribune.test/river", "https://herald.test/derby")


@pytest.fixture
def run(tmp_path, capsys):
    address = f"sqlite:{tmp_path / 'news.sqlite'}"
    texts = (
        FLOOD,
        "\n".join(FLOOD.split("\n")[:5]),
        "The derby ended in a draw, and both trainers were content with that result.",
    )
    articles = [
        StagedArticle(
            key=url_key(url), url=url, source_id=url.split("/")[2], first_seen_at=NOON + timedelta(minutes=minute),
            fetched_at=NOON, title=f"Title {minute}", text=text,
        )
        for minute, (url, text) in enumerate(zip(URLS, texts, strict=True))
    ]  # fmt: skip
    store = open_store(address)
    documents = link_articles(articles, store.documents, now=NOON, window=timedelta(days=14))
    assert store.documents.put(documents) == ()
    store.close()

    def call(*args):
        with pytest.raises(SystemExit) as ended:
            main(["explain", *args, "--store", address])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    call.ids = [document.id for document in documents]
    return call


def test_two_urls_are_explained(run):
    code, out, err = run(URLS[1], URLS[0])
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"A  {run.ids[0]}  2026-11-22 12:00  courier.test: Title 0"
    assert lines[1] == f"B  {run.ids[1]}  2026-11-22 12:01  tribune.test: Title 1"
    assert lines[3] == f"One story: both are filed under {run.ids[0]}."
    assert "tokens  Paragraph one says that the river rose" in out


def test_ids_and_json(run):
    code, out, _ = run(run.ids[0], run.ids[2], "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["same_story"], told["copies_now"]) == (False, False)
    assert (told["a"]["url"], told["b"]["url"]) == (URLS[0], URLS[2])
    assert told["evidence"]["method"] == "shared-tokens"
    assert told["evidence"]["relation"] == "none"


def test_an_article_that_is_not_there_is_named(run):
    code, out, err = run(URLS[0], "https://courier.test/unknown")
    assert (code, out) == (1, "")
    assert err.startswith("wirecopy: https://courier.test/unknown: ")
    assert err.count("\n") == 1
