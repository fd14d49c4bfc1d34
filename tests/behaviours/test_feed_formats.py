"""Rows 17, 18, 20 to 22, 25 to 28: whatever bytes a feed is made of, its entries reach the ledger or a failure is recorded."""

import gzip
import json
from datetime import timedelta

import pytest

from wirecopy.feeds.discover import find_feeds, find_sitemaps

FEED = "http://courier.test/feed"
NEWS = "http://courier.test/news-sitemap.xml"
RUSSIAN = "Премьер-министр открыл новый мост"
CHINESE = "总理出席新桥开通仪式并发表讲话"


def russian_feed(declared):
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return (
        f'{prolog}<rss version="2.0"><channel><title>x</title><item><title>{RUSSIAN}</title>'
        "<link>http://courier.test/1</link></item></channel></rss>"
    )


@pytest.mark.parametrize(
    ("encoding", "http", "declared"),
    [
        ("utf-8-sig", "koi8-r", "windows-1251"),  # the mark wins
        ("utf-16", "koi8-r", "windows-1251"),
        ("utf-32", None, "utf-8"),
        ("koi8-r", "koi8-r", "windows-1251"),  # then HTTP
        ("windows-1251", "windows-1251", "utf-8"),
        ("windows-1251", None, "windows-1251"),  # then the declaration
        ("windows-1251", None, None),  # then a guess
        ("windows-1251", "utf-8", "utf-8"),  # and nothing that does not fit
        ("utf-8", "iso-8859-1", None),
    ],
)
def test_charset_permutations(web, rig_of, encoding, http, declared):
    content_type = f"application/rss+xml; charset={http}" if http else "application/rss+xml"
    web.on(FEED, web.reply(200, russian_feed(declared).encode(encoding), Content_Type=content_type))
    rig = rig_of(FEED)
    assert rig.poll() == {"read": 1, "discovered": 1}
    assert [row.entry_title for row in rig.rows().values()] == [RUSSIAN]


def test_charset_undeclared_gb18030_is_guessed(web, rig_of):
    web.on(FEED, web.reply(200, russian_feed(None).replace(RUSSIAN, CHINESE).encode("gb18030")))
    rig = rig_of(FEED)
    rig.poll()
    assert [row.entry_title for row in rig.rows().values()] == [CHINESE]


def test_size_cap_keeps_the_first_items_and_records_the_event(web, rig_of, feeds):
    padding = f"<description>{'x' * 1000}</description>"
    body = feeds.rss([feeds.item(f"story-{n}", extra=padding) for n in range(6000)])
    web.on(FEED, web.reply(200, body))
    rig = rig_of(FEED, max_entries=10_000)
    counts = rig.poll()
    assert counts["read"] == 1
    assert 4000 < counts["discovered"] < 5000  # 5 MB of the 6.9
    assert "http://courier.test/story-0" in rig.rows()
    assert [str(kind) for kind in rig.events()] == ["truncated"]


def test_json_feed_is_read(web, rig_of):
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Courier",
        "items": [
            {"id": "1", "url": "/1", "title": "Bridge", "date_published": "2026-11-23T08:00:00Z"},
            {"id": 2, "external_url": "http://courier.test/2", "content_html": "<p>x</p>"},
            "no item",
        ],
    }
    web.on(FEED, web.reply(200, b"\xef\xbb\xbf" + json.dumps(feed).encode(), Content_Type="text/plain"))
    rig = rig_of(FEED)
    assert rig.poll() == {"read": 1, "discovered": 2}
    row = rig.rows()["http://courier.test/1"]
    assert (row.entry_title, row.entry_published) == ("Bridge", "2026-11-23T08:00:00+00:00")


def sitemap(*urls):
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{"".join(urls)}</urlset>'
    ).encode()


def news(slug, date):
    return (
        f"<url><loc>http://courier.test/{slug}</loc><news:news><news:publication><news:name>C</news:name>"
        f"<news:language>en</news:language></news:publication><news:publication_date>{date}</news:publication_date>"
        f"<news:title>Story {slug}</news:title></news:news></url>"
    )


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_news_sitemap_dates_in_w3c_variants(web, rig_of, pack):
    dates = ["2026-11-23", "2026-11-23T08:00Z", "2026-11-23T08:00:30+01:00", "2026-11-23T08:00:30.5Z", "2026"]
    body = sitemap(*(news(f"story-{n}", date) for n, date in enumerate(dates)))
    web.on(NEWS, web.reply(200, pack(body)))
    rig = rig_of(NEWS)
    assert rig.poll() == {"read": 1, "discovered": 5}
    rows = rig.rows()
    assert [rows[f"http://courier.test/story-{n}"].entry_published for n in range(5)] == [
        "2026-11-23",
        "2026-11-23T08:00+00:00",
        "2026-11-23T08:00:30+01:00",
        "2026-11-23T08:00:30+00:00",
        None,
    ]
    assert rows["http://courier.test/story-0"].entry_title == "Story story-0"


def test_news_sitemap_gzip_bombs_end_with_a_reason_and_harm_no_other_feed(web, rig_of, feeds):
    web.on(NEWS, web.reply(200, gzip.compress(bytes(200_000_000))))
    web.on("http://bote.test/map.xml.gz", web.reply(200, gzip.compress(gzip.compress(sitemap(news("1", "2026-11-23"))))))
    web.on(FEED, web.reply(200, feeds.rss(3)))
    rig = rig_of(NEWS, FEED, "http://bote.test/map.xml.gz")
    assert rig.poll() == {"read": 1, "failed": 2, "discovered": 3}
    assert rig.state(NEWS).last_error
    assert "unpacked twice" in rig.state("http://bote.test/map.xml.gz").last_error


HTML = "<!DOCTYPE html><html><head><title>{}</title></head><body><h1>x</h1></body></html>"


@pytest.mark.parametrize("title", ["The Courier", "Just a moment...", "Log in to the network"])
def test_autodiscovery_html_answered_for_a_feed_is_a_failure_and_not_an_empty_feed(web, rig_of, feeds, title):
    page = web.reply(200, HTML.format(title), Content_Type="application/rss+xml", ETag='"page"')
    web.on(FEED, web.reply(200, feeds.rss(3), ETag='"feed"'), page, page)
    rig = rig_of(FEED)
    rig.poll()
    for streak in (1, 2):
        rig.clock.advance(days=1)
        assert rig.poll() == {"failed": 1}
        state = rig.state()
        assert (state.error_streak, state.etag) == (streak, '"feed"')
        assert "HTML page" in state.last_error


def test_autodiscovery_finds_what_a_home_page_and_robots_name(web, rig_of, feeds):
    # Which of them are feeds, only polling them tells: what is found is polled like any other feed.
    home = b'<html><head><link href="/feed" type="application/rss+xml" rel="alternate"></head></html>'
    (found,) = find_feeds(home, url="http://courier.test/").candidates
    (named,) = find_sitemaps(
        b"User-agent: *\nSitemap: http://courier.test/news-sitemap.xml\n", url="http://courier.test/robots.txt"
    )
    web.on(found.url, web.reply(200, feeds.rss(3)))
    web.on(named, web.reply(200, sitemap(news("from-the-map", "2026-11-23"))))
    rig = rig_of(found.url, named)
    assert rig.poll() == {"read": 2, "discovered": 4}


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("Mon, 23 Nov 2026 09:00:00 CEST", "2026-11-23T09:00:00+02:00"),
        ("Mon, 23 Nov 2026 09:00:00 IST", "2026-11-23"),
        ("lun, 23 noviembre 2026 09:00:00 +0100", "2026-11-23T09:00:00+01:00"),
        ("пн, 23 ноя 2026 09:00:00 +0300", "2026-11-23T09:00:00+03:00"),
        ("2026年11月23日", "2026-11-23"),
        ("1795420800", "2026-11-23T08:00:00+00:00"),
        ("1795420800000", "2026-11-23T08:00:00+00:00"),
        ("23.11.2026 09:00", "2026-11-23T09:00"),
        ("11/23/2026", "2026-11-23"),
        ("Sun, 22 Nov 2026 24:00:00 GMT", "2026-11-23T00:00:00+00:00"),
        ("Mon, 23 Nov 26 09:00:00 GMT", "2026-11-23T09:00:00+00:00"),
        ("Mon, 23 Nov 2026 09:00:00", "2026-11-23T09:00:00"),
        ("0000-00-00 00:00:00", None),
        ("02/11/2026", None),
        ("Mon, 23 Nov 2026 09:00:00 GMT and more", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_repaired_or_left_empty_and_never_wrong(web, rig_of, feeds, stated, kept):
    web.on(FEED, web.reply(200, feeds.rss([feeds.item("one", published=stated)])))
    rig = rig_of(FEED)
    rig.poll()
    (row,) = rig.rows().values()
    assert row.entry_published == kept
    assert row.first_seen_at - rig.clock() < timedelta(minutes=1)


def test_dates_of_the_feed_settle_which_number_is_the_month(web, rig_of, feeds):
    items = [feeds.item("one", published="11/02/2026 09:00"), feeds.item("two", published="11/22/2026 09:00")]
    web.on(FEED, web.reply(200, feeds.rss(items)))
    rig = rig_of(FEED)
    rig.poll()
    assert [row.entry_published for _, row in sorted(rig.rows().items())] == ["2026-11-02T09:00", "2026-11-22T09:00"]


def test_relative_links_take_the_base_the_channels_link_and_last_the_final_address(web, rig_of):
    def body(channel, base=""):
        return f'<rss version="2.0"><channel>{channel}<item{base}><title>t</title><link>one</link></item></channel></rss>'

    web.on(
        "http://courier.test/a/feed",
        web.reply(200, body("<link>http://courier.test/b/</link>", ' xml:base="http://courier.test/c/"')),
    )
    web.on("http://courier.test/d/feed", web.reply(200, body("<link>http://courier.test/b/</link>")))
    web.on("http://courier.test/e/feed", web.reply(302, Location="http://www.courier.test/moved/feed"))
    web.on("http://www.courier.test/moved/feed", web.reply(200, body("")))
    rig = rig_of("http://courier.test/a/feed", "http://courier.test/d/feed", "http://courier.test/e/feed")
    rig.poll()
    assert sorted(rig.rows()) == ["http://courier.test/b/one", "http://courier.test/c/one", "http://www.courier.test/moved/one"]


def test_tracking_parameters_stay_in_the_address_and_not_in_its_key(web, rig_of, feeds):
    tracked = "http://courier.test/story?id=7&utm_source=rss&utm_medium=feed"
    web.on(
        FEED, web.reply(200, feeds.rss([feeds.item("x", link=tracked)])), web.reply(200, feeds.rss([feeds.item("story?id=7")]))
    )
    rig = rig_of(FEED)
    assert rig.poll() == {"read": 1, "discovered": 1}
    assert list(rig.rows()) == [tracked]
    rig.clock.advance(hours=2)
    assert rig.poll() == {"read": 1}


def test_redirect_wrappers_of_feedburner_yield_to_the_original_link(web, rig_of, feeds):
    original = (
        '<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">http://courier.test/story</f:origLink>'
        '<guid isPermaLink="false">g</guid>'
    )
    web.on(FEED, web.reply(200, feeds.rss([feeds.item("x", link="http://feedproxy.test/~r/c/~3/abc/", extra=original)])))
    rig = rig_of(FEED)
    rig.poll()
    assert list(rig.rows()) == ["http://courier.test/story"]


def test_items_that_the_parser_loses_reach_the_ledger(web, rig_of):
    body = "".join(
        f"<rss:item><rss:title>T</rss:title><rss:link>http://courier.test/{n}</rss:link></rss:item>" for n in range(3)
    )
    web.on(FEED, web.reply(200, f"<rss rss:version=2.0><rss:channel>{body}</rss:channel></rss>"))
    rig = rig_of(FEED)
    assert rig.poll() == {"read": 1, "discovered": 3}
