"""What a run writes of the pages it fetched."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from wirecopy.models import LedgerRow, SourceId, UrlKey
from wirecopy.outcomes import State
from wirecopy.steps import collect
from wirecopy.store import open_store

SEEN = datetime(2026, 11, 22, 12, tzinfo=UTC)


def row(name, state, **changes):
    return LedgerRow(
        key=UrlKey(f"1:courier.test/{name}"),
        url=f"http://courier.test/{name}",
        source_id=SourceId("courier"),
        feed_url="http://courier.test/rss",
        state=state,
        reason="because",
        first_seen_at=SEEN,
        **changes,
    )


@pytest.fixture
def context():
    store = open_store("sqlite::memory:")
    yield SimpleNamespace(store=store)
    store.close()


def saved(context, *judged):
    collect._save_fetched(context, list(judged))
    return {key.rpartition("/")[2]: found for key, found in context.store.ledger.get([row.key for row in judged]).items()}


def test_a_failure_does_not_stand_over_what_another_run_reached(context):
    context.store.ledger.save([row("a", State.INDEXED), row("b", State.PENDING)])
    found = saved(context, row("a", State.RETRYING), row("b", State.RETRYING))
    assert found["a"].state is State.INDEXED
    assert found["b"].state is State.RETRYING
