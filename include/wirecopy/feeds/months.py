"""Names of the months in the languages of the press, for the dates that feeds write out.

The names are CLDR's (Unicode Common Locale Data Repository), in the forms that stand in dates (genitives, abbreviations),
with the Levantine and Maghrebi names of the Arabic press. A name that means two months in two languages is read only where
the language is known.
"""
# ruff: noqa: RUF001 - names in many scripts

from __future__ import annotations

import unicodedata
from typing import Final

_NAMES: Final = {
    1: (
        "jan january januar janner janv janvier ene enero gen gennaio janeiro januari tammik tammikuu tammikuuta sty "
        "styczen stycznia styczniu led leden ledna lednu januara ian ianuarie јан јануар янв январь января січ січень "
        "січня сту студзень студзеня стд яну януари јануари ιαν ιανουαριοσ ιανουαριου oca ocak djan djanuari يناير ژانویه "
        "ژانویهٔ جنوری ינואר ינו जनवरी जन জানু জানুয়ারী জানুয়ারি มกราคม มค มกรา gener saus sausio sausis janvaris jaan "
        "jaanuar xan xaneiro janar yan yanvar جانفي"
    ),
    2: (
        "feb february februar feber fevr fevrier fev febrero febbraio fevereiro februari helmik helmikuu helmikuuta lut "
        "lutego luty lutym uno unor unora unr unoru februara febr februarie феб фебруар февр февраль февраля фев лют "
        "лютии лютого лютага люты февруари φεβ φεβρουαριοσ φεβρουαριου sub subat peb pebruari فبراير فوریه فوریهٔ فبروری "
        "פברואר פבר फ़रवरी फ़र ফেব ফেব্রুয়ারী ফেব্রুয়ারি กพ กุมภาพันธ์ กุมภา febrer vas vasario vasaris februaris veebr "
        "veebruar febreiro shk shkurt fevral شباط فيفري"
    ),
    3: (
        "mar march marz mrz mars marzo marco maart mrt marts maalisk maaliskuu maaliskuuta marca marzec marcu bre brezen "
        "brezna breznu marec marc marcius martie mart мар март марта бер березень березня берез сак сакавік сакавіка μαρ "
        "μαρτιοσ μαρτιου maret مارس مارچ מרץ מרס מארס मार्च মার্চ มีค มีนาคม มีนา kov kovas kovo mac machi آذار"
    ),
    4: (
        "apr april avr avril abr abril aprile huhtik huhtikuu huhtikuuta kwi kwiecien kwietnia kwietniu kwie dub duben "
        "dubna dubnu aprila aprilis aprilie апр април апрель апреля квіт квітень квітня кві кра красавік красавіка крс "
        "απρ απριλιοσ απριλιου nis nisan أبريل آوریل اپریل אפריל אפר अप्रैल এপ্রি এপ্রিল เมย เมษายน เมษา bal balandis "
        "balandzio aprill pri prill aprili aprel نيسان أفريل إبريل ابريل"
    ),
    5: (
        "may mai mayo mag maggio maio mei maj toukok toukokuu toukokuuta maja maju kve kveten kvetna kvetnu majus мај маи "
        "мая трав травень травня тра трауня μαι μαιοσ μαιου mayıs مايو مه مهٔ می מאי मई মে พค พฤษภาคม พฤษภา maig geg "
        "geguze geguzes maijs أيار ماي"
    ),
    6: (
        "jun june juni juin junio giu giugno junho kesak kesakuu kesakuuta cze czerwca czerwiec czerwcu cerven cervna cvn "
        "cer cervnu juna junius iun iunie junij јун июн июнь июня черв червень червня чер чэр чэрвень чэрвеня юни јуни "
        "ιουν ιουνιου ιουνιοσ haz haziran djuni يونيو يونيه يونية ژوئن جون יוני יונ जून জুন มิถุนายน มิย มิถุนา juny "
        "birz birzelio birzelis junijs juuni xuno qer qershor iyn iyun حزيران جوان"
    ),
    7: (
        "jul july juli juil juillet julio lug luglio julho heinak heinakuu heinakuuta lip lipca lipiec lipcu cervence "
        "cervenec cvc crc cervenci crv jula julius iul iulie julij јул июл июль июля лип липень липня ліп ліпень ліпеня "
        "юли јули ιουλ ιουλιου ιουλιοσ tem temmuz djuli يوليو يوليه يولية ژوئیه ژوئیهٔ جولای יולי יול जुलाई जुल জুল "
        "জুলাই กค กรกฎาคม กรกฎา juliol liep liepa liepos julijs juuli xul xullo korr korrik kor julai iyl iyul تموز "
        "جويلية"
    ),
    8: (
        "aug august aout aou ago agosto augustus augusti elok elokuu elokuuta agu agust sie sierpien sierpnia sierpniu "
        "srp srpen srpna srpnu augusta augusztus avg avgust авг август августа серп серпень серпня сер жні жнівень жніуня "
        "жнівеня жнв αυγ αυγουστου αυγουστοσ agustos agustus agt أغسطس اوت آگست אוגוסט אוג अगस्त अग আগ আগস্ট สค สิงหาคม "
        "สิงหา agost rugp rugpjutis rugpjucio augusts gush gusht gsh agosti avq avqust آب أوت اغسطس"
    ),
    9: (
        "sep september sept septembre septiembre setiembre set settembre setembro septembro syysk syyskuu syyskuuta wrz "
        "wrzesien wrzesnia wrzesniu zar zari septembra szept szeptember septembrie сеп септембар сент сентябрь сентября "
        "сен вер вересень вересня верес верасень верасня врс септември септ септм σεπ σεπτεμβριοσ σεπτεμβριου eyl eylul "
        "سبتمبر سپتامبر سپتمبر ספטמבר ספט सितंबर सित सितम्बर সেপ সেপ্টেম্বর กย กันยายน กันยา setembre rugs rugsejis "
        "rugsejo septembris sht shtator septemba sen sentyabr أيلول"
    ),
    10: (
        "oct october okt oktober octobre octubre ott ottobre out outubro lokak lokakuu lokakuuta paz pazdziernik "
        "pazdziernika pazdzierniku rij rijen rijna rijnu oktobra octombrie окт октобар октябрь октября жовт жовтень "
        "жовтня жов кас кастрычнік кастрычніка кст октомври οκτ οκτωβριου οκτωβριοσ eki ekim أكتوبر اکتبر اکتوبر אוקטובר "
        "אוק अक्तूबर अक्तू अक्टूबर অক্টো অক্টোবর ตค ตุลาคม ตุลา spal spalio spalis oktobris oktoober tet tetor oktoba "
        "oktyabr اكتوبر"
    ),
    11: (
        "nov november novembre noviembre novembro marrask marraskuu marraskuuta lis listopad listopada listopadzie "
        "listopadu novembra noiembrie noiem нов новембар нояб ноябрь ноября ноя лист листопад листопада листоп лис ліс "
        "лістапад лістапада ное ноември ноем νοε νοεμβριοσ νοεμβριου kas kasım nop nopember نوفمبر نوامبر نومبر נובמבר "
        "נוב नवंबर नव नवम्बर নভে নভেম্বর พย พฤศจิกายน พฤศจิ lapkr lapkritis lapkricio novembris nen nentor novemba noy "
        "noyabr"
    ),
    12: (
        "dec december dez dezember decembre dic diciembre dicembre dezembro des desember jouluk joulukuu joulukuuta gru "
        "grudnia grudzien grudniu pro prosince prosinec prosinci decembra decembrie дец децембар дек декабрь декабря груд "
        "грудень грудня гру сне снежань снежня снж декември δεκ δεκεμβριοσ δεκεμβριου ara aralık ديسمبر دسامبر دسمبر "
        "דצמבר דצמ दिसंबर दिस दिसम्बर ডিসে ডিসেম্বর ธค ธันวาคม ธันวา desembre gruod gruodis gruodzio decembris dets "
        "detsember decembro dhj dhjetor desemba dek dekabr"
    ),
}

# Croatian and Bosnian use Slavic names that mean another month in Polish, Czech and Slovak.
_CROATIAN: Final = {
    1: "sij siječanj siječnja",
    2: "velj veljača veljače",
    3: "ožu ožujak ožujka",
    4: "tra travanj travnja",
    5: "svi svibanj svibnja",
    6: "lip lipanj lipnja",
    7: "srp srpanj srpnja",
    8: "kol kolovoz kolovoza",
    9: "ruj rujan rujna",
    10: "lis listopad listopada",
    11: "stu studeni studenoga studenog",
    12: "pro prosinac prosinca",
}
_CROATIAN_LANGUAGES: Final = frozenset({"hr", "bs", "sh"})


def fold_name(name: str) -> str:
    """A name without its case and accents, as the tables of months and weekdays are looked up."""
    # Only the diacritics of Latin, Greek and Cyrillic go: in Hindi they are vowels, and June would read as January.
    decomposed = unicodedata.normalize("NFD", name.casefold())
    return "".join(char for char in decomposed if not 0x300 <= ord(char) <= 0x36F)  # noqa: PLR2004 - that block


def _index(names: dict[int, str]) -> dict[str, int]:
    return {fold_name(name): month for month, line in names.items() for name in line.split()}


_BY_NAME: Final = _index(_NAMES)
_BY_CROATIAN_NAME: Final = _index(_CROATIAN)
_AMBIGUOUS: Final = frozenset(name for name, month in _BY_CROATIAN_NAME.items() if _BY_NAME.get(name, month) != month)


def read_month(name: str, *, language: str | None = None) -> int | None:
    """The month that a name means, 1 to 12, or None where it is no month's name or could mean two.

    Args:
        name: A word; case, accents and a final full stop do not matter.
        language: BCP 47 tag of the text it stands in, or None where unknown.
    """
    folded = fold_name(name.strip().rstrip("."))
    primary = (language or "").replace("_", "-").split("-")[0].lower()
    if primary in _CROATIAN_LANGUAGES:
        return _BY_CROATIAN_NAME.get(folded, _BY_NAME.get(folded))
    if folded in _AMBIGUOUS and not primary:
        return None
    return _BY_NAME.get(folded, _BY_CROATIAN_NAME.get(folded))
