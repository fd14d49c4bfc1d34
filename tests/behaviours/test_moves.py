"""Row 8: permanent redirects are followed at once, adopted late, and given up soon."""

import pytest

from wirecopy.models import EventKind

OLD, NEW = "http://courier.test/feed", "http://bote.test/feed.xml"


def poll_for_days(rig, polls, hours=24):
    for _ in range(polls):
        rig.clock.advance(hours=hours)
        rig.poll()


def redirect(web, status, to):
    return web.reply(status, b"", Location=to)


@pytest.mark.parametrize("status", [301, 308])
def test_permanent_redirect_is_adopted_after_repetition_over_days(web, rig_of, feeds, status):
    web.on(OLD, redirect(web, status, NEW))
    web.on(NEW, web.reply(200, feeds.rss(3)))
    rig = rig_of(OLD)
    poll_for_days(rig, 4)
    assert rig.state().moved_to is None
    poll_for_days(rig, 1)
    state = rig.state()
    assert (state.url, state.address, state.former_urls, state.pending_move) == (OLD, NEW, (OLD,), None)
    assert rig.events() == [EventKind.MOVED]
    asked = len(web.paths("courier.test"))
    assert rig.poll() == {"unchanged": 1}
    assert len(web.paths("courier.test")) == asked, "the old address is asked no more"
    assert {row.feed_url for row in rig.rows().values()} == {OLD}


def test_many_permanent_redirects_within_an_hour_are_not_adopted(web, rig_of, feeds):
    web.on(OLD, redirect(web, 301, NEW))
    web.on(NEW, web.reply(200, feeds.rss(3)))
    rig = rig_of(OLD)
    poll_for_days(rig, 8, hours=0.1)
    assert (rig.state().moved_to, rig.state().pending_move.count) == (None, 8)


@pytest.mark.parametrize("status", [302, 303, 307])
def test_temporary_redirect_is_never_adopted(web, rig_of, feeds, status):
    web.on(OLD, redirect(web, status, NEW))
    web.on(NEW, web.reply(200, feeds.rss(3)))
    rig = rig_of(OLD)
    poll_for_days(rig, 7)
    assert (rig.state().moved_to, rig.state().pending_move) == (None, None)
    assert len(rig.rows()) == 3


def test_permanent_then_temporary_redirect_is_never_adopted(web, rig_of, feeds):
    web.on(OLD, redirect(web, 301, "http://kurier.test/feed"))
    web.on("http://kurier.test/feed", redirect(web, 302, NEW))
    web.on(NEW, web.reply(200, feeds.rss(3)))
    rig = rig_of(OLD)
    poll_for_days(rig, 7)
    assert rig.state().moved_to in (None, "http://kurier.test/feed"), "what is permanent of the chain ends there"
    assert rig.state().moved_to != NEW


def test_a_redirect_that_comes_and_goes_is_never_adopted(web, rig_of, feeds):
    moved, here = redirect(web, 301, NEW), web.reply(200, feeds.rss(3))
    web.on(OLD, moved, moved, moved, moved, here, moved, moved, moved, moved)
    web.on(NEW, web.reply(200, feeds.rss(3)))
    rig = rig_of(OLD)
    poll_for_days(rig, 9)
    assert rig.state().moved_to is None


def test_redirect_to_a_private_address_is_refused_and_never_adopted(web, rig_of):
    web.on(OLD, redirect(web, 301, "http://169.254.169.254/latest/meta-data"))
    rig = rig_of(OLD)
    poll_for_days(rig, 7)
    state = rig.state()
    assert (state.moved_to, state.pending_move, state.error_streak) == (None, None, 7)
    assert set(web.urls()) == {OLD}


def test_redirect_to_a_page_that_is_no_feed_is_never_adopted(web, rig_of, feeds):
    web.on(OLD, redirect(web, 301, "http://bote.test/login"))
    web.on("http://bote.test/login", web.reply(200, feeds.page("Log in"), Content_Type="text/html"))
    rig = rig_of(OLD)
    poll_for_days(rig, 7)
    assert (rig.state().moved_to, rig.state().error_streak) == (None, 7)


def test_redirect_to_a_home_page_is_never_adopted_though_it_is_a_feed(web, rig_of, feeds):
    web.on(OLD, redirect(web, 301, "http://bote.test/"))
    web.on("http://bote.test/", web.reply(200, feeds.rss(3)))
    rig = rig_of(OLD)
    poll_for_days(rig, 7)
    assert rig.state().moved_to is None
    assert len(rig.rows()) == 3


def test_redirect_loop_is_a_failure(web, rig_of):
    web.on(OLD, redirect(web, 301, NEW))
    web.on(NEW, redirect(web, 301, OLD))
    rig = rig_of(OLD)
    assert rig.poll() == {"failed": 1}
    assert "loop" in rig.state().last_error


def test_an_adopted_address_that_fails_is_given_up(web, rig_of, feeds):
    web.on(OLD, redirect(web, 301, NEW))
    web.on(NEW, web.reply(200, feeds.rss(3), ETag='"theirs"'))
    rig = rig_of(OLD)
    poll_for_days(rig, 5)
    assert rig.state().address == NEW
    web.on(NEW, web.reply(500))
    web.on(OLD, web.reply(200, feeds.rss(4)))
    poll_for_days(rig, 3)
    state = rig.state()
    assert (state.address, state.former_urls, state.etag) == (OLD, (NEW, OLD), None)
    assert rig.events() == [EventKind.MOVED, EventKind.MOVE_REVERTED]
    assert rig.poll()["discovered"] == 1
