"""The headline: which of a page's statements of it is taken, without the site's name and without what stands before it.

JSON-LD before og:title before the page's own heading before `<title>` is the order that was measured best (.829 exact on 257
pages, stripped of the site's name; trafilatura alone .685). Where two of them say the same and one says more besides, what they
have in common is the headline: the rest is the site's name, a section, a date, or a kicker.
"""

from __future__ import annotations

import html
import re
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from wirecopy.extract.facts.jsonld import text_of
from wirecopy.extract.people.site_names import fold_name, fold_names, is_site_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.html import HtmlElement

    from wirecopy.extract.facts.jsonld import Node

_LONGEST_HEADLINE: Final = 500
_LONGEST_KICKER: Final = 50
_LEAST_HEADLINE: Final = 12
"""Letters that a headline has at least when a section before the site's name is taken off, or a kicker: below, both are guesses."""
_LONGEST_SECTION: Final = 30
_LONGEST_SECTION_WORD: Final = 20
_LEAST_MATCH: Final = 4
_CUT_AT: Final = (90, 110)
"""Characters at which systems cut JSON-LD's headline, at a word or within one: Google once asked for 110 at most."""
_LONGEST_TAGLINE: Final = 80
_MOST_PARTS: Final = 12
_MOST_DEPTH: Final = 20
_MOST_PIECES: Final = 200
_MOST_HEADINGS: Final = 60
# ruff: noqa: RUF001 - the separators of many scripts
_SEPARATOR = re.compile(
    r"\s*[|｜丨ㅣ┃¦]\s*|\s*：{1,2}\s*|\s*--+\s*|\s+::?\s+|(?<=\S):\s+|\s+[-–—―·•»›«‹/~<>]+\s+|(?<=\S)[–—»›]\s+|\s-(?=\S)|_+|"
    r"(?<=[^\W\d_a-zA-Z])-(?=[^\W\d_a-zA-Z])"
)
_DATE = re.compile(r"\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)\s*$")
_KICKER_CLASS = re.compile(
    r"(?:^|[\s_-])(?:kicker|overline|topline|eyebrow|dachzeile|roofline|spitzmarke|vignette|antetitulo|antetítulo|supertitle|"
    r"pretitle|pre-?headline|pre-?title|surtitre|sur-?title|occhiello|overtitle|flag|strapline|chapeau|label|badge|rubric|rubrik)",
    re.IGNORECASE,
)
# How systems mark the title of a post, and what holds the post: WordPress, Blogger, Joomla, TYPO3 and their themes.
_ENTRY_TITLE = re.compile(
    r"(?:^|[\s_-])(?:entry|post|article|story|node|item|news|blog)_?-?(?:title|heading|headline)(?:$|[\s_-])", re.IGNORECASE
)
_ENTRY = re.compile(
    r"(?:^|\s)(?:post|entry|hentry|h-entry|blog-?post|blog-?entry|article|item-page|type-post)(?:$|\s)", re.IGNORECASE
)
_ENTRY_DEPTH: Final = 4
_HEADLINE_CLASS = re.compile(r"headline|title|titel|titre|titulo|titolo|heading", re.IGNORECASE)
_APART: Final = frozenset({"div", "p", "br", "small", "h2", "h3"})
# What stands between a headline and the site's name where the page does not say its section otherwise.
_SECTION_NAMES: Final = (
    "news|politik|politics|sport|sports|wirtschaft|business|panorama|kultur|culture|world|national|international|opinion|lokales|"
    "local|regional|technology|tech|science|wissen|gesundheit|health|lifestyle|entertainment|video|blog|blog archiv|archiv|archive|"
    "actualité|actualités|politique|économie|société|monde|política|economía|sociedad|internacional|deportes|cultura|politica|"
    "cronaca|esteri|economia|polityka|gospodarka|kultura|świat|nyheter|nyheder|kotimaa|uutiset|политика|экономика|общество|новости|"
    "спорт|культура|gündem|ekonomi|siyaset|dünya|haberler|haberleri|政治|经济|社会|国际|経済|時政|时政|体育|文化|정치|경제|사회|국제|"
    "스포츠|문화|thế giới|thời sự|chính trị|kinh tế"
)
_SECTIONS: Final = frozenset(fold_name(name) for name in _SECTION_NAMES.split("|"))
_SECTION_WORDS = re.compile(r"(?:news|blog archiv\w*|haberleri?|nachrichten|новости|뉴스|新闻|ニュース)$", re.IGNORECASE)


def find_headlines(tree: HtmlElement, node: Node, metas: Mapping[str, str], site_names: Iterable[str] = ()) -> tuple[str, ...]:
    """The headline, then the other forms it takes on the page; none where the page has no title at all.

    Args:
        tree: The page.
        node: Its article's JSON-LD; empty where there is none.
        metas: Its meta tags.
        site_names: The site's names, to be taken off.
    """
    names = fold_names(site_names)
    sections = _SECTIONS | {
        fold_name(section) for section in (text_of(node.get("articleSection")), metas.get("article:section")) if section
    }
    headings = [
        clean_headline(_heading_text(heading)) for heading, _ in zip(_headings(tree), range(_MOST_HEADINGS), strict=False)
    ]
    title = next((clean_headline(element.text_content()) for element in tree.iter("title")), "")
    stated = [clean_headline(text_of(node.get("headline")) or ""), clean_headline(metas.get("og:title") or "")]
    main = _main_heading(tree, [*stated, title], names)
    ranked = [*stated, main, clean_headline(metas.get("twitter:title") or ""), _cut_title(title, headings, names)]
    forms = [_strip(form, names, sections) for form in ranked]
    full = [form for form in forms if form and not is_site_name(form, names)] or [form for form in forms if form]
    if not full:
        return tuple(heading for heading in headings if heading)[:1]
    # What JSON-LD and og:title both say is no addition of one of them.
    is_said_twice = (
        bool(forms[0])
        and fold_name(forms[0]) == fold_name(forms[1])
        and not forms[0].isupper()
        and not _ELLIPSIS.search(forms[0])
    )
    return tuple(dict.fromkeys([full[0] if is_said_twice else _choose(full, main), *full, *(form for form in ranked if form)]))


def strip_site_name(title: str, site_names: Iterable[str]) -> str:
    """The headline without a site's name before or after it; the headline itself where nothing else would stay."""
    return _strip(clean_headline(title), fold_names(site_names), _SECTIONS)


def clean_headline(text: str) -> str:
    """One line of plain text: entities that were escaped twice read, markup gone, spaces single."""
    text = text[: 4 * _LONGEST_HEADLINE]
    for _ in range(3):
        plain = html.unescape(text)
        if plain == text:
            break
        text = plain
    text = _TAG.sub(" ", text) if "<" in text else text
    return " ".join(re.sub(r"[\u200b\u2060\ufeff\u00ad]", "", text).split())[:_LONGEST_HEADLINE]


def _choose(forms: list[str], main: str) -> str:
    """The first form, corrected by what the others have in common with it."""
    best, others = forms[0], forms[1:]
    folded = fold_name(best)
    if cut := _ELLIPSIS.search(best):
        stem = fold_name(best[: cut.start()])
        best = next((other for other in others if fold_name(other).startswith(stem) and not _ELLIPSIS.search(other)), best)
    elif _CUT_AT[0] <= len(best) <= _CUT_AT[1]:
        best = next((other for other in others if _continues(best, other)), best)
    if best.isupper():
        best = next((other for other in others if fold_name(other) == folded and not other.isupper()), best)
    for other in others:
        if shorter := _common(best, other, is_heading=other == main):
            return shorter
    return best


def _continues(cut: str, other: str) -> bool:
    """Whether a headline goes on where another was cut, and not with a separator: what follows one is an addition."""
    return len(other) > len(cut) and other.startswith(cut) and _SEPARATOR.match(other, len(cut)) is None


def _common(best: str, other: str, *, is_heading: bool) -> str | None:
    """The other form where it is the best without a kicker before it, or, being a heading, without anything after it."""
    folded, rest = fold_name(best), fold_name(other)
    if len(rest) < _LEAST_HEADLINE or len(rest) >= len(folded):
        return None
    for separator in _SEPARATOR.finditer(best):
        before, after = best[: separator.start()], best[separator.end() :]
        if len(before) <= _LONGEST_KICKER and fold_name(after) == rest:
            return other
        if is_heading and fold_name(before) == rest:
            return other
    return None


def _strip(title: str, names: frozenset[str], sections: frozenset[str] | set[str]) -> str:
    """Take the site's name off either end, with sections and dates beside it."""
    cuts = list(_SEPARATOR.finditer(title))
    end, seen_site = len(title), False
    for cut, following in pairwise(cuts[-_MOST_PARTS:]):
        # "Headline | The Courier - News from the harbour": what follows the site's name is its motto.
        is_named = is_site_name(title[cut.end() : following.start()].strip(), names)
        if (
            is_named
            and len(title) - following.end() <= _LONGEST_TAGLINE
            and len(fold_name(title[: cut.start()])) >= _LEAST_HEADLINE
        ):
            return _strip(title[: cut.start()], names, sections)
    kept = end
    for cut in reversed(cuts[-_MOST_PARTS:]):
        part = title[cut.end() : end].strip()
        before = title[: cut.start()].strip()
        if is_site_name(part, names):
            seen_site, kept = True, cut.start()
        elif seen_site and before and _is_section(part, before, sections):
            kept = cut.start()
        elif not _DATE.fullmatch(part):
            break
        end = cut.start()
    rest = _strip_front(title[:kept].strip(" -–—|"), names)
    return rest if rest and not is_site_name(rest, names) else title


def _strip_front(title: str, names: frozenset[str]) -> str:
    begin = 0
    for cut in list(_SEPARATOR.finditer(title))[:_MOST_PARTS]:
        part = title[begin : cut.start()].strip()
        is_furniture = is_site_name(part, names) or (
            begin > 0 and bool(_SECTION_WORDS.search(part)) and len(part) <= _LONGEST_SECTION_WORD
        )
        if not is_furniture:
            break
        begin = cut.end()
    return title[begin:].strip()


def _is_section(part: str, before: str, sections: frozenset[str] | set[str]) -> bool:
    folded = fold_name(part)
    if folded in sections:
        return True
    is_short = 0 < len(part) <= _LONGEST_SECTION and len(fold_name(before)) >= _LEAST_HEADLINE
    is_word = len(part) <= _LONGEST_SECTION_WORD and " " not in part and part.isalpha() and not part[0].islower()
    return is_short and (is_word or bool(_SECTION_WORDS.search(part)))


def _cut_title(title: str, headings: Iterable[str], names: frozenset[str]) -> str:
    """The part of `<title>` that stands on the page as a heading, else what is before its last bar."""
    parts = list(_SEPARATOR.finditer(title))[:_MOST_PARTS]
    if not parts:
        return title
    folded = {fold_name(heading) for heading in headings if heading and not is_site_name(heading, names)} - {""}
    begins = [0, *(cut.end() for cut in parts)]
    ends = [len(title), *(cut.start() for cut in reversed(parts))]
    for end in ends:
        for begin in begins:
            if begin < end and fold_name(title[begin:end]) in folded:
                return title[begin:end].strip()
    bars = [cut for cut in parts if cut.group().strip() in ("|", "｜", "»")]
    if bars and bars[-1].start() > len(title) - bars[-1].end():
        return title[: bars[-1].start()].strip()
    return title


def _headings(tree: HtmlElement) -> Iterable[HtmlElement]:
    return tree.iter("h1", "h2", "h3")


def _main_heading(tree: HtmlElement, stated: list[str], names: frozenset[str]) -> str:
    """The page's own heading: the h1 that says what its data say, else one that is marked as a title, else the only one."""
    found: list[tuple[str, str]] = []
    for heading, _ in zip(tree.iter("h1"), range(_MOST_HEADINGS), strict=False):
        text = clean_headline(_heading_text(heading))
        if text and not is_site_name(text, names):
            found.append((text, f"{heading.get('class') or ''} {heading.get('itemprop') or ''}"))
    *said, title = stated
    if own := _first_said(found, said):
        return own
    if entry := _entry_heading(tree, title, names, is_only=not found and not any(said)):
        return entry
    if own := _first_said(found, [title]):
        return own
    if len(found) == 1:
        return found[0][0]
    return next((text for text, marks in found if _HEADLINE_CLASS.search(marks)), "")


def _first_said(found: list[tuple[str, str]], stated: list[str]) -> str:
    """The first heading that a title says, or has in it."""
    folded = [fold_name(text) for text in stated if text]
    for text, _marks in found:
        own = fold_name(text)
        if len(own) >= _LEAST_MATCH and any(other == own or (len(own) >= _LEAST_HEADLINE and own in other) for other in folded):
            return text
    return ""


def _entry_heading(tree: HtmlElement, title: str, names: frozenset[str], *, is_only: bool) -> str:
    """The heading of a post under a heading of the blog: marked as a post's, and a part of `<title>`.

    Where nothing else is a title (`is_only`) the one heading that is marked so counts, whatever `<title>` says.
    """
    cuts = list(_SEPARATOR.finditer(title))[:_MOST_PARTS]
    begins, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(title)]
    parts = {fold_name(title[begin:end]) for begin in begins for end in ends if begin < end}
    marked: list[str] = []
    for heading, _ in zip(_headings(tree), range(_MOST_HEADINGS), strict=False):
        text = clean_headline(_heading_text(heading))
        own = fold_name(text)
        if len(own) < _LEAST_MATCH or is_site_name(text, names):
            continue
        is_marked = _ENTRY_TITLE.search(heading.get("class") or "") is not None
        if own in parts and (is_marked or _is_in_entry(heading)):
            return text
        marked += [text] if is_marked else []
    return marked[0] if is_only and len(marked) == 1 else ""


def _is_in_entry(heading: HtmlElement) -> bool:
    return any(
        place.tag == "article" or (place.tag != "body" and _ENTRY.search(place.get("class") or ""))
        for place in islice(heading.iterancestors(), _ENTRY_DEPTH)
    )


def _heading_text(heading: HtmlElement) -> str:
    """A heading's text without its kicker, its pieces kept apart."""
    pieces: list[str] = []
    _gather(heading, pieces, is_top=True)
    return " ".join("".join(pieces).split()).strip(" :|–—")


def _gather(element: HtmlElement, pieces: list[str], *, is_top: bool, depth: int = 0) -> None:
    if not isinstance(element.tag, str) or depth > _MOST_DEPTH or len(pieces) > _MOST_PIECES:
        return
    if not is_top and _KICKER_CLASS.search(f"{element.get('class') or ''} {element.get('data-type') or ''}"):
        return
    is_apart = not is_top and element.tag in _APART
    pieces.append(" " if is_apart else "")
    pieces.append(element.text or "")
    for child in element:
        _gather(child, pieces, is_top=False, depth=depth + 1)
        pieces.append(child.tail or "")
    pieces.append(" " if is_apart else "")
