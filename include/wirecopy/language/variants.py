"""Tells written forms and close kin apart that detectors mix up, by characters and words of our own.

The words are each language's commonest that the others spell otherwise, from their grammars: pronouns, negations,
conjunctions, months.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+")

NORWEGIAN: Final = frozenset({"nb", "nn"})
SOUTH_SLAVIC: Final = frozenset({"hr", "bs", "sr"})
"""Languages of one grammar: written in Latin letters, detectors call each by the others' names."""


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BOKMAL: Final = _set_of(
    "ikke jeg en et fra hun hva hvordan hvor hvorfor hvem noe noen mer ble blir bare mye sammen også være dere deres "
    "uke uken selv flere ifølge sier"
)
_NYNORSK: Final = _set_of(
    "ikkje eg ein eit frå ho kva korleis kvar kvifor kven noko nokon nokre meir vart vert blei berre mykje saman òg "
    "vere vera dykk deira veke veka sjølv kjem fleire ifølgje seier seie dei korkje medan"
)
_EKAVIAN: Final = _set_of(
    "vreme vremena predsednik predsednika predsednica reka reke reci deca dece deci gde ovde negde nigde lepo svet "
    "sveta svetu posle pre uvek videti dve obe mesto mesta mestu mesec meseca meseci čovek čoveka reč reči cena cene "
    "delo primer nedelja nedelje nedelju hteo htela bezbednost bezbednosti razume želeo sever severu severa zahtev "
    "zahteva sledeći sledeće sledeća rešenje rešenja rešiti izveštaj izveštaja sreda sredu vest vesti"
)
_SERBIAN: Final = _EKAVIAN | _set_of(
    "opština opštine opštini opšti opšte saopštio saopštila saopšteno saopštenju takođe juče uslov uslovi uslova neko "
    "niko hiljada hiljade hiljadu evropska evropske evropski evropskoj januara februara marta aprila maja juna jula "
    "avgusta septembra oktobra novembra decembra srpski srpska srpske fudbal fudbaler sopstveni pozorište prevoz"
)
_CROATIAN: Final = _set_of(
    "tko netko nitko svatko tisuća tisuće tisuću tjedan tjedna tjednu glazba glazbe glazbeni kazalište kazališta "
    "priopćio priopćila priopćeno priopćenje priopćenju priopćenja uvjet uvjeti uvjeta europska europske europski "
    "europskoj siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga studenog "
    "prosinca nogomet nogometaš tijekom glede vlak zrakoplov izvješće izvješća sustav sustava županija županije "
    "povijest povijesti tvrtka tvrtke tvrtki čimbenik vlastiti dužnosnik unatoč punoljetan nazočan hrvatska "
    "hrvatske hrvatski hrvatskoj"
)
_BOSNIAN: Final = _set_of(
    "saopćio saopćila saopćeno saopćenje saopćenju historija historije historijski historijska sedmica sedmice "
    "sedmicu sedmici hiljada hiljade hiljadu uslov uslovi uslova uslove općina općine općini općinski općinsko "
    "evropska evropske evropski januara februara marta aprila maja juna jula augusta septembra oktobra novembra "
    "decembra lahko kahva kahve mehko fudbal fudbaler ubijeđen kantona kantonu kanton bosanski bosanska ostaće biće"
)
_IJEKAVIAN: Final = _set_of(
    "vrijeme vremenu predsjednik predsjednika predsjednica rijeka rijeke djeca djece gdje ovdje lijepo svijet svijeta "
    "svijetu poslije prije uvijek vidjeti dvije obje mjesto mjesta mjestu mjesec mjeseca mjeseci čovjek čovjeka riječ "
    "riječi cijena cijene djelo primjer nedjelja nedjelje nedjelju htio htjela razumije sjever zahtjev zahtjeva mjera "
    "mjere sljedeći sljedeće rješenje rješenja riješiti srijeda srijedu vijest vijesti"
)
_LEAST_WORDS: Final = 2
_CLEAR: Final = 2.0
"""Twice as many words of one as of the other decide."""


def tell_chinese(sample: str, hinted: str | None) -> str:
    """`zh-Hans` or `zh-Hant`, by which character set holds more of the text: GB 2312 the simplified forms, Big5 the traditional."""
    simplified = len(sample.encode("gb2312", "ignore").decode("gb2312"))
    traditional = len(sample.encode("big5", "ignore").decode("big5"))
    if simplified == traditional and hinted is not None and hinted.startswith("zh-"):
        return hinted
    return "zh-Hans" if simplified >= traditional else "zh-Hant"


def tell_norwegian(sample: str, votes: Mapping[str, float], hinted: str | None) -> str:
    """`nb` or `nn`: by their words, else as detectors said, else as the page says."""
    words = _words_of(sample)
    bokmal, nynorsk = _count(words, _BOKMAL), _count(words, _NYNORSK)
    if bokmal + nynorsk >= _LEAST_WORDS and bokmal != nynorsk:
        return "nn" if nynorsk > bokmal else "nb"
    if hinted in NORWEGIAN:
        assert hinted is not None
        return hinted
    weights = {"nb": votes.get("nb", 0.0) + bokmal, "nn": votes.get("nn", 0.0) + nynorsk}
    return max(weights, key=lambda tag: weights[tag])


def tell_south_slavic(sample: str, votes: Mapping[str, float], hinted: str | None) -> str:
    """`hr`, `bs` or `sr-Latn`, for a text in Latin letters.

    Ekavian forms (`vreme`, `predsednik`) are Serbian; with ijekavian ones the words of each standard decide (`tisuća` against
    `hiljada`, `saopćio` against `saopštio`). Where words say nothing, detectors and the page are counted together.
    """
    words = _words_of(sample)
    ekavian, ijekavian = _count(words, _EKAVIAN), _count(words, _IJEKAVIAN)
    evidence = {"sr": _count(words, _SERBIAN), "hr": _count(words, _CROATIAN), "bs": _count(words, _BOSNIAN)}
    if ekavian > ijekavian:
        evidence["hr"] = evidence["bs"] = 0
    elif ijekavian > ekavian:
        evidence["sr"] -= ekavian
    first, second, _ = sorted(evidence, key=lambda tag: evidence[tag], reverse=True)
    if evidence[first] >= _LEAST_WORDS and evidence[first] >= _CLEAR * evidence[second]:
        return "sr-Latn" if first == "sr" else first
    scores = {tag: votes.get(tag, 0.0) + evidence[tag] for tag in SOUTH_SLAVIC}
    primary = (hinted or "").partition("-")[0]
    if primary in scores:
        scores[primary] += 1.0
    if not ekavian and evidence["sr"] < _LEAST_WORDS:
        scores["sr"] /= 2  # detectors alone say Serbian of many a Croatian headline
    best = max(sorted(scores), key=lambda tag: scores[tag])
    return "sr-Latn" if best == "sr" else best


def tell_ethiopic(sample: str) -> str:
    """`am` or `ti`, by the form of the letter for a that words begin with: Tigrinya's is another."""
    return "ti" if sample.count("ኣ") > sample.count("አ") else "am"


def _words_of(sample: str) -> list[str]:
    return _WORD.findall(sample.lower())


def _count(words: list[str], known: frozenset[str]) -> int:
    return sum(word in known for word in words)
