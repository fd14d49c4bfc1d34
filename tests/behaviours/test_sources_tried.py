"""Row 22 and beyond: `wirecopy sources add` finds a site's feeds and proves them, `check` says what is wrong; neither keeps anything."""

from __future__ import annotations

import json
import socket
import sys
from datetime import timedelta

import pytest

from wirecopy.cli.app import main
from wirecopy.clock import utc_now
from wirecopy.sources import load_sources

HOSTS = ("courier.test", "www.courier.test", "bote.test", "kurier.test", "cdn.test", *(f"site{n}.test" for n in range(12)))


@pytest.fixture
def run(web, capfd, monkeypatch, tmp_path, refusing_port):
    rules = [f"{host}:80=127.0.0.1:{web.port}" for host in HOSTS] + [f"dead0.test:80=127.0.0.1:{refusing_port}"]
    for name, value in {"LOOPBACK": ",".join(rules), "DELAY_S": "0", "TIMEOUT_S": "5", "WORKER_COUNT": "1"}.items():
        monkeypatch.setenv(f"WIRECOPY_{name}", value)
    monkeypatch.setenv("WIRECOPY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        with pytest.raises(SystemExit) as caught:
            main(["sources", *arguments])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert {path.name for path in tmp_path.iterdir()} <= {"sources.toml", "tmp"}
        assert list((tmp_path / "tmp").iterdir()) == []
        return int(caught.value.code or 0), out, err

    return call


def home(*links, title="Courier"):
    head = "".join(f'<link rel="alternate" type="application/rss+xml" href="{href}">' for href in links)
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body><p>News</p></body></html>".encode()


def recent(feeds, *slugs, host="courier.test", **options):
    return feeds.rss([feeds.item(slug, host=host, published=utc_now() - timedelta(hours=1)) for slug in slugs], **options)


def test_add_finds_the_feeds_of_a_home_page_and_takes_the_best(run, web, feeds, tmp_path):
    web.on("http://courier.test/", web.reply(200, home("/broken.xml", "/rss.xml", "/sport.xml"), Content_Type="text/html"))
    web.on("http://courier.test/broken.xml", web.reply(200, home()))
    web.on("http://courier.test/rss.xml", web.reply(200, feeds.rss(3)))
    web.on("http://courier.test/sport.xml", web.reply(200, feeds.rss(2, title="The Courier - Sport")))
    status, out, err = run("add", "http://courier.test/", "--country", "gb", "--language", "en")
    assert status == 0
    assert out.startswith("added to sources.toml:\n\n[[source]]\n")
    assert "no    http://courier.test/broken.xml  not a feed" in err
    assert "feed  http://courier.test/rss.xml  3 entries  The Courier" in err
    assert "1 more can be had with --all" in err
    (source,) = load_sources(tmp_path / "sources.toml")
    assert (source.id, source.name, source.feeds) == ("the-courier", "The Courier", ("http://courier.test/rss.xml",))
    assert (source.homepage, source.country, source.language) == ("http://courier.test/", "GB", "en")
    assert web.paths() == ["/", "/broken.xml", "/rss.xml", "/sport.xml"]
    assert all(asked.header("user-agent").startswith(b"Wirecopy/") for asked in web.asked)


def test_add_takes_all_and_passes_over_what_is_listed(run, web, feeds, tmp_path):
    web.on("http://courier.test/", web.reply(200, home("/rss.xml", "/sport.xml", "/world.xml")))
    for path in ("rss", "sport", "world"):
        web.on(f"http://courier.test/{path}.xml", web.reply(200, feeds.rss(2, title=f"The Courier: {path}")))
    assert run("add", "http://courier.test/rss.xml", "--name", "Courier", "--id", "c")[0] == 0
    before = (tmp_path / "sources.toml").read_text()
    status, out, err = run("add", "http://courier.test/", "--all", "--json")
    assert status == 0
    assert "skipped: http://courier.test/rss.xml: is listed already" in err
    report = json.loads(out)
    assert report["added"]["feeds"] == ["http://courier.test/sport.xml", "http://courier.test/world.xml"]
    assert [found["url"] for found in report["found"]] == [
        f"http://courier.test/{name}.xml" for name in ("rss", "sport", "world")
    ]
    assert (tmp_path / "sources.toml").read_text().startswith(before)


def test_add_takes_a_feed_that_is_given(run, web, feeds, tmp_path):
    web.on("http://courier.test/old", web.reply(301, Location="http://courier.test/rss.xml"))
    web.on("http://courier.test/rss.xml", web.reply(200, feeds.rss(2)))
    assert run("add", "http://courier.test/old")[0] == 0
    assert load_sources(tmp_path / "sources.toml")[0].feeds == ("http://courier.test/rss.xml",)
    assert web.paths() == ["/old", "/rss.xml"]
    status, _, err = run("add", "http://courier.test/old")
    assert status == 1
    assert "http://courier.test/rss.xml: stands at sources.toml:4 already" in err


def test_add_tries_usual_addresses_where_a_page_names_none(run, web, feeds, tmp_path):
    web.on("http://courier.test/", web.reply(200, home()))
    web.on("http://courier.test/feed.xml", web.reply(200, feeds.rss(2)))
    assert run("add", "http://courier.test/")[0] == 0
    assert load_sources(tmp_path / "sources.toml")[0].feeds == ("http://courier.test/feed.xml",)


def test_add_takes_the_sitemap_of_a_robots_txt_where_there_is_no_feed(run, web, tmp_path):
    web.on("http://courier.test/", web.reply(200, home()))
    web.on("http://courier.test/robots.txt", web.reply(200, b"User-agent: *\nSitemap: http://courier.test/maps/news.xml\n"))
    entry = "<url><loc>http://courier.test/a</loc><lastmod>2026-11-22</lastmod></url>"
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entry}</urlset>'
    web.on("http://courier.test/maps/news.xml", web.reply(200, sitemap))
    assert run("add", "http://courier.test/", "--name", "Courier")[0] == 0
    assert load_sources(tmp_path / "sources.toml")[0].feeds == ("http://courier.test/maps/news.xml",)


def test_add_takes_named_feeds_and_each_must_be_one(run, web, feeds, tmp_path):
    web.on("http://courier.test/a.xml", web.reply(200, feeds.rss(2)))
    web.on("http://courier.test/b.xml", web.reply(200, home()))
    bad = ("add", "http://courier.test/", "--feed", "http://courier.test/a.xml", "--feed", "http://courier.test/b.xml")
    status, out, err = run(*bad)
    assert (status, out) == (1, "")
    assert "http://courier.test/b.xml: not a feed" in err
    assert not (tmp_path / "sources.toml").exists()
    assert run(*bad[:-2])[0] == 0
    assert load_sources(tmp_path / "sources.toml")[0].homepage == "http://courier.test/"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((404, b"gone"), "answered 404"),
        ((200, b""), "no feed was found"),
        ((200, b"\x89PNG\r\n"), "no feed was found"),
        ((500, b""), "answered 500"),
    ],
)
def test_add_changes_nothing_where_there_is_no_feed(run, web, tmp_path, answer, words):
    web.on("http://courier.test/", web.reply(*answer))
    status, out, err = run("add", "http://courier.test/")
    assert (status, out) == (1, "")
    assert words in err
    assert not (tmp_path / "sources.toml").exists()


def test_add_follows_no_link_to_this_machine_or_its_network(run, web, feeds, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0)
        port = trap.getsockname()[1]
        links = [
            f"http://127.0.0.1:{port}/rss",
            f"http://0x7f.1:{port}/rss",
            "http://169.254.169.254/rss",
            "file:///etc/passwd",
        ]
        web.on("http://courier.test/", web.reply(200, home(*links, "/rss.xml")))
        web.on("http://courier.test/rss.xml", web.reply(200, feeds.rss(2)))
        assert run("add", "http://courier.test/", "--all")[0] == 0
        with pytest.raises(BlockingIOError):
            trap.accept()
    assert load_sources(tmp_path / "sources.toml")[0].feeds == ("http://courier.test/rss.xml",)


SOURCES = """\
[[source]]
name = "Courier"
homepage = "http://courier.test/"
feeds = ["http://courier.test/ok", "http://courier.test/moved", "http://courier.test/same"]

[[source]]
name = "Bote"
feeds = ["http://bote.test/404", "http://bote.test/html", "http://bote.test/empty", "http://bote.test/torn"]

[[source]]
name = "Dead"
feeds = ["http://dead0.test/rss", "http://10.0.0.1/rss"]

[[source]]
name = "Kurier"
feeds = ["http://kurier.test/old", "http://kurier.test/undated", "http://kurier.test/away", "http://kurier.test/json"]
"""


@pytest.fixture
def newsroom(web, feeds, tmp_path):
    (tmp_path / "sources.toml").write_text(SOURCES)
    now = utc_now()
    web.on("http://courier.test/ok", web.reply(200, recent(feeds, "a", "b")))
    web.on("http://courier.test/moved", web.reply(301, Location="http://courier.test/new"))
    web.on("http://courier.test/new", web.reply(200, recent(feeds, "c", "d")))
    web.on("http://courier.test/same", web.reply(200, recent(feeds, "b", "a")))
    web.on("http://bote.test/html", web.reply(200, home(), Content_Type="text/html"))
    web.on("http://bote.test/empty", web.reply(200, feeds.rss(0)))
    web.on("http://bote.test/torn", web.reply(200, feeds.rss(3)[:150]))
    dated = [("x", now - timedelta(days=45)), ("y", now + timedelta(days=9))]
    items = [feeds.item(slug, host="kurier.test", published=at) for slug, at in dated]
    web.on("http://kurier.test/old", web.reply(200, feeds.rss(items)))
    web.on("http://kurier.test/undated", web.reply(200, feeds.rss(2, host="kurier.test")))
    web.on("http://kurier.test/away", web.reply(200, recent(feeds, "e", host="spam.example")))
    entry = {"id": "1", "url": "http://kurier.test/1", "date_published": (now - timedelta(hours=1)).isoformat()}
    web.on(
        "http://kurier.test/json",
        web.reply(200, json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "K", "items": [entry]})),
    )
    return web


def test_check_says_what_is_wrong_with_each_feed_and_keeps_nothing(run, newsroom):
    status, out, err = run("check", "--json")
    assert status == 1
    lines = {line["url"]: line for line in map(json.loads, out.splitlines())}
    assert {url: [finding["kind"] for finding in line["findings"]] for url, line in lines.items()} == {
        "http://courier.test/ok": [],
        "http://courier.test/moved": ["moved"],
        "http://courier.test/same": ["duplicate"],
        "http://bote.test/404": ["status"],
        "http://bote.test/html": ["not_a_feed"],
        "http://bote.test/empty": ["no_entries"],
        "http://bote.test/torn": ["unreadable"],
        "http://dead0.test/rss": ["unreachable"],
        "http://10.0.0.1/rss": ["refused"],
        "http://kurier.test/old": ["stale", "future"],
        "http://kurier.test/undated": ["undated"],
        "http://kurier.test/away": ["elsewhere"],
        "http://kurier.test/json": [],
    }
    assert [line["ok"] for line in lines.values()] == [False] * 6 + [True] * 7  # the worst first
    assert "13 feeds asked: 6 failed, 5 with warnings, 2 fine" in err
    assert "http://courier.test/new" in lines["http://courier.test/moved"]["findings"][0]["text"]
    assert lines["http://courier.test/ok"]["entries"] == 2
    assert not any(asked.header("if-none-match") for asked in newsroom.asked)
    assert not any(asked.path == "/robots.txt" for asked in newsroom.asked)


def test_check_of_some_sources_asks_no_other(run, newsroom):
    status, out, err = run("check", "kurier")
    assert status == 0  # warnings do not fail
    assert {asked.host for asked in newsroom.asked} == {"kurier.test"}
    assert out.splitlines()[0].startswith("warn  kurier  http://kurier.test/old  2 entries, newest ")
    assert "      stale: its newest entry is 45 days old" in out.splitlines()
    assert "stale" not in run("check", "kurier", "--stale-days", "60")[1]
    assert "4 feeds asked: 0 failed, 3 with warnings, 1 fine" in err


def test_check_asks_a_host_one_at_a_time_and_many_hosts_at_once(run, web, feeds, tmp_path):
    urls = [f"http://site{n}.test/{feed}" for n in range(12) for feed in (1, 2, 3)]
    tables = [f'[[source]]\nname = "S{n}"\nfeeds = {json.dumps(urls[3 * n : 3 * n + 3])}\n' for n in range(12)]
    (tmp_path / "sources.toml").write_text("\n".join(tables))
    for url in urls:
        slug = url.replace("http://", "").replace("/", "-")
        web.on(url, web.reply(200, recent(feeds, slug, host=url.split("/")[2])))
    status, out, _ = run("check")
    assert (status, len(out.splitlines())) == (0, 36)
    assert set(web.most_open.values()) == {1}
    assert sorted(web.urls()) == sorted(urls)
