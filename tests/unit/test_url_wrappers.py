"""Which addresses only point at others."""

import pytest

from wirecopy.urls import is_wrapper, may_stand_for


@pytest.mark.parametrize(
    "url",
    [
        "https://t.co/AbCd",
        "http://feedproxy.google.com/~r/courier/news/~3/AbCd/",
        "https://feeds.feedburner.com/~r/courier/~3/AbCd",
        "https://BIT.ly/3x",
        "https://www.bit.ly/3x",
        "https://dlvr.it/T1",
        "https://ift.tt/x",
        "https://lnkd.in/x",
        "https://ow.ly/x",
        "https://buff.ly/x",
        "https://trib.al/x",
        "https://tinyurl.com/x",
        "https://nyti.ms/x",
        "https://www.google.com/url?rct=j&sa=t&url=https://courier.test/bridge&ct=ga",
        "https://www.google.co.uk/url?url=https://courier.test/bridge",
    ],
)
def test_a_redirector_is_known(url):
    assert is_wrapper(url)
    assert may_stand_for(url, "https://courier.test/bridge")


@pytest.mark.parametrize(
    "url",
    [
        "https://outlet.test/x",
        "https://rabbit.ly/x",
        "https://bit.ly.attacker.test/x",
        "https://attacker.test/bit.ly/x",
        "https://bit.ly@attacker.test/x",
        "https://google.com/news",
        "https://www.google.com/url",
        "https://google.attacker.test/url?url=https://courier.test/bridge",
        "https://news.google.com/rss/articles/CBMi",
        "https://nytimes.com/x",
    ],
)
def test_any_other_address_is_a_page_of_its_own(url):
    assert not is_wrapper(url)
    assert not may_stand_for(url, "https://courier.test/bridge")


def test_within_one_registrable_domain_any_address_may_stand():
    assert may_stand_for("https://feeds.courier.co.uk/1", "https://www.courier.co.uk/bridge")
    assert not may_stand_for("https://courier.co.uk/1", "https://bote.co.uk/1")
    assert not may_stand_for("https://one.github.io/1", "https://two.github.io/1")
