"""How well languages are told: of whole articles, of three sentences, and of headlines.

The texts are the bodies and headlines of `pages/` of the test data (76 real pages in 26 languages) and `translations/dev.jsonl.gz`
(3,165 translated news texts in 31 languages: whole, three sentences from the start, and the first seven words of the headline).
No page hints are given. Beside each figure stands that of langdetect alone, in the same run.

    python benchmarks/language.py [--errors]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from floors import compare_with_floors
from reading_pages import MISLABELLED
from wirecopy.language import detect_language, find_other_languages, warm_up
from wirecopy.language.opinions import ask_langdetect, has_cld2

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("WIRECOPY_TEST_DATA", ROOT.parent / "shared" / "data"))
# What the truth leaves open.
EITHER = {"no": ("nb", "nn"), "zh": ("zh-Hans", "zh-Hant"), "sr": ("sr", "sr-Latn")}
SENTENCE_ENDS = re.compile("(?<=[.!?\u061f\u06d4])\\s+|\n|(?<=[\u0964\u3002\uff01\uff1f])")
WORDS = 7
CHARS_WITHOUT_SPACES = 40


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--errors", action="store_true", help="show which texts are told wrongly")
    parser.add_argument("--part", type=int, default=1, metavar="N", help="of the translations every Nth document")
    options = parser.parse_args()
    if not (DATA / "pages").is_dir() or not (DATA / "translations").is_dir():
        print(f"skipped: no test data at {DATA}; set WIRECOPY_TEST_DATA", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    if not has_cld2():
        print("skipped: the floors are for all three detectors, and pycld2 has no wheel for this platform", file=sys.stderr)
        return 0
    warm_up()
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    mixed = 0
    for kind, truth, name, title, text in texts(options.part):
        began = time.process_time()
        found = detect_language(title, text)
        seconds[kind] += time.process_time() - began
        expected = EITHER.get(truth, (truth,))
        asked[kind] += 1
        right[kind] += found in expected
        unknown[kind] += found is None
        alone[kind] += next((tag in {*expected, truth} for tag, _ in ask_langdetect(f"{title}\n{text[:2500]}")), False)
        mixed += kind == "whole" and bool(find_other_languages(text, found))
        if options.errors and found not in expected:
            print(f"{kind}: {name}: {found}, truth {truth}: {title or text[:80]!r}")
    print(f"{'':<14}{'texts':>7}{'right':>9}{'unknown':>9}{'ms':>7}{'langdetect alone':>19}")
    for kind, count in asked.items():
        print(
            f"{kind:<14}{count:>7}{right[kind] / count:>9.4f}{unknown[kind] / count:>9.4f}{1000 * seconds[kind] / count:>7.1f}"
            f"{alone[kind] / count:>19.4f}"
        )
    print(f"\nin several languages: {mixed} of {asked['whole']} whole texts, all of which are in one")
    figures = {kind: right[kind] / asked[kind] for kind in asked}
    return compare_with_floors("language", {**figures, "mixed": mixed / asked["whole"]})


def texts(part: int) -> Iterator[tuple[str, str, str, str, str]]:
    """Each text as (kind, its language, where it is from, headline, text)."""
    for path in sorted((DATA / "pages").glob("*.json")):
        row = json.loads(path.read_text(encoding="utf-8"))
        truth = MISLABELLED.get(path.stem, row["lang"])
        yield "page_body", truth, path.stem, row["title"], row["body"]
        yield "page_title", truth, path.stem, row["title"], ""
    with gzip.open(DATA / "translations" / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, islice(lines, 0, None, part)):
            sentences = [sentence for sentence in SENTENCE_ENDS.split(row["text"]) if sentence.strip()]
            words = row["title"].split()
            title = " ".join(words[:WORDS]) if len(words) > 1 else row["title"][:CHARS_WITHOUT_SPACES]
            yield "whole", row["lang"], row["id"], "", row["text"]
            yield "three", row["lang"], row["id"], "", " ".join(sentences[1:4])
            yield "seven_words", row["lang"], row["id"], title, ""


if __name__ == "__main__":
    sys.exit(main())
