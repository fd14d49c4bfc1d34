"""The archive: every response as it came, in WARC 1.1 files that other tools read too."""

from wirecopy.archive.reader import read_page, scan
from wirecopy.archive.response import RawResponse, Role, join_headers
from wirecopy.archive.writer import ArchiveWriter

__all__ = ["ArchiveWriter", "RawResponse", "Role", "join_headers", "read_page", "scan"]
