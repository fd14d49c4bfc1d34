"""Brings the evidence of a link into a form that a person can read, whatever method left it.

The methods share a few names (`method`, `version`, `rule`, `coverage`, `passages`, lists of other articles); anything else is
shown as a measure under its own name, so that a new method's evidence is never hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_HEAD = frozenset({"method", "version", "rule", "relation", "passages", "thresholds", "article", "story_id"})
_SHARES = frozenset({"coverage", "share"})
_SIDES = {"this": "this article", "other": "the other article"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure of the evidence, named and printed."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherArticle:
    """Another article that the evidence speaks of.

    Attributes:
        group: What it is there for: `mentions`, `quotes`, `rejected`.
        article: Its id, or None.
        story_id: Its story's id, or None.
        evidence: What is said of it.
    """

    group: str
    article: str | None
    story_id: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence of one link.

    Attributes:
        rule: The rule that decided, in words, or None.
        method: The method's name and version, or None.
        measures: What was measured.
        thresholds: What it was measured against.
        passages: Wording that both texts have.
        others: Other articles it speaks of.
    """

    rule: str | None
    method: str | None
    measures: tuple[Measure, ...]
    thresholds: tuple[Measure, ...]
    passages: tuple[str, ...]
    others: tuple[OtherArticle, ...]


def read_evidence(evidence: Mapping[str, Any]) -> Evidence:
    """Sort a link's evidence; never fails, whatever it holds."""
    method = evidence.get("method")
    version = evidence.get("version")
    plain = {name: value for name, value in evidence.items() if name not in _HEAD and not _is_list_of_articles(value)}
    thresholds = evidence.get("thresholds")
    return Evidence(
        rule=str(evidence["rule"]) if evidence.get("rule") else None,
        method=f"{method}{f' (version {version})' if version is not None else ''}" if method else None,
        measures=tuple(_measures(plain)),
        thresholds=tuple(_measures(thresholds)) if isinstance(thresholds, Mapping) else (),
        passages=tuple(_passages(evidence.get("passages"))),
        others=tuple(
            OtherArticle(
                group=name,
                article=str(item["article"]) if item.get("article") else None,
                story_id=str(item["story_id"]) if item.get("story_id") else None,
                evidence=read_evidence(item),
            )
            for name, value in evidence.items()
            if _is_list_of_articles(value)
            for item in value
        ),
    )


def _is_list_of_articles(value: Any) -> bool:
    return _is_list(value) and all(isinstance(item, Mapping) and ("article" in item or "story_id" in item) for item in value)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes) and len(value) > 0


def _passages(value: Any) -> Iterator[str]:
    for item in value if _is_list(value) else ():
        text = item.get("text") if isinstance(item, Mapping) else item
        if isinstance(text, str) and text.strip():
            yield text


def _measures(values: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[Measure]:
    for name, value in values.items():
        here = (*path, str(name))
        if isinstance(value, Mapping):
            yield from _measures(value, here)
        elif not isinstance(value, Sequence) or value:  # an empty list says nothing
            yield Measure(name=_label(here), value=_printed(value, is_share=not _SHARES.isdisjoint(here)))


def _label(path: tuple[str, ...]) -> str:
    if path[-1] in _SIDES:
        return f"{' '.join(path[:-1])} of {_SIDES[path[-1]]}".replace("_", " ").strip()
    return " ".join(path).replace("_", " ")


def _printed(value: Any, *, is_share: bool) -> str:  # noqa: PLR0911 - one form for each type
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float() if is_share and 0 <= value <= 1:
            return f"{value:.1%}".replace(".0%", "%")
        case float():
            return f"{value:.4g}"
        case int():
            return f"{value:,}"
        case None:
            return "none"
        case str():
            return value
        case Mapping():
            return "; ".join(f"{measure.name}: {measure.value}" for measure in _measures(value))
        case Sequence():
            return ", ".join(_printed(item, is_share=is_share) for item in value) or "none"
    return str(value)
