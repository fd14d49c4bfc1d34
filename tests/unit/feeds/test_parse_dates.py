"""Dates as feeds state them: kept with offset and precision, repaired, or left empty; never wrong."""

from __future__ import annotations

import pytest

from wirecopy.feeds import dates
from wirecopy.feeds.dates import month_comes_first, read_date
from wirecopy.feeds.months import read_month
from wirecopy.models import Precision


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Mon, 03 Nov 2025 10:00:00 GMT", "2025-11-03T10:00:00+00:00"),
        ("Mon, 03 Nov 2025 10:00:00 +0530", "2025-11-03T10:00:00+05:30"),
        ("Mon, 03 Nov 2025 10:00 Z", "2025-11-03T10:00+00:00"),
        ("03 Nov 25 10:00:00 EST", "2025-11-03T10:00:00-05:00"),
        ("Thu, 01 Jan 98 19:48:21 GMT", "1998-01-01T19:48:21+00:00"),
        ("2025-11-02T10:30:00.123+05:30", "2025-11-02T10:30:00+05:30"),
        ("2025-11-02 10:30:00", "2025-11-02T10:30:00"),
        ("2025-11-02T10:30Z", "2025-11-02T10:30+00:00"),
        ("2025-11-02T10:30:60Z", "2025-11-02T10:30:59+00:00"),
        ("20251102T103000Z", "2025-11-02T10:30:00+00:00"),
        ("20251102T10:30:00+01:00", "2025-11-02T10:30:00+01:00"),
        ("2025-11-02", "2025-11-02"),
        ("Mon Nov  3 10:00:00 2025", "2025-11-03T10:00:00"),
        ("Mon Nov 03 10:00:00 CET 2025", "2025-11-03T10:00:00+01:00"),
        ("Sun Nov 02 2025 10:30:00 GMT+0100 (Central European Standard Time)", "2025-11-02T10:30:00+01:00"),
        ("November 3, 2025 10:30 PM EST", "2025-11-03T22:30-05:00"),
        ("3rd November 2025", "2025-11-03"),
        ("2025/1/10 14:33:00", "2025-01-10T14:33:00"),
    ],
)
def test_common_forms_are_kept_as_stated(text: str, stated: str) -> None:
    claimed = read_date(text)
    assert claimed is not None
    assert claimed.stated == stated


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Mon, 03 Nov 2025 10:00:00 CEST", "2025-11-03T10:00:00+02:00"),
        ("Mon, 03 Nov 2025 10:00:00 MESZ", "2025-11-03T10:00:00+02:00"),
        ("Mon, 03 Nov 2025 10:00:00 JST", "2025-11-03T10:00:00+09:00"),
        ("Mon, 03 Nov 2025 10:00:00 GMT+2", "2025-11-03T10:00:00+02:00"),
        ("Mon, 03 Nov 2025 10:00:00 AEDT", "2025-11-03T10:00:00+11:00"),
    ],
)
def test_named_zones_are_read_by_their_offset(text: str, stated: str) -> None:
    claimed = read_date(text)
    assert claimed is not None
    assert claimed.stated == stated


@pytest.mark.parametrize("zone", ["IST", "AST", "XYZ", "+9900", "America/Lima"])
def test_a_zone_that_cannot_be_told_leaves_the_bare_date_or_nothing(zone: str) -> None:
    claimed = read_date(f"Mon, 03 Nov 2025 10:00:00 {zone}")
    assert claimed is None or (claimed.stated == "2025-11-03" and not claimed.has_offset)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3 de noviembre de 2025", "2025-11-03"),
        ("lundi 3 novembre 2025", "2025-11-03"),
        ("mar., 04 nov. 2025", "2025-11-04"),
        ("mar. 3 mars 2026", "2026-03-03"),
        ("3. November 2025", "2025-11-03"),
        ("Dienstag, 3. März 2026", "2026-03-03"),
        ("Пн, 03 ноя 2025", "2025-11-03"),
        ("3 ноября 2025 г.", "2025-11-03"),
        ("3 липня 2025", "2025-07-03"),
        ("3 Kasım 2025", "2025-11-03"),
        ("Senin, 3 Agustus 2026", "2026-08-03"),
        ("2026年11月2日", "2026-11-02"),
        ("2026년 11월 2일", "2026-11-02"),
        ("03 Tháng 11 2025", "2025-11-03"),
        ("الاثنين، 3 نوفمبر 2025", "2025-11-03"),
        ("٣ نوفمبر ٢٠٢٥", "2025-11-03"),
        ("२ जून 2025", "2025-06-02"),
        ("3. marraskuuta 2025", "2025-11-03"),
        ("20 marca 2024 r.", "2024-03-20"),
        ("02.11.2025", "2025-11-02"),
        ("25/02/2025", "2025-02-25"),
        ("02/25/2025", "2025-02-25"),
    ],
)
def test_written_and_numeric_days_in_many_languages(text: str, day: str) -> None:
    claimed = read_date(text)
    assert claimed is not None
    assert claimed.stated == day
    assert claimed.precision is Precision.DAY


def test_times_beside_localised_dates() -> None:
    stated = [
        read_date("lundi 3 novembre 2025 à 10h30"),
        read_date("Mandag 3. november 2025 kl. 10:30"),
        read_date("2026年11月2日(月) 10時30分"),
        read_date("2026년 11월 2일 오후 3:05"),
        read_date("lun, 03 nov 2025 10:00:00 +0100"),
    ]
    assert [claimed.stated if claimed else None for claimed in stated] == [
        "2025-11-03T10:30",
        "2025-11-03T10:30",
        "2026-11-02T10:30",
        "2026-11-02T15:05",
        "2025-11-03T10:00:00+01:00",
    ]


def test_epochs_are_instants() -> None:
    for text in ("1762077600", "1762077600000"):
        claimed = read_date(text)
        assert claimed is not None
        assert claimed.stated == "2025-11-02T10:00:00+00:00"


def test_midnight_at_the_days_end_is_the_next_days() -> None:
    for text in ("Sun, 02 Nov 2025 24:00:00 GMT", "2025-11-02T24:00:00Z"):
        claimed = read_date(text)
        assert claimed is not None
        assert claimed.stated == "2025-11-03T00:00:00+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "yesterday",
        "2 hours ago",
        "2003",
        "2003-12",
        "2003-335",
        "Mon, 32 Nov 2025 10:00:00 GMT",
        "Mon, 03 Nov 2025 25:00:00 GMT",
        "Mon, 03 Nov 2025 24:30:00 GMT",
        "02/11/25",
        "3 Brumaire 2025",
        "9999-12-31T23:59:59Z",
        "x" * 10_000,
    ],
)
def test_what_is_no_date_or_needs_a_guess_is_left_empty(text: str) -> None:
    assert read_date(text) is None


def test_day_and_month_in_figures_are_told_by_the_language_or_not_at_all() -> None:
    assert read_date("11/02/2025") is None
    assert read_date("11/02/2025", language="en") is None
    american, spanish = read_date("11/02/2025", language="en-US"), read_date("11/02/2025", language="es")
    assert american is not None
    assert spanish is not None
    assert (american.stated, spanish.stated) == ("2025-11-02", "2025-02-11")


def test_months_that_mean_two_are_told_by_the_language_or_not_at_all() -> None:
    assert read_month("listopada") is None
    assert read_month("listopada", language="pl") == 11
    assert read_month("listopada", language="hr") == 10
    assert read_month("srpnja") == 7
    assert read_month("MÄRZ") == read_month("marz.") == 3
    assert read_month("Monday") is None


@pytest.mark.parametrize(
    ("text", "language", "stated"),
    [
        ("Mon, 02 Nov 2026 10:00:00 IST", "hi", "2026-11-02T10:00:00+05:30"),
        ("Mon, 02 Nov 2026 10:00:00 IST", "en-IN", "2026-11-02T10:00:00+05:30"),
        ("Mon, 02 Nov 2026 10:00:00 IST", "he", "2026-11-02T10:00:00+02:00"),
        ("Mon, 02 Nov 2026 10:00:00 IST", "en", "2026-11-02"),
        ("Mon, 02 Nov 2026 10:00:00 CST", "zh-CN", "2026-11-02T10:00:00+08:00"),
        ("Mon, 02 Nov 2026 10:00:00 CST", None, "2026-11-02T10:00:00-06:00"),
        ("Mon, 02 Nov 2026 10:00:00 Europe/Brussels", None, "2026-11-02"),
        ("2026-11-02T10:00:00[Europe/Paris]", None, "2026-11-02"),
        ("2026-11-02T10:00:00+01:00[Europe/Paris]", None, "2026-11-02T10:00:00+01:00"),
        ("02/11/2026 10:00 (GMT+7)", "vi", "2026-11-02T10:00+07:00"),
        ("Mon, 02 Nov 2026 10:00:00 +0000 (UTC)", None, "2026-11-02T10:00:00+00:00"),
        ("Mon, 02 Nov 2026 10:00:00 +2400", None, "2026-11-02"),
        ("2026-11-02T10:00:00-99:00", None, "2026-11-02"),
        ("2026-11-02T10:00:00\u221205:00", None, "2026-11-02T10:00:00-05:00"),
        ("2026-11-02T10:00:00&#x2B;01:00", None, "2026-11-02T10:00:00+01:00"),
    ],
)
def test_zones_that_depend_on_the_language_or_are_miswritten(text: str, language: str | None, stated: str) -> None:
    claimed = read_date(text, language=language)
    assert claimed is not None
    assert claimed.stated == stated
    assert claimed.has_offset == ("T" in stated)


@pytest.mark.parametrize(
    ("text", "language", "stated"),
    [
        ("vie, 06 nov 2026 10:00:00 +0000", "es", "2026-11-06T10:00:00+00:00"),
        ("lun., 2 nov. 2026 10:00:00 +0100", "fr", "2026-11-02T10:00:00+01:00"),
        ("Mar, 03 fév 2026 10:00:00 +0100", "fr", "2026-02-03T10:00:00+01:00"),
        ("пн, 02 ноя 2026 10:00:00 +0300", None, "2026-11-02T10:00:00+03:00"),
        ("Mo, 02 Dez 2026 10:00:00 MEZ", "de", "2026-12-02T10:00:00+01:00"),
        ("seg, 02 fev 2026 10:00:00 -0300", "pt", "2026-02-02T10:00:00-03:00"),
        ("gio, 05 giu 2026 10:00:00 +0200", "it", "2026-06-05T10:00:00+02:00"),
        ("pon, 02 lis 2026 10:00:00 +0100", "pl", "2026-11-02T10:00:00+01:00"),
        ("pon, 02 lis 2026 10:00:00 +0200", "hr", "2026-10-02T10:00:00+02:00"),
        ("Pzt, 02 Kas 2026 10:00:00 +0300", "tr", "2026-11-02T10:00:00+03:00"),
        ("ma, 02 mrt 2026 10:00:00 +0100", "nl", "2026-03-02T10:00:00+01:00"),
        ("周一, 02 11月 2026 10:00:00 +0800", "zh", "2026-11-02T10:00:00+08:00"),
        ("二, 03 十一月 2026 10:00:00 +0800", "zh", "2026-11-03T10:00:00+08:00"),
        ("2026/11/02 下午3:05", "zh", "2026-11-02T15:05"),
        ("月, 02 11月 2026 10:00:00 +0900", "ja", "2026-11-02T10:00:00+09:00"),
        ("월, 02 11월 2026 10:00:00 +0900", "ko", "2026-11-02T10:00:00+09:00"),
        ("2026. 11. 2. 오후 3:05", "ko", "2026-11-02T15:05"),
        ("2026. 11. 2.", "ko", "2026-11-02"),
        ("السبت, 07 نوفمبر 2026 10:00:00 +0300", "ar", "2026-11-07T10:00:00+03:00"),
        ("السبت, 07 تشرين الثاني 2026 10:00:00 +0300", "ar", "2026-11-07T10:00:00+03:00"),
        ("7 كانون الأول 2026", "ar", "2026-12-07"),
        ("3. 11. 2026 10:00", "cs", "2026-11-03T10:00"),
        ("Mon, 2 Nov 2026 1:2:3 GMT", None, "2026-11-02T01:02:03+00:00"),
    ],
)
def test_localised_forms_of_rfc_822_and_their_neighbours(text: str, language: str | None, stated: str) -> None:
    claimed = read_date(text, language=language)
    assert claimed is not None
    assert claimed.stated == stated


@pytest.mark.parametrize(
    "text",
    [
        "pon, 02 lis 2026 10:00:00 +0100",  # November in Polish, October in Croatian
        "周一, 02 13月 2026",
        "Mon, 02 Nov 2026 10:00:00 GMT and more",
        "2026-11-02T10:00:00Z2026-11-02",
        "Mon, 31 Feb 2026 10:00:00 GMT",
        "Sat, 07 Sep 0026 10:00:00 GMT",
        "Sat, 07 Sep 20026 10:00:00 GMT",
        "99999999999999",
        "-1",
        "0",
        "00-00-0000",
        "02-11-2026",
        "1405/08/11",
        "2026-W45-1",
        "2026-11",
        "2026-11-02T25:00:00Z",
        "2026-11-02T10:60:00Z",
        "&" * 300,
    ],
)
def test_what_could_be_two_dates_or_none_is_left_empty(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["02/11/2026", "25/10/2026"], False),
        (["02/11/2026 10:00", "Mon, 11/25/2026 10:00 PM"], True),
        (["02-11-2026", "25-10-2026"], False),
        (["25/10/2026", "10/25/2026"], None),
        (["02/11/2026", "Mon, 02 Nov 2026 10:00:00 GMT", "", "2026-11-25"], None),
        (["99/99/2026", "13/13/2026", "32/01/2026", "11/25/20261"], None),
        ([], None),
    ],
)
def test_a_feeds_own_dates_tell_which_number_is_the_month(*, texts: list[str], expected: bool | None) -> None:
    assert month_comes_first(texts) is expected


def test_the_feeds_own_order_outweighs_its_language() -> None:
    for language, month_first, stated in (
        ("en-US", False, "2026-11-02"),
        ("de", True, "2026-02-11"),
        (None, False, "2026-11-02"),
    ):
        claimed = read_date("02/11/2026", language=language, month_first=month_first)
        assert claimed is not None
        assert claimed.stated == stated


def test_the_short_way_and_the_long_one_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        "2026-11-02",
        "2026-11-02T24:00:00Z",
        "2026-02-30",
        "2026-11-02 09:30",
        "2026-11-02T09:30:60.5-03:00",
        "1899-01-01",
    ]
    texts += [
        "Mon, 02 Nov 2026 10:00:00 GMT",
        "2 Nov 2026 10:00 +0530",
        "Mon, 02 Nov 2026 10:00:00 +9900",
        "31 Feb 2026 10:00 Z",
    ]
    short = [read_date(text) for text in texts]
    monkeypatch.setattr(dates, "_read_common", lambda _: None)
    assert [read_date(text) for text in texts] == short


@pytest.mark.parametrize(
    ("text", "language", "stated"),
    [
        ("2026年11月3日 上午12:05", "zh", "2026-11-03T00:05"),
        ("2026/11/03 午後0:05", "ja", "2026-11-03T12:05"),
        ("2026/11/03 午前0:05", "ja", "2026-11-03T00:05"),
        ("3 Nov 2026 12:30 AM", None, "2026-11-03T00:30"),
        ("3 Nov 2026 00:30 PM", None, "2026-11-03T12:30"),
        ("Tue, 03 Nov 2026 10:00:00 A", None, "2026-11-03"),
        ("Tue, 03 Nov 2026 10:00:00 M", None, "2026-11-03"),
        ("3/11/2026 10:30 H", "es", "2026-11-03T10:30"),
        ("Tue, 03 Nov 2026 10:00:00 EST", "en-AU", "2026-11-03T10:00:00+10:00"),
        ("2026-11-03 10:00:00.123456 +0000 UTC", None, "2026-11-03T10:00:00+00:00"),
        ("Tue, 03 Nov 2026 10:00:00 +0100 CET", None, "2026-11-03T10:00:00+01:00"),
        ("2026-11-03t10:00:00z", None, "2026-11-03T10:00:00+00:00"),
        ("03/11/2026 às 10h30", "pt-BR", "2026-11-03T10:30"),
        ("3 de noviembre de 2026 a las 10:30", "es", "2026-11-03T10:30"),
        ("03.11.26", "de", "2026-11-03"),
        ("03.11.99", None, "1999-11-03"),
        ("03/11/2026", "zh-HK", "2026-11-03"),
    ],
)
def test_halves_of_the_day_letters_and_what_stands_between_a_day_and_its_time(
    text: str, language: str | None, stated: str
) -> None:
    claimed = read_date(text, language=language)
    assert claimed is not None
    assert claimed.stated == stated


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("26.11.03", "ko"),  # the third of November there
        ("26.11.03", None),
        ("03/11/2026", "ja"),
        ("03-11-2026", "hu"),
        ("03/11/2026", "fil"),
        ("2026年11月3日 上午15:05", "zh"),
    ],
)
def test_an_order_that_the_language_does_not_write_tells_no_day(text: str, language: str | None) -> None:
    assert read_date(text, language=language) is None
