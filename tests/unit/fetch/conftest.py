"""A scripted web on loopback, and a fetcher that may reach it."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from wirecopy.archive import ArchiveWriter
from wirecopy.fetch.client import Fetcher
from wirecopy.models import FetchRequest, Purpose, SourceId
from wirecopy.settings import LoopbackRule, Settings

NOW = datetime(2026, 11, 22, 8, 30, 5, tzinfo=UTC)
HOSTS = ("courier.test", "bote.test", "kurier.test", *(f"site{n}.test" for n in range(12)))


def reply(status=200, body=b"hello", **headers):
    """The bytes of an HTTP answer; `_` in names of headers stands for `-`."""
    fields = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"HTTP/1.1 {status} Words".encode(), *(f"{k}: {v}".encode("latin-1") for k, v in fields.items() if v is not None)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@dataclass
class Asked:
    """A request as it came."""

    host: str
    path: str
    head: bytes
    at: float

    def header(self, name):
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.lower().encode():
                return value.strip()
        return None


@dataclass
class Web:
    """A server whose answers are scripted by host and path; the last of several answers repeats.

    An answer is bytes, or an async function of (writer, asked) that writes what it likes.
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

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                asked = Asked(host="", path=head.split(b" ")[1].decode(), head=head, at=asyncio.get_running_loop().time())
                asked.host = (asked.header("host") or b"").decode()
                self.asked.append(asked)
                answers = self.script.get((asked.host, asked.path)) or [reply(404, b"nothing here")]
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                self.open_now[asked.host] = self.open_now.get(asked.host, 0) + 1
                self.most_open[asked.host] = max(self.most_open.get(asked.host, 0), self.open_now[asked.host])
                try:
                    if callable(answer):
                        await answer(writer, asked)
                    else:
                        writer.write(answer)
                    await writer.drain()
                finally:
                    self.open_now[asked.host] -= 1
                if asked.header("connection") == b"close" or callable(answer):
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
        server = await asyncio.start_server(served.serve, "127.0.0.1", 0, limit=1 << 20)
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
