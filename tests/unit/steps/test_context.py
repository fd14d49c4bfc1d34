"""What every step works with: a site's pause holds in every process that shares the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.archive import ArchiveWriter
from wirecopy.errors import SitePaused
from wirecopy.fetch.client import Fetcher
from wirecopy.models import FetchRequest, Purpose, SitePause, SourceId
from wirecopy.progress import SilentObserver
from wirecopy.settings import Settings
from wirecopy.steps.context import StepContext
from wirecopy.store import open_store

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
FEED = FetchRequest(url="http://www.courier.test/feed", purpose=Purpose.FEED, source_id=SourceId("courier"))


@pytest.fixture
def context(tmp_path):
    settings = Settings(data=tmp_path)
    store = open_store(settings.store_url)
    archive = ArchiveWriter(settings.archive_dir, lambda: NOW)
    yield StepContext(
        settings=settings,
        sources=(),
        store=store,
        fetcher=Fetcher(settings, archive, lambda: NOW),
        observer=SilentObserver(),
        clock=lambda: NOW,
    )
    store.close()


def pause(site="courier.test", seconds=60):
    return SitePause(site=site, until=NOW + timedelta(seconds=seconds), reason="answered 429")


def test_a_pause_of_another_process_is_kept(context):
    context.store.pauses.save([pause()])
    results = []
    context.fetch([FEED], results.append)
    assert type(results[0].error) is SitePaused
    assert results[0].error.retry_after_s == 60
    assert "answered 429" in results[0].error.message
    assert not context.settings.archive_dir.exists()  # nothing was sent


def test_what_arises_is_saved_and_a_longer_pause_stays(context, monkeypatch):
    def run(requests, handle):
        context.fetcher._turns.pause("courier.test", 60, "answered 503")
        context.fetcher._turns.pause("bote.test", 60, "answered 503")
        context.store.pauses.save([pause(seconds=90)])  # another process, meanwhile

    monkeypatch.setattr(context.fetcher, "run", run)
    context.fetch([FEED], print)
    kept = {found.site: (found.until - NOW).total_seconds() for found in context.store.pauses.active(NOW)}
    assert kept == {"courier.test": 90, "bote.test": 60}


def test_what_arose_is_saved_when_the_run_ends_early(context, monkeypatch):
    def run(requests, handle):
        context.fetcher._turns.pause("courier.test", 60, "answered 503")
        raise KeyboardInterrupt

    monkeypatch.setattr(context.fetcher, "run", run)
    with pytest.raises(KeyboardInterrupt):
        context.fetch([FEED], print)
    assert [found.site for found in context.store.pauses.active(NOW)] == ["courier.test"]
