"""The key of a URL: one for all the addresses of an article.

A key is evidence of identity, never proof: two texts that disagree under one key are versions of a document, and two keys whose
texts agree are copies. So a rule belongs here only if no known site tells two articles apart by what it drops.

The form is `VERSION:HOST[:PORT]/PATH[?QUERY][#ROUTE]`, in ASCII. Ids of documents are made from it: any change of a rule that
changes a key needs a new version.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import partial

from wirecopy.models import UrlKey
from wirecopy.urls.hosts import domain_of, is_ip_literal
from wirecopy.urls.links import DEFAULT_PORTS, UrlParts, remove_dot_segments, split_url
from wirecopy.urls.trackers import is_tracker

URL_KEY_VERSION = 1

MAX_KEY_CHARS = 500
"""No key is longer: an Elasticsearch `_id` holds 512 bytes. A longer one keeps its start and ends with a digest of the whole."""

# Labels under which a site shows the same articles to other devices. `www2`, `sport`, `news` are sites of their own.
_DEVICE_LABELS = frozenset({"www", "m", "mobile", "mobil", "touch", "wap", "amp"})

# Bytes that are written as they are: `%7E` and `~`, `%2C` and `,` are one. Every other byte is an escape in the key whatever it
# was in the URL, except a part's delimiters, which stay as they came, for `%2F` is not `/`.
_UNRESERVED = r"A-Za-z0-9._~\-"
_PATH = _UNRESERVED + "!$'()*,:@+&="
_QUERY_NAME = _UNRESERVED + "!$'()*,:@/?"
_QUERY_VALUE = _QUERY_NAME + "="

_INDEX_PAGE = re.compile(r"/(?:index\.(?:s?html?|xhtml|php\d?|aspx?|jsp|cfm|cgi|pl)|default\.(?:html?|aspx?))$", re.IGNORECASE)
_AMP_SUFFIX = re.compile(r"(?<=[^/])(?:/amp(?:\.html?)?$|\.amp$|\.amp(?=\.html?$))", re.IGNORECASE)
_AMP_PREFIX = re.compile(r"^(?:/amp)+(?=/[^/])", re.IGNORECASE)
# Java's and PHP's, and ASP.NET's without cookies: `/(S(lit3py55t21z5v55vlm25s55))/`.
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*|(?<=/)\(S\([a-z0-9]{24}\)\)(?=/)", re.IGNORECASE)
_AMPERSANDS = re.compile(r"\A(?:amp;)+")  # `&amp;` that was escaped once too often, or twice, is common in feeds
_SLASHES = re.compile(r"/{2,}")

# Pages that hold the address of the page they show, its `?` escaped or not: the AMP viewers of Google and Bing, and Google's cache.
_AMP_VIEWERS = ("google.", "bing.")
_AMP_VIEWER = re.compile(r"/amp/(?P<tls>s/)?(?P<url>[^/]+\.[^/]+/.*)")
_AMP_CACHE = re.compile(r"/(?:[cvir]|wp)/(?P<tls>s/)?(?P<url>[^/]+\.[^/]+/.*)")

_LOCALES = frozenset(
    "ar az bg bn bs ca cs da de el en es et eu fa fi fr gl he hi hr hu hy id is it ja ka kk ko lt lv mk mn ms nb nl nn no pl pt "  # noqa: SIM905 - words, not a page of quotes
    "ro ru sk sl sq sr sv sw ta te th tr uk ur uz vi zh".split()
)
_LOCALE_WITH_REGION = re.compile(r"(?P<language>[a-z]{2})[-_][a-z]{2,4}", re.IGNORECASE)


def url_key(url: str) -> UrlKey:
    """The key of a URL; equal for the addresses of one article.

    Does not count: the scheme, the case of the host, `www.`, `m.`, `mobile.`, `touch.` and `amp.`, the scheme's own port, user and
    password, how characters are escaped, dot segments, doubled and trailing slashes, a trailing `index.html` and its like,
    plain and text fragments, the order of parameters, known trackers and session ids, the AMP form of a page.

    Counts: other ports, other subdomains, the case and everything else of the path, every other parameter, hash routes
    (`#!/story/1`, `#/story/1`).

    Args:
        url: An absolute http(s) URL.

    Returns:
        ASCII, at most `MAX_KEY_CHARS` long, such as `1:courier.test/politics/budget?id=7`.

    Raises:
        ValueError: It is not an absolute http(s) URL, or its host is none.
    """
    parts = _unwrap(split_url(url))
    host, port = _site(parts)
    domain = domain_of(parts.host)
    text = f"{URL_KEY_VERSION}:{host}{port}{_clean_path(parts.path) or '/'}"
    query = _clean_query(parts.query, domain) if parts.query else ""
    if query:
        text += f"?{query}"
    route = _clean_route(parts.fragment, domain) if parts.fragment else ""
    if route:
        text += f"#{route}"
    if len(text) > MAX_KEY_CHARS:
        digest = hashlib.blake2b(text.encode("ascii"), digest_size=16, person=b"wirecopy-key").hexdigest()
        text = f"{text[: MAX_KEY_CHARS - 33]}~{digest}"
    return UrlKey(text)


def is_home_page(url: str) -> bool:
    """Whether a URL is a site's front page: its root, a language's root, with nothing that could name an article.

    A canonical link to a front page is no evidence. Not for dropping: `/?p=1234` and `/obama-wins` are articles.

    Raises:
        ValueError: It is not an absolute http(s) URL, or its host is none.
    """
    key = url_key(url)
    path = key[key.index("/") :].removeprefix("/")
    locale = _LOCALE_WITH_REGION.fullmatch(path)
    return (
        path in ("", "home", "homepage") or path in _LOCALES or (locale is not None and locale["language"].lower() in _LOCALES)
    )


def _site(parts: UrlParts) -> tuple[str, str]:
    """The host without its device labels, and `:PORT` where it is not the scheme's own."""
    port = "" if parts.port == DEFAULT_PORTS[parts.scheme] else f":{parts.port}"
    if is_ip_literal(parts.host):
        return parts.host, port
    labels = parts.host.split(".")
    if _DEVICE_LABELS.isdisjoint(labels):
        return parts.host, port
    owned = domain_of(parts.host).count(".") + 1  # `mobile.de` and `amp.dev` are somebody's own names
    sub = [label for label in labels[:-owned] if label not in _DEVICE_LABELS]
    return ".".join(sub + labels[-owned:]), port


def _clean_path(path: str) -> str:
    path = _escape(_SLASHES.sub("/", remove_dot_segments(_PATH_SESSION.sub("", path))), _PATH_WRITER).rstrip("/")
    while True:  # each may uncover another: /amp/story/amp/index.html
        shorter = _AMP_SUFFIX.sub("", _AMP_PREFIX.sub("", _INDEX_PAGE.sub("", path))).rstrip("/")
        if shorter == path:
            return path
        path = shorter


def _clean_query(query: str, domain: str) -> str:
    kept: set[str] = set()
    for part in query.split("&"):
        raw = _AMPERSANDS.sub("", part)
        name, _, value = raw.replace("+", "%20").partition("=")
        name = _escape(name, _NAME_WRITER)
        value = _escape(value, _VALUE_WRITER)
        if (name or value) and not is_tracker(name, value, domain):
            kept.add(f"{name}={value}" if value else name)
    return "&".join(sorted(kept)).replace("%20", "+")


def _clean_route(fragment: str, domain: str) -> str:
    """A fragment that names an article in a page made by a script; empty for an anchor or a text fragment."""
    fragment = fragment.partition(":~:")[0]
    if not fragment.startswith(("!", "/")):
        return ""
    route, _, query = fragment.partition("?")
    route = _escape(_SLASHES.sub("/", route), _PATH_WRITER).rstrip("/")
    cleaned = _clean_query(query, domain)
    if cleaned:
        return f"{route}?{cleaned}"
    return "" if route == "!" else route


def _unwrap(parts: UrlParts) -> UrlParts:
    """The page that an AMP viewer shows, where the address names it."""
    if parts.host == "cdn.ampproject.org" or parts.host.endswith(".cdn.ampproject.org"):
        match = _AMP_CACHE.fullmatch(parts.path)
    elif parts.path.startswith("/amp/") and domain_of(parts.host).startswith(_AMP_VIEWERS):
        match = _AMP_VIEWER.fullmatch(parts.path)
    else:
        return parts
    if match is None:
        return parts
    path, *inner = re.split("%3f", match["url"], maxsplit=1, flags=re.IGNORECASE)
    query = "&".join(filter(None, [*inner, parts.query]))
    try:
        return split_url(f"{'https' if match['tls'] else 'http'}://{path}?{query}")
    except ValueError:
        return parts


class _Writer:
    """One way to write a part of a URL.

    Args:
        plain: Characters that are never escaped, as a set of a regular expression.
        delimiters: Characters that stay as they came, plain or escaped.
    """

    def __init__(self, plain: str, delimiters: str) -> None:
        self.is_plain = re.compile(f"[{plain}]").fullmatch
        self.is_written = re.compile(f"[{plain}{delimiters}]*").fullmatch
        self.escape_others = partial(re.compile(f"[^{plain}{delimiters}%]").sub, _to_escapes)


def _escape(text: str, writer: _Writer) -> str:
    """A part of a URL in ASCII; characters composed (NFC); a `%` that starts no escape stands for itself."""
    if writer.is_written(text):
        return text
    if "%" in text:
        text = _STRAY_PERCENT.sub("%25", text)
        text = _ASCII_ESCAPE.sub(lambda match: _decode_ascii(match[0], writer), text)
        text = _OTHER_ESCAPES.sub(lambda match: _decode_utf8(match[0]), text)
    if not text.isascii():  # an accent after `%CA` is none of its last letter
        pieces = _ESCAPES.split(text)
        pieces[::2] = (unicodedata.normalize("NFC", piece) for piece in pieces[::2])
        text = "".join(pieces)
    return writer.escape_others(text)


def _decode_ascii(escape: str, writer: _Writer) -> str:
    character = chr(int(escape[1:], 16))
    return character if writer.is_plain(character) else escape.upper()


def _decode_utf8(escapes: str) -> str:
    try:
        return bytes.fromhex(escapes.replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:  # another encoding: its bytes are all that is known
        return escapes.upper()


def _to_escapes(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8"))


_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ASCII_ESCAPE = re.compile(r"%[0-7][0-9A-Fa-f]")
_ESCAPES = re.compile(r"((?:%[0-9A-Fa-f]{2})+)")
_OTHER_ESCAPES = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_PATH_WRITER = _Writer(_PATH, "/;")
_NAME_WRITER = _Writer(_QUERY_NAME, ";")
_VALUE_WRITER = _Writer(_QUERY_VALUE, ";")
