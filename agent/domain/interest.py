"""Interest for late payment: simple, day by day (ACT/365), in exact decimals, rounded once at the end.

It runs from the day after the due date to the day of payment. Which rate applies on which day is the law's: most change
it every half-year; the United Kingdom keeps the one of the day on which interest began (SI 2002/1675), Ireland takes
the one of the day of payment. Where the table has no rate for a period there is no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from agent.domain.errors import ArError
from agent.domain.money import Money

_DAY = timedelta(days=1)
_YEAR = 365


class Reading(StrEnum):
    """Which half-year's rate applies."""

    SPLIT = "split"  # each half-year its own
    AT_START = "at_start"  # the one in which interest began, to the end
    AT_PAYMENT = "at_payment"  # the one in which it is paid, from the beginning
    FIXED = "fixed"  # one rate without a reference: an agreement, a legal rate


@dataclass(frozen=True, slots=True)
class FixedSum:
    """A sum owed for the cost of collecting: `amount` for debts below `below` (None: of any size)."""

    below: Decimal | None
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """How one law, or one agreement, charges late payment."""

    code: str  # DE, GB, US-TX
    reading: Reading
    margin: Decimal  # points above the reference rate; for FIXED the rate itself
    reference: str = ""  # the series of reference rates
    reference_step: Decimal | None = None  # the reference is rounded up to a multiple of this
    total_step: Decimal | None = None  # so is the sum of reference and margin
    free_days: int = 0  # days after the due date that bear nothing
    fixed_sums: tuple[FixedSum, ...] = ()
    currency: str = ""  # of the fixed sums
    needs_agreement: bool = False  # nothing is offered, printed or charged without one
    most_percent: Decimal | None = None  # what an agreement may ask for at most
    source: str = ""  # the statute, as it is cited; empty: an agreement


@dataclass(frozen=True, slots=True)
class Segment:
    """Days on which principal and rate stay the same; both days bear interest."""

    from_on: date
    to_on: date
    principal: Money
    percent: Decimal

    @property
    def days(self) -> int:
        return (self.to_on - self.from_on).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One calculation, whole: what a customer and a judge can follow."""

    law: str
    due_on: date
    segments: tuple[Segment, ...]
    interest: Money
    compensation: Money
    source: str = ""

    @property
    def total(self) -> Money:
        return self.interest + self.compensation


class RateMissing(ArError):
    """The table has no reference rate for a half-year; nobody makes one up."""

    def __init__(self, law: str, series: str, half_year: date) -> None:
        self.law, self.series, self.half_year = law, series, half_year
        super().__init__(
            f"there is no reference rate {series!r} for the half-year from {half_year.isoformat()} (law of {law}): "
            "add it to rates.toml in the home"
        )


Rates = Mapping[str, Mapping[date, Decimal]]  # series -> first day of a half-year -> per cent


def half_year_of(day: date) -> date:
    return date(day.year, 1 if day.month < 7 else 7, 1)


def sheet_of(
    law: Law,
    rates: Rates,
    *,
    principal: Money,
    due_on: date,
    to_on: date,
    reductions: Iterable[tuple[date, Money]] = (),
) -> Sheet:
    """Work out the interest on a debt that was due on `due_on`, for the days up to and including `to_on`.

    `reductions` are what was paid or credited, by value date: the day itself still bears interest on the whole.
    Raises RateMissing.
    """
    start = due_on + _DAY * (1 + law.free_days)
    segments = tuple(
        piece
        for part in _principals(principal, start, to_on, reductions)
        for piece in _rated(law, rates, part, start, to_on)
    )
    exact = sum((s.principal.amount * s.percent * s.days for s in segments), Decimal(0)) / (100 * _YEAR)
    return Sheet(
        law=law.code,
        due_on=due_on,
        segments=segments,
        interest=Money.rounded(exact, principal.currency),
        compensation=compensation_of(law, principal) if segments else Money.zero(principal.currency),
        source=law.source,
    )


def compensation_of(law: Law, debt: Money) -> Money:
    """The fixed sum for a debt of this size; nothing where the law's sums are in another currency."""
    if debt.currency != law.currency:
        return Money.zero(debt.currency)
    for step in law.fixed_sums:
        if step.below is None or debt.amount < step.below:
            return Money.of(step.amount, debt.currency)
    return Money.zero(debt.currency)


def by_agreement(law: Law | None, percent: Decimal) -> Law:
    """The law with the rate that the contract agreed; what statute would add is not added to a contract's rate."""
    code = law.code if law else "contract"
    most = law.most_percent if law else None
    if most is not None and percent > most:
        raise ArError(f"{percent} % a year is more than the law of {code} allows an agreement to ask for ({most} %)")
    return Law(code=code, reading=Reading.FIXED, margin=percent)


def _principals(
    principal: Money, start: date, to_on: date, reductions: Iterable[tuple[date, Money]]
) -> Iterable[tuple[date, date, Money]]:
    """The debt over time, in stretches in which it stays the same."""
    left = principal
    begin = start
    for day, amount in sorted(reductions, key=lambda one: one[0]):
        if day >= to_on:
            break
        if day >= begin and left.minor > 0:
            yield begin, day, left
            begin = day + _DAY
        left = left - amount
    if left.minor > 0 and begin <= to_on:
        yield begin, to_on, left


def _rated(law: Law, rates: Rates, part: tuple[date, date, Money], start: date, end: date) -> Iterable[Segment]:
    begin, last, principal = part
    if law.reading is Reading.FIXED:
        yield Segment(begin, last, principal, law.margin)
        return
    if law.reading is not Reading.SPLIT:
        decisive = start if law.reading is Reading.AT_START else end
        yield Segment(begin, last, principal, _percent(law, rates, half_year_of(decisive)))
        return
    while begin <= last:
        half = half_year_of(begin)
        until = min(last, (date(half.year, 7, 1) if half.month == 1 else date(half.year + 1, 1, 1)) - _DAY)
        yield Segment(begin, until, principal, _percent(law, rates, half))
        begin = until + _DAY


def _percent(law: Law, rates: Rates, half: date) -> Decimal:
    reference = rates.get(law.reference, {}).get(half)
    if reference is None:
        raise RateMissing(law.code, law.reference, half)
    if law.reference_step:
        reference = _rounded_up(reference, law.reference_step)
    rate = reference + law.margin
    return _rounded_up(rate, law.total_step) if law.total_step else rate


def _rounded_up(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(rounding=ROUND_CEILING) * step
