"""Changes of live orders: a revision as a whole or its clean lines, the open rest cancelled, lines changed by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.booking.desk import Desk
from agent.booking.orders.order_mail import acknowledge, tell_cancelled
from agent.domain.billing import order_totals
from agent.domain.decisions import Candidate, OrderDecision, Reason
from agent.domain.documents import PurchaseOrder
from agent.domain.errors import Refused
from agent.domain.money import plain
from agent.domain.phrases import phrase
from agent.domain.receivables import Customer, Order, OrderLine, OrderStatus
from agent.store import orders

ENDED = (OrderStatus.CANCELLED, OrderStatus.REJECTED)


def ways_to_change(order: Order, decision: OrderDecision) -> tuple[Candidate, ...]:
    """What a clerk can do in one key with a revision of a live order in which something differs."""
    whole = Candidate(
        n=2 if decision.clean else 1,
        order=order.number,
        amount=decision.net,
        confidence=0.3,
        evidence=(Reason("whole", f"take the whole change, at what we expected: {decision.net} net"),),
    )
    if not decision.clean:
        return (whole,)
    shown = "; ".join(_diff(order.lines, decision.clean)) or "nothing"
    part = Candidate(
        n=1, order=order.number, confidence=0.6, evidence=(Reason("clean_lines", f"apply what is in order: {shown}"),)
    )
    return part, whole


def _diff(was: tuple[OrderLine, ...], now: tuple[OrderLine, ...]) -> list[str]:
    """What a change does to the lines, in words for a clerk."""
    before, after = {x.line: x for x in was}, {x.line: x for x in now}
    said = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old is None and new is not None:
            said.append(f"line {name}: {plain(new.quantity)} {new.item or new.description} is new")
        elif new is None and old is not None:
            said.append(f"line {name}: cancelled")
        elif old is not None and new is not None:
            if old.quantity != new.quantity:
                said.append(f"line {name}: {plain(old.quantity)} -> {plain(new.quantity)}")
            if old.requested_on != new.requested_on:
                said.append(f"line {name}: {old.requested_on or 'no date'} -> {new.requested_on or 'no date'}")
            if old.unit_price * new.price_per != new.unit_price * old.price_per:
                said.append(f"line {name}: price {plain(old.unit_price)} -> {plain(new.unit_price)}")
    return said


def write_lines(
    desk: Desk, order: Order, customer: Customer, lines: tuple[OrderLine, ...], *, part: bool = False
) -> Order:
    """Bring a live order to these lines and tell the buyer; refused below what has left."""
    for line in lines:
        left = max(line.delivered, line.invoiced)
        if line.quantity < left:
            raise Refused(f"{order.number} line {line.line}: {plain(left)} have left already, it cannot become less")
    was = _diff(order.lines, lines)
    if not was:
        raise Refused(f"{order.number} is so already: nothing would change")
    net, tax = order_totals(lines, order.freight, customer, order.currency)
    changed = replace(order, lines=lines, total=net, tax=tax)
    orders.replace_order(desk.tx, changed, content_key=order.content_key)
    desk.outcome.effect("order", order.number)
    desk.record("changed", "order", order.number, po=order.po_number, changes=was)
    changed = replace(changed, status=orders.settle_status(desk.tx, order.number))
    notes = (phrase("order_note.open_points"),) if part else ()
    acknowledge(desk, changed, customer, notes=notes, changed=True)
    return changed


def cancel(desk: Desk, order: Order, customer: Customer) -> Order:
    """Cancel an order of which nothing has left, or the open rest of one of which something has."""
    if order.status in ENDED:
        raise Refused(f"{order.number} is {order.status.value} already")
    if not any(line.delivered or line.invoiced for line in order.lines):
        orders.set_status(desk.tx, order.number, OrderStatus.CANCELLED)
        desk.record("cancelled", "order", order.number)
        desk.outcome.effect("order", order.number)
        cancelled = replace(order, status=OrderStatus.CANCELLED)
        tell_cancelled(desk, cancelled, customer)
        return cancelled
    rest = tuple(replace(line, quantity=max(line.delivered, line.invoiced)) for line in order.lines)
    kept = tuple(line for line in rest if line.quantity)
    if all(line.quantity <= max(line.delivered, line.invoiced) for line in order.lines):
        raise Refused(
            f"{order.number} was delivered in full: credit or return it, an order that has left is not cancelled"
        )
    return write_lines(desk, order, customer, kept)


def change_by_hand(desk: Desk, order: Order, customer: Customer, changes: dict[str, dict[str, object]]) -> Order:
    """Change lines as staff say it: by line number, `quantity`, `unit_price`, `price_per` and `requested_on`."""
    if order.status in (*ENDED, OrderStatus.HELD):
        raise Refused(f"{order.number} is {order.status.value}: decide on it in the queue, or enter a new order")
    known = {line.line for line in order.lines}
    if strange := [name for name in changes if name not in known]:
        raise Refused(f"{order.number} has no line {', '.join(strange)}; it has {', '.join(sorted(known))}")
    lines = tuple(replace(line, **changes.get(line.line, {})) for line in order.lines)  # type: ignore[arg-type]
    kept = tuple(line for line in lines if line.quantity > Decimal(0) or line.delivered or line.invoiced)
    if not kept:
        return cancel(desk, order, customer)
    return write_lines(desk, order, customer, kept)


def may_apply_itself(order: Order, lines: tuple[OrderLine, ...], document: PurchaseOrder, rule: str) -> bool:
    """Whether policy lets a clean change through by itself: `no`, `more` (of what has not left, or later), `unshipped`.

    What was told in words may have left a sentence unread: a person looks at it.
    """
    if rule == "no" or document.source.part == "body" or order.status is not OrderStatus.CONFIRMED:
        return False
    if any(line.delivered or line.invoiced for line in order.lines):
        return False
    return rule == "unshipped" or _only_more(order.lines, lines)


def _only_more(was: tuple[OrderLine, ...], now: tuple[OrderLine, ...]) -> bool:
    before = {line.line: line for line in was}
    if set(before) != {line.line for line in now}:
        return False
    for line in now:
        old = before[line.line]
        priced = old.unit_price * line.price_per == line.unit_price * old.price_per
        later = old.requested_on is None or (line.requested_on is not None and line.requested_on >= old.requested_on)
        if old.item != line.item or line.quantity < old.quantity or not priced or not later:
            return False
    return True


__all__ = ["cancel", "change_by_hand", "may_apply_itself", "ways_to_change", "write_lines"]
