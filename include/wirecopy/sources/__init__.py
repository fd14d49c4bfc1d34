"""The sources file: which outlets are followed, written by people, read with care."""

from wirecopy.sources.file import format_sources, load_sources, parse_sources

__all__ = ["format_sources", "load_sources", "parse_sources"]
