"""A weekday beside a numeric date tells the order of its day and month; it changes nothing where it cannot."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from wirecopy.feeds.dates import read_date
from wirecopy.feeds.weekdays import choose_order, read_weekday, split_weekday


def read(text: str, language: str | None, *, month_first: bool | None = None) -> str | None:
    claimed = read_date(text, language=language, month_first=month_first)
    return claimed.stated if claimed else None


@pytest.mark.parametrize(
    ("text", "language", "stated"),
    [
        ("Wed, 08/09/2017 - 14:00", "en-gb", "2017-08-09T14:00"),
        ("Wed, 08/09/2017 - 14:00", None, "2017-08-09T14:00"),
        ("Fri, 08/09/2017 - 14:00", "en-us", "2017-09-08T14:00"),
        ("Fri, 05/03/2019", "pt", "2019-05-03"),
        ("Tue, 05/03/2019", "en-us", "2019-03-05"),
        ("Thursday 08/04/2016", "en-gb", "2016-08-04"),
        ("Mié, 08/09/2017 - 14:00", "es", "2017-08-09T14:00"),
        ("quarta-feira, 08/09/2017", "pt-br", "2017-08-09"),
        ("Mi., 08-09-2017", "de", "2017-08-09"),
        ("śr., 08/09/2017", "pl", "2017-08-09"),
        ("Τετ, 08/09/2017 - 14:00", "el", "2017-08-09T14:00"),
        ("Thứ Tư, 08/09/2017", "vi", "2017-08-09"),
        ("08/09/2017 (Wed) 14:00", "en-gb", "2017-08-09T14:00"),
        ("08/09/2017, mercredi", "fr", "2017-08-09"),
    ],
)
def test_the_order_that_falls_on_the_weekday_is_read(text: str, language: str | None, stated: str) -> None:
    assert read(text, language) == stated


def test_the_weekday_outweighs_how_the_feed_writes_its_other_dates() -> None:
    assert read("Wed, 08/09/2017", "en", month_first=False) == "2017-08-09"
    assert read("Wed, 09/08/2017", "en", month_first=True) == "2017-08-09"


@pytest.mark.parametrize(
    "date_text",
    [
        "08/09/2017",  # neither order is a Monday
        "06/06/2016",  # both are one
        "25/08/2017",
        "2017-08-09",
        "08.09.2017",  # day first wherever full stops are written
    ],
)
@pytest.mark.parametrize("language", ["en-gb", "en-us", "de", None])
def test_a_weekday_that_cannot_tell_changes_nothing(date_text: str, language: str | None) -> None:
    assert read(f"Mon, {date_text}", language) == read(date_text, language)


def test_full_stops_are_day_first_whatever_the_weekday() -> None:
    assert read("Wed, 08.09.2017", "de") == "2017-09-08"


def test_both_orders_on_the_weekday_leave_it_to_the_language() -> None:
    # 1 February and 2 January 2023 differ by 30 days, never by whole weeks; 7 January and 1 July 2023 by 25 of them.
    assert choose_order(1, 7, 2023, weekday=5) is None
    assert read("Sat, 01/07/2023", "en-gb") == "2023-07-01"
    assert read("Sat, 01/07/2023", "en-us") == "2023-01-07"


def test_short_names_are_read_in_their_own_language_only() -> None:
    assert read_weekday("Sam", language="fr") == 5
    assert read_weekday("Sam", language="en") is None
    assert read_weekday("di", language="de") == read_weekday("di", language="nl-BE") == 1
    assert read_weekday("di", language="it") is None
    assert read_weekday("Thurs.") == read_weekday("Donnerstag", language="en") == 3


def test_every_line_of_names_has_whole_weeks_and_no_name_means_two_days() -> None:
    from wirecopy.feeds import weekdays

    for line in (*weekdays._FULL, weekdays._ENGLISH_SHORT, *weekdays._SHORT.values()):
        assert len(line.split()) % 7 == 0, line
    days: dict[str, set[int]] = {}
    for line in (*weekdays._FULL, weekdays._ENGLISH_SHORT):
        for place, name in enumerate(line.split()):
            days.setdefault(name, set()).add(place % 7)
    for language, line in weekdays._SHORT.items():
        for place, name in enumerate(line.split()):
            days.setdefault(f"{language} {name}", set()).add(place % 7)
    assert {name: found for name, found in days.items() if len(found) > 1} == {}


def test_names_in_the_table_are_found_as_written_with_accents() -> None:
    for name, weekday in (
        ("Miércoles", 2),
        ("SÁBADO", 5),
        ("środa", 2),
        ("Çarşamba", 2),
        ("Pátek", 4),
        ("Сряда", 2),
        ("söndag", 6),
    ):
        assert read_weekday(name) == weekday


def test_what_stands_before_the_digits_goes_though_it_is_no_weekday() -> None:
    assert split_weekday("Publié mer 08/09/2017", language="fr") == ("08/09/2017", 2)
    assert split_weekday("Le 08/09/2017", language="fr") == ("08/09/2017", None)
    assert split_weekday("08/09/2017 Berlin") == ("08/09/2017 Berlin", None)


def test_every_open_day_of_a_year_is_read_back_from_either_order() -> None:
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    for day in (date(2023, 1, 1) + timedelta(days=number) for number in range(365)):
        if day.day > 12 or date(2023, day.day, day.month).weekday() == day.weekday():
            continue
        for text in (f"{day:%m/%d/%Y}", f"{day:%d/%m/%Y}"):
            assert read(f"{names[day.weekday()]}, {text}", "en") == day.isoformat()
