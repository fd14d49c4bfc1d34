"""Text that was spoiled before it was published: repaired where that is certain, told, and whole text left alone."""

from __future__ import annotations

import time

import pytest

from wirecopy.extract.article import read_article
from wirecopy.extract.page.mojibake import find_lost_characters, repair_mojibake
from wirecopy.extract.page.nesting import flatten

TEXTS = {
    "de": "Die Hafenbehörde erklärte, die Brücke werde für alle geöffnet",
    "fr": "L’été, la construction du pont a été retardée à Besançon",
    "pl": "Zarząd portu ogłosił, że most zostanie wkrótce otwarty",
    "ru": "Администрация порта сообщила, что новый мост откроют до конца года",
    "zh": "港务局表示新的大桥将在年底前开放通车",
    "ar": "سيفتح الجسر الجديد قبل نهاية العام كما قالت إدارة الميناء",
}


def spoil(text: str, codec: str) -> str:
    return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "cp1251", "cp1250"])
@pytest.mark.parametrize("lang", TEXTS)
def test_utf_8_that_was_read_as_something_else_is_repaired(lang: str, codec: str) -> None:
    page = f"<p>{TEXTS[lang]}</p>" * 3
    repaired, warnings = repair_mojibake(spoil(page, codec))
    assert repaired == page
    assert len(warnings) == 1
    assert warnings[0].startswith("3 texts were UTF-8 that had been read as windows-125")


def test_what_was_spoiled_twice_is_repaired_twice() -> None:
    page = f"<p>{TEXTS['de']}</p>"
    repaired, warnings = repair_mojibake(spoil(spoil(page, "cp1252"), "cp1252"))
    assert repaired == page
    assert len(warnings) == 2


def test_cyrillic_that_stands_as_latin_letters_is_repaired() -> None:
    page = f"<p>{TEXTS['ru']}</p>"
    repaired, warnings = repair_mojibake(page.encode("cp1251").decode("latin-1"))
    assert repaired == page
    assert warnings == ("its text was cp1251 that had been read as windows-1252 before it was published; repaired",)


def test_only_the_spoiled_texts_of_a_page_change() -> None:
    whole = "<h2>Größe: „Spaß“ – MENÜ… AMANHÔ</h2>"
    repaired, warnings = repair_mojibake(whole + "<p>Itâ€™s open</p>")
    assert repaired == whole + "<p>It’s open</p>"
    assert len(warnings) == 1


@pytest.mark.parametrize(
    "text",
    [
        *TEXTS.values(),
        "„Spaß“ „MENÜ“ „CAFÉ“ „Straß“",
        "AMANHÔ “IRMÔ “MAÇÔ",
        "Рік. Рівне. Річка. Сім'я. Ріпа",
        "ЂЉЊЋЏ Љубав Њива Ђак Ћирилица",
        "Ísland Þórður ÆÐÖÞ ÁÉÍÓÚÝ",
        "Ăla ăsta, Țară ÎNĂ” ÎNĂ” ÎNĂ”",
    ],
)
def test_whole_text_is_left_alone(text: str) -> None:
    page = "".join(f"<p>{text}</p>" for _ in range(5))
    assert repair_mojibake(page) == (page, ())


def test_an_article_says_what_was_repaired_and_what_is_lost() -> None:
    line = "<p>Die Hafenbehörde erklärte am Montag, die neue Brücke werde vor dem Ende des Jahres geöffnet werden.</p>"
    article = read_article(spoil(f"<html><body>{line * 3}</body></html>", "cp1252").encode(), url=None, content_type=None)
    assert "Hafenbehörde erklärte" in article.text
    assert article.warnings == ("3 texts were UTF-8 that had been read as windows-1252 before they were published; repaired",)
    assert find_lost_characters("12\ufffd000", None, "\ufffd \ufffd")[0].startswith("3 characters are lost")
    assert find_lost_characters("one \ufffd", None) == ()


@pytest.mark.parametrize("text", ["Ã¼", "Ã", "â€", "Ð", "é", "ÏÐ", "\x80", "<", "<p>Ã¼"])
def test_the_time_is_linear(text: str) -> None:
    started = time.process_time()
    repair_mojibake(text * (500_000 // len(text)))
    assert time.process_time() - started < 5


@pytest.mark.parametrize("text", ["<div>", "</b>", '<a b="', "<!--", "<script>", "<p", '<a b="c>d">', "<div><p>"])
def test_flattening_is_linear(text: str) -> None:
    started = time.process_time()
    flatten("<div>" * 300 + text * (500_000 // len(text)))
    assert time.process_time() - started < 5


def test_flattening_keeps_paragraphs_and_scripts() -> None:
    inner = '<p title="a>b">One</p><script>"<div>"</script><!-- <div> --><h2>Two</h2>'
    flat = flatten("<div>" * 1000 + inner + "</div>" * 1000 + "<p>After</p>")
    assert inner in flat
    assert flat.count("<div>") == 256 + 2
    assert flat.count("</div>") == 256
    assert flat.endswith("<p>After</p>")
    assert flatten(inner) == inner
