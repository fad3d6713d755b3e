"""UBL 2.1 Invoice and CreditNote (ISO/IEC 19845), as EN 16931-3-2 maps it and Peppol BIS Billing 3.0 restricts it."""

from __future__ import annotations

from decimal import Decimal

from agent.domain.notices import Company, InvoiceDocument
from templates.einvoice.markup import amount, day, group, leaf, number, root
from templates.einvoice.model import (
    CREDIT_NOTE,
    EN_16931,
    PEPPOL,
    PEPPOL_PROCESS,
    Address,
    Adjustment,
    EInvoice,
    Identifier,
    Line,
    Party,
    Payment,
    VatGroup,
)
from templates.einvoice.terms import peppol_gaps, terms_of
from templates.errors import IncompleteEInvoice
from templates.words import FALLBACK, words_of

_AGGREGATES = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_BASICS = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:"
_VAT = group("cac:TaxScheme", leaf("cbc:ID", "VAT"))


def ubl(document: InvoiceDocument, company: Company, language: str = FALLBACK) -> bytes:
    """The invoice as XML in UTF-8, the same bytes for the same data; its words in the language of the paper.

    It claims Peppol BIS Billing 3.0 where it has all that Peppol wants, else plain EN 16931. Raises IncompleteEInvoice
    where `missing` names something.
    """
    terms = terms_of(document, company, words_of(language))
    if terms.missing:
        raise IncompleteEInvoice(document.number, terms.missing)
    return write(terms.invoice)


def write(invoice: EInvoice) -> bytes:
    credit = invoice.type_code == CREDIT_NOTE
    name = "CreditNote" if credit else "Invoice"
    peppol = not peppol_gaps(invoice)
    return root(
        name,
        {"": f"{_SCHEMA}{name}-2", "cac": _AGGREGATES, "cbc": _BASICS},
        leaf("cbc:CustomizationID", PEPPOL if peppol else EN_16931),
        leaf("cbc:ProfileID", PEPPOL_PROCESS if peppol else ""),
        leaf("cbc:ID", invoice.number),
        leaf("cbc:IssueDate", day(invoice.issued_on)),
        "" if credit else leaf("cbc:DueDate", day(invoice.due_on)),
        leaf(f"cbc:{name}TypeCode", invoice.type_code),
        leaf("cbc:Note", invoice.note),
        leaf("cbc:DocumentCurrencyCode", invoice.currency),
        leaf("cbc:AccountingCost", invoice.accounting_reference),
        leaf("cbc:BuyerReference", invoice.buyer_reference),
        _order(invoice),
        group(
            "cac:BillingReference",
            group("cac:InvoiceDocumentReference", leaf("cbc:ID", invoice.preceding_invoice)),
        ),
        group("cac:DespatchDocumentReference", leaf("cbc:ID", invoice.despatch_advice)),
        group("cac:ContractDocumentReference", leaf("cbc:ID", invoice.contract)),
        _project(invoice.project, credit=credit),
        group("cac:AccountingSupplierParty", _party(invoice.seller)),
        group("cac:AccountingCustomerParty", _party(invoice.buyer)),
        _delivery(invoice),
        _payment(invoice.payment) if invoice.payment else "",
        group("cac:PaymentTerms", leaf("cbc:Note", invoice.payment_terms)),
        *(_adjustment(charge, invoice.currency) for charge in invoice.charges),
        group(
            "cac:TaxTotal",
            _amount("cbc:TaxAmount", amount(invoice.tax), invoice.currency),
            *(_subtotal(vat, invoice.currency) for vat in invoice.vat),
        ),
        _sums(invoice),
        *(_line(line, invoice.currency, credit=credit) for line in invoice.lines),
    )


def _project(project: str, *, credit: bool) -> str:
    """BT-11; a credit note has no place of its own for it (document type 50, UNTDID 1001)."""
    if not project:
        return ""
    if credit:
        return group("cac:AdditionalDocumentReference", leaf("cbc:ID", project), leaf("cbc:DocumentTypeCode", "50"))
    return group("cac:ProjectReference", leaf("cbc:ID", project))


def _amount(name: str, text: str, currency: str) -> str:
    return leaf(name, text, currencyID=currency)


def _order(invoice: EInvoice) -> str:
    """UBL demands a purchase order number before a sales order; "NA" is what Peppol prescribes for none."""
    if not (invoice.purchase_order or invoice.sales_order):
        return ""
    return group(
        "cac:OrderReference",
        leaf("cbc:ID", invoice.purchase_order or "NA"),
        leaf("cbc:SalesOrderID", invoice.sales_order),
    )


def _identifier(name: str, identifier: Identifier | None) -> str:
    return leaf(name, identifier.value, schemeID=identifier.scheme) if identifier else ""


def _party(party: Party) -> str:
    contact = party.contact
    return group(
        "cac:Party",
        _identifier("cbc:EndpointID", party.electronic_address),
        group("cac:PartyIdentification", leaf("cbc:ID", party.identifier)),
        _address("cac:PostalAddress", party.address),
        _tax_scheme(party.vat_id, "VAT"),
        _tax_scheme(party.tax_registration, "TAX"),
        group(
            "cac:PartyLegalEntity",
            leaf("cbc:RegistrationName", party.name),
            _identifier("cbc:CompanyID", party.legal_id),
            leaf("cbc:CompanyLegalForm", party.legal_information),
        ),
        group(
            "cac:Contact",
            leaf("cbc:Name", contact.name),
            leaf("cbc:Telephone", contact.phone),
            leaf("cbc:ElectronicMail", contact.email),
        )
        if contact
        else "",
    )


def _tax_scheme(number_: str, scheme: str) -> str:
    if not number_:
        return ""
    return group("cac:PartyTaxScheme", leaf("cbc:CompanyID", number_), group("cac:TaxScheme", leaf("cbc:ID", scheme)))


def _address(name: str, address: Address) -> str:
    lines = (*address.lines, "", "", "")
    return group(
        name,
        leaf("cbc:StreetName", lines[0]),
        leaf("cbc:AdditionalStreetName", lines[1]),
        leaf("cbc:CityName", address.city),
        leaf("cbc:PostalZone", address.post_code),
        leaf("cbc:CountrySubentity", address.region),
        group("cac:AddressLine", leaf("cbc:Line", lines[2])),
        group("cac:Country", leaf("cbc:IdentificationCode", address.country)),
    )


def _delivery(invoice: EInvoice) -> str:
    delivery = invoice.delivery
    return group(
        "cac:Delivery",
        leaf("cbc:ActualDeliveryDate", day(delivery.on)),
        group("cac:DeliveryLocation", _address("cac:Address", delivery.address) if delivery.address else ""),
        group("cac:DeliveryParty", group("cac:PartyName", leaf("cbc:Name", delivery.name))),
    )


def _payment(payment: Payment) -> str:
    return group(
        "cac:PaymentMeans",
        leaf("cbc:PaymentMeansCode", payment.code),
        leaf("cbc:PaymentID", payment.reference),
        group(
            "cac:PayeeFinancialAccount",
            leaf("cbc:ID", payment.account),
            leaf("cbc:Name", payment.account_name),
            group("cac:FinancialInstitutionBranch", leaf("cbc:ID", payment.bic)),
        )
        if payment.account
        else "",
    )


def _adjustment(adjustment: Adjustment, currency: str) -> str:
    return group(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", "true" if adjustment.charge else "false"),
        leaf("cbc:AllowanceChargeReasonCode", adjustment.code),
        leaf("cbc:AllowanceChargeReason", adjustment.reason),
        leaf("cbc:MultiplierFactorNumeric", number(adjustment.percent) if adjustment.percent is not None else ""),
        _amount("cbc:Amount", amount(adjustment.amount), currency),
        _amount("cbc:BaseAmount", amount(adjustment.base) if adjustment.base is not None else "", currency),
        _category("cac:TaxCategory", adjustment.category, adjustment.rate) if adjustment.category else "",
    )


def _category(name: str, category: str, rate: Decimal) -> str:
    return group(name, leaf("cbc:ID", category), leaf("cbc:Percent", number(rate)), _VAT)


def _subtotal(vat: VatGroup, currency: str) -> str:
    return group(
        "cac:TaxSubtotal",
        _amount("cbc:TaxableAmount", amount(vat.net), currency),
        _amount("cbc:TaxAmount", amount(vat.tax), currency),
        group(
            "cac:TaxCategory",
            leaf("cbc:ID", vat.category),
            leaf("cbc:Percent", number(vat.rate)),
            leaf("cbc:TaxExemptionReasonCode", vat.reason_code),
            leaf("cbc:TaxExemptionReason", vat.reason),
            _VAT,
        ),
    )


def _sums(invoice: EInvoice) -> str:
    charges = amount(invoice.charge_total) if invoice.charges else ""
    return group(
        "cac:LegalMonetaryTotal",
        _amount("cbc:LineExtensionAmount", amount(invoice.line_total), invoice.currency),
        _amount("cbc:TaxExclusiveAmount", amount(invoice.net), invoice.currency),
        _amount("cbc:TaxInclusiveAmount", amount(invoice.gross), invoice.currency),
        _amount("cbc:ChargeTotalAmount", charges, invoice.currency),
        _amount("cbc:PayableAmount", amount(invoice.gross), invoice.currency),
    )


def _line(line: Line, currency: str, *, credit: bool) -> str:
    name, counted = ("CreditNoteLine", "CreditedQuantity") if credit else ("InvoiceLine", "InvoicedQuantity")
    return group(
        f"cac:{name}",
        leaf("cbc:ID", line.number),
        leaf("cbc:Note", line.note),
        leaf(f"cbc:{counted}", number(line.quantity), unitCode=line.unit),
        _amount("cbc:LineExtensionAmount", amount(line.net), currency),
        _adjustment(line.adjustment, currency) if line.adjustment else "",
        group(
            "cac:Item",
            leaf("cbc:Name", line.name),
            group("cac:BuyersItemIdentification", leaf("cbc:ID", line.buyer_item)),
            group("cac:SellersItemIdentification", leaf("cbc:ID", line.item)),
            _category("cac:ClassifiedTaxCategory", line.category, line.rate),
            group("cac:AdditionalItemProperty", leaf("cbc:Name", "Unit"), leaf("cbc:Value", line.unit_as_written))
            if line.unit_as_written
            else "",
        ),
        group(
            "cac:Price",
            _amount("cbc:PriceAmount", number(line.price), currency),
            leaf("cbc:BaseQuantity", number(line.base_quantity), unitCode=line.unit) if line.base_quantity != 1 else "",
        ),
    )
