"""The search language: what is read, what is refused and where, and that printing loses nothing."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wirecopy.errors import QuerySyntaxError
from wirecopy.models import CopyKind
from wirecopy.search.query import (
    MAX_CHARS,
    MAX_DEPTH,
    MAX_TERMS,
    And,
    Field,
    Node,
    Not,
    Or,
    Phrase,
    Term,
    format_query,
    parse_query,
)


def outcome_of(text: str) -> Node | QuerySyntaxError | None:
    try:
        return parse_query(text)
    except QuerySyntaxError as error:
        return error


def parsed(text: str) -> str | None:
    node = parse_query(text)
    return None if node is None else format_query(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("harbour", "harbour"),
        ("harbour strike", "harbour AND strike"),
        ("harbour AND strike", "harbour AND strike"),
        ("and or not", "and AND or AND not"),
        ("a b OR c", "(a AND b) OR c"),
        ("a (b OR c)", "a AND (b OR c)"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("a (b c)", "a AND b AND c"),
        ('"wire copy"', '"wire copy"'),
        ('"  wire\n copy "', '"wire copy"'),
        ("a -b", "a AND NOT b"),
        ("-b a", "NOT b AND a"),
        ("a NOT b", "a AND NOT b"),
        ("a AND (NOT b)", "a AND NOT b"),
        ("a (NOT b NOT c)", "a AND NOT b AND NOT c"),
        ("a -(b c)", "a AND NOT (b AND c)"),
        ("a -(b -c)", "a AND NOT (b AND NOT c)"),
        ('a -"b c"', 'a AND NOT "b c"'),
        ("a -title:b", "a AND NOT title:b"),
        ("harbo*", "harbo*"),
        ("title:harbo*", "title:harbo*"),
        ("TITLE:x", "title:x"),
        ('title:"wire copy"', 'title:"wire copy"'),
        ("title:(a OR b) c", "(title:a OR title:b) AND c"),
        ("title:(a source:b)", "title:a AND source:b"),
        ("kind:Exact country:fr", "kind:exact AND country:FR"),
        ("kind:tr* country:f* lang:z*", "kind:tr* AND country:F* AND lang:z*"),
        ("lang:pt-BR", "lang:pt-BR"),
        ("foo(bar)", "foo AND bar"),
        ('foo"bar baz"', 'foo AND "bar baz"'),
        ("covid-19 U.S. C++ AT&T #tag", "covid-19 AND U.S. AND C++ AND AT&T AND #tag"),
    ],
)
def test_reads(text: str, expected: str) -> None:
    assert parsed(text) == expected


def test_the_tree_itself() -> None:
    assert parse_query('harbo* title:"wire copy" -(lang:de OR kind:near)') == And(
        parts=(
            Term(text="harbo", is_prefix=True),
            Phrase(text="wire copy", field=Field.TITLE),
            Not(part=Or(parts=(Term(text="de", field=Field.LANG), Term(text="near", field=Field.KIND)))),
        )
    )


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00", "\ud800", "\u3000"])
def test_an_empty_query_is_none(text: str) -> None:
    assert parse_query(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“wire copy”", '"wire copy"'),
        ("„wire copy“", '"wire copy"'),
        ('"wire copy”', '"wire copy"'),
        ("＂wire copy＂", '"wire copy"'),
        ("«wire copy»", '"wire copy"'),
        ("»wire copy«", '"wire copy"'),
        ("「東京 大阪」", '"東京 大阪"'),
        ("『東京』", '"東京"'),
        ("（a OR b） c", "(a OR b) AND c"),
        ("title：a", "title:a"),
        ("harbo＊", "harbo*"),
        ("a －b", "a AND NOT b"),
        ("a −b", "a AND NOT b"),
        ("東京　大阪", "東京 AND 大阪"),
        ("快讯：你好", "快讯：你好"),
        ("l’été", "l’été"),
        ("e\u0301te\u0301", "été"),
    ],
)
def test_other_keyboards_are_understood(text: str, expected: str) -> None:
    assert parsed(text) == expected


def test_a_hebrew_abbreviation_is_one_word() -> None:
    assert parse_query('צה"ל') == Term(text='צה"ל')
    assert parse_query('"מפקד צה"ל אמר"') == Phrase(text='מפקד צה"ל אמר')


def test_a_phrase_may_hold_quotes_and_backslashes() -> None:
    node = parse_query(r'"he said \"no\" \\ C:\dir"')
    assert node == Phrase(text=r'he said "no" \ C:\dir')
    assert parse_query(format_query(node)) == node


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://courier.test/a?b=c:d", "https://courier.test/a?b=c:d"),
        ("at 10:30", "at AND 10:30"),
        ("Ukraine: what next", "Ukraine: AND what AND next"),
        ("Strike - what we know", "Strike AND what AND we AND know"),
        ("Strike – what | Courier", "Strike AND what AND Courier"),
        ("a -", "a"),
        ("--verbose", "--verbose"),
    ],
)
def test_pasted_text_is_no_puzzle(text: str, expected: str) -> None:
    assert parsed(text) == expected


@pytest.mark.parametrize(
    ("text", "position", "message", "hint"),
    [
        ('a "b c', 2, "quote is not closed", "close it"),
        ("a (b", 2, "bracket is not closed", "close it"),
        ("a b)", 3, "bracket closes that was not opened", "take it out"),
        (")", 0, "bracket closes that was not opened", "take it out"),
        ("東京」", 2, "quote closes", "open it"),
        ("a ()", 2, "nothing between the brackets", "write words"),
        ("a ( – )", 2, "nothing between the brackets", "write words"),
        ('a ""', 2, "no words between the quotes", "write words"),
        ("titel:x", 0, "no field 'titel'", "did you mean title:"),
        ("a ukraine:war", 2, "no field 'ukraine'", "title, text, author, source, lang, country, kind"),
        ('pages:"x"', 0, "no field 'pages'", "quote them"),
        ("a title:", 2, "title: names no value", "title:harbour"),
        ("title: a", 0, "title: names no value", "right after the colon"),
        ("title:!", 0, "title: names no value", "write one"),
        ("title:-a", 6, "minus sign stands after the colon", "-title:…"),
        ("NOT a", 0, "NOT stands alone", "harbour NOT strike"),
        ("-a", 0, "NOT stands alone", "harbour NOT strike"),
        ("(NOT a NOT b)", 1, "NOT stands alone", "harbour NOT strike"),
        ("a OR -b", 5, "NOT stands alone", "harbour NOT strike"),
        ("a NOT NOT b", 6, "NOT stands twice", "take out both"),
        ("a -(-b)", 4, "taken away already", "take out both"),
        ("a -(NOT b NOT c)", 4, "taken away already", "take out both"),
        ("AND a", 0, "nothing stands before AND", '"AND"'),
        ("a OR OR b", 2, "nothing follows OR", "write a word"),
        ("a AND", 2, "nothing follows AND", "write a word"),
        ("a NOT", 2, "nothing follows NOT", "write a word"),
        ("(a OR) b", 3, "nothing follows OR", "write a word"),
        ("*bour", 0, "star", "beginning of the word"),
        ("a *", 2, "star", "beginning of the word"),
        ("title:*", 6, "star", "beginning of the word"),
        ("ha*ur", 2, "star", "beginning of the word"),
        ("a || b", 2, "||", "OR"),
        ('"a b"~5', 5, "near each other", "take out"),
        ("lang:german", 0, "no language tag", "lang:de"),
        ("lang:(de OR german)", 12, "no language tag", "lang:de"),
        ("country:FRA", 0, "no country code", "country:FR"),
        ("kind:copy", 0, "no kind 'copy'", "translation"),
        ("!!!", 0, "no word", "letter"),
    ],
)
def test_refuses_with_place_and_hint(text: str, position: int, message: str, hint: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse_query(text)
    assert caught.value.position == position
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.subject == text


def test_limits() -> None:
    assert parse_query("x" * MAX_CHARS) is not None
    with pytest.raises(QuerySyntaxError, match="more than 2,000") as caught:
        parse_query("x" * (MAX_CHARS + 1))
    assert caught.value.position == MAX_CHARS

    assert parse_query(" ".join(["x"] * MAX_TERMS)) is not None
    with pytest.raises(QuerySyntaxError, match="more than 64") as caught:
        parse_query(" ".join(["x"] * (MAX_TERMS + 1)))
    assert caught.value.position == 2 * MAX_TERMS

    assert parse_query("(" * MAX_DEPTH + "x" + ")" * MAX_DEPTH) == Term(text="x")
    with pytest.raises(QuerySyntaxError, match="deeper than 20") as caught:
        parse_query("(" * (MAX_DEPTH + 1) + "x" + ")" * (MAX_DEPTH + 1))
    assert caught.value.position == MAX_DEPTH


@pytest.mark.parametrize("piece", ["(", "-(", "title:(", "a AND (", "NOT (a -", ")", "a OR ", "a (", "NOT "])
def test_no_query_exhausts_the_stack(piece: str) -> None:
    text = (piece * sys.getrecursionlimit())[:MAX_CHARS]
    outcome = outcome_of(text)
    assert isinstance(outcome, QuerySyntaxError)
    assert 0 <= outcome.position < len(text)


# What people type, mixed with what they should not.
_PIECES = st.sampled_from(
    [
        "a",
        "b1",
        "été",
        "東京",
        'צה"ל',
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "-",
        '"',
        '"a b"',
        "«c»",
        "\\",
        "*",
        "x*",
        ":",
        "title:",
        "kind:near",
        *("lang:de", "source:(", "「", "」", " ", " ", " ", "\u0301", "~", "http://x.org", "10:30", "|", "“", "＂", "："),
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=25).map("".join)))
@example("a\x00b")
@example("title:\u0338a")
def test_any_text_is_read_or_refused_and_printing_loses_nothing(text: str) -> None:
    node = outcome_of(text)
    if isinstance(node, QuerySyntaxError):
        assert 0 <= node.position <= len(node.subject)
        assert node.hint
        assert node.message
    elif node is not None:
        printed = format_query(node)
        assert parse_query(printed) == node


def _is_term(text: str) -> bool:
    """Whether it is one word, after a field too (`title:-a` is refused)."""
    return outcome_of(text) == Term(text=text) and not text.startswith(("-", "－", "−"))


_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(_is_term)
_FREE_FIELDS = st.sampled_from([None, Field.TITLE, Field.TEXT, Field.AUTHOR, Field.SOURCE])
_TERMS = st.one_of(
    st.builds(Term, text=_WORDS, field=_FREE_FIELDS, is_prefix=st.booleans()),
    st.builds(Term, text=st.sampled_from([kind.value for kind in CopyKind]), field=st.just(Field.KIND)),
    st.builds(Phrase, text=st.lists(_WORDS, min_size=1, max_size=4).map(" ".join), field=_FREE_FIELDS),
)


def _and_of(parts: list[Node], negatives: list[Node]) -> Node:
    return And(parts=(*parts, *(Not(part=part) for part in negatives)))


def _trees(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    not_and = children.filter(lambda node: not isinstance(node, And))
    not_or = children.filter(lambda node: not isinstance(node, Or))
    return st.one_of(
        st.builds(_and_of, st.lists(not_and, min_size=1, max_size=3), st.lists(children, min_size=1, max_size=2)),
        st.lists(not_and, min_size=2, max_size=3).map(lambda parts: And(parts=tuple(parts))),
        st.lists(not_or, min_size=2, max_size=3).map(lambda parts: Or(parts=tuple(parts))),
    )


@given(st.recursive(_TERMS, _trees, max_leaves=12))
def test_a_printed_tree_is_read_back(node: Node) -> None:
    assert parse_query(format_query(node)) == node
