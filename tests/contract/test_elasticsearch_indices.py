"""What only Elasticsearch has: aliases, month indices, a strict mapping, stems, and other writers of the same cluster."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from elasticsearch import BadRequestError

from wirecopy.errors import ConfigError, PermanentError
from wirecopy.models import ArticleId, ClaimedTime, Precision
from wirecopy.search.query import And, Field, Not, Or, Phrase, Term
from wirecopy.store import open_store
from wirecopy.store.elasticsearch import candidates, mapping
from wirecopy.store.elasticsearch.analysis import STEMMED_LANGUAGES, stem_name
from wirecopy.store.elasticsearch.bodies import document_body
from wirecopy.store.elasticsearch.indices import Indices
from wirecopy.store.ports import CandidateProbe, SearchFilters

pytestmark = pytest.mark.elasticsearch


@pytest.fixture(scope="module", params=["elasticsearch"])
def store_kind(request):
    return request.param


@pytest.fixture
def client(elasticsearch_prefix):
    return elasticsearch_prefix[0]


@pytest.fixture
def prefix(elasticsearch_prefix):
    return elasticsearch_prefix[2]


def _months(client, prefix):
    return sorted(name for name in client.indices.get(index=f"{prefix}-articles-*", features="aliases"))


def test_every_index_stands_behind_an_alias_and_is_strict(store, make, client, prefix):
    store.documents.put([make.document("a")])
    indices = client.indices.get(index=f"{prefix}-*")

    assert {f"{prefix}-{name}-v1" for name in ("ledger", "feeds", "inbox", "lock", "versions", "articles-2026.11")} <= set(
        indices
    )
    for name, index in indices.items():
        assert name.removesuffix("-v1") in index["aliases"], name
        assert index["mappings"]["dynamic"] == "strict", name
        assert index["mappings"]["_meta"]["wirecopy"]["schema"] == 3, name


def test_nothing_unforeseen_is_indexed(store, make, client, prefix):
    store.documents.put([make.document("a")])

    for part in ("ledger", "articles-2026.11"):
        with pytest.raises(BadRequestError, match="strict"):
            client.index(index=f"{prefix}-{part}", document={"surprise": 1})


def test_the_month_of_a_document_never_changes(store, make, client, prefix):
    october = make.document("a", text="one", minutes=-60 * 24 * 20)
    store.documents.put([october])
    store.documents.put([replace(october, article=replace(october.article, first_seen_at=make.at(0)))])
    later = make.document("a", text="two", minutes=60)
    store.documents.put([later])

    assert store.documents.count() == 1
    (found,) = store.documents.get([october.id]).values()
    assert found.article.first_seen_at == october.article.first_seen_at
    assert found.article.text == "two"
    hits = client.search(index=f"{prefix}-articles")["hits"]["hits"]
    assert [hit["_index"] for hit in hits] == [f"{prefix}-articles-2026.10-v1"]


def test_months_are_those_of_utc(store, make, client, prefix):
    east, west = (make.document(name, minutes=0) for name in ("east", "west"))
    east = replace(east, article=replace(east.article, first_seen_at=datetime.fromisoformat("2025-02-01T00:30:00+01:00")))
    west = replace(west, article=replace(west.article, first_seen_at=datetime.fromisoformat("2025-02-28T23:30:00-05:00")))
    store.documents.put([east, west])

    assert {f"{prefix}-articles-2025.01-v1", f"{prefix}-articles-2025.03-v1"} <= set(_months(client, prefix))
    assert make.names(store.documents.scan()) == make.names(sorted((east, west), key=lambda document: document.id))


def test_one_batch_may_span_months_and_hold_an_id_twice(store, make):
    documents = [make.document(f"d{number}", minutes=-60 * 24 * 31 * number) for number in range(4)]
    again = make.document("d2", text="Newer text.")

    assert store.documents.put([*documents, again]) == ()
    assert store.documents.count() == 4
    assert [version.article.text for version in store.documents.versions(again.id)] == ["Text of d2.", "Newer text."]


def test_a_removed_month_is_made_anew(store, make, client, prefix):
    store.documents.put([make.document("a", minutes=60 * 24 * 365)])
    client.indices.delete(index=f"{prefix}-articles-2027.11-v1")

    (error,) = store.documents.put([make.document("b", minutes=60 * 24 * 365)])
    assert "2027.11" in error.reason
    assert store.documents.put([make.document("b", minutes=60 * 24 * 365)]) == ()
    assert make.names(store.documents.scan()) == ["b"]
    assert f"{prefix}-articles-2027.11-v1" in _months(client, prefix)


def test_a_month_that_cannot_be_made_is_an_error_of_its_documents(store, make, monkeypatch):
    def refuse(self, alias):
        if "2020" in alias:
            raise PermanentError("store", "maximum shards open")

    store.documents.put([make.document("ok")])
    monkeypatch.setattr(Indices, "make_month", refuse)
    old = [make.document(f"old{number}", minutes=-60 * 24 * 365 * 6) for number in range(3)]
    errors = store.documents.put([*old, make.document("new")])

    assert {error.id for error in errors} == {document.id for document in old}
    assert {error.reason for error in errors} == {"store: maximum shards open"}
    assert sorted(make.names(store.documents.scan())) == ["new", "ok"]


def test_one_bad_document_among_many(store, make):
    good = [make.document(f"d{number}") for number in range(5)]
    bad = [
        replace(make.document("empty"), id=ArticleId("")),
        replace(make.document("long"), id=ArticleId("x" * 600)),
        make.document("odd", evidence={"x": {1, 2}}),
        make.document("nan", evidence={"x": float("nan")}),
    ]
    errors = store.documents.put([*good[:2], *bad, *good[2:]])

    assert {error.id for error in errors} == {document.id for document in bad}
    assert all(error.reason for error in errors)
    assert store.documents.count() == 5


def test_values_longer_than_a_term_are_kept_and_found_by_what_they_are(store, make, find):
    long = "https://example.org/" + "ü" * 40_000
    document = make.document("a", canonical_url=long, text="x" * 40_000 + " needle", authors=("Ann " + "y" * 40_000,))
    document = replace(document, article=replace(document.article, url=long))
    assert store.documents.put([document]) == ()

    assert store.documents.get([document.id])[document.id] == document
    assert find.page(Term(text="needle")).documents == 1
    assert find.page(Term(text="ann", field=Field.AUTHOR)).documents == 1
    rows = [make.row(name * 40_000, feed_url=long) for name in "ab"]
    assert store.ledger.discover(rows) == 2
    assert store.ledger.rows() == tuple(rows)
    assert store.ledger.rows(after=rows[0].key) == (rows[1],)
    assert store.ledger.leading_to(rows[1].key) == (rows[1],)


def test_times_at_the_ends_of_the_calendar(store, make):
    def claimed(year):
        return ClaimedTime(at=datetime(year, 1, 1, tzinfo=UTC), precision=Precision.DAY, has_offset=False, origin="meta")

    documents = [make.document(f"y{year}", published_at=claimed(year), keys=("x:1",)) for year in (1, 1583, 9999)]
    assert store.documents.put(documents) == ()

    probe = CandidateProbe(
        keys=("x:1",), min_shared=1, since=datetime(1, 1, 1, tzinfo=UTC), until=make.at(0), exclude=make.id("z")
    )
    ((*found,),) = store.documents.candidates([probe])
    assert sorted(make.names(found)) == ["y1", "y1583", "y9999"]
    assert {document.id: document for document in store.documents.scan()} == {document.id: document for document in documents}


def test_a_crowd_of_copies_is_looked_at_twice(store, make, monkeypatch):
    looked = []
    searched = candidates._msearch

    def spy(connection, alias, searches):
        looked.append(len(searches))
        return searched(connection, alias, searches)

    monkeypatch.setattr(candidates, "_msearch", spy)
    crowd = [make.document(f"c{number}", story="c0", keys=("x:1", "x:2"), minutes=number) for number in range(40)]
    others = [make.document(f"o{number}", keys=("x:1",), minutes=number) for number in range(3)]
    store.documents.put([*crowd, *others])
    probes = [
        CandidateProbe(
            keys=("x:1", "x:2"),
            min_shared=1,
            since=make.at(-9),
            until=make.at(99),
            exclude=make.id("z"),
            limit=limit,
            per_story=2,
        )
        for limit in (4, 20)
    ]

    first, second = store.documents.candidates(probes)
    assert [(make.names([each])[0], each.shared) for each in first] == [("c0", 2), ("c1", 2), ("o0", 1), ("o1", 1)]
    assert make.names(second) == ["c0", "c1", "o0", "o1", "o2"]
    assert looked == [2, 1]


@pytest.mark.parametrize(
    ("lang", "text", "asked"),
    [
        ("en", "The dockers were striking", "strike"),
        ("de", "Die Häuser brannten", "Haus"),
        ("fr", "Les grévistes manifestent", "gréviste"),
        ("es", "Las huelgas continúan", "huelga"),
        ("ru", "Новые мосты построены", "мост"),
        ("ar", "المدارس الجديدة", "مدارس"),
        ("hi", "लड़कियों ने कहा", "लड़की"),
        ("tr", "evlerimizden geldi", "ev"),
        ("fi", "taloissa asutaan", "talo"),
        ("nb", "bilene kjører", "bil"),
        ("pt-BR", "greves continuam", "greve"),
        ("el", "τα λιμάνια έκλεισαν", "λιμάνι"),
    ],
)
def test_other_forms_of_a_word_are_found_in_its_language(store, make, find, lang, text, asked):
    store.documents.put(
        [make.document("a", title="x", text=text, lang=lang), make.document("b", title="x", text=text, lang="pl")]
    )

    assert "a" in find.names(Term(text=asked))
    assert "a" in find.names(Term(text=asked), langs=(lang,))
    assert (
        find.names(Phrase(text=asked))
        == find.names(Term(text=asked, field=Field.AUTHOR))
        == find.names(Term(text=asked), langs=("pl",))
    )


def test_pictures_are_no_words_and_move_no_marks(store, make, find):
    store.documents.put(
        [
            make.document(
                "a",
                title="Live \U0001f534\u2122 news \U0001f1eb\U0001f1f7 \u2192 Paris",
                text="CO\u2082 \U0001f469\u200d\U0001f680 up",
            )
        ]
    )

    assert find.names(Phrase(text="live news paris")) == find.names(Phrase(text="co2 up")) == ["a"]
    (hit,) = find.page(And(parts=(Term(text="paris"), Term(text="up")))).hits
    assert [piece.text for piece in (*hit.title, *hit.excerpt) if piece.is_hit] == ["Paris", "up"]


def test_other_forms_are_marked(store, make, find):
    store.documents.put([make.document("a", title="Strikes end", text="Dockers were striking. A strike is over.")])

    (hit,) = find.page(Term(text="strike")).hits
    assert [piece.text for piece in hit.title if piece.is_hit] == ["Strikes"]
    assert [piece.text for piece in hit.excerpt if piece.is_hit] == ["striking", "strike"]


def test_the_word_as_typed_goes_before_its_other_forms(store, make, find):
    store.documents.put(
        [
            make.document("other", title="x", text="The ports are closed today.", minutes=9),
            make.document("typed", title="x", text="The port is closed today."),
        ]
    )

    assert find.ranked(Term(text="port")) == ["typed", "other"]


def test_every_language_can_be_indexed_and_found(store, make, find):
    documents = [
        make.document(language, lang=language, title="x", text=f"Ωmega{language} zebra") for language in STEMMED_LANGUAGES
    ]
    assert store.documents.put(documents) == ()

    assert find.page(Term(text="zebra"), limit=100).documents == len(STEMMED_LANGUAGES)
    assert {document.article.lang for document in store.documents.scan()} == set(STEMMED_LANGUAGES)


def test_no_stemmer_is_missing_from_the_mapping(store, make, client, prefix):
    store.documents.put([make.document("a")])
    for language in STEMMED_LANGUAGES:
        answer = client.indices.analyze(index=f"{prefix}-articles-2026.11", analyzer=stem_name(language), text="l'avion U.S.")
        assert len(answer["tokens"]) == 4, language


def test_a_query_as_large_as_the_parser_allows(store, make, find):
    store.documents.put([make.document("a", text="hamburg port")])
    words = tuple(Term(text=f"word{number}") for number in range(63))
    nested = Term(text="hamburg")
    for number in range(20):
        nested = And(parts=(Or(parts=(nested, Term(text=f"x{number}"))), Not(part=Term(text=f"y{number}"))))

    assert find.names(Or(parts=(*words, Term(text="port")))) == ["a"]
    assert find.names(nested, fold=True) == ["a"]
    (hit,) = find.page(nested).hits
    assert [piece.text for piece in hit.excerpt if piece.is_hit] == ["hamburg"]


def test_two_processes_see_each_other_after_closing(home, make):
    writer, reader = home.open(), home.open()
    writer.documents.put([make.document("a", minutes=-60 * 24 * 90)])
    writer.ledger.discover([make.row("a")])
    writer.close()
    home.opened.remove(writer)

    assert reader.documents.count() == reader.ledger.discovered() == 1
    reader.documents.put([make.document("a", text="two")])
    assert reader.documents.count() == 1


def test_what_a_lock_holder_wrote_is_seen_by_the_next(home, make):
    first, second = home.open(), home.open()
    with first.writer_lock("one", ttl=timedelta(minutes=1)):
        first.documents.put([make.document("a")])
    with second.writer_lock("two", ttl=timedelta(minutes=1)):
        assert second.documents.count() == 1


def test_a_foreign_index_is_left_alone(client, prefix, elasticsearch_prefix):
    other = f"{prefix}foreign"
    client.indices.create(index=f"{other}-ledger")
    try:
        with pytest.raises(ConfigError, match=f"{other}-ledger is not Wirecopy's"):
            open_store(f"{elasticsearch_prefix[1]}/{other}")
        assert list(client.indices.get(index=f"{other}*")) == [f"{other}-ledger"]
    finally:
        client.indices.delete(index=f"{other}-ledger")


def test_an_index_rebuilt_behind_its_alias_is_used(store, home, make, client, prefix):
    store.ledger.discover([make.row("a")])
    store.documents.put([make.document("a")])
    home.close_all()
    for name, body in (
        (f"{prefix}-ledger", {"mappings": mapping.ledger_mapping()}),
        (
            f"{prefix}-articles-2026.11",
            {"mappings": mapping.articles_mapping(), "settings": mapping.build_settings(with_analysis=True)},
        ),
    ):
        client.indices.create(index=f"{name}-v2", **body)
        client.reindex(source={"index": f"{name}-v1"}, dest={"index": f"{name}-v2"}, refresh=True)
        aliases = [name] if name.endswith("ledger") else [name, f"{prefix}-articles"]
        client.indices.update_aliases(
            actions=[
                *({"add": {"index": f"{name}-v2", "alias": alias}} for alias in aliases),
                {"remove_index": {"index": f"{name}-v1"}},
            ]
        )

    again = home.open()
    assert again.ledger.rows() == (make.row("a"),)
    assert again.documents.put([make.document("a", text="two"), make.document("b")]) == ()
    assert [version.article.text for version in again.documents.versions(make.id("a"))] == ["Text of a.", "two"]
    assert not client.indices.exists(index=f"{prefix}-ledger-v1")
    # the other tests of this module begin with what they know
    client.indices.delete(index=f"{prefix}-ledger-v2,{prefix}-articles-2026.11-v2")


def test_an_index_that_was_lost_is_named(store, client, prefix):
    client.indices.delete(index=f"{prefix}-feeds-v1")

    with pytest.raises(PermanentError, match=rf"has lost an index.*{prefix}-feeds"):
        store.feeds.get(["https://example.org/feed"])
    with pytest.raises(PermanentError, match=rf"has lost an index.*{prefix}-feeds"):
        store.feeds.all()


def test_what_an_earlier_version_made_is_taken_over_when_it_is_written_to(
    make, client, prefix, elasticsearch_prefix, monkeypatch
):
    own = f"{prefix}earlier"
    url = f"{elasticsearch_prefix[1]}/{own}"
    try:
        monkeypatch.setattr("wirecopy.store.elasticsearch.schema.SCHEMA_VERSION", 1)
        added = dict(mapping.ADDED_TO_ARTICLES)
        monkeypatch.setattr(mapping, "ADDED_TO_ARTICLES", {})
        monkeypatch.setattr(
            "wirecopy.store.elasticsearch.documents.document_body",
            lambda document: {name: value for name, value in document_body(document).items() if name not in added},
        )
        earlier = open_store(url)
        earlier.ledger.discover([make.row("a")])
        earlier.documents.put([make.document("a")])
        earlier.close()
        monkeypatch.undo()

        client.indices.delete(index=f"{own}-sites-v1")  # which the earlier one did not have
        reading = open_store(url, must_exist=True)
        assert reading.info().kind == "elasticsearch"
        assert make.names(reading.documents.scan()) == ["a"]
        reading.close()
        assert _schemas(client, own) == {1}, "reading alone changes nothing"
        assert not client.indices.exists(index=f"{own}-sites"), "and makes nothing"
        later = open_store(url)
        assert make.names(later.ledger.rows()) == ["a"]
        assert later.sites.get({"example.org"}) == {}
        later.documents.put([make.document("b", keywords=("Port",))])  # in the month that the earlier one made
        found = later.documents.search(Term(text="port", field=Field.KEYWORD), SearchFilters())
        assert make.names(found.hits) == ["b"]
        later.close()
        assert _schemas(client, own) == {3}
    finally:
        client.indices.delete(index=list(client.indices.get(index=f"{own}-*")))


def _schemas(client, prefix):
    found = client.indices.get_mapping(index=f"{prefix}-*")
    return {index["mappings"]["_meta"]["wirecopy"]["schema"] for index in found.values()}
