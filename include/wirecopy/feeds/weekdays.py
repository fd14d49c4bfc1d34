"""Names of the days of the week, and what the one beside a numeric date says of the order of its day and month.

Software that is set up in one country and read in another prints `Wed, 08/09/2017` (Drupal's own form) or `Mié, 08/09/2017` where
readers write the day first; one of the two orders alone falls on a Wednesday. The names are CLDR's (Unicode Common Locale Data
Repository), with a few short forms of the press.
"""
# ruff: noqa: RUF001 - names in many scripts

from __future__ import annotations

import re
from datetime import date
from typing import Final

from wirecopy.feeds.months import fold_name

# Each line has the seven days from Monday on. Of names in two words (Vietnamese, Hebrew) the second tells.
_FULL: Final = (
    "monday tuesday wednesday thursday friday saturday sunday",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "montag dienstag mittwoch donnerstag freitag sonnabend sonntag",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miercoles jueves viernes sabado domingo",
    "segunda-feira terca-feira quarta-feira quinta-feira sexta-feira sabado domingo",
    "lunedi martedi mercoledi giovedi venerdi sabato domenica",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "poniedziałek wtorek sroda czwartek piatek sobota niedziela",
    "mandag tisdag onsdag torsdag fredag lordag sondag",
    "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "mandag tysdag onsdag torsdag fredag laurdag sundag",
    "dilluns dimarts dimecres dijous divendres dissabte diumenge",
    "luns martes mercores xoves venres sabado domingo",
    "luni marti miercuri joi vineri sambata duminica",
    "pondeli utery streda ctvrtek patek sobota nedele",
    "pondelok utorok streda stvrtok piatok sobota nedela",
    "ponedeljek torek sreda cetrtek petek sobota nedelja",
    "ponedjeljak utorak srijeda cetvrtak petak subota nedjelja",
    "ponedeljak utorak sreda cetvrtak petak subota nedelja",
    "понедељак уторак среда четвртак петак субота недеља",
    "hetfo kedd szerda csutortok pentek szombat vasarnap",
    "maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai",
    "maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina",
    "esmaspaev teisipaev kolmapaev neljapaev reede laupaev puhapaev",
    "pirmdiena otrdiena tresdiena ceturtdiena piektdiena sestdiena svetdiena",
    "pirmadienis antradienis treciadienis ketvirtadienis penktadienis sestadienis sekmadienis",
    "понедельник вторник среда четверг пятница суббота воскресенье",
    "понеділок вівторок середа четвер пʼятниця субота неділя",
    "понеділок вівторок середа четвер п'ятниця субота неділя",
    "панядзелак ауторак серада чацвер пятніца субота нядзеля",
    "понеделник вторник сряда четвъртък петък събота неделя",
    "понеделник вторник среда четврток петок сабота недела",
    "δευτερα τριτη τεταρτη πεμπτη παρασκευη σαββατο κυριακη",
    "pazartesi salı carsamba persembe cuma cumartesi pazar",
    "senin selasa rabu kamis jumat sabtu minggu",
    "isnin selasa rabu khamis jumaat sabtu ahad",
    "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "الإثنين الثلاثاء الاربعاء الخميس الجمعة السبت الاحد",
    "دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه",
    "सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार",
    "hene marte merkure enjte premte shtune diel",
)
_NORDIC: Final = "man tir ons tor fre lør søn man tirs ons tors fre lau søn man tys ons tor fre laur sun"
# Read in their own language only: elsewhere they are words and names (`di`, `to`, `Sam`, `Dom`).
_SHORT: Final = {
    "de": "mo di mi do fr sa so",
    "fr": "lun mar mer jeu ven sam dim",
    "es": "lun mar mie jue vie sab dom",
    "pt": "seg ter qua qui sex sab dom segunda terca quarta quinta sexta sabado domingo",
    "it": "lun mar mer gio ven sab dom",
    "nl": "ma di wo do vr za zo maa din woe don vri zat zon",
    "pl": "pon wt sr czw pt sob niedz pn wto sro czw pia sob nie",
    "sv": "man tis ons tors fre lor son man tis ons tor fre lor son",
    "da": _NORDIC,
    "nb": _NORDIC,
    "nn": _NORDIC,
    "no": _NORDIC,
    "ca": "dl dt dc dj dv ds dg",
    "gl": "lun mar mer xov ven sab dom",
    "ro": "lun mar mie joi vin sam dum lu ma mi jo vi sa du",
    "cs": "po ut st ct pa so ne",
    "sk": "po ut st stv pi so ne",
    "sl": "pon tor sre cet pet sob ned",
    "hr": "pon uto sri cet pet sub ned",
    "sr": "пон уто сре чет пет суб нед pon uto sre cet pet sub ned",
    "fi": "ma ti ke to pe la su",
    "ru": "пн вт ср чт пт сб вс",
    "uk": "пн вт ср чт пт сб нд",
    "be": "пн ау ср чц пт сб нд",
    "bg": "пн вт ср чт пт сб нд пон вто сря чет пет съб нед",
    "mk": "пон вто сре чет пет саб нед",
    "el": "δευ τρι τετ πεμ παρ σαβ κυρ",
    "tr": "pzt sal car per cum cmt paz",
    "id": "sen sel rab kam jum sab min",
    "ms": "isn sel rab kha jum sab ahd",
    "vi": "hai ba tu nam sau bay nhat",
    "he": "שני שלישי רביעי חמישי שישי שבת ראשון",
    "hi": "सोम मंगल बुध गुरु शुक्र शनि रवि",
    "sq": "hen mar mer enj pre sht die",
}
_ENGLISH_SHORT: Final = "mon tue wed thu fri sat sun mon tues weds thur fri sat sun mon tue wed thurs fri sat sun"


def _index(*lines: str) -> dict[str, int]:
    return {fold_name(name): place % 7 for line in lines for place, name in enumerate(line.split())}


_BY_NAME: Final = _index(*_FULL, _ENGLISH_SHORT)
_BY_SHORT_NAME: Final = {language: _index(line) for language, line in _SHORT.items()}

_BEFORE = re.compile(r"([^\s\d,]+)(?:\s([^\s\d,]+))?,?\s+")
_AFTER = re.compile(r"[\s,]*\(?\s?([^\s\d,()]{2,30})\)?$")


def read_weekday(name: str, *, language: str | None = None) -> int | None:
    """The day that a name means, 0 for Monday to 6, or None where it is no weekday's name.

    Args:
        name: A word; case, accents, brackets and a final full stop do not matter.
        language: BCP 47 tag of the text it stands in, or None: short names but the English are read in their own language only.
    """
    folded = fold_name(name.strip(" .,()[]"))
    primary = (language or "").replace("_", "-").split("-")[0].lower()
    return _BY_SHORT_NAME.get(primary, {}).get(folded, _BY_NAME.get(folded))


def split_weekday(text: str, *, language: str | None = None) -> tuple[str, int | None]:
    """A date without its weekday, and which that is, as in `read_weekday`.

    Args:
        text: A date alone. One word or two at its start go whatever they are: what stands before digits is a weekday's name.
            At its end a weekday's name alone goes (`08/09/2017 (Wed)`).
        language: BCP 47 tag, or None where unknown.
    """
    if match := _BEFORE.match(text):
        return text[match.end() :], read_weekday(match[2] or match[1], language=language)
    if (match := _AFTER.search(text)) and (weekday := read_weekday(match[1], language=language)) is not None:
        return text[: match.start()], weekday
    return text, None


def choose_order(first: int, second: int, year: int, *, weekday: int | None) -> date | None:
    """The date of two numbers in the order that falls on a weekday, or None where both orders do or neither.

    Args:
        first: A day and a month in either order, both from 1 to 12.
        second: The other.
        year: Of four digits.
        weekday: As in `read_weekday`; None tells nothing.
    """
    fitting = [day for day in (date(year, first, second), date(year, second, first)) if day.weekday() == weekday]
    return fitting[0] if len(fitting) == 1 else None
