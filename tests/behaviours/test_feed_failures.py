"""Rows 6, 9 and 10: what is refused, gone, or out of reach."""

from datetime import timedelta

import pytest

from wirecopy.models import EventKind

FEED, OTHER, ELSEWHERE = "http://courier.test/feed", "http://courier.test/sport", "http://bote.test/feed"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "minutes"),
    [
        ("3600", 60),
        ("Mon, 23 Nov 2026 10:30:05 GMT", 120),
        ("Mon, 23 Nov 2026 07:00:00 GMT", 0),
        ("-5", 10),
        ("1000000000", 1440),
        ("soon", 10),
        (None, 10),
    ],
)
def test_retry_after_pauses_the_whole_host_in_every_process(web, rig_of, feeds, status, retry_after, minutes):
    web.on(FEED, web.reply(status, b"slow down", Retry_After=retry_after))
    web.on(OTHER, web.reply(200, feeds.rss(2)))
    web.on(ELSEWHERE, web.reply(200, feeds.rss(2, host="bote.test")))
    rig = rig_of(FEED, ELSEWHERE)
    assert rig.poll() == {"failed": 1, "read": 1, "discovered": 2}
    later = rig_of(FEED, OTHER, ELSEWHERE)
    if minutes:
        assert later.poll(OTHER) == {"waiting": 1}
        rig.clock.advance(minutes=minutes - 1)
        assert later.poll(OTHER, ELSEWHERE) == {"waiting": 1, "unchanged": 1}
        assert later.state(OTHER).error_streak == 0
    rig.clock.advance(minutes=1, seconds=1)
    assert later.poll(OTHER) == {"read": 1, "discovered": 2}
    assert later.state(FEED).error_streak == 1


def test_feeds_behind_the_one_that_was_refused_wait_in_the_same_round(web, rig_of):
    feeds = [f"http://courier.test/feed-{n}" for n in range(5)]
    for feed in feeds:
        web.on(feed, web.reply(429, b"", Retry_After="600"))
    rig = rig_of(*feeds)
    assert rig.poll() == {"failed": 1, "waiting": 4}
    assert len(web.asked) == 1


def test_410_twice_is_gone_asked_monthly_and_revives(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.rss(2)), web.reply(410))
    rig = rig_of(FEED)
    rig.poll()
    rig.clock.advance(days=1)
    assert rig.poll() == {"failed": 1}
    assert rig.next_wait() <= timedelta(days=1)
    rig.clock.advance(days=1)
    assert rig.poll() == {"gone": 1}
    assert timedelta(days=30) <= rig.next_wait() <= timedelta(days=33)
    asked = len(web.asked)
    rig.clock.advance(days=20)
    assert rig.poll() == {"gone": 1}
    assert len(web.asked) == asked, "not even by a round that polls everything"
    web.on(FEED, web.reply(200, feeds.rss(3)))
    rig.clock.advance(days=14)
    assert rig.poll_due() == {"read": 1, "discovered": 1}
    assert rig.events() == [EventKind.GONE, EventKind.REVIVED]


def test_410_once_then_200_is_not_gone(web, rig_of, feeds):
    web.on(FEED, web.reply(410), web.reply(200, feeds.rss(2)), web.reply(410))
    rig = rig_of(FEED)
    for expected in ({"failed": 1}, {"read": 1, "discovered": 2}, {"failed": 1}):
        rig.clock.advance(days=2)
        assert rig.poll() == expected
    assert rig.events() == []


def test_404_403_and_401_are_told_apart_and_never_gone(web, rig_of):
    hosts = {status: f"http://site{n}.test/feed" for n, status in enumerate((401, 403, 404))}
    for status, url in hosts.items():
        web.on(url, web.reply(status))
    rig = rig_of(*hosts.values())
    for _ in range(4):
        rig.clock.advance(days=2)
        assert rig.poll() == {"failed": 3}
    states = {status: rig.state(url) for status, url in hosts.items()}
    assert len({state.last_error for state in states.values()}) == 3
    assert {status: state.penalty for status, state in states.items()} == {401: 4.0, 403: 4.0, 404: 2.0}
    assert all(rig.next_wait(url) <= timedelta(days=1) for url in hosts.values())
    assert {state.gone_streak for state in states.values()} == {0}


def test_html_in_place_of_a_feed_is_a_failure(web, rig_of, feeds):
    web.on(FEED, web.reply(200, feeds.page("Just a moment"), Content_Type="text/html"))
    rig = rig_of(FEED)
    rig.poll()
    rig.poll()
    assert (rig.state().error_streak, rig.state().last_success_at) == (2, None)


def test_back_off_grows_with_failures(web, rig_of):
    web.on(FEED, web.reply(500))
    rig = rig_of(FEED, ELSEWHERE)
    web.on(ELSEWHERE, web.reply(404))
    waits = []
    for _ in range(14):
        rig.clock.advance(days=1)
        rig.poll()
        waits.append(rig.next_wait(FEED))
    assert min(waits) >= timedelta(minutes=15)
    assert max(waits) <= timedelta(days=1)
    assert sum(waits[7:], timedelta()) > 2 * sum(waits[:7], timedelta())


def test_our_own_outage_penalises_nobody(web, rig_of, feeds):
    dead = [f"http://dead{n}.test/feed" for n in range(4)]
    rig = rig_of(*dead)
    assert rig.poll() == {"offline": 4}
    states = [rig.state(url) for url in dead]
    assert {(state.error_streak, state.penalty, state.last_error) for state in states} == {(0, 0.0, None)}
    assert max(rig.next_wait(url) for url in dead) < timedelta(minutes=6)


def test_hosts_that_fail_while_others_answer_are_at_fault(web, rig_of, feeds):
    dead = [f"http://dead{n}.test/feed" for n in range(4)]
    web.on(FEED, web.reply(200, feeds.rss(2)))
    rig = rig_of(FEED, *dead)
    assert rig.poll() == {"read": 1, "failed": 4, "discovered": 2}
    assert {rig.state(url).penalty for url in dead} == {0.5}


def test_two_hosts_out_of_reach_are_not_our_outage(rig_of):
    rig = rig_of("http://dead0.test/feed", "http://dead1.test/feed")
    assert rig.poll() == {"failed": 2}


def test_thirty_feeds_of_one_site_never_hold_up_another(web, rig_of, feeds):
    slow = [f"http://courier.test/feed-{n}" for n in range(30)]
    for url in slow:
        web.on(url, web.reply(200, feeds.rss(1)))
    web.on(ELSEWHERE, web.reply(200, feeds.rss(1, host="bote.test")))
    rig = rig_of(*slow, ELSEWHERE, delay_s=0.05)
    rig.poll()
    first = web.last(ELSEWHERE).at
    starts = sorted(asked.at for asked in web.asked if asked.host == "courier.test")
    assert first < starts[5]
    assert web.most_open["courier.test"] == 1
