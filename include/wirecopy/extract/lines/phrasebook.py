"""What outlets print around articles, in the words of some forty languages: the phrases of `phrases/`, and how a line is matched.

A file of `phrases/` holds one language's phrases by kind. A phrase is compared without case, accents and punctuation; `#` stands
for a number. Without a star it is the whole line, with one it goes on: `follow us on*` starts a line, `*min read` ends one,
`follow*on facebook` starts and ends one, with a last star other words may follow. Kinds in `LABELS` match as labels do, by their own rule (`Phrasebook.look_up`).

Everything is looked up in dictionaries by the first or the last letters: a line costs its length, however many phrases there are.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_Row = TypeVar("_Row")
MAX_LINE: Final = 300
"""Longer lines are not looked at, in characters: what sites print around articles is shorter, and a page's text may be one line."""
_LONGEST_LABELLED: Final = 250
_LONGEST_UNMARKED: Final = 70
_LONGEST_CREDIT: Final = 110
_LONGEST_WEAK: Final = 160
_LEAST_STORY: Final = 45
_LEAST_STORY_WEAK: Final = 60
_MOST_WEAK: Final = (
    11  # letters: `got a tip`, `dela via`, `ikuti kami`; `we use cookies` has 12 and begins no sentence of a story
)
_KEY: Final = 3  # letters a phrase is found by
_DENSE: Final = 0.45  # a headline's length in characters, Chinese or Japanese against English
_SENTENCE_ENDS: Final = (".", "!", "?", "。", "．", "।", "؟", "۔", "…", "！", "？", "։")  # noqa: RUF001
_CLOSING: Final = "\"'”’»«)]」』）›“ "  # noqa: RUF001
_DROPPED: Final = frozenset("'’‘ʼ`´ʻ\u200c\u200d\u00adـ·")  # noqa: RUF001
_MARKS: Final = frozenset(":|>»›→►▶▸▹➔➜⇒—–―‣")  # noqa: RUF001
_SAME: Final = {"ı": "i", "ی": "ي", "ى": "ي", "ک": "ك", "ה": "ה", "ё": "е", "ł": "l", "ø": "o", "đ": "d"}  # noqa: RUF001
_NUMBER = re.compile(r"\d+(?:[ .,]\d+)*")
_HYPHEN = re.compile(r"\s-+\s|\s--|--\s")


class PhraseKind(StrEnum):
    """What a phrase is; its value is its key in the files."""

    TEASER = "teaser"
    """Leads to another article: `read also`. Alone, before its mark, or before a few words that are no sentence."""
    LABEL = "label"
    """The same in words that may well start a sentence or a subheading: alone, or before its mark and what is no sentence."""
    RELATED = "related"
    """Heads a list of other articles."""
    FORM = "form"
    """Of a form for comments or letters, of an account or a subscription."""
    DISCUSSION = "discussion"
    """Heads a form for comments."""
    SHARE = "share"
    """Offers to share the article or to follow the outlet."""
    NETWORK = "network"
    """Names where to share; not removed unless beside others or `SHARE`."""
    NEWSLETTER = "newsletter"
    """Offers a newsletter or notifications."""
    PLACEHOLDER = "placeholder"
    """Stands for something that is not shown."""
    ADVERTISEMENT = "advertisement"
    """Stands at an advertisement."""
    TOOL = "tool"
    """Of the page's use: print, listen, minutes to read, the next post."""
    TAGS = "tags"
    """Label before keywords."""
    CREDIT = "credit"
    """Label before who took a picture."""
    RIGHTS = "rights"
    """Says who owns the text."""


LABELS: Final = frozenset({PhraseKind.TEASER, PhraseKind.LABEL, PhraseKind.TAGS, PhraseKind.CREDIT})
_WEAK: Final = frozenset(
    {
        PhraseKind.RELATED,
        PhraseKind.DISCUSSION,
        PhraseKind.FORM,
        PhraseKind.SHARE,
        PhraseKind.NEWSLETTER,
        PhraseKind.PLACEHOLDER,
    }
)
_BUTTONS: Final = frozenset({PhraseKind.TOOL, PhraseKind.FORM, PhraseKind.SHARE, PhraseKind.NETWORK})
_ADDRESSES: Final = ("@", "://", "www.")
# Where a phrase is of several kinds in several languages, the first of these; `Foto` heads pictures, but names who took one before its colon.
_ORDER: Final = (*(kind for kind in PhraseKind if kind is not PhraseKind.LABEL), PhraseKind.LABEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedLine:
    """A line as phrases are compared with it.

    Attributes:
        words: Its words without case, accents, punctuation; numbers are `#`. Empty for lines beyond `MAX_LINE`.
        head: The words before its first mark (a colon, a bar, an arrow, a dash), or all.
        rest: The words after that mark.
        stated: The line itself.
        is_dense: It is Chinese or Japanese, where lengths count more than twice.
        is_sentence: It ends as a sentence does.
    """

    words: str
    head: str
    rest: str
    stated: str
    is_dense: bool
    is_sentence: bool

    @property
    def length(self) -> float:
        """Its length in letters of an alphabet."""
        return len(self.stated) / _DENSE if self.is_dense else len(self.stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A phrase that was found.

    Attributes:
        kind: What it is.
        is_bare: It is all there is in the line, numbers apart.
    """

    kind: PhraseKind
    is_bare: bool


class _Letters(dict[int, str]):
    """What each character is for comparing: itself, nothing, a space, or `:` for all marks."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        if char in _DROPPED or (category == "Mn" and (char < "\u0900" or "\u1ab0" <= char < "\u2000")):
            found = ""  # accents, vowel points; the vowel signs of India's and Thailand's scripts are letters
        elif char in _MARKS:
            found = " : "
        elif char == "©":
            found = " © "
        elif char == "-":
            found = ""  # between letters: `e-mail`
        else:
            found = _SAME.get(char, char) if category[0] in "LMN" else " "
        self[code] = found
        return found


_LETTERS = _Letters()


def fold_words(text: str) -> str:
    """Words for comparing, with `:` for every mark and `#` for numbers."""
    text = _HYPHEN.sub(" : ", text)
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return " ".join(_NUMBER.sub(" # ", unicodedata.normalize("NFC", folded)).split())


def read_line(line: str) -> FoldedLine:
    """Fold a line; costs no more for a long one."""
    start = line[: MAX_LINE + 1]
    folded = fold_words(start).strip(": ") if len(line) <= MAX_LINE else ""
    head, _, rest = folded.partition(":")
    end = line[-24:].rstrip(_CLOSING)
    return FoldedLine(
        words=" ".join(folded.replace(":", " ").split()),
        head=head.strip(),
        rest=" ".join(rest.replace(":", " ").split()),
        stated=line,
        is_dense=any(_is_dense(char) for char in start[:24]),
        is_sentence=end.endswith(_SENTENCE_ENDS),
    )


class Phrasebook:
    """Phrases, ready to be looked up."""

    def __init__(self, phrases: Mapping[PhraseKind, Iterable[str]]) -> None:
        """Order the phrases of all languages, as the files have them, for looking up."""
        self._whole: dict[str, PhraseKind] = {}
        self._starts: dict[str, list[tuple[str, tuple[str, ...], PhraseKind]]] = {}
        self._ends: dict[str, list[tuple[str, PhraseKind]]] = {}
        self._labels: dict[str, list[tuple[str, PhraseKind]]] = {}
        for kind in _ORDER:
            for stated in phrases.get(kind, ()):
                self._add(
                    kind, [" ".join(fold_words(part).replace(":", " ").split()) for part in stated.replace("#", "0").split("*")]
                )
        for rows in self._starts.values():
            rows.sort(key=lambda row: -len(row[0]))
        for labels in self._labels.values():
            labels.sort(key=lambda row: -len(row[0]))

    def _add(self, kind: PhraseKind, parts: list[str]) -> None:
        start, *others = parts
        if not others:
            self._whole.setdefault(start, kind)
            if kind in LABELS:
                self._labels.setdefault(start[:_KEY], []).append((start, kind))
        elif start:
            self._starts.setdefault(start[:_KEY], []).append((start, tuple(others), kind))
        else:
            self._ends.setdefault(others[-1][-_KEY:], []).append((others[-1], kind))

    def look_up(self, line: FoldedLine) -> Phrase | None:
        """What the line is, or None for a line of text.

        A label is one alone; before a mark, where the line is at most 250 characters (110 for credits); and a teaser's label also
        without a mark, before what makes a line of 70 characters that is no sentence.
        """
        words = line.words
        if not words:
            return None
        kind = self._whole.get(words) or self._whole.get(words.strip("# "))
        if kind is not None and not (kind in _BUTTONS and _is_spoken(line)):
            return Phrase(kind=kind, is_bare=True)
        for start, others, kind in _rows(self._starts, words):
            if (
                _starts(words, start)
                and _follow(words[len(start) :], others)
                and not _is_story(line, kind, sum(len(part.replace(" ", "")) for part in (start, *others)))
            ):
                return Phrase(kind=kind, is_bare=False)
        for end, kind in self._ends.get(words[-_KEY:], ()):
            if words.endswith(end) and (len(words) == len(end) or words[-len(end) - 1] == " " or line.is_dense):
                return Phrase(kind=kind, is_bare=False)
        return self._look_up_label(line)

    def _look_up_label(self, line: FoldedLine) -> Phrase | None:
        for start, kind in _rows(self._labels, line.words):
            if _starts(line.words, start) and _is_labelled(line, kind, is_marked=line.head == start and bool(line.rest)):
                return Phrase(kind=kind, is_bare=False)
        return None


def _rows(table: Mapping[str, list[_Row]], words: str) -> Iterator[_Row]:
    """What is kept under the line's first letters; phrases of one or two letters are kept under them."""
    for length in range(_KEY, 0, -1):
        yield from table.get(words[:length], ())


def _follow(words: str, parts: tuple[str, ...]) -> bool:
    """Whether the parts between a phrase's stars come in their order, and the last, if it is not empty, at the end."""
    *between, end = parts
    position = 0
    for part in between:
        found = words.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return not end or (words.endswith(end) and len(words) - len(end) >= position)


def _is_spoken(line: FoldedLine) -> bool:
    """Whether one word has a full stop, as in verse and in dialogue (`Listen.`): buttons have none, and `Loading...` has three."""
    return " " not in line.words and line.stated.endswith(".") and not line.stated.endswith("..")


def _is_story(line: FoldedLine, kind: PhraseKind, letters: int) -> bool:
    """Whether a sentence of the story begins as a phrase of so many letters does.

    What a page's tools say is no sentence: `Filed under seal, the complaint names three banks.` is the story's. Other phrases may be
    sentences, but where a few letters of them begin a long one that names no address, it is the story's more often.
    """
    if not line.is_sentence:
        return False
    if kind is PhraseKind.TOOL:
        return line.length >= _LEAST_STORY
    is_weak = kind in _WEAK and letters <= _MOST_WEAK
    return is_weak and line.length >= _LEAST_STORY_WEAK and not any(sign in line.stated for sign in _ADDRESSES)


def _is_labelled(line: FoldedLine, kind: PhraseKind, *, is_marked: bool) -> bool:
    if kind is PhraseKind.TEASER:
        if is_marked:
            return line.length <= _LONGEST_LABELLED
        return line.length <= _LONGEST_UNMARKED and not line.is_sentence
    if kind is PhraseKind.CREDIT:
        return is_marked and line.length <= _LONGEST_CREDIT
    # A sentence after a label that may be a subject (`On the subject: nobody spoke.`) is text; a question is a headline.
    is_statement = line.is_sentence and line.stated.rstrip(_CLOSING)[-1:] in ".。।۔"  # noqa: RUF001
    return is_marked and line.length <= _LONGEST_WEAK and not is_statement


def _starts(words: str, start: str) -> bool:
    if not words.startswith(start):
        return False
    following = words[len(start) : len(start) + 1]
    return following in ("", " ") or _is_dense(following) or _is_thai(following)


def _is_dense(char: str) -> bool:
    return "\u3040" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


def _is_thai(char: str) -> bool:
    return "\u0e00" <= char <= "\u0eff"


@cache
def phrasebook() -> Phrasebook:
    """The phrases of all languages; the files are read once."""
    phrases: dict[PhraseKind, list[str]] = {kind: [] for kind in PhraseKind}
    for _, language in read_languages():
        for kind, stated in language.items():
            phrases[kind].extend(stated)
    return Phrasebook(phrases)


def read_languages() -> list[tuple[str, dict[PhraseKind, list[str]]]]:
    """Each language's phrases as its file has them, by its tag."""
    files = sorted(
        (file for file in (resources.files("wirecopy.extract.lines") / "phrases").iterdir()), key=lambda file: file.name
    )
    found = []
    for file in files:
        name, _, suffix = file.name.rpartition(".")
        if suffix == "toml":
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            found.append((name, {PhraseKind(kind): list(stated) for kind, stated in table.items()}))
    return found
