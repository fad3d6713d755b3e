"""One dispute as staff see it: its clocks, its evidence, what happened, and how it may end."""

from __future__ import annotations

from typing import Any

import click

from agent import numbers
from agent.cli.app import App
from agent.cli.output import clean, heading, put_fields
from agent.domain.errors import NotFound

_MORE = [
    ("tier", "review"),
    ("contact", "contact"),
    ("claim_number", "their number"),
    ("our_days", "our days"),
    ("their_days", "their days"),
    ("item", "item"),
    ("price_source", "price from"),
    ("carrier", "carrier"),
    ("clerk", "entered by"),
    ("resolution", "ended by"),
    ("closed_on", "closed on"),
]


def row_of(app: App, number: int) -> dict[str, Any]:
    """One dispute as `show --json` prints it."""
    from agent.domain.codec import to_plain
    from agent.store import cases, events, lists, work

    today = app.clock().astimezone(app.settings.zone).date()
    rows = app.read(lambda tx: lists.list_disputes(tx, dispute=number, today=today))
    if not rows:
        raise NotFound("dispute", f"D{number}", "see `ar-agent disputes list`")
    log = app.read(lambda tx: events.trail(tx, [("dispute", f"D{number}")]))
    return rows[0] | {
        "evidence": app.read(lambda tx: cases.evidence_of(tx, work.dispute_row(tx, number))),
        "log": [
            {
                "at": str(to_plain(one["at"])),
                "actor": one["actor"],
                "action": one["action"],
                "message": numbers.show(numbers.MESSAGE, one["message"]),
                "data": one["data"] or {},
            }
            for one in log
        ],
    }


def show_dispute(app: App, row: dict[str, Any], columns: list[tuple[str, str]]) -> None:
    """Print it for a person."""
    from agent.cli.sources import show_source

    put_fields(row, [(name, label.lstrip("!~") or name) for name, label in (*columns, *_MORE)])
    if row["message"]:
        show_source(app, row["message"])
    heading("Evidence")
    for paper in row["evidence"]:
        source = f"  {paper['message']}" if paper["message"] and paper["message"] != paper["id"] else ""
        kind = paper["kind"].replace("_", " ")
        click.echo(f"  {paper['on'] or '':<10}  {kind:<17} {paper['id']}{source}  {clean(paper['what'])}")
    heading("What happened")
    for event in row["log"]:
        shown = ", ".join(f"{k} {clean(v)}" for k, v in event["data"].items() if v)
        click.echo(f"  {event['at'][:16]}  {event['action']:<10} {clean(event['actor'])}  {shown}")
    _show_ways_out(row)


def _show_ways_out(row: dict[str, Any]) -> None:
    number = row["dispute"]
    heading("Decide")
    if row["status"] in ("resolved", "rejected"):
        click.echo(f"  ar-agent disputes undo {number}")
        return
    click.echo(f'  ar-agent disputes ask {number} "…"   (it is their turn then)')
    ends = "credit|reinvoice|write_off|rejected|withdrawn" if row["invoice"] else "rejected|withdrawn"
    click.echo(f'  ar-agent disputes resolve {number} --by {ends} --text "…"')
