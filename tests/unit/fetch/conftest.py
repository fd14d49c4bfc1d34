"""A fetcher that may reach the scripted web."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wirecopy.archive import ArchiveWriter
from wirecopy.fetch.client import Fetcher
from wirecopy.models import FetchRequest, Purpose, SourceId
from wirecopy.settings import LoopbackRule, Settings

NOW = datetime(2026, 11, 22, 8, 30, 5, tzinfo=UTC)
HOSTS = ("courier.test", "bote.test", "kurier.test", *(f"site{n}.test" for n in range(12)))


@pytest.fixture
def settings(web, tmp_path):
    """Makes settings under which the scripted hosts, and nothing else on loopback, may be fetched."""

    def make(**changes):
        rules = tuple(LoopbackRule(host=host, port=80, address="127.0.0.1", dial_port=web.port) for host in HOSTS)
        values = {"data": tmp_path, "loopback": rules, "delay_s": 0, "timeout_s": 5, "robots": False, **changes}
        return Settings(**values)

    return make


@pytest.fixture
def request_for():
    """Makes a request."""

    def make(url, purpose=Purpose.PAGE, **changes):
        return FetchRequest(url=url, purpose=purpose, source_id=SourceId("courier"), **changes)

    return make


@pytest.fixture
def fetch(settings, request_for):
    """Fetches URLs or requests; the results in the order of the requests."""

    def run(*wanted, fetcher=None, **changes):
        requests = [request_for(item) if isinstance(item, str) else item for item in wanted]
        results = []
        values = settings(**changes)
        with ArchiveWriter(values.archive_dir, lambda: NOW) as archive:
            (fetcher or Fetcher(values, archive, lambda: NOW)).run(requests, results.append)
        assert len(results) == len(requests)
        by_request = {id(result.request): result for result in results}
        return [by_request[id(request)] for request in requests]

    return run
