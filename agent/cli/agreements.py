"""`ar-agent agreements`: blanket orders, what was called off them, and what is left."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import heading, json_option, limit_option, put_fields, put_json, put_rows

if TYPE_CHECKING:
    from agent.domain.agreements import Agreement, AgreementLine

_COLUMNS = [
    ("agreement", "item"),
    ("number", "blanket order"),
    ("customer", "customer"),
    ("status", "status"),
    ("limit", "!ceiling"),
    ("called", "!called off"),
    ("left", "!left"),
    ("currency", ""),
    ("valid_to", "valid to"),
]
_LINES = [
    ("item", "item"),
    ("quantity", "!at most"),
    ("called", "!called off"),
    ("left", "!left"),
    ("unit", "unit"),
    ("unit_price", "!price"),
    ("price_per", "!per"),
]
_RELEASES = [("order", "order"), ("po_number", "release"), ("status", "status"), ("total", "!net"), ("currency", "")]
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("agreements")
def command_agreements() -> None:
    """Blanket orders: their ceiling, their validity, what was called off and what is left."""


@command_agreements.command("list")
@click.option("--customer", help="Only of this customer.")
@click.option("--status", type=click.Choice(["proposed", "open", "ended"]), help="Only in this state.")
@limit_option
@json_option
@pass_app
def list_(app: App, customer: str | None, status: str | None, limit: int | None, as_json: bool) -> None:
    """All blanket orders."""
    from agent.store import agreements

    found = app.read(lambda tx: agreements.find(tx, customers=[customer] if customer else None))
    chosen = [one for one in found if status is None or one.status.value == status]
    put_rows([_row(one) for one in chosen[:limit]], _COLUMNS, as_json=as_json, empty="no blanket orders on file")


@command_agreements.command("show")
@click.argument("agreement", metavar="ID")
@json_option
@pass_app
def show(app: App, agreement: str, as_json: bool) -> None:
    """One blanket order with its items and its releases."""
    row = app.read(lambda tx: _full(tx, numbers.read(numbers.AGREEMENT, agreement)))
    _put([row], as_json=as_json)


@command_agreements.command("enter")
@click.option("--customer", required=True, help="The customer's number.")
@click.option("--number", "name", required=True, help="The customer's number of the blanket order.")
@click.option("--limit", "ceiling", help="Ceiling of all releases, net; without it there is none.")
@click.option("--currency", help="Default: the customer's.")
@click.option("--from", "start", type=_DAY, help="First day of its validity.")
@click.option("--to", "end", type=_DAY, help="Last day of its validity.")
@click.option("--called", default="0", help="Net value that was called off before.")
@click.option(
    "--line",
    "lines",
    metavar="ITEM[=QUANTITY][@PRICE[/PER]][:CALLED]",
    multiple=True,
    help="An item: at most so much of it, at this price; CALLED of it was called off before.",
)
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def enter(
    app: App,
    customer: str,
    name: str,
    ceiling: str | None,
    currency: str | None,
    start: datetime | None,
    end: datetime | None,
    called: str,
    lines: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Key a blanket order that is agreed: it is in force at once, and releases may call it off."""
    from agent.booking.desk import Desk
    from agent.domain.agreements import Agreement, AgreementStatus
    from agent.domain.errors import NotFound, Refused
    from agent.domain.money import Money
    from agent.store import agreements, master
    from matching.order_frames import frame_key

    parts = tuple(_line(text, n) for n, text in enumerate(lines, 1))
    most, before = _amount(ceiling, "--limit"), _amount(called, "--called") or Decimal(0)
    span = _span(start, end)

    def work(desk: Desk) -> dict[str, Any]:
        found = master.customers_by_number(desk.tx, [customer])
        if not found:
            raise NotFound("customer", customer, "see `ar-agent customers list`")
        money = currency or found[0].currency
        if held := agreements.find(desk.tx, customers=[customer], keys=[frame_key(name)]):
            change = f"`ar-agent agreements change B{held[0].id}`"
            raise Refused(f"blanket order {held[0].number} of {customer} is on file as B{held[0].id}: {change}")
        _known_items(desk, parts, money)
        made = Agreement(
            id=0,
            number=name,
            customer=customer,
            currency=money,
            status=AgreementStatus.OPEN,
            called=Money.of(before, money),
            limit=None if most is None else Money.of(most, money),
            valid_from=span[0],
            valid_to=span[1],
            lines=parts,
        )
        number = agreements.add(desk.tx, made, key=frame_key(name), now=desk.now)
        desk.record("entered", "agreement", f"B{number}", number=name)
        return _full(desk.tx, number)

    _put([app.by_hand(work, dry_run=dry_run)], as_json=as_json, dry_run=dry_run)


@command_agreements.command("change")
@click.argument("agreement", metavar="ID")
@click.option("--limit", "ceiling", help="The new ceiling; `none` takes it away.")
@click.option("--from", "start", type=_DAY, help="First day of its validity.")
@click.option("--to", "end", type=_DAY, help="Last day of its validity.")
@click.option(
    "--line", "lines", metavar="ITEM[=QUANTITY][@PRICE[/PER]][:CALLED]", multiple=True, help="Add or change an item."
)
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def change(
    app: App,
    agreement: str,
    ceiling: str | None,
    start: datetime | None,
    end: datetime | None,
    lines: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Raise a ceiling, move the validity, add or change items; held releases are then looked at with `queue`."""
    from agent.booking.desk import Desk
    from agent.domain.money import Money
    from agent.store import agreements

    number = numbers.read(numbers.AGREEMENT, agreement)
    parts = tuple(_line(text, n) for n, text in enumerate(lines, 1))
    _span(start, end)

    def work(desk: Desk) -> dict[str, Any]:
        held = agreements.by_number(desk.tx, number)
        _known_items(desk, parts, held.currency)
        values: dict[str, Any] = {}
        if ceiling is not None:
            most = None if ceiling == "none" else _amount(ceiling, "--limit")
            values["limit_minor"] = None if most is None else Money.of(most, held.currency).minor
        values |= {"valid_from": start.date()} if start else {}
        values |= {"valid_to": end.date()} if end else {}
        if values:
            agreements.change(desk.tx, number, **values)
        if parts:
            agreements.put_lines(desk.tx, number, parts)
        desk.record("changed", "agreement", f"B{number}", **{k: str(v) for k, v in values.items()}, lines=list(lines))
        return _full(desk.tx, number)

    _put([app.by_hand(work, dry_run=dry_run)], as_json=as_json, dry_run=dry_run)


@command_agreements.command("end")
@click.argument("agreement", metavar="ID")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def end_(app: App, agreement: str, dry_run: bool, as_json: bool) -> None:
    """End a blanket order: later releases are held. `agreements reopen` takes it back."""
    _set_status(app, agreement, "ended", dry_run, as_json)


@command_agreements.command("reopen")
@click.argument("agreement", metavar="ID")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def reopen(app: App, agreement: str, dry_run: bool, as_json: bool) -> None:
    """Put an ended blanket order in force again."""
    _set_status(app, agreement, "open", dry_run, as_json)


def _set_status(app: App, agreement: str, status: str, dry_run: bool, as_json: bool) -> None:
    from agent.booking.desk import Desk
    from agent.domain.errors import Refused
    from agent.store import agreements

    number = numbers.read(numbers.AGREEMENT, agreement)

    def work(desk: Desk) -> dict[str, Any]:
        held = agreements.by_number(desk.tx, number)
        if held.status.value == "proposed":
            raise Refused(f"B{number} waits for a decision: see `ar-agent queue list --customer {held.customer}`")
        agreements.change(desk.tx, number, status=status)
        desk.record(status, "agreement", f"B{number}")
        return _full(desk.tx, number)

    _put([app.by_hand(work, dry_run=dry_run)], as_json=as_json, dry_run=dry_run)


def _known_items(desk: Any, parts: tuple[AgreementLine, ...], currency: str) -> None:
    from agent.domain.errors import NotFound
    from agent.store import master
    from matching.folding import fold_item

    known = {
        i.number for i in master.items_by_keys(desk.tx, [fold_item(p.item) for p in parts]) if i.currency == currency
    }
    if strange := [p.item for p in parts if p.item not in known]:
        raise NotFound("item", ", ".join(strange), f"in {currency}: see `ar-agent items list`")


def _full(tx: Any, number: int) -> dict[str, Any]:
    from agent.store import agreements, lists

    row = _row(agreements.by_number(tx, number))
    releases = [lists.list_orders(tx, order=one.number)[0] for one in agreements.releases_of(tx, number)]
    return row | {
        "releases": [{k: one[k] for k in ("order", "po_number", "status", "total", "currency")} for one in releases]
    }


def _row(one: Agreement) -> dict[str, Any]:
    from agent.domain.codec import to_plain

    return {
        "agreement": numbers.show(numbers.AGREEMENT, one.id),
        "number": one.number,
        "customer": one.customer,
        "status": one.status.value,
        "currency": one.currency,
        "limit": one.limit.plain() if one.limit is not None else None,
        "called": one.called.plain(),
        "left": one.left.plain() if one.left is not None else None,
        "valid_from": to_plain(one.valid_from),
        "valid_to": to_plain(one.valid_to),
        "lines": [
            {
                "line": line.line,
                "item": line.item,
                "quantity": to_plain(line.quantity),
                "called": to_plain(line.called),
                "left": None if line.quantity is None else to_plain(line.quantity - line.called),
                "unit": line.unit,
                "unit_price": to_plain(line.unit_price),
                "price_per": to_plain(line.price_per),
            }
            for line in one.lines
        ],
        "message": numbers.show(numbers.MESSAGE, one.message),
    }


def _put(rows: list[dict[str, Any]], *, as_json: bool, dry_run: bool = False) -> None:
    if as_json:
        put_json(rows)
        return
    for row in rows:
        put_fields(row, [(name, label.lstrip("!~") or "currency") for name, label in _COLUMNS])
        put_fields(row, [("valid_from", "valid from")])
        click.echo()
        put_rows(row["lines"], _LINES, as_json=False, empty="it names no items")
        if row["releases"]:
            heading("Releases")
            put_rows(row["releases"], _RELEASES, as_json=False, empty="")
    if dry_run:
        click.echo("(dry run: taken back)")


def _span(start: datetime | None, end: datetime | None) -> tuple[date | None, date | None]:
    if start and end and end < start:
        raise click.BadParameter("the last day lies before the first one", param_hint="--to")
    return start.date() if start else None, end.date() if end else None


def _amount(text: str | None, option: str) -> Decimal | None:
    if text is None:
        return None
    try:
        value = Decimal(text)
        if not value.is_finite() or not 0 <= value < Decimal(10) ** 12 or value != round(value, 3):
            raise InvalidOperation
    except InvalidOperation:
        raise click.BadParameter(f"{text!r}: write an amount like 60000.00", param_hint=option) from None
    return value


def _line(text: str, number: int) -> AgreementLine:
    from agent.domain.agreements import AgreementLine

    rest, _, called = text.partition(":")
    rest, _, price = rest.partition("@")
    item, _, quantity = rest.partition("=")
    price, _, per = price.partition("/")
    try:
        figures = [Decimal(part) if part else None for part in (quantity, price, per, called)]
        if not item.strip() or any(f is not None and not (f.is_finite() and 0 <= f < 10**12) for f in figures):
            raise InvalidOperation
        if figures[2] == 0:
            raise InvalidOperation
    except InvalidOperation:
        raise click.BadParameter(
            f"{text!r}: write it like VL-220=1000@44.00 or HX-100@18.40/100", param_hint="--line"
        ) from None
    return AgreementLine(
        line=str(number),
        item=item.strip(),
        quantity=figures[0],
        unit_price=figures[1],
        price_per=figures[2] or Decimal(1),
        called=figures[3] or Decimal(0),
    )
