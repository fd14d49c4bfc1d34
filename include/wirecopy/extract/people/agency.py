"""News agencies: which one an article comes from, by its byline, its dateline or a credit line.

An agency that is reported about or quoted ("told Reuters", "according to dpa") is none that the article comes from, and neither is
one that a photograph is from: only the exact forms in which the press credits agencies count, in the places where it does.
"""
# ruff: noqa: RUF001, RUF003 - words of many scripts

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from wirecopy.extract.people.agency_names import known_agencies
from wirecopy.models import AgencyCredit, AgencyOrigin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wirecopy.extract.text.blocks import Block

_MOST_AUTHORS: Final = 100
"""Names and pieces of the byline that are looked at."""
_LONGEST_AUTHOR: Final = 200
_HEAD_BLOCKS: Final = 4
"""Paragraphs in which a dateline is looked for: a standfirst and a caption may stand before it."""
_LONGEST_HEAD: Final = 160
"""Characters of a paragraph in which a dateline stands."""
_TAIL_BLOCKS: Final = 4
_LONGEST_CREDIT: Final = 240
_LONGEST_TAIL: Final = 60
_PHOTO: Final = (
    r"photos?|photograph\w*|pictured?|images?|pic|handout|getty|file|foto\w*|bild(?:er|nachweis)?|symbolbild|archiv\w*|video|grafik|"
    r"illustrations?|imagen|imagem|immagine|kuva|zdjęcie|фото|видео|写真|图|사진|ảnh|caption|credit"
)
_IS_PHOTO = re.compile(rf"(?<!\w)(?:{_PHOTO})(?!\w)", re.IGNORECASE)
_BY: Final = (
    r"(?:by|von|par|por|av|af|di|da|door|przez|the|with|mit|avec|con|com|met|med|from|via|agence|agencia|agência|agenzia|agentur|"
    r"agencja|news agency|dpd|ansa|агентство|quelle|source|fuente|fonte|staff|oprac\.)"
)
_SOURCE: Final = (
    r"(?:quellen?|sources?|fuentes?|fontes?|kaynak|źródło|zdroj|zdroje|källa|kilde|bron|forrás|источник|джерело|來源|来源|稿源|出典|출처|"
    r"المصدر|nguồn|sumber|izvor|извор|sursa|lähde|πηγή|स्रोत|agency|agentur|agencia|agência|agence|agenzia)"
)
_INPUTS: Final = (
    r"(?:with (?:additional )?(?:inputs?|reporting|files|material|information|reports?|contributions?)(?: from| by)?|inputs? from|"
    r"(?:mit )?material (?:der|von|des)(?: nachrichtenagentur)?|con información de|con datos de|com informações (?:da|do|de)|"
    r"avec|con|com|met|mit|med|z|s|with|via|nach|laut material)"
)
_PLACE: Final = r"(?P<place>[^()（）\[\]【】<>]{0,90}?)"
_RIGHTS = re.compile(
    r"(?:©|\(c\)|copyright|riproduzione riservata|all rights reserved|alle rechte|tous droits|reservados)", re.IGNORECASE
)
_REUTERS_END = re.compile(
    r"^\W?(?:(?:additional )?reporting|writing|bericht|reporte|reportaje|reportage|reportagem|redaction|reporting and writing)s?\b"
    r"[^;]{3,160};[^;]{0,160}\b(?:edit(?:ing|ed)|editad[oa]|edición|edição|édité|redigiert)\b",
    re.IGNORECASE,
)
_DPA_NUMBER = re.compile(r"\bdpa(?:-infocom)?(?:, |:)\s?(?:dpa:)?\d{6}-\d+")
_PTI_SIGNATURE = re.compile(r"^PTI(?: [A-Z]{2,4}){1,6}$")
_ABOUT_AGENCY = re.compile(r"(?:agen[ctz]|news|press|presse|нов|通讯|通信|社$|وكالة)", re.IGNORECASE)
_STATE_AFTER_TOWN = re.compile(r"[^\W\d_],\sPA\b[^)/]*$")
_WORD = re.compile(r"[^\W_]+")
_ARTICLE = re.compile(
    r"(?:the|a|an|der|die|das|el|la|le|les|il|los|o|os|de|den|det|his|her|in|im|am|at|on|by)\s", re.IGNORECASE
)
_MOST_PLACE_WORDS: Final = 9
_MOST_BARE_WORDS: Final = 3


def find_agency(authors: Sequence[str], blocks: Sequence[Block], *, site_names: Sequence[str] = ()) -> AgencyCredit | None:
    """The agency that an article names as where it comes from; the first where it names several.

    Args:
        authors: The byline's words, as they stand.
        blocks: The text, before lines are taken out of it.
        site_names: The site's own names and its domain: an agency's own site credits no other.

    Returns:
        The agency, or None where none is named. One that is only reported about is not.
    """
    for name in site_names:
        if agency := _forms().domains.get(name.casefold()):
            return AgencyCredit(name=agency, origin=AgencyOrigin.PUBLISHER, stated=name)
    for author in authors[:_MOST_AUTHORS]:
        if found := _in_byline(author[:_LONGEST_AUTHOR]):
            return found
    for block in blocks[:_HEAD_BLOCKS]:
        if found := _in_dateline(block.text[:_LONGEST_HEAD]):
            return found
    for block in reversed(blocks[-_TAIL_BLOCKS:]):
        if found := _in_credit(block.text, is_last=block is blocks[-1]):
            return found
    return None


def warm_up() -> None:
    """Compile the table's patterns, which takes a fifth of a second."""
    _forms()


class _Forms:
    """What agencies are written by, compiled."""

    __slots__ = ("_by_code", "_by_name", "_parts", "_weak", "_words", "byline", "credit", "dateline", "domains", "ends", "sure")

    def __init__(self) -> None:
        agencies = known_agencies()
        self._by_code = {code: agency.name for agency in agencies for code in (*agency.codes, *agency.weak_codes)}
        self._by_name = {name.casefold(): agency.name for agency in agencies for name in agency.names}
        self._weak = frozenset(code for agency in agencies for code in agency.weak_codes)
        self.domains = {domain: agency.name for agency in agencies for domain in agency.domains}
        forms = [*self._by_code, *self._by_name]
        self._words = frozenset(form for form in forms if form.isascii() and form.isalnum())
        self._parts = tuple(form for form in forms if form not in self._words)
        names = _alternatives([name for agency in agencies for name in agency.names])
        codes = _alternatives([code for agency in agencies for code in agency.codes])
        weak = _alternatives([code for agency in agencies for code in agency.weak_codes])
        self.sure = rf"(?:(?i:{names})|{codes})"
        any_form = rf"(?:(?i:{names})|{codes}|{weak})"
        more = r"(?:\s?[/,+&;=–-]\s?[\w .'’/-]{1,40})?"
        loose = rf"(?P<agency>{any_form})"
        found = rf"(?<!\w){loose}(?!\w)"
        sure = rf"(?<!\w)(?P<agency>{self.sure})(?!\w)"
        self.byline = (
            re.compile(
                rf"^(?:(?i:{_BY})[\s:]+){{0,3}}{sure}(?:$|\s?[/,+&|;–(-]|\s(?i:mit|und|and|con|avec|with|via|staff|news)(?!\w))"
            ),
            re.compile(
                rf"(?:[(（/|,;•–]|\s-|(?<!\w)(?i:for|für|pour|with|mit|via|and|und))\s?(?:(?i:{_BY})\s)?{sure}\s?(?:$|[)）/,|;])"
            ),
        )
        mark = r"\s*(?:\.?\s?[-–—―]{1,2}|[:：.=])"
        self.dateline = (
            # BERLIN (dpa) -, (ANSA) - ROMA, NEW DELHI: (PTI)
            (re.compile(rf"^{_PLACE}[(（\[【［]\s*{found}{more}\s*[)）\]】］](?P<mark>{mark})?(?=.*\w)"), True),
            # (서울=연합뉴스), [서울=뉴시스], 【ワシントン＝共同】
            (re.compile(rf"^[(（\[【［](?P<place>[^()\[\]=＝]{{1,20}})[=＝]\s?{loose}{more}[)）\]】］](?P<mark>)"), False),
            # 【东京共同】, 【北京時事】, ［ロンドン 3日 ロイター］
            (re.compile(rf"^[【［](?P<place>[^【】［］]{{1,20}}?){loose}[】］](?P<mark>)"), False),
            # 【新华社北京5月3日电】, 新华社北京5月3日电, 中央社記者…台北3日電
            (re.compile(rf"^[（(【［\[]?(?P<place>){loose}(?P<mark>[^。\s]{{0,40}}\d{{1,2}}日?[電电讯訊])"), False),
            # МОСКВА, 3 мая. /ТАСС/; MOSCOW, May 3. /TASS/.
            (re.compile(rf"^{_PLACE}/{found}{more}/(?P<mark>\s*[.:–—-]|\s)"), True),
            # AP -, dpa |
            (re.compile(rf"^{sure}(?P<place>)(?P<mark>\s?[-–—|]{{1,2}}\s)"), False),
            # МОСКВА, 3 мая - РИА Новости.; DAMASCUS, SANA -
            (re.compile(rf"^(?P<place>[^()\[\].]{{2,50}}?)\s?[-–—,]\s?{found}(?P<mark>\s?[.:]|\s?[-–—]\s)"), True),
            # BAKU, Azerbaijan, May 3. Trend:; YEREVAN, MAY 3, ARMENPRESS.
            (re.compile(rf"^(?P<place>[^()\[\]]{{2,60}}?\d[^()\[\]]{{0,20}}?)[.,]\s{found}(?P<mark>\s?[.:]|\s?[-–—]\s)"), True),
        )
        opened = r"[(（\[【<《]\s*"
        closed = r"\s*[)）\]】>》]"
        by_words = rf"(?:(?i:{_SOURCE})\s*[:：]\s*(?:(?i:{_BY})\s)?|(?i:{_INPUTS})\s(?:(?i:der|die|the|agencia|agence|agência|la|l'|from|by)\s?)?)"
        self.credit = (
            re.compile(
                rf"^(?:{opened})?{by_words}{sure}(?:$|\s?[,;/|&+)）\]】.…–—-](?!\w{{5,}}).{{0,60}}$|\s(?i:and|und|et|y|e|og|och|en|i|news|staff|report\w*|agency|agencies|material|inputs?)(?!\w).{{0,60}}$)"
            ),
            re.compile(rf"^{opened}{found}{more}{closed}\.?$"),
            re.compile(rf"^(?:[-–—•©*]{{1,2}}\s?)?{sure}(?:\s?[/,+&–-]\s?(?:{self.sure}|\w{{2,4}}(?!\w))){{0,3}}\.?$"),
            re.compile(
                rf"^(?:{opened})?(?:(?i:this|der|die|dieser|diese|este|esta|cet|cette|the)\s[^.]{{0,60}}\s)"
                rf"(?i:by|from|von|der|por|par|de|d'|l')\s?(?:(?i:the|der|la)\s)?{sure}(?:\s(?i:erstellt|verfasst|news agency|agency))?\.?{closed}?$"
            ),
        )
        self.ends = (
            # (APA, 29.4.2016)
            re.compile(rf"{opened}{found}[\s,/][\w/ ,]{{0,20}}?\d{{1,2}}\.\s?\d{{1,2}}\.\s?\d{{2,4}}{closed}$"),
            re.compile(rf"[.!?。！？।\"”»…)]\s?{opened}(?:{by_words})?{found}{more}{closed}\s?[.。]?$"),
            re.compile(rf"[.!?\"”»…)]\s*(?:[-–—]{{1,2}})\s?{sure}$"),
        )

    def are_in(self, text: str) -> bool:
        """Whether any agency may be named in a text: a quick look, before the patterns, which are slow."""
        words = set(_WORD.findall(text))
        if not self._words.isdisjoint(words) or not self._words.isdisjoint(word.casefold() for word in words):
            return True
        folded = text.casefold()
        return any(part in text or part in folded for part in self._parts)

    def is_sure(self, stated: str) -> bool:
        """Whether nothing but an agency is written so."""
        return stated not in self._weak

    def name_of(self, stated: str) -> str:
        """The usual name of the agency that is written so."""
        return self._by_code.get(stated) or self._by_name[stated.casefold()]


def _alternatives(forms: Sequence[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(set(forms), key=len, reverse=True))


@cache
def _forms() -> _Forms:
    return _Forms()


def _credit(found: re.Match[str], origin: AgencyOrigin) -> AgencyCredit:
    return AgencyCredit(name=_forms().name_of(found["agency"]), origin=origin, stated=found.group().strip()[:_LONGEST_HEAD])


def _in_byline(author: str) -> AgencyCredit | None:
    text = " ".join(author.split())
    if photo := _IS_PHOTO.search(text):
        text = text[: photo.start()].rstrip(" ,;/|(")
    if not _forms().are_in(text):
        return None
    for pattern in _forms().byline:
        if found := pattern.search(text):
            name = _forms().name_of(found["agency"])
            return AgencyCredit(name=name, origin=AgencyOrigin.BYLINE, stated=author.strip())
    return None


def _in_dateline(head: str) -> AgencyCredit | None:
    if not _forms().are_in(head):
        return None
    for pattern, needs_place in _forms().dateline:
        found = pattern.match(head)
        if found is None or _IS_PHOTO.search(found.group()):
            continue
        # Words and initials are an agency only where a dash or colon makes a dateline of them.
        has_mark = bool((found["mark"] or "").strip()) or (found["place"].rstrip().endswith(":"))
        is_sure = has_mark or any(char.isdigit() for char in found["place"]) or _forms().is_sure(found["agency"])
        # `HARRISBURG, PA -` is a town in Pennsylvania; the agency's code stands in brackets.
        if _STATE_AFTER_TOWN.search(found.group()):
            continue
        if not needs_place or (is_sure and _is_place(found["place"], has_mark=has_mark)):
            return _credit(found, AgencyOrigin.DATELINE)
    return None


def _is_place(place: str, *, has_mark: bool) -> bool:
    """Whether the words before an agency's brackets are a place and a date rather than a sentence."""
    words = place.split()
    has_digit = any(char.isdigit() for char in place)
    if len(words) > _MOST_PLACE_WORDS or _ABOUT_AGENCY.search(place) or re.search(r"[!?\"“”„«»;©]", place):
        return False
    if not has_mark and (not words or len(words) > _MOST_BARE_WORDS + has_digit or _ARTICLE.match(place)):
        return False
    # Of a place and a date few words are small: months in some languages, particles of names.
    return sum(word[0].islower() for word in words) <= 1 + ("," in place or has_digit)


def _in_credit(text: str, *, is_last: bool) -> AgencyCredit | None:
    if found := _in_mark(text):
        return found
    if not _forms().are_in(text if len(text) <= _LONGEST_CREDIT else text[-_LONGEST_TAIL:]):
        return None
    return _in_credit_line(text) or (_in_last_words(text[-_LONGEST_TAIL:]) if is_last else None)


def _in_mark(text: str) -> AgencyCredit | None:
    """A credit by a form that only one agency has: Reuters' sign-off, the numbers of dpa, the initials of PTI's editors."""
    if _REUTERS_END.match(text[: 2 * _LONGEST_CREDIT]):
        return AgencyCredit(name="Reuters", origin=AgencyOrigin.CREDIT, stated=text[:_LONGEST_HEAD])
    for name, pattern in (("dpa", _DPA_NUMBER), ("PTI", _PTI_SIGNATURE)):
        if found := pattern.search(text[-_LONGEST_CREDIT:]):
            return AgencyCredit(name=name, origin=AgencyOrigin.CREDIT, stated=found.group().strip())
    return None


def _in_credit_line(text: str) -> AgencyCredit | None:
    """A line that is nothing but a credit."""
    if len(text) > _LONGEST_CREDIT or _IS_PHOTO.search(text):
        return None
    for pattern in _forms().credit:
        if found := pattern.search(text):
            return _credit(found, AgencyOrigin.CREDIT)
    if _RIGHTS.search(text) and (found := re.search(rf"(?<!\w)(?P<agency>{_forms().sure})(?!\w)", text)):
        return _credit(found, AgencyOrigin.CREDIT)
    return None


def _in_last_words(tail: str) -> AgencyCredit | None:
    """A credit after the text's last sentence."""
    if _IS_PHOTO.search(tail):
        return None
    for pattern in _forms().ends:
        if found := pattern.search(tail):
            return _credit(found, AgencyOrigin.CREDIT)
    return None
