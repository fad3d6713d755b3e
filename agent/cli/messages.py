"""`ar-agent messages`: mail that came in, what was understood of it, and doing it anew."""

from __future__ import annotations

import sys
from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import clean, json_option, limit_option, put_json, put_rows
from agent.domain.errors import NotFound, Refused

_COLUMNS = [
    ("id", "message"),
    ("received", "received"),
    ("from", "~from"),
    ("subject", "~subject"),
    ("outcome", "outcome"),
    ("customer", "customer"),
    ("what", "~what came of it"),
]


@click.group("messages")
def command_messages() -> None:
    """Mail that came in."""


@command_messages.command("list")
@click.option(
    "--outcome",
    multiple=True,
    help="Only with these outcomes: processed, queued, quarantined, ignored, duplicate, failed.",
)
@click.option("--customer", help="Only of this customer.")
@limit_option
@json_option
@pass_app
def list_(app: App, outcome: tuple[str, ...], customer: str | None, limit: int | None, as_json: bool) -> None:
    """All messages."""
    from agent.store import lists

    rows = app.read(lambda tx: lists.list_messages(tx, outcome=list(outcome) or None, customer=customer, limit=limit))
    shown = rows if as_json else [row | {"received": str(row["received_at"])[:16], "what": _what(row)} for row in rows]
    put_rows(shown, _COLUMNS, as_json=as_json, empty="no messages")


def _what(row: dict[str, Any]) -> str:
    effects = ", ".join(f"{e['type'].replace('_', ' ')} {e['id']}" for e in row["effects"])
    queue = " ".join(row["queue"])
    return "; ".join(part for part in (effects, f"waits: {queue}" if queue else "") if part) or clean(row["reason"])


@command_messages.command("show")
@click.argument("message", metavar="ID")
@click.option("--eml", is_flag=True, help="The bytes as they came.")
@click.option("--part", help="Write one attachment, by its name, to standard output.")
@json_option
@pass_app
def show(app: App, message: str, eml: bool, part: str | None, as_json: bool) -> None:
    """One message: what it says, what was understood, and what came of it."""
    from agent.cli.sources import show_source
    from agent.store import inbound, lists

    number = numbers.read(numbers.MESSAGE, message)
    rows = app.read(lambda tx: lists.list_messages(tx, number=number))
    if not rows:
        raise NotFound("message", message, "see `ar-agent messages list`")
    if eml or part:
        data = app.read(lambda tx: inbound.raw_bytes(tx, number))
        sys.stdout.buffer.write(data if eml else _part(data, str(part)))
        sys.stdout.buffer.flush()
        return
    if as_json:
        stored = app.read(lambda tx: lists.find_message(tx, number))
        put_json([rows[0] | {"reading": stored.reading if stored else None}])
        return
    row = rows[0]
    click.echo(click.style(f"{row['id']}  {row['outcome']}", bold=True) + f"  {clean(row['reason'])}")
    click.echo(_what(row))
    show_source(app, str(row["id"]))


def _part(data: bytes, name: str) -> bytes:
    from parsers.mail.envelope import open_mail

    mail = open_mail(data)
    for one in mail.parts:
        if one.name == name:
            return one.data
    raise NotFound("part", name, f"the message has {', '.join(p.name for p in mail.parts) or 'none'}")


@command_messages.command("replay")
@click.argument("message", metavar="ID")
@json_option
@pass_app
def replay(app: App, message: str, as_json: bool) -> None:
    """Process a message anew from its bytes: after a correction of master data, or with a newer version."""
    from agent.booking.desk import Desk
    from agent.store import inbound, lists, work
    from agent.working import Workshop

    number = numbers.read(numbers.MESSAGE, message)

    def reopen(desk: Desk) -> None:
        row = lists.find_message(desk.tx, number)
        if row is None:
            raise NotFound("message", message, "see `ar-agent messages list`")
        if row.outcome == "duplicate":
            raise Refused(f"M{number} repeats M{row.duplicate_of}: replay that one")
        booked = [e for e in row.effects or [] if e["type"] not in ("outbox", "contact", "request")]
        if booked:
            shown = ", ".join(f"{e['type']} {e['id']}" for e in booked)
            raise Refused(f"M{number} is in the books already ({shown}): take that back first")
        for waiting in work.open_of_message(desk.tx, number):
            item = work.queue_row(desk.tx, waiting)
            work.resolve(
                desk.tx, item, status="rejected", resolution={"replayed": True}, owner=desk.cause.name, now=desk.now
            )
        inbound.reopen(desk.tx, number)
        desk.record("replayed", "message", f"M{number}")

    app.by_hand(reopen)
    workshop = Workshop(app)
    workshop.work_on(number, None, app.clock())
    rows = [workshop.row(number)]
    put_rows(
        rows if as_json else [r | {"received": str(r["received_at"])[:16], "what": _what(r)} for r in rows],
        _COLUMNS,
        as_json=as_json,
        empty="",
    )


@command_messages.command("erase")
@click.argument("message", metavar="ID")
@pass_app
def erase(app: App, message: str) -> None:
    """Erase the bytes of one mail and what names its sender; refused for what is part of the books."""
    from agent.booking.senders.privacy import erase_message

    number = numbers.read(numbers.MESSAGE, message)
    app.by_hand(lambda desk: erase_message(desk, number))
    click.echo(f"M{number}: erased; that it came stays counted")
