"""`ar-agent customers`: who owes what, holds and pauses."""

from __future__ import annotations

from datetime import date

import click

from agent.cli.app import App, pass_app
from agent.cli.output import json_option, limit_option, put_fields, put_json, put_rows
from agent.domain.errors import NotFound

_COLUMNS = [
    ("customer", "customer"),
    ("name", "~name"),
    ("balance", "!balance"),
    ("overdue", "!overdue"),
    ("currency", ""),
    ("credit_limit", "!limit"),
    ("payment_terms", "terms"),
    ("automation", "automation"),
    ("on_hold", "hold"),
]


@click.group("customers")
def command_customers() -> None:
    """Customers, their balance and holds."""


@command_customers.command("list")
@click.option("--customer", help="Only this one.")
@click.option("--overdue", is_flag=True, help="Only those with something overdue.")
@limit_option
@json_option
@pass_app
def list_(app: App, customer: str | None, overdue: bool, limit: int | None, as_json: bool) -> None:
    """All customers."""
    put_rows(
        _rows(app, customer, overdue, limit),
        _COLUMNS,
        as_json=as_json,
        empty="no customers: ar-agent import customers FILE",
    )


def _rows(app: App, customer: str | None, overdue: bool, limit: int | None) -> list[dict[str, object]]:
    from agent.store import lists

    today = app.clock().astimezone(app.settings.zone).date()
    return app.read(
        lambda tx: lists.list_customers(
            tx,
            today,
            customer=customer,
            overdue=overdue,
            default_automation=app.settings.automation.default,
            limit=limit,
        )
    )


@command_customers.command("show")
@click.argument("customer", metavar="ID")
@json_option
@pass_app
def show(app: App, customer: str, as_json: bool) -> None:
    """One customer with its open items."""
    from agent.cli.invoices import COLUMNS
    from agent.store import lists

    rows = _rows(app, customer, False, None)
    if not rows:
        near = app.read(lambda tx: lists.search_customers(tx, customer))
        raise NotFound(
            "customer", customer, f"did you mean {', '.join(near)}?" if near else "see `ar-agent customers list`"
        )
    if as_json:
        put_json(rows)
        return
    fields = [(name, name.replace("_", " ")) for name in rows[0]]
    put_fields(rows[0], fields)
    click.echo()
    items = app.read(lambda tx: lists.list_invoices(tx, customer=customer, open_only=True))
    put_rows(items, COLUMNS, as_json=False, empty="nothing is open")


def _change(app: App, customer: str, what: str, note: str | None, change: object) -> None:
    from agent.booking.desk import Desk
    from agent.store import master

    def work(desk: Desk) -> None:
        if not master.customers_by_number(desk.tx, [customer]):
            raise NotFound("customer", customer, "see `ar-agent customers list`")
        change(desk)  # type: ignore[operator]
        desk.record(what, "customer", customer, note=note)

    app.by_hand(work)
    click.echo(f"{customer}: {what}")


@command_customers.command("hold")
@click.argument("customer", metavar="ID")
@click.option("--note", help="Why.")
@pass_app
def hold(app: App, customer: str, note: str | None) -> None:
    """Take no more orders of this customer without a person."""
    from agent.store import master

    _change(app, customer, "on hold", note, lambda desk: master.set_hold(desk.tx, customer, True))


@command_customers.command("release")
@click.argument("customer", metavar="ID")
@click.option("--note", help="Why.")
@pass_app
def release(app: App, customer: str, note: str | None) -> None:
    """Take orders of this customer again."""
    from agent.store import master

    _change(app, customer, "released", note, lambda desk: master.set_hold(desk.tx, customer, False))


@command_customers.command("pause")
@click.argument("customer", metavar="ID")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Send no reminders until this day; without it, reminders go on."
)
@click.option("--note", help="Why.")
@pass_app
def pause(app: App, customer: str, until: object, note: str | None) -> None:
    """Send this customer no reminders for a while."""
    from datetime import datetime

    from agent.store import dunning

    day: date | None = until.date() if isinstance(until, datetime) else None
    what = f"no reminders until {day.isoformat()}" if day else "reminders go on"
    _change(app, customer, what, note, lambda desk: dunning.pause(desk.tx, customer, day))


@command_customers.command("statement")
@click.argument("customer", metavar="ID")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@pass_app
def statement(app: App, customer: str, dry_run: bool) -> None:
    """Send a statement of account."""
    from agent.booking.desk import Desk
    from agent.booking.statements import send_statement
    from agent.store import master

    def work(desk: Desk) -> list[int]:
        found = master.customers_by_number(desk.tx, [customer])
        if not found:
            raise NotFound("customer", customer, "see `ar-agent customers list`")
        return send_statement(desk, found[0], intent=f"statement:{customer}:{desk.now.isoformat()}", answer=False)

    sent = app.by_hand(work, dry_run=dry_run)
    click.echo(f"{customer}: {len(sent)} statement queued" + (" (dry run: taken back)" if dry_run else ""))
