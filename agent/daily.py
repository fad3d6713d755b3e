"""What is done once a day: months are closed, announced payments fall due, promises are looked after, reminders go out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from agent.booking.cash import advising
from agent.booking.deliveries import chasing
from agent.booking.desk import Desk
from agent.booking.disputes import disputing
from agent.booking.invoices import collective, releasing
from agent.booking.letters import reports
from agent.collecting import charging, credit, digest, following, offering, planned_payments, planning, reminding
from agent.company import company_of
from agent.settings import Settings
from agent.store import collecting, drafts, facts, master
from agent.store.engine import read, write
from agent.store.ledger import Cause

Told = dict[str, list[dict[str, Any]]]
_RUN = "dun.day"


def remind(desk: Desk, customers: Iterable[str] | None = None) -> Told:
    """Do what the day brings, in one transaction: reminders, and what goes before and after them.

    `mails` are the reminders that were queued, `blocked` what was left alone and why, `events` everything else.
    """
    advising.settle_due(desk)
    told = _of_customers(desk, customers)
    if customers is None:
        told["events"] += charging.propose_due(desk) + credit.review(desk, credit.candidates(desk))
    return told


def _of_customers(desk: Desk, customers: Iterable[str] | None, due_at: datetime | None = None) -> Told:
    if customers is not None:
        master.lock(desk.tx, customers)  # of two runs at the same moment the second finds it done
    events = following.settle_promises(desk, customers)
    events += planned_payments.follow(desk, customers)
    events += following.ask_for_missing(desk, customers)
    planned = planning.plan(desk, customers)
    mails = []
    for one in planned.mails:
        number = reminding.send(desk, one, due_at=due_at)
        if number is not None:
            mails.append(reminding.told(one, number))
    events += following.escalate(desk, customers)
    events += following.alert_unanswered(desk, planned.blocked)
    events += following.propose_credits(desk, planned.blocked)
    left = [
        {"invoice": b.item.number, "customer": b.item.customer, "reason": b.reason, "code": b.hold.code}
        for b in planned.blocked
    ]
    return {"mails": mails, "blocked": left, "events": events}


def remind_each(engine: Engine, desk_of: Callable[[Connection], Desk], *, spread: bool = False) -> Told:
    """The same for all customers, a transaction each, so that nobody waits for the books longer than one customer takes.

    Where it stops in between, the next call does the rest: no item gets a level twice. With `spread` the reminders leave
    over the sending window instead of all at once.
    """
    write(engine, lambda tx: advising.settle_due(desk_of(tx)))
    numbers = read(engine, lambda tx: collecting.customers_to_look_at(tx, desk_of(tx).today + _ahead(desk_of(tx))))
    times = read(engine, lambda tx: _times(desk_of(tx), numbers)) if spread else {}
    told: Told = {"mails": [], "blocked": [], "events": []}

    def add(more: Told) -> None:
        for part, rows in more.items():
            told[part] += rows

    for number in numbers:
        add(write(engine, lambda tx, n=number: _of_customers(desk_of(tx), (n,), times.get(n))))  # type: ignore[misc]
    told["events"] += write(engine, lambda tx: charging.propose_due(desk_of(tx)))
    for number in read(engine, lambda tx: credit.candidates(desk_of(tx))):
        told["events"] += write(engine, lambda tx, n=number: credit.review(desk_of(tx), (n,)))  # type: ignore[misc]
    return told


def _ahead(desk: Desk) -> timedelta:
    return timedelta(days=planning.days_ahead(desk.settings))


def _times(desk: Desk, numbers: list[str]) -> dict[str, datetime]:
    """When each customer's reminder leaves, where a backlog is spread over the window."""
    found = list(dict.fromkeys(one.customer.number for one in planning.plan(desk, numbers).mails))
    if len(found) < desk.settings.dunning.spread_from:
        return {}
    return dict(zip(found, reminding.spread(desk, len(found), desk.settings.dunning.window), strict=True))


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
    write(engine, lambda tx: chasing.chase(desk(tx)))
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

    company = company_of(settings)

    def desk_of(tx: Connection) -> Desk:
        return Desk(tx=tx, settings=settings, company=company, now=now, cause=Cause("run", "daily"))

    backlog = done is None or date.fromisoformat(done[0]) < day - timedelta(days=1)
    told = remind_each(engine, desk_of, spread=backlog)

    def finish(tx: Connection) -> None:
        digest.send(desk_of(tx), told["events"])
        facts.put(tx, _RUN, day.isoformat(), now)

    write(engine, finish)
    return told
