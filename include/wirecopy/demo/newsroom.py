"""The newsroom's server: a dozen outlets on one loopback port, told apart by the `Host` header."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from wirecopy.demo.feeds import write_feed
from wirecopy.demo.pages import render_home, render_page
from wirecopy.demo.texts import Outlet, Page, read_outlets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

_LOGGER = logging.getLogger(__name__)
_ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """A request that the newsroom answered.

    Attributes:
        at: When it came, seconds of `time.monotonic`.
        host: The host it asked for, without port.
        target: Path and query.
        status: The answer's status.
        headers: The request's headers, names in lower case.
    """

    at: float
    host: str
    target: str
    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    body: bytes = b""
    content_type: str = "text/html"
    etag: str | None = None
    modified: datetime | None = None
    location: str | None = None


class Newsroom:
    """Serves the outlets while its `with` block lasts; nothing it says changes between two runs.

    Addresses have no port in them, so that ids of documents are the same in every run: a client dials by `loopback`, the value
    for `WIRECOPY_LOOPBACK`.

    Args:
        port: Port on 127.0.0.1; 0 for any free one.

    Attributes:
        outlets: Who is there.
        truth: What is true of each page that a feed lists, by its address.
        requests: Every request so far, in the order of arrival.
    """

    def __init__(self, port: int = 0) -> None:
        self.outlets = read_outlets()
        self.truth: Mapping[str, Page] = {page.url: page for outlet in self.outlets for page in outlet.pages}
        self.requests: list[RequestRecord] = []
        self._sites = {outlet.host: _answers(outlet) for outlet in self.outlets}
        self._server = _Server((_ADDRESS, port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def loopback(self) -> str:
        """The value for `WIRECOPY_LOOPBACK`: each host, and where to dial for it."""
        return ",".join(f"{outlet.host}:80={_ADDRESS}:{self.port}" for outlet in self.outlets)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def write_sources(self, path: Path) -> None:
        """Write the sources file that lists every outlet."""
        path.write_text("\n".join(_source(outlet) for outlet in self.outlets), encoding="utf-8")

    def answer(self, host: str, target: str) -> _Answer:
        """What a host answers to a request for a path; a query changes nothing."""
        site = self._sites.get(host)
        if site is None:
            return _Answer(status=HTTPStatus.MISDIRECTED_REQUEST, body=b"no such outlet")
        return site.get(target.partition("?")[0], _Answer(status=HTTPStatus.NOT_FOUND, body=b"<h1>404</h1>"))


def _source(outlet: Outlet) -> str:
    """An outlet's table in the sources file; a JSON string is a TOML string."""
    facts = {
        "id": outlet.id,
        "name": outlet.name,
        "country": outlet.country,
        "language": outlet.language,
        "homepage": outlet.homepage,
        "feeds": [f"http://{outlet.host}{feed.path}" for feed in outlet.feeds],
        "delay_s": outlet.delay_s,
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items() if value is not None]
    return "\n".join(["[[source]]", *lines, ""])


def _answers(outlet: Outlet) -> dict[str, _Answer]:
    """Everything that an outlet answers, by path."""
    charset = f"; charset={outlet.page_charset}"
    answers = {"/": _Answer(status=HTTPStatus.OK, body=render_home(outlet), content_type=f"text/html{charset}")}
    if outlet.robots is not None:
        answers["/robots.txt"] = _Answer(status=HTTPStatus.OK, body=outlet.robots.encode(), content_type="text/plain")
    for feed in outlet.feeds:
        body = write_feed(outlet, feed)
        digest = hashlib.blake2b(body, digest_size=8).hexdigest()
        answers[feed.path] = _Answer(
            status=HTTPStatus.OK,
            body=body,
            content_type=feed.content_type,
            etag=f'"{digest}"' if "etag" in feed.validators else None,
            modified=outlet.listed(feed)[0].published if "last-modified" in feed.validators else None,
        )
    for page in outlet.pages:
        is_page = page.status in {HTTPStatus.OK, HTTPStatus.GONE} and page.location is None
        answers[page.path] = _Answer(
            status=page.status,
            body=render_page(outlet, page) if is_page else b"<h1>404</h1>",
            content_type=page.content_type + (charset if page.content_type == "text/html" else ""),
            location=page.location,
        )
    return answers


class _Server(ThreadingHTTPServer):
    request_queue_size = 256  # the usual 5 lose connections of a busy client, which then wait for retransmissions
    daemon_threads = True  # a client that keeps its connection open must not keep the newsroom from closing
    block_on_close = False

    def __init__(self, address: tuple[str, int], newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of an error, unless it is a client's that went away: nobody is owed a traceback for that."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 30  # seconds an idle connection is kept

    def do_GET(self) -> None:
        """Answer a request and remember it."""
        host = self.headers.get("Host", "").partition(":")[0].lower()
        answer = self.server.newsroom.answer(host, self.path)
        status = HTTPStatus.NOT_MODIFIED if self._is_current(answer) else HTTPStatus(answer.status)
        self.server.newsroom.requests.append(
            RequestRecord(
                at=monotonic(),
                host=host,
                target=self.path,
                status=int(status),
                headers={name.lower(): value for name, value in self.headers.items()},
            )
        )
        self._send(status, answer)

    do_HEAD = do_GET  # noqa: N815 - the name http.server calls

    def _is_current(self, answer: _Answer) -> bool:
        """Whether the client has this answer already; an ETag outranks a date (RFC 9110, 13.2.2)."""
        if self.headers.get("If-None-Match") is not None:
            return answer.etag is not None and self.headers["If-None-Match"] == answer.etag
        since = self.headers.get("If-Modified-Since")
        if since is None or answer.modified is None:
            return False
        try:
            return parsedate_to_datetime(since) >= answer.modified
        except (TypeError, ValueError):
            return False

    def _send(self, status: HTTPStatus, answer: _Answer) -> None:
        body = b"" if status is HTTPStatus.NOT_MODIFIED else answer.body
        self.send_response(status)
        if body:
            self.send_header("Content-Type", answer.content_type)
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, mtime=0)
                self.send_header("Content-Encoding", "gzip")
        if answer.etag is not None:
            self.send_header("ETag", answer.etag)
        if answer.modified is not None:
            self.send_header("Last-Modified", format_datetime(answer.modified.astimezone(UTC), usegmt=True))
        if answer.location is not None:
            self.send_header("Location", answer.location)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Log to our logger, not to stderr."""
        _LOGGER.debug(format, *args)
