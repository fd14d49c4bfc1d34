"""Where on a page dates stand: those that are marked as the article's, those beside its headline, and those of something else.

A date belongs to something else (a comment, a teaser, a calendar, the footer) when an element around it says so before the element
that also holds the headline is reached, or when it stands in a link to another page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from wirecopy.extract.facts.date_lines import Label, read_line
from wirecopy.extract.facts.microdata import article_scope
from wirecopy.extract.folding import fold_letters
from wirecopy.feeds.dates import read_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

    from wirecopy.models import ClaimedTime

_MOST_ELEMENTS: Final = 400
"""Elements with a date's marks that are looked at; a page with more is a list of articles or a thread of comments."""
_MOST_CLIMB: Final = 40
_MOST_DECLARED: Final = 3000
_MOST_HEADINGS: Final = 60
_LEAST_TITLE: Final = 12
_MOST_STEPS: Final = 160
"""Elements after a headline that are looked at; bylines stand within 20 as a rule, share buttons between."""
_MOST_STEPS_BACK: Final = 40
_LONGEST_PIECE: Final = 400
_LONG_LINE: Final = 200
_MOST_LONG_LINES: Final = 2
_MOST_PIECES: Final = 60

_ELSEWHERE = re.compile(
    r"comment|komment|respond|reply|replies|discuss|related|recommend|similar|sidebar|side-bar|widget|teaser|most-?(?:read|view|pop|shared)|"
    r"popular|trending|latest|recent|newest|ticker|carousel|slider|swiper|promo(?!ted)|masthead|site-?header|page-?header|topbar|top-bar|navbar|"
    r"menu|breadcrumb|copyright|calendar|archive-|also-?(?:read|like)|read-?(?:more|next|also)|more-(?:news|stories|from|articles)|"
    r"next-?(?:post|article)|prev(?:ious)?-?(?:post|article)|post-navigation|pagination|newsletter|weather|wetter|event-|currentdate|"
    r"current-date|today|card(?:$|[\s_-])|ugc|review-|product",
    re.IGNORECASE,
)
_ELSEWHERE_TAGS: Final = frozenset({"aside", "nav", "table", "select", "option", "noscript", "template"})
_OWN_FOOTER = re.compile(r"entry|post|article|story|node|meta", re.IGNORECASE)
_PUBLISHED_MARK = re.compile(
    r"publish|pub-?date|posted|entry-date|post-?date|article-?date|story-?date|dt-published|date-?created|creat(?:ed|ion)-?date|"
    r"veroeffentlich|pubblica|publica|publi[eé]",
    re.IGNORECASE,
)
_CHANGED_MARK = re.compile(r"updat|modif|changed|edited|aktualis|dt-updated|revised|lastmod", re.IGNORECASE)
_MARKED = re.compile(
    r"date|time|publi|posted|submitted|datum|fecha|byline|meta|info|tgl|tanggal|tarih",
    re.IGNORECASE,
)
_DATED_ATTRIBUTES: Final = ("pubdate", "data-timestamp", "data-datetime", "data-date")
_RDFA = re.compile(r"(?:^|\s)(?:dc|dcterms|schema):(?:date|issued|created|datePublished|dateCreated)(?:\s|$)", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "form"),
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "li",
            "main",
            "nav",
            "ol",
            "p",
            "section",
            "table",
            "td",
            "th",
            "tr",
            "ul",
        ),
    }
)
_UNMARKED: Final = frozenset(
    {"html", "body", "script", "style", "link", "meta", "img", "svg", "path", "input", "source", "button"}
)
# What is passed over where lines are read; a picture's caption says when it was taken.
_SILENT: Final = frozenset(
    {"script", "style", "noscript", "template", "svg", "select", "option", "iframe", "textarea", "figure", "figcaption"}
)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedDates:
    """The dates of a page's visible part.

    Attributes:
        marked: In elements that say it is the time of publication: microdata, hAtom, `<time pubdate>`, classes.
        beside: In the visible text beside the headline, those that a word names the publication's first.
        loose: In other elements of the article that are made for dates.
        elsewhere: Of comments, teasers and the like.
        changed: Of changes.
    """

    marked: tuple[ClaimedTime, ...]
    beside: tuple[ClaimedTime, ...]
    loose: tuple[ClaimedTime, ...]
    elsewhere: tuple[ClaimedTime, ...]
    changed: tuple[ClaimedTime, ...]


def place_dates(
    tree: HtmlElement, *, titles: Iterable[str], addresses: Iterable[str], language: str, is_sure: bool = False
) -> PlacedDates:
    """Find the dates of a page's visible part.

    Args:
        tree: The page.
        titles: Forms of its headline, to tell which heading is the article's.
        addresses: Its own addresses.
        language: BCP 47 tag, or empty where unknown.
        is_sure: Whether the page's data leave no question: then only `time` elements and microdata are looked at (.5 ms instead of
            4).
    """
    heading = _heading(tree, titles)
    around = set(islice(heading.iterancestors(), 200)) if heading is not None else set(tree.iter("html", "body"))
    own = {_path(address) for address in addresses}
    marked: list[ClaimedTime] = []
    loose: list[ClaimedTime] = []
    elsewhere: list[ClaimedTime] = []
    changed: list[ClaimedTime] = []
    for element, claimed in _declared(tree, language):
        (elsewhere if _is_elsewhere(element, around, own) else marked).append(claimed)
    for element in islice(tree.iter("time"), _MOST_ELEMENTS) if is_sure else _marked(tree):
        is_time = element.tag in ("time", "abbr") or element.get("pubdate") is not None
        found = _dates_of(element, language, is_time=is_time)
        is_elsewhere = bool(found) and _is_elsewhere(element, around, own)
        for date, label in found:
            if is_elsewhere:
                elsewhere.append(date)
            elif label is Label.CHANGED:
                changed.append(date)
            else:
                (marked if label is Label.PUBLISHED and is_time else loose).append(date)
    beside = _beside(heading, around, own, language) if heading is not None and not is_sure else []
    changed += [date for date, label in beside if label is Label.CHANGED]
    ordered = sorted((pair for pair in beside if pair[1] is not Label.CHANGED), key=lambda pair: pair[1].value)
    return PlacedDates(
        marked=tuple(marked),
        beside=tuple(date for date, _ in ordered),
        loose=tuple(loose),
        elsewhere=tuple(elsewhere),
        changed=tuple(changed),
    )


def _declared(tree: HtmlElement, language: str) -> Iterator[tuple[HtmlElement, ClaimedTime]]:
    """Dates of publication in microdata and RDFa."""
    scope = article_scope(tree)
    for element in islice(tree.xpath("//*[@itemprop or @property][not(self::meta)]"), _MOST_DECLARED):
        if "datePublished" in (element.get("itemprop") or ""):
            is_own = scope is None or any(place is scope for place in islice(element.iterancestors(), _MOST_CLIMB))
        else:
            is_own = element.get("content") is not None and _RDFA.search((element.get("property") or "")[:300]) is not None
        if is_own and (claimed := _stated(element, language)) is not None:
            yield element, claimed


def _dates_of(element: HtmlElement, language: str, *, is_time: bool) -> list[tuple[ClaimedTime, Label]]:
    marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"[:300]
    claimed = _stated(element, language) if is_time else None
    if claimed is not None:
        return [(claimed, _label(element, marks))]
    return [
        (dated.claimed, _label(element, marks) if dated.label is Label.NONE else dated.label)
        for dated in read_line(_short_text(element), language=language)
    ]


def _marked(tree: HtmlElement) -> list[HtmlElement]:
    """Elements that may be made for a date: `time`, those with a machine's date, those with a name that speaks of one."""
    names: dict[str, bool] = {}
    found: list[HtmlElement] = []
    for element in tree.xpath(
        "//body//*[@class or @id or self::time or @pubdate or @data-timestamp or @data-datetime or @data-date]"
    ):
        if element.tag in _UNMARKED:
            continue
        name = f"{element.get('class', '')[:300]} {element.get('id', '')[:300]}"
        is_marked = names.get(name)
        if is_marked is None:
            is_marked = names[name] = _MARKED.search(name) is not None
        if is_marked or element.tag in ("time", "abbr") or any(element.get(attribute) for attribute in _DATED_ATTRIBUTES):
            found.append(element)
            if len(found) >= _MOST_ELEMENTS:
                break
    return found


def _heading(tree: HtmlElement, titles: Iterable[str]) -> HtmlElement | None:
    """The article's heading: one that says what a title says, of the highest rank, within the page's main part; else the first h1.

    Lists of the most read name the headline as well.
    """
    folded = [fold for title in titles if (fold := _fold(title))]
    first: HtmlElement | None = None
    for rank in ("h1", "h2", "h3"):
        fitting: list[HtmlElement] = []
        for heading in islice(tree.iter(rank), _MOST_HEADINGS):
            text = _fold(_short_text(heading))
            if text and any(
                text == title or (len(text) > _LEAST_TITLE and (text in title or title in text)) for title in folded
            ):
                fitting.append(heading)
            if first is None and rank == "h1" and text:
                first = heading
        if fitting:
            inner = (
                one
                for one in fitting
                if any(place.tag in ("article", "main") for place in islice(one.iterancestors(), _MOST_CLIMB))
            )
            return next(inner, fitting[0])
    return first


def _fold(text: str) -> str:
    return fold_letters(text[:500])


def _short_text(element: HtmlElement) -> str:
    """The text of an element of a line or two, pieces parted by spaces; empty for a larger one."""
    pieces: list[str] = []
    length = 0
    for piece in element.itertext():
        pieces.append(piece)
        length += len(piece.strip())
        if length > _LONGEST_PIECE or len(pieces) > _MOST_PIECES:
            return ""
    return " ".join(" ".join(pieces).split())


def _stated(element: HtmlElement, language: str) -> ClaimedTime | None:
    """The time that an element states for machines, else in its text."""
    for name in ("datetime", "content", "title", "data-datetime", "data-timestamp"):
        value = (element.get(name) or "").strip()
        if value and (claimed := read_date(value, language=language, origin="time")) is not None:
            return claimed
    text = _short_text(element)
    return read_date(text, language=language, origin="time") or next(
        (dated.claimed for dated in read_line(text, language=language, origin="time") if dated.label is not Label.CHANGED), None
    )


def _label(element: HtmlElement, marks: str) -> Label:
    """What an element's names, its parent's, and the words before it say of its date."""
    parent = element.getparent()
    outer = f"{parent.get('class') or ''} {parent.get('itemprop') or ''}"[:300] if parent is not None else ""
    previous = element.getprevious()
    words = (parent.text if previous is None and parent is not None else previous.tail if previous is not None else "") or ""
    # hAtom marks the same element as both where nothing was changed: `class="entry-date published updated"`.
    if _PUBLISHED_MARK.search(marks) or element.get("pubdate") is not None:
        return Label.PUBLISHED
    spoken = next((dated.label for dated in read_line(f"{words[-60:]} 2000-01-01", language="")), Label.NONE)
    if _CHANGED_MARK.search(marks) or spoken is Label.CHANGED:
        return Label.CHANGED
    if spoken is Label.PUBLISHED or _PUBLISHED_MARK.search(outer):
        return Label.PUBLISHED
    return Label.CHANGED if _CHANGED_MARK.search(outer) else Label.NONE


def _is_elsewhere(element: HtmlElement, around: set[HtmlElement], own: set[str]) -> bool:
    for place in (element, *islice(element.iterancestors(), _MOST_CLIMB)):
        if place in around:
            return False
        tag = place.tag
        if not isinstance(tag, str):
            continue
        marks = f"{place.get('class') or ''} {place.get('id') or ''}"[:300]
        if tag in _ELSEWHERE_TAGS or _ELSEWHERE.search(marks):
            return True
        if tag == "footer" and not _OWN_FOOTER.search(marks):
            return True
        href = place.get("href") if tag == "a" else None
        if href and not href.startswith("#") and _path(href) not in own and not _leads_to_archive(href):
            return True
        # A list's item or an article of a line or two that leads away is a teaser.
        if tag in ("li", "article") and place.find(".//a") is not None and _short_text(place):
            return True
    return False


def _leads_to_archive(href: str) -> bool:
    """Whether a link leads to a day's articles, as blogs link their dates: `/2024/05/03/`."""
    return re.search(r"/\d{4}/\d{1,2}(?:/\d{1,2})?/?$", href[:2000]) is not None


def _path(address: str) -> str:
    try:
        return urlsplit(address.strip()[:2000]).path.rstrip("/").lower()
    except ValueError:
        return ""


def _beside(
    heading: HtmlElement, around: set[HtmlElement], own: set[str], language: str
) -> Sequence[tuple[ClaimedTime, Label]]:
    found: list[tuple[ClaimedTime, Label]] = []
    for lines in (_lines_after(heading, around, own), _lines_before(heading, around, own)):
        for line in lines:
            found += [(dated.claimed, dated.label) for dated in read_line(line, language=language)]
    return found


def _lines_after(heading: HtmlElement, around: set[HtmlElement], own: set[str]) -> Iterator[str]:
    """Lines of text after a heading, until the article's second paragraph."""
    pieces: list[str] = []
    long_lines = 0
    for piece in _pieces_after(heading, around, own):
        if piece is not None:
            pieces.append(piece)
            continue
        line = " ".join("".join(pieces).split())
        pieces.clear()
        if len(line) > _LONG_LINE:
            long_lines += 1
            if long_lines >= _MOST_LONG_LINES:
                return
        elif line:
            yield line
    yield " ".join("".join(pieces).split())


def _pieces_after(heading: HtmlElement, around: set[HtmlElement], own: set[str]) -> Iterator[str | None]:
    """Pieces of text after an element, None where a line ends."""
    yield heading.tail or ""
    yield None
    element: HtmlElement | None = heading
    is_down = False
    for _ in range(_MOST_STEPS * 4):
        if element is None or element.tag == "body":
            return
        child = element[0] if is_down and len(element) else None
        following = child if child is not None else element.getnext()
        if following is None:
            element, is_down = element.getparent(), False
            if element is not None:
                if element.tag in _BLOCKS:
                    yield None
                yield element.tail or ""
            continue
        element = following
        is_block = element.tag in _BLOCKS
        if is_block:
            yield None
        is_silent = not isinstance(element.tag, str) or element.tag in _SILENT
        is_down = not is_silent and (not is_block or not _is_elsewhere(element, around, own))
        if is_down:
            yield f" {element.text or ''}"
        if not is_down or not len(element):
            if is_block:
                yield None
            yield f" {element.tail or ''}"
            is_down = False


def _lines_before(heading: HtmlElement, around: set[HtmlElement], own: set[str]) -> Iterator[str]:
    """Texts of the elements just before a heading, within what holds the article's head."""
    element = heading
    steps = 0
    for _ in range(3):
        parent = element.getparent()
        for sibling in element.itersiblings(preceding=True):
            steps += 1
            if steps > _MOST_STEPS_BACK:
                return
            if isinstance(sibling.tag, str) and sibling.tag not in _SILENT and not _is_elsewhere(sibling, around, own):
                yield _short_text(sibling)
        if parent is None or parent.tag in ("article", "main", "body"):
            return
        element = parent
