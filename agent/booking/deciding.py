"""A clerk's decisions on the exception queue: each is written to the books at once, and each can be taken back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from agent.booking import advising, applying, ordering, replacing
from agent.booking.desk import Desk
from agent.domain.billing import order_totals
from agent.domain.books import Sender
from agent.domain.codec import document_from_plain, from_plain, to_plain
from agent.domain.decisions import Allocation, Candidate, Reason
from agent.domain.documents import PurchaseOrder, Reading
from agent.domain.errors import Refused
from agent.domain.money import Money, decimals_of
from agent.domain.receivables import InvoiceType, OpenItem, Order, OrderStatus
from agent.store import cash, invoices, lists, master, orders, outbound, work
from matching.orders import as_ordered

Resolution = dict[str, Any]
_DECIDED = ("accepted", "applied", "rejected")


def accept(desk: Desk, number: int, candidate: int | None) -> None:
    """Do what the chosen candidate (or the only one) proposes."""
    row = _open_row(desk, number)
    offered = work.candidates_of(row)
    chosen = _choose(row, offered, candidate)
    match row.subject_type:
        case "advice":
            done = _accept_advice(desk, int(row.subject), chosen, _proposed(row, chosen))
        case "receipt":
            done = _apply_receipt(desk, int(row.subject), _proposed(row, chosen))
        case "order":
            done = _accept_order(desk, row, chosen)
        case "message":
            done = _believe(desk, row, chosen)
        case _:
            done = {}
    _close(desk, row, "accepted", done)


def _open_row(desk: Desk, number: int) -> Row[Any]:
    row = work.queue_row(desk.tx, number, lock=True)
    if row.status not in work.OPEN:
        raise Refused(f"Q{number} is {row.status} already; `ar-agent queue undo Q{number}` takes that back")
    return row


def _close(desk: Desk, row: Row[Any], status: str, done: Resolution) -> None:
    fresh = work.queue_row(desk.tx, row.id)  # settling the subject may have closed this item with its siblings
    work.resolve(desk.tx, fresh, status=status, resolution=done, owner=desk.cause.name, now=desk.now)
    desk.record(status, "queue", f"Q{row.id}", **{k: v for k, v in done.items() if isinstance(v, str | int | list)})
    if row.subject_type == "advice" and status in ("accepted", "applied"):
        _settle_siblings(desk, row)


def _settle_siblings(desk: Desk, row: Row[Any]) -> None:
    """The advice's standing follows from what is still open about it."""
    left = [q for q in work.open_of_subject(desk.tx, "advice", row.subject) if q.line is not None]
    advice = cash.advice_row(desk.tx, int(row.subject))
    if advice is not None and advice.status in ("unmatched", "part_matched") and not left:
        cash.set_advice_status(desk.tx, advice.id, "matched")


def _choose(row: Row[Any], offered: tuple[Candidate, ...], wanted: int | None) -> Candidate | None:
    if wanted is not None:
        for one in offered:
            if one.n == wanted:
                return one
        raise Refused(
            f"Q{row.id} has no candidate {wanted}; it offers {', '.join(str(c.n) for c in offered) or 'none'}"
        )
    if len(offered) > 1 and row.subject_type in ("advice", "receipt"):
        raise Refused(f"Q{row.id} offers {len(offered)} candidates: name one with --candidate N")
    return offered[0] if offered else None


def _proposed(row: Row[Any], chosen: Candidate | None) -> tuple[Allocation, ...]:
    if chosen is None or not chosen.settle:
        raise Refused(
            f"Q{row.id} proposes nothing that could be booked: use `ar-agent queue apply Q{row.id} --to INVOICE=AMOUNT`, "
            f"or `ar-agent queue reject Q{row.id}`"
        )
    return chosen.settle


def _accept_advice(
    desk: Desk, advice: int, chosen: Candidate | None, allocations: tuple[Allocation, ...]
) -> Resolution:
    """Book what a candidate proposes; where it corrects an earlier advice, in that one's place."""
    if chosen is None or chosen.replaces is None:
        return _settle_advice(desk, advice, allocations)
    released = replacing.take_place(desk, int(chosen.replaces), allocations)
    return _settle_advice(desk, advice, allocations) | {"replaced": released}


def _settle_advice(desk: Desk, advice: int, allocations: tuple[Allocation, ...]) -> Resolution:
    """Add allocations to an advice; money that has arrived for it is applied at once."""
    row = cash.advice_row(desk.tx, advice)
    if row is None:
        raise Refused(f"A{advice} is gone")
    _within_open(desk, allocations)
    _within_advice(desk, row, allocations)
    if row.customer is None:
        cash.set_advice_customer(desk.tx, advice, allocations[0].customer)
    arrived = [r for r in cash.receipts_of_advice(desk.tx, advice) if r.unapplied_minor]
    state = "received" if arrived else "announced"
    added = [cash.add_allocation(desk.tx, advice, one, state) for one in allocations]
    done: Resolution = {"advice": advice, "was": row.status, "customer_was": row.customer, "allocations": added}
    if arrived:
        return done | {"applications": applying.apply_all(desk, arrived[0].id, allocations)}
    future = row.announced and row.paid_on is not None and row.paid_on > desk.today
    if desk.settings.cash.remittance_settles == "paid" and not future:
        receipt = advising.settle_advice(desk, advice)
        return done | {"receipt": receipt}
    if row.status == "unmatched":
        cash.set_advice_status(desk.tx, advice, "part_matched")
    return done


def _within_open(desk: Desk, allocations: tuple[Allocation, ...]) -> None:
    for one in allocations:
        item = next(iter(invoices.items_by_number(desk.tx, [one.invoice])), None)
        if item is None:
            raise Refused(f"there is no invoice {one.invoice}: see `ar-agent invoices list`")
        if abs(one.settles) > abs(item.free) or one.settles.minor * item.open.minor < 0:
            raise Refused(f"{one.invoice}: {one.settles} is more than is open and not yet announced ({item.free})")


def _within_advice(desk: Desk, row: Row[Any], allocations: tuple[Allocation, ...]) -> None:
    """An advice pays for its payer's own group, in its currency."""
    group = master.family_of(desk.tx, [row.customer]) if row.customer else ()
    for one in allocations:
        if row.currency and one.cash.currency != row.currency:
            raise Refused(f"{one.invoice} is in {one.cash.currency}, A{row.id} in {row.currency}")
        if group and one.customer not in group:
            raise Refused(f"{one.invoice} is of {one.customer}, A{row.id} is a payment of {row.customer}")


def _within_total(desk: Desk, advice: int, allocations: tuple[Allocation, ...]) -> None:
    """What a clerk adds by hand stays within what the advice says was paid."""
    row = cash.advice_row(desk.tx, advice)
    if row is None or row.total_minor is None or row.currency is None:
        return
    live = sum(p.amount_minor for p in cash.allocations_of(desk.tx, [advice]) if p.state != "released")
    more = sum(one.cash.minor for one in allocations)
    if more > 0 and live + more > row.total_minor:
        left = Money(max(0, row.total_minor - live), row.currency)
        raise Refused(f"A{advice} has only {left} left that is not allocated")


def _apply_receipt(desk: Desk, receipt: int, allocations: tuple[Allocation, ...]) -> Resolution:
    row = cash.receipt_row(desk.tx, receipt)
    payer = row.customer if row is not None else None
    group = master.family_of(desk.tx, [payer]) if payer else ()
    for one in allocations:
        if group and one.customer not in group:
            raise Refused(f"{one.invoice} is of {one.customer}, R{receipt} is money of {payer}")
    numbers_paid = [one.invoice for one in allocations]
    before = cash.announced_for(desk.tx, numbers_paid)
    identified = applying.identify(desk, receipt, allocations[0].customer) if allocations else None
    applications = applying.apply_all(desk, receipt, allocations)
    overtaken = sorted(before - cash.announced_for(desk.tx, numbers_paid))
    return {"receipt": receipt, "applications": applications, "overtaken": overtaken, "identified": identified}


_CHANGES = ("po_change", "po_dup")  # a revision, marked or not: accepting it brings the order to what the paper says


def _accept_order(desk: Desk, row: Row[Any], chosen: Candidate | None) -> Resolution:
    (order,) = orders.orders_by_number(desk.tx, [row.subject]) or (None,)
    if order is None:
        raise Refused(f"order {row.subject} is gone")
    (customer,) = master.customers_by_number(desk.tx, [order.customer])
    before = {"order": order.number, "status": order.status.value, "was": to_plain(order)}
    if row.code.startswith("po_cancel"):
        if any(line.invoiced or line.delivered for line in order.lines):
            raise Refused(
                f"{order.number} was delivered in part: credit or return it, an order that has left is not cancelled"
            )
        orders.set_status(desk.tx, order.number, OrderStatus.CANCELLED)
        ordering.tell_cancelled(desk, order, customer)
        desk.record("cancelled", "order", order.number)
        return before
    document = _order_document(desk, row, order)
    if order.status is not OrderStatus.HELD:
        if row.code in _CHANGES:
            if document is None:
                raise Refused(f"the paper of Q{row.id} is not at hand any more: change {order.number} with the buyer")
            ordering.apply_change(desk, document, order, customer)
        return before
    if chosen is not None and chosen.n == 2 and document is not None:
        lines = as_ordered(document, order.lines)
        net, tax = order_totals(lines, order.freight, customer, order.currency)
        order = replace(order, lines=lines, total=net, tax=tax)
    ordering.confirm_held(desk, order, customer)
    return before


def _order_document(desk: Desk, row: Row[Any], order: Order) -> PurchaseOrder | None:
    """The paper that the queue item is about, as it was read."""
    message = lists.find_message(desk.tx, row.message) if row.message is not None else None
    if message is None or not message.reading:
        return None
    for plain in message.reading["documents"]:
        document = document_from_plain(plain)
        if isinstance(document, PurchaseOrder) and document.number == order.po_number:
            return document
    return None


def _believe(desk: Desk, row: Row[Any], chosen: Candidate | None) -> Resolution:
    """A person vouches for a mail that was not believed: its papers are taken as the named customer's."""
    from agent.process import take

    if row.kind not in ("untrusted_sender", "unknown_sender", "ambiguous", "fraud_alert"):
        return {}
    customer = (chosen.customer if chosen else None) or row.customer
    message = lists.find_message(desk.tx, row.message) if row.message is not None else None
    if customer is None or message is None or not message.reading:
        return {}
    reading = from_plain(Reading, message.reading)
    sender = Sender(address=message.from_address, customers=(customer,), trusted=True)
    at = replace(desk, message=row.message, facts=reading.mail, sender=sender)
    for document in reading.documents:
        take(at, document)
    return {"believed": customer, "effects": at.outcome.effects}


def reject(desk: Desk, number: int, note: str | None) -> None:
    """Nothing is booked; a held order is refused and the buyer told."""
    row = _open_row(desk, number)
    done: Resolution = {"note": note} if note else {}
    if row.subject_type == "order":
        (order,) = orders.orders_by_number(desk.tx, [row.subject]) or (None,)
        if order is not None and order.status is OrderStatus.HELD:
            (customer,) = master.customers_by_number(desk.tx, [order.customer])
            orders.set_status(desk.tx, order.number, OrderStatus.REJECTED)
            ordering.tell_rejected(desk, order, customer, note or "")
            done |= {"order": order.number, "status": order.status.value, "was": to_plain(order)}
    _close(desk, row, "rejected", done)


def apply_to(desk: Desk, number: int, parts: list[tuple[str, Decimal]]) -> None:
    """Book amounts that a clerk names: of an advice or a receipt, to invoices."""
    row = _open_row(desk, number)
    if row.subject_type not in ("advice", "receipt"):
        raise Refused(
            f"Q{number} is about {row.subject_type or 'a mail'}, not about money: use `queue accept` or `queue reject`"
        )
    allocations = tuple(_by_hand(desk, invoice, amount, row.id) for invoice, amount in parts)
    if row.subject_type == "advice":
        _within_total(desk, int(row.subject), allocations)
        done = _settle_advice(desk, int(row.subject), allocations)
    else:
        done = _apply_receipt(desk, int(row.subject), allocations)
    _close(desk, row, "applied", done)


def _by_hand(desk: Desk, invoice: str, amount: Decimal, queue: int) -> Allocation:
    item = next(iter(invoices.items_by_number(desk.tx, [invoice])), None)
    if item is None:
        raise Refused(f"there is no invoice {invoice}: see `ar-agent invoices list`")
    if not amount or amount != round(amount, decimals_of(item.currency)):
        raise Refused(f"{invoice}: {amount} is no amount in {item.currency}")
    return whole(item, Money.of(amount, item.currency), Reason("clerk", f"named by a clerk in Q{queue}"))


def whole(item: OpenItem, cash_amount: Money, reason: Reason) -> Allocation:
    """An allocation of cash alone."""
    if item.type is InvoiceType.CREDIT_NOTE and cash_amount.minor > 0:
        cash_amount = -cash_amount
    zero = Money.zero(item.currency)
    return Allocation(
        invoice=item.number,
        customer=item.customer,
        cash=cash_amount,
        discount=zero,
        deduction=zero,
        withheld=zero,
        write_off=zero,
        bank_fee=zero,
        reference=item.number,
        reasons=(reason,),
    )


def undo(desk: Desk, number: int) -> None:
    """Put the books back as they were before the decision; the undoing is itself an event."""
    row = work.queue_row(desk.tx, number)
    if row.status not in _DECIDED:
        raise Refused(f"Q{number} is {row.status}: there is no decision to take back")
    done: Resolution = row.resolution or {}
    if done.get("believed") and done.get("effects"):
        raise Refused(
            f"Q{number} took a whole mail into the books: take back its effects one by one ({_shown(done['effects'])})"
        )
    reason = f"Q{number} undone by {desk.cause.name}"
    _undo_money(desk, done, reason)
    if done.get("advice"):
        _undo_advice(desk, done)
    if done.get("order"):
        _undo_order(desk, done)
    work.resolve(desk.tx, row, status="undone", resolution=None, owner=desk.cause.name, now=desk.now)
    desk.record("undone", "queue", f"Q{number}", was=row.status)


def _undo_money(desk: Desk, done: Resolution, reason: str) -> None:
    if done.get("receipt") and not done.get("applications"):
        # The advice itself stood for the money: the receipt goes back with what it paid.
        applying.return_receipt(desk, int(done["receipt"]), reason=reason)
    for application in done.get("applications", ()):
        stored = cash.application_row(desk.tx, application)
        if not stored.reversed:
            applying.unapply(desk, stored, reason=reason)
    if done.get("identified"):
        applying.forget_payer(desk, int(done["receipt"]), int(done["identified"]), reason=reason)
    for allocation in done.get("allocations", ()):
        cash.set_allocation_state(desk.tx, allocation, "released")
    for allocation in done.get("overtaken", ()):
        cash.set_allocation_state(desk.tx, allocation, "announced")


def _undo_advice(desk: Desk, done: Resolution) -> None:
    if done.get("customer_was", "") is None:
        cash.set_advice_customer(desk.tx, done["advice"], None)
    if done.get("replaced"):
        replacing.put_back(desk, done["replaced"])
    cash.set_advice_status(desk.tx, done["advice"], done.get("was", "unmatched"))


def _undo_order(desk: Desk, done: Resolution) -> None:
    (order,) = orders.orders_by_number(desk.tx, [done["order"]])
    if any(line.invoiced or line.delivered for line in order.lines):
        raise Refused(f"{order.number} was delivered meanwhile: it can no longer go back to {done['status']}")
    for mail in outbound.find(desk.tx, about=order.number, status="queued"):
        outbound.cancel(desk.tx, mail.id, reason="the decision was undone", cause=desk.cause, now=desk.now)
    was = from_plain(Order, done["was"])
    orders.replace_order(desk.tx, was, content_key=was.content_key)
    desk.record("undone", "order", order.number, back_to=done["status"])


def _shown(effects: list[dict[str, str]]) -> str:
    return ", ".join(f"{e['type']} {e['id']}" for e in effects)


__all__ = ["accept", "apply_to", "reject", "undo", "whole"]
