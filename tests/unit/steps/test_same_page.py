"""One article under several addresses is one document, where the addresses lead to one and the texts agree."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.linking.stories import link_articles
from wirecopy.models import LedgerRow, SourceId, StagedArticle, UrlKey
from wirecopy.outcomes import State
from wirecopy.steps.same_page import settle_same_pages
from wirecopy.store import open_store

SEEN = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXT = "The council of the town opened the new bridge over the river on Monday after four years of work and much talk. " * 3
OTHER = (
    "A ferry ran aground on the sands off the southern cape at dawn, and all of its passengers were taken ashore by noon. " * 3
)
CANONICAL = UrlKey("1:courier.test/bridge")


def key(name):
    return UrlKey(f"1:courier.test/{name}")


def row(name, *, final=CANONICAL, state=State.EXTRACTED):
    return LedgerRow(
        key=key(name),
        url=f"http://courier.test/{name}",
        source_id=SourceId("courier"),
        feed_url="http://courier.test/rss",
        state=state,
        reason="because",
        first_seen_at=SEEN,
        final_key=final,
    )


def article(name, text=TEXT, title="A bridge opens"):
    return StagedArticle(
        key=key(name),
        url=f"http://courier.test/{name}",
        source_id=SourceId("courier"),
        first_seen_at=SEEN,
        fetched_at=SEEN,
        title=title,
        text=text,
    )


@pytest.fixture
def store():
    opened = open_store("sqlite::memory:")
    yield opened
    opened.close()


def settle(store, *articles):
    rows = store.ledger.get([item.key for item in articles])
    kept, settled = settle_same_pages(store, articles, rows)
    return [item.key.rpartition("/")[2] for item in kept], {found.key.rpartition("/")[2]: found for found in settled}


def index(store, *articles):
    documents = link_articles(articles, store.documents, now=SEEN, window=timedelta(days=14))
    assert store.documents.put(documents) == ()


@pytest.mark.parametrize(
    "order", [("politics", "bridge", "local"), ("bridge", "local", "politics"), ("local", "politics", "bridge")]
)
def test_of_one_text_under_one_canonical_address_one_stands_in_any_order_of_a_batch(store, order):
    store.ledger.save([row("politics"), row("local"), row("bridge", final=None)])
    kept, settled = settle(store, *map(article, order))
    assert kept == ["bridge"]
    assert {name: found.state for name, found in settled.items()} == dict.fromkeys(["local", "politics"], State.SAME_PAGE)
    assert all("courier.test/bridge" in found.reason and found.final_key == key("bridge") for found in settled.values())


def test_the_first_that_was_seen_stands(store):
    store.ledger.save([row("politics"), row("local")])
    later = replace(article("local"), first_seen_at=SEEN + timedelta(hours=1))
    kept, settled = settle(store, later, article("politics"))
    assert kept == ["politics"]
    assert list(settled) == ["local"]


@pytest.mark.parametrize(("first", "second"), [("politics", "local"), ("politics", "bridge"), ("bridge", "politics")])
def test_the_same_in_two_rounds(store, first, second):
    store.ledger.save([row("politics"), row("local"), row("bridge", final=None)])
    index(store, article(first))
    kept, settled = settle(store, article(second))
    assert kept == []
    assert settled[second].final_key == key(first)


def test_one_that_joined_is_found_through_by_the_next(store):
    store.ledger.save(
        [row("politics"), row("local", final=key("politics"), state=State.SAME_PAGE), row("sport", final=key("local"))]
    )
    index(store, article("politics"))
    store.ledger.save([row("late")])
    assert settle(store, article("late"))[0] == []


def test_texts_that_disagree_are_two_documents(store):
    store.ledger.save([row("politics"), row("local")])
    assert settle(store, article("politics"), article("local", OTHER))[0] == ["politics", "local"]
    index(store, article("politics"))
    assert settle(store, article("local", OTHER))[0] == ["local"]


def test_titles_that_disagree_are_two_documents(store):
    store.ledger.save([row("politics"), row("local")])
    assert settle(store, article("politics"), article("local", title="Read on with a subscription"))[0] == ["politics", "local"]


def test_the_same_text_without_evidence_is_a_copy_and_no_same_page(store):
    store.ledger.save([row("politics", final=None), row("local", final=None)])
    assert settle(store, article("politics"), article("local"))[0] == ["politics", "local"]


def test_an_earlier_version_counts(store):
    store.ledger.save([row("politics"), row("local")])
    index(store, article("politics"))
    index(store, article("politics", OTHER))
    assert settle(store, article("local"))[0] == []
    assert settle(store, article("local", OTHER))[0] == []


def test_a_document_of_its_own_stays_one(store):
    store.ledger.save([row("politics"), row("local")])
    index(store, article("politics"), article("local", OTHER))
    assert settle(store, article("local"))[0] == ["local"]


def test_an_article_from_a_file_is_always_linked(store):
    assert settle(store, article("politics"), article("local"))[0] == ["politics", "local"]


def test_an_article_twice_in_a_batch_is_no_other_page(store):
    store.ledger.save([row("politics")])
    again = replace(article("politics"), fetched_at=SEEN + timedelta(hours=1))
    assert settle(store, article("politics"), again) == (["politics", "politics"], {})


def test_an_address_that_a_whole_site_leads_to_is_no_evidence(store):
    names = [f"p{n}" for n in range(30)]
    store.ledger.save([row(name) for name in names])
    kept, settled = settle(store, *map(article, names))
    assert (kept, settled) == (names, {})
