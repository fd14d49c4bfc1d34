"""A replay lets the same address of a page stand, and follows the same redirectors."""

from dataclasses import replace

from wirecopy.outcomes import State
from wirecopy.steps.replay import ReplayScope

HEAD = '<link rel="canonical" href="http://courier.test/2026/bridge">'
HTML = {"Content_Type": "text/html"}


def test_sections_wrappers_and_edits_are_rebuilt_alike(web, feeds, rig_of):
    sections = [f"http://courier.test/{section}/feed" for section in ("politics", "local")]
    wrapped = "http://site1.test/feed"
    for section in ("politics", "local"):
        web.on(f"http://courier.test/{section}/feed", web.reply(200, feeds.rss([f"{section}/bridge"])))
        web.on(f"http://courier.test/{section}/bridge", web.reply(200, feeds.page(head=HEAD), **HTML))
    web.on(wrapped, web.reply(200, feeds.rss([feeds.item("x", link="http://t.co/x1")])))
    web.on("http://t.co/x1", web.reply(301, Location="http://bit.ly/3x"))
    web.on("http://bit.ly/3x", web.reply(302, Location="http://courier.test/politics/bridge"))
    rig = rig_of(*sections, wrapped)
    with rig.open() as pipeline:
        pipeline.run_round([sections[1]])
    rig.clock.advance(hours=1)
    rig.run_round()
    rig.clock.advance(hours=2)
    text = (
        "The council of the town shut the new bridge again on Tuesday, as its bearings had been laid the wrong way round. " * 3
    )
    web.on(sections[1], web.reply(200, feeds.rss([feeds.item("local/bridge", title="A bridge shuts")])))
    web.on("http://courier.test/local/bridge", web.reply(200, feeds.page("A bridge shuts", text=text, head=HEAD), **HTML))
    assert rig.run_round().is_balanced
    before = contents(rig)
    assert {url: len(versions) for url, versions in before.items()} == {"http://courier.test/local/bridge": 2}

    settings = rig.settings.model_copy(update={"store": f"sqlite:{rig.settings.data / 'rebuilt'}.sqlite"})
    rebuilt = type(rig)(settings, rig.sources, rig.clock)
    asked = len(web.asked)
    with rebuilt.open() as pipeline:
        pipeline.replay(ReplayScope())
    assert len(web.asked) == asked
    assert contents(rebuilt) == before
    states = {url: (row.state, row.final_key) for url, row in rig.rows().items()}
    assert {url: (row.state, row.final_key) for url, row in rebuilt.rows().items()} == states
    assert sorted(state for state, _ in states.values()) == [State.INDEXED, State.SAME_PAGE, State.SAME_PAGE]


def contents(rig):
    """Every version of every document, all but `indexed_at`."""
    with rig.store() as store:
        return {
            document.article.url: [replace(each, indexed_at=rig.clock.now) for each in store.documents.versions(document.id)]
            for document in store.documents.scan()
        }
