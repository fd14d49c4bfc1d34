"""Bodies are read back as they were written, answers are read into pieces and candidates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.models import (
    ArchiveRef,
    ArticleId,
    ClaimedTime,
    CopyKind,
    Document,
    Fingerprints,
    Link,
    RemovalReason,
    RemovedLine,
    SourceId,
    StagedArticle,
    StoryId,
    UrlKey,
    VersionId,
)
from wirecopy.store.elasticsearch.bodies import document_body, lang_prefixes, read_document, read_version, version_body
from wirecopy.store.elasticsearch.candidates import choose_hits, compile_probe
from wirecopy.store.elasticsearch.mapping import articles_mapping, versions_mapping
from wirecopy.store.elasticsearch.search import cut_text, read_snippets
from wirecopy.store.ports import CandidateProbe, Snippet

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


def _document(**changes):
    given = {
        "key": UrlKey("1:example.org/a"),
        "url": "https://example.org/a",
        "source_id": SourceId("courier"),
        "first_seen_at": NOON,
        "fetched_at": NOON,
        "title": "Title",
        "text": "Text",
        "lang": "de-AT",
        "authors": ("A", "B"),
        "published_at": ClaimedTime.parse("2026-11-09T08:30+05:30", origin="meta"),
        "boilerplate": (RemovedLine(text="Subscribe", reason=RemovalReason.FORM),),
        "archive_ref": ArchiveRef(file="a.warc.gz", offset=7),
    }
    return Document(
        id=ArticleId("a" * 24),
        version_id=VersionId("b" * 24),
        article=StagedArticle(**(given | changes)),
        fingerprints=Fingerprints(version=1, exact="00", tokens=2, keys=("x:1", "s:2")),
        link=Link(story_id=StoryId("c" * 24), kind=CopyKind.NEAR, copy_of=ArticleId("c" * 24), score=0.5, evidence={"a": [1]}),
        indexed_at=NOON,
    )


def test_a_document_is_read_back():
    document = _document()

    assert read_document(document_body(document)) == document
    assert read_version(version_body(document)) == document


def test_a_body_holds_its_words_once():
    body = document_body(_document(title="Eule", text="Uhu"))

    assert body["titles"] == {"de": "Eule"}
    assert body["texts"] == {"de": "Uhu"}
    assert str(body).count("'Uhu'") == 1
    assert document_body(_document(lang=None))["texts"] == {"und": "Text"}


def test_bodies_have_only_fields_that_are_mapped():
    assert set(document_body(_document())) <= set(articles_mapping()["properties"])
    assert set(version_body(_document())) == set(versions_mapping()["properties"])


def test_times_are_those_candidates_are_found_by():
    assert document_body(_document())["news_time"] == "2026-11-09T03:00:00Z"
    late = ClaimedTime.parse("2099-01-01", origin="meta")
    assert document_body(_document(published_at=late))["news_time"] == "2026-11-10T12:00:00Z"


@pytest.mark.parametrize(
    ("lang", "prefixes"), [("zh-Hant-TW", ["zh", "zh-hant", "zh-hant-tw"]), ("EN", ["en"]), (None, []), ("", [])]
)
def test_a_tag_falls_under_every_shorter_one(lang, prefixes):
    assert lang_prefixes(lang) == prefixes


@pytest.mark.parametrize(
    ("marked", "pieces"),
    [
        ("", []),
        ("plain", [("plain", False)]),
        ("\ufffea\uffff b", [("a", True), (" b", False)]),
        ("x \ufffea\uffff\ufffeb\uffff", [("x ", False), ("ab", True)]),
        ("\ufffea\uffff \ufffeb\uffff.", [("a", True), (" ", False), ("b", True), (".", False)]),
    ],
)
def test_snippets(marked, pieces):
    assert [(piece.text, piece.is_hit) for piece in read_snippets(marked)] == pieces
    assert all(isinstance(piece, Snippet) for piece in read_snippets(marked))


def test_a_text_is_cut_at_a_space():
    assert cut_text("  short \n") == "short"
    assert cut_text("word " * 100, 23) == "word word word word"
    assert cut_text("字" * 100, 23) == "字" * 23


def _probe(**changes):
    given = {
        "keys": ("s:1", "s:2", "s:1"),
        "min_shared": 1,
        "since": NOON - timedelta(days=14),
        "until": NOON,
        "exclude": ArticleId("d" * 24),
    }
    return CandidateProbe(**(given | changes))


def test_a_score_counts_each_shared_key_once():
    query = compile_probe(_probe())["bool"]

    assert query["should"] == [{"constant_score": {"filter": {"term": {"keys": key}}, "boost": 1.0}} for key in ("s:1", "s:2")]
    assert query["minimum_should_match"] == 1
    assert query["must_not"] == [{"term": {"id": "d" * 24}}]


def _hits(stories):
    return [{"_id": str(place), "fields": {"story_id": [story]}} for place, story in enumerate(stories)]


@pytest.mark.parametrize(
    ("stories", "limit", "per_story", "ids", "final"),
    [
        ("", 3, 2, "", False),
        ("aaab", 3, 2, "013", True),
        ("aaaa", 3, 2, "01", False),
        ("abab", 3, 2, "012", True),
        ("abcd", 2, 1, "01", True),
    ],
)
def test_a_big_story_does_not_hide_a_second(stories, limit, per_story, ids, final):
    chosen, is_final = choose_hits(_hits(stories), _probe(limit=limit, per_story=per_story))

    assert "".join(hit["_id"] for hit in chosen) == ids
    assert is_final is final
