"""Legal stops: insolvency or counsel stops everything that leaves for a customer, until a person lifts it."""

from __future__ import annotations

from datetime import date

from agent import numbers
from agent.booking.desk import Desk
from agent.domain.decisions import MatchException, QueueKind
from agent.domain.errors import NotFound
from agent.domain.money import Money
from agent.domain.receivables import Customer, Order, OrderStatus
from agent.store import master, orders, outbound, stops

KINDS = ("insolvency", "counsel", "other")


def stop(
    desk: Desk,
    customer: Customer,
    *,
    kind: str,
    reference: str | None = None,
    effective_on: date | None = None,
    text: str | None = None,
) -> int:
    """Stop a customer: orders go on hold, what is queued is held, and nothing new leaves."""
    number = stops.add_legal_stop(
        desk.tx,
        customer.number,
        kind=kind,
        by=f"{desk.cause.type}:{desk.cause.name}",
        now=desk.now,
        reference=reference,
        effective_on=effective_on,
        message=desk.message,
        text=text,
        was_on_hold=customer.on_hold,
    )
    master.set_hold(desk.tx, customer.number, True)
    mails = hold_mails(desk, customer.number, f"{customer.number} is under a legal stop ({kind})")
    held = _hold_orders(desk, customer.number)
    desk.record(
        "legal_stop",
        "customer",
        customer.number,
        kind=kind,
        reference=reference,
        effective_on=effective_on,
        mails=mails,
        orders=held,
    )
    return number


def _hold_orders(desk: Desk, customer: str) -> list[str]:
    """Orders of which nothing has left go on hold; `orders release` lets each go on, by a person's word."""
    held = []
    for order in orders.orders_of_customers(desk.tx, [customer], statuses=(OrderStatus.CONFIRMED,)):
        if not any(line.delivered or line.invoiced for line in order.lines):
            orders.set_status(desk.tx, order.number, OrderStatus.HELD)
            desk.record("held", "order", order.number, why="legal stop")
            held.append(order.number)
    return held


def hold_mails(desk: Desk, customer: str, reason: str) -> list[str]:
    """Hold every mail of a customer that has not left; return their numbers."""
    held = []
    for mail in outbound.find(desk.tx, customer=customer, status="queued"):
        outbound.hold(desk.tx, mail.id, reason=reason, cause=desk.cause, now=desk.now)
        held.append(str(numbers.show(numbers.OUTBOX, mail.id)))
    return held


def lift(desk: Desk, number: str, note: str) -> list[int]:
    """Lift the stops of a customer. Held mails and orders stay held: a person releases those that still fit."""
    if not master.customers_by_number(desk.tx, [number]):
        raise NotFound("customer", number, "see `ar-agent customers list`")
    lifted = stops.lift(desk.tx, number, by=desk.cause.name, note=note, now=desk.now)
    master.set_hold(desk.tx, number, lifted[0].was_on_hold)
    desk.record("legal_stop_lifted", "customer", number, note=note)
    return [row.id for row in lifted]


def flag_payment(desk: Desk, customer: str, receipt: int, amount: Money, received_on: date) -> None:
    """Money of an insolvent customer may have to be given back: a person looks at what came since the petition."""
    row = stops.legal_stop_of(desk.tx, customer)
    if row is None or row.kind != "insolvency":
        return
    since = row.effective_on or row.since.astimezone(desk.settings.zone).date()
    if received_on < since:
        return
    shown = str(numbers.show(numbers.RECEIPT, receipt))
    exception = MatchException(
        code="legal_payment",
        kind=QueueKind.OTHER,
        summary=f"{shown}: {amount} of {customer} came on {received_on}, after the insolvency of {since}: ask our lawyers",
        customer=customer,
        amount=amount,
        critical=True,
    )
    desk.queue(exception, subject_type="legal", subject=receipt)


def open_orders_of(desk: Desk, customer: str) -> tuple[Order, ...]:
    """Orders of a customer of which something is still under way."""
    under_way = (OrderStatus.CONFIRMED, OrderStatus.PART_DELIVERED)
    return orders.orders_of_customers(desk.tx, [customer], statuses=under_way)
