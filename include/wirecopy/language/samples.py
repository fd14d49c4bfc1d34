"""What of a text the detectors get to see: a few kilobytes of prose."""

from __future__ import annotations

import re
from typing import Final

_SAMPLE_CHARS: Final = 2000
"""The full text costs three times as much as three sentences and gains nothing (measured: 11 against 3.4 ms)."""
_HEAD_CHARS: Final = 1200
"""The rest of a sample is from the text's middle, so that an introduction in another language does not stand for all."""
_TITLE_CHARS: Final = 500
ENOUGH_LETTERS: Final = 200
"""From so many letters on a text speaks for itself: langdetect was right on every such text in a language it knows."""
_LEAST_LETTERS: Final = 12
_LEAST_IDEOGRAPHS: Final = 4
_MOST_SIGNS: Final = 0.3
"""Tables of figures have 40 signs and digits or more in 100 characters, prose and headlines under 15."""
_MOST_CODE: Final = 0.06
"""Program code has 8 to 20 of these in 100 characters, prose none."""
_FEW_CODE: Final = 2
"""A Greek question ends in one."""
_REPEATED: Final = 30
_LEAST_DIFFERENT: Final = 6
"""So many letters of fewer sorts are no words."""

# CLD2 takes only what may be interchanged: no control characters, lone surrogates or code points that are no characters.
_UNFIT: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
_ADDRESS: Final = re.compile(r"https?://\S{1,2000}|www\.\S{1,2000}|[\w.+-]{1,64}@[\w.-]{1,255}|(?<!\w)[@#]\w{1,60}")
_SIGN: Final = re.compile(r"[0-9!-&(-+/:-@\[-`{-~]")
_CODE: Final = re.compile(r"[][{}<>=;|\\]")
_SPACE: Final = re.compile(r"\s+")
_IDEOGRAPHS: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def take_sample(title: str, text: str) -> str:
    """The part of an article that its language is told by; empty where there is too little prose in it.

    The text alone where it is long enough: a headline may be in two languages, or in another one.
    """
    body = clean(text if len(text) <= _SAMPLE_CHARS else _cut(text))
    if count_letters(body) < ENOUGH_LETTERS:
        body = f"{clean(title[:_TITLE_CHARS])}\n{body}".strip()
    return body if _is_prose(body) else ""


def clean(text: str) -> str:
    """Without addresses and without what CLD2 gives up on; in lower case if most of it is in capitals, which langdetect skips."""
    text = _ADDRESS.sub(" ", _UNFIT.sub(" ", text.replace("\u00ad", "")))  # a soft hyphen is inside a word
    upper = sum(map(str.isupper, text))
    return text.lower() if upper * 2 > count_letters(text) else text


def count_letters(text: str) -> int:
    """How many letters a text has, of any script."""
    return sum(map(str.isalpha, text))


def _cut(text: str) -> str:
    middle = len(text) // 2
    rest = text[max(_HEAD_CHARS, middle) :][: _SAMPLE_CHARS - _HEAD_CHARS]
    return f"{text[:_HEAD_CHARS]}\n{rest}"


def _is_prose(sample: str) -> bool:
    if count_letters(sample) < _LEAST_LETTERS and len(_IDEOGRAPHS.findall(sample)) < _LEAST_IDEOGRAPHS:
        return False
    if len(sample) >= _REPEATED and len(set(filter(str.isalpha, sample.lower()))) < _LEAST_DIFFERENT:
        return False
    size = len(_SPACE.sub("", sample))
    return len(_SIGN.findall(sample)) <= _MOST_SIGNS * size and len(_CODE.findall(sample)) <= max(_FEW_CODE, _MOST_CODE * size)
