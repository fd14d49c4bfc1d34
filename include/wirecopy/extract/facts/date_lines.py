"""Dates within a line of a page's visible text, and what the line says that they are: of publication, of a change, or neither.

A line is what a reader sees as one: `Von Peter Huth | 3. Mai 2024, 12:15 Uhr | Aktualisiert: 5. Mai 2024`. A date in the middle of
a sentence is an event's and no statement of the page about itself.
"""
# ruff: noqa: RUF001 - words and signs of many scripts

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from wirecopy.feeds.dates import read_date
from wirecopy.feeds.weekdays import read_weekday

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wirecopy.models import ClaimedTime

_LONGEST_LINE: Final = 240
"""Characters; a longer line is a paragraph."""
_LONGEST_REST: Final = 90
"""Characters that may stand beside an unlabelled date in its line: a byline, a place, a reading time."""
_LONGEST_LABEL: Final = 40
_SHORT_REST: Final = 30
_MOST_DATES: Final = 6
_BUDDHIST_YEARS: Final = 543

_WORD: Final = r"[^\s\d.,/()|·•:;–—-]{2,16}"
_DATE = re.compile(
    r"(?<![\d./-])(?:"
    r"\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\d{4}\s?[./]\s?\d{1,2}\s?[./]\s?\d{1,2}\.?"
    r"|\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d\d)(?![\d./-]\d)"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]?"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|º|ª)?\.?(?:\s(?:de|of|på))?[\s/-]{_WORD}\.?,?(?:\s(?:de|del|of|năm))?[\s/-]\d{{4}}"
    r"|\d{1,2}\stháng\s\d{1,2},?(?:\snăm)?\s\d{4}"
    rf"|{_WORD}\.?\s\d{{1,2}}(?:st|nd|rd|th)?\.?,?\s\d{{4}}"
    rf"|\d{{4}}\.?\s(?:m\.\s)?{_WORD}\.?\s\d{{1,2}}\.?"
    r")(?!\d)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"[\s,;|·•–—@-]{0,4}(?:(?:at|um|à|às|a las|alle|ore|klo|kl|o godz|godz|u|om|в|о|saat|pukul|lúc|as of)\.?\s)?[\s,-]{0,2}"
    r"(?P<half>午前|午後|上午|下午|오전|오후)?\s?(?P<hour>\d{1,2})(?:[:.h]|\s?[时時시]\s?)(?P<minute>\d\d)(?![\d.])(?::(?P<second>\d\d))?"
    r"(?P<rest>\s?[ap]\.?m\b\.?)?(?P<zone>\s?(?:\(?(?:UTC|GMT|CET|CEST|MEZ|MESZ|BST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|IST|JST|KST|WIB)\b"
    r"\)?)?\s?(?:[+-]\d\d:?\d\d|Z\b)?)",
    re.IGNORECASE,
)
_OPEN_ORDER = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{4}")
_WEEKDAY_BEFORE = re.compile(r"(?:^|[\s|·•(–—-])([^\s\d,|·•()]{2,20})[,)]?\s?$")
_WEEKDAY_AFTER = re.compile(r"\s?\(([^\s\d()]{2,20})\)|,?\s([^\s\d,]{2,20})$")
_LONGEST_WEEKDAY: Final = 24
_PUBLISHED_WORDS: Final = (
    "publish|posted|submitted|written|released|first seen|created|veröffentlicht|erstellt|erschienen|geschrieben|verfasst|eingestellt|écrit|"
    "publié|parution|mis en ligne|publicad|publicat|"
    "pubblicat|gepubliceerd|geplaatst|publisert|offentliggjort|udgivet|publicerad|publicerat|julkaistu|opublikowan|dodano|"
    "publikován|zveřejněn|vydáno|publikovan|objavljen|objavlj|опубликован|дата публикации|опубліковано|публикуван|објављен|"
    "yayın|giriş|eklenme|公開|配信|掲載|投稿|发布|發布|发表|時間|来源|입력|등록|게재|đăng|diterbitkan|dipublikasikan|δημοσί|közzét|megjelent|"
    "paskelbta|publicēts|avaldatud|نشر|تاريخ|פורסם|प्रकाशित|প্রকাশ|เผยแพร่|nashr"
)
_CHANGED_WORDS: Final = (
    "updat|modif|edited|revised|revision|last change|changed|as of|aktualis|geändert|bearbeitet|mis à jour|màj|actualizad|"
    "actualitzat|última act|aggiornat|atualizad|bijgewerkt|gewijzigd|oppdatert|opdateret|uppdater|ändrad|päivitetty|zaktualiz|"
    "aktualiz|upraven|ažurir|обновл|изменен|оновл|обновен|güncelle|更新|修正|수정|최종|cập nhật|diperbarui|ενημέρωσ|τροποποι|frissít|"
    "módosít|atnaujin|atjaunin|muudetud|uuendatud|تحديث|آخر|עודכן|अपडेट|संशोधित|আপডেট|อัปเดต|แก้ไข|access|abgerufen|consult|retrieved"
)
_OTHER_WORDS: Final = (
    "copyright|©|\\(c\\)|since|seit|depuis|desde|expires|valid until|gültig bis|deadline|born|geboren|geb\\.|died|gestorben|"
    "joined|member since|mitglied seit|registriert|next|termin|event|veranstaltung|beginn|starts|uhrzeit"
)
_PUBLISHED = re.compile(_PUBLISHED_WORDS, re.IGNORECASE)
_CHANGED = re.compile(_CHANGED_WORDS, re.IGNORECASE)
_OTHER = re.compile(_OTHER_WORDS, re.IGNORECASE)
_APART: Final = " \t|·•–—-,;:()[]/<>»«@\u200b"
_SENTENCE_END = re.compile(r"[.!?。]\s*$")


class Label(Enum):
    """What a line says of a date in it."""

    PUBLISHED = 0
    NONE = 1
    CHANGED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDate:
    """A date in a line.

    Attributes:
        claimed: The date.
        label: What the line says of it.
    """

    claimed: ClaimedTime
    label: Label


def read_line(line: str, *, language: str, origin: str = "text") -> Iterator[LineDate]:
    """The dates of a line that may be the page's own; nothing of a sentence or a long line.

    Args:
        line: The visible text, in one line.
        language: BCP 47 tag, or empty where unknown.
        origin: As in `ClaimedTime`.
    """
    line = " ".join(line[: _LONGEST_LINE + 1].split())
    if not 8 <= len(line) <= _LONGEST_LINE or not any(char.isdecimal() for char in line):  # noqa: PLR2004 - `3.5.2024`
        return
    if language.startswith("th"):
        line = re.sub(r"(?<!\d)2[45]\d\d(?!\d)", lambda year: str(int(year[0]) - _BUDDHIST_YEARS), line)
    begin = 0
    for found, _ in zip(_DATE.finditer(line), range(_MOST_DATES), strict=False):
        if found.start() < begin:
            continue
        claimed, end = _read(line, found, language, origin)
        if claimed is None:
            continue
        before = line[begin : found.start()]
        begin = end
        label = _label(before, line[end : end + _LONGEST_LABEL])
        if label is None or (label is Label.NONE and not _stands_apart(line, found.start(), end)):
            continue
        yield LineDate(claimed=claimed, label=label)


def _read(line: str, found: re.Match[str], language: str, origin: str) -> tuple[ClaimedTime | None, int]:
    day = re.sub(r"\s?([./])\s?(?=\d)", r"\1", found[0]) if re.match(r"\d+\s?[./]\s?\d", found[0]) else found[0]
    end = found.end()
    if _OPEN_ORDER.fullmatch(day):  # `Wed, 08/09/2017`, `08/09/2017 (Wed)`
        before = _WEEKDAY_BEFORE.search(line[max(0, found.start() - _LONGEST_WEEKDAY) : found.start()])
        after = _WEEKDAY_AFTER.match(line, end)
        if before and read_weekday(before[1], language=language) is not None:
            day = f"{before[1]} {day}"
        elif after and read_weekday(after[1] or after[2], language=language) is not None:
            day, end = f"{after[1] or after[2]} {day}", after.end()
    clock = _CLOCK.match(line, end) if ":" not in found[0] else None
    if clock is not None:
        time = f"{clock['half'] or ''}{clock['hour']}:{clock['minute']}{':' + clock['second'] if clock['second'] else ''}"
        for text in (f"{day} {time}{clock['rest'] or ''}{clock['zone'] or ''}", f"{day} {time}{clock['rest'] or ''}"):
            if (claimed := read_date(text, language=language, origin=origin)) is not None:
                return claimed, clock.end()
    # `Montag 3. Mai 2024` or `Berlin 3 May 2024`: the pattern of a month before its day takes any word for a month.
    return read_date(day, language=language, origin=origin), end


def _label(before: str, after: str) -> Label | None:
    """What stands nearest decides: `Published 3 May | Updated 5 May`."""
    near = before[-_LONGEST_LABEL:]
    marks = [
        (max((found.start() for found in pattern.finditer(near)), default=-1), label)
        for pattern, label in ((_PUBLISHED, Label.PUBLISHED), (_CHANGED, Label.CHANGED), (_OTHER, None))
    ]
    place, label = max(marks, key=lambda mark: mark[0])
    if place >= 0:
        return label
    after = after.lstrip(_APART)
    if _CHANGED.match(after):  # `2024.05.03 更新`
        return Label.CHANGED
    return Label.PUBLISHED if _PUBLISHED.match(after) else Label.NONE


def _stands_apart(line: str, start: int, end: int) -> bool:
    before, after = line[:start].rstrip(), line[end:].lstrip()
    if len(before) + len(after) > _LONGEST_REST:
        return False
    if not before and not after:
        return True
    # After a comma alone stands a byline's date or an event's: `Von Jane Doe, 3. Mai 2024`, `Soldaten bei Bachmut, 24. April 2023`.
    is_apart = not before or before[-1] in _APART.replace(",", "") or (before[-1] == "," and len(before) <= _LONGEST_LABEL)
    # `By Jane Doe Friday 3rd May 2024`: pieces that the page's style parts.
    is_apart = is_apart or (not after and len(before) <= _SHORT_REST)
    if after and not is_apart:
        is_apart = after[0] in _APART.replace(",", "")
    return is_apart and not (len(after) > _LONGEST_LABEL and _SENTENCE_END.search(after))
