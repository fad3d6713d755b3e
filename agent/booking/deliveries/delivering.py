"""Deliveries: what was accepted releases the invoice, what was not opens a dispute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from agent import numbers
from agent.booking.deliveries import proving, returning
from agent.booking.desk import Desk
from agent.booking.disputes.dispute_opening import open_dispute
from agent.booking.invoices import invoicing
from agent.domain.books import DeliveryBooks
from agent.domain.codec import document_from_plain
from agent.domain.decisions import Candidate, DeliveryDecision, DeliveryOutcome, DisputeOpening
from agent.domain.documents import (
    AnyDocument,
    CustomerRequest,
    DeliveryConfirmation,
    DeliveryLevel,
    DisputeReason,
    Wanted,
)
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.domain.receivables import Customer, Order
from agent.store import books, invoices, lists, master, orders, retentions, work
from matching.deliveries import ENOUGH, DeliveryPolicy, decide_delivery
from matching.keys import lookup_keys, stored_keys

_NEAR_DAYS = 5


def take_delivery(desk: Desk, document: DeliveryConfirmation) -> None:
    """Tie a confirmation to its order and write what follows."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": document.number})
    found = _books(desk, document)
    decision = decide_delivery(document, found, _policy(desk))
    desk.outcome.reasons += [reason.detail for reason in decision.reasons]
    desk.outcome.customer = desk.outcome.customer or decision.customer
    if decision.order is None or not desk.sender.trusted:
        for exception in decision.exceptions:
            desk.queue(exception, subject_type="message", subject=desk.message)
        return
    order = next(o for o in found.orders if o.number == decision.order)
    (customer,) = master.customers_by_number(desk.tx, [order.customer])
    apply_delivery(desk, document, decision, order, customer)


def _policy(desk: Desk) -> DeliveryPolicy:
    return DeliveryPolicy(today=desk.today, over_percent=desk.settings.billing.over_delivery_percent)


def _books(desk: Desk, document: DeliveryConfirmation) -> DeliveryBooks:
    written = [
        *document.order_numbers,
        *document.invoice_numbers,
        *(n for n in (document.delivery_note_number, document.tracking_number) if n),
    ]
    found = books.delivery_books(
        desk.tx,
        desk.sender,
        numbers=[key for number in written for key in lookup_keys(number)],
        carriers=desk.settings.trust.carriers,
    )
    found = _near(desk, document, found)
    triggers = {customer.number: customer.bill_on for customer in found.customers}
    orders_found = tuple(o if o.bill_on else replace(o, bill_on=triggers.get(o.customer)) for o in found.orders)
    return replace(found, orders=orders_found)


def _near(desk: Desk, document: DeliveryConfirmation, found: DeliveryBooks) -> DeliveryBooks:
    """Where a proof names no order: what was shipped to the sender within some days of it is offered first."""
    if found.orders or not desk.sender.customers:
        return found
    day = document.delivered_on or desk.today
    numbers_near = orders.shipped_near(desk.tx, desk.sender.customers, day, days=_NEAR_DAYS)
    by_number = {order.number: order for order in orders.orders_by_number(desk.tx, numbers_near)}
    near = tuple(by_number[number] for number in numbers_near)
    return replace(found, open_orders=(*near, *(o for o in found.open_orders if o.number not in by_number)))


def as_proof(document: AnyDocument) -> AnyDocument:
    """A file that calls itself a proof of delivery is one, and asks for none, whatever its words resemble."""
    if not isinstance(document, CustomerRequest) or document.wants is not Wanted.PROOF_OF_DELIVERY:
        return document
    if document.source.part == "body" or document.invoice_numbers:
        return document
    return DeliveryConfirmation(
        confidence=document.confidence,
        source=document.source,
        language=document.language,
        level=DeliveryLevel.CARRIER,
        order_numbers=document.order_numbers,
        remarks=document.text,
    )


def accept_for(desk: Desk, message: int | None, chosen: Candidate | None) -> dict[str, Any] | None:
    """A person says which order a proof is about; None where the item offers no order or its paper is gone."""
    row = lists.find_message(desk.tx, message) if message is not None else None
    if chosen is None or chosen.order is None or row is None or not row.reading:
        return None
    papers = [as_proof(document_from_plain(one)) for one in row.reading["documents"]]  # type: ignore[arg-type]
    (order,) = orders.orders_by_number(desk.tx, (chosen.order,))
    (customer,) = master.customers_by_number(desk.tx, [order.customer])
    proofs = [one for one in papers if isinstance(one, DeliveryConfirmation)]
    if len(proofs) != 1:
        return None
    at = replace(desk, message=message, outcome=desk.outcome)
    record_delivery(at, replace(proofs[0], order_numbers=(order.number,)), order, customer)
    return {"delivery_of": order.number, "effects": at.outcome.effects}


def apply_delivery(
    desk: Desk, document: DeliveryConfirmation, decision: DeliveryDecision, order: Order, customer: Customer
) -> None:
    """Write a delivery of a known order: quantities, invoice, disputes, exceptions."""
    confirmed = decision.outcome is DeliveryOutcome.CONFIRMED and bool(decision.lines)
    delivery = _file(desk, document, decision, order)
    if confirmed:
        orders.add_delivered(desk.tx, order.number, {q.order_line: q.accepted for q in decision.lines})
    if decision.taken_back:
        orders.add_delivered(desk.tx, order.number, {line: -quantity for line, quantity in decision.taken_back})
        desk.record("taken_back", "order", order.number, lines=[f"{n}: {q}" for n, q in decision.taken_back])
    if confirmed or decision.taken_back:
        orders.settle_status(desk.tx, order.number)
    for exception in decision.exceptions:
        desk.queue(exception, subject_type="delivery" if delivery else "order", subject=delivery or order.number)
    opened: dict[DisputeReason, int] = {}
    for opening in decision.disputes:
        if not _disputed_already(desk, opening):
            opened[opening.reason] = open_dispute(desk, opening, customer, delivery=delivery)
    returning.of_delivery(desk, decision, order, delivery, opened)
    if confirmed and decision.billable:
        (fresh,) = orders.orders_by_number(desk.tx, (order.number,))
        supplied = document.delivered_on or desk.today
        invoicing.bill(desk, fresh, customer, supplied_on=supplied, delivery=delivery)


def _disputed_already(desk: Desk, opening: DisputeOpening) -> bool:
    """Whether the same complaint is open: three papers about one broken box are one dispute."""
    rows = work.open_disputes_of(desk.tx, order=opening.order)
    amount = abs(opening.amount.minor) if opening.amount else None
    if any(row.reason == opening.reason.value and row.amount_minor == amount for row in rows):
        desk.outcome.reasons.append(f"a dispute of the same reason and amount is open on {opening.order} already")
        return True
    return False


def count_waiting(desk: Desk, number: str, customer: Customer) -> None:
    """Count and bill deliveries that came while their order was held: what arrived has arrived."""
    for row in orders.waiting_deliveries(desk.tx, number):
        (order,) = orders.orders_by_number(desk.tx, (number,))
        if DeliveryLevel(row.level) not in ENOUGH[order.bill_on or customer.bill_on]:
            continue
        room = {line.line: max(line.quantity - line.delivered, Decimal(0)) for line in order.lines}
        accepted = {
            q.order_line: min(q.accepted, room.get(q.order_line, Decimal(0))) for q in orders.quantities_of(row)
        }
        orders.set_delivery_status(desk.tx, row.id, DeliveryOutcome.CONFIRMED.value)
        if not any(accepted.values()):
            continue
        orders.add_delivered(desk.tx, number, accepted)
        orders.settle_status(desk.tx, number)
        desk.record("counted", "delivery", str(numbers.show(numbers.DELIVERY, row.id)), order=number)
        (fresh,) = orders.orders_by_number(desk.tx, (number,))
        invoicing.bill(desk, fresh, customer, supplied_on=row.delivered_on or desk.today, delivery=row.id)


def _file(desk: Desk, document: DeliveryConfirmation, decision: DeliveryDecision, order: Order) -> int | None:
    if decision.outcome is DeliveryOutcome.UNMATCHED:
        return None
    number = (document.delivery_note_number or document.number or "")[:200] or None
    tracking = (document.tracking_number or "")[:100] or None
    delivery = orders.add_delivery(
        desk.tx,
        order=order.number,
        number=number,
        tracking_number=tracking,
        carrier=(document.carrier or "")[:100] or None,
        level=document.level.value,
        delivered_on=document.delivered_on,
        received_by=(document.received_by or "")[:200] or None,
        status=decision.outcome.value,
        content_key=decision.content_key,
        lines=decision.lines,
        message=desk.message,
        now=desk.now,
        part=document.source.part if desk.message and proving.is_of(desk, document, order.number) else None,
    )
    shown = str(numbers.show(numbers.DELIVERY, delivery))
    for kind, written in (("delivery_note", number), ("tracking", tracking)):
        if written:
            orders.add_keys(desk.tx, kind, order.number, stored_keys(written), order.customer)
    desk.outcome.effect("delivery", shown)
    desk.record(decision.outcome.value, "delivery", shown, order=order.number, level=document.level.value)
    return delivery


def record_delivery(desk: Desk, document: DeliveryConfirmation, order: Order, customer: Customer) -> DeliveryDecision:
    """A delivery that staff enter by hand: the same decision, with staff as the one who says it."""
    trusted = replace(desk.sender, customers=(order.customer,), trusted=True)
    order = order if order.bill_on else replace(order, bill_on=customer.bill_on)
    found = replace(_books(desk, document), sender=trusted, orders=(order,))
    decision = decide_delivery(document, found, _policy(desk))
    apply_delivery(desk, document, decision, order, customer)
    return decision


def refuse_undo(_desk: Desk, done: dict[str, Any]) -> None:
    """A delivery that was counted, and perhaps invoiced, stays: goods come back as a return."""
    raise Refused(f"a delivery of {done['delivery_of']} was counted: what comes back is a return, not an undoing")


def hold_back(desk: Desk, order: Order, percent: Decimal, until: date | None) -> int:
    """Let the customer keep a part of the invoice just made until defects are mended; refused where none was made."""
    made = [e["id"] for e in desk.outcome.effects if e["type"] == "invoice"]
    item = next(iter(invoices.items_by_number(desk.tx, made)), None)
    if item is None:
        raise Refused(f"no invoice was made of {order.number}: there is nothing to hold a part back of")
    filed = [e["id"] for e in desk.outcome.effects if e["type"] == "delivery"]
    amount = Money.rounded(item.total.amount * percent / 100, item.currency)
    number = retentions.add(
        desk.tx,
        customer=order.customer,
        order=order.number,
        invoice=item.number,
        amount=amount,
        release_on=until,
        text=None,
        delivery=numbers.read(numbers.DELIVERY, filed[-1]) if filed else None,
        now=desk.now,
    )
    desk.record("held_back", "retention", f"H{number}", invoice=item.number, amount=amount.plain(), until=until)
    return number


__all__ = ["apply_delivery", "count_waiting", "open_dispute", "record_delivery", "take_delivery"]
