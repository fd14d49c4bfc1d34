"""The pages of a batch teach each other what their sites show on every page. Pure.

A batch is read once and nothing is remembered after it, so that a page is compared with those that come after it as well: an answer
waits until its site's next pages were read, and no longer. Where it is not known what will come (a pipe), nothing waits and a page
is compared with those before it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict, defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from wirecopy.extract.lines.template import WINDOW, find_among, marks_of, site_of, without_lines
from wirecopy.models import Article, PageMarks, UrlKey
from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_AHEAD: Final = 200
"""An answer waits for pages at most so many further on: ten seconds at 20 pages a second."""
_MOST_WAITING_CHARS: Final = 50_000_000
"""Nor for more text than this; hostile pages have up to 5 million characters each."""
_MOST_SITES: Final = 1000
"""Sites of which pages are remembered, those that were met last: 60 pages of 40 lines are 90 kB, so these are 90 MB at the most."""
_NO_TIME: Final = datetime(1, 1, 1, tzinfo=UTC)  # within a batch it does not matter when a page came


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    number: int
    site: str | None
    key: UrlKey
    result: Any

    @property
    def chars(self) -> int:
        return len(self.result.text) if isinstance(self.result, Article) else 0


class Siblings:
    """Takes the results of a batch's pages in order and gives them back in order, articles without the lines that are their sites'.

    What is given depends on the pages and their order alone, never on when they were read.

    Args:
        urls: The addresses of all pages that will come, in order, None where a page has none. Nothing where they are not known:
            then nothing waits.
    """

    def __init__(self, urls: Iterable[str | None] = ()) -> None:
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for number, url in enumerate(urls):
            if url is not None and (site := site_of(url)) is not None:
                self._places[site].append(number)
        self._pages: OrderedDict[str, deque[PageMarks]] = OrderedDict()
        self._waiting: deque[_Answer] = deque()
        self._chars = 0
        self._taken = 0

    def add(self, url: str | None, result: Any) -> Iterator[Any]:
        """Take what came of the next page, an article or anything else, and give those that wait no longer.

        Args:
            url: The page's address, or None.
            result: What came of it.
        """
        number, self._taken = self._taken, self._taken + 1
        site = site_of(url) if url is not None else None
        answer = _Answer(number=number, site=site, key=_key_of(number, url), result=result)
        if site is not None and isinstance(result, Article) and result.text:
            page = PageMarks(key=answer.key, fetched_at=_NO_TIME, marks=marks_of(result.title, result.text))
            self._remember(site, page)
        self._waiting.append(answer)
        self._chars += answer.chars
        while self._waiting and (self._last_wanted(self._waiting[0]) < self._taken or self._chars > _MOST_WAITING_CHARS):
            yield self._give()

    def finish(self) -> Iterator[Any]:
        """Give the rest, where fewer pages came than there were addresses."""
        while self._waiting:
            yield self._give()

    def _give(self) -> Any:
        answer = self._waiting.popleft()
        self._chars -= answer.chars
        pages = self._pages.get(answer.site) if answer.site is not None else None
        if pages is None or not isinstance(answer.result, Article):
            return answer.result
        return without_lines(answer.result, find_among(answer.result, list(pages), key=answer.key))

    def _last_wanted(self, answer: _Answer) -> int:
        """The number of the last page that an answer waits for: of its own site, and near."""
        places = self._places.get(answer.site) if answer.site is not None else None
        if not places or not isinstance(answer.result, Article):
            return answer.number
        next_ones = bisect_right(places, answer.number)
        ahead = min(bisect_right(places, answer.number + MOST_AHEAD), next_ones + WINDOW // 2)
        return places[ahead - 1] if ahead > next_ones else answer.number

    def _remember(self, site: str, page: PageMarks) -> None:
        self._pages.setdefault(site, deque(maxlen=WINDOW)).append(page)
        self._pages.move_to_end(site)
        if len(self._pages) > _MOST_SITES:
            self._pages.popitem(last=False)


def _key_of(number: int, url: str | None) -> UrlKey:
    try:
        return url_key(url or "")
    except ValueError:
        return UrlKey(str(number))  # no address: a page of its own
