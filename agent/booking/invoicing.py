"""Issuing invoices and credit notes: number, journal entry, PDF and mail in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.booking import mailing
from agent.booking.desk import Desk
from agent.domain import billing
from agent.domain.decisions import MatchException, QueueKind, Reason
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.domain.notices import InvoiceDocument, InvoiceNotice, NoticeKind
from agent.domain.receivables import Billing, Customer, InvoiceType, Order
from agent.store import blobs, invoices, ledger, orders, sequences
from matching.keys import index_keys
from templates.einvoice import missing
from templates.pdf import invoice_papers


def bill(desk: Desk, order: Order, customer: Customer, *, supplied_on: date | None, delivery: int | None) -> str | None:
    """Invoice what was delivered and not invoiced, if the customer's way of billing lets it go now."""
    if customer.billing is Billing.MONTHLY:
        return None
    if customer.billing is Billing.PER_ORDER and any(line.delivered < line.quantity for line in order.lines):
        return None
    quantities = {line.line: line.delivered - line.invoiced for line in order.lines if line.delivered > line.invoiced}
    return issue_invoice(desk, order, customer, quantities, supplied_on=supplied_on, delivery=delivery)


def issue_invoice(
    desk: Desk,
    order: Order,
    customer: Customer,
    quantities: dict[str, Decimal],
    *,
    supplied_on: date | None,
    delivery: int | None,
) -> str | None:
    """Issue one invoice for these quantities of an order's lines; None where there is nothing to bill."""
    if not any(quantities.values()):
        return None
    known = orders.deliveries_of_orders(desk.tx, (order.number,))
    first = not any(line.invoiced for line in order.lines)
    document = billing.build_invoice(
        number=sequences.next_number(desk.tx, "invoice", desk.settings.numbering.invoice),
        order=order,
        quantities=quantities,
        customer=customer,
        issued_on=desk.today,
        supplied_on=supplied_on,
        default_terms=desk.settings.billing.payment_terms,
        freight=order.freight if first else None,
        delivery_references=tuple(d.number for d in known if d.number and d.invoice is None),
        tracking_numbers=tuple(d.tracking_number for d in known if d.tracking_number and d.invoice is None),
    )
    _issue(desk, document, customer, delivery=delivery)
    orders.add_invoiced(desk.tx, order.number, quantities)
    for row in orders.unbilled_deliveries(desk.tx, order.number):
        orders.set_delivery_invoice(desk.tx, row.id, document.number)
    orders.settle_status(desk.tx, order.number)
    return document.number


def _issue(desk: Desk, document: InvoiceDocument, customer: Customer, *, delivery: int | None) -> None:
    kind = NoticeKind.INVOICE if document.type is InvoiceType.INVOICE else NoticeKind.CREDIT_NOTE
    notice = InvoiceNotice(
        kind=kind, customer=document.customer, reference=document.number, document=document, xml=_xml(customer)
    )
    papers = invoice_papers(notice, mailing.language_of(desk, customer), desk.company)
    item = billing.open_item(document)
    invoices.add_invoice(
        desk.tx,
        item,
        document=document,
        pdf_sha256=blobs.keep(desk.tx, papers[0].data),  # the file that leaves, byte for byte
        delivery=delivery,
        message=desk.message,
        imported=False,
        now=desk.now,
    )
    add_invoice_keys(desk, item.number, item.customer, (item.number, item.creditor_reference))
    ledger.post(desk.tx, billing.invoice_entry(document), desk.cause, desk.now)
    desk.outcome.effect(kind.value, document.number)
    desk.record("issued", "invoice", document.number, total=document.total.plain(), currency=document.currency)
    mailing.send(
        desk,
        notice,
        customer,
        intent=f"{kind.value}:{document.number}",
        about=(document.number, *((document.order,) if document.order else ())),
        answer=False,
    )
    _say_what_lacks(desk, notice, customer)


def _say_what_lacks(desk: Desk, notice: InvoiceNotice, customer: Customer) -> None:
    """A customer who wants an e-invoice got the PDF alone where data is missing; someone completes it."""
    lacks = missing(notice.document, desk.company) if notice.xml else ()
    if not lacks:
        return
    exception = MatchException(
        code="einvoice_incomplete",
        kind=QueueKind.OTHER,
        summary=f"{notice.document.number} left as a PDF alone, without its e-invoice: missing {'; '.join(lacks)}",
        customer=customer.number,
        amount=notice.document.total,
        reasons=tuple(Reason("einvoice", one) for one in lacks),
    )
    desk.queue(exception, subject_type="invoice", subject=notice.document.number)


def _xml(customer: Customer) -> str:
    return customer.invoice_format if customer.invoice_format in ("facturx", "ubl") else ""


def add_invoice_keys(desk: Desk, number: str, customer: str, written: tuple[str | None, ...]) -> None:
    """Make an invoice findable by its number and by its creditor reference."""
    keys = [key for text in written if text for key in index_keys(text)]
    orders.add_keys(desk.tx, "invoice", number, keys, customer)


def issue_credit_note(desk: Desk, invoice: str, customer: Customer, net: Money, reason: str) -> str:
    """Credit a net amount of an invoice that we issued; the credit is set off against what is open of it."""
    original = invoices.document_of(desk.tx, invoice)
    (item,) = invoices.items_by_number(desk.tx, (invoice,)) or (None,)
    if item is None:
        raise Refused(f"there is no invoice {invoice} to credit")
    if original is None:
        raise Refused(f"{invoice} was issued by another system: credit it there and import the credit note")
    document = billing.build_credit_note(
        number=sequences.next_number(desk.tx, "credit_note", desk.settings.numbering.credit_note),
        invoice=original,
        net=net,
        issued_on=desk.today,
        reason=reason,
    )
    credited = sum((credit_total(desk, number) for number in credit_notes_of(desk, invoice)), 0)
    if -document.total.minor + credited > original.total.minor:
        raise Refused(f"{-document.total} is more than {invoice} still has to credit")
    _issue(desk, document, customer, delivery=None)
    set_off(desk, document.number, invoice, customer.number, min(-document.total, item.open))
    return document.number


def credit_notes_of(desk: Desk, invoice: str) -> tuple[str, ...]:
    return invoices.credit_notes_of(desk.tx, invoice)


def credit_total(desk: Desk, number: str) -> int:
    (item,) = invoices.items_by_number(desk.tx, (number,))
    return -item.total.minor


def set_off(desk: Desk, credit_note: str, invoice: str, customer: str, amount: Money) -> None:
    """Use an amount of a credit note for an invoice."""
    from agent.domain.cash import credit_entry

    if not amount:
        return
    entry = credit_entry(
        invoice=invoice, credit_note=credit_note, customer=customer, amount=amount, booked_on=desk.today
    )
    ledger.post(desk.tx, entry, desk.cause, desk.now)
    invoices.change_open(desk.tx, invoice, -amount, closed_by="credit")
    invoices.change_open(desk.tx, credit_note, amount, closed_by="credit")
    desk.record("set_off", "invoice", invoice, credit_note=credit_note, amount=amount.plain())


def proforma_of(desk: Desk, order: Order, customer: Customer) -> InvoiceDocument:
    """The pro-forma of an order that is paid first; it takes no number of the invoice series."""
    document = billing.build_invoice(
        number=f"PF-{order.number}",
        order=order,
        quantities={line.line: line.quantity for line in order.lines},
        customer=customer,
        issued_on=desk.today,
        supplied_on=None,
        default_terms=desk.settings.billing.payment_terms,
        freight=order.freight,
        proforma=True,
    )
    return replace(document, due_on=desk.today)
