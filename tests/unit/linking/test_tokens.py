from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirecopy.linking.tokens import fold, token_spans, tokens_of


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Don't  panic — it's\tfine_now", ["don", "t", "panic", "it", "s", "fine", "now"]),
        ("M&uuml;n&shy;chen&nbsp;&amp; Köln", ["münchen", "köln"]),
        ("M\u00fcnchen Mu\u0308nchen", ["münchen", "münchen"]),
        ("STRASSE Straße ﬁn", ["strasse", "strasse", "fin"]),
        ("हिन्दी में समाचार।", ["हिन्दी", "में", "समाचार"]),
        ("新华社北京，电", ["新", "华", "社", "北", "京", "电"]),
        ("東京でＡＢＣ放送", ["東", "京", "で", "abc", "放", "送"]),
        ("วันนี้", ["วั", "น", "นี้"]),
        ("서울 시장", ["서울", "시장"]),
        ("عــربي عربي", ["عربي", "عربي"]),
        ("...!? —", []),
    ],
)
def test_reads_tokens_in_any_script(text, tokens):
    assert tokens_of(fold(text)) == tokens


def test_a_reference_to_a_newline_breaks_no_line():
    assert fold("a&#10;b\nc").count("\n") == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Größe der Straße … &quot;M&uuml;nchen&quot; heute", ["Größe", "der", "Straße", "M&uuml;nchen", "heute"]),
        ("Bundes\u00adtag\u00a0tagt", ["Bundes\u00adtag", "tagt"]),
        ("Mu\u0308nchen liest", ["Mu\u0308nchen", "liest"]),
        ("½ Liter", ["½", "½", "Liter"]),
        ("北京…电", ["北", "京", "电"]),
    ],
)
def test_spans_name_what_is_printed(line, words):
    assert [line[start:end] for start, end in token_spans(line)] == words


def test_an_edit_moves_no_cut_but_its_own():
    tokens = [tokens_of(fold(text)) for text in ("เจ้าหน้าที่กล่าวว่าน้ำท่วมเมือง", "ตำรวจเจ้าหน้าที่กล่าวว่าน้ำท่วมเมือง")]
    assert tokens[1][-8:] == tokens[0][-8:]
    assert max(len(token) for token in tokens[0]) > 2


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\n"), max_size=80))
def test_every_token_has_a_span_inside_its_line(line):
    spans = token_spans(line)
    assert len(spans) == len(tokens_of(fold(line)))
    assert all(0 <= start < end <= len(line) for start, end in spans)


@given(st.text("aßÄéñ…ﬁ½ \u00a0\u00ad&;.amp北京한", max_size=60).map(lambda text: unicodedata.normalize("NFC", text)))
def test_what_a_span_names_reads_as_its_token(line):
    for token, (start, end) in zip(tokens_of(fold(line)), token_spans(line), strict=True):
        assert token in fold(line[start:end])
