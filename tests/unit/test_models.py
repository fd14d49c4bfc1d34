from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.identity import article_id, version_id
from wirecopy.models import ArchiveRef, ClaimedTime, Precision, UrlKey


@pytest.mark.parametrize(
    ("text", "stated", "precision"),
    [
        ("2026-11-22", "2026-11-22", Precision.DAY),
        ("2026-11-22T08:30+01:00", "2026-11-22T08:30+01:00", Precision.MINUTE),
        ("2026-11-22T08:30", "2026-11-22T08:30", Precision.MINUTE),
        ("2026-11-22 08:30:15", "2026-11-22T08:30:15", Precision.SECOND),
        ("2026-11-22T07:30:00Z", "2026-11-22T07:30:00+00:00", Precision.SECOND),
        ("2026-11-22T07:30:00.123-03:30", "2026-11-22T07:30:00-03:30", Precision.SECOND),
    ],
)
def test_a_claimed_time_says_what_was_stated(text, stated, precision):
    claimed = ClaimedTime.parse(text, origin="feed")
    assert claimed is not None
    assert (claimed.stated, claimed.precision) == (stated, precision)
    assert ClaimedTime.parse(claimed.stated, origin="feed") == ClaimedTime.parse(stated, origin="feed")


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_what_is_no_date_is_none(text):
    assert ClaimedTime.parse(text, origin="feed") is None


def test_a_claim_about_the_future_is_not_believed():
    seen = datetime(2026, 11, 22, 12, tzinfo=UTC)
    for hours, believed in [(-9000, True), (0, True), (24, True), (25, False)]:
        claimed = ClaimedTime.parse((seen + timedelta(hours=hours)).isoformat(), origin="meta")
        assert claimed is not None
        assert claimed.is_believable(seen) is believed


def test_archive_refs_survive_their_text_form():
    ref = ArchiveRef(file="2026/11/odd@name.warc.gz", offset=12345)
    assert ArchiveRef.parse(str(ref)) == ref


def test_ids_are_stable_and_apart():
    key = UrlKey("1:courier.test/a")
    # Written down, because every stored document's id depends on it: a change here loses every link and citation.
    assert article_id(key) == "79ad123ce216bca1a69ec0a9"
    assert version_id(key, "text") != version_id(key, "text ")
    assert version_id(key, "text") != article_id(key)
    assert version_id(UrlKey("1:courier.test/at"), "ext") != version_id(key, "text")
