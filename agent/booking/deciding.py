"""A clerk's decisions on the exception queue: each is written to the books at once, and each can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from agent.booking import clearing, ordering, splitting, vouching
from agent.booking.clearing import Part, whole
from agent.booking.desk import Desk
from agent.domain.billing import order_totals
from agent.domain.codec import document_from_plain, from_plain, to_plain
from agent.domain.decisions import Allocation, Candidate, Reason
from agent.domain.documents import PurchaseOrder
from agent.domain.errors import Refused
from agent.domain.receivables import Order, OrderStatus
from agent.store import lists, master, orders, outbound, work
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
            done = clearing.accept_advice(desk, int(row.subject), chosen, _proposed(row, chosen), queue=number)
        case "receipt":
            done = clearing.apply_receipt(desk, int(row.subject), _proposed(row, chosen))
        case "order":
            done = _accept_order(desk, row, chosen)
        case "message":
            done = vouching.believe(desk, row, chosen)
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
        clearing.settle_siblings(desk, row)


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


def apply_to(desk: Desk, number: int, parts: list[Part]) -> None:
    """Book amounts that a clerk names: of an advice or a receipt, to invoices."""
    row = _open_row(desk, number)
    if row.subject_type not in ("advice", "receipt"):
        raise Refused(
            f"Q{number} is about {row.subject_type or 'a mail'}, not about money: use `queue accept` or `queue reject`"
        )
    allocations = tuple(
        clearing.by_hand(desk, part, Reason("clerk", f"named by a clerk in Q{number}")) for part in parts
    )
    splitting.within_part(row, allocations)
    if row.subject_type == "advice":
        clearing.within_total(desk, int(row.subject), allocations)
        done = clearing.settle_advice(desk, int(row.subject), allocations, queue=number)
    else:
        done = clearing.apply_receipt(desk, int(row.subject), allocations)
    _close(desk, row, "applied", done)


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
    if done.get("split"):
        splitting.join(desk, number)
    clearing.undo_money(desk, done, reason)
    if done.get("advice"):
        clearing.undo_advice(desk, done)
    if done.get("order"):
        _undo_order(desk, done)
    work.resolve(desk.tx, row, status="undone", resolution=None, owner=desk.cause.name, now=desk.now)
    desk.record("undone", "queue", f"Q{number}", was=row.status)


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


__all__ = ["Part", "accept", "apply_to", "reject", "undo", "whole"]
