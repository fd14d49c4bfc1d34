"""`wirecopy sources check`: ask every feed once, keep nothing, and say what is wrong with each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from wirecopy.cli.options import json_option, print_json, progress_bar
from wirecopy.cli.probe import Prober, open_prober
from wirecopy.clock import utc_now
from wirecopy.settings import load_settings
from wirecopy.sources import load_sources
from wirecopy.sources.findings import STALE_DAYS, FeedAnswer, Finding, Severity, examine_feed, find_duplicates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wirecopy.models import Source


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--sources", metavar="FILE", help="The sources file  [env: WIRECOPY_SOURCES]")
@click.option(
    "--stale-days",
    type=click.IntRange(min=1),
    default=STALE_DAYS,
    show_default=True,
    help="Tell of feeds whose newest entry is older.",
)
@json_option
def check(*, ids: tuple[str, ...], sources: str | None, stale_days: int, as_json: bool) -> int:
    """Ask every feed (or those of the sources named) once, and say what is wrong with each, the worst first.

    Nothing is stored: no data folder and no store is read or written. Exit 1 if a feed failed; warnings do not count.
    """
    settings = load_settings(sources=sources)
    chosen = _choose(load_sources(settings.sources), ids)
    with open_prober(settings) as prober:
        answers = _ask(prober, chosen)
    now = utc_now()
    duplicates = find_duplicates(answers)
    results: list[tuple[FeedAnswer, tuple[Finding, ...]]] = []
    for answer in answers:
        findings = examine_feed(answer, now=now, stale_days=stale_days)
        results.append((answer, (*findings, *([duplicates[answer.url]] if answer.url in duplicates else []))))
    results.sort(key=lambda result: _badness(result[1]), reverse=True)
    for answer, findings in results:
        if as_json:
            print_json(_as_json(answer, findings))
        else:
            _print(answer, findings)
    failed = sum(_badness(findings)[0] > 0 for _, findings in results)
    warned = sum(_badness(findings)[0] == 0 and bool(findings) for _, findings in results)
    fine = len(results) - failed - warned
    click.echo(f"{len(results)} feeds asked: {failed} failed, {warned} with warnings, {fine} fine", err=True)
    return 1 if failed else 0


def _choose(listed: Sequence[Source], ids: tuple[str, ...]) -> list[Source]:
    unknown = sorted(set(ids) - {source.id for source in listed})
    if unknown:
        raise click.UsageError(f"no source has the id {', '.join(unknown)}; `wirecopy sources list` shows them")
    return [source for source in listed if not ids or source.id in ids]


def _ask(prober: Prober, chosen: Sequence[Source]) -> list[FeedAnswer]:
    by_url = {feed: source for source in chosen for feed in source.feeds}
    with progress_bar() as progress:
        task = progress.add_task("asking feeds", total=len(by_url))
        probes = prober.read_feeds(
            [(feed, source.delay_s) for feed, source in by_url.items()], on_answer=lambda: progress.advance(task)
        )
        # What answers by http only is asked by https as well: an address that may be read on its way is worth changing.
        plain = {
            f"https://{probe.url.partition('://')[2]}": probe.url
            for probe in probes
            if probe.feed is not None and probe.page is not None and probe.page.final_url.startswith("http://")
        }
        safe = {
            plain[probe.url]: probe.url
            for probe in prober.read_feeds([(url, by_url[stated].delay_s) for url, stated in plain.items()])
            if probe.feed is not None
        }
    return [
        FeedAnswer(
            url=probe.url,
            source=by_url[probe.url],
            status=probe.page.status if probe.page else None,
            final_url=probe.page.final_url if probe.page else None,
            permanent_url=probe.page.permanent_url if probe.page else None,
            error=probe.error,
            feed=probe.feed,
            https_url=safe.get(probe.url),
        )
        for probe in probes
    ]


def _badness(findings: Sequence[Finding]) -> tuple[int, int]:
    failures = sum(finding.severity is Severity.FAILURE for finding in findings)
    return failures, len(findings)


def _print(answer: FeedAnswer, findings: Sequence[Finding]) -> None:
    word = "FAIL" if _badness(findings)[0] else "warn" if findings else "ok  "
    told = ""
    if answer.feed is not None:
        newest = f", newest {answer.newest_at:%Y-%m-%d %H:%M}" if answer.newest_at else ""
        told = f"  {len(answer.feed.entries)} entries{newest}"
    click.echo(f"{word}  {answer.source.id}  {answer.url}{told}")
    for finding in findings:
        click.echo(f"      {finding.kind.value}: {finding.text}")


def _as_json(answer: FeedAnswer, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "source": answer.source.id,
        "url": answer.url,
        "ok": not _badness(findings)[0],
        "status": answer.status,
        "format": answer.feed.format if answer.feed else None,
        "title": answer.feed.title if answer.feed else None,
        "entries": len(answer.feed.entries) if answer.feed else None,
        "newest_at": answer.newest_at.isoformat() if answer.newest_at else None,
        "findings": [{"severity": each.severity.value, "kind": each.kind.value, "text": each.text} for each in findings],
    }
