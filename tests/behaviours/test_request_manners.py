"""Row 16: who asks is said, with an address to write to; no cookies, no referrer, nothing added to addresses."""

from __future__ import annotations

from wirecopy.settings import Settings

FEED = "http://courier.test/feed?a=1&b="


def run(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(2), Set_Cookie="id=1; Path=/; Max-Age=99999", ETag='"a"'))
    web.on("http://courier.test/story-0", web.reply(302, Location="/story-0/full", Set_Cookie="seen=1"))
    for path in ("story-0/full", "story-1"):
        page = web.reply(200, feeds.page(path), Content_Type="text/html", Set_Cookie="id=2")
        web.on(f"http://courier.test/{path}", page)
    rig = rig_of(FEED, robots=True)
    rig.run_round()
    rig.clock.advance(days=1)
    rig.run_round()
    assert len(web.asked) >= 6
    return web.asked


def test_every_request_says_who_asks_and_where_to_write(web, rig_of, feeds):
    stated = Settings().user_agent.encode()
    assert stated.startswith(b"Wirecopy/")
    assert b"+https://" in stated
    assert {asked.header("user-agent") for asked in run(web, rig_of, feeds)} == {stated}


def test_no_cookie_and_no_referrer_is_ever_sent(web, rig_of, feeds):
    for asked in run(web, rig_of, feeds):
        for name in ("cookie", "referer", "authorization", "x-forwarded-for", "from"):
            assert asked.header(name) is None, name


def test_addresses_are_asked_for_as_they_stand(web, rig_of, feeds):
    assert {asked.url for asked in run(web, rig_of, feeds)} == {
        FEED,
        "http://courier.test/robots.txt",
        "http://courier.test/story-0",
        "http://courier.test/story-0/full",
        "http://courier.test/story-1",
    }


def test_nothing_else_is_sent_that_a_reader_would_not(web, rig_of, feeds):
    names = {
        line.partition(b":")[0].lower() for asked in run(web, rig_of, feeds) for line in asked.head.split(b"\r\n")[1:] if line
    }
    assert names <= {
        b"host", b"user-agent", b"accept", b"accept-encoding", b"connection", b"if-none-match", b"if-modified-since",
    }  # fmt: skip
