"""What `wirecopy feed` and `wirecopy extract` print of an entry and of an article; `docs/data-contract.md` lists the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wirecopy.feeds.items import FeedItem
    from wirecopy.models import Article, ClaimedTime


def item_as_json(item: FeedItem) -> dict[str, Any]:
    """An entry of a feed; null for what the feed does not say."""
    return {
        "url": item.url,
        "title": item.title,
        "published_at": item.published_at.stated if item.published_at else None,
        "id": item.guid,
        "summary": item.summary,
        "authors": list(item.authors) or None,
    }


def article_as_json(article: Article) -> dict[str, Any]:
    """An article with all that was read of it; null for what was not found, lists of what there is any number of."""
    agency = article.agency
    return {
        "url": article.url,
        "canonical_url": article.canonical_url,
        "title": article.title,
        "text": article.text,
        "authors": list(article.authors) or None,
        "published_at": article.published_at.stated if article.published_at else None,
        "lang": article.lang,
        "site_name": article.site_name,
        "image": article.image,
        "access": article.access.value,
        "outline": article.outline,
        "agency": agency.name if agency else None,
        "agency_origin": agency.origin.value if agency else None,
        "agency_stated": agency.stated if agency else None,
        "dates": [date_as_json(claimed) for claimed in article.dates],
        "other_langs": list(article.other_langs),
        "section": article.section,
        "keywords": list(article.keywords),
        "boilerplate": [{"text": line.text, "reason": line.reason.value} for line in article.boilerplate],
        "warnings": list(article.warnings),
    }


def date_as_json(claimed: ClaimedTime) -> dict[str, str]:
    """A time that a page states, with how exactly and where."""
    return {"stated": claimed.stated, "precision": claimed.precision.value, "origin": claimed.origin}
