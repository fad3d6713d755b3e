"""`ar-agent deliveries`: what was confirmed, and confirmations recorded by hand."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import json_option, limit_option, put_fields, put_json, put_rows
from agent.domain.errors import NotFound

_COLUMNS = [
    ("delivery", "delivery"),
    ("order", "order"),
    ("number", "note"),
    ("delivered_on", "delivered on"),
    ("level", "evidence"),
    ("status", "status"),
    ("invoice", "invoice"),
    ("received_by", "~received by"),
]
_LINES = [
    ("line", "line"),
    ("delivered", "!delivered"),
    ("accepted", "!accepted"),
    ("damaged", "!damaged"),
    ("rejected", "!rejected"),
    ("missing", "!missing"),
    ("over", "!over"),
]


@click.group("deliveries")
def command_deliveries() -> None:
    """Deliveries."""


@command_deliveries.command("list")
@click.option("--order", help="Only of this order.")
@click.option("--tracking", help="Only this parcel or delivery note, however its number is written.")
@limit_option
@json_option
@pass_app
def list_(app: App, order: str | None, tracking: str | None, limit: int | None, as_json: bool) -> None:
    """All deliveries that were confirmed."""
    from agent.store import lists
    from matching.keys import lookup_keys

    put_rows(
        app.read(
            lambda tx: lists.list_deliveries(
                tx, order=order, tracking=tracking, tracking_keys=lookup_keys(tracking or ""), limit=limit
            )
        ),
        _COLUMNS,
        as_json=as_json,
        empty="no deliveries",
    )


@command_deliveries.command("show")
@click.argument("delivery", metavar="ID")
@json_option
@pass_app
def show(app: App, delivery: str, as_json: bool) -> None:
    """One delivery with its lines and the mail that proves it."""
    from agent.cli.sources import show_source
    from agent.store import lists

    number = numbers.read(numbers.DELIVERY, delivery)
    rows = app.read(lambda tx: lists.list_deliveries(tx, delivery=number))
    if not rows:
        raise NotFound("delivery", delivery, "see `ar-agent deliveries list`")
    if as_json:
        put_json(rows)
        return
    put_fields(rows[0], [(name, label.lstrip("~")) for name, label in _COLUMNS])
    click.echo()
    put_rows(rows[0]["lines"], _LINES, as_json=False, empty="no lines")
    if rows[0]["message"]:
        show_source(app, rows[0]["message"])


@command_deliveries.command("record")
@click.option("--order", required=True, help="Our order number or the purchase order number.")
@click.option(
    "--accepted",
    "parts",
    metavar="LINE=QUANTITY",
    multiple=True,
    help="What was accepted; without it, everything that is left.",
)
@click.option("--damaged", "damaged", metavar="LINE=QUANTITY", multiple=True, help="What arrived damaged.")
@click.option("--missing", "missing", metavar="LINE=QUANTITY", multiple=True, help="What did not arrive.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day of delivery; default: today.")
@click.option("--note", "number", help="Number of the delivery note.")
@click.option(
    "--level",
    type=click.Choice(["despatch", "carrier", "signed", "receipt", "acceptance"]),
    default="signed",
    show_default=True,
    help="How strong the evidence is.",
)
@click.option("--retain", help="Per cent of the invoice that the customer may keep until defects are mended.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="With --retain: from when on it is due after all.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def record(
    app: App,
    order: str,
    parts: tuple[str, ...],
    damaged: tuple[str, ...],
    missing: tuple[str, ...],
    day: Any,
    number: str | None,
    level: str,
    retain: str | None,
    until: Any,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Record a delivery that was confirmed by phone, fax or paper; services that were signed off, too."""
    from agent.booking.deliveries.delivering import hold_back, record_delivery
    from agent.booking.desk import Desk
    from agent.domain.documents import DeliveredLine, DeliveryConfirmation, DeliveryLevel, Source
    from agent.store import master, orders
    from matching.keys import lookup_keys

    percent = _percent(retain)
    if until and percent is None:
        raise click.UsageError("--until says when a retention ends: name it with --retain")
    amounts = {
        name: dict(_part(p, f"--{name}") for p in given)
        for name, given in (("accepted", parts), ("damaged", damaged), ("missing", missing))
    }
    lines = list(dict.fromkeys(line for one in amounts.values() for line in one))

    def work(desk: Desk) -> list[dict[str, Any]]:
        keys = lookup_keys(order)
        found = orders.orders_by_number(desk.tx, [order]) or orders.orders_by_number(
            desk.tx, orders.numbers_by_keys(desk.tx, ("order", "po"), keys)
        )
        if len(found) != 1:
            raise NotFound("order", order, "see `ar-agent orders list`")
        (customer,) = master.customers_by_number(desk.tx, [found[0].customer])
        known = {line.line for line in found[0].lines}
        if unknown := [line for line in lines if line not in known]:
            raise NotFound("line", ", ".join(unknown), f"{found[0].number} has the lines {', '.join(sorted(known))}")
        document = DeliveryConfirmation(
            confidence=1.0,
            source=Source("keyed by hand"),
            level=DeliveryLevel(level),
            delivered_on=day.date() if day else desk.today,
            delivery_note_number=number,
            order_numbers=(found[0].number,),
            complete=None if lines else True,
            lines=tuple(
                DeliveredLine(
                    line=line,
                    accepted=amounts["accepted"].get(line),
                    damaged=amounts["damaged"].get(line),
                    missing=amounts["missing"].get(line),
                )
                for line in lines
            ),
        )
        record_delivery(desk, document, found[0], customer)
        if percent is not None:
            hold_back(desk, found[0], percent, until.date() if until else None)
        return [_outcome(desk, found[0].number)]

    _put_outcome(app.by_hand(work, dry_run=dry_run)[0], as_json=as_json, dry_run=dry_run)


@command_deliveries.command("chase")
@click.option("--dry-run", is_flag=True, help="Show what it would ask and take it back.")
@json_option
@pass_app
def chase(app: App, dry_run: bool, as_json: bool) -> None:
    """Ask about deliveries that nobody confirmed, as the service does once a day."""
    from agent.booking.deliveries import chasing
    from agent.booking.desk import Desk
    from agent.store import lists

    def work(desk: Desk) -> list[dict[str, Any]]:
        asked = chasing.chase(desk)
        rows = {row["id"]: row for row in lists.list_outbox(desk.tx)} if asked else {}
        return [rows[one] for one in asked]

    rows = app.by_hand(work, dry_run=dry_run)
    columns = [("id", "mail"), ("customer", "customer"), ("subject", "~subject"), ("status", "status")]
    put_rows(rows, columns, as_json=as_json, empty="nothing is to be asked")
    if dry_run and not as_json:
        click.echo("(dry run: taken back)")


@command_deliveries.command("sign-off")
@click.argument("order", metavar="ORDER")
@click.option(
    "--worked", "parts", metavar="LINE=QUANTITY", multiple=True, help="What was worked, by line; hours must be named."
)
@click.option("--by", "name", required=True, help="Who of the customer signed it off.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day of the sign-off; default: today.")
@click.option("--note", "number", help="Number of the service report.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def sign_off(
    app: App, order: str, parts: tuple[str, ...], name: str, day: Any, number: str | None, dry_run: bool, as_json: bool
) -> None:
    """Record that services of an order were signed off by the customer, by phone or on paper."""
    from agent.booking.deliveries.delivering import record_delivery
    from agent.booking.desk import Desk
    from agent.cli.orders import find_one
    from agent.domain.documents import DeliveredLine, DeliveryConfirmation, DeliveryLevel, Source
    from agent.domain.errors import Refused
    from matching.units import is_time

    worked = dict(_part(part, "--worked") for part in parts)

    def work(desk: Desk) -> list[dict[str, Any]]:
        found, customer = find_one(desk, order)
        services = [line for line in found.lines if line.service]
        if not services:
            goods = f"`ar-agent deliveries record --order {found.number}`"
            raise Refused(f"{found.number} has no line of services: goods are recorded with {goods}")
        known = ", ".join(line.line for line in services)
        if strange := [line for line in worked if line not in {one.line for one in services}]:
            raise NotFound("line of services", ", ".join(strange), f"{found.number} has {known}")
        if not worked and any(is_time(line.unit) for line in services):
            raise Refused(f"hours are billed as worked: say how many with --worked {services[0].line}=HOURS")
        document = DeliveryConfirmation(
            confidence=1.0,
            source=Source("keyed by hand"),
            level=DeliveryLevel.ACCEPTANCE,
            delivered_on=day.date() if day else desk.today,
            delivery_note_number=number,
            order_numbers=(found.number,),
            received_by=name,
            service=True,
            complete=None if worked else True,
            lines=tuple(DeliveredLine(line=line, accepted=quantity) for line, quantity in worked.items()),
        )
        record_delivery(desk, document, found, customer)
        return [_outcome(desk, found.number)]

    _put_outcome(app.by_hand(work, dry_run=dry_run)[0], as_json=as_json, dry_run=dry_run)


def _outcome(desk: Any, order: str) -> dict[str, Any]:
    from agent.store import lists

    return {
        "effects": desk.outcome.effects,
        "queue": desk.outcome.queue,
        "deliveries": lists.list_deliveries(desk.tx, order=order),
    }


def _put_outcome(row: dict[str, Any], *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        put_json([row])
        return
    click.echo(
        ", ".join(f"{e['type'].replace('_', ' ')} {e['id']}" for e in row["effects"])
        + (" (dry run: taken back)" if dry_run else "")
    )
    if row["queue"]:
        click.echo(f"waits for a person: {', '.join(row['queue'])}")


def _percent(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        value = Decimal(text.removesuffix("%").strip())
        if not value.is_finite() or not 0 < value <= 100:
            raise InvalidOperation
    except InvalidOperation:
        raise click.BadParameter(f"{text!r}: write it like 5", param_hint="--retain") from None
    return value


@command_deliveries.command("retained")
@click.option("--customer", help="Only of this customer.")
@click.option("--release", "released", help="Say that H1 is due after all: the defects are mended.")
@json_option
@pass_app
def retained(app: App, customer: str | None, released: str | None, as_json: bool) -> None:
    """What customers may keep until defects are mended; it is not asked for before its day."""
    from agent.booking.desk import Desk
    from agent.domain.codec import to_plain
    from agent.domain.money import Money
    from agent.store import retentions

    def release(desk: Desk) -> None:
        number = numbers.read(numbers.RETENTION, released or "")
        retentions.row_of(desk.tx, number)
        retentions.set_status(desk.tx, number, "released")
        desk.record("released", "retention", f"H{number}")

    if released:
        app.by_hand(release)
    rows = [
        {
            "retention": numbers.show(numbers.RETENTION, row.id),
            "customer": row.customer,
            "invoice": row.invoice,
            "order": row.order,
            "amount": Money(row.amount_minor, row.currency).plain(),
            "currency": row.currency,
            "release_on": to_plain(row.release_on),
            "status": row.status,
        }
        for row in app.read(lambda tx: retentions.rows(tx, customer=customer))
    ]
    columns = [
        ("retention", "retention"), ("customer", "customer"), ("invoice", "invoice"), ("amount", "!kept"), ("currency", ""),
        ("release_on", "due on"), ("status", "status"),
    ]  # fmt: skip
    put_rows(rows, columns, as_json=as_json, empty="nothing is held back")


def _part(text: str, option: str) -> tuple[str, Decimal]:
    line, sign, quantity = text.partition("=")
    try:
        if not sign:
            raise InvalidOperation
        return line.strip(), Decimal(quantity)
    except InvalidOperation:
        raise click.BadParameter(f"{text!r}: write it like 10=48", param_hint=option) from None
