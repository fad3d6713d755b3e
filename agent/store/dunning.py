"""What the reminder run asks of the books."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, func, select, update

from agent.domain.receivables import OpenItem
from agent.store.invoices import open_item_from_row, with_claims
from agent.store.schema import advice_allocations, advices, customers, invoices, reminders
from agent.store.statements import insert_new


def customers_overdue(tx: Connection, today: date) -> list[str]:
    """Customers with something past its due date."""
    rows = tx.execute(
        select(invoices.c.customer)
        .where(invoices.c.open_minor > 0, invoices.c.due_on < today)
        .distinct()
        .order_by(invoices.c.customer)
    )
    return [row.customer for row in rows]


def overdue_items(tx: Connection, today: date, *, limit: int = 10_000) -> tuple[OpenItem, ...]:
    where = (invoices.c.open_minor > 0) & (invoices.c.due_on < today)
    rows = tx.execute(with_claims(where, order_by=(invoices.c.due_on, invoices.c.invoice), limit=limit))
    return tuple(open_item_from_row(row) for row in rows)


def level_of(tx: Connection, invoice: str) -> int:
    """The level of the newest reminder that named this invoice, 0 where none did."""
    return int(tx.execute(select(invoices.c.dunning_level).where(invoices.c.invoice == invoice)).scalar_one())


def last_reminded(tx: Connection, customer: str) -> date | None:
    """The day of the newest reminder that this customer was sent."""
    return tx.execute(
        select(func.max(invoices.c.dunned_on)).where(invoices.c.customer == customer)
    ).scalar_one_or_none()


def paused_until(tx: Connection, customer: str) -> date | None:
    return tx.execute(select(customers.c.paused_until).where(customers.c.customer == customer)).scalar_one_or_none()


def pause(tx: Connection, customer: str, until: date | None) -> None:
    tx.execute(update(customers).where(customers.c.customer == customer).values(paused_until=until))


def announced_until(tx: Connection, invoice: str) -> date | None:
    """The latest day for which a payment of this item is announced and has not arrived."""
    rows = tx.execute(
        select(advices.c.paid_on, advices.c.created_at)
        .join(advice_allocations, advice_allocations.c.advice == advices.c.id)
        .where(advice_allocations.c.invoice == invoice, advice_allocations.c.state == "announced")
    )
    return max((row.paid_on or row.created_at.date() for row in rows), default=None)


def was_reminded(tx: Connection, invoice: str, level: int) -> bool:
    found = select(reminders.c.invoice).where(reminders.c.invoice == invoice, reminders.c.level == level)
    return tx.execute(found).first() is not None


def remember(tx: Connection, invoice: str, level: int, *, outbox: int, today: date, now: datetime) -> None:
    """An item has had this level; the database refuses it a second time."""
    insert_new(tx, reminders, {"invoice": invoice, "level": level, "outbox": outbox, "at": now})
    tx.execute(update(invoices).where(invoices.c.invoice == invoice).values(dunning_level=level, dunned_on=today))
