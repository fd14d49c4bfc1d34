"""`wirecopy explain`: why two articles are, or are not, one story."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from wirecopy.cli.options import common_options, json_option, open_existing, print_json, settings_from
from wirecopy.linking.explain import explain as explain_pair
from wirecopy.search.service import resolve_id

if TYPE_CHECKING:
    from wirecopy.linking.explain import Explanation
    from wirecopy.models import Document


@click.command()
@click.argument("one", metavar="ID")
@click.argument("two", metavar="ID")
@common_options
@json_option
def explain(*, one: str, two: str, store: str | None, data: str | None, as_json: bool) -> None:
    """Say why two articles are, or are not, one story.

    ID: an article's id or URL. The two texts are compared anew; what is filed is shown beside it.
    """
    settings = settings_from(store=store, data=data)
    opened = open_existing(settings)
    try:
        first, second = resolve_id(opened, one), resolve_id(opened, two)
    finally:
        opened.close()
    explanation = explain_pair(first, second, window=timedelta(days=settings.link_window_days))
    if as_json:
        print_json(explanation.to_json())
    else:
        click.echo(format_explanation(explanation))


def format_explanation(explanation: Explanation) -> str:
    """The explanation for a terminal."""
    lines = [_headline("A", explanation.earlier), _headline("B", explanation.later), ""]
    lines += explanation.sentences
    passages = explanation.evidence["passages"]
    if passages and explanation.earlier.id != explanation.later.id:
        lines += ["", "What both have, longest passages, in B's words:"]
        lines += [f"  {passage['tokens']:>5} tokens  {' '.join(passage['text'].split())}" for passage in passages]
    return "\n".join(lines)


def _headline(name: str, document: Document) -> str:
    seen = document.article.first_seen_at.strftime("%Y-%m-%d %H:%M")
    return f"{name}  {document.id}  {seen}  {document.article.source_id}: {document.article.title or document.article.url}"
