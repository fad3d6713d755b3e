"""What is done once a day: months are closed, announced payments fall due, promises are looked after, reminders go out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from agent.booking import advising, collective, disputing, releasing, reports
from agent.booking.desk import Desk
from agent.collecting import charging, credit, digest, following, offering, planned_payments, planning, reminding
from agent.company import company_of
from agent.settings import Settings
from agent.store import collecting, drafts, facts
from agent.store.engine import read, write
from agent.store.ledger import Cause

Told = dict[str, list[dict[str, Any]]]
_RUN = "dun.day"


def remind(desk: Desk, customers: Iterable[str] | None = None, *, spread: bool = False) -> Told:
    """Do what the day brings for all customers, or for these alone: reminders, and what goes before and after them.

    `mails` are the reminders that were queued, `blocked` what was left alone and why, `events` everything else. With
    `spread` the reminders leave over the sending window instead of all at once.
    """
    advising.settle_due(desk)
    events = following.settle_promises(desk, customers)
    events += planned_payments.follow(desk, customers)
    events += following.ask_for_missing(desk, customers)
    planned = planning.plan(desk, customers)
    times = reminding.spread(desk, len(planned.mails), desk.settings.dunning.window) if spread else []
    mails = []
    for n, one in enumerate(planned.mails):
        number = reminding.send(desk, one, due_at=times[n] if times else None)
        if number is not None:
            mails.append(reminding.told(one, number))
    events += following.escalate(desk, customers)
    events += following.alert_unanswered(desk, planned.blocked)
    events += following.propose_credits(desk, planned.blocked)
    if customers is None:
        events += charging.propose_due(desk)
        events += credit.review(desk)
    left = [
        {"invoice": b.item.number, "customer": b.item.customer, "reason": b.reason, "code": b.hold.code}
        for b in planned.blocked
    ]
    return {"mails": mails, "blocked": left, "events": events}


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
    for customer in read(engine, lambda tx: collecting.customers_of_statement_day(tx, _today(settings, now))):
        write(engine, lambda tx, number=customer: offering.send_periodic_statement(desk(tx), number))  # type: ignore[misc]
    write(engine, lambda tx: offering.thank(desk(tx)))
    write(engine, lambda tx: reports.without_proof(desk(tx)))
    remind_once(engine, settings, now)


def _today(settings: Settings, now: datetime) -> date:
    return now.astimezone(settings.zone).date()


def remind_once(engine: Engine, settings: Settings, now: datetime) -> Told | None:
    """The reminders of a day, at any cadence of calls: the first one of a day does them, the others find them done.

    After days without a run what has become due goes out once, with its newest level, spread over the window.
    """
    day = _today(settings, now)
    done = read(engine, lambda tx: facts.get(tx, _RUN))
    if done is not None and done[0] >= day.isoformat():
        return None

    def work(tx: Connection) -> Told | None:
        before = facts.get(tx, _RUN)
        if before is not None and before[0] >= day.isoformat():
            return None
        desk = Desk(tx=tx, settings=settings, company=company_of(settings), now=now, cause=Cause("run", "daily"))
        backlog = before is None or date.fromisoformat(before[0]) < day - timedelta(days=1)
        told = remind(desk, spread=backlog)
        digest.send(desk, told["events"])
        facts.put(tx, _RUN, day.isoformat(), now)
        return told

    return write(engine, work)
