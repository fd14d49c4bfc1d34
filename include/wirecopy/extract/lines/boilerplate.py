"""Lines that are no part of an article's text though they stand in it. What is taken out is kept apart, never thrown away.

A line goes for what it says (the headline again; a phrase of `wirecopy.extract.lines.phrasebook`), for being one link, or for standing
in a run that a label heads: `Related stories` and what follows it to the text's end. A sentence of the story that goes is worse
than a teaser that stays, so every rule stops at prose. Dropping repeated captions, datelines, author lines or duplicate lines was
measured, and does harm or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wirecopy.extract.folding import fold_line
from wirecopy.extract.lines.phrasebook import FoldedLine, Phrase, Phrasebook, PhraseKind, phrasebook, read_line
from wirecopy.extract.lines.repeated_headline import Headlines
from wirecopy.extract.text.blocks import BlockKind
from wirecopy.models import RemovalReason, RemovedLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from wirecopy.extract.text.blocks import Block

__all__ = ["CleanText", "clean_blocks", "fold_line"]

_HEADLINE_LINES: Final = 3  # the headline is looked for in the first lines only; later it may be a quotation
_LEAST_LINK: Final = 15  # letters; shorter links are names
_LONGEST_LINK: Final = 300
_LEAST_SENTENCE: Final = 60  # letters of a line that is prose if it ends as a sentence does
_LEAST_PROSE: Final = 180  # letters of a line that is prose however it ends
_LONGEST_LABEL: Final = 45  # letters before the mark, where what follows it is a link
_MOST_WITHOUT_WORDS: Final = 0.5
"""Share of the text's letters; where links and runs would take more, the article is a list of links and keeps them."""
_REASONS: Final = {
    PhraseKind.TEASER: RemovalReason.TEASER,
    PhraseKind.LABEL: RemovalReason.TEASER,
    PhraseKind.RELATED: RemovalReason.TEASER,
    PhraseKind.FORM: RemovalReason.FORM,
    PhraseKind.DISCUSSION: RemovalReason.FORM,
    PhraseKind.SHARE: RemovalReason.FORM,
    PhraseKind.NETWORK: RemovalReason.FORM,
    PhraseKind.NEWSLETTER: RemovalReason.FORM,
    PhraseKind.PLACEHOLDER: RemovalReason.PLACEHOLDER,
    PhraseKind.ADVERTISEMENT: RemovalReason.ADVERTISEMENT,
    PhraseKind.TOOL: RemovalReason.NAVIGATION,
    PhraseKind.TAGS: RemovalReason.NAVIGATION,
    PhraseKind.CREDIT: RemovalReason.CREDIT,
    PhraseKind.RIGHTS: RemovalReason.CREDIT,
}
_TO_THE_END: Final = frozenset({PhraseKind.RELATED, PhraseKind.DISCUSSION})
_HEADS: Final = frozenset({PhraseKind.TEASER, PhraseKind.LABEL, *_TO_THE_END})
_MAY_BE_HEADINGS: Final = frozenset({PhraseKind.LABEL, PhraseKind.TAGS, PhraseKind.CREDIT})
"""Alone before prose, `Background` or `Topics` is a heading of the article's own."""
_CLOSING: Final = "\"'”’»)]」』）"  # noqa: RUF001
_FULL_STOPS: Final = (".", "。", "।", "۔")  # noqa: RUF001
_LEAST_NETWORKS: Final = 3  # names of networks in a row that are no list of the story's
_ITEMS: Final = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanText:
    """A text and what was taken out of it.

    Attributes:
        blocks: What stays.
        removed: The lines that went, in their order, with the reason.
    """

    blocks: tuple[Block, ...]
    removed: tuple[RemovedLine, ...]


@dataclass(slots=True)
class _Line:
    """A block on its way: `reason` says why it goes, `is_inferred` that nothing it says itself is the reason."""

    block: Block
    folded: FoldedLine
    letters: str
    phrase: Phrase | None = None
    reason: RemovalReason | None = None
    is_link: bool = False
    is_inferred: bool = False

    @property
    def is_item(self) -> bool:
        return self.block.kind in _ITEMS or self.block.text.startswith(("- ", "• "))

    @property
    def is_prose(self) -> bool:
        """A line that a person wrote to be read on: what stops a run."""
        if self.block.kind is BlockKind.QUOTE:
            return True
        length = self.folded.length
        return length >= _LEAST_PROSE or (length >= _LEAST_SENTENCE and self.folded.is_sentence)

    @property
    def is_statement(self) -> bool:
        """Prose that ends with a full stop."""
        return self.is_prose and self.block.text.rstrip(_CLOSING).endswith(_FULL_STOPS)


def clean_blocks(blocks: Iterable[Block], *, titles: tuple[str, ...], link_texts: AbstractSet[str]) -> CleanText:
    """Take lines out of a text that are not the article's.

    Args:
        blocks: The text.
        titles: The page's headline, in the forms it may be repeated in.
        link_texts: The texts of the page's links, in the form of `fold_line`.
    """
    lines = [_read(block, link_texts) for block in blocks]
    _mark_headlines(lines, Headlines(titles))
    _mark_phrases(lines, link_texts)
    _mark_networks(lines)
    _mark_contents(lines)
    _mark_runs(lines)
    _mark_links(lines)
    _mark_last_heading(lines)
    _keep_lists_of_links(lines)
    return CleanText(
        blocks=tuple(line.block for line in lines if line.reason is None),
        removed=tuple(RemovedLine(text=line.block.text, reason=line.reason) for line in lines if line.reason is not None),
    )


def _read(block: Block, link_texts: AbstractSet[str]) -> _Line:
    letters = fold_line(block.text) if len(block.text) <= _LONGEST_LINK else ""
    return _Line(block=block, folded=read_line(block.text), letters=letters, is_link=bool(letters) and letters in link_texts)


def _mark_headlines(lines: Sequence[_Line], headlines: Headlines) -> None:
    kept = 0
    for line in lines:
        if (kept < _HEADLINE_LINES and headlines.repeats(line.block)) or headlines.is_heading_again(line.block):
            line.reason = RemovalReason.HEADLINE
        kept += line.reason is None


def _mark_phrases(lines: Sequence[_Line], link_texts: AbstractSet[str]) -> None:
    book = phrasebook()
    for line, after in zip(lines, (*lines, None)[1:], strict=True):
        if line.reason is not None:
            continue
        phrase = line.phrase = book.look_up(line.folded)
        if phrase is not None:
            may_be = phrase.kind in _MAY_BE_HEADINGS or (phrase.kind is PhraseKind.DISCUSSION and _is_asked(line, after, book))
            is_heading = phrase.is_bare and may_be and after is not None and after.is_prose
            if phrase.kind is not PhraseKind.NETWORK and not is_heading:
                line.reason = _REASONS[phrase.kind]
        elif _leads_to_link(line, link_texts):
            line.reason = RemovalReason.TEASER


def _is_asked(line: _Line, after: _Line | None, book: Phrasebook) -> bool:
    """Whether a line is an interviewer's question (`What do you think?`): a form does not answer it."""
    is_question = line.block.text.endswith(("?", "？", "؟"))  # noqa: RUF001
    return is_question and after is not None and book.look_up(after.folded) is None


def _leads_to_link(line: _Line, link_texts: AbstractSet[str]) -> bool:
    """Whether the line is a label, in words of any language, and a linked headline: `ALSO IN THE COURIER | Ferry breaks down`."""
    folded = line.folded
    if line.is_link or line.is_item or not folded.rest or len(folded.head) > _LONGEST_LABEL:
        return False
    rest = folded.rest.replace(" ", "")
    return len(rest) >= _LEAST_LINK and "#" not in rest and rest in link_texts and not line.is_statement


def _mark_networks(lines: Sequence[_Line]) -> None:
    """Names of networks go in a row of three or beside what is of a form: alone, they are what an article is about."""
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and (phrase := lines[end].phrase) is not None and phrase.kind is PhraseKind.NETWORK:
            end += 1
        around = [line.reason for line in (*lines[max(start - 1, 0) : start], *lines[end : end + 1])]
        if end - start >= _LEAST_NETWORKS or (end > start and RemovalReason.FORM in around):
            for line in lines[start:end]:
                line.reason = RemovalReason.FORM
        start = max(end, start + 1)


def _mark_contents(lines: Sequence[_Line]) -> None:
    """A list of the headings that follow is a table of contents."""
    headings = {
        line.letters: index for index, line in enumerate(lines) if line.block.kind is BlockKind.HEADING and line.letters
    }
    found = [line for index, line in enumerate(lines) if line.is_item and headings.get(line.letters, -1) > index]
    if len(found) > 1:
        for line in found:
            line.reason = line.reason or RemovalReason.NAVIGATION


def _mark_runs(lines: Sequence[_Line]) -> None:
    """A label that stands alone takes what it heads: the links after it, and to the text's end every line that is no prose."""
    prose_ends = max((index + 1 for index, line in enumerate(lines) if line.is_prose and line.reason is None), default=0)
    reason = None
    is_last = False
    for index, line in enumerate(lines):
        phrase = line.phrase
        if line.reason is not None and phrase is not None and phrase.is_bare and phrase.kind in _HEADS:
            reason = _REASONS[phrase.kind]
            is_last = is_last or (phrase.kind in _TO_THE_END and 0 < prose_ends <= index)
        elif reason is not None and line.reason is None and (is_last or _is_headed(line)):
            line.reason, line.is_inferred = reason, True
        elif line.reason is None:
            reason = None


def _is_headed(line: _Line) -> bool:
    return not line.is_statement and line.is_link


def _mark_links(lines: Sequence[_Line]) -> None:
    lists_of_text = _find_lists_of_text(lines)
    for index, line in enumerate(lines):
        if line.reason is not None or not line.is_link or len(line.letters) < _least_link(line):
            continue
        if index not in lists_of_text and not _is_text(lines, index):
            line.reason, line.is_inferred = RemovalReason.LINK, True


def _mark_last_heading(lines: Sequence[_Line]) -> None:
    """A heading with nothing under it but links that went, down to the text's end, goes with them: it is theirs, in any words."""
    under = None
    for line in reversed(lines):
        if line.reason is not None:
            under = line.reason
        elif line.block.kind is BlockKind.HEADING and under in (RemovalReason.LINK, RemovalReason.TEASER):
            line.reason, line.is_inferred = under, True
        else:
            return


def _least_link(line: _Line) -> int:
    return _LEAST_LINK // 2 if line.folded.is_dense else _LEAST_LINK


def _is_text(lines: Sequence[_Line], index: int) -> bool:
    """Whether a line that is one link reads as text all the same."""
    line = lines[index]
    before = lines[index - 1] if index else None
    after = lines[index + 1] if index + 1 < len(lines) else None
    if line.block.kind is BlockKind.HEADING:
        return after is not None and after.reason is None and after.is_prose
    # A whole sentence that is linked, between others.
    return line.is_statement and all(near is None or (near.is_prose and not near.is_link) for near in (before, after))


def _find_lists_of_text(lines: Sequence[_Line]) -> frozenset[int]:
    """The items of lists that a colon announces, or whose items are mostly no links; and the rows of tables."""
    found: list[int] = []
    start = 0
    for index in range(len(lines) + 1):
        if index < len(lines) and lines[index].is_item:
            continue
        before = lines[start - 1] if start else None
        announced = before is not None and before.reason is None and before.block.text.endswith((":", "："))  # noqa: RUF001
        links = sum(line.is_link for line in lines[start:index] if line.block.kind is not BlockKind.TABLE_ROW)
        if announced or 2 * links < index - start:
            found.extend(range(start, index))
        start = index + 1
    return frozenset(found)


def _keep_lists_of_links(lines: Sequence[_Line]) -> None:
    total = sum(len(line.block.text) for line in lines if line.reason is not RemovalReason.HEADLINE)
    inferred = [line for line in lines if line.is_inferred]
    if sum(len(line.block.text) for line in inferred) > _MOST_WITHOUT_WORDS * total:
        for line in inferred:
            line.reason = None
