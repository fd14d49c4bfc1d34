"""Ids of documents and of their versions, pure functions of the URL's key and the text."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from wirecopy.models import ArticleId, VersionId

if TYPE_CHECKING:
    from wirecopy.models import UrlKey

# 96 bits: among 10^10 documents the chance that any two share an id is about 6 in 10^10 (birthday bound).
_ID_BYTES = 12


def article_id(key: UrlKey) -> ArticleId:
    """The id of the document that stands for a URL's key: 24 hexadecimal digits of BLAKE2b."""
    return ArticleId(hashlib.blake2b(key.encode(), digest_size=_ID_BYTES, person=b"wirecopy-doc").hexdigest())


def version_id(key: UrlKey, text: str) -> VersionId:
    """The id of the version of a document that has this text: 24 hexadecimal digits of BLAKE2b over key and text."""
    digest = hashlib.blake2b(key.encode(), digest_size=_ID_BYTES, person=b"wirecopy-version")
    digest.update(b"\0")
    digest.update(text.encode("utf-8", "surrogatepass"))
    return VersionId(digest.hexdigest())
