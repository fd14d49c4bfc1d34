"""Whether it is this machine that is cut off and not the sites it asked: pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from wirecopy.errors import ConnectionFailed, FetchTimeout, ServerFailed, TooManyRedirects
from wirecopy.urls import registrable_domain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wirecopy.models import FetchResult

LEAST_SITES = 3
"""So many sites of different owners must be out of reach before it is us: two may well hang on one provider."""

OFFLINE_WAIT = timedelta(minutes=5)
"""When to try again after an outage of our own; with every site out of reach a try costs a handful of failed lookups."""

OFFLINE_REASON = "this machine seems offline: no site could be reached"
"""What rows and feeds say that were not asked for that reason."""

FORBEARANCE = timedelta(days=7)
"""A URL or feed is spared for so long. Where only sites that are dead for ever are due, they look like an outage of ours; after a
week their failures are counted all the same, so that they come to an end."""


def is_answer(result: FetchResult) -> bool:
    """Whether a result shows that somebody answered, 404 and 500 included.

    What may not have been sent says nothing: a site that is paused, a host that was given up, a page that a robots.txt of
    yesterday denies.
    """
    return result.page is not None or isinstance(result.error, ServerFailed | TooManyRedirects)


def seems_offline(results: Iterable[FetchResult]) -> bool:
    """Whether nothing that was asked answered: at least three sites were out of reach, and none was in reach.

    Out of reach is a site whose name was not found, that could not be connected to, or that let the deadline pass (packets that
    are dropped on the way look like that).

    Args:
        results: All the results of one run of the fetcher.
    """
    unreached: set[str] = set()
    for result in results:
        if is_answer(result):
            return False
        if isinstance(result.error, ConnectionFailed | FetchTimeout):
            unreached.add(registrable_domain(result.request.url))
    return len(unreached) >= LEAST_SITES
