"""What a site shows on every page is learned as its pages come, forgotten when it goes, and decided once for each text."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from wirecopy.extract.lines import template
from wirecopy.models import RemovalReason
from wirecopy.outcomes import State
from wirecopy.steps import collect, playback, replay
from wirecopy.steps.context import StepContext
from wirecopy.steps.playback import LastingPool
from wirecopy.steps.replay import ReplayScope
from wirecopy.workers import WorkerPool

FEED = "http://courier.test/feed"
HTML = {"Content_Type": "text/html; charset=utf-8"}
LETTER = "The Courier in the morning, every morning, in your own inbox"
TALE = [
    "ferries",
    "orchards",
    "clocks",
    "bakers",
    "violins",
    "quarries",
    "lanterns",
    "referees",
    "kites",
    "gardeners",
    "tailors",
]


@pytest.fixture(scope="module")
def shared_pool():
    """One pool for many runs: starting its processes takes longer than all they do here."""
    pool = LastingPool(1, timeout_s=15, memory_bytes=1_500_000_000)
    yield pool
    WorkerPool.close(pool)


@pytest.fixture(autouse=True)
def _one_pool(shared_pool, monkeypatch):
    monkeypatch.setattr(StepContext, "workers", lambda _: shared_pool)
    monkeypatch.setattr(playback, "LastingPool", lambda *_, **__: shared_pool)
    monkeypatch.setattr(shared_pool, "close", lambda: None)


@pytest.fixture
def publish(web, feeds):
    """Puts pages on the site and their entries into its feed: `publish("a", "b", letter=False)`."""

    def put(*slugs, letter=True, title="", more=""):
        items = [feeds.item(slug, title=f"Of {slug} {title}") for slug in slugs]
        web.on(FEED, web.reply(200, feeds.rss(items)))
        for slug in slugs:
            web.on(f"http://courier.test/{slug}", web.reply(200, page_of(slug, letter=letter, more=more), **HTML))

    return put


def page_of(slug, *, letter, more=""):
    dice = random.Random(slug)
    body = "".join(
        f"<p>In {slug} the {dice.choice(TALE)} and the {dice.choice(TALE)} met on day {dice.randrange(999)} to talk of {dice.choice(TALE)}, "
        f"which {dice.choice(TALE)} had left to them in year {dice.randrange(2000)}, and found {dice.choice(TALE)} in their place.</p>"
        for _ in range(4)
    )
    last = f"<p>{LETTER}</p>" if letter else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Of {slug}</title></head><body><article><h1>Of {slug}</h1>'
        f"{body}{more}{last}</article></body></html>"
    ).encode()


def collect_rounds(rig, publish):
    for slugs, letter in ((("a", "b", "c"), True), (("d",), True), (("e", "f"), False), (("g",), True)):
        publish(*slugs, letter=letter)
        rig.run_round()
        rig.clock.advance(hours=1)


def removed(rig):
    """The lines that went from each document as its site's, by the last part of its address."""
    return {
        url.rpartition("/")[2]: [
            line.text for line in document.article.boilerplate if line.reason is RemovalReason.SITE_TEMPLATE
        ]
        for url, document in rig.documents().items()
    }


def contents(rig):
    """Every version of every document, all but `indexed_at`."""
    with rig.store() as store:
        return {
            document.article.url: [replace(each, indexed_at=rig.clock.now) for each in store.documents.versions(document.id)]
            for document in store.documents.scan()
        }


def memories(rig):
    with rig.store() as store:
        return store.sites.get(["courier.test"])


def rebuilt_of(rig, name="rebuilt"):
    settings = rig.settings.model_copy(update={"store": f"sqlite:{rig.settings.data / name}.sqlite"})
    return type(rig)(settings, rig.sources, rig.clock)


def replay_all(rig):
    with rig.open() as pipeline:
        return pipeline.replay(ReplayScope())


def test_a_line_that_pages_share_is_learned_and_leaves_those_that_come_after(rig_of, publish):
    rig = rig_of(FEED)
    collect_rounds(rig, publish)
    assert removed(rig) == {"a": [], "b": [], "c": [LETTER], "d": [LETTER], "e": [], "f": [], "g": [LETTER]}
    texts = {url.rpartition("/")[2]: document.article for url, document in rig.documents().items()}
    assert {slug for slug, article in texts.items() if LETTER in article.text} == {"a", "b"}
    assert all(len(article.outline) == article.text.count("\n") + 1 for article in texts.values())
    assert len(texts["c"].outline) == 4


def test_a_line_that_the_site_dropped_is_forgotten(rig_of, publish, monkeypatch):
    monkeypatch.setattr(template, "WINDOW", 3)
    rig = rig_of(FEED)
    collect_rounds(rig, publish)
    assert removed(rig)["d"] == [LETTER]
    assert removed(rig)["g"] == []  # among the last three pages only one had it
    monkeypatch.setattr(template, "SLACK", 1)
    publish("h")
    rig.run_round()
    assert len(memories(rig)["courier.test"].pages) == 4


def test_a_replay_learns_the_same_and_changes_nothing_where_all_is_there(rig_of, publish):
    rig = rig_of(FEED)
    collect_rounds(rig, publish)
    before, learned = contents(rig), memories(rig)
    empty = rebuilt_of(rig)
    replay_all(empty)
    assert (contents(empty), memories(empty)) == (before, learned)
    for one in (rig, empty):
        rows = one.rows()
        replay_all(one)
        assert (contents(one), memories(one), one.rows()) == (before, learned, rows)


def test_pages_of_one_second_are_read_in_one_order_however_a_replay_groups_them(rig_of, publish, monkeypatch):
    rig = rig_of(FEED)
    publish("c", "d")
    rig.poll()
    rig.clock.advance(hours=1)
    publish("a", "b")
    rig.run_round()  # fetched in the order c, d, a, b, and read in that of their keys
    assert removed(rig) == {"a": [], "b": [], "c": [LETTER], "d": [LETTER]}
    monkeypatch.setattr(replay, "_GROUP", 2)
    empty = rebuilt_of(rig)
    replay_all(empty)
    assert contents(empty) == contents(rig)


def test_a_text_that_is_the_same_when_its_page_is_fetched_again_stays_the_same_version(rig_of, publish):
    rig = rig_of(FEED)
    collect_rounds(rig, publish)
    publish("a", title="corrected")  # its first version had the line, which is known by now
    rig.run_round()
    assert rig.rows()["http://courier.test/a"].revisits == 1
    assert len(contents(rig)["http://courier.test/a"]) == 1
    rig.clock.advance(hours=1)
    publish("a", title="corrected again", more="<p>One more paragraph came at noon, with a number in it: 4711.</p>")
    rig.run_round()
    versions = contents(rig)["http://courier.test/a"]
    assert [LETTER in version.article.text for version in versions] == [True, False]
    before, empty = contents(rig), rebuilt_of(rig)
    replay_all(empty)
    assert contents(empty) == before


@pytest.mark.parametrize("is_known_to_its_row", [True, False])
def test_a_response_that_is_read_again_is_decided_as_before_though_all_was_forgotten(rig_of, publish, is_known_to_its_row):
    rig = rig_of(FEED)
    collect_rounds(rig, publish)
    before = contents(rig)
    with rig.store() as store:
        (memory,) = store.sites.get(["courier.test"]).values()
        store.sites.save([replace(memory, pages=memory.pages[-1:])])
        rows = [row.moved(State.FETCHED, "to be read again") for row in store.ledger.rows() if row.url[-1] in "cd"]
        store.ledger.save([row if is_known_to_its_row else replace(row, article_id=None) for row in rows])
        keys = [row.key for row in rows]
    with rig.open() as pipeline:
        assert pipeline.collect(keys) == {"extracted": 2}
        assert pipeline.link() == {"unchanged": 2}
    assert contents(rig) == before


def test_a_wall_in_place_of_articles_is_none_and_the_row_says_why(web, rig_of, feeds):
    wall = "".join(
        f"<p>{line}</p>"
        for line in (
            "The Courier belongs to its readers, and ten thousand of them pay for what it prints every day of the week.",
            "Whoever wishes to go on has to be one of those, which takes a minute and no more than the price of a coffee.",
        )
    )
    slugs = [f"w{number}" for number in range(7)]
    web.on(FEED, web.reply(200, feeds.rss(slugs)))
    for slug in slugs:
        body = f"<!doctype html><html><head><title>Of {slug}</title></head><body><article><h1>Of {slug}</h1>{wall}</article></body>"
        web.on(f"http://courier.test/{slug}", web.reply(200, body.encode(), **HTML))
    rig = rig_of(FEED)
    report = rig.run_round()
    assert (report.states[State.NOT_AN_ARTICLE], report.is_balanced) == (2, True)
    assert rig.rows()["http://courier.test/w6"].reason == "its text is what other pages of its site say, too"


@pytest.mark.parametrize("step", ["sites.save", "inbox.put", "ledger.save", "ledger.advance"])
def test_broken_off_after_any_call_and_done_again_the_same_is_decided(rig_of, publish, tmp_path, clock, monkeypatch, step):
    class BrokenOff(BaseException):
        pass

    monkeypatch.setattr(collect, "_FLUSH_ROWS", 2)
    began = clock.now
    publish("a", "b", "c", "d", "e")
    rig = rig_of(FEED, data=tmp_path / "undisturbed")
    rig.run_round()
    expected = _texts(rig)
    assert removed(rig) == {"a": [], "b": [], "c": [LETTER], "d": [LETTER], "e": [LETTER]}
    part, name = step.split(".")
    is_broken_off, nth = True, 0
    while is_broken_off:
        nth += 1
        clock.now = began
        again = rig_of(FEED, data=tmp_path / f"broken-{nth}")
        with again.open() as pipeline, monkeypatch.context() as patch:
            owner = getattr(pipeline.store, part)
            real, calls = getattr(owner, name), []

            def broken(*args, real=real, calls=calls, nth=nth, **others):
                answer = real(*args, **others)
                calls.append(1)
                if len(calls) == nth:
                    raise BrokenOff
                return answer

            patch.setattr(owner, name, broken)
            try:
                pipeline.run_round()
                is_broken_off = False
            except BrokenOff:
                pass
        again.run_round()
        assert _texts(again) == expected
    assert nth > 1


def _texts(rig):
    return {url: (document.version_id, document.article.boilerplate) for url, document in rig.documents().items()}
