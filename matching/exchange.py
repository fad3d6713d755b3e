"""Money in another currency than the invoice: what it is at the rate that the company set. It suggests, it never books."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from agent.domain.decisions import MatchingPolicy, Reason
from agent.domain.money import Money
from agent.domain.receivables import OpenItem
from matching.ground import Ground


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount in the item's currency; `settles` where it is what is open, as near as the policy wants it."""

    amount: Money
    settles: bool
    reason: Reason


def at_rate(paid: Money, item: OpenItem, ground: Ground) -> Converted | None:
    """Return what was paid in the currency of the item, by the newest rate of the day; None where no rate is set."""
    day = ground.paid_on or ground.policy.today
    found = _rate(paid.currency, item.currency, ground.policy, day.isoformat())
    if found is None:
        return None
    rate, words = found
    amount = Money.rounded(paid.amount * rate, item.currency)
    off = abs(amount - item.open)
    allowed = Money.rounded(abs(item.open.amount) * ground.policy.rate_tolerance / 100, item.currency)
    near = paid.minor > 0 and item.open.minor > 0 and off <= allowed
    rest = "exactly what is open" if not off else f"{off} off the open {item.open}"
    return Converted(amount, near, Reason("exchange", f"{paid} is {amount} at {words}: {rest}"))


def _rate(paid_in: str, wanted: str, policy: MatchingPolicy, day: str) -> tuple[Decimal, str] | None:
    """The newest rate that holds on the day, either way round."""
    valid = [r for r in policy.rates if {r.base, r.quoted} == {paid_in, wanted} and r.since.isoformat() <= day]
    if not valid:
        return None
    newest = max(valid, key=lambda r: r.since)
    words = f"{newest.base}/{newest.quoted} {newest.rate} of {newest.since}"
    return (newest.rate if newest.base == paid_in else 1 / newest.rate), words
