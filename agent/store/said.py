"""Small things customers' mail tells: their own number for an invoice of ours, and who is away until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from agent.store.schema import absences, customer_references
from agent.store.statements import insert_id, insert_new


def keep_reference(
    tx: Connection, customer: str, invoice: str, reference: str, *, message: int | None, now: datetime
) -> bool:
    """Keep what the customer's system calls an invoice; False where it is on record already."""
    row = {
        "customer": customer,
        "invoice": invoice,
        "reference": reference[:100],
        "message": message,
        "at": now,
    }
    return bool(insert_new(tx, customer_references, row))


def references_of(tx: Connection, invoices: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The customer's own numbers by invoice."""
    wanted = list(dict.fromkeys(invoices))[:900]
    found: dict[str, list[str]] = {}
    for row in tx.execute(
        select(customer_references).where(customer_references.c.invoice.in_(wanted)).order_by(customer_references.c.id)
    ):
        found.setdefault(row.invoice, []).append(row.reference)
    return {invoice: tuple(refs) for invoice, refs in found.items()}


def keep_absence(
    tx: Connection,
    address: str,
    *,
    customer: str | None,
    until: date | None,
    delegate: str | None,
    message: int | None,
    now: datetime,
) -> int:
    return insert_id(
        tx,
        absences,
        {
            "address": address.casefold(),
            "customer": customer,
            "until": until,
            "delegate": delegate,
            "message": message,
            "at": now,
        },
    )


def absence_of(tx: Connection, address: str, today: date) -> Row[Any] | None:
    """The newest absence of an address that still lasts; one without an end counts for two weeks."""
    row = tx.execute(
        select(absences).where(absences.c.address == address.casefold()).order_by(absences.c.id.desc()).limit(1)
    ).one_or_none()
    if row is None:
        return None
    ended = row.until < today if row.until else (today - row.at.date()).days > 14
    return None if ended else row


def away_now(tx: Connection, today: date, *, customer: str | None = None) -> list[Row[Any]]:
    """The absences that last on a day, one an address."""
    statement = select(absences.c.address).distinct().order_by(absences.c.address)
    if customer is not None:
        statement = statement.where(absences.c.customer == customer)
    found = (absence_of(tx, address, today) for address in tx.execute(statement).scalars().all())
    return [row for row in found if row is not None]
