"""`wirecopy sources`: the sources file listed, added to, taken in and given out, and its feeds tried."""

from __future__ import annotations

import sys
from importlib import resources
from typing import TYPE_CHECKING, Any

import click

from wirecopy.cli.options import json_option, print_json
from wirecopy.cli.sources_add import add
from wirecopy.cli.sources_check import check
from wirecopy.clock import utc_now
from wirecopy.errors import ConfigError, ContentError
from wirecopy.settings import load_settings
from wirecopy.sources import append_sources, format_sources, load_sources, parse_sources
from wirecopy.sources.codes import read_country, read_language
from wirecopy.sources.listing import plan_addition, read_listing
from wirecopy.sources.opml import MAX_OPML_BYTES, OpmlList, format_opml, looks_like_opml, parse_opml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wirecopy.models import Source


def _read_codes(read: Callable[[str], str]) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[str, ...]]:
    """Reads the values of an option as codes, in the spelling that the sources file gives them."""

    def convert(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return tuple(map(read, values))
        except ValueError as error:
            raise click.BadParameter(str(error), ctx, param) from None

    return convert


_sources_option = click.option("--sources", metavar="FILE", help="The sources file  [env: WIRECOPY_SOURCES]")
_country_option = click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="CODE",
    callback=_read_codes(read_country),
    help="Only sources of this country (ISO 3166-1).",
)
_language_option = click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="TAG",
    callback=_read_codes(read_language),
    help="Only sources in this language (BCP 47); `pt` takes pt-BR, too.",
)


@click.group()
def sources() -> None:
    """List, change and try the sources: outlets and their feeds."""


@sources.command("list")
@_sources_option
@_country_option
@_language_option
@json_option
def list_command(*, sources: str | None, countries: tuple[str, ...], languages: tuple[str, ...], as_json: bool) -> None:
    """Print the sources: id, name, country, language and feeds."""
    path = load_settings(sources=sources).sources
    chosen = _choose(load_sources(path), countries, languages)
    for source in chosen:
        if as_json:
            print_json(source_as_json(source))
        else:
            click.echo(f"{source.id:<24} {source.country or '--'}  {source.language or '--':<8} {source.name}")
            for feed in source.feeds:
                click.echo(f"    {feed}")
    if not chosen:
        click.echo(f"no source of {path} is of that country and language", err=True)


@sources.command("import")
@click.argument("file", metavar="FILE")
@_sources_option
@json_option
def import_command(*, file: str, sources: str | None, as_json: bool) -> None:
    """Add the sources of an OPML or TOML FILE (`-` for stdin) to the end of the sources file.

    Feeds that are listed already are passed over; what cannot be taken is told with the reason.
    """
    path = load_settings(sources=sources).sources
    listing = read_listing(path)
    listed = _read_list(file)
    addition = plan_addition(listing, listed.sources)
    append_sources(path, addition.sources)
    for warning in listed.warnings:
        click.echo(f"{file}: {warning}", err=True)
    for skipped in listed.skipped:
        click.echo(f"skipped: {skipped.name}: {skipped.reason}", err=True)
    for url, known in addition.known:
        click.echo(f"skipped: {url}: stands at {path}:{known.line} already, source {known.source.id}", err=True)
    for old, new in addition.renamed:
        click.echo(f"the id {old} is taken in {path}; it came in as {new}", err=True)
    feeds = sum(len(source.feeds) for source in addition.sources)
    if as_json:
        print_json(
            {
                "sources": str(path),
                "added": [source_as_json(source) for source in addition.sources],
                "skipped": [{"name": each.name, "reason": each.reason} for each in listed.skipped]
                + [{"name": url, "reason": f"stands at line {known.line} already"} for url, known in addition.known],
                "warnings": list(listed.warnings),
            }
        )
    else:
        click.echo(f"{_count(len(addition.sources), 'source')} with {_count(feeds, 'feed')} added to {path}")


@sources.command()
@click.option("--opml", "form", flag_value="opml", default="opml", help="OPML 2.0, which feed readers import (the default).")
@click.option("--toml", "form", flag_value="toml", help="A sources file.")
@_sources_option
@_country_option
@_language_option
def export(*, form: str, sources: str | None, countries: tuple[str, ...], languages: tuple[str, ...]) -> None:
    """Print the sources as OPML or TOML; `wirecopy sources import` takes both."""
    chosen = _choose(load_sources(load_settings(sources=sources).sources), countries, languages)
    data = format_sources(chosen).encode("utf-8") if form == "toml" else format_opml(chosen, now=utc_now())
    _print_bytes(data)


@sources.command()
@_country_option
@_language_option
def starter(*, countries: tuple[str, ...], languages: tuple[str, ...]) -> None:
    """Print a list of news feeds to start from, as a sources file.

    Its rows were checked for their form, not for life: run `wirecopy sources check` on what you take.
    """
    text = (resources.files("wirecopy.sources") / "starter.toml").read_text("utf-8")
    if countries or languages:
        chosen = _choose(parse_sources(text, name="starter.toml"), countries, languages)
        if not chosen:
            raise ConfigError("starter list", "has no source of that country and language; leave out a filter")
        text = text[: text.index("[[source]]")] + format_sources(chosen)
    _print_bytes(text.encode("utf-8"))


sources.add_command(add)
sources.add_command(check)


def source_as_json(source: Source) -> dict[str, Any]:
    """A source as `--json` prints it."""
    return {
        "id": source.id,
        "name": source.name,
        "country": source.country,
        "language": source.language,
        "homepage": source.homepage,
        "feeds": list(source.feeds),
        "delay_s": source.delay_s,
        "poll_every_s": source.poll_every_s,
        "max_entries": source.max_entries,
        "robots": source.robots,
    }


def _choose(listed: Iterable[Source], countries: tuple[str, ...], languages: tuple[str, ...]) -> tuple[Source, ...]:
    return tuple(
        source
        for source in listed
        if (not countries or source.country in countries)
        and (not languages or any(f"{source.language}-".startswith(f"{language}-") for language in languages))
    )


def _read_list(name: str) -> OpmlList:
    try:
        with click.open_file(name, "rb") as file:
            data: bytes = file.read(MAX_OPML_BYTES + 1)
    except OSError as error:
        raise ConfigError(name, f"cannot be read: {(error.strerror or str(error)).lower()}") from None
    if looks_like_opml(data):
        return parse_opml(data, name=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ContentError(name, "is neither OPML nor a sources file in UTF-8") from None
    try:
        return OpmlList(sources=parse_sources(text, name=name))
    except ConfigError as error:
        if "[[source" in text or not text.strip():
            raise
        raise ContentError(name, f"is neither OPML nor a sources file: {error}") from None


def _print_bytes(data: bytes) -> None:
    if sys.stdout is not None:  # None where the caller closed it
        sys.stdout.buffer.write(data)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
