"""Seller, buyer, delivery and account in the terms of EN 16931."""

from __future__ import annotations

from agent.domain.notices import Addressee, Company, InvoiceDocument
from agent.domain.receivables import InvoiceType
from templates.einvoice.address import address_of
from templates.einvoice.identifiers import country_of, electronic_address, legal_id, tax_number, vat_id
from templates.einvoice.model import Address, Contact, Delivery, Party, Payment
from templates.iban import bare, valid_iban
from templates.swiss import reference_of
from templates.words import Words

_SEPA_TRANSFER, _TRANSFER, _SET_OFF = "58", "30", "97"  # UNTDID 4461


def seller_of(company: Company, words: Words) -> Party:
    country = country_of(company.country)
    vat = vat_id(company.tax_id, country)
    other = "" if vat else tax_number(company.tax_id)
    return Party(
        name=company.name,
        address=address_of(company.address, country, company.name),
        vat_id=vat,
        tax_registration=other,
        identifier=other,  # BR-CO-26: without a VAT number something must identify us
        legal_id=legal_id(vat),
        legal_information="; ".join(company.registration.split("\n")),
        electronic_address=electronic_address(vat, company.email),
        contact=Contact(
            name=company.contact_name or words.say("letter.team"), phone=company.phone, email=company.email
        ),
    )


def buyer_of(customer: Addressee) -> Party:
    country = country_of(customer.country)
    vat = vat_id(customer.tax_id, country)
    return Party(
        name=customer.name,
        address=address_of(customer.address, country, customer.name),
        vat_id=vat,
        identifier=customer.number,
        legal_id=legal_id(vat),
        electronic_address=electronic_address(vat, customer.email),
    )


def delivery_of(document: InvoiceDocument) -> Delivery:
    """When and where; the place in words, and as an address where it is plainly one in the buyer's country."""
    place, country = document.ship_to.strip(), country_of(document.customer.country)
    crossed = any(line.tax_category == "K" for line in document.lines)
    nowhere = Address(country=country) if crossed and country else None  # BR-IC-12: the state that the goods went to
    if not place:
        return Delivery(on=document.supplied_on, address=nowhere)
    address = address_of(place, country, document.customer.name)
    if address.city and address.country:
        return Delivery(on=document.supplied_on, address=address)
    return Delivery(on=document.supplied_on, name=", ".join(place.splitlines()), address=nowhere)


def payment_of(document: InvoiceDocument, company: Company) -> Payment | None:
    """Our account from the settings; what we owe is set off, so that no account of ours is to be paid to."""
    if document.type is InvoiceType.CREDIT_NOTE or document.total.minor <= 0:
        return Payment(code=_SET_OFF, reference=document.number)
    if not company.iban:
        return None
    is_iban = valid_iban(company.iban)
    return Payment(
        code=_SEPA_TRANSFER if is_iban and document.currency == "EUR" else _TRANSFER,
        reference=reference_of(document, company) or document.number,
        account=bare(company.iban),
        is_iban=is_iban,
        account_name=company.name,
        bic=company.bic,
    )


def located(address: Address) -> bool:
    """Whether street, town and post code are all known."""
    return bool(address.lines and address.city and address.post_code)
