"""`ar-agent queue`: what waits for a person, why, and the decisions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from agent import numbers
from agent.cli.app import App, clerk, pass_app
from agent.cli.output import clean, heading, json_option, limit_option, put_json, put_rows
from agent.cli.schema import status_option

_WAITING = ["open", "claimed", "undone"]
_COLUMNS = [
    ("id", "item"),
    ("kind", "kind"),
    ("customer", "customer"),
    ("amount", "!amount"),
    ("currency", ""),
    ("age", "since"),
    ("summary", "~what it is about"),
]


@click.group("queue")
def command_queue() -> None:
    """The exception queue: what waits for a person, why, and what would settle it."""


@command_queue.command("list")
@click.option("--all", "everything", is_flag=True, help="Decided ones too.")
@status_option("queue")
@click.option("--kind", help="Only this kind.")
@click.option("--customer", help="Only this customer.")
@click.option("--owner", help="Only what this person has claimed.")
@click.option("--message", help="Only what this message caused.")
@limit_option
@json_option
@pass_app
def list_(
    app: App,
    everything: bool,
    status: tuple[str, ...],
    kind: str | None,
    customer: str | None,
    owner: str | None,
    message: str | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """What waits, the most urgent first."""
    from agent.store import lists

    wanted = list(status) or (None if everything or as_json else _WAITING)
    number = numbers.read(numbers.MESSAGE, message) if message else None
    rows = app.read(
        lambda tx: lists.list_queue(
            tx, status=wanted, kind=kind, customer=customer, owner=owner, message=number, limit=limit
        )
    )
    shown = [row | {"age": str(row["opened_at"])[:10], "kind": row["kind"].replace("_", " ")} for row in rows]
    put_rows(rows if as_json else shown, _COLUMNS, as_json=as_json, empty="nothing waits for a person")
    if rows and not as_json:
        click.echo(f"\n{len(rows)} waiting. Look at one: ar-agent queue show {rows[0]['id']}")


@command_queue.command("show")
@click.argument("number", metavar="ID")
@json_option
@pass_app
def show(app: App, number: str, as_json: bool) -> None:
    """One item with its source, its candidates and their evidence."""
    from agent.store import lists, work

    queue = numbers.read(numbers.QUEUE, number)
    row = app.read(lambda tx: lists.queue_row_plain(work.queue_row(tx, queue)))
    if as_json:
        put_json([row])
        return
    _show(app, row)


def _show(app: App, row: dict[str, Any]) -> None:
    from agent.cli.sources import show_source

    colour = "red" if row["critical"] else "yellow"
    click.echo(
        click.style(f"{row['id']}  {row['kind'].replace('_', ' ')} ({row['code']})", bold=True, fg=colour)
        + f"  {row['status']}"
    )
    click.echo(clean(row["summary"]))
    details = [
        f"customer {row['customer']}" if row["customer"] else "",
        f"{row['amount']} {row['currency']}" if row["amount"] else "",
        f"message {row['message']}" if row["message"] else "",
    ]
    click.echo(click.style("  ".join(part for part in details if part), dim=True))
    if row["reasons"]:
        heading("Why")
        for reason in row["reasons"]:
            click.echo(f"  {clean(reason['detail'])}")
    if row["message"]:
        show_source(app, row["message"])
    heading("What would settle it")
    for candidate in row["candidates"]:
        _show_candidate(candidate)
    if not row["candidates"]:
        click.echo("  nothing was found that fits")
    _show_ways_out(row)


def _show_candidate(candidate: dict[str, Any]) -> None:
    target = candidate["invoice"] or (f"order {candidate['order']}" if candidate["order"] else "")
    booked = ", ".join(f"{part['amount']} to {part['invoice']}" for part in candidate["settles"])
    amount = f"  {candidate['amount']}" if candidate["amount"] else ""
    click.echo(
        f"  {candidate['n']}  {target}{amount}  ({candidate['confidence']:.0%})"
        + (f"  books {booked}" if booked else "")
    )
    for reason in candidate["evidence"]:
        click.echo(click.style(f"       {clean(reason['detail'])}", dim=True))


def _show_ways_out(row: dict[str, Any]) -> None:
    number = row["id"]
    heading("Decide")
    if row["status"] not in _WAITING:
        click.echo(f"  ar-agent queue undo {number}")
        return
    if row["candidates"]:
        choice = " --candidate 1" if len(row["candidates"]) > 1 else ""
        click.echo(f"  ar-agent queue accept {number}{choice}")
    if row["subject"] and row["subject"]["type"] in ("advice", "receipt"):
        click.echo(f"  ar-agent queue apply {number} --to INVOICE=AMOUNT")
    click.echo(f'  ar-agent queue reject {number} --note "why"')


@command_queue.command("accept")
@click.argument("number", metavar="ID")
@click.option("--candidate", type=int, help="Which candidate; not needed where there is one.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def accept(app: App, number: str, candidate: int | None, dry_run: bool, as_json: bool) -> None:
    """Do what a candidate proposes."""
    from agent.booking import deciding

    queue = numbers.read(numbers.QUEUE, number)
    effects = _decide(app, lambda desk: deciding.accept(desk, queue, candidate), dry_run)
    _done(app, queue, effects, as_json, dry_run)


@command_queue.command("reject")
@click.argument("number", metavar="ID")
@click.option("--note", help="Why; a buyer whose order is refused is told.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def reject(app: App, number: str, note: str | None, dry_run: bool, as_json: bool) -> None:
    """Book nothing; a held order is refused and the buyer told."""
    from agent.booking import deciding

    queue = numbers.read(numbers.QUEUE, number)
    effects = _decide(app, lambda desk: deciding.reject(desk, queue, note), dry_run)
    _done(app, queue, effects, as_json, dry_run)


@command_queue.command("apply")
@click.argument("number", metavar="ID")
@click.option(
    "--to", "parts", metavar="INVOICE=AMOUNT", multiple=True, required=True, help="May be given several times."
)
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def apply(app: App, number: str, parts: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Book amounts that you name."""
    from agent.booking import deciding

    queue = numbers.read(numbers.QUEUE, number)
    named = [_part(part) for part in parts]
    effects = _decide(app, lambda desk: deciding.apply_to(desk, queue, named), dry_run)
    _done(app, queue, effects, as_json, dry_run)


def _part(text: str) -> tuple[str, Decimal]:
    invoice, sign, amount = text.partition("=")
    try:
        if not sign:
            raise InvalidOperation
        return invoice.strip(), Decimal(amount.strip())
    except InvalidOperation:
        raise click.BadParameter(f"{text!r}: write it like INV-104411=1234.50", param_hint="--to") from None


@command_queue.command("undo")
@click.argument("number", metavar="ID")
@json_option
@pass_app
def undo(app: App, number: str, as_json: bool) -> None:
    """Take a decision back: the books are as they were before."""
    from agent.booking import deciding

    queue = numbers.read(numbers.QUEUE, number)
    effects = _decide(app, lambda desk: deciding.undo(desk, queue), False)
    _done(app, queue, effects, as_json, False)


@command_queue.command("claim")
@click.argument("number", metavar="ID")
@json_option
@pass_app
def claim(app: App, number: str, as_json: bool) -> None:
    """Say that you are working on it."""
    from agent.store import work

    queue = numbers.read(numbers.QUEUE, number)

    def mine(desk: Any) -> list[dict[str, str]]:
        row = work.queue_row(desk.tx, queue)
        work.resolve(desk.tx, row, status="claimed", resolution=row.resolution, owner=clerk(), now=desk.now)
        desk.record("claimed", "queue", f"Q{queue}")
        return []

    _done(app, queue, app.by_hand(mine), as_json, False)


def _decide(app: App, decide: Callable[[Any], None], dry_run: bool) -> list[dict[str, str]]:
    def work(desk: Any) -> list[dict[str, str]]:
        decide(desk)
        effects: list[dict[str, str]] = desk.outcome.effects
        return effects

    return app.by_hand(work, dry_run=dry_run)


def _done(app: App, queue: int, effects: list[dict[str, str]], as_json: bool, dry_run: bool) -> None:
    from agent.store import lists

    (row,) = app.read(lambda tx: lists.list_queue(tx, number=queue))
    if as_json:
        put_json([row | {"effects": effects}])
        return
    what = ", ".join(f"{e['type'].replace('_', ' ')} {e['id']}" for e in effects)
    click.echo(
        f"{row['id']} is {row['status']}"
        + (f": {what}" if what else "")
        + (" (dry run: taken back)" if dry_run else "")
    )
