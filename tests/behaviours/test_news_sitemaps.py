"""Row 21: news sitemaps, plain sitemaps and indices of them, gzipped or not, polled as feeds are."""

import gzip
from datetime import timedelta

import pytest

from wirecopy.models import EventKind

INDEX = "http://courier.test/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def urlset(*slugs, news=True, changed=None):
    """A sitemap; with `news` each address has a title and a time of publication."""
    entries = []
    for slug in slugs:
        extra = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
        if news:
            extra += (
                "<news:news><news:publication><news:name>Courier</news:name><news:language>en</news:language></news:publication>"
                f"<news:publication_date>2026-11-23T08:00:00Z</news:publication_date><news:title>{slug}</news:title></news:news>"
            )
        entries.append(f"<url><loc>http://courier.test/{slug}</loc>{extra}</url>")
    return f'<?xml version="1.0"?><urlset {NS}>{"".join(entries)}</urlset>'.encode()


def index(*children):
    """An index of `(url, lastmod or None)`."""
    rows = [
        f"<sitemap><loc>{url}</loc>{f'<lastmod>{at.isoformat()}</lastmod>' if at else ''}</sitemap>" for url, at in children
    ]
    return f'<?xml version="1.0"?><sitemapindex {NS}>{"".join(rows)}</sitemapindex>'.encode()


def child(name):
    return f"http://courier.test/maps/{name}.xml"


def test_a_news_sitemap_is_a_feed(web, rig_of):
    web.on(INDEX, web.reply(200, urlset("a", "b"), ETag='"1"'), web.reply(304))
    rig = rig_of(INDEX)
    assert rig.poll() == {"read": 1, "discovered": 2}
    assert rig.poll() == {"unchanged": 1}
    assert web.asked[-1].header("if-none-match") == b'"1"'
    assert rig.rows()["http://courier.test/a"].entry_title == "a"


def test_of_a_plain_sitemap_only_what_changed_lately_is_taken(web, rig_of, clock):
    recent = urlset("new", news=False, changed=clock() - timedelta(days=1))
    old = urlset("old", news=False, changed=clock() - timedelta(days=30))
    undated = urlset("undated", news=False)
    for name, body in (("recent", recent), ("old", old), ("undated", undated)):
        web.on(child(name), web.reply(200, body))
    rig = rig_of(*(child(name) for name in ("recent", "old", "undated")))
    assert rig.poll() == {"read": 3, "discovered": 1}
    assert set(rig.rows()) == {"http://courier.test/new"}


def test_an_index_leads_to_its_newest_sitemaps_gzipped_ones_too(web, rig_of, clock):
    now = clock()
    web.on(
        INDEX,
        web.reply(
            200,
            index(
                (child("old"), now - timedelta(days=40)),
                (child("b"), now - timedelta(hours=9)),
                ("http://courier.test/maps/a.xml.gz", now - timedelta(hours=1)),
                (child("c"), None),
            ),
        ),
    )
    web.on("http://courier.test/maps/a.xml.gz", web.reply(200, gzip.compress(urlset("a")), Content_Type="application/gzip"))
    web.on(child("b"), web.reply(200, urlset("b")))
    web.on(child("c"), web.reply(200, urlset("c")))
    rig = rig_of(INDEX)
    assert rig.poll() == {"read": 1, "discovered": 3}
    assert web.paths() == ["/sitemap.xml", "/maps/a.xml.gz", "/maps/b.xml", "/maps/c.xml"]
    assert {row.feed_url for row in rig.rows().values()} == {INDEX}


def test_only_sitemaps_that_changed_are_fetched_again(web, rig_of, clock):
    stale, fresh = clock() - timedelta(days=2), clock() - timedelta(hours=1)
    web.on(INDEX, web.reply(200, index((child("stale"), stale), (child("fresh"), fresh)), ETag='"i"'))
    web.on(child("stale"), web.reply(200, urlset("stale")))
    web.on(child("fresh"), web.reply(200, urlset("fresh")), web.reply(200, urlset("fresher", "fresh")))
    rig = rig_of(INDEX)
    assert rig.poll() == {"read": 1, "discovered": 2}
    rig.clock.advance(hours=1)
    assert rig.poll() == {"read": 1, "discovered": 1}, "its own validators say nothing of what it lists"
    assert web.paths() == ["/sitemap.xml", "/maps/fresh.xml", "/maps/stale.xml", "/sitemap.xml", "/maps/fresh.xml"]


def test_an_index_of_hundreds_gives_its_twenty_newest_and_says_so(web, rig_of, clock):
    children = [(child(f"m{n}"), clock() - timedelta(minutes=n)) for n in range(100)]
    web.on(INDEX, web.reply(200, index(*reversed(children))))
    for n in range(100):
        web.on(child(f"m{n}"), web.reply(200, urlset(f"story-{n}")))
    rig = rig_of(INDEX)
    assert rig.poll() == {"read": 1, "discovered": 20}
    assert rig.events() == [EventKind.TRUNCATED]
    assert "80 sitemaps" in rig.state().events[0].text
    assert "http://courier.test/story-0" in rig.rows()


def test_indices_of_indices_end(web, rig_of, clock):
    for n in range(8):
        here = INDEX if n == 0 else child(f"level-{n}")
        web.on(here, web.reply(200, index((child(f"level-{n + 1}"), clock()))))
    rig = rig_of(INDEX)
    rig.poll()
    assert web.paths() == ["/sitemap.xml", *(f"/maps/level-{n}.xml" for n in (1, 2, 3))]


def test_a_sitemap_that_fails_takes_nothing_from_the_others_and_is_tried_again(web, rig_of, clock):
    web.on(INDEX, web.reply(200, index((child("a"), clock()), (child("b"), clock()))))
    web.on(child("a"), web.reply(404), web.reply(200, urlset("a")))
    web.on(child("b"), web.reply(200, urlset("b")))
    rig = rig_of(INDEX)
    assert rig.poll() == {"read": 1, "discovered": 1}
    rig.clock.advance(hours=1)
    assert rig.poll() == {"read": 1, "discovered": 1}


def test_an_index_none_of_whose_sitemaps_can_be_read_is_a_failure(web, rig_of, clock):
    web.on(INDEX, web.reply(200, index((child("a"), clock()))))
    rig = rig_of(INDEX)
    assert rig.poll() == {"failed": 1}


@pytest.mark.parametrize("allowed", [True, False])
def test_robots_are_obeyed_for_the_sitemaps_of_an_index(web, rig_of, clock, allowed):
    web.on(INDEX, web.reply(200, index((child("a"), clock()))))
    web.on(child("a"), web.reply(200, urlset("a")))
    web.on("http://courier.test/robots.txt", web.reply(200, f"User-agent: *\nDisallow: {'/other' if allowed else '/maps'}\n"))
    rig = rig_of(INDEX, robots=True)
    counts = rig.poll()
    assert ("/maps/a.xml" in web.paths()) is allowed
    assert counts == ({"read": 1, "discovered": 1} if allowed else {"failed": 1})


def test_sitemaps_that_change_in_turn_are_no_loss_and_no_news(web, rig_of, clock):
    web.on(child("a"), web.reply(200, urlset("a")))
    web.on(child("b"), web.reply(200, urlset("b")))
    rig = rig_of(INDEX)
    for names in ("ab", "a", "b", "a"):
        days_ago = {name: timedelta(days=0 if name in names else 3) for name in "ab"}
        web.on(INDEX, web.reply(200, index(*((child(name), clock() - ago) for name, ago in days_ago.items()))))
        counts = rig.poll()
        rig.clock.advance(hours=2)
    assert counts == {"read": 1}
    assert rig.events() == []
    assert len(rig.state().window) == 2
    assert rig.state().days[-1].hours == 1 << 8, "only the first poll brought something"
