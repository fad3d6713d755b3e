"""A clerk's decisions about orders: taken, changed, cancelled or refused, and all of it taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from agent.booking.desk import Desk
from agent.booking.learning import teaching
from agent.booking.orders import changing, order_mail, ordering
from agent.domain.billing import order_totals
from agent.domain.codec import document_from_plain, from_plain, to_plain
from agent.domain.decisions import Candidate
from agent.domain.documents import PurchaseOrder
from agent.domain.errors import Refused
from agent.domain.receivables import Customer, Order, OrderStatus
from agent.store import lists, master, orders, outbound
from matching.orders import as_ordered, order_number
from outbox.message import OutboxStatus

Resolution = dict[str, Any]


def accept(desk: Desk, row: Row[Any], chosen: Candidate | None) -> Resolution:
    """Do what a queue item about an order proposes: cancel it, change it, or take it."""
    (order,) = orders.orders_by_number(desk.tx, [row.subject]) or (None,)
    if order is None:
        raise Refused(f"order {row.subject} is gone")
    (customer,) = master.customers_by_number(desk.tx, [order.customer])
    waiting = _unsent(desk, order.number)
    before = {"order": order.number, "status": order.status.value, "was": to_plain(order), "waiting_mail": waiting}
    if row.code.startswith("po_cancel"):
        changing.cancel(desk, order, customer)
        return before
    document = _order_document(desk, row, order)
    if order.status is not OrderStatus.HELD:
        _change_live(desk, row, order, customer, document, chosen)
        return before
    if chosen is not None and chosen.item is not None:
        if document is None:
            raise Refused(f"the paper of Q{row.id} is not at hand any more: enter the order by hand")
        taught = teaching.teach_item(desk, row.id, order.customer, *chosen.item)
        ordering.take_as(desk, document, order)
        return before | {"learned": taught}
    if chosen is not None and chosen.n == 2 and document is not None:
        lines = as_ordered(document, order.lines)
        net, tax = order_totals(lines, order.freight, customer, order.currency)
        order = replace(order, lines=lines, total=net, tax=tax)
    ordering.confirm_held(desk, order, customer)
    return before


_CHANGES = ("po_change", "po_dup")  # a revision, marked or not: accepting it brings the order to what the paper says


def _change_live(
    desk: Desk,
    row: Row[Any],
    order: Order,
    customer: Customer,
    document: PurchaseOrder | None,
    chosen: Candidate | None,
) -> None:
    """Bring a live order to what its newer paper says; an item that is about no newer paper is only closed."""
    if document is None:
        if row.code in _CHANGES:
            change = f"`ar-agent orders change {order.number}`"
            raise Refused(f"the paper of Q{row.id} is not at hand any more: use {change}")
        return
    if document.revision_of is None and row.code not in _CHANGES:
        return
    part = chosen is not None and any(reason.rule == "clean_lines" for reason in chosen.evidence)
    ordering.apply_change(desk, document, order, customer, part=part)


def _order_document(desk: Desk, row: Row[Any], order: Order) -> PurchaseOrder | None:
    """The paper that the queue item is about, as it was read."""
    message = lists.find_message(desk.tx, row.message) if row.message is not None else None
    if message is None or not message.reading:
        return None
    for plain in message.reading["documents"]:
        document = document_from_plain(plain)
        if isinstance(document, PurchaseOrder) and order_number(document) == order.po_number:
            return document
    return None


def reject(desk: Desk, row: Row[Any], note: str | None) -> Resolution:
    """Refuse a held order and tell the buyer; of a live one nothing changes."""
    (order,) = orders.orders_by_number(desk.tx, [row.subject]) or (None,)
    if order is None or order.status is not OrderStatus.HELD or row.code == "order_reply":
        return {}
    (customer,) = master.customers_by_number(desk.tx, [order.customer])
    waiting = _unsent(desk, order.number)
    orders.set_status(desk.tx, order.number, OrderStatus.REJECTED)
    ordering.tell_rejected(desk, order, customer, note or "")
    return {"order": order.number, "status": order.status.value, "was": to_plain(order), "waiting_mail": waiting}


def undo(desk: Desk, done: Resolution) -> None:
    """Bring an order back to what it was before a decision; refused once something has left."""
    (order,) = orders.orders_by_number(desk.tx, [done["order"]])
    if any(line.invoiced or line.delivered for line in order.lines):
        raise Refused(f"{order.number} was delivered meanwhile: it can no longer go back to {done['status']}")
    _unwrite(desk, order.number, done)
    was = from_plain(Order, done["was"])
    orders.replace_order(desk.tx, was, content_key=was.content_key)
    desk.record("undone", "order", order.number, back_to=done["status"])


def _unsent(desk: Desk, order: str) -> dict[str, tuple[str, str | None]]:
    """The mails about an order that have not left: number to status and reason."""
    rows = outbound.find(desk.tx, about=order)
    return {str(row.id): (row.status, row.reason) for row in rows if row.status in ("queued", "held")}


def _unwrite(desk: Desk, order: str, done: Resolution) -> None:
    """What the decision wrote and has not left never does; what it withdrew waits again."""
    waited: dict[str, tuple[str, str | None]] = done.get("waiting_mail") or {}
    for mail in outbound.find(desk.tx, about=order):
        if mail.status in ("queued", "held") and str(mail.id) not in waited:
            reason = "the decision was undone"
            outbound.retract(desk.tx, mail.id, reason=reason, cause=desk.cause, now=desk.now)
        elif mail.reason == order_mail.SETTLED and mail.status == "cancelled" and str(mail.id) in waited:
            status, reason_before = waited[str(mail.id)]
            outbound.reinstate(
                desk.tx, mail.id, status=OutboxStatus(status), reason=reason_before, cause=desk.cause, now=desk.now
            )
