"""Electronic invoices (EN 16931): UN/CEFACT CII for Factur-X and ZUGFeRD, UBL 2.1 for Peppol BIS Billing 3.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.domain.notices import Company, InvoiceDocument


def missing(document: InvoiceDocument, company: Company) -> tuple[str, ...]:
    """What a valid e-invoice lacks, in words for a clerk; empty where `cii` and `ubl` can write one."""
    from templates.einvoice.terms import terms_of
    from templates.words import FALLBACK, words_of

    return terms_of(document, company, words_of(FALLBACK)).missing
