"""JSON Feed 1 and 1.1 (jsonfeed.org/version/1.1): bytes to items. feedparser 6 gives none for it."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from wirecopy.errors import FeedMalformed
from wirecopy.feeds.dates import read_date
from wirecopy.feeds.items import FeedDocument, FeedItem, locate, resolve_all
from wirecopy.feeds.plaintext import plain_text, scrub_text
from wirecopy.models import ClaimedTime
from wirecopy.urls import resolve_url

_VERSION = re.compile(r"jsonfeed\.org/version/(\d+(?:\.\d+)?)")
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_TEXT_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\Z))|,(?=\s*[}\]])', re.DOTALL)
_SEPARATOR = re.compile(r"[\s,]*")
_LONGEST_INTEGER: Final = 20  # digits: Python refuses to read 4,301, and a time in milliseconds has 13
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{1,8})*")


def is_json_feed(value: Any) -> bool:
    """Whether a JSON value is meant as a JSON Feed: by its version, or by items beside a home page or a feed's address."""
    if not isinstance(value, dict):
        return False
    version = value.get("version")
    if isinstance(version, str) and "jsonfeed.org" in version:
        return True
    return isinstance(value.get("items"), list) and any(
        isinstance(value.get(name), str) for name in ("home_page_url", "feed_url")
    )


def load_json(text: str) -> tuple[Any, bool]:
    """A JSON document, and whether it broke off: then it holds the items before that.

    Raises:
        ValueError: It is no JSON, or broke before its items.
        RecursionError: It is nested too deeply.
    """
    # Templates leave line breaks and tabs in texts as they are, which is no JSON; `strict` would lose all items for one.
    decoder = json.JSONDecoder(strict=False, parse_int=_read_integer, parse_constant=lambda _: None)
    text = text.lstrip("\ufeff \t\r\n\x00").rstrip("\x00")
    try:
        return decoder.decode(text), False
    except ValueError:
        pass
    try:
        # What templates leave behind the last of several: `{"id": "1",}`.
        return decoder.decode(_TEXT_OR_COMMA.sub(lambda found: found[1] or "", text)), False
    except ValueError:
        return _load_beginning(text, decoder), True


def _load_beginning(text: str, decoder: json.JSONDecoder) -> Any:
    found = _ITEMS.search(text)
    if not text.startswith("{") or found is None:
        raise ValueError("no items before the end")
    # What stands before the items is whole; what follows them is lost.
    document = decoder.decode(text[: found.start()].rstrip().rstrip(",") + "}")
    items: list[Any] = []
    at = found.end()
    while True:
        at = _match_end(text, at)
        try:
            item, at = decoder.raw_decode(text, at)
        except ValueError:
            break
        items.append(item)
    return {**document, "items": items}


def _match_end(text: str, at: int) -> int:
    match = _SEPARATOR.match(text, at)
    return match.end() if match else at


def _read_integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else None


def read_json_feed(value: dict[str, Any], *, url: str, is_truncated: bool = False) -> FeedDocument:
    """Read a JSON Feed; what has the wrong type counts as not stated, an item that is no object as dropped.

    Args:
        value: The document, for which `is_json_feed` holds.
        url: Where it came from: names it in errors and is the last base of relative links.
        is_truncated: Whether the document broke off.

    Raises:
        FeedMalformed: It has no list of items, or broke off before the first was whole.
    """
    stated = value.get("items")
    if not isinstance(stated, list):
        raise FeedMalformed(url, "could not be read as a feed: a JSON Feed without a list of items; it holds no entries")
    if is_truncated and not stated:
        raise FeedMalformed(
            url, "could not be read as a feed: its JSON breaks off before the end of the first item; it holds no entries"
        )
    base = resolve_url(url, _string(value.get("home_page_url")) or "") or url
    language = _language(value.get("language"))
    authors = _authors(value)
    items = tuple(_item(item, base, language, authors) for item in stated if isinstance(item, dict))
    version = _VERSION.search(str(value.get("version", "")))
    warnings = ["the feed breaks off; the items before that were read"] if is_truncated else []
    if value.get("expired") is True:
        warnings.append("the feed says that it is finished and will never be updated again")
    hubs = value.get("hubs")
    hub_urls = [_string(hub.get("url")) for hub in hubs if isinstance(hub, dict)] if isinstance(hubs, list) else []
    return FeedDocument(
        format="json1" if version and version[1] in {"1", "1.0"} else "json11",
        title=_text(value.get("title")),
        items=items,
        skipped=len(stated) - len(items),
        next_url=resolve_url(url, next_url) if (next_url := _string(value.get("next_url"))) else None,
        hub_urls=resolve_all(url, hub_urls),
        self_url=resolve_url(url, self_url) if (self_url := _string(value.get("feed_url"))) else None,
        is_truncated=is_truncated,
        warnings=tuple(warnings),
    )


def _item(item: dict[str, Any], base: str, language: str | None, feed_authors: tuple[str, ...]) -> FeedItem:
    guid = _identity(item.get("id"))
    # `url` is the item's own page and `external_url` the page it speaks of; an id is the address where it looks like one.
    stated = _string(item.get("url")) or _string(item.get("external_url"))
    if stated is None and guid is not None and guid.lower().startswith(("http://", "https://")):
        stated = guid
    url, is_usable = locate(stated, base)
    own_language = _language(item.get("language"))
    published = _time(item.get("date_published"), own_language or language)
    modified = _time(item.get("date_modified"), own_language or language)
    return FeedItem(
        url=url,
        is_usable=is_usable,
        title=_text(item.get("title")),
        guid=guid,
        summary=_text(item.get("summary")) or _text(item.get("content_text")) or _html(item.get("content_html")),
        authors=_authors(item) or feed_authors,  # the format: an item without authors has the feed's
        published_at=published or modified,
        updated_at=modified if published and modified and modified.at != published.at else None,
        language=own_language,
    )


def _authors(holder: dict[str, Any]) -> tuple[str, ...]:
    """Version 1.1's `authors`, else version 1's `author`."""
    stated = holder.get("authors")
    several = stated if isinstance(stated, list) and stated else [holder.get("author")]
    names = (_html(one.get("name") if isinstance(one, dict) else one) for one in several)
    return tuple(dict.fromkeys(name for name in names if name))


def _identity(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return scrub_text(str(value)).strip() or None  # the format: a number becomes a string


def _time(value: Any, language: str | None) -> ClaimedTime | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return read_date(str(value), language=language)


def _language(value: Any) -> str | None:
    stated = _string(value)
    return stated if stated and _LANGUAGE.fullmatch(stated) else None


def _string(value: Any) -> str | None:
    return (value.strip() or None) if isinstance(value, str) else None


def _text(value: Any) -> str | None:
    return (" ".join(scrub_text(value).split()) or None) if isinstance(value, str) else None


def _html(value: Any) -> str | None:
    return (plain_text(value) or None) if isinstance(value, str) else None
