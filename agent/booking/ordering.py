"""Orders: what the decision says is written, and the buyer is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from agent.booking import invoicing, mailing
from agent.booking.desk import Desk
from agent.domain import billing
from agent.domain.decisions import Candidate, MatchException, OrderDecision, OrderOutcome, QueueKind, Reason
from agent.domain.documents import Answer, OrderReply, PurchaseOrder
from agent.domain.money import Money
from agent.domain.notices import NoticeKind, OrderNotice
from agent.domain.receivables import BillOn, Customer, Difference, Discrepancy, Order, OrderStatus
from agent.domain.terms import read_terms
from agent.store import books, master, orders, outbound, sequences, work
from matching.customers import name_keys
from matching.keys import index_keys, lookup_keys
from matching.orders import OrderPolicy, as_ordered, decide_order, fold_item, net_of

# What the buyer is never asked about: it is between us and our credit control.
_INTERNAL = frozenset({Discrepancy.CREDIT_LIMIT})


def take_order(desk: Desk, document: PurchaseOrder) -> None:
    """Verify one order and book, hold or refuse it."""
    policy = OrderPolicy(
        today=desk.today,
        default_terms=desk.settings.billing.payment_terms,
        mail_date=_mail_date(desk),
        in_mail_body=document.source.part == "body",
    )
    decision = decide_order(document, _books(desk, document), policy)
    desk.outcome.documents.append({"kind": document.kind.value, "number": document.number})
    desk.outcome.reasons += [reason.detail for reason in decision.reasons]
    if decision.customer:
        desk.outcome.customer = desk.outcome.customer or decision.customer
    customer = next(iter(master.customers_by_number(desk.tx, [decision.customer or ""])), None)
    if customer is None or not desk.sender.trusted:
        for exception in decision.exceptions:
            desk.queue(exception, subject_type="message", subject=desk.message)
        return
    _ACTIONS[decision.outcome](desk, document, decision, customer)


def _mail_date(desk: Desk) -> date | None:
    return date.fromisoformat(desk.facts.date[:10]) if desk.facts and desk.facts.date else None


def _books(desk: Desk, document: PurchaseOrder) -> books.OrderBooks:
    names = [name for name in (document.buyer.name, document.bill_to.name) if name]
    named = books.customers_named(desk.tx, names=[key for name in names for key in name_keys(name)])
    numbers = [document.number, document.revision_of if isinstance(document.revision_of, str) else None]
    found = books.order_books(
        desk.tx,
        desk.sender,
        named=named,
        item_keys=[fold_item(n) for line in document.lines for n in (line.item, line.buyer_item) if n],
        order_keys=[key for number in numbers if number for key in lookup_keys(number)],
    )
    own = [c for c in found.customers if c.number in desk.sender.customers]
    if len(own) != 1:
        return found
    return replace(found, exposure_minor=books.exposure(desk.tx, own[0]))


def _new_order(desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer, status: OrderStatus) -> Order:
    net, tax = decision.net, decision.tax
    order = Order(
        number=sequences.next_number(desk.tx, "order", desk.settings.numbering.order),
        customer=customer.number,
        currency=decision.currency or customer.currency,
        status=status,
        lines=decision.lines,
        po_number=document.number,
        ordered_on=document.issued_on or _mail_date(desk) or desk.today,
        payment_terms=decision.payment_terms,
        ship_to=decision.ship_to,
        freight=decision.freight,
        total=net,
        tax=tax,
        discrepancies=decision.discrepancies,
        quotation=decision.quotation,
        content_key=decision.content_key,
        bill_on=customer.bill_on,
        revision=document.revision_of if isinstance(document.revision_of, str) else None,
    )
    orders.add_order(desk.tx, order, content_key=decision.content_key, message=desk.message, now=desk.now)
    add_order_keys(desk, order)
    desk.outcome.effect("order", order.number)
    desk.record("booked" if status is not OrderStatus.HELD else "held", "order", order.number, po=document.number)
    return order


def add_order_keys(desk: Desk, order: Order) -> None:
    orders.add_keys(desk.tx, "order", order.number, index_keys(order.number), order.customer)
    if order.po_number:
        orders.add_keys(desk.tx, "po", order.number, index_keys(order.po_number), order.customer)


def _accept(desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer) -> None:
    status = OrderStatus.WAITING_PREPAYMENT if decision.prepayment else OrderStatus.CONFIRMED
    order = _new_order(desk, document, decision, customer, status)
    acknowledge(desk, order, customer, notes=decision.notes)
    _bill_on_order(desk, order, customer)


def _bill_on_order(desk: Desk, order: Order, customer: Customer) -> None:
    if order.bill_on is BillOn.ORDER and order.status is OrderStatus.CONFIRMED:
        quantities = {line.line: line.quantity for line in order.lines}
        invoicing.issue_invoice(desk, order, customer, quantities, supplied_on=None, delivery=None)


def _hold(desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer) -> None:
    """The order waits, and the buyer is asked once about everything that differs."""
    if decision.existing is not None and decision.existing.status is not OrderStatus.HELD:
        for exception in decision.exceptions:
            desk.queue(exception, subject_type="order", subject=decision.existing.number)
        desk.outcome.effect("order", decision.existing.number)
        order = replace(decision.existing, lines=decision.lines, total=decision.net)
    else:
        if decision.existing is not None:
            order = _renew(desk, document, decision, OrderStatus.HELD)
        else:
            order = _new_order(desk, document, decision, customer, OrderStatus.HELD)
        for exception in decision.exceptions:
            offered = replace(exception, candidates=_ways_out(document, order))
            desk.queue(offered, subject_type="order", subject=order.number)
    _ask(desk, order, customer, decision.discrepancies)


def _ways_out(document: PurchaseOrder, order: Order) -> tuple[Candidate, ...]:
    """What a clerk can do with a held order in one key: take it at our figures, or as the buyer wrote it."""
    ours = Candidate(
        n=1,
        order=order.number,
        amount=order.total,
        confidence=0.5,
        evidence=(Reason("ours", f"take the order at what we expected: {order.total} net"),),
    )
    as_sent = net_of(as_ordered(document, order.lines), order.currency)
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


def _ask(desk: Desk, order: Order, customer: Customer, differences: tuple[Difference, ...]) -> None:
    asked = tuple(d for d in differences if d.code not in _INTERNAL)
    if not asked:
        return
    # A new delivery address for resalable goods is the mark of order fraud: a person calls a number on file instead.
    suspicious = any(d.code is Discrepancy.SHIP_TO for d in asked)
    notice = _notice(desk, NoticeKind.ORDER_QUERY, order, customer, differences=asked)
    mailing.send(
        desk,
        notice,
        customer,
        intent=f"order_query:{order.number}:{desk.message}",
        about=(order.number,),
        draft="a delivery address that is not on file: verify it by a call to a number on file" if suspicious else None,
    )


def _renew(desk: Desk, document: PurchaseOrder, decision: OrderDecision, status: OrderStatus) -> Order:
    """Bring an order that waits to what the newer paper says."""
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
        ship_to=decision.ship_to,
        discrepancies=decision.discrepancies,
        content_key=decision.content_key,
        revision=document.revision_of if isinstance(document.revision_of, str) else existing.revision,
    )
    orders.replace_order(desk.tx, order, content_key=decision.content_key)
    desk.outcome.effect("order", order.number)
    desk.record("renewed", "order", order.number, po=document.number)
    return order


def _repeat(desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer) -> None:
    order = decision.existing
    assert order is not None
    desk.outcome.effect("order", order.number)
    desk.record("repeated", "order", order.number)
    if order.status is not OrderStatus.HELD:
        acknowledge(desk, order, customer, repeat=True)


def _conflict(desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer) -> None:
    order = decision.existing
    assert order is not None
    if order.status is OrderStatus.HELD:
        # We asked, and a corrected paper came: it is verified like a new one.
        policy = OrderPolicy(
            today=desk.today,
            default_terms=desk.settings.billing.payment_terms,
            mail_date=_mail_date(desk),
            in_mail_body=document.source.part == "body",
        )
        found = replace(_books(desk, document), orders=())
        anew = replace(decide_order(document, found, policy), existing=order)
        if anew.outcome is OrderOutcome.ACCEPT:
            _settle(desk, _renew(desk, document, anew, _live_status(anew.payment_terms)), customer, notes=anew.notes)
        else:
            _hold(desk, document, anew, customer)
        return
    for exception in decision.exceptions:
        desk.queue(exception, subject_type="order", subject=order.number)
    desk.outcome.effect("order", order.number)
    shown = tuple(
        Difference(code=Discrepancy.DUPLICATE, line=c.line, said=f"{c.field} {c.now}", expected=f"{c.field} {c.was}")
        for c in decision.changes
    )
    notice = _notice(desk, NoticeKind.ORDER_QUERY, order, customer, differences=shown)
    mailing.send(desk, notice, customer, intent=f"order_query:{order.number}:{desk.message}", about=(order.number,))


def _live_status(terms: str | None) -> OrderStatus:
    rule = read_terms(terms)
    return OrderStatus.WAITING_PREPAYMENT if rule and rule.prepayment else OrderStatus.CONFIRMED


def _settle(desk: Desk, order: Order, customer: Customer, *, notes: tuple[str, ...] = ()) -> None:
    """A held order has become one that we take: its queue items close, the buyer gets the acknowledgement."""
    for number in work.close_of_subject(desk.tx, "order", order.number, owner=desk.cause.name, now=desk.now):
        desk.record("closed", "queue", f"Q{number}")
    acknowledge(desk, order, customer, notes=notes)
    _bill_on_order(desk, order, customer)


def _change(desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer) -> None:
    """A clean revision: applied where nothing has left yet and the order waits, else proposed to a person."""
    order = decision.existing
    assert order is not None
    if order.status is OrderStatus.HELD:
        _settle(desk, _renew(desk, document, decision, _live_status(decision.payment_terms)), customer, notes=decision.notes)
        return
    diff = tuple(Reason("line_diff", f"line {c.line} {c.field}: {c.was} -> {c.now}") for c in decision.changes)
    exception = MatchException(
        code="po_change",
        kind=QueueKind.ORDER_DISCREPANCY,
        summary=f"{customer.name} changes order {document.number}: " + "; ".join(r.detail for r in diff),
        customer=customer.number,
        amount=decision.net,
        candidates=(Candidate(n=1, order=order.number, amount=decision.net, confidence=0.9, evidence=diff),),
        reasons=diff,
    )
    desk.queue(exception, subject_type="order", subject=order.number)
    desk.outcome.effect("order", order.number)


def _propose(desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer) -> None:
    existing = decision.existing
    for exception in decision.exceptions:
        desk.queue(exception, subject_type="order" if existing else "message", subject=existing.number if existing else desk.message)
    if existing is not None:
        desk.outcome.effect("order", existing.number)


_ACTIONS = {
    OrderOutcome.ACCEPT: _accept,
    OrderOutcome.HOLD: _hold,
    OrderOutcome.REPEAT: _repeat,
    OrderOutcome.CONFLICT: _conflict,
    OrderOutcome.CHANGE: _change,
    OrderOutcome.CANCEL: _propose,
    OrderOutcome.AGREEMENT: _propose,
    OrderOutcome.NOT_AN_ORDER: _propose,
}


def acknowledge(
    desk: Desk, order: Order, customer: Customer, *, notes: tuple[str, ...] = (), repeat: bool = False
) -> None:
    """Tell the buyer what we booked; an order that is paid first gets its pro-forma with it."""
    notice = _notice(desk, NoticeKind.ORDER_ACKNOWLEDGEMENT, order, customer, notes=notes, repeat=repeat)
    if order.status is OrderStatus.WAITING_PREPAYMENT:
        notice = replace(notice, proforma=invoicing.proforma_of(desk, order, customer))
    intent = f"order_acknowledgement:{order.number}" + (f":{desk.message}" if repeat else f":{order.content_key or ''}")
    mailing.send(desk, notice, customer, intent=intent, about=(order.number,))


def tell_cancelled(desk: Desk, order: Order, customer: Customer) -> None:
    notice = replace(_notice(desk, NoticeKind.ORDER_ACKNOWLEDGEMENT, order, customer), cancelled=True)
    mailing.send(desk, notice, customer, intent=f"order_cancelled:{order.number}", about=(order.number,))


def tell_rejected(desk: Desk, order: Order, customer: Customer, reason: str) -> None:
    notice = _notice(desk, NoticeKind.ORDER_REJECTION, order, customer, notes=(reason,) if reason else ())
    mailing.send(desk, notice, customer, intent=f"order_rejection:{order.number}", about=(order.number,))


def _notice(
    desk: Desk,
    kind: NoticeKind,
    order: Order,
    customer: Customer,
    *,
    differences: tuple[Difference, ...] = (),
    notes: tuple[str, ...] = (),
    repeat: bool = False,
) -> OrderNotice:
    net = order.total or Money.zero(order.currency)
    tax = order.tax or Money.zero(order.currency)
    return OrderNotice(
        kind=kind,
        customer=billing.addressee(customer),
        reference=order.number,
        order=order.number,
        po_number=order.po_number or "",
        ordered_on=order.ordered_on,
        currency=order.currency,
        lines=tuple(billing.notice_line(line, line.quantity, customer, order.currency) for line in order.lines),
        net=net,
        tax=tax,
        total=net + tax,
        freight=order.freight,
        payment_terms=order.payment_terms or "",
        ship_to=order.ship_to or "",
        differences=differences,
        notes=notes,
        repeat=repeat,
    )


def take_reply(desk: Desk, document: OrderReply) -> bool:
    """A buyer's answer to our question: ACCEPT settles the held order at what we expected. True where it was used."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": next(iter(document.order_numbers), None)})
    order = _answered(desk, document)
    if order is None or not desk.sender.trusted or order.customer not in desk.sender.customers:
        return False
    (customer,) = master.customers_by_number(desk.tx, [order.customer])
    desk.outcome.customer = customer.number
    desk.outcome.effect("order", order.number)
    if document.answer is not Answer.ACCEPT or order.status is not OrderStatus.HELD:
        return False
    if any(d.code in _INTERNAL or d.code in _UNANSWERED for d in order.discrepancies):
        return False
    confirm_held(desk, order, customer)
    return True


# What a mere "accept" cannot settle: we do not know what would be booked.
_UNANSWERED = frozenset({Discrepancy.UNKNOWN_ITEM, Discrepancy.SHIP_TO, Discrepancy.MISSING, Discrepancy.UNIT, Discrepancy.UNSIGNED})


def confirm_held(desk: Desk, order: Order, customer: Customer) -> None:
    """Take a held order as its lines stand now."""
    status = _live_status(order.payment_terms)
    renewed = replace(order, status=status, discrepancies=())
    orders.replace_order(desk.tx, renewed, content_key=order.content_key)
    desk.record("confirmed", "order", order.number)
    _settle(desk, renewed, customer)


def _answered(desk: Desk, document: OrderReply) -> Order | None:
    """The order that an answer is about: by its numbers, else by the mail of ours that it answers."""
    keys = [key for number in document.order_numbers for key in lookup_keys(number)]
    found = orders.orders_by_number(desk.tx, orders.numbers_by_keys(desk.tx, ("order", "po"), keys, limit=20))
    mine = [order for order in found if order.customer in desk.sender.customers]
    if not mine and desk.facts:
        ids = (*((desk.facts.in_reply_to,) if desk.facts.in_reply_to else ()), *desk.facts.references)
        about = [subject for row in outbound.of_message_ids(desk.tx, ids) for subject in row.about]
        mine = [o for o in orders.orders_by_number(desk.tx, about) if o.customer in desk.sender.customers]
    return mine[0] if len(mine) == 1 else None
