"""Corrections by new documents: line credits, cancellations, and the invoice that takes a cancelled one's place.

An issued document is never edited (GoBD; Directive 2006/112/EC, Art. 219): what was wrong is taken back in whole or in
part by a credit note, and what is right is invoiced under a number of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.booking.desk import Desk
from agent.booking.invoices import invoicing, linting
from agent.domain import billing, crediting
from agent.domain.crediting import LineCredit
from agent.domain.errors import Refused
from agent.domain.money import total
from agent.domain.notices import InvoiceDocument, NoticeLine
from agent.domain.receivables import Customer, TaxTreatment
from agent.store import drafts, invoices, master, orders, sequences


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the new invoice says otherwise; what is empty follows the customer's record as it is now."""

    po_number: str = ""
    name: str = ""
    address: str = ""
    tax_id: str = ""
    contact: str = ""
    supplied_on: date | None = None
    keep_due_date: bool = False  # the customer has had the money's worth since: the first due date stays


def credit_lines(desk: Desk, invoice: str, entries: Iterable[LineCredit], reason: str) -> str:
    """Credit goods that came back, or a price that was too high; return the credit note."""
    original, credited = invoicing.to_credit(desk, invoice)
    (customer,) = master.customers_by_number(desk.tx, [original.customer.number])
    document = crediting.build_line_credit(
        number=invoicing.credit_number(desk),
        invoice=original,
        entries=entries,
        issued_on=desk.today,
        reason=reason,
        credited=credited,
    )
    return invoicing.issue_credit(desk, document, customer)


def cancel(
    desk: Desk,
    invoice: str,
    reason: str,
    *,
    reissue: Correction | None = None,
) -> tuple[str, str | None]:
    """Take all of an invoice back; with `reissue` a corrected one takes its place. Returns both numbers.

    What was billed counts as not invoiced again where nothing takes its place. Money that was paid, and money that is
    announced, stays with the old number, and what of the credit is free pays for the new one.
    """
    original, credited = invoicing.to_credit(desk, invoice)
    (customer,) = master.customers_by_number(desk.tx, [original.customer.number])
    if not original.total.minor + sum(note.total.minor for note in credited):
        raise Refused(f"{invoice} is credited in full already")
    if credited and reissue is not None:
        shown = ", ".join(note.number for note in credited)
        raise Refused(f"{invoice} was credited in part ({shown}): cancel it without --reissue, and bill its order anew")
    note = crediting.build_cancellation(
        number=invoicing.credit_number(desk),
        invoice=original,
        issued_on=desk.today,
        reason=reason,
        credited=credited,
    )
    invoicing.issue_credit(desk, note, customer)
    desk.record("cancelled", "invoice", invoice, credit_note=note.number, reason=reason)
    fresh = _reissue(desk, original, note, customer, reissue) if reissue is not None else None
    if fresh is None:
        _bill_again(desk, original)
    return note.number, fresh


def _bill_again(desk: Desk, original: InvoiceDocument) -> None:
    """What the cancelled invoice billed is delivered and not invoiced again."""
    billed: dict[str, dict[str, Decimal]] = {}
    for line in original.lines:
        number = line.order or original.order
        if number:
            billed.setdefault(number, {})[line.order_line or line.line] = -line.quantity
    for number, quantities in billed.items():
        orders.add_invoiced(desk.tx, number, quantities)
        orders.settle_status(desk.tx, number)
    orders.free_deliveries(desk.tx, original.number)


def _reissue(
    desk: Desk, original: InvoiceDocument, note: InvoiceDocument, customer: Customer, correction: Correction
) -> str:
    rules = drafts.rules_of(desk.tx, customer.number)
    document = corrected(desk, original, note, customer, correction)
    wrong = linting.paper_findings(document, rules)
    if wrong:
        raise Refused(f"the new invoice would be sent back too: {'; '.join(one.detail for one in wrong)}")
    number = sequences.next_number(desk.tx, "invoice", desk.settings.numbering.invoice)
    document = linting.demanded(billing.numbered(document, number), rules)
    invoicing.issue(desk, document, customer, rules, delivery=None)
    for one in orders.of_invoice(desk.tx, original.number):
        orders.set_delivery_invoice(desk.tx, one, number)
    (credit,) = invoices.items_by_number(desk.tx, (note.number,))
    (item,) = invoices.items_by_number(desk.tx, (number,))
    invoicing.set_off(desk, note.number, number, customer.number, min(-credit.open, item.open))
    desk.record("reissued", "invoice", original.number, number=number)
    return number


def corrected(
    desk: Desk, original: InvoiceDocument, note: InvoiceDocument, customer: Customer, correction: Correction
) -> InvoiceDocument:
    """The new invoice: the same lines under the record as it is now, the corrections, and today's date."""
    who = billing.addressee(customer, correction.contact or original.customer.contact)
    who = replace(
        who,
        name=correction.name or who.name,
        address=correction.address or who.address,
        tax_id=correction.tax_id or who.tax_id,
    )
    lines = tuple(_line(line, original, customer, desk.company.country) for line in original.lines)
    taxes = billing.taxed(lines, original.freight, original.currency)
    net = total([one.net for one in taxes], original.currency)
    tax = total([one.tax for one in taxes], original.currency)
    document = replace(
        original,
        number="",
        issued_on=desk.today,
        customer=who,
        lines=lines,
        taxes=taxes,
        net=net,
        tax=tax,
        total=net + tax,
        tax_treatment=customer.tax_treatment,
        po_number=correction.po_number or original.po_number,
        supplied_on=correction.supplied_on or original.supplied_on,
        replaces=original.number,
        cancelled_by=note.number,
        notes=(),
        fields=(),
    )
    if correction.keep_due_date and document.total == original.total:
        due = document.due_on
        return replace(document, due_on=max(due, desk.today) if due else None)
    return _dated(desk, document, customer)


def _line(line: NoticeLine, original: InvoiceDocument, customer: Customer, country: str) -> NoticeLine:
    if original.tax_treatment is customer.tax_treatment:
        return line
    if customer.tax_treatment is TaxTreatment.STANDARD:
        raise Refused(
            f"{original.number} was issued without tax and {customer.number} pays tax now: cancel it without --reissue, "
            "and bill its order anew"
        )
    crosses = billing.crosses_a_border_of_the_eu(customer, country) and line.unit.casefold() not in ("h", "hr", "day")
    return replace(line, tax_rate=Decimal(0), tax_category=billing.INTRA_COMMUNITY if crosses else "")


def _dated(desk: Desk, document: InvoiceDocument, customer: Customer) -> InvoiceDocument:
    """The due dates as the terms give them from today."""
    rules = drafts.rules_of(desk.tx, customer.number)
    return billing.with_terms(
        document,
        document.payment_terms or customer.payment_terms or desk.settings.billing.payment_terms,
        default_terms=desk.settings.billing.payment_terms,
        calendar=invoicing.bank_calendar(desk, rules.calendar if rules else ""),
        bank_day=invoicing.bank_day_of(desk, rules),
    )
