"""Where redirects lead: evidence of what article an address names, for known redirectors also across domains."""

from itertools import pairwise

import pytest

from wirecopy.models import Source, SourceId
from wirecopy.outcomes import State
from wirecopy.urls import url_key

PAGE = "http://courier.test/bridge"
HTML = {"Content_Type": "text/html"}


def feed_of(web, feeds, url, *links):
    web.on(url, web.reply(200, feeds.rss([feeds.item(f"n{n}", link=link) for n, link in enumerate(links)])))


def redirect(web, *chain, status=301):
    for link, target in pairwise(chain):
        web.on(link, web.reply(status, Location=target))


def states(rig):
    return {url: row.state for url, row in rig.rows().items()}


def test_a_wrapper_of_three_hops_stands_for_the_article_it_leads_to(web, feeds, rig_of):
    link = "http://feedproxy.google.com/~r/courier/~3/AbCd/"
    feed_of(web, feeds, "http://site1.test/feed", link)
    redirect(web, link, "http://t.co/x1", "http://bit.ly/3x", f"{PAGE}?utm_source=feedburner", status=302)
    web.on(f"{PAGE}?utm_source=feedburner", web.reply(200, feeds.page(), **HTML))
    rig = rig_of("http://site1.test/feed")
    rig.run_round()
    row = rig.rows()[link]
    assert row.state is State.INDEXED
    assert row.final_key == url_key(PAGE)
    (document,) = rig.documents().values()
    assert document.article.url == f"{PAGE}?utm_source=feedburner"
    assert document.article.key == row.key


@pytest.mark.parametrize("first", ["http://courier.test/feed", "http://site1.test/feed"])
def test_a_wrapped_and_a_plain_address_of_one_article_are_one_document(web, feeds, rig_of, first):
    feed_of(web, feeds, "http://courier.test/feed", PAGE)
    feed_of(web, feeds, "http://site1.test/feed", "http://t.co/x1", "http://dlvr.it/x2")
    redirect(web, "http://t.co/x1", "http://bit.ly/3x", PAGE)
    redirect(web, "http://dlvr.it/x2", PAGE)
    web.on(PAGE, web.reply(200, feeds.page(), **HTML))
    rig = rig_of("http://courier.test/feed", "http://site1.test/feed")
    with rig.open() as pipeline:
        report = pipeline.run_round([first])
        assert report.is_balanced
    report = rig.run_round()
    assert report.is_balanced
    assert len(rig.documents()) == 1
    assert sorted(states(rig).values()) == [State.INDEXED, State.SAME_PAGE, State.SAME_PAGE]


def test_an_outlet_that_redirects_to_another_domain_is_no_evidence(web, feeds, rig_of):
    feed_of(web, feeds, "http://courier.test/feed", PAGE)
    feed_of(web, feeds, "http://bote.test/feed", "http://bote.test/partner")
    redirect(web, "http://bote.test/partner", PAGE)
    web.on(PAGE, web.reply(200, feeds.page(), **HTML))
    rig = rig_of("http://courier.test/feed", "http://bote.test/feed")
    rig.run_round()
    rows = rig.rows()
    assert rows["http://bote.test/partner"].final_key is None
    assert {row.state for row in rows.values()} == {State.INDEXED}
    documents = rig.documents()
    assert set(documents) == {PAGE, "http://bote.test/partner"}
    assert len({document.link.story_id for document in documents.values()}) == 1  # a copy, and both are kept


def test_a_short_link_of_the_same_site_is_evidence(web, feeds, rig_of):
    feed_of(web, feeds, "http://courier.test/feed", "http://www.courier.test/s/1", PAGE)
    redirect(web, "http://www.courier.test/s/1", PAGE, status=302)
    web.on(PAGE, web.reply(200, feeds.page(), **HTML))
    rig = rig_of("http://courier.test/feed")
    rig.run_round()
    assert len(rig.documents()) == 1
    assert sorted(states(rig).values()) == [State.INDEXED, State.SAME_PAGE]


def test_two_addresses_that_lead_to_one_whose_text_changed_are_not_made_one(web, feeds, rig_of):
    feed_of(web, feeds, "http://courier.test/feed", "http://courier.test/s/1", "http://courier.test/s/2")
    redirect(web, "http://courier.test/s/1", "http://courier.test/latest", status=302)
    redirect(web, "http://courier.test/s/2", "http://courier.test/latest", status=302)
    text = "A ferry ran aground on the sands off the southern cape at dawn, and all its passengers were taken ashore. " * 3
    web.on(
        "http://courier.test/latest",
        web.reply(200, feeds.page(), **HTML),
        web.reply(200, feeds.page("A ferry runs aground", text=text), **HTML),
    )
    rig = rig_of("http://courier.test/feed")
    rig.run_round()
    assert set(states(rig).values()) == {State.INDEXED}
    assert len(rig.documents()) == 2


@pytest.mark.parametrize("link", ["http://t.co/x1", "http://courier.test/old-story", "http://bote.test/old-story"])
@pytest.mark.parametrize("home", ["http://courier.test/", "http://www.courier.test", "http://courier.test/index.html"])
def test_an_address_that_leads_to_a_home_page_is_no_article(web, feeds, rig_of, link, home):
    feed_of(web, feeds, "http://courier.test/feed", link)
    redirect(web, link, home)
    for url in (home, f"{home}/"):
        web.on(url, web.reply(200, feeds.page("The Courier"), **HTML))
    rig = rig_of("http://courier.test/feed")
    report = rig.run_round()
    assert report.is_balanced
    row = rig.rows()[link]
    assert row.state is State.NOT_AN_ARTICLE
    assert "home page" in row.reason
    assert rig.documents() == {}


def test_a_page_that_is_gone_does_not_take_the_row_that_leads_to_it_along(web, feeds, rig_of):
    feed_of(web, feeds, "http://courier.test/feed", "http://courier.test/s/1", PAGE)
    redirect(web, "http://courier.test/s/1", PAGE)
    web.on(PAGE, web.reply(200, feeds.page(), **HTML), web.reply(404))
    rig = rig_of("http://courier.test/feed")
    rig.run_round()
    assert sorted(states(rig).values()) == [State.GONE, State.INDEXED]
    assert len(rig.documents()) == 1


def test_the_manners_a_source_states_reach_its_pages(web, feeds, rig_of):
    feed_of(web, feeds, "http://courier.test/feed", PAGE)
    web.on("http://courier.test/robots.txt", web.reply(200, b"User-agent: *\nDisallow: /"))
    web.on(PAGE, web.reply(200, feeds.page(), **HTML))
    source = Source(id=SourceId("courier"), name="Courier", feeds=("http://courier.test/feed",), robots=True)
    rig = rig_of(source)  # the setting says no
    rig.run_round()
    assert states(rig) == {PAGE: State.REFUSED_BY_ROBOTS}
