"""What matching concluded, and why: decisions are values, written to the books by others.

Every allocation, exception and dispute carries its reasons in words: what a clerk reads in `queue show` is exactly
what decided.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.agreements import Agreement
from agent.domain.documents import DeliveryLevel, DisputeReason, Topic
from agent.domain.money import Money
from agent.domain.phrases import Phrase
from agent.domain.receivables import Difference, Order, OrderLine


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: the rule that found it, and what it found, in words."""

    rule: str
    detail: str


class QueueKind(StrEnum):
    """The kinds of work in the exception queue; `MatchException.code` is finer."""

    UNKNOWN_SENDER = "unknown_sender"
    UNTRUSTED_SENDER = "untrusted_sender"
    UNREADABLE = "unreadable"
    NO_OPEN_ITEM = "no_open_item"
    AMBIGUOUS = "ambiguous"
    AMOUNT_MISMATCH = "amount_mismatch"
    TOTAL_MISMATCH = "total_mismatch"
    CURRENCY_MISMATCH = "currency_mismatch"
    DUPLICATE = "duplicate"
    ORDER_DISCREPANCY = "order_discrepancy"
    DELIVERY_MISMATCH = "delivery_mismatch"
    OVERPAYMENT = "overpayment"
    BANK_CHANGE = "bank_change"
    FRAUD_ALERT = "fraud_alert"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """What one advised or received amount does to one open item. All amounts in the item's currency.

    cash + discount + deduction + withheld + write_off + bank_fee is what the paper says is settled. `deduction` stays
    open on the item as a dispute; discount, withheld, write_off and bank_fee close their part of it.
    """

    invoice: str
    customer: str
    cash: Money  # negative for credit notes
    discount: Money
    deduction: Money
    withheld: Money
    write_off: Money
    bank_fee: Money
    reference: str | None = None  # as printed
    line: int | None = None  # index in the advice
    reasons: tuple[Reason, ...] = ()
    paid: Money | None = None  # what of the receipt it takes, where that is in another currency than the item

    @property
    def settles(self) -> Money:
        """How much of the item's open amount this closes: everything but the disputed deduction."""
        return self.cash + self.discount + self.withheld + self.write_off + self.bank_fee


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A suggestion to a person: `settle` is what accepting it would book, empty where it only points."""

    n: int
    invoice: str | None = None
    order: str | None = None
    amount: Money | None = None
    confidence: float = 0.0
    evidence: tuple[Reason, ...] = ()
    settle: tuple[Allocation, ...] = ()
    customer: str | None = None
    item: tuple[str, str] | None = None  # the buyer's item number, and ours that it would mean from now on
    replaces: str | None = None  # the advice whose place the allocations take
    advices: tuple[str, ...] = ()  # the advices whose money it is
    receipts: tuple[str, ...] = ()  # earlier money that belongs with it


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One named cause that would explain a difference to the cent: of several, none is more than a suggestion."""

    cause: str  # discount, bank_fee, credit_note, transposed, …
    amount: Money  # of the difference
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchException:
    """Work for a person: what does not fit, why, the ranked candidates, and what would settle it."""

    code: str  # domain/kinds-of-mail codes in lower case: line_unresolved, short_pay, price_var, …
    kind: QueueKind
    summary: str
    customer: str | None = None
    amount: Money | None = None
    line: int | None = None
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[Reason, ...] = ()
    critical: bool = False  # security and law: shown first, nothing automatic leaves
    hypotheses: tuple[Hypothesis, ...] = ()  # what would explain the difference that is left


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpening:
    """A dispute over exactly the amount in question; the rest of the item stays due."""

    customer: str
    reason: DisputeReason
    amount: Money | None
    invoice: str | None = None
    order: str | None = None
    claim_number: str | None = None
    text: str | None = None
    reasons: tuple[Reason, ...] = ()
    item: str | None = None  # what the complaint is about, where one item alone is named
    topic: Topic | None = None


class AdviceOutcome(StrEnum):
    NEW = "new"
    DUPLICATE = "duplicate"  # the same business content again: no effect
    CORRECTION = "correction"  # replaces an earlier one: a person confirms


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceDecision:
    """What an advice means for the books. Nothing here exceeds what is open, and every line is accounted for."""

    outcome: AdviceOutcome
    customer: str | None  # the payer, where one is identified
    currency: str | None
    total: Money | None
    allocations: tuple[Allocation, ...] = ()
    exceptions: tuple[MatchException, ...] = ()
    disputes: tuple[DisputeOpening, ...] = ()
    on_account: Money | None = None  # advised and tied to no item
    earlier_advice: str | None = None
    content_key: str | None = None
    announced: bool = False  # the date of payment lies in the future, or the paper only announces
    reasons: tuple[Reason, ...] = ()


class ReceiptOutcome(StrEnum):
    SETTLES_ADVICE = "settles_advice"
    APPLIED = "applied"  # by the line's own references
    UNAPPLIED = "unapplied"  # customer known, items not
    UNIDENTIFIED = "unidentified"
    DUPLICATE = "duplicate"
    RETURNED = "returned"
    OUTGOING = "outgoing"  # not a receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDecision:
    """What one bank line means: the advice it settles, or the items that it names itself."""

    outcome: ReceiptOutcome
    customer: str | None = None
    advice: str | None = None
    allocations: tuple[Allocation, ...] = ()
    unapplied: Money | None = None
    exceptions: tuple[MatchException, ...] = ()
    disputes: tuple[DisputeOpening, ...] = ()
    returns_receipt: str | None = None
    advices: tuple[str, ...] = ()  # further advices that it settles
    receipts: tuple[str, ...] = ()  # earlier money that settles with it
    reasons: tuple[Reason, ...] = ()


class OrderOutcome(StrEnum):
    ACCEPT = "accept"
    HOLD = "hold"
    REPEAT = "repeat"  # the same order again: answer with what we hold
    CONFLICT = "conflict"  # same number, other content, no revision marker: ask
    CHANGE = "change"  # a marked revision of an order we hold
    CANCEL = "cancel"
    AGREEMENT = "agreement"  # a blanket order: nothing to deliver
    NOT_AN_ORDER = "not_an_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """One difference between a revision and what we hold, with what has already left."""

    line: str
    field: str
    was: str | None
    now: str | None
    allowed: bool
    why: str | None = None
    left: Decimal | None = None  # what of the line has been delivered or invoiced


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDecision:
    """What an order means: the lines as we would book them, and every difference from what we expected."""

    outcome: OrderOutcome
    customer: str | None
    currency: str | None
    lines: tuple[OrderLine, ...] = ()
    discrepancies: tuple[Difference, ...] = ()
    existing: Order | None = None
    changes: tuple[LineChange, ...] = ()
    exceptions: tuple[MatchException, ...] = ()
    net: Money | None = None
    tax: Money | None = None
    freight: Money | None = None
    payment_terms: str | None = None
    ship_to: str | None = None
    quotation: str | None = None
    content_key: str | None = None
    prepayment: bool = False
    clean: tuple[OrderLine, ...] = ()  # of a change that differs: the order with those of its lines that do not
    agreement: Agreement | None = None  # the blanket order that it calls off
    notes: tuple[Phrase, ...] = ()  # said in the acknowledgement: prices taken from the list, basis inferred
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredQuantity:
    """What one confirmation says about one order line."""

    order_line: str
    delivered: Decimal
    accepted: Decimal
    damaged: Decimal = Decimal(0)
    rejected: Decimal = Decimal(0)
    missing: Decimal = Decimal(0)
    over: Decimal = Decimal(0)


class DeliveryOutcome(StrEnum):
    CONFIRMED = "confirmed"
    EVIDENCE = "evidence"  # the same delivery again, or after the invoice: filed, no second trigger
    EVENT = "event"  # attempted, in transit, received but not accepted: recorded, no trigger
    UNMATCHED = "unmatched"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDecision:
    """What a confirmation means for the lines of one order."""

    outcome: DeliveryOutcome
    order: str | None = None
    customer: str | None = None
    level: DeliveryLevel = DeliveryLevel.DESPATCH
    lines: tuple[DeliveredQuantity, ...] = ()
    billable: bool = False  # the order's trigger (order, shipment, delivery, acceptance) has fallen
    evidence_for: tuple[str, ...] = ()  # invoices and disputes that this proves
    exceptions: tuple[MatchException, ...] = ()
    disputes: tuple[DisputeOpening, ...] = ()
    content_key: str | None = None
    delivered_on: date | None = None
    reasons: tuple[Reason, ...] = ()
    taken_back: tuple[tuple[str, Decimal], ...] = ()  # (order line, quantity) counted before, and not there after all


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """Up to how much a difference is written off: both limits must hold, and at most so often a year."""

    amount: Money
    percent: Decimal
    per_year_max: int = 12
    per_year_amount: Money | None = None  # all small differences of a customer in a year; None: no limit

    def allows(self, difference: Money, of: Money) -> bool:
        share = Money.rounded(abs(of.amount) * self.percent / 100, of.currency)
        return abs(difference.minor) <= min(self.amount.minor, share.minor)


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `base` is `rate` units of `quoted`, from a day on."""

    base: str
    quoted: str
    rate: Decimal
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingPolicy:
    """What the company allows to happen without a person."""

    today: date
    tolerances: dict[str, Tolerance] = field(default_factory=dict)  # by currency
    discount_grace_days: int = 2
    bank_fee_max: dict[str, Money] = field(default_factory=dict)  # labelled bank charges, by currency
    withholding_allowed: bool = True
    write_offs_this_year: dict[str, int] = field(default_factory=dict)  # by customer
    written_off_this_year: dict[str, dict[str, int]] = field(default_factory=dict)  # minor units by customer, currency
    own_accounts: tuple[str, ...] = ()  # accounts that are ours: anything else named as payee is an alarm
    remittance_settles: str = "announced"  # or "paid"
    rates: tuple[Rate, ...] = ()  # exchange rates that the company set
    rate_tolerance: Decimal = Decimal(1)  # per cent that money in another currency may be off at the rate
    recent_days: int = 10  # within which an equal advice without reference counts as the same
