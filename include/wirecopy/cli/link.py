"""`wirecopy link`: link a corpus of articles that somebody has, without any feed."""

from __future__ import annotations

import gzip
import json
import os
import socket
import sqlite3
import sys
import zlib
from collections import Counter
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from wirecopy.cli.options import print_json, progress_bar
from wirecopy.clock import utc_now
from wirecopy.errors import ConfigError
from wirecopy.linking.corpus import BadLine, CorpusArticle, parse_line
from wirecopy.linking.stories import link_articles
from wirecopy.settings import load_settings
from wirecopy.steps.link import LOCK_TTL
from wirecopy.store import open_store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from wirecopy.models import Document, StagedArticle
    from wirecopy.store.ports import Store

_BATCH = 250  # articles linked at a time; the answers do not depend on it
_MOST_LINES = 2 * _BATCH  # lines held at a time, bad ones included
_LISTS = frozenset({"mentions", "quotes", "rejected"})  # evidence that names other articles


@click.command()
@click.argument("file", metavar="FILE.jsonl")
@click.option("--no-translations", is_flag=True, help="Link copies in one language only (translations are not linked yet).")
@click.option(
    "--store", metavar="URL", help="Keep the articles in this store. Without it nothing is kept (WIRECOPY_STORE is not read)."
)
def link(file: str, store: str | None, *, no_translations: bool) -> None:  # noqa: ARG001 - so far there is nothing to leave out
    """Link the articles of a JSON-lines file (- for stdin, .gz read as such), in order of arrival.

    Each line has id, url, source, title and text, and may have lang, first_seen_at and published_at. Each is answered by a line
    with id, story_id, copy_kind, copy_of, score and evidence; one that cannot be read by a line with id, line and error.
    """
    now = utc_now()
    window = timedelta(days=load_settings().link_window_days)
    with ExitStack() as stack:
        lines = stack.enter_context(_open_lines(file))
        folder = stack.enter_context(TemporaryDirectory(prefix="wirecopy-link-"))
        opened = stack.enter_context(closing(open_store(store if store is not None else f"sqlite:{folder}/link.sqlite")))
        # A store of our own, removed afterwards, has no other writer.
        owner = f"wirecopy link, {socket.gethostname()}:{os.getpid()}"
        lock = stack.enter_context(opened.writer_lock(owner, ttl=LOCK_TTL) if store is not None else nullcontext())
        names = stack.enter_context(_Names.open(Path(folder) / "names.sqlite"))
        progress = stack.enter_context(progress_bar())
        task = progress.add_task("Linking", total=_count_lines(file) if sys.stderr.isatty() else None)
        parsed = (parse_line(line, number=number, now=now) for number, line in enumerate(lines, start=1))
        for batch in _batches(parsed):
            articles = [item.article for item in batch if isinstance(item, CorpusArticle)]
            if store is not None:
                articles = _with_languages(articles)
            documents = link_articles(articles, opened.documents, now=now, window=window)
            if lock is not None:
                lock.renew()  # a writer that was taken over must not write what it decided
            refused = _put(opened, documents)
            for answer in _answers(batch, documents, refused, names):
                print_json(answer)
            sys.stdout.buffer.flush()
            progress.advance(task, len(batch))


def _with_languages(articles: Sequence[StagedArticle]) -> list[StagedArticle]:
    """Articles with the language of their text; what the line states is a hint. Linking itself asks for no language."""
    from wirecopy.language import detect_language  # noqa: PLC0415 - its profiles take seconds to load, and most runs need none

    return [replace(article, lang=detect_language(article.title, article.text, hint=article.lang)) for article in articles]


def _put(store: Store, documents: Sequence[Document]) -> dict[str, str]:
    """Write documents, the versions of one in as many calls; the reasons for those that were refused, by version."""
    refused: dict[str, str] = {}
    rounds: list[dict[str, Document]] = []
    turns: Counter[str] = Counter()
    for document in documents:
        if turns[document.id] == len(rounds):
            rounds.append({})
        rounds[turns[document.id]][document.id] = document
        turns[document.id] += 1
    for written in rounds:
        for error in store.documents.put(tuple(written.values())):
            refused[written[error.id].version_id] = error.reason
    return refused


def _batches(items: Iterable[CorpusArticle | BadLine | None]) -> Iterator[list[CorpusArticle | BadLine]]:
    batch: list[CorpusArticle | BadLine] = []
    articles = 0
    for item in items:
        if item is None:
            continue
        batch.append(item)
        articles += isinstance(item, CorpusArticle)
        if articles == _BATCH or len(batch) == _MOST_LINES:
            yield batch
            batch, articles = [], 0
    if batch:
        yield batch


def _answers(
    batch: Sequence[CorpusArticle | BadLine], documents: Sequence[Document], refused: dict[str, str], names: _Names
) -> Iterator[dict[str, Any]]:
    """A line for each line, in order; articles are called by their ids in the file where they came from it."""
    names.recall({document.link.copy_of for document in documents if document.link.copy_of} | set(_named(documents)))
    remaining = iter(documents)
    for item in batch:
        if isinstance(item, BadLine):
            yield {"id": item.name, "line": item.number, "error": item.error}
            continue
        document = next(remaining)
        if document.version_id in refused:
            yield {"id": item.name, "line": item.number, "error": f"the store refused it: {refused[document.version_id]}"}
            continue
        evidence = dict(document.link.evidence)
        for part in _LISTS & evidence.keys():
            evidence[part] = [row | {"article": names.of(row["article"])} for row in evidence[part]]
        yield {
            "id": item.name,
            "story_id": document.link.story_id,
            "copy_kind": document.link.kind.value,
            "copy_of": names.of(document.link.copy_of) if document.link.copy_of is not None else None,
            "score": document.link.score,
            "evidence": evidence,
        }
        names.learn(document.id, item.name)


def _named(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        for part in _LISTS & document.link.evidence.keys():
            yield from (row["article"] for row in document.link.evidence[part])


class _Names:
    """What the file calls each article: the id of the last line before that had its address. On disk, for a million lines."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[str, str | int] = {}

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[_Names]:
        """An empty table in a new file."""
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE TABLE names (article TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID")
            yield cls(connection)

    def recall(self, articles: Collection[str]) -> None:
        """Have the names of these articles at hand."""
        select = "SELECT article, name FROM names JOIN json_each(?) ON article = value"
        rows = self._connection.execute(select, (json.dumps(list(articles)),))
        self._known = {article: json.loads(name) for article, name in rows}

    def of(self, article: str) -> str | int:
        """An article's name in the file, else its id."""
        return self._known.get(article, article)

    def learn(self, article: str, name: str | int) -> None:
        """An article has a name from now on."""
        self._known[article] = name
        self._connection.execute("INSERT OR REPLACE INTO names VALUES (?, ?)", (article, json.dumps(name)))


@contextmanager
def _open_lines(file: str) -> Iterator[Iterator[bytes]]:
    """The lines of a file, of a gzip file, or of stdin for `-`.

    Raises:
        ConfigError: It cannot be read.
    """
    if file == "-":
        yield iter(sys.stdin.buffer)
        return
    try:
        opened = gzip.open(file) if file.endswith(".gz") else Path(file).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise ConfigError(file, f"cannot be read: {error.strerror or error}") from None
    with closing(opened):
        yield _read_lines(opened, file)


def _read_lines(opened: Iterable[bytes], file: str) -> Iterator[bytes]:
    try:
        yield from opened
    except (OSError, EOFError, zlib.error) as error:  # a folder, a damaged gzip file
        raise ConfigError(file, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _count_lines(file: str) -> int | None:
    """How many lines a plain file has; None where that would cost a second reading of something slow."""
    path = Path(file)
    if file.endswith(".gz") or not path.is_file():
        return None
    with path.open("rb") as opened:
        return sum(block.count(b"\n") for block in iter(lambda: opened.read(1 << 20), b""))
