"""OPML in and out: what readers write, broken and hostile files, and nothing passed over in silence."""

from __future__ import annotations

import random
import resource
import time
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from wirecopy.errors import ContentError
from wirecopy.models import Source, SourceId
from wirecopy.sources import format_sources, parse_sources
from wirecopy.sources.opml import MAX_OPML_BYTES, format_opml, looks_like_opml, parse_opml

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def opml(body, head="", version="2.0"):
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<opml version="{version}"><head/><body>{body}</body></opml>'.encode()


def read(body, **options):
    return parse_opml(opml(body, **options), name="list.opml")


FEED = '<outline text="Courier" type="rss" xmlUrl="https://courier.test/rss.xml"/>'


@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0"])
def test_each_version_is_read(version):
    listed = read(FEED, version=version)
    assert listed.sources == (Source(id=SourceId("courier"), name="Courier", feeds=("https://courier.test/rss.xml",)),)
    assert (listed.skipped, listed.warnings) == ((), ())


@pytest.mark.parametrize(
    "outline",
    [
        '<outline text="Courier" xmlurl="https://courier.test/rss.xml"/>',
        '<outline title="Courier" XMLURL="https://courier.test/rss.xml"/>',
        '<OUTLINE TEXT="Courier" xml_url="https://courier.test/rss.xml"/>',
        '<outline text="Courier" type="rss" url="https://courier.test/rss.xml"/>',
        '<outline text="Courier" xmlUrl=" https://courier.test/rss.xml\n"/>',
        '<outline text="Courier" xmlUrl="feed:https://courier.test/rss.xml"/>',
        '<outline text="x" title="Courier" xmlUrl="https://courier.test/rss.xml"/>',
        "<outline text='Courier' xmlUrl='https://courier.test/rss.xml'/>",
    ],
)
def test_the_ways_to_state_a_feed(outline):
    (source,) = read(outline).sources
    assert (source.name, source.feeds) == ("Courier", ("https://courier.test/rss.xml",))


def test_a_feed_address_of_that_scheme_is_http():
    assert read('<outline text="C" xmlUrl="feed://courier.test/rss"/>').sources[0].feeds == ("http://courier.test/rss",)


def test_folders_may_be_nested_and_name_country_and_language():
    listed = read(
        '<outline text="World"><outline text="Deutschland"><outline text="Bote" xmlUrl="https://bote.test/a"/></outline>'
        '<outline text="Portuguese"><outline text="Correio" xmlUrl="https://correio.test/a" category="/News/BR"/></outline>'
        '<outline text="Tech"><outline text="Heise" language="de-de" xmlUrl="https://heise.test/a"/></outline></outline>'
        '<outline text="Mail" language="unknown" xmlUrl="https://mail.test/a" category="politics,/Regions/South Korea"/>'
    )
    assert [(s.name, s.country, s.language) for s in listed.sources] == [
        ("Bote", "DE", None),
        ("Correio", "BR", "pt"),
        ("Heise", None, "de-DE"),
        ("Mail", "KR", None),
    ]


def test_feeds_of_one_site_are_one_source():
    listed = read(
        '<outline text="Courier - World" xmlUrl="https://feeds.courier.test/world" htmlUrl="https://www.courier.test/world"/>'
        '<outline text="Bote" xmlUrl="https://bote.test/rss"/>'
        '<outline text="Courier - Sport" xmlUrl="https://www.courier.test/sport.xml" htmlUrl="https://www.courier.test/"/>'
        '<outline text="Courier Deutsch" xmlUrl="https://www.courier.test/de.xml" language="de"/>'
    )
    assert [(s.id, s.name, s.feeds, s.homepage, s.language) for s in listed.sources] == [
        (
            "courier",
            "Courier",
            ("https://feeds.courier.test/world", "https://www.courier.test/sport.xml"),
            "https://www.courier.test/",
            None,
        ),
        ("bote", "Bote", ("https://bote.test/rss",), None, None),
        ("courier-deutsch", "Courier Deutsch", ("https://www.courier.test/de.xml",), None, "de"),
    ]


def test_feeds_on_a_host_of_many_are_kept_apart_unless_their_home_page_is_one():
    listed = read(
        '<outline text="Ana" xmlUrl="https://feeds.feedburner.com/ana"/>'
        '<outline text="Per" xmlUrl="https://feeds.feedburner.com/per"/>'
        '<outline text="Bote A" xmlUrl="https://feeds.feedburner.com/bote-a" htmlUrl="https://bote.test/"/>'
        '<outline text="Bote B" xmlUrl="https://feeds.feedburner.com/bote-b" htmlUrl="https://bote.test/"/>'
    )
    assert [(s.name, len(s.feeds)) for s in listed.sources] == [("Ana", 1), ("Per", 1), ("Bote", 2)]


def test_what_is_escaped_twice_is_read():
    (source,) = read('<outline text="Tom &amp;amp; Ana&amp;#39;s" xmlUrl="https://c.test/?a=1&amp;amp;b=2"/>').sources
    assert (source.name, source.feeds) == ("Tom & Ana's", ("https://c.test/?a=1&b=2",))
    whole = parse_opml(opml(FEED).decode().replace("<", "&lt;").replace(">", "&gt;").encode(), name="x")
    assert [s.name for s in whole.sources] == ["Courier"]


SKIPPED = {
    "by FTP": ('<outline text="A" xmlUrl="ftp://a.test/rss"/>', "A (ftp://a.test/rss)", "not an absolute http(s) URL"),
    "a script": ('<outline text="A" xmlUrl="javascript:alert(1)"/>', "A (javascript:alert(1))", "cannot be followed"),
    "a file": ('<outline text="A" xmlUrl="file:///etc/passwd"/>', "A (file:///etc/passwd)", "cannot be followed"),
    "relative": ('<outline text="A" xmlUrl="/rss.xml"/>', "A (/rss.xml)", "cannot be followed"),
    "a password": ('<outline text="A" xmlUrl="https://me:pw@a.test/rss"/>', "A (https://a.test/rss)", "user name or password"),
    "a page": ('<outline text="A" type="link" url="https://a.test/"/>', "A (https://a.test/)", "a link to a page"),
    "another list": ('<outline type="include" url="https://a.test/b.opml"/>', "https://a.test/b.opml", "another list"),
    "what FreshRSS scrapes": (
        '<outline text="A" type="HTML+XPath" xmlUrl="https://a.test/" htmlUrl="https://a.test/"/>',
        "A (https://a.test/)",
        "picks apart by rules of its own",
    ),
    "no feed": ('<outline text="A" htmlUrl="https://a.test/"/>', "A (https://a.test/)", "sources add https://a.test/"),
    "no address": ('<outline text="A" type="rss" xmlUrl=""/>', "A", "names no address"),
    "twice": (FEED + FEED.replace("https", "http"), "http://courier.test/rss.xml", "stands in the file twice"),
}


@pytest.mark.parametrize("case", SKIPPED.values(), ids=SKIPPED.keys())
def test_what_cannot_be_followed_is_told_with_its_reason(case):
    body, name, reason = case
    (skipped,) = read(body).skipped
    assert skipped.name == name
    assert reason in skipped.reason
    assert "pw" not in skipped.name


BROKEN = {
    "a stray ampersand": opml('<outline text="A & B" xmlUrl="https://a.test/?x=1&y=2"/>'),
    "names of HTML": opml('<outline text="Caf&eacute;&nbsp;" xmlUrl="https://a.test/?x=1&amp;y=2"/>'),
    "not closed": b'<opml><body><outline text="A" xmlUrl="https://a.test/?x=1&amp;y=2"><outline text="B">',
    "rubbish behind it": opml('<outline text="A" xmlUrl="https://a.test/?x=1&amp;y=2"/>') + b"</div><script>",
    "rubbish before it": b"\xef\xbb\xbf\n  " + opml('<outline text="A" xmlUrl="https://a.test/?x=1&amp;y=2"/>'),
    "control characters": opml('<outline text="A\x00\x0b" xmlUrl="https://a.test/?x=1&amp;y=2"/>'),
    "characters that are none": opml(
        '<outline text="A&#0;&#xD800;&#x110000;&#99999999;" xmlUrl="https://a.test/?x=1&amp;y=2"/>'
    ),
    "an attribute twice": opml('<outline text="A" text="B" xmlUrl="https://a.test/?x=1&amp;y=2"/>'),
    "UTF-16": opml('<outline text="A" xmlUrl="https://a.test/?x=1&amp;y=2"/>').decode().encode("utf-16"),
    "UTF-16 without a mark": opml('<outline text="A" xmlUrl="https://a.test/?x=1&amp;y=2"/>').decode().encode("utf-16-be"),
    "no body": b'<opml><outline text="A" xmlUrl="https://a.test/?x=1&amp;y=2"/></opml>',
    "an unknown prefix": opml('<outline x:y="1" text="A" xmlUrl="https://a.test/?x=1&amp;y=2"/>'),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_broken_xml_is_read_as_far_as_it_goes(data):
    (source,) = parse_opml(data, name="x").sources
    assert source.feeds == ("https://a.test/?x=1&y=2",)


def test_latin_1_is_read_as_it_states_or_as_windows_1252():
    for head in (b'<?xml version="1.0" encoding="ISO-8859-1"?>', b"", b'<?xml version="1.0" encoding="punycode"?>'):
        data = head + '<opml><outline text="Süd" xmlUrl="https://a.test/"/></opml>'.encode("latin-1")
        assert parse_opml(data, name="x").sources[0].name == "Süd"


def test_what_broken_xml_lost_is_counted():
    listed = read('<outline text="A" xmlUrl="https://a.test/"/><outline text="B" xmlUrl=https://b.test/ /><outline text="C"/>')
    assert [source.name for source in listed.sources] == ["A"]
    assert listed.warnings[0].startswith("is not well-formed")
    assert "1 more addresses of feeds stand in it" in listed.warnings[1]


def test_entities_are_not_read_and_no_file_is_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    doctype = f'<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "{secret.as_uri()}"> ]>'
    for head in (doctype, f"<!--{'x' * 70_000}-->{doctype}"):
        listed = read('<outline text="&b;&f;" xmlUrl="https://a.test/"/>', head=head)
        assert "aaaa" not in listed.sources[0].name
        assert "SECRET" not in repr(listed)


def test_bombs_end_soon_in_little_memory():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bombs = [
        opml('<outline text="&e11;" xmlUrl="https://a.test/"/>', head=f'<!DOCTYPE opml [<!ENTITY e0 "ha">{laughs}]>'),
        b"<opml>" + b"<outline>" * 500_000,
        b"<opml>" + b"<o/>" * 1_000_000,
        b'<opml><outline text="' + b"x" * 12_000_000 + b'"/></opml>',
        b"<opml><outline " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/></opml>",
        b"<opml>" + b"&" * 1_000_000 + b"</opml>",
        b"<opml>" + b"<" * 1_000_000,
    ]
    for bomb in bombs:
        start = time.monotonic()
        parse_opml(bomb, name="x")
        assert time.monotonic() - start < 15
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kB


def test_what_lies_too_deep_is_told():
    listed = read("<outline>" * 300 + FEED)
    assert listed.sources == ()
    assert any("1 more addresses" in warning for warning in listed.warnings)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no element"),
        (b"hello", "no element"),
        (b"<html><body><p>Log in</body></html>", "its root is <html>"),
        (b'<rss version="2.0"><channel/></rss>', "its root is <rss>"),
        (b"<opml>" + b" " * MAX_OPML_BYTES, "longer than"),
    ],
)
def test_what_is_no_opml_is_refused(data, words):
    with pytest.raises(ContentError, match=words):
        parse_opml(data, name="list.opml")


def test_damaged_lists_give_sources_that_the_file_can_hold():
    chance = random.Random(7)
    starter = parse_sources((resources.files("wirecopy.sources") / "starter.toml").read_text("utf-8"), name="starter")
    whole = format_opml(starter[:20], now=NOW)
    pieces = [
        b"<",
        b">",
        b"&",
        b'"',
        b"\x00",
        b"\xff",
        b"&#xD800;",
        b"</outline>",
        b"<!DOCTYPE",
        b"<![CDATA[",
        b"<!--",
        b"{",
        b"<:>",
    ]
    read = 0
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            at, other = chance.randrange(len(data)), chance.randrange(len(data))
            damage = chance.choice([chance.choice(pieces), bytes(data[other : other + 200]), bytes([chance.randrange(256)])])
            data[at : at + chance.choice([0, 1, 40])] = damage
        try:
            sources = parse_opml(bytes(data), name="x").sources
        except ContentError:
            continue
        read += len(sources)
        assert not sources or parse_sources(format_sources(sources), name="x") == sources
    assert read > 300


def test_opml_is_told_from_toml():
    assert looks_like_opml(opml(FEED))
    assert looks_like_opml(opml(FEED).decode().encode("utf-16"))
    assert not looks_like_opml(b"[[source]]")
    assert not looks_like_opml(b"# <opml>")


def test_the_starter_list_survives_opml():
    sources = parse_sources((resources.files("wirecopy.sources") / "starter.toml").read_text("utf-8"), name="starter")
    listed = parse_opml(format_opml(sources, now=NOW), name="x")
    assert listed.sources == sources
    assert (listed.skipped, listed.warnings) == ((), ())


def test_what_is_written_is_opml_2_as_its_specification_asks():
    source = Source(
        id=SourceId("c"),
        name='The "Courier" <&>',
        feeds=("https://c.test/?a=1&b=2", "https://c.test/2"),
        country="GB",
        language="en-GB",
        homepage="https://c.test/",
    )
    root = etree.fromstring(format_opml([source], now=NOW))
    assert (root.tag, root.get("version"), [child.tag for child in root]) == ("opml", "2.0", ["head", "body"])
    assert root.findtext("head/dateCreated") == "Sun, 22 Nov 2026 08:30:00 GMT"
    outlines = root.findall("body/outline")
    assert [dict(outline.attrib) for outline in outlines] == [
        {
            "text": text,
            "title": 'The "Courier" <&>',
            "type": "rss",
            "xmlUrl": url,
            "htmlUrl": "https://c.test/",
            "language": "en-GB",
            "category": "GB",
            "{https://github.com/wirecopy/wirecopy/ns/sources}id": "c",
            "{https://github.com/wirecopy/wirecopy/ns/sources}country": "GB",
        }
        for text, url in (
            ('The "Courier" <&>', "https://c.test/?a=1&b=2"),
            ('The "Courier" <&> (2)', "https://c.test/2"),
        )
    ]


def test_what_another_program_keeps_of_it_is_still_grouped():
    source = Source(
        id=SourceId("c"), name="Courier", feeds=("https://c.test/1", "https://c.test/2"), homepage="https://c.test/"
    )
    root = etree.fromstring(format_opml([source], now=NOW))
    for outline in root.iter("outline"):
        for name in list(outline.attrib):
            if name not in ("text", "xmlUrl", "htmlUrl"):
                del outline.attrib[name]
    (found,) = parse_opml(etree.tostring(root), name="x").sources
    assert (found.name, found.feeds, found.homepage) == ("Courier", source.feeds, source.homepage)


_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z", "Cn")), min_size=1, max_size=20).filter(lambda t: t.strip())
_SOURCES = st.builds(
    Source,
    id=st.just(SourceId("x")),
    name=_TEXT | st.sampled_from(["A &amp; B", "Q&A <b>", "&eacute;"]),
    feeds=st.lists(st.integers(1, 99).map("http://a.test/?x=1&amp;y={}".format), min_size=1, max_size=3, unique=True).map(
        tuple
    ),
    country=st.sampled_from([None, "DE", "XK"]),
    language=st.sampled_from([None, "de", "zh-Hant", "es-419"]),
    homepage=st.sampled_from([None, "https://a.test/", "http://b.test/?a=\"&amp;b='"]),
    delay_s=st.none() | st.floats(0, 86_400),
    poll_every_s=st.none() | st.floats(0.001, 86_400) | st.just(1800.0),
    max_entries=st.none() | st.integers(1, 1_000_000),
    robots=st.none() | st.booleans(),
)


@given(st.lists(_SOURCES, min_size=1, max_size=3))
def test_any_sources_survive_opml(sources):
    numbered = tuple(
        replace(source, id=SourceId(f"s{n}"), feeds=tuple(f"{feed}&n={n}" for feed in source.feeds))
        for n, source in enumerate(sources)
    )
    assert parse_opml(format_opml(numbered, now=NOW), name="x").sources == numbered
