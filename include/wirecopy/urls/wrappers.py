"""Addresses that only point at others, and when a redirect says whose page it is.

A redirect from one registrable domain to another says nothing of identity: outlets are sold, domains expire, a site sends readers
to its partner. Only for the services below does the end of the chain stand as the article's address. The list is closed: each is
known to serve redirects and no pages of its own under such addresses. Google News is not among them: its addresses lead to a
script, not to a redirect.
"""

from __future__ import annotations

import re

from wirecopy.urls.hosts import domain_of
from wirecopy.urls.links import split_url

_HOSTS = frozenset(
    # What feeds are wrapped in: Google's Feedburner, FeedBlitz.
    "feedproxy.google.com feeds.feedburner.com feeds2.feedburner.com feeds.feedblitz.com p.feedblitz.com "  # noqa: SIM905 - words, not a page of quotes
    # What posts are wrapped in: X, LinkedIn, Bitly, Hootsuite, Buffer, dlvr.it, IFTTT, SocialFlow, TinyURL, Google, Rebrandly,
    # WordPress, Facebook, Pinterest, Sprout, AddThis, Zapier, and those that shorten for anybody.
    "t.co lnkd.in bit.ly bitly.com j.mp ow.ly ht.ly buff.ly dlvr.it ift.tt trib.al tinyurl.com goo.gl rebrand.ly rb.gy wp.me "
    "fb.me pin.it spr.ly addth.is zpr.io is.gd v.gd cutt.ly t.ly tiny.cc shorturl.at clck.ru vk.cc su.pr "
    # Outlets' own short names: New York Times, Washington Post, BBC, Reuters, Bloomberg, Economist, CNN, CNBC, Fox News, NBC, CBS,
    # ABC, Guardian, Independent, Los Angeles Times, USA Today, Politico, NPR, AP, HuffPost, Atlantic, New Yorker, TechCrunch, Time.
    "nyti.ms wapo.st bbc.in reut.rs bloom.bg econ.st cnn.it cnb.cx fxn.ws nbcnews.to cbsn.ws abcn.ws gu.com ind.pn lat.ms usat.ly "
    "politi.co n.pr apne.ws huff.to theatln.tc nyer.cm tcrn.ch ti.me".split()
)
# Google Alerts' feeds name every article as `https://www.google.com/url?...&url=...`.
_GOOGLE = re.compile(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}")


def is_wrapper(url: str) -> bool:
    """Whether an address is a known redirector's, whose pages are somebody else's.

    Raises:
        ValueError: It is not an absolute http(s) URL, or its host is none.
    """
    parts = split_url(url)
    return parts.host.removeprefix("www.") in _HOSTS or (
        parts.path == "/url" and _GOOGLE.fullmatch(parts.host) is not None and bool(parts.query)
    )


def may_stand_for(url: str, other: str) -> bool:
    """Whether an address that another leads to, or that its page states, may be evidence of what article that is.

    Within one registrable domain, or where the first is a known wrapper's. Evidence only: the texts decide.

    Args:
        url: The address a feed gave.
        other: The address that answered, or that the page calls its canonical one.

    Raises:
        ValueError: One of them is not an absolute http(s) URL, or its host is none.
    """
    return domain_of(split_url(url).host) == domain_of(split_url(other).host) or is_wrapper(url)
