"""The closed vocabulary of the ledger: the states a URL can be in, and what may follow each.

Every discovered URL has one ledger row and is in exactly one state, with a reason in words. `docs/ledger.md` lists the same
states for people; a test holds the two together.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class State(StrEnum):
    """Where a URL stands. The order is that of the run's table."""

    PENDING = "pending"
    FETCHED = "fetched"
    EXTRACTED = "extracted"
    RETRYING = "retrying"
    INDEXED = "indexed"
    SAME_PAGE = "same_page"
    QUARANTINED = "quarantined"
    REFUSED_BY_ROBOTS = "refused_by_robots"
    UNSAFE_ADDRESS = "unsafe_address"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    NOT_HTML = "not_html"
    TOO_LARGE = "too_large"
    NOT_AN_ARTICLE = "not_an_article"
    PAYWALL = "paywall"
    CONSENT = "consent"


MEANINGS: Mapping[State, str] = {
    State.PENDING: "discovered in a feed; its page was not asked for yet",
    State.FETCHED: "its page is in the archive; not read yet",
    State.EXTRACTED: "its article was read; it waits for the one writer that links and indexes",
    State.RETRYING: "an attempt failed in a way that may pass; taken up again at next_attempt_at",
    State.INDEXED: "its article is in the index",
    State.SAME_PAGE: "its address leads to a page that another row stands for",
    State.QUARANTINED: "failed too often, or in a way nobody foresaw; waits for `wirecopy ledger --retry`",
    State.REFUSED_BY_ROBOTS: "the site's robots.txt asks us not to fetch it",
    State.UNSAFE_ADDRESS: "its address, or one it redirects to, is not on the public web",
    State.FORBIDDEN: "the site answered 401, 402, 403 or 451",
    State.GONE: "the site answered 404 or 410",
    State.NOT_HTML: "the page is something else than HTML, such as a PDF",
    State.TOO_LARGE: "the page is larger than the limit",
    State.NOT_AN_ARTICLE: "no article text was found, or too little to stand as one",
    State.PAYWALL: "the page shows too little text before its paywall",
    State.CONSENT: "the page shows a consent form in place of its article",
}
"""What each state means, in one line."""

OPEN_STATES: frozenset[State] = frozenset({State.PENDING, State.FETCHED, State.EXTRACTED, State.RETRYING})
"""States that a later run takes up by itself."""

FETCHABLE_STATES: frozenset[State] = frozenset({State.PENDING, State.RETRYING})
"""States from which a page is fetched."""
