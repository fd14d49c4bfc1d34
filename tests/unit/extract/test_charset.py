"""A page's bytes to text: BOM, HTTP, the page's word, a guess."""

from __future__ import annotations

import time

import pytest

from wirecopy.extract.page import charset as room


def decode_page(body: bytes, content_type: str | None) -> str:
    return room.decode_page(body, content_type).text


TEXTS = {
    "gb18030": "港务局周一表示，新的大桥将在今年年底之前开放通车，但是具体的时间还没有决定，市民仍然可以乘坐渡轮。",
    "big5": "港務局週一表示，新的大橋將在今年年底之前開放通車，但是具體的時間還沒有決定，市民仍然可以乘坐渡輪。",
    "euc-kr": "항만 당국은 월요일에 새 다리가 올해 말 이전에 개통될 것이라고 밝혔지만 정확한 날짜는 아직 정해지지 않았다.",
    "shift_jis": "港湾当局は月曜日、新しい橋が年末までに通行できるようになると発表したが、正確な日付はまだ決まっていない。",
    "euc-jp": "港湾当局は月曜日、新しい橋が年末までに通行できるようになると発表したが、正確な日付はまだ決まっていない。",
    "windows-1251": "Администрация порта сообщила в понедельник, что новый мост откроют для движения до конца года.",
    "windows-1252": "Die Hafenbehörde erklärte, die Brücke werde „bald“ eröffnet – für alle.",
}


def html(text: str, head: str = "", lang: str = "") -> str:
    attribute = f' lang="{lang}"' if lang else ""
    return f"<html{attribute}><head>{head}<title>t</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("charset", TEXTS)
def test_a_stated_charset_is_read(charset: str) -> None:
    text = TEXTS[charset]
    in_meta = html(text, f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">').encode(charset)
    assert text in decode_page(in_meta, "text/html")
    assert text in decode_page(html(text).encode(charset), f'text/html; charset="{charset.upper()}"')


@pytest.mark.parametrize("charset", TEXTS)
def test_an_unstated_charset_is_guessed(charset: str) -> None:
    assert TEXTS[charset] in decode_page(html(TEXTS[charset] * 5).encode(charset), None)


def test_gb2312_means_gb18030() -> None:
    text = "朱镕基在北京" + TEXTS["gb18030"]  # a character that GB 2312 lacks
    assert text in decode_page(html(text, '<meta charset="gb2312">').encode("gb18030"), None)


def test_latin_1_means_windows_1252() -> None:
    assert "“quoted” – €5" in decode_page(html("“quoted” – €5").encode("cp1252"), "text/html; charset=iso-8859-1")


def test_http_outranks_meta_and_a_bom_outranks_both() -> None:
    body = html("Привет, это новости дня", '<meta charset="windows-1252">')
    assert "Привет" in decode_page(body.encode("cp1251"), "text/html; charset=windows-1251")
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert decode_page(body.encode(encoding), "text/html; charset=koi8-r") == body


def test_utf_8_under_a_single_byte_name_is_utf_8() -> None:
    assert "Brücke" in decode_page(html("Brücke").encode(), "text/html; charset=ISO-8859-1")


def test_a_few_bad_bytes_do_not_change_the_charset() -> None:
    body = html("Brücke ü " * 500).encode() + b"\xff<p>"
    assert "Brücke" in decode_page(body, "text/html; charset=utf-8")


def test_a_charset_that_does_not_fit_or_exist_is_passed_over() -> None:
    text = TEXTS["euc-kr"] * 3
    assert text in decode_page(html(text).encode("euc-kr"), "text/html; charset=utf-8")
    assert text in decode_page(html(text).encode(), "text/html; charset=klingon")
    assert "x" in decode_page(b"<p>x", "text/html; charset=hex")


@pytest.mark.parametrize(
    ("lang", "charset"), [("pl", "cp1250"), ("el", "cp1253"), ("tr", "cp1254"), ("he", "cp1255"), ("th", "cp874")]
)
def test_the_language_of_the_page_guides_the_guess(lang: str, charset: str) -> None:
    text = {"pl": "Zażółć gęślą jaźń", "el": "Ο δήμος", "tr": "Köprü açıldı", "he": "הגשר החדש", "th": "สะพาน"}[lang]
    assert text in decode_page(html(text + " plain ascii words", lang=lang).encode(charset), None)


SHORT = {
    "windows-1251": "Мост откроют",
    "koi8-r": "Мост откроют для движения",
    "koi8-u": "Міст відкриють для руху",
    "iso-8859-5": "Мост откроют для движения",
    "windows-1250": "Most se otevře koncem roku, řekl úřad přístavu",
    "iso-8859-2": "Zarząd portu: most będzie otwarty wkrótce, sześć miesięcy później niż zakładano",
    "windows-1253": "Η γέφυρα ανοίγει",
    "iso-8859-7": "Η γέφυρα ανοίγει",
    "windows-1254": "Köprü yıl sonunda açılacak, dediği gibi işçiler",
    "windows-1255": "הגשר ייפתח בקרוב",
    "windows-1256": "سيفتح الجسر قريبا",
    "windows-1257": "Tiltas bus atidarytas iki metų pabaigos, pranešė uosto žinybos atstovė",
    "cp874": "สะพานจะเปิดเร็วๆ นี้",
    "gb18030": "大桥将在年底前开放",
    "big5": "大橋將在年底前開放",
    "euc-kr": "새 다리가 개통된다",
    "shift_jis": "新しい橋が開通する",
    "euc-jp": "新しい橋が開通する",
    "iso-2022-jp": "新しい橋が開通する",
    "utf-16-le": "新しい橋が開通する",
    "utf-16-be": "The bridge opens",
}


@pytest.mark.parametrize("charset", SHORT)
@pytest.mark.parametrize("stated", [None, "utf-8"])
def test_a_few_words_in_much_ascii_markup_are_enough(charset: str, stated: str | None) -> None:
    page = html(SHORT[charset] + '<script>var dataLayer = [];</script><a href="/news/index.html">News</a>' * 200)
    body = page.encode(charset)
    assert room.decode_page(body, f"text/html; charset={stated}" if stated else None).text == page


def test_a_charset_that_was_passed_over_or_guessed_is_told() -> None:
    decoded = room.decode_page(html(TEXTS["windows-1251"]).encode("cp1251"), "text/html; charset=utf-8")
    assert decoded.charset == "cp1251"
    assert decoded.warnings == ("its bytes are not in the stated charset utf-8; read as cp1251",)
    decoded = room.decode_page(html(TEXTS["gb18030"]).encode("gb18030"), None)
    assert decoded.warnings == ("no charset is stated; read as gb18030",)


@pytest.mark.parametrize("charset", ["windows-1251", "gb18030", "big5", "euc-kr", "shift_jis", "windows-1253", "cp874"])
def test_a_servers_default_does_not_make_other_scripts_latin(charset: str) -> None:
    page = html((TEXTS.get(charset) or SHORT[charset]) * 3)
    assert room.decode_page(page.encode(charset), "text/html; charset=ISO-8859-1").text == page
    declared = html(SHORT.get(charset, ""), f'<meta charset="{charset}">')
    assert room.decode_page(declared.encode(charset), "text/html; charset=ISO-8859-1").text == declared


@pytest.mark.parametrize("text", ["Ísland þóttist vera áður óþekkt ey", "ÆØÅ æøå", "Tiếng", "« Été » – “naïve”…", "ÀÉÈ"])
def test_western_text_under_its_own_name_stays(text: str) -> None:
    page = html(text.encode("cp1252", "ignore").decode("cp1252"))
    decoded = room.decode_page(page.encode("cp1252"), "text/html; charset=iso-8859-1")
    assert (decoded.text, decoded.warnings) == (page, ())


def test_utf_8_under_the_name_of_an_east_asian_encoding_is_utf_8() -> None:
    page = html(TEXTS["gb18030"], '<meta charset="gbk">')
    assert room.decode_page(page.encode(), "text/html; charset=gbk").text == page


def test_bytes_that_are_lost_are_told() -> None:
    decoded = room.decode_page(html("Brücke ü " * 500).encode() + b"\xff<p>\xfe", "text/html; charset=utf-8")
    assert decoded.warnings == ("2 bytes or more are no utf-8",)
    assert room.decode_page(html("Brücke").encode(), "text/html; charset=utf-8").warnings == ()


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1251", None])
def test_a_long_script_without_tags_costs_its_length(charset: str | None) -> None:
    # It took 38 s of a page in ISO 8859-1 with 40 kB of script.
    script = f"<script>{'var a=1;' * 250_000}</script>"
    head = (f'<meta charset="{charset}">' if charset else "") + script
    body = html("Die Brücke öffnet früher" if charset != "windows-1251" else "Мост откроют", head).encode(charset or "cp1252")
    started = time.process_time()
    decoded = room.decode_page(body, None)
    assert time.process_time() - started < 3
    assert decoded.charset == {"iso-8859-1": "cp1252", "windows-1251": "cp1251", None: "cp1252"}[charset]


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("iso-8859-2", "A híd előbb nyílik meg, mint ahogy a város őrei tervezték, közölte hétfőn a hivatal vezetője."),
        ("iso-8859-6", "قالت سلطة الميناء يوم الاثنين إن الجسر الجديد سيفتح قبل نهاية العام"),
    ],
)
def test_a_pages_own_word_for_its_alphabet_outranks_a_servers_default(charset: str, text: str) -> None:
    page = html(text, f'<meta charset="{charset}">')
    decoded = room.decode_page(page.encode(charset), "text/html; charset=ISO-8859-1")
    assert (decoded.text, decoded.warnings) == (page, ())


@pytest.mark.parametrize("charset", ["punycode", "unicode_escape", "raw_unicode_escape", "idna", "utf-7"])
def test_pythons_own_codecs_are_no_charsets(charset: str) -> None:
    page = html(r"Die Br\u00fccke öffnet früher - die Fähre fährt weiter +AGE-")
    decoded = room.decode_page(page.encode("cp1252"), f"text/html; charset={charset}")
    assert (decoded.text, decoded.charset) == (page, "cp1252")
