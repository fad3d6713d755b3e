"""Terms of purchase and tax certificates as customers sent them: each version once, with its validity.

A certificate exempts only while it is `accepted` and valid on the day of supply; what was merely filed exempts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from agent.domain.errors import NotFound
from agent.store.schema import filed_papers
from agent.store.statements import insert_id

PURCHASE_TERMS, TAX_CERTIFICATE = "purchase_terms", "tax_certificate"


def file(
    tx: Connection,
    *,
    customer: str,
    kind: str,
    sha256: str,
    name: str | None,
    message: int | None,
    now: datetime,
    number: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    region: str | None = None,
    status: str = "filed",
) -> tuple[int, bool]:
    """File a paper; return its number, and whether this very version is new."""
    known = tx.execute(
        select(filed_papers.c.id).where(
            filed_papers.c.customer == customer, filed_papers.c.kind == kind, filed_papers.c.sha256 == sha256
        )
    ).scalar_one_or_none()
    if known is not None:
        return int(known), False
    values = {
        "customer": customer,
        "kind": kind,
        "number": number,
        "name": name[:255] if name else None,
        "sha256": sha256,
        "region": region,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "status": status,
        "message": message,
        "created_at": now,
    }
    return insert_id(tx, filed_papers, values), True


def row_of(tx: Connection, number: int) -> Row[Any]:
    row = tx.execute(select(filed_papers).where(filed_papers.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("paper", f"F{number}", "see `ar-agent papers list`")
    return row


def change(tx: Connection, paper: int, /, **values: Any) -> None:
    tx.execute(update(filed_papers).where(filed_papers.c.id == paper).values(**values))


def papers_of(
    tx: Connection, customers: Iterable[str] | None = None, *, kind: str | None = None, limit: int | None = None
) -> list[Row[Any]]:
    """Papers on file, newest last."""
    statement = select(filed_papers).order_by(filed_papers.c.id)
    if customers is not None:
        statement = statement.where(filed_papers.c.customer.in_(list(customers)))
    if kind is not None:
        statement = statement.where(filed_papers.c.kind == kind)
    return list(tx.execute(statement if limit is None else statement.limit(limit)))


def valid_certificate(tx: Connection, customer: str, on: date, *, region: str | None = None) -> Row[Any] | None:
    """The accepted tax certificate of a customer that holds on this day, the longest-lived first; None where none does.

    `region` asks for one of that place, or one that holds everywhere.
    """
    p = filed_papers.c
    statement = select(filed_papers).where(
        p.customer == customer,
        p.kind == TAX_CERTIFICATE,
        p.status == "accepted",
        or_(p.valid_from.is_(None), p.valid_from <= on),
        or_(p.valid_to.is_(None), p.valid_to >= on),
    )
    if region is not None:
        statement = statement.where(or_(p.region.is_(None), p.region == region))
    rows = tx.execute(statement).all()
    return max(rows, key=lambda row: (row.valid_to is None, row.valid_to or date.min, row.id), default=None)
