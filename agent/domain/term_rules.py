"""Payment terms as rules: base, days, month rolls, fixed days, instalments, discounts; dates follow from the rule.

Conventions: n days count from the day after the base date; a month roll clamps to the last day of the month; the
closing day belongs to its own month; a bank day is no Saturday, no Sunday and no holiday that the caller names.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from agent.domain.calendars import Calendar, calendar_of
from agent.domain.money import Money


class Roll(StrEnum):
    """How a month end enters the counting."""

    NONE = "none"  # base + days
    DAYS_THEN_EOM = "days_then_eom"  # base + days, then the end of that month
    EOM_THEN_DAYS = "eom_then_days"  # end of the base month, then + days
    FOLLOWING = "following"  # a fixed day of the n-th following month


class Base(StrEnum):
    """From which day the counting starts."""

    INVOICE = "invoice"
    INVOICE_RECEIPT = "invoice_receipt"
    GOODS = "goods"  # ROG, COD: the day on which the goods arrived
    ACCEPTANCE = "acceptance"


class BankDay(StrEnum):
    """Where a date goes that is no bank day."""

    NONE = "none"
    NEXT = "next"
    PREVIOUS = "previous"
    MODIFIED = "modified"  # the next one, unless that lies in another month: then the previous one


@dataclass(frozen=True, slots=True)
class EarlyPayment:
    """A discount of `percent` when paid within `days` of the base date (or until a fixed day of the month)."""

    percent: Decimal
    days: int
    day_of_month: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment: a share in per cent, due `days` after the base date."""

    percent: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """One rule: days, roll, fixed day, months; early-payment tiers; instalments; or payment before delivery."""

    days: int = 30
    roll: Roll = Roll.NONE
    day_of_month: int | None = None
    months: int = 0
    closing_day: int | None = None  # what happens after this day counts for the next month (cut-off, 締め)
    tiers: tuple[EarlyPayment, ...] = ()
    prepayment: bool = False
    pay_days: tuple[int, ...] = ()  # days of the month on which the customer pays: the next one (día de pago)
    instalments: tuple[Part, ...] = ()
    base: Base = Base.INVOICE
    bank_day: BankDay = BankDay.NONE

    def due_on(
        self, base: date, *, bank_day: BankDay | None = None, holidays: Collection[date] | Calendar = ()
    ) -> date:
        """The due date that follows from a base date; with instalments, that of the last one."""
        if self.instalments:
            day = base + timedelta(days=max(part.days for part in self.instalments))
        elif self.roll is Roll.DAYS_THEN_EOM:
            day = _month_end(base + timedelta(days=self.days))
        elif self.roll is Roll.EOM_THEN_DAYS:
            day = _month_end(base) + timedelta(days=self.days)
        elif self.roll is Roll.FOLLOWING:
            day = _day_of(_add_months(base, self.months + self._late(base)), self.day_of_month or 31)
        else:
            day = base + timedelta(days=self.days)
        if self.pay_days:
            day = _next_of(day, self.pay_days)
        return bank_day_of(day, bank_day or self.bank_day, holidays)

    def _late(self, base: date) -> bool:
        return self.closing_day is not None and base.day > self.closing_day

    def discounts(self, base: date) -> tuple[tuple[Decimal, date], ...]:
        """Every discount in per cent with the last day on which it is earned, the highest first."""
        found = [(tier.percent, self._tier_until(tier, base)) for tier in self.tiers]
        return tuple(sorted(found, key=lambda one: (-one[0], one[1])))

    def _tier_until(self, tier: EarlyPayment, base: date) -> date:
        if tier.day_of_month is not None:
            return _day_of(_add_months(base, 1 + self._late(base)), tier.day_of_month)
        start = _month_end(base) if self.roll is Roll.EOM_THEN_DAYS else base
        return start + timedelta(days=tier.days)

    def discount_until(self, base: date) -> tuple[Decimal, date] | None:
        """The best discount, in per cent, and the last day on which it is earned; None where there is none."""
        found = self.discounts(base)
        return found[0] if found else None

    def schedule(
        self,
        base: date,
        total: Money,
        *,
        bank_day: BankDay | None = None,
        holidays: Collection[date] | Calendar = (),
    ) -> tuple[tuple[date, Money], ...]:
        """What is due when: the whole at once, or the instalments; the last one takes the rounding."""
        rule = bank_day or self.bank_day
        if not self.instalments:
            return ((self.due_on(base, bank_day=rule, holidays=holidays), total),)
        parts = sorted(self.instalments, key=lambda part: part.days)
        days = [bank_day_of(base + timedelta(days=part.days), rule, holidays) for part in parts]
        left, found = total, []
        for part, day in zip(parts[:-1], days, strict=False):
            share = Money.rounded(total.amount * part.percent / 100, total.currency)
            found.append((day, share))
            left = left - share
        found.append((days[-1], left))
        return tuple(found)

    def last_closing(self, today: date) -> date:
        """The newest closing day that is not after today: of the terms, or else the end of a month."""
        here = _day_of(today, self.closing_day or 31)
        return here if here <= today else _day_of(_add_months(today.replace(day=1), -1), self.closing_day or 31)


def bank_day_of(day: date, rule: BankDay, holidays: Collection[date] | Calendar = ()) -> date:
    """The day itself, or the bank day that the rule puts in its place where it is none."""
    if rule is BankDay.NONE:
        return day
    calendar = holidays if isinstance(holidays, Calendar) else calendar_of(holidays)
    if rule is BankDay.PREVIOUS:
        return calendar.previous_open(day)
    later = calendar.next_open(day)
    return calendar.previous_open(day) if rule is BankDay.MODIFIED and later.month != day.month else later


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _add_months(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _day_of(month: date, day: int) -> date:
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))


def _next_of(day: date, pay_days: tuple[int, ...]) -> date:
    here = [_day_of(day, wanted) for wanted in pay_days]
    later = [_day_of(_add_months(day.replace(day=1), 1), wanted) for wanted in pay_days]
    return min(one for one in (*here, *later) if one >= day)
