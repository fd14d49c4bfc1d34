"""Forms of texts and of names in markup in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_NOT_WORD: Final = re.compile(r"[\W_]+")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def fold_letters(text: str) -> str:
    """The letters and digits alone, without case."""
    return _NOT_WORD.sub("", text.casefold())


def fold_line(line: str) -> str:
    """The same of a line of text, whatever the width and form of its characters (Unicode's NFKC)."""
    return fold_letters(unicodedata.normalize("NFKC", line))


def fold_accents(text: str) -> str:
    """The text without case and accents."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return unicodedata.normalize("NFKC", plain)


def fold_mark(mark: str) -> str:
    """A class name or id in lower case, a hyphen between its words: `factBox` as `fact-box`."""
    return _CAMEL.sub("-", mark).lower()
