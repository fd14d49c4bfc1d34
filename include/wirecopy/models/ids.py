"""Ids, each a string of its own kind."""

from __future__ import annotations

from typing import NewType

SourceId = NewType("SourceId", str)
UrlKey = NewType("UrlKey", str)
"""A URL's identity, versioned; made by `wirecopy.urls.url_key`."""
ArticleId = NewType("ArticleId", str)
"""A document's id, derived from its URL's key by `wirecopy.identity.article_id`; 24 hexadecimal digits."""
VersionId = NewType("VersionId", str)
"""A version of a document: derived from its URL's key and its text by `wirecopy.identity.version_id`."""
StoryId = NewType("StoryId", str)
"""A story's id: the article id of the document that started it. Never changes; a joined story's id stays as an alias."""
