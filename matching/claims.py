"""The amounts of an advised line as money, and what of them is missing or cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.domain.documents import AdvisedLine
from agent.domain.money import Money, decimals_of

LARGEST_MINOR = 10**15  # no invoice is larger; keeps every sum inside 64 bits


def money_of(value: Decimal | None, currency: str) -> Money | None:
    """Return the amount as money; None where there is none, or the currency cannot hold it exactly."""
    if value is None or not value.is_finite() or value.adjusted() > 18:
        return None
    minor = value.scaleb(decimals_of(currency))
    if minor != minor.to_integral_value() or abs(minor) > LARGEST_MINOR:
        return None
    return Money(int(minor), currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One line of an advice in money: `paid` is None where no amount is given, reductions are zero where absent."""

    index: int
    line: AdvisedLine
    paid: Money | None
    gross: Money | None
    discount: Money
    deduction: Money
    withheld: Money
    balance_after: Money | None
    paid_on: date | None
    broken: bool = False  # an amount that the currency cannot hold, or amounts that contradict each other

    @property
    def claimed(self) -> Money | None:
        """What the line says is settled: what is paid and what is taken off."""
        return None if self.paid is None else self.paid + self.discount + self.deduction + self.withheld

    @property
    def reduced(self) -> bool:
        return bool(self.discount or self.deduction or self.withheld)


def claim_of(index: int, line: AdvisedLine, currency: str, paid_on: date | None) -> Claim:
    """Return the line in money; a missing paid amount follows from gross less reductions."""
    stated = (line.paid, line.gross, line.discount, line.deduction, line.withheld, line.balance_after)
    amounts = [money_of(value, currency) for value in stated]
    broken = any(value is not None and amount is None for value, amount in zip(stated, amounts, strict=True))
    paid, gross, discount, deduction, withheld, balance = amounts
    zero = Money.zero(currency)
    off = (discount or zero) + (deduction or zero) + (withheld or zero)
    if paid is None and gross is not None and not broken:
        paid = gross - off
    return Claim(
        index=index,
        line=line,
        paid=paid,
        gross=gross,
        discount=discount or zero,
        deduction=deduction or zero,
        withheld=withheld or zero,
        balance_after=balance,
        paid_on=line.paid_on or paid_on,
        broken=broken,
    )
