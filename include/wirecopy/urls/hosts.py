"""Hosts of URLs: one spelling for each, and the registrable domain they belong to."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING
from urllib.parse import unquote

import idna

if TYPE_CHECKING:
    from tldextract import TLDExtract

# What may stand in a host beside letters, digits and hyphens: real hosts have underscores. Everything else (spaces, brackets,
# `<`, `%`) is a sign of a broken or hostile URL; the list is the complement of WHATWG's forbidden domain code points in ASCII.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\"#%/:<>?@\[\\\]^`{|}]")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")


def normalise_host(host: str) -> str:
    """One spelling for a host: lower case, IDN in its `xn--` form, no trailing dot, IP addresses in their plain form.

    A host whose last label is a number is an IPv4 address in disguise (`0x7f.1`, `2130706433`, `①②⑦.⓪.⓪.①`), as the WHATWG
    URL standard reads it and browsers do, and comes out in dotted decimals. IPv6 addresses come out in brackets.

    Raises:
        ValueError: It is no host.
    """
    if host.startswith("["):
        return _normalise_ipv6(host)
    name = unquote(host, errors="strict") if "%" in host else host
    if not name.isascii():
        name = _to_ascii(name)
    name = name.lower().removesuffix(".")
    if not name or _FORBIDDEN.search(name) or ".." in name or name[0] == "." or name[-1] == ".":
        raise ValueError(f"{host!r} is not a host name")
    if _NUMERIC_LABEL.fullmatch(name.rpartition(".")[2]):
        return _read_ipv4(name)
    if len(name) > 253 or any(len(label) > 63 for label in name.split(".")):  # noqa: PLR2004 - RFC 1035, 2.3.4
        raise ValueError(f"{host!r} is longer than a host name can be")
    return name


def is_ip_literal(host: str) -> bool:
    """Whether a normalised host is an IP address."""
    return host.startswith("[") or _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]) is not None


def registrable_domain(host_or_url: str) -> str:
    """The part of a host that somebody registered: `bbc.co.uk` of `https://news.bbc.co.uk/x`.

    By the Public Suffix List, private suffixes included (`a.github.io` and `b.github.io` are two), from the snapshot that
    tldextract ships: nothing is downloaded or cached on disk. Under a top-level domain that the list does not have, such as
    `.test`, the last two labels, by the list's own default rule. IP addresses, single labels and public suffixes stand for
    themselves.

    Args:
        host_or_url: A host, with a port or not, or an absolute URL.

    Raises:
        ValueError: There is no host in it.
    """
    text = host_or_url.strip()
    if "//" in text:
        text = re.split(r"[/?#\\]", text.partition("//")[2].lstrip("/\\"), maxsplit=1)[0].rpartition("@")[2]
    if text.startswith("["):
        text = text.partition("]")[0] + "]"
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    elif ":" in text:
        text = f"[{text}]"
    return domain_of(normalise_host(text)).strip("[]")


@lru_cache(maxsize=65536)
def domain_of(host: str) -> str:
    """The registrable domain of a normalised host."""
    if is_ip_literal(host) or "." not in host:
        return host
    parts = _extractor()(host)
    if parts.suffix and parts.domain:
        return f"{parts.domain}.{parts.suffix}"
    if parts.suffix:
        return host
    return ".".join(host.split(".")[-2:])


@cache
def _extractor() -> TLDExtract:
    from tldextract import TLDExtract  # noqa: PLC0415 - takes 40 ms, and not every command needs it

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def _to_ascii(name: str) -> str:
    try:
        mapped = idna.uts46_remap(name, std3_rules=False, transitional=False)
    except idna.IDNAError as error:
        raise ValueError(f"{name!r} is not a host name: {error}") from None
    return ".".join(label if label.isascii() else _label_to_ascii(label) for label in mapped.split("."))


def _label_to_ascii(label: str) -> str:
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError:
        # Registered all the same, and resolved by browsers: emoji, underscores.
        return "xn--" + label.encode("punycode").decode("ascii")


def _normalise_ipv6(host: str) -> str:
    try:
        return f"[{IPv6Address(host.strip('[]').partition('%')[0]).compressed}]"
    except AddressValueError:
        raise ValueError(f"{host!r} is not an IPv6 address") from None


def _read_ipv4(name: str) -> str:
    """An IPv4 address in any notation that `inet_aton` takes: 1 to 4 numbers, each decimal, octal or hexadecimal."""
    numbers: list[int] = []
    for part in name.split("."):
        if not _NUMERIC_LABEL.fullmatch(part):
            raise ValueError(f"{name!r} ends like an IP address but is none")
        if part[:2] in ("0x", "0X"):
            numbers.append(int(part[2:] or "0", 16))
        elif part.startswith("0") and len(part) > 1:
            try:
                numbers.append(int(part, 8))
            except ValueError:
                raise ValueError(f"{name!r} is not an IPv4 address") from None
        else:
            numbers.append(int(part))
    if len(numbers) > 4 or any(number > 255 for number in numbers[:-1]):  # noqa: PLR2004 - four bytes
        raise ValueError(f"{name!r} is not an IPv4 address")
    if numbers[-1] >= 256 ** (5 - len(numbers)):
        raise ValueError(f"{name!r} is not an IPv4 address")
    value = numbers[-1] + sum(number << (8 * (3 - place)) for place, number in enumerate(numbers[:-1]))
    return str(IPv4Address(value))
