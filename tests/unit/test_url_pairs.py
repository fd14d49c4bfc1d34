"""The pairs on which Media Cloud's `normalize_url` was measured: two articles it made one, one article it made two, articles it
took for a home page. All of them right here.
"""

import pytest

from wirecopy.urls import is_home_page, url_key

FALSELY_MERGED = [
    ("https://courier.test/story?sid=123", "https://courier.test/story?sid=456"),
    ("https://courier.test/story?cid=1", "https://courier.test/story?cid=2"),
    ("https://courier.test/story?ref=8841", "https://courier.test/story?ref=8842"),
    ("https://courier.test/story?source=a", "https://courier.test/story?source=b"),
    ("https://courier.test/Story/AbC", "https://courier.test/story/abc"),
    ("https://courier.test/#!/story/1", "https://courier.test/#!/story/2"),
    ("https://sport.courier.test/final", "https://news.courier.test/final"),
    ("http://courier.test:8080/story", "http://courier.test:8081/story"),
    ("http://courier.test:8080/story", "http://courier.test/story"),
]

FALSELY_SPLIT = [
    "https://courier.test/story?fbclid=IwAR0x",
    "https://courier.test/story?gclid=Cj0KCQ",
    "https://courier.test/story?mc_cid=8f1&mc_eid=2a0",
    "https://courier.test/story?at_medium=RSS&at_campaign=KARANGA",
    "https://courier.test/story?CMP=Share_iOSApp_Other",
    "https://courier.test/story/amp",
    "https://courier.test/story/amp/",
    "https://courier.test/amp/story",
    "https://courier.test/story?outputType=amp",
    "https://courier.test/story/",
    "https://courier.test/story/index.html",
    "https://courier.test/story?PHPSESSID=8f2c",
    "https://courier.test/story?sort=newest",
    "https://courier.test/story?PHPSESSID=8f2c&sort=newest",
]

LOST_AS_HOME_PAGE = ["/obama-wins", "/world-cup-final", "/sport/arsenal-win", "/?p=1234", "/a", "/breaking", "/2026"]


@pytest.mark.parametrize(("one", "other"), FALSELY_MERGED)
def test_two_articles_stay_two(one, other):
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize("url", FALSELY_SPLIT)
def test_one_article_stays_one(url):
    assert url_key(url) == url_key("https://courier.test/story")


@pytest.mark.parametrize("path", LOST_AS_HOME_PAGE)
def test_an_article_with_a_short_address_is_no_home_page(path):
    assert not is_home_page(f"https://courier.test{path}")
