"""Blanket orders and what was called off them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select, update

from agent.domain.agreements import Agreement, AgreementLine, AgreementStatus
from agent.domain.errors import NotFound
from agent.domain.money import Money
from agent.domain.receivables import Order, OrderStatus
from agent.store import orders as order_store
from agent.store.schema import agreement_lines, agreements, orders
from agent.store.statements import insert_id

# A release that is held or refused takes nothing of the frame.
_TAKEN = (
    OrderStatus.CONFIRMED,
    OrderStatus.WAITING_PREPAYMENT,
    OrderStatus.PART_DELIVERED,
    OrderStatus.DELIVERED,
    OrderStatus.INVOICED,
)


def add(tx: Connection, agreement: Agreement, *, key: str, now: datetime) -> int:
    """Keep a new blanket order; `called` of it and of its lines is what was called off before. Returns its number."""
    number = insert_id(tx, agreements, {**_values(agreement), "number_key": key, "created_at": now})
    _write_lines(tx, number, agreement.lines)
    return number


def _values(agreement: Agreement) -> dict[str, Any]:
    return {
        "customer": agreement.customer,
        "number": agreement.number,
        "currency": agreement.currency,
        "limit_minor": agreement.limit.minor if agreement.limit else None,
        "called_minor": agreement.called.minor,
        "valid_from": agreement.valid_from,
        "valid_to": agreement.valid_to,
        "status": agreement.status.value,
        "message": agreement.message,
    }


def _write_lines(tx: Connection, number: int, lines: Iterable[AgreementLine]) -> None:
    rows = [
        {
            "agreement": number,
            "line": one.line,
            "position": position,
            "item": one.item,
            "quantity": one.quantity,
            "called": one.called,
            "unit": one.unit,
            "unit_price": one.unit_price,
            "price_per": one.price_per,
        }
        for position, one in enumerate(lines, 1)
    ]
    if rows:
        tx.execute(agreement_lines.insert(), rows)


def change(tx: Connection, number: int, **values: Any) -> None:
    """Change fields of a blanket order: `limit_minor`, `valid_from`, `valid_to`, `status`."""
    tx.execute(update(agreements).where(agreements.c.id == number).values(**values))


def put_lines(tx: Connection, number: int, lines: Iterable[AgreementLine]) -> None:
    """Add lines, or change those of the same item: only what a new line states (a quantity, a price) is taken over."""
    fresh = {line.item: line for line in lines}
    held = tx.execute(select(agreement_lines).where(agreement_lines.c.agreement == number)).all()
    for row in held:
        if (new := fresh.pop(row.item, None)) is None:
            continue
        values: dict[str, Any] = {} if new.quantity is None else {"quantity": new.quantity}
        if new.unit_price is not None:
            values |= {"unit_price": new.unit_price, "price_per": new.price_per}
        if new.called:
            values["called"] = new.called
        if values:
            of_line = (agreement_lines.c.agreement == number, agreement_lines.c.line == row.line)
            tx.execute(update(agreement_lines).where(*of_line).values(**values))
    used = {row.line for row in held}
    free = (str(n) for n in range(1, 100_000) if str(n) not in used)
    _write_lines(tx, number, [replace(line, line=name) for line, name in zip(fresh.values(), free, strict=False)])


def find(
    tx: Connection,
    *,
    number: int | None = None,
    customers: Iterable[str] | None = None,
    keys: Iterable[str] | None = None,
    lock: bool = False,
    without: str | None = None,
) -> tuple[Agreement, ...]:
    """Blanket orders with what is called off them; `without` leaves one order of ours out of the count."""
    statement = select(agreements).order_by(agreements.c.id)
    if number is not None:
        statement = statement.where(agreements.c.id == number)
    if customers is not None:
        statement = statement.where(agreements.c.customer.in_(list(customers)))
    if keys is not None:
        statement = statement.where(agreements.c.number_key.in_(list(keys)))
    rows = tx.execute(statement.with_for_update() if lock else statement).all()
    if not rows:
        return ()
    lines: Mapping[int, list[Row[Any]]] = defaultdict(list)
    wanted = [row.id for row in rows]
    of_lines = select(agreement_lines).where(agreement_lines.c.agreement.in_(wanted))
    for line in tx.execute(of_lines.order_by(agreement_lines.c.agreement, agreement_lines.c.position)):
        lines[line.agreement].append(line)
    return tuple(_with_calls(tx, row, lines[row.id], without) for row in rows)


def by_number(tx: Connection, number: int) -> Agreement:
    """One blanket order; raises NotFound."""
    found = find(tx, number=number)
    if not found:
        raise NotFound("blanket order", f"B{number}", "see `ar-agent agreements list`")
    return found[0]


def releases_of(tx: Connection, number: int) -> tuple[Order, ...]:
    """Every release of a blanket order, held and refused ones too, oldest first."""
    rows = tx.execute(
        select(orders.c.order).where(orders.c.agreement == number).order_by(orders.c.created_at, orders.c.order)
    ).all()
    found = {one.number: one for one in order_store.orders_by_number(tx, [row.order for row in rows])}
    return tuple(found[row.order] for row in rows)


def set_agreement(tx: Connection, order: str, number: int) -> None:
    """Say which blanket order this order calls off."""
    tx.execute(update(orders).where(orders.c.order == order).values(agreement=number))


def agreement_of(tx: Connection, order: str) -> int | None:
    """The blanket order that an order calls off."""
    found: int | None = tx.execute(select(orders.c.agreement).where(orders.c.order == order)).scalar_one_or_none()
    return found


def _with_calls(tx: Connection, row: Row[Any], lines: list[Row[Any]], without: str | None) -> Agreement:
    taken = [order for order in releases_of(tx, row.id) if order.status in _TAKEN and order.number != without]
    called = Money(row.called_minor, row.currency)
    for order in taken:
        if order.total is not None and order.currency == row.currency:
            called = called + order.total
    result = Agreement(
        id=row.id,
        number=row.number,
        customer=row.customer,
        currency=row.currency,
        status=AgreementStatus(row.status),
        called=called,
        limit=None if row.limit_minor is None else Money(row.limit_minor, row.currency),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        message=row.message,
    )
    return replace(result, lines=tuple(_line(line, taken) for line in lines))


def _line(row: Row[Any], taken: Iterable[Order]) -> AgreementLine:
    more = sum((x.quantity for order in taken for x in order.lines if x.item == row.item), Decimal(0))
    return AgreementLine(
        line=row.line,
        item=row.item,
        quantity=row.quantity,
        unit=row.unit,
        unit_price=row.unit_price,
        price_per=row.price_per,
        called=row.called + more,
    )
