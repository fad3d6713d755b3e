"""What stands between delivery and invoice: not delivered, not invoiced, invoiced without proof, delivered late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from agent import numbers
from agent.domain.billing import line_net
from agent.domain.documents import DeliveryLevel
from agent.domain.money import Money
from agent.domain.receivables import Order, OrderLine, OrderStatus
from agent.store.master import chunks
from agent.store.orders import orders_by_number
from agent.store.schema import customers, deliveries, invoices, order_lines, orders

Row_ = dict[str, Any]
_ON_ORDER = (OrderStatus.CONFIRMED, OrderStatus.PART_DELIVERED)
_PROOFS = tuple(level.value for level in DeliveryLevel if level is not DeliveryLevel.DESPATCH)
_STRENGTH = {level.value: n for n, level in enumerate(DeliveryLevel)}


def undelivered(tx: Connection, today: date, *, customer: str | None = None) -> list[Row_]:
    """Orders of which something is on order still, the longest overdue first; with what was despatched of them."""
    wanted = select(orders.c.order).where(orders.c.status.in_([s.value for s in _ON_ORDER]))
    if customer:
        wanted = wanted.where(orders.c.customer == customer)
    rows = []
    held = _orders(tx, [row.order for row in tx.execute(wanted)])
    sent = _evidence(tx, held)
    for order in held.values():
        open_lines = [(line, line.quantity - line.delivered) for line in order.lines if line.quantity > line.delivered]
        if not open_lines:
            continue
        dates = [line.requested_on for line, _ in open_lines if line.requested_on]
        wanted_on = min(dates) if dates else None
        rows.append(
            _head(order)
            | {
                "amount": _value(order, open_lines).plain(),
                "lines": [_open_line(line, rest) for line, rest in open_lines],
                "requested_on": wanted_on.isoformat() if wanted_on else None,
                "days_late": max((today - wanted_on).days, 0) if wanted_on else None,
                "evidence": _strongest(sent.get(order.number, [])),
                "tracking_numbers": _tracking(sent.get(order.number, [])),
            }
        )
    rows.sort(key=lambda row: (-(row["days_late"] or 0), row["requested_on"] or "9999", row["order"]))
    return rows


def uninvoiced(tx: Connection, today: date, *, customer: str | None = None) -> list[Row_]:
    """Orders of which more was delivered than invoiced: revenue that waits, the oldest first."""
    wanted = select(order_lines.c.order).distinct()
    live = [s.value for s in OrderStatus if s not in (OrderStatus.CANCELLED, OrderStatus.REJECTED)]
    wanted = wanted.join(orders, orders.c.order == order_lines.c.order).where(orders.c.status.in_(live))
    wanted = wanted.where(order_lines.c.delivered != order_lines.c.invoiced)
    if customer:
        wanted = wanted.where(orders.c.customer == customer)
    held = _orders(tx, [row.order for row in tx.execute(wanted)])
    sent = _evidence(tx, held)
    billing = _billing(tx, {order.customer for order in held.values()})
    rows = []
    for order in held.values():
        waiting = [(line, line.delivered - line.invoiced) for line in order.lines if line.delivered > line.invoiced]
        if not waiting:
            continue
        days = [row.delivered_on for row in sent.get(order.number, []) if row.delivered_on and row.invoice is None]
        since = min(days) if days else None
        rows.append(
            _head(order)
            | {
                "amount": _value(order, waiting).plain(),
                "lines": [_open_line(line, rest) for line, rest in waiting],
                "delivered_on": since.isoformat() if since else None,
                "days": (today - since).days if since else None,
                "billing": billing.get(order.customer),
            }
        )
    rows.sort(key=lambda row: (row["delivered_on"] or "9999", row["order"]))
    return rows


def unproved(
    tx: Connection, today: date, *, customer: str | None = None, paid: bool = False, since: date | None = None
) -> list[Row_]:
    """Invoices whose delivery nobody has confirmed: no carrier, no signature, no receipt; open ones, or all.

    `since` leaves out what was issued before that day.
    """
    wanted = select(invoices).where(invoices.c.type == "invoice").order_by(invoices.c.issued_on, invoices.c.invoice)
    if customer:
        wanted = wanted.where(invoices.c.customer == customer)
    if not paid:
        wanted = wanted.where(invoices.c.open_minor != 0)
    if since is not None:
        wanted = wanted.where(invoices.c.issued_on >= since)
    found = list(tx.execute(wanted))
    billed = {row.invoice: _billed_orders(row) for row in found}
    held = _orders(tx, [number for group in billed.values() for number in group])
    sent = _evidence(tx, held)
    rows = []
    for row in found:
        mine = [order for number in billed[row.invoice] if (order := held.get(number)) is not None]
        lacking = [order for order in mine if not _is_proved(sent.get(order.number, []))]
        if not lacking:
            continue
        evidence = [one for order in lacking for one in sent.get(order.number, [])]
        rows.append(
            {
                "invoice": row.invoice,
                "customer": row.customer,
                "orders": [order.number for order in lacking],
                "po_number": row.po_number,
                "issued_on": row.issued_on.isoformat(),
                "days": (today - row.issued_on).days,
                "amount": Money(row.open_minor, row.currency).plain(),
                "currency": row.currency,
                "evidence": _strongest(evidence),
                "tracking_numbers": _tracking(evidence),
                "bill_on": lacking[0].bill_on.value if lacking[0].bill_on else None,
            }
        )
    return rows


def despatched(tx: Connection, since: date) -> list[tuple[str, date]]:
    """Orders that left and of which something is not delivered, each with the day of its newest despatch notice.

    What left before `since` is over: it was asked about, and told.
    """
    wanted = (
        select(deliveries.c.order)
        .join(orders, orders.c.order == deliveries.c.order)
        .where(deliveries.c.level == DeliveryLevel.DESPATCH.value, deliveries.c.status != "refused")
        .where(orders.c.status.in_([s.value for s in (*_ON_ORDER, OrderStatus.DELIVERED)]))
        .where(or_(deliveries.c.delivered_on.is_(None), deliveries.c.delivered_on >= since))
        .distinct()
    )
    found = []
    for number, rows in _evidence(tx, [row.order for row in tx.execute(wanted)]).items():
        sent = [row for row in rows if row.level == DeliveryLevel.DESPATCH.value]
        newest = max(sent, key=lambda row: (row.delivered_on or row.created_at.date(), row.id))
        if not _is_proved([row for row in rows if row.id > newest.id]):
            found.append((number, newest.delivered_on or newest.created_at.date()))
    return sorted(found)


def evidence_of(tx: Connection, order: str) -> list[Row[Any]]:
    """Everything that was filed about the delivery of an order, oldest first."""
    return _evidence(tx, [order]).get(order, [])


def late(tx: Connection, today: date, *, customer: str | None = None, days: int = 365) -> list[Row_]:
    """Deliveries of the last `days` that were confirmed for a day after the one that was asked for."""
    wanted = select(deliveries.c.order).where(deliveries.c.delivered_on >= today - timedelta(days=days)).distinct()
    held = _orders(tx, [row.order for row in tx.execute(wanted)], customer=customer)
    sent = _evidence(tx, held)
    rows = []
    for order in held.values():
        asked = {line.line: line.requested_on for line in order.lines if line.requested_on}
        for one in sent.get(order.number, []):
            named = [asked[x["order_line"]] for x in one.lines or () if x["order_line"] in asked]
            wanted_on = min(named) if named else None
            if (
                one.status != "confirmed"
                or wanted_on is None
                or one.delivered_on is None
                or one.delivered_on <= wanted_on
            ):
                continue
            rows.append(
                _head(order)
                | {
                    "delivery": numbers.show(numbers.DELIVERY, one.id),
                    "requested_on": wanted_on.isoformat(),
                    "delivered_on": one.delivered_on.isoformat(),
                    "days_late": (one.delivered_on - wanted_on).days,
                    "carrier": one.carrier,
                    "tracking_number": one.tracking_number,
                }
            )
    rows.sort(key=lambda row: (-row["days_late"], row["order"]))
    return rows


def _orders(tx: Connection, wanted: Iterable[str], *, customer: str | None = None) -> dict[str, Order]:
    found = orders_by_number(tx, dict.fromkeys(wanted))
    return {order.number: order for order in found if customer is None or order.customer == customer}


def _evidence(tx: Connection, held: Iterable[str]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for batch in chunks(held):
        for row in tx.execute(select(deliveries).where(deliveries.c.order.in_(batch)).order_by(deliveries.c.id)):
            found[row.order].append(row)
    return found


def _billing(tx: Connection, wanted: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for batch in chunks(sorted(wanted)):
        rows = tx.execute(select(customers.c.customer, customers.c.billing).where(customers.c.customer.in_(batch)))
        found |= {row.customer: row.billing for row in rows}
    return found


def _billed_orders(row: Row[Any]) -> list[str]:
    named = [row.order, *(line.get("order") for line in row.lines or ())]
    return list(dict.fromkeys(number for number in named if number))


def _is_proved(rows: Iterable[Row[Any]]) -> bool:
    return any(row.level in _PROOFS and row.status in ("confirmed", "evidence") for row in rows)


def _strongest(rows: Iterable[Row[Any]]) -> str | None:
    levels = [row.level for row in rows if row.status != "refused"]
    return max(levels, key=lambda level: _STRENGTH.get(level, -1)) if levels else None


def _tracking(rows: Iterable[Row[Any]]) -> list[str]:
    return list(dict.fromkeys(row.tracking_number for row in rows if row.tracking_number))


def _head(order: Order) -> Row_:
    return {
        "order": order.number,
        "po_number": order.po_number,
        "customer": order.customer,
        "status": order.status.value,
        "currency": order.currency,
        "bill_on": order.bill_on.value if order.bill_on else None,
    }


def _value(order: Order, parts: Iterable[tuple[OrderLine, Decimal]]) -> Money:
    value = Money.zero(order.currency)
    for line, quantity in parts:
        value = value + line_net(line, quantity, order.currency)
    return value


def _open_line(line: OrderLine, quantity: Decimal) -> Row_:
    from agent.domain.codec import to_plain

    return {"line": line.line, "item": line.item, "quantity": to_plain(quantity), "unit": line.unit}
