"""How well articles are read: body, title, authors, date and language over real pages, beside plain trafilatura in the same run.

The pages are `pages/` of the test data: 76 real news pages in 26 languages; the truth comes from parsers written for each
publisher. The body's score is the F1 of its 4-word shingles (scripts without spaces: 4 characters), as the public benchmarks of
article extraction count it, averaged over pages.

    python benchmarks/reading.py [--errors] [--worst N]
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import re
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import trafilatura

from floors import compare_with_floors
from wirecopy.extract.article import read_article, warm_up

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("WIRECOPY_TEST_DATA", ROOT.parent / "shared" / "data"))
TOKEN = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
SHINGLE = 4
# The truth says `no` for Norwegian, which BCP 47 leaves to be Bokmål or Nynorsk.
SAME_LANGUAGE = {"no": ("nb", "nn", "no")}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--errors", action="store_true", help="show where a field differs from the truth")
    parser.add_argument(
        "--worst", type=int, default=0, metavar="N", help="show the N worst bodies: lines missing, lines too many"
    )
    options = parser.parse_args()
    metas = sorted((DATA / "pages").glob("*.json"))
    if not metas:
        print(f"skipped: no test data at {DATA / 'pages'}; set WIRECOPY_TEST_DATA", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    logging.disable(logging.CRITICAL)  # trafilatura's remarks about single pages
    warm_up()
    right: dict[str, Counter[str]] = {"wirecopy": Counter(), "trafilatura": Counter()}
    asked: Counter[str] = Counter()
    bodies: dict[str, list[tuple[float, float]]] = defaultdict(list)
    seconds: Counter[str] = Counter()
    readings: list[tuple[float, float, str, str, str]] = []
    for meta in metas:
        truth = json.loads(meta.read_text(encoding="utf-8"))
        page = gzip.decompress(meta.with_name(f"{meta.stem}.html.gz").read_bytes())
        answers = {name: timed(seconds, name, read, page, truth["url"]) for name, read in READERS.items()}
        pair = score(answers["wirecopy"]["body"], truth["body"]), score(answers["trafilatura"]["body"], truth["body"])
        bodies[truth["lang"]].append(pair)
        readings.append((*pair, meta.stem, answers["wirecopy"]["body"], truth["body"]))
        for field in ("title", "authors", "date", "lang"):
            if field == "date" and not truth["date"]:
                continue
            asked[field] += 1
            for name, answer in answers.items():
                is_right = agrees(field, answer[field], truth)
                right[name][field] += is_right
                if options.errors and name == "wirecopy" and not is_right:
                    print(f"{field}: {meta.stem}: {answer[field]!r}, truth {truth[field]!r}")
    for ours, theirs, name, found, wanted in sorted(readings)[: options.worst]:
        print(f"\n== {name}: {ours:.3f}, trafilatura {theirs:.3f}")
        for mark, line in differing_lines(found, wanted):
            print(f"{mark} {line[:300]}")
    return report(right, asked, bodies, seconds)


def read_with_wirecopy(page: bytes, url: str) -> dict[str, Any]:
    article = read_article(page, url=url, content_type="text/html")
    return {
        "body": article.text,
        "title": article.title,
        "authors": article.authors,
        "date": article.published_at.stated[:10] if article.published_at else None,
        "lang": article.lang,
    }


def read_with_trafilatura(page: bytes, url: str) -> dict[str, Any]:
    found = trafilatura.bare_extraction(page, url=url, include_comments=False, with_metadata=True)
    if found is None:
        return {"body": "", "title": None, "authors": (), "date": None, "lang": None}
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    return {"body": found.text or "", "title": found.title, "authors": authors, "date": found.date, "lang": None}


FIELDS = {"wirecopy": {"title", "authors", "date", "lang"}, "trafilatura": {"title", "authors", "date"}}
READERS = {"wirecopy": read_with_wirecopy, "trafilatura": read_with_trafilatura}


def timed(seconds: Counter[str], name: str, read: Any, page: bytes, url: str) -> dict[str, Any]:
    began = time.process_time()
    answer: dict[str, Any] = read(page, url)
    seconds[name] += time.process_time() - began
    return answer


def score(found: str, truth: str) -> float:
    """F1 of the shingles of a body."""
    ours, theirs = shingles(found), shingles(truth)
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else float(not ours and not theirs)


def differing_lines(found: str, wanted: str) -> list[tuple[str, str]]:
    """The lines missing (`-`, in the truth's order), then those too many (`+`): less than half their shingles are on the other side."""
    return [("-", line) for line in lines_lacking(wanted, found)] + [("+", line) for line in lines_lacking(found, wanted)]


def lines_lacking(lines: str, other: str) -> list[str]:
    there, folded = shingles(other), fold(other)
    lacking = (line for line in lines.split("\n") if (own := shingles(line)) and (own & there).total() * 2 < own.total())
    return [line for line in lacking if fold(line) not in folded]  # a line too short for a shingle may stand within another


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = TOKEN.findall(text.lower())
    if len(words) < SHINGLE:
        return Counter([tuple(words)] if words else [])
    return Counter(zip(*(words[start:] for start in range(SHINGLE)), strict=False))


def agrees(field: str, answer: Any, truth: dict[str, Any]) -> bool:
    stated = truth[field]
    if field == "authors":
        return {fold(name) for name in answer} == {fold(name) for name in stated or ()}
    if field == "date":
        return answer == stated[:10]
    if field == "lang":
        return (answer or "").partition("-")[0] in SAME_LANGUAGE.get(stated, (stated,))
    return fold(answer) == fold(stated)


def fold(text: str | None) -> str:
    return re.sub(r"\W+", " ", text or "").strip().lower()


def report(
    right: dict[str, Counter[str]],
    asked: Counter[str],
    bodies: dict[str, list[tuple[float, float]]],
    seconds: Counter[str],
) -> int:
    pages = sum(len(scores) for scores in bodies.values())
    means = [sum(pair[side] for scores in bodies.values() for pair in scores) / pages for side in (0, 1)]
    figures = {
        "body_f1": means[0],
        "body_gain": means[0] - means[1],
        "speed_ratio": seconds["trafilatura"] / seconds["wirecopy"],
        **{field: right["wirecopy"][field] / asked[field] for field in asked},
    }
    print(f"{pages} pages in {len(bodies)} languages\n\n{'':<12}{'body F1':>9}" + "".join(f"{field:>10}" for field in asked))
    for side, name in enumerate(READERS):
        exact = "".join(
            f"{right[name][field] / asked[field]:>10.3f}" if field in FIELDS[name] else f"{'-':>10}" for field in asked
        )
        print(f"{name:<12}{means[side]:>9.3f}{exact}   {pages / seconds[name]:.1f} pages a second of CPU")
    print("\nbody F1 of languages with 3 pages or more (wirecopy, trafilatura):")
    figures["worst_language_gain"] = 1.0
    for lang, scores in sorted(bodies.items()):
        if len(scores) >= 3:
            ours, theirs = (sum(pair[side] for pair in scores) / len(scores) for side in (0, 1))
            figures["worst_language_gain"] = min(figures["worst_language_gain"], ours - theirs)
            print(f"  {lang}  {len(scores):>3} pages  {ours:.3f}  {theirs:.3f}")
    print(f"\nspeed: {figures['speed_ratio']:.2f} of bare trafilatura's, metadata and language included")
    return compare_with_floors("reading", figures)


if __name__ == "__main__":
    sys.exit(main())
