"""The newsroom's texts hold what the demo promises, and the truth about them is consistent."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from wirecopy.demo import texts
from wirecopy.demo.texts import read_outlets
from wirecopy.outcomes import State

OUTLETS = read_outlets()
PAGES = [page for outlet in OUTLETS for page in outlet.pages]
ARTICLES = [page for page in PAGES if page.state is State.INDEXED]


def test_a_dozen_outlets_with_hosts_of_their_own():
    assert len(OUTLETS) == 12
    assert len({outlet.host for outlet in OUTLETS}) == 12
    assert all(outlet.host.endswith(".test") for outlet in OUTLETS)
    assert len({outlet.country for outlet in OUTLETS}) >= 10


def test_at_least_six_languages():
    assert {page.language for page in ARTICLES} >= {"en", "de", "fr", "es", "ru", "ar", "ja", "pl"}


def test_articles_are_as_long_as_articles():
    assert 45 <= len(ARTICLES) <= 60
    for page in ARTICLES:
        assert 450 <= len(page.text) * (3 if page.language == "ja" else 1) <= 4_000, page.url


def test_every_operation_on_copies_is_there():
    kinds = Counter(page.kind for page in ARTICLES)
    assert kinds.keys() == {
        "wire", "report", "reprint", "rewrite", "excerpt", "translation", "followup", "roundup", "opinion"
    }  # fmt: skip
    assert {page.language for page in ARTICLES if page.kind == "translation"} == {"de", "fr", "es", "ru", "ar", "ja"}


def test_every_state_that_a_page_can_bring_about_is_there():
    states = Counter(page.state for page in PAGES if page.state is not State.INDEXED)
    assert states == {
        State.GONE: 2,
        State.REFUSED_BY_ROBOTS: 1,
        State.NOT_HTML: 1,
        State.CONSENT: 1,
        State.PAYWALL: 1,
        State.NOT_AN_ARTICLE: 1,
        State.SAME_PAGE: 1,
    }


def test_a_copy_has_an_original_that_was_published_before_it():
    for page in ARTICLES:
        if page.kind in {"reprint", "rewrite", "excerpt", "translation"}:
            originals = [
                other for other in ARTICLES if other.story == page.story and other.kind in {"wire", "report", "followup"}
            ]
            assert any(original.published < page.published for original in originals), page.url


def test_one_event_told_twice_is_two_stories_without_a_sentence_in_common():
    told = [page for page in ARTICLES if page.event == "varn-landslide"]
    assert len({page.story for page in told}) == len(told) == 2
    sentences = [set(page.text.replace("\n", " ").split(". ")) for page in told]
    assert not sentences[0] & sentences[1]


def test_addresses_are_unique_and_every_page_is_listed_by_a_feed():
    assert len({page.url for page in PAGES}) == len(PAGES)
    for outlet in OUTLETS:
        listed = {page.url for feed in outlet.feeds for page in outlet.listed(feed)}
        assert listed == {page.url for page in outlet.pages}


def test_every_time_is_aware_and_fixed():
    for page in PAGES:
        assert datetime(2026, 11, 9, tzinfo=UTC) < page.published < datetime(2026, 11, 22, tzinfo=UTC), page.url


def test_reprints_take_over_paragraphs_and_edit_them():
    truth = {f"{page.outlet}/{page.slug}": page for page in PAGES}
    wire, verbatim, cut = (truth[f"{name}/tidal-plant"] for name in ("lodestar", "courier", "tribune"))
    assert verbatim.paragraphs == wire.paragraphs
    assert len(cut.paragraphs) == 6
    assert "6:42 a.m." in cut.text
    assert "6:42 in the morning" not in cut.text


class Files:
    """Texts that are not files."""

    def __init__(self, text):
        self.text = text

    def read_text(self, encoding):
        return self.text


def test_a_paragraph_that_is_not_there_is_named():
    sources = {"a/one": Files("+++\n+++\nFirst.\n\nSecond."), "b/two": Files('+++\nbase = "a/one"\n+++\n{{1-3}}')}
    with pytest.raises(ValueError, match=r"b/two\.md: \{\{1-3\}\} is more than the 2 paragraphs of a/one"):
        texts._read_text("b/two", sources)


def test_an_edit_that_finds_nothing_is_named():
    sources = {"a/one": Files('+++\nedits = [["Third", "3rd"]]\n+++\nFirst.\n\nSecond.')}
    with pytest.raises(ValueError, match=r"a/one\.md: 'Third' is to be edited"):
        texts._read_text("a/one", sources)


def test_a_base_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"a/none\.md is taken over by another text and is not there"):
        texts._read_text("b/two", {"b/two": Files('+++\nbase = "a/none"\n+++\n{{1}}')})
