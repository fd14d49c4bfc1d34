"""What a page calls its canonical address: evidence on its own site, nothing elsewhere, never a home page; the texts decide."""

import pytest

from wirecopy.outcomes import State
from wirecopy.urls import url_key

FEED = "http://courier.test/feed"
FERRY = "A ferry ran aground on the sands off the southern cape at dawn, and all its passengers were taken ashore by noon. " * 3


def serve(web, feeds, pages):
    """A feed of pages: a title, a text and a canonical address by slug."""
    web.on(FEED, web.reply(200, feeds.rss(list(pages))))
    for slug, (title, text, canonical) in pages.items():
        head = f'<link rel="canonical" href="{canonical}">' if canonical else ""
        web.on(f"http://courier.test/{slug}", web.reply(200, feeds.page(title, text=text, head=head), Content_Type="text/html"))


def collected(rig):
    report = rig.run_round()
    assert report.is_balanced
    return sorted(row.state for row in rig.rows().values()), len(rig.documents())


BRIDGE = ("A bridge opens", None)


def test_two_addresses_with_one_canonical_and_one_text_are_one_document(web, feeds, rig_of):
    canonical = "http://www.courier.test/bridge"
    serve(web, feeds, {"politics/bridge": (*BRIDGE, canonical), "local/bridge": (*BRIDGE, canonical)})
    assert collected(rig_of(FEED)) == ([State.INDEXED, State.SAME_PAGE], 1)


def test_a_relative_canonical_is_resolved(web, feeds, rig_of):
    serve(web, feeds, {"politics/bridge": (*BRIDGE, "/bridge"), "bridge": (*BRIDGE, "/bridge")})
    assert collected(rig_of(FEED)) == ([State.INDEXED, State.SAME_PAGE], 1)


@pytest.mark.parametrize("home", ["http://courier.test/", "http://www.courier.test", "/", "http://courier.test/en/"])
def test_a_canonical_that_is_the_home_page_merges_nothing(web, feeds, rig_of, home):
    serve(web, feeds, {"politics/bridge": (*BRIDGE, home), "local/bridge": (*BRIDGE, home)})
    rig = rig_of(FEED)
    assert collected(rig) == ([State.INDEXED, State.INDEXED], 2)
    assert {row.final_key for row in rig.rows().values()} == {None}


def test_a_canonical_on_another_s_domain_is_ignored(web, feeds, rig_of):
    victim, attacker = "http://bote.test/bridge", "http://courier.test/bridge"
    web.on("http://bote.test/feed", web.reply(200, feeds.rss(["bridge"], host="bote.test")))
    web.on(victim, web.reply(200, feeds.page("A bridge opens"), Content_Type="text/html"))
    serve(web, feeds, {"bridge": (*BRIDGE, victim)})
    rig = rig_of(FEED, "http://bote.test/feed")
    assert collected(rig) == ([State.INDEXED, State.INDEXED], 2)
    assert rig.rows()[attacker].final_key is None
    assert set(rig.documents()) == {victim, attacker}


@pytest.mark.parametrize("canonical", ["http://courier.test/live", "http://courier.test/news?page=1", "/latest"])
def test_a_canonical_that_names_a_parent_merges_no_other_text(web, feeds, rig_of, canonical):
    pages = {"bridge": (*BRIDGE, canonical), "ferry": ("A ferry runs aground", FERRY, canonical)}
    serve(
        web,
        feeds,
        {**pages, "live": ("All news", "What happened today in the town and on the river, hour by hour. " * 9, None)},
    )
    rig = rig_of(FEED)
    assert collected(rig) == ([State.INDEXED] * 3, 3)
    assert rig.rows()["http://courier.test/bridge"].final_key == url_key(
        "http://courier.test" + canonical.removeprefix("http://courier.test")
    )


def test_a_teaser_that_stands_on_every_page_makes_no_two_articles_one(web, feeds, rig_of):
    teaser = "You have read all your free articles of this month. Subscribe now to read on, to comment and to support us. " * 3
    canonical = "http://courier.test/subscribe"
    serve(web, feeds, {"bridge": ("A bridge opens", teaser, canonical), "ferry": ("A ferry runs aground", teaser, canonical)})
    assert collected(rig_of(FEED)) == ([State.INDEXED, State.INDEXED], 2)


@pytest.mark.parametrize(
    "canonical", ["http://[::1/bridge", "javascript:alert(1)", "http://", "http://courier.test:99999/x", ""]
)
def test_a_canonical_that_is_no_address_is_ignored(web, feeds, rig_of, canonical):
    serve(web, feeds, {"bridge": (*BRIDGE, canonical)})
    assert collected(rig_of(FEED)) == ([State.INDEXED], 1)
