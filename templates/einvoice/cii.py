"""UN/CEFACT Cross Industry Invoice (D16B as EN 16931-3-3 maps it, profile "EN 16931" of Factur-X 1.0 and ZUGFeRD 2)."""

from __future__ import annotations

from datetime import date

from agent.domain.notices import Company, InvoiceDocument
from templates.einvoice.markup import amount, group, leaf, number, root
from templates.einvoice.model import EN_16931, Address, Adjustment, Contact, EInvoice, Identifier, Line, Party, Payment
from templates.einvoice.terms import terms_of
from templates.errors import IncompleteEInvoice
from templates.words import FALLBACK, words_of

_NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_VAT = leaf("ram:TypeCode", "VAT")


def cii(document: InvoiceDocument, company: Company, language: str = FALLBACK) -> bytes:
    """The invoice as XML in UTF-8, the same bytes for the same data; its words in the language of the paper.

    Raises IncompleteEInvoice where `missing` names something.
    """
    terms = terms_of(document, company, words_of(language))
    if terms.missing:
        raise IncompleteEInvoice(document.number, terms.missing)
    return write(terms.invoice)


def write(invoice: EInvoice) -> bytes:
    return root(
        "rsm:CrossIndustryInvoice",
        _NAMESPACES,
        group(
            "rsm:ExchangedDocumentContext",
            group("ram:GuidelineSpecifiedDocumentContextParameter", leaf("ram:ID", EN_16931)),
        ),
        group(
            "rsm:ExchangedDocument",
            leaf("ram:ID", invoice.number),
            leaf("ram:TypeCode", invoice.type_code),
            group("ram:IssueDateTime", _day(invoice.issued_on)),
            group("ram:IncludedNote", leaf("ram:Content", invoice.note)),
        ),
        group(
            "rsm:SupplyChainTradeTransaction",
            *(_line(line) for line in invoice.lines),
            _agreement(invoice),
            _delivery(invoice),
            _settlement(invoice),
        ),
    )


def _day(when: date | None) -> str:
    return leaf("udt:DateTimeString", f"{when:%Y%m%d}", format="102") if when else ""


def _identifier(name: str, identifier: Identifier | None) -> str:
    return leaf(name, identifier.value, schemeID=identifier.scheme) if identifier else ""


def _line(line: Line) -> str:
    return group(
        "ram:IncludedSupplyChainTradeLineItem",
        group(
            "ram:AssociatedDocumentLineDocument",
            leaf("ram:LineID", line.number),
            group("ram:IncludedNote", leaf("ram:Content", line.note)),
        ),
        group(
            "ram:SpecifiedTradeProduct",
            leaf("ram:SellerAssignedID", line.item),
            leaf("ram:BuyerAssignedID", line.buyer_item),
            leaf("ram:Name", line.name),
            _characteristic("Unit", line.unit_as_written),
        ),
        group("ram:SpecifiedLineTradeAgreement", _price(line)),
        group(
            "ram:SpecifiedLineTradeDelivery",
            leaf("ram:BilledQuantity", number(line.quantity), unitCode=line.unit),
        ),
        group(
            "ram:SpecifiedLineTradeSettlement",
            group(
                "ram:ApplicableTradeTax",
                _VAT,
                leaf("ram:CategoryCode", line.category),
                leaf("ram:RateApplicablePercent", number(line.rate)),
            ),
            _adjustment(line.adjustment) if line.adjustment else "",
            group(
                "ram:SpecifiedTradeSettlementLineMonetarySummation",
                leaf("ram:LineTotalAmount", amount(line.net)),
            ),
        ),
    )


def _characteristic(name: str, value: str) -> str:
    if not value:
        return ""
    return group("ram:ApplicableProductCharacteristic", leaf("ram:Description", name), leaf("ram:Value", value))


def _price(line: Line) -> str:
    base = leaf("ram:BasisQuantity", number(line.base_quantity), unitCode=line.unit) if line.base_quantity != 1 else ""
    return group("ram:NetPriceProductTradePrice", leaf("ram:ChargeAmount", number(line.price)), base)


def _adjustment(adjustment: Adjustment) -> str:
    tax = group(
        "ram:CategoryTradeTax",
        _VAT,
        leaf("ram:CategoryCode", adjustment.category),
        leaf("ram:RateApplicablePercent", number(adjustment.rate)),
    )
    return group(
        "ram:SpecifiedTradeAllowanceCharge",
        group("ram:ChargeIndicator", leaf("udt:Indicator", "true" if adjustment.charge else "false")),
        leaf("ram:CalculationPercent", number(adjustment.percent) if adjustment.percent is not None else ""),
        leaf("ram:BasisAmount", amount(adjustment.base) if adjustment.base is not None else ""),
        leaf("ram:ActualAmount", amount(adjustment.amount)),
        leaf("ram:ReasonCode", adjustment.code),
        leaf("ram:Reason", adjustment.reason),
        tax if adjustment.category else "",
    )


def _agreement(invoice: EInvoice) -> str:
    return group(
        "ram:ApplicableHeaderTradeAgreement",
        leaf("ram:BuyerReference", invoice.buyer_reference),
        _party("ram:SellerTradeParty", invoice.seller),
        _party("ram:BuyerTradeParty", invoice.buyer),
        group("ram:SellerOrderReferencedDocument", leaf("ram:IssuerAssignedID", invoice.sales_order)),
        group("ram:BuyerOrderReferencedDocument", leaf("ram:IssuerAssignedID", invoice.purchase_order)),
        group("ram:ContractReferencedDocument", leaf("ram:IssuerAssignedID", invoice.contract)),
        group("ram:SpecifiedProcuringProject", leaf("ram:ID", invoice.project), leaf("ram:Name", "Project reference"))
        if invoice.project
        else "",
    )


def _party(name: str, party: Party) -> str:
    address = party.electronic_address
    return group(
        name,
        leaf("ram:ID", party.identifier),
        leaf("ram:Name", party.name),
        leaf("ram:Description", party.legal_information),
        group("ram:SpecifiedLegalOrganization", _identifier("ram:ID", party.legal_id)),
        _contact(party.contact) if party.contact else "",
        _address("ram:PostalTradeAddress", party.address),
        group("ram:URIUniversalCommunication", _identifier("ram:URIID", address)),
        group("ram:SpecifiedTaxRegistration", leaf("ram:ID", party.vat_id, schemeID="VA")),
        group("ram:SpecifiedTaxRegistration", leaf("ram:ID", party.tax_registration, schemeID="FC")),
    )


def _contact(contact: Contact) -> str:
    return group(
        "ram:DefinedTradeContact",
        leaf("ram:PersonName", contact.name),
        group("ram:TelephoneUniversalCommunication", leaf("ram:CompleteNumber", contact.phone)),
        group("ram:EmailURIUniversalCommunication", leaf("ram:URIID", contact.email)),
    )


def _address(name: str, address: Address) -> str:
    lines = (*address.lines, "", "", "")
    return group(
        name,
        leaf("ram:PostcodeCode", address.post_code),
        leaf("ram:LineOne", lines[0]),
        leaf("ram:LineTwo", lines[1]),
        leaf("ram:LineThree", lines[2]),
        leaf("ram:CityName", address.city),
        leaf("ram:CountryID", address.country),
        leaf("ram:CountrySubDivisionName", address.region),
    )


def _delivery(invoice: EInvoice) -> str:
    delivery = invoice.delivery
    place = (
        leaf("ram:Name", delivery.name),
        _address("ram:PostalTradeAddress", delivery.address) if delivery.address else "",
    )
    event = group("ram:OccurrenceDateTime", _day(delivery.on))
    return (
        group(
            "ram:ApplicableHeaderTradeDelivery",
            group("ram:ShipToTradeParty", *place),
            group("ram:ActualDeliverySupplyChainEvent", event),
            group("ram:DespatchAdviceReferencedDocument", leaf("ram:IssuerAssignedID", invoice.despatch_advice)),
        )
        or "<ram:ApplicableHeaderTradeDelivery/>"  # the schema wants it even where there is nothing to say
    )


def _settlement(invoice: EInvoice) -> str:
    payment = invoice.payment
    return group(
        "ram:ApplicableHeaderTradeSettlement",
        leaf("ram:PaymentReference", payment.reference if payment else ""),
        leaf("ram:InvoiceCurrencyCode", invoice.currency),
        _payment(payment) if payment else "",
        *(
            group(
                "ram:ApplicableTradeTax",
                leaf("ram:CalculatedAmount", amount(vat.tax)),
                _VAT,
                leaf("ram:ExemptionReason", vat.reason),
                leaf("ram:BasisAmount", amount(vat.net)),
                leaf("ram:CategoryCode", vat.category),
                leaf("ram:ExemptionReasonCode", vat.reason_code),
                leaf("ram:RateApplicablePercent", number(vat.rate)),
            )
            for vat in invoice.vat
        ),
        *(_adjustment(charge) for charge in invoice.charges),
        group(
            "ram:SpecifiedTradePaymentTerms",
            leaf("ram:Description", invoice.payment_terms),
            group("ram:DueDateDateTime", _day(invoice.due_on)),
        ),
        _sums(invoice),
        group("ram:InvoiceReferencedDocument", leaf("ram:IssuerAssignedID", invoice.preceding_invoice)),
        group("ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", invoice.accounting_reference)),
    )


def _payment(payment: Payment) -> str:
    return group(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        leaf("ram:TypeCode", payment.code),
        group(
            "ram:PayeePartyCreditorFinancialAccount",
            leaf("ram:IBANID", payment.account if payment.is_iban else ""),
            leaf("ram:AccountName", payment.account_name),
            leaf("ram:ProprietaryID", "" if payment.is_iban else payment.account),
        ),
        group("ram:PayeeSpecifiedCreditorFinancialInstitution", leaf("ram:BICID", payment.bic)),
    )


def _sums(invoice: EInvoice) -> str:
    charges = amount(invoice.charge_total) if invoice.charges else ""
    return group(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        leaf("ram:LineTotalAmount", amount(invoice.line_total)),
        leaf("ram:ChargeTotalAmount", charges),
        leaf("ram:TaxBasisTotalAmount", amount(invoice.net)),
        leaf("ram:TaxTotalAmount", amount(invoice.tax), currencyID=invoice.currency),
        leaf("ram:GrandTotalAmount", amount(invoice.gross)),
        leaf("ram:DuePayableAmount", amount(invoice.gross)),
    )
