"""Files that are named on the command line: feeds, pages and manifests, gzipped or not."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import Final

import click

from wirecopy.errors import ConfigError

MOST_BYTES: Final = 50_000_000
"""Most bytes that are taken from a file, unpacked; feeds are cut far below."""
MOST_PAGE_BYTES: Final = 5_000_001
"""The same of a page: one more than is read of it, so that its reader says that it was cut."""

GZIP_MARK: Final = b"\x1f\x8b"


def read_file(name: str, most: int = MOST_BYTES, *, is_unpacked: bool = True) -> bytes:
    """The bytes of a file, or of stdin for `-`, unpacked where they are gzip's and that is asked; at most so many.

    Raises:
        ConfigError: It cannot be read.
    """
    try:
        with click.open_file(name, "rb") as file:
            body: bytes = file.read(most)
        return unpack(body, most) if is_unpacked else body
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise ConfigError(name, f"cannot be read: {describe_failure(error)}") from None


def unpack(body: bytes, most: int) -> bytes:
    """The first bytes of what gzip packed, or the body as it is.

    Raises:
        OSError: It is broken.
        EOFError: It breaks off.
        zlib.error: It is broken.
    """
    if not body.startswith(GZIP_MARK):
        return body
    # Bounded, where gzip.decompress would unpack a bomb; a file that was joined has several members.
    return gzip.GzipFile(fileobj=io.BytesIO(body)).read(most)


def describe_failure(error: BaseException) -> str:
    """What an error says, in words for the end of a line."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()
