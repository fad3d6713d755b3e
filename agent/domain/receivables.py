"""What we hold: customers, items and prices, orders, open items, advices and receipts, as matching sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.money import Money, total
from agent.domain.phrases import Phrase


class Automation(StrEnum):
    """How much the agent does for a customer without a person."""

    AUTO = "auto"
    ASSIST = "assist"  # everything that would leave is held for a person
    SHADOW = "shadow"  # nothing leaves and nothing is booked, only recorded


class TaxTreatment(StrEnum):
    STANDARD = "standard"
    REVERSE_CHARGE = "reverse_charge"
    EXEMPT = "exempt"
    EXPORT = "export"


class BillOn(StrEnum):
    """What makes an order billable."""

    ORDER = "order"
    SHIPMENT = "shipment"
    DELIVERY = "delivery"
    ACCEPTANCE = "acceptance"


class Billing(StrEnum):
    """How deliveries are gathered into invoices."""

    PER_DELIVERY = "per_delivery"
    PER_ORDER = "per_order"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    number: str
    name: str
    currency: str
    emails: tuple[str, ...] = ()  # addresses, or `@example.com` for all of a domain
    country: str | None = None  # ISO 3166-1 alpha-2
    language: str | None = None  # ISO 639-1
    payment_terms: str | None = None
    address: str | None = None
    ship_to: tuple[str, ...] = ()
    tax_id: str | None = None
    tax_treatment: TaxTreatment = TaxTreatment.STANDARD
    credit_limit: Money | None = None
    parent: str | None = None
    aliases: tuple[str, ...] = ()  # names under which this customer pays
    accounts: tuple[str, ...] = ()  # accounts from which this customer pays
    invoice_detail: str = "itemised"
    invoice_format: str = "pdf"
    billing: Billing = Billing.PER_DELIVERY
    bill_on: BillOn = BillOn.DELIVERY
    automation: Automation | None = None  # None: the company's default
    owner: str | None = None
    on_hold: bool = False
    timezone: str | None = None  # IANA name; None: the company's
    requires_signature: bool = False
    proof_with_invoice: bool = False  # the proof of delivery goes out beside the invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    number: str
    description: str
    unit: str
    unit_price: Decimal
    price_per: Decimal
    currency: str
    tax_rate: Decimal  # per cent
    pack_size: Decimal | None = None
    min_quantity: Decimal | None = None
    lead_days: int | None = None
    service: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """An agreed price: of one customer (or of all, customer None), from a quantity, within a validity."""

    customer: str | None
    item: str
    unit_price: Decimal
    price_per: Decimal
    currency: str
    min_quantity: Decimal | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    buyer_item: str | None = None
    quotation: str | None = None


class OrderStatus(StrEnum):
    CONFIRMED = "confirmed"
    HELD = "held"
    WAITING_PREPAYMENT = "waiting_prepayment"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    PART_DELIVERED = "part_delivered"
    DELIVERED = "delivered"
    INVOICED = "invoiced"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    line: str
    item: str | None
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    price_per: Decimal = Decimal(1)
    discount_percent: Decimal | None = None
    tax_rate: Decimal | None = None
    buyer_item: str | None = None
    requested_on: date | None = None
    delivered: Decimal = Decimal(0)  # accepted by the customer so far
    invoiced: Decimal = Decimal(0)
    service: bool = False


class Discrepancy(StrEnum):
    """What an order says otherwise than we expect."""

    UNKNOWN_ITEM = "unknown_item"
    PRICE = "price"
    QUANTITY = "quantity"
    TOTAL = "total"
    DUPLICATE = "duplicate"
    UNSIGNED = "unsigned"
    UNDATED = "undated"
    SHIP_TO = "ship_to"
    TERMS = "terms"
    LEAD_TIME = "lead_time"
    CREDIT_LIMIT = "credit_limit"
    CURRENCY = "currency"
    UNIT = "unit"
    MISSING = "missing"
    BLANKET = "blanket"  # the ceiling or the validity of the blanket order that it calls off


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference between what a paper says and what we expected; `line` is the paper's line number.

    `said` and `expected` are for staff and scripts; where they are more than a value, the phrases say it to the buyer.
    """

    code: Discrepancy
    line: str | None = None
    said: str | None = None
    expected: str | None = None
    said_as: Phrase | None = None
    expected_as: Phrase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    number: str  # our own order number
    customer: str
    currency: str
    status: OrderStatus
    lines: tuple[OrderLine, ...]
    po_number: str | None = None
    ordered_on: date | None = None
    payment_terms: str | None = None
    ship_to: str | None = None
    freight: Money | None = None
    total: Money | None = None  # net
    tax: Money | None = None
    discrepancies: tuple[Difference, ...] = ()
    quotation: str | None = None
    content_key: str | None = None  # fingerprint of the business content, for repeats
    bill_on: BillOn | None = None
    revision: str | None = None
    message: str | None = None


class InvoiceType(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class DuePart:
    """What of an item is due on one day."""

    due_on: date
    amount: Money


def open_parts(total: Money, open_: Money, schedule: tuple[DuePart, ...]) -> tuple[DuePart, ...]:
    """What is still open of each instalment: what was settled settled the earliest ones."""
    settled, left = total.minor - open_.minor, []
    for part in schedule:
        rest = part.amount.minor - max(0, min(settled, part.amount.minor))
        settled -= part.amount.minor
        if rest > 0:
            left.append(DuePart(part.due_on, Money(rest, total.currency)))
    return tuple(left)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An invoice or credit note with what is still open. Amounts of credit notes are negative.

    Closed items (open 0) appear too: a payment for one is a duplicate, not an unknown.
    """

    number: str
    type: InvoiceType
    customer: str
    currency: str
    total: Money
    open: Money
    net: Money | None = None
    tax: Money | None = None
    announced: Money | None = None  # what advices not yet received as money will settle
    disputed: Money | None = None
    order: str | None = None
    po_number: str | None = None
    delivery_notes: tuple[str, ...] = ()
    issued_on: date | None = None
    due_on: date | None = None
    discount_percent: Decimal | None = None
    discount_until: date | None = None
    creditor_reference: str | None = None  # ISO 11649
    lines: tuple[InvoicedLine, ...] = ()
    schedule: tuple[DuePart, ...] = ()  # instalments; `due_on` is the day of the first that is not settled

    @property
    def parts(self) -> tuple[DuePart, ...]:
        """What is open, by the day on which it is due."""
        if self.schedule and self.open.minor > 0:
            return open_parts(self.total, self.open, self.schedule)
        return (DuePart(self.due_on, self.open),) if self.due_on and self.open else ()

    def overdue(self, today: date) -> Money:
        """What of it is past its day."""
        late = [part.amount for part in self.parts if part.due_on < today and self.open.minor > 0]
        return total(late, self.currency)

    @property
    def free(self) -> Money:
        """What is open and not yet announced by an advice."""
        return self.open - self.announced if self.announced is not None else self.open


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicedLine:
    line: str
    item: str | None
    quantity: Decimal
    unit_price: Decimal
    price_per: Decimal
    net: Money
    order_line: str | None = None
    description: str = ""
    unit: str = ""
    tax_rate: Decimal = Decimal(0)
    order: str | None = None  # the order of the line where one invoice bills several


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAllocation:
    reference: str | None
    invoice: str | None
    amount: Money  # cash, negative for credit notes
    discount: Money
    deduction: Money
    withheld: Money
    write_off: Money
    bank_fee: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAdvice:
    """An advice recorded earlier: to recognise repeats and corrections, and to be settled by a bank line."""

    advice: str
    customer: str | None
    payment_reference: str | None
    paid_on: date | None
    currency: str
    total: Money | None
    status: str
    allocations: tuple[KnownAllocation, ...] = ()
    content_key: str | None = None
    received_on: date | None = None  # the day it came in
    took_off: tuple[str, ...] = ()  # customers for whom it took something off without naming an invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDelivery:
    delivery: str
    order: str
    number: str | None
    tracking_number: str | None
    delivered_on: date | None
    level: str
    lines: tuple[tuple[str, Decimal], ...] = ()  # (order line, accepted)
    invoice: str | None = None
    status: str = "confirmed"  # confirmed | evidence | event | refused
    content_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownReceipt:
    """Money recorded earlier: to recognise what the bank takes back, and an advice that comes after its money."""

    receipt: str
    customer: str | None
    booked_on: date
    amount: Money
    bank_reference: str | None = None
    end_to_end_id: str | None = None
    payer_account: str | None = None
    invoices: tuple[str, ...] = ()  # what it was applied to
    advice: str | None = None  # the advice that it settled
    unapplied: Money | None = None
    text: str | None = None
