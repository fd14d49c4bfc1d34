"""Language tags: how pages and detectors write them, and the one form of each that we give."""

from __future__ import annotations

import re
from typing import Final

_ALIASES: Final = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "no": "nb",
    "nob": "nb",
    "nno": "nn",
    "fil": "tl",
    "cmn": "zh",
    "sh": "sr-Latn",
}
"""Codes that ISO 639 or the IANA registry replaced, and names of the press for what others call otherwise."""

_TRADITIONAL: Final = frozenset({"hant", "tw", "hk", "mo"})
_PRIMARY: Final = re.compile(r"[a-z]{2,3}")
_NO_LANGUAGES: Final = frozenset({"und", "mul", "mis", "zxx"})

# What a detector means by a code, where that is neither the code itself nor an alias of pages.
_DETECTED: Final = {
    "zh-cn": "zh",
    "zh-tw": "zh",
    "zh-Hant": "zh",
    "wuu": "zh",
    "yue": "zh",  # written Chinese: its characters tell which
    "arz": "ar",
    "ary": "ar",
    "uzs": "uz",
    "sdh": "ku",
    "gug": "gn",
    "hbo": "he",
    "grc": "el",
    "crs": "mfe",
    "bh": "bho",
}


def normalise_tag(tag: str | None) -> str | None:
    """A language as pages write it (`en_US`, `zh-CN`, `no`) in the form that `detect_language` gives; None for nonsense."""
    parts = (tag or "").strip().replace("_", "-").lower().split("-")
    primary = _ALIASES.get(parts[0], parts[0])
    if primary == "sr-Latn" or (primary == "sr" and "latn" in parts[1:]):
        return "sr-Latn"
    if not _PRIMARY.fullmatch(primary) or primary in _NO_LANGUAGES:
        return None
    if primary == "zh":
        return "zh-Hant" if _TRADITIONAL & set(parts[1:]) else "zh-Hans" if parts[1:] else "zh"
    return primary


def read_detected(code: str) -> str:
    """A detector's code as a tag; Chinese is `zh` yet, whatever script the detector believes it saw."""
    return _DETECTED.get(code) or _ALIASES.get(code, code)
