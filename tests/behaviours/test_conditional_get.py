"""Rows 1 to 4: validators are opaque, believed for a while, and never a reason to lose an entry."""

import pytest

from wirecopy.models import EventKind

FEED = "http://courier.test/feed"


def test_conditional_get_replays_the_latest_validators_byte_for_byte(web, rig_of, feeds):
    body = feeds.rss(3)
    web.on(
        FEED,
        web.reply(200, body, ETag='W/"a"', Last_Modified="Mon, 23 Nov 2026 08:00:00 GMT"),
        web.reply(200, body, ETag="no quotes, at all", Last_Modified="yesterday, roughly"),
        web.reply(304, ETag='"Z\u00c3\u00bcrich"'),
        web.reply(304),
        web.reply(200, body, Last_Modified="Mon, 23 Nov 2026 09:00:00 GMT"),
        web.reply(304),
    )
    rig = rig_of(FEED)
    sent = []
    for _ in range(6):
        rig.clock.advance(hours=1)
        rig.poll()
        sent.append((web.asked[-1].header("if-none-match"), web.asked[-1].header("if-modified-since")))
    assert sent == [
        (None, None),
        (b'W/"a"', b"Mon, 23 Nov 2026 08:00:00 GMT"),
        (b"no quotes, at all", b"yesterday, roughly"),
        ('"Z\u00c3\u00bcrich"'.encode("latin-1"), b"yesterday, roughly"),
        ('"Z\u00c3\u00bcrich"'.encode("latin-1"), b"yesterday, roughly"),
        (None, b"Mon, 23 Nov 2026 09:00:00 GMT"),
    ]


def test_conditional_get_takes_validators_from_a_200_with_the_same_body(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(3), ETag='"a"'), web.reply(200, feeds.rss(3), ETag='"b"'), web.reply(304))
    rig = rig_of(FEED)
    assert rig.poll() == {"read": 1, "discovered": 3}
    assert rig.poll() == {"unchanged": 1}
    assert rig.state().etag == '"b"'


def test_unchanged_etag_with_a_200_is_parsed(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(3), ETag='"a"'), web.reply(200, feeds.rss(4), ETag='"a"'))
    rig = rig_of(FEED)
    rig.poll()
    assert rig.poll() == {"read": 1, "discovered": 1}


def test_a_header_that_would_break_the_request_is_dropped_and_the_feed_polled(web, rig_of, feeds):
    async def answer(writer, asked):
        body = feeds.rss(2)
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "a\x01b"\r\nContent-Length: %d\r\n\r\n' % len(body) + body)

    web.on(FEED, answer, web.reply(200, feeds.rss(3)))
    rig = rig_of(FEED)
    rig.poll()
    rig.clock.advance(hours=30)
    assert rig.poll()["read"] == 1
    assert web.asked[-1].header("if-none-match") is None


@pytest.fixture
def always_304(web, feeds):
    """A server that answers 304 to whatever is conditional, though its feed has changed."""

    def serve(count, etag='"for ever"'):
        def answer(asked):
            if asked.header("if-none-match"):
                return web.reply(304)
            return web.reply(200, feeds.rss([f"story-{n}" for n in range(count)]), ETag=etag)

        web.on(FEED, answer)

    return serve


def test_always_304_is_asked_without_validators_after_a_week_and_sooner_once_it_lied(web, rig_of, always_304):
    rig = rig_of(FEED)
    always_304(3)
    rig.poll()
    rig.clock.advance(hours=1)
    assert rig.poll() == {"unchanged": 1}
    always_304(5)
    rig.clock.advance(days=6, hours=23)
    assert rig.poll() == {"unchanged": 1}
    rig.clock.advance(hours=2)
    assert rig.poll() == {"read": 1, "discovered": 2}
    assert rig.events() == [EventKind.STALE_VALIDATORS]
    rig.clock.advance(hours=1)
    assert rig.poll() == {"unchanged": 1}
    always_304(6)
    rig.clock.advance(days=1)
    assert rig.poll() == {"read": 1, "discovered": 1}, "a day after it was found to lie"


def test_always_304_of_a_feed_that_is_really_unchanged_is_no_event(rig_of, always_304):
    rig = rig_of(FEED)
    always_304(3)
    rig.poll()
    rig.clock.advance(hours=1)
    rig.poll()
    rig.clock.advance(days=8)
    rig.poll()
    assert rig.events() == []


def test_body_hash_passes_over_the_copys_times_and_nothing_else(web, rig_of, feeds):
    def body(built, *items):
        channel = f"<lastBuildDate>{built}</lastBuildDate><pubDate>{built}</pubDate>"
        return feeds.rss([feeds.item(slug, published=when) for slug, when in items], channel=channel) + b"<!-- in 0.3 s -->"

    first = ("a", "Mon, 23 Nov 2026 08:00:00 GMT")
    web.on(
        FEED,
        web.reply(200, body("Mon, 23 Nov 2026 08:00:00 GMT", first)),
        web.reply(200, body("Mon, 23 Nov 2026 09:00:00 GMT", first).replace(b"0.3", b"0.7")),
        web.reply(200, body("Mon, 23 Nov 2026 09:00:00 GMT", ("a", "Mon, 23 Nov 2026 08:30:00 GMT"))),
    )
    rig = rig_of(FEED)
    assert rig.poll() == {"read": 1, "discovered": 1}
    assert rig.poll() == {"unchanged": 1}
    assert rig.poll()["read"] == 1, "the time of an item is no time of the copy"
