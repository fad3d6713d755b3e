"""The Swiss QR-bill (SIX, Implementation Guidelines QR-bill 2.3, and its style guide): code and words of the payment slip.

It needs an account of Switzerland or Liechtenstein, francs or euros, and our address with post code and town on lines
of their own: structured addresses (type S) are the only ones left.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from agent.domain.money import Money
from agent.domain.notices import Addressee, Company, InvoiceDocument
from agent.domain.receivables import InvoiceType
from templates.einvoice.address import address_of
from templates.einvoice.identifiers import country_of
from templates.epc import as_svg
from templates.iban import bare, valid_creditor_reference, valid_iban
from templates.words import Words

COUNTRIES = frozenset({"CH", "LI"})
CURRENCIES = frozenset({"CHF", "EUR"})
_MOST = 99_999_999_999  # minor units: 999 999 999.99
_QR_IID = range(30000, 32000)  # institutions of a QR-IBAN
_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)  # modulo 10, recursive
_HOUSE = re.compile(r"(.+?)[ ,]+(\d+[ ]?[A-Za-z]?(?:[-/]\d+[A-Za-z]?)?)")
_EXTRA = frozenset("ȘșȚț€")


@dataclass(frozen=True, slots=True)
class SlipAddress:
    name: str
    street: str
    house: str
    post_code: str
    town: str
    country: str

    @property
    def rows(self) -> tuple[str, ...]:
        street = f"{self.street} {self.house}".strip()
        return tuple(row for row in (self.name, street, f"{self.post_code} {self.town}") if row)

    @property
    def fields(self) -> tuple[str, ...]:
        return ("S", self.name, self.street, self.house, self.post_code, self.town, self.country)


@dataclass(frozen=True, slots=True)
class Slip:
    """What one payment slip says; `reference` is a QR reference, a creditor reference, or empty."""

    iban: str
    creditor: SlipAddress
    debtor: SlipAddress | None
    amount: Money
    reference_type: str  # QRR | SCOR | NON
    reference: str
    message: str


def is_qr_iban(iban: str) -> bool:
    """Whether an account takes QR references alone (its institution number lies between 30000 and 31999)."""
    text = bare(iban)
    return valid_iban(text) and text[:2] in COUNTRIES and text[4:9].isdigit() and int(text[4:9]) in _QR_IID


def qr_reference(number: str) -> str:
    """The QR reference of a document number: its digits, filled up to 26, and the check digit; empty without digits."""
    digits = "".join(ch for ch in number if ch.isascii() and ch.isdigit())[-26:].rjust(26, "0")
    if not digits.strip("0"):
        return ""
    carry = 0
    for digit in digits:
        carry = _CARRY[(carry + int(digit)) % 10]
    return f"{digits}{(10 - carry) % 10}"


def reference_of(document: InvoiceDocument, company: Company) -> str:
    """What the customer writes on the transfer: the QR reference where our account takes no other."""
    return (qr_reference(document.number) if is_qr_iban(company.iban) else "") or document.creditor_reference


def due_first(document: InvoiceDocument) -> Money:
    """What a code asks for: the whole, or the first of several parts."""
    return document.instalments[0].amount if document.instalments else document.total


def slip_of(document: InvoiceDocument, company: Company) -> Slip | None:
    """The slip of an invoice, or None where it may have none."""
    payable = document.type is InvoiceType.INVOICE and 0 < document.total.minor <= _MOST
    iban = bare(company.iban)
    if not payable or document.currency not in CURRENCIES or not valid_iban(iban) or iban[:2] not in COUNTRIES:
        return None
    here = country_of(document.customer.country)
    if document.currency == "EUR" and here not in COUNTRIES and here:
        return None  # abroad nobody can pay it in; the EPC code stands there instead
    creditor = _address(company.name, company.address, country_of(company.country))
    if creditor is None:
        return None
    reference = qr_reference(document.number) if is_qr_iban(iban) else document.creditor_reference
    kind = "QRR" if is_qr_iban(iban) else "SCOR" if valid_creditor_reference(reference) else "NON"
    if kind == "QRR" and not reference:
        return None
    return Slip(
        iban=iban,
        creditor=creditor,
        debtor=_debtor(document.customer),
        amount=due_first(document),
        reference_type=kind,
        reference="" if kind == "NON" else bare(reference),
        message=_clean(document.number, 140),
    )


def _debtor(customer: Addressee) -> SlipAddress | None:
    return _address(customer.name, customer.address, country_of(customer.country))


def _address(name: str, text: str, country: str) -> SlipAddress | None:
    found = address_of(text, country, name)
    if not (found.city and found.post_code and country):
        return None
    street = found.lines[-1] if found.lines else ""
    house = _HOUSE.fullmatch(street)
    return SlipAddress(
        name=_clean(name, 70),
        street=_clean(house[1] if house else street, 70),
        house=_clean(house[2] if house else "", 16),
        post_code=_clean(found.post_code, 16),
        town=_clean(found.city, 35),
        country=country,
    )


def _clean(text: str, limit: int) -> str:
    """Text of the characters that banks take; others lose their marks or become a point."""
    return " ".join("".join(_letter(ch) for ch in unicodedata.normalize("NFC", text)).split())[:limit].strip()


def _letter(ch: str) -> str:
    if 0x20 <= ord(ch) <= 0x7E or 0xA0 <= ord(ch) <= 0x17F or ch in _EXTRA:
        return ch
    plain = "".join(one for one in unicodedata.normalize("NFKD", ch) if 0x20 <= ord(one) <= 0x7E)
    return plain or ("" if unicodedata.combining(ch) else ".")


def payload(slip: Slip) -> str:
    """The text of the code: 31 lines and the end mark, elements that are not used stay empty."""
    nobody = ("",) * 7
    rows = (
        "SPC", "0200", "1", slip.iban, *slip.creditor.fields, *nobody, slip.amount.plain(), slip.amount.currency,
        *(slip.debtor.fields if slip.debtor else nobody), slip.reference_type, slip.reference, slip.message, "EPD",
    )  # fmt: skip
    return "\n".join(rows)


def code_svg(slip: Slip) -> str:
    """The code of 46 x 46 mm with the Swiss cross of 7 x 7 mm in its middle, as SVG; error correction M."""
    import segno

    code = segno.make(payload(slip), encoding="utf-8", error="m", boost_error=False, mask=2, micro=False)
    inner = as_svg(code.matrix).replace("<svg ", '<svg x="0" y="0" ', 1)
    inner = re.sub(r'width="\d+" height="\d+"', 'width="46" height="46"', inner, count=1)
    cross = (
        '<rect x="19.5" y="19.5" width="7" height="7" fill="#fff"/><rect x="20" y="20" width="6" height="6" fill="#000"/>'
        '<rect x="22.4" y="21.1" width="1.2" height="3.8" fill="#fff"/><rect x="21.1" y="22.4" width="3.8" height="1.2" fill="#fff"/>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="46mm" height="46mm" viewBox="0 0 46 46">{inner}{cross}</svg>'
    )


def shown(slip: Slip, words: Words) -> dict[str, object]:
    """The words of the slip, ready to print; the currency's own language version decides nothing, the customer's does."""
    names = (
        "payment_part", "receipt", "account", "reference", "information", "payable_by", "payable_by_blank", "currency",
        "amount", "acceptance", "separate",
    )  # fmt: skip
    return {
        "words": {name.replace("_", "-"): words.say(f"swiss.{name}") for name in names},
        "account": [_groups(slip.iban, 4), *slip.creditor.rows],
        "reference": _reference_groups(slip),
        "message": slip.message,
        "debtor": list(slip.debtor.rows) if slip.debtor else [],
        "currency": slip.amount.currency,
        "amount": f"{slip.amount.amount:,.2f}".replace(",", " "),
    }


def _reference_groups(slip: Slip) -> str:
    if slip.reference_type == "QRR":
        return f"{slip.reference[:2]} {_groups(slip.reference[2:], 5)}"
    return _groups(slip.reference, 4)


def _groups(text: str, size: int) -> str:
    return " ".join(text[at : at + size] for at in range(0, len(text), size))
