"""What tests of several rooms share: the test data, the real servers (clear words where they are not there), a scripted web."""

from __future__ import annotations

import asyncio
import inspect
import os
import subprocess
import threading
import uuid
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from wirecopy.identity import article_id, version_id
from wirecopy.models import CopyKind, Document, Fingerprints, Link, SourceId, StagedArticle, StoryId
from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_IMAGE = "docker.elastic.co/elasticsearch/elasticsearch:9.4.3"
_ROOT = Path(__file__).parents[1]

# How long an example takes is the machine's business: Hypothesis' own 200 ms fail where others use the processor.
settings.register_profile("wirecopy", settings(), deadline=None)
settings.load_profile("wirecopy")


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


def reply(status=200, body=b"", **headers):
    """The bytes of an HTTP answer; `_` in names of headers stands for `-`; a header of None is left out."""
    body = body.encode() if isinstance(body, str) else body
    fields = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"HTTP/1.1 {status} Words".encode(), *(f"{k}: {v}".encode("latin-1") for k, v in fields.items() if v is not None)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@dataclass
class Asked:
    """A request as it came; `form` is the body of a POST."""

    method: str
    host: str
    path: str
    head: bytes
    at: float
    form: bytes = b""

    @property
    def url(self):
        return f"http://{self.host}{self.path}"

    def header(self, name):
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.lower().encode():
                return value.strip()
        return None


@dataclass
class Web:
    """A server whose answers are scripted by host and path; the last of several answers repeats.

    An answer is bytes, a function of `asked` that gives bytes, or an async function of `(writer, asked)` that writes what it
    likes (the connection is closed after it). What is not scripted is 404.
    """

    port: int = 0
    connections: int = 0
    open_now: dict = field(default_factory=dict)
    most_open: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    script: dict = field(default_factory=dict)

    reply = staticmethod(reply)

    def on(self, url, *answers):
        host, _, path = url.removeprefix("http://").partition("/")
        self.script[host, f"/{path}"] = list(answers)

    def paths(self, host=None):
        return [asked.path for asked in self.asked if host in (None, asked.host)]

    def urls(self):
        return [asked.url for asked in self.asked]

    def last(self, url):
        """The last request for a URL."""
        return [asked for asked in self.asked if asked.url == url][-1]

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                method, path = head.split(b" ")[:2]
                asked = Asked(method.decode(), "", path.decode(), head, asyncio.get_running_loop().time())
                asked.host = (asked.header("host") or b"").decode()
                asked.form = await reader.readexactly(int(asked.header("content-length") or 0))
                self.asked.append(asked)
                answers = self.script.get((asked.host, asked.path)) or [reply(404, b"nothing here")]
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                self.open_now[asked.host] = self.open_now.get(asked.host, 0) + 1
                self.most_open[asked.host] = max(self.most_open.get(asked.host, 0), self.open_now[asked.host])
                try:
                    if inspect.iscoroutinefunction(answer):
                        await answer(writer, asked)
                    else:
                        writer.write(answer(asked) if callable(answer) else answer)
                    await writer.drain()
                finally:
                    self.open_now[asked.host] -= 1
                if asked.header("connection") == b"close" or inspect.iscoroutinefunction(answer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
def web():
    """A running server."""
    served = Web()
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    stop = asyncio.Event()

    async def main():
        server = await asyncio.start_server(served.serve, "127.0.0.1", 0, limit=1 << 20, backlog=512)
        served.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=lambda: (loop.run_until_complete(main()), loop.close()), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield served
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    assert not thread.is_alive()
