"""`ar-agent returns`: goods that come back, from the announcement to the inspection."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import json_option, limit_option, put_fields, put_json, put_rows

if TYPE_CHECKING:
    from agent.domain.returns import ReturnCase

_STATES = ["announced", "received", "inspected", "credited", "refused"]
_REASONS = ["damaged", "quality", "wrong_item", "quantity", "other"]
_COLUMNS = [
    ("return", "return"),
    ("number", "authorisation"),
    ("customer", "customer"),
    ("order", "order"),
    ("invoice", "invoice"),
    ("status", "status"),
    ("announced_on", "announced"),
    ("credit_note", "credit note"),
]
_LINES = [
    ("line", "line"),
    ("item", "item"),
    ("quantity", "!comes back"),
    ("accepted", "!taken back"),
    ("unit", "unit"),
]


@click.group("returns")
def command_returns() -> None:
    """Returns: announced, received, inspected, credited or refused."""


@command_returns.command("list")
@click.option("--customer", help="Only of this customer.")
@click.option("--order", help="Only of this order.")
@click.option("--status", multiple=True, type=click.Choice(_STATES), help="Only in these states.")
@limit_option
@json_option
@pass_app
def list_(
    app: App, customer: str | None, order: str | None, status: tuple[str, ...], limit: int | None, as_json: bool
) -> None:
    """All returns."""
    from agent.domain.returns import ReturnStatus
    from agent.store import returns

    states = [ReturnStatus(one) for one in status] or None
    found = app.read(lambda tx: returns.find(tx, customer=customer, order=order, statuses=states, limit=limit))
    put_rows([_row(one) for one in found], _COLUMNS, as_json=as_json, empty="no returns")


@command_returns.command("show")
@click.argument("case", metavar="ID")
@json_option
@pass_app
def show(app: App, case: str, as_json: bool) -> None:
    """One return with its lines."""
    from agent.store import returns

    number = numbers.read(numbers.RETURN, case)
    _put(_row(app.read(lambda tx: returns.by_number(tx, number))), as_json=as_json)


@command_returns.command("announce")
@click.argument("order", metavar="ORDER")
@click.option("--line", "parts", metavar="LINE=QUANTITY", multiple=True, required=True, help="What comes back.")
@click.option("--number", help="Number of the authorisation, as it stands on the parcel; default: one of ours.")
@click.option("--reason", type=click.Choice(_REASONS), default="other", show_default=True, help="Why.")
@click.option("--text", help="What the customer says.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def announce(
    app: App,
    order: str,
    parts: tuple[str, ...],
    number: str | None,
    reason: str,
    text: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Open a return; the customer gets its number."""
    from agent.booking.deliveries import returning
    from agent.booking.desk import Desk
    from agent.cli.orders import find_one
    from agent.domain.documents import DisputeReason

    wanted = _parts(parts, "--line")

    def work(desk: Desk) -> dict[str, Any]:
        found, customer = find_one(desk, order)
        made = returning.announce(desk, found, customer, wanted, reason=DisputeReason(reason), number=number, text=text)
        return _fresh(desk, made.id)

    _put(app.by_hand(work, dry_run=dry_run), as_json=as_json, dry_run=dry_run)


@command_returns.command("receive")
@click.argument("case", metavar="ID")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day it arrived; default: today.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def receive(app: App, case: str, day: Any, dry_run: bool, as_json: bool) -> None:
    """Say that a return has arrived; nothing is credited before it was inspected."""
    from agent.booking.deliveries import returning
    from agent.booking.desk import Desk
    from agent.store import returns

    number = numbers.read(numbers.RETURN, case)

    def work(desk: Desk) -> dict[str, Any]:
        returning.receive(desk, returns.by_number(desk.tx, number), on=day.date() if day else None)
        return _fresh(desk, number)

    _put(app.by_hand(work, dry_run=dry_run), as_json=as_json, dry_run=dry_run)


@command_returns.command("inspect")
@click.argument("case", metavar="ID")
@click.option(
    "--accepted", "parts", metavar="LINE=QUANTITY", multiple=True, help="What is taken back; none: it is refused."
)
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def inspect(app: App, case: str, parts: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Write what the inspection found; the credit is then proposed in the queue, a refusal is told."""
    from agent.booking.deliveries import returning
    from agent.booking.desk import Desk
    from agent.store import returns

    number, accepted = numbers.read(numbers.RETURN, case), _parts(parts, "--accepted")

    def work(desk: Desk) -> dict[str, Any]:
        returning.inspect(desk, returns.by_number(desk.tx, number), accepted)
        return _fresh(desk, number)

    _put(app.by_hand(work, dry_run=dry_run), as_json=as_json, dry_run=dry_run)


def _fresh(desk: Any, number: int) -> dict[str, Any]:
    from agent.store import returns

    return _row(returns.by_number(desk.tx, number)) | {"queue": desk.outcome.queue}


def _row(case: ReturnCase) -> dict[str, Any]:
    from agent.domain.codec import to_plain

    return {
        "return": numbers.show(numbers.RETURN, case.id),
        "number": case.number,
        "customer": case.customer,
        "order": case.order,
        "invoice": case.invoice,
        "status": case.status.value,
        "reason": case.reason.value,
        "announced_on": to_plain(case.announced_on),
        "received_on": to_plain(case.received_on),
        "inspected_on": to_plain(case.inspected_on),
        "lines": [
            {
                "line": line.order_line,
                "item": line.item,
                "quantity": to_plain(line.quantity),
                "accepted": to_plain(line.accepted),
                "unit": line.unit,
            }
            for line in case.lines
        ],
        "credit_note": case.credit_note,
        "dispute": numbers.show(numbers.DISPUTE, case.dispute),
        "delivery": numbers.show(numbers.DELIVERY, case.delivery),
        "message": numbers.show(numbers.MESSAGE, case.message),
        "text": case.text,
    }


def _put(row: dict[str, Any], *, as_json: bool, dry_run: bool = False) -> None:
    if as_json:
        put_json([row])
        return
    put_fields(row, [(name, label) for name, label in _COLUMNS])
    click.echo()
    put_rows(row["lines"], _LINES, as_json=False, empty="no lines")
    if row.get("queue"):
        click.echo(f"waits for a person: {', '.join(row['queue'])}")
    if dry_run:
        click.echo("(dry run: taken back)")


def _parts(texts: tuple[str, ...], option: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for text in texts:
        line, sign, quantity = text.partition("=")
        try:
            value = Decimal(quantity)
            if not sign or not line.strip() or not value.is_finite() or value < 0:
                raise InvalidOperation
        except InvalidOperation:
            raise click.BadParameter(f"{text!r}: write it like 10=3", param_hint=option) from None
        found[line.strip()] = value
    return found
