"""Terms: what texts of every script are found by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirecopy.store.scrub import scrub
from wirecopy.store.sqlite.terms import fold, terms_of, tokens_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ""),
        (" -- !? ", ""),
        ("Don't stop: COVID-19, 3.5 %", "don t stop covid 19 3 5"),
        ("snake_case __x__", "snake case x"),
        ("Zürich Łódź København Straße", "zurich lodz kobenhavn strasse"),
        ("İstanbul Iğdır", "istanbul igdir"),
        ("Ελλάδα Мой ёж Їжак", "ελλαδα мой еж іжак"),
        ("مُحَمَّد الســلام أحمد", "محمد السلام احمد"),
        ("שָׁלוֹם", "שלום"),
        ("सरकार ने काम किया", "सरकार ने काम किया"),
        ("தமிழ் বাংলা", "தமிழ் বাংলা"),
        ("北京大学", "北京 京大 大学 学"),
        ("京", "京"),
        ("北京，大学", "北京 京 大学 学"),
        ("iPhone手机2台", "iphone 手机 机 2 台"),
        ("ｔｏｋｙｏ ﾊﾞｽ", "tokyo バス ス"),
        ("서울에서", "서울 울에 에서 서"),
        ("กำลัง", "ก\u0e4dา \u0e4dาลั ลัง ง"),
        ("พ.ศ. ๒๕๖๙", "พ ศ 2569"),
        ("co\u00adoperate zero\u200dwidth", "cooperate zerowidth"),
        ("می\u200cخواهم", "می خواهم"),
    ],
)
def test_terms_of(text, terms):
    assert terms_of(text) == terms


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60).map(scrub))
def test_tokens_lie_in_the_text_in_order_and_are_its_terms(text):
    tokens = [(place + token.start, place + token.first_end, place + token.end, token.term) for place, token in tokens_of(text)]

    assert terms_of(text) == " ".join(term for *_, term in tokens)
    assert all(0 <= start < first_end <= end <= len(text) for start, first_end, end, _ in tokens)
    assert [start for start, *_ in tokens] == sorted(start for start, *_ in tokens)
    assert all(term and term == term.strip() and not set(term) & set(' "\n') for *_, term in tokens)


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "M", "Nd"]), max_size=12))
def test_folding_twice_is_folding(word):
    once = fold(scrub(word))

    assert fold(once) == once


@given(st.text(alphabet="北京大学東あアー々", min_size=1, max_size=8), st.integers(0, 7), st.integers(1, 8))
def test_every_piece_of_a_run_is_found_by_its_own_pairs(run, start, length):
    piece = run[start : start + length]
    pairs = terms_of(piece).split()[:-1]
    wanted = " ".join(pairs) if pairs else piece

    assert f" {wanted}" in f" {terms_of(run)}"
