"""Cuts a query into tokens, each with its place; quotes, fields and minus signs are settled here, grammar in `parser`.

Typing aids and other keyboards are tolerated: curly, low, full-width, angle and corner quotes, full-width brackets, colon,
asterisk and minus.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import NoReturn

from wirecopy.errors import QuerySyntaxError
from wirecopy.search.tree import Field

# Any of the first family closes any other: typing aids turn one of a pair and leave its partner straight.
_STRAIGHT = '"\N{FULLWIDTH QUOTATION MARK}“”„‟'
_CLOSERS = {**dict.fromkeys(_STRAIGHT, _STRAIGHT), "«": "«»", "»": "«»", "「": "」", "『": "』"}
_OPEN, _CLOSE = "(\N{FULLWIDTH LEFT PARENTHESIS}", ")\N{FULLWIDTH RIGHT PARENTHESIS}"
_COLONS = ":\N{FULLWIDTH COLON}"
_STARS = "*\N{FULLWIDTH ASTERISK}"
_MINUSES = "-\N{FULLWIDTH HYPHEN-MINUS}\N{MINUS SIGN}"
_ESCAPABLE = "\\" + "".join(_CLOSERS) + "」』"
_FIELD_NAMES = tuple(field.value for field in Field)
_FIELD_START = re.compile(f"(?P<name>[A-Za-z_]+)(?P<colon>[{_COLONS}])")
_ENDS_WORD = frozenset(_OPEN + _CLOSE + "".join(_CLOSERS) + "」』")


class Mark(StrEnum):
    """What a token is."""

    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    FIELD = "field:("
    WORD = "word"
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of a query.

    Attributes:
        mark: What it is.
        position: Index of its first character, field and quote included.
        text: A word's or phrase's text; else as typed.
        field: The field of a word, a phrase or a bracket (`Mark.FIELD`), or None.
        is_prefix: Whether a word ended with `*`.
        is_minus: Whether a `NOT` was written as a minus sign.
    """

    mark: Mark
    position: int
    text: str = ""
    field: Field | None = None
    is_prefix: bool = False
    is_minus: bool = False


def tokenize(query: str) -> tuple[Token, ...]:
    """Cut a query, scrubbed by the caller, into tokens.

    A word without any letter or digit (a dash between two parts of a pasted headline) is passed over: no index has it.

    Raises:
        QuerySyntaxError: A quote is not closed, a field is unknown or empty, a star stands elsewhere than at a word's end.
    """
    return tuple(_Lexer(query).tokens())


def escape_phrase(text: str) -> str:
    """A phrase's text as it stands between two straight quotes."""
    return "".join(f"\\{char}" if char in "\\" + _STRAIGHT else char for char in text)


class _Lexer:
    """One pass over a query."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._at = 0

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        while self._skip_space():
            start, char = self._at, self._query[self._at]
            if char in _OPEN:
                self._at += 1
                found.append(Token(mark=Mark.OPEN, position=start, text="("))
            elif char in _CLOSE:
                self._at += 1
                found.append(Token(mark=Mark.CLOSE, position=start, text=")"))
            elif char in _CLOSERS:
                found.append(self._phrase(start, None))
            elif char in "」』":
                self._fail("a quote closes that was not opened", start, f"take out {char} or open it with 「 or 『")
            elif self._is_minus_sign():
                self._at += 1
                found.append(Token(mark=Mark.NOT, position=start, text=char, is_minus=True))
            else:
                found.extend(self._word_or_field(start))
        return found

    def _fail(self, message: str, position: int, hint: str) -> NoReturn:
        raise QuerySyntaxError(self._query, message, position=position, hint=hint)

    def _skip_space(self) -> bool:
        while self._at < len(self._query) and self._query[self._at].isspace():
            self._at += 1
        return self._at < len(self._query)

    def _char(self, index: int) -> str:
        return self._query[index] if 0 <= index < len(self._query) else ""

    def _is_minus_sign(self) -> bool:
        """Whether a minus that takes away stands here: one, not a row of them, and right before what it takes away."""
        following = self._char(self._at + 1)
        return (
            self._query[self._at] in _MINUSES
            and following != ""
            and not following.isspace()
            and following not in _MINUSES
            and following not in _CLOSE
        )

    def _is_gershayim(self, index: int) -> bool:
        """Whether the quote here belongs to a Hebrew abbreviation, as people type it: a letter on both sides."""
        before, after = self._char(index - 1), self._char(index + 1)
        return self._query[index] == '"' and "א" <= before <= "ת" and "א" <= after <= "ת"

    def _phrase(self, position: int, field: Field | None) -> Token:
        quote = self._query[self._at]
        closers = _CLOSERS[quote]
        self._at += 1
        start, letters = self._at, list[str]()
        while (char := self._char(self._at)) and (char not in closers or self._is_gershayim(self._at)):
            following = self._char(self._at + 1)
            if char == "\\" and following and following in _ESCAPABLE:
                self._at, char = self._at + 1, following
            letters.append(char)
            self._at += 1
        if not char:
            self._fail("a quote is not closed", start - 1, 'close it with another ", or write \\" within a phrase')
        self._at += 1
        return self._checked_phrase(" ".join("".join(letters).split()), position, field)

    def _checked_phrase(self, text: str, position: int, field: Field | None) -> Token:
        if not _has_letter(text):
            self._fail("there are no words between the quotes", position, "write words between them or take them out")
        if self._char(self._at) == "~":
            self._fail("there is no search for words near each other", self._at, "take out ~ and what follows it")
        return Token(mark=Mark.PHRASE, position=position, text=text, field=field)

    def _run(self) -> str:
        """The characters from here to the next space, bracket or quote."""
        start = self._at
        while self._at < len(self._query):
            char = self._query[self._at]
            if char.isspace() or (char in _ENDS_WORD and not (self._at > start and self._is_gershayim(self._at))):
                break
            self._at += 1
        return self._query[start : self._at]

    def _word_or_field(self, start: int) -> list[Token]:
        match = _FIELD_START.match(self._query, start)
        name = match["name"].lower() if match else ""
        if match and name in _FIELD_NAMES:
            self._at = match.end()
            return [self._field_value(start, Field(name))]
        word = self._run()
        if word in (Mark.AND, Mark.OR, Mark.NOT):
            return [Token(mark=Mark(word), position=start, text=word)]
        if match and match["colon"] == ":":
            self._check_unknown_field(match["name"], word, start)
        if word == "||":
            self._fail("|| is not a word of this language", start, "write OR in its place")
        return self._word(word, start, start, None)

    def _check_unknown_field(self, name: str, word: str, start: int) -> None:
        """Refuse `nmae:value`; let `Ukraine: …` and `https://…` through as words."""
        value = word[len(name) + 1 :]
        if value.startswith("//") or (not value and self._char(self._at) not in _CLOSERS and self._char(self._at) not in _OPEN):
            return
        near = get_close_matches(name.lower(), _FIELD_NAMES, n=1)
        known = f"did you mean {near[0]}:{value}?" if near else f"The fields are {', '.join(_FIELD_NAMES)}."
        self._fail(f"there is no field {name!r}", start, f'{known} To look for the words themselves, quote them: "{name}: …"')

    def _field_value(self, start: int, field: Field) -> Token:
        char = self._char(self._at)
        if char and char in _OPEN:
            self._at += 1
            return Token(mark=Mark.FIELD, position=start, text=f"{field.value}:(", field=field)
        if char and char in _CLOSERS:
            return self._phrase(start, field)
        value_at = self._at
        value = self._run()
        if not value:
            self._fail(
                f"{field.value}: names no value",
                start,
                f"write the value right after the colon, such as {field.value}:{_EXAMPLES[field]}, or quote the word: "
                f'"{field.value}:"',
            )
        if value[0] in _MINUSES:
            self._fail("a minus sign stands after the colon", value_at, f"write it before the field: -{field.value}:…")
        words = self._word(value, start, value_at, field)
        if not words:
            self._fail(f"{field.value}: names no value", start, f"write one, such as {field.value}:{_EXAMPLES[field]}")
        return words[0]

    def _word(self, word: str, position: int, text_at: int, field: Field | None) -> list[Token]:
        text = word.rstrip(_STARS)
        star = next((index for index, char in enumerate(text) if char in _STARS), None)
        if star is not None or not text:
            self._fail(
                "a star may only stand at the end of a word",
                text_at + (star or 0),
                "write the beginning of the word and then the star, such as harbo*",
            )
        if not _has_letter(text):
            return []
        return [Token(mark=Mark.WORD, position=position, text=text, field=field, is_prefix=text != word)]


_EXAMPLES = {
    Field.TITLE: "harbour",
    Field.TEXT: "harbour",
    Field.AUTHOR: "novak",
    Field.SOURCE: "courier",
    Field.LANG: "de",
    Field.COUNTRY: "FR",
    Field.KIND: "translation",
    Field.AGENCY: "Reuters",
    Field.SECTION: "politics",
    Field.KEYWORD: "harbour",
}


def _has_letter(text: str) -> bool:
    return any(char.isalnum() for char in text)
