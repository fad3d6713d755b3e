"""`ar-agent advices`: what customers said they paid."""

from __future__ import annotations

from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import json_option, limit_option, put_fields, put_json, put_rows
from agent.cli.schema import status_option
from agent.domain.errors import NotFound

_COLUMNS = [
    ("advice", "advice"),
    ("customer", "customer"),
    ("payment_reference", "reference"),
    ("paid_on", "paid on"),
    ("total", "!total"),
    ("currency", ""),
    ("status", "status"),
    ("invoices", "~allocated to"),
]
_LINES = [
    ("reference", "as printed"),
    ("invoice", "invoice"),
    ("amount", "!cash"),
    ("discount", "!discount"),
    ("deduction", "!deduction"),
    ("withheld", "!withheld"),
    ("write_off", "!written off"),
    ("bank_fee", "!bank fee"),
    ("state", "state"),
]


@click.group("advices")
def command_advices() -> None:
    """Remittance advices."""


@command_advices.command("list")
@click.option("--customer", help="Only of this customer.")
@status_option("advices")
@limit_option
@json_option
@pass_app
def list_(app: App, customer: str | None, status: tuple[str, ...], limit: int | None, as_json: bool) -> None:
    """All advices."""
    from agent.store import lists

    rows = app.read(lambda tx: lists.list_advices(tx, customer=customer, status=list(status) or None, limit=limit))
    shown = rows if as_json else [row | {"invoices": [a["invoice"] for a in row["allocations"]]} for row in rows]
    put_rows(shown, _COLUMNS, as_json=as_json, empty="no advices")


@command_advices.command("show")
@click.argument("advice", metavar="ID")
@json_option
@pass_app
def show(app: App, advice: str, as_json: bool) -> None:
    """One advice, what it was allocated to, and its source."""
    from agent.cli.sources import show_source
    from agent.store import lists

    number = numbers.read(numbers.ADVICE, advice)
    rows = app.read(lambda tx: lists.list_advices(tx, advice=number))
    if not rows:
        raise NotFound("advice", advice, "see `ar-agent advices list`")
    if as_json:
        put_json(rows)
        return
    put_fields(rows[0], [(name, label.lstrip("!~") or name) for name, label in _COLUMNS])
    click.echo()
    put_rows(rows[0]["allocations"], _LINES, as_json=False, empty="nothing is allocated")
    if rows[0]["message"]:
        show_source(app, rows[0]["message"])


@command_advices.command("undo")
@click.argument("advice", metavar="ID")
@click.option("--note", required=True, help="Why: it counts against the rule and the customer.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def undo(app: App, advice: str, note: str, dry_run: bool, as_json: bool) -> None:
    """Take back what was booked automatically: what it announced is released."""
    from agent.booking.cash import reversing
    from agent.store import lists

    number = numbers.read(numbers.ADVICE, advice)

    def work(desk: Any) -> list[dict[str, Any]]:
        reversing.take_back_advice(desk, number, note=note)
        return lists.list_advices(desk.tx, advice=number)

    put_rows(app.by_hand(work, dry_run=dry_run), _COLUMNS, as_json=as_json, empty="")
    if dry_run and not as_json:
        click.echo("(dry run: taken back)")
