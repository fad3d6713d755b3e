"""What customers ask: copies, statements and proofs are answered at once; the rest waits for a person, by its topic."""

from __future__ import annotations

import re
from datetime import date, timedelta

from agent.booking.deliveries import proving
from agent.booking.desk import Desk
from agent.booking.letters import mailing, statements, stopping
from agent.booking.senders.naming import about_thread, meant_customer, named, queue_unknown, sure_customer
from agent.domain import asks, billing
from agent.domain.asks import TASKS, Task
from agent.domain.decisions import MatchException, QueueKind, Reason
from agent.domain.documents import CustomerRequest, Topic, Wanted
from agent.domain.notices import Attachment, InvoiceNotice, NoticeKind, RequestAnswer
from agent.domain.receivables import Customer, InvoiceType, OpenItem
from agent.store import blobs, filed, inbound, invoices, master, outbound, said, stops, waiting, work

_COPIES_MAX = 20
_REST_AGAIN = timedelta(days=30)
_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_PAPERS = ("purchase_order", "delivery_confirmation", "remittance_advice", "bank_statement")
_STOPS = {Topic.INSOLVENCY: "insolvency", Topic.LEGAL: "counsel"}


def take_request(desk: Desk, document: CustomerRequest, *, known: bool = False) -> None:
    """Answer what may be answered at once; make the rest a task of its own kind. `known`: it is counted already."""
    if not known:
        number = next(iter(document.invoice_numbers), None)
        desk.outcome.documents.append({"kind": document.kind.value, "number": number})
    if document.topic in _STOPS:
        _stop(desk, document)
        return
    customer = sure_customer(desk)
    if document.topic is not None and document.topic is not Topic.RECEIVED_BY_AP and customer is None:
        _queue_stranger(desk, document)
        return
    if customer is None:
        queue_unknown(desk, f"asks for {document.wants.value.replace('_', ' ')}")
        return
    match document.wants:
        case Wanted.STATEMENT:
            statements.send_statement(desk, customer, intent=f"statement:{customer.number}:{desk.message}", answer=True)
            desk.outcome.effect("request", document.wants.value)
        case Wanted.INVOICE_COPY:
            _send_copies(desk, document, customer)
        case Wanted.PROOF_OF_DELIVERY:
            _send_proofs(desk, document, customer, asks.POD)
        case Wanted.OTHER:
            _other(desk, document, customer)
    if document.wants is not Wanted.OTHER:
        _other_address(desk, document, customer)


def _items(desk: Desk, document: CustomerRequest, customer: Customer) -> list[OpenItem]:
    items = named(desk, customer, document.invoice_numbers, document.order_numbers)
    if not items and not document.invoice_numbers and not document.order_numbers:
        items = invoices.items_by_number(desk.tx, about_thread(desk))
    return [item for item in items if item.customer == customer.number]


def _send_copies(desk: Desk, document: CustomerRequest, customer: Customer) -> None:
    """Send copies of the invoices named, exactly as they were issued; a task where one of them cannot be sent."""
    items = _items(desk, document, customer)[:_COPIES_MAX]
    unsent = [item for item in items if not _send_copy(desk, item, customer)]
    if len(unsent) < len(items):
        desk.outcome.effect("request", document.wants.value)
    rest(desk, customer, [item for item in items if item not in unsent], "a copy was sent: the invoice had not arrived")
    if unsent or not items:
        queue_task(desk, customer, asks.COPY, document, unsent)


def _send_copy(desk: Desk, item: OpenItem, customer: Customer) -> bool:
    digest, issued = invoices.pdf_of(desk.tx, item.number), invoices.document_of(desk.tx, item.number)
    data = blobs.load(desk.tx, digest) if digest else None
    if issued is None or data is None:
        return False
    notice = InvoiceNotice(
        kind=NoticeKind.REQUEST_ANSWER, customer=issued.customer, reference=item.number, document=issued, copy=True
    )
    mailing.send(
        desk,
        notice,
        customer,
        intent=f"copy:{item.number}:{desk.message}",
        about=(item.number,),
        files=(Attachment(f"{item.number}.pdf", "application/pdf", data),),
    )
    return True


def _send_proofs(desk: Desk, document: CustomerRequest, customer: Customer, task: Task) -> bool:
    """Send the proofs of delivery that are on file in one mail; a task for what is not."""
    items = [item for item in _items(desk, document, customer) if item.type is InvoiceType.INVOICE][:_COPIES_MAX]
    found, missing = proving.proofs_of(desk, items)
    if found:
        notice = RequestAnswer(
            kind=NoticeKind.REQUEST_ANSWER,
            customer=billing.addressee(customer),
            reference=customer.number,
            wants=Wanted.PROOF_OF_DELIVERY,
            invoices=tuple(found),
        )
        files = tuple(dict.fromkeys(file for one in found.values() for file in one))
        mailing.send(
            desk,
            notice,
            customer,
            intent=f"pod:{customer.number}:{desk.message}",
            about=tuple(found),
            files=files,
        )
        desk.outcome.effect("request", Wanted.PROOF_OF_DELIVERY.value)
        rest(desk, customer, [item for item in items if item.number in found], "a proof of delivery was sent")
    if missing or not items:
        queue_task(desk, customer, task, document, [item for item in items if item.number in missing])
    return bool(found)


def rest(desk: Desk, customer: Customer, items: list[OpenItem], why: str) -> None:
    """Reminders of these invoices rest for some working days, once a month: asking every week is no way not to pay."""
    until = waiting.working_days_after(desk.today, desk.settings.replies.pause_days)
    since = desk.now - _REST_AGAIN
    for item in items:
        if item.open.minor > 0 and not stops.rested_since(desk.tx, item.number, since):
            stops.pause(
                desk.tx, customer.number, item.number, until=until, reason=why, message=desk.message, now=desk.now
            )
            desk.record("rests", "invoice", item.number, until=until, why=why)


def _other(desk: Desk, document: CustomerRequest, customer: Customer) -> None:
    if document.topic is Topic.RECEIVED_BY_AP:
        _received(desk, document, customer)
        return
    task = TASKS[document.topic] if document.topic else asks.ANSWER
    if document.topic is Topic.TAX_CERTIFICATE and document.source.part != "body":
        _file_certificate(desk, document.source.part, customer)
    if task is not asks.ANSWER and work.waits_of_message(desk.tx, desk.message, task.code):
        return  # said in the mail and again in what is attached
    items = _items(desk, document, customer)
    if document.topic is Topic.HOLD:
        # The goods receipt is missing: the proof, where there is one, is what helps to post it.
        found, _ = proving.proofs_of(desk, items)
        if found:
            _send_proofs(desk, document, customer, task)
    queue_task(desk, customer, task, document, items)
    if task.rest:
        if items:
            rest(desk, customer, items, f"{task.code}: waits for a person")
        else:
            _rest_all(desk, customer, task)


def _file_certificate(desk: Desk, part: str, customer: Customer) -> None:
    """File a certificate as it came; it exempts nothing until a person has checked and accepted it."""
    assert desk.message is not None
    found = proving.part_of(inbound.raw_bytes(desk.tx, desk.message), part)
    if found is None:
        return
    number, fresh = filed.file(
        desk.tx,
        customer=customer.number,
        kind=filed.TAX_CERTIFICATE,
        sha256=blobs.keep(desk.tx, found[0]),
        name=part,
        message=desk.message,
        now=desk.now,
    )
    if fresh:
        desk.record("filed", "paper", f"F{number}", customer=customer.number, file=part)


def _rest_all(desk: Desk, customer: Customer, task: Task) -> None:
    until = waiting.working_days_after(desk.today, desk.settings.replies.pause_days)
    why = f"{task.code}: waits for a person"
    stops.pause(desk.tx, customer.number, None, until=until, reason=why, message=desk.message, now=desk.now)
    desk.record("rests", "customer", customer.number, until=until, why=why)


def queue_task(
    desk: Desk, customer: Customer, task: Task, document: CustomerRequest, items: list[OpenItem] | None = None
) -> int:
    """Put a task in the queue with what to do about it, and the customer's own words."""
    words = " ".join((document.text or "").split())[:160]
    what = task.do if task is not asks.ANSWER else f"asks for {document.wants.value.replace('_', ' ')}"
    exception = MatchException(
        code=task.code,
        kind=task.kind,
        summary=f"{customer.name} {what}: {words}",
        customer=customer.number,
        critical=task.critical,
        reasons=tuple(Reason("invoice", item.number) for item in (items or ())[:20])
        + ((Reason("case_number", document.case_number),) if document.case_number else ()),
    )
    return desk.queue(exception, subject_type="message", subject=desk.message)


def _queue_stranger(desk: Desk, document: CustomerRequest) -> None:
    """A topic from somebody who is not surely a customer: a task of its own kind, about whom it names."""
    assert document.topic is not None
    task = TASKS[document.topic]
    words = " ".join((document.text or "").split())[:160]
    known = bool(desk.sender.customers)
    kind = QueueKind.UNTRUSTED_SENDER if known and not desk.sender.trusted else QueueKind.UNKNOWN_SENDER
    exception = MatchException(
        code=task.code,
        kind=task.kind if task.kind is not QueueKind.OTHER else kind,
        summary=f"{desk.sender.address or 'somebody'} {task.unsure or task.do}: {words}",
        customer=meant_customer(desk),
        critical=task.critical,
    )
    desk.queue(exception, subject_type="message", subject=desk.message)


def _stop(desk: Desk, document: CustomerRequest) -> None:
    """Law stops everything for the customer who is meant; a mail that only pretends to be the customer's stops nothing."""
    assert document.topic is not None
    task, kind = TASKS[document.topic], _STOPS[document.topic]
    forged = bool(desk.sender.customers) and not desk.sender.trusted
    # Who pays, orders or confirms in the same mail is not taking leave: a person looks before anything stops.
    papers = any(one["kind"] in _PAPERS for one in desk.outcome.documents)
    meant = meant_customer(desk)
    customer = next(iter(master.customers_by_number(desk.tx, [meant])), None) if meant else None
    words = " ".join((document.text or "").split())
    if customer is None or forged or papers:
        _queue_stranger(desk, document)
        return
    desk.outcome.customer = desk.outcome.customer or customer.number
    if stops.legal_stop_of(desk.tx, customer.number) is None:
        stopping.stop(
            desk,
            customer,
            kind=kind,
            reference=document.case_number,
            effective_on=_day_of(desk, words),
            text=words[:2000] or None,
        )
    by = "" if desk.sender.customers else f" (by {desk.sender.address or 'somebody'}, who is nobody on file)"
    held = [order.number for order in stopping.open_orders_of(desk, customer.number)]
    exception = MatchException(
        code=task.code,
        kind=task.kind,
        summary=f"{customer.name}{by} {task.do}: {words[:160]}",
        customer=customer.number,
        critical=True,
        reasons=tuple(Reason("open_order", f"{number} is under way: stop its delivery") for number in held[:20]),
    )
    desk.queue(exception, subject_type="message", subject=desk.message)
    desk.outcome.effect("contact", customer.number)


def _day_of(desk: Desk, words: str) -> date | None:
    """The one day that the words name, if it has come: that of the petition; None where there are several or two readings."""
    from parsers.values.dates import find_dates

    days = {reading.value for found in find_dates(words[:2_000], near=desk.today) for reading in found.readings}
    return days.pop() if len(days) == 1 and max(days) <= desk.today else None


def _received(desk: Desk, document: CustomerRequest, customer: Customer) -> None:
    """A system says that it has an invoice: that proves the arrival, and its number is the customer's reference."""
    items = _items(desk, document, customer)
    for item in items:
        for mail in outbound.find(desk.tx, about=item.number, kind="invoice"):
            outbound.confirm(
                desk.tx, (mail.message_id,), evidence=f"received, says M{desk.message}", cause=desk.cause, now=desk.now
            )
        if document.case_number:
            said.keep_reference(
                desk.tx, customer.number, item.number, document.case_number, message=desk.message, now=desk.now
            )
        desk.record("received_by_customer", "invoice", item.number, reference=document.case_number)
        desk.outcome.effect("invoice", item.number)
    if not items:
        desk.outcome.reasons.append("says that an invoice arrived and names none of ours")


def _other_address(desk: Desk, document: CustomerRequest, customer: Customer) -> None:
    """Asked to send to an address that is not on file: the answer went to one that is; a person verifies the new one."""
    own = {entry.casefold() for entry in customer.emails}
    sender = (desk.sender.address or "").casefold()
    text = desk.facts.reply_text[:4_000] if desk.facts else document.text or ""
    ours = {address.casefold() for address in desk.settings.company.emails}
    named_here = [address.rstrip(".").casefold() for address in _ADDRESS.findall(text)]
    strange = [address for address in dict.fromkeys(named_here) if address not in own | ours | {sender}]
    if not strange:
        return
    exception = MatchException(
        code=TASKS[Topic.MASTER_DATA].code,
        kind=QueueKind.OTHER,
        summary=f"{customer.name} wants mail at {', '.join(strange)[:200]}: verify with a contact on file; "
        "what was asked for went to an address on file",
        customer=customer.number,
        reasons=tuple(Reason("address", address) for address in strange[:10]),
    )
    desk.queue(exception, subject_type="message", subject=desk.message)
