"""`wirecopy ledger`: what became of every URL, and taking up again what was quarantined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wirecopy.cli.options import common_options, json_option, open_existing, print_json, settings_from
from wirecopy.clock import utc_now
from wirecopy.models import SourceId
from wirecopy.outcomes import MEANINGS, State
from wirecopy.store.codec import encode_ledger_row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from wirecopy.models import LedgerRow, UrlKey
    from wirecopy.store.ports import Ledger, Store

_PAGE = 1000
# States that --retry must not touch: they are on their way, or done.
_NOT_RETRIED = frozenset({State.PENDING, State.FETCHED, State.EXTRACTED, State.INDEXED})


@click.command()
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="List the URLs in this state; may be given more than once.",
)
@click.option("--source", metavar="ID", help="Only URLs of this source.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="List at most so many.")
@click.option("--retry", is_flag=True, help="Make quarantined URLs (or those in --outcome) pending again.")
@common_options
@json_option
def ledger(
    *,
    outcomes: tuple[str, ...],
    source: str | None,
    limit: int,
    retry: bool,
    store: str | None,
    data: str | None,
    as_json: bool,
) -> None:
    """Count the URLs by state, list those in some states, or take quarantined ones up again."""
    states = tuple(State(outcome) for outcome in outcomes)
    opened = open_existing(settings_from(store=store, data=data))
    try:
        if retry:
            _retry(opened, states or (State.QUARANTINED,), source, as_json=as_json)
        elif states:
            _list(opened, states, source, limit, as_json=as_json)
        else:
            _count(opened, source, as_json=as_json)
    finally:
        opened.close()


def _count(store: Store, source: str | None, *, as_json: bool) -> None:
    counts = store.ledger.counts(source_id=SourceId(source) if source else None)
    if as_json:
        print_json({state.value: count for state, count in counts.items()})
        return
    for state, count in counts.items():
        click.echo(f"{state.value:<18} {count:>8}  {MEANINGS[state]}")
    click.echo(f"{'sum':<18} {sum(counts.values()):>8}")


def _list(store: Store, states: tuple[State, ...], source: str | None, limit: int, *, as_json: bool) -> None:
    for position, row in enumerate(_rows(store.ledger, states, source)):
        if position == limit:
            click.echo(f"more than {limit}; list them with --limit", err=True)
            break
        if as_json:
            print_json(encode_ledger_row(row))
        else:
            click.echo(f"{row.state.value}  {row.first_seen_at:%Y-%m-%d %H:%M}  {row.source_id}  {row.url}\n    {row.reason}")


def _retry(store: Store, states: tuple[State, ...], source: str | None, *, as_json: bool) -> None:
    untouchable = sorted(state.value for state in _NOT_RETRIED.intersection(states))
    if untouchable:
        raise click.UsageError(f"--retry takes up what ended without an article; {', '.join(untouchable)} did not")
    now, taken = utc_now(), 0
    page: list[LedgerRow] = []
    for row in _rows(store.ledger, states, source):
        page.append(
            row.moved(State.PENDING, f"to be retried; was {row.state.value}: {row.reason}", attempts=0, next_attempt_at=now)
        )
        if len(page) == _PAGE:
            store.ledger.save(page)
            taken, page = taken + len(page), []
    store.ledger.save(page)
    taken += len(page)
    if as_json:
        print_json({"pending_again": taken})
    else:
        click.echo(f"{taken} {'URL is' if taken == 1 else 'URLs are'} pending again; the next `wirecopy run` takes them up")


def _rows(ledger: Ledger, states: Collection[State], source: str | None) -> Iterator[LedgerRow]:
    after: UrlKey | None = None
    while rows := ledger.rows(states=states, source_id=SourceId(source) if source else None, after=after, limit=_PAGE):
        yield from rows
        after = rows[-1].key
