"""Turns values into HTML: the templates, how times, languages and addresses are written, and links that work under any mount."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from wirecopy.search.evidence import read_evidence
from wirecopy.search.results import KIND_MEANINGS, cut_ends
from wirecopy.web.provenance import AGENCY_PLACES, explain_dates, group_removed, group_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.types import Scope

    from wirecopy.models import ClaimedTime

STATIC_TYPES: Mapping[str, str] = {"style.css": "text/css; charset=utf-8", "keys.js": "text/javascript; charset=utf-8"}
"""The static files and their types; nothing else is served."""

_LANG_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
# Languages written from right to left by default (Unicode CLDR's script metadata), and scripts that say so themselves.
_RTL_LANGS = frozenset({"ar", "arc", "azb", "ckb", "dv", "fa", "glk", "he", "ks", "lrc", "mzn", "ps", "sd", "ug", "ur", "yi"})
_RTL_SCRIPTS = frozenset({"adlm", "arab", "aran", "hebr", "nkoo", "rohg", "syrc", "thaa"})
_PRECISION_WORDS = {"day": "the day only", "minute": "to the minute", "second": "to the second"}


@cache
def static_file(name: str) -> bytes:
    """A static file's bytes.

    Raises:
        KeyError: There is no such file.
    """
    if name not in STATIC_TYPES:
        raise KeyError(name)
    return (resources.files("wirecopy.web") / "static" / name).read_bytes()


@cache
def static_version(name: str) -> str:
    """What changes in a static file's address when the file changes."""
    return hashlib.sha256(static_file(name)).hexdigest()[:12]


def base_of(scope: Scope) -> str:
    """The way from the page that is asked for up to the app's root, relative: links work whatever the app is mounted on."""
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    path = raw.partition(b"?")[0].decode("latin-1")
    root = quote(scope.get("root_path", "")).rstrip("/")
    inner = path[len(root) :] if root and path.startswith(root) else path
    return "../" * (inner.count("/") - 1) or "./"


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page."""
    text = _environment().get_template(template).render(base=base_of(request.scope), **context)
    # Lone surrogates cannot be encoded; a page must never fail for one.
    return HTMLResponse(text.encode("utf-8", "replace"), status_code=status)


def safe_href(url: str | None) -> str | None:
    """The address where it may stand in a link: http(s) with a host; else None."""
    if not url or re.search(r"[\s\x00-\x1f\x7f]", url):
        return None
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return url if is_web else None


def lang_attributes(lang: str | None) -> dict[str, str]:
    """`lang` and `dir` of a text in that language; the browser judges by the text where it is unknown."""
    if not lang or not _LANG_TAG.fullmatch(lang):
        return {"dir": "auto"}
    subtags = lang.lower().split("-")
    scripts = {part for part in subtags[1:] if len(part) == 4}  # noqa: PLR2004 - a script's subtag has four letters
    is_rtl = bool(scripts & _RTL_SCRIPTS) if scripts else subtags[0] in _RTL_LANGS
    return {"lang": lang, "dir": "rtl" if is_rtl else "ltr"}


def host_of(url: str) -> str:
    """A URL's host, for people; the whole where it has none."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _claim(claimed: ClaimedTime) -> str:
    offset = "" if claimed.has_offset or claimed.precision.value == "day" else ", without an offset"
    return f"{_PRECISION_WORDS[claimed.precision.value]}{offset}; stated by {claimed.origin}"


def _after(moment: datetime, start: datetime) -> str:
    """How long after a start, in one or two units."""
    seconds = int((moment - start).total_seconds())
    if seconds <= 0:
        return ""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    units = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    first = next(index for index, (number, _) in enumerate(units) if number)
    return "+" + " ".join(f"{number} {unit}" for number, unit in units[first : first + 2] if number)


def _plural(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _code_spans(text: str) -> Markup:
    """Words of ours with what stands between backticks as code; everything is escaped."""
    parts = text.split("`")
    return Markup().join(Markup("<code>{}</code>").format(part) if index % 2 else part for index, part in enumerate(parts))


def _query(**values: Any) -> str:
    """A query string; empty values are left out, sequences repeat."""
    pairs = [
        (name, str(item))
        for name, value in values.items()
        for item in (value if isinstance(value, list | tuple) else (value,))
        if item not in (None, "", False)
    ]
    return f"?{urlencode(pairs)}" if pairs else "?"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("wirecopy.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "clock": _clock,
        "iso": _iso,
        "claim": _claim,
        "code_spans": _code_spans,
        "host": host_of,
        "safe_href": safe_href,
        "evidence": read_evidence,
    }
    environment.globals |= {
        "lang_attributes": lang_attributes,
        "kind_meanings": {kind.value: meaning for kind, meaning in KIND_MEANINGS.items()},
        "agency_places": AGENCY_PLACES,
        "explain_dates": explain_dates,
        "group_removed": group_removed,
        "group_text": group_text,
        "plural": _plural,
        "after": _after,
        "cut_ends": cut_ends,
        "query_string": _query,
        "static_version": static_version,
    }
    return environment
