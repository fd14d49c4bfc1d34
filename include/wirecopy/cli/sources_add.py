"""`wirecopy sources add`: find a site's feeds, try them, and append what is taken to the sources file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from wirecopy.cli.options import json_option, print_json, stderr_console
from wirecopy.cli.probe import ProbedFeed, Prober, open_prober
from wirecopy.errors import ConfigError, ConnectionFailed, ContentError
from wirecopy.models import Source, SourceId
from wirecopy.settings import load_settings
from wirecopy.sources import append_sources, format_sources, parse_sources
from wirecopy.sources.grouping import free_id, name_outlet
from wirecopy.sources.listing import read_listing
from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wirecopy.sources.listing import Listing

# A page's candidates are asked five seconds apart where they are on one host: twelve take a minute.
_MOST_CANDIDATES = 12


@click.command()
@click.argument("url")
@click.option("--name", help="What people call the outlet; the feed's own title where none is given.")
@click.option("--id", "source_id", metavar="ID", help="Its short name; made from the name where none is given.")
@click.option("--country", metavar="CODE", help="ISO 3166-1, such as DE.")
@click.option("--language", metavar="TAG", help="BCP 47, such as de or pt-BR.")
@click.option(
    "--feed",
    "feeds",
    multiple=True,
    metavar="URL",
    help="A feed of the site; may be given more than once. URL is its home page then.",
)
@click.option("--all", "take_all", is_flag=True, help="Take every feed that is found, not the best alone.")
@click.option("--sources", metavar="FILE", help="The sources file, made where there is none  [env: WIRECOPY_SOURCES]")
@json_option
def add(
    *,
    url: str,
    name: str | None,
    source_id: str | None,
    country: str | None,
    language: str | None,
    feeds: tuple[str, ...],
    take_all: bool,
    sources: str | None,
    as_json: bool,
) -> None:
    """Add an outlet to the end of the sources file.

    URL is a feed, or a home page whose feeds are found. Each feed is asked once; nothing but the sources file is changed.
    """
    settings = load_settings(sources=sources)
    listing = read_listing(settings.sources)
    has_scheme = "://" in url
    url = url if has_scheme else f"https://{url}"
    for each in feeds or (url,):
        _refuse_listed(listing, each)
    with open_prober(settings) as prober:
        if feeds:
            homepage, probes = _ask_stated(prober, url, feeds)
        else:
            try:
                homepage, probes = _discover(prober, url)
            except ConnectionFailed:
                if has_scheme:
                    raise
                url = url.replace("https:", "http:", 1)
                homepage, probes = _discover(prober, url)
    for probe in probes:
        _show(probe)
    taken = _take(probes, listing, url, take_all=take_all or bool(feeds))
    titles = [probe.feed.title for probe in taken if probe.feed and probe.feed.title]
    chosen_name = name or name_outlet(titles, homepage or taken[0].lasting_url)
    source = Source(
        id=free_id(chosen_name, homepage or url, {each.id for each in listing.sources}),
        name=chosen_name,
        feeds=tuple(probe.lasting_url for probe in taken),
        country=country,
        language=language,
        homepage=homepage,
    )
    source = _checked(source, source_id)
    append_sources(settings.sources, [source])
    if as_json:
        from wirecopy.cli.sources import source_as_json  # noqa: PLC0415 - that module imports this one

        print_json({"sources": str(settings.sources), "added": source_as_json(source), "found": [_as_json(p) for p in probes]})
    else:
        click.echo(f"added to {settings.sources}:\n")
        click.echo(format_sources([source]), nl=False)


def _refuse_listed(listing: Listing, url: str) -> None:
    try:
        listed = listing.find(url)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if listed is not None:
        raise ConfigError(url, f"stands at {listing.path}:{listed.line} already, source {listed.source.id}")


def _ask_stated(prober: Prober, url: str, feeds: Sequence[str]) -> tuple[str | None, list[ProbedFeed]]:
    """Feeds that were named: each must be one."""
    probes = prober.read_feeds([(feed, None) for feed in dict.fromkeys(feeds)])
    for probe in probes:
        if probe.error is not None:
            raise ContentError(probe.url, probe.error.message)
    return url, probes


def _discover(prober: Prober, url: str) -> tuple[str | None, list[ProbedFeed]]:
    """The address itself where it is a feed; else the page's address and what came of the feeds it names, or of usual paths."""
    from wirecopy.feeds.discover import Evidence  # noqa: PLC0415 - reads HTML, which other commands need not wait for

    page, found = prober.find_feeds(url)
    final_url = page.final_url
    if any(candidate.evidence is Evidence.ITSELF for candidate in found.candidates):
        return None, [prober.read_page(page)]
    probes = prober.read_feeds([(candidate.url, None) for candidate in found.candidates[:_MOST_CANDIDATES]])
    if len(found.candidates) > _MOST_CANDIDATES:
        left = len(found.candidates) - _MOST_CANDIDATES
        stderr_console().print(f"{left} more that may be feeds were not asked; name one with --feed", markup=False)
    if not any(map(_is_usable, probes)):
        stderr_console().print(f"{final_url} names no feed that can be read; trying usual addresses", markup=False)
        asked = {probe.url for probe in probes}
        for guess in _guess(prober, final_url, found.guesses):
            if guess in asked:
                continue
            (probe,) = prober.read_feeds([(guess, None)])
            if _is_usable(probe):
                probes.append(probe)
                break
    return final_url, probes


def _guess(prober: Prober, url: str, usual: Sequence[str]) -> Iterator[str]:
    """Usual addresses of feeds and, last, what the site's robots.txt names: a sitemap says less of an article than a feed does."""
    yield from usual
    yield from prober.find_sitemaps(url)


def _is_usable(probe: ProbedFeed) -> bool:
    return probe.feed is not None and bool(probe.feed.entries or probe.feed.sitemaps)


def _take(probes: Sequence[ProbedFeed], listing: Listing, url: str, *, take_all: bool) -> list[ProbedFeed]:
    """The best of the feeds, or all: those with entries, each once, that are not listed yet."""
    usable: dict[str, ProbedFeed] = {}
    for probe in probes:
        if _is_usable(probe):
            usable.setdefault(url_key(probe.lasting_url), probe)
    if not usable:
        reasons = "; ".join(f"{probe.url}: {probe.error.message if probe.error else 'no entries'}" for probe in probes[:3])
        raise ContentError(url, f"no feed was found{f' ({reasons})' if reasons else ''}; name one with --feed")
    new = [probe for probe in usable.values() if listing.find(probe.lasting_url) is None]
    for probe in usable.values():
        if probe not in new:
            if not new or (not take_all and probe is next(iter(usable.values()))):
                _refuse_listed(listing, probe.lasting_url)
            click.echo(f"skipped: {probe.lasting_url}: is listed already", err=True)
    if not take_all and len(new) > 1:
        click.echo(f"{len(new) - 1} more can be had with --all, or one of them with --feed", err=True)
    return new if take_all else new[:1]


def _checked(source: Source, source_id: str | None) -> Source:
    """The source as the file would give it back; a slip of the command line is told as such."""
    stated = replace(source, id=SourceId(source_id)) if source_id else source
    try:
        (read,) = parse_sources(format_sources([stated]), name="command line")
    except ConfigError as error:
        raise click.UsageError(error.message) from None
    return read


def _show(probe: ProbedFeed) -> None:
    if probe.feed is None:
        text = f"no    {probe.url}  {probe.error.message if probe.error else ''}"
    else:
        title = f"  {probe.feed.title}" if probe.feed.title else ""
        text = f"feed  {probe.lasting_url}  {len(probe.feed.entries)} entries{title}"
    click.echo(text, err=True)


def _as_json(probe: ProbedFeed) -> dict[str, Any]:
    return {
        "url": probe.url,
        "title": probe.feed.title if probe.feed else None,
        "entries": len(probe.feed.entries) if probe.feed else None,
        "error": probe.error.message if probe.error else None,
    }
