"""`ar-agent audit`: from any figure back to the mail that caused it."""

from __future__ import annotations

from typing import Any

import click

from agent.cli.app import App, pass_app
from agent.cli.output import clean, heading, json_option, put_json
from agent.domain.errors import NotFound


@click.group("audit")
def command_audit() -> None:
    """The trail of one thing, back to the mail."""


@command_audit.command("show")
@click.argument("number", metavar="ID")
@json_option
@pass_app
def show(app: App, number: str, as_json: bool) -> None:
    """Everything that happened to an invoice, order, receipt, dispute, queue item, message or mail."""
    from agent.store import audit

    trail = app.read(lambda tx: audit.trail_of(tx, number))
    if not trail.events and not trail.entries:
        raise NotFound("thing", number, "give a number as the lists show it: INV-104411, SO-00007, R3, D2, Q17, M4, O9")
    if as_json:
        put_json([*trail.events, *trail.entries])
        return
    heading(f"What happened to {number}")
    for event in trail.events:
        _event(event)
    if trail.entries:
        heading("In the journal")
        for entry in trail.entries:
            click.echo(
                f"  {entry['booked_on']}  entry {entry['entry']}  {clean(entry['reason'])}  ({clean(entry['cause'])})"
            )
            for posting in entry["postings"]:
                click.echo(
                    click.style(
                        f"      {posting['account']:<14} {posting['amount']:>14} {posting['currency']}  {clean(posting['invoice'] or posting['customer'] or '')}",
                        dim=True,
                    )
                )
    if trail.messages:
        heading("From the mail")
        from agent.cli.sources import show_source

        for message in trail.messages[:5]:
            show_source(app, message)


def _event(event: dict[str, Any]) -> None:
    data = {k: v for k, v in (event["data"] or {}).items() if v not in (None, [], "")}
    reasons = data.pop("reasons", [])
    shown = ", ".join(f"{k} {clean(v)}" for k, v in data.items())
    click.echo(
        f"  {event['at'][:16]}  {event['action'].replace('_', ' '):<12} {clean(event['actor'])}  {event['subject']}  {shown}"
    )
    for reason in reasons if isinstance(reasons, list) else []:
        if isinstance(reason, dict):
            click.echo(click.style(f"                     because: {clean(reason.get('detail'))}", dim=True))
