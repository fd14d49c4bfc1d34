"""Sending requests and reading answers: the only module that knows the HTTP library."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import aiohttp
from yarl import URL

from wirecopy.archive.response import clean_headers
from wirecopy.errors import ConnectionFailed, FetchTimeout, NameNotFound
from wirecopy.fetch.dial import GuardedResolver, GuardedSockets, SystemLookup
from wirecopy.fetch.headers import RAW_BYTES
from wirecopy.fetch.journey import Answer
from wirecopy.urls.hosts import is_ip_literal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from aiohttp.connector import Connection

    from wirecopy.fetch.dial import Lookup
    from wirecopy.fetch.guard import Guard, Target
    from wirecopy.settings import Settings

_CONNECT_S = 10.0
_NAMES_KEPT_S = 60
_TURNS_TO_CLOSE = 3
# aiohttp's own limit of 8,190 bytes refuses pages whose Content-Security-Policy or preload list is longer, as news sites have.
_MAX_HEADER_BYTES = 65_536
_MAX_HEADERS = 256
_VALIDATORS = ("If-None-Match", "If-Modified-Since")
# The UTF-8 form of `RAW_BYTES`.
_RAW = re.compile(f"[{chr(RAW_BYTES[0])}-{chr(RAW_BYTES[-1])}]")


class _AiohttpTransport:
    """Sends requests with aiohttp: no cookies, no referrer, no proxy from the environment, no redirects."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(
        self, target: Target, headers: Mapping[str, str], *, form: bytes | None = None, max_bytes: int, timeout_s: float
    ) -> Answer:
        """Send one request and read its answer, at most `max_bytes` of its decoded body.

        Raises:
            FetchTimeout: It took longer than `timeout_s` seconds.
            ConnectionFailed: No connection could be made, it broke, or what came is not HTTP; `NameNotFound` where the host's
                name has no address.
            UnsafeAddress: The target's name leads to an address that may not be dialled.
        """
        url, headers = _dial_url(target, headers)
        try:
            async with (
                asyncio.timeout(timeout_s),
                self._session.request(
                    "GET" if form is None else "POST", url, headers=headers, data=form, allow_redirects=False
                ) as response,
            ):
                body, is_truncated = await _read(response.content, max_bytes)
                if is_truncated:
                    response.close()
                return Answer(
                    status=response.status,
                    reason=response.reason or "",
                    headers=clean_headers(response.raw_headers),
                    body=body,
                    is_truncated=is_truncated,
                    sent=dict(response.request_info.headers),
                )
        except aiohttp.ConnectionTimeoutError:
            raise ConnectionFailed(target.url, f"no connection within {_CONNECT_S:g} s") from None
        except TimeoutError:
            raise FetchTimeout(target.url, f"no whole answer within {timeout_s:g} s") from None
        except aiohttp.ClientConnectorCertificateError as error:
            reason = getattr(error.certificate_error, "verify_message", "") or error.certificate_error
            raise ConnectionFailed(target.url, f"the certificate of {target.host} is not trusted: {reason}") from error
        except aiohttp.ClientConnectorDNSError as error:
            raise NameNotFound(target.url, _why(error)) from error
        except (aiohttp.ClientError, OSError, ValueError, LookupError) as error:
            # ValueError and LookupError: what aiohttp lets out of its parsing of hostile headers and addresses.
            raise ConnectionFailed(target.url, _why(error)) from error


class _RawHeaders(aiohttp.ClientRequest):
    """A request that can send bytes which are no UTF-8: aiohttp encodes every header so (its issue 7943).

    `wirecopy.fetch.headers.sendable_header` writes such a byte as a character of `RAW_BYTES`; it is put back where the headers go
    out. Should aiohttp one day write them by another way, the characters would go out as they are: a validator that fits nothing,
    which costs a transfer.
    """

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Send it; see aiohttp."""
        protocol = conn.protocol
        if protocol is None or not any(_RAW.search(self.headers.get(name, "")) for name in _VALIDATORS):
            return await super().send(conn)
        transport = protocol.transport
        protocol.transport = cast("asyncio.Transport", _RawWriter(transport))
        try:
            return await super().send(conn)
        finally:
            if isinstance(protocol.transport, _RawWriter):  # else the connection broke meanwhile
                protocol.transport = transport


class _RawWriter:
    """A connection's transport that writes characters of `RAW_BYTES` as the bytes they stand for."""

    def __init__(self, transport: asyncio.Transport | None) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Write a request's head."""
        text = bytes(data).decode("utf-8", "surrogateescape")
        raw = _RAW.sub(lambda match: chr(0xDC80 + ord(match[0]) - RAW_BYTES[0]), text)
        cast("asyncio.Transport", self._transport).write(raw.encode("utf-8", "surrogateescape"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


async def _read(content: aiohttp.StreamReader, max_bytes: int) -> tuple[bytes, bool]:
    chunks: list[bytes] = []
    size = 0
    async for chunk in content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            return b"".join(chunks)[:max_bytes], True
    return (chunks[0] if len(chunks) == 1 else b"".join(chunks)), False


def _dial_url(target: Target, headers: Mapping[str, str]) -> tuple[URL, Mapping[str, str]]:
    """The address as aiohttp is given it.

    A rule's host name is turned into its address by the resolver. For an IP address aiohttp asks no resolver, so the address to
    dial stands in the URL and the one that was asked for in `Host`.
    """
    address = target.url.partition("#")[0]
    rule = target.rule
    if rule is None or not is_ip_literal(target.host):
        return URL(address, encoded=True), headers
    dialled = f"[{rule.address}]" if ":" in rule.address else rule.address
    rest = address.removeprefix(target.origin)
    host = target.origin.partition("//")[2]
    return URL(f"{target.scheme}://{dialled}:{rule.dial_port}{rest}", encoded=True), {**headers, "Host": host}


def _why(error: Exception) -> str:
    # aiohttp's word for its settings of TLS, which stands there for plain http as well.
    text = " ".join(str(error).replace(" ssl:default ", " ").split())
    return f"the connection failed: {text[:300] or type(error).__name__}"


@asynccontextmanager
async def open_transport(settings: Settings, guard: Guard, lookup: Lookup | None) -> AsyncIterator[_AiohttpTransport]:
    """A transport with connections of its own.

    Args:
        settings: Limits, and what we call ourselves.
        guard: Says what may be dialled.
        lookup: Resolves host names; None for the operating system's way.
    """
    system = SystemLookup() if lookup is None else None
    resolver = GuardedResolver(lookup or cast("Lookup", system), guard)
    connector = aiohttp.TCPConnector(
        resolver=cast("aiohttp.abc.AbstractResolver", resolver),
        socket_factory=GuardedSockets(guard),
        ttl_dns_cache=_NAMES_KEPT_S,
        limit=0,  # `Settings.concurrency` bounds them
    )
    try:
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": settings.user_agent},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S),
            trust_env=False,
            max_line_size=_MAX_HEADER_BYTES,
            max_field_size=_MAX_HEADER_BYTES,
            max_headers=_MAX_HEADERS,
            request_class=_RawHeaders,
        ) as session:
            yield _AiohttpTransport(session)
    finally:
        # The socket of a handshake that failed is closed in the loop's next turns; a loop that ends before leaves it open.
        for _ in range(_TURNS_TO_CLOSE):
            await asyncio.sleep(0)
        if system is not None:
            system.close()
