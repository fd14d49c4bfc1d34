"""When it is this machine that is cut off."""

from datetime import UTC, datetime

import pytest

from wirecopy.errors import (
    ConnectionFailed,
    FetchTimeout,
    HostSilent,
    RateLimited,
    RobotsDenied,
    ServerFailed,
    TooManyRedirects,
    UnsafeAddress,
)
from wirecopy.models import ArchiveRef, FetchedPage, FetchRequest, FetchResult, Purpose, SourceId
from wirecopy.outage import seems_offline


def failed(url, kind=ConnectionFailed):
    request = FetchRequest(url=url, purpose=Purpose.PAGE, source_id=SourceId("a"))
    return FetchResult(request=request, page=None, error=kind(url, "no"))


def answered(url, status=200):
    request = FetchRequest(url=url, purpose=Purpose.PAGE, source_id=SourceId("a"))
    page = FetchedPage(
        url=url,
        final_url=url,
        status=status,
        headers={},
        body=b"",
        is_truncated=False,
        fetched_at=datetime(2026, 11, 22, tzinfo=UTC),
        archive_ref=ArchiveRef(file="a", offset=0),
    )
    return FetchResult(request=request, page=page, error=None)


DOWN = [failed("http://a.test/1"), failed("http://b.test/1"), failed("http://c.test/1", FetchTimeout)]


def test_three_sites_out_of_reach_and_none_in_reach_is_an_outage_of_ours():
    assert seems_offline(DOWN)


def test_two_sites_are_too_few_however_many_pages_and_hosts():
    urls = [f"http://{host}.{site}.test/{page}" for site in "ab" for host in ("www", "news", "sport") for page in range(9)]
    assert not seems_offline([failed(url) for url in urls])


def test_nothing_asked_is_no_outage():
    assert not seems_offline([])


@pytest.mark.parametrize("status", [200, 304, 404, 403])
def test_one_answer_says_that_we_are_online(status):
    assert not seems_offline([*DOWN, answered("http://d.test/", status)])


@pytest.mark.parametrize("kind", [ServerFailed, TooManyRedirects])
def test_an_answer_that_is_a_failure_is_an_answer(kind):
    assert not seems_offline([*DOWN, failed("http://d.test/", kind)])


@pytest.mark.parametrize("kind", [HostSilent, RateLimited, RobotsDenied, UnsafeAddress])
def test_what_was_perhaps_not_sent_says_nothing(kind):
    assert seems_offline([*DOWN, failed("http://d.test/", kind)])
    assert not seems_offline([*DOWN[:2], failed("http://d.test/", kind)])
