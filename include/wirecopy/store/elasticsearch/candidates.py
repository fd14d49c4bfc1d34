"""Documents that share fingerprint keys: one round trip to find them for all probes, one to fetch their texts.

A score counts the shared keys, since each is a clause worth exactly one. The hits of a probe are read without their texts;
only where a big story fills them all is the probe asked again, folded by story.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from wirecopy.store import codec
from wirecopy.store.elasticsearch.bodies import read_document
from wirecopy.store.elasticsearch.client import raise_failed
from wirecopy.store.elasticsearch.reading import PAGE, search_all
from wirecopy.store.ports import Candidate
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from wirecopy.models import Document
    from wirecopy.store.elasticsearch.client import Connection
    from wirecopy.store.ports import CandidateProbe

_PROBES_A_REQUEST = 100
_LOOK_AHEAD = 4
"""First look: so many times the limit. Only a story with more copies among them costs a second look."""
_FREQUENCIES_A_REQUEST = 1000
_ORDER = ({"_score": "desc"}, {"first_seen_at": "asc"}, {"id": "asc"})

_Hit = dict[str, Any]


def compile_probe(probe: CandidateProbe) -> dict[str, Any]:
    """A probe as a query whose score is the number of shared keys."""
    keys = [scrub(key) for key in dict.fromkeys(probe.keys)]
    window = {"gte": codec.encode_time(probe.since), "lte": codec.encode_time(probe.until)}
    return {
        "bool": {
            "should": [{"constant_score": {"filter": {"term": {"keys": key}}, "boost": 1.0}} for key in keys],
            "minimum_should_match": max(1, probe.min_shared),
            "filter": [{"range": {"news_time": window}}],
            "must_not": [{"term": {"id": scrub(probe.exclude)}}],
        }
    }


def choose_hits(hits: Sequence[_Hit], probe: CandidateProbe) -> tuple[list[_Hit], bool]:
    """The hits that are candidates, and whether hits beyond these could not change that.

    Args:
        hits: In the contract's order: most shared keys, earliest first seen, id.
        probe: Whose they are.
    """
    per_story: Counter[str] = Counter()
    chosen: list[_Hit] = []
    for hit in hits:
        story = hit["fields"]["story_id"][0]
        if per_story[story] < probe.per_story:
            per_story[story] += 1
            chosen.append(hit)
        if len(chosen) >= probe.limit:
            return chosen[: probe.limit], True
    return chosen, False


def find_candidates(connection: Connection, alias: str, probes: Sequence[CandidateProbe]) -> list[tuple[Candidate, ...]]:
    """For each probe its candidates, as `wirecopy.store.ports.Documents.candidates` has it."""
    connection.settle(alias)
    found: list[tuple[Candidate, ...]] = []
    for start in range(0, len(probes), _PROBES_A_REQUEST):
        part = probes[start : start + _PROBES_A_REQUEST]
        chosen = _find_hits(connection, alias, part)
        documents = _fetch(connection, [hit for hits in chosen for hit in hits])
        found += [
            tuple(
                Candidate(document=documents[hit["_id"]], shared=round(_score(hit))) for hit in hits if hit["_id"] in documents
            )
            for hits in chosen
        ]
    return found


def count_keys(connection: Connection, alias: str, keys: Collection[str]) -> dict[str, int]:
    """In how many documents each key stands; one request for a thousand keys."""
    counts = dict.fromkeys(keys, 0)
    names = list(counts)
    for start in range(0, len(names), _FREQUENCIES_A_REQUEST):
        part = names[start : start + _FREQUENCIES_A_REQUEST]
        filters = {str(place): {"term": {"keys": scrub(key)}} for place, key in enumerate(part)}
        answer = search_all(
            connection, alias, is_months=True, size=0, track_total_hits=False, aggs={"keys": {"filters": {"filters": filters}}}
        )
        buckets = answer.get("aggregations", {}).get("keys", {}).get("buckets", {})
        for place, bucket in buckets.items():
            counts[part[int(place)]] = int(bucket["doc_count"])
    return counts


def _find_hits(connection: Connection, alias: str, probes: Sequence[CandidateProbe]) -> list[list[_Hit]]:
    asked = [place for place, probe in enumerate(probes) if probe.keys and probe.limit > 0 and probe.per_story > 0]
    chosen: list[list[_Hit]] = [[] for _ in probes]
    crowded: list[int] = []
    first = [_look(probes[place], probes[place].limit * _LOOK_AHEAD) for place in asked]
    for place, answer in zip(asked, _msearch(connection, alias, first), strict=True):
        hits = answer["hits"]["hits"]
        chosen[place], is_final = choose_hits(hits, probes[place])
        if not is_final and len(hits) == probes[place].limit * _LOOK_AHEAD:
            crowded.append(place)
    second = [_fold(probes[place]) for place in crowded]
    for place, answer in zip(crowded, _msearch(connection, alias, second), strict=True):
        folded = [inner for hit in answer["hits"]["hits"] for inner in hit["inner_hits"]["copies"]["hits"]["hits"]]
        folded.sort(key=lambda hit: (-_score(hit), hit["sort"][1], hit["sort"][2]))
        chosen[place], _ = choose_hits(folded, probes[place])
    return chosen


def _look(probe: CandidateProbe, size: int) -> dict[str, Any]:
    return {
        "query": compile_probe(probe),
        "sort": list(_ORDER),
        "size": size,
        "_source": False,
        "docvalue_fields": ["story_id"],
        "track_total_hits": False,
    }


def _fold(probe: CandidateProbe) -> dict[str, Any]:
    """The best of each story: as many stories as there may be candidates are enough, each as deep as it may go."""
    copies = {
        "name": "copies",
        "size": probe.per_story,
        "sort": list(_ORDER),
        "_source": False,
        "docvalue_fields": ["story_id"],
    }
    return {**_look(probe, probe.limit), "collapse": {"field": "story_id", "inner_hits": copies}}


def _msearch(connection: Connection, alias: str, searches: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    if not searches:
        return []
    head = {"index": alias, "ignore_unavailable": True, "allow_partial_search_results": False}
    lines = [line for search in searches for line in (head, search)]
    answers: list[dict[str, Any]] = connection.call(connection.es.msearch, searches=lines)["responses"]
    for answer in answers:
        raise_failed(connection, answer)
    return answers


def _fetch(connection: Connection, hits: Sequence[_Hit]) -> dict[str, Document]:
    """The documents behind hits, each once, however many probes met it."""
    places = list({hit["_id"]: hit["_index"] for hit in hits}.items())
    documents: dict[str, Document] = {}
    for start in range(0, len(places), PAGE):
        docs = [{"_index": index, "_id": hit_id} for hit_id, index in places[start : start + PAGE]]
        for doc in connection.call(connection.es.mget, docs=docs)["docs"]:
            raise_failed(connection, doc)
            if doc["found"]:
                documents[doc["_id"]] = read_document(doc["_source"])
    return documents


def _score(hit: _Hit) -> float:
    score = hit.get("_score")
    return float(hit["sort"][0] if score is None else score)
