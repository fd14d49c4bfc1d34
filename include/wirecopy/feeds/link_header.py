"""The `Link` header of an answer (RFC 8288), read leniently: which addresses it gives for which relation. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TARGET = re.compile(r"[\s,]*<([^<>]*)>")
_PARAMETER = re.compile(r'\s*;\s*([^\s;,="<>]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?')
# What is not to be understood is passed over up to the next link.
_REST = re.compile(r"[^<]+|<")


def read_links(header: str) -> Mapping[str, tuple[str, ...]]:
    """The targets by relation in lower case, in the order of the header; links of other contexts (`anchor`) are left out.

    Args:
        header: The value; several headers joined by commas.
    """
    found: dict[str, list[str]] = {}
    at = 0
    while at < len(header):
        target = _TARGET.match(header, at)
        if target is None:
            rest = _REST.match(header, at)
            assert rest is not None
            at = rest.end()
            continue
        at = target.end()
        parameters: dict[str, str] = {}
        while (parameter := _PARAMETER.match(header, at)) is not None:
            name, quoted, bare = parameter.groups()
            parameters.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare or "")
            at = parameter.end()
        if "anchor" not in parameters:
            for relation in parameters.get("rel", "").lower().split():
                found.setdefault(relation, []).append(target[1].strip())
    return {relation: tuple(targets) for relation, targets in found.items()}
