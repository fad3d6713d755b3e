"""Orders, their lines and deliveries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from agent.domain.codec import from_plain, to_plain
from agent.domain.decisions import DeliveredQuantity
from agent.domain.money import Money
from agent.domain.receivables import BillOn, Difference, KnownDelivery, Order, OrderLine, OrderStatus
from agent.store.master import chunks
from agent.store.schema import deliveries, document_keys, order_lines, orders
from agent.store.statements import insert_id, insert_new, padded

_OF_ORDER = ("order", "po", "delivery_note")
_EXPOSURE_ORDERS = 5000  # open orders of one customer that are added up
OPEN_STATUSES = (OrderStatus.CONFIRMED, OrderStatus.PART_DELIVERED, OrderStatus.DELIVERED, OrderStatus.HELD)


def add_order(
    tx: Connection, order: Order, *, content_key: str | None, message: int | None, now: datetime, imported: bool = False
) -> None:
    tx.execute(
        orders.insert().values(
            {
                "order": order.number,
                "po_number": order.po_number,
                "customer": order.customer,
                "status": order.status.value,
                "currency": order.currency,
                "ordered_on": order.ordered_on,
                "total_minor": order.total.minor if order.total else 0,
                "tax_minor": order.tax.minor if order.tax else 0,
                "freight_minor": order.freight.minor if order.freight else None,
                "payment_terms": order.payment_terms,
                "ship_to": order.ship_to,
                "discrepancies": to_plain(order.discrepancies),
                "quotation": order.quotation,
                "content_key": content_key,
                "bill_on": order.bill_on.value if order.bill_on else None,
                "revision": order.revision,
                "message": message,
                "created_at": now,
                "imported": imported,
            }
        )
    )
    _add_lines(tx, order)


def _add_lines(tx: Connection, order: Order) -> None:
    if not order.lines:
        return
    tx.execute(
        order_lines.insert(),
        [
            {
                "order": order.number,
                "line": line.line,
                "position": position,
                "item": line.item,
                "description": line.description,
                "quantity": line.quantity,
                "unit": line.unit,
                "unit_price": line.unit_price,
                "price_per": line.price_per,
                "discount_percent": line.discount_percent,
                "tax_rate": line.tax_rate,
                "buyer_item": line.buyer_item,
                "requested_on": line.requested_on,
                "delivered": line.delivered,
                "invoiced": line.invoiced,
                "service": line.service,
            }
            for position, line in enumerate(order.lines, 1)
        ],
    )


def replace_order(tx: Connection, order: Order, *, content_key: str | None) -> None:
    """Bring a held or revised order to a new state; what was delivered and invoiced is in its lines already."""
    tx.execute(
        update(orders)
        .where(orders.c.order == order.number)
        .values(
            {
                "status": order.status.value,
                "total_minor": order.total.minor if order.total else 0,
                "tax_minor": order.tax.minor if order.tax else 0,
                "freight_minor": order.freight.minor if order.freight else None,
                "payment_terms": order.payment_terms,
                "ship_to": order.ship_to,
                "discrepancies": to_plain(order.discrepancies),
                "content_key": content_key,
                "revision": order.revision,
            }
        )
    )
    tx.execute(order_lines.delete().where(order_lines.c.order == order.number))
    _add_lines(tx, order)


def set_status(
    tx: Connection, number: str, status: OrderStatus, *, discrepancies: tuple[Difference, ...] | None = None
) -> None:
    values: dict[str, Any] = {"status": status.value}
    if discrepancies is not None:
        values["discrepancies"] = to_plain(discrepancies)
    tx.execute(update(orders).where(orders.c.order == number).values(values))


def set_po_number(tx: Connection, number: str, po_number: str) -> None:
    tx.execute(update(orders).where(orders.c.order == number).values(po_number=po_number))


def add_keys(tx: Connection, kind: str, number: str, keys: Iterable[str], customer: str | None) -> None:
    """Make a document findable under these folded numbers."""
    rows = [{"key": key, "kind": kind, "number": number, "customer": customer} for key in dict.fromkeys(keys)]
    insert_new(tx, document_keys, rows)


# Built once. The keys lead to the rows: a plain `kind` tempts SQLite to walk all numbers of that kind instead.
_BY_KEYS = (
    select(document_keys.c.number)
    .where(
        document_keys.c.key.in_(bindparam("keys", expanding=True)),
        document_keys.c.kind.concat("").in_(bindparam("kinds", expanding=True)),
    )
    .distinct()
    .limit(bindparam("most"))
)


_KIND_BY_KEYS = (
    select(document_keys.c.kind, document_keys.c.number)
    .where(
        document_keys.c.key.in_(bindparam("keys", expanding=True)),
        document_keys.c.kind.concat("").in_(bindparam("kinds", expanding=True)),
    )
    .distinct()
    .limit(bindparam("most"))
)
_MANY = 400  # numbers that few keys lead to; where there are more, each kind is looked for alone


def items_and_orders_by_keys(tx: Connection, keys: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Numbers of the invoices that one of the keys leads to, and of the orders, in one question to the database."""
    own: list[str] = []
    ordered: list[str] = []
    wanted = list(keys)
    for batch in chunks(wanted):
        asked = {"keys": padded(batch), "kinds": ["invoice", *_OF_ORDER], "most": _MANY}
        rows = tx.execute(_KIND_BY_KEYS, asked).all()
        if len(rows) == _MANY:
            return numbers_by_keys(tx, ("invoice",), wanted), numbers_by_keys(tx, _OF_ORDER, wanted, limit=200)
        for row in rows:
            (own if row.kind == "invoice" else ordered).append(row.number)
    return tuple(dict.fromkeys(own)), tuple(dict.fromkeys(ordered))[:200]


def numbers_by_keys(tx: Connection, kinds: Iterable[str], keys: Iterable[str], *, limit: int = 2000) -> tuple[str, ...]:
    """Numbers of the documents of these kinds that one of the keys leads to."""
    found: list[str] = []
    wanted = list(kinds)
    for batch in chunks(keys):
        found += tx.execute(_BY_KEYS, {"keys": padded(batch), "kinds": padded(wanted), "most": limit}).scalars()
    return tuple(dict.fromkeys(found))


# Built once: building them takes longer than running them.
_HEADS = select(orders).where(orders.c.order.in_(bindparam("numbers", expanding=True))).order_by(orders.c.order)
_LINES = (
    select(order_lines)
    .where(order_lines.c.order.in_(bindparam("numbers", expanding=True)))
    .order_by(order_lines.c.order, order_lines.c.position)
)
_UNBILLED = (
    select(deliveries)
    .where(
        deliveries.c.order == bindparam("number"),
        deliveries.c.status == "confirmed",
        deliveries.c.invoice.is_(None),
    )
    .order_by(deliveries.c.id)
)


def orders_by_number(tx: Connection, numbers: Iterable[str]) -> tuple[Order, ...]:
    found: list[Order] = []
    for batch in chunks(numbers):
        heads = tx.execute(_HEADS, {"numbers": batch}).all()
        found += _with_lines(tx, heads)
    return tuple(found)


def orders_of_customers(
    tx: Connection, customers: Iterable[str], *, statuses: Iterable[OrderStatus] = OPEN_STATUSES, limit: int = 500
) -> tuple[Order, ...]:
    """The newest orders of these customers in these statuses, bounded."""
    heads = tx.execute(
        select(orders)
        .where(orders.c.customer.in_(list(customers)), orders.c.status.in_([s.value for s in statuses]))
        .order_by(orders.c.created_at.desc(), orders.c.order.desc())
        .limit(limit)
    ).all()
    return tuple(_with_lines(tx, heads))


def _with_lines(tx: Connection, heads: Iterable[Row[Any]]) -> list[Order]:
    heads = list(heads)
    lines: Mapping[str, list[OrderLine]] = defaultdict(list)
    for batch in chunks(head.order for head in heads):
        rows = tx.execute(_LINES, {"numbers": batch})
        for row in rows:
            lines[row.order].append(_line_from_row(row))
    return [_order_from_row(head, tuple(lines[head.order])) for head in heads]


def _line_from_row(row: Row[Any]) -> OrderLine:
    return OrderLine(
        line=row.line,
        item=row.item,
        description=row.description,
        quantity=row.quantity,
        unit=row.unit,
        unit_price=row.unit_price,
        price_per=row.price_per,
        discount_percent=row.discount_percent,
        tax_rate=row.tax_rate,
        buyer_item=row.buyer_item,
        requested_on=row.requested_on,
        delivered=row.delivered,
        invoiced=row.invoiced,
        service=bool(row.service),
    )


def _order_from_row(row: Row[Any], lines: tuple[OrderLine, ...]) -> Order:
    return Order(
        number=row.order,
        customer=row.customer,
        currency=row.currency,
        status=OrderStatus(row.status),
        lines=lines,
        po_number=row.po_number,
        ordered_on=row.ordered_on,
        payment_terms=row.payment_terms,
        ship_to=row.ship_to,
        freight=None if row.freight_minor is None else Money(row.freight_minor, row.currency),
        total=Money(row.total_minor, row.currency),
        tax=Money(row.tax_minor, row.currency),
        discrepancies=tuple(from_plain(Difference, d) for d in row.discrepancies),
        quotation=row.quotation,
        content_key=row.content_key,
        bill_on=BillOn(row.bill_on) if row.bill_on else None,
        revision=row.revision,
        message=None if row.message is None else str(row.message),
    )


# Built once: building them takes longer than running them.
_LINES_OF = select(order_lines).where(order_lines.c.order == bindparam("number"))
_QUANTITY = {
    column: update(order_lines)
    .where(order_lines.c.order == bindparam("number"), order_lines.c.line == bindparam("name"))
    .values({column: bindparam("value")})
    for column in ("delivered", "invoiced")
}


def add_delivered(tx: Connection, number: str, accepted: Mapping[str, Decimal]) -> None:
    """Raise what was delivered on each named line by what was accepted."""
    _raise_quantity(tx, number, accepted, "delivered")


def add_invoiced(tx: Connection, number: str, quantities: Mapping[str, Decimal]) -> None:
    _raise_quantity(tx, number, quantities, "invoiced")


def _raise_quantity(tx: Connection, number: str, quantities: Mapping[str, Decimal], column: str) -> None:
    rows = tx.execute(_LINES_OF, {"number": number}).all()
    changes = [
        {"number": number, "name": row.line, "value": getattr(row, column) + by}
        for row in rows
        if (by := quantities.get(row.line))
    ]
    if changes:
        tx.execute(_QUANTITY[column], changes)


def settle_status(tx: Connection, number: str) -> OrderStatus:
    """Work out and write the status that follows from what was delivered and invoiced."""
    (order,) = orders_by_number(tx, (number,))
    live = [line for line in order.lines if line.quantity]
    if order.status in (OrderStatus.HELD, OrderStatus.REJECTED, OrderStatus.CANCELLED, OrderStatus.WAITING_PREPAYMENT):
        return order.status
    if live and all(line.invoiced >= line.quantity for line in live):
        status = OrderStatus.INVOICED
    elif live and all(line.delivered >= line.quantity for line in live):
        status = OrderStatus.DELIVERED
    elif any(line.delivered for line in live):
        status = OrderStatus.PART_DELIVERED
    else:
        status = OrderStatus.CONFIRMED
    set_status(tx, number, status)
    return status


def lock(tx: Connection, numbers: Iterable[str]) -> None:
    """Hold these orders until the transaction ends, so that two confirmations of one delivery come one after the other.

    The embedded database has one writer at a time anyway.
    """
    for batch in chunks(sorted(numbers)):
        tx.execute(
            select(orders.c.order).where(orders.c.order.in_(batch)).order_by(orders.c.order).with_for_update()
        ).all()


def open_order_value(tx: Connection, customer: str, currency: str) -> int:
    """What the customer has ordered in its currency and not been invoiced for, with tax, in minor units."""
    live = (OrderStatus.CONFIRMED, OrderStatus.PART_DELIVERED, OrderStatus.DELIVERED)
    found = orders_of_customers(tx, (customer,), statuses=live, limit=_EXPOSURE_ORDERS)
    return sum(_uninvoiced_minor(order) for order in found if order.currency == currency)


def _uninvoiced_minor(order: Order) -> int:
    total = (order.total.minor if order.total else 0) + (order.tax.minor if order.tax else 0)
    if not any(line.invoiced for line in order.lines):
        return total
    value = sum((line.quantity * line.unit_price / line.price_per for line in order.lines), Decimal(0))
    left = sum(
        (max(line.quantity - line.invoiced, Decimal(0)) * line.unit_price / line.price_per for line in order.lines),
        Decimal(0),
    )
    return int(total * left / value) if value else 0


def add_delivery(
    tx: Connection,
    *,
    order: str,
    number: str | None,
    tracking_number: str | None,
    carrier: str | None,
    level: str,
    delivered_on: date | None,
    received_by: str | None,
    status: str,
    content_key: str | None,
    lines: tuple[DeliveredQuantity, ...],
    message: int | None,
    now: datetime,
    part: str | None = None,
) -> int:
    return insert_id(
        tx,
        deliveries,
        {
            "order": order,
            "number": number,
            "tracking_number": tracking_number,
            "carrier": carrier,
            "level": level,
            "delivered_on": delivered_on,
            "received_by": received_by,
            "status": status,
            "content_key": content_key,
            "lines": to_plain(lines),
            "message": message,
            "part": part[:255] if part else None,
            "created_at": now,
        },
    )


def set_delivery_invoice(tx: Connection, delivery: int, invoice: str) -> None:
    tx.execute(update(deliveries).where(deliveries.c.id == delivery).values(invoice=invoice))


def delivery_row(tx: Connection, number: int) -> Row[Any] | None:
    """One filed delivery."""
    return tx.execute(select(deliveries).where(deliveries.c.id == number)).one_or_none()


def shipped_near(tx: Connection, customers: Iterable[str], day: date, *, days: int) -> tuple[str, ...]:
    """Orders of these customers of which something left or arrived within so many days of this one, nearest first."""
    rows = tx.execute(
        select(deliveries.c.order, deliveries.c.delivered_on)
        .join(orders, orders.c.order == deliveries.c.order)
        .where(orders.c.customer.in_(list(customers)), deliveries.c.status != "refused")
        .where(deliveries.c.delivered_on.between(day - timedelta(days=days), day + timedelta(days=days)))
        .limit(200)
    ).all()
    ranked = sorted(rows, key=lambda row: (abs((row.delivered_on - day).days), row.order))
    return tuple(dict.fromkeys(row.order for row in ranked))


def deliveries_of_orders(tx: Connection, numbers: Iterable[str]) -> tuple[KnownDelivery, ...]:
    found: list[KnownDelivery] = []
    for batch in chunks(numbers):
        rows = tx.execute(select(deliveries).where(deliveries.c.order.in_(batch)).order_by(deliveries.c.id))
        found += [_known_delivery(row) for row in rows]
    return tuple(found)


def _known_delivery(row: Row[Any]) -> KnownDelivery:
    lines = [from_plain(DeliveredQuantity, line) for line in row.lines]
    return KnownDelivery(
        delivery=str(row.id),
        order=row.order,
        number=row.number,
        tracking_number=row.tracking_number,
        delivered_on=row.delivered_on,
        level=row.level,
        lines=tuple((line.order_line, line.accepted) for line in lines),
        invoice=row.invoice,
        status=row.status,
        content_key=row.content_key,
    )


def unbilled_deliveries(tx: Connection, order: str) -> list[Row[Any]]:
    """Confirmed deliveries of an order that no invoice was made for."""
    return list(tx.execute(_UNBILLED, {"number": order}))


def of_invoice(tx: Connection, invoice: str) -> list[int]:
    """Deliveries that an invoice bills."""
    return list(tx.execute(select(deliveries.c.id).where(deliveries.c.invoice == invoice)).scalars())


def free_deliveries(tx: Connection, invoice: str) -> None:
    """The deliveries of a cancelled invoice are billed by none."""
    tx.execute(update(deliveries).where(deliveries.c.invoice == invoice).values(invoice=None))


def deliveries_by_id(tx: Connection, ids: Iterable[int]) -> list[Row[Any]]:
    wanted = list(dict.fromkeys(ids))[:900]
    return list(tx.execute(select(deliveries).where(deliveries.c.id.in_(wanted)).order_by(deliveries.c.id)))


def waiting_deliveries(tx: Connection, order: str) -> list[Row[Any]]:
    """Deliveries that were filed with their quantities and did not count yet, for the order was held."""
    rows = tx.execute(
        select(deliveries).where(deliveries.c.order == order, deliveries.c.status == "event").order_by(deliveries.c.id)
    )
    return [row for row in rows if row.lines]


def set_delivery_status(tx: Connection, delivery: int, status: str) -> None:
    tx.execute(update(deliveries).where(deliveries.c.id == delivery).values(status=status))


def quantities_of(row: Row[Any]) -> tuple[DeliveredQuantity, ...]:
    """What one filed delivery says of each line."""
    return tuple(from_plain(DeliveredQuantity, line) for line in row.lines)
