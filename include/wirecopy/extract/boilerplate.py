"""Lines that are no part of an article's text though they stand in it. What is taken out is kept apart, never thrown away.

Only repairs that were measured to help on four sets of pages are made: the repeated headline (body F1 +.004 +.006 +.004 0),
teasers of other articles (+.001 to +.003), lines that are one link (+.001 +.003 +.001 0). Dropping repeated captions,
datelines, author lines or duplicate lines was measured, and does harm or nothing.
"""
# ruff: noqa: RUF001 - labels in many scripts

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wirecopy.models import RemovalReason, RemovedLine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from wirecopy.extract.blocks import Block

_NOT_WORD = re.compile(r"[\W_]+")
_HEADLINE_LINES: Final = 3  # the headline is looked for in the first lines only; later it may be a quotation
_LONGEST_TEASER: Final = 250
_LONGEST_PURE_LABEL: Final = 60
_LEAST_LINK: Final = 15
# "Read also", "More on this", "Related" as the press of 25 languages writes them before a teaser of another article.
_TEASER_WORDS: Final = (
    # English, German, Dutch, Danish, Norwegian, Swedish, Finnish, Icelandic
    "read also|also read|read more|read next|see also|more on this|related articles?|related stor(?:y|ies)|related|"
    "recommended reading|don't miss|what to read next|you may also like|sign up (?:for|to) (?:our|the)|"
    "lesen sie auch|lesen sie dazu|lesen sie mehr|lesen sie hier|lies auch|lesetipp|mehr zum thema|siehe auch|auch interessant|"
    "das könnte sie auch interessieren|mehr dazu|zum thema|weiterlesen|"
    "lees ook|lees meer|lees verder|lees hier|bekijk ook|meer over|zie ook|"
    "læs også|læs mere|se også|les også|les mer|les hele|"
    "läs också|läs även|läs mer|se även|lue myös|katso myös|lesa meira|lestu einnig|sjá einnig|"
    # French, Spanish, Portuguese, Italian, Romanian, Catalan
    "lire aussi|à lire aussi|à lire également|lire également|voir aussi|à voir aussi|pour aller plus loin|sur le même sujet|"
    "lea también|lee también|leer también|leé también|lea además|le puede interesar|te puede interesar|ver también|más sobre|"
    "te recomendamos|noticias relacionadas|"
    "leia também|leia mais|veja também|saiba mais|"
    "leggi anche|leggi pure|vedi anche|potrebbe interessarti|approfondisci|"
    "citește și|citiți și|vezi și|llegiu també|llegeix també|"
    # Polish, Czech, Slovak, Hungarian, Croatian and Serbian, Slovenian
    "czytaj także|czytaj też|czytaj również|czytaj więcej|czytaj dalej|zobacz także|zobacz też|zobacz również|przeczytaj także|"
    "čtěte také|přečtěte si|čtěte více|prečítajte si|čítajte tiež|olvassa el|olvasd el|ezt is olvassa|kapcsolódó cikk|"
    "pročitajte|pročitaj i|čitajte|preberite (?:še|tudi)|"
    # Russian, Ukrainian, Bulgarian, Greek, Turkish
    "читайте также|читайте по теме|смотрите также|по теме|материалы по теме|"
    "читайте також|дивіться також|прочетете още|вижте още|διαβάστε επίσης|διαβάστε ακόμη|δείτε επίσης|"
    "ayrıca bakınız|ilgili haber|bunları da oku|"
    # Arabic, Hebrew, Persian, Hindi, Indonesian and Malay, Vietnamese, Chinese, Japanese, Korean
    "اقرأ أيضا|اقرأ أيضاً|إقرأ أيضا|اقرأ المزيد|شاهد أيضا|קראו גם|קרא גם|עוד בנושא|بیشتر بخوانید|"
    "यह भी पढ़ें|ये भी पढ़ें|इसे भी पढ़ें|baca juga|lihat juga|simak juga|xem thêm|đọc thêm|"
    "相关阅读|相关新闻|延伸阅读|延伸閱讀|相關新聞|推荐阅读|関連記事|あわせて読みたい|관련기사|관련 기사"
)
_TEASER = re.compile(rf"[\s\W]*(?:{_TEASER_WORDS})(?!\w)", re.IGNORECASE)
_LABEL_END = re.compile(r"\s*(?:[:：|>»›–—-]|$)")

_SENTENCE_ENDS: Final = (".", "!", "?", "。", "।", "؟", "”", "»", '"')


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanText:
    """A text and what was taken out of it.

    Attributes:
        blocks: What stays.
        removed: The lines that went, in their order, with the reason.
    """

    blocks: tuple[Block, ...]
    removed: tuple[RemovedLine, ...]


def clean_blocks(blocks: Iterable[Block], *, titles: tuple[str, ...], link_texts: AbstractSet[str]) -> CleanText:
    """Take lines out of a text that are not the article's.

    Args:
        blocks: The text.
        titles: The page's headline, in the forms it may be repeated in.
        link_texts: The texts of the page's links, in the form of `fold_line`.
    """
    headlines = {fold_line(title) for title in titles} - {""}
    kept: list[Block] = []
    removed: list[RemovedLine] = []
    for block in blocks:
        folded = fold_line(block.text)
        reason = None
        if len(kept) < _HEADLINE_LINES and folded in headlines:
            reason = RemovalReason.HEADLINE
        elif _is_teaser(block.text):
            reason = RemovalReason.TEASER
        elif len(folded) >= _LEAST_LINK and folded in link_texts:
            reason = RemovalReason.LINK
        if reason is None:
            kept.append(block)
        else:
            removed.append(RemovedLine(text=block.text, reason=reason))
    return CleanText(blocks=tuple(kept), removed=tuple(removed))


def fold_line(line: str) -> str:
    """The line's letters and digits alone, for comparing."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", line).casefold())


def _is_teaser(line: str) -> bool:
    match = _TEASER.match(line)
    if match is None or len(line) > _LONGEST_TEASER:
        return False
    # A label that is followed by its mark, or a short line that is no sentence: `Read more in his book, he says.` is text.
    is_label = _LABEL_END.match(line, match.end()) is not None
    return is_label or (len(line) <= _LONGEST_PURE_LABEL and not line.endswith(_SENTENCE_ENDS))
