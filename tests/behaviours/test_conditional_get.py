"""Row 1: validators are opaque, replayed byte for byte, and taken from every 200 and 304."""

FEED = "http://courier.test/feed"


def test_conditional_get_replays_the_latest_validators(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(20), ETag='"a"'), web.reply(304))
    rig = rig_of(FEED)
    assert rig.poll() == {"read": 1, "discovered": 20}
    rig.clock.advance(hours=1)
    assert rig.poll() == {"unchanged": 1}
    assert web.asked[-1].header("if-none-match") == b'"a"'
    assert rig.state().etag == '"a"'
