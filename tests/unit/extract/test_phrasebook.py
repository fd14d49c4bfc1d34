"""The phrases of all languages: each file is well-formed, each phrase finds itself, and how lines are folded and matched."""

from __future__ import annotations

import pytest

from wirecopy.extract.lines.phrasebook import MAX_LINE, Phrasebook, PhraseKind, phrasebook, read_languages, read_line

LANGUAGES = dict(read_languages())
ASKED_FOR = [
    "de",
    "en",
    "fr",
    "es",
    "pt",
    "it",
    "nl",
    "sv",
    "da",
    "nb",
    "nn",
    "fi",
    "is",
    "pl",
    "cs",
    "sk",
    "hu",
    "ro",
    "bg",
    "ru",
    "uk",
    "sr",
    "hr",
    "sl",
    "el",
    "tr",
    "ar",
    "he",
    "fa",
    "ur",
    "hi",
    "bn",
    "id",
    "ms",
    "vi",
    "th",
    "zh",
    "ja",
    "ko",
]


@pytest.mark.parametrize("lang", ASKED_FOR)
def test_each_language_has_phrases_of_the_usual_kinds(lang: str) -> None:
    usual = (PhraseKind.TEASER, PhraseKind.RELATED, PhraseKind.DISCUSSION, PhraseKind.SHARE, PhraseKind.ADVERTISEMENT)
    assert all(LANGUAGES[lang].get(kind) for kind in usual)


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_each_phrase_finds_itself(lang: str) -> None:
    book = phrasebook()
    for kind, phrases in LANGUAGES[lang].items():
        assert len(phrases) == len(set(phrases)), kind
        for phrase in phrases:
            assert not (phrase.startswith("*") and phrase.endswith("*")), phrase
            assert len(phrase.replace("*", "").strip()) > 1 or kind is PhraseKind.NETWORK or not phrase.isascii(), phrase
            line = phrase.replace("#", "7").replace("*", " xyz ")
            assert book.look_up(read_line(line)) is not None, phrase


def test_stars_stand_for_other_words() -> None:
    book = Phrasebook({PhraseKind.SHARE: ["follow*on facebook", "*shares left", "tell*friends*"]})
    found = ["Follow the Courier on Facebook", "12 shares left", "Tell all your friends of it today"]
    missed = ["Follow the Courier on Facebook today", "shares left behind", "Tell nobody", "Following on Facebook"]
    assert all(book.look_up(read_line(line)) is not None for line in found)
    assert all(book.look_up(read_line(line)) is None for line in missed)


def test_lines_are_compared_without_case_accents_and_punctuation() -> None:
    assert read_line("★ LÉA  También — aquí!").words == "lea tambien aqui"
    assert read_line("1.234 comments").words == "# comments"
    assert (read_line("Read more: a ferry").head, read_line("Read more: a ferry").rest) == ("read more", "a ferry")
    assert read_line("E-Mail").words == "email"


def test_long_lines_are_not_looked_at() -> None:
    assert read_line("read more " * MAX_LINE).words == ""
    assert phrasebook().look_up(read_line("read more " * MAX_LINE)) is None
