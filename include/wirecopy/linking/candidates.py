"""Candidates for a batch of articles: from the store in one call, and from the batch itself.

An article of a batch must see the ones before it as if they were in the store already, so that a batch of one and a batch of
five hundred give the same answers. `Overlay` is that part of the store which is not written yet; what the store says is
corrected by it. Everything that a question to the store depends on (keys, how often they stand in the store and in the batch
before the article) is known before the first decision, so all questions of a batch go out together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wirecopy.models import CopyKind
from wirecopy.store.ports import Candidate, CandidateProbe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import timedelta

    from wirecopy.models import ArticleId, Document, Fingerprints, StagedArticle, StoryId

LIMIT = 12
"""Most candidates of an article; measured: the thirteenth never decided anything on 20,000 articles."""

PER_STORY = 3
"""Most candidates of one story, so that a story of hundreds of copies leaves room for a second one."""

_MIN_SHARED = 2
_QUERY_KEYS = 32  # 32 of about 70: 817 look-ups a second in Elasticsearch against 428 with all, F1 the same (copies research)
_COMMON = 300  # a key in more documents is asked for only where an article has too few rarer ones
_COMMON_KEYS = 8  # so many of those: enough to find a story of thousands of copies, without reading all its rows 32 times


@dataclass(slots=True)
class Overlay:
    """The documents of a batch so far, by id and by key."""

    documents: dict[ArticleId, Document] = field(default_factory=dict)
    _holders: defaultdict[str, set[ArticleId]] = field(default_factory=lambda: defaultdict(set))

    def add(self, document: Document) -> None:
        """Put a document in; it replaces its earlier version."""
        earlier = self.documents.get(document.id)
        if earlier is not None:
            for key in earlier.fingerprints.keys:
                self._holders[key].discard(document.id)
        self.documents[document.id] = document
        for key in document.fingerprints.keys:
            self._holders[key].add(document.id)

    def candidates(self, probe: CandidateProbe) -> list[Candidate]:
        """Every document of the batch that answers a probe, in no order."""
        shared = Counter(holder for key in probe.keys for holder in self._holders.get(key, ()))
        return [
            Candidate(document=document, shared=count)
            for holder, count in shared.items()
            if count >= probe.min_shared
            and holder != probe.exclude
            and probe.since <= (document := self.documents[holder]).article.news_time <= probe.until
        ]

    def merged(self, probe: CandidateProbe, stored: Iterable[Candidate]) -> tuple[Candidate, ...]:
        """What the store would answer if the batch so far were in it.

        Args:
            probe: The question.
            stored: The store's own answer; where the batch replaces documents of the store, one that is longer by as many.
        """
        found = self.candidates(probe)
        found.extend(candidate for candidate in stored if candidate.document.id not in self.documents)
        found.sort(key=lambda item: (-item.shared, item.document.article.first_seen_at, item.document.id))
        per_story: Counter[StoryId] = Counter()
        chosen: list[Candidate] = []
        for candidate in found:
            story = candidate.document.link.story_id
            if per_story[story] < PER_STORY:
                per_story[story] += 1
                chosen.append(candidate)
                if len(chosen) == LIMIT:
                    break
        # Of candidates that are alike in everything, the one that starts its story comes first; ids say nothing to people.
        chosen.sort(key=lambda item: (-item.shared, item.document.article.first_seen_at, _is_copy(item), item.document.id))
        return tuple(chosen)


def _is_copy(candidate: Candidate) -> bool:
    return candidate.document.link.kind is not CopyKind.ORIGIN


@dataclass(slots=True)
class KeyCounts:
    """In how many documents a key stands, batch included.

    Attributes:
        stored: What the store says, for every key that will be asked for.
        changes: What the batch so far adds, and takes away by replacing documents.
    """

    stored: Mapping[str, int]
    changes: Counter[str] = field(default_factory=Counter)

    def of(self, key: str) -> int:
        """How many documents have a key."""
        return self.stored.get(key, 0) + self.changes[key]

    def replace(self, earlier: Iterable[str], later: Iterable[str]) -> None:
        """Count a document's keys, instead of those of the version it replaces."""
        self.changes.subtract(earlier)
        self.changes.update(later)


def make_probe(
    article_id: ArticleId,
    article: StagedArticle,
    fingerprints: Fingerprints,
    counts: KeyCounts,
    *,
    window: timedelta,
    replaced: int = 0,
) -> CandidateProbe | None:
    """The question for an article's copies; None where nothing can share two keys with it.

    Args:
        article_id: Its id.
        article: The article.
        fingerprints: Its fingerprints.
        counts: How many documents have each of its keys.
        window: How far before and after its news time a copy may lie.
        replaced: How many documents of the store the batch replaces; the answer is longer by as many.
    """
    keys = _choose_keys(fingerprints, counts)
    if len(keys) < _MIN_SHARED:
        return None
    since, until = _around(article.news_time, window)
    return CandidateProbe(
        keys=keys,
        min_shared=_MIN_SHARED,
        since=since,
        until=until,
        exclude=article_id,
        limit=LIMIT + replaced,
        per_story=PER_STORY + replaced,
    )


def _around(moment: datetime, window: timedelta) -> tuple[datetime, datetime]:
    """The window around a moment, cut off where the calendar ends."""
    moment = moment.astimezone(UTC)
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC, microsecond=0)
    return (
        moment - window if moment - first >= window else first,
        moment + window if last - moment >= window else last,
    )


def sought_keys(fingerprints: Fingerprints) -> Sequence[str]:
    """The keys of an article that candidates may be found by."""
    return [key for key in fingerprints.keys if key[0] in "xs"]


def _choose_keys(fingerprints: Fingerprints, counts: KeyCounts) -> tuple[str, ...]:
    """Those that stand in any other document, evenly over the text; common ones only to fill up."""
    frequency = {key: counts.of(key) for key in sought_keys(fingerprints)}
    known = [key for key, count in frequency.items() if count > 0]
    rare = [key for key in known if frequency[key] <= _COMMON]
    if len(rare) > _QUERY_KEYS:
        step = len(rare) / _QUERY_KEYS
        rare = [rare[int(index * step)] for index in range(_QUERY_KEYS)]
    room = min(_COMMON_KEYS, _QUERY_KEYS - len(rare))
    common = sorted((key for key in known if frequency[key] > _COMMON), key=lambda key: (frequency[key], key))[:room]
    return (*rare, *common)
