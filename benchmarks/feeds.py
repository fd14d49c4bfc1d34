"""What feed parsing costs beside bare feedparser, in the same run over the same feeds, and whether both find as many entries.

The feeds are `feeds/` of the test data: 526, most from parsers' own test-suites, 30 of publishers. Bare feedparser is
`feedparser.parse(io.BytesIO(body))` with its defaults; the ratio is of CPU time, so that other work on the machine matters little.
The third figure is the part of ours that the second reading's count takes, with the search for the root.

    python benchmarks/feeds.py [--errors]
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser

from floors import compare_with_floors
from wirecopy.errors import ContentError
from wirecopy.feeds.body import clean_body, describe_body, root_name
from wirecopy.feeds.crosscheck import count_items
from wirecopy.feeds.parse import read_feed

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("WIRECOPY_TEST_DATA", ROOT.parent / "shared" / "data"))
ROUNDS = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--errors", action="store_true", help="show the feeds in which the numbers of entries differ")
    options = parser.parse_args()
    expected = DATA / "feeds" / "expected.json"
    if not expected.exists():
        print(f"skipped: no test data at {expected}; set WIRECOPY_TEST_DATA", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    warnings.simplefilter("ignore")  # feedparser's own, of fields that will go
    rows = json.loads(expected.read_text(encoding="utf-8"))
    bodies = {row["path"]: (DATA / "feeds" / row["file"]).read_bytes() for row in rows}
    seconds: Counter[str] = Counter()
    for _ in range(ROUNDS):
        for body in bodies.values():
            spend(seconds, "wirecopy", read_with_wirecopy, body)
            spend(seconds, "feedparser", read_with_feedparser, body)
            if describe_body(body) is None:
                clean = clean_body(body, None)
                spend(seconds, "the second reading's count", count, clean)
    counts: Counter[str] = Counter()
    for path, body in bodies.items():
        ours, theirs = read_with_wirecopy(body), read_with_feedparser(body)
        counts["failures" if ours is None else "feeds"] += 1
        counts["entries"] += ours or 0
        counts["entries_of_feedparser"] += theirs
        counts["lost"] += max(0, theirs - (ours or 0))
        if options.errors and ours != theirs:
            print(f"{path}: {ours} entries, feedparser {theirs}")
    ratio = seconds["wirecopy"] / seconds["feedparser"]
    size = sum(map(len, bodies.values()))
    print(
        f"{len(bodies)} feeds, {size / 1e6:.2f} MB, {ROUNDS} rounds: {counts['feeds']} read, {counts['failures']} recorded failures"
    )
    print(f"entries: wirecopy {counts['entries']}, feedparser {counts['entries_of_feedparser']}, lost {counts['lost']}")
    for name, spent in seconds.most_common():
        print(f"{name:<28}{spent / ROUNDS:8.3f} s of CPU a round  {spent / seconds['feedparser']:6.1%} of bare feedparser's")
    return compare_with_floors("feeds", {"cpu_ratio": ratio, "lost": counts["lost"]})


def spend(seconds: Counter[str], name: str, read: Callable[[bytes], object], body: bytes) -> None:
    began = time.process_time()
    read(body)
    seconds[name] += time.process_time() - began


def count(clean: bytes) -> int:
    return count_items(clean, root=root_name(clean))


def read_with_wirecopy(body: bytes) -> int | None:
    try:
        return len(read_feed(body, url="").items)
    except ContentError:
        return None


def read_with_feedparser(body: bytes) -> int:
    return len(feedparser.parse(io.BytesIO(body)).entries)


if __name__ == "__main__":
    sys.exit(main())
