"""`ar-agent invoices drafts|approve|drop|send`: what waits before it is issued or before it leaves."""

from __future__ import annotations

from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.invoices import COLUMNS, command_invoices
from agent.cli.output import json_option, put_rows
from agent.cli.schema import status_option

_COLUMNS = [
    ("draft", "draft"),
    ("customer", "customer"),
    ("orders", "orders"),
    ("total", "!total"),
    ("currency", ""),
    ("status", "waits for"),
    ("until", "until"),
    ("why", "~why"),
    ("invoice", "invoice"),
]


@command_invoices.command("drafts")
@click.option("--customer", help="Only of this customer.")
@status_option("drafts")
@json_option
@pass_app
def drafts_(app: App, customer: str | None, status: tuple[str, ...], as_json: bool) -> None:
    """Invoices that wait: for data (lint), for approval, or for the customer's objection (notice, objected)."""
    from agent.store import drafts

    rows = app.read(lambda tx: drafts.find(tx, statuses=status or drafts.LIVE, customer=customer))
    put_rows([_row(drafts.shown(row), as_json) for row in rows], _COLUMNS, as_json=as_json, empty="no invoice waits")


def _row(row: dict[str, Any], as_json: bool) -> dict[str, Any]:
    return row if as_json else row | {"orders": ", ".join(row["orders"]), "why": "; ".join(row["why"])}


@command_invoices.command("approve")
@click.argument("draft", metavar="ID")
@click.option("--note", default="", help="Why.")
@click.option("--anyway", is_flag=True, help="Issue it though the customer's rules are not met.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def approve(app: App, draft: str, note: str, anyway: bool, dry_run: bool, as_json: bool) -> None:
    """Let a draft go on: it is issued, or announced to the customer first where that was agreed."""
    from agent.booking import releasing
    from agent.booking.desk import Desk
    from agent.store import drafts, lists

    number = numbers.read(numbers.DRAFT, draft)

    def work(desk: Desk) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        issued = releasing.approve(desk, number, note, anyway=anyway)
        rows = lists.list_invoices(desk.tx, invoice=issued) if issued else []
        return rows, drafts.shown(drafts.draft_row(desk.tx, number))

    rows, left = app.by_hand(work, dry_run=dry_run)
    if rows:
        put_rows(rows, COLUMNS, as_json=as_json, empty="")
    else:
        put_rows([_row(left, as_json)], _COLUMNS, as_json=as_json, empty="")
    if dry_run and not as_json:
        click.echo("(dry run: taken back)")


@command_invoices.command("drop")
@click.argument("draft", metavar="ID")
@click.option("--note", default="dropped by a person", show_default=True, help="Why.")
@json_option
@pass_app
def drop(app: App, draft: str, note: str, as_json: bool) -> None:
    """Give a draft up; what it would have billed can be billed again with `invoices bill --order`."""
    from agent.booking import drafting
    from agent.booking.desk import Desk
    from agent.store import drafts

    number = numbers.read(numbers.DRAFT, draft)

    def work(desk: Desk) -> dict[str, Any]:
        drafting.drop(desk, number, note)
        return drafts.shown(drafts.draft_row(desk.tx, number))

    put_rows([_row(app.by_hand(work), as_json)], _COLUMNS, as_json=as_json, empty="")


@command_invoices.command("send")
@click.argument("invoice", metavar="ID")
@json_option
@pass_app
def send(app: App, invoice: str, as_json: bool) -> None:
    """Send an issued invoice anew, by the customer's rules as they are now; mails of it that are held are cancelled."""
    from agent.booking import resending
    from agent.booking.desk import Desk
    from agent.store import lists

    def work(desk: Desk) -> list[dict[str, Any]]:
        number = resending.send_again(desk, invoice)
        return lists.list_outbox(desk.tx, number=number)

    columns = [("id", "mail"), ("to", "~to"), ("subject", "~subject"), ("status", "status"), ("reason", "~why")]
    put_rows(app.by_hand(work), columns, as_json=as_json, empty="")
