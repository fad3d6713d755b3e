"""What we write to customers: one dataclass a kind of mail, holding everything that mail says and nothing else.

Templates turn a notice into a mail; they compute no amounts and look nothing up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.agreements import AgreementLine
from agent.domain.collecting import Tone
from agent.domain.documents import DisputeReason, Wanted
from agent.domain.invoice_rules import ExtraField
from agent.domain.money import Money
from agent.domain.phrases import Phrase
from agent.domain.receivables import Difference, InvoiceType, TaxTreatment


class NoticeKind(StrEnum):
    """The kinds of outgoing mail, as `outbox list` names them."""

    ORDER_ACKNOWLEDGEMENT = "order_acknowledgement"
    ORDER_QUERY = "order_query"
    ORDER_REJECTION = "order_rejection"
    PRE_INVOICE_NOTICE = "pre_invoice_notice"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    REMINDER = "reminder"
    STATEMENT = "statement"
    ADVICE_ACKNOWLEDGEMENT = "advice_acknowledgement"
    RECEIPT_THANKS = "receipt_thanks"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_UPDATE = "dispute_update"
    DISPUTE_CLOSED = "dispute_closed"
    REQUEST_ANSWER = "request_answer"
    MISSING_REMITTANCE = "missing_remittance"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnText:
    """A text of the company for one kind of paper: in one language, or in all that have none of their own."""

    paper: str  # one of PAPERS
    text: str
    language: str = ""


PAPERS = ("invoice", "credit_note", "proforma", "order", "statement", "reminder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Us, as we appear on papers; all of it from the settings. The IBAN here is the only one that ever leaves."""

    name: str
    address: str = ""  # lines separated by newlines
    email: str = ""  # the watched mailbox
    phone: str = ""
    website: str = ""
    tax_id: str = ""
    registration: str = ""
    iban: str = ""
    bic: str = ""
    bank_name: str = ""
    country: str = "GB"
    currency: str = "EUR"
    colour: str = "#1f4e79"
    logo: bytes | None = None  # PNG or SVG
    footer: str = ""
    payment_note: str = ""
    contact_name: str = ""
    pay_url: str = ""  # a pattern such as https://pay.example/{number}?amount={total}
    texts: tuple[OwnText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """The customer on a paper."""

    number: str
    name: str
    address: str = ""  # lines separated by newlines
    tax_id: str = ""
    country: str = ""
    contact: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One line of an order or invoice as printed."""

    line: str
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    price_per: Decimal
    net: Money
    item: str = ""
    buyer_item: str = ""
    discount_percent: Decimal | None = None
    tax_rate: Decimal | None = None
    requested_on: date | None = None
    note: str = ""
    order: str = ""  # our order number and its line, where one invoice bills several orders
    order_line: str = ""
    tax_category: str = ""  # "K": goods to another member state of the EU (UNTDID 5305); else as the document is taxed
    credits: str = ""  # on a credit note: the line of the invoice that it takes back


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLine:
    """Taxable amount and tax of one rate, in per cent."""

    rate: Decimal
    net: Money
    tax: Money
    category: str = ""  # as of NoticeLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDocument:
    """An issued invoice or credit note, as printed; never changed after issue (Directive 2006/112/EC, Art. 226)."""

    number: str
    type: InvoiceType
    issued_on: date
    customer: Addressee
    currency: str
    lines: tuple[NoticeLine, ...]
    net: Money
    taxes: tuple[TaxLine, ...]
    tax: Money
    total: Money
    due_on: date | None = None
    supplied_on: date | None = None
    payment_terms: str = ""
    discount_percent: Decimal | None = None
    discount_until: date | None = None
    discount_amount: Money | None = None
    instalments: tuple[Instalment, ...] = ()
    order: str = ""
    po_number: str = ""
    delivery_references: tuple[str, ...] = ()
    tracking_numbers: tuple[str, ...] = ()
    ship_to: str = ""
    freight: Money | None = None
    creditor_reference: str = ""  # ISO 11649, printed and in the QR code
    corrects: str = ""  # the invoice that a credit note corrects
    cancels: bool = False  # a credit note that takes all of that invoice back
    replaces: str = ""  # the cancelled invoice in whose place this one stands
    cancelled_by: str = ""  # the credit note that cancelled that one
    certificate: str = ""  # of exemption, and its last day
    certificate_until: date | None = None
    reason: str = ""
    tax_treatment: TaxTreatment = TaxTreatment.STANDARD
    summary: bool = False
    proforma: bool = False
    notes: tuple[str, ...] = ()
    fields: tuple[ExtraField, ...] = ()  # what the customer's accounts payable want to find


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """One open item on a reminder or statement."""

    invoice: str
    type: InvoiceType
    issued_on: date | None
    due_on: date | None
    total: Money
    open: Money
    po_number: str = ""
    days_overdue: int = 0
    announced: Money | None = None
    disputed: Money | None = None
    level: int = 0
    case: str = ""  # the dispute over `disputed`
    part: str = ""  # "2/3": of an invoice in instalments, the one that this row is about


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRow:
    """One line of a received advice and what became of it."""

    reference: str
    invoice: str = ""
    amount: Money
    discount: Money | None = None
    deduction: Money | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What all notices share: the addressee, and our text's reference for replies."""

    kind: NoticeKind
    customer: Addressee
    reference: str = ""  # what we call the case: order, dispute or invoice number


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNotice(Notice):
    """Acknowledgement, query or rejection of an order; a query lists every difference in one mail."""

    order: str
    po_number: str
    ordered_on: date | None
    currency: str
    lines: tuple[NoticeLine, ...]
    net: Money
    tax: Money | None = None
    total: Money | None = None
    freight: Money | None = None
    payment_terms: str = ""
    ship_to: str = ""
    differences: tuple[Difference, ...] = ()
    notes: tuple[Phrase | str, ...] = ()  # a string is what a person of ours wrote
    repeat: bool = False  # answers a repeated order with what we hold
    changed: bool = False
    cancelled: bool = False
    proforma: InvoiceDocument | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementNotice(Notice):
    """Acknowledges a blanket order as we understood it: a frame, nothing to deliver."""

    number: str
    currency: str
    limit: Money | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    lines: tuple[AgreementLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnNotice(Notice):
    """Tells what became of goods that come back; promises no credit. `form`: announced | received | refused."""

    number: str
    form: str
    po_number: str
    invoice: str = ""
    lines: tuple[NoticeLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryInquiry(Notice):
    """Asks whether a delivery has arrived: one that nobody confirmed, or one that was invoiced without proof."""

    order: str
    po_number: str
    lines: tuple[NoticeLine, ...]
    shipped_on: date | None = None
    delivery_note: str = ""
    tracking_numbers: tuple[str, ...] = ()
    invoice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceNotice(Notice):
    """Sends an invoice or a credit note, as a PDF and, where asked for, as an e-invoice."""

    document: InvoiceDocument
    copy: bool = False
    xml: str = ""  # "" | "facturx" | "ubl"
    file_name: str = ""  # of the papers, without suffix; empty: the number
    until: date | None = None  # a pre-invoice notice: the last day for an objection


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderNotice(Notice):
    """One mail for all that is due of one customer and currency, with credits and unapplied money."""

    level: int  # below 1: not due yet
    as_of: date
    currency: str
    rows: tuple[StatementRow, ...]
    total_due: Money
    unapplied: Money | None = None
    fee: Money | None = None
    interest: Money | None = None
    deadline: date | None = None
    tone: Tone | None = None  # None: by the level
    letter: bool | None = None  # goes as a letter too; None: by the level
    promised_on: date | None = None  # a promise for these items that was not kept


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementNotice(Notice):
    as_of: date
    currency: str
    rows: tuple[StatementRow, ...]
    balance: Money
    overdue: Money
    unapplied: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceNotice(Notice):
    """Says what we understood of an advice, or thanks for a payment that arrived."""

    payment_reference: str
    paid_on: date | None
    currency: str
    total: Money
    rows: tuple[AdviceRow, ...]
    unapplied: Money | None = None
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeNoticeOut(Notice):
    """Tells the customer that a dispute was opened, moved or closed; admits no liability."""

    dispute: str
    reason: DisputeReason
    amount: Money | None
    invoice: str = ""
    order: str = ""
    due_on: date | None = None
    text: str = ""
    resolution: str = ""  # "" | "credit" | "reinvoice" | "write_off" | "rejected" | "withdrawn"
    still_due: Money | None = None
    question: str = ""  # what we ask the customer: it is their turn
    management: bool = False  # the case is with management now
    reopened: bool = False
    contact: str = ""  # who of us looks into it
    policy: bool = False  # attach the written policy
    opened_on: date | None = None
    review_days: int = 0  # of the policy
    management_days: int = 0
    ask_day: bool = False  # a withdrawn complaint: on which day may we expect payment


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputePolicy:
    """How we handle disputes, in writing: days of ours for each review."""

    as_of: date
    review_days: int
    management_days: int
    contact: str = ""
    customer: Addressee | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswer(Notice):
    """Answers a request; the documents asked for are attached."""

    wants: Wanted
    invoices: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    text: str = ""  # what a person answers
    ask_day: bool = False  # asks on which day the customer will pay
    bank_unchanged: bool = False  # says that our account stands on the invoices, and names none
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRemittance(Notice):
    """Asks which invoices a payment was for, or where an announced payment is."""

    amount: Money
    received_on: date | None
    payment_reference: str = ""
    announced_on: date | None = None  # set: asks for the money; unset: asks for the advice
    rows: tuple[StatementRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that leaves with a mail. The name is ours, never the customer's."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice in one language, ready to be composed into one exact message."""

    subject: str
    text: str
    html: str
    language: str
    attachments: tuple[Attachment, ...] = ()
