"""What both stores must do with what is remembered of sites' pages."""

from __future__ import annotations

from wirecopy.models import PageMarks, SiteMemory, UrlKey


def test_a_memory_comes_back_whole_and_the_newest_stands(store, make):
    first = SiteMemory(
        site="courier.example",
        pages=(
            PageMarks(key=UrlKey("courier.example/a"), fetched_at=make.at(0), marks=(0, 7, 2**32 - 1)),
            PageMarks(key=UrlKey("courier.example/b"), fetched_at=make.at(5), marks=()),
        ),
    )
    other = SiteMemory(site="gazette.example")
    assert store.sites.get(["courier.example"]) == {}
    store.sites.save([first, other])
    assert store.sites.get(["courier.example", "gazette.example", "nobody.example"]) == {first.site: first, other.site: other}
    newer = SiteMemory(site=first.site, pages=first.pages[1:])
    store.sites.save([newer])
    assert store.sites.get([first.site, other.site]) == {first.site: newer, other.site: other}


def test_nothing_asked_is_nothing_answered(store):
    store.sites.save([])
    assert store.sites.get([]) == {}
