"""The detector is seeded, speaks BCP 47, and says nothing where it knows nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from wirecopy.language import DETECTABLE, detect_language, normalise_tag

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {
    "en": "The harbour authority said on Monday that the new bridge would open to traffic before the end of the year.",
    "de": "Die Hafenbehörde teilte am Montag mit, dass die neue Brücke noch vor Ende des Jahres für den Verkehr geöffnet wird.",
    "fr": "L'autorité portuaire a annoncé lundi que le nouveau pont serait ouvert à la circulation avant la fin de l'année.",
    "es": "La autoridad portuaria anunció el lunes que el nuevo puente se abrirá al tráfico antes de que termine el año.",
    "ru": "Администрация порта сообщила в понедельник, что новый мост откроют для движения до конца этого года.",
    "ar": "أعلنت سلطة الميناء يوم الاثنين أن الجسر الجديد سيفتح أمام حركة المرور قبل نهاية العام الجاري.",
    "hi": "बंदरगाह प्राधिकरण ने सोमवार को कहा कि नया पुल साल के अंत से पहले यातायात के लिए खोल दिया जाएगा।",
    "ja": "港湾当局は月曜日、新しい橋が年末までに通行できるようになると発表した。",
    "ko": "항만 당국은 월요일에 새 다리가 올해 말 이전에 개통될 것이라고 밝혔다.",
    "nb": "Havnemyndighetene sa mandag at den nye broen skal åpnes for trafikk før slutten av året, men det er ikke avgjort ennå.",
    "zh-Hans": "港务局周一表示，新桥将在今年年底之前开放通车，但具体时间尚未决定。",
    "zh-Hant": "港務局週一表示，新橋將在今年年底之前開放通車，但具體時間尚未決定。",
    "ka": "პორტის ადმინისტრაციამ ორშაბათს განაცხადა, რომ ახალი ხიდი წლის ბოლომდე გაიხსნება.",
    "hy": "Նավահանգստի վարչությունը երկուշաբթի օրը հայտնեց, որ նոր կամուրջը կբացվի մինչև տարեվերջ։",
    "my": "ဆိပ်ကမ်းအာဏာပိုင်များက တံတားသစ်ကို နှစ်ကုန်မတိုင်မီ ဖွင့်လှစ်မည်ဟု တနင်္လာနေ့တွင် ပြောကြားခဲ့သည်။",
}
SWAHILI = (
    "Mamlaka ya bandari ilisema siku ya Jumatatu kwamba daraja jipya la mji huo litafunguliwa kwa magari kabla ya mwisho wa mwaka "
    "na kwamba kazi ya ujenzi katika eneo hilo ni ya mwisho."
)
ZULU = (
    "Abaphathi bechweba bathe ngoMsombuluko ibhuloho elisha lizovulelwa izimoto ngaphambi kokuphela konyaka, kodwa usuku "
    "alukanqunywa okwamanje njengoba umsebenzi usaqhubeka."
)


@pytest.mark.parametrize("tag", TEXTS)
def test_languages_are_told_in_bcp_47(tag: str) -> None:
    assert detect_language("", TEXTS[tag] * 2) == tag


def test_the_same_text_always_gives_the_same_answer() -> None:
    assert len({detect_language("Bridge opens to traffic", "") for _ in range(20)}) == 1


@pytest.mark.parametrize("text", ["", "   ", "12:30 / 4 %", "Ok", "https://a.example/", "中文"])
def test_too_little_text_is_of_no_language(text: str) -> None:
    assert detect_language("", text) is None


def test_a_headline_of_ideographs_alone_is_not_korean() -> None:
    assert detect_language("国务院总理会见外国代表团", "") == "zh-Hans"
    assert detect_language("國務院總理會見外國代表團", "") == "zh-Hant"
    assert detect_language("国会議員団会見", "", hint="ja") == "ja"


def test_swahili_is_swahili_and_what_langdetect_takes_for_it_is_unknown() -> None:
    assert detect_language("", SWAHILI) == "sw"
    assert detect_language("", ZULU) is None
    assert detect_language("", ZULU, hint="en-ZA") is None
    assert detect_language("", ZULU, hint="zu") == "zu"
    assert (
        detect_language("", "Ang tulay na ito ay bubuksan sa mga sasakyan bago matapos ang taon, ayon sa mga opisyal.") == "tl"
    )


def test_a_hint_decides_between_candidates_of_a_short_text_only() -> None:
    assert detect_language("", TEXTS["de"] * 3, hint="en") == "de"
    assert detect_language("", TEXTS["en"] * 3, hint="is") == "en"
    short = "Minister Hansen besøker Bergen i dag"
    assert detect_language(short, "", hint="nb-NO") == "nb"
    assert detect_language(short, "", hint="da") == "da"


def test_what_the_detector_cannot_know_is_told_by_the_hint() -> None:
    assert detect_language("", TEXTS["nb"] * 3, hint="nn-NO") == "nn"
    assert "is" not in DETECTABLE
    icelandic = "Hafnaryfirvöld sögðu á mánudag að nýja brúin yrði opnuð fyrir umferð fyrir árslok."
    assert detect_language("", icelandic * 3, hint="is") == "is"


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
        ("und", None),
        ("", None),
        (None, None),
        ("${lang}", None),
    ],
)
def test_tags_as_pages_write_them(tag: str | None, expected: str | None) -> None:
    assert normalise_tag(tag) == expected


@pytest.mark.data
def test_real_articles_are_told_or_left_unknown(test_data: Path) -> None:
    wrong = []
    told = 0
    for path in sorted((test_data / "pages").glob("*.json")):
        row = json.loads(path.read_text())
        expected = normalise_tag(row["lang"])
        assert expected is not None
        found = detect_language(row["title"], row["body"])
        told += found is not None
        if found is not None and found.partition("-")[0] != expected and expected in {*DETECTABLE, "zh"}:
            wrong.append(f"{path.name}: {found}")
    assert wrong == []
    assert told >= 70
