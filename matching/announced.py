"""What an advice on file settles when its money arrives: its allocations, as far as the items are still open."""

from __future__ import annotations

from dataclasses import dataclass

from agent.domain.decisions import Allocation, Candidate, MatchException, Reason
from agent.domain.money import Money
from agent.domain.receivables import KnownAdvice
from matching.ground import Ground, exception


@dataclass(frozen=True, slots=True)
class Fit:
    advice: KnownAdvice
    reason: Reason
    exact: bool
    fee: Money  # charges that the bank kept, named on the line


def applications(advice: KnownAdvice, fit: Fit, ground: Ground) -> tuple[list[Allocation], list[MatchException]]:
    applied: list[Allocation] = []
    problems: list[MatchException] = []
    left: dict[str, int] = {}
    fee = fit.fee
    largest = max((a.amount.minor for a in advice.allocations if a.invoice), default=0)
    for known in advice.allocations:
        item = ground.finder.items.get(known.invoice or "")
        if item is None or known.amount.currency != item.currency:
            if known.invoice:
                what = f"{known.invoice}, which advice {advice.advice} pays, cannot be settled with {known.amount}"
                problems.append(exception("line_unresolved", what, amount=known.amount, reasons=(fit.reason,)))
            continue
        zero = ground.zero
        bank_fee = known.bank_fee or zero
        cash = known.amount
        if fee and cash.minor == largest:
            cash, bank_fee, fee = cash - fee, bank_fee + fee, zero
        one = Allocation(
            invoice=item.number, customer=item.customer, cash=cash, discount=known.discount,
            deduction=known.deduction, withheld=known.withheld, write_off=known.write_off, bank_fee=bank_fee,
            reference=known.reference, reasons=(fit.reason,),
        )  # fmt: skip
        available = left.get(item.number, item.open.minor)
        if abs(one.settles.minor) <= abs(available) and (one.settles.minor >= 0) == (item.total.minor >= 0):
            left[item.number] = available - one.settles.minor
            applied.append(one)
            continue
        what = f"{item.number} has {Money(available, item.currency)} open, advice {advice.advice} settles {one.settles}"
        problems.append(exception("line_closed", what, customer=item.customer, amount=one.cash, reasons=(fit.reason,)))
    return applied, problems


def offer(n: int, fit: Fit, amount: Money, ground: Ground) -> Candidate:
    """What accepting would apply: the advice's allocations, if the money suffices for them."""
    applied, _ = applications(fit.advice, fit, ground)
    enough = sum(one.cash.minor for one in applied) <= amount.minor
    return Candidate(
        n=n, amount=fit.advice.total, confidence=0.5, evidence=(fit.reason,),
        settle=tuple(applied) if enough else (), customer=fit.advice.customer,
        advices=(fit.advice.advice,) if enough else (),
    )  # fmt: skip
