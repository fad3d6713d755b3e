"""Work for people: the exception queue, disputes and promises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from agent.domain.codec import from_plain, to_plain
from agent.domain.decisions import Candidate, DisputeOpening, MatchException
from agent.domain.errors import NotFound, Refused
from agent.domain.money import Money
from agent.store.schema import disputes, promises, queue
from agent.store.statements import insert_id

OPEN = ("open", "claimed", "undone")  # what waits for a person


def add_exception(
    tx: Connection,
    exception: MatchException,
    *,
    message: int | None,
    subject_type: str | None,
    subject: str | int | None,
    now: datetime,
    split_of: int | None = None,
) -> int:
    """Put one exception in the queue; return its number. `split_of` is the item that it is a part of."""
    return insert_id(
        tx,
        queue,
        {
            "code": exception.code,
            "kind": exception.kind.value,
            "customer": exception.customer,
            "summary": exception.summary,
            "amount_minor": exception.amount.minor if exception.amount else None,
            "currency": exception.amount.currency if exception.amount else None,
            "opened_at": now,
            "message": message,
            "candidates": to_plain(exception.candidates),
            "reasons": to_plain(exception.reasons),
            "status": "open",
            "critical": exception.critical,
            "subject_type": subject_type,
            "subject": None if subject is None else str(subject),
            "line": exception.line,
            "confidence": max((c.confidence for c in exception.candidates), default=None),
            "hypotheses": to_plain(exception.hypotheses),
            "split_of": split_of,
        },
    )


def waits(tx: Connection, code: str, customer: str | None = None, *, subject: str | None = None) -> bool:
    """Whether an item of this code waits already: for this customer, about this subject, where they are given."""
    statement = select(queue.c.id).where(queue.c.code == code, queue.c.status.in_(OPEN)).limit(1)
    if customer is not None:
        statement = statement.where(queue.c.customer == customer)
    if subject is not None:
        statement = statement.where(queue.c.subject == subject)
    return tx.execute(statement).first() is not None


def queue_row(tx: Connection, number: int, *, lock: bool = False) -> Row[Any]:
    """One queue item; `lock` makes a second clerk wait until this decision is written."""
    statement = select(queue).where(queue.c.id == number)
    row = tx.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound("queue item", f"Q{number}", "see `ar-agent queue list`")
    return row


def candidates_of(row: Row[Any]) -> tuple[Candidate, ...]:
    return tuple(from_plain(Candidate, candidate) for candidate in row.candidates)


def resolve(
    tx: Connection, row: Row[Any], *, status: str, resolution: dict[str, Any] | None, owner: str | None, now: datetime
) -> None:
    """Close a queue item, unless somebody else changed it meanwhile."""
    result = tx.execute(
        update(queue)
        .where(queue.c.id == row.id, queue.c.version == row.version)
        .values(
            status=status,
            resolution=resolution,
            owner=owner,
            resolved_at=None if status in OPEN else now,
            version=row.version + 1,
        )
    )
    if result.rowcount != 1:
        raise Refused(f"Q{row.id} was changed by somebody else just now: look at it again with `queue show Q{row.id}`")


def open_of_message(tx: Connection, message: int) -> list[int]:
    rows = tx.execute(
        select(queue.c.id).where(queue.c.message == message, queue.c.status.in_(OPEN)).order_by(queue.c.id)
    )
    return [row.id for row in rows]


def waits_of_message(tx: Connection, message: int | None, code: str) -> bool:
    """Whether a mail has put an item of this code in the queue that nobody has decided."""
    found = select(queue.c.id).where(queue.c.message == message, queue.c.code == code, queue.c.status.in_(OPEN))
    return message is not None and tx.execute(found).first() is not None


def was_queued(tx: Connection, code: str, subject_type: str, subject: str) -> bool:
    """Whether an item of this code was ever made about a subject."""
    found = select(queue.c.id).where(
        queue.c.code == code, queue.c.subject_type == subject_type, queue.c.subject == subject
    )
    return tx.execute(found.limit(1)).first() is not None


def open_of_subject(tx: Connection, subject_type: str, subject: str) -> list[Row[Any]]:
    return list(
        tx.execute(
            select(queue)
            .where(queue.c.subject_type == subject_type, queue.c.subject == subject, queue.c.status.in_(OPEN))
            .order_by(queue.c.id)
        )
    )


def parts_of(tx: Connection, number: int) -> list[Row[Any]]:
    """The items that one was split into."""
    return list(tx.execute(select(queue).where(queue.c.split_of == number).order_by(queue.c.id)))


def close_of_subject(
    tx: Connection, subject_type: str, subject: str, *, owner: str, now: datetime, except_id: int | None = None
) -> list[int]:
    """Close what was open about a subject that is settled now; return the numbers."""
    closed = []
    for row in open_of_subject(tx, subject_type, subject):
        if row.id != except_id:
            resolve(tx, row, status="accepted", resolution={"with": except_id}, owner=owner, now=now)
            closed.append(int(row.id))
    return closed


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something of a customer that waits for a person; `invoices` are those that its candidates name."""

    number: int
    code: str
    kind: str
    opened_at: datetime
    about_a_mail: bool
    about_money: bool  # an advice or money of theirs that nobody could place
    invoices: frozenset[str]


def open_questions(tx: Connection, customers: Iterable[str]) -> list[OpenQuestion]:
    """The open queue items of these customers, oldest first."""
    owners = list(dict.fromkeys(customers))[:900]
    rows = tx.execute(
        select(
            queue.c.id,
            queue.c.code,
            queue.c.kind,
            queue.c.opened_at,
            queue.c.subject_type,
            queue.c.candidates,
            queue.c.reasons,
        )
        .where(queue.c.status.in_(OPEN), queue.c.customer.in_(owners))
        .order_by(queue.c.id)
    )
    found = []
    for row in rows:
        named = {c.get("invoice") for c in row.candidates}
        named |= {a.get("invoice") for c in row.candidates for a in c.get("settle", ())}
        named |= {r.get("detail") for r in row.reasons or () if r.get("rule") == "invoice"}
        found.append(
            OpenQuestion(
                number=row.id,
                code=row.code,
                kind=row.kind,
                opened_at=row.opened_at,
                about_a_mail=row.subject_type == "message",
                about_money=row.subject_type in ("advice", "receipt"),
                invoices=frozenset(filter(None, named)),
            )
        )
    return found


def add_dispute(
    tx: Connection,
    opening: DisputeOpening,
    *,
    due_on: date,
    opened_on: date,
    message: int | None,
    delivery: int | None = None,
    advice: int | None = None,
) -> int:
    return insert_id(
        tx,
        disputes,
        {
            "customer": opening.customer,
            "invoice": opening.invoice,
            "order": opening.order,
            "reason": opening.reason.value,
            "amount_minor": abs(opening.amount.minor) if opening.amount else None,
            "currency": opening.amount.currency if opening.amount else None,
            "status": "open",
            "opened_on": opened_on,
            "due_on": due_on,
            "claim_number": opening.claim_number,
            "text": opening.text,
            "message": message,
            "delivery": delivery,
            "advice": advice,
        },
    )


def dispute_row(tx: Connection, number: int) -> Row[Any]:
    row = tx.execute(select(disputes).where(disputes.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("dispute", f"D{number}", "see `ar-agent disputes list`")
    return row


def open_disputes_of(
    tx: Connection, *, invoice: str | None = None, order: str | None = None, advice: int | None = None
) -> list[Row[Any]]:
    statement = select(disputes).where(disputes.c.status.in_(("open", "waiting_customer", "waiting_us")))
    if invoice is not None:
        statement = statement.where(disputes.c.invoice == invoice)
    if order is not None:
        statement = statement.where(disputes.c.order == order)
    if advice is not None:
        statement = statement.where(disputes.c.advice == advice)
    return list(tx.execute(statement.order_by(disputes.c.id)))


def deducted_on_account(tx: Connection, customer: str) -> dict[str, int]:
    """What payers took off without naming an invoice and is still in dispute: minor units by currency."""
    rows = tx.execute(
        select(disputes.c.currency, func.sum(disputes.c.amount_minor))
        .where(
            disputes.c.customer == customer,
            disputes.c.status.in_(("open", "waiting_customer", "waiting_us")),
            disputes.c.invoice.is_(None),
            disputes.c.advice.is_not(None),
            disputes.c.amount_minor.is_not(None),
        )
        .group_by(disputes.c.currency)
    )
    return {currency: int(minor) for currency, minor in rows}


def update_dispute(tx: Connection, number: int, **values: Any) -> None:
    tx.execute(update(disputes).where(disputes.c.id == number).values(**values))


def add_promise(
    tx: Connection,
    *,
    customer: str,
    invoices: tuple[str, ...],
    promised_on: date,
    amount: Money | None,
    message: int | None,
    now: datetime,
) -> int:
    return insert_id(
        tx,
        promises,
        {
            "customer": customer,
            "invoices": list(invoices),
            "promised_on": promised_on,
            "amount_minor": amount.minor if amount else None,
            "currency": amount.currency if amount else None,
            "message": message,
            "status": "open",
            "created_at": now,
        },
    )


def open_promises(tx: Connection, customers: Iterable[str]) -> list[Row[Any]]:
    owners = list(dict.fromkeys(customers))[:900]
    return list(tx.execute(select(promises).where(promises.c.customer.in_(owners), promises.c.status == "open")))


def promises_due(tx: Connection, customers: Iterable[str] | None = None) -> list[Row[Any]]:
    """The open promises, oldest day first."""
    statement = select(promises).where(promises.c.status == "open").order_by(promises.c.promised_on, promises.c.id)
    if customers is not None:
        statement = statement.where(promises.c.customer.in_(list(dict.fromkeys(customers))[:900]))
    return list(tx.execute(statement))


def settle_promise(tx: Connection, number: int, status: str) -> None:
    """A promise was kept, or it was broken."""
    tx.execute(update(promises).where(promises.c.id == number).values(status=status))


def broken_promises_of(tx: Connection, customer: str, since: date) -> list[Row[Any]]:
    """Promises of a customer that were not kept, for a day not before `since`; newest first."""
    where = (promises.c.customer == customer, promises.c.status == "broken", promises.c.promised_on >= since)
    return list(tx.execute(select(promises).where(*where).order_by(promises.c.promised_on.desc())))


def has_open(tx: Connection, code: str, subject_type: str, subject: str | int) -> bool:
    """Whether an item of this code about this subject is or was ever queued and not rejected."""
    found = select(queue.c.id).where(
        queue.c.code == code, queue.c.subject_type == subject_type, queue.c.subject == str(subject)
    )
    return tx.execute(found.limit(1)).first() is not None


def make_critical(tx: Connection, number: int) -> bool:
    """Put an open item before the others; True where it was not there already."""
    where = (queue.c.id == number, queue.c.critical.is_(False), queue.c.status.in_(OPEN))
    return tx.execute(update(queue).where(*where).values(critical=True)).rowcount == 1


def give_to(tx: Connection, number: int, owner: str) -> None:
    """Name who decides an open item."""
    tx.execute(update(queue).where(queue.c.id == number, queue.c.status.in_(OPEN)).values(owner=owner[:100]))


def rejected_since(tx: Connection, subject_type: str, subject: str, since: datetime) -> bool:
    """Whether a person said no to something about this subject lately."""
    found = select(queue.c.id).where(
        queue.c.subject_type == subject_type,
        queue.c.subject == subject,
        queue.c.status == "rejected",
        queue.c.resolved_at >= since,
    )
    return tx.execute(found.limit(1)).first() is not None
