"""Countries and languages as people name them in the folders of their lists: `Germany`, `DE`, `Deutsch`, `German`."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from wirecopy.sources.codes import read_country, read_language

# English short names, and the countries' own where lists use them; letters only, without accents.
_COUNTRIES = """
AE united arab emirates|AF afghanistan|AL albania|AM armenia|AO angola|AR argentina|AT austria,osterreich|AU australia
AZ azerbaijan|BA bosnia and herzegovina,bosnia|BB barbados|BD bangladesh|BE belgium,belgie,belgique|BF burkina faso|BG bulgaria
BH bahrain|BI burundi|BJ benin|BN brunei|BO bolivia|BR brazil,brasil|BS bahamas|BT bhutan|BW botswana|BY belarus|BZ belize
CA canada|CD dr congo,democratic republic of the congo|CF central african republic|CG congo,republic of the congo
CH switzerland,schweiz,suisse,svizzera|CI ivory coast,cote d ivoire|CL chile|CM cameroon,cameroun|CN china|CO colombia
CR costa rica|CU cuba|CV cape verde,cabo verde|CY cyprus|CZ czechia,czech republic,cesko|DE germany,deutschland|DJ djibouti
DK denmark,danmark|DO dominican republic|DZ algeria,algerie|EC ecuador|EE estonia,eesti|EG egypt|ER eritrea|ES spain,espana
ET ethiopia|FI finland,suomi|FJ fiji|FR france|GA gabon|GB united kingdom,great britain,britain,uk,england,scotland,wales
GE georgia|GH ghana|GM gambia|GN guinea|GQ equatorial guinea|GR greece|GT guatemala|GW guinea bissau|GY guyana|HK hong kong
HN honduras|HR croatia,hrvatska|HT haiti|HU hungary,magyarorszag|ID indonesia|IE ireland|IL israel|IN india|IQ iraq|IR iran
IS iceland,island|IT italy,italia|JM jamaica|JO jordan|JP japan|KE kenya|KG kyrgyzstan|KH cambodia|KP north korea
KR south korea,korea|KW kuwait|KZ kazakhstan|LA laos|LB lebanon|LI liechtenstein|LK sri lanka|LR liberia|LS lesotho
LT lithuania,lietuva|LU luxembourg|LV latvia|LY libya|MA morocco,maroc|MC monaco|MD moldova|ME montenegro|MG madagascar
MK north macedonia,macedonia|ML mali|MM myanmar,burma|MN mongolia|MO macau,macao|MR mauritania|MT malta|MU mauritius|MV maldives
MW malawi|MX mexico|MY malaysia|MZ mozambique|NA namibia|NE niger|NG nigeria|NI nicaragua|NL netherlands,nederland,holland
NO norway,norge|NP nepal|NZ new zealand|OM oman|PA panama|PE peru|PG papua new guinea|PH philippines|PK pakistan
PL poland,polska|PR puerto rico|PS palestine|PT portugal|PY paraguay|QA qatar|RO romania|RS serbia,srbija|RU russia
RW rwanda|SA saudi arabia|SD sudan|SE sweden,sverige|SG singapore|SI slovenia,slovenija|SK slovakia,slovensko|SL sierra leone
SN senegal|SO somalia|SR suriname|SS south sudan|SV el salvador|SY syria|TD chad|TG togo|TH thailand|TJ tajikistan
TL east timor,timor leste|TM turkmenistan|TN tunisia,tunisie|TR turkey,turkiye|TT trinidad and tobago|TW taiwan|TZ tanzania
UA ukraine|UG uganda|US united states,united states of america,usa|UY uruguay|UZ uzbekistan|VA vatican,vatican city
VE venezuela|VN vietnam|XK kosovo|YE yemen|ZA south africa|ZM zambia|ZW zimbabwe
"""
_LANGUAGES = """
af afrikaans|am amharic|ar arabic|az azerbaijani|be belarusian|bg bulgarian|bn bengali,bangla|bs bosnian|ca catalan,catala
cs czech,cestina|cy welsh,cymraeg|da danish,dansk|de german,deutsch|el greek|en english|es spanish,espanol,castellano
et estonian,eesti keel|eu basque,euskara|fa persian,farsi|fi finnish,suomeksi|fr french,francais|ga irish,gaeilge|gl galician
gu gujarati|ha hausa|he hebrew|hi hindi|hr croatian,hrvatski|hu hungarian,magyar|hy armenian|id indonesian,bahasa indonesia
is icelandic,islenska|it italian,italiano|ja japanese|ka georgian|kk kazakh|km khmer|kn kannada|ko korean|ky kyrgyz|lo lao
lt lithuanian|lv latvian|mk macedonian|ml malayalam|mn mongolian|mr marathi|ms malay,bahasa melayu|mt maltese|my burmese
ne nepali|nl dutch,nederlands|no norwegian,norsk|pa punjabi|pl polish,polski|ps pashto|pt portuguese,portugues
ro romanian,romana|ru russian|si sinhala|sk slovak|sl slovenian,slovene|so somali|sq albanian,shqip|sr serbian,srpski
sv swedish,svenska|sw swahili,kiswahili|ta tamil|te telugu|th thai|tr turkish,turkce|uk ukrainian|ur urdu|uz uzbek
vi vietnamese|zh chinese
"""
_NO_LETTERS = re.compile(r"[^a-z]+")


def guess_country(label: str) -> str | None:
    """The ISO 3166-1 code that a folder's or category's label names, as its code in capitals or in words; else None."""
    text = label.strip()
    if len(text) == 2 and text.isupper():  # noqa: PLR2004 - `IN` may be India, `in` is a word
        try:
            return read_country("GB" if text == "UK" else text)
        except ValueError:
            return None
    return _names(_COUNTRIES).get(_plain(text))


def guess_language(label: str) -> str | None:
    """The BCP 47 tag that a label names in words, or as a tag with a region or script (`pt-BR`); else None."""
    text = label.strip()
    if text[2:3] in ("-", "_"):
        try:
            return read_language(text)
        except ValueError:
            return None
    return _names(_LANGUAGES).get(_plain(text))


@cache
def _names(table: str) -> dict[str, str]:
    rows = (row.partition(" ") for line in table.strip().splitlines() for row in line.split("|"))
    return {name: code for code, _, names in rows for name in names.split(",")}


def _plain(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return _NO_LETTERS.sub(" ", ascii_text.lower()).strip().removeprefix("the ")
