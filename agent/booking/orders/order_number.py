"""The buyer's number of an order that came without one, or with a wrong one: set by a person who asked."""

from __future__ import annotations

from agent.booking.desk import Desk
from agent.domain.errors import NotFound, Refused
from agent.store import orders
from matching.keys import stored_keys


def set_po_number(desk: Desk, number: str, po_number: str) -> None:
    """Give an order the buyer's number; invoices that are issued already keep what they say."""
    (order,) = orders.orders_by_number(desk.tx, (number,)) or (None,)
    if order is None:
        raise NotFound("order", number, "see `ar-agent orders list`")
    wanted = " ".join(po_number.split())
    if not wanted or len(wanted) > 200:
        raise Refused("the buyer's number has between 1 and 200 characters")
    keys = stored_keys(wanted)
    others = orders.orders_by_number(desk.tx, orders.numbers_by_keys(desk.tx, ("po",), keys, limit=50))
    taken = [one.number for one in others if one.customer == order.customer and one.po_number == wanted]
    if any(one != number for one in taken):
        raise Refused(f"{wanted} is the number of {', '.join(taken)} of the same customer")
    orders.set_po_number(desk.tx, number, wanted)
    orders.add_keys(desk.tx, "po", number, keys, order.customer)
    desk.record("renumbered", "order", number, po_number=wanted, was=order.po_number)
