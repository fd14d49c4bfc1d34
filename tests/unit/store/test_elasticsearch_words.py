"""What counts as a word, and which languages' stems it is looked for in."""

from __future__ import annotations

import re

import pytest

from wirecopy.store.elasticsearch.analysis import (
    STEMMED_LANGUAGES,
    UNSTEMMED,
    build_analysis,
    stem_name,
    stemmed_languages,
    text_field,
)
from wirecopy.store.elasticsearch.words import find_words, fold_rules, is_cjk, is_unspaced, split_rules


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("—…*", ()),
        ("l'avion", ("l", "avion")),
        ("covid-19", ("covid", "19")),
        ("foo_bar.baz", ("foo", "bar", "baz")),
        ("naïve", ("naïve",)),
        ("नमस्ते दुनिया", ("नमस्ते", "दुनिया")),
        ("iPhone手机", ("iPhone手机",)),
        ("「東京」", ("東京",)),
        ("東京・大阪", ("東京", "大阪")),
        ("hyphe\u00adnation", ("hyphe\u00adnation",)),
        ("می\u200cخواهم", ("می", "خواهم")),
        ('צה"ל', ("צה", "ל")),
    ],
)
def test_words_are_runs_of_letters_digits_and_marks(text, words):
    assert find_words(text) == words


@pytest.mark.parametrize("word", ["東京", "カタカナー", "ひらがな", "한국어", "𠮷野家", "々", "ﾄｳｷｮｳ"])
def test_cjk(word):
    assert is_cjk(word)
    assert is_unspaced(word)


@pytest.mark.parametrize("word", ["iPhone手机", "tokyo", "москва", "5999", "รัฐบาล", ""])
def test_not_cjk_throughout(word):
    assert not is_cjk(word)


@pytest.mark.parametrize(
    ("word", "unspaced"), [("รัฐบาล", True), ("ລາວ", True), ("မြန်မာ", True), ("ខ្មែរ", True), ("हिन्दी", False), ("x手", True)]
)
def test_scripts_without_spaces(word, unspaced):
    assert is_unspaced(word) is unspaced


def _rules(rules):
    def read(side):
        return re.sub(
            r"(?:\\u[0-9a-f]{4})+", lambda m: bytes.fromhex(m[0].replace("\\u", "")).decode("utf-16-be"), side.strip()
        )

    return {read(found): read(put) for found, put in (rule.split("=>") for rule in rules)}


def test_folding_takes_marks_off_letters_and_leaves_other_letters():
    folded = _rules(fold_rules())

    assert {char: folded[char] for char in "éÉώёأ"} == {"é": "e", "É": "E", "ώ": "ω", "ё": "е", "أ": "ا"}
    assert folded["\u064e"] == folded["\u0640"] == folded["\u0301"] == ""
    assert folded["ก"] == " ก"
    assert {char: folded[char] for char in "²ªﬁⅣ𝐁"} == {"²": "2", "ª": "a", "ﬁ": "fi", "Ⅳ": "IV", "𝐁": "B"}
    assert folded["\ufefb"] == "لا"
    assert folded["և"] == "եւ"
    assert "й" not in folded
    assert "½" not in folded
    assert "ำ" not in folded
    assert "ガ" not in folded
    assert "क" not in folded
    assert len(fold_rules()) == len(folded)


def test_splitting_rules_name_each_character_once():
    split = _rules(split_rules())

    assert split["'"] == split["’"] == split["_"] == split["."] == " "
    assert split["\u00ad"] == split["\u200f"] == ""
    assert len(split_rules()) == len(split)
    assert not set(split) & set(_rules(fold_rules()))


@pytest.mark.parametrize(
    ("lang", "field"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("PT_br", "pt"),
        ("nb", "no"),
        ("zh-Hant", UNSTEMMED),
        ("pl", UNSTEMMED),
        ("x-klingon", UNSTEMMED),
        ("", UNSTEMMED),
        (None, UNSTEMMED),
    ],
)
def test_a_text_fills_the_field_of_its_language(lang, field):
    assert text_field(lang) == field


def test_stems_are_looked_for_in_the_languages_of_the_script():
    assert stemmed_languages("мосты") == ("bg", "ru", "sr")
    assert stemmed_languages("مدارس") == ("ar", "ckb", "fa")
    assert stemmed_languages("λιμάνια") == ("el",)
    assert stemmed_languages("2026") == stemmed_languages("東京") == ()
    assert {"de", "en", "tr"} <= set(stemmed_languages("Häuser"))
    assert "ru" not in stemmed_languages("Häuser")


def test_every_language_has_an_analyser_and_a_script():
    analysers = build_analysis()["analyzer"]

    assert {stem_name(language) for language in STEMMED_LANGUAGES} <= set(analysers)
    assert set(STEMMED_LANGUAGES) == set().union(*map(stemmed_languages, ["a", "я", "ا", "α", "अ", "অ", "ա"]))


def test_analysers_use_only_filters_that_are_there():
    analysis = build_analysis()
    built_in = {"lowercase", "asciifolding", "decimal_digit", "cjk_width", "cjk_bigram"}

    for name, analyser in analysis["analyzer"].items():
        own = [part for part in analyser["filter"] if part not in built_in and not part.endswith("_normalization")]
        assert set(own) <= set(analysis["filter"]), name
        assert set(analyser["char_filter"]) <= set(analysis["char_filter"]), name
