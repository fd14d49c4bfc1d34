"""The stories of an index as a tree for a terminal: each story with its copies."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from rich.tree import Tree

from wirecopy.models import CopyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wirecopy.models import Document, StoryId

Stories = tuple[tuple["Document", ...], ...]


def group_stories(documents: Iterable[Document]) -> Stories:
    """Documents by story: the biggest story first, in each the origin first and then by the time they claim."""
    groups: dict[StoryId, list[Document]] = defaultdict(list)
    for document in documents:
        groups[document.link.story_id].append(document)
    stories = [tuple(sorted(members, key=_place)) for members in groups.values()]
    return tuple(sorted(stories, key=lambda story: (-len(story), story[0].article.news_time, story[0].id)))


def _place(document: Document) -> tuple[bool, float, str]:
    return document.link.kind is not CopyKind.ORIGIN, document.article.news_time.timestamp(), document.id


def draw_copies(stories: Stories, names: Mapping[str, str]) -> Tree:
    """Stories that have copies, each copy with its outlet, language, kind, score and times.

    Args:
        stories: From `group_stories`.
        names: What people call each source.
    """
    copied = [story for story in stories if len(story) > 1]
    width = max((cell_len(_outlet(document, names)) for story in copied for document in story), default=0)
    tree = Tree(Text(f"{len(copied)} stories with copies", style="bold"))
    for story in copied:
        branch = tree.add(_headline(story))
        for document in story:
            branch.add(_copy_line(document, names, width))
    return tree


def draw_apart(stories: Stories, names: Mapping[str, str]) -> Tree | None:
    """Stories of their own that share text with others and were kept apart: round-ups, and what shares passages only; None where there are none."""
    # The story's title, not that of the copy which happened to resemble most: the same in every run.
    titles = {document.id: story[0].article.title for story in stories for document in story}
    tree = Tree(Text("Kept apart, though they share text", style="bold"))
    for story in stories:
        for document in story:
            for relation, key in (("a round-up of", "mentions"), ("shares passages with", "quotes")):
                others = [titles.get(other["article"], "?") for other in document.link.evidence.get(key, ())]
                if not others:
                    continue
                branch = tree.add(
                    Text(f"{document.article.title} · {_outlet(document, names)}", overflow="ellipsis", no_wrap=True)
                )
                for other in others:
                    branch.add(Text(f"{relation}: {other}", overflow="ellipsis", no_wrap=True))
    return tree if tree.children else None


def count_single(stories: Stories) -> str:
    """How many stories have one article, and in which languages."""
    languages = Counter(story[0].article.lang or "unknown" for story in stories if len(story) == 1)
    listed = ", ".join(f"{count} {language}" for language, count in sorted(languages.items()))
    return f"{languages.total()} stories have one article" + (f" ({listed})" if listed else "")


def _headline(story: Sequence[Document]) -> Text:
    outlets = len({document.article.source_id for document in story})
    countries = len({document.article.country for document in story} - {None})
    size = f"{len(story)} copies · {_plural(outlets, 'outlet', 'outlets')} · {_plural(countries, 'country', 'countries')}"
    line = Text(overflow="ellipsis", no_wrap=True)
    line.append(story[0].article.title, style="bold")
    return line.append(f"\n{size} · story {story[0].link.story_id}", style="dim")


def _plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _outlet(document: Document, names: Mapping[str, str]) -> str:
    return names.get(document.article.source_id, document.article.source_id)


def _copy_line(document: Document, names: Mapping[str, str], width: int) -> Text:
    article, link = document.article, document.link
    score = "    " if link.score is None else f"{link.score:.2f}"
    claimed = f"  states {article.published_at.stated}" if article.published_at else ""
    line = Text(overflow="ellipsis", no_wrap=True)
    line.append(set_cell_size(_outlet(document, names), width))
    line.append(f"  {article.lang or '??':<3} ")
    line.append(f"{link.kind.value:<8}", style="green" if link.kind is CopyKind.ORIGIN else "yellow")
    line.append(f" {score}")
    return line.append(f"  first seen {article.first_seen_at:%Y-%m-%d %H:%M:%S}{claimed}", style="dim")
