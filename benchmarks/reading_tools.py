"""The readers that are measured: Wirecopy in two ways, plain trafilatura, and the peers that are installed.

Every reader gets the page's bytes and its address, and nothing is fetched.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import trafilatura

from reading_pages import Reading
from wirecopy.extract.article import read_article

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reading_pages import TruePage

    Reader = Callable[[bytes, str], Reading]


def read_with_wirecopy(page: bytes, url: str) -> Reading:
    article = read_article(page, url=url, content_type="text/html")
    return Reading(
        text=article.text,
        title=article.title,
        authors=article.authors,
        date=article.published_at.stated[:10] if article.published_at else None,
        lang=article.lang,
        image=article.image,
        agency=article.agency.name if article.agency else None,
    )


def read_with_trafilatura(page: bytes, url: str) -> Reading:
    found = trafilatura.bare_extraction(page, url=url, include_comments=False, with_metadata=True)
    if found is None:
        return Reading()
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    return Reading(text=found.text or "", title=found.title, authors=authors, date=found.date, image=found.image)


def read_with_newspaper(page: bytes, url: str) -> Reading:
    import newspaper  # noqa: PLC0415 - a peer: not installed everywhere

    article = newspaper.Article(url, fetch_images=False)
    article.download(input_html=page)
    article.parse()
    return Reading(
        text=article.text or "",
        title=article.title,
        authors=tuple(article.authors or ()),
        date=str(article.publish_date)[:10] if article.publish_date else None,
        lang=article.meta_lang,
        image=article.top_image,
    )


def read_with_news_please(page: bytes, url: str) -> Reading:
    from newsplease import NewsPlease  # noqa: PLC0415 - a peer: not installed everywhere

    article = NewsPlease.from_html(page, url=url, fetch_images=False)
    return Reading(
        text=article.maintext or "",
        title=article.title,
        authors=tuple(article.authors or ()),
        date=str(article.date_publish)[:10] if article.date_publish else None,
        lang=article.language,
        image=article.image_url,
    )


_PEERS = {"newspaper4k": ("newspaper", read_with_newspaper), "news-please": ("newsplease", read_with_news_please)}


def installed_peers() -> dict[str, Reader]:
    """The peers that can be imported; those that cannot are named on stderr with the way to have them."""
    found: dict[str, Reader] = {}
    for name, (module, reader) in _PEERS.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                importlib.import_module(module)
        except ImportError as error:
            print(f"skipped: {name}: {error}; docs/extraction.md says how to measure it as well", file=sys.stderr)
        else:
            found[name] = reader
    return found


def read_as_batch(pages: Sequence[TruePage]) -> tuple[dict[str, Reading], float]:
    """Read the pages in their order as `wirecopy extract --batch` does, which learns each site's templates as it goes.

    Returns:
        The readings by the pages' names, and the seconds it took, the start of its processes included.
    """
    lines = (json.dumps({"id": page.name, "path": str(page.path), "url": page.url}) for page in pages)
    with tempfile.TemporaryDirectory(prefix="wirecopy-bench-") as folder:
        manifest = Path(folder) / "manifest.jsonl"
        manifest.write_text("\n".join(lines), encoding="utf-8")
        began = time.monotonic()
        command = [sys.executable, "-m", "wirecopy", "extract", "--batch", str(manifest)]
        done = subprocess.run(command, capture_output=True, check=False)
        spent = time.monotonic() - began
    if done.returncode:
        sys.exit(f"wirecopy extract --batch failed: {done.stderr.decode(errors='replace').strip()}")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return {answer["id"]: _read_answer(answer) for answer in answers}, spent


def _read_answer(answer: dict[str, object]) -> Reading:
    if "error" in answer:
        return Reading(error=str(answer["error"]))
    return Reading(
        text=str(answer["text"]),
        title=_text(answer["title"]),
        authors=tuple(answer["authors"] or ()),  # type: ignore[arg-type]
        date=(_text(answer["published_at"]) or "")[:10] or None,
        lang=_text(answer["lang"]),
        image=_text(answer["image"]),
        agency=_text(answer.get("agency")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
