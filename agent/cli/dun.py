"""`ar-agent dun`: the reminders that are due now, those planned for tomorrow, and what staff hold of them."""

from __future__ import annotations

from typing import Any

import click

from agent.cli.app import App, clerk, pass_app
from agent.cli.output import json_option, put_json, put_rows

_COLUMNS = [
    ("customer", "customer"),
    ("name", "~name"),
    ("level", "!level"),
    ("invoices", "~invoices"),
    ("total_due", "!due"),
    ("currency", ""),
    ("mail", "mail"),
]
_PLANNED = [
    ("number", "number"),
    ("planned_for", "for"),
    ("customer", "customer"),
    ("level", "!level"),
    ("invoices", "~invoices"),
    ("total", "!due"),
    ("currency", ""),
    ("status", "status"),
    ("by", "by"),
]


@click.group("dun", invoke_without_command=True)
@click.option("--dry-run", is_flag=True, help="Show what would be sent; queue nothing.")
@click.option(
    "--once-a-day", is_flag=True, help="For cron at any cadence: the first call of a day does it, the others nothing."
)
@json_option
@click.pass_context
def command_dun(context: click.Context, dry_run: bool, once_a_day: bool, as_json: bool) -> None:
    """Work out and queue the reminders due now: one mail a customer and currency, each level of an item once.

    What is left alone is listed with its reason. Mail that waits is worked on first.
    """
    if context.invoked_subcommand is not None:
        return
    from agent import daily

    app: App = context.obj
    if not dry_run:
        _read_inbox(app)
    if once_a_day:
        told = None if dry_run else daily.remind_once(app.engine, app.settings, app.clock())
        if told is None:
            click.echo("the reminders of today are done", err=True)
            return
    elif dry_run:
        told = app.by_hand(daily.remind, dry_run=True)
    else:
        told = daily.remind_each(app.engine, app.desk)
    _show(told, dry_run=dry_run, as_json=as_json)


def _read_inbox(app: App) -> None:
    """Work on mail that is stored and waits: no reminder crosses an advice that is here already."""
    from agent.store import inbound
    from agent.working import Workshop

    if app.read(inbound.untouched):
        Workshop(app).work_all()


def _show(told: dict[str, list[dict[str, Any]]], *, dry_run: bool, as_json: bool) -> None:
    rows: list[dict[str, Any]] = [row | {"dry_run": dry_run} for row in told["mails"]]
    if as_json:
        put_json(rows)
        put_json({"blocked": row["invoice"], **row} for row in told["blocked"])
        put_json(told["events"])
        return
    put_rows(rows, _COLUMNS, as_json=False, empty="no reminder is due")
    if told["events"]:
        click.echo(f"\nbeside the reminders ({len(told['events'])}):")
        for row in told["events"][:60]:
            click.echo("  " + "  ".join(str(value) for value in row.values() if value))
    if told["blocked"]:
        click.echo(f"\nleft alone ({len(told['blocked'])}):")
        for row in told["blocked"][:60]:
            click.echo(f"  {row['invoice']}  {row['customer']}  {row['reason']}")
    if dry_run and rows:
        click.echo("\n(dry run: nothing was queued)")


def _planned_row(row: Any) -> dict[str, Any]:
    from agent.domain.money import Money

    return {
        "number": row.id,
        "planned_for": row.planned_for.isoformat(),
        "customer": row.customer,
        "level": row.level,
        "invoices": row.invoices,
        "total": Money(row.total_minor, row.currency).plain(),
        "currency": row.currency,
        "status": row.status,
        "by": row.decided_by,
    }


@command_dun.command("planned")
@click.option("--held", is_flag=True, help="Only those that somebody holds.")
@json_option
@pass_app
def planned(app: App, held: bool, as_json: bool) -> None:
    """The reminders of tomorrow, with the numbers that staff can hold them by."""
    from agent.booking.desk import Desk
    from agent.collecting import digest
    from agent.store import collecting

    def work(desk: Desk) -> list[dict[str, Any]]:
        rows = collecting.held_mails(desk.tx) if held else digest.plan_tomorrow(desk)[2]
        return [_planned_row(row) for row in rows]

    put_rows(app.by_hand(work), _PLANNED, as_json=as_json, empty="nothing is planned")


@command_dun.command("hold")
@click.argument("number", type=int)
@json_option
@pass_app
def hold(app: App, number: int, as_json: bool) -> None:
    """Keep the reminders of a planned mail back until they are released."""
    _decide(app, number, True, as_json)


@command_dun.command("release")
@click.argument("number", type=int)
@json_option
@pass_app
def release(app: App, number: int, as_json: bool) -> None:
    """Let the reminders of a held mail leave again when they are due."""
    _decide(app, number, False, as_json)


def _decide(app: App, number: int, on: bool, as_json: bool) -> None:
    from agent.collecting import digest
    from agent.store import collecting

    app.by_hand(lambda desk: digest.decide(desk, number, hold=on, by=clerk()))
    row = app.read(lambda tx: collecting.planned_row(tx, number))
    put_rows([_planned_row(row)], _PLANNED, as_json=as_json, empty="")
