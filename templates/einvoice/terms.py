"""From an issued document to the terms of EN 16931, and what is missing for a valid e-invoice, in a clerk's words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from agent.domain.notices import Company, InvoiceDocument
from agent.domain.receivables import InvoiceType, TaxTreatment
from templates.clean import scrub
from templates.einvoice.figures import Scale, faults, freight_of, lines_of, vat_of
from templates.einvoice.model import CREDIT_NOTE, INVOICE, EInvoice
from templates.einvoice.parties import buyer_of, delivery_of, located, payment_of, seller_of
from templates.einvoice.texts import note_of, payment_terms_of
from templates.words import Words

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Terms:
    """An invoice in the terms of the standard; valid only where nothing is missing."""

    invoice: EInvoice
    missing: tuple[str, ...]


def terms_of(document: InvoiceDocument, company: Company, words: Words) -> Terms:
    """Everything that either syntax says, and why it cannot be said, where it cannot."""
    document = scrub(document, company.iban)
    scale = Scale.of(document)
    problems = faults(document, scale)
    invoice = _invoice(document, company, words, scale)
    return Terms(invoice, (*_gaps(document, invoice), *problems))


def _invoice(document: InvoiceDocument, company: Company, words: Words, scale: Scale) -> EInvoice:
    lines, charges = lines_of(document, scale, words), freight_of(document, scale, words)
    asked = {field.term: field.value for field in document.fields if field.term}
    seller, buyer = seller_of(company, words), buyer_of(document.customer)
    seller = replace(seller, identifier=asked.get("vendor_number") or seller.identifier)
    credit = document.type is InvoiceType.CREDIT_NOTE
    return EInvoice(
        number=document.number,
        issued_on=document.issued_on,
        type_code=CREDIT_NOTE if credit else INVOICE,
        currency=document.currency,
        seller=seller,
        buyer=buyer,
        lines=lines,
        charges=charges,
        vat=vat_of(document, scale, words),
        line_total=sum((line.net for line in lines), ZERO),
        charge_total=sum((charge.amount for charge in charges), ZERO),
        net=scale.amount(document.net),
        tax=scale.amount(document.tax),
        gross=scale.amount(document.total),
        delivery=delivery_of(document),
        payment=payment_of(document, company),
        due_on=None if credit or document.instalments else document.due_on,  # parts stand in the terms (BT-20)
        buyer_reference=asked.get("buyer_reference") or document.customer.contact or document.po_number,
        project=asked.get("project", ""),
        contract=asked.get("contract", ""),
        accounting_reference=asked.get("cost_centre", ""),
        purchase_order=document.po_number,
        sales_order=document.order,
        despatch_advice=document.delivery_references[0] if len(document.delivery_references) == 1 else "",
        payment_terms=payment_terms_of(document, words, german=seller.address.country == buyer.address.country == "DE"),
        note=note_of(document, words),
        preceding_invoice=document.corrects or document.replaces,
    )


def _gaps(document: InvoiceDocument, invoice: EInvoice) -> list[str]:
    """What the parties and the document lack for the rules of EN 16931 (BR-02 to BR-11, BR-AE, BR-G, BR-CO-25)."""
    seller, buyer = invoice.seller, invoice.buyer
    untaxed = document.tax_treatment in (TaxTreatment.REVERSE_CHARGE, TaxTreatment.EXPORT)
    checks = (
        (not document.proforma, "a pro-forma is not sent as an e-invoice"),
        (bool(invoice.number), "the invoice number"),
        (bool(seller.name), "our name ([company] name)"),
        (bool(seller.address.country), "our country as an ISO 3166 code ([company] country)"),
        (bool(seller.vat_id or seller.tax_registration), "our VAT number ([company] tax_id)"),
        (not untaxed or bool(seller.vat_id), "our VAT number with its country ([company] tax_id)"),
        (bool(buyer.name), "the customer's name"),
        (bool(buyer.address.country), "the customer's country as an ISO 3166 code"),
        (
            document.tax_treatment is not TaxTreatment.REVERSE_CHARGE or bool(buyer.vat_id),
            "the customer's VAT number with its country (reverse charge)",
        ),
        (
            document.supplied_on is not None or all(line.tax_category != "K" for line in document.lines),
            "the day of supply (goods to another member state)",
        ),
        (
            invoice.gross <= 0 or bool(invoice.due_on or invoice.payment_terms.strip()),
            "the due date or the terms of payment",
        ),
    )
    return [words for there, words in checks if not there]


def peppol_gaps(invoice: EInvoice) -> tuple[str, ...]:
    """What Peppol BIS Billing 3.0 wants beyond EN 16931 and is not there; only an invoice with no gap claims Peppol."""
    seller, buyer = invoice.seller, invoice.buyer
    routed = [(seller, "our"), (buyer, "the customer's")]
    found = [
        f"{whose} electronic address in a scheme of Peppol (a VAT number gives one)"
        for party, whose in routed
        if party.electronic_address is None or party.electronic_address.scheme == "EM"
    ]
    if not (invoice.buyer_reference or invoice.purchase_order):
        found.append("the customer's order number or reference")
    return (*found, *_national_gaps(invoice))


def _national_gaps(invoice: EInvoice) -> list[str]:
    """The rules of the seller's country, as far as they can be known from the data."""
    seller, buyer = invoice.seller, invoice.buyer
    country, domestic = seller.address.country, seller.address.country == buyer.address.country
    contact = seller.contact
    ours, theirs, paid = located(seller.address), located(buyer.address), invoice.payment is not None
    german, danish = domestic and country == "DE", domestic and country == "DK"
    checks = (
        (country not in ("GR", "IS") and not danish, "numbers that authorities in Greece, Iceland and Denmark give"),
        (country not in ("NL", "IT", "DE") or ours, "our street, post code and town on lines of their own"),
        (not (domestic and country in ("NL", "DE")) or theirs, "the customer's street, post code and town"),
        (not german or bool(contact and contact.phone and contact.email), "our telephone number"),
        (country not in ("NL", "DE") or paid, "our bank account"),
        (country != "NL" or invoice.type_code == INVOICE or bool(invoice.preceding_invoice), "the invoice credited"),
    )
    return [words for there, words in checks if not there]
