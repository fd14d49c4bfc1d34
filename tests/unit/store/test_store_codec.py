"""The stored form of the models: whole after a round trip, always valid UTF-8 JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirecopy.models import (
    AgencyCredit,
    AgencyOrigin,
    ArchiveRef,
    ClaimedTime,
    CopyKind,
    Document,
    FeedState,
    Fingerprints,
    LedgerRow,
    Link,
    Precision,
    RemovalReason,
    RemovedLine,
    StagedArticle,
)
from wirecopy.outcomes import State
from wirecopy.store import codec, feed_codec
from wirecopy.store.scrub import scrub

# hypothesis wants naive bounds: ours from the epoch on, claimed ones as far as an offset stays inside the calendar
FIRST, LAST = (datetime(year, 1, 2) for year in (1970, 2200))  # noqa: DTZ001
EARLIEST, LATEST = (datetime(year, 1, 1) for year in (2, 9998))  # noqa: DTZ001

_AWKWARD = st.sampled_from(
    [
        "\ud800",
        "a\udfffb",
        "nul\x00byte",
        "שלום עולם",
        "\u202eمرحبا\u202c",
        "👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "Zu\u0308rich",
        "a\r\nb",
        "\ufffe",
        "ไทย",
        "हिन्दी",
    ]
)
texts = st.one_of(_AWKWARD, st.text(alphabet=st.characters(codec=None), max_size=40))
clean_texts = texts.map(scrub)
our_times = st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def claimed_times(text: st.SearchStrategy[str]) -> st.SearchStrategy[ClaimedTime]:
    return st.builds(
        ClaimedTime,
        at=st.datetimes(min_value=EARLIEST, max_value=LATEST, timezones=offsets),
        precision=st.sampled_from(Precision),
        has_offset=st.booleans(),
        origin=text,
    )


def archive_refs(text: st.SearchStrategy[str]) -> st.SearchStrategy[ArchiveRef]:
    return st.builds(ArchiveRef, file=text, offset=st.integers(0, 2**40))


def articles(text: st.SearchStrategy[str]) -> st.SearchStrategy[StagedArticle]:
    maybe = st.none() | text
    return st.builds(
        StagedArticle,
        key=text,
        url=text,
        source_id=text,
        first_seen_at=our_times,
        fetched_at=our_times,
        title=text,
        text=text,
        lang=maybe,
        authors=st.lists(text, max_size=3).map(tuple),
        published_at=st.none() | claimed_times(text),
        country=maybe,
        canonical_url=maybe,
        site_name=maybe,
        image=maybe,
        outline=st.text("phqlt", max_size=5),
        agency=st.none() | st.builds(AgencyCredit, name=text, origin=st.sampled_from(AgencyOrigin), stated=text),
        dates=st.lists(claimed_times(text), max_size=2).map(tuple),
        other_langs=st.lists(text, max_size=2).map(tuple),
        section=maybe,
        keywords=st.lists(text, max_size=3).map(tuple),
        boilerplate=st.lists(st.builds(RemovedLine, text=text, reason=st.sampled_from(RemovalReason)), max_size=3).map(tuple),
        warnings=st.lists(text, max_size=2).map(tuple),
        archive_ref=st.none() | archive_refs(text),
    )


def documents(text: st.SearchStrategy[str], evidence: st.SearchStrategy[dict]) -> st.SearchStrategy[Document]:
    return st.builds(
        Document,
        id=text,
        version_id=text,
        article=articles(text),
        fingerprints=st.builds(
            Fingerprints,
            version=st.integers(1, 9),
            exact=text,
            tokens=st.integers(0, 10**6),
            keys=st.lists(text, max_size=4).map(tuple),
        ),
        link=st.builds(
            Link,
            story_id=text,
            kind=st.sampled_from(CopyKind),
            copy_of=st.none() | text,
            score=st.none() | st.floats(0, 1),
            evidence=evidence,
        ),
        indexed_at=our_times,
    )


def rows(text: st.SearchStrategy[str]) -> st.SearchStrategy[LedgerRow]:
    maybe = st.none() | text
    return st.builds(
        LedgerRow,
        key=text,
        url=text,
        source_id=text,
        feed_url=text,
        state=st.sampled_from(State),
        reason=text,
        first_seen_at=our_times,
        attempts=st.integers(0, 50),
        next_attempt_at=our_times,
        entry_title=maybe,
        entry_published=maybe,
        final_key=maybe,
        archive_ref=st.none() | archive_refs(text),
        http_status=st.none() | st.integers(100, 599),
        fetched_at=st.none() | our_times,
        indexed_at=st.none() | our_times,
        article_id=maybe,
    )


def feed_states(text: st.SearchStrategy[str]) -> st.SearchStrategy[FeedState]:
    return st.builds(
        FeedState,
        url=text,
        source_id=text,
        etag=st.none() | texts,
        last_modified=st.none() | texts,
        next_poll_at=our_times,
        last_polled_at=st.none() | our_times,
        last_success_at=st.none() | our_times,
        error_streak=st.integers(0, 99),
        last_error=st.none() | text,
    )


clean_evidence = st.dictionaries(texts, json_values, max_size=3).map(codec.encode_json)


@given(documents(clean_texts, clean_evidence))
def test_a_clean_document_comes_back_as_it_was(document):
    stored = json.dumps(codec.encode_document(document), ensure_ascii=False, allow_nan=False).encode("utf-8")

    assert codec.decode_document(json.loads(stored)) == document


@given(documents(texts, st.dictionaries(texts, json_values, max_size=3)))
def test_any_document_is_storable_and_stable(document):
    encoded = codec.encode_document(document)
    stored = json.dumps(encoded, ensure_ascii=False, allow_nan=False).encode("utf-8")
    read = codec.decode_document(json.loads(stored))

    assert b"\x00" not in stored
    assert b"\\u0000" not in stored
    assert read.article.text == scrub(document.article.text)
    assert codec.encode_document(read) == encoded


@given(rows(clean_texts))
def test_a_clean_ledger_row_comes_back_as_it_was(row):
    assert codec.decode_ledger_row(json.loads(json.dumps(codec.encode_ledger_row(row)))) == row


@given(rows(texts))
def test_any_ledger_row_is_storable(row):
    encoded = codec.encode_ledger_row(row)
    json.dumps(encoded, ensure_ascii=False).encode("utf-8")

    assert codec.encode_ledger_row(codec.decode_ledger_row(encoded)) == encoded


@given(feed_states(clean_texts))
def test_a_feed_state_comes_back_with_its_validators_byte_for_byte(state):
    stored = json.dumps(feed_codec.encode_feed_state(state), ensure_ascii=False).encode("utf-8")

    assert feed_codec.decode_feed_state(json.loads(stored)) == state


@given(claimed_times(clean_texts))
def test_a_claimed_time_keeps_its_offset(claimed):
    read = codec.decode_claimed_time(codec.encode_claimed_time(claimed))

    assert read == claimed
    assert read.at.utcoffset() == claimed.at.utcoffset()
    assert read.stated == claimed.stated


def test_times_of_ours_are_utc_to_the_second():
    moment = datetime(2026, 11, 22, 9, 30, 15, 999_999, tzinfo=timezone(timedelta(hours=1)))

    assert codec.encode_time(moment) == "2026-11-22T08:30:15Z"
    assert codec.decode_time("2026-11-22T08:30:15Z") == datetime(2026, 11, 22, 8, 30, 15, tzinfo=UTC)
    with pytest.raises(ValueError, match="has no time zone"):
        codec.encode_time(datetime(2026, 11, 22))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    ("evidence", "place"),
    [
        ({"measures": {"share": float("nan")}}, r"evidence\.measures\.share is nan"),
        ({"passages": [1, {2}]}, r"evidence\.passages\[1\] is of type set"),
        ({1: "one"}, r"evidence has the key 1"),
    ],
)
def test_evidence_that_is_not_json_is_named(evidence, place):
    with pytest.raises(ValueError, match=place):
        codec.encode_json(evidence)
