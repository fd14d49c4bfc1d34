from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from wirecopy.linking.corpus import BadLine, CorpusArticle, parse_line

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
GOOD = {"id": "d1", "url": "https://courier.test/a", "source": "courier", "title": "Flood", "text": "The river rose."}


def parse(fields, *, number=2):
    line = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    return parse_line(line, number=number, now=NOW)


def test_an_article_with_nothing_more_than_it_needs():
    read = parse(GOOD | {"cluster": "c7", "published": 12})
    assert isinstance(read, CorpusArticle)
    assert (read.name, read.number) == ("d1", 2)
    article = read.article
    assert (article.url, article.source_id, article.title, article.text) == (GOOD["url"], "courier", "Flood", "The river rose.")
    assert (article.first_seen_at, article.fetched_at, article.published_at, article.lang) == (NOW, NOW, None, None)


@pytest.mark.parametrize(
    ("times", "first_seen"),
    [
        ({"first_seen_at": "2026-11-20T08:00:00.75+02:00"}, datetime(2026, 11, 20, 6, tzinfo=UTC)),
        ({"published_at": "2026-11-19"}, datetime(2026, 11, 19, tzinfo=UTC)),
        ({"published_at": "2026-11-19T10:00Z", "first_seen_at": "2026-11-20"}, datetime(2026, 11, 20, tzinfo=UTC)),
        ({"published_at": None, "first_seen_at": None, "lang": None}, NOW),
    ],
)
def test_times_stand_in_for_one_another(times, first_seen):
    article = parse(GOOD | times).article
    assert article.first_seen_at == first_seen
    assert (article.published_at is None) == (not times.get("published_at"))


def test_ids_may_be_numbers_and_titles_empty():
    assert parse(GOOD | {"id": 7, "title": None}).name == 7
    assert parse(GOOD | {"title": ""}).article.title == ""


def test_texts_are_scrubbed():
    assert parse(GOOD | {"text": "a\x00b\ud800 c\r\nd"}).article.text == "ab c\nd"


@pytest.mark.parametrize("line", [b"", b"  \n", b"\xef\xbb\xbf\n"])
def test_a_blank_line_is_nothing(line):
    assert parse(line, number=1) is None


def test_a_byte_order_mark_is_read_over():
    assert parse(b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), number=1).name == "d1"


@pytest.mark.parametrize(
    ("line", "name", "error"),
    [
        (b'{"id": "d1", ', None, "not JSON"),
        (b"[1, 2]", None, "the line is no JSON object"),
        (b'{"id": "\xff"}', None, "not UTF-8 (byte 9 of the line)"),
        (b"[" * 100_000, None, "not read: nested too deeply"),
        (b'{"id": ' + b"9" * 5000 + b"}", None, "Exceeds the limit"),
        ({**GOOD, "id": None}, None, "id is missing"),
        ({**GOOD, "id": True}, True, "id is neither a string nor a whole number"),
        ({**GOOD, "id": [1]}, [1], "id is neither a string nor a whole number"),
        ({**GOOD, "text": " \n\x00"}, "d1", "text is empty"),
        ({**GOOD, "source": ""}, "d1", "source is empty"),
        ({**GOOD, "title": 3}, "d1", "title is not a string"),
        ({**GOOD, "url": "courier.test/a"}, "d1", "url: "),
        ({**GOOD, "url": "ftp://courier.test/a"}, "d1", "url: "),
        ({**GOOD, "first_seen_at": "yesterday"}, "d1", "first_seen_at is no ISO 8601 date or time: 'yesterday'"),
        ({**GOOD, "published_at": 12}, "d1", "published_at is not a string"),
        ({**GOOD, "published_at": "9999-12-31"}, "d1", "published_at lies outside the years 1600 to 2999"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(line, name, error):
    bad = parse(line)
    assert isinstance(bad, BadLine)
    assert (bad.name, bad.number) == (name, 2)
    assert bad.error.startswith(error)


@pytest.mark.parametrize("field", ["id", "url", "source", "title", "text"])
def test_a_missing_field_is_named(field):
    bad = parse({name: value for name, value in GOOD.items() if name != field})
    assert bad.error == f"{field} is missing"
