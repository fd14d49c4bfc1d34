"""Many requests at once: one task for each site takes its requests one by one, so a slow site holds up nobody else."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from wirecopy.errors import (
    ConnectionFailed,
    FetchTimeout,
    HostSilent,
    OutOfTime,
    StoreUnavailable,
    TransientError,
    UnsafeAddress,
    WirecopyError,
)
from wirecopy.fetch.journey import Journey
from wirecopy.models import FetchResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wirecopy.fetch.guard import Target
    from wirecopy.fetch.journey import Equipment
    from wirecopy.models import FetchRequest

log = logging.getLogger(__name__)

# Connections are kept for a site's next request only while so many sites are under way: on most systems a process may have
# 1,024 files open.
_MOST_IDLE_CONNECTIONS = 256

# A host that let so many requests in a row run into their deadline is left alone for the rest of the run: at 45 s each, 5,000
# entries of one dead host would hold up a round for 62 hours.
_MOST_SILENCES = 3


async def crawl(requests: Iterable[FetchRequest], equipment: Equipment) -> None:
    """Deliver one result for each request, whatever happens to it.

    Raises:
        StoreUnavailable: The archive cannot be written; the rest is cancelled.
    """
    queues: dict[str, list[tuple[FetchRequest, Target]]] = defaultdict(list)
    for request in requests:
        try:
            target = equipment.guard.check_url(request.url)
        except UnsafeAddress as error:
            await equipment.deliver(FetchResult(request=request, page=None, error=error))
        else:
            queues[target.site].append((request, target))
    if not queues:
        return
    keep_alive = len(queues) <= _MOST_IDLE_CONNECTIONS
    tasks = [asyncio.create_task(_work(queue, equipment, keep_alive=keep_alive)) for queue in queues.values()]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _work(queue: Sequence[tuple[FetchRequest, Target]], equipment: Equipment, *, keep_alive: bool) -> None:
    began = time.monotonic()
    silences: Counter[str] = Counter()
    for place, (request, target) in enumerate(queue, start=1):
        error: WirecopyError | None
        if request.within_s is not None and time.monotonic() - began > request.within_s:
            error = OutOfTime(target.url, f"not sent: others of {target.site} took the {request.within_s:g} s that there were")
        elif silences[target.host] >= _MOST_SILENCES:
            error = HostSilent(target.url, f"not sent: {target.host} did not answer {_MOST_SILENCES} requests before it")
        else:
            journey = Journey(equipment, request, keep_alive=keep_alive and place < len(queue))
            error = await _try(journey, target)
            is_silent = isinstance(error, FetchTimeout | ConnectionFailed)
            silences[target.host] = silences[target.host] + 1 if is_silent else 0
        if error is not None:
            await equipment.deliver(FetchResult(request=request, page=None, error=error))


async def _try(journey: Journey, target: Target) -> WirecopyError | None:
    try:
        await journey.travel(target)
    except StoreUnavailable:
        raise
    except WirecopyError as error:
        return error
    except Exception as error:
        log.exception("fetching %s failed in a way nobody foresaw", target.url)
        return TransientError(target.url, f"failed in a way nobody foresaw: {type(error).__name__}: {error}")
    return None
