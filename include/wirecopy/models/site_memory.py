"""What is remembered of a site's pages, so that lines which several of them show are known as the site's and not an article's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from wirecopy.models.ids import UrlKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMarks:
    """The lines of a page that was read.

    Attributes:
        key: The page's URL key.
        fetched_at: When it came, to the second.
        marks: 32-bit digests: of its headline (0 where it has none), then of each line of its text, in order, as
            `wirecopy.extract.lines.template` makes them.
    """

    key: UrlKey
    fetched_at: datetime
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMemory:
    """The pages of a site that came last.

    Attributes:
        site: Its registrable domain, or its host where that has none.
        pages: By (fetched_at, key), one for each time that a page was read; at most as many as `wirecopy.extract.lines.template` keeps.
    """

    site: str
    pages: tuple[PageMarks, ...] = ()
