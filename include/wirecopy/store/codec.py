"""The stored form of the models: JSON-ready dicts with the models' own names, the same in every store.

`decode_X(encode_X(value))` is the value with its texts scrubbed. Names are those of the models' attributes and stay what they
are: a name that changes is a migration in every store. Times of ours are ISO 8601 in UTC to the second with a `Z`, so that
they sort as text; claimed times keep their offset, precision and origin.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from wirecopy.models import (
    AgencyCredit,
    AgencyOrigin,
    ArchiveRef,
    ArticleId,
    ClaimedTime,
    CopyKind,
    Document,
    Fingerprints,
    LedgerRow,
    Link,
    Precision,
    RemovalReason,
    RemovedLine,
    SourceId,
    StagedArticle,
    StoryId,
    UrlKey,
    VersionId,
)
from wirecopy.outcomes import State
from wirecopy.store.scrub import scrub

JsonDict = dict[str, Any]


def encode_time(moment: datetime) -> str:
    """A time of ours as `2026-11-22T08:30:00Z`; fractions of a second are dropped.

    Raises:
        ValueError: The time is naive.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def decode_time(text: str) -> datetime:
    """The time that `encode_time` wrote, in UTC."""
    return datetime.fromisoformat(text)


def encode_claimed_time(claimed: ClaimedTime) -> JsonDict:
    """`at` (ISO 8601 with the offset as stated), `precision`, `has_offset`, `origin`."""
    return {
        "at": claimed.at.isoformat(),
        "precision": claimed.precision.value,
        "has_offset": claimed.has_offset,
        "origin": scrub(claimed.origin),
    }


def decode_claimed_time(data: Mapping[str, Any]) -> ClaimedTime:
    """The claimed time that `encode_claimed_time` wrote."""
    return ClaimedTime(
        at=datetime.fromisoformat(data["at"]),
        precision=Precision(data["precision"]),
        has_offset=data["has_offset"],
        origin=data["origin"],
    )


def encode_archive_ref(ref: ArchiveRef) -> str:
    """`FILE@OFFSET`."""
    return scrub(str(ref))


def decode_archive_ref(text: str) -> ArchiveRef:
    """The reference that `encode_archive_ref` wrote."""
    return ArchiveRef.parse(text)


def encode_json(value: Any, *, path: str = "evidence") -> Any:
    """A JSON-ready value with every text in it scrubbed, keys included; tuples become lists.

    Raises:
        ValueError: Something in it is not JSON: another type, a key that is no text, a number that is not finite. The
            message names its place.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return scrub(str(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{path} is {value}, which JSON has no form for")
        return value
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise ValueError(f"{path} has the key {key!r}, which is no text")  # noqa: TRY004 - one kind of error
        return {scrub(key): encode_json(part, path=f"{path}.{key}") for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [encode_json(part, path=f"{path}[{index}]") for index, part in enumerate(value)]
    raise ValueError(f"{path} is of type {type(value).__name__}, which JSON has no form for")


def encode_fingerprints(fingerprints: Fingerprints) -> JsonDict:
    """`version`, `exact`, `tokens`, `keys`."""
    return {
        "version": fingerprints.version,
        "exact": scrub(fingerprints.exact),
        "tokens": fingerprints.tokens,
        "keys": _scrub_all(fingerprints.keys),
    }


def decode_fingerprints(data: Mapping[str, Any]) -> Fingerprints:
    """The fingerprints that `encode_fingerprints` wrote."""
    return Fingerprints(version=data["version"], exact=data["exact"], tokens=data["tokens"], keys=tuple(data["keys"]))


def encode_link(link: Link) -> JsonDict:
    """`story_id`, `kind`, `copy_of`, `score`, `evidence`.

    Raises:
        ValueError: The evidence or the score is not JSON.
    """
    return {
        "story_id": scrub(link.story_id),
        "kind": link.kind.value,
        "copy_of": encode_text_or_none(link.copy_of),
        "score": encode_json(link.score, path="score"),
        "evidence": encode_json(link.evidence),
    }


def decode_link(data: Mapping[str, Any]) -> Link:
    """The link that `encode_link` wrote."""
    return Link(
        story_id=StoryId(data["story_id"]),
        kind=CopyKind(data["kind"]),
        copy_of=None if data["copy_of"] is None else ArticleId(data["copy_of"]),
        score=data["score"],
        evidence=data["evidence"],
    )


def encode_staged_article(article: StagedArticle) -> JsonDict:
    """Every attribute under its own name; `published_at` as `encode_claimed_time`, `archive_ref` as `FILE@OFFSET`."""
    return {
        "key": scrub(article.key),
        "url": scrub(article.url),
        "source_id": scrub(article.source_id),
        "first_seen_at": encode_time(article.first_seen_at),
        "fetched_at": encode_time(article.fetched_at),
        "title": scrub(article.title),
        "text": scrub(article.text),
        "lang": encode_text_or_none(article.lang),
        "authors": _scrub_all(article.authors),
        "published_at": None if article.published_at is None else encode_claimed_time(article.published_at),
        "country": encode_text_or_none(article.country),
        "canonical_url": encode_text_or_none(article.canonical_url),
        "site_name": encode_text_or_none(article.site_name),
        "image": encode_text_or_none(article.image),
        "outline": article.outline,
        "agency": None if article.agency is None else _encode_agency(article.agency),
        "dates": [encode_claimed_time(claimed) for claimed in article.dates],
        "other_langs": _scrub_all(article.other_langs),
        "section": encode_text_or_none(article.section),
        "keywords": _scrub_all(article.keywords),
        "boilerplate": [[line.reason.value, scrub(line.text)] for line in article.boilerplate],
        "warnings": _scrub_all(article.warnings),
        "archive_ref": None if article.archive_ref is None else encode_archive_ref(article.archive_ref),
    }


def decode_staged_article(data: Mapping[str, Any]) -> StagedArticle:
    """The article that `encode_staged_article` wrote."""
    return StagedArticle(
        key=UrlKey(data["key"]),
        url=data["url"],
        source_id=SourceId(data["source_id"]),
        first_seen_at=decode_time(data["first_seen_at"]),
        fetched_at=decode_time(data["fetched_at"]),
        title=data["title"],
        text=data["text"],
        lang=data["lang"],
        authors=tuple(data["authors"]),
        published_at=None if data["published_at"] is None else decode_claimed_time(data["published_at"]),
        country=data["country"],
        canonical_url=data["canonical_url"],
        site_name=data["site_name"],
        image=data["image"],
        # The first version of the stored form has none of these names, and removed lines without their reasons.
        outline=data.get("outline", ""),
        agency=_decode_agency(data["agency"]) if data.get("agency") else None,
        dates=tuple(decode_claimed_time(claimed) for claimed in data.get("dates", ())),
        other_langs=tuple(data.get("other_langs", ())),
        section=data.get("section"),
        keywords=tuple(data.get("keywords", ())),
        boilerplate=tuple(_decode_removed_line(line) for line in data["boilerplate"]),
        warnings=tuple(data.get("warnings", ())),
        archive_ref=None if data["archive_ref"] is None else decode_archive_ref(data["archive_ref"]),
    )


def _encode_agency(agency: AgencyCredit) -> JsonDict:
    return {"name": scrub(agency.name), "origin": agency.origin.value, "stated": scrub(agency.stated)}


def _decode_agency(data: Mapping[str, Any]) -> AgencyCredit:
    return AgencyCredit(name=data["name"], origin=AgencyOrigin(data["origin"]), stated=data["stated"])


def _decode_removed_line(data: str | Sequence[str]) -> RemovedLine:
    if isinstance(data, str):
        return RemovedLine(text=data, reason=RemovalReason.UNSTATED)
    reason, text = data
    return RemovedLine(text=text, reason=RemovalReason(reason))


def encode_document(document: Document) -> JsonDict:
    """`id`, `version_id`, `article`, `fingerprints`, `link`, `indexed_at`, the three in the middle as their own dicts.

    Raises:
        ValueError: The link's evidence is not JSON.
    """
    return {
        "id": scrub(document.id),
        "version_id": scrub(document.version_id),
        "article": encode_staged_article(document.article),
        "fingerprints": encode_fingerprints(document.fingerprints),
        "link": encode_link(document.link),
        "indexed_at": encode_time(document.indexed_at),
    }


def decode_document(data: Mapping[str, Any]) -> Document:
    """The document that `encode_document` wrote."""
    return Document(
        id=ArticleId(data["id"]),
        version_id=VersionId(data["version_id"]),
        article=decode_staged_article(data["article"]),
        fingerprints=decode_fingerprints(data["fingerprints"]),
        link=decode_link(data["link"]),
        indexed_at=decode_time(data["indexed_at"]),
    )


def encode_ledger_row(row: LedgerRow) -> JsonDict:
    """Every attribute under its own name; `archive_ref` as `FILE@OFFSET`."""
    return {
        "key": scrub(row.key),
        "url": scrub(row.url),
        "source_id": scrub(row.source_id),
        "feed_url": scrub(row.feed_url),
        "state": row.state.value,
        "reason": scrub(row.reason),
        "first_seen_at": encode_time(row.first_seen_at),
        "attempts": row.attempts,
        "next_attempt_at": encode_time(row.next_attempt_at),
        "entry_title": encode_text_or_none(row.entry_title),
        "entry_published": encode_text_or_none(row.entry_published),
        "final_key": encode_text_or_none(row.final_key),
        "archive_ref": None if row.archive_ref is None else encode_archive_ref(row.archive_ref),
        "http_status": row.http_status,
        "fetched_at": encode_time_or_none(row.fetched_at),
        "indexed_at": encode_time_or_none(row.indexed_at),
        "article_id": encode_text_or_none(row.article_id),
        "entry_mark": encode_text_or_none(row.entry_mark),
        "revisits": row.revisits,
    }


def decode_ledger_row(data: Mapping[str, Any]) -> LedgerRow:
    """The row that `encode_ledger_row` wrote."""
    return LedgerRow(
        key=UrlKey(data["key"]),
        url=data["url"],
        source_id=SourceId(data["source_id"]),
        feed_url=data["feed_url"],
        state=State(data["state"]),
        reason=data["reason"],
        first_seen_at=decode_time(data["first_seen_at"]),
        attempts=data["attempts"],
        next_attempt_at=decode_time(data["next_attempt_at"]),
        entry_title=data["entry_title"],
        entry_published=data["entry_published"],
        final_key=None if data["final_key"] is None else UrlKey(data["final_key"]),
        archive_ref=None if data["archive_ref"] is None else decode_archive_ref(data["archive_ref"]),
        http_status=data["http_status"],
        fetched_at=decode_time_or_none(data["fetched_at"]),
        indexed_at=decode_time_or_none(data["indexed_at"]),
        article_id=None if data["article_id"] is None else ArticleId(data["article_id"]),
        # The first version of the stored form has no such names.
        entry_mark=data.get("entry_mark"),
        revisits=data.get("revisits", 0),
    )


def encode_text_or_none(text: str | None) -> str | None:
    """The text scrubbed, or None."""
    return None if text is None else scrub(text)


def _scrub_all(texts: Sequence[str]) -> list[str]:
    return [scrub(text) for text in texts]


def encode_time_or_none(moment: datetime | None) -> str | None:
    """As `encode_time`, or None."""
    return None if moment is None else encode_time(moment)


def decode_time_or_none(text: str | None) -> datetime | None:
    """As `decode_time`, or None."""
    return None if text is None else decode_time(text)
