"""`ar-agent receipts`: money that arrived, and money entered by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import json_option, limit_option, put_fields, put_json, put_rows
from agent.domain.errors import NotFound

_COLUMNS = [
    ("receipt", "receipt"),
    ("customer", "customer"),
    ("payer", "~payer"),
    ("received_on", "received"),
    ("amount", "!amount"),
    ("unapplied", "!unapplied"),
    ("currency", ""),
    ("advice", "advice"),
    ("bank_reference", "bank reference"),
]
_LINES = [
    ("invoice", "invoice"),
    ("amount", "!cash"),
    ("discount", "!discount"),
    ("withheld", "!withheld"),
    ("write_off", "!written off"),
    ("bank_fee", "!bank fee"),
]


@click.group("receipts")
def command_receipts() -> None:
    """Money that arrived."""


@command_receipts.command("list")
@click.option("--customer", help="Only of this customer.")
@click.option("--unapplied", is_flag=True, help="Only with money that is not applied.")
@limit_option
@json_option
@pass_app
def list_(app: App, customer: str | None, unapplied: bool, limit: int | None, as_json: bool) -> None:
    """All receipts."""
    from agent.store import lists

    rows = app.read(lambda tx: lists.list_receipts(tx, customer=customer, unapplied=unapplied, limit=limit))
    put_rows(rows, _COLUMNS, as_json=as_json, empty="no receipts")


@command_receipts.command("show")
@click.argument("receipt", metavar="ID")
@json_option
@pass_app
def show(app: App, receipt: str, as_json: bool) -> None:
    """One receipt and what it paid."""
    from agent.store import lists

    number = numbers.read(numbers.RECEIPT, receipt)
    rows = app.read(lambda tx: lists.list_receipts(tx, receipt=number))
    if not rows:
        raise NotFound("receipt", receipt, "see `ar-agent receipts list`")
    if as_json:
        put_json(rows)
        return
    put_fields(rows[0], [(name, label.lstrip("!~") or name) for name, label in _COLUMNS])
    click.echo()
    put_rows(rows[0]["applications"], _LINES, as_json=False, empty="nothing is applied")


@command_receipts.command("record")
@click.option("--customer", required=True, help="Who paid.")
@click.option("--amount", required=True, type=Decimal, help="How much arrived.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day it arrived; default: today.")
@click.option("--reference", required=True, help="Number of the cheque or transfer; the same one twice is booked once.")
@click.option(
    "--to", "parts", metavar="INVOICE=AMOUNT", multiple=True, help="What it pays; without it, it stays unapplied."
)
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def record(
    app: App,
    customer: str,
    amount: Decimal,
    day: Any,
    reference: str,
    parts: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Enter money by hand: a cheque, cash, a bank that sends no file."""
    from agent.booking.cash import applying, clearing, receiving
    from agent.booking.desk import Desk
    from agent.cli.queue import _part
    from agent.domain.decisions import Reason
    from agent.domain.errors import Refused
    from agent.domain.money import Money
    from agent.store import lists, master

    named = [_part(part) for part in parts]

    def work(desk: Desk) -> list[dict[str, Any]]:
        found = master.customers_by_number(desk.tx, [customer])
        if not found:
            raise NotFound("customer", customer, "see `ar-agent customers list`")
        if amount <= 0:
            raise Refused("the amount must be above zero")
        receipt = receiving.enter_receipt(
            desk,
            customer=customer,
            amount=Money.of(amount, found[0].currency),
            received_on=day.date() if day else desk.today,
            reference=reference,
            key=f"{customer}:{reference}",
        )
        if receipt is None:
            raise Refused(
                f"{reference} of {customer} is booked already: see `ar-agent receipts list --customer {customer}`"
            )
        for part in named:
            applying.apply(desk, receipt, clearing.by_hand(desk, part, Reason("clerk", f"entered with {reference}")))
        return lists.list_receipts(desk.tx, receipt=receipt)

    rows = app.by_hand(work, dry_run=dry_run)
    put_rows(rows, _COLUMNS, as_json=as_json, empty="")
    if dry_run and not as_json:
        click.echo("(dry run: taken back)")


@command_receipts.command("undo")
@click.argument("receipt", metavar="ID")
@click.option("--invoice", help="Only from this invoice; without it, from all.")
@click.option("--note", required=True, help="Why: it counts against the rule and the customer.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def undo(app: App, receipt: str, invoice: str | None, note: str, dry_run: bool, as_json: bool) -> None:
    """Take back what was booked automatically: what it settled is open again, the money on account."""
    from agent.booking.cash import reversing
    from agent.store import lists

    number = numbers.read(numbers.RECEIPT, receipt)

    def work(desk: Any) -> list[dict[str, Any]]:
        reversing.take_back_receipt(desk, number, invoice=invoice, note=note)
        return lists.list_receipts(desk.tx, receipt=number)

    put_rows(app.by_hand(work, dry_run=dry_run), _COLUMNS, as_json=as_json, empty="")
    if dry_run and not as_json:
        click.echo("(dry run: taken back)")
