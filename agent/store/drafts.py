"""Invoices that wait before they are issued, and what each customer demands of its invoices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from agent import numbers
from agent.domain.codec import from_plain, to_plain
from agent.domain.errors import NotFound
from agent.domain.invoice_rules import InvoiceRules
from agent.domain.money import Money, plain
from agent.store.schema import invoice_drafts, invoice_rules
from agent.store.statements import insert_id, upsert

LIVE = ("lint", "approval", "notice", "objected")


# Built once: building them takes longer than running them.
_RULES = select(invoice_rules.c.rules).where(invoice_rules.c.customer == bindparam("customer"))
_SPOKEN_FOR = select(invoice_drafts.c.parts, invoice_drafts.c.deliveries).where(
    invoice_drafts.c.customer == bindparam("customer"), invoice_drafts.c.status.in_(LIVE)
)


def rules_of(tx: Connection, customer: str) -> InvoiceRules | None:
    """What a customer demands of its invoices; None where nothing is on file."""
    found = tx.execute(_RULES, {"customer": customer}).scalar_one_or_none()
    return None if found is None else from_plain(InvoiceRules, found)


def all_rules(tx: Connection, customer: str | None = None) -> tuple[InvoiceRules, ...]:
    statement = select(invoice_rules.c.rules).order_by(invoice_rules.c.customer)
    if customer is not None:
        statement = statement.where(invoice_rules.c.customer == customer)
    return tuple(from_plain(InvoiceRules, found) for found in tx.execute(statement).scalars())


def save_rules(tx: Connection, rules: InvoiceRules) -> str:
    """Write the rules of a customer; return `added`, `changed` or `unchanged`."""
    known = rules_of(tx, rules.customer)
    if known == rules:
        return "unchanged"
    upsert(tx, invoice_rules, {"customer": rules.customer, "rules": to_plain(rules)})
    return "added" if known is None else "changed"


def add(
    tx: Connection,
    *,
    customer: str,
    status: str,
    why: Iterable[str],
    parts: list[dict[str, Any]],
    deliveries: list[int],
    supplied_on: date | None,
    delivery: int | None,
    net: Money,
    total: Money,
    message: int | None,
    now: datetime,
) -> int:
    """Keep what would be invoiced; return its number."""
    values = {
        "customer": customer,
        "status": status,
        "why": list(why),
        "parts": to_plain(parts),
        "deliveries": deliveries,
        "cleared": [],
        "supplied_on": supplied_on,
        "delivery": delivery,
        "net_minor": net.minor,
        "total_minor": total.minor,
        "currency": total.currency,
        "message": message,
        "created_at": now,
    }
    return insert_id(tx, invoice_drafts, values)


def draft_row(tx: Connection, number: int, *, lock: bool = False) -> Row[Any]:
    statement = select(invoice_drafts).where(invoice_drafts.c.id == number)
    row = tx.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound("draft", f"N{number}", "see `ar-agent invoices drafts`")
    return row


def set_draft(tx: Connection, number: int, **values: Any) -> None:
    tx.execute(update(invoice_drafts).where(invoice_drafts.c.id == number).values(**values))


def find(tx: Connection, *, statuses: Iterable[str] = LIVE, customer: str | None = None) -> list[Row[Any]]:
    statement = select(invoice_drafts).where(invoice_drafts.c.status.in_(list(statuses))).order_by(invoice_drafts.c.id)
    if customer is not None:
        statement = statement.where(invoice_drafts.c.customer == customer)
    return list(tx.execute(statement))


def due_notices(tx: Connection, today: date) -> list[int]:
    """Drafts whose time for an objection is over."""
    statement = select(invoice_drafts.c.id).where(invoice_drafts.c.status == "notice", invoice_drafts.c.until < today)
    return list(tx.execute(statement.order_by(invoice_drafts.c.id)).scalars())


def quantities_of(part: Mapping[str, Any]) -> dict[str, Decimal]:
    return {line: Decimal(quantity) for line, quantity in part["quantities"].items()}


@dataclass(frozen=True, slots=True)
class SpokenFor:
    """What live drafts of a customer will bill: quantities by order and line, orders whose carriage is in, deliveries."""

    quantities: dict[str, dict[str, Decimal]]
    carriage: frozenset[str]
    deliveries: frozenset[int]


def spoken_for(tx: Connection, customer: str) -> SpokenFor:
    """What waits in drafts and must not be billed beside them."""
    held: dict[str, dict[str, Decimal]] = {}
    carriage: set[str] = set()
    shipped: set[int] = set()
    for row in tx.execute(_SPOKEN_FOR, {"customer": customer}):
        shipped |= set(row.deliveries)
        for part in row.parts:
            lines = held.setdefault(part["order"], {})
            for line, quantity in quantities_of(part).items():
                lines[line] = lines.get(line, Decimal(0)) + quantity
            if part["freight"]:
                carriage.add(part["order"])
    return SpokenFor(held, frozenset(carriage), frozenset(shipped))


def shown(row: Row[Any]) -> dict[str, Any]:
    """A draft as lists show it."""
    return {
        "draft": numbers.show(numbers.DRAFT, row.id),
        "customer": row.customer,
        "orders": [part["order"] for part in row.parts],
        "status": row.status,
        "why": row.why,
        "until": to_plain(row.until),
        "net": plain(Money(row.net_minor, row.currency).amount),
        "total": plain(Money(row.total_minor, row.currency).amount),
        "currency": row.currency,
        "invoice": row.invoice,
        "created_at": row.created_at.isoformat(),
        "message": numbers.show(numbers.MESSAGE, row.message),
    }
