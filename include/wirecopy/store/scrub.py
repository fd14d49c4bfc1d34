"""Make any string storable: the Elasticsearch client sends lone surrogates as invalid UTF-8, and stores refuse NUL."""

from __future__ import annotations

import re
import unicodedata

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def scrub(text: str) -> str:
    """The text in NFC without control characters (tab and newline stay), lone surrogates and noncharacters.

    A carriage return ends up as a newline. Scrubbing a scrubbed text changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text  # most of what comes: keys, ids, addresses
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", text))
