"""What a clerk's decision taught: a readable row that says what was said, what it means, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum


class LearnedKind(StrEnum):
    """What a row is about; `said` and `means` of each."""

    PAYER_ALIAS = "payer_alias"  # a payer's name -> the customer it pays for
    PAYER_ACCOUNT = "payer_account"  # a bank account -> the customer it pays for
    PAYER_SENDER = "payer_sender"  # an address that sends advices -> the customer it pays for
    ITEM = "item"  # the buyer's item number -> ours
    REFERENCE = "reference"  # how a customer writes our numbers, `0815-{n}` -> `INV-{n}`
    TERMS = "terms"  # a settler's name -> the per cent it may keep, `2.5 %`
    COLUMN = "column"  # a heading that the lexicon does not know -> what its column holds, a ColumnRole
    REFUSED = "refused"  # a suggestion that a clerk turned down: what was said -> what was proposed


class ColumnRole(StrEnum):
    """What a column of a customer's advice holds; the names are those of the lexicon's fields."""

    INVOICE_NUMBER = "invoice_number"
    INVOICE_DATE = "invoice_date"
    PAID = "paid"
    GROSS = "gross"
    AMOUNT = "amount"  # what was paid, or what was owed before reductions: the arithmetic says which
    DISCOUNT = "discount"
    DEDUCTION = "deduction"
    WITHHELD = "withheld"
    REASON = "reason"
    OUR_REFERENCE = "our_reference"  # the payer's own number of the document


@dataclass(frozen=True, slots=True)
class ColumnHint:
    """What one customer means by a heading. `heading` is folded as the lexicon folds its labels."""

    heading: str
    role: ColumnRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """One row. `key` is `said` folded as it is looked up; `queue` the item whose decision taught it."""

    number: int
    kind: LearnedKind
    customer: str | None
    said: str
    means: str
    key: str = ""
    queue: int | None = None
    clerk: str | None = None
    held: int = 0
    failed: int = 0
    created_at: datetime | None = None
    last_held_at: datetime | None = None
    expires_on: date | None = None  # the first day on which it no longer counts

    @property
    def words(self) -> str:
        """How a reason names it: by its number, so that a person can look it up and forget it."""
        source = f", from Q{self.queue}" if self.queue is not None else ""
        return f"K{self.number}: learned{source}, held {self.held} times"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What one decision teaches, before it is a row."""

    kind: LearnedKind
    customer: str | None
    said: str
    means: str
    key: str


def percent_of(text: str) -> Decimal | None:
    """`2.5 %` as a number between 0 and 100; None where it is none."""
    try:
        share = Decimal(text.replace("%", "").replace(",", ".").strip())
    except InvalidOperation:
        return None
    return share if share.is_finite() and 0 < share < 100 else None
