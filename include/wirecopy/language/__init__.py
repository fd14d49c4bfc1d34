"""Which language a text is in, as a BCP 47 tag; None rather than a wrong one.

Three detectors give evidence (`opinions`), a weighted vote decides (`detect`), and what no detector tells apart is told by
letters and words of our own (`scripts`, `variants`). `mixture` finds the other languages of a text, paragraph by paragraph.
docs/extraction-language.md has the rules and the figures.
"""

from wirecopy.language.detect import detect_language, warm_up
from wirecopy.language.mixture import find_other_languages
from wirecopy.language.tags import normalise_tag

__all__ = ["detect_language", "find_other_languages", "normalise_tag", "warm_up"]
