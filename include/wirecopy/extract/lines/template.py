"""Lines that a site shows on many pages: learned as pages come, forgotten when they go. Pure.

A line that other articles of a site show as well is the site's: a newsletter's blurb, a note on the author's other work, a legal
notice. Taking such lines out adds .007 to the body's F1 on 16 outlets with five pages each and .001 on two sets with fewer
(extraction research, section 3). What must not go with them is a story: an outlet prints one article under several addresses, repeats
a paragraph of background in all it writes about a war, ends its reports from court with "The trial continues." So a line has to
stand on more other pages the more it looks like prose, and pages that are one article are one.

docs/extraction-templates.md has the rules in words, what happens to which line, and the figures.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wirecopy.extract.folding import fold_line
from wirecopy.extract.text.blocks import BlockKind
from wirecopy.models import PageMarks, RemovalReason, RemovedLine, SiteMemory
from wirecopy.urls import registrable_domain

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from wirecopy.models import Article, UrlKey

WINDOW: Final = 60
"""A page is compared with so many that came before it: a line of one section, on a page in twenty, is still seen three times, and what a
site dropped is forgotten after so many pages."""
SLACK: Final = 100
"""Pages that are remembered beyond those that a page is compared with: one that is read again, as after a crash, finds what it found the
first time, as long as no more pages of its site than this came after it. As many as are written down at a time."""
_MOST_LINES: Final = 200
"""Lines of a page that are remembered, half from its beginning and half from its end, where templates stand."""

_LEAST_PAGES: Final = 2
"""One other page proves nothing: with that rule the set of the research with fewest pages a site lost .001, those with more gained."""
_SHORT: Final = 12
"""Letters and digits. `Yes.`, `0:0`, `18 °C`, `Reuters` recur by chance."""
_LONG: Final = 200
"""Characters. Longer is a paragraph, and follow-ups repeat a paragraph of background."""
_LEAST_STRONG: Final = 3
_SHARE_SHORT: Final = 0.5
_SHARE_LONG: Final = 0.25
"""Of the pages that are asked: a site's own paragraph stands on all of them or on all of a large section, one of background on those of
one running story."""
_SHARE_SENTENCE: Final = 0.1
"""Six of sixty: "The trial continues." ends some of a regional paper's reports, not every tenth."""
_KIN: Final = 0.5
"""Two pages that share so much of the shorter one's lines, those aside which the text in question shows too, are one article."""
_KIN_TEXT: Final = 0.5
"""A page that shows so much of a text, by its characters, is that article again, or both are one notice."""
_LEAST_NOTICE: Final = 5
"""So many pages, and half of all, that say the same under different headlines are no article: a wall, a form, an error."""
_SENTENCE_ENDS: Final = frozenset(".!?:;…。！？।؟۔።")  # noqa: RUF001 - sentences end so in many scripts
# Hangul, kana, Chinese characters and their punctuation; `unicodedata.east_asian_width` a character took a third of all time here.
_WIDE: Final = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U00020000-\U0003fffd]"
)
_CLOSING: Final = "\"'”“’»«)]›」』）"  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class _Other:
    """A page that a text is compared with."""

    title: int
    marks: frozenset[int]


def site_of(url: str) -> str | None:
    """The site whose templates a page shows: its registrable domain; None for what is no address of a host."""
    try:
        return registrable_domain(url)
    except ValueError:
        return None


def marks_of(title: str | None, text: str) -> tuple[int, ...]:
    """What is remembered of a page: the mark of its headline, 0 where it has none, then those of its text's lines."""
    lines = text.split("\n") if text else []
    if len(lines) > _MOST_LINES:
        lines = lines[: _MOST_LINES // 2] + lines[-_MOST_LINES // 2 :]
    return _mark(title or ""), *map(_mark, lines)


def _mark(line: str) -> int:
    """32 bits of BLAKE2b over the line's letters and digits; 0 for a line without any."""
    folded = fold_line(line)
    if not folded:
        return 0
    return int.from_bytes(hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=4).digest())


def remember(memory: SiteMemory, page: PageMarks) -> SiteMemory:
    """The memory with one reading more; the oldest is forgotten where there are too many.

    Readings are kept by (fetched_at, key). One that is there already (the page was read twice) replaces itself.
    """
    place = bisect_left(memory.pages, (page.fetched_at, page.key), key=_order)
    is_known = place < len(memory.pages) and _order(memory.pages[place]) == (page.fetched_at, page.key)
    pages = (*memory.pages[:place], page, *memory.pages[place + is_known :])
    return replace(memory, pages=pages[-(WINDOW + SLACK) :])


def _order(page: PageMarks) -> tuple[datetime, UrlKey]:
    return page.fetched_at, page.key


def find_template_lines(article: Article, memory: SiteMemory, *, key: UrlKey, fetched_at: datetime) -> tuple[int, ...]:
    """The lines of a text that are its site's.

    Only pages that came before it are asked, in the order of (fetched_at, key): the answer is the same whenever it is given.

    Args:
        article: What was read.
        memory: The pages of its site.
        key: The page's URL key; its own earlier versions are not asked.
        fetched_at: When it came, to the second.

    Returns:
        Indices of lines of `article.text`, ascending.
    """
    before = memory.pages[: bisect_left(memory.pages, (fetched_at, key), key=_order)][-WINDOW:]
    return _find(article, [page for page in before if page.key != key])


def find_among(article: Article, siblings: Sequence[PageMarks], *, key: UrlKey) -> tuple[int, ...]:
    """The lines of a text that are its site's, by other pages of it, whenever they came.

    Args:
        article: What was read.
        siblings: Pages of its site, itself among them or not; the last `WINDOW` are asked.
        key: The page's URL key.
    """
    return _find(article, [page for page in siblings if page.key != key][-WINDOW:])


def without_lines(article: Article, lines: Collection[int]) -> Article:
    """The article without these lines of its text; they are kept apart with the reason."""
    if not lines:
        return article
    gone = frozenset(lines)
    every = article.text.split("\n")
    removed = tuple(RemovedLine(text=every[index], reason=RemovalReason.SITE_TEMPLATE) for index in sorted(gone))
    return replace(
        article,
        text="\n".join(line for index, line in enumerate(every) if index not in gone),
        outline="".join(kind for index, kind in enumerate(article.outline) if index not in gone),
        boilerplate=article.boilerplate + removed,
    )


def take_over(article: Article, text: str, removed: Sequence[RemovedLine]) -> tuple[int, ...] | None:
    """The lines that were taken out of this very text when it was read before.

    Args:
        article: What was read now, whole.
        text: The text as it was left then.
        removed: What was kept apart then, for whatever reason.

    Returns:
        Indices of lines of `article.text`, ascending; None where the page says something else now.
    """
    gone = Counter(line.text for line in removed if line.reason is RemovalReason.SITE_TEMPLATE)
    lines = article.text.split("\n") if article.text else []
    kept = text.split("\n") if text else []
    if Counter(lines) != gone + Counter(kept):
        return None
    found: list[int] = []
    place = 0
    for index, line in enumerate(lines):
        # A line that stands twice in the text: the one that is next among those that were left stays.
        if place < len(kept) and kept[place] == line:
            place += 1
        else:
            found.append(index)
    return tuple(found) if place == len(kept) else None


def _find(article: Article, readings: Sequence[PageMarks]) -> tuple[int, ...]:
    # Versions of one page are one page: the last, which shows what the site shows now.
    pages = {page.key: page.marks for page in readings}
    lines = article.text.split("\n") if article.text else []
    marks = [_mark(line) for line in lines]
    title = _mark(article.title or "")
    # A page under the same headline is this article again, a part of it, or the same column of another day.
    others = [
        _Other(marks_[0] if marks_ else 0, frozenset(marks_[1:]) - {0})
        for marks_ in pages.values()
        if not (title and marks_ and marks_[0] == title)
    ]
    if len(others) < _LEAST_PAGES or not any(marks):
        return ()
    voters = _Voters(lines, marks, others)
    kinds = article.outline if len(article.outline) == len(lines) else BlockKind.PARAGRAPH.value * len(lines)
    found = {
        index
        for index, (line, mark, kind) in enumerate(zip(lines, marks, kinds, strict=True))
        if voters.are_there(mark) and voters.are_enough(mark, _least(line, kind, len(others)))
    }
    return tuple(index for index in sorted(found) if not _heads_text(index, kinds, found))


class _Voters:
    """The others that show lines of a text, without those that are the same article."""

    def __init__(self, lines: Sequence[str], marks: Sequence[int], others: Sequence[_Other]) -> None:
        weights: Counter[int] = Counter()
        for line, mark in zip(lines, marks, strict=True):
            weights[mark] += _weight(line)
        least = _KIN_TEXT * sum(weights.values())
        own = weights.keys() - {0}
        shared = [own & other.marks for other in others]
        kin = {index for index, common in enumerate(shared) if sum(weights[mark] for mark in common) >= least}
        titles = {others[index].title for index in kin} - {0}
        self._is_notice = len(titles) >= _LEAST_NOTICE and 2 * len(kin) >= len(others)
        self._others = [_Other(other.title, other.marks - own) for other in others]
        self._by_mark: defaultdict[int, list[int]] = defaultdict(list)
        for index, common in enumerate(shared):
            if self._is_notice or index not in kin:
                for mark in common:
                    self._by_mark[mark].append(index)

    def are_there(self, mark: int) -> bool:
        """Whether so many pages show the line that it is worth a closer look."""
        return len(self._by_mark.get(mark, ())) >= _LEAST_PAGES

    def are_enough(self, mark: int, least: int) -> bool:
        """Whether so many articles show the line."""
        voters = self._by_mark.get(mark, ())
        if len(voters) < least:
            return False
        counted: list[_Other] = []
        for index in voters:
            other = self._others[index]
            if not any(self._are_one(other, known) for known in counted):
                counted.append(other)
                if len(counted) >= least:
                    return True
        return False

    def _are_one(self, one: _Other, other: _Other) -> bool:
        if self._is_notice or (one.title and one.title == other.title):
            return one.title == other.title
        fewer = min(len(one.marks), len(other.marks))
        return len(one.marks & other.marks) >= _KIN * fewer  # also where one says nothing of its own


def _least(line: str, kind: str, pages: int) -> int:
    """On how many others of so many pages a line must stand."""
    if kind == BlockKind.TABLE_ROW.value or _weight(fold_line(line)) < _SHORT:
        least, share = _LEAST_STRONG, _SHARE_SHORT
    elif _weight(line) > _LONG:
        least, share = _LEAST_STRONG, _SHARE_LONG
    elif line.rstrip(_CLOSING)[-1:] in _SENTENCE_ENDS:
        least, share = _LEAST_PAGES, _SHARE_SENTENCE
    else:
        return _LEAST_PAGES
    return max(least, -int(-share * pages // 1))


def _heads_text(index: int, kinds: str, found: Collection[int]) -> bool:
    """Whether a line is a heading with text of the article under it."""
    heading = BlockKind.HEADING.value
    return kinds[index] == heading and index + 1 < len(kinds) and kinds[index + 1] != heading and index + 1 not in found


def _weight(text: str) -> int:
    """Characters, where one of a script without spaces counts as three."""
    if text.isascii():
        return len(text)
    return len(text) + 2 * len(_WIDE.findall(text))
