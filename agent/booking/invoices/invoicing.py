"""Issuing invoices and credit notes: number, journal entry, PDF and mail in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.deliveries import proving
from agent.booking.desk import Desk
from agent.booking.invoices import drafting, linting, taxation
from agent.booking.letters import mailing
from agent.calendar import calendar
from agent.domain import billing, crediting
from agent.domain.calendars import Calendar
from agent.domain.cash import credit_entry
from agent.domain.decisions import MatchException, QueueKind, Reason
from agent.domain.errors import NotFound, Refused
from agent.domain.invoice_rules import InvoiceRules
from agent.domain.money import Money
from agent.domain.notices import InvoiceDocument, InvoiceNotice, NoticeKind
from agent.domain.receivables import Billing, BillOn, Customer, InvoiceType, Order, OrderStatus, TaxTreatment
from agent.domain.terms import BankDay
from agent.store import blobs, drafts, invoices, ledger, master, orders, sequences
from matching.folding import fold_item
from matching.keys import stored_keys
from outbox.message import OutboxMessage
from templates.einvoice import missing
from templates.pdf import invoice_papers
from templates.swiss import reference_of

COLLECTIVE = (Billing.WEEKLY, Billing.MONTHLY)  # what is gathered over several deliveries


def bill(desk: Desk, order: Order, customer: Customer, *, supplied_on: date | None, delivery: int | None) -> str | None:
    """Invoice what was delivered and not invoiced, if the customer's way of billing lets it go now."""
    if customer.billing in COLLECTIVE:
        return None
    if customer.billing is Billing.PER_ORDER and any(line.delivered < line.quantity for line in order.lines):
        return None
    quantities = {line.line: line.delivered - line.invoiced for line in order.lines if line.delivered > line.invoiced}
    return issue_invoice(desk, order, customer, quantities, supplied_on=supplied_on, delivery=delivery)


def bill_on_order(desk: Desk, order: Order, customer: Customer) -> str | None:
    """Invoice an order at once, where that is what was agreed."""
    if order.bill_on is not BillOn.ORDER or order.status is not OrderStatus.CONFIRMED:
        return None
    if customer.billing in COLLECTIVE:
        return None
    quantities = {line.line: line.quantity - line.invoiced for line in order.lines if line.quantity > line.invoiced}
    return issue_invoice(desk, order, customer, quantities, supplied_on=None, delivery=None)


def bill_by_hand(desk: Desk, number: str) -> tuple[str, ...]:
    """Invoice what of one order was delivered and not invoiced, whatever the customer's way of billing."""
    order = next(iter(orders.orders_by_number(desk.tx, (number,))), None)
    if order is None:
        raise NotFound("order", number, "see `ar-agent orders list`")
    (customer,) = master.customers_by_number(desk.tx, [order.customer])
    waiting = orders.unbilled_deliveries(desk.tx, number)
    quantities = {line.line: line.delivered - line.invoiced for line in order.lines if line.delivered > line.invoiced}
    days = [row.delivered_on for row in waiting if row.delivered_on]
    supplied = max(days) if days else desk.today
    issued = issue_invoice(desk, order, customer, quantities, supplied_on=supplied, delivery=None)
    return (issued,) if issued else ()


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
    part = part_of(order, quantities)
    return issue_for(desk, (part,), customer, supplied_on=supplied_on, delivery=delivery)


def part_of(order: Order, quantities: Mapping[str, Decimal]) -> billing.Part:
    """What of an order is billed now; its carriage with the first invoice."""
    first = not any(line.invoiced for line in order.lines)
    return billing.Part(order=order, quantities=quantities, freight=order.freight if first else None)


def _not_drafted(parts: tuple[billing.Part, ...], held: drafts.SpokenFor) -> tuple[billing.Part, ...]:
    """The parts without what waits in a draft already."""
    if not held.quantities:
        return parts
    found = []
    for part in parts:
        taken = held.quantities.get(part.order.number, {})
        left = {line: quantity - taken.get(line, Decimal(0)) for line, quantity in part.quantities.items()}
        freight = None if part.order.number in held.carriage else part.freight
        found.append(replace(part, quantities={line: q for line, q in left.items() if q > 0}, freight=freight))
    return tuple(found)


def issue_for(
    desk: Desk,
    parts: tuple[billing.Part, ...],
    customer: Customer,
    *,
    supplied_on: date | None,
    delivery: int | None,
    deliveries: tuple[Row[Any], ...] | None = None,
    released: bool = False,
) -> str | None:
    """Issue one invoice for parts of orders; `deliveries` are those it bills, else all that are not billed yet.

    None where there is nothing to bill, or where the invoice has to wait (`drafting`); `released` has waited.
    """
    held = drafts.spoken_for(desk.tx, customer.number)
    if not released:
        parts = _not_drafted(parts, held)
    parts = tuple(
        replace(part, order=with_tax_rates(desk, part.order)) for part in parts if any(part.quantities.values())
    )
    if not parts or _tax_is_unknown(desk, parts, customer):
        return None
    rows = _unbilled(desk, parts, held.deliveries) if deliveries is None else deliveries
    rules = drafts.rules_of(desk.tx, customer.number)
    planned = plan(desk, parts, customer, rules, rows=rows, supplied_on=supplied_on)
    if not released:
        ids = [row.id for row in rows]
        draft = drafting.wait(
            desk, planned, parts, customer, rules, supplied_on=supplied_on, delivery=delivery, deliveries=ids
        )
        if draft is not None:
            return None
    number = sequences.next_number(desk.tx, "invoice", desk.settings.numbering.invoice)
    document = plan(desk, parts, customer, rules, rows=rows, supplied_on=supplied_on, number=number)
    issue(desk, document, customer, rules, delivery=delivery)
    for part in parts:
        orders.add_invoiced(desk.tx, part.order.number, part.quantities)
        orders.settle_status(desk.tx, part.order.number)
        if len(parts) > 1 and part.order.po_number:
            add_invoice_keys(desk, document.number, customer.number, (part.order.po_number, part.order.number))
    for row in rows:
        orders.set_delivery_invoice(desk.tx, row.id, document.number)
    return document.number


def _unbilled(desk: Desk, parts: tuple[billing.Part, ...], shipped: frozenset[int]) -> tuple[Row[Any], ...]:
    """Deliveries that no invoice and no draft has."""
    found = (row for part in parts for row in orders.unbilled_deliveries(desk.tx, part.order.number))
    return tuple(row for row in found if row.id not in shipped)


def plan(
    desk: Desk,
    parts: tuple[billing.Part, ...],
    customer: Customer,
    rules: InvoiceRules | None,
    *,
    rows: tuple[Row[Any], ...],
    supplied_on: date | None,
    number: str = "",
) -> InvoiceDocument:
    """The invoice as it would be issued, with all that the customer demands; without a number it is only planned."""
    document = billing.build_collective(
        number=number,
        parts=parts,
        customer=customer,
        issued_on=desk.today,
        supplied_on=supplied_on,
        default_terms=desk.settings.billing.payment_terms,
        delivery_references=tuple(dict.fromkeys(row.number for row in rows if row.number)),
        tracking_numbers=tuple(dict.fromkeys(row.tracking_number for row in rows if row.tracking_number)),
        calendar=bank_calendar(desk, rules.calendar if rules else ""),
        bank_day=bank_day_of(desk, rules),
        seller_country=desk.company.country,
    )
    return linting.demanded(taxation.certified(desk, document, customer), rules)


def bank_calendar(desk: Desk, name: str = "") -> Calendar:
    """The days on which banks are open where money is due: the customer's calendar, the company's, its country's."""
    chosen = name or desk.settings.billing.calendar or desk.settings.company.country
    return calendar(chosen, desk.today.year, desk.today.year + 2)


def bank_day_of(desk: Desk, rules: InvoiceRules | None) -> BankDay:
    """Where a due date goes on which no bank is open: as the customer has it, else as the company has it."""
    return BankDay(rules.bank_day if rules and rules.bank_day else desk.settings.billing.bank_day)


def with_tax_rates(desk: Desk, order: Order) -> Order:
    """The order with the tax rate of its items where a line has none: items may have been imported after it."""
    missing = [line.item for line in order.lines if line.tax_rate is None and line.item]
    if not missing:
        return order
    found = master.items_by_keys(desk.tx, [fold_item(number) for number in missing])
    by_currency = sorted(found, key=lambda item: item.currency == order.currency)  # the order's own comes last
    rates = {fold_item(item.number): item.tax_rate for item in by_currency}
    lines = tuple(
        line if line.tax_rate is not None else replace(line, tax_rate=rates.get(fold_item(line.item)))
        for line in order.lines
    )
    return replace(order, lines=lines)


def untaxed_lines(desk: Desk, order: Order, customer: Customer) -> tuple[str, ...]:
    """Lines whose tax nobody knows, of a customer who pays tax, where the seller charges any at all."""
    if customer.tax_treatment is not TaxTreatment.STANDARD:
        return ()
    unknown = tuple(line.line for line in with_tax_rates(desk, order).lines if line.tax_rate is None and line.quantity)
    return unknown if unknown and master.any_item_taxed(desk.tx) else ()


def _tax_is_unknown(desk: Desk, parts: tuple[billing.Part, ...], customer: Customer) -> bool:
    """Queue an order that cannot be invoiced rightly; True where there is one."""
    for part in parts:
        unknown = [name for name in untaxed_lines(desk, part.order, customer) if part.quantities.get(name)]
        if unknown:
            exception = MatchException(
                code="tax_unknown",
                kind=QueueKind.OTHER,
                summary=f"{part.order.number} ({part.order.po_number}) is delivered and not invoiced: line "
                f"{', '.join(unknown)} is no item on file, so nobody knows its tax; import the item, then "
                f"`ar-agent invoices bill --order {part.order.number}`",
                customer=customer.number,
                amount=part.order.total,
            )
            desk.queue(exception, subject_type="message", subject=desk.message)
            return True
    return False


def issue(
    desk: Desk, document: InvoiceDocument, customer: Customer, rules: InvoiceRules | None, *, delivery: int | None
) -> None:
    """Write a numbered document: item, paper, journal entry and mail, in the caller's transaction."""
    kind = NoticeKind.INVOICE if document.type is InvoiceType.INVOICE else NoticeKind.CREDIT_NOTE
    notice = InvoiceNotice(
        kind=kind,
        customer=document.customer,
        reference=document.number,
        document=document,
        xml=e_invoice_of(customer),
        file_name=linting.file_name(document, rules),
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
    references = (item.number, item.creditor_reference, reference_of(document, desk.company))
    add_invoice_keys(desk, item.number, item.customer, references)
    ledger.post(desk.tx, billing.invoice_entry(document), desk.cause, desk.now)
    desk.outcome.effect(kind.value, document.number)
    desk.record("issued", "invoice", document.number, total=document.total.plain(), currency=document.currency)
    wrong: list[linting.Finding] = []

    def review(message: OutboxMessage) -> str | None:
        wrong.extend(linting.mail_findings(message, document, rules))
        return "; ".join(one.detail for one in wrong) or None

    mail = mailing.send(
        desk,
        notice,
        customer,
        intent=f"{kind.value}:{document.number}",
        about=(document.number, *((document.order,) if document.order else ())),
        answer=False,
        to=rules.recipients if rules else (),
        review=review,
        more=proving.beside_invoice(desk, delivery, document.number) if customer.proof_with_invoice else (),
    )
    if wrong:
        _say_what_is_wrong(desk, document, mail, wrong)
    _say_what_lacks(desk, notice, customer)


def _say_what_is_wrong(desk: Desk, document: InvoiceDocument, mail: int | None, wrong: list[linting.Finding]) -> None:
    """The mail is held: what the customer's accounts payable would not take is put right first."""
    shown = numbers.show(numbers.OUTBOX, mail)
    exception = MatchException(
        code="invoice_lint",
        kind=QueueKind.OTHER,
        summary=f"{document.number} is issued and its mail {shown} is held: {'; '.join(one.detail for one in wrong)}; "
        f"then `ar-agent invoices send {document.number}` sends it anew, `ar-agent outbox release {shown}` as it is",
        customer=document.customer.number,
        amount=document.total,
        reasons=tuple(Reason(one.rule, one.detail) for one in wrong),
    )
    desk.queue(exception, subject_type="invoice", subject=document.number)


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


def e_invoice_of(customer: Customer) -> str:
    """The form of the e-invoice that a customer wants; empty where the PDF is enough."""
    return customer.invoice_format if customer.invoice_format in ("facturx", "ubl") else ""


def add_invoice_keys(desk: Desk, number: str, customer: str, written: tuple[str | None, ...]) -> None:
    """Make an invoice findable by its number and by its creditor reference."""
    keys = [key for text in written if text for key in stored_keys(text)]
    orders.add_keys(desk.tx, "invoice", number, keys, customer)


def issue_credit_note(
    desk: Desk, invoice: str, customer: Customer, amount: Money, reason: str, *, gross: bool = False
) -> str:
    """Credit an amount (net, or with its tax) of an invoice of ours; it is set off against what is open of it."""
    original, credited = to_credit(desk, invoice)
    left = original.total.minor + sum(note.total.minor for note in credited)
    left_net = original.net.minor + sum(note.net.minor for note in credited)
    if amount.minor > (left if gross else left_net):
        shown = Money(left if gross else left_net, amount.currency)
        raise Refused(f"{amount} is more than {invoice} still has to credit ({shown}{'' if gross else ' net'})")
    document = crediting.build_credit_note(
        number=credit_number(desk),
        invoice=original,
        net=amount,
        issued_on=desk.today,
        reason=reason,
        credited=credited,
        gross=gross,
    )
    return issue_credit(desk, document, customer)


def to_credit(desk: Desk, invoice: str) -> tuple[InvoiceDocument, tuple[InvoiceDocument, ...]]:
    """An invoice of ours as it was issued, and the credit notes that it has; raises Refused where it is none."""
    original = invoices.document_of(desk.tx, invoice)
    if original is None:
        if not invoices.items_by_number(desk.tx, (invoice,)):
            raise Refused(f"there is no invoice {invoice} to credit")
        raise Refused(f"{invoice} was issued by another system: credit it there and import the credit note")
    if original.type is not InvoiceType.INVOICE:
        raise Refused(f"{invoice} is a credit note itself: what was credited too much is invoiced anew")
    earlier = (invoices.document_of(desk.tx, number) for number in credit_notes_of(desk, invoice))
    return original, tuple(note for note in earlier if note is not None)


def credit_number(desk: Desk) -> str:
    return sequences.next_number(desk.tx, "credit_note", desk.settings.numbering.credit_note)


def issue_credit(desk: Desk, document: InvoiceDocument, customer: Customer) -> str:
    """Issue a numbered credit note and set it off against what is open of its invoice."""
    issue(desk, document, customer, drafts.rules_of(desk.tx, customer.number), delivery=None)
    (item,) = invoices.items_by_number(desk.tx, (document.corrects,))
    # What an advice announces for the invoice is on its way and stays spoken for.
    free = max(min(-document.total, item.free), Money.zero(item.currency))
    set_off(desk, document.number, document.corrects, customer.number, free)
    return document.number


def credit_notes_of(desk: Desk, invoice: str) -> tuple[str, ...]:
    return invoices.credit_notes_of(desk.tx, invoice)


def set_off(desk: Desk, credit_note: str, invoice: str, customer: str, amount: Money) -> None:
    """Use an amount of a credit note for an invoice."""
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
