"""Orders that staff key: verified like those that come by mail, but a slip of the keys is told to who made it."""

from __future__ import annotations

from dataclasses import replace

from agent.booking.desk import Desk
from agent.booking.orders import ordering
from agent.domain.books import Sender
from agent.domain.documents import PurchaseOrder
from agent.domain.errors import NotFound, Refused
from agent.domain.receivables import Discrepancy, OrderStatus
from agent.store import master, orders
from matching.folding import fold_number
from matching.keys import lookup_keys


def enter(desk: Desk, document: PurchaseOrder, customer: str, *, as_written: bool = False) -> None:
    """Verify and book a keyed order; refused where the number is taken or an item is none of ours.

    `as_written` says that the buyer wrote it so: then the order is held, and the buyer is asked.
    """
    if not master.customers_by_number(desk.tx, [customer]):
        raise NotFound("customer", customer, "see `ar-agent customers list`")
    trusted = replace(desk, sender=Sender(customers=(customer,), trusted=True))
    _refuse_a_number_twice(desk, document, customer)
    if not as_written:
        _refuse_slips(trusted, document)
    ordering.take_order(trusted, document)


def _refuse_a_number_twice(desk: Desk, document: PurchaseOrder, customer: str) -> None:
    keys = lookup_keys(document.number or "")
    for order in orders.orders_by_number(desk.tx, orders.numbers_by_keys(desk.tx, ("po",), keys)):
        same = fold_number(order.po_number) == fold_number(document.number)
        if order.customer == customer and same and order.status not in (OrderStatus.HELD, OrderStatus.REJECTED):
            change = f"`ar-agent orders change {order.number}`"
            raise Refused(
                f"{document.number} of {customer} is our {order.number} already ({order.status.value}): change it with "
                f"{change}, or enter the new order under a number of its own"
            )


def _refuse_slips(desk: Desk, document: PurchaseOrder) -> None:
    decision = ordering.check(desk, document)
    unknown = [d for d in decision.discrepancies if d.code is Discrepancy.UNKNOWN_ITEM]
    if not unknown:
        return
    said = ", ".join(f"line {d.line} {d.said}" for d in unknown)
    near = [r.detail for one in decision.exceptions for r in one.reasons if r.rule == "suggestion"]
    hint = f" ({'; '.join(near[:3])})" if near else ""
    raise Refused(
        f"{said}: no item of ours{hint}; see `ar-agent items list`, or say --as-written if the buyer wrote it so: then the "
        "buyer is asked"
    )
