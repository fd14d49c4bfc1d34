"""The archive alone gives back what collecting left: the same documents, without the network, as often as one likes."""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from wirecopy import pipeline as wirecopy_pipeline
from wirecopy.archive import scan
from wirecopy.errors import ConfigError
from wirecopy.models import CopyKind, EventKind
from wirecopy.outcomes import State
from wirecopy.steps import playback
from wirecopy.steps.playback import LastingPool
from wirecopy.steps.replay import ReplayScope
from wirecopy.workers import WorkerPool

FEED = "http://courier.test/feed"
OTHER = "http://bote.test/feed"

STORIES = {
    "bridge": """The council voted for a second bridge late on Monday after a debate that lasted into the night. Residents of
        the old quarter had asked for it in a petition with four thousand names. Engineers will begin the first works in spring,
        said the head of the planning office. The bridge costs nine million, of which the region pays a third.""",
    "theatre": """A travelling theatre has found its winter home in the hall of a closed brewery. Its twelve actors built the
        stage from barrels, and the first play, a comedy about two rival bakers, was sold out within an hour. The owner of the
        hall asks no rent, only that the curtain be red. Next week they rehearse with children from the village school.""",
    "harbour": """Divers brought up a bell that had lain in the mud of the harbour since a storm in 1903. It bears the name of a
        steamer whose wreck nobody has found. A historian from the maritime college will clean it this month, and the port wants
        to hang it above the fish market, where it is to ring whenever a boat comes home.""",
}


@pytest.fixture
def rebuilt(rig_of):
    """Makes a rig over the same archive and sources with a store of its own: `rebuilt(rig)`."""

    def make(rig, name="rebuilt"):
        settings = rig.settings.model_copy(update={"store": f"sqlite:{rig.settings.data / name}.sqlite"})
        return type(rig)(settings, rig.sources, rig.clock)

    return make


def replay(rig, **scope):
    with rig.open() as pipeline:
        return pipeline.replay(ReplayScope(**scope))


def contents(rig):
    """Every version of every document, all but `indexed_at`."""
    with rig.store() as store:
        return {
            document.article.url: [
                replace(version, indexed_at=rig.clock.now) for version in store.documents.versions(document.id)
            ]
            for document in store.documents.scan()
        }


def ledger(rig):
    """Every row, all but `indexed_at` and when it was to be taken up; nothing waits where this is compared."""
    return {url: replace(row, indexed_at=None, next_attempt_at=rig.clock.now) for url, row in rig.rows().items()}


@pytest.fixture(scope="module")
def kept():
    """What `collected` left the first time, for the tests after it."""
    return {}


@pytest.fixture
def collected(web, rig_of, feeds, clock, tmp_path_factory, kept):
    """A rig after five rounds of two outlets, with everything that happens to pages; its data are a copy of the test's own."""
    rig = rig_of(FEED, OTHER, robots=True, retry_base_s=60)
    if not kept:
        _collect(web, rig, feeds)
        kept |= {"data": tmp_path_factory.mktemp("kept") / "data", "now": clock.now}
        shutil.copytree(rig.settings.data, kept["data"])
    else:
        shutil.copytree(kept["data"], rig.settings.data)
        clock.now = kept["now"]
    return rig


def _collect(web, rig, feeds):
    items = {
        "bridge": feeds.item("bridge"),
        "moved": feeds.item("short/1"),
        "gone": feeds.item("gone"),
        "secret": feeds.item("secret/plan"),
        "later": feeds.item("later"),
    }
    page = feeds.page
    web.on("http://courier.test/robots.txt", web.reply(200, b"User-agent: *\nDisallow: /secret/\n", Content_Type="text/plain"))
    html = {"Content_Type": "text/html; charset=utf-8"}
    web.on(
        FEED,
        web.reply(200, feeds.rss([items["bridge"], items["moved"], items["gone"], items["secret"]]), ETag='"1"'),
        web.reply(304, ETag='"1"'),
        web.reply(200, feeds.rss([items["later"], items["bridge"]]), ETag='"2"'),
        web.reply(200, feeds.rss([items["later"]]), ETag='"3"'),
        web.reply(304, ETag='"3"'),
    )
    web.on(
        "http://courier.test/bridge",
        web.reply(200, page("Bridge", text=STORIES["bridge"]), **html),
        web.reply(200, page("Bridge: the vote", text=STORIES["bridge"] + " The vote was 31 to 18."), **html),
    )
    web.on("http://courier.test/short/1", web.reply(302, Location="/stories/theatre"))
    web.on("http://courier.test/stories/theatre", web.reply(200, page("Theatre", text=STORIES["theatre"]), **html))
    web.on("http://courier.test/gone", web.reply(410))
    web.on("http://courier.test/later", web.reply(503), web.reply(200, page("Harbour", text=STORIES["harbour"]), **html))
    web.on(OTHER, web.reply(200, feeds.rss([], host="bote.test")), web.reply(200, feeds.rss(["copy"], host="bote.test")))
    web.on("http://bote.test/robots.txt", web.reply(404))
    web.on("http://bote.test/copy", web.reply(200, page("A copy", text=STORIES["bridge"]), **html))
    for number in range(5):
        if number == 3:
            with rig.store() as store:  # its page is fetched anew
                (row,) = [row for row in store.ledger.rows() if row.url == "http://courier.test/bridge"]
                store.ledger.save([row.moved(State.PENDING, "to be fetched again", attempts=0, revisits=1)])
        rig.run_round()
        rig.clock.advance(hours=2)


def test_an_empty_store_gets_the_same_documents_and_rows_without_the_network(web, collected, rebuilt):
    before = contents(collected)
    assert {url: len(versions) for url, versions in before.items()} == {
        "http://courier.test/bridge": 2,
        "http://courier.test/short/1": 1,
        "http://courier.test/later": 1,
        "http://bote.test/copy": 1,
    }
    assert before["http://bote.test/copy"][0].link.story_id == before["http://courier.test/bridge"][0].link.story_id
    assert before["http://courier.test/bridge"][1].link.kind is CopyKind.UPDATE
    asked = len(web.asked)

    again = rebuilt(collected)
    done = replay(again)

    assert len(web.asked) == asked
    assert contents(again) == before
    assert again.clock.now not in {row.first_seen_at for row in again.rows().values()}
    expected = ledger(collected)
    url = "http://courier.test/later"  # its 503 was not noted in the archive as an attempt
    assert expected[url].attempts == 2
    expected[url] = replace(expected[url], attempts=1)
    found = ledger(again)
    assert found == expected
    assert found["http://courier.test/secret/plan"].state is State.REFUSED_BY_ROBOTS
    assert done.damaged == 0
    assert done.discovered_new == len(found)
    assert done.pages == {"taken": 6, "passing": 1}
    assert done.linked == {"origin": 3, "exact": 1, "update": 1}


def test_a_store_that_is_there_is_not_changed(collected):
    documents, rows, state = collected.documents(), collected.rows(), collected.state(FEED)
    done = replay(collected)
    assert (collected.documents(), collected.rows(), collected.state(FEED)) == (documents, rows, state)
    assert (done.discovered_new, done.collected, done.linked) == (0, {}, {})
    assert done.pages == {"known": 6, "passing": 1}


def test_twice_is_as_good_as_once(collected, rebuilt):
    again = rebuilt(collected)
    replay(again)
    documents, rows, state = again.documents(), again.rows(), again.state(FEED)
    again.clock.advance(days=1)
    replay(again)
    assert (again.documents(), again.rows(), again.state(FEED)) == (documents, rows, state)


def test_feeds_have_their_history_and_are_polled_without_validators_next(web, collected, rebuilt):
    again = rebuilt(collected)
    replay(again)
    state, original = again.state(FEED), collected.state(FEED)
    assert (state.etag, state.last_modified, state.body_mark, state.window) == (None, None, None, ())
    assert (state.last_polled_at, state.last_success_at) == (original.last_polled_at, original.last_success_at)
    assert state.last_polled_at - state.first_polled_at == timedelta(hours=8)
    assert state.last_new_at - state.first_polled_at == timedelta(hours=4)
    assert (sum(day.new for day in state.days), sum(day.polls for day in state.days)) == (5, 5)
    web.on(FEED, web.reply(200, b"<rss version='2.0'><channel><title>C</title></channel></rss>"))
    asked = len(web.asked)
    again.poll_due()
    (request,) = [one for one in web.asked[asked:] if one.url == FEED]
    assert request.header("if-none-match") is None
    assert request.header("if-modified-since") is None
    assert EventKind.POSSIBLE_LOSS not in again.events(FEED)


HTML = {"Content_Type": "text/html; charset=utf-8"}


def test_a_page_that_was_fetched_again_since_its_feed_said_so_has_its_versions(web, rig_of, feeds, rebuilt):
    titles = [feeds.rss([feeds.item("bridge", title=title)]) for title in ("Bridge", "Bridge: the vote", "Bridge: the result")]
    web.on(FEED, *(web.reply(200, body) for body in titles))
    web.on(
        "http://courier.test/bridge",
        *(
            web.reply(200, feeds.page("Bridge", text=STORIES["bridge"] + more), **HTML)
            for more in ("", " A vote.", " A result.")
        ),
    )
    rig = rig_of(FEED)
    for _ in range(2):
        rig.run_round()
        rig.clock.advance(hours=1)
    again = rebuilt(rig)
    replay(again)
    assert contents(again) == contents(rig)
    assert len(contents(again)["http://courier.test/bridge"]) == 2
    assert ledger(again) == ledger(rig)
    assert ledger(again)["http://courier.test/bridge"].revisits == 1

    rig.poll()  # the third title; its page waits when the store is lost
    assert rig.rows()["http://courier.test/bridge"].state is State.PENDING
    last = rebuilt(rig, "last")
    replay(last)
    assert last.rows()["http://courier.test/bridge"].state is State.INDEXED
    last.clock.advance(hours=1)
    last.run_round()
    assert len(contents(last)["http://courier.test/bridge"]) == 3


def test_sitemaps_of_an_index_and_older_pages_are_their_feeds(web, rig_of, feeds, rebuilt):
    news = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>http://bote.test/a</loc><news:news>
        <news:publication><news:name>Bote</news:name><news:language>de</news:language></news:publication>
        <news:publication_date>2026-11-23</news:publication_date><news:title>A</news:title></news:news></url></urlset>"""
    index = """<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <sitemap><loc>http://bote.test/news.xml</loc></sitemap></sitemapindex>"""
    older = '<atom:link rel="next" href="http://courier.test/older"/>'
    web.on("http://bote.test/index.xml", web.reply(200, index, Content_Type="application/xml"))
    web.on("http://bote.test/news.xml", web.reply(200, news, Content_Type="application/xml"))
    web.on(FEED, web.reply(200, feeds.rss(["s1", "s2"])), web.reply(200, feeds.rss(["s5", "s6"], channel=older)))
    web.on("http://courier.test/older", web.reply(200, feeds.rss(["s3", "s4", "s2"])))
    rig = rig_of(FEED, "http://bote.test/index.xml")
    rig.poll()
    rig.clock.advance(hours=1)
    rig.poll()
    rows = rig.rows()
    assert {row.url: row.feed_url for row in rows.values()} == {
        "http://bote.test/a": "http://bote.test/index.xml",
        **{f"http://courier.test/s{number}": FEED for number in range(1, 7)},
    }
    again = rebuilt(rig)
    done = replay(again)
    assert {url: replace(row, reason=rows[url].reason) for url, row in again.rows().items()} == rows
    assert done.feeds == {"read": 7}
    with again.store() as store:
        assert {state.url for state in store.feeds.all()} == {FEED, "http://bote.test/index.xml"}
    assert sum(day.polls for day in again.state(FEED).days) == 2


def test_passes_of_a_round_are_linked_as_they_were(web, rig_of, feeds, rebuilt, clock, monkeypatch):
    """A copy may be dated before what was linked in the pass before it, and is a copy all the same."""
    monkeypatch.setattr(wirecopy_pipeline, "_PASS_ROWS", 1)
    old, new = clock.now - timedelta(hours=9), clock.now - timedelta(hours=1)
    web.on(FEED, web.reply(200, feeds.rss([feeds.item("a", published=new), feeds.item("b", published=old)])))
    copies = [feeds.item(slug, host="bote.test", published=at) for slug, at in (("c", old), ("d", new))]
    web.on(OTHER, web.reply(200, feeds.rss(copies, host="bote.test")))
    for url, story in (
        ("courier.test/a", "bridge"),
        ("bote.test/c", "bridge"),
        ("courier.test/b", "theatre"),
        ("bote.test/d", "theatre"),
    ):
        web.on(f"http://{url}", web.reply(200, feeds.page(story, text=STORIES[story]), **HTML))
    rig = rig_of(FEED, OTHER)
    rig.run_round()
    before = contents(rig)
    dates = {url: document.article.published_at.at for url, (document,) in before.items()}
    assert any(
        document.link.copy_of == other.id and dates[url] < dates[other_url]
        for url, (document,) in before.items()
        for other_url, (other,) in before.items()
    )
    again = rebuilt(rig)
    replay(again)
    assert contents(again) == before


def test_what_the_archive_cannot_tell_is_left_to_the_next_run(web, rig_of, feeds, rebuilt):
    web.on(FEED, web.reply(200, feeds.rss(["busy", "silent"])))
    web.on("http://courier.test/busy", web.reply(503))
    rig = rig_of(FEED)
    with rig.open() as pipeline:
        pipeline.poll([FEED])
        pipeline.collect([row.key for row in pipeline.store.ledger.rows() if row.url.endswith("busy")])
    again = rebuilt(rig)
    replay(again)
    rows = again.rows()
    assert {row.state for row in rows.values()} == {State.PENDING}
    assert {row.reason for row in rows.values()} == {f"discovered in {FEED}; the archive has no answer of its page"}
    for name in ("busy", "silent"):
        web.on(f"http://courier.test/{name}", web.reply(200, feeds.page(), Content_Type="text/html"))
    assert again.run_round().states[State.INDEXED] >= 1
    assert not {State.PENDING, State.RETRYING} & {row.state for row in again.rows().values()}


def test_refusals_are_said_again_by_the_rules_of_today(web, rig_of, feeds, rebuilt):
    unsafe = "http://10.0.0.1/a"
    web.on("http://courier.test/robots.txt", web.reply(200, b"User-agent: *\nDisallow: /\n", Content_Type="text/plain"))
    web.on(FEED, web.reply(200, feeds.rss([feeds.item("x", link=unsafe), feeds.item("no")])))
    rig = rig_of(FEED, robots=True)
    rig.run_round()
    again = rebuilt(rig)
    replay(again)
    assert ledger(again) == ledger(rig)
    assert {row.state for row in again.rows().values()} == {State.UNSAFE_ADDRESS, State.REFUSED_BY_ROBOTS}
    free = type(rig)(
        rig.settings.model_copy(update={"store": f"sqlite:{rig.settings.data / 'free.sqlite'}", "robots": False}),
        rig.sources,
        rig.clock,
    )
    replay(free)
    assert free.rows()["http://courier.test/no"].state is State.PENDING


def test_what_an_earlier_feed_listed_is_rebuilt_from_its_page(collected, rebuilt):
    since = collected.rows()["http://courier.test/bridge"].fetched_at
    again = rebuilt(collected)
    done = replay(again, since=since)
    rows = again.rows()
    assert {url: (row.state, row.feed_url, row.first_seen_at) for url, row in rows.items()} == {
        "http://courier.test/bridge": (State.INDEXED, "", since),  # the feed had listed it in the rounds before
        "http://courier.test/later": (State.INDEXED, FEED, since),
        "http://bote.test/copy": (State.PENDING, OTHER, since),  # its page was fetched before
    }
    assert done.discovered_new == 3
    assert done.pages == {"unlisted": 1, "taken": 2}


def test_pages_alone_are_rebuilt_from_themselves(web, rig_of, feeds, rebuilt):
    web.on(FEED, web.reply(200, feeds.rss(["a", "b"])))
    web.on("http://courier.test/a", web.reply(200, feeds.page(), Content_Type="text/html"))
    web.on("http://courier.test/b", web.reply(503))
    rig = rig_of(FEED)
    with rig.open() as pipeline:
        pipeline.poll([FEED])
    fetched_at = rig.clock.advance(hours=1)
    with rig.open() as pipeline:
        pipeline.collect([row.key for row in pipeline.store.ledger.rows()])
    again = rebuilt(rig)
    done = replay(again, since=fetched_at)
    assert done.pages == {"unlisted": 2, "taken": 1, "passing": 1}
    rows = again.rows()
    assert {row.first_seen_at for row in rows.values()} == {fetched_at}
    assert rows["http://courier.test/a"].state is State.INDEXED
    assert rows["http://courier.test/b"].state is State.PENDING
    assert "no feed of the replayed part of the archive lists it" in rows["http://courier.test/b"].reason


def test_a_source_and_a_span_of_time_narrow_it(collected, rebuilt):
    again = rebuilt(collected)
    replay(again, source_id="bote")
    assert set(again.rows()) == {"http://bote.test/copy"}
    early = rebuilt(collected, "early")
    replay(early, until=min(row.first_seen_at for row in collected.rows().values() if row.url.endswith(("later", "copy"))))
    assert set(early.rows()) == set(collected.rows()) - {"http://courier.test/later", "http://bote.test/copy"}


def test_parts_that_are_replayed_one_after_the_other_are_the_whole(collected, rebuilt):
    again = rebuilt(collected)
    times = sorted({page.fetched_at for page in scan(collected.settings.archive_dir)})
    for since, until in zip([None, *times[1:]], [*times[1:], None], strict=True):
        replay(again, since=since, until=until)
    assert contents(again) == contents(collected)


@pytest.mark.parametrize("scope", [{"source_id": "nobody"}, {"since": "late"}])
def test_a_part_that_is_empty_is_an_error(collected, rebuilt, scope):
    if scope.get("since"):
        scope = {"since": collected.clock.advance(days=1)}
    with pytest.raises(ConfigError, match=r"nothing to replay: no response is one of --(source nobody|since 2026-11-2\d)"):
        replay(rebuilt(collected), **scope)


def test_an_archive_that_is_not_there_is_an_error(rig_of):
    with pytest.raises(ConfigError, match="has no archive"):
        replay(rig_of(FEED))


def test_damage_is_counted_and_the_rest_is_rebuilt(collected, rebuilt, caplog):
    victim = next(page for page in scan(collected.settings.archive_dir) if page.url == "http://courier.test/short/1")
    path = collected.settings.archive_dir / victim.archive_ref.file
    data = bytearray(path.read_bytes())
    data[victim.archive_ref.offset + 12 : victim.archive_ref.offset + 40] = b"\xff" * 28
    path.write_bytes(data)
    again = rebuilt(collected)
    with caplog.at_level(logging.WARNING):
        done = replay(again)
    assert done.damaged == 1
    assert "damaged" in caplog.text
    expected = contents(collected)
    del expected["http://courier.test/short/1"]
    assert contents(again) == expected
    assert again.rows()["http://courier.test/short/1"].state is State.PENDING


@pytest.fixture(scope="module")
def shared_pool():
    """One pool for many replays: starting its processes takes longer than all they do here."""
    pool = LastingPool(1, timeout_s=15, memory_bytes=1_500_000_000)
    yield pool
    WorkerPool.close(pool)


@pytest.mark.parametrize("step", ["ledger.discover", "ledger.save", "inbox.put", "documents.put", "inbox.remove", "feeds.save"])
def test_broken_off_after_any_step_and_done_again_it_is_whole(collected, rebuilt, shared_pool, monkeypatch, step):
    class BrokenOff(BaseException):
        pass

    monkeypatch.setattr(playback, "LastingPool", lambda *_, **__: shared_pool)
    monkeypatch.setattr(shared_pool, "close", lambda: None)
    expected = contents(collected)
    states = {url: row.state for url, row in collected.rows().items()}
    part, name = step.split(".")
    is_broken_off, nth = True, 0
    while is_broken_off:
        nth += 1
        again = rebuilt(collected, f"broken-{nth}")
        with again.open() as pipeline:
            owner = getattr(pipeline.store, part)
            real, calls = getattr(owner, name), []

            def broken(*args, real=real, calls=calls, nth=nth, **others):
                answer = real(*args, **others)
                calls.append(1)
                if len(calls) == nth:
                    raise BrokenOff
                return answer

            with monkeypatch.context() as patch:
                patch.setattr(owner, name, broken)
                try:
                    pipeline.replay(ReplayScope())
                    is_broken_off = False
                except BrokenOff:
                    pass
        replay(again)
        assert contents(again) == expected
        assert {url: row.state for url, row in again.rows().items()} == states
        with again.store() as store:
            assert store.inbox.count() == 0
            assert store.ledger.discovered() == len(again.rows())
    assert nth > 1
