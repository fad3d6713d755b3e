"""What every rule of cash matching stands on: one payment's currency, date and payer, and the open items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from agent.domain.decisions import Allocation, MatchException, MatchingPolicy, QueueKind, Reason
from agent.domain.money import Money
from agent.domain.receivables import InvoiceType, OpenItem
from matching.finder import Finder
from matching.keys import slip_keys
from matching.rules.discount import earned_difference

MOST_NEAR = 5_000  # open items of one payer that are looked at for slips

KIND_OF_CODE: dict[str, QueueKind] = {
    "amount_mismatch": QueueKind.AMOUNT_MISMATCH,
    "amount_missing": QueueKind.AMOUNT_MISMATCH,
    "attach_missing": QueueKind.UNREADABLE,
    "automation_paused": QueueKind.OTHER,
    "bank_charges": QueueKind.AMOUNT_MISMATCH,
    "classify_low": QueueKind.UNREADABLE,
    "conditional_payment": QueueKind.OTHER,
    "credit_unknown": QueueKind.NO_OPEN_ITEM,
    "currency_unknown": QueueKind.CURRENCY_MISMATCH,
    "cust_ambig": QueueKind.AMBIGUOUS,
    "cust_unknown": QueueKind.UNKNOWN_SENDER,
    "disc_unearned": QueueKind.AMOUNT_MISMATCH,
    "dup_suspect": QueueKind.DUPLICATE,
    "fx_diff": QueueKind.CURRENCY_MISMATCH,
    "instrument": QueueKind.OTHER,
    "line_ambig": QueueKind.AMBIGUOUS,
    "line_closed": QueueKind.DUPLICATE,
    "line_other_customer": QueueKind.NO_OPEN_ITEM,
    "line_unresolved": QueueKind.NO_OPEN_ITEM,
    "lump_sum": QueueKind.NO_OPEN_ITEM,
    "over_pay": QueueKind.OVERPAYMENT,
    "payee_account": QueueKind.BANK_CHANGE,
    "payment_return": QueueKind.OTHER,
    "portal_link_only": QueueKind.OTHER,
    "retention": QueueKind.AMOUNT_MISMATCH,
    "sec_bank_change": QueueKind.FRAUD_ALERT,
    "sec_injection": QueueKind.FRAUD_ALERT,
    "self_bill": QueueKind.OTHER,
    "sender_unverified": QueueKind.UNTRUSTED_SENDER,
    "short_pay": QueueKind.AMOUNT_MISMATCH,
    "terms_var": QueueKind.OTHER,
    "third_party_payer": QueueKind.UNKNOWN_SENDER,
    "total_mismatch": QueueKind.TOTAL_MISMATCH,
    "virtual_card": QueueKind.OTHER,
    "wht": QueueKind.OTHER,
}


def exception(code: str, summary: str, **fields: object) -> MatchException:
    """Build queue work of a code; its kind follows from the code."""
    return MatchException(code=code, kind=KIND_OF_CODE[code], summary=summary, **fields)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """`payable` are the customers whose items this payer may settle without a person.

    `by_open` is True for money at the bank: there the open amount counts, for a claim what no advice has announced.
    """

    currency: str
    paid_on: date | None
    policy: MatchingPolicy
    finder: Finder
    payable: frozenset[str]
    payer: str | None = None  # the customer whose account the payment stands on
    by_open: bool = False
    scanned: bool = False
    announcement: bool = False
    released: dict[str, Money] = field(default_factory=dict)  # what a replaced advice had announced, by invoice
    named: frozenset[str] = frozenset()  # invoices that the paper names
    kept: dict[str, tuple[Decimal, str]] = field(default_factory=dict)  # per cent that this payer keeps, by customer
    names: dict[str, str] = field(default_factory=dict)  # whose name a key is, of the customers paid for

    @property
    def zero(self) -> Money:
        return Money.zero(self.currency)

    def free(self, item: OpenItem) -> Money:
        """What of the item is still to be settled; negative for credit notes, never beyond what is open."""
        if self.by_open or item.currency != self.currency:
            return item.open
        free = item.free + self.released.get(item.number, self.zero)
        if item.open.minor >= 0:
            return max(self.zero, min(free, item.open))
        return min(self.zero, max(free, item.open))

    @cached_property
    def open_items(self) -> tuple[OpenItem, ...]:
        """The open items of the payer in this currency, in the order of their numbers."""
        items = (i for i in self.finder.items.values() if i.customer in self.payable and i.currency == self.currency)
        return tuple(sorted((item for item in items if self.free(item)), key=lambda item: item.number))

    @cached_property
    def open_invoices(self) -> tuple[OpenItem, ...]:
        return tuple(i for i in self.open_items if i.type is InvoiceType.INVOICE and self.free(i).minor > 0)

    @cached_property
    def by_amount(self) -> dict[int, list[OpenItem]]:
        """The open items by what is free on them, in minor units."""
        found: dict[int, list[OpenItem]] = defaultdict(list)
        for item in self.open_items:
            found[self.free(item).minor].append(item)
        return dict(found)

    @cached_property
    def by_net(self) -> dict[int, list[OpenItem]]:
        """The open invoices by what is free on them less the discount earned on this day."""
        found: dict[int, list[OpenItem]] = defaultdict(list)
        for item in self.open_invoices:
            free = self.free(item)
            discount = earned_difference(item, free, self.paid_on, self.policy)
            if discount is not None:
                found[(free - discount).minor].append(item)
        return dict(found)

    @cached_property
    def by_slip(self) -> dict[str, list[OpenItem]]:
        """The open items by the keys that a number one slip away, or cut off, shares with them."""
        found: dict[str, list[OpenItem]] = defaultdict(list)
        for item in self.open_items[:MOST_NEAR]:
            for key in slip_keys(item.number):
                found[key].append(item)
        return dict(found)

    def belongs_elsewhere(self, item: OpenItem, amounts: Iterable[Money | None]) -> OpenItem | None:
        """Return another open invoice, not named on the paper, that one of the amounts fits to the cent."""
        wanted = sorted({amount.minor for amount in amounts if amount is not None and amount.minor > 0})
        for minor in wanted:
            for other in self.by_amount.get(minor, ()):
                if other.number != item.number and other.number not in self.named:
                    return other
        return None

    def small(self, item: OpenItem, difference: Money, spent: Spent | None = None) -> bool:
        """Whether a difference may be written off: both limits of the tolerance, how often and how much this year."""
        tolerance = self.policy.tolerances.get(self.currency)
        if tolerance is None or not difference or item.currency != self.currency:
            return False
        spent = spent or Spent()
        used = self.policy.write_offs_this_year.get(item.customer, 0) + spent.count
        if used >= tolerance.per_year_max or not tolerance.allows(difference, item.total):
            return False
        if tolerance.per_year_amount is None:
            return True
        before = self.policy.written_off_this_year.get(item.customer, {}).get(self.currency, 0) + spent.minor
        return before + abs(difference.minor) <= tolerance.per_year_amount.minor

    def spare(self, excess: Money, spent: Spent) -> bool:
        """Whether so much too much is still a small difference of the whole payment, not only of one invoice."""
        tolerance = self.policy.tolerances.get(self.currency)
        return tolerance is not None and spent.over + excess.minor <= tolerance.amount.minor


@dataclass(frozen=True, slots=True)
class Spent:
    """What was used of the tolerance earlier in the same payment: write-offs, their sum, and what was paid too much."""

    count: int = 0
    minor: int = 0
    over: int = 0

    def plus(self, written_off: Money, over: Money | None = None) -> Spent:
        return Spent(
            self.count + bool(written_off), self.minor + abs(written_off.minor), self.over + (over.minor if over else 0)
        )


def allocation(
    item: OpenItem, cash: Money, *, line: int | None, reference: str | None, reasons: tuple[Reason, ...], **parts: Money
) -> Allocation:
    """Build an allocation to an item; parts that are not given are zero."""
    zero = Money.zero(cash.currency)
    names = ("discount", "deduction", "withheld", "write_off", "bank_fee")
    amounts = {name: parts.get(name, zero) for name in names}
    return Allocation(
        invoice=item.number,
        customer=item.customer,
        cash=cash,
        reference=reference,
        line=line,
        reasons=reasons,
        **amounts,
    )
