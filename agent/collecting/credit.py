"""Credit control: what a customer owes and is about to owe, and when a hold is proposed. A person holds and releases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agent.booking.desk import Desk
from agent.domain.decisions import MatchException, QueueKind
from agent.domain.money import Money, total
from agent.domain.receivables import Customer, OrderStatus
from agent.store import cash, invoices, master, orders, work

_LIVE = (OrderStatus.CONFIRMED, OrderStatus.PART_DELIVERED, OrderStatus.DELIVERED, OrderStatus.HELD)
_MEMORY_DAYS = 180


@dataclass(frozen=True, slots=True)
class Exposure:
    """What could be lost with a customer, in its currency: open items less unapplied money, and orders not invoiced."""

    open: Money
    unapplied: Money
    ordered: Money
    limit: Money | None
    oldest_days: int

    @property
    def total(self) -> Money:
        return self.open - self.unapplied + self.ordered

    @property
    def over_limit(self) -> bool:
        return self.limit is not None and self.total > self.limit


def exposure_of(desk: Desk, customer: Customer) -> Exposure:
    currency = customer.currency
    items = [item for item in invoices.open_items_of(desk.tx, [customer.number]) if item.currency == currency]
    late = [item for item in items if item.open.minor > 0 and item.due_on and item.due_on < desk.today]
    undisputed = [item for item in late if (item.free - (item.disputed or Money.zero(currency))).minor > 0]
    held = orders.orders_of_customers(desk.tx, (customer.number,), statuses=_LIVE, limit=5000)
    ordered = Money.zero(currency)
    for order in held:
        if order.currency != currency:
            continue
        for line in order.lines:
            value = (line.quantity - line.invoiced) * line.unit_price / line.price_per
            ordered = ordered + Money.rounded(max(value, value * 0), currency)
    return Exposure(
        open=total([item.open for item in items], currency),
        unapplied=cash.unapplied_of(desk.tx, customer.number).get(currency) or Money.zero(currency),
        ordered=ordered,
        limit=customer.credit_limit,
        oldest_days=max(((desk.today - item.due_on).days for item in undisputed if item.due_on), default=0),
    )


def hold(desk: Desk, number: str, *, why: str) -> None:
    """Put a customer on hold: new orders wait for a person."""
    master.set_hold(desk.tx, number, True)
    desk.record("on hold", "customer", number, note=why)


def release(desk: Desk, number: str, *, why: str) -> None:
    master.set_hold(desk.tx, number, False)
    desk.record("released", "customer", number, note=why)


def candidates(desk: Desk) -> list[str]:
    """Customers whom one of the settings' reasons could fit at all."""
    rule = desk.settings.credit
    if rule.hold_after_days or rule.broken_promises:
        return invoices.customers_with_open_items(desk.tx)
    return invoices.customers_with_open_items(desk.tx, limited=True) if rule.over_limit else []


def review(desk: Desk, customers: Iterable[str]) -> list[dict[str, Any]]:
    """Propose a hold for customers whom the settings' reasons fit; nobody is held by itself."""
    told: list[dict[str, Any]] = []
    for number in customers:
        (customer,) = master.customers_by_number(desk.tx, [number])
        if customer.on_hold or work.open_of_subject(desk.tx, "credit", number):
            continue
        why = _reasons(desk, customer)
        if why and not work.rejected_since(desk.tx, "credit", number, desk.now - timedelta(days=30)):
            told.append(_propose(desk, customer, why))
    return told


def _reasons(desk: Desk, customer: Customer) -> list[str]:
    rule, found = desk.settings.credit, []
    exposure = exposure_of(desk, customer)
    if rule.over_limit and exposure.over_limit:
        found.append(f"{exposure.total} is owed and ordered, the limit is {exposure.limit}")
    if rule.hold_after_days and exposure.oldest_days > rule.hold_after_days:
        found.append(f"the oldest item is {exposure.oldest_days} days late")
    if rule.broken_promises:
        broken = work.broken_promises_of(desk.tx, customer.number, desk.today - timedelta(days=_MEMORY_DAYS))
        if len(broken) >= rule.broken_promises:
            found.append(f"{len(broken)} promises were not kept in {_MEMORY_DAYS} days")
    return found


def _propose(desk: Desk, customer: Customer, why: list[str]) -> dict[str, Any]:
    exception = MatchException(
        code="credit_hold",
        kind=QueueKind.OTHER,
        summary=f"{customer.name}: {'; '.join(why)}. Accepting puts the customer on hold: new orders wait for a person, "
        "orders that were not delivered stay where they are",
        customer=customer.number,
    )
    number = desk.queue(exception, subject_type="credit", subject=customer.number)
    return {"event": "credit_hold", "queue": f"Q{number}", "customer": customer.number}
