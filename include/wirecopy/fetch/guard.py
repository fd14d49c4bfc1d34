"""The guard: which addresses may be asked for, and which may be dialled.

Feeds are written by strangers, and so are the addresses in them. What an address says (`check_url`) and where it leads once its
name is resolved (`check_address`, called for the very address that is dialled) are both checked, for a name may lead to another
address each time it is resolved. The one exception is a `LoopbackRule` of the settings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from wirecopy.errors import UnsafeAddress
from wirecopy.urls.hosts import domain_of, is_ip_literal, normalise_host
from wirecopy.urls.links import DEFAULT_PORTS, UrlParts, remove_dot_segments, split_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wirecopy.settings import LoopbackRule

ALLOWED_PORTS = frozenset({80, 443, 8080, 8443})
"""Ports that web sites are served from; others belong to databases, mail and consoles."""

# IPv4 addresses that are not on the public web, from IANA's special-purpose registry. `ipaddress.is_global` would miss multicast
# and 6to4 relays (measured on Python 3.11.7), and differs from one version of Python to the next.
_CLOSED_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carriers' NAT; Alibaba's metadata at 100.100.100.200
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local; most clouds' metadata at 169.254.169.254
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments; Oracle's metadata at 192.0.0.192
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
            "168.63.129.16/32",  # Azure's metadata, a public address
        ),
    )
)
# Of IPv6 only the global unicast space is open. What lies outside includes loopback, mapped and compatible IPv4 (::/96,
# ::ffff:0:0/96), NAT64 (64:ff9b::/96), unique local (AWS's metadata at fd00:ec2::254), link-local, site-local and multicast.
_OPEN_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, which carries any IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)
_UNSENDABLE = re.compile(r"[^!#-;=?-\[\]_a-z~]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address that may be asked for.

    Attributes:
        url: In ASCII, with its fragment.
        scheme: `http` or `https`.
        host: One spelling for each; an IPv6 address in brackets.
        port: Its port.
        site: What requests are counted by: its registrable domain; name and port of a loopback rule for `localhost` or an address.
        rule: The loopback rule that allows it, or None.
    """

    url: str
    scheme: str
    host: str
    port: int
    site: str
    rule: LoopbackRule | None

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a URL has them."""
        return f"{self.scheme}://{self.host}{_port_suffix(self.scheme, self.port)}"


class Guard:
    """The checks, with the rules that are excepted.

    Args:
        rules: What may be fetched besides the public web.
    """

    def __init__(self, rules: Iterable[LoopbackRule] = ()) -> None:
        self._rules: dict[tuple[str, int], LoopbackRule] = {}
        for rule in rules:
            self._rules.setdefault((_spelt(rule.host), rule.port), rule)
        self._dialled = {(rule.address, rule.dial_port) for rule in self._rules.values()}

    def rule_for(self, host: str, port: int) -> LoopbackRule | None:
        """The rule for a host and port of URLs; the host in its one spelling, without brackets."""
        return self._rules.get((host, port))

    def check_url(self, url: str) -> Target:
        """What a URL asks for, if it may be asked for.

        Args:
            url: The URL as it was found.

        Raises:
            UnsafeAddress: It is not an http(s) URL, carries a user or password, has an unusual port, is an IP address in disguise
                or one that is not public.
        """
        try:
            parts = split_url(url)
        except ValueError as error:
            raise UnsafeAddress(url, f"cannot be fetched: {error}") from None
        if parts.userinfo is not None:
            raise UnsafeAddress(url, "carries a user name or password")
        bare = parts.host.strip("[]")
        rule = self.rule_for(bare, parts.port)
        if is_ip_literal(parts.host):
            if not parts.host.startswith("[") and parts.raw_host != parts.host:
                raise UnsafeAddress(url, f"hides the address {parts.host}")
            if rule is None:
                _check_public(bare, url)
        if rule is None and parts.port not in ALLOWED_PORTS:
            raise UnsafeAddress(url, f"has port {parts.port}; web pages are at {', '.join(map(str, sorted(ALLOWED_PORTS)))}")
        return Target(
            url=_write_url(parts),
            scheme=parts.scheme,
            host=parts.host,
            port=parts.port,
            site=_site(parts, rule),
            rule=rule,
        )

    def check_address(self, address: str, port: int) -> None:
        """Check an address before it is dialled.

        Args:
            address: An IP address as the resolver gives it.
            port: The port to dial.

        Raises:
            UnsafeAddress: It is not on the public web, or the port is unusual.
        """
        if (address, port) in self._dialled:
            return
        _check_public(address, address)
        if port not in ALLOWED_PORTS:
            raise UnsafeAddress(address, f"would be dialled at port {port}")


def check_url(url: str, rules: Iterable[LoopbackRule] = ()) -> Target:
    """`Guard.check_url` for one URL."""
    return Guard(rules).check_url(url)


def check_address(address: str, port: int, rules: Iterable[LoopbackRule] = ()) -> None:
    """`Guard.check_address` for one address."""
    Guard(rules).check_address(address, port)


@lru_cache(maxsize=4096)
def _spelt(host: str) -> str:
    try:
        return normalise_host(f"[{host}]" if ":" in host else host).strip("[]")
    except ValueError:
        return host


def _check_public(address: str, subject: str) -> None:
    if not _is_public(address):
        raise UnsafeAddress(subject, f"leads to {address}, which is not on the public web")


@lru_cache(maxsize=16384)
def _is_public(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        return parsed.scope_id is None and parsed in _OPEN_V6 and not any(parsed in network for network in _CLOSED_V6)
    return not any(parsed in network for network in _CLOSED_V4)


def _site(parts: UrlParts, rule: LoopbackRule | None) -> str:
    # `localhost` and addresses have no owner to be polite to: each port is a server of its own.
    if rule is not None and ("." not in parts.host or is_ip_literal(parts.host)):
        return parts.host + _port_suffix(parts.scheme, parts.port)
    return domain_of(parts.host)


def _port_suffix(scheme: str, port: int) -> str:
    return "" if port == DEFAULT_PORTS[scheme] else f":{port}"


def _write_url(parts: UrlParts) -> str:
    """The URL as it is sent: in ASCII, without dot segments, its escapes as they stand."""
    url = f"{parts.scheme}://{parts.host}{_port_suffix(parts.scheme, parts.port)}{remove_dot_segments(parts.path) or '/'}"
    if parts.query is not None:
        url += f"?{parts.query}"
    if parts.fragment:
        url += f"#{parts.fragment}"
    return _UNSENDABLE.sub(_to_escapes, url)


def _to_escapes(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8"))
