"""What we write to customers beside reminders: charges for late payment, payment plans, offers, how we handle late payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.money import Money
from agent.domain.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRow:
    """A stretch of days with one principal and one rate; `part` is its share of the interest, before rounding."""

    invoice: str
    from_on: date
    to_on: date
    days: int
    principal: Money
    percent: Decimal
    part: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeNotice(Notice):
    """A document that charges for late payment, with the whole calculation; `number` is its own."""

    number: str
    issued_on: date
    due_on: date
    currency: str
    rows: tuple[ChargeRow, ...] = ()
    interest: Money | None = None
    compensation: Money | None = None
    fee: Money | None = None
    total: Money
    source: str = ""  # the law or agreement that it rests on
    invoices: tuple[str, ...] = ()


class PlanForm(StrEnum):
    AGREED = "agreed"
    DUE = "due"  # an instalment is late
    BROKEN = "broken"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    n: int
    due_on: date
    amount: Money
    left: Money  # what of it has not come


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanNotice(Notice):
    """Confirms a payment plan, or says how it stands."""

    form: PlanForm
    plan: int
    currency: str
    invoices: tuple[str, ...]
    rows: tuple[PlanRow, ...]
    left: Money
    late: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    invoice: str
    po_number: str
    open: Money
    percent: Decimal
    until: date
    saving: Money

    @property
    def pay(self) -> Money:
        return self.open - self.saving


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferNotice(Notice):
    """Offers a discount for paying early; an offer that is not taken changes nothing."""

    currency: str
    rows: tuple[OfferRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLetter(Notice):
    """How we handle late payment, in plain words."""

    as_of: date
    grace_days: int
    levels: tuple[int, ...]
    interest_source: str = ""  # empty: nothing is charged
    compensation: Money | None = None
