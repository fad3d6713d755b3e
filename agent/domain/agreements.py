"""Blanket orders: the frame that releases call off, with its ceiling, its validity and what is left of it.

A blanket order authorises no delivery; each release does, and is an order of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.money import Money


class AgreementStatus(StrEnum):
    PROPOSED = "proposed"  # it came by mail, and nobody has agreed to it yet
    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementLine:
    """An item of a blanket order: at most so much of it, at this price; None where the paper does not say."""

    line: str
    item: str
    quantity: Decimal | None = None
    unit: str | None = None
    unit_price: Decimal | None = None
    price_per: Decimal = Decimal(1)
    called: Decimal = Decimal(0)  # by all releases that we took


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A blanket order of a customer. `called` is the net value of all releases that we took."""

    id: int
    number: str
    customer: str
    currency: str
    status: AgreementStatus
    called: Money
    limit: Money | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    lines: tuple[AgreementLine, ...] = ()
    message: int | None = None

    @property
    def left(self) -> Money | None:
        """What may still be called off; None where it has no ceiling."""
        return None if self.limit is None else self.limit - self.called

    def holds_on(self, day: date) -> bool:
        """Whether the day lies within its validity; an end that is not stated is open."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)
