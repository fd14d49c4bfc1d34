"""The newsroom's outlets and texts, read from the data files in `outlets/`.

Each outlet is a folder: `outlet.toml` says who it is and which feeds it has, `page.html` is its article page, and each `*.md`
is a page that its feeds list. A page's file begins with TOML between two lines of `+++`; its paragraphs follow, separated by
blank lines. What a newsroom does to agency copy is written as what it does: `base` names the text it took (`outlet/slug`), a
line `{{2-5}}` takes over those paragraphs of it, and `edits` are pairs of what was replaced by what. So every page carries the
truth about itself: the story it tells, what kind of copy it is, and in which state of the ledger it has to end.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from wirecopy.outcomes import State

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_TAKEN_OVER = re.compile(r"\{\{(?P<first>\d+)(?:-(?P<last>\d+))?\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed of an outlet, with the habits it has.

    Attributes:
        path: Its path on the outlet's host.
        format: `rss20`, `rss094`, `rss092`, `rss091`, `rss090`, `rss10`, `atom10` or `atom03`.
        charset: What it is encoded in.
        content_type: The `Content-Type` it is sent with.
        section: Only pages of this section; None for all.
        is_full: Whether it holds the articles' whole text (`content:encoded` or `content`).
        is_relative: Whether its links are relative.
        validators: Which of `etag` and `last-modified` it is sent with.
    """

    path: str
    format: str
    charset: str = "utf-8"
    content_type: str = "application/rss+xml"
    section: str | None = None
    is_full: bool = False
    is_relative: bool = False
    validators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that a feed lists, and the truth about it.

    Attributes:
        outlet: Its outlet's id.
        slug: Its file's name without `.md`.
        url: Its address, without port or tracking parameters.
        path: The path in it.
        title: Its headline; of a page that is no article, what the feed calls it.
        paragraphs: Its text; `> ` begins a quotation, `## ` a subheading.
        published: When it says it was published.
        language: BCP 47 tag of its text.
        story: Whose text it is: pages of one story hold one text, in one language or translated.
        kind: What the outlet did with the text: `wire`, `report`, `reprint`, `rewrite`, `excerpt`, `translation`, `followup`,
            `roundup`, `opinion`; empty for a page without an article.
        event: What it reports on, where two stories tell of one event; else None.
        state: The state of the ledger it ends in.
        authors: Its byline.
        section: Its section in the outlet.
        caption: What stands under its picture; None for no picture.
        status: HTTP status it is answered with.
        location: Where it redirects to, or None.
        content_type: Media type it is sent with.
        feed: Path of the only feed that lists it; None for every feed of its section.
        template: The file in the outlet's folder that it is rendered by.
    """

    outlet: str
    slug: str
    url: str
    path: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    language: str
    story: str
    kind: str
    event: str | None = None
    state: State = State.INDEXED
    authors: tuple[str, ...] = ()
    section: str = "news"
    caption: str | None = None
    status: int = 200
    location: str | None = None
    content_type: str = "text/html"
    feed: str | None = None
    template: str = "page.html"

    @property
    def text(self) -> str:
        """Its paragraphs without their marks, one a line."""
        return "\n".join(re.sub(r"^(?:> |## )", "", paragraph) for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """An outlet of the newsroom.

    Attributes:
        id: The folder's name; its source id.
        name: What people call it.
        host: Its host name, under `.test`.
        country: ISO 3166-1 alpha-2.
        language: BCP 47 tag it mostly prints in.
        feeds: Its feeds.
        pages: What they list, newest first.
        page_charset: What its pages are encoded in.
        date_format: How it writes dates for people, for `strftime`.
        tracking: Query that its feeds add to links; empty for none.
        robots: Its robots.txt; None for none (404).
        delay_s: Seconds between requests that its row in the sources file asks for; None for the default.
        inline: HTML that its system puts among the paragraphs, with the fields of its template; empty for none.
        inline_after: After how many paragraphs.
        appended: A paragraph that its system puts under every article, as part of the text; empty for none.
    """

    id: str
    name: str
    host: str
    country: str
    language: str
    feeds: tuple[Feed, ...]
    pages: tuple[Page, ...]
    page_charset: str = "utf-8"
    date_format: str = "%Y-%m-%d %H:%M"
    tracking: str = ""
    robots: str | None = None
    delay_s: float | None = None
    inline: str = ""
    inline_after: int = 3
    appended: str = ""

    @property
    def homepage(self) -> str:
        """Its home page's address."""
        return f"http://{self.host}/"

    def listed(self, feed: Feed) -> tuple[Page, ...]:
        """The pages that one of its feeds lists."""
        return tuple(page for page in self.pages if feed.section in {None, page.section} and page.feed in {None, feed.path})


@cache
def read_outlets() -> tuple[Outlet, ...]:
    """Every outlet of the newsroom, by id.

    Raises:
        ValueError: A text takes over something that is not there; the file is named.
    """
    folders = sorted((item for item in _root().iterdir() if (item / "outlet.toml").is_file()), key=lambda item: item.name)
    sources = {f"{folder.name}/{item.name[:-3]}": item for folder in folders for item in folder.iterdir() if _is_text(item)}
    return tuple(_read_outlet(folder, sources) for folder in folders)


@cache
def read_template(outlet: str, name: str) -> str:
    """An outlet's template."""
    return (_root() / outlet / name).read_text(encoding="utf-8")


def _root() -> Traversable:
    return files("wirecopy.demo") / "outlets"


def _is_text(item: Traversable) -> bool:
    return item.name.endswith(".md")


def _read_outlet(folder: Traversable, sources: dict[str, Traversable]) -> Outlet:
    facts = tomllib.loads((folder / "outlet.toml").read_text(encoding="utf-8"))
    feeds = tuple(Feed(**{**feed, "validators": tuple(feed.get("validators", ()))}) for feed in facts.pop("feed"))
    names = [name for name in sources if name.startswith(f"{folder.name}/")]
    pages = sorted((_read_page(name, facts, sources) for name in names), key=lambda page: (page.published, page.slug))
    return Outlet(id=folder.name, feeds=feeds, pages=tuple(reversed(pages)), **facts)


def _read_page(name: str, outlet: dict[str, Any], sources: dict[str, Traversable]) -> Page:
    outlet_id, _, slug = name.partition("/")
    facts, paragraphs = _read_text(name, sources)
    language = facts.pop("language", outlet["language"])
    kind = facts.pop("kind", "")
    path = facts.pop("path", f"/{facts['published']:%Y/%m/%d}/{slug}.html")
    if kind and not paragraphs:
        raise ValueError(f"{name}.md: a page of kind {kind} needs a text")
    return Page(
        outlet=outlet_id,
        slug=slug,
        url=f"http://{outlet['host']}{path}",
        path=path,
        language=language,
        kind=kind,
        story=facts.pop("story", name),
        state=State(facts.pop("state", "indexed")),
        authors=tuple(facts.pop("authors", ())),
        paragraphs=paragraphs,
        **facts,
    )


def _read_text(name: str, sources: dict[str, Traversable]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A text's facts and its paragraphs, what it takes over included."""
    if name not in sources:
        raise ValueError(f"{name}.md is taken over by another text and is not there")
    _, head, body = sources[name].read_text(encoding="utf-8").split("+++\n", 2)
    facts = tomllib.loads(head)
    base = facts.pop("base", None)
    taken = _read_text(base, sources)[1] if base else ()
    paragraphs: list[str] = []
    for block in re.split(r"\n\s*\n", body.strip()):
        paragraph = " ".join(block.split("\n"))
        if match := _TAKEN_OVER.fullmatch(paragraph):
            first, last = int(match["first"]), int(match["last"] or match["first"])
            if not 1 <= first <= last <= len(taken):
                raise ValueError(f"{name}.md: {paragraph} is more than the {len(taken)} paragraphs of {base}")
            paragraphs += taken[first - 1 : last]
        elif paragraph:
            paragraphs.append(paragraph)
    return facts, _edit(name, tuple(paragraphs), facts.pop("edits", ()))


def _edit(name: str, paragraphs: tuple[str, ...], edits: list[list[str]]) -> tuple[str, ...]:
    for old, new in edits:
        if not any(old in paragraph for paragraph in paragraphs):
            raise ValueError(f"{name}.md: {old!r} is to be edited and is not in the text")
        paragraphs = tuple(paragraph.replace(old, new) for paragraph in paragraphs)
    return paragraphs
