"""How well copies are linked: figures over the generated set of 2,000 articles, compared with their floors.

The set (`copies/generated-2k.jsonl.gz` in the test data) is linked in order of arrival over a SQLite store in a temporary folder,
through `link_articles`, as `wirecopy link` and the pipeline do. `cluster` and `kind` are the truth.

    python benchmarks/copies.py [--store URL] [--errors N]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from floors import compare_with_floors
from wirecopy.linking.corpus import CorpusArticle, parse_line
from wirecopy.linking.stories import link_articles
from wirecopy.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wirecopy.models import Document, StagedArticle
    from wirecopy.store.ports import Documents

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("WIRECOPY_TEST_DATA", ROOT.parent / "shared" / "data"))
START = datetime(2026, 11, 1, tzinfo=UTC)
BATCH = 250
WINDOW = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One article of the set: what it is, and what was made of it."""

    row: dict[str, Any]
    document: Document
    verdict: str  # right, missed (its story was there), wrong (joined another)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--store", help="link over this store; it must be empty (default: SQLite in a temporary folder)")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show the first N errors")
    options = parser.parse_args()
    path = DATA / "copies" / "generated-2k.jsonl.gz"
    if not path.is_file():
        print(f"skipped: no test data at {path}; set WIRECOPY_TEST_DATA", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    with gzip.open(path) as lines:
        rows = [json.loads(line) for line in lines]
    with TemporaryDirectory(prefix="wirecopy-bench-") as folder:
        store = open_store(options.store or f"sqlite:{folder}/copies.sqlite")
        try:
            if store.documents.count():
                print(f"{options.store} is not empty; name an empty store", file=sys.stderr)
                return 1
            began = time.perf_counter()
            linking_s, writing_s, documents = link(rows, store.documents)
            wall_s = time.perf_counter() - began
        finally:
            store.close()
    outcomes = judge(rows, documents)
    figures = measure(outcomes)
    show(outcomes, figures)
    rate = len(rows) / linking_s
    print(
        f"\nlinking {rate:,.0f} articles a second of CPU; with the store's writing {len(rows) / (linking_s + writing_s):,.0f}"
    )
    print(f"all in all {len(rows) / wall_s:,.0f} articles a second by the clock")
    for outcome in [item for item in outcomes if item.verdict != "right"][: options.errors]:
        show_error(outcome)
    return compare_with_floors("copies", figures)


def read_article(row: dict[str, Any]) -> StagedArticle:
    """The article of a row; `published` is minutes."""
    parsed = parse_line(json.dumps(row).encode(), number=2, now=START + timedelta(minutes=row["published"]))
    assert isinstance(parsed, CorpusArticle), parsed
    return parsed.article


def link(rows: Sequence[dict[str, Any]], documents: Documents) -> tuple[float, float, list[Document]]:
    """Link the rows; CPU seconds of linking (the store's reading included), of writing, and the documents in order."""
    linking = writing = 0.0
    linked: list[Document] = []
    for start in range(0, len(rows), BATCH):
        articles = [read_article(row) for row in rows[start : start + BATCH]]
        began = time.process_time()
        batch = link_articles(articles, documents, now=START, window=WINDOW)
        between = time.process_time()
        rest = list(batch)
        while rest:  # the versions of one article are written one after the other
            first = {document.id: document for document in reversed(rest)}
            assert documents.put(tuple(first.values())) == ()
            written = {id(document) for document in first.values()}
            rest = [document for document in rest if id(document) not in written]
        linking += between - began
        writing += time.process_time() - between
        linked.extend(batch)
    return linking, writing, linked


def judge(rows: Sequence[dict[str, Any]], documents: Sequence[Document]) -> list[Outcome]:
    """Whether each article joined its story, one that is another's, or none though its own was there."""
    members: defaultdict[str, Counter[str]] = defaultdict(Counter)
    seen: set[str] = set()
    outcomes = []
    for row, document in zip(rows, documents, strict=True):
        there = members[document.link.story_id]
        if there and there.most_common(1)[0][0] != row["cluster"]:
            verdict = "wrong"
        elif not there and row["cluster"] in seen:
            verdict = "missed"
        else:
            verdict = "right"
        there[row["cluster"]] += 1
        seen.add(row["cluster"])
        outcomes.append(Outcome(row=row, document=document, verdict=verdict))
    return outcomes


def measure(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Pairwise precision, recall and F1, B-cubed, sizes, and the rates that have floors."""
    truth = [item.row["cluster"] for item in outcomes]
    found = [item.document.link.story_id for item in outcomes]
    both = pairs(zip(truth, found, strict=True))
    precision, recall = both / pairs(found), both / pairs(truth)
    sizes, stories, shared = Counter(truth), Counter(found), Counter(zip(truth, found, strict=True))
    b_precision = sum(count * count / stories[story] for (_, story), count in shared.items()) / len(truth)
    b_recall = sum(count * count / sizes[cluster] for (cluster, _), count in shared.items()) / len(truth)
    return {
        "precision": precision,
        "recall": recall,
        "f1": harmonic(precision, recall),
        "b_cubed": harmonic(b_precision, b_recall),
        "biggest": max(stories.values()),
        "biggest_true": max(sizes.values()),
        "biggest_ratio": max(stories.values()) / max(sizes.values()),
        "roundups_joined": rate(outcomes, "roundup", "wrong"),
        "followups_joined": rate(outcomes, "followup", "wrong"),
        "excerpts_missed": rate(outcomes, "excerpt", "missed"),
    }


def pairs(labels: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())


def harmonic(one: float, two: float) -> float:
    return 2 * one * two / (one + two)


def rate(outcomes: Sequence[Outcome], kind: str, verdict: str) -> float:
    of_kind = [item for item in outcomes if item.row["kind"] == kind]
    return sum(item.verdict == verdict for item in of_kind) / len(of_kind)


def show(outcomes: Sequence[Outcome], figures: dict[str, float]) -> None:
    print(f"{len(outcomes):,} articles, {len({item.row['cluster'] for item in outcomes}):,} stories")
    print(
        f"precision {figures['precision']:.4f}  recall {figures['recall']:.4f}  F1 {figures['f1']:.4f}  B3 {figures['b_cubed']:.4f}"
        f"  biggest {figures['biggest']:.0f} (true {figures['biggest_true']:.0f})"
    )
    print(f"\n{'kind':<10}{'articles':>9}{'missed':>8}{'wrong':>7}   linked as")
    for kind, count in Counter(item.row["kind"] for item in outcomes).most_common():
        of_kind = [item for item in outcomes if item.row["kind"] == kind]
        verdicts = Counter(item.verdict for item in of_kind)
        kinds = Counter(item.document.link.kind.value for item in of_kind)
        named = ", ".join(f"{name} {number}" for name, number in kinds.most_common())
        print(f"{kind:<10}{count:>9,}{verdicts['missed']:>8}{verdicts['wrong']:>7}   {named}")


def show_error(outcome: Outcome) -> None:
    row, link = outcome.row, outcome.document.link
    print(
        f"\n{outcome.verdict}: {row['id']} ({row['kind']}: {', '.join(row['ops'])}) of {row['cluster']}, linked as {link.kind}"
    )
    print(
        f"  {json.dumps({key: value for key, value in link.evidence.items() if key != 'passages'}, ensure_ascii=False)[:900]}"
    )


if __name__ == "__main__":
    sys.exit(main())
