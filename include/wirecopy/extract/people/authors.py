"""Names of authors: split, cleaned, and told from what is none."""
# ruff: noqa: RUF001 - words and marks of many scripts

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from wirecopy.extract.folding import fold_accents
from wirecopy.extract.people.site_names import fold_names, is_site_name

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_AUTHORS: Final = 30
_LONGEST_NAME: Final = 80
_LONGEST_BYLINE: Final = 1000
_MOST_WORDS: Final = 5
_PREFIX_WORDS: Final = (
    r"written by|reported by|reporting by|story by|words by|text by|article by|posted by|published by|report by|opinion by|"
    r"analysis by|by|authors?|words|story|"
    r"(?:ein )?(?:gast)?(?:kommentar|beitrag|bericht|artikel|interview|essay|kolumne|analyse)e?s? von|geschrieben von|erstellt von|"
    r"veröffentlicht von|gespeichert von|verfasst von|eingestellt von|gepostet von|autor(?:ka|in|en|es|e|a)?(?:/autorin|/autor|/in)?|aus|von|text(?:e|o)?|"
    r"écrit par|publié par|rédigé par|posté par|propos recueillis par|par|auteurs?|escrito por|publicado por|por|testo|testi|di|a cura di|scritto da|pubblicato da|postato da|"
    r"(?:von )?unsere[mrn] (?:redakteur|korrespondent|reporter|mitarbeiter)(?:in|en)?|door|tekst|skrevet av|skrevet af|skriven av|av|af|teksti|kirjoittanut|(?:dodan[ey] |opublikowan[eoy] |napisan[eoy] )?przez|napisał(?:a)?|"
    r"yazan|yazar|haber|oleh|penulis|reporter|jurnalis|na|автор(?:ы|ка)?|текст|від|szerző|írta|συντάκτης|του|"
    r"文|撰文|作者|记者|記者|责任编辑|责编|取材・文|執筆|글|بقلم|كتبت?|نوشته|מאת|द्वारा|लेखक|tác giả"
)
_PREFIX = re.compile(rf"^(?:{_PREFIX_WORDS})(?:\s*[:：=＝|／]\s*|\s+|(?<=文)/)", re.IGNORECASE)
_ONLY_PREFIX = re.compile(_PREFIX_WORDS, re.IGNORECASE)
_PARTICLE_PREFIXES: Final = frozenset(
    {"di", "na", "aus", "av", "af", "haber", "story", "words", "text", "reporter", "του", "від", "글", "文"}
)
"""Prefixes that names begin with as well ("Di Maria"): dropped only before a full name."""
_GIVEN_PREFIXES: Final = _PARTICLE_PREFIXES | {"oleh"}
"""With those that are given names: `Oleh` is the Indonesian `by` and a Ukrainian's name ("Oleh Bondar")."""
# Words that only a colon makes a label of: "Text: Jane Doe" may begin a list, `Text` alone is no name.
_LABEL = re.compile(
    r"(?:^|(?<=[\s,;|/(（]))(?P<label>text(?:e|o)?s?|words|story|reporting|report|bericht|tekst|testo|текст|文|"
    r"fotos?|photos?|photograph(?:y|s|er)?|photographies?|bild(?:er)?|video|images?|illustrations?|grafik|kamera|camera|fotografie|"
    r"fotografías?|zdjęcia|kuvat?|фото|видео|写真|撮影|摄影|图|사진|ảnh|edit(?:ed|ing|or)?(?: by)?|redaktion|"
    r"translat(?:ed|ion|or)(?: by)?|übersetzung|traduc(?:tion|ción)|編集|编辑|校对|审核)\s*[:：／]\s*",
    re.IGNORECASE,
)
_TEXT_LABEL = re.compile(r"(?:text|words|story|report|bericht|tekst|testo|текст|文)", re.IGNORECASE)
_NOT_TEXT = re.compile(
    r"\s(?:photograph(?:y|s|ed)|photos?|pictures|illustrations?|video|edited|translated)\s+by\s.*$", re.IGNORECASE
)
_BRACKETS = re.compile(r"\s*[(（\[【<《][^()（）\[\]【】<>《》]{0,120}[)）\]】>》]")
_AND = re.compile(
    r"\s*(?:[;；|｜•、،/]|\s[·–—-]\s|,?\s(?:and|und|og|och|&|\+|with|mit|avec)\s|,\s?(?:and|und|et)\s|"
    r"(?<=[\u4e00-\u9fff])[·・,，](?=[\u4e00-\u9fff])|(?<=[\uac00-\ud7af])[·,](?=[\uac00-\ud7af]))\s*"
)
# Conjunctions that surnames contain as well ("Ortega y Gasset"): only between full names.
_AND_BETWEEN = re.compile(r"\s(?:et|en|ja|y|e|i|и|та|και|ve|dan|và|con|med|och|og)\s", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,，]\s*")
_ADDRESS = re.compile(
    r"\S{1,64}@[\w.-]{1,100}|\S{1,64}\[at\]\S{1,100}|(?:https?://|www\.)\S{1,500}|(?<!\S)@\w{1,40}", re.IGNORECASE
)
_NO_NAME = re.compile(r"[@<>{}=]|://|^[\W\d_]*$|\.(?:html?|php|com/)")
_ROLE: Final = (
    r"(?:editors?|editorial|reporters?|correspondents?|writers?|journalists?|columnists?|contributors?|producers?|staff|chief|director|"
    r"analyst|professor\w*|lecturer|fellow|author|bureau|desk|senior|deputy|assistant|associate|freelancer?|guest|political|business|"
    r"phd|ph\.d\.|md|m\.d\.|esq|mba|cfa|rn|"
    r"\w*redakteur(?:in)?|\w*redaktør|\w*redaktör|\w*korrespondent(?:in)?|\w*reporter(?:in)?|volontär(?:in)?|\w*leiter(?:in)?|"
    r"\w*mitarbeiter(?:in)?|autor(?:in|ka)?|fotograf(?:in)?|journaliste|rédact(?:eur|rice)|correspondante?|envoyée?|spéciale?|"
    r"redactor(?:a|es)?|corresponsal|enviad[oa]|especial|periodista|giornalista|inviat[oa]|corrispondente|redattore|redattrice|"
    r"repórter|jornalista|correspondente|redacteur|verslaggever|toimittaja|dziennikarz|redaktor(?:ka)?|korespondent(?:ka)?|"
    r"корреспондент|журналист(?:ка)?|редактор|обозреватель|кореспондент|журналіст(?:ка)?|muhabiri?|editörü?|yazarı?|jurnalis|wartawan|"
    r"novinář(?:ka)?|újságíró|szerkesztő|δημοσιογράφος|novinar(?:ka)?|urednik|profesorius|žurnalistas|toimetaja)"
)
_IS_ROLE = re.compile(rf"(?<!\w){_ROLE}(?!\w)", re.IGNORECASE)
# "TOI News Desk", "Fox News Staff", "Guardian staff and agencies": a newsroom's own name, of which no role is taken off.
_NEWSROOM = re.compile(
    r".{1,60}\s(?:desk|bureau)|.{0,60}(?<!\w)(?:news|sports?|web|online|digital|tv|times|media|press|post)\s(?:staff|team)|"
    r"(?P<whole>.{0,60}(?<!\w)staff (?:and|&) (?:news )?(?:agencies|agency|wires?))",
    re.IGNORECASE,
)
_ROLE_TAIL = re.compile(rf"(?:\s+{_ROLE}(?!\w)){{1,4}}(?:\s+(?:in|at|for|für|en|à|of|de|da|i)\s.*)?$", re.IGNORECASE)
_EAST_ROLE = re.compile(
    r"\s*(?:선임기자|전문기자|수습기자|인턴기자|기자|특파원|논설위원|편집위원|통신원|객원기자|뉴스1|특파員|特派員|編集委員|論説委員|編集部員|"
    r"记者|記者|通讯员|特约记者|摄影|报道|報道|報導|संवाददाता|ब्यूरो)\s*$"
)
_PLACE_TAIL = re.compile(r"\s+(?:is|ist|est|in|at|for|für|pour|à|aus|reporting from)\s+\S.*$")
_PARTICLE_WORDS: Final = (
    "von|van|der|den|de|del|della|di|da|das|dos|du|la|le|el|al|bin|ibn|ben|ter|ten|te|zu|zum|zur|af|av|y|e|i|und|genannt|st|mc|o|d|l|"
    "ul|ur|abu|abd|do|dal|dalla|degli"
)
_PARTICLES: Final = frozenset(_PARTICLE_WORDS.split("|"))
_LOGIN_NAMES: Final = (
    "admin|administrator|root|webmaster|wpadmin|superuser|super user|user|author|guest|editor|unknown|anonymous|null|none|undefined|"
    "n/a|no author|wordpress|default"
)
_LOGINS: Final = frozenset(_LOGIN_NAMES.split("|"))
"""Accounts and blanks of content management systems, which are nobody's name."""
_NO_BYLINE = re.compile(
    r"\d|[!?:%#*\u2026]|(?<!\w)(?:updated|published|posted|comments?|share|read|follow|subscribe|more|minutes?|min|veröffentlicht|uhr|"
    r"january|february|april|june|july|august|september|october|november|december|januar|februar|märz|juni|juli|oktober|dezember|"
    r"publié|publicado|actualizado|pubblicato|advertisement|copyright|image|foto|photo|getty|source|quelle)(?!\w)",
    re.IGNORECASE,
)
# What stands on buttons beside names, and is part of none.
_INTERFACE = re.compile(
    r"(?<!\w)(?:accounts?|profiles?|log ?out|log ?in|sign (?:in|up|out)|register|authors?|archives?|biography|contact|website|"
    r"homepage|e-?mail|facebook|twitter|instagram|linkedin|reporting|konto|profil|anmelden|abmelden|connexion|déconnexion|"
    r"mon compte|autoren|autores|auteurs|cuenta|perfil|accedi|registrati|войти|регистрация|профиль)(?!\w)",
    re.IGNORECASE,
)
_CJK_NAME = re.compile(
    r"[\u4e00-\u9fff々]{2,4}|[\u4e00-\u9fff々]{1,3} [\u4e00-\u9fff々\u3040-\u30ff]{1,4}|[\u30a0-\u30ff]{2,10}(?:[・ ][\u30a0-\u30ff]{1,10}){1,3}|[\uac00-\ud7af]{2,5}"
)
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CJK_LIST = re.compile(r"[\u4e00-\u9fff]{2,3}(?: [\u4e00-\u9fff]{2,3}){2,}|[\uac00-\ud7af]{3}(?: [\uac00-\ud7af]{3})+")


def clean_authors(stated: Iterable[str], site_names: Iterable[str] = ()) -> tuple[str, ...]:
    """Names as people bear them.

    `By` is dropped, `A and B` split, roles, places, addresses and what is said of the photographs left out.

    Args:
        stated: Bylines, or names.
        site_names: The site's names, which are no author here; none where the site may be its own author.

    Returns:
        At most `MOST_AUTHORS` names, each once whatever its case and the order of its words.
    """
    folded_sites = fold_names(site_names)
    names: dict[frozenset[str], str] = {}
    for text in stated:
        for name in _split(text[:_LONGEST_BYLINE]):
            if (
                len(name) > _LONGEST_NAME
                or _NO_NAME.search(name)
                or name.casefold() in _LOGINS
                or _is_only_prefix(name)
                or is_site_name(name, folded_sites)
            ):
                continue
            names.setdefault(fold_person(name), name)
    return tuple(names.values())[:MOST_AUTHORS]


def _is_only_prefix(name: str) -> bool:
    """Whether it is the `by` of a byline whose name stands in an element of its own."""
    return bool(_ONLY_PREFIX.fullmatch(name)) and (name.lower() not in _PARTICLE_PREFIXES or name.islower())


def fold_person(name: str) -> frozenset[str]:
    """A name's words without case and accents, in any order, for comparing."""
    return frozenset(re.findall(r"[^\W_]+", fold_accents(name))) or frozenset({name})


def is_person(text: str) -> bool:
    """Whether a text looks like a person's full name: two to five capitalised words, or a name in a script without capitals."""
    return is_name(text) and (len(text.split()) > 1 or bool(_EAST_ASIAN.search(text)))


def is_name(text: str) -> bool:
    """Whether a text may be a name, one of a single word included."""
    words = text.split()
    if not words or len(words) > _MOST_WORDS or len(text) > _LONGEST_NAME or _NO_BYLINE.search(text) or _NO_NAME.search(text):
        return False
    if all(_IS_ROLE.fullmatch(word) for word in words) or is_of_interface(text):
        return False
    if _EAST_ASIAN.search(text):
        return _CJK_NAME.fullmatch(text) is not None
    first = words[0].lstrip("'’‘\"“„«(")
    if not first[:1].isalpha() or words[-1].casefold() in _PARTICLES:
        return False
    return all(_begins_a_name(word) for word in words)


def is_of_interface(text: str) -> bool:
    """Whether a text is a button's ("View author page", "Logout") and nobody's name."""
    return _INTERFACE.search(text[:_LONGEST_BYLINE]) is not None


def _begins_a_name(word: str) -> bool:
    letter = next((char for char in word if char.isalpha()), "")
    return bool(letter) and (not letter.islower() or word.casefold() in _PARTICLES or word[:2] in ("d'", "d’"))


def _split(text: str) -> list[str]:
    """The names of a byline."""
    text = html.unescape(text)
    text = re.sub(r"</?[a-zA-Z][^<>]{0,200}>", " ", text) if "<" in text else text
    if _CJK_LIST.fullmatch(text.strip()):
        return text.split()
    text = re.sub(r"[\u200b\u200c\u200e\u200f\u2060\ufeff]", "", text).replace("\xa0", " ")
    text = _BRACKETS.sub(" ", text) if _BRACKETS.sub("", text).strip() else text.strip(" ()（）[]【】<>《》")
    text = _ADDRESS.sub(" ", text)
    if (newsroom := _NEWSROOM.fullmatch(text.strip())) and newsroom["whole"]:
        return [_drop_prefix(text.strip())]
    text = _NOT_TEXT.sub("", _drop_prefix(" ".join(_drop_labelled(text).split())))
    names = []
    for piece in _AND.split(text)[: 4 * MOST_AUTHORS]:
        parts = [part for part in _COMMA.split(_drop_prefix(piece.strip())) if part]
        names += _names_of_list([one for part in parts for one in _split_between(part)])
    return names


def _split_between(text: str) -> list[str]:
    pieces = _AND_BETWEEN.split(text)
    lengths = {min(len(piece.split()), 2) for piece in pieces}
    return pieces if len(lengths) == 1 else [text]


def _drop_prefix(text: str) -> str:
    for _ in range(3):
        found = _PREFIX.match(text)
        rest = text[found.end() :].lstrip(" :-–—|") if found else ""
        if not found or not rest or (found.group().strip().lower() in _GIVEN_PREFIXES and " " not in rest):
            break
        text = rest
    return text


def _drop_labelled(text: str) -> str:
    """Of "Text: X, Foto: Y" only what is labelled a text; all that is not labelled otherwise."""
    labels = list(_LABEL.finditer(text))
    if not labels:
        return text
    kept = [text[: labels[0].start()]]
    ends = [*(label.start() for label in labels[1:]), len(text)]
    kept += [text[label.end() : end] for label, end in zip(labels, ends, strict=True) if _TEXT_LABEL.match(label["label"])]
    return " | ".join(piece.strip(" ,;/|") for piece in kept if piece.strip(" ,;/|"))


def _names_of_list(parts: list[str]) -> list[str]:
    """The names among parts between commas: "Doe, Jane", "Jane Doe, political editor, Berlin", "Jane Doe, John Roe"."""
    cleaned = [name for part in parts if (name := _clean_name(part))]
    if len(cleaned) == 2 and len(parts) == 2 and all(" " not in name and is_name(name) for name in cleaned):  # noqa: PLR2004 - a pair
        first, second = cleaned
        if not (_EAST_ASIAN.search(first) or first.isupper() or second.isupper()):
            return [f"{second} {first}"]
    if not cleaned:
        return parts[:1]  # "Staff Reporter": who is named by the office alone
    if len(cleaned) == 1:
        return cleaned
    # After a full name a single word is a place, and many words a title; an agency's name, in capitals or two words, is not.
    head, rest = cleaned[0], cleaned[1:]
    if " " in head:
        rest = [
            name
            for name in rest
            if (is_person(name) or name.isupper() or name in ("dpa", "Reuters")) and not _IS_ROLE.search(name)
        ]
    return [head, *rest]


def _clean_name(part: str) -> str:
    """A name without role, place and marks around it; empty where nothing is left."""
    # "Martin Luther King Jr.", "Alice W."
    name = part.strip(' ,;|-–—:/·*."“”„') + ("." if re.search(r"(?<!\w)(?:Jr|Sr|[^\W\d_])\.$", part) else "")
    name = _EAST_ROLE.sub("", name).strip()
    if _NEWSROOM.fullmatch(name):
        return name
    if " " in name:
        shorter = _ROLE_TAIL.sub("", name)
        name = shorter if " " in shorter.strip() else name
        shorter = _PLACE_TAIL.sub("", name)
        name = shorter if " " in shorter.strip() else name
    if _IS_ROLE.fullmatch(name) or (_IS_ROLE.search(name) and name[:1].islower()):
        return ""
    return name
