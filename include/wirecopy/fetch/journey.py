"""One request on its way: turns, robots.txt, redirects, the archive, and a page or an error at its end."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from wirecopy.archive import RawResponse, Role, join_headers
from wirecopy.errors import FetchTimeout, PermanentError, RateLimited, ServerFailed, TooManyRedirects, UnsafeAddress
from wirecopy.fetch.headers import (
    ACCEPT_ROBOTS,
    PERMANENT_REDIRECTS,
    redirect_location,
    request_headers,
    unknown_coding,
    write_form,
)
from wirecopy.fetch.politeness import parse_retry_after
from wirecopy.fetch.robots import MAX_ROBOTS_BYTES, MAX_ROBOTS_REDIRECTS, RobotsAnswer
from wirecopy.models import FetchResult, Purpose
from wirecopy.urls import resolve_url

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from wirecopy.archive import ArchiveWriter
    from wirecopy.archive.response import RawHeaders
    from wirecopy.clock import Clock
    from wirecopy.fetch.guard import Guard, Target
    from wirecopy.fetch.politeness import Turns
    from wirecopy.fetch.robots import Robots
    from wirecopy.models import ArchiveRef, FetchRequest
    from wirecopy.settings import Settings

# Smaller bodies are compressed in the event loop: a thread would cost more than the milliseconds that takes.
_INLINE_BYTES = 256 * 1024
_UNDER_ROBOTS = frozenset({Purpose.PAGE, Purpose.SITEMAP})
_TOO_MANY_REQUESTS, _UNAVAILABLE, _SERVER_ERRORS = 429, 503, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one request brought.

    Attributes:
        status: HTTP status.
        reason: The words beside it.
        headers: From `clean_headers`.
        body: Decoded, at most as long as was asked for.
        is_truncated: Whether there was more.
        sent: The headers of the request.
    """

    status: int
    reason: str
    headers: RawHeaders
    body: bytes
    is_truncated: bool
    sent: Mapping[str, str]


class Transport(Protocol):
    """Sends requests; follows no redirect."""

    async def send(
        self, target: Target, headers: Mapping[str, str], *, form: bytes | None = None, max_bytes: int, timeout_s: float
    ) -> Answer:
        """Send one request, a POST where there is a form, and read its answer.

        Raises:
            TransientError: There was none, or not within `timeout_s` seconds.
            UnsafeAddress: The target's name leads to an address that may not be dialled.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What every journey needs.

    Attributes:
        settings: Limits and exceptions.
        guard: Says which addresses may be asked for.
        archive: Where every response goes first.
        clock: Tells when a response came.
        turns: Who may ask which site when.
        robots: What sites ask of crawlers.
        transport: Sends requests.
        active: Bounds the requests in flight.
        deliver: Takes a result; waits while too many wait to be handled.
    """

    settings: Settings
    guard: Guard
    archive: ArchiveWriter
    clock: Clock
    turns: Turns
    robots: Robots
    transport: Transport
    active: asyncio.Semaphore
    deliver: Callable[[FetchResult], Awaitable[None]]


class Journey:
    """One request on its way through redirects.

    Args:
        equipment: What it needs.
        request: What is asked for.
        keep_alive: Whether another request to its site may follow.
    """

    def __init__(self, equipment: Equipment, request: FetchRequest, *, keep_alive: bool) -> None:
        self._with = equipment
        self._request = request
        self._keep_alive = keep_alive
        self._left_s = equipment.settings.timeout_s
        self._seen: set[str] = set()
        self._form = write_form(request)
        self._asks_robots = request.robots
        if request.robots is None:
            self._asks_robots = equipment.settings.robots and request.purpose in _UNDER_ROBOTS
        # Whether every redirect so far was a permanent one; None before the first.
        self._is_permanent: bool | None = None

    async def travel(self, target: Target) -> None:
        """Ask the target, and whoever it redirects to, until there is a page, and deliver that.

        A site's turn is held until its answer is in the archive and delivered, and given back before another's is taken.

        Raises:
            WirecopyError: There is none; why. `StoreUnavailable` where the archive cannot be written.
        """
        delay_s = self._request.delay_s
        ahead: Target | None = target
        while ahead is not None:
            async with self._with.turns.turn(ahead.site, delay_s), self._with.active:
                ahead = await self._ask_site(ahead)
            delay_s = None  # the source's own delay is for its own hosts

    async def _ask_site(self, target: Target) -> Target | None:
        """Ask a site while it redirects to itself; the target on another site it leads to, or None when all is done."""
        site = target.site
        while target.site == site:
            if self._asks_robots:
                await self._ask_robots(target)
            answer = await self._ask(target)
            location = redirect_location(answer.status, answer.headers) if self._form is None else None
            response = self._response(target, answer, Role.ANSWER if location is None else Role.REDIRECT)
            ref = await self._archive(response)
            if location is None:
                self._raise_for_status(target, answer)
                if coding := unknown_coding(answer.headers):
                    raise PermanentError(target.url, f"is sent in the coding {coding}, which is not read")
                await self._with.deliver(FetchResult(request=self._request, page=response.as_page(ref), error=None))
                return None
            target = self._redirect(target, location)
            self._is_permanent = self._is_permanent is not False and answer.status in PERMANENT_REDIRECTS
        return target

    async def _ask(self, target: Target) -> Answer:
        settings = self._with.settings
        address = target.url.partition("#")[0]
        if address in self._seen:
            raise TooManyRedirects(self._request.url, f"redirects in a loop, back to {address}")
        if len(self._seen) > settings.max_redirects:
            raise TooManyRedirects(self._request.url, f"redirects more than {settings.max_redirects} times")
        headers = request_headers(self._request, is_first=not self._seen, keep_alive=self._keep_alive)
        self._seen.add(address)
        started = time.monotonic()
        try:
            return await self._with.transport.send(
                target, headers, form=self._form, max_bytes=settings.max_bytes, timeout_s=self._left_s
            )
        except FetchTimeout:
            raise FetchTimeout(target.url, f"no whole answer within {settings.timeout_s:g} s, redirects included") from None
        finally:
            self._left_s -= time.monotonic() - started

    def _raise_for_status(self, target: Target, answer: Answer) -> None:
        if answer.status < _SERVER_ERRORS and answer.status != _TOO_MANY_REQUESTS:
            return
        wait = parse_retry_after(join_headers(answer.headers).get("retry-after"), self._with.clock())
        message = f"answered {answer.status} {answer.reason[:60]}".rstrip()
        if answer.status in (_TOO_MANY_REQUESTS, _UNAVAILABLE):
            self._with.turns.pause(target.site, wait, f"{target.url} {message}")
            raise RateLimited(target.url, message, retry_after_s=wait)
        raise ServerFailed(target.url, message, retry_after_s=wait)

    def _redirect(self, target: Target, location: str) -> Target:
        url = resolve_url(target.url, location)
        if url is None:
            raise UnsafeAddress(self._request.url, f"redirects to {location[:200]}, which is no http(s) address")
        if "#" not in url and "#" in target.url:
            url += "#" + target.url.partition("#")[2]  # RFC 9110, 10.2.2: the fragment is inherited
        try:
            return self._with.guard.check_url(url)
        except UnsafeAddress as error:
            raise UnsafeAddress(self._request.url, f"redirects to {url[:200]}, which {error.message}") from None

    async def _ask_robots(self, target: Target) -> None:
        try:
            crawl_delay_s = await self._with.robots.check(target, self._fetch_robots)
        except RateLimited as error:
            self._with.turns.pause(target.site, error.retry_after_s, f"{error.subject} {error.message}")
            raise
        if crawl_delay_s:
            self._with.turns.slow_down(target.site, crawl_delay_s)

    async def _fetch_robots(self, target: Target) -> RobotsAnswer:
        """Ask for a robots.txt, in the turn of the page it is asked for, with a deadline of its own."""
        settings = self._with.settings
        left_s = settings.timeout_s
        headers = {"Accept": ACCEPT_ROBOTS}
        ahead = self._with.guard.check_url(f"{target.origin}/robots.txt")
        for _ in range(MAX_ROBOTS_REDIRECTS + 1):
            started = time.monotonic()
            answer = await self._with.transport.send(ahead, headers, max_bytes=MAX_ROBOTS_BYTES, timeout_s=left_s)
            left_s -= time.monotonic() - started
            await self._archive(replace(self._response(ahead, answer, Role.ROBOTS), url=f"{target.origin}/robots.txt"))
            location = redirect_location(answer.status, answer.headers)
            if location is None:
                wait = parse_retry_after(join_headers(answer.headers).get("retry-after"), self._with.clock())
                return RobotsAnswer(
                    status=answer.status, body=answer.body, is_truncated=answer.is_truncated, retry_after_s=wait
                )
            ahead = self._redirect(ahead, location)
        raise TooManyRedirects(f"{target.origin}/robots.txt", f"redirects more than {MAX_ROBOTS_REDIRECTS} times")

    def _response(self, target: Target, answer: Answer, role: Role) -> RawResponse:
        return RawResponse(
            url=self._request.url,
            final_url=target.url,
            status=answer.status,
            reason=answer.reason,
            headers=answer.headers,
            body=answer.body,
            is_truncated=answer.is_truncated,
            fetched_at=self._with.clock(),
            source_id=self._request.source_id,
            purpose=self._request.purpose,
            role=role,
            is_permanent=role is Role.ANSWER and self._is_permanent is True,
            method="GET" if self._form is None or role is Role.ROBOTS else "POST",
            request_headers=answer.sent,
        )

    async def _archive(self, response: RawResponse) -> ArchiveRef:
        if len(response.body) > _INLINE_BYTES:
            return await asyncio.to_thread(self._with.archive.write, response)
        return self._with.archive.write(response)
