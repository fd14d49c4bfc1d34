"""Politeness: one request at a time to a site, a pause between two, and none while it asks for fewer."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from wirecopy.clock import utc_now
from wirecopy.errors import SitePaused
from wirecopy.models import SitePause
from wirecopy.models.feed_state import LONGEST_RETRY_AFTER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from wirecopy.clock import Clock

LONGEST_RETRY_AFTER_S = LONGEST_RETRY_AFTER.total_seconds()

PAUSE_S = 600.0
"""How long a site is left alone that asks for fewer requests without saying for how long: NetNewsWire's ten minutes."""


@dataclass(slots=True)
class _Site:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    started_at: float = float("-inf")
    crawl_delay_s: float = 0.0


class Turns:
    """Who may ask a site when.

    Args:
        delay_s: Seconds between the starts of two requests to a site, where a request does not say.
        now: Seconds of a clock that never goes back, for delays.
        clock: Tells the time, for pauses: other processes and later ones keep them too.
    """

    def __init__(self, delay_s: float, now: Callable[[], float] = time.monotonic, *, clock: Clock = utc_now) -> None:
        self._delay_s = delay_s
        self._now = now
        self._clock = clock
        self._sites: dict[str, _Site] = {}
        self._pauses: dict[str, SitePause] = {}
        self._arisen: set[str] = set()

    @asynccontextmanager
    async def turn(self, site: str, delay_s: float | None = None) -> AsyncIterator[None]:
        """Wait for one's turn and hold it: nobody else asks this site meanwhile.

        Args:
            site: Name of the site, from `Target.site`.
            delay_s: Seconds since the start of the turn before; None for the default. A crawl delay makes it longer.

        Raises:
            SitePaused: The site asked for fewer requests; at once, without waiting.
        """
        state = self._state(site)
        async with state.lock:
            self._raise_if_paused(site)
            delay = max(self._delay_s if delay_s is None else delay_s, state.crawl_delay_s)
            wait = state.started_at + delay - self._now()
            if wait > 0:
                await asyncio.sleep(wait)
            state.started_at = self._now()
            yield

    def pause(self, site: str, retry_after_s: float | None, reason: str) -> None:
        """Leave a site alone for so many seconds.

        Args:
            site: Name of the site.
            retry_after_s: For how long; None where it did not say.
            reason: What it answered.
        """
        wait = PAUSE_S if retry_after_s is None else retry_after_s
        if wait > 0 and self._keep(SitePause(site=site, until=self._clock() + timedelta(seconds=wait), reason=reason)):
            self._arisen.add(site)

    def load(self, pauses: Iterable[SitePause]) -> None:
        """Keep pauses that arose elsewhere."""
        for pause in pauses:
            self._keep(pause)

    def take_arisen(self) -> tuple[SitePause, ...]:
        """The pauses that arose here since the last call, by site."""
        arisen = tuple(self._pauses[site] for site in sorted(self._arisen))
        self._arisen.clear()
        return arisen

    def slow_down(self, site: str, crawl_delay_s: float) -> None:
        """Keep at least so many seconds between two requests to a site, as its robots.txt asks."""
        state = self._state(site)
        state.crawl_delay_s = max(state.crawl_delay_s, crawl_delay_s)

    def forget_loop(self) -> None:
        """Make new locks: those of an event loop that ended cannot be used in the next."""
        for state in self._sites.values():
            state.lock = asyncio.Lock()

    def _keep(self, pause: SitePause) -> bool:
        known = self._pauses.get(pause.site)
        if known is not None and known.until >= pause.until and known.holds(self._clock()):
            return False
        self._pauses[pause.site] = pause
        return True

    def _raise_if_paused(self, site: str) -> None:
        pause = self._pauses.get(site)
        if pause is None:
            return
        now = self._clock()
        if pause.holds(now):
            left = (pause.until - now).total_seconds()
            raise SitePaused(site, f"not sent: the site asked for fewer requests ({pause.reason})", retry_after_s=left)

    def _state(self, site: str) -> _Site:
        state = self._sites.get(site)
        if state is None:
            state = self._sites[site] = _Site()
        return state


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header (RFC 9110, 10.2.3): a number of seconds or a date.

    Args:
        value: The header, or None.
        now: The present instant, aware.

    Returns:
        From 0 to a day; None where there is no such header or it says nothing that can be read.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,18}", text):
        return min(float(text), LONGEST_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        wait = (moment - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(wait, 0.0), LONGEST_RETRY_AFTER_S)
