"""`ar-agent disputes`: what is in question, and how it ends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import clean, heading, json_option, limit_option, put_fields, put_json, put_rows
from agent.cli.schema import status_option
from agent.domain.errors import NotFound

_COLUMNS = [
    ("dispute", "dispute"),
    ("customer", "customer"),
    ("invoice", "invoice"),
    ("order", "order"),
    ("reason", "reason"),
    ("amount", "!amount"),
    ("currency", ""),
    ("status", "status"),
    ("owner", "owner"),
    ("due_on", "due"),
    ("text", "~about"),
]
_REASONS = [
    "price",
    "quantity",
    "damaged",
    "not_received",
    "wrong_item",
    "quality",
    "duplicate",
    "tax",
    "discount",
    "terms",
    "other",
]


@click.group("disputes")
def command_disputes() -> None:
    """Disputes."""


@command_disputes.command("list")
@click.option("--customer", help="Only of this customer.")
@click.option("--invoice", help="Only on this invoice.")
@status_option("disputes")
@limit_option
@json_option
@pass_app
def list_(
    app: App, customer: str | None, invoice: str | None, status: tuple[str, ...], limit: int | None, as_json: bool
) -> None:
    """All disputes."""
    from agent.store import lists

    rows = app.read(
        lambda tx: lists.list_disputes(tx, customer=customer, invoice=invoice, status=list(status) or None, limit=limit)
    )
    put_rows(rows, _COLUMNS, as_json=as_json, empty="no disputes")


@command_disputes.command("show")
@click.argument("dispute", metavar="ID")
@json_option
@pass_app
def show(app: App, dispute: str, as_json: bool) -> None:
    """One dispute with its log and the mail that opened it."""
    from agent.cli.sources import show_source
    from agent.store import events, lists

    number = numbers.read(numbers.DISPUTE, dispute)
    rows = app.read(lambda tx: lists.list_disputes(tx, dispute=number))
    if not rows:
        raise NotFound("dispute", dispute, "see `ar-agent disputes list`")
    if as_json:
        put_json(rows)
        return
    put_fields(rows[0], [(name, label.lstrip("!~") or name) for name, label in _COLUMNS])
    if rows[0]["message"]:
        show_source(app, rows[0]["message"])
    heading("What happened")
    for event in app.read(lambda tx: events.trail(tx, [("dispute", f"D{number}")])):
        shown = ", ".join(f"{k} {clean(v)}" for k, v in (event["data"] or {}).items() if v)
        click.echo(f"  {str(event['at'])[:16]}  {event['action']:<10} {clean(event['actor'])}  {shown}")


def _after(app: App, number: int, as_json: bool, dry_run: bool = False) -> None:
    from agent.store import lists

    rows = app.read(lambda tx: lists.list_disputes(tx, dispute=number))
    put_rows(rows, _COLUMNS, as_json=as_json, empty="")
    if dry_run and not as_json:
        click.echo("(dry run: taken back)")


@command_disputes.command("open")
@click.option("--customer", required=True, help="Whose dispute it is.")
@click.option("--invoice", help="The invoice in question.")
@click.option("--order", help="The order in question.")
@click.option("--reason", type=click.Choice(_REASONS), required=True)
@click.option("--amount", type=Decimal, help="The amount in question; the rest stays due.")
@click.option("--text", required=True, help="What the customer says.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def open_(
    app: App,
    customer: str,
    invoice: str | None,
    order: str | None,
    reason: str,
    amount: Decimal | None,
    text: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Open a dispute that was told by phone or found by yourself."""
    from agent.booking.desk import Desk
    from agent.booking.replying import dispute_by_hand
    from agent.store import invoices, lists, master

    def work(desk: Desk) -> list[dict[str, Any]]:
        found = master.customers_by_number(desk.tx, [customer])
        if not found:
            raise NotFound("customer", customer, "see `ar-agent customers list`")
        if invoice and not invoices.items_by_number(desk.tx, [invoice]):
            raise NotFound("invoice", invoice, "see `ar-agent invoices list`")
        number = dispute_by_hand(desk, found[0], invoice=invoice, order=order, reason=reason, amount=amount, text=text)
        return lists.list_disputes(desk.tx, dispute=number)

    put_rows(app.by_hand(work, dry_run=dry_run), _COLUMNS, as_json=as_json, empty="")


@command_disputes.command("note")
@click.argument("dispute", metavar="ID")
@click.argument("text")
@json_option
@pass_app
def note(app: App, dispute: str, text: str, as_json: bool) -> None:
    """Write down what was said."""
    from agent.booking import disputing

    number = numbers.read(numbers.DISPUTE, dispute)
    app.by_hand(lambda desk: disputing.note(desk, number, text))
    _after(app, number, as_json)


@command_disputes.command("assign")
@click.argument("dispute", metavar="ID")
@click.argument("owner")
@json_option
@pass_app
def assign(app: App, dispute: str, owner: str, as_json: bool) -> None:
    """Give it to somebody."""
    from agent.booking import disputing

    number = numbers.read(numbers.DISPUTE, dispute)
    app.by_hand(lambda desk: disputing.assign(desk, number, owner))
    _after(app, number, as_json)


@command_disputes.command("resolve")
@click.argument("dispute", metavar="ID")
@click.option(
    "--by", type=click.Choice(["credit", "write_off", "rejected", "withdrawn"]), required=True, help="How it ends."
)
@click.option(
    "--amount", type=Decimal, help="Net amount to credit, or amount to write off; default: the amount in question."
)
@click.option("--text", default="", help="What the customer is told.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def resolve(app: App, dispute: str, by: str, amount: Decimal | None, text: str, dry_run: bool, as_json: bool) -> None:
    """Close it by a credit note, a write-off, or by rejecting it; the customer is told."""
    from agent.booking import disputing
    from agent.booking.desk import Desk
    from agent.domain.money import Money
    from agent.store import work as work_store

    number = numbers.read(numbers.DISPUTE, dispute)

    def work(desk: Desk) -> None:
        row = work_store.dispute_row(desk.tx, number)
        value = Money.of(amount, row.currency) if amount is not None and row.currency else None
        disputing.resolve(desk, number, by=by, text=text, amount=value)

    app.by_hand(work, dry_run=dry_run)
    _after(app, number, as_json, dry_run)
