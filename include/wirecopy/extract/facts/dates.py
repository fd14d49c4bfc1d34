"""When an article was published, as its page says: every candidate, and the rule by which one is chosen.

Candidates, the surest first: JSON-LD of an article (`json-ld`), meta tags that name the publication (`meta`), elements marked as its
time (`time`), meta tags that may mean it (`meta`), the address (`url`), visible lines beside the headline, other places made for dates
and a date at the end of the title (`text`), JSON-LD of the page (`json-ld`), htmldate's guess (`htmldate`).

The rule:
 1. What is more than a day later than the page was seen is not believed.
 2. The first candidate is taken, but
    - where JSON-LD and meta tags differ by more than a day, the earlier: the other is of a change. A meta tag that is earlier needs
      another origin that says the same day;
    - where the address and a visible date say the same day, that one, should the first differ by more than a day: two authors erring
      alike are rarer than one template;
    - where its day and month were swapped (they are another candidate's, swapped), the reading that more origins share.
 3. Of the chosen day's statements the most exact is taken: one with its offset before one without, a time before a bare day.
 4. Of two statements of one instant the one with a local offset is taken: its day is the day that readers saw.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from wirecopy.extract.facts.date_lines import Label, read_line
from wirecopy.extract.facts.date_places import PlacedDates, place_dates
from wirecopy.extract.facts.jsonld import is_article, text_of
from wirecopy.feeds.dates import read_date
from wirecopy.models import Precision

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from lxml.html import HtmlElement

    from wirecopy.extract.facts.jsonld import Node
    from wirecopy.models import ClaimedTime

# Names in lower case. Those of changes (`article:modified_time`, `last-modified`, `revised`) are nowhere here.
_PUBLISHED_META: Final = (
    *("article:published_time", "article:published", "og:article:published_time", "og:published_time", "og:pubdate"),
    *("datepublished", "date_published", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime"),
    *("cxenseparse:recs:articlepublishtime", "vr:published_time", "article.published", "article_date_original"),
    *("article:post_date", "published_time", "published_at", "published-date", "published_date", "publication_date"),
    *("publication-date", "publicationdate", "publishdate", "publish-date", "publish_date", "pubdate", "pub_date"),
    *("originalpublicationdate", "dcterms.issued", "dc.date.issued", "dcterms.date.issued", "prism.publicationdate"),
    *("citation_publication_date", "bt:pubdate", "ptime", "rbpubdate", "nrk:publishedtime", "weibo:article:create_at"),
    *("mediator_published_time", "iso-8601-publish-date", "timestamp_published", "first_published"),
)
_LOOSER_META: Final = (
    *("date", "dc.date", "dc:date", "dcterms.date", "dcterms.created", "dc.date.created", "dcsext.articlefirstpublished"),
    *("article:created_time", "datecreated", "created", "creation_date", "article.created", "pdate", "displaydate", "cre"),
    *("xinhua:date", "search.date", "shareaholic:article_published_time", "article-publish-date", "timestamp", "releasedate"),
)
_DATE_IN_PATH = (
    re.compile(r"/(\d{4})/(\d{1,2})/(\d{1,2})(?=[/_.-]|$)"),
    re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(\d{4})_(\d\d)_(\d\d)(?!\d)"),
    re.compile(r"/(\d{4})-?(\d\d)/(\d\d)(?=[/_.-]|$)"),
    re.compile(r"/(\d{4})/(\d\d)(\d\d)(?=[/_.-]|$)"),
    re.compile(r"(?<=[/_.-])(\d{4})(\d\d)(\d\d)(?=[/_.-]|$)"),
)
_DATE_WITH_MONTH = re.compile(r"/(\d{4})/([a-z]{3})/(\d{1,2})(?=[/_.-]|$)", re.IGNORECASE)
_ARCHIVED = re.compile(r"^https?://web\.archive\.org/web/\d{4,14}[a-z_]*/", re.IGNORECASE)
_YEARS_OF_THE_WEB: Final = range(1993, 2100)
_TITLE_PARTS = re.compile(r"\s[|–—-]\s|[|｜]")  # noqa: RUF001 - as titles are parted
# What software writes for "no date", besides the epoch's start, which `read_date` refuses.
_DEFAULTS: Final = frozenset({date(1900, 1, 1), date(1904, 1, 1), date(1980, 1, 1)})
_A_DAY: Final = timedelta(days=1)
# Domains of countries that write English, for `03/11/2026`.
_ENGLISH_DOMAINS: Final = {
    **{
        name: f"en-{name}"
        for name in ("au", "nz", "ie", "in", "za", "ng", "ke", "gh", "sg", "my", "pk", "ph", "us", "lk", "mt", "zw")
    },
    "uk": "en-gb",
    "gov": "en-us",
}
_MOST_CANDIDATES: Final = 40
_MOST_TITLES: Final = 5
_LONGEST_SEARCHED: Final = 2_000_000


def find_dates(
    tree: HtmlElement, node: Node, metas: Mapping[str, str], *, url: str | None, lang: str | None, guessed: str | None
) -> tuple[ClaimedTime, ...]:
    """Every time of publication that a page states.

    Args:
        tree: The page.
        node: Its article's JSON-LD or microdata node; empty where there is none.
        metas: Its meta tags, names in lower case.
        url: Its address, or None.
        lang: What it says its language is, or None.
        guessed: The date that htmldate found, ISO 8601, or None.

    Returns:
        The candidates, the surest first, at most 40; no two of one instant, precision and origin.
    """
    language = _language(lang, url)
    titles = [
        *(text for text in (text_of(node.get("headline")), metas.get("og:title")) if text),
        *(element.text_content()[:1000] for element in islice(tree.iter("title"), _MOST_TITLES)),
    ]
    addresses = [address for address in (url, metas.get("og:url"), _canonical(tree)) if address]
    stated = text_of(node.get("datePublished"))
    # A node without a type is microdata's, whose elements are looked at in their places.
    of_node = read_date(stated, language=language, origin="json-ld") if stated and "@type" in node else None
    named = [of_node if is_article(node) else None, *_read_metas(metas, _PUBLISHED_META, language)]
    of_address = [read_address(address) for address in addresses]
    days = [(claimed.origin, _day(claimed)) for claimed in (*named, *of_address) if claimed is not None]
    is_sure = len({origin for origin, _ in days}) > 1 and len({day for _, day in days}) == 1
    placed = place_dates(tree, titles=titles, addresses=addresses, language=language, is_sure=is_sure)
    found = [
        *named,
        *placed.marked,
        *_read_metas(metas, _LOOSER_META, language),
        *of_address,
        *placed.beside,
        *(_read_title(title, language) for title in titles),
        *placed.loose,
        None if is_article(node) else of_node,
    ]
    candidates = [claimed for claimed in found if claimed is not None and claimed.at.date() not in _DEFAULTS]
    guess = read_date(guessed, origin="htmldate") if guessed else None
    if guess is not None and not _is_of_something_else(guess, candidates, placed, tree):
        candidates.append(guess)
    return tuple(dict.fromkeys(candidates))[:_MOST_CANDIDATES]


def choose_date(candidates: Sequence[ClaimedTime], *, seen_at: datetime | None) -> ClaimedTime | None:
    """The candidate that is taken for the time of publication, by this module's rule; None where none is believable.

    Args:
        candidates: The surest first.
        seen_at: When the page was seen, or None: then every candidate is believable.
    """
    believed = [claimed for claimed in candidates if seen_at is None or claimed.is_believable(seen_at)]
    if not believed:
        return None
    chosen = _unswap(_prefer_agreed(_prefer_earlier(believed), believed), believed)
    return _most_exact(chosen, believed)


def read_address(address: str) -> ClaimedTime | None:
    """The day that an address names (`/2024/05/03/`), or None.

    Args:
        address: Absolute; of an archived copy the original's counts.
    """
    path = re.split(r"[?#]", _ARCHIVED.sub("https://", address[:2000]), maxsplit=1)[0].partition("://")[2]
    path = path[path.find("/") :] if "/" in path else ""
    if match := _DATE_WITH_MONTH.search(path):
        return read_date(f"{match[3]} {match[2].title()} {match[1]}", language="en", origin="url")
    for pattern in _DATE_IN_PATH:
        for match in pattern.finditer(path):
            year, month, day = (int(part) for part in match.groups())
            if year in _YEARS_OF_THE_WEB and 1 <= month <= 12 and 1 <= day <= 31:  # noqa: PLR2004 - months and days
                return read_date(f"{year}-{month:02}-{day:02}", origin="url")
    return None


def _language(lang: str | None, url: str | None) -> str:
    language = (lang or "").strip().replace("_", "-").lower()[:35]
    if language != "en":
        return language
    host = (url or "").partition("://")[2].partition("/")[0].partition(":")[0]
    return _ENGLISH_DOMAINS.get(host.rpartition(".")[2].lower(), language)


def _canonical(tree: HtmlElement) -> str | None:
    links = (link for link in islice(tree.iter("link"), 300) if (link.get("rel") or "").lower() == "canonical")
    return next((str(link.get("href")) for link in links if link.get("href")), None)


def _read_metas(metas: Mapping[str, str], names: Sequence[str], language: str) -> Iterator[ClaimedTime | None]:
    for name in names:
        if text := metas.get(name):
            yield read_date(text, language=language, origin="meta")


def _read_title(title: str, language: str) -> ClaimedTime | None:
    """The date that a title ends with, as some outlets print it after their name."""
    parts = _TITLE_PARTS.split(" ".join(title.split())[:500])
    if len(parts) < 2:  # noqa: PLR2004 - a headline and more
        return None
    return next((dated.claimed for dated in read_line(parts[-1].strip(), language=language) if dated.label is Label.NONE), None)


def _is_of_something_else(guess: ClaimedTime, own: Sequence[ClaimedTime], placed: PlacedDates, tree: HtmlElement) -> bool:
    """Whether a guess stands only in a comment or teaser, or is a month's first day that the page never names."""
    day = _day(guess)
    if any(_day(claimed) == day for claimed in (*own, *placed.changed)):
        return False
    if any(_day(claimed) == day for claimed in placed.elsewhere):
        return True
    # A month alone (an address, a picture's folder) and a year alone (a copyright) are guessed to be their first day.
    return day.day == 1 and not _names_first_day(tree, day)


def _names_first_day(tree: HtmlElement, day: date) -> bool:
    text = "\n".join(str(part) for part in tree.xpath("//text()[not(parent::style)] | //@content | //@datetime | //@title"))
    numeric = rf"{day.year}[-/.]?0?{day.month}[-/.]?0?1(?!\d)|(?<!\d)0?1[-/.]\s?0?{day.month}[-/.]\s?{day.year}"
    american = rf"(?<!\d)0?{day.month}[-/.]0?1[-/.]{day.year}"
    written = (
        rf"(?<!\d)0?1(?:st|er|º|ª)?\.?\s(?:de\s)?[^\s\d]{{2,14}}\s(?:de\s)?{day.year}|[^\s\d]{{2,14}}\s0?1(?:st)?,?\s{day.year}"
    )
    asian = rf"{day.year}\s?[年년]\s?{day.month}\s?[月월]\s?1\s?[日일]"
    return re.search(f"{numeric}|{american}|{written}|{asian}", text[:_LONGEST_SEARCHED]) is not None


def _day(claimed: ClaimedTime) -> date:
    """The day as stated."""
    return claimed.at.date()


def _differ(one: ClaimedTime, other: ClaimedTime) -> bool:
    return abs(one.at - other.at) > _A_DAY and abs(_day(one) - _day(other)) > _A_DAY


def _prefer_earlier(believed: Sequence[ClaimedTime]) -> ClaimedTime:
    first = believed[0]
    if first.origin not in ("json-ld", "meta"):
        return first
    rival = next((claimed for claimed in believed if {claimed.origin, first.origin} == {"json-ld", "meta"}), None)
    if rival is None or not _differ(first, rival):
        return first
    earlier = min(first, rival, key=lambda claimed: claimed.at)
    supports = {claimed.origin for claimed in believed if _day(claimed) == _day(earlier)} - {earlier.origin}
    return earlier if earlier.origin == "json-ld" or supports else first


def _prefer_agreed(first: ClaimedTime, believed: Sequence[ClaimedTime]) -> ClaimedTime:
    address = next((claimed for claimed in believed if claimed.origin == "url"), None)
    if address is None or not _differ(first, address):
        return first
    return next(
        (claimed for claimed in believed if claimed.origin in ("time", "text") and _day(claimed) == _day(address)), first
    )


def _unswap(first: ClaimedTime, believed: Sequence[ClaimedTime]) -> ClaimedTime:
    day = _day(first)
    if day.day > 12 or day.day == day.month:  # noqa: PLR2004 - months
        return first
    swapped = day.replace(month=day.day, day=day.month)
    origins = {claimed.origin for claimed in believed if _day(claimed) == day}
    others = {claimed.origin for claimed in believed if _day(claimed) == swapped}
    return next(claimed for claimed in believed if _day(claimed) == swapped) if len(others) > len(origins) else first


def _most_exact(first: ClaimedTime, believed: Sequence[ClaimedTime]) -> ClaimedTime:
    """The same time as it is stated best: with a local offset, then with an offset, then with a time of day."""
    if first.precision is Precision.DAY:
        of_day = [claimed for claimed in believed if _day(claimed) == _day(first) and claimed.precision is not Precision.DAY]
        first = next((claimed for claimed in of_day if claimed.has_offset), of_day[0] if of_day else first)
    if first.has_offset and not first.at.utcoffset():
        same = (claimed for claimed in believed if claimed.has_offset and abs(claimed.at - first.at) < timedelta(minutes=1))
        return next((claimed for claimed in same if claimed.at.utcoffset()), first)
    return first
