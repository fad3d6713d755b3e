"""What a case really is: which items its money pays and how much, and the verdict on what was decided.

A false application is money that is advised or applied to an item or customer that the truth does not name, or more of
it than the truth allows. It is counted by payment, whether it is caught later or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import comb

from agent.domain.decisions import Allocation, MatchException


@dataclass(frozen=True, slots=True)
class Due:
    """What one item gets, in minor units: exactly this cash, and at most so much of it closed by the payment."""

    invoice: str
    cash: int
    closes: int


@dataclass(frozen=True, slots=True)
class Truth:
    """What one step must do. `payers`: whose account the money may stand on; empty where nobody's."""

    dues: tuple[Due, ...] = ()
    payers: frozenset[str] = frozenset()
    applies: bool = True  # False: a person must decide, or it has no effect at all; any application is wrong
    meant: tuple[Due, ...] = ()  # what the person who must decide would choose, where that is known

    @property
    def wanted(self) -> tuple[Due, ...]:
        """What a suggestion should offer."""
        return self.dues or self.meant


@dataclass(slots=True)
class Verdict:
    """How a decision compares with the truth."""

    lines: int = 0
    lines_right: int = 0
    right: bool = False  # every due item got exactly its cash, and nothing else happened
    false: list[str] = field(default_factory=list)
    touchless: bool = False  # right, and nobody is asked anything
    suggested: bool = False  # a person is asked, and there is something to accept
    first_right: bool = False  # and what stands first is what is meant, whole or a part, to the cent
    any_right: bool = False  # or one of the others is


def judge(truth: Truth, allocations: Iterable[Allocation], customer: str | None, *, asked: bool) -> Verdict:
    """Return the verdict on one decision; `customer` is whose account the money or claim stands on."""
    cash: dict[str, int] = {}
    closes: dict[str, int] = {}
    for one in allocations:
        cash[one.invoice] = cash.get(one.invoice, 0) + one.cash.minor
        closes[one.invoice] = closes.get(one.invoice, 0) + one.settles.minor
    due = {one.invoice: one for one in truth.dues} if truth.applies else {}
    verdict = Verdict(lines=len(due))
    for invoice, settled in closes.items():
        meant = due.get(invoice)
        if meant is None:
            verdict.false.append(f"{settled} on {invoice}, which is not meant")
        elif abs(cash[invoice]) > abs(meant.cash) or abs(settled) > abs(meant.closes) or settled * meant.closes < 0:
            verdict.false.append(f"{cash[invoice]} closing {settled} on {invoice}: {meant.cash} closing {meant.closes}")
    if customer is not None and customer not in truth.payers and (cash or truth.payers):
        verdict.false.append(f"stands on {customer}, not on {', '.join(sorted(truth.payers)) or 'nobody'}")
    verdict.lines_right = sum(cash.get(one.invoice) == one.cash for one in due.values())
    verdict.right = not verdict.false and all(cash.get(one.invoice) == one.cash for one in due.values())
    verdict.touchless = verdict.right and not asked
    return verdict


def judge_suggestions(verdict: Verdict, truth: Truth, exceptions: Iterable[MatchException]) -> None:
    """Whether accepting the first suggestion of a payment would do what is meant; only where nothing was applied."""
    due = {one.invoice: one.cash for one in truth.wanted}
    offered = [one.candidates for one in exceptions if any(c.settle for c in one.candidates)]
    if not due or not offered or verdict.right:
        return
    good = [[_fits(c.settle, due) for c in candidates] for candidates in offered]
    verdict.suggested = True
    verdict.first_right = good[0][0]
    verdict.any_right = any(any(row) for row in good)


def _fits(settle: Iterable[Allocation], due: dict[str, int]) -> bool:
    sums: dict[str, int] = {}
    for one in settle:
        sums[one.invoice] = sums.get(one.invoice, 0) + one.cash.minor
    return bool(sums) and all(due.get(invoice) == cash for invoice, cash in sums.items())


def upper_bound(false: int, of: int, confidence: float = 0.95) -> float:
    """Return the one-sided Clopper-Pearson upper bound of a rate (the rule of three, 3/n, where nothing was false)."""
    if not of:
        return 1.0
    low, high = false / of, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        below = sum(comb(of, k) * middle**k * (1 - middle) ** (of - k) for k in range(false + 1)) if false < 40 else 0.0
        low, high = (middle, high) if below > 1 - confidence else (low, middle)
    return high
