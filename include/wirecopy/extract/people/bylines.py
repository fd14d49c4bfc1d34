"""Who wrote an article: what the page's data say, else what its byline shows."""
# ruff: noqa: RUF001 - words of many scripts

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from wirecopy.extract.facts.jsonld import text_of
from wirecopy.extract.people.authors import clean_authors, fold_person, is_name, is_of_interface, is_person
from wirecopy.extract.people.byline_lines import read_filing, read_line
from wirecopy.extract.people.short_text import short_text
from wirecopy.extract.people.site_names import fold_name, fold_names, is_site_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.html import HtmlElement

    from wirecopy.extract.facts.jsonld import Node
    from wirecopy.extract.text.blocks import Block

_ORGANISATION = re.compile(r"Organi[sz]ation|Corporation|Brand", re.IGNORECASE)
# What publishers' systems fill with the article's own author, before `author`, which many fill with the outlet.
_OWN_META: Final = (
    "article:author", "og:article:author", "article:author_name", "article:byline", "articleauthor", "parsely-author", "sailthru.author",
    "cxenseparse:author", "byl", "dcsext.author", "citation_author", "shareaholic:article_author_name",
)  # fmt: skip
_PLAIN_META: Final = ("author", "dc.creator", "dc:creator", "dcterms.creator", "dc.author", "creator")
_MOST_AUTHOR_NODES: Final = 50
_MOST_ELEMENTS: Final = 60_000
_LONGEST_BYLINE: Final = 200
_LONGEST_HEADING: Final = 600
_WINDOW_BEFORE: Final = 60
_WINDOW_AFTER: Final = 120
"""Elements around the headline within which a byline stands; one at the article's end must be marked as its author's."""
_MOST_LINE_CHILDREN: Final = 6
_MOST_HEADLINES: Final = 6
_MOST_HEADINGS: Final = 100
_MOST_INNER: Final = 80
"""Elements of a byline, and pieces of its text, that are looked at."""
_LONGEST_ALIAS: Final = 30
_HEADINGS: Final = ("h1", "h2", "h3")
_CLOSE: Final = 25
"""Elements between two names of one byline."""
_NOT_READ: Final = frozenset({"script", "style", "noscript", "template", "aside", "nav", "footer", "figure", "figcaption", "form", "iframe", "svg", "select", "blockquote", "table", "video"})  # fmt: skip
_APART = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|respond|related|teasers?|cards?|widgets?|sidebar|recommend\w*|promo|popular|footer|newsletter|"
    r"captions?|credits?|photos?|images?|gallery|video|media\w*|slider|carousel|trending|most-?read|breadcrumbs?|menu|nav|cite|quote|"
    r"avatar|share|social|ad|ads|modal|overlay|pingback|trackback)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))(?:authors?|bylines?|byl|autore?s?|autorin|auteurs?|autor-?name|verfasser|writers?|reporters?|journalists?|"
    r"journalist-?name|signature|firma|redakteur|forfatter|skribent|penulis|yazar|muhabir|kirjoittaja|username|by-author)(?:$|[\s_-]|(?=[A-Z]))",
)
_BYLINE_ELEMENTS: Final = "//*[contains(@class, 'byline') or contains(@class, 'author') or contains(@class, 'contributors')]"
_NAME_MARK = re.compile(r"(?:^|[\s_-])(?:fn|name|nickname)(?:$|[\s_-])", re.IGNORECASE)
_AUTHOR_LINK = re.compile(r"/(?:authors?|autore?n?|autor[ei]?s?|auteurs?|people|person|profile|staff|team|by|journalist|redaktion|redakt\w*|contributors?|writers?|reporters?|verfasser)/", re.IGNORECASE)  # fmt: skip
_OWN_FOOTER = re.compile(r"(?:^|[\s_-])(?:entry|post|article|node|story)(?:$|[\s_-])", re.IGNORECASE)
_FOOTER = re.compile(r"(?:^|(?<=[\s_-]))footer(?=$|[\s_-])", re.IGNORECASE)
_OTHER_LABEL = re.compile(r"^[^\W\d_]{3,20}:\s")
_SPEAKS = re.compile(r"\s(?:said|says|sagt|sagte|schreibt|schrieb|dice|dit|:)\s*$", re.IGNORECASE)
"""After the name of one who comments."""
_TO_THE_RIGHT = re.compile(r"text-align:\s?right", re.IGNORECASE)
_CHINESE_EDITORS = re.compile(r"[(（]?\s*(?:责任编辑|责编|責任編輯|編輯|编辑)\s*[:：]\s*(?P<names>[^()（）]{2,40}?)\s*[)）]?")
_REPORTERS = re.compile(
    r"[(（](?:本报|本報|新华社|新華社|中新社)?(?:记者|記者)\s*(?P<zh>[\u4e00-\u9fff、 ,，]{2,40})[)）]|"
    r"[)）\]】]\s*(?P<ko>[\uac00-\ud7af]{2,4}(?:[·, ]{1,2}[\uac00-\ud7af]{2,4}){0,4}?)\s*(?:기자|특파원)\s*[=＝]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """Who an article is by.

    Attributes:
        names: Cleaned.
        stated: The words they come from, and what stands beside them: an agency may be named there.
    """

    names: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()


def find_byline(
    tree: HtmlElement,
    nodes: Sequence[Node],
    node: Node,
    metas: Mapping[str, str],
    *,
    site_names: Sequence[str],
    headlines: Sequence[str],
) -> Byline:
    """Find the authors.

    Persons that JSON-LD names come before all else. Where it names only an organisation, a person of the byline takes its place;
    where the page shows none, the organisation is the author. Where it names nobody: the metadata that only articles have, the
    visible byline, `author` metadata without the site's own name.

    Args:
        tree: The page.
        nodes: Its JSON-LD nodes.
        node: Its article's node.
        metas: Its meta tags.
        site_names: The site's names.
        headlines: The forms of the headline; the byline stands near it.
    """
    names = fold_names(site_names)
    stated, is_personal = _stated_in_data(node, nodes)
    people = _clean(stated, names)
    is_outlet = all(is_site_name(name, names) for name in people)
    own = _metas_of(tree, metas, _OWN_META, names)
    if is_personal and not is_outlet:
        return Byline(names=people, stated=(*stated, *own.stated, *_beside(tree, people)))
    shown = _shown(tree, headlines, names)
    if people:
        for candidate in (Byline() if is_personal else own, shown):
            if candidate.names and all(is_person(name) for name in candidate.names):
                return candidate
        return Byline(names=people, stated=(*stated, *own.stated))
    for candidate in (own, shown, _card(metas, names), _metas_of(tree, metas, _PLAIN_META, names)):
        if candidate.names:
            return candidate
    return Byline()


def _stated_in_data(node: Node, nodes: Sequence[Node]) -> tuple[tuple[str, ...], bool]:
    """The authors that JSON-LD names, as they stand, and whether it calls any of them a person."""
    by_id = {str(other["@id"]): other for other in nodes if other.get("@id") and (other.get("name") or other.get("givenName"))}
    stated: list[str] = []
    is_personal = False
    for value in _values(node.get("author") or node.get("creator")):
        entry = by_id.get(str(value.get("@id")), value) if isinstance(value, dict) and not value.get("name") else value
        name = _name_of(entry)
        is_organisation = isinstance(entry, dict) and bool(_ORGANISATION.search(str(entry.get("@type"))))
        is_personal |= bool(name) and not is_organisation
        stated += name
    return tuple(stated), is_personal


def _values(value: Any) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    flat = [item for part in values[:_MOST_AUTHOR_NODES] for item in (part if isinstance(part, list) else [part])]
    return [item for item in flat if item][:_MOST_AUTHOR_NODES]


def _name_of(entry: Any) -> list[str]:
    if isinstance(entry, dict):
        if isinstance(entry.get("name"), list):
            return [name for item in entry["name"] if (name := text_of(item))]
        name = text_of(entry.get("name"))
        parts = [text_of(entry.get(key)) for key in ("givenName", "additionalName", "familyName")]
        return [name] if name else [" ".join(part for part in parts if part)] if any(parts) else []
    return [name] if (name := text_of(entry)) else []


def _clean(stated: Sequence[str], site_names: frozenset[str]) -> tuple[str, ...]:
    """Cleaned names; the site's own only where there is no other."""
    names = clean_authors(stated)
    return tuple(name for name in names if not is_site_name(name, site_names)) or names


def _metas_of(tree: HtmlElement, metas: Mapping[str, str], keys: Sequence[str], site_names: frozenset[str]) -> Byline:
    """The first meta tag among these that names someone but the site."""
    if not any(key in metas for key in keys):
        return Byline()
    stated: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        if key in keys and (content := (meta.get("content") or "").strip()):
            stated.setdefault(key, []).append(content)
    for key in keys:
        texts = [text for text in stated.get(key, ())[:_MOST_AUTHOR_NODES] if not _names_site(text, site_names)]
        if names := tuple(name for name in clean_authors(texts) if _may_be_meta(name) and not is_site_name(name, site_names)):
            return Byline(names=names, stated=tuple(texts))
    return Byline()


def _card(metas: Mapping[str, str], site_names: frozenset[str]) -> Byline:
    """The author on the card that Yoast's plugin of WordPress makes for Slack: `twitter:label1` "Written by", `twitter:data1` the name."""
    for number in "12":
        name = metas.get(f"twitter:data{number}", "")
        line = f"{metas.get(f'twitter:label{number}', '')} {name}"
        if name and len(line) <= _LONGEST_BYLINE and read_line(line):
            names = tuple(author for author in clean_authors([name]) if not is_site_name(author, site_names))
            return Byline(names=names, stated=(name,) if names else ())
    return Byline()


def _names_site(text: str, site_names: frozenset[str]) -> bool:
    """Whether it says that it is the site: "Deutsche Welle (www.dw.com)"."""
    return any(
        fold_name(domain) in site_names for domain in re.findall(r"(?:www\.)?([\w-]{1,60}\.[a-z.]{2,10})\b", text.lower())
    )


def _may_be_meta(name: str) -> bool:
    return is_name(name) or (len(name.split()) > 1 and not re.search(r"\d|[.!?]\s", name)) or name.isalpha()


def _shown(tree: HtmlElement, headlines: Sequence[str], site_names: frozenset[str]) -> Byline:
    """The byline that a reader sees."""
    folded = [fold_name(text) for text in headlines[:_MOST_HEADLINES]]
    marked: list[tuple[int, bool, list[str]]] = []
    lines: list[tuple[int, str]] = []
    editors: list[str] = []
    signatures: list[str] = []
    heading = 0
    holders = _holders(tree, folded)
    stack, number = [tree], 0
    while stack and number < _MOST_ELEMENTS:
        element = stack.pop()
        if not isinstance(element.tag, str) or (element not in holders and (_is_not_read(element) or _is_apart(element))):
            continue
        number += 1
        if element in holders and element.tag in _HEADINGS:
            heading = number
            continue
        marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
        is_sure = (
            "author" in (element.get("rel") or "").split()
            or element.get("itemprop") == "author"
            or marks.startswith(("author vcard", "username"))
        )
        if is_sure or (element not in holders and _BYLINE.search(marks)):
            texts, is_linked = _names_in(element)
            lines += _line_of(element, number)
            if texts:
                marked.append((number, is_sure or is_linked, texts))
                continue
        if (
            element.tag == "p"
            and _TO_THE_RIGHT.search(element.get("style") or "")
            and (text := short_text(element, _LONGEST_BYLINE))
            and is_person(text)
        ):
            signatures = [text]
            continue
        if len(element) <= _MOST_LINE_CHILDREN and (text := short_text(element, _LONGEST_BYLINE, line_break=" | ")):
            if read_line(text) or read_filing(text):
                lines.append((number, text))
            elif found := _CHINESE_EDITORS.fullmatch(text):
                editors.append(found["names"])
        stack.extend(reversed(element))
    return _settle(_pick(marked, heading, site_names), _pick_line(lines, heading, site_names), signatures or editors)


def _settle(by_mark: Byline | None, by_line: Byline | None, end: Sequence[str]) -> Byline:
    if (
        by_mark
        and by_line
        and not any(is_person(name) for name in by_mark.names)
        and all(is_person(name) for name in by_line.names)
    ):
        return by_line  # the account that posted it, and who wrote it
    return by_mark or by_line or Byline(names=clean_authors(end), stated=tuple(end))


def _line_of(element: HtmlElement, number: int) -> list[tuple[int, str]]:
    """A marked byline as a line: "Eingestellt von kalle" names one word, which only its words before it make a name."""
    text = short_text(element, _LONGEST_BYLINE)
    return [(number, text)] if text and read_line(text) else []


def _holders(tree: HtmlElement, headlines: Sequence[str]) -> set[HtmlElement]:
    """The headline and all that it stands in."""
    for element in islice(tree.iter(*_HEADINGS), _MOST_HEADINGS):
        if (text := short_text(element, _LONGEST_HEADING)) and fold_name(text) in headlines:
            return {element, *element.iterancestors()}
    return set()


def _pick(marked: list[tuple[int, bool, list[str]]], heading: int, site_names: frozenset[str]) -> Byline | None:
    """Of the marked bylines the one next to the headline, and what stands close to it."""
    near = [entry for entry in marked if heading - _WINDOW_BEFORE <= entry[0] <= heading + _WINDOW_AFTER]
    after = [entry for entry in near if entry[0] > heading] or near or [entry for entry in marked if entry[1]]
    stated: list[str] = []
    names: dict[frozenset[str], str] = {}
    last = None
    for number, is_sure, texts in after:
        if last is not None and number - last > _CLOSE:
            break
        found = [
            name
            for name in clean_authors(texts)
            if _is_shown_name(name, is_sure=is_sure) and not is_site_name(name, site_names)
        ]
        if found:
            last = number
            stated += texts
            for name in found:
                names.setdefault(fold_person(name), name)
    return Byline(names=tuple(names.values()), stated=tuple(stated)) if names else None


def _pick_line(lines: list[tuple[int, str]], heading: int, site_names: frozenset[str]) -> Byline | None:
    near = [text for number, text in lines if heading <= number <= heading + _WINDOW_AFTER]
    aliased: Byline | None = None
    for text in near:
        if (line := read_line(text)) is None:
            continue
        names = tuple(name for name in clean_authors([line.names]) if not is_site_name(name, site_names))
        if names and all(is_name(name) for name in names) and (is_person(names[0]) or not line.has_topic):
            return Byline(names=names, stated=(text,))
        if names and line.is_alias and aliased is None:
            aliased = Byline(names=names, stated=(text,))
    for _, text in lines:
        names = clean_authors([filed]) if (filed := read_filing(text)) else ()
        if names and not is_site_name(names[0], site_names):
            return Byline(names=names, stated=(text,))
    return aliased


def _is_shown_name(name: str, *, is_sure: bool) -> bool:
    return is_person(name) or (is_sure and " " not in name and len(name) <= _LONGEST_ALIAS and not is_of_interface(name))


def _is_not_read(element: HtmlElement) -> bool:
    """Whether no byline stands in such an element; a post's own footer is where some systems put it."""
    if element.tag == "footer":
        return not _OWN_FOOTER.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    return element.tag in _NOT_READ


def _is_apart(element: HtmlElement) -> bool:
    marks = element.get("class") or element.get("id")
    if marks is not None and element.tag in ("footer", "div", "p") and _OWN_FOOTER.search(marks):
        marks = _FOOTER.sub(" ", marks)
    return marks is not None and element.tag not in ("body", "main", "article", "html") and bool(_APART.search(marks))


def _names_in(element: HtmlElement) -> tuple[list[str], bool]:
    """The names in a byline, and whether they are marked as an author's: else its short text, in pieces."""
    marked, linked = [], []
    is_sure = False
    for inner in islice(element.iter(), _MOST_INNER):
        if not isinstance(inner.tag, str):
            continue
        rel, marks, prop = inner.get("rel") or "", inner.get("class") or "", inner.get("itemprop") or ""
        if ("name" in prop or "author" in rel or _NAME_MARK.search(marks)) and (text := short_text(inner, _LONGEST_BYLINE)):
            marked.append(text)
        if inner.tag == "a" and _AUTHOR_LINK.search(inner.get("href") or "") and (text := short_text(inner, _LONGEST_BYLINE)):
            linked.append(text)
        is_sure |= "author" in rel or marks.startswith(("author vcard", "username"))
    pieces = [" ".join(text.split()) for text in islice(element.itertext(), _MOST_INNER)]
    pieces = [piece for piece in pieces if piece]
    joined = " ".join(pieces)
    if _OTHER_LABEL.match(joined) and not read_line(joined):
        return [], False  # "Redaktion: ...", "Source: ..."
    if found := [text for text in (marked or linked)[:_MOST_AUTHOR_NODES] if clean_authors([text])]:
        return found, is_sure
    return (pieces if len(joined) <= _LONGEST_BYLINE else []), is_sure


def _beside(tree: HtmlElement, names: Sequence[str]) -> tuple[str, ...]:
    """What the visible byline says besides the authors' names: their agency, perhaps."""
    found: list[str] = []
    if names:
        for element in tree.xpath(_BYLINE_ELEMENTS)[:_MOST_INNER]:
            text = short_text(element, _LONGEST_BYLINE)
            if text and names[0] in text and len(text) > len(names[0]):
                found += [" ".join(piece.split()) for piece in islice(element.itertext(), _MOST_INNER)]
    return tuple(dict.fromkeys(piece for piece in found if piece))[:_MOST_INNER]


def byline_in_text(blocks: Sequence[Block], guessed: str | None, site_names: Sequence[str]) -> Byline:
    """Who an article is by where neither its page's data nor its byline says so.

    Args:
        blocks: The text: Chinese and Korean agencies name their reporters in its first line.
        guessed: What trafilatura takes for the author, names separated by semicolons; only full names are believed.
        site_names: The site's names.
    """
    for block in blocks[:2]:
        found = _REPORTERS.search(block.text[:_LONGEST_BYLINE])
        if found and (names := clean_authors([found["zh"] or found["ko"]])):
            return Byline(names=names, stated=(found.group(),))
    stated = tuple(
        name for name in (guessed or "").split(";")[:_MOST_AUTHOR_NODES] if is_person(name.strip()) and not _SPEAKS.search(name)
    )
    return Byline(names=clean_authors(stated, site_names), stated=stated)
