"""What all tests share: where the test data and the real servers are, and clear words where they are not."""

from __future__ import annotations

import os
import subprocess
import uuid
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wirecopy.identity import article_id, version_id
from wirecopy.models import CopyKind, Document, Fingerprints, Link, SourceId, StagedArticle, StoryId
from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_IMAGE = "docker.elastic.co/elasticsearch/elasticsearch:9.4.3"
_ROOT = Path(__file__).parents[1]


def missing(message: str) -> None:
    """Skip for the lack of something; where CI is set, a skip is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{message} (CI is set, so this is no skip)", pytrace=False)
    pytest.skip(message)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a store of their own configured; no test may touch it."""
    for name in [name for name in os.environ if name.startswith("WIRECOPY_") and name != "WIRECOPY_TEST_DATA"]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of real pages, feeds, copies and translations; it is no part of the project."""
    folder = Path(os.environ.get("WIRECOPY_TEST_DATA", _ROOT.parent / "shared" / "data"))
    if not (folder / "pages").is_dir():
        missing(f"no test data at {folder}: set WIRECOPY_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """A real server's URL: from ELASTICSEARCH_URL, else started by Docker."""
    named = os.environ.get("ELASTICSEARCH_URL", "").rstrip("/")
    if named:
        yield named
        return
    if not _has_docker():
        missing("no Elasticsearch: set ELASTICSEARCH_URL=http://HOST:PORT or start Docker")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # testcontainers' own deprecations are not ours to mend
        from testcontainers.community.elasticsearch import ElasticSearchContainer

        server = ElasticSearchContainer(_IMAGE, mem_limit="2g").with_env("ES_JAVA_OPTS", "-Xms512m -Xmx512m")
        server.with_env("discovery.type", "single-node")
        server.start()
    try:
        yield f"http://{server.get_container_host_ip()}:{server.get_exposed_port(server.port)}"
    finally:
        server.stop()


def _has_docker() -> bool:
    try:
        answer = subprocess.run(["docker", "info"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


@pytest.fixture(scope="module")
def elasticsearch_store_url(elasticsearch_url: str) -> Iterator[str]:
    """A store URL with a prefix of this module's own, whose indices go when the module is done."""
    from elasticsearch import Elasticsearch

    prefix = f"wirecopytest{uuid.uuid4().hex[:10]}"
    yield f"{elasticsearch_url}/{prefix}"
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        for name in client.indices.get(index=f"{prefix}*", expand_wildcards="all"):
            client.indices.delete(index=name)
        for template in client.indices.get_index_template()["index_templates"]:
            if template["name"].startswith(prefix):
                client.indices.delete_index_template(name=template["name"])


@pytest.fixture
def document_of() -> Callable[..., Document]:
    """Makes documents: `document_of(url, title=…, text=…, kind=…, of=DOCUMENT, minute=…)`; a copy joins the story of `of`."""

    def make(
        url: str,
        *,
        title: str = "A title",
        text: str = "A text about nothing in particular.",
        kind: CopyKind = CopyKind.ORIGIN,
        of: Document | None = None,
        score: float | None = None,
        evidence: Mapping[str, Any] | None = None,
        minute: int = 0,
        source: str = "courier",
        lang: str | None = "en",
        **others: Any,
    ) -> Document:
        key = url_key(url)
        seen = datetime(2026, 11, 22, 8, tzinfo=UTC) + timedelta(minutes=minute)
        article = StagedArticle(
            key=key,
            url=url,
            source_id=SourceId(source),
            first_seen_at=seen,
            fetched_at=seen + timedelta(seconds=5),
            title=title,
            text=text,
            lang=lang,
            **others,
        )
        return Document(
            id=article_id(key),
            version_id=version_id(key, text),
            article=article,
            fingerprints=Fingerprints(version=1, exact=f"x{hash((url, text)):x}", tokens=len(text.split()), keys=()),
            link=Link(
                story_id=of.link.story_id if of else StoryId(article_id(key)),
                kind=kind,
                copy_of=of.id if of else None,
                score=score,
                evidence=evidence or {},
            ),
            indexed_at=seen + timedelta(seconds=9),
        )

    return make
