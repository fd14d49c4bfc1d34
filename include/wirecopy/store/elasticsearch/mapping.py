"""The mapping of every index: strict, versioned, and the same for everyone who opens the store.

What a field cannot hold in full (a URL longer than Lucene's terms) it leaves out of the index; the whole value is always in
`doc`, the stored form of `wirecopy.store.codec`, which Elasticsearch keeps and never looks into.
"""

from __future__ import annotations

from typing import Any

from wirecopy.store.elasticsearch.analysis import (
    SINGLES,
    STEMMED_LANGUAGES,
    UNSTEMMED,
    WORDS,
    build_analysis,
    stem_name,
)
from wirecopy.store.elasticsearch.schema import schema_meta

LONGEST_KEYWORD = 8191
"""Characters of a keyword that is indexed: at four bytes each they stay under Lucene's 32,766 bytes a term."""

_EXACT: dict[str, Any] = {"type": "keyword", "ignore_above": LONGEST_KEYWORD}
_TIME: dict[str, Any] = {"type": "date", "format": "strict_date_time_no_millis"}
_STORED: dict[str, Any] = {"type": "object", "enabled": False}


ADDED_TO_ARTICLES: dict[str, Any] = {"agency": _EXACT, "section": _EXACT, "keywords": _EXACT}
"""What months of before schema 3 lack; they get it when they are opened to be written. Values stand in lower case."""


def ledger_mapping() -> dict[str, Any]:
    """One row per URL. `key` is cut for sorting, `final_id` is the id of `final_key`; both whole in `doc`."""
    return _strict(
        id=_EXACT,
        key=_EXACT,
        final_id=_EXACT,
        source_id=_EXACT,
        state=_EXACT,
        first_seen_at=_TIME,
        next_attempt_at=_TIME,
        doc=_STORED,
    )


def feeds_mapping() -> dict[str, Any]:
    """One state per feed."""
    return _strict(id=_EXACT, url=_EXACT, source_id=_EXACT, next_poll_at=_TIME, doc=_STORED)


def pauses_mapping() -> dict[str, Any]:
    """One pause per site."""
    return _strict(id=_EXACT, site=_EXACT, until=_TIME, doc=_STORED)


def sites_mapping() -> dict[str, Any]:
    """What is remembered of a site's pages, one for each site."""
    return _strict(id=_EXACT, site=_EXACT, doc=_STORED)


def inbox_mapping() -> dict[str, Any]:
    """Articles that wait for the one writer."""
    return _strict(id=_EXACT, key=_EXACT, news_time=_TIME, doc=_STORED)


def lock_mapping() -> dict[str, Any]:
    """The one writer's lock."""
    return _strict(owner=_EXACT, token=_EXACT, expires_at={"type": "date", "format": "strict_date_time"})


def versions_mapping() -> dict[str, Any]:
    """Earlier versions of articles: found by their article alone."""
    return _strict(id=_EXACT, article_id=_EXACT, indexed_at=_TIME, doc=_STORED)


def articles_mapping() -> dict[str, Any]:
    """The articles. `titles.XX` and `texts.XX` hold the words, of which `title` and `text` are the unstemmed index."""
    words = {"type": "text", "analyzer": WORDS, "search_analyzer": SINGLES}
    return _strict(
        id=_EXACT,
        version_id={**_EXACT, "index": False, "doc_values": False},
        story_id=_EXACT,
        copy_kind=_EXACT,
        copy_of=_EXACT,
        source_id=_EXACT,
        country=_EXACT,
        langs=_EXACT,
        authors=words,
        url={**_EXACT, "doc_values": False},
        first_seen_at=_TIME,
        news_time=_TIME,
        indexed_at=_TIME,
        # only asked whether a document has one: no order, no frequency, no value is needed back
        keys={"type": "keyword", "doc_values": False, "index_options": "docs", "ignore_above": LONGEST_KEYWORD},
        title=words,
        text=words,
        titles={"dynamic": "strict", "properties": _texts("title")},
        texts={"dynamic": "strict", "properties": _texts("text")},
        doc=_STORED,
        **ADDED_TO_ARTICLES,
    )


def build_settings(*, with_analysis: bool = False) -> dict[str, Any]:
    """Settings of an index: one shard, and a replica as soon as there is a second node to hold it."""
    settings: dict[str, Any] = {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}}
    if with_analysis:
        settings["analysis"] = build_analysis()
    return settings


def _texts(unstemmed: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        language: {"type": "text", "analyzer": stem_name(language), "copy_to": unstemmed} for language in STEMMED_LANGUAGES
    }
    fields[UNSTEMMED] = {"type": "text", "index": False, "copy_to": unstemmed}
    return fields


def _strict(**properties: Any) -> dict[str, Any]:
    return {"dynamic": "strict", "_meta": schema_meta(), "properties": properties}
