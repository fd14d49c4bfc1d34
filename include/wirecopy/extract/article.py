"""A page's bytes to its article: pure, and the only place that knows trafilatura.

Callers run it in `wirecopy.workers`: hostile pages make libxml2, trafilatura and htmldate run for long whatever is done here.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final

import lxml.html
import trafilatura
from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser

from wirecopy import language
from wirecopy.errors import NoArticle
from wirecopy.extract.access import judge_access
from wirecopy.extract.boilerplate import clean_text, fold_line
from wirecopy.extract.charset import decode_page
from wirecopy.extract.hydration import find_article_html
from wirecopy.extract.metadata import PageMetadata, clean_authors, read_metadata, strip_site_name
from wirecopy.feeds.body import clean_references
from wirecopy.feeds.dates import read_date
from wirecopy.models import Article

if TYPE_CHECKING:
    from wirecopy.models import ClaimedTime

log = logging.getLogger(__name__)

MAX_PAGE_BYTES: Final = 5_000_000
"""Most bytes that are read of a page: 10 MB of links or paragraphs took trafilatura more than 40 s."""

_LEAST_RESCUE: Final = 1.3
"""A JSON-LD articleBody so many times longer than what was found replaces it; whenever present it would do harm (-.014)."""
_TOO_LITTLE: Final = 300
"""Where less text than this was found, in characters, the data of the page's scripts are searched for the article."""
_CONTROL: Final = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_LOOKED_AT: Final = 20_000
_MOST_CONTROLS: Final = 0.03
"""Of a page's first 20,000 characters, the share of control characters from which it is binary: in random bytes a tenth are; in
text of any encoding, read wrongly or not, hardly any."""
_MAGIC: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"RIFF", "a RIFF file (picture, sound or film)"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"ID3", "an MP3 file"),
)
_MAGIC_WITHIN: Final = 1024  # PDF readers accept the mark within the first 1,024 bytes
_TAG = re.compile(rb"<\s*(?:!doctype|!--|\?xml|/?[a-zA-Z])")
# What XML 1.0 section 2.2 does not count as a character; lxml refuses it where trafilatura sets a text, and the article is lost.
_NO_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+")
_FEED = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL)


def read_article(body: bytes, *, url: str | None, content_type: str | None) -> Article:
    """Read the article of an HTML page.

    Args:
        body: The page's bytes; beyond `MAX_PAGE_BYTES` they are cut.
        url: Its address, or None: then relative links in it stay unknown.
        content_type: The response's `Content-Type` with its parameters, or None.

    Returns:
        What was found; `text` is empty where there is no article.

    Raises:
        NoArticle: The bytes are no HTML; the message says what they look like.
    """
    subject = url or "page"
    _refuse_other(body, subject)
    source = decode_page(body[:MAX_PAGE_BYTES], content_type)
    if len(_CONTROL.findall(source, 0, _LOOKED_AT)) > _MOST_CONTROLS * min(len(source), _LOOKED_AT):
        raise NoArticle(subject, "no HTML page: it is binary data")
    tree = _parse(source, subject)
    metadata = read_metadata(tree, url)
    link_texts = _link_texts(tree)
    found = _find_text(tree, url)
    guessed = _guess_metadata(tree, url)
    headlines = _headlines(metadata, guessed)
    text = _better_text(found, metadata.article_body)
    if len(text) < _TOO_LITTLE and (hidden := find_article_html(list(tree.iter("script")))) is not None:
        text = max(text, _find_text(_parse(f"<article>{hidden}</article>", subject), url), key=len)
    clean = clean_text(text, titles=headlines, link_texts=link_texts)
    title = headlines[0] if headlines else None
    return Article(
        url=url,
        canonical_url=metadata.canonical_url,
        title=title,
        text=clean.text,
        authors=metadata.authors or clean_authors((guessed.author or "").split(";"), metadata.site_names),
        published_at=metadata.published_at or _guessed_date(guessed.date),
        lang=language.detect_language(title or "", clean.text, hint=metadata.lang_hint),
        site_name=metadata.site_name or guessed.sitename or None,
        image=metadata.image,
        access=judge_access(tree, text=clean.text, is_free=metadata.is_free),
        boilerplate=clean.removed,
    )


def warm_up() -> None:
    """Load what a first page would wait for."""
    language.warm_up()


def _refuse_other(body: bytes, subject: str) -> None:
    start = body[:_MAGIC_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if not body.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise NoArticle(subject, "no HTML page: it is empty")
    for magic, description in _MAGIC:
        if start.startswith(magic):
            raise NoArticle(subject, f"no HTML page: it is {description}")
    plain = body.replace(b"\x00", b"")  # UTF-16
    if start[:1] in (b"{", b"["):
        raise NoArticle(subject, "no HTML page: it looks like JSON")
    if not _TAG.search(plain):
        raise NoArticle(subject, "no HTML page: there is no markup in it")
    if _FEED.match(start):
        raise NoArticle(subject, "no HTML page: it is a feed")


def _parse(text: str, subject: str) -> HtmlElement:
    # Without huge_tree libxml2 drops everything below a depth of 256, and whole articles with it, without an error.
    # Comments go: trafilatura drops the text that stands after one (React writes one between any two texts).
    parser = HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    # Vertical tabs and form feeds stand where words end.
    text = _NO_CHARACTERS.sub(lambda match: " " if "\x0b" in match[0] or "\x0c" in match[0] else "", text)
    clean = clean_references(text.encode("utf-8", "replace"))
    try:
        tree = lxml.html.document_fromstring(clean, parser=parser)
    except (LxmlError, ValueError, AssertionError) as error:
        raise NoArticle(subject, f"no HTML page: {error}") from error
    return tree


def _find_text(tree: HtmlElement, url: str | None) -> str:
    try:
        found = trafilatura.bare_extraction(tree, url=url, include_comments=False, with_metadata=False)
    except MemoryError:
        raise  # the worker's business
    except Exception:
        # It is made of heuristics on strangers' markup; one page must not end as anything but a page without text.
        log.exception("trafilatura failed on %s", url)
        return ""
    return str(getattr(found, "text", None) or "")


def _better_text(found: str, article_body: str | None) -> str:
    """What was found, or the page's own JSON-LD text where that has much more, or the same with its lines."""
    if article_body is None:
        return found
    has_more = len(article_body) > _LEAST_RESCUE * len(found)
    return article_body if has_more or fold_line(article_body) == fold_line(found) else found


class _NoMetadata:
    title = author = date = sitename = None


def _guess_metadata(tree: HtmlElement, url: str | None) -> Any:
    try:
        return trafilatura.extract_metadata(tree, default_url=url)
    except MemoryError:
        raise
    except Exception:
        log.exception("trafilatura found no metadata for %s", url)
        return _NoMetadata()


def _headlines(metadata: PageMetadata, guessed: Any) -> tuple[str, ...]:
    """The headline, then the other forms it takes on the page, all without the site's name."""
    names = {*metadata.site_names, *([guessed.sitename] if guessed.sitename else [])}
    stated = [*metadata.headlines, *([guessed.title] if guessed.title else [])]
    return tuple(dict.fromkeys(stripped for title in stated if (stripped := strip_site_name(title, names))))


def _guessed_date(date: str | None) -> ClaimedTime | None:
    return read_date(date, origin="htmldate") if date else None


def _link_texts(tree: HtmlElement) -> frozenset[str]:
    return frozenset(fold_line(link.text_content()) for link in tree.iter("a")) - {""}
