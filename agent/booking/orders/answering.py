"""What buyers answer to our questions about orders: a plain yes settles one, all else is shown to a person at it."""

from __future__ import annotations

from agent.booking.desk import Desk
from agent.booking.orders.order_mail import INTERNAL
from agent.booking.orders.ordering import UNANSWERED, confirm_held, handle, ways_out
from agent.domain.books import OrderBooks
from agent.domain.decisions import MatchException, QueueKind, Reason
from agent.domain.documents import Answer, OrderReply, PurchaseOrder
from agent.domain.receivables import Customer, Order, OrderStatus
from agent.store import books, master, orders, outbound
from matching.keys import lookup_keys
from matching.order_answers import is_plain_yes
from matching.order_heads import check_credit
from matching.order_numbers import names_order


def take_reply(desk: Desk, document: OrderReply) -> bool:
    """A buyer's answer: ACCEPT settles the held order at what we expected, CANCEL is proposed. True where used."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": next(iter(document.order_numbers), None)})
    order = _answered(desk, document)
    if order is None or not desk.sender.trusted or order.customer not in desk.sender.customers:
        return False
    (customer,) = master.customers_by_number(desk.tx, [order.customer])
    desk.outcome.customer = customer.number
    desk.outcome.effect("order", order.number)
    if document.answer is Answer.CANCEL:
        number = order.po_number or order.number
        cancelled = PurchaseOrder(confidence=document.confidence, source=document.source, number=number, cancels=True)
        handle(desk, cancelled)
        return True
    why = _why_not_taken(desk, document, order, customer)
    if why is None:
        confirm_held(desk, order, customer)
    else:
        _queue_answer(desk, document, order, why)
    return True


def _why_not_taken(desk: Desk, document: OrderReply, order: Order, customer: Customer) -> str | None:
    """Why an answer does not settle the held order by itself; None where it does."""
    if order.status is not OrderStatus.HELD:
        return f"the order is {order.status.value.replace('_', ' ')}"
    if document.answer is not Answer.ACCEPT:
        return "it is no plain acceptance"
    if not order.discrepancies or any(d.code in INTERNAL | UNANSWERED for d in order.discrepancies):
        return "what was asked cannot be settled by a yes"
    said = desk.facts.reply_text if desk.facts and document.source.part == "body" else document.text
    if not (is_plain_yes(document.text, order) and is_plain_yes(said, order)):
        return "it accepts with a condition, a line of its own or another figure"
    if _above_credit(desk, order, customer):
        return "the credit limit is exceeded meanwhile"
    return None


def _queue_answer(desk: Desk, document: OrderReply, order: Order, why: str) -> None:
    """An answer that needs a person, shown at its order with what can be done in one key."""
    said = " ".join((document.text or "").split())[:160]
    exception = MatchException(
        code="order_reply",
        kind=QueueKind.ORDER_DISCREPANCY,
        summary=f"{desk.sender.address} answers about order {order.po_number or order.number}: {said} ({why})",
        customer=order.customer,
        amount=order.total,
        candidates=ways_out(None, order) if order.status is OrderStatus.HELD else (),
        reasons=(Reason("answer", why),),
    )
    desk.queue(exception, subject_type="order", subject=order.number)


def _above_credit(desk: Desk, order: Order, customer: Customer) -> bool:
    """Since we asked, other orders may have used what was left of the credit."""
    if order.total is None or order.tax is None:
        return False
    found = OrderBooks(exposure_minor=books.exposure(desk.tx, customer))
    return bool(check_credit(customer, found, order.total + order.tax, order))


def _answered(desk: Desk, document: OrderReply) -> Order | None:
    """The order that an answer is about: by its numbers, else by the mail of ours that it answers."""
    keys = [key for number in document.order_numbers for key in lookup_keys(number)]
    found = orders.orders_by_number(desk.tx, orders.numbers_by_keys(desk.tx, ("order", "po"), keys, limit=20))
    mine = [o for o in found if o.customer in desk.sender.customers and names_order(document.order_numbers, o)]
    if not mine and desk.facts:
        ids = (*((desk.facts.in_reply_to,) if desk.facts.in_reply_to else ()), *desk.facts.references)
        about = [subject for row in outbound.of_message_ids(desk.tx, ids) for subject in row.about]
        mine = [o for o in orders.orders_by_number(desk.tx, about) if o.customer in desk.sender.customers]
    return mine[0] if len(mine) == 1 else None


__all__ = ["take_reply"]
