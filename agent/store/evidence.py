"""Everything that stands on file about some invoices: bookings, events, mails that came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, select

from agent.domain.codec import to_plain
from agent.domain.money import Money
from agent.store import blobs, events
from agent.store.schema import (
    advice_allocations,
    advices,
    applications,
    deliveries,
    disputes,
    invoices,
    journal_entries,
    messages,
    orders,
    postings,
    promises,
    receipts,
)
from agent.store.schema import events as event_table


def orders_billed(tx: Connection, numbers: list[str]) -> set[str]:
    """The orders whose deliveries these invoices bill."""
    rows = tx.execute(select(deliveries.c.order).where(deliveries.c.invoice.in_(numbers)))
    return {row.order for row in rows}


def disputes_of(tx: Connection, numbers: list[str]) -> list[Row[Any]]:
    return list(tx.execute(select(disputes).where(disputes.c.invoice.in_(numbers)).order_by(disputes.c.id)))


def trail(tx: Connection, subjects: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "at": to_plain(row["at"]),
            "actor": row["actor"],
            "action": row["action"],
            "about": f"{row['subject_type']} {row['subject']}",
            "message": f"M{row['message']}" if row["message"] else None,
            "data": row["data"],
        }
        for row in events.trail(tx, subjects, limit=10_000)
    ]


def bookings(tx: Connection, numbers: list[str]) -> list[dict[str, Any]]:
    rows = tx.execute(
        select(journal_entries, postings.c.account, postings.c.amount_minor, postings.c.currency, postings.c.invoice)
        .join(postings, postings.c.entry == journal_entries.c.id)
        .where(postings.c.invoice.in_(numbers))
        .order_by(journal_entries.c.id, postings.c.id)
    )
    return [
        {
            "entry": row.id,
            "booked_on": to_plain(row.booked_on),
            "invoice": row.invoice,
            "account": row.account,
            "amount": Money(row.amount_minor, row.currency).plain(),
            "currency": row.currency,
            "reason": row.reason,
            "cause": f"{row.cause_type}:{row.cause}",
        }
        for row in rows
    ]


def messages_about(tx: Connection, numbers: list[str], order_numbers: list[str], cases: list[int]) -> list[int]:
    """The mails that caused or changed anything about these invoices, orders and disputes."""
    subjects = [*numbers, *order_numbers, *(f"D{case}" for case in cases)]
    found: set[int | None] = set()
    for statement in (
        select(event_table.c.message).where(event_table.c.subject.in_(subjects)),
        select(invoices.c.message).where(invoices.c.invoice.in_(numbers)),
        select(orders.c.message).where(orders.c.order.in_(order_numbers)),
        select(deliveries.c.message).where(deliveries.c.order.in_(order_numbers)),
        select(disputes.c.message).where(disputes.c.id.in_(cases)),
        select(advices.c.message)
        .join(advice_allocations, advice_allocations.c.advice == advices.c.id)
        .where(advice_allocations.c.invoice.in_(numbers)),
        select(receipts.c.message)
        .join(applications, applications.c.receipt == receipts.c.id)
        .where(applications.c.invoice.in_(numbers)),
    ):
        found.update(tx.execute(statement).scalars())
    wanted = set(numbers)
    owners = select(invoices.c.customer).where(invoices.c.invoice.in_(numbers))
    for row in tx.execute(select(promises.c.message, promises.c.invoices).where(promises.c.customer.in_(owners))):
        if not row.invoices or wanted & set(row.invoices):
            found.add(row.message)
    return sorted(number for number in found if number is not None)


def raw(tx: Connection, numbers: list[int]) -> Iterator[tuple[int, bytes]]:
    """The bytes of mails as they came."""
    for number in numbers:
        digest = tx.execute(select(messages.c.sha256).where(messages.c.id == number)).scalar_one_or_none()
        data = blobs.load(tx, digest) if digest else None
        if data is not None:
            yield number, data
