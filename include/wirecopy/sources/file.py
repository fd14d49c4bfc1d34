"""Reading the sources file.

[[source]]
name = "Courier"                          # what people call it
feeds = ["https://courier.test/rss.xml"]  # one or more: RSS, RDF, Atom, JSON Feed, news sitemap
id = "courier"                            # optional, else made from the name
country = "GB"                            # optional, ISO 3166-1
language = "en"                           # optional, BCP 47
homepage = "https://courier.test/"        # optional
delay_s = 10                              # optional, seconds between requests to its hosts
poll_every = "30m"                        # optional, its feeds are never polled more often
max_entries = 500                         # optional, most entries that one poll takes up
robots = false                            # optional, whether robots.txt is obeyed for its pages
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
import unicodedata
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from wirecopy.errors import ConfigError
from wirecopy.models import Source, SourceId
from wirecopy.sources.codes import read_country, read_language
from wirecopy.sources.intervals import read_interval
from wirecopy.sources.lines import TomlLines
from wirecopy.urls import registrable_domain, split_url

if TYPE_CHECKING:
    from pathlib import Path

_EXAMPLE = 'such as:  [[source]]  name = "Courier"  feeds = ["https://www.courier.example/rss.xml"]'
_LONGEST_DELAY_S = 86_400.0
_MOST_ENTRIES = 1_000_000
_SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def _read_url(text: str) -> str:
    url = text.strip()
    if split_url(url).userinfo is not None:
        raise ValueError("has a user name or password in it; such addresses are not fetched")
    return url


def _read_id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", text):
        raise ValueError(
            f"{text!r} is no id; write up to 64 small letters, digits, dots and hyphens, such as {slug(text) or 'courier'}"
        )
    return text


def _read_name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise ValueError("is empty; write what people call the outlet")
    return name


_Url = Annotated[str, AfterValidator(_read_url)]


class _SourceTable(BaseModel):
    """A `[[source]]` table as it may stand in the file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, AfterValidator(_read_name)]
    feeds: Annotated[list[_Url], Field(min_length=1)]
    id: Annotated[str, AfterValidator(_read_id)] | None = None
    country: Annotated[str, AfterValidator(read_country)] | None = None
    language: Annotated[str, AfterValidator(read_language)] | None = None
    homepage: _Url | None = None
    delay_s: Annotated[float, Field(ge=0, le=_LONGEST_DELAY_S, allow_inf_nan=False)] | None = None
    poll_every: Annotated[float, BeforeValidator(read_interval)] | None = None
    max_entries: Annotated[int, Field(ge=1, le=_MOST_ENTRIES)] | None = None
    robots: bool | None = None


_TABLES = TypeAdapter(list[_SourceTable])


class _Slip(NamedTuple):
    line: int
    message: str
    is_missing: bool = False


def load_sources(path: Path) -> tuple[Source, ...]:
    """Read the sources file.

    Raises:
        ConfigError: It is missing, cannot be read or is malformed: names file, line and field, and says what to do.
    """
    return parse_sources(read_text(path), name=str(path))


def read_text(path: Path) -> str:
    """The text of a sources file.

    Raises:
        ConfigError: It is missing, cannot be read or is not UTF-8; says what to do.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(
            str(path),
            f"there is no such sources file; make one ({_EXAMPLE}) or begin with `wirecopy sources starter`, or name another with "
            "--sources or WIRECOPY_SOURCES",
        ) from None
    except OSError as error:
        raise ConfigError(str(path), f"the sources file cannot be read: {error.strerror or error}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}", "is not UTF-8; save the file in that encoding") from None


def parse_sources(text: str, *, name: str) -> tuple[Source, ...]:
    """Read the text of a sources file.

    Args:
        text: TOML.
        name: The file's name, for messages.

    Raises:
        ConfigError: It is malformed: names file, line and field, and says what to do.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_LINE.search(str(error))
        line = int(found[1]) if found else max(len(text.splitlines()), 1)
        message = _SYNTAX_LINE.sub("", str(error)).replace("(at end of document)", "").strip()
        raise ConfigError(f"{name}:{line}", f"is not TOML: {message}; texts stand in quotes, lists in brackets") from None
    lines = TomlLines(text, "source")
    slips = _check_top(document, lines)
    sources: tuple[Source, ...] = ()
    if not slips:
        try:
            tables = _TABLES.validate_python(document["source"])
        except ValidationError as error:
            slips = [_slip_of(dict(detail), lines) for detail in error.errors()]
        else:
            sources = tuple(map(_as_source, tables))
            slips = _find_duplicates(sources, tables, lines)
    if slips:
        slips.sort(
            key=lambda slip: (slip.is_missing, slip)
        )  # what is missing may only be misspelt: then the misspelling is told
        more = f" ({len(slips) - 1} more like this, at line {slips[1].line} first)" if len(slips) > 1 else ""
        raise ConfigError(f"{name}:{slips[0].line}", slips[0].message + more)
    return sources


def _check_top(document: dict[str, Any], lines: TomlLines) -> list[_Slip]:
    slips = [
        _Slip(
            lines.of((key,)),
            f"{key}: is not known here{_suggest(key, ['source'], '[[{}]]')}; a file has [[source]] tables only",
        )
        for key in document
        if key != "source"
    ]
    found = document.get("source")
    if isinstance(found, dict):
        slips.append(_Slip(lines.of(("source",)), "source: write [[source]], in two pairs of brackets, for each outlet"))
    elif found is not None and not (isinstance(found, list) and all(isinstance(table, dict) for table in found)):
        slips.append(_Slip(lines.of(("source",)), "source: must be [[source]] tables, one for each outlet"))
    elif not found and not slips:
        slips.append(_Slip(1, f"source: the file lists no outlet; add one ({_EXAMPLE})"))
    return slips


def _slip_of(detail: dict[str, Any], lines: TomlLines) -> _Slip:
    place = tuple(detail["loc"])
    key, value = str(place[1]) if len(place) > 1 else "source", detail.get("input")
    field = f"{key}[{place[2]}]" if len(place) > 2 else key  # noqa: PLR2004 - table, key, item
    kind = detail["type"]
    if kind == "missing":
        return _Slip(lines.of(place[:1]), f"{field}: is missing; every [[source]] has a name and feeds", is_missing=True)
    if kind == "extra_forbidden":
        return _Slip(
            lines.of(place), f"{field}: is not a field of a source{_suggest(key, list(_SourceTable.model_fields), '{}')}"
        )
    if kind == "value_error":
        return _Slip(lines.of(place), f"{field}: {detail['ctx']['error']}")
    wanted = {
        "list_type": 'must be a list of addresses in brackets, such as ["https://www.courier.example/rss.xml"]',
        "string_type": "must be a text in quotes",
        "float_type": "must be a number of seconds",
        "int_type": "must be a whole number, without quotes",
        "bool_type": "must be true or false, without quotes",
        "too_short": "is empty; list at least one feed",
    }.get(kind) or f"{detail['msg'][0].lower()}{detail['msg'][1:]}"
    return _Slip(lines.of(place), f"{field}: {wanted}, not {json.dumps(value, default=str, ensure_ascii=False)}")


def _find_duplicates(sources: tuple[Source, ...], tables: list[_SourceTable], lines: TomlLines) -> list[_Slip]:
    slips: list[_Slip] = []
    ids: dict[str, int] = {}
    feeds: dict[str, int] = {}
    for place, (source, table) in enumerate(zip(sources, tables, strict=True)):
        line = lines.of((place, "id" if table.id else "name"))
        if source.id in ids:
            made = "" if table.id else " (made from the name)"
            slips.append(
                _Slip(line, f"id: {source.id!r}{made} stands at line {ids[source.id]} already; give this one another id")
            )
        ids.setdefault(source.id, line)
        for item, feed in enumerate(source.feeds):
            line = lines.of((place, "feeds", item))
            if feed in feeds:
                slips.append(_Slip(line, f"feeds[{item}]: {feed} stands at line {feeds[feed]} already; list a feed once"))
            feeds.setdefault(feed, line)
    return slips


def _as_source(table: _SourceTable) -> Source:
    return Source(
        id=SourceId(table.id or slug(table.name) or registrable_domain(table.homepage or table.feeds[0])),
        name=table.name,
        feeds=tuple(table.feeds),
        country=table.country,
        language=table.language,
        homepage=table.homepage,
        delay_s=table.delay_s,
        poll_every_s=table.poll_every,
        max_entries=table.max_entries,
        robots=table.robots,
    )


def slug(name: str) -> str:
    """An id made from a name; empty where the name has no Latin letter and no digit."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].rstrip("-")


def _suggest(word: str, known: list[str], form: str) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {form.format(close[0])}?" if close else f"; known are {', '.join(map(form.format, known))}"
