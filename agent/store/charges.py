"""Charges for late payment, and the movements of an item that its interest is worked out from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from agent.domain.errors import NotFound
from agent.domain.ledger import Account
from agent.domain.money import Money
from agent.store.schema import applications, invoices, journal_entries, late_charges, postings, receipts, reminders
from agent.store.statements import insert_id

_WAITING = ("proposed", "charged")


def add(tx: Connection, values: Mapping[str, Any]) -> int:
    return insert_id(tx, late_charges, values)


def row_of(tx: Connection, number: int) -> Row[Any]:
    row = tx.execute(select(late_charges).where(late_charges.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("late charge", f"LP{number}", "see `ar-agent charges list`")
    return row


def change(tx: Connection, number: int, **values: Any) -> None:
    tx.execute(update(late_charges).where(late_charges.c.id == number).values(**values))


def find(
    tx: Connection,
    *,
    customer: str | None = None,
    invoice: str | None = None,
    status: str | None = None,
    limit: int | None = None,
) -> list[Row[Any]]:
    statement = select(late_charges).order_by(late_charges.c.id).limit(limit)
    for column, value in (("customer", customer), ("invoice", invoice), ("status", status)):
        if value is not None:
            statement = statement.where(late_charges.c[column] == value)
    return list(tx.execute(statement))


def decided_until(tx: Connection, invoice: str) -> date | None:
    """The last day of an item for which interest was proposed, charged or waived."""
    found: date | None = tx.execute(
        select(func.max(late_charges.c.to_on)).where(late_charges.c.invoice == invoice)
    ).scalar_one()
    return found


def fixed_sum_taken(tx: Connection, invoice: str) -> bool:
    """Whether the fixed sum of an item was proposed or charged: it is owed once."""
    found = select(late_charges.c.id).where(
        late_charges.c.invoice == invoice, late_charges.c.compensation_minor > 0, late_charges.c.status.in_(_WAITING)
    )
    return tx.execute(found.limit(1)).first() is not None


def reductions(tx: Connection, invoice: str) -> list[tuple[date, Money]]:
    """What lowered an item since it was issued, by value date; what was taken back is left out with its reversal."""
    received = {
        row.entry: row.received_on
        for row in tx.execute(
            select(applications.c.entry, receipts.c.received_on)
            .join(receipts, receipts.c.id == applications.c.receipt)
            .where(applications.c.invoice == invoice)
        )
    }
    rows = tx.execute(
        select(
            postings.c.entry, postings.c.amount_minor, postings.c.currency, journal_entries.c.booked_on,
            journal_entries.c.reverses,
        )
        .join(journal_entries, journal_entries.c.id == postings.c.entry)
        .where(postings.c.invoice == invoice, postings.c.account == Account.RECEIVABLES.value)
        .order_by(postings.c.entry, postings.c.id)
    ).all()  # fmt: skip
    undone = {row.reverses for row in rows if row.reverses is not None}
    first = rows[0].entry if rows else None
    return [
        (received.get(row.entry, row.booked_on), Money(-row.amount_minor, row.currency))
        for row in rows
        if row.entry != first and row.reverses is None and row.entry not in undone
    ]


def opened_with(tx: Connection, invoice: str) -> int:
    """What the item was when it came into our books, minor units: its total, or what was open of an imported one."""
    statement = select(postings.c.amount_minor).where(
        postings.c.invoice == invoice, postings.c.account == Account.RECEIVABLES.value
    )
    return int(tx.execute(statement.order_by(postings.c.entry, postings.c.id).limit(1)).scalar_one_or_none() or 0)


def reached(tx: Connection, level: int) -> list[str]:
    """Open items that had this level and of which nothing is proposed yet."""
    decided = select(late_charges.c.invoice).where(late_charges.c.status.in_((*_WAITING, "waived")))
    statement = (
        select(invoices.c.invoice)
        .join(reminders, reminders.c.invoice == invoices.c.invoice)
        .where(reminders.c.level >= level, invoices.c.open_minor > 0, invoices.c.invoice.not_in(decided))
        .distinct()
        .order_by(invoices.c.invoice)
    )
    return list(tx.execute(statement).scalars())
