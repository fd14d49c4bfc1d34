"""An outage of our own counts against no page; a site that asks for fewer requests is left alone, and that counts against none either."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from wirecopy.cli.app import cli
from wirecopy.outage import FORBEARANCE, OFFLINE_REASON, OFFLINE_WAIT
from wirecopy.outcomes import State

FEED = "http://courier.test/feed"
HTML = {"Content_Type": "text/html"}


def discover(rig, web, feeds, *hosts, pages=2):
    """A feed whose entries are pages of these hosts, polled."""
    items = [feeds.item(f"{host}-{n}", link=f"http://{host}/story-{n}") for host in hosts for n in range(pages)]
    web.on(FEED, web.reply(200, feeds.rss(items)))
    rig.poll()


def collect(rig):
    """What a process does that takes up pages, no feeds; the rows after it."""
    with rig.open() as pipeline:
        for batch in pipeline.due_page_batches():
            pipeline.collect(batch)
    return rig.rows()


def test_when_no_site_answers_no_page_has_had_an_attempt(rig_of, web, feeds):
    rig = rig_of(FEED)
    discover(rig, web, feeds, "dead0.test", "dead1.test", "dead2.test")
    for _ in range(12):
        rows = collect(rig)
        assert {(row.state, row.attempts) for row in rows.values()} == {(State.PENDING, 0)}
        assert all(OFFLINE_REASON in row.reason for row in rows.values())
        waits = [row.next_attempt_at - rig.clock() for row in rows.values()]
        assert min(waits) > timedelta(0)
        assert max(waits) <= OFFLINE_WAIT * 1.25 + timedelta(seconds=1)
        rig.clock.advance(minutes=10)


def test_one_site_that_answers_makes_it_the_others_failure(rig_of, web, feeds):
    rig = rig_of(FEED)
    discover(rig, web, feeds, "dead0.test", "dead1.test", "dead2.test", "site1.test")
    rows = collect(rig)
    assert {row.state for url, row in rows.items() if "dead" in url} == {State.RETRYING}
    assert {row.attempts for url, row in rows.items() if "dead" in url} == {1}
    assert {row.state for url, row in rows.items() if "site1" in url} == {State.GONE}


def test_two_dead_sites_are_no_outage(rig_of, web, feeds):
    rig = rig_of(FEED)
    discover(rig, web, feeds, "dead0.test", "dead1.test")
    rows = collect(rig)
    assert {(row.state, row.attempts) for row in rows.values()} == {(State.RETRYING, 1)}


def test_after_the_outage_every_page_is_read(rig_of, web, feeds):
    rig = rig_of(FEED)
    hosts = ("site1.test", "site2.test", "site3.test")
    discover(rig, web, feeds, *hosts)
    dead = next(rule for rule in rig.settings.loopback if rule.host == "dead0.test").dial_port
    online = rig.settings
    offline = tuple(rule.__class__(host=rule.host, port=80, address="127.0.0.1", dial_port=dead) for rule in online.loopback)
    rig.settings = online.model_copy(update={"loopback": offline})
    assert {row.state for row in collect(rig).values()} == {State.PENDING}
    rig.settings = online
    for host in hosts:
        for n in range(2):
            web.on(f"http://{host}/story-{n}", web.reply(200, feeds.page(f"Story {n} of {host}"), **HTML))
    rig.clock.advance(minutes=10)
    report = rig.run_round()
    assert report.is_balanced
    assert {row.state for row in rig.rows().values()} == {State.INDEXED}


def test_sites_that_are_dead_for_ever_come_to_an_end_all_the_same(rig_of, web, feeds):
    rig = rig_of(FEED)
    discover(rig, web, feeds, "dead0.test", "dead1.test", "dead2.test", pages=1)
    rig.clock.advance(days=FORBEARANCE.days)
    for _ in range(6):
        rows = collect(rig)
        rig.clock.advance(days=2)
    assert {row.state for row in rows.values()} == {State.QUARANTINED}


@pytest.mark.parametrize("status", [429, 503])
def test_pages_of_a_site_that_asks_for_fewer_requests_wait_as_long_as_it_says(rig_of, web, feeds, status):
    rig = rig_of(FEED)
    discover(rig, web, feeds, "site1.test", pages=6)
    web.on("http://site1.test/story-0", web.reply(status, Retry_After="7200"))
    before = len(web.paths("site1.test"))
    rows = collect(rig)
    until = rig.clock() + timedelta(seconds=7200)
    asked = len(web.paths("site1.test")) - before
    limited = [row for row in rows.values() if row.state is State.RETRYING]
    assert limited
    assert all(row.next_attempt_at >= until for row in limited)
    assert sum(row.attempts for row in limited) == 1  # only the one that was asked for
    assert asked + len(limited) - 1 == 6
    rig.clock.advance(minutes=119)
    collect(rig)
    assert len(web.paths("site1.test")) - before == asked
    rig.clock.advance(hours=2)
    web.on("http://site1.test/story-0", web.reply(200, feeds.page(), **HTML))
    report = rig.run_round()
    assert report.is_balanced
    assert rig.rows()["http://site1.test/story-0"].state is State.INDEXED


def test_retrying_by_hand_does_not_override_a_pause(rig_of, web, feeds):
    rig = rig_of(FEED)
    discover(rig, web, feeds, "site1.test", pages=1)
    web.on("http://site1.test/story-0", web.reply(429, Retry_After="86400"))
    collect(rig)
    until = rig.clock() + timedelta(days=1)
    arguments = ["ledger", "--retry", "--outcome", "retrying", "--store", rig.settings.store_url]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    row = rig.rows()["http://site1.test/story-0"]
    assert row.state is State.PENDING
    with rig.store() as store:  # the command has the clock of the wall, the test its own
        store.ledger.save([row.moved(row.state, row.reason, next_attempt_at=rig.clock())])
    asked = len(web.asked)
    row = collect(rig)["http://site1.test/story-0"]
    assert len(web.asked) == asked
    assert (row.state, row.attempts) == (State.RETRYING, 0)
    assert row.next_attempt_at >= until - timedelta(seconds=1)
    assert "not sent" in row.reason
