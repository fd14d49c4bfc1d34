"""Links: taking URLs apart as browsers do, and resolving relative ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from wirecopy.urls.hosts import normalise_host

DEFAULT_PORTS = {"http": 80, "https": 443}

_URL = re.compile(
    r"(?P<scheme>https?):[/]{2,}(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_AUTHORITY = re.compile(r"(?:(?P<userinfo>.*)@)?(?P<host>\[[^\]]*\]|[^:\[\]]*)(?::(?P<port>[0-9]*))?", re.DOTALL)
_EDGES = "".join(map(chr, range(0x21)))  # C0 controls and space, which the WHATWG standard strips from both ends
_INNER_BREAKS = re.compile(r"[\t\r\n]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlParts:
    r"""An absolute http(s) URL taken apart.

    Attributes:
        scheme: `http` or `https`.
        userinfo: What stands before `@`, or None.
        host: In the spelling of `wirecopy.urls.hosts.normalise_host`.
        raw_host: As it stands.
        port: The stated port, or the scheme's own.
        path: As it stands, `\\` turned to `/`; may be empty.
        query: Without `?`, as it stands; None where there is none.
        fragment: Without `#`, as it stands; None where there is none.
    """

    scheme: str
    userinfo: str | None
    host: str
    raw_host: str
    port: int
    path: str
    query: str | None
    fragment: str | None


def tidy_url(text: str) -> str:
    r"""What browsers do before they read a URL: strip the ends, drop line breaks and tabs, turn `\` before the query to `/`."""
    text = _INNER_BREAKS.sub("", text.strip(_EDGES + "\u00a0\u3000\ufeff"))
    text = _SURROGATES.sub("\ufffd", text)
    end = min((at for at in (text.find("?"), text.find("#")) if at >= 0), default=len(text))
    return text[:end].replace("\\", "/") + text[end:]


def split_url(url: str) -> UrlParts:
    """Take an absolute http(s) URL apart, leniently as browsers do.

    Raises:
        ValueError: It is none; the message says why.
    """
    match = _URL.fullmatch(tidy_url(url))
    if match is None:
        raise ValueError(f"{_shorten(url)!r} is not an absolute http(s) URL")
    authority = _AUTHORITY.fullmatch(match["authority"])
    if authority is None:
        raise ValueError(f"{_shorten(url)!r} has no host that can be read")
    scheme = match["scheme"].lower()
    port = int(authority["port"]) if authority["port"] and len(authority["port"]) <= 10 else 0  # noqa: PLR2004 - see below
    if authority["port"] and not 0 < port < 65536:  # noqa: PLR2004 - ports are 16 bits; ten digits allow leading zeros
        raise ValueError(f"{_shorten(url)!r} has port {authority['port']}, which is none")
    return UrlParts(
        scheme=scheme,
        userinfo=authority["userinfo"],
        host=normalise_host(authority["host"]),
        raw_host=authority["host"],
        port=port or DEFAULT_PORTS[scheme],
        path=match["path"],
        query=match["query"],
        fragment=match["fragment"],
    )


def resolve_url(base: str, href: str) -> str | None:
    """The absolute http(s) URL a link leads to; None where it leads to none (`mailto:`, `javascript:`, nonsense).

    Args:
        base: The URL of the page or feed the link stands in; may be empty where the link is absolute.
        href: The link as it stands.
    """
    link = tidy_url(href)
    try:
        # urljoin reads `http:///host/` as a path; browsers, and `split_url`, as a host.
        joined = link if _URL.fullmatch(link) else urljoin(tidy_url(base), link)
        split_url(joined)
    except ValueError:
        return None
    return joined


def remove_dot_segments(path: str) -> str:
    """A path without its `.` and `..` segments, `%2e` read as a dot (RFC 3986 5.2.4, WHATWG)."""
    if "/." not in path and "/%2" not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    last = len(segments) - 1
    for place, segment in enumerate(segments):
        plain = segment.lower().replace("%2e", ".") if "%" in segment else segment
        if plain == "..":
            if len(kept) > 1:
                kept.pop()
        elif plain != ".":
            kept.append(segment)
            continue
        if place == last:
            kept.append("")  # `/a/..` is the folder `/`, not the file `/a`
    return "/".join(kept)


def _shorten(url: str) -> str:
    return url if len(url) <= 120 else url[:119] + "…"  # noqa: PLR2004 - what a line of an error message holds
