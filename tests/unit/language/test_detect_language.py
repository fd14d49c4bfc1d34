"""Languages are told in BCP 47, the same way always, and not at all where there is nothing to tell them by."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wirecopy.language import detect_language, normalise_tag, opinions, warm_up

SENTENCES: dict[str, str] = json.loads(Path(__file__).with_name("sentences.json").read_text(encoding="utf-8"))
needs_cld2 = pytest.mark.skipif(not opinions.has_cld2(), reason="pycld2 has no wheel for this platform")
# What py3langid does not know, nor a script tells.
ONLY_CLD2 = {"ceb", "kl", "mi", "ny", "sd", "su", "ti", "tn", "yi"}


@pytest.mark.parametrize("tag", [tag for tag in SENTENCES if tag not in ONLY_CLD2])
def test_a_sentence_or_two_are_enough(tag: str) -> None:
    assert detect_language("", SENTENCES[tag]) == tag


@needs_cld2
@pytest.mark.parametrize("tag", sorted(ONLY_CLD2))
def test_languages_that_only_cld2_knows_are_told_by_it(tag: str) -> None:
    assert detect_language("", SENTENCES[tag]) == tag


@pytest.mark.parametrize("tag", sorted(opinions.LANGDETECT_KNOWS - {"zh"} & SENTENCES.keys()))
def test_without_cld2_the_two_others_tell_what_they_know(tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinions, "pycld2", None)
    assert detect_language("", SENTENCES[tag]) == tag


@pytest.mark.parametrize("tag", ["zu", "xh", "is", "ka", "eu", "ha", "ga", "rw"])
def test_without_cld2_what_langdetect_does_not_know_is_not_called_something_else(
    tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opinions, "pycld2", None)
    assert detect_language("", SENTENCES[tag]) == tag


def test_with_langdetect_alone_a_language_is_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinions, "pycld2", None)
    monkeypatch.setattr(opinions, "_load_py3langid", lambda: None)
    assert detect_language("", SENTENCES["de"], hint="de") == "de"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "12:30 / 4 %",
        "Ok",
        "https://a.example/",
        "中文",
        "😀😀😀 😀😀😀",
        "1,234 5,678 9,101 12:30 45% 3.4 12.5 100 200 300",
        "AAPL 123.45 MSFT 234.56 GOOG 99.1 TSLA 12.0 NVDA 1.1 AMZN 2.2 META 4.5",
        "def main():\n    for i in range(10):\n        print(i, x[i])\n    return {'a': 1, 'b': 2}",
        "function(){var a=document.getElementById('x');if(a){a.style.display='none';}}window.q=window.q||[];",
        '{"id": 12, "name": "abc", "tags": ["x", "y"], "ok": true, "n": null}',
        "asdf jkl qwer zxcv uiop hjkl bnm tyui ghjk vbnm qwerty asdfgh zxcvb poiuy lkjhg mnbvc",
        "xkcd frbl wqzt ngth prst vlkm zzyx qqrt",
        "b3JpZ2luYWwgdGV4dCBoZXJlIGlzIGJhc2U2NCBlbmNvZGVkIHN0cmluZyBmb3IgdGVzdGluZw==",
        "a" * 5000,
        "\ud800\udfff \x00\x01",
    ],
)
def test_what_is_no_prose_is_of_no_language(text: str) -> None:
    assert detect_language("", text) is None


@pytest.mark.parametrize("noise", ["\x00\x07\x1b", "\ud800", "\ufdd0\uffff", "\x7f\x85", "\U0010ffff"])
def test_characters_that_cld2_gives_up_on_change_nothing(noise: str) -> None:
    words = SENTENCES["zu"].split()
    assert detect_language("", noise.join([" ".join(words[:6]), " ".join(words[6:])])) == "zu"


def test_a_headline_in_another_language_does_not_change_that_of_the_text() -> None:
    assert detect_language("Bürgermeister: Neue Brücke wird noch in diesem Jahr geöffnet", SENTENCES["en"] * 2) == "en"
    assert detect_language("Der Bürgermeister eröffnet die neue Brücke", "") == "de"


def test_an_introduction_in_another_language_does_not_stand_for_the_text() -> None:
    text = SENTENCES["es"] + "\n" + "\n".join([SENTENCES["en"]] * 20)
    assert detect_language("", text) == "en"


def test_a_headline_in_capitals_is_read() -> None:
    assert detect_language("NEUE BRÜCKE ÜBER DEN FLUSS WIRD ERST IM NÄCHSTEN JAHR GEÖFFNET", "") == "de"


def test_a_headline_of_ideographs_alone_is_not_korean() -> None:
    assert detect_language("国务院总理会见外国代表团", "") == "zh-Hans"
    assert detect_language("國務院總理會見外國代表團", "") == "zh-Hant"
    assert detect_language("Apple 发布会公布 iPhone 17 Pro 价格和上市日期", "") == "zh-Hans"


def test_chinese_is_told_by_its_characters_whatever_the_page_says() -> None:
    assert detect_language("", SENTENCES["zh-Hant"] * 5, hint="zh-CN") == "zh-Hant"
    assert detect_language("", SENTENCES["zh-Hans"] * 5, hint="zh-TW") == "zh-Hans"


def test_bokmal_and_nynorsk_are_told_by_their_words_whatever_the_page_says() -> None:
    assert detect_language("", SENTENCES["nn"] * 3, hint="no") == "nn"
    assert detect_language("", SENTENCES["nb"] * 3, hint="nn-NO") == "nb"


def test_serbian_in_latin_letters_is_neither_croatian_nor_bosnian() -> None:
    assert detect_language("", SENTENCES["sr-Latn"] * 3, hint="hr") == "sr-Latn"
    assert detect_language("", SENTENCES["hr"] * 3, hint="sr") == "hr"
    assert detect_language("", SENTENCES["bs"] * 3, hint="sr") == "bs"


def test_a_hint_breaks_ties_of_short_texts_only() -> None:
    assert detect_language("", SENTENCES["de"] * 3, hint="en") == "de"
    assert detect_language("", SENTENCES["en"] * 3, hint="is") == "en"
    assert detect_language("", SENTENCES["zu"] * 3, hint="en-ZA") == "zu"
    assert detect_language("", SENTENCES["zu"], hint="sw") == "zu"
    assert detect_language("Festival de musica 2026", "", hint="pt-BR") == "pt"
    assert detect_language("Festival de musica 2026", "", hint="es") == "es"


@pytest.mark.parametrize("hint", ["en", "de-AT", "zz", "${lang}", "x" * 5000, "zh", "", "ja"])
def test_no_hint_overrules_a_text_that_is_sure(hint: str) -> None:
    assert detect_language("", SENTENCES["fr"] * 3, hint=hint) == "fr"


def test_five_megabytes_cost_what_a_page_costs() -> None:
    warm_up()
    for text in (SENTENCES["en"] * 35_000, "a" * 5_000_000, "a@" * 2_500_000, "http://" * 700_000, "\n" * 5_000_000):
        began = time.process_time()
        detect_language("", text)
        assert time.process_time() - began < 1.0


def test_the_same_text_gives_the_same_answer_in_any_process_and_any_order() -> None:
    headlines = [" ".join(sentence.split()[:6]) for sentence in SENTENCES.values()]
    script = (
        "import json, sys\n"
        "from wirecopy.language import detect_language\n"
        "headlines, turn = json.load(sys.stdin)\n"
        "found = {headline: detect_language(headline, '') for headline in headlines[::turn]}\n"
        "print(json.dumps([found[headline] for headline in headlines]))\n"
    )
    answers = []
    for turn, seed in ((1, "1"), (-1, "2")):
        done = subprocess.run(
            [sys.executable, "-c", script],
            input=json.dumps([headlines, turn]),
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        answers.append(json.loads(done.stdout))
    here = [detect_language(headline, "") for headline in headlines]
    assert answers == [here, here]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en_US", "en"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh_TW", "zh-Hant"),
        ("zh", "zh"),
        ("no", "nb"),
        ("iw", "he"),
        ("sr-Latn-RS", "sr-Latn"),
        ("sr_RS", "sr"),
        ("sh", "sr-Latn"),
        ("fil-PH", "tl"),
        ("jw", "jv"),
        ("und", None),
        ("", None),
        (None, None),
        ("${lang}", None),
    ],
)
def test_tags_as_pages_write_them(tag: str | None, expected: str | None) -> None:
    assert normalise_tag(tag) == expected


@needs_cld2
@pytest.mark.data
def test_real_articles_and_their_headlines_are_told(test_data: Path) -> None:
    wrong = []
    paths = sorted((test_data / "pages").glob("*.json"))
    for path in paths:
        row = json.loads(path.read_text(encoding="utf-8"))
        # A page of Greenland's paper that is in Danish.
        expected = "da" if path.stem == "fundus_gl_Sermitsiaq_2025_04_16" else normalise_tag(row["lang"])
        found = [detect_language(row["title"], row["body"]), detect_language(row["title"], "")]
        if [(tag or "").partition("-")[0] for tag in found] != [expected, expected]:
            wrong.append(f"{path.stem}: {found}")
    assert len(paths) > 70
    assert wrong == []
