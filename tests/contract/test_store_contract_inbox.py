"""Articles that wait for the one writer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from wirecopy.models import AgencyCredit, AgencyOrigin, ArchiveRef, ClaimedTime, Precision, RemovalReason, RemovedLine, SourceId


def test_an_article_comes_back_whole(store, make):
    claimed = ClaimedTime(
        at=datetime(2026, 11, 10, 8, 30, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        precision=Precision.MINUTE,
        has_offset=True,
        origin="json-ld",
    )
    article = make.article(
        "a",
        title="Überschrift",
        text="Erster Absatz.\nZweiter.",
        source_id=SourceId("gazette"),
        lang="de-AT",
        authors=("Ana Novak", "李雷"),
        published_at=claimed,
        country="AT",
        canonical_url="https://example.org/canonical",
        site_name="Gazette",
        image="https://example.org/a.jpg",
        boilerplate=(
            RemovedLine(text="Read more", reason=RemovalReason.TEASER),
            RemovedLine(text="© Gazette", reason=RemovalReason.SITE_TEMPLATE),
        ),
        outline="p",
        agency=AgencyCredit(name="AFP", origin=AgencyOrigin.DATELINE, stated="PARIS (AFP)"),
        dates=(ClaimedTime.parse("2026-11-20", origin="meta"),),
        other_langs=("fr",),
        section="World",
        keywords=("harbour", "strike"),
        warnings=("longer than 5000000 bytes; the rest was not read",),
        archive_ref=ArchiveRef(file="a.warc.gz", offset=17),
    )
    bare = make.article("b", minutes=1)

    assert store.inbox.put([article, bare]) == ()
    assert store.inbox.take(10) == (article, bare)
    assert store.inbox.take(10)[0].published_at.at.utcoffset() == timedelta(hours=5, minutes=45)


def test_articles_are_taken_in_the_order_of_their_news(store, make):
    store.inbox.put([make.article("c", minutes=1), make.article("b", minutes=2), make.article("a", minutes=1)])

    assert make.names(store.inbox.take(10)) == ["a", "c", "b"]
    assert make.names(store.inbox.take(2)) == ["a", "c"]


def test_an_article_that_claims_an_earlier_time_is_taken_earlier(store, make):
    claimed = ClaimedTime.parse("2026-11-10T09:30:00-04:00", origin="json-ld")
    future = ClaimedTime.parse("2099-01-01", origin="meta")
    store.inbox.put([make.article("seen first", minutes=1), make.article("first", minutes=800, published_at=claimed)])
    store.inbox.put([make.article("not believed", minutes=0, published_at=future)])

    # NOON, 12:00 UTC, is the fixtures' zero; 09:30 at -04:00 is 13:30 UTC.
    assert make.names(store.inbox.take(10)) == ["not believed", "seen first", "first"]
    store.inbox.put([make.article("seen last", minutes=100)])
    assert make.names(store.inbox.take(10)) == ["not believed", "seen first", "first", "seen last"]


def test_articles_stay_until_they_are_removed(store, make):
    store.inbox.put([make.article("a"), make.article("b")])
    store.inbox.take(1)
    assert store.inbox.count() == 2

    store.inbox.remove([make.key("a"), make.key("unknown")])
    store.inbox.remove([])

    assert make.names(store.inbox.take(10)) == ["b"]
    assert store.inbox.count() == 1


def test_an_article_replaces_one_with_its_key(store, make):
    store.inbox.put([make.article("a", text="old")])
    store.inbox.put([make.article("a", text="new", minutes=3)])

    assert [article.text for article in store.inbox.take(10)] == ["new"]
    assert store.inbox.count() == 1


def test_an_article_that_cannot_be_stored_is_named_and_the_others_are_kept(store, make):
    bad = make.article("bad", fetched_at=datetime(2026, 11, 10))  # noqa: DTZ001 - an article no store can take

    errors = store.inbox.put([make.article("a"), bad, make.article("b")])

    assert [error.id for error in errors] == [bad.key]
    assert "time zone" in errors[0].reason
    assert make.names(store.inbox.take(10)) == ["a", "b"]


def test_a_claimed_time_of_any_year_is_stored(store, make):
    for year in (2, 1066, 9998):
        claimed = ClaimedTime(at=datetime(year, 1, 1, tzinfo=UTC), precision=Precision.DAY, has_offset=False, origin="meta")
        article = make.article(f"year{year}", published_at=claimed)
        assert store.inbox.put([article]) == ()
        assert article in store.inbox.take(10)


def test_hostile_text_is_stored_scrubbed(store, make):
    assert store.inbox.put([make.article("a", title="a\x00b", text="x\ud800y", authors=("\udfff",))]) == ()

    (article,) = store.inbox.take(1)
    assert (article.title, article.text, article.authors) == ("ab", "xy", ("",))
