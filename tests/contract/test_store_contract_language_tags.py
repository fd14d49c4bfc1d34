"""Every tag that languages are told by can be stored, found by its words, and asked for whole or by its first part."""

from __future__ import annotations

import pytest

from wirecopy.language import detect_language
from wirecopy.search.filters import read_filters
from wirecopy.search.query import Term

# Our own sentences, and a word of each.
TEXTS = {
    "zu": ("Abaphathi bechweba bathe ibhuloho elisha lizovulelwa izimoto ngaphambi kokuphela konyaka.", "ibhuloho"),
    "nn": ("Ordføraren sa at dei ikkje veit kor mykje brua kostar, men at ho vert dyrare enn venta.", "dyrare"),
    "sr-Latn": ("Predsednik je rekao da će se posle nedelju dana videti gde je vreme za novi most.", "predsednik"),
    "kl": ("Borgmesterip ippassaq oqaatigaa ikaartarfik nutaaq ukioq naatinnagu ammarneqassasoq.", "nutaaq"),
    "zh-Hant": ("港務局週一表示，新橋將在今年年底之前開放通車，但具體時間尚未決定。", "新橋"),
}


@pytest.fixture
def stored(store, make):
    store.documents.put([make.document(tag, lang=tag, title="x", text=text) for tag, (text, _) in TEXTS.items()])


@pytest.mark.parametrize("tag", TEXTS)
def test_it_is_found_by_its_words_among_those_of_its_language(stored, find, tag):
    assert find.names(Term(text=TEXTS[tag][1]), langs=read_filters(langs=[tag]).langs) == [tag]
    assert tag in find.names(Term(text=TEXTS[tag][1]), langs=(tag.partition("-")[0],))


@pytest.mark.parametrize("tag", ["zu", "nn", "sr-Latn", "zh-Hant"])
def test_it_is_the_tag_that_such_a_text_gets(tag):
    assert detect_language("", TEXTS[tag][0]) == tag
