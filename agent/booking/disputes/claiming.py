"""Disputes that customers raise or take back by mail: the amount in question, on the invoice that is named."""

from __future__ import annotations

from decimal import Decimal

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.disputes import dispute_opening
from agent.booking.letters import asking
from agent.booking.senders.naming import about_thread, named, order_named, queue_unknown, sure_customer
from agent.domain.asks import TASKS
from agent.domain.decisions import Candidate, DisputeOpening, MatchException, QueueKind, Reason
from agent.domain.documents import CustomerRequest, DisputedItem, DisputeNotice, DisputeReason, Topic
from agent.domain.money import Money, decimals_of
from agent.domain.receivables import Customer, InvoicedLine, InvoiceType, OpenItem, Order, OrderLine
from agent.store import cases, invoices, master, orders, work
from matching.folding import fold_item
from matching.keys import lookup_keys
from matching.units import is_pack, is_piece, pieces

_SURE = 0.7
_BY_ANOTHER_DOCUMENT = (Topic.DATA_ON_INVOICE, Topic.REJECTED_BY_AP)


def take_dispute(desk: Desk, document: DisputeNotice) -> None:
    """Open a dispute for the amount in question on the invoice that is named; ask a person where none is."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": next(iter(document.invoice_numbers), None)})
    customer = sure_customer(desk)
    if customer is None:
        queue_unknown(desk, f"disputes {', '.join(document.invoice_numbers) or 'something'}")
        return
    if document.withdrawn:
        _take_back(desk, document, customer)
        return
    if document.topic is Topic.HOLD and document.amount is None and not document.items:
        asking.take_request(desk, _as_request(document), known=True)
        return
    items = named(desk, customer, document.invoice_numbers, document.order_numbers)
    if not items and not document.invoice_numbers and not document.order_numbers:
        items = invoices.items_by_number(desk.tx, about_thread(desk))
    items = tuple(item for item in items if item.type is InvoiceType.INVOICE and item.customer == customer.number)
    order = order_named(desk, customer, document.order_numbers)
    noted = None if items or order else _order_of_note(desk, document, customer)
    if noted is not None:
        order = noted
        billed = invoices.invoices_of_orders(desk.tx, [noted.number])
        items = tuple(i for i in billed if i.type is InvoiceType.INVOICE and i.customer == customer.number)
    if not items and document.topic is Topic.DEBIT_MEMO and document.amount is not None:
        _expect_deduction(desk, document, customer, order)
        return
    # What was understood only loosely, or names nothing that a dispute could stand on, is shown to a person first.
    vague = (document.confidence < _SURE and noted is None) or (
        not items and document.amount is None and not document.items
    )
    if vague or (len(items) != 1 and not (not items and order)):
        _queue_dispute(desk, document, customer, items)
        return
    item = items[0] if items else None
    opening = DisputeOpening(
        customer=customer.number,
        reason=document.reason,
        amount=_amount_of(desk, document, item, order),
        invoice=item.number if item else None,
        order=order.number if order else (item.order if item else None),
        claim_number=document.case_number,
        text=document.text,
        item=_one_item(document),
        topic=document.topic,
    )
    if item is not None and _open_already(desk, item.number, opening):
        desk.outcome.reasons.append(f"a dispute of the same reason is open on {item.number} already")
        return
    number = dispute_opening.open_dispute(desk, opening, customer)
    if document.topic in _BY_ANOTHER_DOCUMENT and document.reason in (DisputeReason.OTHER, DisputeReason.TAX):
        _propose_correction(desk, document, customer, number, item)


def _order_of_note(desk: Desk, document: DisputeNotice, customer: Customer) -> Order | None:
    """The one order of the customer whose delivery note or parcel a complaint names ("BL LS-90175")."""
    words = [word.strip(".,;:()[]\"'") for word in (document.text or "").split()[:200]]
    keys = [key for word in words if any(ch.isdigit() for ch in word) and len(word) >= 5 for key in lookup_keys(word)]
    numbers_found = orders.numbers_by_keys(desk.tx, ("delivery_note", "tracking"), keys, limit=20)
    mine = [o for o in orders.orders_by_number(desk.tx, numbers_found) if o.customer == customer.number]
    return mine[0] if len(mine) == 1 else None


def _as_request(document: DisputeNotice) -> CustomerRequest:
    return CustomerRequest(
        confidence=document.confidence,
        source=document.source,
        evidence=document.evidence,
        invoice_numbers=document.invoice_numbers,
        order_numbers=document.order_numbers,
        text=document.text,
        topic=document.topic,
        case_number=document.case_number,
    )


def _one_item(document: DisputeNotice) -> str | None:
    found = {one.item for one in document.items if one.item}
    return found.pop() if len(found) == 1 else None


def _open_already(desk: Desk, invoice: str, opening: DisputeOpening) -> bool:
    return any(
        row.reason == opening.reason.value and (opening.amount is None or row.amount_minor == abs(opening.amount.minor))
        for row in work.open_disputes_of(desk.tx, invoice=invoice)
    )


def _expect_deduction(desk: Desk, document: DisputeNotice, customer: Customer, order: Order | None) -> None:
    """A debit memo announces a deduction: the case is open before the payment, under the customer's own number."""
    opening = DisputeOpening(
        customer=customer.number,
        reason=document.reason,
        amount=_said(document, document.currency or customer.currency),
        order=order.number if order else None,
        claim_number=document.case_number,
        text=document.text,
        topic=document.topic,
    )
    if opening.amount is None:
        _queue_dispute(desk, document, customer, ())
        return
    dispute_opening.open_dispute(desk, opening, customer)


def _propose_correction(
    desk: Desk, document: DisputeNotice, customer: Customer, dispute: int, item: OpenItem | None
) -> None:
    """An invoice that cannot be booked is never edited: cancelling it and issuing it again is proposed to a person."""
    assert document.topic is not None
    task = TASKS[document.topic]
    ours = item is not None and invoices.document_of(desk.tx, item.number) is not None
    candidates = (
        (
            Candidate(
                n=1,
                invoice=item.number,
                amount=item.open,
                confidence=0.5,
                evidence=(
                    Reason("reinvoice", f"cancel {item.number} and issue it again with the record as it is now"),
                ),
            ),
        )
        if item is not None and ours and item.open == item.total
        else ()
    )
    exception = MatchException(
        code=task.code,
        kind=task.kind,
        summary=f"{customer.name} {task.do}; D{dispute}: {' '.join((document.text or '').split())[:160]}",
        customer=customer.number,
        candidates=candidates,
        reasons=(Reason("todo", "complete the customer's record first (name, tax number, order number)"),),
    )
    desk.queue(exception, subject_type="dispute", subject=dispute)


def _take_back(desk: Desk, document: DisputeNotice, customer: Customer) -> None:
    """A complaint that the customer takes back is closed on a person's word; nothing is closed by itself."""
    live = cases.live_of(desk.tx, customer.number)
    items = {item.number for item in named(desk, customer, document.invoice_numbers, document.order_numbers)}
    thread = set(about_thread(desk))
    meant = [row for row in live if row.invoice in items] if items else []
    meant = meant or [row for row in live if f"D{row.id}" in thread or row.invoice in thread]
    if not meant and not items and len(live) == 1:
        meant = live
    said = " ".join((document.text or "").split())[:160]
    if not meant:
        exception = MatchException(
            code="dispute_withdrawn",
            kind=QueueKind.OTHER,
            summary=f"{customer.name} takes a complaint back, and none that fits is open: {said}",
            customer=customer.number,
        )
        desk.queue(exception, subject_type="message", subject=desk.message)
        return
    for row in meant:
        shown = str(numbers.show(numbers.DISPUTE, row.id))
        desk.record("heard", "dispute", shown, text=document.text, withdrawn=True)
        exception = MatchException(
            code="dispute_withdrawn",
            kind=QueueKind.OTHER,
            summary=f"{customer.name} takes {shown} on {row.invoice or row.order} back: {said}",
            customer=customer.number,
            amount=None if row.amount_minor is None else Money(row.amount_minor, row.currency),
            candidates=(
                Candidate(n=1, invoice=row.invoice, confidence=0.9, evidence=(Reason("withdrawn", said or "so said"),)),
            ),
        )
        desk.queue(exception, subject_type="dispute", subject=row.id)


def _said(document: DisputeNotice, currency: str | None) -> Money | None:
    """The sum as the customer said it; None where it is none of that currency."""
    if document.amount is None or currency is None or (document.currency and document.currency != currency):
        return None
    scaled = document.amount.scaleb(decimals_of(currency))
    return abs(Money.of(document.amount, currency)) if scaled == scaled.to_integral_value() else None


def _amount_of(desk: Desk, document: DisputeNotice, item: OpenItem | None, order: Order | None) -> Money | None:
    """The amount in question: as said, or quantities at the invoiced price; nothing is made up."""
    currency = item.currency if item else (order.currency if order else document.currency)
    if currency is None or (document.currency and document.currency != currency):
        return None
    if document.amount is not None:
        said = _said(document, currency)
        return min(said, item.total) if said is not None and item else said
    if document.reason is DisputeReason.PRICE and document.prices:
        return _price_difference(document, item, order, currency)
    value = Money.zero(currency)
    for said_item in document.items:
        part = _value_of(desk, said_item, item, order, currency)
        if part is None:
            return None
        value = value + part
    if item is not None and value > item.total:
        return None
    return value or None


_LEAST = Decimal("0.5")  # what is below half of our price is another sum, such as the freight


def _price_difference(
    document: DisputeNotice, item: OpenItem | None, order: Order | None, currency: str
) -> Money | None:
    """What a complaint about a price is worth: one of its sums is our price of one line, one other is what they expect."""
    lines: tuple[InvoicedLine | OrderLine, ...] = (item.lines if item else ()) or (order.lines if order else ())
    found = {
        (line.line, wanted): line
        for line in lines
        for wanted in document.prices
        if line.unit_price in document.prices and line.unit_price * _LEAST <= wanted < line.unit_price
    }
    if len(found) != 1:
        return None
    (((_, wanted), line),) = found.items()
    net = Money.rounded((line.unit_price - wanted) * line.quantity / line.price_per, currency)
    return _with_tax(net, line, item)


def _with_tax(net: Money, line: InvoicedLine | OrderLine, item: OpenItem | None) -> Money:
    """Net on an order, with its tax on an invoice: what the customer would not pay."""
    rate = line.tax_rate if item is not None and item.lines and line.tax_rate else Decimal(0)
    return net + Money.rounded(net.amount * rate / 100, net.currency)


def _value_of(
    desk: Desk, said: DisputedItem, item: OpenItem | None, order: Order | None, currency: str
) -> Money | None:
    """A quantity at the price of its line: net on an order, with its tax on an invoice, boxes counted into pieces."""
    if said.quantity is None:
        return None
    lines: tuple[InvoicedLine | OrderLine, ...] = (item.lines if item else ()) or (order.lines if order else ())
    if said.item:
        lines = tuple(line for line in lines if fold_item(line.item) == fold_item(said.item))
    if len(lines) != 1 or (not said.item and not said.unit):
        return None
    (line,) = lines
    quantity = _in_units_of(desk, said, line.item, line.unit)
    if quantity is None or quantity > line.quantity:
        return None
    return _with_tax(Money.rounded(quantity * line.unit_price / line.price_per, currency), line, item)


def _in_units_of(desk: Desk, said: DisputedItem, item: str | None, unit: str | None) -> Decimal | None:
    """The quantity in the unit of the line; None where the two cannot be compared, or a box holds nobody knows what."""
    assert said.quantity is not None
    if said.unit is None:
        return said.quantity
    found = master.items_by_keys(desk.tx, [fold_item(item)]) if item else ()
    sizes = {one.pack_size for one in found if one.pack_size}
    if is_pack(said.unit) and not unit and not sizes:
        return None
    return pieces(said.quantity, said.unit, unit or _base_unit(said), sizes.pop() if len(sizes) == 1 else None)


def _base_unit(said: DisputedItem) -> str | None:
    """An imported line without a unit counts pieces, where pieces or packs of them are said."""
    return "pc" if is_pack(said.unit) or is_piece(said.unit) else None


def _queue_dispute(desk: Desk, document: DisputeNotice, customer: Customer, items: tuple[OpenItem, ...]) -> None:
    said = ", ".join((*document.invoice_numbers, *document.order_numbers)) or "no invoice"
    exception = MatchException(
        code="dispute_new",
        kind=QueueKind.AMBIGUOUS if items else QueueKind.NO_OPEN_ITEM,
        summary=f"{customer.name} disputes ({document.reason.value}) and names {said}: {' '.join((document.text or '').split())[:160]}",
        customer=customer.number,
        candidates=tuple(
            Candidate(
                n=n, invoice=item.number, amount=item.open, confidence=0.5, evidence=(Reason("named", item.number),)
            )
            for n, item in enumerate(items[:8], 1)
        ),
    )
    desk.queue(exception, subject_type="message", subject=desk.message)


def dispute_by_hand(
    desk: Desk,
    customer: Customer,
    *,
    invoice: str | None,
    order: str | None,
    reason: str,
    amount: Decimal | None,
    text: str | None,
) -> int:
    """A dispute that staff open: told by phone, or found by themselves."""
    currency = customer.currency
    item = next(iter(invoices.items_by_number(desk.tx, (invoice,))), None) if invoice else None
    if item is not None:
        currency = item.currency
    opening = DisputeOpening(
        customer=customer.number,
        reason=DisputeReason(reason),
        amount=None if amount is None else Money.of(amount, currency),
        invoice=invoice,
        order=order or (item.order if item else None),
        text=text,
    )
    return dispute_opening.open_dispute(desk, opening, customer)
