"""Filters as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from wirecopy.errors import ConfigError
from wirecopy.search.filters import read_filters
from wirecopy.store.ports import SearchFilters


def test_nothing_given_narrows_nothing() -> None:
    assert read_filters() == SearchFilters()
    assert read_filters(langs=("",), sources=(" , ",), since="", until=" ") == SearchFilters()


def test_lists_may_be_repeated_or_written_in_one() -> None:
    filters = read_filters(langs=("de, pt-BR", "de"), sources=("courier kurier",))
    assert filters.langs == ("de", "pt-BR")
    assert filters.sources == ("courier", "kurier")


def test_a_date_covers_its_whole_day() -> None:
    filters = read_filters(since="2026-11-22", until="2026-11-22")
    assert filters.since == datetime(2026, 11, 22, tzinfo=UTC)
    assert filters.until == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_time_is_an_instant() -> None:
    filters = read_filters(since="2026-11-22T08:30+02:00", until="2026-11-22 08:30:05")
    assert filters.since == datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
    assert filters.since.utcoffset() == timedelta(0)
    assert filters.until == datetime(2026, 11, 22, 8, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "subject", "words"),
    [
        ({"langs": ("german",)}, "lang", "'german' is no language tag"),
        ({"langs": ("de", "<b>")}, "lang", "BCP 47"),
        ({"langs": (" ".join(f"a{a}{b}" for a in "abcdefghi" for b in "abcdefghi"),)}, "lang", "81 values are too many"),
        ({"sources": tuple(map(str, range(1_000)))}, "source", "1,000 values are too many; name 64 at most"),
        ({"since": "yesterday"}, "since", "neither a date nor a time"),
        ({"until": "2026-13-01"}, "until", "neither a date nor a time"),
        ({"until": "9999-12-31"}, "until", "end of the calendar"),
        ({"since": "2026-11-23", "until": "2026-11-22"}, "since", "nothing can lie between"),
        ({"since": "2026-11-22T08:00", "until": "2026-11-22T08:00"}, "since", "nothing can lie between"),
    ],
)
def test_what_cannot_be_read_is_named(given: dict[str, object], subject: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        read_filters(**given)
    assert caught.value.subject == subject
