"""Early-payment discount: what the terms allow, and whether it was earned by the day of payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from agent.domain.decisions import MatchingPolicy, Reason
from agent.domain.money import Money
from agent.domain.receivables import OpenItem


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much of a discount is granted, how much refused, and why."""

    granted: Money
    refused: Money
    reason: Reason


def discount_on(amount: Money, percent: Decimal) -> Money:
    """Return the discount of `percent` per cent on an amount, rounded half up."""
    return Money.rounded(amount.amount * percent / 100, amount.currency)


def credit_for(cash: Money, percent: Decimal) -> Money:
    """Return what a part payment settles where the discount is allowed pro rata: cash / (1 - percent), rounded."""
    return Money.rounded(cash.amount * 100 / (100 - percent), cash.currency)


def tax_part(discount: Money, item: OpenItem) -> Money | None:
    """Return the tax inside a discount on the gross amount: its share is that of the invoice."""
    if item.tax is None or not item.total:
        return None
    return Money.rounded(discount.amount * item.tax.amount / item.total.amount, discount.currency)


def earned(item: OpenItem, paid_on: date | None, policy: MatchingPolicy, *, announcement: bool = False) -> bool | None:
    """Whether a payment of that day is within the discount period and its grace; None where it cannot be known.

    A paper without a date that is here within the period was paid within it, unless it only announces.
    """
    if item.discount_until is None or not item.discount_percent:
        return False
    last = item.discount_until + timedelta(days=policy.discount_grace_days)
    if paid_on is not None:
        return paid_on <= last
    if policy.today <= last and not announcement:
        return True
    return None


def judge(
    item: OpenItem,
    taken: Money,
    base: Money,
    paid_on: date | None,
    policy: MatchingPolicy,
    *,
    announcement: bool = False,
) -> Verdict:
    """Split a discount that was taken on `base` into what the terms grant and what they do not."""
    zero = Money.zero(taken.currency)
    until, percent = item.discount_until, item.discount_percent
    if until is None or not percent:
        return Verdict(zero, taken, Reason("discount", f"{taken} taken; no discount is agreed for {item.number}"))
    in_time = earned(item, paid_on, policy, announcement=announcement)
    if in_time is None:
        return Verdict(zero, taken, Reason("discount", f"{taken} taken; the paper gives no day of payment"))
    if not in_time:
        late = f"paid {paid_on}, discount until {until} and {policy.discount_grace_days} days of grace"
        return Verdict(zero, taken, Reason("discount", f"{taken} taken too late: {late}"))
    allowed = discount_on(base, percent)
    granted = min(taken, allowed)
    if granted == taken:
        tax = tax_part(granted, item)
        of_it = f", of it tax {tax.plain()}" if tax else ""
        return Verdict(granted, zero, Reason("discount", f"{granted} earned: {percent} % until {until}{of_it}"))
    return Verdict(granted, taken - granted, Reason("discount", f"{taken} taken, {allowed} allowed ({percent} %)"))


def earned_difference(item: OpenItem, base: Money, ground_paid_on: date | None, policy: MatchingPolicy) -> Money | None:
    """Return the discount that the terms grant on `base` for that day of payment; None where none is earned."""
    if not item.discount_percent or not earned(item, ground_paid_on, policy):
        return None
    return discount_on(base, item.discount_percent) or None
