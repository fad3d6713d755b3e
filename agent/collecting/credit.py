"""Credit control: what a customer owes and is about to owe, and when a hold is proposed. A person holds and releases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agent.booking.desk import Desk
from agent.collecting import digest
from agent.domain.decisions import MatchException, QueueKind
from agent.domain.money import Money, total
from agent.domain.receivables import Customer, OrderStatus
from agent.store import cash, events, invoices, master, orders, work

_UNDER_WAY = (OrderStatus.CONFIRMED, OrderStatus.PART_DELIVERED)
_MEMORY_DAYS = 180
_STOPPED = "supply stopped"
_MOVES = frozenset({_STOPPED, "supply goes on", "held", "cancelled", "changed", "released"})


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
    return Exposure(
        open=total([item.open for item in items], currency),
        unapplied=cash.unapplied_of(desk.tx, customer.number).get(currency) or Money.zero(currency),
        ordered=Money(orders.open_order_value(desk.tx, customer.number, currency), currency),
        limit=customer.credit_limit,
        oldest_days=max(((desk.today - item.due_on).days for item in undisputed if item.due_on), default=0),
    )


def hold(desk: Desk, number: str, *, why: str | None, stop_supply: bool = False) -> list[str]:
    """Put a customer on hold: new orders wait for a person.

    With `stop_supply` what is confirmed and not wholly delivered waits too, and staff are told at once; return these orders.
    """
    master.set_hold(desk.tx, number, True)
    stopped = _stop_supply(desk, number) if stop_supply else []
    desk.record("on hold", "customer", number, note=why, orders=stopped)
    if stopped:
        text = (
            f"{number} is on hold ({why or 'no reason given'}). Deliver nothing more of: {', '.join(stopped)}.\n\n"
            f"`ar-agent customers release {number}` lets them go on.\n"
        )
        digest.send_to_staff(
            desk, f"Stop supply: {number}", text, intent=f"stop_supply:{number}:{desk.now.isoformat()}"
        )
    return stopped


def _stop_supply(desk: Desk, number: str) -> list[str]:
    stopped = []
    for order in orders.orders_of_customers(desk.tx, (number,), statuses=_UNDER_WAY, limit=5000):
        orders.set_status(desk.tx, order.number, OrderStatus.HELD)
        desk.record(_STOPPED, "order", order.number, was=order.status.value)
        stopped.append(order.number)
    return stopped


def release(desk: Desk, number: str, *, why: str | None) -> list[str]:
    """Take orders again, and let those go on whose supply the hold had stopped; return these."""
    master.set_hold(desk.tx, number, False)
    going = []
    for order in orders.orders_of_customers(desk.tx, (number,), statuses=(OrderStatus.HELD,), limit=5000):
        was = _stopped_from(desk, order.number)
        if was is not None:
            orders.set_status(desk.tx, order.number, was)
            orders.settle_status(desk.tx, order.number)  # by what was delivered all the same
            desk.record("supply goes on", "order", order.number)
            going.append(order.number)
    desk.record("released", "customer", number, note=why, orders=going)
    return going


def _stopped_from(desk: Desk, order: str) -> OrderStatus | None:
    """The status that an order had before its supply was stopped; None where something else holds it."""
    trail = [row for row in events.trail(desk.tx, [("order", order)]) if row["action"] in _MOVES]
    last = trail[-1] if trail else None
    return OrderStatus(last["data"]["was"]) if last and last["action"] == _STOPPED else None


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
