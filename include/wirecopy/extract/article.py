"""A page's bytes to its article: pure, and the only room that knows trafilatura.

Callers run it in `wirecopy.workers`: hostile pages make libxml2, trafilatura and htmldate run for long whatever is done here.
"""

from __future__ import annotations

import logging
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any, Final

import trafilatura
from trafilatura.meta import reset_caches

from wirecopy import language
from wirecopy.extract.facts.access import judge_access
from wirecopy.extract.facts.dates import choose_date, find_dates
from wirecopy.extract.facts.metadata import PageMetadata, read_metadata
from wirecopy.extract.folding import fold_line
from wirecopy.extract.lines.boilerplate import clean_blocks
from wirecopy.extract.lines.phrasebook import phrasebook
from wirecopy.extract.page.document import open_page
from wirecopy.extract.page.mojibake import find_lost_characters
from wirecopy.extract.people import agency
from wirecopy.extract.people.bylines import Byline, byline_in_text
from wirecopy.extract.people.headline import strip_site_name
from wirecopy.extract.text.blocks import outline_of, text_of_blocks
from wirecopy.extract.text.body import find_body
from wirecopy.extract.text.standfirst import find_descriptions
from wirecopy.models import Article

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.html import HtmlElement

log = logging.getLogger(__name__)

_LONGEST_META: Final = 2_000
"""Characters of a meta tag that trafilatura may still see: what it does with authors is quadratic (10 kB .85 s, 80 kB 38 s)."""
_LAST_DAY: Final = "2100-12-31"
"""No date is later where it is unknown when a page was seen: the end of the years that `wirecopy.feeds.dates` reads."""


def read_article(body: bytes, *, url: str | None, content_type: str | None, seen_at: datetime | None = None) -> Article:
    """Read the article of an HTML page.

    Args:
        body: The page's bytes; beyond `wirecopy.extract.page.document.MAX_PAGE_BYTES` they are cut.
        url: Its address, or None: then relative links in it stay unknown.
        content_type: The response's `Content-Type` with its parameters, or None.
        seen_at: When it came: a date more than a day later is not believed. None where that is unknown.

    Returns:
        What was found; `text` is empty where there is no article.

    Raises:
        NoArticle: The bytes are no HTML; the message says what they look like.
    """
    page = open_page(body, content_type, url or "page")
    metadata = read_metadata(page.tree, url)
    link_texts = _link_texts(page.tree)
    body_of_page = find_body(
        page.tree,
        url,
        article_body=metadata.article_body,
        titles=metadata.headlines,
        descriptions=find_descriptions(metadata.metas, metadata.node),
    )
    guessed = _guess_metadata(page.tree, url, seen_at)
    headlines = _headlines(metadata, guessed)
    found = body_of_page.blocks
    clean = clean_blocks(found, titles=headlines, link_texts=link_texts)
    text = text_of_blocks(clean.blocks)
    title = headlines[0] if headlines else None
    lang = language.detect_language(title or "", text, hint=metadata.lang_hint)
    byline = Byline(names=metadata.authors, stated=metadata.stated_authors)
    byline = byline if byline.names else byline_in_text(found, guessed.author, metadata.site_names)
    dates = find_dates(page.tree, metadata.node, metadata.metas, url=url, lang=metadata.lang_hint, guessed=guessed.date or None)
    return Article(
        url=url,
        canonical_url=metadata.canonical_url,
        title=title,
        text=text,
        outline=outline_of(clean.blocks),
        authors=byline.names,
        agency=agency.find_agency(byline.stated, found, site_names=metadata.site_names),
        published_at=choose_date(dates, seen_at=seen_at),
        dates=dates,
        lang=lang,
        other_langs=language.find_other_languages(text, lang),
        site_name=metadata.site_name or guessed.sitename or None,
        image=metadata.image,
        section=metadata.section,
        keywords=metadata.keywords,
        access=judge_access(page.tree, text=text, is_free=metadata.is_free),
        boilerplate=(*clean.removed, *body_of_page.removed),
        warnings=(*page.warnings, *find_lost_characters(title, text)),
    )


def warm_up() -> None:
    """Load what a first page would wait for."""
    language.warm_up()
    agency.warm_up()
    phrasebook()


def forget() -> None:
    """Drop what libraries keep of the pages read so far."""
    reset_caches()


class _NoMetadata:
    title = author = date = sitename = None


def _guess_metadata(tree: HtmlElement, url: str | None, seen_at: datetime | None) -> Any:
    # Without a latest day htmldate asks the clock, and a page would be read otherwise when it is replayed. A day's start is the
    # bound, and dates have no zone: the day after.
    latest = f"{seen_at.astimezone(UTC) + timedelta(days=1):%Y-%m-%d}" if seen_at is not None else _LAST_DAY
    dates = {"original_date": True, "extensive_search": True, "max_date": latest}
    for meta in tree.iter("meta"):
        if len(meta.get("content") or "") > _LONGEST_META:
            del meta.attrib["content"]
    try:
        return trafilatura.extract_metadata(tree, default_url=url, date_config=dates)
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


def _link_texts(tree: HtmlElement) -> frozenset[str]:
    """What the page's links say; those to a place in the page itself are its table of contents and the marks on its headings."""
    links = (link for link in tree.iter("a") if not link.get("href", "").startswith("#"))
    return frozenset(fold_line(link.text_content()) for link in links) - {""}
