"""`wirecopy search` and `wirecopy story`: what an analyst asks of the index, from a terminal."""

from __future__ import annotations

from datetime import UTC
from typing import IO, TYPE_CHECKING, Any

import click
from rich.cells import cell_len

from wirecopy.cli.options import common_options, json_option, open_existing, print_json, settings_from
from wirecopy.errors import ConfigError, QuerySyntaxError
from wirecopy.search.evidence import read_evidence
from wirecopy.search.filters import read_filters
from wirecopy.search.query import parse_query
from wirecopy.search.results import answer_as_json, cut_ends, story_as_json
from wirecopy.search.service import MAX_RESULTS, read_story
from wirecopy.search.service import search as ask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from wirecopy.models import Document
    from wirecopy.search.service import Answer, StorySummary, StoryView
    from wirecopy.store.ports import SearchFilters, SearchHit, Snippet

# Copies listed under a story in a list of results; the rest is counted.
_LISTED_COPIES = 8
# Characters of a long query shown around the place where it is wrong.
_AROUND = 50


class QueryRefused(click.ClickException):
    """A query that cannot be read: shown with a caret under the place and a hint; exit code 2."""

    exit_code = 2

    def __init__(self, error: QuerySyntaxError) -> None:
        """Keep the error."""
        super().__init__(error.message)
        self.error = error

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message, the query with a caret under the place, and the hint."""
        line, caret = point_at(self.error.subject, self.error.position)
        where = f"at character {self.error.position + 1}"
        text = f"wirecopy search: {self.error.message}, {where}\n  {line}\n  {caret}\nhint: {self.error.hint}"
        click.echo(text, file=file, err=file is None)


def point_at(text: str, position: int) -> tuple[str, str]:
    """A line of text around a position, and a caret that stands under it in a terminal, wide characters counted."""
    begin = max(0, position - _AROUND)
    end = position + _AROUND
    before = ("…" if begin else "") + _one_line(text[begin:position])
    after = _one_line(text[position:end]) + ("…" if end < len(text) else "")
    return before + after, " " * cell_len(before) + "^"


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, MAX_RESULTS), default=20, show_default=True, help="At most so many hits.")
@click.option("--lang", "langs", multiple=True, metavar="TAG", help="Only this language, such as de; repeatable.")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this outlet; repeatable.")
@click.option("--since", metavar="TIME", help="First seen from then on: 2026-11-22, or an ISO 8601 time (UTC without offset).")
@click.option("--until", metavar="TIME", help="First seen before then; a date counts to the end of its day.")
@click.option("--all-copies", is_flag=True, help="One hit for each article, not for each story.")
@common_options
@json_option
def search(
    *,
    query: tuple[str, ...],
    limit: int,
    langs: tuple[str, ...],
    sources: tuple[str, ...],
    since: str | None,
    until: str | None,
    all_copies: bool,
    store: str | None,
    data: str | None,
    as_json: bool,
) -> None:
    """Search the index; copies are folded into their stories.

    QUERY: words (all of them), "a phrase", OR, NOT or -word, (brackets), begin*, and title: text: author: source: lang:
    country: kind: before a word, a phrase or a bracket. An empty QUERY lists everything, newest first.
    """
    text = " ".join(query)
    filters = _filters(langs, sources, since, until)
    try:
        parse_query(text)  # what was typed is judged before a store is opened
    except QuerySyntaxError as error:
        raise QueryRefused(error) from None
    opened = open_existing(settings_from(store=store, data=data))
    try:
        answer = ask(opened, text, filters, limit=limit, fold_copies=not all_copies)
    finally:
        opened.close()
    if as_json:
        print_json(answer_as_json(answer))
        return
    for remark in answer.remarks:
        click.echo(f"note: {remark}", err=True)
    click.echo(format_answer(answer))


@click.command()
@click.argument("story_id", metavar="ID")
@common_options
@json_option
def story(*, story_id: str, store: str | None, data: str | None, as_json: bool) -> None:
    """Show a story: its copies in order of first seen, what each is, and why.

    ID: the story's id, or the id or URL of any of its articles.
    """
    opened = open_existing(settings_from(store=store, data=data))
    try:
        view = read_story(opened, story_id)
    finally:
        opened.close()
    if as_json:
        print_json(story_as_json(view))
    else:
        click.echo(format_story(view))


def format_answer(answer: Answer) -> str:
    """An answer for a terminal: the query as read, the numbers, and each hit with its copies."""
    page = answer.page
    counted = f"{_counted(page.stories, 'story', 'stories')}, {_counted(page.documents, 'article', 'articles')}"
    blocks = [f"{answer.parsed or 'everything, newest first'}\n{counted}"]
    for number, hit in enumerate(page.hits, answer.offset + 1):
        blocks.append(_format_hit(number, hit, answer))
    rest = answer.found - answer.offset - len(page.hits)
    if page.hits and rest > 0:
        blocks.append(f"… and {rest:,} more; show more with --limit")
    return "\n\n".join(blocks)


def format_story(view: StoryView) -> str:
    """A story for a terminal."""
    head = [
        _bold(_title(view.origin)),
        f"story {view.id} · {_counted(len(view.documents), 'article', 'articles')} · {_places(view)}",
        f"first seen {_time(view.first_seen_at)}"
        + (f", last {_time(view.last_seen_at)}" if view.last_seen_at > view.first_seen_at else ""),
    ]
    return "\n\n".join(["\n".join(head), *(_format_copy(document) for document in view.documents)])


def _filters(langs: Sequence[str], sources: Sequence[str], since: str | None, until: str | None) -> SearchFilters:
    try:
        return read_filters(langs=langs, sources=sources, since=since, until=until)
    except ConfigError as error:
        raise click.UsageError(f"--{error.subject}: {error.message}") from None


def _format_hit(number: int, hit: SearchHit, answer: Answer) -> str:
    summary = answer.stories[hit.document.link.story_id]
    lines = [f"{number}. {_marked(hit.title) or _title(hit.document)}"]
    if answer.fold_copies:
        view = summary.view
        numbers = _counted(summary.copies, "article", "articles")
        lines.append(f"   story {view.id} · {numbers} · {_places(view)} · first seen {_time(view.first_seen_at)}")
    else:
        lines.append(f"   story {hit.document.link.story_id}")
    excerpt = _marked(hit.excerpt)
    if excerpt:
        before, after = cut_ends(hit)
        lines.append(f"   {'… ' if before else ''}{excerpt}{' …' if after else ''}")
    shown = _shown_copies(hit, summary) if answer.fold_copies else (hit.document,)
    lines.extend(f"   {_format_line(document)}" for document in shown)
    if answer.fold_copies and summary.copies > len(shown):
        lines.append(f"   … {summary.copies - len(shown):,} more: wirecopy story {summary.view.id}")
    return "\n".join(lines)


def _shown_copies(hit: SearchHit, summary: StorySummary) -> tuple[Document, ...]:
    """The first copies, and always the one that was hit."""
    first = summary.view.documents[:_LISTED_COPIES]
    if any(document.id == hit.document.id for document in first):
        return first
    return (*first[: _LISTED_COPIES - 1], hit.document)


def _format_line(document: Document) -> str:
    article = document.article
    kind = document.link.kind.value
    return f"{kind:<11}  {_time(article.first_seen_at)}  {article.lang or '??':<3} {article.source_id:<16} {article.url}"


def _format_copy(document: Document) -> str:
    article, link = document.article, document.link
    lines = [_format_line(document), f"  {_bold(_title(document))}", f"  id {document.id}"]
    if article.published_at:
        lines[-1] += f" · states {article.published_at.stated} ({article.published_at.origin})"
    evidence = read_evidence(link.evidence)
    if link.copy_of:
        score = "" if link.score is None else f", score {link.score:.2f}"
        lines.append(f"  copy of {link.copy_of}{score}")
    if evidence.rule:
        lines.append(f"  why: {_one_line(evidence.rule)}")
    if evidence.measures:
        lines.append("  " + " · ".join(f"{measure.name} {_one_line(measure.value)}" for measure in evidence.measures))
    lines.extend(
        f"  {other.group}: {other.article or other.story_id}{f' ({other.evidence.rule})' if other.evidence.rule else ''}"
        for other in evidence.others
    )
    return "\n".join(lines)


def _places(view: StoryView) -> str:
    langs = ", ".join(view.langs) or "language unknown"
    return f"{_counted(len(view.sources), 'outlet', 'outlets')} · {langs}"


def _marked(pieces: Sequence[Snippet]) -> str:
    """Pieces in one line, those that were hit in bold where the terminal can show it."""
    return "".join(_bold(_one_line(piece.text)) if piece.is_hit else _one_line(piece.text) for piece in pieces).strip()


def _title(document: Document) -> str:
    return _one_line(document.article.title).strip() or document.article.url


def _one_line(text: str) -> str:
    """The text without line breaks; its length stays, so that places in it do too."""
    return "".join(" " if char.isspace() else char for char in text)


def _bold(text: str) -> str:
    return click.style(text, bold=True)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
