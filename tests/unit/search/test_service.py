"""Search, ids and stories over a store in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from wirecopy.errors import NotKnown, QuerySyntaxError
from wirecopy.models import ClaimedTime, CopyKind, Link, SourceId, StoryId
from wirecopy.models import LedgerRow as Row
from wirecopy.outcomes import State
from wirecopy.search.query import Term
from wirecopy.search.results import KIND_MEANINGS, answer_as_json, story_as_json
from wirecopy.search.service import MAX_RESULTS, read_article, read_story, resolve_id, search
from wirecopy.store import open_store
from wirecopy.store.ports import SearchFilters
from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wirecopy.models import Document
    from wirecopy.store.ports import Store

SEEN = datetime(2026, 11, 22, 8, tzinfo=UTC)
ORIGIN = "https://courier.test/harbour"


@pytest.fixture
def documents(document_of: Callable[..., Document]) -> tuple[Document, ...]:
    origin = document_of(ORIGIN, title="Harbour strike", text="Dockers walked out in the harbour.", country="GB")
    return (
        origin,
        document_of(
            "https://kurier.test/hafen",
            title="Streik im Hafen",
            text="Die Arbeiter im Hafen streiken, harbour.",
            of=origin,
            kind=CopyKind.TRANSLATION,
            score=0.91,
            evidence={"method": "anchors"},
            minute=5,
            source="kurier",
            lang="de",
            country="DE",
        ),
        document_of("https://herald.test/p?id=1", title="Harbour", of=origin, kind=CopyKind.EXACT, minute=9, source="herald"),
        document_of("https://courier.test/budget", title="The budget", text="The budget and the harbour or not.", minute=2),
    )


@pytest.fixture
def store(documents: tuple[Document, ...]) -> Iterator[Store]:
    opened = open_store("sqlite::memory:")
    assert opened.documents.put(documents) == ()
    yield opened
    opened.close()


def row_of(url: str, **changes: object) -> Row:
    row = Row(
        key=url_key(url),
        url=url,
        source_id=SourceId("courier"),
        feed_url="https://courier.test/feed",
        state=State.PENDING,
        reason="discovered",
        first_seen_at=SEEN,
    )
    return replace(row, **changes)


def test_an_answer_has_the_stories_of_its_hits(store: Store, documents: tuple[Document, ...]) -> None:
    answer = search(store, "Harbour", SearchFilters())
    assert answer.tree == Term(text="Harbour")
    assert answer.parsed == "Harbour"
    assert (answer.page.stories, answer.page.documents) == (2, 4)
    assert answer.found == 2
    summary = answer.stories[documents[0].link.story_id]
    assert summary.copies == 3
    assert summary.is_complete
    assert summary.view.langs == ("en", "de")
    assert summary.view.sources == ("courier", "kurier", "herald")
    assert summary.view.countries == ("GB", "DE")
    alone = answer.stories[documents[3].link.story_id]
    assert (alone.copies, alone.view.documents) == (1, (documents[3],))

    copies = search(store, "Harbour", SearchFilters(), fold_copies=False)
    assert len(copies.page.hits) == copies.found == 4


def test_an_empty_query_lists_everything_newest_first(store: Store, documents: tuple[Document, ...]) -> None:
    answer = search(store, " ", SearchFilters(), fold_copies=False)
    assert answer.parsed is None
    assert [hit.document.id for hit in answer.page.hits] == [documents[index].id for index in (2, 1, 3, 0)]


def test_paging_stays_within_what_a_store_can_do(store: Store) -> None:
    answer = search(store, "", SearchFilters(), limit=5, offset=MAX_RESULTS * 2)
    assert (answer.offset, answer.limit) == (MAX_RESULTS - 1, 1)
    assert search(store, "", SearchFilters(), limit=1, offset=1, fold_copies=False).page.hits


def test_small_operators_are_remarked_on(store: Store) -> None:
    assert search(store, "budget or harbour", SearchFilters()).remarks == (
        "“or” is looked for as a word; as an operator it is written OR",
    )
    assert search(store, 'budget OR "or not"', SearchFilters()).remarks == ()


def test_a_query_that_cannot_be_read_is_refused(store: Store) -> None:
    with pytest.raises(QuerySyntaxError):
        search(store, '"harbour', SearchFilters())


def test_json_has_the_fields_that_are_documented(store: Store, documents: tuple[Document, ...]) -> None:
    found = answer_as_json(search(store, "lang:de", SearchFilters(since=SEEN)))
    assert found["parsed"] == "lang:de"
    assert found["filters"] == {"langs": [], "sources": [], "since": "2026-11-22T08:00:00Z", "until": None}
    (hit,) = found["hits"]
    assert hit | {"rank": 0, "excerpt": ""} == {
        "id": documents[1].id,
        "url": "https://kurier.test/hafen",
        "title": "Streik im Hafen",
        "source": "kurier",
        "lang": "de",
        "other_langs": [],
        "country": "DE",
        "authors": [],
        "agency": None,
        "section": None,
        "keywords": [],
        "published_at": None,
        "first_seen_at": "2026-11-22T08:05:00Z",
        "story_id": documents[0].id,
        "copy_kind": "translation",
        "copy_of": documents[0].id,
        "score": 0.91,
        "copies": 3,
        "matching": 1,
        "story_langs": ["en", "de"],
        "story_sources": ["courier", "kurier", "herald"],
        "rank": 0,
        "excerpt": "",
    }
    assert "Arbeiter" in hit["excerpt"]

    story = story_as_json(read_story(store, documents[0].id))
    assert [copy["copy_kind"] for copy in story["documents"]] == ["origin", "translation", "exact"]
    assert story["documents"][1]["evidence"] == {"method": "anchors"}
    assert (story["copies"], story["title"], story["origin"]) == (3, "Harbour strike", documents[0].id)


@pytest.mark.parametrize(
    "asked", ["{id}", " {id}\n", "{ID}", ORIGIN, "http://www.courier.test/harbour/?utm_source=x#top", f" {ORIGIN} "]
)
def test_an_article_is_found_by_id_and_by_url(store: Store, documents: tuple[Document, ...], asked: str) -> None:
    text = asked.format(id=documents[0].id, ID=documents[0].id.upper())
    assert resolve_id(store, text) == documents[0]


def test_an_article_is_found_by_an_address_that_leads_to_it(store: Store, documents: tuple[Document, ...]) -> None:
    short, moved = "https://sho.rt/a", "https://courier.test/old"
    store.ledger.discover(
        [
            row_of(short, state=State.SAME_PAGE, reason="leads to it", final_key=url_key(ORIGIN)),
            row_of(moved, state=State.INDEXED, reason="indexed", article_id=documents[0].id),
        ]
    )
    assert resolve_id(store, short) == documents[0]
    assert resolve_id(store, moved) == documents[0]
    assert [row.url for row in read_article(store, ORIGIN).trail] == [short]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("0" * 24, "no article in the index has this id"),
        ("harbour", "neither an id"),
        ("", "neither an id"),
        ("https://", "neither an id"),
        ("https://courier.test/never", "neither in the index nor in the ledger"),
        ("https://courier.test/gone", "the ledger says gone: answered 404"),
    ],
)
def test_what_is_not_there_is_named_with_what_is_known(store: Store, asked: str, words: str) -> None:
    store.ledger.discover([row_of("https://courier.test/gone", state=State.GONE, reason="answered 404")])
    with pytest.raises(NotKnown, match=words) as caught:
        resolve_id(store, asked)
    assert caught.value.subject == asked
    with pytest.raises(NotKnown):
        read_story(store, asked)


def test_a_story_is_found_by_its_id_and_by_each_of_its_articles(store: Store, documents: tuple[Document, ...]) -> None:
    for asked in (documents[0].link.story_id, documents[1].id, documents[2].article.url):
        view = read_story(store, asked)
        assert view.id == documents[0].link.story_id
        assert view.documents == documents[:3]
        assert view.origin == documents[0]
        assert view.last_seen_at == documents[2].article.first_seen_at


def test_of_copies_seen_at_one_time_the_origin_leads(store: Store, document_of: Callable[..., Document]) -> None:
    claims = [ClaimedTime.parse(f"2026-11-22T0{hour}:00:00Z", origin="feed") for hour in (6, 3, 5)]
    origin = document_of("https://a.test/x", published_at=claims[0])
    copies = [
        document_of(f"https://{name}.test/x", of=origin, kind=CopyKind.NEAR, published_at=claim)
        for name, claim in (("b", claims[1]), ("c", claims[2]))
    ]
    store.documents.put([*copies, origin])
    assert read_story(store, origin.id).documents == (origin, *copies)


def test_the_id_of_a_story_stands_though_the_article_that_started_it_left(
    store: Store, documents: tuple[Document, ...], document_of: Callable[..., Document]
) -> None:
    other = documents[3].link.story_id
    store.documents.put([replace(documents[0], link=Link(story_id=other, kind=CopyKind.NEAR, copy_of=other, score=0.5))])
    assert [document.id for document in read_story(store, documents[0].id).documents] == [documents[1].id, documents[2].id]
    assert read_story(store, ORIGIN).id == other


def test_an_article_view_has_versions_trail_and_story(store: Store, documents: tuple[Document, ...], document_of) -> None:
    later = document_of(ORIGIN, title="Harbour strike ends", text="They went back.", kind=CopyKind.UPDATE, minute=50)
    store.documents.put([replace(later, link=replace(later.link, story_id=StoryId(documents[0].id)))])
    store.ledger.discover([row_of(ORIGIN, state=State.INDEXED, reason="indexed")])
    view = read_article(store, ORIGIN)
    assert [version.article.text for version in view.versions] == [documents[0].article.text, "They went back."]
    assert [row.state for row in view.trail] == [State.INDEXED]
    assert len(view.story.documents) == 3


def test_every_kind_has_its_meaning() -> None:
    assert set(KIND_MEANINGS) == set(CopyKind)
