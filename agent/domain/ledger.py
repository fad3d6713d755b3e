"""Double entry: accounts, postings, and journal entries that balance or cannot exist."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from agent.domain.errors import UnbalancedEntry
from agent.domain.money import Money


class Account(StrEnum):
    """The accounts of the receivables ledger; debit is positive, credit negative."""

    RECEIVABLES = "receivables"  # what customers owe us, per invoice
    REVENUE = "revenue"
    TAX = "tax"  # tax charged
    BANK = "bank"  # money that has arrived
    UNAPPLIED = "unapplied"  # received, tied to no invoice: a debt to the customer
    UNIDENTIFIED = "unidentified"  # received, customer unknown
    CASH_DISCOUNT = "cash_discount"
    WRITE_OFF = "write_off"
    WITHHOLDING = "withholding"  # tax withheld, certificate outstanding
    BANK_CHARGES = "bank_charges"
    EXCHANGE = "exchange"
    FEES = "fees"  # late fees and interest charged
    OPENING = "opening"  # open items taken over from another system


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One line of an entry. `invoice` is set on receivables, `customer` wherever a customer is known."""

    account: Account
    amount: Money
    customer: str | None = None
    invoice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """A balanced set of postings, with the day it counts for and why; refuses to exist unbalanced."""

    booked_on: date
    reason: str  # a short sentence a controller understands
    postings: tuple[Posting, ...]
    reverses: int | None = None

    def __post_init__(self) -> None:
        sums: dict[str, int] = defaultdict(int)
        for posting in self.postings:
            sums[posting.amount.currency] += posting.amount.minor
        off = {currency: minor for currency, minor in sums.items() if minor}
        if off or len(self.postings) < 2:
            shown = ", ".join(str(Money(minor, currency)) for currency, minor in off.items()) or "an entry of one leg"
            raise UnbalancedEntry(self.reason, shown)


def reversal(entry: JournalEntry, *, entry_id: int, booked_on: date, reason: str) -> JournalEntry:
    """Build the entry that undoes `entry`: the same postings with opposite signs."""
    return JournalEntry(
        booked_on=booked_on,
        reason=reason,
        postings=tuple(
            Posting(account=p.account, amount=-p.amount, customer=p.customer, invoice=p.invoice) for p in entry.postings
        ),
        reverses=entry_id,
    )
