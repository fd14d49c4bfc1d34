"""The starter list: its rows have their form; whether the feeds live is for `wirecopy sources check`."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from wirecopy.fetch.guard import check_url
from wirecopy.sources import format_sources, load_sources
from wirecopy.urls import is_home_page, registrable_domain, split_url, url_key

# Registrable domains that outlets serve their feeds from though their sites are elsewhere -> those sites; any for hosts of many.
FEED_HOSTS = {
    "feedburner.com": None,
    "bbci.co.uk": {"bbc.co.uk", "bbc.com"},
    "corriereobjects.it": {"corriere.it"},
    "dj.com": {"wsj.com"},
    "jp.dk": {"jyllands-posten.dk"},
    "skynews.com": {"sky.com"},
    "tamedia.ch": {"tagesanzeiger.ch"},
    "uecdn.es": {"elmundo.es"},
    "unian.net": {"unian.ua"},
}


@pytest.fixture(scope="module")
def path():
    with resources.as_file(resources.files("wirecopy.sources") / "starter.toml") as file:
        yield file


@pytest.fixture(scope="module")
def sources(path):
    return load_sources(path)


def test_it_is_large_and_wide(sources):
    assert sum(len(source.feeds) for source in sources) >= 150
    assert len({source.country for source in sources}) >= 40
    languages = {source.language.partition("-")[0] for source in sources}
    wanted = "ar zh ja ko hi ru uk fa he el tr th vi id sw es pt fr de it nl pl sv nb da fi cs ro hu bg sr"
    assert set(wanted.split()) <= languages


def test_every_row_is_whole(sources):
    for source in sources:
        assert source.country, source.id
        assert source.language, source.id
        assert source.homepage, source.id
        assert source.name == source.name.strip()


def test_no_feed_stands_twice(sources):
    feeds = [feed for source in sources for feed in source.feeds]
    assert len({url_key(feed) for feed in feeds}) == len(feeds)
    assert not any(is_home_page(feed) and not split_url(feed).query for feed in feeds)


def test_the_guard_lets_every_address_pass(sources):
    for source in sources:
        for url in (*source.feeds, source.homepage):
            assert check_url(url).url == url


def test_feeds_belong_to_their_outlets(sources):
    for source in sources:
        home = registrable_domain(source.homepage)
        for feed in source.feeds:
            domain = registrable_domain(feed)
            sites = FEED_HOSTS.get(domain, {domain})
            assert sites is None or home in sites, f"{feed} is listed for {source.homepage}"


def test_it_is_sorted_by_country_then_name(sources):
    keys = [(source.country, source.name.casefold(), source.name) for source in sources]
    assert keys == sorted(keys)


def test_it_says_what_was_checked_and_is_written_as_we_write(path, sources):
    text = path.read_text("utf-8")
    head = text[: text.index("[[source]]")]
    assert all(line.startswith("#") for line in head.strip().splitlines())
    assert "by nobody for life" in " ".join(head.replace("#", " ").split())
    assert text == head + format_sources(sources)
    assert not re.search(r"[ \t]$", text, re.MULTILINE)


def test_it_is_in_the_wheel(path):
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    (package,) = wheel["packages"]
    assert path.is_relative_to(Path(__file__).parents[2] / package)
    assert not {"exclude", "only-include"} & set(wheel)
