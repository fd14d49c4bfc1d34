"""The index of articles: documents, their versions and their stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from wirecopy.models import ArticleId, CopyKind, StoryId


def test_a_document_comes_back_whole(store, make):
    document = make.document(
        "a",
        story="b",
        kind=CopyKind.TRANSLATION,
        copy_of="b",
        keys=("x:00ff", "s:0123456789abcdef"),
        evidence={"method": "anchors", "version": 1, "measures": {"share": 0.75}, "passages": [[0, 17], ["“quoted”", None]]},
        title="Ein Titel",
        lang="de-CH",
    )
    assert store.documents.put([document]) == ()
    assert store.documents.get([document.id, ArticleId("f" * 24)]) == {document.id: document}
    assert store.documents.get([]) == {}


def test_putting_twice_changes_nothing(store, make):
    document = make.document("a", keys=("s:1",))
    store.documents.put([document])
    store.documents.put([document])

    assert store.documents.count() == 1
    assert store.documents.versions(document.id) == (document,)
    assert store.documents.key_frequencies(["s:1"]) == {"s:1": 1}


def test_the_same_version_replaces_and_keeps_the_earlier_indexed_at(store, make):
    store.documents.put([make.document("a", story="a", indexed=60)])
    store.documents.put([make.document("a", story="b", kind=CopyKind.NEAR, copy_of="b", indexed=90)])

    expected = make.document("a", story="b", kind=CopyKind.NEAR, copy_of="b", indexed=60)
    assert store.documents.get([make.id("a")])[make.id("a")] == expected
    assert store.documents.versions(make.id("a")) == (expected,)


def test_another_version_replaces_and_the_earlier_is_kept(store, make):
    first = make.document("a", text="old words", keys=("s:1", "s:2"), indexed=60)
    second = make.document("a", text="new words", keys=("s:2", "s:3"), indexed=90)
    store.documents.put([first])
    store.documents.put([second])

    assert store.documents.get([first.id]) == {first.id: second}
    assert store.documents.versions(first.id) == (first, second)
    assert store.documents.count() == 1
    assert store.documents.key_frequencies(["s:1", "s:2", "s:3"]) == {"s:1": 0, "s:2": 1, "s:3": 1}


def test_first_seen_at_is_never_rewritten(store, make):
    store.documents.put([make.document("a", text="old", minutes=0)])
    # a month later, where another month's index would be chosen
    later = 60 * 24 * 31
    store.documents.put([make.document("a", text="new", minutes=later)])
    store.documents.put([make.document("a", text="new", minutes=later, title="Same version")])

    (document,) = store.documents.get([make.id("a")]).values()
    assert document.article.first_seen_at == make.at(0)
    assert document.article.title == "Same version"
    assert store.documents.count() == 1
    assert len(store.documents.versions(make.id("a"))) == 2


def test_a_replay_of_two_versions_leaves_the_same_versions(store, make):
    first, second = make.document("a", text="old", indexed=60), make.document("a", text="new", indexed=90)
    for document in (first, second):
        store.documents.put([document])
    for document in (replace(first, indexed_at=make.at(300)), replace(second, indexed_at=make.at(301))):
        store.documents.put([document])

    assert store.documents.versions(first.id) == (first, second)
    assert store.documents.count() == 1


def test_two_versions_may_come_in_one_call(store, make):
    first, second = make.document("a", text="old", indexed=60), make.document("a", text="new", indexed=90)

    assert store.documents.put([first, second, make.document("b")]) == ()
    assert store.documents.versions(first.id) == (first, second)
    assert store.documents.count() == 2


def test_versions_of_an_unknown_document_are_none(store):
    assert store.documents.versions(ArticleId("0" * 24)) == ()


def test_a_document_that_cannot_be_stored_is_named_and_the_others_are_kept(store, make):
    bad = make.document("bad", evidence={"share": float("nan")})

    errors = store.documents.put([make.document("a"), bad, make.document("b")])

    assert [error.id for error in errors] == [bad.id]
    assert "evidence.share" in errors[0].reason
    assert set(store.documents.get([make.id("a"), make.id("b"), bad.id])) == {make.id("a"), make.id("b")}


def test_hostile_text_is_stored_scrubbed(store, make):
    document = make.document("a", text="x\x00y \ud83d z", title="\udfff", evidence={"passages": ["a\ud800b", {"k\x00": "v"}]})

    assert store.documents.put([document]) == ()
    (read,) = store.documents.get([document.id]).values()
    assert (read.article.text, read.article.title) == ("xy  z", "")
    assert read.link.evidence == {"passages": ["ab", {"k": "v"}]}


def test_evidence_of_any_shape_is_stored(store, make):
    """Two documents whose evidence disagrees in types, names with dots, long texts, big numbers."""
    shapes = [
        {"share": 0.5, "a.b": 1, "": "empty name", "passages": [{"from": 1}]},
        {"share": "half", "a": {"b": [1, "x", None]}, "passages": ["text"], "long": "x" * 40_000},
        {"share": {"deep": {"er": {"still": [[[1]]]}}}, "passages": 2**60},
        {f"name{number}": number for number in range(1500)},
    ]
    documents = [make.document(f"d{index}", evidence=shape) for index, shape in enumerate(shapes)]

    assert store.documents.put(documents) == ()
    assert store.documents.get([document.id for document in documents]) == {document.id: document for document in documents}


def test_a_story_is_in_order_of_first_seen(store, make):
    documents = [
        make.document("c", story="a", minutes=2, kind=CopyKind.NEAR, copy_of="a"),
        make.document("b", story="a", minutes=2, kind=CopyKind.NEAR, copy_of="a"),
        make.document("a", minutes=0),
        make.document("month-before", story="a", minutes=-60 * 24 * 20, kind=CopyKind.NEAR, copy_of="a"),
        make.document("other"),
    ]
    store.documents.put(documents)
    story = StoryId(make.id("a"))

    tied = sorted(["b", "c"], key=make.id)
    assert make.names(store.documents.story(story)) == ["month-before", "a", *tied]
    assert make.names(store.documents.story(story, limit=2)) == ["month-before", "a"]
    assert store.documents.story(StoryId("f" * 24)) == ()


def test_a_document_that_moves_to_another_story_leaves_the_first(store, make):
    store.documents.put([make.document("a"), make.document("b", story="a", kind=CopyKind.NEAR, copy_of="a")])
    store.documents.put([make.document("b")])

    assert make.names(store.documents.story(StoryId(make.id("a")))) == ["a"]
    assert make.names(store.documents.story(StoryId(make.id("b")))) == ["b"]


def test_story_sizes_leave_out_what_is_empty(store, make):
    store.documents.put([make.document("a"), make.document("b", story="a"), make.document("c")])
    a, c, unknown = StoryId(make.id("a")), StoryId(make.id("c")), StoryId("f" * 24)

    assert store.documents.story_sizes([a, c, unknown]) == {a: 2, c: 1}
    assert store.documents.story_sizes([]) == {}


def test_scan_gives_every_document_by_id_and_may_be_written_meanwhile(store, make):
    documents = [make.document(f"d{number}", minutes=number * 60 * 24) for number in range(45)]
    store.documents.put(documents)
    seen = []
    for document in store.documents.scan():
        store.documents.put([replace(document, article=replace(document.article, title="Seen"))])
        seen.append(document.id)

    assert seen == sorted(document.id for document in documents)
    assert {document.article.title for document in store.documents.scan()} == {"Seen"}
    assert store.documents.count() == 45


def test_scan_of_nothing(store):
    assert list(store.documents.scan()) == []
    assert store.documents.count() == 0


def test_many_documents_in_one_call(store, make):
    documents = [make.document(f"d{number}", keys=("s:every", f"s:{number}")) for number in range(1200)]

    assert store.documents.put(documents) == ()
    assert store.documents.count() == 1200
    assert store.documents.key_frequencies(["s:every", "s:7", "s:none"]) == {"s:every": 1200, "s:7": 1, "s:none": 0}
    assert len(store.documents.get([document.id for document in documents])) == 1200
    assert sum(1 for _ in store.documents.scan()) == 1200


def test_documents_of_many_months_are_one_index(store, make):
    documents = [make.document(f"d{month}", minutes=-month * 60 * 24 * 31) for month in range(14)]
    store.documents.put(documents)

    assert store.documents.count() == 14
    assert len(store.documents.get([document.id for document in documents])) == 14


def test_a_second_store_sees_what_a_closed_one_wrote(home, make):
    document, row, state = make.document("a", keys=("s:1",)), make.row("a"), make.feed("https://example.org/feed")
    with_first = home.open()
    with_first.documents.put([document])
    with_first.record_poll(state, [row])
    with_first.inbox.put([make.article("b")])
    home.close_all()

    second = home.open()
    assert second.documents.get([document.id]) == {document.id: document}
    assert second.documents.key_frequencies(["s:1"]) == {"s:1": 1}
    assert second.ledger.get([row.key]) == {row.key: row}
    assert second.feeds.all() == (state,)
    assert second.inbox.count() == 1


def test_sub_second_times_are_dropped(store, make):
    document = make.document("a")
    store.documents.put([replace(document, indexed_at=document.indexed_at + timedelta(milliseconds=700))])

    assert store.documents.get([document.id]) == {document.id: document}
