"""How well articles are read, and how fast, beside plain trafilatura and the peers that are installed, in the same run.

Two sets of the test data: `pages/`, 76 news pages in 26 languages whose truth comes from parsers written for each publisher, and
`pages_cc/`, 31 pages, most of them blogs, with pieces that belong to the text and pieces that do not. A body's score is the F1 of
its 4-word shingles (scripts without spaces: 4 characters), as the public benchmarks of article extraction count it, averaged over
pages. Times are of CPU; the readers take turns page by page, in changing order, and of several rounds the median counts, so that
other work on the machine does not decide.

    python benchmarks/reading.py [--errors] [--worst N] [--rounds N] [--no-batch] [--no-peers]
"""

from __future__ import annotations

import argparse
import logging
import math
import os
import statistics
import sys
import time
import warnings
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from floors import compare_with_floors
from reading_pages import DATA, Reading, TruePage, load_pages
from reading_scores import agrees, chunks_found, differing_lines, is_asked, is_language, score_body
from reading_tools import installed_peers, read_as_batch, read_with_trafilatura, read_with_wirecopy
from wirecopy import language
from wirecopy.extract.article import warm_up
from wirecopy.extract.facts.metadata import read_metadata
from wirecopy.extract.page.document import open_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reading_tools import Reader

OURS, BATCH, PLAIN = "wirecopy", "  as --batch", "trafilatura"
FIELDS = ("title", "authors", "date", "lang", "image")
CC_FIELDS = ("title", "author", "date")
UNKNOWN = {PLAIN: {"lang"}}  # what a reader does not tell
LEAST_PAGES = 3  # of a language that is reported on its own

Readings = dict[str, dict[str, Reading]]
Times = dict[str, dict[str, float]]


def main() -> int:
    options = _read_options()
    pages, others = load_pages("pages"), load_pages("pages_cc")
    if not pages or not others:
        print(f"skipped: no test data at {DATA / 'pages'}; set WIRECOPY_TEST_DATA", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    logging.disable(logging.CRITICAL)  # readers' remarks about single pages
    warnings.simplefilter("ignore")
    warm_up()
    everything = [*pages, *others]
    readings, times = read_all({OURS: read_with_wirecopy, PLAIN: read_with_trafilatura}, everything, options.rounds)
    if options.with_batch:
        readings[BATCH], seconds = read_as_batch(everything)
        print(
            f"wirecopy extract --batch: {len(everything)} pages in {seconds:.1f} s by the clock, the start of its workers included"
        )
    if options.with_peers:
        peers_readings, peers_times = read_all(installed_peers(), everything, 1)
        readings |= peers_readings
        times |= peers_times
    readings = {name: readings[name] for name in (OURS, BATCH, PLAIN, *readings) if name in readings}
    figures = report_pages(pages, readings)
    figures |= report_languages(pages, readings)
    figures |= report_headlines(pages)
    figures |= report_others(others, readings)
    figures |= report_times(everything, readings, times)
    if options.errors:
        show_errors(pages, readings[OURS])
        show_other_errors(others, readings[OURS])
    show_worst(pages, readings, options.worst)
    return compare_with_floors("reading", figures)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--errors", action="store_true", help="show where a field differs from the truth")
    parser.add_argument(
        "--worst", type=int, default=0, metavar="N", help="show the N worst bodies: lines missing, lines too many"
    )
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often each page is read for its time  [3]")
    parser.add_argument("--no-batch", dest="with_batch", action="store_false", help="leave `wirecopy extract --batch` out")
    parser.add_argument("--no-peers", dest="with_peers", action="store_false", help="leave installed peers out")
    return parser.parse_args()


def read_all(readers: dict[str, Reader], pages: Sequence[TruePage], rounds: int) -> tuple[Readings, Times]:
    """What each reader found, and its CPU seconds a page: the median of the rounds."""
    readings: Readings = {name: {} for name in readers}
    spent: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in readers}
    for turn in range(rounds):
        for place, page in enumerate(pages):
            # Who comes first pays for what libraries remember of the page's strings.
            order = list(readers) if (turn + place) % 2 else list(reversed(readers))
            for name in order:
                began = time.process_time()
                readings[name][page.name] = _read(readers[name], page)
                spent[name][page.name].append(time.process_time() - began)
    return readings, {
        name: {page: statistics.median(each) for page, each in by_page.items()} for name, by_page in spent.items()
    }


def _read(reader: Reader, page: TruePage) -> Reading:
    try:
        return reader(page.body, page.url)
    except Exception as error:  # noqa: BLE001 - whatever a reader raises is a page that it failed at
        return Reading(error=f"{type(error).__name__}: {error}")


def report_pages(pages: Sequence[TruePage], readings: Readings) -> dict[str, float]:
    """Bodies and fields of `pages/`."""
    print(
        f"\n{len(pages)} news pages in {len({page.truth['lang'] for page in pages})} languages; fields exact, case and punctuation aside"
    )
    print(f"{'':<13}{'body F1':>9}" + "".join(f"{field:>9}" for field in FIELDS))
    bodies, figures = {}, {}
    for name, found in readings.items():
        bodies[name] = statistics.fmean(score_body(found[page.name].text, page.truth["body"]) for page in pages)
        shares = {field: _share_right(field, pages, found) for field in FIELDS if field not in UNKNOWN.get(name, ())}
        print(
            f"{name:<13}{bodies[name]:>9.3f}"
            + "".join(f"{shares[field]:>9.3f}" if field in shares else f"{'-':>9}" for field in FIELDS)
        )
        if name == OURS:
            figures = shares
    print("(image: one is named where there is one; which crop of it is no question of right or wrong)")
    named = Counter(reading.agency for reading in readings[OURS].values() if reading.agency)
    print(f"agencies named (no truth): {', '.join(f'{name} {count}' for name, count in named.most_common()) or 'none'}")
    return figures | {"body_f1": bodies[OURS], "body_gain": bodies[OURS] - bodies[PLAIN]}


def _share_right(field: str, pages: Sequence[TruePage], found: dict[str, Reading]) -> float:
    return statistics.fmean(agrees(field, found[page.name], page) for page in pages if is_asked(field, page))


def report_languages(pages: Sequence[TruePage], readings: Readings) -> dict[str, float]:
    """Bodies by language; none may be below plain trafilatura's."""
    by_language: dict[str, list[TruePage]] = defaultdict(list)
    for page in pages:
        by_language[page.truth["lang"]].append(page)
    print(
        f"\nbody F1 of languages with {LEAST_PAGES} pages or more\n{'':<13}"
        + "".join(f"{name.strip():>13}" for name in readings)
    )
    gains = []
    for tag, own in sorted(by_language.items()):
        if len(own) < LEAST_PAGES:
            continue
        means = {
            name: statistics.fmean(score_body(found[page.name].text, page.truth["body"]) for page in own)
            for name, found in readings.items()
        }
        print(f"{tag:<4}{len(own):>3} pages" + "".join(f"{mean:>13.3f}" for mean in means.values()))
        gains.append(means[OURS] - means[PLAIN])
    return {"worst_language_gain": min(gains)}


def report_headlines(pages: Sequence[TruePage]) -> dict[str, float]:
    """The language told from the true headline alone, and with what the page says of itself."""
    asked = [page for page in pages if page.truth["title"]]
    alone, hinted = (
        statistics.fmean(
            is_language(
                language.detect_language(page.truth["title"], "", hint=_hint(page) if with_hint else None), page.truth["lang"]
            )
            for page in asked
        )
        for with_hint in (False, True)
    )
    print(f"\nlanguage from the headline alone: {alone:.3f}; with the page's hint: {hinted:.3f}")
    return {"title_lang": alone, "title_lang_hinted": hinted}


def _hint(page: TruePage) -> str | None:
    return read_metadata(open_page(page.body, "text/html", page.name).tree, page.url).lang_hint


def report_others(pages: Sequence[TruePage], readings: Readings) -> dict[str, float]:
    """Pieces and fields of `pages_cc/`; an author, date or headline that the truth does not have is counted apart."""
    print(
        f"\n{len(pages)} pages of the free web: pieces found, pieces and comments kept out; (n) found where the truth has none"
    )
    print(f"{'':<13}{'found':>9}{'kept out':>9}{'comments':>9}" + "".join(f"{field:>13}" for field in CC_FIELDS))
    figures: dict[str, float] = {}
    for name, found in readings.items():
        shares = {"found": _share_present("with", pages, found)}
        shares |= {"kept_out": 1 - _share_present("without", pages, found)}
        shares |= {"comments": 1 - _share_present("comments", pages, found)}
        row = "".join(f"{share:>9.3f}" for share in shares.values())
        for field in CC_FIELDS:
            shares[field] = _share_right(field, pages, found)
            extra = sum(_has(field, found[page.name]) for page in pages if not is_asked(field, page))
            row += f"{shares[field]:>9.3f} ({extra})"
        print(f"{name:<13}{row}")
        if name == OURS:
            figures = {f"cc_{key}": share for key, share in shares.items()}
    return figures


def _share_present(kind: str, pages: Sequence[TruePage], found: dict[str, Reading]) -> float:
    asked = sum(len(page.truth[kind]) for page in pages)
    return sum(len(_present(kind, page, found[page.name])) for page in pages) / asked


def _present(kind: str, page: TruePage, reading: Reading) -> list[str]:
    # A piece of the headline is found where the headline is: that the text repeats it is no merit.
    return chunks_found(f"{reading.title}\n{reading.text}" if kind == "with" else reading.text, page.truth[kind])


def _has(field: str, reading: Reading) -> bool:
    return bool({"author": reading.authors, "date": reading.date, "title": reading.title}[field])


def report_times(pages: Sequence[TruePage], readings: Readings, times: Times) -> dict[str, float]:
    """Pages a second and the slowest ones."""
    print(
        f"\nCPU of one core, all {len(pages)} pages\n{'':<13}{'pages/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'max ms':>9}{'failed':>9}{'empty':>9}"
    )
    for name, found in readings.items():
        failed = sum(found[page.name].error is not None for page in pages)
        empty = sum(not found[page.name].text for page in pages) - failed
        if name not in times:
            print(f"{name:<13}{'-':>9}{'-':>9}{'-':>9}{'-':>9}{'-':>9}{failed:>9}{empty:>9}")
            continue
        each = sorted(times[name].values())
        points = "".join(f"{1000 * nearest_rank(each, share):>9.0f}" for share in (0.5, 0.95, 0.99, 1))
        print(f"{name:<13}{len(each) / sum(each):>9.1f}{points}{failed:>9}{empty:>9}")
    ours, theirs = sorted(times[OURS].values()), sorted(times[PLAIN].values())
    speed = sum(theirs) / sum(ours)
    print(f"\nspeed: {speed:.2f} of bare trafilatura's, metadata and language included")
    return {
        "speed_ratio": speed,
        "p99_ratio": nearest_rank(ours, 0.99) / nearest_rank(theirs, 0.99),
        "failed_or_empty": sum(not found.text for found in readings[OURS].values()),
    }


def nearest_rank(ordered: Sequence[float], share: float) -> float:
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def show_errors(pages: Sequence[TruePage], found: dict[str, Reading]) -> None:
    """Each field of `pages/` that differs from the truth."""
    print()
    for field in FIELDS:
        for page in pages:
            if is_asked(field, page) and not agrees(field, reading := found[page.name], page):
                print(f"{field}: {page.name}: {getattr(reading, field)!r}, truth {page.truth[field]!r}")
    for page in pages:
        if not is_language(tag := language.detect_language(page.truth["title"], "", hint=None), page.truth["lang"]):
            print(f"headline's language: {page.name}: {tag!r}, truth {page.truth['lang']!r}: {page.truth['title']}")


def show_other_errors(pages: Sequence[TruePage], found: dict[str, Reading]) -> None:
    """Each field of `pages_cc/` that differs from the truth, and each piece that is missing or too many."""
    for field in CC_FIELDS:
        for page in pages:
            reading = found[page.name]
            if not agrees(field, reading, page) if is_asked(field, page) else _has(field, reading):
                value = reading.authors if field == "author" else getattr(reading, field)
                print(f"cc {field}: {page.name}: {value!r}, truth {page.truth[field]!r}")
    for page in pages:
        there = _present("with", page, found[page.name])
        surplus = [chunk for kind in ("without", "comments") for chunk in _present(kind, page, found[page.name])]
        for mark, chunks in (("-", [chunk for chunk in page.truth["with"] if chunk not in there]), ("+", surplus)):
            for chunk in chunks:
                print(f"cc text: {page.name}: {mark} {chunk!r}")


def show_worst(pages: Sequence[TruePage], readings: Readings, count: int) -> None:
    """The worst bodies, the lines they miss and the lines that are too many."""

    def score(name: str, page: TruePage) -> float:
        return score_body(readings[name][page.name].text, page.truth["body"])

    for page in sorted(pages, key=lambda page: score(OURS, page))[:count]:
        print(f"\n== {page.name}: {score(OURS, page):.3f}, trafilatura {score(PLAIN, page):.3f}")
        for mark, line in differing_lines(readings[OURS][page.name].text, page.truth["body"]):
            print(f"{mark} {line[:300]}")


if __name__ == "__main__":
    sys.exit(main())
