"""Texts of many scripts are found by their words, to the last one, and the pieces shown are pieces of the text."""

from __future__ import annotations

import pytest

from wirecopy.search.query import And, Field, Phrase, Term

# Our own sentences: name -> (language, title, text)
TEXTS = {
    "ar": ("ar", "الحكومة تعلن خطة جديدة", "أعلنت الحكومة يوم الثلاثاء خطة لبناء مدارس في المدينة القديمة."),
    "zh": ("zh", "北京大学发布报告", "研究人员表示，城市的空气质量正在改善。报告由三位教授撰写。"),
    "ja": ("ja", "東京で会議が開かれる", "各国の代表がサッカー場の建設について話し合った。結論は出なかった。"),
    "ko": ("ko", "서울에서 회의 열려", "정부는 새로운 도서관을 짓겠다고 밝혔다. 대통령이 참석했다."),
    "hi": ("hi", "सरकार ने नई योजना बताई", "गाँव के लोगों ने कहा कि काम अगले महीने शुरू होगा।"),
    "th": ("th", "รัฐบาลประกาศแผนใหม่", "โรงเรียนในกรุงเทพจะเปิดในเดือนหน้า"),
    "ru": ("ru", "Правительство объявило план", "Новый мост построят за два года, сообщил мэр."),
    "el": ("el", "Νέο σχέδιο της κυβέρνησης", "Το λιμάνι θα ανοίξει ξανά την άνοιξη."),
    "he": ("he", "הממשלה הציגה תוכנית", "בית הספר החדש ייפתח בחודש הבא."),
    "ta": ("ta", "புதிய திட்டம் அறிவிப்பு", "பள்ளிகள் அடுத்த மாதம் திறக்கப்படும்."),
}


@pytest.fixture
def world(store, make):
    store.documents.put([make.document(name, title=title, text=text, lang=lang) for name, (lang, title, text) in TEXTS.items()])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ar", ["الحكومة", "مدارس", "القديمة"]),
        ("zh", ["北京", "大学", "北京大学", "空气", "质量", "空气质量", "撰写"]),
        ("ja", ["東京", "会議", "サッカー", "建設", "結論"]),
        ("ko", ["서울", "정부", "도서관", "대통령"]),
        ("hi", ["सरकार", "योजना", "काम", "महीने"]),
        ("th", ["รัฐบาล", "โรงเรียน", "กรุงเทพ"]),
        ("ru", ["правительство", "МОСТ", "мэр"]),
        ("el", ["σχέδιο", "ΛΙΜΆΝΙ", "κυβέρνησης"]),
        ("he", ["הממשלה", "החדש"]),
        ("ta", ["திட்டம்", "மாதம்"]),
    ],
)
def test_a_text_is_found_by_its_words(world, find, name, words):
    for each in words:
        assert find.names(Term(text=each)) == [name], each
    assert find.names(And(parts=tuple(Term(text=each) for each in words))) == [name]


@pytest.mark.parametrize("text", ["京北", "学大", "气空", "京東", "कम", "सरकर", "울서", "大字", "الحكوم وزارة", "ไทยรัฐ"])
def test_a_text_is_not_found_by_other_words(world, find, text):
    assert find.names(Phrase(text=text)) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("空气质量正在改善", "zh"),
        ("三位教授", "zh"),
        ("サッカー場の建設", "ja"),
        ("새로운 도서관", "ko"),
        ("मोहल्ले", None),
        ("अगले महीने", "hi"),
        ("في المدينة", "ar"),
    ],
)
def test_phrases_of_any_script(world, find, text, name):
    assert find.names(Phrase(text=text)) == ([name] if name else [])


@pytest.mark.parametrize(
    ("text", "names"), [("京", ["ja", "zh"]), ("学", ["zh"]), ("市", ["zh"]), ("写", ["zh"]), ("場", ["ja"])]
)
def test_one_character_is_a_word(world, find, text, names):
    assert find.names(Term(text=text)) == names


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Zürich", "zurich"),
        ("Zurich", "ZÜRICH"),
        ("Zu\u0308rich", "zürich"),
        ("Łódź", "lodz"),
        ("København", "kobenhavn"),
        ("Straße", "STRASSE"),
        ("São Tomé", "sao"),
        ("Việt Nam", "viet"),
        ("ΑΘΉΝΑ", "αθήνα"),
        ("МОСКВА", "москва"),
        ("مُحَمَّد", "محمد"),
        ("محمد", "مُحَمَّد"),
        ("الســلام", "السلام"),
        ("ｔｏｋｙｏ", "Tokyo"),
        ("ﾄｳｷｮｳ", "トウキョウ"),
        ("İstanbul", "istanbul"),
        ("Iğdır", "igdir"),
    ],
)
def test_case_and_diacritics_do_not_matter(store, make, find, written, asked):
    store.documents.put(
        [
            make.document("text", title="x", text=f"Aus {written} berichtet."),
            make.document("title", title=f"{written} heute", text="y"),
            make.document("author", title="x", text="y", authors=(f"Ana {written}",)),
            make.document("other", title="x", text="Something else."),
        ]
    )

    assert find.names(Term(text=asked)) == ["text", "title"]
    assert find.names(Phrase(text=asked, field=Field.AUTHOR)) == ["author"]


def test_the_last_word_of_a_long_text_is_found(store, make, find):
    filler = "सरकार ने कहा कि नई योजना के लिए पैसा दिया जाएगा और काम जल्दी शुरू होगा। "
    hindi = "\n".join([filler * 4] * 90) + "\nअंतिम पंक्ति में नीलकंठ लिखा है।"
    chinese = "\n".join(["城市的空气质量正在改善，研究人员对此表示欢迎。" * 20] * 60) + "\n最后一段提到了麒麟。"
    assert len(hindi.encode()) > 60_000
    assert len(chinese.encode()) > 60_000
    store.documents.put(
        [make.document("hi", lang="hi", text=hindi), make.document("zh", lang="zh", text=chinese), make.document("other")]
    )

    for text, name in (("नीलकंठ", "hi"), ("麒麟", "zh")):
        page = find.page(Term(text=text))
        assert [hit.document.id for hit in page.hits] == [make.id(name)]
        assert any(text in piece.text for piece in page.hits[0].excerpt if piece.is_hit)


def test_an_unknown_language_is_searched_all_the_same(store, make, find):
    store.documents.put(
        [
            make.document("none", lang=None, text="Der Leuchtturm blinkt. 灯台が光る。"),
            make.document("rare", lang="sw", text="Mnara wa Taa uko pwani."),
            make.document("odd", lang="x-klingon", text="Taa jIH."),
        ]
    )

    assert find.names(Term(text="leuchtturm")) == find.names(Term(text="灯台")) == ["none"]
    assert find.names(Term(text="taa")) == ["odd", "rare"]


def test_words_in_two_scripts(store, make, find):
    store.documents.put(
        [
            make.document("a", lang="zh", text="苹果公司今天发布iPhone手机，售价5999元。"),
            make.document("b", text="iPhone sold."),
        ]
    )

    assert find.names(Term(text="iphone")) == ["a", "b"]
    assert find.names(Term(text="手机")) == ["a"]
    assert find.names(Term(text="5999")) == ["a"]
    assert find.names(Term(text="发布iPhone手机")) == ["a"]


def _joined(pieces):
    return "".join(piece.text for piece in pieces)


def _hits(pieces):
    return [piece.text for piece in pieces if piece.is_hit]


def test_the_pieces_are_those_of_the_text(store, make, find):
    text = "\n".join(f"Paragraph {number} says nothing of note about anything." for number in range(40))
    text += "\nIn Zürich the <b>tram</b> & the bus stopped; Zürich waited."
    store.documents.put([make.document("a", title="Zürich <i>stands</i> still", text=text)])

    (hit,) = find.page(And(parts=(Term(text="zurich"), Term(text="tram")))).hits
    assert _joined(hit.title) == "Zürich <i>stands</i> still"
    assert _hits(hit.title) == ["Zürich"]
    assert _joined(hit.excerpt) in text
    assert {"Zürich", "tram"} <= set(_hits(hit.excerpt))
    assert len(_joined(hit.excerpt)) < 500


def test_only_the_title_was_hit(store, make, find):
    text = "First words of the text. " + "More of it follows here. " * 40
    store.documents.put([make.document("a", title="Eclipse tonight", text=text)])

    (hit,) = find.page(Term(text="eclipse")).hits
    assert _hits(hit.title) == ["Eclipse"]
    assert _hits(hit.excerpt) == []
    assert text.startswith(_joined(hit.excerpt))
    assert "First words" in _joined(hit.excerpt)
    assert len(_joined(hit.excerpt)) < 500


def test_a_field_is_marked_where_it_was_looked_for(store, make, find):
    store.documents.put([make.document("a", title="Eclipse tonight", text="The eclipse begins at nine.")])

    (hit,) = find.page(Term(text="eclipse", field=Field.TITLE)).hits
    assert (_hits(hit.title), _hits(hit.excerpt)) == (["Eclipse"], [])
    (hit,) = find.page(Term(text="eclipse", field=Field.TEXT)).hits
    assert (_hits(hit.title), _hits(hit.excerpt)) == ([], ["eclipse"])


def test_nothing_is_marked_without_a_query(store, make, find):
    store.documents.put([make.document("a", title="Eclipse", text="It is dark."), make.document("empty", title="", text="x")])

    for hit in find.page(None).hits:
        assert _hits(hit.title) == _hits(hit.excerpt) == []
        assert _joined(hit.title) == hit.document.article.title
        assert _joined(hit.excerpt) == hit.document.article.text


def test_what_is_marked_in_scripts_without_spaces(world, find):
    for text, name in (("大学", "zh"), ("空气质量", "zh"), ("東京", "ja"), ("대통령", "ko")):
        (hit,) = find.page(Term(text=text)).hits
        marked = "".join(_hits(hit.title) + _hits(hit.excerpt))
        assert text in marked, name


def test_a_phrase_and_a_prefix_are_marked(store, make, find):
    store.documents.put(
        [make.document("a", title="x", text="A storm warning was given. The warning came late, stormy as it was.")]
    )

    (hit,) = find.page(Phrase(text="storm warning")).hits
    assert "".join(_hits(hit.excerpt)).replace(" ", "") == "stormwarning"
    (hit,) = find.page(Term(text="storm", is_prefix=True)).hits
    assert _hits(hit.excerpt) == ["storm", "stormy"]
