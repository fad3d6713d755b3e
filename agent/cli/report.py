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
