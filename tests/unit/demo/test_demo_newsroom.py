"""The newsroom's server answers for each outlet, the same each time."""

import gzip
import http.client
import tomllib

import pytest

from wirecopy.demo.newsroom import Newsroom
from wirecopy.outcomes import State
from wirecopy.settings import load_settings


@pytest.fixture(scope="module")
def newsroom():
    with Newsroom() as newsroom:
        yield newsroom


@pytest.fixture
def ask(newsroom):
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=10)

    def ask(host, path, method="GET", **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": host, **names})
        response = connection.getresponse()
        return response.status, response.headers, response.read()

    yield ask
    connection.close()


def test_every_page_answers_as_the_truth_says(newsroom, ask):
    for outlet in newsroom.outlets:
        for page in outlet.pages:
            status, headers, body = ask(outlet.host, page.path)
            assert status == page.status, page.url
            assert headers.get("Location") == page.location
            assert headers["Content-Type"].startswith(page.content_type)
            assert body


def test_articles_name_their_charset(newsroom, ask):
    for outlet in newsroom.outlets:
        _, headers, body = ask(outlet.host, "/")
        assert headers["Content-Type"] == f"text/html; charset={outlet.page_charset}"
        assert outlet.name in body.decode(outlet.page_charset)


def test_a_short_link_leads_to_an_article_that_a_feed_lists(newsroom):
    short = next(page for page in newsroom.truth.values() if page.state is State.SAME_PAGE)
    target = newsroom.truth[f"http://courier.test{short.location}"]
    assert target.state is State.INDEXED


@pytest.mark.parametrize("path", ["/feed/", "/feed/?utm_source=x"])
def test_an_etag_gives_304(ask, path):
    status, headers, body = ask("courier.test", path)
    assert (status, bool(body)) == (200, True)
    status, again, body = ask("courier.test", path, If_None_Match=headers["ETag"])
    assert (status, body) == (304, b"")
    assert again["ETag"] == headers["ETag"]
    assert ask("courier.test", path, If_None_Match='"other"')[0] == 200


def test_a_date_gives_304_where_there_is_no_etag(ask):
    _, headers, _ = ask("examiner.test", "/latest.rss")
    assert "ETag" not in headers
    assert ask("examiner.test", "/latest.rss", If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert ask("examiner.test", "/latest.rss", If_Modified_Since="Mon, 09 Nov 2026 00:00:00 GMT")[0] == 200
    assert ask("examiner.test", "/latest.rss", If_Modified_Since="yesterday")[0] == 200


def test_an_etag_outranks_a_date(ask):
    _, headers, _ = ask("courier.test", "/feed/")
    answer = ask("courier.test", "/feed/", If_None_Match='"other"', If_Modified_Since=headers["Last-Modified"])
    assert answer[0] == 200


def test_gzip_where_it_is_accepted(ask):
    _, headers, body = ask("courier.test", "/feed/", Accept_Encoding="gzip, br")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == ask("courier.test", "/feed/")[2]


def test_head_has_no_body_and_the_connection_goes_on(ask):
    status, headers, body = ask("courier.test", "/feed/", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 1000
    assert ask("courier.test", "/")[0] == 200


def test_robots_txt_where_an_outlet_has_one(ask):
    status, _, body = ask("examiner.test", "/robots.txt")
    assert (status, b"Disallow: /premium/" in body) == (200, True)
    assert ask("tribune.test", "/robots.txt")[0] == 404


def test_other_hosts_and_paths_are_not_answered(ask):
    assert ask("courier.test", "/nothing")[0] == 404
    assert ask("elsewhere.test", "/")[0] == 421


def test_requests_are_remembered(newsroom, ask):
    before = len(newsroom.requests)
    ask("Courier.test:80", "/feed/?a=b", User_Agent="Test")
    (record,) = newsroom.requests[before:]
    assert (record.host, record.target, record.status) == ("courier.test", "/feed/?a=b", 200)
    assert record.headers["user-agent"] == "Test"
    assert record.at > 0


def test_two_newsrooms_say_the_same(newsroom):
    with Newsroom() as other:
        assert other.port != newsroom.port
        for outlet in newsroom.outlets:
            for path in ["/", *(feed.path for feed in outlet.feeds), *(page.path for page in outlet.pages)]:
                assert other.answer(outlet.host, path) == newsroom.answer(outlet.host, path)


def test_loopback_is_a_value_of_the_setting(newsroom):
    rules = load_settings(loopback=newsroom.loopback).loopback
    assert {rule.host for rule in rules} == {outlet.host for outlet in newsroom.outlets}
    assert {(rule.port, rule.address, rule.dial_port) for rule in rules} == {(80, "127.0.0.1", newsroom.port)}


def test_the_sources_file_lists_every_outlet_and_feed(newsroom, tmp_path):
    newsroom.write_sources(tmp_path / "sources.toml")
    tables = tomllib.loads((tmp_path / "sources.toml").read_text(encoding="utf-8"))["source"]
    assert [table["id"] for table in tables] == [outlet.id for outlet in newsroom.outlets]
    assert [table["name"] for table in tables] == [outlet.name for outlet in newsroom.outlets]
    assert {feed for table in tables for feed in table["feeds"]} == {
        f"http://{outlet.host}{feed.path}" for outlet in newsroom.outlets for feed in outlet.feeds
    }
    assert next(table for table in tables if table["id"] == "examiner")["delay_s"] == 0.2


def test_closing_frees_the_port():
    first = Newsroom()
    with first:
        port = first.port
    with Newsroom(port) as second:
        assert second.port == port


def test_a_newsroom_that_was_never_entered_can_be_closed():
    Newsroom().close()
