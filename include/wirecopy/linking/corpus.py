"""Articles from the lines of a JSON-lines file, as a researcher brings them; pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from wirecopy.models import ClaimedTime, SourceId, StagedArticle
from wirecopy.store.scrub import scrub
from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# From the first newspaper on; a placeholder such as 0001-01-01 or 9999-12-31 is no date.
_FIRST_YEAR = 1600
_LAST_YEAR = 2999


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that holds no article.

    Attributes:
        name: The `id` it states, whatever that is; None where it has none.
        number: The line's number, from 1.
        error: What is wrong with it.
    """

    name: Any
    number: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusArticle:
    """A line that holds an article.

    Attributes:
        name: Its `id` in the file.
        number: The line's number, from 1.
        article: The article; `lang` is what the line states.
    """

    name: str | int
    number: int
    article: StagedArticle


class _Unusable(Exception):
    """What is wrong with a line."""


def parse_line(line: bytes, *, number: int, now: datetime) -> CorpusArticle | BadLine | None:
    """Read a line.

    It is a JSON object with `id` (a string or a whole number), `url`, `source`, `title` (may be empty) and `text`, and may have
    `lang`, `first_seen_at` and `published_at` (ISO 8601 dates or times; UTC where no offset is stated). Fields of other names
    are passed over, and so is null for one that may be missing.

    Args:
        line: The line in UTF-8.
        number: Its number, from 1.
        now: Stands for `first_seen_at` where the line states neither time.

    Returns:
        The article; what is wrong; or None for a blank line.
    """
    name: Any = None
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        if not text:
            return None
        fields = json.loads(text)
        name = fields.get("id") if isinstance(fields, dict) else None
        return CorpusArticle(name=_name(fields), number=number, article=_article(fields, now))
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 (byte {error.start + 1} of the line)"
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg} (character {error.colno} of the line)"
    except RecursionError:
        reason = "not read: nested too deeply"
    except (_Unusable, ValueError) as error:  # json refuses numbers of more than 4,300 digits with a bare ValueError
        reason = str(error)
    return BadLine(name=name, number=number, error=reason)


def _name(fields: Any) -> str | int:
    if not isinstance(fields, dict):
        raise _Unusable("the line is no JSON object")
    name = fields.get("id")
    if name is None:
        raise _Unusable("id is missing")
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise _Unusable("id is neither a string nor a whole number")
    return name


def _article(fields: Mapping[str, Any], now: datetime) -> StagedArticle:
    url, source, text = (_string(fields, name) for name in ("url", "source", "text"))
    title = scrub(_string(fields, "title", may_be_empty=True)).strip()
    try:
        key = url_key(url)
    except ValueError as error:
        raise _Unusable(f"url: {error}") from None
    published = _time(fields, "published_at")
    seen = _time(fields, "first_seen_at") or published
    return StagedArticle(
        key=key,
        url=url,
        source_id=SourceId(source),
        first_seen_at=seen.at.astimezone(UTC).replace(microsecond=0) if seen else now,
        fetched_at=now,
        title=title,
        text=text,
        lang=_string(fields, "lang", may_be_empty=True, may_be_missing=True) or None,
        published_at=published,
    )


def _string(fields: Mapping[str, Any], name: str, *, may_be_empty: bool = False, may_be_missing: bool = False) -> str:
    value = fields.get(name)
    if value is None and (may_be_missing or (may_be_empty and name in fields)):
        return ""
    if value is None:
        raise _Unusable(f"{name} is missing")
    if not isinstance(value, str):
        raise _Unusable(f"{name} is not a string")
    value = scrub(value).strip()
    if not value and not may_be_empty:
        raise _Unusable(f"{name} is empty")
    return value


def _time(fields: Mapping[str, Any], name: str) -> ClaimedTime | None:
    value = _string(fields, name, may_be_empty=True, may_be_missing=True)
    if not value:
        return None
    time = ClaimedTime.parse(value, origin="input")
    if time is None:
        raise _Unusable(f"{name} is no ISO 8601 date or time: {value[:40]!r}")
    if not _FIRST_YEAR <= time.at.year <= _LAST_YEAR:
        raise _Unusable(f"{name} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}: {value[:40]!r}")
    return time
