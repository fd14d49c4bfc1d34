"""What three detectors say of a text. They are wrong about different texts, which is why there are three.

langdetect is sure and wrong about languages it does not know; CLD2 knows 160 and is shy of short texts; py3langid knows 140,
is best at headlines and takes a second and 100 MB to load. Each gives the same answer for the same text always: langdetect is
seeded for each text, the others draw no lots.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from langdetect import DetectorFactory, detect_langs
from langdetect.detector_factory import init_factory
from langdetect.lang_detect_exception import LangDetectException

from wirecopy.language.tags import read_detected

try:
    import pycld2
except ImportError:  # no wheel for this platform: docs/extraction-language.md says what is lost
    pycld2 = None

log = logging.getLogger(__name__)

# Unseeded it changed its mind on 10 of 257 headlines. It seeds its generator with this anew for each text.
DetectorFactory.seed = 0

_LANGDETECT_TAGS: Final = (
    "af ar bg bn ca cs cy da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv mk ml mr nb ne nl pa pl pt ro ru sk sl "
    "so sq sv sw ta te th tl tr uk ur vi zh"
)
_PY3LANGID_TAGS: Final = (
    "af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha he hi hr ht hu hy id ig is it ja "
    "jv ka kk km kn ko ku ky la lg ln lo lt lv mg mk ml mn mr ms my nb ne nl om or pa pl ps pt qu ro ru sa si sk sl so sq sr sv "
    "sw ta te th tl tr ug uk ur uz vi xh yo zh zu nn nso rw se sn st fo lb ba mt oc tg tk tt pcm crh kab"
)
LANGDETECT_KNOWS: Final = frozenset(_LANGDETECT_TAGS.split())
PY3LANGID_KNOWS: Final = frozenset(_PY3LANGID_TAGS.split())
"""Those of its languages that have a press, in our tags."""

NO_LANGUAGE: Final = "zxx"
"""py3langid's answer for what is no language at all; ISO 639's code for the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What CLD2 says of a text.

    Attributes:
        shares: (tag, share of the text's bytes, 0 to 1), the greatest first; at most three.
        is_reliable: CLD2 stands by it. Without that it is CLD2's best guess.
    """

    shares: tuple[tuple[str, float], ...] = ()
    is_reliable: bool = False

    @property
    def tag(self) -> str | None:
        """The language of the greatest share."""
        return self.shares[0][0] if self.shares else None


SILENCE: Final = Verdict()


def ask_langdetect(text: str) -> tuple[tuple[str, float], ...]:
    """The candidates of langdetect with their probabilities, above .1, the likeliest first."""
    try:
        found = detect_langs(text)
    except LangDetectException:  # no letters it knows
        return ()
    return tuple((read_detected(candidate.lang), candidate.prob) for candidate in found)


def ask_cld2(text: str) -> Verdict:
    """CLD2's verdict; silence where it is not installed.

    Args:
        text: Without control characters and lone surrogates, on which CLD2 gives up (`wirecopy.language.samples.clean`).
    """
    if pycld2 is None:
        return SILENCE
    is_reliable, shares = _read_cld2(text, is_best_effort=False)
    if not shares:
        is_reliable, shares = False, _read_cld2(text, is_best_effort=True)[1]
    return Verdict(shares=shares, is_reliable=is_reliable)


def has_cld2() -> bool:
    """Whether CLD2 is installed."""
    return pycld2 is not None


def ask_py3langid(text: str) -> tuple[tuple[str, float], ...]:
    """py3langid's three likeliest with their probabilities; nothing where its model cannot be loaded."""
    identifier = _load_py3langid()
    if identifier is None:
        return ()
    merged: dict[str, float] = {}
    for code, probability in identifier.rank(text)[:4]:
        tag = read_detected(code)
        merged[tag] = merged.get(tag, 0.0) + probability
    return tuple(merged.items())


def load() -> None:
    """Load all three now: about 1.5 s of CPU, once a process; far more where processes compete."""
    init_factory()
    _load_py3langid()


def _read_cld2(text: str, *, is_best_effort: bool) -> tuple[bool, tuple[tuple[str, float], ...]]:
    try:
        is_reliable, _, details = pycld2.detect(text, isPlainText=True, bestEffort=is_best_effort)
    except (pycld2.error, UnicodeError):  # a character that Unicode has no name for yet
        return False, ()
    shares: dict[str, float] = {}
    for _, code, percent, _ in details:
        if code != "un":
            tag = read_detected(code)
            shares[tag] = shares.get(tag, 0.0) + percent / 100
    return bool(is_reliable and shares), tuple(shares.items())


@cache
def _load_py3langid() -> Any:
    """Its identifier, or None where it cannot be loaded (it unpacks its model into the temporary folder)."""
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - numpy takes long, and most runs need none

        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except (ImportError, OSError) as error:
        log.warning("py3langid cannot be loaded, so languages of headlines are told less well: %s", error)
        return None
