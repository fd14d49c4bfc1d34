"""Which candidate is taken for the time of publication: the rule of `wirecopy.extract.facts.dates`, sentence by sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wirecopy.extract.facts.dates import choose_date
from wirecopy.models import ClaimedTime

SEEN_AT = datetime(2024, 6, 1, 12, tzinfo=UTC)


def choose(*stated: tuple[str, str], seen_at: datetime | None = SEEN_AT) -> tuple[str, str] | None:
    candidates = [claimed for origin, text in stated if (claimed := ClaimedTime.parse(text, origin=origin)) is not None]
    assert len(candidates) == len(stated)
    chosen = choose_date(candidates, seen_at=seen_at)
    return (chosen.origin, chosen.stated) if chosen else None


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [
        ([], None),
        # 1: the future
        ([("json-ld", "2024-06-03T12:01:00+00:00")], None),
        ([("json-ld", "2025-01-01"), ("meta", "2024-05-03")], ("meta", "2024-05-03")),
        ([("json-ld", "2024-06-02T12:00:00+00:00")], ("json-ld", "2024-06-02T12:00:00+00:00")),
        # 2: the first
        ([("meta", "2024-05-03"), ("text", "2024-04-01")], ("meta", "2024-05-03")),
        ([("time", "2024-05-03"), ("htmldate", "2024-05-09")], ("time", "2024-05-03")),
        # JSON-LD and meta: the earlier, a meta tag only where something else agrees
        ([("json-ld", "2024-05-03"), ("meta", "2024-05-09")], ("json-ld", "2024-05-03")),
        ([("json-ld", "2024-05-09"), ("meta", "2001-01-01")], ("json-ld", "2024-05-09")),
        ([("json-ld", "2024-05-09"), ("meta", "2024-05-03"), ("text", "2024-05-03")], ("meta", "2024-05-03")),
        (
            [("json-ld", "2024-05-03T23:30:00+00:00"), ("meta", "2024-05-04T01:00:00+00:00")],
            ("json-ld", "2024-05-03T23:30:00+00:00"),
        ),
        # the address and a visible date agree
        ([("json-ld", "2019-01-01"), ("url", "2024-05-03"), ("text", "2024-05-03")], ("text", "2024-05-03")),
        ([("json-ld", "2019-01-01"), ("url", "2024-05-03"), ("text", "2024-04-03")], ("json-ld", "2019-01-01")),
        ([("json-ld", "2024-05-03"), ("url", "2024-05-02"), ("text", "2024-05-02")], ("json-ld", "2024-05-03")),
        # day and month swapped
        ([("meta", "2024-01-03"), ("text", "2024-03-01"), ("url", "2024-03-01")], ("text", "2024-03-01")),
        ([("meta", "2024-01-03"), ("text", "2024-03-01")], ("meta", "2024-01-03")),
        ([("meta", "2024-01-03"), ("htmldate", "2024-01-03"), ("text", "2024-03-01")], ("meta", "2024-01-03")),
        # 3: the most exact of the day
        (
            [("url", "2024-05-03"), ("text", "2024-05-03T10:15"), ("time", "2024-05-03T10:15+02:00")],
            ("time", "2024-05-03T10:15+02:00"),
        ),
        ([("url", "2024-05-03"), ("text", "2024-05-03T10:15"), ("htmldate", "2024-05-03")], ("text", "2024-05-03T10:15")),
        # 4: one instant, two offsets
        ([("json-ld", "2024-05-03T23:30:00Z"), ("time", "2024-05-04T01:30:00+02:00")], ("time", "2024-05-04T01:30:00+02:00")),
        (
            [("json-ld", "2024-05-03T23:30:00Z"), ("time", "2024-05-04T02:30:00+02:00")],
            ("json-ld", "2024-05-03T23:30:00+00:00"),
        ),
    ],
)
def test_the_rule(candidates: list[tuple[str, str]], chosen: tuple[str, str] | None) -> None:
    assert choose(*candidates) == chosen


def test_every_date_is_believed_where_it_is_unknown_when_the_page_was_seen() -> None:
    assert choose(("meta", "2031-01-01"), seen_at=None) == ("meta", "2031-01-01")
