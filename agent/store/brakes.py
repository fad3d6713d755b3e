"""What staff took back of what was booked automatically, and where automatic booking rests because of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from agent.domain.errors import NotFound
from agent.store.schema import brakes, reversals
from agent.store.statements import insert_id


def add_reversal(
    tx: Connection,
    *,
    customer: str | None,
    rule: str | None,
    subject: str,
    invoice: str | None,
    clerk: str,
    note: str,
    now: datetime,
) -> int:
    """Write that an automatic booking was taken back."""
    values = {
        "at": now,
        "customer": customer,
        "rule": rule,
        "subject": subject,
        "invoice": invoice,
        "clerk": clerk,
        "note": note,
    }
    return insert_id(tx, reversals, values)


def reversed_since(tx: Connection, since: datetime, *, customer: str | None = None, rule: str | None = None) -> int:
    """How many bookings (advices or receipts) were taken back since an instant, of a customer or by a rule."""
    statement = select(func.count(func.distinct(reversals.c.subject))).where(reversals.c.at > since)
    if customer is not None:
        statement = statement.where(reversals.c.customer == customer)
    if rule is not None:
        statement = statement.where(reversals.c.rule == rule)
    return int(tx.execute(statement).scalar_one())


def on(tx: Connection, scope: str, subject: str) -> Row[Any] | None:
    """The brake that rests on a customer or a rule now."""
    return tx.execute(
        select(brakes).where(brakes.c.scope == scope, brakes.c.subject == subject, brakes.c.lifted_at.is_(None))
    ).first()


def active(tx: Connection) -> list[Row[Any]]:
    return list(tx.execute(select(brakes).where(brakes.c.lifted_at.is_(None)).order_by(brakes.c.id)))


def last_lifted(tx: Connection, scope: str, subject: str) -> datetime | None:
    """When a person last lifted a brake there: what was taken back before that counts no more."""
    found: datetime | None = tx.execute(
        select(func.max(brakes.c.lifted_at)).where(brakes.c.scope == scope, brakes.c.subject == subject)
    ).scalar_one()
    return found


def put(tx: Connection, scope: str, subject: str, reason: str, now: datetime) -> int:
    return insert_id(tx, brakes, {"scope": scope, "subject": subject, "reason": reason, "since": now})


def lift(tx: Connection, number: int, *, clerk: str | None, now: datetime | None) -> Row[Any]:
    """Let automatic booking go on; with no instant, put the brake back."""
    row = tx.execute(select(brakes).where(brakes.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("brake", f"X{number}", "see `ar-agent brakes list`")
    tx.execute(update(brakes).where(brakes.c.id == number).values(lifted_at=now, lifted_by=clerk))
    return row


def rows(tx: Connection, subjects: Iterable[str] = ()) -> list[Row[Any]]:
    """All brakes, or those of these subjects, oldest first."""
    statement = select(brakes).order_by(brakes.c.id)
    wanted = list(subjects)
    return list(tx.execute(statement.where(brakes.c.subject.in_(wanted)) if wanted else statement))
