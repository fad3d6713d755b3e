"""Orders: what the decision says is written, and the buyer is told."""

from __future__ import annotations

from dataclasses import replace

from agent.booking.deliveries import delivering
from agent.booking.desk import Desk
from agent.booking.invoices import invoicing
from agent.booking.orders import changing, filing, framing
from agent.booking.orders.order_ground import mail_date, order_ground, with_catalogue
from agent.booking.orders.order_mail import acknowledge, ask, ask_which, tell_cancelled, tell_rejected
from agent.domain.decisions import Candidate, MatchException, OrderDecision, OrderOutcome, QueueKind, Reason
from agent.domain.documents import PurchaseOrder
from agent.domain.errors import Refused
from agent.domain.phrases import Phrase
from agent.domain.receivables import Customer, Discrepancy, Order, OrderStatus
from agent.domain.terms import read_terms
from agent.store import agreements, master, orders, sequences, work
from matching.keys import stored_keys
from matching.orders import OrderPolicy, as_ordered, decide_order, net_of, order_number

_TAKEN = (
    OrderStatus.CONFIRMED,
    OrderStatus.WAITING_PREPAYMENT,
    OrderStatus.PART_DELIVERED,
    OrderStatus.DELIVERED,
    OrderStatus.INVOICED,
)
# What a mere "accept" cannot settle: we do not know what would be booked.
UNANSWERED = frozenset(
    {
        Discrepancy.UNKNOWN_ITEM,
        Discrepancy.SHIP_TO,
        Discrepancy.MISSING,
        Discrepancy.UNIT,
        Discrepancy.UNSIGNED,
        Discrepancy.QUANTITY,
        Discrepancy.CURRENCY,
        Discrepancy.DUPLICATE,
        Discrepancy.BLANKET,
    }
)


def take_order(desk: Desk, document: PurchaseOrder) -> None:
    """Verify one order and book, hold or refuse it."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": document.number})
    handle(desk, document)


def handle(desk: Desk, document: PurchaseOrder) -> None:
    """Decide on an order and do what the decision says; it is not named in the outcome once more."""
    decision = _decide(desk, document)
    desk.outcome.reasons += [reason.detail for reason in decision.reasons]
    if decision.customer:
        desk.outcome.customer = desk.outcome.customer or decision.customer
    customer = next(iter(master.customers_by_number(desk.tx, [decision.customer or ""])), None)
    if customer is None or not desk.sender.trusted:
        for exception in decision.exceptions:
            desk.queue(exception, subject_type="message", subject=desk.message)
        return
    _ACTIONS[decision.outcome](desk, document, decision, customer)


def check(desk: Desk, document: PurchaseOrder) -> OrderDecision:
    """What would be decided of an order on the books as they are; nothing is written."""
    return _decide(desk, document)


def _decide(desk: Desk, document: PurchaseOrder, *, existing: Order | None = None) -> OrderDecision:
    """Decide on the books as they are now; where a number is unknown, once more with what it may mean."""
    policy = OrderPolicy(
        today=desk.today,
        default_terms=desk.settings.billing.payment_terms,
        mail_date=mail_date(desk),
        in_mail_body=document.source.part == "body",
    )
    found = order_ground(desk, document)
    if existing is not None:
        found = replace(found, orders=(existing,))
    decision = decide_order(document, found, policy)
    if any(d.code is Discrepancy.UNKNOWN_ITEM for d in decision.discrepancies) and decision.currency:
        decision = decide_order(document, with_catalogue(desk, document, found, decision.currency), policy)
    return decision


def _new_order(
    desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer, status: OrderStatus
) -> Order:
    order = Order(
        number=sequences.next_number(desk.tx, "order", desk.settings.numbering.order),
        customer=customer.number,
        currency=decision.currency or customer.currency,
        status=status,
        lines=decision.lines,
        po_number=order_number(document),
        ordered_on=document.issued_on or mail_date(desk) or desk.today,
        payment_terms=decision.payment_terms,
        ship_to=decision.ship_to,
        freight=decision.freight,
        total=decision.net,
        tax=decision.tax,
        discrepancies=decision.discrepancies,
        quotation=decision.quotation,
        content_key=decision.content_key,
        bill_on=customer.bill_on,
        revision=_revision(document),
    )
    orders.add_order(desk.tx, order, content_key=decision.content_key, message=desk.message, now=desk.now)
    if decision.agreement is not None:
        agreements.set_agreement(desk.tx, order.number, decision.agreement.id)
    add_order_keys(desk, order)
    desk.outcome.effect("order", order.number)
    held = status is OrderStatus.HELD
    desk.record("held" if held else "booked", "order", order.number, po=order.po_number)
    return order


def _revision(document: PurchaseOrder) -> str | None:
    return document.revision_of[:40] if isinstance(document.revision_of, str) else None


def add_order_keys(desk: Desk, order: Order) -> None:
    """Make an order findable by our number and by the buyer's."""
    orders.add_keys(desk.tx, "order", order.number, stored_keys(order.number), order.customer)
    if order.po_number:
        orders.add_keys(desk.tx, "po", order.number, stored_keys(order.po_number), order.customer)


def _accept(desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer) -> None:
    status = OrderStatus.WAITING_PREPAYMENT if decision.prepayment else OrderStatus.CONFIRMED
    order = _new_order(desk, document, decision, customer, status)
    acknowledge(desk, order, customer, notes=(*decision.notes, *filing.notes_on(desk, document, customer)))
    invoicing.bill_on_order(desk, order, customer)


def _hold(desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer) -> None:
    """The order waits, and the buyer is asked once about everything that differs."""
    existing = decision.existing
    if existing is not None and existing.status is not OrderStatus.HELD:
        # A revision of a live order: what differs stays as it was until somebody has decided.
        applied = _apply_clean(desk, document, decision, existing, customer)
        ways = changing.ways_to_change(existing, replace(decision, clean=()) if applied else decision)
        found = tuple(replace(one, candidates=ways) for one in decision.exceptions)
        _point_at(desk, replace(decision, exceptions=found), applied or existing)
        shown = replace(existing, lines=decision.lines, total=decision.net, tax=decision.tax, freight=decision.freight)
        ask(desk, shown, customer, decision.discrepancies)
        return
    if existing is not None:
        order = _renew(desk, document, decision, OrderStatus.HELD)
        _supersede(desk, order)
    else:
        order = _new_order(desk, document, decision, customer, OrderStatus.HELD)
    for exception in decision.exceptions:
        offered = replace(exception, candidates=ways_out(document, order, exception.candidates))
        desk.queue(offered, subject_type="order", subject=order.number)
    ask(desk, order, customer, decision.discrepancies)


def _apply_clean(
    desk: Desk, document: PurchaseOrder, decision: OrderDecision, order: Order, customer: Customer
) -> Order | None:
    """Apply the clean lines of a revision at once, where policy says so; None where it does not."""
    rule = desk.settings.orders.apply_changes
    if not decision.clean or not changing.may_apply_itself(order, decision.clean, document, rule):
        return None
    return changing.write_lines(desk, order, customer, decision.clean, part=True)


def _point_at(desk: Desk, decision: OrderDecision, order: Order) -> None:
    """Queue what a newer paper says about a live order, and show it beside the order, which stays as it is."""
    for exception in decision.exceptions:
        desk.queue(exception, subject_type="order", subject=order.number)
    desk.outcome.effect("order", order.number)
    orders.set_status(desk.tx, order.number, order.status, discrepancies=decision.discrepancies)


def _supersede(desk: Desk, order: Order) -> None:
    """What was open about an earlier paper of this order is answered by the newer one."""
    for row in work.open_of_subject(desk.tx, "order", order.number):
        done = {"superseded_by": f"M{desk.message}"}
        work.resolve(desk.tx, row, status="rejected", resolution=done, owner=desk.cause.name, now=desk.now)
        desk.record("superseded", "queue", f"Q{row.id}")


def ways_out(
    document: PurchaseOrder | None, order: Order, meanings: tuple[Candidate, ...] = ()
) -> tuple[Candidate, ...]:
    """What a clerk can do with a held order in one key: take it at our figures or the buyer's, or name an unknown item."""
    ways = _as_a_whole(document, order)
    said = tuple(replace(one, n=n, order=order.number) for n, one in enumerate(meanings, 3))
    return (*ways, *said)


def _as_a_whole(document: PurchaseOrder | None, order: Order) -> tuple[Candidate, ...]:
    ours = Candidate(
        n=1,
        order=order.number,
        amount=order.total,
        confidence=0.5,
        evidence=(Reason("ours", f"take the order at what we expected: {order.total} net"),),
    )
    if document is None:
        return (ours,)
    as_sent = net_of(as_ordered(document, order.lines), order.currency)
    if order.freight:
        as_sent = as_sent + order.freight
    if as_sent == order.total:
        return (ours,)
    theirs = Candidate(
        n=2,
        order=order.number,
        amount=as_sent,
        confidence=0.4,
        evidence=(Reason("theirs", f"take the order as the buyer wrote it: {as_sent} net"),),
    )
    return ours, theirs


def _renew(desk: Desk, document: PurchaseOrder, decision: OrderDecision, status: OrderStatus) -> Order:
    """Bring an order to what the newer paper says; what was delivered and invoiced stands in its lines."""
    existing = decision.existing
    assert existing is not None
    order = replace(
        existing,
        status=status,
        lines=decision.lines,
        total=decision.net,
        tax=decision.tax,
        freight=decision.freight,
        payment_terms=decision.payment_terms,
        ship_to=decision.ship_to or existing.ship_to,
        discrepancies=decision.discrepancies,
        content_key=decision.content_key,
        revision=_revision(document) or existing.revision,
    )
    orders.replace_order(desk.tx, order, content_key=decision.content_key)
    if decision.agreement is not None:
        agreements.set_agreement(desk.tx, order.number, decision.agreement.id)
    desk.outcome.effect("order", order.number)
    changes = [f"line {c.line} {c.field}: {c.was or 'none'} -> {c.now or 'none'}" for c in decision.changes]
    desk.record("renewed", "order", order.number, po=order.po_number, changes=changes)
    return order


def _repeat(desk: Desk, _: PurchaseOrder, decision: OrderDecision, customer: Customer) -> None:
    order = decision.existing
    assert order is not None
    desk.outcome.effect("order", order.number)
    desk.record("repeated", "order", order.number)
    if order.status in _TAKEN:
        acknowledge(desk, order, customer, repeat=True)


def _conflict(desk: Desk, _: PurchaseOrder, decision: OrderDecision, customer: Customer) -> None:
    order = decision.existing
    assert order is not None
    _point_at(desk, decision, order)
    ask_which(desk, order, customer, decision.changes)


def take_as(desk: Desk, document: PurchaseOrder, order: Order) -> None:
    """Verify a held order anew, now that a person has said what one of its items is; it goes on, or waits for the rest."""
    sender = replace(desk.sender, customers=(order.customer,), trusted=True)
    at = replace(desk, sender=sender, message=int(order.message) if order.message else None)
    handle(at, document)


def _live_status(terms: str | None) -> OrderStatus:
    rule = read_terms(terms)
    return OrderStatus.WAITING_PREPAYMENT if rule and rule.prepayment else OrderStatus.CONFIRMED


def _settle(desk: Desk, order: Order, customer: Customer, *, notes: tuple[Phrase, ...] = ()) -> None:
    """A held order has become one that we take: its queue items close, the buyer is told, what waited for it counts."""
    for number in work.close_of_subject(desk.tx, "order", order.number, owner=desk.cause.name, now=desk.now):
        desk.record("closed", "queue", f"Q{number}")
    acknowledge(desk, order, customer, notes=notes)
    _go_live(desk, order, customer)


def _go_live(desk: Desk, order: Order, customer: Customer) -> None:
    invoicing.bill_on_order(desk, order, customer)
    if order.status is OrderStatus.CONFIRMED:
        delivering.count_waiting(desk, order.number, customer)


def _change(desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer) -> None:
    """A clean paper for an order that waits settles it; for a live one it is proposed to a person."""
    order = decision.existing
    assert order is not None
    if order.status is OrderStatus.HELD:
        renewed = _renew(desk, document, decision, _live_status(decision.payment_terms))
        _settle(desk, renewed, customer, notes=decision.notes)
        return
    rule = desk.settings.orders.apply_changes
    if changing.may_apply_itself(order, decision.lines, document, rule):
        apply_change(desk, document, order, customer)
        return
    diff = tuple(
        Reason("line_diff", f"line {c.line} {c.field}: {c.was or 'none'} -> {c.now or 'none'}")
        for c in decision.changes
    )
    exception = MatchException(
        code="po_change",
        kind=QueueKind.ORDER_DISCREPANCY,
        summary=f"{customer.name} changes order {order.po_number}: "
        + ("; ".join(r.detail for r in diff) or "no line differs"),
        customer=customer.number,
        amount=decision.net,
        candidates=(Candidate(n=1, order=order.number, amount=decision.net, confidence=0.9, evidence=diff),),
        reasons=diff,
    )
    desk.queue(exception, subject_type="order", subject=order.number)
    desk.outcome.effect("order", order.number)


def apply_change(desk: Desk, document: PurchaseOrder, order: Order, customer: Customer, *, part: bool = False) -> Order:
    """Bring a live order to a revision that a person accepts, or to its clean lines, and tell the buyer.

    Refused below what has left.
    """
    sender = replace(desk.sender, customers=(customer.number,), trusted=True)
    marked = document if document.revision_of else replace(document, revision_of=True)
    decision = _decide(replace(desk, sender=sender), marked, existing=order)
    if decision.existing is None or not decision.lines:
        raise Refused(f"the paper does not say what {order.number} would become: change it with the buyer")
    if part:
        if not decision.clean:
            raise Refused(f"no line of the paper could be applied to {order.number} alone any more: see `orders show`")
        return changing.write_lines(desk, order, customer, decision.clean, part=True)
    low = [c for c in decision.changes if c.field == "quantity" and not c.allowed]
    if low:
        shown = "; ".join(f"line {c.line} {c.was} -> {c.now} ({c.why})" for c in low)
        raise Refused(f"{order.number} cannot go below what has left: {shown}")
    renewed = _renew(desk, marked, replace(decision, discrepancies=()), order.status)
    renewed = replace(renewed, status=orders.settle_status(desk.tx, order.number))
    acknowledge(desk, renewed, customer, notes=decision.notes, changed=True)
    return renewed


def _propose(desk: Desk, _: PurchaseOrder, decision: OrderDecision, __: Customer) -> None:
    existing = decision.existing
    for exception in decision.exceptions:
        if existing is not None:
            desk.queue(exception, subject_type="order", subject=existing.number)
        else:
            desk.queue(exception, subject_type="message", subject=desk.message)
    if existing is not None:
        desk.outcome.effect("order", existing.number)


_ACTIONS = {
    OrderOutcome.ACCEPT: _accept,
    OrderOutcome.HOLD: _hold,
    OrderOutcome.REPEAT: _repeat,
    OrderOutcome.CONFLICT: _conflict,
    OrderOutcome.CHANGE: _change,
    OrderOutcome.CANCEL: _propose,
    OrderOutcome.AGREEMENT: framing.propose,
    OrderOutcome.NOT_AN_ORDER: _propose,
}


def confirm_held(desk: Desk, order: Order, customer: Customer) -> None:
    """Take a held order as its lines stand now; refused where nobody could bill it."""
    if not any(line.quantity for line in order.lines):
        raise Refused(f"{order.number} has no quantities that could be taken: ask the buyer for a new order")
    if untaxed := invoicing.untaxed_lines(desk, order, customer):
        replay = f", then `ar-agent messages replay M{order.message}`" if order.message else ""
        raise Refused(
            f"{order.number}: line {', '.join(untaxed)} is no item of ours; import the item, or the buyer's number "
            f"for it (`ar-agent import prices`){replay}"
        )
    status = _live_status(order.payment_terms)
    renewed = replace(order, status=status, discrepancies=())
    orders.replace_order(desk.tx, renewed, content_key=order.content_key)
    desk.record("confirmed", "order", order.number)
    _settle(desk, renewed, customer)


def release_prepaid(desk: Desk, order: Order, customer: Customer) -> None:
    """The money for an order that is paid first has come: it may leave, and what was delivered meanwhile counts."""
    if order.status is not OrderStatus.WAITING_PREPAYMENT:
        raise Refused(f"{order.number} is {order.status.value}: only an order that waits for its payment is released")
    orders.set_status(desk.tx, order.number, OrderStatus.CONFIRMED)
    desk.record("released", "order", order.number)
    desk.outcome.effect("order", order.number)
    _go_live(desk, replace(order, status=OrderStatus.CONFIRMED), customer)


__all__ = [
    "acknowledge",
    "add_order_keys",
    "apply_change",
    "confirm_held",
    "release_prepaid",
    "take_order",
    "tell_cancelled",
    "tell_rejected",
]
