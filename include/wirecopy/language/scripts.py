"""What letters tell: the script of a text, which languages it can be in, and letters that a language does not have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

LATIN: Final = "Latn"
_IDEOGRAPH_WEIGHT: Final = 3
"""An ideograph or a Hangul syllable says as much as about three letters: a headline may name three English companies."""

_SCRIPTS: Final[Mapping[str, tuple[re.Pattern[str], tuple[str, ...]]]] = {
    name: (re.compile(f"[{letters}]"), tuple(tags.split()))
    for name, letters, tags in (
        ("Latn", "A-Za-z\u00c0-\u024f\u1e00-\u1eff", ""),
        ("Cyrl", "\u0400-\u052f", "ru uk be bg mk sr mn kk ky tg tt ba uz az tk ab os cv ce sah tyv udm mhr"),
        ("Arab", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc", "ar fa ur ps sd ug ku ks pnb azb"),
        ("Hani", "\u3400-\u4dbf\u4e00-\u9fff", "zh ja"),
        ("Kana", "\u3040-\u30ff", "ja"),
        ("Hang", "\uac00-\ud7af\u1100-\u11ff", "ko"),
        ("Grek", "\u0370-\u03ff\u1f00-\u1fff", "el"),
        ("Hebr", "\u0590-\u05ff", "he yi"),
        ("Deva", "\u0900-\u097f", "hi mr ne sa bho mai gom ks sd"),
        ("Beng", "\u0980-\u09ff", "bn as"),
        ("Guru", "\u0a00-\u0a7f", "pa"),
        ("Gujr", "\u0a80-\u0aff", "gu"),
        ("Orya", "\u0b00-\u0b7f", "or"),
        ("Taml", "\u0b80-\u0bff", "ta"),
        ("Telu", "\u0c00-\u0c7f", "te"),
        ("Knda", "\u0c80-\u0cff", "kn"),
        ("Mlym", "\u0d00-\u0d7f", "ml"),
        ("Sinh", "\u0d80-\u0dff", "si"),
        ("Thai", "\u0e00-\u0e7f", "th"),
        ("Laoo", "\u0e80-\u0eff", "lo"),
        ("Tibt", "\u0f00-\u0fff", "bo dz"),
        ("Mymr", "\u1000-\u109f", "my"),
        ("Geor", "\u10a0-\u10ff\u1c90-\u1cbf", "ka"),
        ("Ethi", "\u1200-\u137f", "am ti"),
        ("Khmr", "\u1780-\u17ff", "km"),
        ("Armn", "\u0530-\u058f", "hy"),
        ("Thaa", "\u0780-\u07bf", "dv"),
    )
}
_WEIGHTS: Final = {"Hani": _IDEOGRAPH_WEIGHT, "Kana": _IDEOGRAPH_WEIGHT, "Hang": _IDEOGRAPH_WEIGHT}
# Kana among ideographs is Japanese, but Chinese pages quote a word of it.
_LEAST_KANA: Final = 0.1
_ALSO_LATIN: Final = frozenset({"sr", "uz", "az", "tk", "tt", "kk", "ku", "mn"})
_NEVER_LATIN: Final = frozenset().union(*(tags for _, tags in _SCRIPTS.values())) - _ALSO_LATIN

# Letters that a language's alphabet lacks though its neighbours write them.
_LACKS: Final[Mapping[str, re.Pattern[str]]] = {
    "ru": re.compile("[іїєґўјљњћђџѓќѕөүұқңғһәӣӯҳҷ]"),
    "uk": re.compile("[ыэёъўјљњћђџѓќѕөүұқңғһәӣӯҳҷ]"),
    "be": re.compile("[ищъїєґјљњћђџѓќѕөүұқңғһәӣӯҳҷ]"),
    "bg": re.compile("[ыэёіїєґўјљњћђџѓќѕөүұқңғһәӣӯҳҷ]"),
    "mk": re.compile("[йщъыьэюяёіїєґўћђөүұқңғһәӣӯҳҷ]"),
    "sr": re.compile("[йщъыьэюяёіїєґўѓќѕөүұқңғһәӣӯҳҷ]"),
    "tg": re.compile("[щыіїєґўјљњћђџѓќѕөүұңһә]"),
    "fa": re.compile("[ٹڈڑںےھېڼړښۍيكٿڪڏڳڻٻڄ]"),
    "ar": re.compile("[پچژگٹڈڑںےھېڼړښکیٿڪڏڳڻٻڄ]"),
    "ps": re.compile("[ٹڈڑںےٿڪڏڳڻٻڄ]"),
    "ur": re.compile("[ېڼړښۍٿڪڏڳڻٻڄ]"),
}
_LEAST_FOREIGN: Final = 0.02
"""A foreign name brings a letter or two; a text in the other language has such letters in every third word."""


def find_script(sample: str) -> str | None:
    """The script, as ISO 15924 calls it, that most of a sample is written in; None where there is none."""
    counts = {name: len(letters.findall(sample)) for name, (letters, _) in _SCRIPTS.items()}
    weights = {name: count * _WEIGHTS.get(name, 1) for name, count in counts.items()}
    weights["Hani"] += weights["Kana"]
    if counts["Kana"] > _LEAST_KANA * (counts["Kana"] + counts["Hani"]):
        weights["Kana"], weights["Hani"] = weights["Hani"], 0
    else:
        weights["Kana"] = 0
    script = max(weights, key=lambda name: weights[name])
    return script if weights[script] > 0 else None


def languages_of(script: str) -> tuple[str, ...]:
    """The languages of the press in a script, that with most readers first; empty for Latin, which most are written in."""
    return _SCRIPTS[script][1]


def is_possible(tag: str, script: str) -> bool:
    """Whether a language is written in a script."""
    return tag not in _NEVER_LATIN if script == LATIN else tag in _SCRIPTS[script][1]


def lacks_letters(tag: str, sample: str) -> bool:
    """Whether a sample is full of letters that a language does not write."""
    lacking = _LACKS.get(tag)
    return lacking is not None and len(lacking.findall(sample.lower())) > _LEAST_FOREIGN * len(sample)
