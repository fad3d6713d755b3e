"""Proofs of delivery that are on file: which deliveries an invoice bills, and the mails that proved them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from agent.store.schema import deliveries, messages

_PROVES = ("carrier", "signed", "receipt", "acceptance")
_COUNTS = ("confirmed", "evidence")


def deliveries_of(tx: Connection, invoice: str, orders: Iterable[str]) -> list[Row[Any]]:
    """Deliveries with a proof: those that the invoice bills, else those of its orders that it may bill."""
    owned = list(dict.fromkeys(orders))[:500]
    rows = list(
        tx.execute(
            select(deliveries)
            .where(
                or_(deliveries.c.invoice == invoice, deliveries.c.order.in_(owned)),
                deliveries.c.message.is_not(None),
                deliveries.c.level.in_(_PROVES),
                deliveries.c.status.in_(_COUNTS),
            )
            .order_by(deliveries.c.id)
        )
    )
    billed = [row for row in rows if row.invoice == invoice]
    return billed + [
        row for row in rows if row.invoice is None or (row.status == "evidence" and row.invoice != invoice)
    ]


def message_of(tx: Connection, number: int) -> Row[Any] | None:
    return tx.execute(select(messages).where(messages.c.id == number)).one_or_none()
