"""Copies, what shows them, and the documents they are indexed as."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from wirecopy.models.articles import StagedArticle
    from wirecopy.models.ids import ArticleId, StoryId, VersionId


class CopyKind(StrEnum):
    """What a document is to its story."""

    ORIGIN = "origin"
    EXACT = "exact"
    NEAR = "near"
    EXCERPT = "excerpt"
    TRANSLATION = "translation"
    UPDATE = "update"
    ROUNDUP = "roundup"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """What finds an article's copies without its text.

    Attributes:
        version: Version of the method; fingerprints of two versions are never compared.
        exact: Hash of the normalised text, hexadecimal.
        tokens: Number of tokens in the normalised text.
        keys: What the store indexes and candidates are found by. Each is `FAMILY:VALUE`, so that families
            (`x` exact, `s` sketch, later `a` anchors) live in one field.
    """

    version: int
    exact: str
    tokens: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An article's place: its story, what it is there, and why.

    Attributes:
        story_id: The story it belongs to.
        kind: What it is to that story.
        copy_of: The article it was matched with; None for an origin.
        score: The match's score; None for an origin.
        evidence: The match's evidence; for an origin what was considered and rejected, if anything.
    """

    story_id: StoryId
    kind: CopyKind
    copy_of: ArticleId | None
    score: float | None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An indexed article: what searches see and what candidates are drawn from.

    Attributes:
        id: Derived from `article.key`.
        version_id: Derived from the key and the text.
        article: The article as it was staged.
        fingerprints: What its copies are found by.
        link: Its place among the stories.
        indexed_at: When it was indexed first in this version.
    """

    id: ArticleId
    version_id: VersionId
    article: StagedArticle
    fingerprints: Fingerprints
    link: Link
    indexed_at: datetime
