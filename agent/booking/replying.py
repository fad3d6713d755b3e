"""What else customers write: disputes, promises, requests, changed bank details; and what machines write."""

from __future__ import annotations

from decimal import Decimal

from agent import numbers
from agent.booking import delivering, mailing, statements
from agent.booking.desk import Desk
from agent.booking.mentions import mentions_in
from agent.domain.decisions import Candidate, DisputeOpening, MatchException, QueueKind, Reason
from agent.domain.documents import (
    AutoReply,
    BankChange,
    BounceReport,
    CustomerRequest,
    DisputedItem,
    DisputeNotice,
    PromiseToPay,
    Wanted,
)
from agent.domain.money import Money, decimals_of
from agent.domain.notices import Attachment, InvoiceNotice, NoticeKind
from agent.domain.receivables import Customer, InvoiceType, OpenItem, Order
from agent.store import blobs, invoices, master, orders, outbound, work
from matching.keys import lookup_keys
from matching.orders import fold_item

_SURE = 0.7


def _customer(desk: Desk) -> Customer | None:
    """The customer who writes, if it is one, known and authenticated."""
    found = master.customers_by_number(desk.tx, desk.sender.customers)
    if len(found) == 1 and desk.sender.trusted:
        desk.outcome.customer = desk.outcome.customer or found[0].number
        return found[0]
    return None


def _unknown(desk: Desk, what: str, *, critical: bool = False) -> None:
    known = bool(desk.sender.customers)
    kind = QueueKind.UNTRUSTED_SENDER if known and not desk.sender.trusted else QueueKind.UNKNOWN_SENDER
    if known and desk.sender.trusted:
        kind = QueueKind.AMBIGUOUS
    meant = desk.sender.customers[0] if len(desk.sender.customers) == 1 else None
    if not known and desk.facts is not None:
        meant = mentions_in(desk.tx, f"{desk.facts.subject} {desk.facts.reply_text}").customer
    exception = MatchException(
        code="sender_unverified" if known else "cust_unknown",
        kind=kind,
        summary=f"{desk.sender.address or 'somebody'} {what}",
        customer=meant,
        critical=critical,
    )
    desk.queue(exception, subject_type="message", subject=desk.message)


def _named(
    desk: Desk, customer: Customer, invoice_numbers: tuple[str, ...], order_numbers: tuple[str, ...] = ()
) -> tuple[OpenItem, ...]:
    """The customer's own invoices that are named, by their number or by their order's."""
    keys = [key for number in invoice_numbers for key in lookup_keys(number)]
    found = list(invoices.items_by_number(desk.tx, orders.numbers_by_keys(desk.tx, ("invoice",), keys, limit=50)))
    keys = [key for number in order_numbers for key in lookup_keys(number)]
    wanted = orders.numbers_by_keys(desk.tx, ("order", "po", "delivery_note"), keys, limit=50)
    found += invoices.invoices_of_orders(desk.tx, wanted)
    # An invoice that was imported without its order is found by the buyer's number that stands on it.
    billed = invoices.items_by_number(desk.tx, orders.numbers_by_keys(desk.tx, ("invoice",), keys, limit=50))
    found += [item for item in billed if item.po_number and not set(lookup_keys(item.po_number)).isdisjoint(keys)]
    own = {customer.number, *master.family_of(desk.tx, [customer.number])}
    return tuple(dict.fromkeys(item for item in found if item.customer in own))


def _about_thread(desk: Desk) -> tuple[str, ...]:
    """What the mail of ours was about that this one answers."""
    facts = desk.facts
    if facts is None:
        return ()
    ids = (*((facts.in_reply_to,) if facts.in_reply_to else ()), *facts.references)
    return tuple(dict.fromkeys(subject for row in outbound.of_message_ids(desk.tx, ids) for subject in row.about))


def take_dispute(desk: Desk, document: DisputeNotice) -> None:
    """Open a dispute for the amount in question on the invoice that is named; ask a person where none is."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": next(iter(document.invoice_numbers), None)})
    customer = _customer(desk)
    if customer is None:
        _unknown(desk, f"disputes {', '.join(document.invoice_numbers) or 'something'}")
        return
    items = _named(desk, customer, document.invoice_numbers, document.order_numbers)
    if not items and not document.invoice_numbers and not document.order_numbers:
        items = invoices.items_by_number(desk.tx, _about_thread(desk))
    items = tuple(item for item in items if item.type is InvoiceType.INVOICE and item.customer == customer.number)
    order = _order_named(desk, customer, document.order_numbers)
    # What was understood only loosely, or names nothing that a dispute could stand on, is shown to a person first.
    vague = document.confidence < _SURE or (not items and document.amount is None and not document.items)
    if vague or (len(items) != 1 and not (not items and order)):
        _queue_dispute(desk, document, customer, items)
        return
    item = items[0] if items else None
    opening = DisputeOpening(
        customer=customer.number,
        reason=document.reason,
        amount=_amount_of(document, item, order),
        invoice=item.number if item else None,
        order=order.number if order else (item.order if item else None),
        text=document.text,
    )
    if item is not None and _open_already(desk, item.number, opening):
        desk.outcome.reasons.append(f"a dispute of the same reason is open on {item.number} already")
        return
    delivering.open_dispute(desk, opening, customer)


def _open_already(desk: Desk, invoice: str, opening: DisputeOpening) -> bool:
    return any(
        row.reason == opening.reason.value and (opening.amount is None or row.amount_minor == abs(opening.amount.minor))
        for row in work.open_disputes_of(desk.tx, invoice=invoice)
    )


def _order_named(desk: Desk, customer: Customer, order_numbers: tuple[str, ...]) -> Order | None:
    keys = [key for number in order_numbers for key in lookup_keys(number)]
    found = orders.orders_by_number(
        desk.tx, orders.numbers_by_keys(desk.tx, ("order", "po", "delivery_note"), keys, limit=20)
    )
    mine = [order for order in found if order.customer == customer.number]
    return mine[0] if len(mine) == 1 else None


def _amount_of(document: DisputeNotice, item: OpenItem | None, order: Order | None) -> Money | None:
    """The amount in question: as said, or quantities at the invoiced price; nothing is made up."""
    currency = item.currency if item else (order.currency if order else document.currency)
    if currency is None or (document.currency and document.currency != currency):
        return None
    if document.amount is not None:
        scaled = document.amount.scaleb(decimals_of(currency))
        if scaled != scaled.to_integral_value():
            return None
        said = abs(Money.of(document.amount, currency))
        return min(said, item.total) if item else said
    value = Money.zero(currency)
    for said_item in document.items:
        part = _value_of(said_item, item, order, currency)
        if part is None:
            return None
        value = value + part
    return value or None


def _value_of(said: DisputedItem, item: OpenItem | None, order: Order | None, currency: str) -> Money | None:
    if said.quantity is None:
        return None
    lines = [
        (line.unit_price, line.price_per)
        for line in ((item.lines if item else ()) or (order.lines if order else ()))
        if said.item and fold_item(line.item) == fold_item(said.item)
    ]
    if len(lines) != 1:
        return None
    price, per = lines[0]
    return Money.rounded(said.quantity * price / per, currency)


def _queue_dispute(desk: Desk, document: DisputeNotice, customer: Customer, items: tuple[OpenItem, ...]) -> None:
    named = ", ".join((*document.invoice_numbers, *document.order_numbers)) or "no invoice"
    exception = MatchException(
        code="dispute_new",
        kind=QueueKind.AMBIGUOUS if items else QueueKind.NO_OPEN_ITEM,
        summary=f"{customer.name} disputes ({document.reason.value}) and names {named}: {' '.join((document.text or '').split())[:160]}",
        customer=customer.number,
        candidates=tuple(
            Candidate(
                n=n, invoice=item.number, amount=item.open, confidence=0.5, evidence=(Reason("named", item.number),)
            )
            for n, item in enumerate(items[:8], 1)
        ),
    )
    desk.queue(exception, subject_type="message", subject=desk.message)


def take_promise(desk: Desk, document: PromiseToPay) -> None:
    """Record a promise with a date; it holds reminders until the day has passed."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": next(iter(document.invoice_numbers), None)})
    customer = _customer(desk)
    if customer is None:
        _unknown(desk, "promises to pay")
        return
    if document.promised_on is None or document.promised_on < desk.today:
        return
    items = _named(desk, customer, document.invoice_numbers) or tuple(
        item for item in invoices.items_by_number(desk.tx, _about_thread(desk)) if item.customer == customer.number
    )
    currency = document.currency or customer.currency
    amount = None if document.amount is None else Money.rounded(document.amount, currency)
    number = work.add_promise(
        desk.tx,
        customer=customer.number,
        invoices=tuple(item.number for item in items),
        promised_on=document.promised_on,
        amount=amount,
        message=desk.message,
        now=desk.now,
    )
    desk.outcome.effect("promise", numbers.show(numbers.PROMISE, number))
    desk.record(
        "promised", "promise", f"P{number}", promised_on=document.promised_on, invoices=[i.number for i in items]
    )


def take_request(desk: Desk, document: CustomerRequest) -> None:
    """Answer what may be answered at once: copies of own invoices and statements, to an address on file."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": next(iter(document.invoice_numbers), None)})
    customer = _customer(desk)
    if customer is None:
        _unknown(desk, f"asks for {document.wants.value.replace('_', ' ')}")
        return
    if document.wants is Wanted.STATEMENT:
        statements.send_statement(desk, customer, intent=f"statement:{customer.number}:{desk.message}", answer=True)
        desk.outcome.effect("request", document.wants.value)
        return
    if document.wants is Wanted.INVOICE_COPY and _send_copies(desk, document, customer):
        desk.outcome.effect("request", document.wants.value)
        return
    exception = MatchException(
        code="request",
        kind=QueueKind.OTHER,
        summary=f"{customer.name} asks for {document.wants.value.replace('_', ' ')}: {' '.join((document.text or '').split())[:160]}",
        customer=customer.number,
    )
    desk.queue(exception, subject_type="message", subject=desk.message)


def _send_copies(desk: Desk, document: CustomerRequest, customer: Customer) -> bool:
    """Send copies of the invoices named, exactly as they were issued; False where one of them cannot be sent."""
    items = [
        i
        for i in _named(desk, customer, document.invoice_numbers, document.order_numbers)
        if i.customer == customer.number
    ]
    papers = [(item.number, invoices.pdf_of(desk.tx, item.number)) for item in items]
    if not papers or any(digest is None for _, digest in papers) or len(papers) > 20:
        return False
    for number, digest in papers:
        issued = invoices.document_of(desk.tx, number)
        if issued is None or digest is None:
            return False
        notice = InvoiceNotice(
            kind=NoticeKind.REQUEST_ANSWER, customer=issued.customer, reference=number, document=issued, copy=True
        )
        mailing.send(
            desk,
            notice,
            customer,
            intent=f"copy:{number}:{desk.message}",
            about=(number,),
            files=(Attachment(f"{number}.pdf", "application/pdf", blobs.load(desk.tx, digest) or b""),),
        )
    return True


def take_bank_change(desk: Desk, document: BankChange) -> None:
    """Never acted upon, never answered: a person calls a number on file."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": None})
    accounts = f" ({', '.join(document.accounts)})" if document.accounts else ""
    exception = MatchException(
        code="sec_bank_change",
        kind=QueueKind.BANK_CHANGE,
        summary=f"{desk.sender.address or 'somebody'} speaks of other bank details{accounts}: call a number on file, answer nothing by mail",
        customer=desk.sender.customers[0] if len(desk.sender.customers) == 1 else None,
        critical=True,
        reasons=(Reason("text", " ".join((document.text or "").split())[:300]),),
    )
    desk.queue(exception, subject_type="message", subject=desk.message)


def take_bounce(desk: Desk, document: BounceReport) -> None:
    """A report about a mail of ours: the mail is marked, a person is told where the address does not exist."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": document.original_message_id})
    if not document.permanent or not document.original_message_id:
        desk.outcome.reasons.append("a delivery report that says nothing final")
        return
    row = outbound.bounced(
        desk.tx,
        document.original_message_id,
        recipient=document.recipient,
        reason=document.status or "refused",
        cause=desk.cause,
        now=desk.now,
    )
    if row is None:
        desk.outcome.reasons.append("a delivery report about a mail that we did not send")
        return
    desk.outcome.effect("outbox", numbers.show(numbers.OUTBOX, row.id))
    desk.outcome.customer = desk.outcome.customer or row.customer
    exception = MatchException(
        code="bounce",
        kind=QueueKind.OTHER,
        summary=f"our mail to {document.recipient or ', '.join(row.recipients)} came back ({document.status or 'refused'}): {row.subject}",
        customer=row.customer,
    )
    desk.queue(exception, subject_type="outbox", subject=row.id)


def take_absence(desk: Desk, document: AutoReply) -> None:
    """Somebody is away: noted, never answered."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": None})
    until = f" until {document.until.isoformat()}" if document.until else ""
    desk.outcome.reasons.append(
        f"an automatic reply{until}" + (f", {document.delegate} stands in" if document.delegate else "")
    )
    if desk.sender.customers:
        desk.outcome.effect("contact", desk.sender.address)
        desk.record("away", "contact", desk.sender.address or "", until=document.until, delegate=document.delegate)


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
    from agent.domain.documents import DisputeReason

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
    return delivering.open_dispute(desk, opening, customer)
