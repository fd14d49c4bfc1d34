"""The index of articles: written month by month, read through one alias."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from elasticsearch import ApiError, TransportError

from wirecopy.errors import PermanentError
from wirecopy.models import ArticleId, VersionId
from wirecopy.store import codec
from wirecopy.store.elasticsearch.bodies import document_body, read_document, read_version, version_body
from wirecopy.store.elasticsearch.bulk import Action, write_all
from wirecopy.store.elasticsearch.candidates import count_keys, find_candidates
from wirecopy.store.elasticsearch.reading import PAGE, count_all, get_many, page_through, search_all
from wirecopy.store.elasticsearch.search import run_search
from wirecopy.store.ports import ItemError
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from wirecopy.models import Document, StoryId
    from wirecopy.search.query import Node
    from wirecopy.store.elasticsearch.client import Connection
    from wirecopy.store.elasticsearch.indices import Indices
    from wirecopy.store.ports import Candidate, CandidateProbe, SearchFilters, SearchPage

_NOT_FOUND = 404
_KEEP_ALIVE = "5m"
_STORY_ORDER = ({"first_seen_at": "asc"}, {"id": "asc"})


class ElasticsearchDocuments:
    """`wirecopy.store.ports.Documents`."""

    def __init__(self, connection: Connection, indices: Indices) -> None:
        self._connection = connection
        self._indices = indices
        self._alias = indices.articles

    def put(self, documents: Sequence[Document]) -> tuple[ItemError, ...]:
        """Write documents by id, keeping what they replace as versions."""
        errors: list[ItemError] = []
        for wave in _waves(documents):
            there = self.get([document.id for document in wave])
            known = self._first_indexed(wave, there)
            merged = [_merge(document, there.get(document.id), known.get(document.version_id)) for document in wave]
            errors += self._write(merged, there)
        return tuple(errors)

    def get(self, ids: Collection[ArticleId]) -> dict[ArticleId, Document]:
        """The current versions that are there, by id."""
        found: dict[ArticleId, Document] = {}
        distinct = list(dict.fromkeys(scrub(article_id) for article_id in ids))
        for start in range(0, len(distinct), PAGE):
            part = distinct[start : start + PAGE]
            query = {"bool": {"filter": [{"terms": {"id": part}}]}}
            for hit in search_all(self._connection, self._alias, is_months=True, size=len(part), query=query)["hits"]["hits"]:
                document = read_document(hit["_source"])
                found[document.id] = document
        return found

    def versions(self, article_id: ArticleId) -> tuple[Document, ...]:
        """Every version of a document, the current one last."""
        current = self.get([article_id]).get(article_id)
        if current is None:
            return ()
        hits = page_through(
            self._connection,
            self._indices.versions,
            query={"bool": {"filter": [{"term": {"article_id": scrub(article_id)}}]}},
            order=({"indexed_at": "asc"}, {"id": "asc"}),
            limit=None,
        )
        earlier = (read_version(hit["_source"]) for hit in hits)
        return (*(version for version in earlier if version.version_id != current.version_id), current)

    def candidates(self, probes: Sequence[CandidateProbe]) -> list[tuple[Candidate, ...]]:
        """For each probe the documents that share keys with it."""
        return find_candidates(self._connection, self._alias, probes)

    def key_frequencies(self, keys: Collection[str]) -> dict[str, int]:
        """In how many documents each key stands."""
        return count_keys(self._connection, self._alias, keys)

    def story(self, story_id: StoryId, *, limit: int = 10_000) -> tuple[Document, ...]:
        """The documents of a story by (first_seen_at, id)."""
        found = self._story(story_id, limit)
        if not found:
            # A story's id is that of the document that started it: joined to another, it leads there.
            for document in self.get([ArticleId(story_id)]).values():
                found = self._story(document.link.story_id, limit)
        return found

    def story_sizes(self, story_ids: Collection[StoryId]) -> dict[StoryId, int]:
        """How many documents each story has."""
        sizes: dict[StoryId, int] = {}
        by_scrubbed = {scrub(story_id): story_id for story_id in story_ids}
        names = list(by_scrubbed)
        for start in range(0, len(names), PAGE):
            part = names[start : start + PAGE]
            answer = search_all(
                self._connection,
                self._alias,
                is_months=True,
                size=0,
                query={"bool": {"filter": [{"terms": {"story_id": part}}]}},
                aggs={"stories": {"terms": {"field": "story_id", "size": len(part)}}},
            )
            buckets = answer.get("aggregations", {}).get("stories", {}).get("buckets", ())
            sizes.update({by_scrubbed[bucket["key"]]: int(bucket["doc_count"]) for bucket in buckets})
        return sizes

    def search(
        self, query: Node | None, filters: SearchFilters, *, limit: int = 20, offset: int = 0, fold_copies: bool = True
    ) -> SearchPage:
        """Documents that answer a query."""
        return run_search(self._connection, self._alias, query, filters, limit=limit, offset=offset, fold_copies=fold_copies)

    def scan(self) -> Iterator[Document]:
        """Every current document, by id, as of the moment the scan began."""
        self._connection.settle(self._alias)
        es = self._connection.es
        try:
            pit = es.open_point_in_time(index=self._alias, keep_alive=_KEEP_ALIVE).body["id"]
        except ApiError as error:
            if error.status_code == _NOT_FOUND:  # no month yet
                return
            raise self._connection.explain(error) from error
        except TransportError as error:
            raise self._connection.explain(error) from error
        try:
            after: dict[str, Any] = {}
            while True:
                answer = self._connection.call(
                    es.search,
                    pit={"id": pit, "keep_alive": _KEEP_ALIVE},
                    size=PAGE,
                    sort=[{"id": "asc"}],
                    track_total_hits=False,
                    allow_partial_search_results=False,
                    **after,
                )
                pit = answer["pit_id"]
                hits = answer["hits"]["hits"]
                for hit in hits:
                    yield read_document(hit["_source"])
                if len(hits) < PAGE:
                    return
                after = {"search_after": hits[-1]["sort"]}
        finally:
            with suppress(ApiError, TransportError):  # it ends by itself; what the loop raised is the news
                es.close_point_in_time(id=pit)

    def count(self) -> int:
        """How many documents there are."""
        return count_all(self._connection, self._alias, is_months=True)

    def _story(self, story_id: StoryId, limit: int) -> tuple[Document, ...]:
        hits = page_through(
            self._connection,
            self._alias,
            query={"bool": {"filter": [{"term": {"story_id": scrub(story_id)}}]}},
            order=_STORY_ORDER,
            limit=limit,
            is_months=True,
        )
        return tuple(read_document(hit["_source"]) for hit in hits)

    def _first_indexed(self, documents: Sequence[Document], there: Mapping[ArticleId, Document]) -> dict[VersionId, datetime]:
        """When the versions that are known were indexed first: current ones, and earlier ones that come back."""
        returning = [scrub(document.version_id) for document in documents if document.id in there]
        earlier = get_many(self._connection, self._indices.versions, returning, fields=["indexed_at"])
        known = {VersionId(version): codec.decode_time(body["indexed_at"]) for version, body in earlier.items()}
        return known | {document.version_id: document.indexed_at for document in there.values()}

    def _write(self, documents: Sequence[Document], there: dict[ArticleId, Document]) -> list[ItemError]:
        """Write documents, each id once: first the versions they replace, then themselves."""
        bodies, errors = self._prepare(documents)
        replaced = [
            there[document.id]
            for document in documents
            if document.id not in errors and document.id in there and there[document.id].version_id != document.version_id
        ]
        kept = [
            Action(kind="index", alias=self._indices.versions, id=version.version_id, body=version_body(version))
            for version in replaced
        ]
        for version, result in zip(replaced, write_all(self._connection, kept), strict=True):
            if not result.is_done:
                errors[version.id] = f"its earlier version could not be kept: {result.reason}"
        ready = {article_id: action for article_id, action in bodies.items() if article_id not in errors}
        for article_id, result in zip(ready, write_all(self._connection, list(ready.values())), strict=True):
            if not result.is_done:
                errors[article_id] = result.reason
            if result.is_missing:  # somebody removed the month's index while the store was open
                self._indices.forget_month(ready[article_id].alias)
        return [ItemError(id=article_id, reason=reason) for article_id, reason in errors.items()]

    def _prepare(self, documents: Sequence[Document]) -> tuple[dict[ArticleId, Action], dict[ArticleId, str]]:
        """What is to be written, each month's index made; and what cannot be."""
        actions: dict[ArticleId, Action] = {}
        errors: dict[ArticleId, str] = {}
        refused_months: dict[str, str] = {}
        for document in documents:
            try:
                alias = self._indices.month(document.article.first_seen_at)
                body = document_body(document)
                if alias not in refused_months:
                    self._indices.make_month(alias)
            except (ValueError, OverflowError) as error:
                errors[document.id] = str(error)
                continue
            except PermanentError as error:  # such as a cluster that holds as many shards as it may
                refused_months[alias] = str(error)
            if alias in refused_months:
                errors[document.id] = refused_months[alias]
            else:
                actions[document.id] = Action(kind="index", alias=alias, id=scrub(document.id), body=body)
        return actions, errors


def _merge(document: Document, there: Document | None, first_indexed: datetime | None) -> Document:
    """A document as it is written over what is there: first seen when the earlier one was, so that its month stays."""
    if there is None:
        return document
    article = replace(document.article, first_seen_at=there.article.first_seen_at)
    return replace(document, article=article, indexed_at=first_indexed or document.indexed_at)


def _waves(documents: Sequence[Document]) -> Iterator[list[Document]]:
    """The documents in their order, cut before an id comes a second time, so that each sees what came before."""
    wave: dict[ArticleId, Document] = {}
    for document in documents:
        if document.id in wave or len(wave) >= PAGE:
            yield list(wave.values())
            wave = {}
        wave[document.id] = document
    if wave:
        yield list(wave.values())
