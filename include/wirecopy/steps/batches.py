"""Cut work into batches: what is taken up at once, and what of it runs side by side, each registrable domain in one place. Pure."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

from wirecopy.urls import registrable_domain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


def batch_by_domain(items: Sequence[tuple[T, str]], *, batch_size: int, max_batches: int, may_defer: bool) -> list[list[T]]:
    """Group items so that all of one registrable domain are in one batch: only so does one task keep its politeness.

    Args:
        items: Each item with its URL, most urgent first.
        batch_size: A batch is closed when it holds so many.
        max_batches: At most so many batches.
        may_defer: Whether items may be left out for a later call: what a domain has beyond `batch_size`, and what
            finds no place in `max_batches`. If not, batches grow as they must.

    Returns:
        Batches of items, none empty.
    """
    domains: dict[str, list[T]] = {}
    for item, url in items:
        members = domains.setdefault(registrable_domain(url), [])
        if not may_defer or len(members) < batch_size:
            members.append(item)
    batches: list[list[T]] = []
    for members in domains.values():
        place = next((batch for batch in batches if len(batch) + len(members) <= batch_size), None)
        if place is None and len(batches) < max_batches:
            place = []
            batches.append(place)
        if place is None and not may_defer:
            place = min(batches, key=len)
        if place is not None:
            place.extend(members)
    return batches


def share_out(items: Sequence[tuple[T, str]], *, quota_of: Callable[[T], int], limit: int) -> tuple[list[T], list[T]]:
    """Take up items so that no registrable domain holds up the others: of each so many, round by round.

    Args:
        items: Each item with its URL, most urgent first.
        quota_of: At most how many of a domain are taken, given its first item.
        limit: At most how many are taken of all.

    Returns:
        What is taken, most urgent first within a domain; and what domains have beyond their quota, in the order of `items`.
    """
    domains: dict[str, list[T]] = {}
    quotas: dict[str, int] = {}
    beyond: list[T] = []
    for item, url in items:
        domain = registrable_domain(url)
        members = domains.setdefault(domain, [])
        quota = quotas.setdefault(domain, quota_of(item))
        (members if len(members) < quota else beyond).append(item)
    taken = [item for rank in zip_longest(*domains.values(), fillvalue=None) for item in rank if item is not None]
    return taken[:limit], beyond
