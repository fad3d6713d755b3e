"""Taking issued documents back by the book: a wrong credit note by a new invoice, a wrong invoice by credit and reissue.

Nothing that was issued is ever changed or deleted (Directive 2006/112/EC, Art. 219): another document corrects it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent.booking import invoicing
from agent.booking.desk import Desk
from agent.domain import billing
from agent.domain.errors import Refused
from agent.domain.notices import InvoiceDocument, NoticeLine, TaxLine
from agent.domain.receivables import Customer, InvoiceType
from agent.store import drafts, invoices, sequences


def take_back_credit(desk: Desk, credit_note: str, customer: Customer) -> str:
    """Issue an invoice over exactly what a credit note gave, due at once; return its number."""
    document = invoices.document_of(desk.tx, credit_note)
    if document is None or document.type is not InvoiceType.CREDIT_NOTE:
        raise Refused(f"{credit_note} is no credit note that was issued here")
    number = sequences.next_number(desk.tx, "invoice", desk.settings.numbering.invoice)
    taken = replace(
        document,
        number=number,
        type=InvoiceType.INVOICE,
        issued_on=desk.today,
        due_on=desk.today,
        lines=tuple(_positive(line, credit_note) for line in document.lines),
        net=-document.net,
        taxes=tuple(TaxLine(rate=one.rate, net=-one.net, tax=-one.tax) for one in document.taxes),
        tax=-document.tax,
        total=-document.total,
        corrects="",
        reason=credit_note,
    )
    invoicing.issue(desk, taken, customer, drafts.rules_of(desk.tx, customer.number), delivery=None)
    desk.record("credit_taken_back", "invoice", credit_note, by=number)
    return number


def _positive(line: NoticeLine, credit_note: str) -> NoticeLine:
    return replace(
        line,
        description=f"{credit_note}: {line.description}",
        unit_price=-line.unit_price,
        net=-line.net,
    )


def reissue(desk: Desk, invoice: str, customer: Customer, reason: str) -> dict[str, Any]:
    """Credit an invoice in full and issue it anew with what the record says of the customer now."""
    document = invoices.document_of(desk.tx, invoice)
    item = next(iter(invoices.items_by_number(desk.tx, (invoice,))), None)
    if document is None or item is None:
        raise Refused(f"{invoice} was issued by another system: cancel it and issue it again there")
    if item.open != item.total:
        raise Refused(f"{invoice} is paid or credited in part: credit what is wrong instead of issuing it again")
    note = invoicing.issue_credit_note(desk, invoice, customer, item.total, reason, gross=True)
    fresh = _anew(desk, document, customer)
    invoicing.issue(desk, fresh, customer, drafts.rules_of(desk.tx, customer.number), delivery=None)
    desk.record("reissued", "invoice", invoice, credit_note=note, new=fresh.number)
    return {"credit_of_old": note, "new_invoice": fresh.number}


def _anew(desk: Desk, document: InvoiceDocument, customer: Customer) -> InvoiceDocument:
    """The same supply under a new number and to the customer as on record; due as the first one was, or from today."""
    due = document.due_on
    return replace(
        document,
        number=sequences.next_number(desk.tx, "invoice", desk.settings.numbering.invoice),
        customer=billing.addressee(customer),
        issued_on=desk.today,
        due_on=max(due, desk.today) if due else None,
        creditor_reference="",
        discount_percent=None,
        discount_until=None,
        discount_amount=None,
    )
