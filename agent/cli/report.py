"""`ar-agent report`: aging, days sales outstanding, and how much runs without a person."""

from __future__ import annotations

from datetime import date, datetime

import click

from agent.cli.app import App, pass_app
from agent.cli.output import json_option, put_rows

_AGING = [
    ("customer", "customer"),
    ("name", "~name"),
    ("current", "!not due"),
    ("days_1_30", "!1-30"),
    ("days_31_60", "!31-60"),
    ("days_61_90", "!61-90"),
    ("days_over_90", "!over 90"),
    ("unapplied", "!unapplied"),
    ("total", "!total"),
    ("currency", ""),
]
_as_of = click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day the figures are for; default: today.")


@click.group("report")
def command_report() -> None:
    """Aging and other figures."""


def _day(app: App, as_of: datetime | None) -> date:
    return as_of.date() if as_of else app.clock().astimezone(app.settings.zone).date()


@command_report.command("aging")
@_as_of
@click.option("--customer", help="Only of this customer.")
@json_option
@pass_app
def aging(app: App, as_of: datetime | None, customer: str | None, as_json: bool) -> None:
    """What is owed, by how long it is overdue: an object a customer and currency, and totals a currency."""
    from agent.store import reports

    rows = app.read(lambda tx: reports.aging(tx, _day(app, as_of), customer=customer))
    put_rows(rows, _AGING, as_json=as_json, empty="nothing is open")


@command_report.command("dso")
@_as_of
@click.option(
    "--days", type=click.IntRange(1, 730), default=90, show_default=True, help="Length of the period of sales."
)
@json_option
@pass_app
def dso(app: App, as_of: datetime | None, days: int, as_json: bool) -> None:
    """Days sales outstanding: receivables / credit sales of the period x its days, a currency."""
    from agent.store import reports

    rows = app.read(lambda tx: reports.dso(tx, _day(app, as_of), days))
    columns = [
        ("currency", "currency"),
        ("receivables", "!receivables"),
        ("sales", "!credit sales"),
        ("days", "!days"),
        ("dso", "!DSO"),
    ]
    put_rows(rows, columns, as_json=as_json, empty="no sales in the period")


@command_report.command("touchless")
@json_option
@pass_app
def touchless(app: App, as_json: bool) -> None:
    """How many documents of each kind went through without a person."""
    from agent.store import reports

    columns = [("kind", "kind"), ("documents", "!documents"), ("touchless", "!without a person"), ("rate", "!per cent")]
    put_rows(app.read(reports.touchless), columns, as_json=as_json, empty="no documents yet")


_DISPUTES = [
    ("cause", "~cause"),
    ("disputes", "!disputes"),
    ("open", "!open"),
    ("amount", "!in question"),
    ("currency", ""),
    ("credit", "!credited"),
    ("reinvoice", "!reissued"),
    ("write_off", "!written off"),
    ("rejected", "!rejected"),
    ("withdrawn", "!withdrawn"),
    ("our_days", "!our days"),
    ("their_days", "!their days"),
]


@command_report.command("disputes")
@click.option(
    "--by",
    type=click.Choice(["reason", "item", "price_list", "carrier", "clerk", "customer", "owner"]),
    default="reason",
    show_default=True,
    help="The cause to add up by.",
)
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="Opened on this day or later.")
@click.option("--to", "end", type=click.DateTime(["%Y-%m-%d"]), help="Opened on this day or earlier.")
@json_option
@pass_app
def disputes(app: App, by: str, start: datetime | None, end: datetime | None, as_json: bool) -> None:
    """What causes disputes, how they end, and whose days they take."""
    from agent.store import dispute_report

    rows = app.read(
        lambda tx: dispute_report.by_cause(
            tx, by, _day(app, None), start=start.date() if start else None, end=end.date() if end else None
        )
    )
    put_rows(rows, _DISPUTES, as_json=as_json, empty="no disputes in the period")


_customer = click.option("--customer", help="Only of this customer.")
_ORDER = [
    ("order", "order"),
    ("po_number", "~purchase order"),
    ("customer", "customer"),
    ("amount", "!net"),
    ("currency", ""),
]


@command_report.command("undelivered")
@_as_of
@_customer
@json_option
@pass_app
def undelivered(app: App, as_of: datetime | None, customer: str | None, as_json: bool) -> None:
    """What is on order and not delivered, the longest overdue first."""
    from agent.store import gaps

    rows = app.read(lambda tx: gaps.undelivered(tx, _day(app, as_of), customer=customer))
    columns = [*_ORDER, ("requested_on", "wanted on"), ("days_late", "!days late"), ("evidence", "evidence")]
    put_rows(rows, columns, as_json=as_json, empty="everything that was ordered is delivered")


@command_report.command("uninvoiced")
@_as_of
@_customer
@json_option
@pass_app
def uninvoiced(app: App, as_of: datetime | None, customer: str | None, as_json: bool) -> None:
    """What is delivered and not invoiced, the oldest first."""
    from agent.store import gaps

    rows = app.read(lambda tx: gaps.uninvoiced(tx, _day(app, as_of), customer=customer))
    columns = [*_ORDER, ("delivered_on", "delivered on"), ("days", "!days"), ("billing", "billing")]
    put_rows(rows, columns, as_json=as_json, empty="everything that was delivered is invoiced")


@command_report.command("unproved")
@_as_of
@_customer
@click.option("--paid", is_flag=True, help="Paid ones too.")
@json_option
@pass_app
def unproved(app: App, as_of: datetime | None, customer: str | None, paid: bool, as_json: bool) -> None:
    """What is invoiced and was confirmed by nobody: no carrier, no signature, no receipt."""
    from agent.store import gaps

    rows = app.read(lambda tx: gaps.unproved(tx, _day(app, as_of), customer=customer, paid=paid))
    columns = [
        ("invoice", "invoice"), ("customer", "customer"), ("issued_on", "issued on"), ("days", "!days"), ("amount", "!open"),
        ("currency", ""), ("evidence", "evidence"), ("bill_on", "billed on"),
    ]  # fmt: skip
    put_rows(rows, columns, as_json=as_json, empty="every invoice has its proof of delivery")


@command_report.command("late")
@_as_of
@_customer
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How far back.")
@json_option
@pass_app
def late(app: App, as_of: datetime | None, customer: str | None, days: int, as_json: bool) -> None:
    """What was delivered after the day that was asked for."""
    from agent.store import gaps

    rows = app.read(lambda tx: gaps.late(tx, _day(app, as_of), customer=customer, days=days))
    columns = [
        ("delivery", "delivery"), ("order", "order"), ("customer", "customer"), ("requested_on", "wanted on"),
        ("delivered_on", "delivered on"), ("days_late", "!days late"), ("carrier", "~carrier"),
    ]  # fmt: skip
    put_rows(rows, columns, as_json=as_json, empty="nothing was delivered late")


_PROMISES = [
    ("customer", "customer"),
    ("kept", "!kept"),
    ("broken", "!broken"),
    ("open", "!open"),
    ("percent", "!kept %"),
    ("value_kept", "!value kept"),
    ("value_due", "!of"),
    ("value_percent", "!value %"),
    ("currency", ""),
]


@command_report.command("promises")
@_as_of
@click.option("--days", type=click.IntRange(1, 730), default=90, show_default=True, help="Length of the period.")
@json_option
@pass_app
def promises(app: App, as_of: datetime | None, days: int, as_json: bool) -> None:
    """Promises to pay whose day lies in the period, kept and broken: an object a customer, and one of all (customer null)."""
    from datetime import timedelta

    from agent.store import promise_report

    day = _day(app, as_of)
    rows = app.read(lambda tx: promise_report.promises_kept(tx, day - timedelta(days=days), day))
    put_rows(rows, _PROMISES, as_json=as_json, empty="nothing was promised for these days")
