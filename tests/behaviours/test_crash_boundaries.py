"""Collecting that is broken off after any write of any step and done again ends where undisturbed collecting ends.

By injection, at every call there is; `tests/e2e/test_crash_safety.py` kills whole processes.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from wirecopy.archive import ArchiveWriter
from wirecopy.models import EventKind
from wirecopy.outcomes import OPEN_STATES, State
from wirecopy.steps import link, record
from wirecopy.steps.context import StepContext
from wirecopy.steps.playback import LastingPool
from wirecopy.workers import WorkerPool

MOVING, STEADY, BUSY = "http://courier.test/feed", "http://bote.test/feed", "http://kurier.test/feed"
ROUNDS = 6  # a move is adopted after five polls over three days
TEXTS = {
    "ferry": """The ferry to the outer islands will run twice as often from May, after the company bought a second ship from
        a yard in the north. It takes sixty cars, burns half the fuel of the old one, and is named after a lighthouse keeper.""",
    "apples": """Growers in the valley expect the smallest apple harvest in thirty years, since frost came in three nights of
        late April. Cider makers have begun to buy abroad, and the fair in October will show pears for the first time.""",
    "clock": """The town hall's clock, which has been four minutes slow since the war, is to be set right on Sunday. A petition
        against it has nine hundred names: the people of the town, it says, have always been a little late and like it.""",
}


class BrokenOff(BaseException):
    """Stands for a kill: nothing in the library may catch it."""


@pytest.fixture(scope="module")
def shared_pool():
    """One pool for many runs: starting its processes takes longer than all they do here."""
    pool = LastingPool(1, timeout_s=15, memory_bytes=1_500_000_000)
    yield pool
    WorkerPool.close(pool)


@pytest.fixture
def collect_in(web, rig_of, feeds, clock, tmp_path, shared_pool, monkeypatch):
    """Collects six rounds into a folder, a day apart, and gives the rig; what the sites answer depends on the day alone."""
    began = clock.now
    page, html = feeds.page, {"Content_Type": "text/html; charset=utf-8"}

    def on_day(*answers):
        return lambda asked: answers[min((clock.now - began) // timedelta(days=1), len(answers) - 1)]

    moved = web.reply(301, Location="http://www.courier.test/news.xml")
    web.on(MOVING, moved)
    titles = on_day(
        *(web.reply(200, feeds.rss([feeds.item("ferry", title=title)])) for title in ("Ferry", "Ferry", "Ferry twice"))
    )
    web.on("http://www.courier.test/news.xml", titles)
    web.on(STEADY, lambda asked: web.reply(304, ETag='"1"') if asked.header("if-none-match") else _steady(web, feeds))
    web.on(BUSY, on_day(web.reply(503, Retry_After="1800"), web.reply(200, feeds.rss(["clock", "none"], host="kurier.test"))))
    web.on(
        "http://courier.test/ferry",
        on_day(*(web.reply(200, page("Ferry", text=TEXTS["ferry"] + more), **html) for more in ("", "", " It is twice now."))),
    )
    web.on("http://bote.test/copy", web.reply(200, page("The ferry", text=TEXTS["ferry"]), **html))
    web.on("http://bote.test/apples", web.reply(200, page("Apples", text=TEXTS["apples"]), **html))
    web.on(
        "http://kurier.test/clock", on_day(web.reply(500), web.reply(500), web.reply(200, page(text=TEXTS["clock"]), **html))
    )
    monkeypatch.setattr(StepContext, "workers", lambda _: shared_pool)
    folders = iter(range(1_000))

    def collect(break_off=None):
        clock.now = began
        rig = rig_of(MOVING, STEADY, BUSY, data=tmp_path / f"data-{next(folders)}", retry_base_s=60)
        for _ in range(ROUNDS):
            while True:
                try:
                    with rig.open() as pipeline, monkeypatch.context() as patch:
                        if break_off is not None:
                            break_off.arm(pipeline.store, patch)
                        pipeline.run_round()
                    break
                except BrokenOff:
                    pass
            clock.advance(days=1)
        return rig

    return collect


def _steady(web, feeds):
    return web.reply(200, feeds.rss(["copy", "apples"], host="bote.test"), ETag='"1"')


class BreakOff:
    """Raises once, after the nth call of something, counted over all runs."""

    def __init__(self, where, nth):
        self._owner, _, self._name = where.rpartition(".")
        self._left = nth
        self.was_reached = False

    def arm(self, store, patch):
        modules = {"archive": ArchiveWriter, "link": link, "record": record, "": store}
        owner = modules[self._owner] if self._owner in modules else getattr(store, self._owner)
        real = getattr(owner, self._name)

        def counted(*args, **others):
            answer = real(*args, **others)
            self._left -= 1
            if self._left == 0:
                self.was_reached = True
                raise BrokenOff
            return answer

        patch.setattr(owner, self._name, counted)


def final_state(rig):
    """What must not depend on where a run was broken off."""
    with rig.store() as store:
        documents = {document.article.url: store.documents.versions(document.id) for document in store.documents.scan()}
        rows = rig.rows()
        assert store.ledger.discovered() == len(rows)
        assert store.inbox.count() == 0
        states = {state.url: state for state in store.feeds.all()}
    return (
        {
            url: [(each.version_id, each.article.text, each.article.first_seen_at, each.link.kind) for each in versions]
            for url, versions in documents.items()
        },
        {frozenset(url for url in documents if documents[url][-1].link.story_id == story) for story in _stories(documents)},
        {url: (row.state, row.first_seen_at, row.entry_mark, row.revisits, row.final_key) for url, row in rows.items()},
        {url: (state.moved_to, state.etag, state.last_error) for url, state in states.items()},
    )


def _stories(documents):
    return {versions[-1].link.story_id for versions in documents.values()}


@pytest.fixture
def undisturbed(collect_in):
    rig = collect_in()
    documents, stories, rows, states = final_state(rig)
    assert {url: len(versions) for url, versions in documents.items()} == {
        "http://courier.test/ferry": 2,
        "http://bote.test/copy": 1,
        "http://bote.test/apples": 1,
        "http://kurier.test/clock": 1,
    }
    assert len(stories) == 3
    assert rows["http://kurier.test/none"][0] is State.GONE
    assert not OPEN_STATES & {state for state, *_ in rows.values()}
    assert states[MOVING][0] == "http://www.courier.test/news.xml"
    assert EventKind.MOVED in rig.events(MOVING)
    return documents, stories, rows, states


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "where",
    [
        "archive.write",  # a feed's or a page's answer is in the archive, nobody knows of it
        "record.ledger_rows",  # a feed is read, nothing of it written
        "record_poll",  # entries and validators are written, with a move if there is one
        "feeds.save",  # a 304 or a failure is remembered
        "pauses.save",  # a site's wish to be left alone
        "ledger.advance",  # pages fetched
        "ledger.save",  # pages to be fetched again; pages read; articles indexed
        "inbox.put",  # articles wait, their rows do not say so
        "link.link_articles",  # decided, nothing written
        "documents.put",  # in the index, the rows do not say so
        "inbox.remove",  # all is done
    ],
)
def test_broken_off_after_any_call_and_done_again_nothing_is_lost_or_doubled(collect_in, undisturbed, where):
    nth = 0
    while True:
        nth += 1
        break_off = BreakOff(where, nth)
        rig = collect_in(break_off)
        if not break_off.was_reached:
            break
        assert final_state(rig) == undisturbed, f"broken off after call {nth} of {where}"
    assert nth > 1
