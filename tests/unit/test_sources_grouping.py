"""Which feeds are one outlet's, what it is called, and what of a list is new to a file."""

from __future__ import annotations

import pytest

from wirecopy.models import Source, SourceId
from wirecopy.sources import append_sources, load_sources
from wirecopy.sources.grouping import FeedRow, free_id, group_rows, name_outlet
from wirecopy.sources.listing import plan_addition, read_listing
from wirecopy.sources.places import guess_country, guess_language

FILE = """\
# mine
[[source]]
name = "Courier"
feeds = [
    "http://www.courier.test/rss.xml",
    "http://www.courier.test/sport.xml",
]
"""


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (["Courier"], "Courier"),
        (["Courier", "Courier "], "Courier"),
        (["Courier - World", "Courier - Sport"], "Courier"),
        (["World | The Courier", "Sport | The Courier", "Opinion"], "The Courier"),
        (["Der Bote Politik", "Der Bote Kultur"], "Der Bote"),
        (["World", "Sport"], "courier.test"),
        ([], "courier.test"),
        (["   "], "courier.test"),
        (["新聞：国際", "新聞：国内"], "courier.test"),
    ],
)
def test_an_outlet_is_called_what_its_feeds_share(titles, name):
    assert name_outlet(titles, "https://www.courier.test/rss") == name


def test_an_id_is_free():
    assert free_id("Courier", "https://c.test/", ()) == "courier"
    assert free_id("Courier", "https://c.test/", ("courier", "courier-2")) == "courier-3"
    assert free_id("新聞", "https://news.c.test/", ()) == "c-test"
    assert len(free_id("x" * 90, "https://c.test/", ("x" * 64,))) == 64
    assert free_id("新聞", "http://[2001:db8::1]/", ()) == "2001-db8-1"


def test_a_stated_id_is_never_given_to_another():
    rows = [FeedRow(url="https://a.test/", name="Courier"), FeedRow(url="https://b.test/", name="Other", id="courier")]
    assert [source.id for source in group_rows(rows)[0]] == ["courier-2", "courier"]


@pytest.mark.parametrize(
    ("label", "country", "language"),
    [
        ("DE", "DE", None),
        ("UK", "GB", None),
        ("de", None, None),
        ("in", None, None),
        ("The Netherlands", "NL", None),
        ("España", "ES", None),
        ("Côte d'Ivoire", "CI", None),
        ("Türkçe", None, "tr"),
        ("Português", None, "pt"),
        ("pt-BR", None, "pt-BR"),
        ("zh_Hant", None, "zh-Hant"),
        ("Tech", None, None),
        ("XX", None, None),
        ("sci-fi", None, None),
        ("", None, None),
        ("日本", None, None),
    ],
)
def test_labels_of_folders_are_countries_languages_or_neither(label, country, language):
    assert (guess_country(label), guess_language(label)) == (country, language)


def test_a_file_tells_where_its_feeds_stand(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(FILE)
    listing = read_listing(path)
    assert listing.find("https://courier.test/sport.xml?utm_source=x").line == 6
    assert listing.find("https://courier.test/other.xml") is None


@pytest.mark.parametrize("text", [None, "", "# soon\n"])
def test_a_file_may_list_nothing_yet(tmp_path, text):
    path = tmp_path / "sources.toml"
    if text is not None:
        path.write_text(text)
    assert read_listing(path).sources == ()


def test_only_what_is_new_is_added_under_ids_that_are_free(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(FILE)
    listing = read_listing(path)
    addition = plan_addition(
        listing,
        [
            Source(
                id=SourceId("courier"), name="Courier", feeds=("https://courier.test/rss.xml", "https://courier.test/new.xml")
            ),
            Source(id=SourceId("other"), name="Other", feeds=("http://courier.test/sport.xml",)),
            Source(id=SourceId("bote"), name="Bote", feeds=("https://bote.test/",)),
        ],
    )
    assert [(source.id, source.feeds) for source in addition.sources] == [
        ("courier-2", ("https://courier.test/new.xml",)),
        ("bote", ("https://bote.test/",)),
    ]
    assert [(url, known.line) for url, known in addition.known] == [
        ("https://courier.test/rss.xml", 5),
        ("http://courier.test/sport.xml", 6),
    ]
    assert addition.renamed == (("courier", "courier-2"),)
    append_sources(path, addition.sources)
    assert load_sources(path)[1:] == addition.sources
