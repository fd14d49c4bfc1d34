"""Texts in several languages are known as such; quotations, captions and kin do not make a text bilingual."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from wirecopy.language import find_other_languages, opinions

SENTENCES: dict[str, str] = json.loads(Path(__file__).with_name("sentences.json").read_text(encoding="utf-8"))
EN, ES, FR, UK, RU, HR, SR = (SENTENCES[tag] for tag in ("en", "es", "fr", "uk", "ru", "hr", "sr-Latn"))
needs_cld2 = pytest.mark.skipif(not opinions.has_cld2(), reason="pycld2 has no wheel for this platform")


@needs_cld2
def test_a_text_in_two_languages_has_the_other_one() -> None:
    assert find_other_languages(f"{EN}\n{EN}\n{EN}\n{ES}\n{ES}", "en") == ("es",)
    assert find_other_languages(f"{UK}\n{UK}\n{RU}\n{RU}", "uk") == ("ru",)
    assert find_other_languages("\n".join([EN, EN, SENTENCES["zh-Hant"] * 2, SENTENCES["zh-Hant"] * 2]), "en") == ("zh-Hant",)


@needs_cld2
def test_the_others_come_with_the_most_text_first() -> None:
    assert find_other_languages(f"{EN}\n{EN}\n{FR}\n{FR}\n{ES}\n{ES}\n{ES}", "en") == ("es", "fr")


@needs_cld2
def test_two_long_paragraphs_are_two_languages() -> None:
    assert find_other_languages(f"{EN * 4}\n{FR * 4}", "en") == ("fr",)


def test_a_quotation_is_no_second_language() -> None:
    assert find_other_languages(f"{EN}\n{EN}\n{ES}\n{EN}", "en") == ()


def test_a_small_share_is_no_second_language() -> None:
    assert find_other_languages("\n".join([EN] * 20 + [ES, ES]), "en") == ()


def test_short_lines_are_of_no_language() -> None:
    assert find_other_languages(f"{EN}\nFoto: Agencia Central\nLea también: el puente nuevo\nMás noticias", "en") == ()


def test_kin_are_not_told_apart_by_paragraphs() -> None:
    assert find_other_languages(f"{HR}\n{HR}\n{SR}\n{SR}", "hr") == ()
    assert find_other_languages("\n".join([SENTENCES["nb"], SENTENCES["da"], SENTENCES["nn"], SENTENCES["da"]]), "nb") == ()


def test_where_the_main_language_is_unknown_there_are_no_others() -> None:
    assert find_other_languages(f"{EN}\n{ES}\n{EN}\n{ES}", None) == ()


def test_without_cld2_there_are_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinions, "pycld2", None)
    assert find_other_languages(f"{EN}\n{EN}\n{ES}\n{ES}", "en") == ()


def test_five_megabytes_cost_what_a_page_costs() -> None:
    for text in (f"{EN}\n" * 35_000, EN * 35_000, "\n" * 5_000_000, "a@" * 2_500_000):
        began = time.process_time()
        find_other_languages(text, "en")
        assert time.process_time() - began < 1.0
