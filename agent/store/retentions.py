"""Parts of invoices that customers may keep until what was accepted with defects is mended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from agent.domain.errors import NotFound
from agent.domain.money import Money
from agent.store.master import chunks
from agent.store.schema import retentions
from agent.store.statements import insert_id


def add(
    tx: Connection,
    *,
    customer: str,
    order: str,
    invoice: str,
    amount: Money,
    release_on: date | None,
    text: str | None,
    delivery: int | None,
    now: datetime,
) -> int:
    return insert_id(
        tx,
        retentions,
        {
            "customer": customer,
            "order": order,
            "invoice": invoice,
            "amount_minor": amount.minor,
            "currency": amount.currency,
            "release_on": release_on,
            "status": "held",
            "text": text,
            "delivery": delivery,
            "created_at": now,
        },
    )


def held_on(tx: Connection, invoices: Iterable[str], day: date) -> dict[str, int]:
    """What is held back of these invoices on a day, in minor units; it is not asked for before its day."""
    found: dict[str, int] = {}
    for batch in chunks(invoices):
        rows = tx.execute(
            select(retentions.c.invoice, retentions.c.amount_minor).where(
                retentions.c.invoice.in_(batch),
                retentions.c.status == "held",
                or_(retentions.c.release_on.is_(None), retentions.c.release_on > day),
            )
        )
        for row in rows:
            found[row.invoice] = found.get(row.invoice, 0) + row.amount_minor
    return found


def rows(tx: Connection, *, customer: str | None = None, held: bool = False) -> list[Row[Any]]:
    """Retentions, oldest first; `held` leaves out what was released."""
    statement = select(retentions).order_by(retentions.c.id)
    if customer is not None:
        statement = statement.where(retentions.c.customer == customer)
    if held:
        statement = statement.where(retentions.c.status == "held")
    return list(tx.execute(statement))


def row_of(tx: Connection, number: int) -> Row[Any]:
    row = tx.execute(select(retentions).where(retentions.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("retention", f"H{number}", "see `ar-agent deliveries retained`")
    return row


def set_status(tx: Connection, number: int, status: str) -> None:
    tx.execute(update(retentions).where(retentions.c.id == number).values(status=status))
