"""Dialling: names are resolved and sockets opened under the guard.

Both must check: the HTTP library skips its resolver for IP addresses in URLs (measured: a resolver alone let 4 of 13 hostile
forms through, resolver and socket factory none).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from wirecopy.errors import UnsafeAddress
from wirecopy.fetch.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Sequence

Lookup = Callable[[str], Awaitable["Sequence[str]"]]
"""Gives the IP addresses of a host name; raises OSError where there are none."""

# Lookups wait and do not compute; the default pool of six threads on two cores would let six dead names block all others.
_LOOKUP_THREADS = 32
# A name that is no rule's own leads to the public web or nowhere, whatever loopback addresses the rules open to others.
_PUBLIC = Guard()


class SystemLookup:
    """Names as the operating system resolves them, in threads of its own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOKUP_THREADS, thread_name_prefix="wirecopy-dns")

    async def __call__(self, host: str) -> Sequence[str]:
        """The addresses of a host, in the order to try them."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _getaddrinfo, host)
        return list(dict.fromkeys(str(info[4][0]) for info in found))

    def close(self) -> None:
        """Wait for nobody: a lookup that hangs ends with its thread."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class GuardedResolver:
    """A resolver for the HTTP library that gives only addresses which may be dialled.

    Args:
        lookup: Resolves names.
        guard: Says what may be dialled, and which hosts are dialled at a loopback address instead.
    """

    def __init__(self, lookup: Lookup, guard: Guard) -> None:
        self._lookup = lookup
        self._guard = guard

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
        """The addresses to dial.

        Raises:
            UnsafeAddress: None of the name's addresses is on the public web.
            OSError: The name has no address.
        """
        rule = self._guard.rule_for(host, port)
        if rule is not None:
            return [_entry(host, rule.address, rule.dial_port)]
        entries: list[dict[str, Any]] = []
        refusal: UnsafeAddress | None = None
        for address in await self._lookup(host):
            if (family == socket.AF_INET and ":" in address) or (family == socket.AF_INET6 and ":" not in address):
                continue
            try:
                _PUBLIC.check_address(address, port)
            except UnsafeAddress as error:
                refusal = UnsafeAddress(host, error.message)
            else:
                entries.append(_entry(host, address, port))
        if entries:
            return entries
        raise refusal or OSError(f"{host} has no address")

    async def close(self) -> None:
        """Nothing is held open."""


class GuardedSockets:
    """A socket factory for the HTTP library: no socket for an address that may not be dialled.

    Args:
        guard: Says what may be dialled.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def __call__(self, info: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
        """A socket to dial the address with.

        Raises:
            UnsafeAddress: It may not be dialled.
        """
        family, kind, protocol, _, address = info
        self._guard.check_address(str(address[0]), int(address[1]))
        return socket.socket(family, kind, protocol)


def _getaddrinfo(host: str) -> list[tuple[Any, ...]]:
    return list(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))


def _entry(host: str, address: str, port: int) -> dict[str, Any]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return {"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": socket.AI_NUMERICHOST}
