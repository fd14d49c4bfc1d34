"""The sources file: read with care, every slip named by file, line and field."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirecopy.errors import ConfigError
from wirecopy.models import Source, SourceId
from wirecopy.sources import append_sources, format_sources, load_sources, parse_sources
from wirecopy.sources.intervals import LONGEST_INTERVAL_S, read_interval, write_interval

GOOD = """\
# My newsroom
[[source]]
name = "Courier"
feeds = ["https://courier.test/rss.xml"]

[[source]]
id = "bote"
name = "Der  Bote"
country = "de"          # lower case will do
language = "DE-at"
homepage = "https://bote.test/"
feeds = [
    "https://bote.test/rss.xml",   # [[source]] in a comment
    'https://bote.test/sport.xml?a="x"',
]
delay_s = 2
poll_every = "2h"
max_entries = 50
robots = false
"""


def write(tmp_path, text):
    path = tmp_path / "sources.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_is_read(tmp_path):
    assert load_sources(write(tmp_path, GOOD)) == (
        Source(id=SourceId("courier"), name="Courier", feeds=("https://courier.test/rss.xml",)),
        Source(
            id=SourceId("bote"),
            name="Der Bote",
            feeds=("https://bote.test/rss.xml", 'https://bote.test/sport.xml?a="x"'),
            country="DE",
            language="de-AT",
            homepage="https://bote.test/",
            delay_s=2.0,
            poll_every_s=7200.0,
            max_entries=50,
            robots=False,
        ),
    )


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    path = write(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert [source.id for source in load_sources(path)] == ["courier", "bote"]


@pytest.mark.parametrize(
    ("name", "source_id"),
    [
        ("Le Monde (Paris)", "le-monde-paris"),
        ("Süddeutsche", "suddeutsche"),
        ("新聞", "courier.test"),
        ("24 часа", "24"),
    ],
)
def test_an_id_is_made_from_the_name(name, source_id):
    text = f'[[source]]\nname = "{name}"\nfeeds = ["https://news.courier.test/rss.xml"]\n'
    assert parse_sources(text, name="x")[0].id == source_id


HEAD = '[[source]]\nname = "Courier"\nfeeds = ["https://courier.test/rss.xml"]\n'

SLIPS = {
    "no quotes": ("[[source]]\nname = Courier\n", 2, "not TOML"),
    "no closing quote": ('[[source]]\nname = "Courier\n', 2, "not TOML"),
    "end of the file": ("[[source]]\nname", 2, "not TOML"),
    "a key twice": (HEAD + 'name = "B"\n', 4, "not TOML"),
    "an empty file": ("", 1, "lists no outlet"),
    "comments only": ("# soon\n", 1, "lists no outlet"),
    "one pair of brackets": ('\n[source]\nname = "A"\n', 2, "[[source]]"),
    "the plural": ('\n[[sources]]\nname = "A"\n', 2, "sources: is not known here; did you mean [[source]]?"),
    "a field at the top": ('name = "A"\n' + HEAD, 1, "name: is not known here"),
    "a list of texts": ('source = ["a"]\n', 1, "source: must be [[source]] tables"),
    "no name": ('\n[[source]]\nfeeds = ["https://a.test/"]\n', 2, "name: is missing"),
    "no feeds": ('[[source]]\nname = "A"\n', 1, "feeds: is missing"),
    "an empty name": (HEAD.replace("Courier", " "), 2, "name: is empty"),
    "a number for a name": (HEAD.replace('"Courier"', "7"), 2, "name: must be a text in quotes, not 7"),
    "a text for feeds": ('[[source]]\nname = "A"\nfeeds = "https://a.test/"\n', 3, "feeds: must be a list"),
    "no feed in the list": ('[[source]]\nname = "A"\n\nfeeds = []\n', 4, "feeds: is empty"),
    "a number among feeds": ('[[source]]\nname = "A"\nfeeds = [\n "https://a.test/",\n 7]\n', 3, "feeds[1]: must be a text"),
    "a feed that is no URL": ('[[source]]\nname = "A"\nfeeds = [\n "https://a.test/",\n "a.test/rss"]\n', 5, "feeds[1]: 'a.test/rss'"),
    "a feed by FTP": (HEAD.replace("https:", "ftp:"), 3, "feeds[0]: 'ftp://courier.test/rss.xml' is not an absolute http(s) URL"),
    "a password": (HEAD.replace("//", "//user:pw@"), 3, "user name or password"),
    "a field that is misspelt": (HEAD + '\nlangauge = "de"\n', 5, "langauge: is not a field of a source; did you mean language?"),
    "a field nobody knows": (HEAD + "zzz = 1\n", 4, "zzz: is not a field of a source; known are name, feeds"),
    "a country's name": (HEAD + 'country = "Germany"\n', 4, "country: 'Germany' is not an ISO 3166-1 code of two letters; write one"),
    "UK": (HEAD + 'country = "UK"\n', 4, "write GB"),
    "a language's name": (HEAD + 'language = "german"\n', 4, "language: 'german' is not a language tag"),
    "a country for a language": (HEAD + 'language = "jp"\n', 4, "write ja"),
    "a text for seconds": (HEAD + 'delay_s = "5"\n', 4, 'delay_s: must be a number of seconds, not "5"'),
    "true for seconds": (HEAD + "delay_s = true\n", 4, "delay_s: must be a number of seconds"),
    "less than no time": (HEAD + "delay_s = -1\n", 4, "delay_s: input should be greater than or equal to 0, not -1"),
    "no end": (HEAD + "delay_s = inf\n", 4, "delay_s"),
    "an interval without a unit": (HEAD + 'poll_every = "30"\n', 4, "poll_every: '30' is no interval; write one such as \"30m\""),
    "an interval in words": (HEAD + 'poll_every = "hourly"\n', 4, "poll_every: 'hourly' is no interval"),
    "true for an interval": (HEAD + "poll_every = true\n", 4, "poll_every: True is no interval"),
    "no interval at all": (HEAD + "poll_every = 0\n", 4, "poll_every: 0 is not between 0 and 30 days"),
    "an endless interval": (HEAD + "poll_every = inf\n", 4, "poll_every: inf is no interval"),
    "less often than a month": (HEAD + 'poll_every = "31d"\n', 4, "poll_every: '31d' is not between"),
    "no entries": (HEAD + "max_entries = 0\n", 4, "max_entries: input should be greater than or equal to 1, not 0"),
    "a text for a number": (HEAD + 'max_entries = "9"\n', 4, 'max_entries: must be a whole number, without quotes, not "9"'),
    "half an entry": (HEAD + "max_entries = 1.5\n", 4, "max_entries: must be a whole number"),
    "a text for true": (HEAD + 'robots = "no"\n', 4, 'robots: must be true or false, without quotes, not "no"'),
    "an id with spaces": (HEAD + 'id = "The Courier"\n', 4, "such as the-courier"),
    "an id twice": (f'{HEAD}id = "a"\n{HEAD.replace("rss", "atom")}id = "a"\n', 8, "id: 'a' stands at line 4 already"),
    "a made id twice": (HEAD + HEAD.replace("rss", "atom"), 5, "id: 'courier' (made from the name) stands at line 2 already"),
    "a feed twice": (HEAD + HEAD.replace("Courier", "B"), 6, "feeds[0]: https://courier.test/rss.xml stands at line 3 already"),
    "a feed twice in a list": ('[[source]]\nname = "A"\nfeeds = [\n"http://a.test/",\n"http://a.test/"]', 5, "feeds[1]: http://a.test/ stands at line 4"),
    "a homepage that is none": (HEAD + 'homepage = "courier.test"\n', 4, "homepage: 'courier.test' is not"),
    "in the second table": (f"{HEAD}\n{HEAD.replace('rss', 'atom')}id = 'b'\ncountry = 'XX'\n", 9, "country"),
}  # fmt: skip


@pytest.mark.parametrize("case", SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_named_by_file_line_and_field(tmp_path, case):
    text, line, message = case
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_sources(path)
    assert caught.value.subject == f"{path}:{line}"
    assert message in caught.value.message
    assert "\n" not in str(caught.value)


def test_further_slips_are_counted():
    with pytest.raises(ConfigError, match=r"^f:4: country: .* \(1 more like this, at line 5 first\)$"):
        parse_sources(HEAD + 'country = "XX"\nlanguage = "xx"\n', name="f")


def test_a_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match=r"no such sources file; make one .*\[\[source\]\].*WIRECOPY_SOURCES"):
        load_sources(tmp_path / "sources.toml")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_sources(tmp_path)


def test_another_encoding_is_named_with_its_line(tmp_path):
    with pytest.raises(ConfigError, match=r"sources\.toml:2: is not UTF-8"):
        load_sources(write(tmp_path, '[[source]]\nname = "Süd"\n'.encode("latin-1")))


def test_what_is_written_is_read_back():
    sources = parse_sources(GOOD, name="x")
    assert parse_sources(format_sources(sources), name="x") == sources
    assert format_sources(()) == ""


_NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=20)


_SOURCES = st.builds(
    Source,
    id=st.just(SourceId("x")),
    name=_NAMES | st.just('"\x7f\\"'),
    feeds=st.lists(_NAMES.map("https://a.test/{}".format), min_size=1, max_size=3, unique=True).map(tuple),
    country=st.sampled_from([None, "DE", "XK"]),
    language=st.sampled_from([None, "de", "zh-Hant", "pt-BR", "es-419", "ckb"]),
    homepage=st.sampled_from([None, "https://a.test/", "http://b.test/?a=\"&b='"]),
    delay_s=st.none() | st.floats(0, 86_400),
    poll_every_s=st.none()
    | st.floats(0, LONGEST_INTERVAL_S, exclude_min=True)
    | st.integers(1, 30 * 24 * 60).map(lambda minutes: minutes * 60.0),
    max_entries=st.none() | st.integers(1, 1_000_000),
    robots=st.none() | st.booleans(),
)


@given(st.lists(_SOURCES, min_size=1, max_size=3))
def test_any_sources_survive_the_file(sources):
    numbered = tuple(
        replace(source, id=SourceId(f"s{n}"), feeds=tuple(f"{feed}#{n}" for feed in source.feeds))
        for n, source in enumerate(sources)
    )
    assert parse_sources(format_sources(numbered), name="x") == numbered


@pytest.mark.parametrize(
    ("value", "seconds"), [("45s", 45), ("30m", 1800), ("1.5h", 5400), (" 2H ", 7200), ("1 d", 86_400), (90, 90), (0.5, 0.5)]
)
def test_an_interval_is_read(value, seconds):
    assert read_interval(value) == seconds


def test_an_interval_is_written_with_its_largest_unit():
    assert [write_interval(s) for s in (90.0, 1800.0, 5400.0, 7200.0, 172_800.0)] == [90.0, "30m", "90m", "2h", "2d"]


def courier(n=1):
    return Source(id=SourceId(f"c{n}"), name="Courier", feeds=(f"https://courier.test/{n}.xml",))


def test_what_is_appended_leaves_the_file_as_it_was(tmp_path):
    path = write(tmp_path, GOOD)
    append_sources(path, [courier()])
    text = path.read_text()
    assert text.startswith(GOOD + "\n[[source]]\n")
    assert load_sources(path)[2:] == (courier(),)
    append_sources(path, [courier(2)])
    assert path.read_text().startswith(text)
    assert [name.name for name in tmp_path.iterdir()] == ["sources.toml"]


def test_a_file_of_windows_stays_one(tmp_path):
    path = write(tmp_path, b"\xef\xbb\xbf" + GOOD.rstrip().replace("\n", "\r\n").encode())
    append_sources(path, [courier()])
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf#")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert len(load_sources(path)) == 3


@pytest.mark.parametrize("text", [None, "", "# soon"])
def test_a_file_without_outlets_takes_its_first(tmp_path, text):
    path = tmp_path / "sources.toml" if text is None else write(tmp_path, text)
    append_sources(path, [courier()])
    assert load_sources(path) == (courier(),)
    assert path.read_text().startswith(text or "[[source]]")


def test_a_link_stays_one_and_its_file_keeps_its_mode(tmp_path):
    (tmp_path / "real").mkdir()
    path = write(tmp_path / "real", GOOD)
    path.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to("real/sources.toml")
    append_sources(link, [courier()])
    assert link.is_symlink()
    assert len(load_sources(path)) == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_that_leads_nowhere_yet_gets_its_file(tmp_path):
    link = tmp_path / "link.toml"
    link.symlink_to("later.toml")
    append_sources(link, [courier()])
    assert link.is_symlink()
    assert load_sources(tmp_path / "later.toml") == (courier(),)


@pytest.mark.parametrize(
    ("text", "added"),
    [
        (GOOD, Source(id=SourceId("bote"), name="B", feeds=("https://b.test/",))),
        (GOOD, Source(id=SourceId("b"), name="B", feeds=("https://bote.test/rss.xml",))),
        ("[[source]]\nname = 7\n", courier()),
    ],
)
def test_a_file_that_would_be_malformed_is_not_written(tmp_path, text, added):
    path = write(tmp_path, text)
    with pytest.raises(ConfigError, match=r"sources\.toml:"):
        append_sources(path, [added])
    assert path.read_text() == text
    assert [name.name for name in tmp_path.iterdir()] == ["sources.toml"]


def test_of_many_that_append_at_once_none_is_lost(tmp_path):
    path = write(tmp_path, GOOD)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: append_sources(path, [courier(n)]), range(24)))
    assert {source.id for source in load_sources(path)} == {"courier", "bote", *(f"c{n}" for n in range(24))}


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere/sources\.toml: .* cannot be written"):
        append_sources(tmp_path / "nowhere" / "sources.toml", [courier()])
