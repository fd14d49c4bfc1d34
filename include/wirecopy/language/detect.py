"""One language from three opinions, the page's hint and the letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from wirecopy.language import opinions, scripts, variants
from wirecopy.language.samples import ENOUGH_LETTERS, count_letters, take_sample
from wirecopy.language.tags import normalise_tag

# What an opinion weighs. Tuned on 3,165 translated news texts in 31 languages and checked on the 76 pages: see
# docs/extraction-language.md for what neighbouring values give.
_LANGDETECT_WEIGHT: Final = 1.0
_CLD2_WEIGHT: Final = 0.5
_CLD2_RELIABLE_WEIGHT: Final = 0.5
_PY3LANGID_WEIGHT: Final = 2.0
_HINT_WEIGHT: Final = 1.0
_SMALL_PRESS: Final = 0.5
"""A headline that one detector gives to a language without a daily press is mostly in another."""
_IMPOSSIBLE: Final = 0.25
_LEAST_WEIGHT: Final = 1.1
"""Below it one detector speaks alone, or all disagree: gibberish, names, a language that none knows."""
_SURE_PROBABILITY: Final = 0.95
"""langdetect's, from `ENOUGH_LETTERS` on: no hint overrules that."""
_AGREED_PROBABILITY: Final = 0.8
_LEAST_ALONE: Final = 60
"""From so many letters on CLD2 may name a language that neither of the others knows."""

_SMALL_PRESS_TAGS: Final = (
    "aa ab ace an ay bcl bi br co crh dz eo ext fj fuv gcf gcr gn gom gv guw haw hmn ia ie ik iu kab kik kha la lif lij ln ltg "
    "mfe mi na nr nso oc pcm qu rm rn sa sco se sg sm ss su to ts tlh ve vec vo wa war za zzp jv ceb lg ny rw"
)
_WITHOUT_DAILY_PRESS: Final = frozenset(_SMALL_PRESS_TAGS.split())
_TOLD_BY_CLD2: Final = frozenset({"Ethi", "Tibt", "Hebr", "Beng"})
"""Scripts of one great language and a small one, which the other detectors do not know."""
_FAMILIES: Final = dict.fromkeys(variants.SOUTH_SLAVIC, "hr") | dict.fromkeys(variants.NORWEGIAN, "nb")


def detect_language(title: str, text: str, *, hint: str | None = None) -> str | None:
    """The language of an article.

    Args:
        title: Its headline; it counts only where the text has fewer than 200 letters. May be empty.
        text: Its text; 2,500 characters of it count.
        hint: What the page says of itself, such as `de-AT`. It breaks ties; it never overrules a text of 200 letters that
            langdetect is sure of (hints were right on 95 of 100 pages, and wrong exactly where they were needed).

    Returns:
        A BCP 47 tag, or None where there is too little prose or its language is unknown. Chinese is `zh-Hans` or `zh-Hant`,
        Norwegian `nb` or `nn`, Serbian `sr` or (in Latin letters) `sr-Latn`.
    """
    sample = take_sample(title, text)
    script = scripts.find_script(sample)
    if script is None:
        return None
    hinted = normalise_tag(hint)
    languages = scripts.languages_of(script)
    if len(languages) == 1:
        return languages[0]
    if script in _TOLD_BY_CLD2:
        second = opinions.ask_cld2(sample).tag
        return second if second in languages else variants.tell_ethiopic(sample) if script == "Ethi" else languages[0]
    votes = _collect_votes(sample, script, hinted)
    return _choose(votes, sample, script, hinted)


def warm_up() -> None:
    """Load the detectors now: 1 to 10 s, once a process, by how many processes compete for the processors."""
    opinions.load()


def _collect_votes(sample: str, script: str, hinted: str | None) -> dict[str, float]:
    """What each language that the script allows has for it."""
    letters = count_letters(sample)
    first = tuple((tag, weight) for tag, weight in opinions.ask_langdetect(sample) if scripts.is_possible(tag, script))
    second = opinions.ask_cld2(sample)
    votes: dict[str, float] = defaultdict(float)
    for tag, probability in first:
        votes[tag] += _LANGDETECT_WEIGHT * probability
    for tag, share in second.shares:
        votes[tag] += _CLD2_WEIGHT * share + (_CLD2_RELIABLE_WEIGHT if second.is_reliable and tag == second.tag else 0.0)
    is_agreed = bool(first) and second.is_reliable and first[0][0] == second.tag and first[0][1] >= _AGREED_PROBABILITY
    is_sure = letters >= ENOUGH_LETTERS and bool(first) and first[0][1] >= _SURE_PROBABILITY
    if is_agreed and letters >= _LEAST_ALONE:
        return votes
    third = opinions.ask_py3langid(sample)
    known = opinions.LANGDETECT_KNOWS | (opinions.PY3LANGID_KNOWS if third else set())
    if second.tag is not None and second.tag not in known and second.is_reliable and letters >= _LEAST_ALONE:
        return {second.tag: _LEAST_WEIGHT}
    for tag, probability in third:
        trust = 1.0 if tag in opinions.PY3LANGID_KNOWS | {opinions.NO_LANGUAGE} else _SMALL_PRESS
        votes[tag] += _PY3LANGID_WEIGHT * trust * probability
    for tag in votes:
        if letters < _LEAST_ALONE and tag in _WITHOUT_DAILY_PRESS:
            votes[tag] *= _SMALL_PRESS
        if (tag != opinions.NO_LANGUAGE and not scripts.is_possible(tag, script)) or scripts.lacks_letters(tag, sample):
            votes[tag] *= _IMPOSSIBLE
    if hinted is not None and not (is_sure and is_agreed) and scripts.is_possible(hinted.partition("-")[0], script):
        votes[hinted.partition("-")[0]] += _HINT_WEIGHT
    return votes


def _choose(votes: Mapping[str, float], sample: str, script: str, hinted: str | None) -> str | None:
    families: dict[str, float] = defaultdict(float)
    is_latin = script == scripts.LATIN
    for tag, weight in votes.items():
        families[_FAMILIES.get(tag, tag) if is_latin else tag] += weight
    if not families:
        return None
    best = max(sorted(families), key=lambda tag: families[tag])
    if best == opinions.NO_LANGUAGE or families[best] < _LEAST_WEIGHT:
        return None
    if best == "zh":
        return variants.tell_chinese(sample, hinted)
    if best == "nb":
        return variants.tell_norwegian(sample, votes, hinted)
    if best == "hr" and is_latin:
        return variants.tell_south_slavic(sample, votes, hinted)
    return best
