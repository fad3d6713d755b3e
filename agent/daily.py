"""What is done once a day: months are closed, announced payments fall due, reminders go out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from agent import dunning, numbers
from agent.booking import advising, collective, disputing, releasing
from agent.booking.desk import Desk
from agent.company import company_of
from agent.settings import Settings
from agent.store import drafts
from agent.store.engine import read, write
from agent.store.ledger import Cause


def remind(desk: Desk) -> dict[str, list[dict[str, Any]]]:
    """Plan and queue today's reminders; say what was queued and what was left alone."""
    advising.settle_due(desk)
    planned, blocked = dunning.plan(desk)
    mails = []
    for one in planned:
        sent = dunning.run(desk, [one])
        if not sent:
            continue
        notice = dunning.notice_of(desk, one)
        mails.append(
            {
                "customer": one.customer.number,
                "name": one.customer.name,
                "level": one.level,
                "currency": one.currency,
                "invoices": [d.item.number for d in one.due],
                "total_due": notice.total_due.plain(),
                "mail": numbers.show(numbers.OUTBOX, sent[0]),
            }
        )
    left = [{"invoice": b.item.number, "customer": b.item.customer, "reason": b.reason} for b in blocked]
    return {"mails": mails, "blocked": left}


def run(engine: Engine, settings: Settings, now: datetime) -> None:
    """The daily work of the service."""
    company = company_of(settings)

    def desk(tx: Connection) -> Desk:
        return Desk(tx=tx, settings=settings, company=company, now=now, cause=Cause("run", "daily"))

    # A customer a transaction: the series of invoice numbers is held no longer than one of them takes.
    for customer in read(engine, collective.customers_billed):
        write(engine, lambda tx, number=customer: collective.bill_collective(desk(tx), (number,)))  # type: ignore[misc]
    for number in read(engine, lambda tx: drafts.due_notices(tx, desk(tx).today)):
        write(engine, lambda tx, draft=number: releasing.notice_is_over(desk(tx), draft))  # type: ignore[misc]
    write(engine, lambda tx: disputing.escalate_due(desk(tx)))
    write(engine, lambda tx: remind(desk(tx)))
