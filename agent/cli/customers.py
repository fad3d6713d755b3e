"""`ar-agent customers`: who owes what, holds and pauses."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from agent.cli import customer_terms
from agent.cli.app import App, pass_app
from agent.cli.output import json_option, limit_option, put_fields, put_json, put_rows
from agent.domain.errors import NotFound

if TYPE_CHECKING:
    from agent.booking.desk import Desk

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


for _one in customer_terms.COMMANDS:
    command_customers.add_command(_one)


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


def _known(desk: Desk, customer: str) -> None:
    from agent.store import master

    if not master.customers_by_number(desk.tx, [customer]):
        raise NotFound("customer", customer, "see `ar-agent customers list`")


def _change(app: App, customer: str, what: str, note: str | None, change: object) -> None:
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
@click.option(
    "--stop-supply", is_flag=True, help="What is confirmed and not delivered waits too; staff are told at once."
)
@pass_app
def hold(app: App, customer: str, note: str | None, stop_supply: bool) -> None:
    """Take no more orders of this customer without a person."""
    from agent.collecting import credit

    def work(desk: Desk) -> list[str]:
        _known(desk, customer)
        return credit.hold(desk, customer, why=note, stop_supply=stop_supply)

    stopped = app.by_hand(work)
    click.echo(f"{customer}: on hold" + (f"; supply stopped: {', '.join(stopped)}" if stopped else ""))


@command_customers.command("release")
@click.argument("customer", metavar="ID")
@click.option("--note", help="Why.")
@pass_app
def release(app: App, customer: str, note: str | None) -> None:
    """Take orders of this customer again; what was stopped goes on."""
    from agent.collecting import credit

    def work(desk: Desk) -> list[str]:
        _known(desk, customer)
        return credit.release(desk, customer, why=note)

    going = app.by_hand(work)
    click.echo(f"{customer}: released" + (f"; supply goes on: {', '.join(going)}" if going else ""))


@command_customers.command("pause")
@click.argument("customer", metavar="ID")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Send no reminders until this day; without it, reminders go on."
)
@click.option("--note", help="Why.")
@pass_app
def pause(app: App, customer: str, until: object, note: str | None) -> None:
    """Send this customer no reminders for a while."""
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
    from agent.booking.letters.statements import send_statement
    from agent.store import master

    def work(desk: Desk) -> list[int]:
        found = master.customers_by_number(desk.tx, [customer])
        if not found:
            raise NotFound("customer", customer, "see `ar-agent customers list`")
        return send_statement(desk, found[0], intent=f"statement:{customer}:{desk.now.isoformat()}", answer=False)

    sent = app.by_hand(work, dry_run=dry_run)
    click.echo(f"{customer}: {len(sent)} statement queued" + (" (dry run: taken back)" if dry_run else ""))


@command_customers.command("stop")
@click.argument("customer", metavar="ID")
@click.option(
    "--kind", type=click.Choice(["insolvency", "counsel", "other"]), required=True, help="Why nothing may leave."
)
@click.option("--reference", help="Number of the case.")
@click.option("--effective", type=click.DateTime(["%Y-%m-%d"]), help="The day of the petition, where there is one.")
@click.option("--note", help="What is known.")
@pass_app
def stop(
    app: App, customer: str, kind: str, reference: str | None, effective: datetime | None, note: str | None
) -> None:
    """Stop everything that leaves for a customer: insolvency, counsel, or another legal reason."""
    from agent.booking.letters import stopping
    from agent.store import master

    def work(desk: Desk) -> None:
        found = master.customers_by_number(desk.tx, [customer])
        if not found:
            raise NotFound("customer", customer, "see `ar-agent customers list`")
        day = effective.date() if effective else None
        stopping.stop(desk, found[0], kind=kind, reference=reference, effective_on=day, text=note)

    app.by_hand(work)
    click.echo(f"{customer}: legal stop ({kind}); `ar-agent customers lift {customer}` lifts it")


@command_customers.command("lift")
@click.argument("customer", metavar="ID")
@click.option("--note", required=True, help="Why it may be lifted, and who said so.")
@pass_app
def lift(app: App, customer: str, note: str) -> None:
    """Lift a legal stop; mails and orders that it held stay held until you release them."""
    from agent.booking.letters import stopping

    lifted = app.by_hand(lambda desk: stopping.lift(desk, customer, note))
    click.echo(f"{customer}: {len(lifted)} legal stop lifted; see `ar-agent outbox list --status held`")


_STOPS = [
    ("customer", "customer"),
    ("kind", "kind"),
    ("reference", "case"),
    ("effective_on", "effective"),
    ("since", "since"),
    ("by", "by"),
    ("lifted_at", "lifted"),
    ("text", "~what"),
]


@command_customers.command("stops")
@click.option("--customer", help="Only of this customer.")
@click.option("--all", "everything", is_flag=True, help="Those that were lifted too.")
@json_option
@pass_app
def stops_(app: App, customer: str | None, everything: bool, as_json: bool) -> None:
    """Customers under a legal stop: nothing leaves for them."""
    from agent import numbers
    from agent.domain.codec import to_plain
    from agent.store import stops as store

    names = ("customer", "kind", "reference", "effective_on", "since", "by", "text", "lifted_at", "lifted_by", "note")
    found = app.read(lambda tx: store.stops(tx, customer=customer, everything=everything))
    rows = [
        {name: to_plain(getattr(row, name)) for name in names} | {"message": numbers.show(numbers.MESSAGE, row.message)}
        for row in found
    ]
    put_rows(rows, _STOPS, as_json=as_json, empty="no customer is under a legal stop")


_AWAY = [
    ("address", "who"),
    ("customer", "customer"),
    ("until", "until"),
    ("delegate", "stands in"),
    ("message", "message"),
]


@command_customers.command("away")
@click.option("--customer", help="Only of this customer.")
@json_option
@pass_app
def away(app: App, customer: str | None, as_json: bool) -> None:
    """Whose people are away now, until when, and who stands in, as their automatic answers said."""
    from agent import numbers
    from agent.store import said

    today = app.clock().astimezone(app.settings.zone).date()
    rows = [
        {
            "address": row.address,
            "customer": row.customer,
            "until": row.until.isoformat() if row.until else None,
            "delegate": row.delegate,
            "message": numbers.show(numbers.MESSAGE, row.message),
        }
        for row in app.read(lambda tx: said.away_now(tx, today, customer=customer))
    ]
    put_rows(rows, _AWAY, as_json=as_json, empty="nobody is known to be away")


@command_customers.command("export-personal")
@click.argument("address")
@pass_app
def export_personal(app: App, address: str) -> None:
    """Everything that is kept about a person's address, as JSON lines (GDPR, article 15)."""
    from agent.booking.senders.privacy import exported

    put_json(app.by_hand(lambda desk: list(exported(desk, address)), dry_run=True))


@command_customers.command("erase")
@click.argument("address")
@click.option("--dry-run", is_flag=True, help="Show what would go and what stays, and take it back.")
@json_option
@pass_app
def erase(app: App, address: str, dry_run: bool, as_json: bool) -> None:
    """Erase what is kept about a person's address, but for what the law of the books wants kept (GDPR, article 17)."""
    from dataclasses import asdict

    from agent.booking.senders import privacy

    done = app.by_hand(lambda desk: privacy.erase(desk, address), dry_run=dry_run)
    if as_json:
        put_json([{name: list(v) if isinstance(v, tuple) else v for name, v in asdict(done).items()}])
        return
    click.echo(
        f"erased: {', '.join(done.messages) or 'no mail'}, {done.records} records" + (" (dry run)" if dry_run else "")
    )
    if done.customers:
        click.echo(f"taken off the record of {', '.join(done.customers)}")
    if done.kept:
        click.echo(f"stays, as part of the books or because work waits: {', '.join(done.kept)}")
