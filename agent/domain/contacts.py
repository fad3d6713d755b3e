"""What one address of a customer may do by mail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An address on a customer's record; one without a record of its own may do everything."""

    customer: str
    address: str  # case folded
    name: str | None = None
    may_order: bool = True
    may_dispute: bool = True
    may_receive: bool = True  # invoices, statements and reminders
    rank: int = 0  # the lowest is written to first
