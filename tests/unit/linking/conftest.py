"""An index in memory with the contract of `Documents`, as plain as can be, and articles to put in it."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wirecopy.linking.stories import link_articles
from wirecopy.models import Document, StagedArticle
from wirecopy.store.ports import Candidate

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class MemoryDocuments:
    """The calls that linking makes, answered by looking at every document."""

    def __init__(self) -> None:
        self.current: dict[str, Document] = {}
        self.kept: dict[str, list[Document]] = {}
        self.calls: Counter[str] = Counter()

    def put(self, documents):
        for document in documents:
            self.current[document.id] = document
            versions = self.kept.setdefault(document.id, [])
            versions[:] = [one for one in versions if one.version_id != document.version_id] + [document]
        return ()

    def get(self, ids):
        self.calls["get"] += 1
        return {name: self.current[name] for name in ids if name in self.current}

    def versions(self, article_id):
        self.calls["versions"] += 1
        return tuple(self.kept.get(article_id, ()))

    def key_frequencies(self, keys):
        self.calls["key_frequencies"] += 1
        counts = Counter(key for document in self.current.values() for key in document.fingerprints.keys)
        return {key: counts[key] for key in keys}

    def candidates(self, probes):
        self.calls["candidates"] += 1
        return [self._answer(probe) for probe in probes]

    def _answer(self, probe):
        assert len(probe.keys) <= 128
        wanted = set(probe.keys)
        found = [
            Candidate(document=document, shared=len(wanted.intersection(document.fingerprints.keys)))
            for document in self.current.values()
            if document.id != probe.exclude and probe.since <= document.article.news_time <= probe.until
        ]
        found = [candidate for candidate in found if candidate.shared >= probe.min_shared]
        found.sort(key=lambda item: (-item.shared, item.document.article.first_seen_at, item.document.id))
        per_story: Counter[str] = Counter()
        chosen = []
        for candidate in found:
            per_story[candidate.document.link.story_id] += 1
            if per_story[candidate.document.link.story_id] <= probe.per_story:
                chosen.append(candidate)
        return tuple(chosen[: probe.limit])


@pytest.fixture
def memory():
    return MemoryDocuments()


@pytest.fixture
def staged():
    """Make an article; `minute` is when it was first seen, after noon."""

    def make(text: str, *, source: str = "courier", path: str = "a", minute: int = 0, title: str = "", **others: Any):
        seen = NOON + timedelta(minutes=minute)
        url = f"https://{source}.test/{path}"
        return StagedArticle(
            key=f"1:{source}.test/{path}",
            url=url,
            source_id=source,
            first_seen_at=seen,
            fetched_at=seen,
            title=title,
            text=text,
            **others,
        )

    return make


@pytest.fixture
def link_all():
    """Link articles in batches of a size, writing each batch before the next; the documents in order."""

    def link(documents, articles, *, size: int = 200, now: datetime = NOON, window: timedelta = timedelta(days=14)):
        result = []
        for start in range(0, len(articles), size):
            batch = link_articles(articles[start : start + size], documents, now=now, window=window)
            documents.put(batch)
            result.extend(batch)
        return result

    return link


@pytest.fixture(scope="session")
def compose():
    """Write a text of made-up words: the same for the same seed, with nothing in common with that of another."""

    def write(seed: int, *, paragraphs: int = 6, sentences: int = 3) -> str:
        chance = random.Random(seed)

        def word() -> str:
            return "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.randint(2, 4)))

        words = [word() for _ in range(400)]
        return "\n".join(
            " ".join(" ".join(chance.choices(words, k=chance.randint(9, 16))).capitalize() + "." for _ in range(sentences))
            for _ in range(paragraphs)
        )

    return write
