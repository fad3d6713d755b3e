"""The ball in our court: what customers asked, claimed or answered, and nobody of us has answered yet.

Nothing is kept twice: the list is read from the queue, the disputes and the answers that were written and not released.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy import Connection, String, cast, select

from agent import numbers
from agent.store.schema import disputes, messages, outbox, queue, receipts
from agent.store.work import OPEN

_OURS = ("open", "waiting_us")
_ANSWERS = ("request_answer", "statement", "dispute_opened", "dispute_update", "dispute_closed", "order_query")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that a customer waits for; `number` is what a clerk types (Q17, D3, O9)."""

    number: str
    customer: str
    what: str
    since: date
    due_on: date
    summary: str
    invoices: frozenset[str]
    message: str | None
    owner: str | None
    believed: bool  # the sender was authenticated: a stranger's mail must not hold reminders back for long


def waiting(tx: Connection, *, zone: tzinfo, answer_days: int, customers: Iterable[str] | None = None) -> list[Waiting]:
    """What waits for our answer, the oldest deadline first; `answer_days` are working days from the mail."""
    owners = None if customers is None else list(dict.fromkeys(customers))[:900]
    found = [
        *_questions(tx, zone, answer_days, owners),
        *_disputed(tx, owners),
        *_unsent(tx, zone, answer_days, owners),
    ]
    return sorted(found, key=lambda one: (one.due_on, one.since, one.number))


def working_days_after(start: date, days: int) -> date:
    """The day that lies so many working days (Monday to Friday) after another."""
    day = start
    while days > 0:
        day = date.fromordinal(day.toordinal() + 1)
        days -= day.weekday() < 5
    return day


def _day(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


def _questions(tx: Connection, zone: tzinfo, answer_days: int, owners: list[str] | None) -> list[Waiting]:
    statement = (
        select(queue, messages.c.trusted)
        .join(messages, messages.c.id == queue.c.message)
        .where(
            queue.c.status.in_(OPEN),
            queue.c.customer.is_not(None),
            queue.c.subject_type == "message",
            messages.c.nature == "customer",
        )
    )
    if owners is not None:
        statement = statement.where(queue.c.customer.in_(owners))
    found = []
    for row in tx.execute(statement.order_by(queue.c.id)):
        since = _day(row.opened_at, zone)
        named = {c.get("invoice") for c in row.candidates} | {
            r["detail"] for r in row.reasons or () if r.get("rule") == "invoice"
        }
        found.append(
            Waiting(
                number=str(numbers.show(numbers.QUEUE, row.id)),
                customer=row.customer,
                what=row.code,
                since=since,
                due_on=working_days_after(since, answer_days),
                summary=row.summary,
                invoices=frozenset(filter(None, named)),
                message=numbers.show(numbers.MESSAGE, row.message),
                owner=row.owner,
                believed=bool(row.trusted),
            )
        )
    return found


def _disputed(tx: Connection, owners: list[str] | None) -> list[Waiting]:
    statement = select(disputes).where(disputes.c.status.in_(_OURS))
    if owners is not None:
        statement = statement.where(disputes.c.customer.in_(owners))
    return [
        Waiting(
            number=str(numbers.show(numbers.DISPUTE, row.id)),
            customer=row.customer,
            what="dispute",
            since=row.opened_on,
            due_on=row.due_on or row.opened_on,
            summary=" ".join((row.text or row.reason).split())[:160],
            invoices=frozenset(filter(None, (row.invoice,))),
            message=numbers.show(numbers.MESSAGE, row.message),
            owner=row.owner,
            believed=True,
        )
        for row in tx.execute(statement.order_by(disputes.c.id))
    ]


def held_answers(tx: Connection, customer: str) -> list[int]:
    """Answers to a customer that were written and are held: the ball is in our court until a person releases them."""
    rows = tx.execute(
        select(outbox.c.id)
        .where(
            outbox.c.customer == customer,
            outbox.c.status == "held",
            outbox.c.message.is_not(None),
            outbox.c.kind.in_(_ANSWERS),
        )
        .order_by(outbox.c.id)
    )
    return list(rows.scalars())


def _unsent(tx: Connection, zone: tzinfo, answer_days: int, owners: list[str] | None) -> list[Waiting]:
    """Answers that were written and are held: the customer still waits."""
    statement = select(outbox).where(
        outbox.c.status == "held",
        outbox.c.message.is_not(None),
        outbox.c.customer.is_not(None),
        outbox.c.kind.in_(_ANSWERS),
    )
    if owners is not None:
        statement = statement.where(outbox.c.customer.in_(owners))
    found = []
    for row in tx.execute(statement.order_by(outbox.c.id)):
        since = _day(row.created_at, zone)
        found.append(
            Waiting(
                number=str(numbers.show(numbers.OUTBOX, row.id)),
                customer=row.customer,
                what="held_answer",
                since=since,
                due_on=working_days_after(since, answer_days),
                summary=f"{row.subject} (held: {row.reason or 'by a person'})",
                invoices=frozenset(),
                message=numbers.show(numbers.MESSAGE, row.message),
                owner=None,
                believed=True,
            )
        )
    return found


def undecided_money(tx: Connection, customer: str, currency: str) -> tuple[int, int] | None:
    """Money of a customer that came and nobody has applied yet, as its item waits: (receipt, queue item).

    What was paid too much or twice is no money that could settle something.
    """
    row = tx.execute(
        select(receipts.c.id, queue.c.id.label("item"))
        .join(queue, queue.c.subject == cast(receipts.c.id, String))
        .where(
            queue.c.subject_type == "receipt",
            queue.c.status.in_(OPEN),
            queue.c.kind.not_in(("overpayment", "duplicate")),
            receipts.c.customer == customer,
            receipts.c.currency == currency,
            receipts.c.unapplied_minor > 0,
            receipts.c.returned.is_(False),
        )
        .order_by(receipts.c.id)
        .limit(1)
    ).first()
    return (int(row.id), int(row.item)) if row else None
