"""JSON as sites' templates print it: comments, trailing commas, raw quotes, several values in a row, a value within a string.

What reads as it stands is never repaired, and what cannot be repaired is None. Every pass is linear: blocks of megabytes come from
strangers.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any, Final

_MOST_VALUES: Final = 50
_LARGEST_REPAIRED: Final = 1_000_000
"""Characters; a block that no template broke is never so large without being read as it stands."""
_WRAPPING: Final = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*;?\s*$"
)
# A string, closed or not (an optional close keeps it linear), a comment, or a comma before a bracket that closes.
_TOKEN = re.compile(
    r'"(?P<string>(?:[^"\\]++|\\.)*+)"?|(?P<comment>//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?)|(?P<comma>,)(?=\s*+[}\]])',
    re.DOTALL,
)
_BAD_ESCAPE = re.compile(r'\\(?:(?P<good>["\\/bfnrt]|u[0-9a-fA-F]{4})|(?P<bad>.?))', re.DOTALL)
_ESCAPED_QUOTE: Final = re.compile(r"&(?:quot|#34|#x22);", re.IGNORECASE)
_DECODER: Final = json.JSONDecoder(strict=False)


def read_json(text: str) -> Any | None:
    """The value, several in a row as a list; None where there is none even after repairs.

    Args:
        text: The content of a script element.
    """
    text = _WRAPPING.sub("", text.strip("\ufeff\x00 \t\r\n"))
    for attempt in (text, *_repairs(text)):
        try:
            value = json.loads(attempt, strict=False)
            # Some serialise their data twice.
            return json.loads(value, strict=False) if isinstance(value, str) else value
        except ValueError:
            if values := _read_several(attempt):
                return values
        except RecursionError:
            return None
    return None


def _repairs(text: str) -> Any:
    """Ever bolder readings of a text that is no JSON, each made only when the one before it failed."""
    if not text or len(text) > _LARGEST_REPAIRED:
        return
    if _ESCAPED_QUOTE.search(text) and '"' not in text:
        text = html.unescape(text)
        yield text
    yield _TOKEN.sub(_clean_token, text)
    yield _TOKEN.sub(_clean_token, _escape_inner_quotes(text))


def _clean_token(token: re.Match[str]) -> str:
    if token["string"] is not None:
        return f'"{_BAD_ESCAPE.sub(_clean_escape, token["string"])}"'
    return ""


def _clean_escape(escape: re.Match[str]) -> str:
    return escape[0] if escape["good"] else (escape["bad"] or "")


def _escape_inner_quotes(text: str) -> str:
    r"""Quotes that close no string escaped: `"He said "yes" to it"`.

    A quote closes a string where a comma, colon or bracket follows it, and opens one where such a sign stands before it.
    """
    pieces: list[str] = []
    is_inside = False
    last = 0
    for quote in re.finditer(r'\\.|"', text, re.DOTALL):
        if quote[0] != '"':
            continue
        if not is_inside:
            is_inside = True
        elif _closes(text, quote.end()):
            is_inside = False
        else:
            pieces += [text[last : quote.start()], "\\"]
            last = quote.start()
    return "".join([*pieces, text[last:]])


def _closes(text: str, end: int) -> bool:
    after = text[end : end + 40].lstrip()
    if not after.startswith(","):
        return not after or after[0] in ":}]"
    # `"yes", he said`: after a comma that parts values stands a value.
    follower = after[1:].lstrip()
    return not follower or follower[0] in '"{[}]-0123456789tfn'


def _read_several(text: str) -> list[Any]:
    values: list[Any] = []
    position = 0
    for _ in range(_MOST_VALUES):
        start = min((found for sign in "{[" if (found := text.find(sign, position)) >= 0), default=-1)
        # Between two values stand separators only; a text that is none is not searched for some.
        if start < 0 or text[position:start].strip(" \t\r\n;,"):
            break
        try:
            value, position = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            break
        values.append(value)
    return values
