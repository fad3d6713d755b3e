"""Certificates of exemption: which one holds on the day of supply, and what is said where none does."""

from __future__ import annotations

from dataclasses import replace

from agent.booking.desk import Desk
from agent.booking.invoices.linting import Finding
from agent.domain.notices import InvoiceDocument
from agent.domain.receivables import Customer, TaxTreatment
from agent.store import filed


def certified(desk: Desk, document: InvoiceDocument, customer: Customer) -> InvoiceDocument:
    """The document with the certificate by which it bears no tax, where one is on file and holds."""
    if customer.tax_treatment is not TaxTreatment.EXEMPT:
        return document
    row = filed.valid_certificate(desk.tx, customer.number, document.supplied_on or document.issued_on)
    if row is None:
        return document
    return replace(document, certificate=row.number or row.name or "", certificate_until=row.valid_to)


def findings(desk: Desk, document: InvoiceDocument, customer: Customer) -> tuple[Finding, ...]:
    """A customer whose certificates are kept is exempt only while one of them holds (accepted, valid on that day).

    A customer on record as exempt of whom no certificate was ever accepted is exempt by the record alone.
    """
    if customer.tax_treatment is not TaxTreatment.EXEMPT:
        return ()
    on = document.supplied_on or document.issued_on
    if filed.valid_certificate(desk.tx, customer.number, on) is not None:
        return ()
    papers = filed.papers_of(desk.tx, [customer.number], kind=filed.TAX_CERTIFICATE)
    kept = [row for row in papers if row.status in ("accepted", "ended")]
    if not kept:
        return ()
    last = max((row.valid_to for row in kept if row.valid_to), default=None)
    known = f"the last one held until {last.isoformat()}" if last else "the last one has ended"
    return (
        Finding(
            "certificate",
            f"{customer.number} is exempt, and no certificate holds on {on.isoformat()} ({known}): ask for a new one and "
            "accept it, or import the customer with tax_treatment standard",
        ),
    )
