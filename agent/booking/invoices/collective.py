"""Collective invoices: what was delivered up to the closing day, one a customer, currency and rule of payment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row

from agent.booking.desk import Desk
from agent.booking.invoices import invoicing
from agent.domain import billing
from agent.domain.receivables import Billing, BillOn, Customer, Order, OrderStatus
from agent.domain.terms import PaymentTerms, read_terms
from agent.store import master, orders

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDERS_MOST = 5000
_LIVE = (OrderStatus.CONFIRMED, OrderStatus.PART_DELIVERED, OrderStatus.DELIVERED, OrderStatus.INVOICED)


def bill_collective(desk: Desk, customers: Iterable[str] | None = None) -> tuple[str, ...]:
    """Issue the collective invoices that are due; return their numbers.

    A month closes on its last day, or on the closing day that the customer's terms name (20日締め); a week on the day
    that the settings name. What was delivered and recorded up to the newest closing day is billed on that day, or on
    the first run after it; what is recorded later waits for the next one. Running it again bills nothing twice.
    """
    wanted = customers_billed(desk.tx) if customers is None else tuple(customers)
    issued: list[str] = []
    for customer in master.customers_by_number(desk.tx, wanted):
        if customer.billing in invoicing.COLLECTIVE:
            issued += _bill_customer(desk, customer)
    return tuple(issued)


def customers_billed(tx: Connection) -> tuple[str, ...]:
    """Customers whose deliveries are gathered into one invoice a week or a month."""
    return tuple(number for way in invoicing.COLLECTIVE for number in master.customers_of_billing(tx, way))


def closing_of(desk: Desk, customer: Customer) -> date:
    """The newest closing day of a customer that is not after today."""
    if customer.billing is Billing.WEEKLY:
        closes = _WEEKDAYS.index(desk.settings.billing.week_closes)
        return desk.today - timedelta(days=(desk.today.weekday() - closes) % 7)
    terms = read_terms(customer.payment_terms or desk.settings.billing.payment_terms) or PaymentTerms()
    return terms.last_closing(desk.today)


def _bill_customer(desk: Desk, customer: Customer) -> list[str]:
    master.lock(desk.tx, (customer.number,))
    close = closing_of(desk, customer)
    groups: dict[tuple[str, str], list[tuple[billing.Part, tuple[Row[Any], ...]]]] = defaultdict(list)
    held = orders.orders_of_customers(desk.tx, (customer.number,), statuses=_LIVE, limit=_ORDERS_MOST)
    for order in sorted(held, key=lambda one: one.number):
        quantities, rows = _due(desk, order, close)
        if any(quantities.values()):
            part = invoicing.part_of(order, quantities)
            groups[order.currency, order.payment_terms or ""].append((part, rows))
    issued = []
    for _, found in sorted(groups.items()):
        rows = tuple(row for _, of_order in found for row in of_order)
        days = [row.delivered_on for row in rows if row.delivered_on]
        number = invoicing.issue_for(
            desk,
            tuple(part for part, _ in found),
            customer,
            supplied_on=max(days) if days else close,
            delivery=None,
            deliveries=rows,
        )
        issued += [number] if number else []
    return issued


def _due(desk: Desk, order: Order, close: date) -> tuple[dict[str, Decimal], tuple[Row[Any], ...]]:
    """What of an order belongs to the period that has closed, and the deliveries that prove it."""
    today = close == desk.today
    if order.bill_on is BillOn.ORDER:
        due = today or (order.ordered_on is not None and order.ordered_on <= close)
        return ({line.line: line.quantity - line.invoiced for line in order.lines} if due else {}), ()
    waiting = orders.unbilled_deliveries(desk.tx, order.number)
    rows = tuple(row for row in waiting if _by(desk, row, close))
    left = {line.line: max(line.delivered - line.invoiced, Decimal(0)) for line in order.lines}
    if today and len(rows) == len(waiting):
        return left, rows  # with what was delivered before we kept deliveries
    accepted: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        for one in orders.quantities_of(row):
            accepted[one.order_line] += one.accepted
    return {line: min(accepted[line], quantity) for line, quantity in left.items()}, rows


def _by(desk: Desk, row: Row[Any], close: date) -> bool:
    """Whether a delivery had happened and was known by the closing day."""
    recorded = row.created_at.astimezone(desk.settings.zone).date()
    return bool(recorded <= close and (row.delivered_on is None or row.delivered_on <= close))
