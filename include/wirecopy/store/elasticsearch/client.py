"""The one connection to Elasticsearch: its address, its errors turned into ours, its refreshes put off until someone looks."""

from __future__ import annotations

import re
import ssl
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from elastic_transport import ConnectionTimeout, TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from wirecopy.errors import ConfigError, PermanentError, StoreUnavailable, WirecopyError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_CONNECTION_NAME = re.compile(r"^HTTPS?Connection\([^)]*\): ")
_OLDEST_MAJOR = 9
_OPEN_TIMEOUT_S = 5.0
"""A node that is there answers `GET /` in milliseconds; a wrong address should be reported while its owner still looks."""

_BUSY = frozenset({429, 502, 503, 504})
_UNAUTHORISED = frozenset({401, 403})
_NOT_FOUND = 404
_NOT_READY = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the store is, read from its URL.

    Attributes:
        node: Scheme, host and port.
        prefix: What the names of all indices and aliases start with.
        user: Name for basic authentication, or None.
        password: Its password; never part of a message.
    """

    node: str
    prefix: str = "wirecopy"
    user: str | None = None
    password: str = field(default="", repr=False)

    @property
    def shown(self) -> str:
        """The address for messages, without the credentials."""
        return f"{self.node}/{self.prefix}"

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read `http(s)://[user:password@]host:port[/PREFIX]`.

        Raises:
            ConfigError: The URL has another form; the message does not repeat its password.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise ConfigError("store URL", f"cannot be read ({error}); write http://HOST:9200") from None
        shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        if parts.scheme not in {"http", "https"} or not host:
            raise ConfigError(shown, "is no address of Elasticsearch; write http://HOST:9200")
        if port is None:
            raise ConfigError(shown, f"names no port; write {parts.scheme}://{host}:9200{parts.path}")
        if parts.query or parts.fragment:
            raise ConfigError(shown, "has a query or fragment; write http://HOST:9200/PREFIX")
        prefix = parts.path.strip("/") or "wirecopy"
        if not _PREFIX.fullmatch(prefix):
            raise ConfigError(
                shown, f"the prefix {prefix!r} must be at most 100 of a-z, 0-9, - and _, and start with a letter or digit"
            )
        return cls(
            node=f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}",
            prefix=prefix,
            user=None if parts.username is None else unquote(parts.username),
            password=unquote(parts.password or ""),
        )


class Connection:
    """Speaks with one cluster and keeps track of what was written but not refreshed yet.

    Args:
        address: Where.
        timeout_s: Longest wait for one answer, seconds.
    """

    def __init__(self, address: Address, *, timeout_s: float) -> None:
        self.address = address
        self.timeout_s = timeout_s
        is_secure = address.node.startswith("https:")
        self.es = Elasticsearch(
            address.node,
            basic_auth=None if address.user is None else (address.user, address.password),
            # the interpreter's own trust, so that SSL_CERT_FILE names a private authority
            ssl_context=ssl.create_default_context() if is_secure else None,
            request_timeout=timeout_s,
            retry_on_timeout=False,
            max_retries=1,  # once more where an idle connection turned out to be closed; a wait is never doubled
            retry_on_status=(),
        )
        self._dirty: dict[str, int] = {}
        self._writes = 0
        self._guard = threading.Lock()

    def check(self) -> str:
        """The server's version.

        Raises:
            StoreUnavailable: Nothing answers within 5 seconds.
            ConfigError: What answers is no Elasticsearch 9, or refuses the credentials.
        """
        probe = self.es.options(request_timeout=min(_OPEN_TIMEOUT_S, self.timeout_s))
        # Asked for as plain JSON: to the client's own `compatible-with=9` an Elasticsearch 8 answers 400 and no version.
        body = self.call(probe.perform_request, "GET", "/", headers={"accept": "application/json"})
        number = str(body.get("version", {}).get("number", "")) if isinstance(body, dict) else ""
        major = number.partition(".")[0]
        if not major.isdigit():
            raise ConfigError(self.address.shown, "what answers there is no Elasticsearch; check the address")
        if int(major) < _OLDEST_MAJOR:
            raise ConfigError(self.address.shown, f"is Elasticsearch {number}; Wirecopy needs {_OLDEST_MAJOR}.0 or newer")
        return number

    def call(self, method: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
        """The body that a method of the client answers with.

        Raises:
            StoreUnavailable: No answer, or one that says to come again.
            ConfigError: The credentials were refused, or what answers is no Elasticsearch.
            PermanentError: The request was refused.
        """
        try:
            return method(*args, **arguments).body
        except (TransportError, UnsupportedProductError, ApiError) as error:
            raise self.explain(error) from error

    def explain(self, error: TransportError | UnsupportedProductError | ApiError) -> WirecopyError:
        """The error of our tree that stands for one of the client's."""
        shown = self.address.shown
        if isinstance(error, UnsupportedProductError):
            return ConfigError(shown, "what answers there is no Elasticsearch; check the address")
        if isinstance(error, ConnectionTimeout):
            return StoreUnavailable(shown, "does not answer in time; see whether Elasticsearch is up, then run again")
        if isinstance(error, TransportError):
            return StoreUnavailable(
                shown, f"does not answer ({_short_cause(error)}); start Elasticsearch there, or name another store"
            )
        if "x-elastic-product" not in error.meta.headers and error.status_code not in _BUSY | _UNAUTHORISED:
            return ConfigError(shown, f"what answers there ({error.status_code}) is no Elasticsearch; check the address")
        return explain_status(shown, error.status_code, describe_error(error.body))

    def mark(self, indices: Collection[str]) -> None:
        """Remember that something was written to these indices; called once the writing is over."""
        with self._guard:
            self._writes += 1
            self._dirty.update(dict.fromkeys(indices, self._writes))

    def settle(self, *aliases: str) -> None:
        """Make searchable what was written to these aliases, or to indices whose names begin with one; none for all."""
        with self._guard:
            seen = {name: write for name, write in self._dirty.items() if not aliases or name.startswith(aliases)}
        if seen:
            self.call(self.es.indices.refresh, index=sorted(seen), ignore_unavailable=True)
            with self._guard:  # what another thread wrote meanwhile is not covered
                self._dirty = {name: write for name, write in self._dirty.items() if seen.get(name) != write}

    def close(self) -> None:
        """Make everything searchable and close the connections."""
        try:
            self.settle()
        finally:
            self.es.close()


def explain_status(shown: str, status: int, reason: str) -> WirecopyError:
    """The error of our tree for an answer's status.

    Args:
        shown: The store's address for messages.
        status: As HTTP has it, 400 or more.
        reason: What the server said.
    """
    if status in _BUSY:
        return StoreUnavailable(shown, f"is overloaded or not ready ({status}: {reason}); run again later")
    if status in _UNAUTHORISED:
        return ConfigError(shown, f"refuses the credentials ({status}: {reason}); check user and password")
    if status == _NOT_FOUND:
        return PermanentError(shown, f"has lost an index ({reason}); restore it, or open the store anew to make it")
    return PermanentError(shown, f"refused a request ({status}: {reason})")


def raise_failed(connection: Connection, answer: Mapping[str, Any]) -> None:
    """Raise what became of one search, or one look-up, of several, if it failed.

    Raises:
        StoreUnavailable: The store was busy, or a shard was missing.
        PermanentError: It was refused, or its index is lost.
    """
    if "error" in answer:  # a look-up's has no status: its index is missing, or its shard is, as while a node starts
        is_lost = answer["error"].get("type") == "index_not_found_exception"
        status = int(answer.get("status", _NOT_FOUND if is_lost else _NOT_READY))
        raise explain_status(connection.address.shown, status, describe_error(answer["error"]))


def describe_error(body: object) -> str:
    """What an error of Elasticsearch says, root causes and all, in one line.

    Args:
        body: An answer's body, or the `error` of one item of many.
    """
    error = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return _first_line(str(error))
    reasons: list[str] = []
    pending: list[object] = [error]
    while pending:
        part = pending.pop(0)
        if isinstance(part, dict):
            reason = str(part.get("reason") or part.get("type") or "")
            if isinstance(part.get("reason"), str) and reason not in reasons:
                reasons.append(reason)
            pending += [*part.get("root_cause", ()), part.get("caused_by")]
            pending += [shard.get("reason") for shard in part.get("failed_shards", ()) if isinstance(shard, dict)]
    return _first_line("; ".join(reasons) or str(error.get("type", "no reason given")))


def _short_cause(error: TransportError) -> str:
    """What went wrong, without urllib3's own name for the connection."""
    return _CONNECTION_NAME.sub("", _first_line(error.message))


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0][:500] if lines else "no reason given"
