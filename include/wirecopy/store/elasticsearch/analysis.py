"""How texts become terms: one unstemmed analysis for every language, and a stemmed one for each that Lucene has one for.

Only filters of the stock download are used (`analysis-common`; no ICU, no Stempel), and no stop words: a quotation is found
by all of its words. A language without an entry here (Polish, Ukrainian, Hebrew, Vietnamese, Chinese, Thai, ...) is found by
its unstemmed words alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wirecopy.store.elasticsearch.words import PICTURES, fold_rules, split_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

# Normalising filters, then the name of the stemmer; both as the built-in analyser of the language has them.
_LATIN: Mapping[str, tuple[str, ...]] = {
    "ca": ("catalan",),
    "cs": ("czech",),
    "da": ("danish",),
    "de": ("german_normalization", "light_german"),
    "en": ("english",),
    "es": ("light_spanish",),
    "et": ("estonian",),
    "eu": ("basque",),
    "fi": ("finnish",),
    "fr": ("light_french",),
    "ga": ("irish",),
    "gl": ("galician",),
    "hu": ("hungarian",),
    "id": ("indonesian",),
    "it": ("light_italian",),
    "lt": ("lithuanian",),
    "lv": ("latvian",),
    "nl": ("dutch",),
    "no": ("norwegian",),
    "pt": ("light_portuguese",),
    "ro": ("romanian",),
    "sr": ("serbian_normalization", "serbian"),
    "sv": ("swedish",),
    "tr": ("turkish",),
}
_CYRILLIC: Mapping[str, tuple[str, ...]] = {
    "bg": ("bulgarian",),
    "ru": ("russian",),
    "sr": ("serbian_normalization", "serbian"),
}
_ARABIC: Mapping[str, tuple[str, ...]] = {
    "ar": ("arabic_normalization", "arabic"),
    "ckb": ("sorani_normalization", "sorani"),
    "fa": ("arabic_normalization", "persian_normalization", "persian"),
}
_OTHER: Mapping[str, tuple[str, ...]] = {
    "bn": ("indic_normalization", "bengali_normalization", "bengali"),
    "el": ("greek",),
    "hi": ("indic_normalization", "hindi_normalization", "hindi"),
    "hy": ("armenian",),
}
_STEMMED: Mapping[str, tuple[str, ...]] = {**_LATIN, **_CYRILLIC, **_ARABIC, **_OTHER}
_OWN_LOWERCASE = {"el": "greek", "ga": "irish", "tr": "turkish"}

_SCRIPTS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"), frozenset(_LATIN)),
    (re.compile(r"[\u0400-\u052f]"), frozenset(_CYRILLIC)),
    (re.compile(r"[\u0600-\u06ff\u0750-\u077f]"), frozenset(_ARABIC)),
    (re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), frozenset({"el"})),
    (re.compile(r"[\u0900-\u097f]"), frozenset({"hi"})),
    (re.compile(r"[\u0980-\u09ff]"), frozenset({"bn"})),
    (re.compile(r"[\u0530-\u058f]"), frozenset({"hy"})),
)

_SAME_LANGUAGE = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "hr": "sr", "bs": "sr", "sh": "sr", "ku": "ckb"}
UNSTEMMED = "und"
"""The field of a text whose language has no stemmer here, or is not known."""

STEMMED_LANGUAGES: tuple[str, ...] = tuple(sorted(_STEMMED))
"""Languages that have a field of their own."""

WORDS = "wirecopy_words"
"""Unstemmed words, CJK by single characters and by pairs: what is indexed."""
SINGLES = "wirecopy_singles"
"""The same with CJK by single characters only: for words of a query, whatever scripts they mix."""
PAIRS = "wirecopy_pairs"
"""The same with CJK by pairs only: faster for a query word that is CJK throughout."""


def stem_name(language: str) -> str:
    """The name of a language's stemming analyser."""
    return f"wirecopy_{language}"


def text_field(lang: str | None) -> str:
    """Which field a text in a language fills: one of `STEMMED_LANGUAGES`, or `und`.

    Args:
        lang: BCP 47 tag, or None where unknown.
    """
    primary = (lang or "").replace("_", "-").partition("-")[0].lower()
    primary = _SAME_LANGUAGE.get(primary, primary)
    return primary if primary in _STEMMED else UNSTEMMED


def stemmed_languages(word: str) -> tuple[str, ...]:
    """The languages whose stemmed texts a word could stand in, judged by its script; none for a bare number."""
    found: set[str] = set()
    for script, languages in _SCRIPTS:
        if script.search(word):
            found |= languages
    return tuple(sorted(found))


def build_analysis() -> dict[str, Any]:
    """The `analysis` part of an index's settings."""
    folding = ["cjk_width", "lowercase", "asciifolding", "decimal_digit"]
    filters: dict[str, Any] = {
        "wirecopy_singles_and_pairs": {"type": "cjk_bigram", "output_unigrams": True},
        "wirecopy_no_pairs": {"type": "keep_types", "types": ["<DOUBLE>"], "mode": "exclude"},
    }
    unstemmed = {
        "type": "custom",
        "tokenizer": "standard",
        "char_filter": ["wirecopy_pictures", "wirecopy_split", "wirecopy_fold"],
    }
    analyzers: dict[str, Any] = {
        WORDS: {**unstemmed, "filter": [*folding, "wirecopy_singles_and_pairs"]},
        SINGLES: {**unstemmed, "filter": [*folding, "wirecopy_singles_and_pairs", "wirecopy_no_pairs"]},
        PAIRS: {**unstemmed, "filter": [*folding, "cjk_bigram"]},
    }
    for language, (*normalizers, stemmer) in _STEMMED.items():
        lowercase = "lowercase"
        if language in _OWN_LOWERCASE:
            lowercase = f"wirecopy_lowercase_{language}"
            filters[lowercase] = {"type": "lowercase", "language": _OWN_LOWERCASE[language]}
        filters[f"wirecopy_stem_{language}"] = {"type": "stemmer", "language": stemmer}
        analyzers[stem_name(language)] = {
            "type": "custom",
            "tokenizer": "standard",
            "char_filter": ["wirecopy_pictures", "wirecopy_split"],
            # folded last: stemmers tell their endings by the letters with their marks
            "filter": [lowercase, "decimal_digit", *normalizers, f"wirecopy_stem_{language}", "asciifolding"],
        }
    return {
        "char_filter": {
            "wirecopy_pictures": {"type": "pattern_replace", "pattern": PICTURES, "replacement": " "},
            "wirecopy_split": {"type": "mapping", "mappings": list(split_rules())},
            "wirecopy_fold": {"type": "mapping", "mappings": list(fold_rules())},
        },
        "filter": filters,
        "analyzer": analyzers,
    }
