"""robots.txt, by RFC 9309: read once for each origin, kept a day at most."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from protego import Protego

from wirecopy.errors import PermanentError, RateLimited, RobotsDenied, ServerFailed, TransientError

if TYPE_CHECKING:
    from wirecopy.fetch.guard import Target

MAX_ROBOTS_BYTES = 500 * 1024
"""RFC 9309, 2.5: at least so much must be read; what follows is not."""

MAX_ROBOTS_REDIRECTS = 5
"""RFC 9309, 2.3.1.2."""

MAX_CRAWL_DELAY_S = 30.0
"""A crawl delay is obeyed up to here; Protego reads `Crawl-delay: 1e9` as it stands."""

_KEPT_S = 86_400.0  # RFC 9309, 2.4
_FAILURE_KEPT_S = 600.0  # a site whose robots.txt fails is not asked for it again with every page
_MOST_ORIGINS = 10_000
# Larger files are read in a thread: 500 KiB of rules take over 100 ms.
_INLINE_BYTES = 16 * 1024

_TOKEN = re.compile(r"[A-Za-z_-]+")
_USER_AGENT = re.compile(r"^[ \t]*user[- ]?agent[ \t]*[: \t][ \t]*(?P<name>[^\s#*][^\r\n]*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsAnswer:
    """What came of asking for a robots.txt, redirects followed.

    Attributes:
        status: HTTP status.
        body: Its first `MAX_ROBOTS_BYTES`.
        is_truncated: Whether there was more.
        retry_after_s: From its `Retry-After`, or None.
    """

    status: int
    body: bytes
    is_truncated: bool
    retry_after_s: float | None = None


FetchRobots = Callable[["Target"], Awaitable[RobotsAnswer]]
"""Fetches the robots.txt of a target's origin; raises the errors of a fetch."""


@dataclass(slots=True)
class _Entry:
    expires_at: float
    rules: Protego | None = None
    error: TransientError | None = None


class Robots:
    """What sites ask of crawlers.

    Args:
        user_agent: Our full name; its product token is matched.
        now: Seconds of a clock that never goes back.
    """

    def __init__(self, user_agent: str, now: Callable[[], float] = time.monotonic) -> None:
        self._token = product_token(user_agent)
        self._now = now
        self._entries: dict[str, _Entry] = {}

    async def check(self, target: Target, fetch: FetchRobots) -> float:
        """Ask whether a page may be fetched.

        Args:
            target: The page.
            fetch: Called where the origin's robots.txt is not known yet.

        Returns:
            The crawl delay asked for, seconds, at most `MAX_CRAWL_DELAY_S`; 0 where there is none.

        Raises:
            RobotsDenied: The site says no.
            TransientError: It could not be asked; the page is to be tried again later.
        """
        entry = self._entries.get(target.origin)
        if entry is None or entry.expires_at <= self._now():
            entry = await self._ask(target, fetch)
            if len(self._entries) >= _MOST_ORIGINS:
                del self._entries[next(iter(self._entries))]
            self._entries[target.origin] = entry
        if entry.error is not None:
            raise entry.error
        if entry.rules is None:
            return 0.0
        if not entry.rules.can_fetch(target.url.partition("#")[0], self._token):
            raise RobotsDenied(target.url, f"the robots.txt of {target.origin} asks {self._token} not to fetch it")
        return min(max(entry.rules.crawl_delay(self._token) or 0.0, 0.0), MAX_CRAWL_DELAY_S)

    async def _ask(self, target: Target, fetch: FetchRobots) -> _Entry:
        subject = f"{target.origin}/robots.txt"
        try:
            answer = await fetch(target)
        except PermanentError:
            # Redirects without end or to nowhere: "unavailable" in the RFC's words, which says nothing against fetching.
            return _Entry(expires_at=self._now() + _KEPT_S)
        except TransientError as error:
            return self._failed(type(error)(subject, f"robots.txt: {error.message}", retry_after_s=error.retry_after_s))
        if answer.status in (429, 503):
            message = f"robots.txt: answered {answer.status}"
            return self._failed(RateLimited(subject, message, retry_after_s=answer.retry_after_s))
        if answer.status >= 500:  # noqa: PLR2004 - the 5xx class
            return self._failed(ServerFailed(subject, f"robots.txt: answered {answer.status}"))
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - the 2xx class
            return _Entry(expires_at=self._now() + _KEPT_S)
        if len(answer.body) > _INLINE_BYTES:
            rules = await asyncio.to_thread(parse_robots, answer.body, self._token, is_truncated=answer.is_truncated)
        else:
            rules = parse_robots(answer.body, self._token, is_truncated=answer.is_truncated)
        return _Entry(expires_at=self._now() + _KEPT_S, rules=rules)

    def _failed(self, error: TransientError) -> _Entry:
        return _Entry(expires_at=self._now() + _FAILURE_KEPT_S, error=error)


def parse_robots(body: bytes, token: str, *, is_truncated: bool = False) -> Protego:
    """The rules in a robots.txt; of one that was cut, those in whole lines.

    Args:
        body: The file.
        token: Our product token. Groups for it are found whatever version they name, and no others: Protego alone takes
            `User-agent: wire` for Wirecopy and does not see it in `User-agent: Wirecopy/2.0` (RFC 9309, 2.2.1).
        is_truncated: Whether the file goes on.
    """
    if is_truncated:
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r", "\n")
    ours = token.lower()

    def rename(match: re.Match[str]) -> str:
        name = _TOKEN.match(match["name"])
        if name is None:
            return match[0]
        return f"User-agent: {ours}" if name[0].lower() == ours else f"User-agent: not-{name[0]}"

    return Protego.parse(_USER_AGENT.sub(rename, text))


def product_token(user_agent: str) -> str:
    """The name robots.txt files know us by: the letters, hyphens and underscores our full name begins with."""
    match = _TOKEN.match(user_agent.strip())
    return match[0] if match else "wirecopy"
