"""Every contract test runs over both stores, through their URLs as a user gives them.

SQLite always runs, Elasticsearch where there is a server (see `elasticsearch_url` in `tests/conftest.py`). Each module has a
prefix of its own there, emptied between tests and deleted at the end.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from wirecopy.identity import article_id, version_id
from wirecopy.models import (
    CopyKind,
    Document,
    FeedState,
    Fingerprints,
    LedgerRow,
    Link,
    SourceId,
    StagedArticle,
    StoryId,
    UrlKey,
)
from wirecopy.outcomes import State
from wirecopy.store import open_store
from wirecopy.store.ports import SearchFilters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from elasticsearch import Elasticsearch

    from wirecopy.models import ArticleId
    from wirecopy.search.query import Node
    from wirecopy.store.ports import SearchPage, Store

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


@dataclass
class StoreHome:
    """A place where a store is kept, and the stores opened on it."""

    kind: str
    url: str
    opened: list[Store] = field(default_factory=list)

    def open(self) -> Store:
        """Open a store object; it is closed when the test ends."""
        store = open_store(self.url)
        self.opened.append(store)
        return store

    def close_all(self) -> None:
        while self.opened:
            self.opened.pop().close()


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)], ids=["sqlite", "elastic"]
)
def store_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def elasticsearch_prefix(request: pytest.FixtureRequest, store_kind: str) -> Iterator[tuple[Elasticsearch, str, str] | None]:
    """A client, the server's URL and a prefix of this module's own; None where the module runs over SQLite."""
    if store_kind != "elasticsearch":
        yield None
        return
    from elasticsearch import Elasticsearch

    url = request.getfixturevalue("elasticsearch_url")
    prefix = f"wirecopytest{uuid.uuid4().hex[:10]}"
    with Elasticsearch(url, request_timeout=60) as client:
        yield client, url, prefix
        _drop(client, prefix)


def _indices(client: Elasticsearch, prefix: str) -> list[str]:
    return sorted(client.indices.get(index=f"{prefix}*", expand_wildcards="all", features="aliases"))


def _drop(client: Elasticsearch, prefix: str) -> None:
    for name in _indices(client, prefix):
        client.indices.delete(index=name)
    for template in client.indices.get_index_template()["index_templates"]:
        if template["name"].startswith(prefix):
            client.indices.delete_index_template(name=template["name"])


def _empty(client: Elasticsearch, prefix: str) -> None:
    """Delete every document but the schema's: making indices anew costs a second each test."""
    names = [name for name in _indices(client, prefix) if not name.endswith("-meta")]
    if names:
        client.indices.refresh(index=names)
        client.delete_by_query(index=names, query={"match_all": {}}, refresh=True, conflicts="proceed")


@pytest.fixture
def home(store_kind: str, elasticsearch_prefix: Any, tmp_path: Path) -> Iterator[StoreHome]:
    """An empty place for a store."""
    if elasticsearch_prefix is None:
        place = StoreHome(kind="sqlite", url=f"sqlite:{tmp_path / 'store.sqlite'}")
        yield place
        place.close_all()
        return
    client, url, prefix = elasticsearch_prefix
    place = StoreHome(kind="elasticsearch", url=f"{url}/{prefix}")
    yield place
    place.close_all()
    _empty(client, prefix)


@pytest.fixture
def store(home: StoreHome) -> Store:
    """An empty store."""
    return home.open()


class Make:
    """Builds models from names; the same name gives the same identity."""

    @staticmethod
    def at(minutes: float) -> datetime:
        """So many minutes after noon of a day in the middle of a month."""
        return NOON + timedelta(minutes=minutes)

    @staticmethod
    def key(name: str) -> UrlKey:
        return UrlKey(f"1:example.org/{name}")

    @classmethod
    def id(cls, name: str) -> ArticleId:
        return article_id(cls.key(name))

    @classmethod
    def row(cls, name: str, *, minutes: float = 0, state: State = State.PENDING, **changes: Any) -> LedgerRow:
        given: dict[str, Any] = {
            "key": cls.key(name),
            "url": f"https://example.org/{name}",
            "source_id": SourceId("courier"),
            "feed_url": "https://example.org/feed",
            "state": state,
            "reason": "a test",
            "first_seen_at": cls.at(minutes),
        }
        return LedgerRow(**(given | changes))

    @staticmethod
    def feed(url: str, **changes: Any) -> FeedState:
        return FeedState(**({"url": url, "source_id": SourceId("courier")} | changes))

    @classmethod
    def article(cls, name: str, *, minutes: float = 0, **changes: Any) -> StagedArticle:
        given: dict[str, Any] = {
            "key": cls.key(name),
            "url": f"https://example.org/{name}",
            "source_id": SourceId("courier"),
            "first_seen_at": cls.at(minutes),
            "fetched_at": cls.at(minutes + 1),
            "title": f"Title of {name}",
            "text": f"Text of {name}.",
            "lang": "en",
        }
        return StagedArticle(**(given | changes))

    @classmethod
    def document(
        cls,
        name: str,
        *,
        keys: tuple[str, ...] = (),
        story: str | None = None,
        kind: CopyKind = CopyKind.ORIGIN,
        copy_of: str | None = None,
        evidence: dict[str, Any] | None = None,
        indexed: float = 60,
        **changes: Any,
    ) -> Document:
        """A document; `changes` are those of `article`, `story` is the name of the document that started it."""
        article = cls.article(name, **changes)
        return Document(
            id=cls.id(name),
            version_id=version_id(article.key, article.text),
            article=article,
            fingerprints=Fingerprints(version=1, exact="00ff", tokens=3, keys=keys),
            link=Link(
                story_id=StoryId(cls.id(story or name)),
                kind=kind,
                copy_of=None if copy_of is None else cls.id(copy_of),
                score=None if copy_of is None else 0.9,
                evidence=evidence or {},
            ),
            indexed_at=cls.at(indexed),
        )

    @staticmethod
    def names(documents: Any) -> list[str]:
        """The names of documents, articles, hits, candidates or rows, in their order."""
        found = []
        for item in documents:
            item = getattr(item, "document", item)  # noqa: PLW2901
            item = getattr(item, "article", item)  # noqa: PLW2901
            found.append(item.url.removeprefix("https://example.org/"))
        return found


@pytest.fixture(scope="session")
def make() -> type[Make]:
    return Make


@dataclass
class Finder:
    """Searches a store."""

    store: Store

    def page(self, query: Node | None, *, fold: bool = False, limit: int = 20, offset: int = 0, **filters: Any) -> SearchPage:
        return self.store.documents.search(query, SearchFilters(**filters), limit=limit, offset=offset, fold_copies=fold)

    def names(self, query: Node | None, **options: Any) -> list[str]:
        """The names of what a query finds, sorted; one a document unless asked otherwise."""
        return sorted(Make.names(self.page(query, **options).hits))

    def ranked(self, query: Node | None, **options: Any) -> list[str]:
        """The same in the answer's order."""
        return Make.names(self.page(query, **options).hits)


@pytest.fixture
def find(store: Store) -> Finder:
    return Finder(store)
