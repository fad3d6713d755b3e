"""`ar-agent outbox`: mail that goes out, and its exact bytes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from agent import numbers
from agent.cli.app import App, clerk, pass_app
from agent.cli.output import clean, json_option, limit_option, put_fields, put_json, put_rows
from agent.cli.schema import status_option
from agent.domain.errors import NotFound, Refused

_COLUMNS = [
    ("id", "mail"),
    ("kind", "kind"),
    ("customer", "customer"),
    ("to", "~to"),
    ("subject", "~subject"),
    ("status", "status"),
    ("reason", "~why"),
]


@click.group("outbox")
def command_outbox() -> None:
    """Mail that goes out."""


@command_outbox.command("list")
@status_option("outbox")
@click.option("--kind", help="Only this kind.")
@click.option("--customer", help="Only to this customer.")
@click.option("--about", help="Only about this invoice, order or dispute.")
@limit_option
@json_option
@pass_app
def list_(
    app: App,
    status: tuple[str, ...],
    kind: str | None,
    customer: str | None,
    about: str | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """All outgoing mail."""
    from agent.store import lists

    rows = app.read(
        lambda tx: lists.list_outbox(
            tx, status=list(status) or None, kind=kind, customer=customer, about=about, limit=limit
        )
    )
    shown = rows if as_json else [row | {"kind": row["kind"].replace("_", " ")} for row in rows]
    put_rows(shown, _COLUMNS, as_json=as_json, empty="no outgoing mail")


@command_outbox.command("show")
@click.argument("mail", metavar="ID")
@click.option("--eml", is_flag=True, help="The exact message as it was or will be sent.")
@json_option
@pass_app
def show(app: App, mail: str, eml: bool, as_json: bool) -> None:
    """One mail, what it says and what became of it."""
    from agent.store import blobs, lists, outbound

    number = numbers.read(numbers.OUTBOX, mail)
    row = app.read(lambda tx: outbound.row_of(tx, number))
    data = app.read(lambda tx: blobs.load(tx, row.sha256))
    if data is None:
        raise Refused(f"the bytes of O{number} are missing or damaged: restore the database")
    if eml:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    (shown,) = app.read(lambda tx: lists.list_outbox(tx, number=number))
    if as_json:
        put_json([shown])
        return
    names = (
        "id",
        "kind",
        "customer",
        "to",
        "subject",
        "language",
        "about",
        "level",
        "status",
        "reason",
        "due_at",
        "sent_at",
        "message_id",
        "message",
    )
    put_fields(shown, [(name, name.replace("_", " ")) for name in names])
    for attempt in app.read(lambda tx: outbound.attempts_of(tx, number)):
        click.echo(click.style(f"  {str(attempt.at)[:19]}  {attempt.outcome}  {clean(attempt.reply)}", dim=True))
    click.echo()
    click.echo(_text_of(data))


def _text_of(data: bytes) -> str:
    from email import message_from_bytes

    message = message_from_bytes(data)
    names = []
    text = ""
    for part in message.walk():
        if part.get_filename():
            names.append(str(part.get_filename()))
        elif part.get_content_type() == "text/plain" and not text:
            payload = part.get_payload(decode=True)
            text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    lines = "\n".join(clean(line) for line in text.splitlines())
    return lines + (f"\n\nattached: {', '.join(clean(name) for name in names)}" if names else "")


def _act(app: App, mail: str, as_json: bool, act: Callable[[Any, int, Any, Any], None]) -> None:
    from agent.store import lists
    from agent.store.ledger import Cause

    number = numbers.read(numbers.OUTBOX, mail)
    app.by_hand(lambda desk: act(desk.tx, number, Cause("clerk", clerk()), desk.now))
    rows = app.read(lambda tx: lists.list_outbox(tx, number=number))
    if not rows:
        raise NotFound("outgoing mail", mail, "see `ar-agent outbox list`")
    put_rows(rows, _COLUMNS, as_json=as_json, empty="")


@command_outbox.command("hold")
@click.argument("mail", metavar="ID")
@click.option("--note", default="held by a person", show_default=True, help="Why.")
@json_option
@pass_app
def hold(app: App, mail: str, note: str, as_json: bool) -> None:
    """Keep a queued mail from leaving."""
    from agent.store import outbound

    _act(app, mail, as_json, lambda tx, n, cause, now: outbound.hold(tx, n, reason=note, cause=cause, now=now))


@command_outbox.command("release")
@click.argument("mail", metavar="ID")
@json_option
@pass_app
def release(app: App, mail: str, as_json: bool) -> None:
    """Let a held mail leave."""
    from agent.store import outbound

    _act(app, mail, as_json, lambda tx, n, cause, now: outbound.release(tx, n, cause=cause, now=now))


@command_outbox.command("cancel")
@click.argument("mail", metavar="ID")
@click.option("--note", default="cancelled by a person", show_default=True, help="Why.")
@json_option
@pass_app
def cancel(app: App, mail: str, note: str, as_json: bool) -> None:
    """Never send a mail that has not left."""
    from agent.store import outbound

    _act(app, mail, as_json, lambda tx, n, cause, now: outbound.cancel(tx, n, reason=note, cause=cause, now=now))


@command_outbox.command("resolve")
@click.argument("mail", metavar="ID")
@click.option("--sent", "sent", flag_value=True, default=None, type=bool, help="It arrived.")
@click.option("--resend", "sent", flag_value=False, type=bool, help="It did not: send the same bytes again.")
@json_option
@pass_app
def resolve(app: App, mail: str, sent: bool | None, as_json: bool) -> None:
    """Settle a mail whose fate is unknown."""
    from agent.store import outbound

    if sent is None:
        raise click.UsageError("say either --sent (it arrived) or --resend (send the same bytes again)")
    _act(app, mail, as_json, lambda tx, n, cause, now: outbound.resolve(tx, n, sent=sent, cause=cause, now=now))
