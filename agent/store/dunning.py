"""What the reminder run asks of the books."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, func, select, update

from agent.store.schema import customers, invoices, reminders
from agent.store.statements import insert_new


def last_reminded(tx: Connection, customer: str) -> date | None:
    """The day of the newest reminder that this customer was sent."""
    return tx.execute(
        select(func.max(invoices.c.dunned_on)).where(invoices.c.customer == customer)
    ).scalar_one_or_none()


def paused_until(tx: Connection, customer: str) -> date | None:
    return tx.execute(select(customers.c.paused_until).where(customers.c.customer == customer)).scalar_one_or_none()


def pause(tx: Connection, customer: str, until: date | None) -> None:
    tx.execute(update(customers).where(customers.c.customer == customer).values(paused_until=until))


def take_over(tx: Connection, invoice: str, level: int) -> None:
    """Another system reminded of this item before it came to us."""
    tx.execute(update(invoices).where(invoices.c.invoice == invoice).values(dunning_level=level))


def was_reminded(tx: Connection, invoice: str, level: int) -> bool:
    found = select(reminders.c.invoice).where(reminders.c.invoice == invoice, reminders.c.level == level)
    return tx.execute(found).first() is not None


def remember(tx: Connection, invoice: str, level: int, *, outbox: int, today: date, now: datetime) -> None:
    """An item has had this level; the database refuses it a second time."""
    insert_new(tx, reminders, {"invoice": invoice, "level": level, "outbox": outbox, "at": now})
    tx.execute(update(invoices).where(invoices.c.invoice == invoice).values(dunning_level=level, dunned_on=today))
