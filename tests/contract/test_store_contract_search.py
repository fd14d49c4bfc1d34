"""What a search finds: words, phrases, operators, fields, filters, order, pages, and folding of copies."""

from __future__ import annotations

import pytest

from wirecopy.models import AgencyCredit, AgencyOrigin, CopyKind, SourceId
from wirecopy.search.query import And, Field, Not, Or, Phrase, Term
from wirecopy.store.ports import SearchFilters


def word(text, field=None):
    return Term(text=text, field=field)


def prefix(text, field=None):
    return Term(text=text, field=field, is_prefix=True)


def phrase(text, field=None):
    return Phrase(text=text, field=field)


def every(*parts):
    return And(parts=parts)


def some(*parts):
    return Or(parts=parts)


@pytest.fixture
def news(store, make):
    """A handful of documents that differ in every way a query can tell."""
    store.documents.put(
        [
            make.document(
                "harbour",
                title="Harbour strike widens",
                text="Dockers in Hamburg stopped work on Monday.\nThe port authority expects delays.",
                authors=("Ana Novak", "Jo Brown"),
                agency=AgencyCredit(name="Reuters", origin=AgencyOrigin.BYLINE, stated="By Reuters"),
                section="World News",
                keywords=("Strike", "Häfen", "port of Hamburg"),
                source_id=SourceId("courier"),
                country="GB",
                lang="en-GB",
                minutes=0,
            ),
            make.document(
                "rail",
                title="Rail strike called off",
                text="Trains run again in Hamburg. The harbour line stays closed.",
                agency=AgencyCredit(name="ČTK", origin=AgencyOrigin.DATELINE, stated="HAMBURG (ČTK) -"),
                section="Politics",
                keywords=("strike", "Rail"),
                authors=("Jo Novak",),
                source_id=SourceId("gazette"),
                country="US",
                lang="en",
                minutes=10,
            ),
            make.document(
                "hafen",
                title="Streik im Hafen",
                text="Die Hafenarbeiter in Hamburg legten die Arbeit nieder.",
                source_id=SourceId("anzeiger"),
                country="DE",
                lang="de",
                kind=CopyKind.TRANSLATION,
                story="harbour",
                copy_of="harbour",
                minutes=20,
            ),
            make.document(
                "weather",
                title="Storm ahead",
                text="Rain and wind reach the coast on Monday evening, strike or no strike.",
                source_id=SourceId("courier"),
                minutes=-60 * 24 * 40,
            ),
        ]
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (word("hamburg"), ["hafen", "harbour", "rail"]),
        (word("harbour"), ["harbour", "rail"]),
        (word("nowhere"), []),
        (every(word("strike"), word("hamburg")), ["harbour", "rail"]),
        (every(word("harbour"), word("delays")), ["harbour"]),
        (phrase("harbour strike"), ["harbour"]),
        (phrase("strike harbour"), []),
        (phrase("Stopped work on MONDAY"), ["harbour"]),
        (phrase("strike widens dockers"), []),
        (phrase("hamburg"), ["hafen", "harbour", "rail"]),
        (some(word("trains"), word("rain")), ["rail", "weather"]),
        (prefix("hafen"), ["hafen"]),
        (prefix("harb"), ["harbour", "rail"]),
        (prefix("arb"), ["hafen"]),
        (every(word("strike"), Not(part=word("hamburg"))), ["weather"]),
        (every(word("strike"), Not(part=phrase("rail strike")), Not(part=word("rain"))), ["harbour"]),
        (every(word("strike"), Not(part=some(word("dockers"), word("trains")))), ["weather"]),
        (every(word("hamburg"), some(word("dockers"), phrase("trains run"))), ["harbour", "rail"]),
        (some(every(word("strike"), Not(part=word("hamburg"))), word("hafenarbeiter")), ["hafen", "weather"]),
        (some(every(word("rail"), word("trains")), every(word("dockers"), word("port"))), ["harbour", "rail"]),
        (every(word("monday"), Not(part=every(word("rain"), word("wind")))), ["harbour"]),
        (Not(part=word("strike")), ["hafen"]),
        (some(word("trains"), Not(part=word("strike"))), ["hafen", "rail"]),
        (Not(part=Not(part=word("trains"))), ["rail"]),
        (every(Not(part=word("trains")), Not(part=word("rain"))), ["hafen", "harbour"]),
    ],
)
def test_words_and_operators(news, find, query, found):
    assert find.names(query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (word("harbour", Field.TITLE), ["harbour"]),
        (word("harbour", Field.TEXT), ["rail"]),
        (phrase("rail strike", Field.TITLE), ["rail"]),
        (prefix("str", Field.TITLE), ["hafen", "harbour", "rail"]),
        (word("novak", Field.AUTHOR), ["harbour", "rail"]),
        (phrase("ana novak", Field.AUTHOR), ["harbour"]),
        (phrase("novak jo", Field.AUTHOR), []),
        (word("novak"), []),
        (word("courier", Field.SOURCE), ["harbour", "weather"]),
        (word("Courier", Field.SOURCE), ["harbour", "weather"]),
        (prefix("g", Field.SOURCE), ["rail"]),
        (word("cour", Field.SOURCE), []),
        (word("en", Field.LANG), ["harbour", "rail", "weather"]),
        (word("en-GB", Field.LANG), ["harbour"]),
        (word("EN-gb", Field.LANG), ["harbour"]),
        (word("e", Field.LANG), []),
        (word("de", Field.COUNTRY), ["hafen"]),
        (word("US", Field.COUNTRY), ["rail"]),
        (word("translation", Field.KIND), ["hafen"]),
        (word("origin", Field.KIND), ["harbour", "rail", "weather"]),
        (word("near", Field.KIND), []),
        (every(word("hamburg"), word("courier", Field.SOURCE)), ["harbour"]),
        (every(word("hamburg"), Not(part=word("en", Field.LANG))), ["hafen"]),
        (some(word("gazette", Field.SOURCE), word("rain")), ["rail", "weather"]),
        (some(word("gazette", Field.SOURCE), word("de", Field.LANG)), ["hafen", "rail"]),
        (every(word("origin", Field.KIND), Not(part=word("strike", Field.TITLE))), ["weather"]),
        (Not(part=word("courier", Field.SOURCE)), ["hafen", "rail"]),
        (word("reuters", Field.AGENCY), ["harbour"]),
        (word("Reuters", Field.AGENCY), ["harbour"]),
        (word("reuter", Field.AGENCY), []),
        (word("čtk", Field.AGENCY), ["rail"]),
        (prefix("r", Field.AGENCY), ["harbour"]),
        (every(word("strike"), Not(part=word("reuters", Field.AGENCY))), ["rail", "weather"]),
        (phrase("world news", Field.SECTION), ["harbour"]),
        (word("world", Field.SECTION), []),
        (prefix("world", Field.SECTION), ["harbour"]),
        (word("POLITICS", Field.SECTION), ["rail"]),
        (word("strike", Field.KEYWORD), ["harbour", "rail"]),
        (word("HÄFEN", Field.KEYWORD), ["harbour"]),
        (phrase("Port of Hamburg", Field.KEYWORD), ["harbour"]),
        (word("hamburg", Field.KEYWORD), []),
        (prefix("port", Field.KEYWORD), ["harbour"]),
        (every(word("strike", Field.KEYWORD), Not(part=word("rail", Field.KEYWORD))), ["harbour"]),
        (every(word("hamburg"), Not(part=word("strike", Field.KEYWORD))), ["hafen"]),
        (every(some(word("trains"), word("gb", Field.COUNTRY)), word("strike")), ["harbour", "rail"]),
    ],
)
def test_fields(news, find, query, found):
    assert find.names(query) == found


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"langs": ("en",)}, ["harbour", "rail", "weather"]),
        ({"langs": ("en-GB",)}, ["harbour"]),
        ({"langs": ("de", "en-gb")}, ["hafen", "harbour"]),
        ({"langs": ("e",)}, []),
        ({"sources": ("courier",)}, ["harbour", "weather"]),
        ({"sources": ("courier", "gazette")}, ["harbour", "rail", "weather"]),
        ({"sources": ("gazette",), "langs": ("de",)}, []),
        ({"since": 0}, ["hafen", "harbour", "rail"]),
        ({"since": 1, "until": 20}, ["rail"]),
        ({"until": 10}, ["harbour", "weather"]),
    ],
)
def test_filters(news, find, make, filters, found):
    filters = {name: make.at(value) if name in ("since", "until") else value for name, value in filters.items()}

    assert find.names(None, **filters) == found
    assert find.names(some(word("hamburg"), word("storm")), **filters) == found


def test_a_document_without_a_language_answers_no_language(store, make, find):
    store.documents.put([make.document("a", lang=None, country=None)])

    assert find.names(None, langs=("en",)) == []
    assert find.names(Not(part=word("en", Field.LANG))) == ["a"]
    assert find.names(Not(part=word("us", Field.COUNTRY))) == ["a"]
    assert find.names(None) == ["a"]


def test_everything_is_newest_first_seen_first(news, find):
    assert find.ranked(None) == ["hafen", "rail", "harbour", "weather"]
    assert find.ranked(None, fold=True) == ["hafen", "rail", "weather"]


def test_a_hit_in_the_title_is_ranked_above_one_in_the_text(store, make, find):
    filler = "Nothing else of note was reported from the town that day. " * 3
    store.documents.put(
        [
            make.document("text", title="Council meets", text=f"The volcano is quiet. {filler}", minutes=5),
            make.document("title", title="Volcano erupts", text=f"Ash fell on villages. {filler}", minutes=0),
            make.document("neither", title="Markets", text=filler),
        ]
    )

    assert find.ranked(word("volcano")) == ["title", "text"]


def test_ties_are_newest_first_then_by_id(store, make, find):
    same = {"title": "Bridge reopens", "text": "The bridge is open."}
    store.documents.put(
        [make.document(name, minutes=minutes, **same) for name, minutes in (("a", 1), ("b", 3), ("c", 1), ("d", 2))]
    )

    assert find.ranked(word("bridge")) == ["b", "d", *sorted(["a", "c"], key=make.id)]


def test_scores_fall_along_the_answer(news, find):
    scores = [hit.score for hit in find.page(some(word("harbour"), word("strike"), word("hamburg"))).hits]

    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(("limit", "offset"), [(10_000, 1), (-1, 0), (1, -1)])
def test_a_page_lies_within_the_first_ten_thousand(store, limit, offset):
    with pytest.raises(ValueError, match="10,000"):
        store.documents.search(None, SearchFilters(), limit=limit, offset=offset)


def test_a_page_of_nothing_has_totals(news, find):
    page = find.page(word("hamburg"), limit=0)
    assert (page.hits, page.documents, page.stories) == ((), 3, 2)


@pytest.mark.parametrize("fold", [False, True])
def test_pages_add_up(store, make, find, fold):
    store.documents.put([make.document(f"d{number}", minutes=number, text="The ferry sails.") for number in range(23)])
    whole = find.ranked(word("ferry"), limit=100, fold=fold)
    pages = [find.page(word("ferry"), limit=10, offset=offset, fold=fold) for offset in (0, 10, 20, 30)]

    assert (
        [name for page in pages for name in make.names(page.hits)] == whole == [f"d{number}" for number in reversed(range(23))]
    )
    assert {(page.documents, page.stories) for page in pages} == {(23, 23)}


@pytest.fixture
def copies(store, make):
    """A story of four, one of two, and a single; the ferry's captain stands in some only."""
    store.documents.put(
        [
            make.document("a1", minutes=0, title="Ferry runs aground", text="A ferry ran aground. The captain is safe."),
            make.document("a2", story="a1", minutes=5, title="Ferry aground", text="A ferry ran aground.", kind=CopyKind.NEAR),
            make.document(
                "a3", story="a1", minutes=9, title="News in brief", text="A ferry ran aground.", kind=CopyKind.EXCERPT
            ),
            make.document("a4", story="a1", minutes=7, title="Fähre gestrandet", text="Eine Fähre.", lang="de"),
            make.document("b1", minutes=3, title="Ferry fares rise", text="The ferry gets dearer."),
            make.document("b2", story="b1", minutes=4, title="Fares rise", text="The ferry gets dearer.", lang="en-GB"),
            make.document("c1", minutes=1, title="Captain honoured", text="The captain of the team."),
        ]
    )


def test_copies_are_folded_into_one_hit_a_story(copies, find, make):
    page = find.page(word("ferry"), fold=True)

    assert page.documents == 5
    assert page.stories == 2
    assert {hit.document.link.story_id: hit.matching for hit in page.hits} == {make.id("a1"): 3, make.id("b1"): 2}
    unfolded = find.page(word("ferry"), fold=False)
    assert (unfolded.documents, unfolded.stories, len(unfolded.hits)) == (5, 2, 5)
    assert {hit.matching for hit in unfolded.hits} == {1}


def test_a_story_is_shown_by_the_document_that_answers_best(copies, find, make):
    page = find.page(word("captain"), fold=True)
    assert sorted(make.names(page.hits)) == ["a1", "c1"]
    assert {hit.matching for hit in page.hits} == {1}

    best = {}
    for hit in find.page(word("ferry"), fold=False).hits:
        best.setdefault(hit.document.link.story_id, hit.document.id)
    assert {hit.document.link.story_id: hit.document.id for hit in find.page(word("ferry"), fold=True).hits} == best


def test_filters_narrow_before_folding(copies, find, make):
    page = find.page(None, fold=True, langs=("de", "en-GB"))

    assert make.names(page.hits) == ["a4", "b2"]
    assert (page.documents, page.stories) == (2, 2)
    assert [hit.matching for hit in page.hits] == [1, 1]


def test_folded_pages_do_not_overlap(copies, find, make):
    pages = [make.names(find.page(None, fold=True, limit=1, offset=offset).hits) for offset in range(4)]

    assert pages == [["a3"], ["b2"], ["c1"], []]


def test_an_empty_store_answers(store, find):
    for query in (None, word("ferry"), Not(part=word("ferry"))):
        page = store.documents.search(query, SearchFilters())
        assert (page.hits, page.documents, page.stories) == ((), 0, 0)


def test_what_was_written_is_found_by_the_next_call(store, make, find):
    for number in range(4):
        store.documents.put([make.document(f"d{number}", text="The lighthouse blinks.")])
        assert find.page(word("lighthouse")).documents == number + 1


def test_an_earlier_version_is_not_found(store, make, find):
    store.documents.put([make.document("a", title="Tram derails", text="Seven hurt.", authors=("Ana Novak",))])
    store.documents.put([make.document("a", title="Tram accident", text="Nine hurt.", authors=("Jo Brown",))])

    assert find.names(word("nine")) == ["a"]
    assert find.names(word("tram")) == ["a"]
    assert find.names(word("seven")) == find.names(word("derails")) == find.names(word("novak", Field.AUTHOR)) == []
    assert find.page(word("hurt")).documents == 1


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'",
        "*",
        "a*b",
        "(",
        "NEAR(a b)",
        "title:x",
        "x AND",
        "^x",
        "+x",
        "-x",
        "{a b}: c",
        "a\x00b",
        "\ud800",
        "/x/",
        "[a TO b]",
        "~2",
    ],
)
@pytest.mark.parametrize("field", [None, *Field])
def test_no_text_of_a_user_is_an_error(news, find, text, field):
    for query in (word(text, field), phrase(text, field), prefix(text, field), Not(part=word(text, field))):
        find.page(query)


def test_a_big_query_is_no_error(news, find):
    words = tuple(word(f"word{number}") for number in range(60))
    nested = word("hamburg")
    for number in range(19):
        nested = every(some(nested, word(f"x{number}")), Not(part=word(f"y{number}")))

    assert find.names(some(*words, word("trains"))) == ["rail"]
    assert find.names(every(*words)) == []
    assert find.names(nested) == ["hafen", "harbour", "rail"]
