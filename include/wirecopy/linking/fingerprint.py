"""Fingerprints: what an article's copies are found by, and the reading of its text that decisions are made on.

The method is called story-sketch: shingles of four tokens, hashed, of which a fixed sample is indexed. All sizes
below are of that measurement (F1 .976-.984 on generated sets of 10,000 to 100,000 articles); docs/linking.md has the figures.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from xxhash import xxh3_64_intdigest, xxh3_128_hexdigest

from wirecopy.linking.tokens import fold, token_spans, tokens_of
from wirecopy.models import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from wirecopy.models import SourceId, StagedArticle

VERSION = 1
"""Version of the method: tokens, hash, sample and the lines left out. Fingerprints of two versions are never compared."""

SHINGLE = 4
"""Tokens of a shingle. Three find more and verify worse, five lose 5 % edits (copies research, section 4)."""

_SEED = 0x77697265  # fixed for ever: stored keys depend on it
_RANGE = 1 << 64
_BODY_RATE = 12  # one shingle in so many is sampled
_HEAD_RATE = 4  # and so many in the head, since excerpts are heads
_HEAD_SHINGLES = 120
_MIN_SAMPLE = 24
_MAX_SAMPLE = 96
_MAX_HEAD = 48  # at most half of a sample, so that a long text is found by its body too
_KEY_MASK = (1 << 48) - 1  # 48 bits of a hash: a false hit of one key in 3 million among 10^8 keys, and verification follows

_SHORT_LINE = 16  # tokens; shorter lines that end no sentence are captions, links, menus
_LEAST_TEXT = 20  # tokens that must remain; else nothing is left out
_LEAST_PARAGRAPH = 6  # tokens; shorter ones recur by chance
_MOST_LEFT_OUT = 0.8  # share of the tokens; beyond it an outlet prints a text again, it has no boilerplate that large
_MAX_PARAGRAPHS = 64

_SENTENCE_END = re.compile(
    "[.!?\u2026\u3002\uff01\uff1f\uff0e\u061f\u06d4\u0964\u0965\u17d4\u17d5\u104a\u104b\u0589\u1362\u037e;:]"
    "[\\s\"'\u2019\u201d\u201c\u00bb\u00ab\u203a\u300d\u300f)\\]*]*$"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text that has tokens.

    Attributes:
        start: Where it begins in the text, characters.
        first: Index of its first token among those that count; where it is left out, of the next that counts.
        count: Number of its tokens.
        digest: Hash of its tokens.
        counts: Whether it is read as text of the article.
    """

    start: int
    first: int
    count: int
    digest: int
    counts: bool


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A text as it is compared.

    Attributes:
        text: The text as printed.
        lines: Its lines with tokens.
        shingles: Hashes of the shingles of the tokens that count, in order.
        tokens: Number of tokens that count.
        all_tokens: Number of all tokens.
        exact: Hash of all tokens, hexadecimal.
    """

    text: str
    lines: tuple[Line, ...]
    shingles: tuple[int, ...]
    tokens: int
    all_tokens: int
    exact: str

    def offsets(self, first: int, last: int) -> tuple[int, int]:
        """Where a run of tokens that count stands in the text.

        Args:
            first: Index of its first token.
            last: Index of its last token, inclusive.

        Returns:
            Start and end in characters of `text`.
        """
        return self._offset(first)[0], self._offset(last)[1]

    def _offset(self, token: int) -> tuple[int, int]:
        counted = [line for line in self.lines if line.counts]
        line = counted[bisect_right(counted, token, key=lambda item: item.first) - 1]
        end = self.text.find("\n", line.start)
        spans = token_spans(self.text[line.start : end if end >= 0 else None])
        start, stop = spans[token - line.first]
        return line.start + start, line.start + stop


@lru_cache(maxsize=512)  # about 40 kB each; the members of a running story are compared again and again
def read_text(text: str, boilerplate: frozenset[int] = frozenset()) -> Reading:
    """Read a text: its tokens, without the lines that are no part of the article.

    Left out are lines shorter than 16 tokens that end no sentence, and lines that are known as the outlet's boilerplate. Where
    fewer than 20 tokens would remain, or more than four fifths would be left out as known, that rule is not applied.

    Args:
        text: An article's text, paragraphs separated by newlines.
        boilerplate: Digests of lines that are known as boilerplate.
    """
    packed, sizes, digests, ended, exact = _tokenise(text)
    kept = _without(sizes, ended, _LEAST_TEXT)
    if boilerplate:
        fresh = [keep and digest not in boilerplate for keep, digest in zip(kept, digests, strict=True)]
        least = max(_LEAST_TEXT, (1 - _MOST_LEFT_OUT) * _count(sizes, kept))
        kept = fresh if _count(sizes, fresh) >= least else kept

    lines: list[Line] = []
    counted: list[bytes] = []
    start = 0
    for line, pack, size, digest, keep in zip(text.split("\n"), packed, sizes, digests, kept, strict=True):
        if size:
            lines.append(Line(start, len(counted), size, digest, keep))
            if keep:
                counted.extend(pack.split(b" "))
        start += len(line) + 1
    return Reading(text, tuple(lines), _shingles(counted), len(counted), sum(sizes), exact)


@lru_cache(maxsize=1024)  # about 6 kB each; a text is read anew once its outlet's boilerplate is known
def _tokenise(text: str) -> tuple[list[bytes], list[int], list[int], list[bool], str]:
    """For each line its tokens as bytes, their number, their hash and whether it is long or ends a sentence; the text's hash."""
    words_of = [tokens_of(line) for line in fold(text).split("\n")]
    packed = [" ".join(words).encode("utf-8", "replace") for words in words_of]
    digests = [xxh3_64_intdigest(line, _SEED) if line else 0 for line in packed]
    sizes = [len(words) for words in words_of]
    ended = [
        size >= _SHORT_LINE or _SENTENCE_END.search(line) is not None
        for size, line in zip(sizes, text.split("\n"), strict=True)
    ]
    exact = xxh3_128_hexdigest(b" ".join(pack for pack in packed if pack), _SEED)
    return packed, sizes, digests, ended, exact


def _count(sizes: Sequence[int], kept: Sequence[bool]) -> int:
    return sum(size for size, keep in zip(sizes, kept, strict=True) if keep)


def _without(sizes: Sequence[int], wanted: Sequence[bool], least: int) -> Sequence[bool]:
    return wanted if _count(sizes, wanted) >= least else [True] * len(wanted)


def _shingles(words: Sequence[bytes]) -> tuple[int, ...]:
    if len(words) < SHINGLE:
        return (xxh3_64_intdigest(b" ".join(words), _SEED),) if words else ()
    rows = map(b" ".join, zip(words, words[1:], words[2:], words[3:], strict=False))
    return tuple([xxh3_64_intdigest(row, _SEED) for row in rows])


def outlet_key(source_id: SourceId, digest: int) -> str:
    """The key under which an outlet's paragraph is counted."""
    return f"o:{xxh3_64_intdigest(source_id.encode('utf-8', 'replace'), digest) & _KEY_MASK:012x}"


def paragraph_keys(article: StagedArticle) -> dict[str, int]:
    """The keys of an article's paragraphs at its outlet, with their digests; those too short to tell are left out."""
    _, sizes, digests, ended, _ = _tokenise(article.text)
    kept = _without(sizes, ended, _LEAST_TEXT)
    found = [digest for digest, size, keep in zip(digests, sizes, kept, strict=True) if keep and size >= _LEAST_PARAGRAPH]
    if len(found) > _MAX_PARAGRAPHS:  # boilerplate stands at the ends
        found = found[: _MAX_PARAGRAPHS // 2] + found[-_MAX_PARAGRAPHS // 2 :]
    return {outlet_key(article.source_id, digest): digest for digest in found}


def fingerprint(article: StagedArticle, recurring: Collection[str] = ()) -> Fingerprints:
    """What an article's copies are found by.

    Keys are `x:` the exact text, `s:` the sample of its shingles, `o:` its paragraphs as its outlet's (so that the store can
    say how often the outlet printed each), and `b:` those of its paragraphs that were left out as boilerplate.

    Args:
        article: The article.
        recurring: `o:` keys that are known to stand in other articles of its outlet.
    """
    paragraphs = paragraph_keys(article)
    left_out = {key: digest for key, digest in paragraphs.items() if key in recurring}
    reading = read_text(article.text, frozenset(left_out.values()))
    keys = [f"x:{reading.exact}", *sample_keys(reading.shingles), *paragraphs, *(f"b:{key[2:]}" for key in left_out)]
    return Fingerprints(version=VERSION, exact=reading.exact, tokens=reading.all_tokens, keys=tuple(keys))


def reading_of(article: StagedArticle, fingerprints: Fingerprints) -> Reading:
    """An article's text as it was read when its fingerprints were taken (by this version of the method)."""
    left_out = {f"o:{key[2:]}" for key in fingerprints.keys if key[0] == "b" and fingerprints.version == VERSION}
    if not left_out:
        return read_text(article.text)
    paragraphs = paragraph_keys(article)
    return read_text(article.text, frozenset(digest for key, digest in paragraphs.items() if key in left_out))


def sample_keys(shingles: Sequence[int]) -> tuple[str, ...]:
    """The shingles that are indexed, as `s:` keys in order of the text, each once.

    One in twelve, and one in four of the first 120; at least 24 (where there are as many) and at most 96, the smallest hashes
    first, so that two texts that share shingles share the sampled ones too.
    """
    head = sorted({value for value in shingles[:_HEAD_SHINGLES] if value < _RANGE // _HEAD_RATE})[:_MAX_HEAD]
    chosen = set(head)
    body = {value for value in shingles if value < _RANGE // _BODY_RATE} - chosen
    chosen.update(sorted(body)[: _MAX_SAMPLE - len(chosen)])
    if len(chosen) < _MIN_SAMPLE:
        chosen.update(sorted(set(shingles) - chosen)[: _MIN_SAMPLE - len(chosen)])
    ordered = dict.fromkeys(value for value in shingles if value in chosen)
    return tuple(dict.fromkeys(f"s:{value & _KEY_MASK:012x}" for value in ordered))
