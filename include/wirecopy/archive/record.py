"""Forming the archive's records: a response and its request as two gzip members, by WARC 1.1.

They are formed here and not through warcio: its writer compresses at level 9 always and percent-encodes header values that are not
ASCII, which loses them. Text is put together in as few steps as can be: forming records was half of what the archive cost.
"""

from __future__ import annotations

import hashlib
import random
import struct
import zlib
from datetime import UTC
from itertools import product
from typing import TYPE_CHECKING

from isal import igzip_lib

from wirecopy import __version__
from wirecopy.archive.response import Role, write_field, write_http

if TYPE_CHECKING:
    from datetime import datetime

    from wirecopy.archive.response import RawResponse

# Measured on 76 news pages, their first 2 and 20 kB: zlib's level 3 takes 35 and 230 us for 0.361 and 0.293 of the size, ISA-L's
# level 2 takes 13 and 45 us for 0.362 and 0.295. zlib alone was more than a third of what collecting cost.
_LEVEL = 2
# What is said of a request compresses to little less than it is, so it is stored: a gzip member of one block (RFC 1952; RFC 1951,
# 3.2.4), up to the length that a block can have.
_GZIP_HEAD = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
_MOST_STORED = 0xFFFF
# Two digits of base 32 for each ten bits: `base64.b32encode` takes five times as long.
_BASE_32 = tuple(map("".join, product("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", repeat=2)))
_VARIANTS = "89ab"  # the first digit of a version 4 UUID's second half


def write_records(response: RawResponse) -> bytes:
    """A response and then its request, a gzip member each."""
    response_id = _record_id()
    about = f"WARC-Date: {_date(response.fetched_at)}\r\nWARC-Target-URI: {write_field(response.final_url)}\r\n"
    http = write_http(response)
    answer = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: {response_id}\r\n{about}"
        f"WARC-Payload-Digest: {_digest(response.body)}\r\nWirecopy-Source: {write_field(response.source_id)}\r\n"
        f"Wirecopy-Purpose: {response.purpose.value}\r\n{_details(response)}"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http) + len(response.body)}\r\n\r\n"
    )
    head = _request_head(response)
    asked = (
        f"WARC/1.1\r\nWARC-Type: request\r\nWARC-Record-ID: {_record_id()}\r\n{about}WARC-Concurrent-To: {response_id}\r\n"
        f"Content-Type: application/http; msgtype=request\r\nContent-Length: {len(head)}\r\n\r\n"
    )
    return b"".join(
        [
            _compress(b"".join([answer.encode("ascii"), http, response.body, b"\r\n\r\n"])),
            _store(b"".join([asked.encode("ascii"), head, b"\r\n\r\n"])),
        ]
    )


def write_warcinfo(name: str, now: datetime) -> bytes:
    """The record that a file begins with.

    Args:
        name: The file's.
        now: When it was begun, aware.
    """
    body = (
        f"software: wirecopy/{__version__}\r\nformat: WARC File Format 1.1\r\n"
        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
    )
    head = (
        f"WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: {_record_id()}\r\nWARC-Date: {_date(now)}\r\n"
        f"WARC-Filename: {name}\r\nContent-Type: application/warc-fields\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return _compress(f"{head}{body}\r\n\r\n".encode("ascii"))


def _details(response: RawResponse) -> str:
    """The fields of what is not so in most responses."""
    fields = ""
    if response.url != response.final_url:
        fields += f"Wirecopy-Requested-URI: {write_field(response.url)}\r\n"
    if response.role is not Role.ANSWER:
        fields += f"Wirecopy-Role: {response.role.value}\r\n"
    if response.is_after_link:
        fields += "Wirecopy-After: link\r\n"
    if response.is_permanent:
        fields += "Wirecopy-Redirects: permanent\r\n"
    if response.is_truncated:
        fields += "WARC-Truncated: length\r\n"
    return fields


def _request_head(response: RawResponse) -> bytes:
    origin, slash, path = response.final_url.partition("//")[2].partition("/")
    path = (slash + path).partition("#")[0] or "/"
    lines = [f"{response.method} {path} HTTP/1.1", f"Host: {origin}"]
    # A form is not kept, for it may carry a secret; its length would announce a body that is not there.
    lines += [f"{name}: {value}" for name, value in response.request_headers.items() if name.lower() != "content-length"]
    text = "\n".join(lines)
    if "\r" in text or text.count("\n") >= len(lines):
        text = "\n".join(line.replace("\r", " ").replace("\n", " ") for line in lines)
    return text.replace("\n", "\r\n").encode("utf-8", "replace") + b"\r\n\r\n"


def _compress(record: bytes) -> bytes:
    """A record as one gzip member, so that it can be read from its offset."""
    return bytes(igzip_lib.compress(record, _LEVEL, flag=igzip_lib.COMP_GZIP))


def _store(record: bytes) -> bytes:
    """The same, not compressed."""
    size = len(record)
    if size > _MOST_STORED:
        return _compress(record)
    block = struct.pack("<BHH", 1, size, size ^ _MOST_STORED)
    return b"".join([_GZIP_HEAD, block, record, struct.pack("<II", zlib.crc32(record), size)])


def _record_id() -> str:
    # Unique is enough, nobody need be kept from guessing them: asking the system for each took longer than compressing a feed's
    # 304. Python seeds this generator from the system, and anew in a process that was forked.
    digits = f"{random.getrandbits(128):032x}"
    variant = _VARIANTS[int(digits[16], 16) & 3]
    return f"<urn:uuid:{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}>"


def _date(moment: datetime) -> str:
    """A WARC 1.1 date: in UTC, with microseconds where there are any."""
    return f"{moment.astimezone(UTC).isoformat()[:-6]}Z"


def _digest(body: bytes) -> str:
    # SHA-1 in base 32 is what WARC tools expect; it finds damage, it guards nothing.
    number = int.from_bytes(hashlib.sha1(body, usedforsecurity=False).digest(), "big")
    return "sha1:" + "".join([_BASE_32[number >> shift & 1023] for shift in range(150, -10, -10)])
