"""The pages that reading is measured on, with their truth; and what a reader found on one."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("WIRECOPY_TEST_DATA", ROOT.parent / "shared" / "data"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TruePage:
    """A page and what is true of it.

    Attributes:
        name: Its file's name without endings.
        path: Where it lies, gzipped.
        url: Its address.
        body: Its bytes.
        truth: As the data set states it; `pages` and `pages_cc` differ.
    """

    name: str
    path: Path
    url: str
    body: bytes
    truth: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader found on a page; empty or None for what it did not.

    Attributes:
        text: The article.
        title: Headline.
        authors: Names.
        date: ISO 8601 day.
        lang: Language tag.
        image: Address of its picture.
        agency: The news agency it comes from.
        error: Why nothing was read: the reader raised.
    """

    text: str = ""
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    lang: str | None = None
    image: str | None = None
    agency: str | None = None
    error: str | None = None


MISLABELLED = {"fundus_gl_Sermitsiaq_2025_04_16": "da"}
"""Greenland's paper also prints in Danish, and this page of it is in Danish; the test data say what the outlet's default is."""


def load_pages(folder: str) -> list[TruePage]:
    """The pages of a folder of the test data, in the order of their names; none where it is not there."""
    pages = []
    for meta in sorted((DATA / folder).glob("*.json")):
        truth = json.loads(meta.read_text(encoding="utf-8"))
        truth |= {"lang": MISLABELLED[meta.stem]} if meta.stem in MISLABELLED else {}
        path = meta.with_name(f"{meta.stem}.html.gz")
        body = gzip.decompress(path.read_bytes())
        pages.append(TruePage(name=meta.stem, path=path, url=truth["url"], body=body, truth=truth))
    return pages
