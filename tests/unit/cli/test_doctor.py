"""The doctor's numbers are those of the store."""

from datetime import UTC, datetime

from wirecopy.cli.doctor import examine
from wirecopy.models import FeedState, SourceId
from wirecopy.settings import Settings
from wirecopy.store import open_store


def test_a_feed_that_waits_for_its_site_was_not_polled(tmp_path):
    settings = Settings(data=tmp_path)
    store = open_store(settings.store_url)
    polled = FeedState(
        url="http://courier.test/a",
        source_id=SourceId("courier"),
        first_polled_at=datetime(2026, 11, 23, tzinfo=UTC),
        error_streak=1,
    )
    store.feeds.save([polled, FeedState(url="http://courier.test/b", source_id=SourceId("courier"))])
    store.close()
    assert "1 polled so far, 1 failing" in [finding.detail for finding in examine(settings)]
