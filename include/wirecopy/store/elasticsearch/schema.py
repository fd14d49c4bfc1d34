"""The version of what is stored, and where it stands: in `_meta` of every index's mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirecopy.errors import ConfigError, StoreTooNew

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION = 3
"""Raised by every change of mapping or bodies that an older Wirecopy could not read or write.

1: the first. 2: feeds remember more than the first would write back, and so do rows of the ledger; the mapping is the same.
3: articles keep more of what was read and are found by agency, section and keywords; sites are remembered.
"""


def schema_meta() -> dict[str, Any]:
    """The `_meta` of a mapping."""
    return {"wirecopy": {"schema": SCHEMA_VERSION}}


def check_schema(shown: str, name: str, meta: Mapping[str, Any]) -> int:
    """The version of an index that is ours and not from the future.

    Args:
        shown: The store's address for messages.
        name: The index.
        meta: The `_meta` of its mapping; empty where it has none.

    Raises:
        StoreTooNew: It was written by a newer version.
        ConfigError: It is not Wirecopy's.
    """
    schema = meta.get("wirecopy", {}).get("schema")
    if not isinstance(schema, int):
        raise ConfigError(shown, f"the index {name} is not Wirecopy's; choose another prefix: http://HOST:PORT/PREFIX")
    if schema > SCHEMA_VERSION:
        raise StoreTooNew(
            shown,
            f"the index {name} has schema {schema}, written by a newer Wirecopy; this one knows up to {SCHEMA_VERSION}: "
            "upgrade Wirecopy, or choose another prefix: http://HOST:PORT/PREFIX",
        )
    return schema
