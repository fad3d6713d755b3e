"""An invoice in the terms of EN 16931-1, ready to be written in either syntax.

Every field is one business term (BT-) or group (BG-) of the standard; an empty text means that the term is left out.
Both writers get the same values, so that the two syntaxes cannot say different things.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PEPPOL_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
EN_16931 = "urn:cen.eu:en16931:2017"
INVOICE, CREDIT_NOTE = "380", "381"  # UNTDID 1001


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier and the scheme that it is of (for electronic addresses the EAS code list)."""

    value: str
    scheme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """BG-5, BG-8, BG-15. Up to three lines; town and post code only where the free text told them apart."""

    lines: tuple[str, ...] = ()
    city: str = ""
    post_code: str = ""
    region: str = ""
    country: str = ""  # ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """BG-6."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """BG-4 or BG-7."""

    name: str  # BT-27, BT-44
    address: Address
    vat_id: str = ""  # BT-31, BT-48
    tax_registration: str = ""  # BT-32
    identifier: str = ""  # BT-29, BT-46
    legal_id: Identifier | None = None  # BT-30, BT-47
    legal_information: str = ""  # BT-33
    electronic_address: Identifier | None = None  # BT-34, BT-49
    contact: Contact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """BG-16 with one account (BG-17)."""

    code: str  # BT-81, UNTDID 4461
    reference: str = ""  # BT-83
    account: str = ""  # BT-84
    is_iban: bool = False
    account_name: str = ""  # BT-85
    bic: str = ""  # BT-86


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """An allowance, or a charge: of a line (BG-27, BG-28) or, with a tax category, of the document (BG-21)."""

    charge: bool
    amount: Decimal
    reason: str
    code: str = ""  # UNTDID 5189 for allowances, 7161 for charges
    base: Decimal | None = None
    percent: Decimal | None = None
    category: str = ""
    rate: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class VatGroup:
    """BG-23."""

    category: str  # BT-118, UNTDID 5305
    rate: Decimal  # BT-119
    net: Decimal  # BT-116
    tax: Decimal  # BT-117
    reason: str = ""  # BT-120
    reason_code: str = ""  # BT-121, VATEX


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """BG-25."""

    number: str  # BT-126
    name: str  # BT-153
    quantity: Decimal  # BT-129
    unit: str  # BT-130, UN/ECE Recommendation 20
    price: Decimal  # BT-146
    base_quantity: Decimal  # BT-149
    net: Decimal  # BT-131
    category: str  # BT-151
    rate: Decimal  # BT-152
    item: str = ""  # BT-155
    buyer_item: str = ""  # BT-156
    note: str = ""  # BT-127
    unit_as_written: str = ""  # BT-161, where the code list has no word for it
    adjustment: Adjustment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """BG-13."""

    on: date | None = None  # BT-72
    name: str = ""  # BT-70
    address: Address | None = None  # BG-15


@dataclass(frozen=True, slots=True, kw_only=True)
class EInvoice:
    number: str  # BT-1
    issued_on: date  # BT-2
    type_code: str  # BT-3
    currency: str  # BT-5
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    charges: tuple[Adjustment, ...]
    vat: tuple[VatGroup, ...]
    line_total: Decimal  # BT-106
    charge_total: Decimal  # BT-108
    net: Decimal  # BT-109
    tax: Decimal  # BT-110
    gross: Decimal  # BT-112 and, as nothing is paid in advance, BT-115
    delivery: Delivery
    payment: Payment | None = None
    due_on: date | None = None  # BT-9
    buyer_reference: str = ""  # BT-10
    purchase_order: str = ""  # BT-13
    sales_order: str = ""  # BT-14
    project: str = ""  # BT-11
    contract: str = ""  # BT-12
    despatch_advice: str = ""  # BT-16
    accounting_reference: str = ""  # BT-19
    payment_terms: str = ""  # BT-20
    note: str = ""  # BT-22
    preceding_invoice: str = ""  # BT-25
