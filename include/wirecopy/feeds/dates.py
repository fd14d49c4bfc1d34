"""Dates as feeds write them: read as stated, with their offset and precision, or not at all.

feedparser's own readings are not used: they lose the offset and the precision, and some are wrong (CEST read as UTC, an epoch
read as the year 1762, `2026年11月2日` as 1 November). What is not wholly understood here is None, never a guess; a time whose
zone is unknown or means two zones is kept as its bare date.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from wirecopy.feeds.months import read_month
from wirecopy.feeds.weekdays import choose_order, split_weekday
from wirecopy.models import ClaimedTime, Precision

if TYPE_CHECKING:
    from collections.abc import Iterable

_ORIGIN: Final = "feed"
_LONGEST: Final = 100  # characters; the longest real one seen in 526 feeds has 39
_YEARS: Final = range(1900, 2101)
_NOTHING_STATED: Final = datetime(1970, 1, 1, tzinfo=UTC)  # the epoch's start is what software writes for "no date"

# Named zones, minutes east of UTC: RFC 822 section 5.1, then those in use that mean one offset in the press. IST (India,
# Ireland, Israel), AST (Atlantic, Arabia), GST (Gulf, Guam) and the like are left out: they mean several.
_ZONES: Final = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT", "WET"), 0),
    **dict.fromkeys(("BST", "CET", "MEZ", "WEST", "WAT"), 60),
    **dict.fromkeys(("CEST", "MESZ", "EET", "CAT", "SAST"), 120),
    **dict.fromkeys(("EEST", "MSK", "EAT", "TRT", "IDT"), 180),
    "IRST": 210,
    "MSD": 240,
    "PKT": 300,
    "NPT": 345,
    "ICT": 420,
    "WIB": 420,
    **dict.fromkeys(("SGT", "HKT", "PHT", "WITA", "AWST"), 480),
    "JST": 540,
    "KST": 540,
    "WIT": 540,
    "ACST": 570,
    "AEST": 600,
    "ACDT": 630,
    "AEDT": 660,
    "NZST": 720,
    "NZDT": 780,
    "NDT": -150,
    "ART": -180,
    "BRT": -180,
    "CLST": -180,
    "ADT": -180,
    "NST": -210,
    "CLT": -240,
    "EDT": -240,
    "EST": -300,
    "CDT": -300,
    "COT": -300,
    "PET": -300,
    "CST": -360,
    "MDT": -360,
    "MST": -420,
    "PDT": -420,
    "PST": -480,
    "AKDT": -480,
    "AKST": -540,
    "HST": -600,
}
# Chinese feeds mean China's time by CST; Bangla ones Bangladesh's by BST; Australia's leave the A of AEST away.
_ZONES_OF_LANGUAGES: Final = {
    ("zh", "CST"): 480,
    ("bn", "BST"): 360,
    ("ar", "AST"): 180,
    ("he", "IST"): 120,
    ("ga", "IST"): 60,
    ("en-ie", "IST"): 60,
    ("en-au", "EST"): 600,
    ("en-au", "EDT"): 660,
    ("en-au", "CST"): 570,
    ("en-ph", "PST"): 480,
    ("fil", "PST"): 480,
    **{(language, "IST"): 330 for language in ("en-in", "hi", "gu", "kn", "ml", "mr", "or", "pa", "ta", "te")},
}

# RFC 822's military letters: it had their signs the wrong way round, so that they mean nothing (RFC 2822 section 4.3). Hotel's
# is left out: `10:30 H` says that it is a time.
_LETTER_ZONES: Final = frozenset("ABCDEFGIKLMNOPQRSTUVWXY")

_UTC: Final = timezone(timedelta(0))
# The two forms that nearly all feeds write, read without the rest: 50,000 dates of a sitemap take 0.2 s instead of 3.
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?)?")
_RFC_822 = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    r"(\d\d):(\d\d)(?::(\d\d))? (Z|GMT|UTC|[+-]\d{4})"
)
_EPOCH = re.compile(r"(\d{10})(\d{3})?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)(Z)?)?")
_TIME = re.compile(
    r"(?<![\d:.])(?:(?P<before>午前|午後|上午|下午|오전|오후)\s?|T\s?)?(?P<hour>\d{1,2})\s?[:h]\s?"
    r"(?P<minute>\d\d|\d(?=:\d))(?::(?P<second>\d{1,2})(?:[.,]\d+)?)?(?!\d)"
    r"\s*(?P<half>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"\s*(?:(?P<name>[A-Z]{1,5})?\s*(?P<offset>[+-]\d{1,2}(?::?\d\d)?)(?![\d/.-])|(?P<alone>[A-Z]{1,5})\b\.?)"
    # `+0000 UTC` is how Go prints a time: the offset says it already
    r"(?:\s*\([^)]*\)|(?<=\d)\s+(?-i:[A-Z]{3,4})$)?",
    re.IGNORECASE,
)
_EAST_ASIAN = re.compile(
    r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]?\s*"
    r"(?:\(?\w{1,3}\)|[\u661f]\u671f\w|\w\u66dc\u65e5?|\w\uc694\uc77c)?\s*"
    r"(?:(?P<half>午前|午後|上午|下午|오전|오후)?\s*(?P<hour>\d{1,2})\s*(?::|[時时点點시])\s*(?P<minute>\d{1,2})\s*[分분]?"
    r"(?:\s*:?\s*(?P<second>\d{1,2})\s*[秒초]?)?)?\s*(?P<zone>[A-Z]{1,4}|[+-]\d\d:?\d\d)?"
)
_AFTERNOON: Final = frozenset({"午後", "下午", "오후"})
_NUMBERED_MONTH = re.compile(r"(?<!\d)(\d{1,2}|十[一二]?|[一二三四五六七八九])\s?[月월](?!曜|요)")
_EAST_ASIAN_DIGITS: Final = {digit: value for value, digit in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}
_ENGLISH: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# The Levantine press names two pairs of months by an ordinal: first and second Tishrin, first and second Kanun.
_ARABIC_MONTHS: Final = {
    re.compile("تشرين ال[أا]ول"): "أكتوبر",
    re.compile("تشرين الثاني"): "نوفمبر",
    re.compile("كانون ال[أا]ول"): "ديسمبر",
    re.compile("كانون الثاني"): "يناير",
}
_ZONE_ID = re.compile(r"\s*\[?(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Za-z_+/-]+\]?$")
_OFFSET_IN_BRACKETS = re.compile(r"(?<=\d)\s*\(((?:GMT|UTC)\s?[+-]\d{1,2}(?::?\d\d)?)\)$")
_NUMERIC = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})\.?")
_SLASHED = re.compile(r"(?:[^\W\d]+,?\s+)?(\d{1,2})([-/])(\d{1,2})\2(\d{4})(?!\d)")
_VIETNAMESE_MONTH = re.compile(r"tháng\s+(\d{1,2})", re.IGNORECASE)
_WORD = re.compile(r"[^\s\d.,/()+-]+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª|\.º)(?![^\W\d])", re.IGNORECASE)
# Words that stand between a date's parts: of, at, the, o'clock, year.
_CONNECTIVE_WORDS: Final = (
    "a à al am as às at d da das de del den der di do dos el e g h hs i kl klo klock kell la le l m o of på r ob og om on "
    "las u um uhr the v w в у о г год года году р рік року ч godz roku ngày lúc tanggal pukul saat"  # noqa: RUF001 - Cyrillic
)
_CONNECTIVES: Final = frozenset(_CONNECTIVE_WORDS.split())


# Languages that write the year first: what they mean by `03/11/2026` is an import's order. After CLDR's short dates.
_YEAR_FIRST: Final = frozenset({"hu", "ja", "ko", "lt", "mn", "zh"})
# Those that write the month first here and the day there.
_EITHER_FIRST: Final = frozenset({"en", "en-ca", "es-pa", "es-pr", "es-us", "fil", "tl"})


def month_comes_first(texts: Iterable[str]) -> bool | None:
    """Whether a feed writes `11/25/2026`: what its own dates that can be read in one way only say.

    Args:
        texts: All its dates as stated.

    Returns:
        True for the month first, False for the day first, None where no date tells or two disagree.
    """
    orders: set[str] = set()
    for text in texts:
        match = _SLASHED.match(unicodedata.normalize("NFKC", text.strip()[:_LONGEST]))
        first, second = (int(match[1]), int(match[3])) if match else (0, 0)
        if 12 < first <= 31 and 1 <= second <= 12:  # noqa: PLR2004 - days and months
            orders.add("day")
        elif 12 < second <= 31 and 1 <= first <= 12:  # noqa: PLR2004
            orders.add("month")
    return "month" in orders if len(orders) == 1 else None


def read_date(
    text: str, *, language: str | None = None, origin: str = "feed", month_first: bool | None = None
) -> ClaimedTime | None:
    """Read a date as a feed or page states it, in whatever form; None where it cannot be read without a guess.

    Reads RFC 822 and 2822, ISO 8601 and W3CDTF, Unix epochs (seconds, milliseconds), asctime, written months in some 45
    languages, East Asian dates, and numeric dates whose order is certain from the numbers, the separator, a weekday beside them
    or the language.

    Args:
        text: The feed's own words.
        language: BCP 47 tag of the feed, or None; decides `03/11/2026` and zones or months that mean two things.
        origin: Where it was stated, for `ClaimedTime.origin`.
        month_first: How the feed writes numeric dates, where its others tell (`month_comes_first`): outweighs the language.
    """
    if len(text) > _LONGEST * 4:  # before it is normalised: white space and references may go, no more
        return None
    text = html.unescape(text) if "&" in text else text
    text = " ".join(unicodedata.normalize("NFKC", text).replace("\u2212", "-").split())
    if not text or len(text) > _LONGEST:
        return None
    primary = (language or "").replace("_", "-").lower()
    try:
        claimed = (
            _read_common(text)
            or _read_digits(text)
            or _read_east_asian(text, primary)
            or _read_written(text, primary, month_first)
        )
        if claimed is None or claimed.at == _NOTHING_STATED:
            return None
        # An instant must exist in UTC, too.
        if claimed.at.astimezone(UTC).year not in _YEARS:
            return None
        return claimed if origin == _ORIGIN else replace(claimed, origin=origin)
    except (ValueError, OverflowError):  # no such day, or an instant beyond the calendar
        return None


def _claim(
    day: date, clock: tuple[int, int, int | None] | None, offset: timezone | None, *, is_zone_unknown: bool = False
) -> ClaimedTime:
    if day.year not in _YEARS:
        raise ValueError(day)
    if clock is None or is_zone_unknown:
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return ClaimedTime(at=midnight, precision=Precision.DAY, has_offset=False, origin=_ORIGIN)
    hour, minute, second = clock
    moment = datetime(day.year, day.month, day.day, tzinfo=offset or UTC)
    if hour == 24 and not minute and not second:  # noqa: PLR2004 - ISO 8601's end of the day
        moment += timedelta(days=1)
    else:
        moment = moment.replace(hour=hour, minute=minute, second=min(second or 0, 59))  # a leap second is 60
        if second is not None and second > 60:  # noqa: PLR2004
            raise ValueError(second)
    precision = Precision.MINUTE if second is None else Precision.SECOND
    return ClaimedTime(at=moment, precision=precision, has_offset=offset is not None, origin=_ORIGIN)


def _read_common(text: str) -> ClaimedTime | None:
    if match := _ISO.fullmatch(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _RFC_822.fullmatch(text):
        year, month, day = int(match[3]), _ENGLISH.index(match[2]) + 1, int(match[1])
    else:
        return None
    clock = (int(match[4]), int(match[5]), int(match[6]) if match[6] else None) if match[4] else None
    offset, is_unknown = _read_zone(match[7], "") if match[7] else (None, False)
    return _claim(date(year, month, day), clock, offset, is_zone_unknown=is_unknown)


def _read_digits(text: str) -> ClaimedTime | None:
    if match := _EPOCH.fullmatch(text):
        moment = datetime.fromtimestamp(int(match[1]), UTC)
        return ClaimedTime(at=moment, precision=Precision.SECOND, has_offset=True, origin=_ORIGIN)
    if match := _COMPACT.fullmatch(text):
        clock = (int(match[4]), int(match[5]), int(match[6])) if match[4] else None
        return _claim(date(int(match[1]), int(match[2]), int(match[3])), clock, _UTC if match[7] else None)
    return None


def _read_east_asian(text: str, language: str) -> ClaimedTime | None:
    match = _EAST_ASIAN.fullmatch(text)
    if match is None:
        return None
    clock = None
    if match["hour"]:
        hour = int(match["hour"])
        if match["half"]:
            hour = _hour_of_day(hour, is_afternoon=match["half"] in _AFTERNOON)
        clock = (hour, int(match["minute"]), int(match["second"]) if match["second"] else None)
    offset, is_unknown = None, False
    if match["zone"]:
        offset, is_unknown = _read_zone(match["zone"], language)
    return _claim(date(int(match["year"]), int(match["month"]), int(match["day"])), clock, offset, is_zone_unknown=is_unknown)


def _read_written(text: str, language: str, month_first: bool | None) -> ClaimedTime | None:  # noqa: FBT001 - as given
    clock, offset = None, None
    text, named = _ZONE_ID.subn("", text)
    text = _OFFSET_IN_BRACKETS.sub(r" \1", text)
    found = _TIME.search(text)
    # A place's name needs tables of its offsets; where an offset stands beside it, it adds nothing.
    is_unknown = bool(named)
    if found is not None:
        clock = _read_clock(found)
        after = text[found.end() :]
        zone = _ZONE.match(after)
        if zone is not None and read_month(zone["alone"] or "", language=language) is None:
            alone = zone["alone"] or ""
            if alone in _LETTER_ZONES or alone.casefold() not in _CONNECTIVES:
                offset, is_unknown = _read_zone(alone or f"{zone['name'] or ''}{zone['offset']}", language)
            after = after[zone.end() :]
        text = f"{text[: found.start()]} {after}"
    day = _read_day(text, language, month_first)
    return None if day is None else _claim(day, clock, offset, is_zone_unknown=is_unknown)


def _read_clock(found: re.Match[str]) -> tuple[int, int, int | None]:
    hour = int(found["hour"])
    if found["before"] or found["half"]:
        is_afternoon = found["before"] in _AFTERNOON or (found["half"] or "").lower().startswith("p")
        hour = _hour_of_day(hour, is_afternoon=is_afternoon)
    return hour, int(found["minute"]), int(found["second"]) if found["second"] else None


def _hour_of_day(hour: int, *, is_afternoon: bool) -> int:
    """The hour of 24, of one that is counted from noon or midnight: 12 and 0 are the same there (`午前0:05`, `12:05 AM`)."""
    if hour > 12:  # noqa: PLR2004 - `15:00 PM` is seen, and clear
        if not is_afternoon or hour > 23:  # noqa: PLR2004
            raise ValueError(hour)
        return hour
    return hour % 12 + (12 if is_afternoon else 0)


@lru_cache(maxsize=256)
def _read_zone(text: str, language: str) -> tuple[timezone | None, bool]:
    """The offset, and whether a zone is named that cannot be told."""
    match = re.fullmatch(r"([A-Z]*)\s*(?:([+-])(\d{1,2}):?(\d\d)?)?\.?", text.strip(), re.IGNORECASE)
    if match is None:
        return None, True
    if match[2]:
        minutes = int(match[3]) * 60 + int(match[4] or 0)
        if minutes > 14 * 60 or int(match[4] or 0) > 59 or match[1].upper() not in {"", "GMT", "UTC", "UT", "Z"}:  # noqa: PLR2004
            return None, True
        return timezone(timedelta(minutes=-minutes if match[2] == "-" else minutes)), False
    name = match[1].upper()
    east = _ZONES_OF_LANGUAGES.get(
        (language, name), _ZONES_OF_LANGUAGES.get((language.partition("-")[0], name), _ZONES.get(name))
    )
    return (None, True) if east is None else (timezone(timedelta(minutes=east)), False)


def _read_day(text: str, language: str, month_first: bool | None) -> date | None:  # noqa: FBT001 - as given
    text = re.sub(r"(?<=\d)\. (?=\d)", ".", _ORDINAL.sub("", text)).lstrip(" ,.;-|()").rstrip(" ,.;-|()T")
    while (head := text.rpartition(" "))[2].casefold() in _CONNECTIVES and head[0]:  # `03/11/2026 às`, before the time
        text = head[0].rstrip(" ,")
    text = _NUMBERED_MONTH.sub(_name_month, text)
    for pattern, name in _ARABIC_MONTHS.items():
        text = pattern.sub(name, text)
    if match := _COMPACT.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    numeric, weekday = split_weekday(text, language=language)
    if match := _NUMERIC.fullmatch(numeric):
        return _read_numeric(match, weekday, language, month_first)
    text = _VIETNAMESE_MONTH.sub(lambda found: f"/{int(found[1])}/", text)
    numbers = re.findall(r"\d+", text)
    if "/" in text and len(numbers) == 3:  # noqa: PLR2004 - only Vietnamese reaches this with letters gone
        parts = _NUMERIC.fullmatch(re.sub(r"[\s,]+", "", split_weekday(text)[0]))
        return None if parts is None else date(int(parts[4]), int(parts[3]), int(parts[1]))
    month = None
    for position, word in enumerate(_WORD.findall(text)):
        named = read_month(word, language=language)
        if named is not None and (month is None or position == 1):  # `Mar. 3 Mar 2026`: Tuesday in French comes first
            month = named
        elif position > 0 and word.casefold() not in _CONNECTIVES:
            return None
    if month is None or len(numbers) != 2:  # noqa: PLR2004 - a day and a year
        return None
    year, day = numbers if len(numbers[0]) == 4 else reversed(numbers)  # noqa: PLR2004
    return date(_full_year(year), month, int(day))


def _name_month(match: re.Match[str]) -> str:
    month = int(match[1]) if match[1].isdecimal() else _EAST_ASIAN_DIGITS[match[1]]
    date(2000, month, 1)  # refuses what is no month
    return f" {_ENGLISH[month - 1]} "


def _full_year(digits: str) -> int:
    # RFC 2822 section 4.3: two digits below 50 are this century's.
    year = int(digits)
    return year + (2000 if year < 50 else 1900) if len(digits) == 2 else year  # noqa: PLR2004


def _read_numeric(  # noqa: PLR0911 - one line for each rule
    match: re.Match[str],
    weekday: int | None,
    language: str,
    month_first: bool | None,  # noqa: FBT001
) -> date | None:
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == 4:  # noqa: PLR2004
        return date(first, second, third)
    is_year_first = language.partition("-")[0] in _YEAR_FIRST and language not in {"zh-hk", "zh-mo"}
    if match[2] == ".":  # day first wherever full stops are written, but for a short year: `26.11.03` is Korean for 3 November
        is_short = len(match[4]) != 4  # noqa: PLR2004
        if is_short and (is_year_first or (not language and third <= 31)):  # noqa: PLR2004 - days
            return None
        return date(_full_year(match[4]), second, first)
    if len(match[4]) != 4:  # noqa: PLR2004 - 02/11/25 could be three dates
        return None
    if first == second or second > 12:  # noqa: PLR2004
        return date(third, first, second)
    if first > 12:  # noqa: PLR2004
        return date(third, second, first)
    if told := choose_order(first, second, third, weekday=weekday):  # `Wed, 08/09/2017`
        return told
    if month_first or (month_first is None and language in {"en-us", "en-ph"}):
        return date(third, first, second)
    if month_first is False or (language and not is_year_first and language not in _EITHER_FIRST):
        return date(third, second, first)
    return None
