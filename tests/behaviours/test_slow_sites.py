"""A site with more pages than its delay lets through holds up neither the articles of others nor the next poll."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from wirecopy import pipeline as module
from wirecopy.models import FeedState, Source, SourceId
from wirecopy.outcomes import State
from wirecopy.pipeline import Pipeline

SLOW = Source(id=SourceId("slow"), name="Slow", feeds=("http://site1.test/feed",), delay_s=30)
OTHERS = tuple(
    Source(id=SourceId(f"site{n}"), name=f"Site {n}", feeds=(f"http://site{n}.test/feed",), delay_s=0) for n in range(2, 6)
)
BACKLOG = 200


@pytest.fixture
def rig(web, feeds, rig_of):
    web.on(SLOW.feeds[0], web.reply(200, feeds.rss(BACKLOG, host="site1.test")))
    for n in range(2, 6):
        web.on(f"http://site{n}.test/feed", web.reply(200, feeds.rss(2, host=f"site{n}.test")))
        for slug in range(2):
            web.on(
                f"http://site{n}.test/story-{slug}", web.reply(200, feeds.page(f"Story {n} {slug}"), Content_Type="text/html")
            )
    return rig_of(SLOW, *OTHERS)


@pytest.fixture
def watched(rig, monkeypatch):
    """The rig, and what each pass of its rounds takes up: by site, with the time its delays take by the clock of the test.

    Fetching is left out, since waiting for real would take as long as it takes: each page of the slow site moves the clock on.
    """
    passes = []

    def collect(self, keys, *, within):
        rows = self.store.ledger.get(keys)
        slow = [row for row in rows.values() if row.source_id == SLOW.id]
        passes.append((len(slow), len(rows) - len(slow)))
        rig.clock.advance(seconds=SLOW.delay_s * len(slow))
        self.store.ledger.save([row.moved(State.NOT_AN_ARTICLE, "was fetched") for row in slow])
        return real(self, [row.key for row in rows.values() if row.source_id != SLOW.id], within=within)

    real = Pipeline.collect
    monkeypatch.setattr(Pipeline, "collect", collect)
    return rig, passes


def test_the_articles_of_others_are_linked_within_two_minutes_of_a_slow_site(watched):
    rig, passes = watched
    began = rig.clock()
    report = rig.run_round()
    assert passes[0] == (4, 8)  # two minutes at 30 s each; everything of the others
    indexed = [document.indexed_at for document in rig.documents().values()]
    assert len(indexed) == 8
    assert max(indexed) - began <= module._PASS
    assert report.is_balanced


def test_a_round_ends_in_time_for_the_next_poll_and_the_rest_stays_pending(watched):
    rig, passes = watched
    began = rig.clock()
    report = rig.run_round()
    assert module._ROUND <= rig.clock() - began < module._ROUND + module._PASS
    done = sum(slow for slow, _ in passes)
    assert report.states[State.PENDING] == BACKLOG - done > 0
    assert report.is_balanced
    rounds = 1
    while report.states[State.PENDING]:
        report = rig.run_round()
        rounds += 1
        assert rounds < 20
    assert report.states[State.NOT_AN_ARTICLE] == BACKLOG


def test_a_backlog_longer_than_the_look_ahead_hides_nobody(watched, monkeypatch):
    rig, passes = watched
    monkeypatch.setattr(module, "_LOOK_ROWS", 20)
    rig.poll()
    with rig.store() as store:  # the others' pages come last of all
        rows = store.ledger.rows(limit=1000)
        store.ledger.save([replace(row, next_attempt_at=rig.clock()) for row in rows if row.source_id != SLOW.id])
    rig.run_round()
    assert passes[0] == (4, 8)
    assert len(rig.documents()) == 8


def test_airflow_s_batches_hold_everybody_s_pages_behind_a_backlog(rig, monkeypatch):
    monkeypatch.setattr(module, "_LOOK_ROWS", 20)
    rig.poll()
    with rig.open() as pipeline:
        batches = pipeline.due_page_batches(batch_size=10, max_batches=8)
        rows = pipeline.store.ledger.get([key for batch in batches for key in batch])
    assert sum(row.source_id != SLOW.id for row in rows.values()) == 8
    assert all(len(batch) <= 10 for batch in batches)


def test_what_a_slow_site_does_not_answer_in_its_time_stays_as_it_was(web, feeds, rig_of, monkeypatch):
    async def late(writer, asked):
        await asyncio.sleep(0.4)
        writer.write(web.reply(200, feeds.page(), Content_Type="text/html"))

    web.on("http://site1.test/feed", web.reply(200, feeds.rss(20, host="site1.test")))
    for n in range(20):
        web.on(f"http://site1.test/story-{n}", late)
    web.on("http://site2.test/feed", web.reply(200, feeds.rss(1, host="site2.test")))
    web.on("http://site2.test/story-0", web.reply(200, feeds.page("Another"), Content_Type="text/html"))
    monkeypatch.setattr(module, "_PASS", timedelta(seconds=0.5))
    rig = rig_of("http://site1.test/feed", "http://site2.test/feed")
    report = rig.run_round()
    assert report.is_balanced
    asked = sum(path.startswith("/story") for path in web.paths("site1.test"))
    assert 0 < asked < 20
    waiting = [row for row in rig.rows().values() if row.state is State.PENDING]
    assert len(waiting) == 20 - asked
    assert {(row.attempts, row.reason) for row in waiting} == {(0, "discovered in http://site1.test/feed")}
    assert "http://site2.test/story-0" in rig.documents()
    before = asked
    rig.run_round()
    assert sum(path.startswith("/story") for path in web.paths("site1.test")) > before


def test_a_batch_of_airflow_s_takes_ten_minutes_of_a_slow_site(rig):
    rig.poll()
    with rig.open() as pipeline:
        batches = pipeline.due_page_batches()
        rows = pipeline.store.ledger.get([key for batch in batches for key in batch])
    assert sum(row.source_id == SLOW.id for row in rows.values()) == module._ROUND.total_seconds() / SLOW.delay_s


def test_more_feeds_than_a_site_s_delay_allows_are_due_in_turn(rig_of):
    many = tuple(f"http://courier.test/feed-{n}" for n in range(25))
    rig = rig_of(Source(id=SourceId("courier"), name="Courier", feeds=many, delay_s=60), OTHERS[0])
    due = []
    for _ in range(3):
        with rig.open() as pipeline:
            urls = pipeline.due_feeds()
            assert OTHERS[0].feeds[0] in urls
            assert sorted(url for batch in pipeline.due_feed_batches() for url in batch) == sorted(urls)
            due.append({url for url in urls if url in many})
            later = rig.clock() + timedelta(hours=1)  # as if they were polled; that would take ten minutes
            pipeline.store.feeds.save(
                [FeedState(url=url, source_id=SourceId("courier"), next_poll_at=later) for url in sorted(due[-1])]
            )
    assert [len(urls) for urls in due] == [10, 10, 5]
    assert set().union(*due) == set(many)


def test_feeds_that_moved_to_one_site_are_in_one_batch(rig_of):
    urls = [f"http://site{n}.test/feed" for n in range(60)]
    rig = rig_of(*urls)
    moved = urls[::7]
    with rig.open() as pipeline:
        pipeline.store.feeds.save(
            [FeedState(url=url, source_id=SourceId("x"), moved_to=f"http://www.bote.test/{n}") for n, url in enumerate(moved)]
        )
        batches = pipeline.due_feed_batches()
    assert len(batches) > 1
    assert [set(moved) & set(batch) for batch in batches if set(moved) & set(batch)] == [set(moved)]


def test_of_a_site_with_many_feeds_what_was_polled_is_written_down_before_the_rest_is_asked(rig_of, monkeypatch):
    many = Source(id=SourceId("many"), name="Many", feeds=tuple(f"http://site1.test/{n}" for n in range(5)), delay_s=200)
    polled = []
    monkeypatch.setattr(Pipeline, "poll", lambda self, urls: polled.append(urls) or {"read": len(urls)})
    report = rig_of(OTHERS[0], many).run_round()
    assert [len([url for url in urls if "site1" in url]) for urls in polled] == [3, 2]  # ten minutes at 200 s each
    assert OTHERS[0].feeds[0] in polled[0]
    assert report.polls == {"read": 6}
