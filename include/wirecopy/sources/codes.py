"""Codes of countries and languages, so that a slip in the sources file is found where it is made."""

from __future__ import annotations

import re

# ISO 3166-1 alpha-2 as of 2024, and XK, which Kosovo uses.
_COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF "  # noqa: SIM905 - codes, not a page of quotes
    "CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH "
    "GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW "
    "KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG "
    "NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN "
    "SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE "
    "YT ZA ZM ZW".split()
)
_COUNTRY_HINTS = {"UK": "GB", "EN": "GB", "EL": "GR"}

# ISO 639-1. Languages without a code there have one of three letters, of which the form alone is checked.
_LANGUAGES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu "  # noqa: SIM905 - codes, not a page of quotes
    "fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km "
    "kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om "
    "or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr "
    "ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
_LANGUAGE_HINTS = {"cn": "zh", "jp": "ja", "kr": "ko", "gr": "el", "dk": "da", "cz": "cs", "ua": "uk", "iw": "he", "in": "id"}
_TAG = re.compile(r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?", re.IGNORECASE)


def read_country(text: str) -> str:
    """An ISO 3166-1 alpha-2 code in upper case.

    Raises:
        ValueError: It is none; the message says what to write.
    """
    code = text.strip().upper()
    if code in _COUNTRIES:
        return code
    raise ValueError(f"{text!r} is not an ISO 3166-1 code of two letters; write {_COUNTRY_HINTS.get(code, 'one such as DE')}")


def read_language(text: str) -> str:
    """A BCP 47 tag of language, script and region, in the case BCP 47 recommends.

    Raises:
        ValueError: It is none; the message says what to write.
    """
    match = _TAG.fullmatch(text.strip().replace("_", "-"))
    if match is None:
        raise ValueError(f"{text!r} is not a language tag (BCP 47); write one such as de, pt-BR or zh-Hant")
    language = match["language"].lower()
    if len(language) == 2 and language not in _LANGUAGES:  # noqa: PLR2004 - ISO 639-1 has codes of two letters
        raise ValueError(
            f"{text!r} does not start with an ISO 639-1 code; write {_LANGUAGE_HINTS.get(language, 'one such as de')}"
        )
    parts = (language, (match["script"] or "").title(), (match["region"] or "").upper())
    return "-".join(part for part in parts if part)
