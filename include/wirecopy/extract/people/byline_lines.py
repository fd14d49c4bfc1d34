"""Lines that say who wrote something: "By Jane Doe", "Verfasst von kalle am 3. Mai 2019", "May 3rd, 2019 by Jane Doe"."""
# ruff: noqa: RUF001 - words of many scripts

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(
    r"^(?P<lead>(?:(?:posted|written|submitted|published|erstellt|geschrieben|veröffentlicht|gespeichert|verfasst|eingestellt|gepostet|"
    r"publié|écrit|rédigé|posté|publicado|postado|escrito|pubblicato|scritto|postato|gepost|geplaatst|geschreven|skrevet|skriven|"
    r"lagt inn|publisert|upplagd|publicerad|dodane|dodany|opublikowan[eoy]|napisan[eoy]|diposting)\s)?)(?P<topic>(?:[^\W\d_]{2,20}\s){0,2}?)(?:(?:by|von|par|por|di|da|door|av|af|przez|napisała?|autorin/autor|autor(?:ka|in|es)?:?|author:?|oleh:?|"
    r"yazan:?|penulis:?|автор:?|текст:?|بقلم:?|كتب:?|द्वारा:?)\s|(?:作者|文|撰文|记者|記者)[:：／/])\s*(?P<names>\S.{1,120})$",
    re.IGNORECASE,
)
_LINE_END = re.compile(
    r"\s(?:am|on|le|el|il|den|um|at|vom)\s(?=\S*\s?\d)|\s(?:am|on)\s(?:mon|tue|wed|thu|fri|sat|sun|die|mit|don|sam|son)|\s?[|•·≈]\s|\s[–—-]\s|\s(?:in|unter|dans|en|dnia|w dniu)\s|\.\s(?=publié|posté)|(?<!\w)\d",
    re.IGNORECASE,
)
# "3. Mai 2019, 10:12 Uhr | verfasst von ...", "May 3rd, 2019 by ...": a byline after its date.
_AFTER_DATE = re.compile(
    r"^[^.!?\d]{0,40}(?:\d{1,2}[^\d]{1,16}\d{2,4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d)(?:[\s,|@-]{1,4}(?:at\s|um\s|à\s)?\d{1,2}[:.h]\d\d"
    r"(?::\d\d)?(?:\s?uhr|\s?[ap]\.?m\.?)?)?[\s,|•·–-]{1,4}(?=\S)",
    re.IGNORECASE,
)
_ALIAS = re.compile(r"[^\W\d_][\w.-]{1,29}")
_FILED_BY = re.compile(
    r"^(?:this entry was posted|dieser (?:beitrag|eintrag|artikel) wurde|(?:cette entrée|ce contenu|cet article) a été publiée?)\s.{3,120}?\s"
    r"(?:by|von|par)\s(?P<names>[^\W\d_][\w.-]{1,29}(?:\s[^\W\d_][\w.-]{1,29}){0,3}?)"
    r"(?=\.|\s(?:and|veröffentlicht|geschrieben|verfasst|erstellt|et|und)(?!\w)|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BylineLine:
    """A line that names authors.

    Attributes:
        names: The words after its `by`, up to a date, a place or a bar.
        has_topic: Whether words that are no part of a byline stand before its `by`: then it may be a sentence.
        is_alias: Whether it says `written by` or its like and names one word, which need not look like a name.
    """

    names: str
    has_topic: bool
    is_alias: bool


def read_line(text: str) -> BylineLine | None:
    """Read a line that is a byline, also after its date; None where it is none.

    Args:
        text: One line, short.
    """
    found = _LINE.match(text)
    if found is None and (dated := _AFTER_DATE.match(text)):
        found = _LINE.match(text[dated.end() :])
    if found is None:
        return None
    names = _LINE_END.split(found["names"], maxsplit=1)[0].strip()
    return BylineLine(names=names, has_topic=bool(found["topic"]), is_alias=bool(found["lead"] and _ALIAS.fullmatch(names)))


def read_filing(text: str) -> str | None:
    """The author whom WordPress's own themes name below a post ("This entry was posted on ... by Jane and is filed under ...").

    Args:
        text: One line, short.
    """
    found = _FILED_BY.match(text)
    return found["names"] if found else None
