"""`ar-agent contacts`: who may do what by mail, addresses that take none, and senders that are blocked or vouched for."""

from __future__ import annotations

from typing import Any

import click

from agent.cli.app import App, clerk, pass_app
from agent.cli.output import json_option, limit_option, put_rows
from agent.domain.errors import NotFound, Refused

_COLUMNS = [
    ("customer", "customer"),
    ("address", "~address"),
    ("name", "~name"),
    ("may_order", "orders"),
    ("may_dispute", "disputes"),
    ("may_receive", "receives"),
    ("rank", "!rank"),
    ("stopped_at", "no mail since"),
    ("reason", "~why"),
    ("rule", "rule"),
]


@click.group("contacts")
def command_contacts() -> None:
    """Who may do what by mail, addresses that take none, and blocked senders."""


@command_contacts.command("list")
@click.option("--customer", help="Only of this customer.")
@click.option("--stopped", is_flag=True, help="Only addresses that take no mail.")
@limit_option
@json_option
@pass_app
def list_(app: App, customer: str | None, stopped: bool, limit: int | None, as_json: bool) -> None:
    """Contacts with rights of their own, stopped addresses, and block and allow entries."""
    from agent.store import lists_contacts

    rows = app.read(lambda tx: lists_contacts.list_contacts(tx, customer=customer, stopped=stopped))
    put_rows(rows[:limit], _COLUMNS, as_json=as_json, empty="every address on record may do everything")


@command_contacts.command("set")
@click.argument("address")
@click.option("--customer", required=True, help="Whose contact it is.")
@click.option("--name", help="The person's name.")
@click.option("--orders/--no-orders", default=None, help="Whether it may order.")
@click.option("--disputes/--no-disputes", default=None, help="Whether it may dispute invoices.")
@click.option("--receives/--receives-nothing", default=None, help="Whether it gets invoices, statements and reminders.")
@click.option("--rank", type=click.IntRange(min=0), help="The lowest is written to first.")
@pass_app
def set_(
    app: App,
    address: str,
    customer: str,
    name: str | None,
    orders: bool | None,
    disputes: bool | None,
    receives: bool | None,
    rank: int | None,
) -> None:
    """Say what an address on a customer's record may do; what is not named stays as it is."""
    from dataclasses import replace

    from agent.booking.senders.admission import keep_contact
    from agent.domain.contacts import Contact
    from agent.store import contacts

    def work(desk: Any) -> str:
        found = contacts.of_customers(desk.tx, [customer], address=address)
        contact = found[0] if found else Contact(customer=customer, address=address.casefold())
        told: dict[str, Any] = {
            "name": name,
            "may_order": orders,
            "may_dispute": disputes,
            "may_receive": receives,
            "rank": rank,
        }
        return keep_contact(desk, replace(contact, **{key: value for key, value in told.items() if value is not None}))

    click.echo(f"{address}: {app.by_hand(work)}")


def _rule(app: App, entry: str, verdict: str, note: str | None) -> None:
    from agent.store import contacts

    if entry.count("@") != 1 or entry.endswith("@"):
        raise Refused(f"{entry!r} is neither an address nor a domain like @example.com")

    def work(desk: Any) -> None:
        contacts.set_rule(desk.tx, entry, verdict, note=note, by=clerk(), now=desk.now)
        desk.record(verdict, "sender", entry.casefold(), note=note)

    app.by_hand(work)
    click.echo(f"{entry}: {verdict}")


@command_contacts.command("block")
@click.argument("entry", metavar="ADDRESS|@DOMAIN")
@click.option("--note", help="Why.")
@pass_app
def block(app: App, entry: str, note: str | None) -> None:
    """Keep mail of this sender and leave it alone."""
    _rule(app, entry, "block", note)


@command_contacts.command("allow")
@click.argument("entry", metavar="ADDRESS|@DOMAIN")
@click.option("--note", help="Why.")
@pass_app
def allow(app: App, entry: str, note: str | None) -> None:
    """Raise no alarm because this sender looks like another; nothing else is believed by it."""
    _rule(app, entry, "allow", note)


@command_contacts.command("clear")
@click.argument("entry", metavar="ADDRESS|@DOMAIN")
@pass_app
def clear(app: App, entry: str) -> None:
    """Forget a block or allow entry, and write again to an address that had bounced."""
    from agent.store import contacts

    def work(desk: Any) -> bool:
        rule, stop = contacts.drop_rule(desk.tx, entry), contacts.alive(desk.tx, entry)
        if rule or stop:
            desk.record("cleared", "contact", entry.casefold(), rule=rule, stop=stop)
        return rule or stop

    if not app.by_hand(work):
        raise NotFound("entry", entry, "see `ar-agent contacts list`")
    click.echo(f"{entry}: cleared; mail that was held is released with `ar-agent outbox release`")
