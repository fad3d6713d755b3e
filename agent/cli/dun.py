"""`ar-agent dun`: the reminders that are due now."""

from __future__ import annotations

from typing import Any

import click

from agent.cli.app import App, pass_app
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


@click.command("dun")
@click.option("--dry-run", is_flag=True, help="Show what would be sent; queue nothing.")
@json_option
@pass_app
def command_dun(app: App, dry_run: bool, as_json: bool) -> None:
    """Work out and queue the reminders due now: one mail a customer and currency, each level of an item once.

    What is left alone is listed with its reason. Mail that waits is worked on first.
    """
    from agent import daily

    result = app.by_hand(daily.remind, dry_run=dry_run)
    rows: list[dict[str, Any]] = [row | {"dry_run": dry_run} for row in result["mails"]]
    if as_json:
        put_json(rows)
        put_json({"blocked": row["invoice"], **row} for row in result["blocked"])
        return
    put_rows(rows, _COLUMNS, as_json=False, empty="no reminder is due")
    if result["blocked"]:
        click.echo(f"\nleft alone ({len(result['blocked'])}):")
        for row in result["blocked"][:60]:
            click.echo(f"  {row['invoice']}  {row['customer']}  {row['reason']}")
    if dry_run and rows:
        click.echo("\n(dry run: nothing was queued)")
