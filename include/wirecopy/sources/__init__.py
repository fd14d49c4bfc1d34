"""The sources file: which outlets are followed, written by people, read with care."""

from wirecopy.sources.file import load_sources, parse_sources
from wirecopy.sources.writing import append_sources, format_sources

__all__ = ["append_sources", "format_sources", "load_sources", "parse_sources"]
