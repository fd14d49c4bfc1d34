"""How often feeds ask to be polled, in every spelling that is seen."""

from __future__ import annotations

import pytest

from wirecopy.feeds.parse import parse_feed
from wirecopy.models import Pacing

URL = "https://courier.example/feed"
DAY = 86_400


def pacing_of(channel: str, namespace: str = "http://purl.org/rss/1.0/modules/syndication/") -> Pacing:
    item = "<item><link>/1</link></item>"
    body = f'<rss version="2.0" xmlns:sy="{namespace}"><channel>{channel}{item}</channel></rss>'
    return parse_feed(body.encode(), url=URL).pacing


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [("60", 3600), (" 5 ", 300), ("60.0", 3600), ("99999", 5_999_940)]
    + [(wrong, None) for wrong in ("0", "-5", "1h", "", "99999999999", "1e3", "٦")],
)
def test_ttl_is_minutes_or_nothing(stated: str, seconds: int | None) -> None:
    assert pacing_of(f"<ttl>{stated}</ttl>").ttl_s == seconds


@pytest.mark.parametrize(
    ("period", "frequency", "seconds"),
    [
        ("hourly", "1", 3600),
        ("hourly", "7", 514),
        ("daily", None, DAY),
        ("dayly", "2", DAY // 2),
        ("Weekly", "1", 7 * DAY),
        ("monthly", "1", 30 * DAY),
        ("yearly", "1", 365 * DAY),
        (None, "24", 3600),
        ("hourly", "0", 3600),
        ("hourly", "-3", 3600),
        ("hourly", "many", 3600),
        ("hourly", "9999999", 1),
        ("hourly", "99999999999999999999", 3600),
        ("always", "1", None),
        ("fortnightly", "1", None),
        (None, None, None),
    ],
)
def test_the_syndication_module(period: str | None, frequency: str | None, seconds: int | None) -> None:
    channel = f"<sy:updatePeriod>\n {period} </sy:updatePeriod>" if period else ""
    channel += f"<sy:updateFrequency>{frequency}</sy:updateFrequency>" if frequency else ""
    assert pacing_of(channel).update_s == seconds


def test_hours_and_days_in_which_nothing_is_new() -> None:
    pacing = pacing_of(
        "<skipHours><hour>0</hour><hour> 5 </hour><hour>24</hour><hour>23</hour><hour>25</hour><hour>-1</hour><hour>x</hour></skipHours>"
        "<SKIPDAYS><DAY>Monday</DAY><day>sun</day><day>Funday</day><day></day></SKIPDAYS>"
    )
    assert pacing.skip_hours == {0, 5, 23}
    assert pacing.skip_days == {0, 6}


def test_hours_that_never_end_are_cut() -> None:
    pacing = pacing_of("<skipHours>" + "<hour>7</hour>" * 10_000)
    assert pacing.skip_hours == {7}
    assert pacing_of("").skip_hours == frozenset()


def test_pages_hubs_and_its_own_address() -> None:
    atom = "http://www.w3.org/2005/Atom"
    feed = parse_feed(
        f'<rss version="2.0" xmlns:a="{atom}"><channel><a:link rel="self" href="https://courier.example/feed"/>'
        '<a:link rel="next" href="/feed?paged=2"/><a:link rel="hub" href="https://hub.example/"/>'
        '<a:link rel="hub" href="https://hub2.example/"/><a:link rel="hub" href="javascript:x"/><link>https://courier.example/</link>'
        '<item><link>/1</link><a:link rel="next" href="/wrong"/></item></channel></rss>'.encode(),
        url="https://courier.example/feed",
    )
    assert feed.self_url == "https://courier.example/feed"
    assert feed.next_url == "https://courier.example/feed?paged=2"
    assert feed.hub_urls == ("https://hub.example/", "https://hub2.example/")
    bare = parse_feed(b'<rss version="2.0"><channel><item><link>/1</link></item></channel></rss>', url=URL)
    assert (bare.next_url, bare.hub_urls, bare.self_url, bare.pacing) == (None, (), None, Pacing())
