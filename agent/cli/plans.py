"""`ar-agent plans`: instalments that were agreed with a customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import json_option, limit_option, put_fields, put_json, put_rows
from agent.cli.schema import status_option
from agent.domain.errors import NotFound

_COLUMNS = [
    ("plan", "plan"),
    ("customer", "customer"),
    ("invoices", "~invoices"),
    ("total", "!total"),
    ("left", "!left"),
    ("currency", ""),
    ("next_due", "next"),
    ("status", "status"),
    ("agreed_by", "by"),
]


@click.group("plans")
def command_plans() -> None:
    """Payment plans: instalments that a person agreed."""


def _shown(desk: Any, row: Any) -> dict[str, Any]:
    from agent.collecting import planned_payments
    from agent.domain.money import total

    parts = planned_payments.state(desk, row)
    return {
        "plan": f"PP{row.id}",
        "customer": row.customer,
        "invoices": list(row.invoices),
        "currency": row.currency,
        "total": total([one.amount for one in parts], row.currency).plain(),
        "left": total([one.left for one in parts], row.currency).plain(),
        "next_due": next((one.due_on.isoformat() for one in parts if one.left), None),
        "status": row.status,
        "agreed_on": row.agreed_on.isoformat(),
        "agreed_by": row.agreed_by,
        "note": row.note,
        "instalments": [
            {"n": one.n, "due_on": one.due_on.isoformat(), "amount": one.amount.plain(), "left": one.left.plain()}
            for one in parts
        ],
    }


def _rows(app: App, **wanted: Any) -> list[dict[str, Any]]:
    from agent.store import collecting

    return app.by_hand(lambda desk: [_shown(desk, row) for row in collecting.plans(desk.tx, **wanted)], dry_run=True)


@command_plans.command("list")
@click.option("--customer", help="Only of this customer.")
@status_option("plans")
@limit_option
@json_option
@pass_app
def list_(app: App, customer: str | None, status: tuple[str, ...], limit: int | None, as_json: bool) -> None:
    """All payment plans and how they stand."""
    rows = [row for row in _rows(app, customer=customer, limit=limit) if not status or row["status"] in status]
    put_rows(rows, _COLUMNS, as_json=as_json, empty="no payment plans")


@command_plans.command("show")
@click.argument("plan", metavar="ID")
@json_option
@pass_app
def show(app: App, plan: str, as_json: bool) -> None:
    """One plan with its instalments."""
    number = numbers.read(numbers.PLAN, plan)
    row = next((row for row in _rows(app) if row["plan"] == f"PP{number}"), None)
    if row is None:
        raise NotFound("payment plan", plan, "see `ar-agent plans list`")
    if as_json:
        put_json([row])
        return
    put_fields(row, [(name, label.lstrip("!~") or name) for name, label in _COLUMNS])
    for part in row["instalments"]:
        click.echo(f"  {part['n']:>2}  {part['due_on']}  {part['amount']:>14}  left {part['left']}")


@command_plans.command("agree")
@click.argument("customer")
@click.argument("invoices", metavar="INVOICE...", nargs=-1, required=True)
@click.option(
    "--part",
    "parts",
    metavar="DAY=AMOUNT",
    multiple=True,
    required=True,
    help="One a instalment, like 2026-04-01=500.00.",
)
@click.option("--note", help="What was said.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def agree(
    app: App,
    customer: str,
    invoices: tuple[str, ...],
    parts: tuple[str, ...],
    note: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write down instalments that make up what is open of these invoices; the customer gets them confirmed."""
    from agent.booking.desk import Desk
    from agent.collecting import planned_payments
    from agent.domain.money import Money
    from agent.store import collecting, master
    from agent.store import invoices as invoice_store

    named = [_part(text) for text in parts]

    def work(desk: Desk) -> list[dict[str, Any]]:
        found = master.customers_by_number(desk.tx, [customer])
        if not found:
            raise NotFound("customer", customer, "see `ar-agent customers list`")
        items = invoice_store.items_by_number(desk.tx, invoices)
        currency = items[0].currency if items else found[0].currency
        amounts = [(day, Money.of(amount, currency)) for day, amount in named]
        number = planned_payments.agree(desk, found[0], invoices, amounts, note=note)
        return [_shown(desk, collecting.plan_row(desk.tx, number))]

    put_rows(app.by_hand(work, dry_run=dry_run), _COLUMNS, as_json=as_json, empty="")


def _part(text: str) -> tuple[date, Decimal]:
    day, sign, amount = text.partition("=")
    try:
        if not sign:
            raise ValueError
        return date.fromisoformat(day.strip()), Decimal(amount.strip())
    except (ValueError, InvalidOperation):
        raise click.BadParameter(f"{text!r}: write it like 2026-04-01=500.00", param_hint="--part") from None


@command_plans.command("cancel")
@click.argument("plan", metavar="ID")
@click.option("--note", help="Why.")
@pass_app
def cancel(app: App, plan: str, note: str | None) -> None:
    """End a plan; its invoices are reminded of as others are."""
    from agent.collecting import planned_payments

    number = numbers.read(numbers.PLAN, plan)
    app.by_hand(lambda desk: planned_payments.cancel(desk, number, note=note))
    click.echo(f"PP{number}: cancelled")


@command_plans.command("resume")
@click.argument("plan", metavar="ID")
@pass_app
def resume(app: App, plan: str) -> None:
    """Let a broken or cancelled plan go on."""
    from agent.collecting import planned_payments

    number = numbers.read(numbers.PLAN, plan)
    app.by_hand(lambda desk: planned_payments.resume(desk, number))
    click.echo(f"PP{number}: active")
