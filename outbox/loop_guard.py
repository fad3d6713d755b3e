"""The backstop against mail loops: a budget, whatever the headers of the other side say (RFC 3834, 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from outbox.message import OutboxMessage


@dataclass(frozen=True, slots=True)
class Budget:
    """How many mails may leave; zero or less means none."""

    per_recipient_per_day: int = 20
    per_customer_per_hour: int = 60
    per_hour: int = 500


@dataclass(frozen=True, slots=True)
class Spent:
    """What was planned already: by recipient (lower case) in the last 24 hours, for this customer and for all in the last hour."""

    by_recipient: Mapping[str, int]
    last_hour: int
    of_customer: int = 0


def may_send(message: OutboxMessage, budget: Budget, spent: Spent) -> str | None:
    """None where the mail may leave unasked, else the reason for a person to look first."""
    for recipient in message.recipients:
        count = spent.by_recipient.get(recipient.lower(), 0)
        if count >= budget.per_recipient_per_day:
            limit = budget.per_recipient_per_day
            return f"{recipient} was written to {count} times within a day: a loop? (limit {limit})"
    if spent.of_customer >= budget.per_customer_per_hour:
        limit = budget.per_customer_per_hour
        return f"{message.customer} was written to {spent.of_customer} times within an hour: a loop? (limit {limit})"
    if spent.last_hour >= budget.per_hour:
        return f"{spent.last_hour} mails were planned within an hour (limit {budget.per_hour})"
    return None
