"""Documents as they stand in the index, and back: the stored form without its words and keys, which the index holds itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirecopy.store import codec
from wirecopy.store.elasticsearch.analysis import text_field
from wirecopy.store.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wirecopy.models import Document


def document_body(document: Document) -> dict[str, Any]:
    """What is written for a document.

    Raises:
        ValueError: Its evidence is not JSON.
    """
    doc = codec.encode_document(document)
    article, link = doc["article"], doc["link"]
    words = text_field(article["lang"])
    body = {
        "id": doc["id"],
        "version_id": doc["version_id"],
        "story_id": link["story_id"],
        "copy_kind": link["kind"],
        "copy_of": link["copy_of"],
        "source_id": article["source_id"],
        "country": article["country"],
        "langs": lang_prefixes(article["lang"]),
        "authors": article["authors"],
        "url": article["url"],
        "first_seen_at": article["first_seen_at"],
        "news_time": codec.encode_time(document.article.news_time),
        "indexed_at": doc["indexed_at"],
        "keys": doc["fingerprints"].pop("keys"),
        "agency": article["agency"]["name"].lower() if article["agency"] else None,
        "section": article["section"].lower() if article["section"] else None,
        "keywords": [keyword.lower() for keyword in article["keywords"]],
        "titles": {words: article.pop("title")},
        "texts": {words: article.pop("text")},
    }
    return {**body, "doc": doc}


def read_document(body: Mapping[str, Any]) -> Document:
    """The document that `document_body` wrote."""
    doc = body["doc"]
    (title,) = body["titles"].values()
    (text,) = body["texts"].values()
    return codec.decode_document(
        {
            **doc,
            "article": {**doc["article"], "title": title, "text": text},
            "fingerprints": {**doc["fingerprints"], "keys": body["keys"]},
        }
    )


def version_body(document: Document) -> dict[str, Any]:
    """What is kept of a document that another version takes the place of."""
    doc = codec.encode_document(document)
    return {"id": doc["version_id"], "article_id": doc["id"], "indexed_at": doc["indexed_at"], "doc": doc}


def read_version(body: Mapping[str, Any]) -> Document:
    """The document that `version_body` wrote."""
    return codec.decode_document(body["doc"])


def lang_prefixes(lang: str | None) -> list[str]:
    """A tag and every shorter one it falls under, in lower case: `zh`, `zh-hant`, `zh-hant-tw`."""
    if not lang:
        return []
    parts = scrub(lang).lower().split("-")
    return ["-".join(parts[:count]) for count in range(1, len(parts) + 1)]
