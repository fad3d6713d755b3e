"""Goods that come back: announced, received, inspected; only what the inspection accepts is credited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.documents import DisputeReason


class ReturnStatus(StrEnum):
    ANNOUNCED = "announced"
    RECEIVED = "received"  # it has arrived; nobody has looked at it
    INSPECTED = "inspected"  # a credit is proposed, or nothing was invoiced
    CREDITED = "credited"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """What of an order line comes back; `accepted` is what the inspection found to be taken back."""

    order_line: str
    quantity: Decimal
    item: str | None = None
    unit: str = ""
    accepted: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCase:
    id: int
    customer: str
    order: str
    status: ReturnStatus
    reason: DisputeReason
    lines: tuple[ReturnLine, ...]
    announced_on: date
    number: str | None = None  # of the authorisation, as it stands on the parcel
    invoice: str | None = None
    text: str | None = None
    received_on: date | None = None
    inspected_on: date | None = None
    credit_note: str | None = None
    dispute: int | None = None
    delivery: int | None = None
    message: int | None = None
