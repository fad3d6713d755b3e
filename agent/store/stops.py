"""What keeps us quiet: legal stops of a customer, and pauses of reminders for a customer or one invoice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from agent.domain.errors import NotFound, Refused
from agent.store.schema import legal_stops, pauses
from agent.store.statements import insert_id

_STOPPED = legal_stops.c.lifted_at.is_(None)


def legal_stop_of(tx: Connection, customer: str) -> Row[Any] | None:
    """The stop that holds for a customer now; None where nothing stands in the way of writing to it."""
    return tx.execute(
        select(legal_stops).where(legal_stops.c.customer == customer, _STOPPED).order_by(legal_stops.c.id).limit(1)
    ).one_or_none()


def add_legal_stop(
    tx: Connection,
    customer: str,
    *,
    kind: str,
    by: str,
    now: datetime,
    reference: str | None = None,
    effective_on: date | None = None,
    message: int | None = None,
    text: str | None = None,
    was_on_hold: bool = False,
) -> int:
    return insert_id(
        tx,
        legal_stops,
        {
            "customer": customer,
            "kind": kind,
            "reference": reference,
            "effective_on": effective_on,
            "since": now,
            "by": by,
            "message": message,
            "text": text,
            "was_on_hold": was_on_hold,
        },
    )


def lift(tx: Connection, customer: str, *, by: str, note: str | None, now: datetime) -> list[Row[Any]]:
    """Lift what stops a customer; return the stops that held. Refused where none does."""
    held = list(
        tx.execute(select(legal_stops).where(legal_stops.c.customer == customer, _STOPPED).order_by(legal_stops.c.id))
    )
    if not held:
        raise Refused(f"{customer} is not under a legal stop: see `ar-agent customers stops`")
    tx.execute(
        update(legal_stops)
        .where(legal_stops.c.customer == customer, _STOPPED)
        .values(lifted_at=now, lifted_by=by, note=note)
    )
    return held


def stops(tx: Connection, *, customer: str | None = None, everything: bool = False) -> list[Row[Any]]:
    """Legal stops, the newest last; those that were lifted too where `everything` is asked for."""
    statement = select(legal_stops).order_by(legal_stops.c.id)
    if customer is not None:
        statement = statement.where(legal_stops.c.customer == customer)
    return list(tx.execute(statement if everything else statement.where(_STOPPED)))


@dataclass(frozen=True, slots=True)
class Pause:
    """Reminders rest to the end of `until`; `invoice` None: for everything of the customer."""

    number: int
    invoice: str | None
    until: date
    reason: str


def pause(
    tx: Connection,
    customer: str,
    invoice: str | None,
    *,
    until: date,
    reason: str,
    message: int | None,
    now: datetime,
) -> int:
    """Let reminders rest for an invoice, or for all of a customer."""
    return insert_id(
        tx,
        pauses,
        {
            "customer": customer,
            "invoice": invoice,
            "until": until,
            "reason": reason,
            "message": message,
            "at": now,
        },
    )


def pauses_of(tx: Connection, customers: Iterable[str], today: date) -> list[Pause]:
    """The pauses that hold on a day, the longest first."""
    owners = list(dict.fromkeys(customers))[:900]
    rows = tx.execute(
        select(pauses)
        .where(pauses.c.customer.in_(owners), pauses.c.until >= today)
        .order_by(pauses.c.until.desc(), pauses.c.id)
    )
    return [Pause(row.id, row.invoice, row.until, row.reason) for row in rows]


def rested_since(tx: Connection, invoice: str, since: datetime) -> bool:
    """Whether reminders of an invoice were let rest since an instant."""
    found = select(pauses.c.id).where(pauses.c.invoice == invoice, pauses.c.at >= since).limit(1)
    return tx.execute(found).first() is not None


def end_pauses(tx: Connection, customer: str, *, invoice: str | None, today: date) -> int:
    """End the pauses of an invoice (or of the whole customer) today; return how many there were."""
    where = [pauses.c.customer == customer, pauses.c.until >= today]
    if invoice is not None:
        where.append(pauses.c.invoice == invoice)
    found = tx.execute(select(pauses.c.id).where(*where)).scalars().all()
    if not found:
        raise NotFound("pause", invoice or customer, "nothing rests there")
    tx.execute(pauses.delete().where(pauses.c.id.in_(found)))
    return len(found)


def end_pause(tx: Connection, number: int) -> None:
    """Take one pause back."""
    tx.execute(pauses.delete().where(pauses.c.id == number))
