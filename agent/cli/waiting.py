"""`ar-agent waiting`: the ball in our court, what customers asked and nobody has answered yet."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from agent.cli.app import App, pass_app
from agent.cli.output import json_option, put_rows

_COLUMNS = [
    ("number", "item"),
    ("customer", "customer"),
    ("what", "what"),
    ("age_days", "!days"),
    ("due_on", "answer by"),
    ("late", "late"),
    ("owner", "owner"),
    ("summary", "~what it is about"),
]


@click.command("waiting")
@click.option("--customer", help="Only of this customer.")
@click.option("--late", is_flag=True, help="Only what should have been answered by now.")
@json_option
@pass_app
def command_waiting(app: App, customer: str | None, late: bool, as_json: bool) -> None:
    """What customers asked and nobody has answered: the oldest deadline first."""
    from agent.store.waiting import waiting

    today = app.clock().astimezone(app.settings.zone).date()
    owners = [customer] if customer else None
    found = app.read(
        lambda tx: waiting(tx, zone=app.settings.zone, answer_days=app.settings.replies.answer_days, customers=owners)
    )
    rows = [_row(one, today) for one in found if not late or one.due_on < today]
    put_rows(rows, _COLUMNS, as_json=as_json, empty="every customer has an answer")


def _row(one: Any, today: date) -> dict[str, Any]:
    return {
        "number": one.number,
        "customer": one.customer,
        "what": one.what,
        "since": one.since.isoformat(),
        "age_days": (today - one.since).days,
        "due_on": one.due_on.isoformat(),
        "late": one.due_on < today,
        "owner": one.owner,
        "invoices": sorted(one.invoices),
        "message": one.message,
        "summary": one.summary,
    }
