"""Rows 5, 7, 11 and 13: when a feed is polled next."""

from datetime import timedelta

import pytest

FEED = "http://courier.test/feed"


@pytest.mark.parametrize(
    ("headers", "least_minutes", "most_minutes"),
    [
        ({}, 10, 17),
        ({"Cache_Control": "max-age=7200"}, 120, 133),
        ({"Cache_Control": "max-age=7200, no-cache"}, 10, 17),
        ({"Cache_Control": "max-age=99999999"}, 1440, 1585),
        ({"Expires": "Mon, 23 Nov 2026 12:00:00 GMT", "Date": "Mon, 23 Nov 2026 10:00:00 GMT"}, 120, 133),
        ({"Expires": "-1"}, 10, 17),
    ],
)
def test_cache_control_and_expires_are_bounds(web, rig_of, feeds, headers, least_minutes, most_minutes):
    web.on(FEED, web.reply(200, feeds.rss(3), ETag='"a"', **headers), web.reply(304, **headers))
    rig = rig_of(FEED)
    rig.poll()
    rig.clock.advance(minutes=15)
    rig.poll()
    assert least_minutes <= rig.next_wait() / timedelta(minutes=1) <= most_minutes


@pytest.mark.parametrize(
    ("channel", "least_minutes", "most_minutes"),
    [
        ("<ttl>0</ttl>", 10, 17),
        ("<ttl>60</ttl>", 60, 67),
        ("<ttl>99999</ttl>", 360, 397),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>7</sy:updateFrequency>", 10, 17),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>12</sy:updateFrequency>", 120, 133),
        ("<skipHours>" + "".join(f"<hour>{n}</hour>" for n in range(24)) + "</skipHours>", 10, 17),
    ],
)
def test_ttl_skip_hours_and_sy_are_bounds_that_a_304_keeps(web, rig_of, feeds, channel, least_minutes, most_minutes):
    web.on(FEED, web.reply(200, feeds.rss(3, channel=channel), ETag='"a"'), web.reply(304))
    rig = rig_of(FEED)
    rig.poll()
    rig.clock.advance(minutes=15)
    assert rig.poll() == {"unchanged": 1}
    assert least_minutes <= rig.next_wait() / timedelta(minutes=1) <= most_minutes


def test_skip_hours_are_left_alone_unless_the_feed_publishes_in_them(web, rig_of, feeds, clock):
    channel = "<skipHours><hour>8</hour><hour>9</hour><hour>10</hour></skipHours>"
    at_seven, at_nine = clock().replace(hour=7), clock().replace(hour=9) - timedelta(days=1)
    web.on(FEED, web.reply(200, feeds.rss([feeds.item("a", published=at_seven)], channel=channel)))
    rig = rig_of(FEED)
    rig.poll()
    assert rig.state().next_poll_at.hour == 11
    items = [feeds.item("a", published=at_seven), feeds.item("b", published=at_nine)]
    web.on(FEED, web.reply(200, feeds.rss(items, channel=channel)))
    rig.poll()
    assert rig.state().next_poll_at.hour == 9


def test_adaptive_interval_follows_what_the_feed_brings(web, rig_of, feeds):
    count = 20

    def answer(asked):
        return web.reply(200, feeds.rss([f"story-{n}" for n in range(count, count - 20, -1)]))

    web.on(FEED, answer)
    rig = rig_of(FEED)
    rig.poll()
    for _ in range(8):
        rig.clock.advance(minutes=15)
        count += 5
        rig.poll()
    assert rig.state().interval_s == 600, "twenty an hour: as often as the settings allow"
    for _ in range(24):
        rig.clock.advance(hours=5)
        rig.poll()
    assert rig.state().interval_s > 3600, "five days without anything"


def test_a_restart_polls_nothing_that_is_not_due(web, rig_of, feeds):
    hosts = [f"http://site{n}.test/feed" for n in range(20)]
    for url in hosts:
        web.on(url, web.reply(200, feeds.rss(2, host=url[7:-5]), ETag='"a"'), web.reply(304))
    rig = rig_of(*hosts)
    assert rig.poll_due()["read"] == 20
    assert rig.poll_due() == {}
    asked = len(web.asked)
    rig.clock.advance(minutes=9)
    assert rig.poll_due() == {}
    assert len(web.asked) == asked
    shares = []
    for _ in range(20):
        rig.clock.advance(minutes=1)
        shares.append(rig.poll_due().get("unchanged", 0))
    assert sum(shares) >= 20
    assert max(shares) <= 8, f"they come apart: {shares}"


def test_the_operators_poll_every_is_the_least_wait(web, rig_of, feeds):
    from wirecopy.models import Source, SourceId

    web.on(FEED, web.reply(200, feeds.rss(3)))
    rig = rig_of(Source(id=SourceId("courier"), name="Courier", feeds=(FEED,), poll_every_s=7200.0))
    rig.poll()
    assert rig.next_wait() >= timedelta(hours=2)
