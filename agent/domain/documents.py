"""What customers send: the documents that reading produces, each field with the evidence of where it stands.

The names and shapes are those of the machine interface (docs/interface.md): `codec.to_plain(document)` is the JSON of
`ar-agent read`. Amounts, prices and quantities are exact decimals *as the paper states them*; they become Money when a
currency is known. A value that was not found is None, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document stands: the part of the mail (`body`, or the attachment's name) and the page, from 1."""

    part: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where one value stands: part, page, the text as it is in the source, and its box if the medium has one.

    `place` is (x0, top, x1, bottom): points from the upper left of a PDF page; column and row of a sheet or text.
    """

    part: str
    page: int | None
    text: str
    place: tuple[float, float, float, float] | None = None
    certainty: float | None = None  # 0 to 1, of the least certain character, where characters were recognised


class Footing(StrEnum):
    """Whether a document's own arithmetic proves what was read."""

    PROVED = "proved"  # every total that is printed follows from the lines
    UNPROVED = "unproved"  # nothing is printed that could prove or disprove it
    FAILED = "failed"  # the arithmetic contradicts itself: nothing is booked from it


class Flag(StrEnum):
    """What a document says about itself that limits what may be done with it."""

    ANNOUNCEMENT = "announcement"  # money that will be sent: prenotification, "will be", scheduled
    CONDITIONAL = "conditional"  # tendered as full settlement of a dispute
    CORRECTION = "correction"  # replaces an earlier one
    RETURNED = "returned"  # a payment that came back
    TRUNCATED = "truncated"  # says that it does not list everything
    HIDDEN_TEXT = "hidden_text"  # the source holds text that a person cannot see
    SCANNED = "scanned"  # values come from optical character recognition
    UNCERTAIN = "uncertain"  # a recognised figure or number is less certain than may be booked without a person
    BLANKET = "blanket"  # a frame agreement: no delivery without release
    RELEASE = "release"  # a call-off of a blanket order
    QUOTE_REQUEST = "quote_request"  # asks for a price, orders nothing
    REFUSED = "refused"  # acceptance refused
    ATTEMPTED = "attempted"  # delivery attempted, in transit: not delivered
    INSTRUMENT = "instrument"  # a bill of exchange or note, due at its maturity
    THIRD_PARTY = "third_party"  # sent by one who pays for others
    PORTAL_LINK = "portal_link"  # the figures stand behind a log-in
    MASKED = "masked"  # figures are blanked out
    VIRTUAL_CARD = "virtual_card"
    QUOTED = "quoted"  # found in a forwarded or quoted part that the sender vouches for
    SELF_BILLING = "self_billing"  # the buyer's document is the invoice


class Kind(StrEnum):
    PURCHASE_ORDER = "purchase_order"
    DELIVERY_CONFIRMATION = "delivery_confirmation"
    REMITTANCE_ADVICE = "remittance_advice"
    BANK_STATEMENT = "bank_statement"
    DISPUTE = "dispute"
    PROMISE_TO_PAY = "promise_to_pay"
    REQUEST = "request"
    ORDER_REPLY = "order_reply"
    BANK_CHANGE = "bank_change"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    DELIVERY_RECEIPT = "delivery_receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What all documents share. `evidence` maps a field's path (`number`, `lines[0].amount`) to its place."""

    kind: Kind
    confidence: float
    source: Source
    evidence: dict[str, Evidence] = field(default_factory=dict)
    footing: Footing = Footing.UNPROVED
    difference: Decimal | None = None  # by how much it does not foot, where it does not
    flags: tuple[Flag, ...] = ()
    language: str | None = None  # ISO 639-1, of the labels or the prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    name: str | None = None
    contact: str | None = None
    email: str | None = None
    phone: str | None = None
    tax_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    name: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedLine:
    """One line of an order, at the level that carries the price. `item` is the seller's number, or the only one."""

    line: str | None = None
    item: str | None = None
    buyer_item: str | None = None
    description: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    unit_price: Decimal | None = None
    price_per: Decimal = Decimal(1)
    discount_percent: Decimal | None = None
    amount: Decimal | None = None
    requested_on: date | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrder(Document):
    kind: Kind = Kind.PURCHASE_ORDER
    number: str | None = None
    issued_on: date | None = None
    revision_of: str | bool | None = None
    cancels: bool = False
    quotation_number: str | None = None
    buyer: Buyer = Buyer()
    bill_to: Place = Place()
    ship_to: Place = Place()
    currency: str | None = None
    payment_terms: str | None = None
    requested_on: date | None = None
    signed_by: str | bool | None = None
    signature_line_empty: bool = False  # the form has a place to sign and it is empty
    net_total: Decimal | None = None
    tax_total: Decimal | None = None
    freight: Decimal | None = None
    total: Decimal | None = None
    blanket_number: str | None = None
    release_number: str | None = None
    remarks: str | None = None
    lines: tuple[OrderedLine, ...] = ()
    limit: Decimal | None = None  # of the blanket order, as the paper states it
    valid_from: date | None = None
    valid_to: date | None = None


class DeliveryLevel(StrEnum):
    """How strong the evidence of delivery is, weakest first."""

    DESPATCH = "despatch"
    CARRIER = "carrier"
    SIGNED = "signed"
    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredLine:
    line: str | None = None
    item: str | None = None
    buyer_item: str | None = None
    description: str | None = None
    ordered: Decimal | None = None
    delivered: Decimal | None = None  # arrived
    accepted: Decimal | None = None
    damaged: Decimal | None = None
    rejected: Decimal | None = None
    missing: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryConfirmation(Document):
    kind: Kind = Kind.DELIVERY_CONFIRMATION
    number: str | None = None
    level: DeliveryLevel = DeliveryLevel.DESPATCH
    delivered_on: date | None = None
    order_numbers: tuple[str, ...] = ()
    invoice_numbers: tuple[str, ...] = ()
    delivery_note_number: str | None = None
    tracking_number: str | None = None
    carrier: str | None = None
    received_by: str | None = None
    delivered_to: str | None = None
    packages: tuple[int, int] | None = None  # (arrived, of all)
    complete: bool | None = None
    service: bool = False
    remarks: str | None = None
    lines: tuple[DeliveredLine, ...] = ()


class PaymentMethod(StrEnum):
    ACH = "ach"
    WIRE = "wire"
    SEPA = "sepa"
    CHECK = "check"
    CARD = "card"
    CASH = "cash"
    OTHER = "other"


class AdvisedKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    ON_ACCOUNT = "on_account"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    name: str | None = None
    customer_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisedLine:
    """gross - discount - deduction - withheld = paid: reductions are positive, amounts of credits negative."""

    reference: str | None = None  # as printed
    order_number: str | None = None
    kind: AdvisedKind = AdvisedKind.INVOICE
    issued_on: date | None = None
    gross: Decimal | None = None
    discount: Decimal | None = None
    deduction: Decimal | None = None
    withheld: Decimal | None = None
    paid: Decimal | None = None
    reason: str | None = None
    payer_reference: str | None = None  # the payer's own document number on the same line
    reason_code: str | None = None
    balance_after: Decimal | None = None  # what the payer says is still owing: a declared part payment
    paid_on: date | None = None  # where lines have their own payment date
    company: str | None = None  # whose line it is, where one paper pays for several companies


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceAdvice(Document):
    kind: Kind = Kind.REMITTANCE_ADVICE
    number: str | None = None
    payer: Payer = Payer()
    payment_reference: str | None = None
    method: PaymentMethod | None = None
    paid_on: date | None = None
    currency: str | None = None
    total: Decimal | None = None
    payee_account: str | None = None
    clears_account: bool = False  # says that it pays all that is open, or the statement
    lines: tuple[AdvisedLine, ...] = ()
    clears_past_due: bool = False  # says that it pays all that is past due


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """One booking on our account: credits positive, debits negative."""

    booked_on: date | None = None
    amount: Decimal | None = None
    payer: str | None = None
    payer_account: str | None = None
    text: str | None = None
    bank_reference: str | None = None
    value_on: date | None = None
    references: tuple[str, ...] = ()  # structured references: invoice numbers, creditor reference (ISO 11649)
    end_to_end_id: str | None = None
    returned: bool = False  # a payment that the bank took back
    charges: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatement(Document):
    kind: Kind = Kind.BANK_STATEMENT
    number: str | None = None
    account: str | None = None
    currency: str | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    lines: tuple[BankLine, ...] = ()


class DisputeReason(StrEnum):
    """Reason codes of a dispute; the X12 element 426 code beside each where there is one."""

    PRICE = "price"  # 01
    QUANTITY = "quantity"  # 06
    DAMAGED = "damaged"  # 04
    NOT_RECEIVED = "not_received"  # 59
    WRONG_ITEM = "wrong_item"  # 07
    QUALITY = "quality"  # 05
    DUPLICATE = "duplicate"  # 19
    TAX = "tax"  # 55
    DISCOUNT = "discount"  # 24
    TERMS = "terms"  # 09
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputedItem:
    """A quantity of an item that the customer says is wrong, where the words name one."""

    item: str | None = None
    quantity: Decimal | None = None
    reason: DisputeReason = DisputeReason.OTHER
    unit: str | None = None  # as written: "boxes", "Stück"


class Topic(StrEnum):
    """What a request or complaint is about, finer than `wants` and `reason`: it decides who sees to it and what stops."""

    PAYMENT_PLAN = "payment_plan"  # instalments, deferral, no cash
    TERMS = "terms"  # other payment terms from now on
    INSOLVENCY = "insolvency"  # proceedings, administrators, claims to be filed
    LEGAL = "legal"  # lawyers, courts, cease contact
    PRIVACY = "privacy"  # access to or erasure of personal data
    MASTER_DATA = "master_data"  # their name, address, tax id, contacts, where invoices go
    INVOICE_DELIVERY = "invoice_delivery"  # by which way or in which form invoices must come
    ONBOARDING = "onboarding"  # supplier forms, questionnaires, insurance certificates, codes of conduct
    TAX_FORM = "tax_form"  # our tax papers: W-9, W-8, certificates of residence or exemption of ours
    BANK_VERIFICATION = "bank_verification"  # asks us to confirm our bank details
    TAX_CERTIFICATE = "tax_certificate"  # their exemption or withholding certificate
    CREDIT_REFERENCE = "credit_reference"  # what we know of a customer's payments
    AUDIT = "audit"  # confirmation of balances, auditors
    AGING_REPORT = "aging_report"  # our list of debtors: a usual pretext of fraud
    MEETING = "meeting"  # a call, an appointment
    DATA_ON_INVOICE = "data_on_invoice"  # order number, name, address or tax id missing or wrong on an invoice
    REJECTED_BY_AP = "rejected_by_ap"  # an accounts payable department or system refused an invoice
    HOLD = "hold"  # an invoice is blocked: no goods receipt, no approval
    RECEIVED_BY_AP = "received_by_ap"  # a system says that it has an invoice
    DEBIT_MEMO = "debit_memo"  # will be deducted from a later payment
    REFUND = "refund"  # wants money back
    RETURNS = "returns"  # wants to send goods back
    ORDER_STATUS = "order_status"  # when goods come
    PAYMENT_STATUS = "payment_status"  # whether a payment arrived or what it was for
    INSTRUCTION = "instruction"  # speaks to the program instead of to people


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeNotice(Document):
    kind: Kind = Kind.DISPUTE
    invoice_numbers: tuple[str, ...] = ()
    order_numbers: tuple[str, ...] = ()
    reason: DisputeReason = DisputeReason.OTHER
    amount: Decimal | None = None
    currency: str | None = None
    text: str | None = None
    items: tuple[DisputedItem, ...] = ()
    withdrawn: bool = False
    topic: Topic | None = None
    case_number: str | None = None  # the customer's own number of the case or claim
    prices: tuple[Decimal, ...] = ()  # sums that a complaint about a price names: ours and theirs, among others


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseToPay(Document):
    kind: Kind = Kind.PROMISE_TO_PAY
    invoice_numbers: tuple[str, ...] = ()
    promised_on: date | None = None
    amount: Decimal | None = None
    currency: str | None = None
    text: str | None = None


class Wanted(StrEnum):
    INVOICE_COPY = "invoice_copy"
    STATEMENT = "statement"
    PROOF_OF_DELIVERY = "proof_of_delivery"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRequest(Document):
    kind: Kind = Kind.REQUEST
    wants: Wanted = Wanted.OTHER
    invoice_numbers: tuple[str, ...] = ()
    order_numbers: tuple[str, ...] = ()
    text: str | None = None
    topic: Topic | None = None  # what `other` is, where the words say it
    case_number: str | None = None  # the customer's own number of the case


class Answer(StrEnum):
    ACCEPT = "accept"
    CHANGE = "change"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReply(Document):
    kind: Kind = Kind.ORDER_REPLY
    order_numbers: tuple[str, ...] = ()
    answer: Answer = Answer.CHANGE
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankChange(Document):
    """Anything that speaks of another bank account, ours or theirs: never acted upon, always shown to a person."""

    kind: Kind = Kind.BANK_CHANGE
    text: str | None = None
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceReport(Document):
    kind: Kind = Kind.BOUNCE
    recipient: str | None = None
    status: str | None = None  # RFC 3463
    permanent: bool = False
    original_message_id: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoReply(Document):
    kind: Kind = Kind.AUTO_REPLY
    until: date | None = None
    delegate: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReceipt(Document):
    """A mail system says that our mail was delivered (RFC 3464), or a reader that it was displayed (RFC 8098)."""

    kind: Kind = Kind.DELIVERY_RECEIPT
    recipient: str | None = None
    original_message_id: str | None = None
    opened: bool = False


AnyDocument = (
    PurchaseOrder
    | DeliveryConfirmation
    | RemittanceAdvice
    | BankStatement
    | DisputeNotice
    | PromiseToPay
    | CustomerRequest
    | OrderReply
    | BankChange
    | BounceReport
    | AutoReply
    | DeliveryReceipt
)

CLASS_OF: dict[Kind, type[Document]] = {
    Kind.PURCHASE_ORDER: PurchaseOrder,
    Kind.DELIVERY_CONFIRMATION: DeliveryConfirmation,
    Kind.REMITTANCE_ADVICE: RemittanceAdvice,
    Kind.BANK_STATEMENT: BankStatement,
    Kind.DISPUTE: DisputeNotice,
    Kind.PROMISE_TO_PAY: PromiseToPay,
    Kind.REQUEST: CustomerRequest,
    Kind.ORDER_REPLY: OrderReply,
    Kind.BANK_CHANGE: BankChange,
    Kind.BOUNCE: BounceReport,
    Kind.AUTO_REPLY: AutoReply,
    Kind.DELIVERY_RECEIPT: DeliveryReceipt,
}


class Nature(StrEnum):
    """Who speaks: a person of a customer, or a machine that must never be answered."""

    CUSTOMER = "customer"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    OWN = "own"
    BULK = "bulk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that could not be read, and where: never silent."""

    where: str
    what: str
    code: str = "unreadable"  # unreadable | encrypted | too_large | hidden_text | instruction | missing_attachment | note | heading


_UNKNOWN_HEADING = "A column has a heading whose meaning is not known: "


def unknown_heading(where: str, heading: str) -> Problem:
    """The problem that says that a table's heading means nothing to the lexicon."""
    return Problem(where=where, what=_UNKNOWN_HEADING + heading, code="heading")


def heading_in(problem: Problem) -> str | None:
    """The heading that such a problem is about, as the paper prints it; None for every other problem."""
    return problem.what.removeprefix(_UNKNOWN_HEADING) if problem.code == "heading" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """One part of a mail as it came: its path or file name, declared type, size in bytes and SHA-256."""

    name: str
    content_type: str
    size: int
    sha256: str
    read_as: str | None = None  # the medium it was read as, None where it was not read


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFacts:
    """What the envelope and headers of a mail say, already unfolded, decoded and stripped of control characters."""

    message_id: str | None = None
    from_address: str | None = None
    from_name: str | None = None
    reply_to: str | None = None
    to: tuple[str, ...] = ()
    subject: str = ""
    date: str | None = None  # ISO 8601 with offset
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    nature: Nature = Nature.CUSTOMER
    nature_reason: str | None = None
    reply_text: str = ""
    forwarded: bool = False
    authentication_results: tuple[str, ...] = ()  # header values, topmost first, as they stand
    warnings: tuple[str, ...] = ()  # two From headers, display name that shows another address, …
    fingerprint: str = ""  # SHA-256 of sender, date, text and attachments; survives a rewritten Message-ID
    language: str | None = None
    no_answer_reason: str | None = None  # why no automatic mail may go back (RFC 3834), None if one may


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that was understood of one file or mail."""

    file: str
    mail: MailFacts | None = None
    documents: tuple[AnyDocument, ...] = ()
    problems: tuple[Problem, ...] = ()
    parts: tuple[PartFacts, ...] = ()
