"""Taking issued documents back by the book: a wrong credit note by a new invoice, a wrong invoice by credit and reissue.

Nothing that was issued is ever changed or deleted (Directive 2006/112/EC, Art. 219): another document corrects it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent.booking.desk import Desk
from agent.booking.invoices import cancelling, invoicing
from agent.domain.errors import Refused
from agent.domain.notices import NoticeLine
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
        taxes=tuple(replace(one, net=-one.net, tax=-one.tax) for one in document.taxes),
        tax=-document.tax,
        total=-document.total,
        corrects="",
        cancels=False,
        freight=None if document.freight is None else -document.freight,
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


def reissue(desk: Desk, invoice: str, reason: str, correction: cancelling.Correction | None = None) -> dict[str, Any]:
    """Cancel an invoice and issue it anew, by default with what the record says of the customer now, due as it was."""
    wanted = correction or cancelling.Correction(keep_due_date=True)
    note, fresh = cancelling.cancel(desk, invoice, reason, reissue=wanted)
    return {"credit_of_old": note, "new_invoice": fresh}
