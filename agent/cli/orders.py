"""`ar-agent orders`: what customers ordered, and orders keyed by hand."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from agent.cli.app import App, pass_app
from agent.cli.output import clean, heading, json_option, limit_option, put_fields, put_json, put_rows
from agent.cli.schema import status_option
from agent.domain.errors import NotFound

_COLUMNS = [
    ("order", "order"),
    ("po_number", "purchase order"),
    ("customer", "customer"),
    ("status", "status"),
    ("total", "!net"),
    ("currency", ""),
    ("ordered_on", "ordered on"),
    ("open_questions", "~differences"),
]
_LINES = [
    ("line", "line"),
    ("item", "item"),
    ("description", "~description"),
    ("quantity", "!ordered"),
    ("delivered", "!delivered"),
    ("invoiced", "!invoiced"),
    ("unit", "unit"),
    ("unit_price", "!price"),
    ("price_per", "!per"),
]


@click.group("orders")
def command_orders() -> None:
    """Orders."""


@command_orders.command("list")
@click.option("--customer", help="Only of this customer.")
@status_option("orders")
@click.option("--po", "po_number", help="Only with this purchase order number.")
@limit_option
@json_option
@pass_app
def list_(
    app: App, customer: str | None, status: tuple[str, ...], po_number: str | None, limit: int | None, as_json: bool
) -> None:
    """All orders."""
    from agent.store import lists

    rows = app.read(
        lambda tx: lists.list_orders(
            tx, customer=customer, status=list(status) or None, po_number=po_number, limit=limit
        )
    )
    shown = (
        rows
        if as_json
        else [row | {"open_questions": [d["code"].replace("_", " ") for d in row["discrepancies"]]} for row in rows]
    )
    put_rows(shown, _COLUMNS, as_json=as_json, empty="no orders")


@command_orders.command("show")
@click.argument("order", metavar="ID")
@json_option
@pass_app
def show(app: App, order: str, as_json: bool) -> None:
    """One order with its lines, what differs, its deliveries and invoices."""
    from agent.cli.invoices import COLUMNS
    from agent.store import lists

    rows = app.read(lambda tx: lists.list_orders(tx, order=order) or lists.list_orders(tx, po_number=order))
    if not rows:
        raise NotFound("order", order, "see `ar-agent orders list`")
    if as_json:
        put_json(rows)
        return
    for row in rows:
        _show(row)
        invoices = _invoices_of(app, row["order"])
        if invoices:
            heading("Invoices")
            put_rows(invoices, COLUMNS, as_json=False, empty="")


def _invoices_of(app: App, order: str) -> list[dict[str, Any]]:
    from agent.store import lists

    return app.read(lambda tx: lists.list_invoices(tx, order=order))


def _show(row: dict[str, Any]) -> None:
    names = (
        "order",
        "po_number",
        "customer",
        "status",
        "ordered_on",
        "payment_terms",
        "ship_to",
        "total",
        "tax",
        "currency",
        "message",
    )
    put_fields(row, [(name, name.replace("_", " ")) for name in names])
    click.echo()
    put_rows(row["lines"], _LINES, as_json=False, empty="no lines")
    if row["discrepancies"]:
        heading("What differs")
        for d in row["discrepancies"]:
            where = f"line {d['line']} " if d["line"] else ""
            click.echo(
                f"  {where}{d['code'].replace('_', ' ')}: the order says {clean(d['said'] or 'nothing')}, we expected {clean(d['expected'] or 'something else')}"
            )


@command_orders.command("enter")
@click.option("--customer", required=True, help="The customer's number.")
@click.option("--po", "po_number", required=True, help="The customer's order number.")
@click.option(
    "--line",
    "lines",
    metavar="ITEM=QUANTITY[UNIT][@PRICE[/PER]]",
    multiple=True,
    required=True,
    help="May be given several times: VL-220=24, GK-015=2BX, HX-100=4000@18.40/100.",
)
@click.option("--requested", type=click.DateTime(["%Y-%m-%d"]), help="Requested delivery date.")
@click.option("--ordered", type=click.DateTime(["%Y-%m-%d"]), help="Date of the order; default: today.")
@click.option("--quotation", help="Our quotation that it names.")
@click.option("--ship-to", help="Where it goes; default: the first address on record.")
@click.option(
    "--as-written", is_flag=True, help="The buyer wrote an item that we do not know: hold it and ask the buyer."
)
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def enter(
    app: App,
    customer: str,
    po_number: str,
    lines: tuple[str, ...],
    requested: Any,
    ordered: Any,
    quotation: str | None,
    ship_to: str | None,
    as_written: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Key an order that came by phone, fax or post: it is verified like one that came by mail."""
    from dataclasses import replace

    from agent.booking.desk import Desk
    from agent.booking.orders import keying
    from agent.domain.documents import Place, PurchaseOrder, Source
    from agent.store import lists

    if not po_number.strip():
        raise click.BadParameter("an order needs the customer's number; without one, agree on one", param_hint="--po")
    document = PurchaseOrder(
        confidence=1.0,
        source=Source("keyed by hand"),
        number=po_number.strip(),
        lines=tuple(_line(text, n) for n, text in enumerate(lines, 1)),
        requested_on=requested.date() if requested else None,
        quotation_number=quotation,
        ship_to=Place(address=ship_to),
    )

    def work(desk: Desk) -> tuple[list[dict[str, Any]], list[str], list[str]]:
        dated = replace(document, issued_on=ordered.date() if ordered else desk.today)
        keying.enter(desk, dated, customer, as_written=as_written)
        made = [e["id"] for e in desk.outcome.effects if e["type"] == "order"]
        mails = [e["id"] for e in desk.outcome.effects if e["type"] == "outbox"]
        found = [row for number in made for row in lists.list_orders(desk.tx, order=number)]
        return found, mails, desk.outcome.queue

    rows, mails, waiting = app.by_hand(work, dry_run=dry_run)
    if as_json:
        put_json(rows)
        return
    for row in rows:
        _show(row)
    click.echo()
    if waiting:
        click.echo(f"it waits: {', '.join(waiting)}; decide with `ar-agent queue show {waiting[0]}`")
    if mails:
        click.echo(f"the buyer is {'asked' if waiting else 'told'} in {', '.join(mails)}")
    if dry_run:
        click.echo("(dry run: taken back)")


_KEYED = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([^\W\d_]{1,12}\.?)?\s*")


def _line(text: str, number: int) -> Any:
    from agent.domain.documents import OrderedLine

    item, sign, rest = text.partition("=")
    quantity, _, price = rest.partition("@")
    price, _, per = price.partition("/")
    keyed = _KEYED.fullmatch(quantity)
    try:
        if not sign or not item.strip() or keyed is None:
            raise InvalidOperation
        figures = [Decimal(keyed[1]), Decimal(price) if price else None, Decimal(per) if per else Decimal(1)]
        if not all(one is None or (one.is_finite() and 0 < one < 10**9) for one in figures):
            raise InvalidOperation
        return OrderedLine(
            line=str(number),
            item=item.strip(),
            quantity=figures[0],
            unit=keyed[2],
            unit_price=figures[1],
            price_per=figures[2] or Decimal(1),
        )
    except InvalidOperation:
        raise click.BadParameter(
            f"{text!r}: write it like VL-220=24, GK-015=2BX or HX-100=4000@18.40/100; quantities and prices are above zero",
            param_hint="--line",
        ) from None


@command_orders.command("release")
@click.argument("order", metavar="ID")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def release(app: App, order: str, dry_run: bool, as_json: bool) -> None:
    """Release an order that waits for its prepayment: the money has come; what was delivered meanwhile is invoiced."""
    from agent.booking.desk import Desk
    from agent.booking.orders.ordering import release_prepaid
    from agent.store import lists, master, orders

    def work(desk: Desk) -> list[dict[str, Any]]:
        found = orders.orders_by_number(desk.tx, (order,))
        if not found:
            raise NotFound("order", order, "see `ar-agent orders list --status waiting_prepayment`")
        (customer,) = master.customers_by_number(desk.tx, [found[0].customer])
        release_prepaid(desk, found[0], customer)
        return lists.list_orders(desk.tx, order=order)

    rows = app.by_hand(work, dry_run=dry_run)
    if as_json:
        put_json(rows)
        return
    for row in rows:
        _show(row)
    if dry_run:
        click.echo("(dry run: taken back)")


@command_orders.command("set-po")
@click.argument("order", metavar="ID")
@click.argument("number", metavar="NUMBER")
@json_option
@pass_app
def set_po(app: App, order: str, number: str, as_json: bool) -> None:
    """Set the buyer's number of an order that came without one, or with a wrong one."""
    from agent.booking.desk import Desk
    from agent.booking.orders.order_number import set_po_number
    from agent.store import lists

    def work(desk: Desk) -> list[dict[str, Any]]:
        set_po_number(desk, order, number)
        return lists.list_orders(desk.tx, order=order)

    put_rows(app.by_hand(work), _COLUMNS, as_json=as_json, empty="")


@command_orders.command("change")
@click.argument("order", metavar="ID")
@click.option(
    "--line",
    "lines",
    metavar="LINE=QUANTITY[@PRICE[/PER]]",
    multiple=True,
    help="A line's new quantity and price; 0 drops it.",
)
@click.option("--date", "dates", metavar="LINE=YYYY-MM-DD", multiple=True, help="A line's new date.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def change(app: App, order: str, lines: tuple[str, ...], dates: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Change lines of an order as agreed with the buyer, who is told; never below what has left."""
    from agent.booking.desk import Desk
    from agent.booking.orders import changing

    wanted: dict[str, dict[str, object]] = {}
    for text in lines:
        name, values = _changed(text)
        wanted.setdefault(name, {}).update(values)
    for text in dates:
        name, day = _moved(text)
        wanted.setdefault(name, {})["requested_on"] = day
    if not wanted:
        raise click.UsageError("say what changes: --line 10=30 or --date 10=2026-04-20")

    def work(desk: Desk) -> list[dict[str, Any]]:
        found, customer = find_one(desk, order)
        changing.change_by_hand(desk, found, customer, wanted)
        return _rows(desk, found.number)

    _put(app.by_hand(work, dry_run=dry_run), as_json=as_json, dry_run=dry_run)


@command_orders.command("cancel")
@click.argument("order", metavar="ID")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def cancel(app: App, order: str, dry_run: bool, as_json: bool) -> None:
    """Cancel an order, or the open rest of one that was delivered in part; the buyer is told."""
    from agent.booking.desk import Desk
    from agent.booking.orders import changing

    def work(desk: Desk) -> list[dict[str, Any]]:
        found, customer = find_one(desk, order)
        changing.cancel(desk, found, customer)
        return _rows(desk, found.number)

    _put(app.by_hand(work, dry_run=dry_run), as_json=as_json, dry_run=dry_run)


def find_one(desk: Any, text: str) -> tuple[Any, Any]:
    """The one order that a number means, ours or the buyer's, and its customer."""
    from agent.store import master, orders
    from matching.keys import lookup_keys

    found = orders.orders_by_number(desk.tx, (text,)) or orders.orders_by_number(
        desk.tx, orders.numbers_by_keys(desk.tx, ("order", "po"), lookup_keys(text))
    )
    if len(found) != 1:
        what = f"{text} is a number of {', '.join(o.number for o in found)}" if found else "see `ar-agent orders list`"
        raise NotFound("order", text, what)
    (customer,) = master.customers_by_number(desk.tx, [found[0].customer])
    return found[0], customer


def _rows(desk: Any, number: str) -> list[dict[str, Any]]:
    from agent.store import lists

    return lists.list_orders(desk.tx, order=number)


def _put(rows: list[dict[str, Any]], *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        put_json(rows)
        return
    for row in rows:
        _show(row)
    if dry_run:
        click.echo("(dry run: taken back)")


def _changed(text: str) -> tuple[str, dict[str, object]]:
    name, sign, rest = text.partition("=")
    quantity, _, price = rest.partition("@")
    price, _, per = price.partition("/")
    try:
        figures = [Decimal(one) if one else None for one in (quantity, price, per)]
        if (
            not sign
            or not name.strip()
            or any(f is not None and not (f.is_finite() and 0 <= f < 10**9) for f in figures)
        ):
            raise InvalidOperation
        if figures[0] is None or figures[2] == 0:
            raise InvalidOperation
    except InvalidOperation:
        raise click.BadParameter(f"{text!r}: write it like 10=30 or 10=30@44.00", param_hint="--line") from None
    values: dict[str, object] = {"quantity": figures[0]}
    if figures[1] is not None:
        values |= {"unit_price": figures[1], "price_per": figures[2] or Decimal(1), "discount_percent": None}
    return name.strip(), values


def _moved(text: str) -> tuple[str, object]:
    from datetime import date

    name, sign, day = text.partition("=")
    try:
        if not sign or not name.strip():
            raise ValueError
        return name.strip(), date.fromisoformat(day.strip())
    except ValueError:
        raise click.BadParameter(f"{text!r}: write it like 10=2026-04-20", param_hint="--date") from None
