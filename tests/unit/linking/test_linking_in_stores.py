"""Linking over the real stores: the same answers as over the plain index in memory, and the figures that are promised."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from wirecopy.linking.corpus import parse_line
from wirecopy.store import open_store

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def store(request, tmp_path):
    if request.param == "sqlite":
        opened = open_store(f"sqlite:{tmp_path / 'link.sqlite'}")
    else:
        opened = open_store(request.getfixturevalue("elasticsearch_store_url"))
    yield opened
    opened.close()


@pytest.fixture
def wire(staged, compose):
    """Forty articles: stories of some copies each, a house line, a round-up, updates."""
    house = "Our newsroom follows this story; write to us at the address below if you know more about it."
    articles = []
    for number in range(8):
        text = compose(number, paragraphs=10)
        lines = text.split("\n")
        for turn, body in enumerate((text, "\n".join(lines[:4]), "\n".join(lines[2:]), "\n".join([*lines[1:8], house]))):
            outlet = f"outlet{(number + turn) % 5}"
            articles.append(staged(body, source=outlet, path=f"{number}/{turn}", minute=5 * number + turn))
        articles.append(staged(f"{text}\n{house}", source=f"outlet{number % 5}", path=f"{number}/0", minute=5 * number + 4))
    return articles


@pytest.mark.parametrize("size", [1, 7, 200])
def test_stores_give_the_answers_of_the_plain_index(store, memory, wire, link_all, size):
    count = 12 if size == 1 else len(wire)  # a server refreshes its index for each batch
    expected = link_all(memory, wire[:count], size=1)
    # Two versions of one article in a batch are written in turn, as `wirecopy link` does.
    found = []
    for start in range(0, count, size):
        batch = link_all(_Written(store.documents), wire[start : min(start + size, count)], size=size)
        found += batch
    assert found == expected


class _Written:
    """A store's documents, where each version is written by a call of its own."""

    def __init__(self, documents):
        self._documents = documents

    def __getattr__(self, name):
        return getattr(self._documents, name)

    def put(self, documents):
        for document in documents:
            assert self._documents.put([document]) == ()


@pytest.mark.data
def test_the_first_articles_of_the_generated_set(test_data, tmp_path, link_all):
    """The floor of the whole set stands in benchmarks/copies.py; this is its beginning, for every run of the tests."""
    with gzip.open(test_data / "copies" / "generated-2k.jsonl.gz") as lines:
        rows = [json.loads(line) for line in islice(lines, 500)]
    articles = [
        parse_line(json.dumps(row).encode(), number=2, now=NOW + timedelta(minutes=row["published"])).article for row in rows
    ]
    store = open_store(f"sqlite:{tmp_path / 'link.sqlite'}")
    documents = []
    for start in range(0, len(articles), 250):
        documents += link_all(_Written(store.documents), articles[start : start + 250], size=250)
    store.close()
    truth, found = [row["cluster"] for row in rows], [document.link.story_id for document in documents]
    both = _pairs(zip(truth, found, strict=True))
    assert both / _pairs(found) >= 0.99
    assert both / _pairs(truth) >= 0.94


def _pairs(labels):
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())
