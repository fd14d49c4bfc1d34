"""News agencies: which one an article comes from, by its byline, its dateline or a credit line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wirecopy.extract.blocks import Block
    from wirecopy.models import AgencyCredit


def find_agency(authors: Sequence[str], blocks: Sequence[Block], *, site_names: Sequence[str] = ()) -> AgencyCredit | None:
    """The agency that an article names as where it comes from.

    Args:
        authors: Names as the byline states them.
        blocks: The text, before lines are taken out of it.
        site_names: The site's own names: an agency's own site credits no other.

    Returns:
        The agency, or None where none is named. One that is only reported about is not.
    """
    del authors, blocks, site_names
    return None
