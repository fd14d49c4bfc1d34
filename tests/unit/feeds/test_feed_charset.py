"""Encodings of feeds: BOM before HTTP before the declaration, none believed where it does not fit, and a guess."""

from __future__ import annotations

from itertools import product

import pytest

from wirecopy.feeds.charset import recode_feed
from wirecopy.feeds.parse import parse_feed

URL = "https://courier.example/feed"
RUSSIAN = "Премьер-министр открыл новый мост"
CHINESE = "总理出席新桥开通仪式并发表讲话"
JAPANESE = "新しい橋が開通しました"
KOREAN = "새로운 다리가 개통되었습니다"


def rss(title: str, declared: str | None) -> str:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return (
        f'{prolog}<rss version="2.0"><channel><title>{title}</title><item><title>{title}</title>'
        f"<link>https://courier.example/a/long/address/of/a/story</link></item></channel></rss>"
    )


def title_of(body: bytes, content_type: str | None = None) -> str | None:
    feed = parse_feed(body, url=URL, content_type=content_type)
    assert feed.title == feed.entries[0].title
    return feed.title


MARKS = {"utf-8-sig": "utf-8-sig", "utf-16": "utf-16", "utf-32": "utf-32"}


@pytest.mark.parametrize(
    ("encoding", "http", "declared"), [*product(MARKS, ("koi8-r", None), ("windows-1251", "utf-8", "utf-16", None))]
)
def test_a_mark_outweighs_http_and_the_declaration(encoding: str, http: str | None, declared: str | None) -> None:
    content_type = f"text/xml; charset={http}" if http else None
    assert title_of(rss(RUSSIAN, declared).encode(encoding), content_type) == RUSSIAN


@pytest.mark.parametrize("http", ["windows-1251", "koi8-r", "iso-8859-5", "cp866", "utf-8"])
@pytest.mark.parametrize("declared", ["windows-1251", "koi8-r", "utf-8", "big5", "nonsense", None])
def test_http_outweighs_the_declaration(http: str, declared: str | None) -> None:
    assert title_of(rss(RUSSIAN, declared).encode(http), f'application/rss+xml; charset="{http}"') == RUSSIAN


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("gb2312", CHINESE),
        ("gbk", CHINESE + "镕"),
        ("big5", "總理出席新橋開通儀式"),
        ("shift_jis", JAPANESE),
        ("euc-jp", JAPANESE),
        ("iso-2022-jp", JAPANESE),
        ("euc-kr", KOREAN),
        ("iso-8859-2", "Žluťoučký kůň"),
        ("windows-1256", "رئيس الوزراء"),
        ("utf-8", RUSSIAN),
    ],
)
def test_the_declaration_is_believed_where_http_says_nothing(encoding: str, text: str) -> None:
    body = rss(text, encoding.replace("gbk", "gb2312")).encode(encoding)
    assert title_of(body) == text
    assert title_of(body, "text/xml") == text
    assert title_of(body, "text/xml; charset=nonsense") == text
    assert title_of(body, "text/xml; charset=base64") == text  # a codec of Python's, and none of text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("gb18030", CHINESE),
        ("euc-kr", KOREAN),
        ("shift_jis", JAPANESE),
        ("euc-jp", JAPANESE),
        ("windows-1252", "L’été à Besançon"),
        ("utf-8", RUSSIAN),
        ("utf-16-le", RUSSIAN),
        ("utf-16-be", RUSSIAN),
        ("utf-32-le", RUSSIAN),
    ],
)
@pytest.mark.parametrize("declared", [None, "utf-8"])
def test_undeclared_and_wrongly_declared_encodings_are_guessed(encoding: str, text: str, declared: str | None) -> None:
    assert title_of(rss(text, declared).encode(encoding)) == text


def test_the_language_of_the_feed_guides_the_guess() -> None:
    body = rss("Žluťoučký kůň", None).replace("<channel>", "<channel><language>cs</language>")
    assert title_of(body.encode("windows-1250")) == "Žluťoučký kůň"


def test_a_servers_default_says_nothing_about_the_file() -> None:
    assert title_of(rss(RUSSIAN, "utf-8").encode(), "text/xml; charset=ISO-8859-1") == RUSSIAN
    assert title_of(rss(RUSSIAN, None).encode(), "text/xml; charset=ISO-8859-1") == RUSSIAN
    assert title_of(rss(RUSSIAN, "windows-1251").encode("cp1251"), "text/xml; charset=ISO-8859-1") == RUSSIAN
    assert title_of(rss("Café", "iso-8859-1").encode("latin-1"), "text/xml; charset=utf-8") == "Café"


def test_one_bad_byte_costs_one_character() -> None:
    body = rss(RUSSIAN, "utf-8").encode().replace("мост".encode(), "мост".encode() + b"\xff")
    assert title_of(body) == RUSSIAN + "\ufffd"


def test_the_declaration_says_utf_8_afterwards() -> None:
    assert b'encoding="utf-8"' in recode_feed(rss(RUSSIAN, "windows-1251").encode("cp1251"), None)
