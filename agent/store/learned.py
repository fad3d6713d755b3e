"""Rows that clerks' decisions taught: found by what was said, counted when they hold, forgotten when undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from agent.domain.errors import NotFound
from agent.domain.learning import Learned, LearnedKind, Lesson
from agent.store.master import chunks
from agent.store.schema import learned
from agent.store.statements import insert_id


def _of(row: Row[Any]) -> Learned:
    return Learned(
        number=row.id,
        kind=LearnedKind(row.kind),
        customer=row.customer,
        said=row.said,
        means=row.means,
        key=row.key,
        queue=row.queue,
        clerk=row.clerk,
        held=row.held,
        failed=row.failed,
        created_at=row.created_at,
        last_held_at=row.last_held_at,
        expires_on=row.expires_on,
    )


def _same(lesson: Lesson) -> Any:
    own = learned.c.customer.is_(None) if lesson.customer is None else learned.c.customer == lesson.customer
    return (learned.c.kind == lesson.kind.value) & own & (learned.c.said == lesson.said)


def teach(
    tx: Connection, lesson: Lesson, *, queue: int | None, clerk: str, expires_on: date | None, now: datetime
) -> tuple[int, bool]:
    """Write what a decision taught; return the row's number and whether it is new.

    The same lesson again counts as one more time that it held.
    """
    row = tx.execute(select(learned).where(_same(lesson), learned.c.means == lesson.means)).first()
    if row is not None:
        hold(tx, [row.id], expires_on=expires_on, now=now)
        return int(row.id), False
    values = {
        "kind": lesson.kind.value,
        "customer": lesson.customer,
        "said": lesson.said[:400],
        "means": lesson.means[:400],
        "key": lesson.key[:400],
        "queue": queue,
        "clerk": clerk[:100],
        "held": 0,
        "failed": 0,
        "created_at": now,
        "expires_on": expires_on,
    }
    return insert_id(tx, learned, values), True


def by_keys(tx: Connection, kind: LearnedKind, keys: Iterable[str], today: date) -> tuple[Learned, ...]:
    """The rows of a kind that one of these keys leads to and that still count, oldest first."""
    found: list[Learned] = []
    for batch in chunks(key[:400] for key in keys):
        rows = tx.execute(
            select(learned)
            .where(learned.c.kind == kind.value, learned.c.key.in_(batch), _counts(today))
            .order_by(learned.c.id)
            .limit(500)
        )
        found += [_of(row) for row in rows]
    return tuple(found)


def of_customers(
    tx: Connection, kinds: LearnedKind | tuple[LearnedKind, ...], customers: Iterable[str], today: date
) -> tuple[Learned, ...]:
    """The rows of a kind (or of several) of these customers that still count, oldest first."""
    wanted = [kind.value for kind in (kinds if isinstance(kinds, tuple) else (kinds,))]
    found: list[Learned] = []
    for batch in chunks(customers):
        rows = tx.execute(
            select(learned)
            .where(learned.c.kind.in_(wanted), learned.c.customer.in_(batch), _counts(today))
            .order_by(learned.c.id)
            .limit(500)
        )
        found += [_of(row) for row in rows]
    return tuple(found)


def _counts(today: date) -> Any:
    return or_(learned.c.expires_on.is_(None), learned.c.expires_on > today)


def rows(
    tx: Connection, *, kind: str | None = None, customer: str | None = None, queue: int | None = None
) -> tuple[Learned, ...]:
    """All rows, or those of a kind, a customer or a decision, in the order in which they were learned."""
    statement = select(learned).order_by(learned.c.id)
    for column, wanted in ((learned.c.kind, kind), (learned.c.customer, customer), (learned.c.queue, queue)):
        statement = statement if wanted is None else statement.where(column == wanted)
    return tuple(_of(row) for row in tx.execute(statement))


def one(tx: Connection, number: int) -> Learned:
    row = tx.execute(select(learned).where(learned.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("learned row", f"K{number}", "see `ar-agent learned list`")
    return _of(row)


def hold(tx: Connection, numbers: Iterable[int], *, expires_on: date | None, now: datetime) -> None:
    """Count that these rows held once more, and let them live on from today."""
    for number in dict.fromkeys(numbers):
        tx.execute(
            update(learned)
            .where(learned.c.id == number)
            .values(held=learned.c.held + 1, last_held_at=now, expires_on=expires_on)
        )


def unhold(tx: Connection, number: int) -> None:
    """Take one holding back."""
    tx.execute(update(learned).where(learned.c.id == number, learned.c.held > 0).values(held=learned.c.held - 1))


def fail(tx: Connection, numbers: Iterable[int]) -> None:
    """Count that a booking by these rows was taken back."""
    for number in dict.fromkeys(numbers):
        tx.execute(update(learned).where(learned.c.id == number).values(failed=learned.c.failed + 1))


def change(tx: Connection, number: int, **values: Any) -> None:
    tx.execute(update(learned).where(learned.c.id == number).values(**values))


def forget(tx: Connection, number: int) -> None:
    tx.execute(delete(learned).where(learned.c.id == number))
