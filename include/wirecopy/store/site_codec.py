"""The stored form of sites' memories, as `wirecopy.store.codec` has it for the other models."""

from __future__ import annotations

from base64 import b64decode, b64encode
from struct import pack, unpack
from typing import TYPE_CHECKING, Any

from wirecopy.models import PageMarks, SiteMemory, UrlKey
from wirecopy.store.codec import decode_time, encode_time
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Mapping


def encode_site_memory(memory: SiteMemory) -> dict[str, Any]:
    """`site` and `pages`: of each its key, its time, and its marks as 32-bit numbers, little-endian, in Base64."""
    pages = [[scrub(page.key), encode_time(page.fetched_at), _encode_marks(page.marks)] for page in memory.pages]
    return {"site": scrub(memory.site), "pages": pages}


def decode_site_memory(data: Mapping[str, Any]) -> SiteMemory:
    """The memory that `encode_site_memory` wrote."""
    pages = (
        PageMarks(key=UrlKey(key), fetched_at=decode_time(moment), marks=_decode_marks(marks))
        for key, moment, marks in data["pages"]
    )
    return SiteMemory(site=data["site"], pages=tuple(pages))


def _encode_marks(marks: tuple[int, ...]) -> str:
    return b64encode(pack(f"<{len(marks)}I", *marks)).decode("ascii")


def _decode_marks(text: str) -> tuple[int, ...]:
    data = b64decode(text)
    return unpack(f"<{len(data) // 4}I", data)
