"""Return cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from agent.domain.codec import from_plain, to_plain
from agent.domain.documents import DisputeReason
from agent.domain.errors import NotFound
from agent.domain.returns import ReturnCase, ReturnLine, ReturnStatus
from agent.store.schema import returns
from agent.store.statements import insert_id

OPEN = (ReturnStatus.ANNOUNCED, ReturnStatus.RECEIVED)


def add(tx: Connection, case: ReturnCase, now: datetime) -> int:
    return insert_id(
        tx,
        returns,
        {
            "customer": case.customer,
            "order": case.order,
            "invoice": case.invoice,
            "number": case.number,
            "status": case.status.value,
            "reason": case.reason.value,
            "lines": to_plain(case.lines),
            "text": case.text,
            "announced_on": case.announced_on,
            "dispute": case.dispute,
            "delivery": case.delivery,
            "message": case.message,
            "created_at": now,
        },
    )


def change(tx: Connection, case: int, /, **values: Any) -> None:
    """Change fields of a case; `lines` are given as values."""
    if "lines" in values:
        values["lines"] = to_plain(values["lines"])
    tx.execute(update(returns).where(returns.c.id == case).values(**values))


def find(
    tx: Connection,
    *,
    customer: str | None = None,
    order: str | None = None,
    statuses: Iterable[ReturnStatus] | None = None,
    limit: int | None = None,
) -> tuple[ReturnCase, ...]:
    statement = select(returns).order_by(returns.c.id)
    if customer is not None:
        statement = statement.where(returns.c.customer == customer)
    if order is not None:
        statement = statement.where(returns.c.order == order)
    if statuses is not None:
        statement = statement.where(returns.c.status.in_([one.value for one in statuses]))
    return tuple(_case(row) for row in tx.execute(statement if limit is None else statement.limit(limit)))


def by_number(tx: Connection, number: int) -> ReturnCase:
    row = tx.execute(select(returns).where(returns.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("return", f"T{number}", "see `ar-agent returns list`")
    return _case(row)


def by_authorisation(tx: Connection, number: str) -> tuple[ReturnCase, ...]:
    """Cases by the number on the parcel."""
    return tuple(_case(row) for row in tx.execute(select(returns).where(returns.c.number == number)))


def _case(row: Row[Any]) -> ReturnCase:
    return ReturnCase(
        id=row.id,
        customer=row.customer,
        order=row.order,
        status=ReturnStatus(row.status),
        reason=DisputeReason(row.reason),
        lines=tuple(from_plain(ReturnLine, line) for line in row.lines),
        announced_on=row.announced_on,
        number=row.number,
        invoice=row.invoice,
        text=row.text,
        received_on=row.received_on,
        inspected_on=row.inspected_on,
        credit_note=row.credit_note,
        dispute=row.dispute,
        delivery=row.delivery,
        message=row.message,
    )
