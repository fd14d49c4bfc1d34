"""One story in three section feeds under three addresses is one document, whichever comes first and whoever is killed."""

from itertools import permutations

import pytest

from wirecopy.outcomes import State
from wirecopy.steps import link as link_step

SECTIONS = ("politics", "local", "economy")
FEEDS = {section: f"http://courier.test/{section}/feed" for section in SECTIONS}
PAGES = {section: f"http://courier.test/{section}/bridge" for section in SECTIONS}
CANONICAL = "http://courier.test/2026/bridge"
HEAD = f'<link rel="canonical" href="{CANONICAL}">'
HTML = {"Content_Type": "text/html"}


@pytest.fixture
def rig(web, feeds, rig_of):
    for section in SECTIONS:
        web.on(FEEDS[section], web.reply(200, feeds.rss([f"{section}/bridge"])))
        web.on(PAGES[section], web.reply(200, feeds.page(head=HEAD), **HTML))
    return rig_of(*FEEDS.values())


def assert_one_document(rig):
    rows = rig.rows()
    (document,) = rig.documents().values()
    standing = [row for row in rows.values() if row.state is State.INDEXED]
    assert [row.key for row in standing] == [document.article.key]
    others = [row for row in rows.values() if row.state is not State.INDEXED]
    assert {row.state for row in others} <= {State.SAME_PAGE}
    assert all(standing[0].url in row.reason and row.final_key == standing[0].key for row in others)
    return len(others)


def test_section_feeds_one_story_in_one_round(rig):
    report = rig.run_round()
    assert report.is_balanced
    assert assert_one_document(rig) == 2


@pytest.mark.parametrize("order", list(permutations(SECTIONS)), ids="-".join)
def test_section_feeds_one_story_in_three_rounds_in_any_order(rig, order):
    for number, section in enumerate(order):
        with rig.open() as pipeline:
            assert pipeline.run_round([FEEDS[section]]).is_balanced
        assert assert_one_document(rig) == number
        rig.clock.advance(hours=1)
    assert list(rig.documents()) == [PAGES[order[0]]]


def test_the_canonical_address_itself_comes_last(rig, web, feeds):
    rig.run_round()
    web.on(FEEDS["local"], web.reply(200, feeds.rss(["2026/bridge"])))
    web.on(CANONICAL, web.reply(200, feeds.page(head=HEAD), **HTML))
    rig.clock.advance(hours=1)
    rig.run_round()
    assert assert_one_document(rig) == 3


def test_texts_that_disagree_are_documents_of_one_story(rig, web, feeds):
    text = (
        "The council of the town opened the new bridge over the river on Monday after four years of work. Several hundred people "
        "came to see the mayor cut the ribbon, and the first buses crossed at noon. The old bridge, built in 1911, stays open for "
        "those who walk. Shopkeepers on the northern bank said that they had waited long. In this town the fare stays the same."
    )
    web.on(PAGES["local"], web.reply(200, feeds.page(text=text, head=HEAD), **HTML))
    rig.run_round()
    documents = rig.documents()
    assert PAGES["local"] in documents
    assert len(documents) == 2


def test_a_killed_writer_decides_the_same_again(rig, monkeypatch):
    """Killed after the articles are in the index, before the ledger says so: the inbox holds all three, and one is indexed."""

    class Killed(BaseException):
        pass

    with rig.open() as pipeline:
        pipeline.poll(tuple(FEEDS.values()))
        pipeline.collect([row.key for row in pipeline.store.ledger.rows()])
        save = type(pipeline.store.ledger).save

        def die(self, rows):
            raise Killed

        monkeypatch.setattr(type(pipeline.store.ledger), "save", die)
        with pytest.raises(Killed):
            pipeline.link()
        monkeypatch.setattr(type(pipeline.store.ledger), "save", save)
        assert pipeline.store.documents.count() == 1
        assert pipeline.store.inbox.count() == 3
    rig.clock.advance(hours=1)
    report = rig.run_round()
    assert report.is_balanced
    assert assert_one_document(rig) == 2


@pytest.mark.parametrize("batch", [1, 2])
def test_the_size_of_a_batch_changes_nothing(rig, monkeypatch, batch):
    monkeypatch.setattr(link_step, "_BATCH", batch)
    rig.run_round()
    assert assert_one_document(rig) == 2


def test_an_edit_of_the_one_that_stands_is_its_next_version(rig, web, feeds):
    rig.run_round()
    ((url, document),) = rig.documents().items()
    rig.clock.advance(hours=2)
    section = next(section for section in SECTIONS if PAGES[section] == url)
    text = document.article.text + " The mayor said on Monday evening that the toll would be abolished next year."
    for name in SECTIONS:
        items = [feeds.item(f"{name}/bridge", title="A bridge opens, update")]
        web.on(FEEDS[name], web.reply(200, feeds.rss(items)))
        web.on(PAGES[name], web.reply(200, feeds.page(text=text, head=HEAD), **HTML))
    rig.run_round()
    assert assert_one_document(rig) == 2
    with rig.store() as store:
        assert len(store.documents.versions(document.id)) == 2
    assert web.paths().count(f"/{section}/bridge") == 2
